"""The ticket of a verified applicant: half an hour, one account, kept in the session."""

from __future__ import annotations

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from engine import clock
from engine.actor import Actor
from engine.errors import NotFound
from engine.subjects import progress
from web.wording import _

_KEY = "progress"


def issue(actor: Actor) -> None:
    """Let this browser look after one account's registrations for a while."""
    until = clock.micros(clock.now()) + progress.LIFETIME
    session[_KEY] = {"account": actor.account, "name": actor.name, "until": until}


def holder() -> Actor | None:
    """The applicant of this browser, or None once the time is over."""
    held = session.get(_KEY)
    if not held or held["until"] <= clock.micros(clock.now()):
        session.pop(_KEY, None)
        return None
    return Actor(held["account"], held["name"])


def required() -> Actor:
    """The applicant of this browser.

    :raises NotFound: if there is none, or the time is over
    """
    actor = holder()
    if actor is None:
        raise NotFound
    return actor


def ask_again() -> ResponseReturnValue:
    """The half hour is over, or there was none: back to the question."""
    flash(_("查询已超过 30 分钟或还没有验证身份，请重新填写。"), "warning")
    return redirect(url_for("progress.ask", again=1), 303)


def drop() -> None:
    """End the look-up, for shared computers."""
    session.pop(_KEY, None)
