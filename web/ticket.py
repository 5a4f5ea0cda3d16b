"""The ticket of a verified applicant: half an hour, one account, kept in the session."""

from __future__ import annotations

from flask import session

from engine import clock
from engine.actor import Actor
from engine.subjects import progress

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


def drop() -> None:
    """End the look-up, for shared computers."""
    session.pop(_KEY, None)
