"""待办事项 and 已办事项: the lists of an administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template
from flask import request as asked
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from engine import done as finished
from engine import governed, inbox
from engine.actor import Actor
from engine.errors import NotYours
from engine.inbox import Key
from web import narrowing
from web.auth import me
from web.errors import OUTCOMES

blueprint = Blueprint("inbox", __name__)

WAITING = (
    (1, lazy_gettext("1 天以上")),
    (3, lazy_gettext("3 天以上")),
    (7, lazy_gettext("7 天以上")),
)


@blueprint.get("/inbox")
def index() -> ResponseReturnValue:
    """The tasks of every office held, oldest first."""
    actor, typed = _administrator(), narrowing.typed()
    page = inbox.page(
        actor,
        narrowing.filters(typed),
        after=narrowing.key(asked.args.get("after")),
        before=narrowing.key(asked.args.get("before")),
    )
    return render_template(
        "inbox/index.html",
        page=page,
        typed=typed,
        regions=governed.regions_of(actor),
        units=governed.units_of(actor),
        waiting=WAITING,
        task_url=_task_url(typed),
        next_url=_turn(typed, after=page.next),
        previous_url=_turn(typed, before=page.previous),
        **_words(),
    )


@blueprint.get("/inbox/done")
def done() -> ResponseReturnValue:
    """What the person decided, the last first."""
    page = finished.page(_administrator(), after=narrowing.key(asked.args.get("after")))
    following = narrowing.address(".done", after=narrowing.text_of(page.next)) if page.next else ""
    return render_template(
        "inbox/done.html", page=page, next_url=following, outcomes=OUTCOMES, **_words()
    )


def _administrator() -> Actor:
    """Who looks; a professional has no inbox.

    :raises NotYours: in a role without office
    """
    if not me().is_administrator:
        raise NotYours
    return me().actor()


def _words() -> dict[str, Any]:
    """What the lists need to name kinds of case and their steps."""
    choices = governed.choices()
    return {"choices": choices, "titles": {choice.kind: choice.title for choice in choices}}


def _task_url(typed: dict[str, str]) -> Callable[[int], str]:
    """Addresses of tasks with the filters kept; routing is asked once, not for every row."""
    before, _mark, after = narrowing.address("tasks.show", task_id=0, **typed).partition("/0")
    return lambda task_id: f"{before}/{task_id}{after}"


def _turn(typed: dict[str, str], **place: Key | None) -> str | None:
    """The address of the page at a place, with the same filters."""
    name, value = next(iter(place.items()))
    if value is None:
        return None
    return narrowing.address(".index", **typed, **{name: narrowing.text_of(value)})
