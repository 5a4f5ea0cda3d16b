"""待办事项: the administrator's inbox, the page of a task, and deciding it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from engine import clock, governed, inbox, numbers, rights, rules
from engine import done as finished
from engine.errors import Invalid, NotYours
from engine.inbox import Filters, Key
from engine.verbs import claim as claiming
from engine.verbs.decide import decide
from web import task_page
from web.auth import me
from web.errors import OUTCOMES, invalid_words
from web.wording import _

blueprint = Blueprint("inbox", __name__)

WAITING = (
    (1, lazy_gettext("1 天以上")),
    (3, lazy_gettext("3 天以上")),
    (7, lazy_gettext("7 天以上")),
)
DONE = {
    "approve": lazy_gettext("已审核通过"),
    "reject": lazy_gettext("已审核不通过"),
    "return": lazy_gettext("已退回补正"),
}
NARROWING = ("kind", "node", "region", "unit", "waiting", "overdue", "mine", "q")


@blueprint.get("/inbox")
def index() -> ResponseReturnValue:
    """The tasks of every office held, oldest first."""
    person = me()
    if not person.is_administrator:
        raise NotYours
    typed = _typed()
    page = inbox.page(
        person.actor(),
        _filters(typed),
        after=_key(request.args.get("after")),
        before=_key(request.args.get("before")),
    )
    return render_template(
        "inbox/index.html",
        page=page,
        typed=typed,
        **_words(),
        regions=governed.regions_of(person.actor()),
        units=governed.units_of(person.actor()),
        waiting=WAITING,
        next_url=_turn(typed, after=page.next),
        previous_url=_turn(typed, before=page.previous),
    )


@blueprint.get("/inbox/done")
def done() -> ResponseReturnValue:
    """What the person decided, the last first."""
    person = me()
    if not person.is_administrator:
        raise NotYours
    page = finished.page(person.actor(), after=_key(request.args.get("after")))
    following = url_for(".done", after=_text(page.next)) if page.next else None
    return render_template(
        "inbox/done.html", page=page, next_url=following, outcomes=OUTCOMES, **_words()
    )


@blueprint.get("/tasks/<int:task_id>")
def task(task_id: int) -> ResponseReturnValue:
    """What a task asks for, with everything needed to decide it."""
    return _show(task_id)


@blueprint.post("/tasks/<int:task_id>/decide")
def decided(task_id: int) -> ResponseReturnValue:
    """Decide, then open the next task."""
    actor = me().actor()
    shown = rights.task_for(task_id, actor)
    outcome = request.form.get("outcome", "")
    marks = _marks() if outcome == "return" else {}
    try:
        decide(
            task_id,
            actor=actor,
            outcome=outcome,
            opinion=request.form.get("opinion", ""),
            revision=request.form.get("revision", -1, type=int),
            marks=marks,
        )
    except Invalid as error:
        return _show(task_id, errors=invalid_words(error), marks=marks), 422
    number = numbers.number_of(shown.kind, shown.case.started_at, shown.case.id)
    what = DONE.get(outcome, _("已办理"))
    flash(_("%(number)s %(title)s：%(what)s", number=number, title=shown.case.title, what=what))
    typed = _typed()
    following = inbox.next_after(actor, (shown.opened_at, shown.id), _filters(typed))
    if following is None:
        return redirect(_address(".index", **typed), 303)
    return redirect(_address(".task", task_id=following, **typed), 303)


@blueprint.post("/tasks/<int:task_id>/claim")
def claim(task_id: int) -> ResponseReturnValue:
    """签收: take the task in hand, from a colleague if asked to."""
    actor = me().actor()
    rights.task_for(task_id, actor)
    claiming.claim(task_id, actor=actor, take_over=request.form.get("take_over") == "1")
    flash(_("已签收，其他办理人会看到由您办理"))
    return redirect(_address(".task", task_id=task_id, **_typed()), 303)


@blueprint.post("/tasks/<int:task_id>/release")
def release(task_id: int) -> ResponseReturnValue:
    """Give the task back to the office."""
    actor = me().actor()
    rights.task_for(task_id, actor)
    claiming.release(task_id, actor=actor)
    flash(_("已取消签收，同岗位的办理人都可以办理"))
    return redirect(_address(".task", task_id=task_id, **_typed()), 303)


def _words() -> dict[str, Any]:
    """What the lists need to name kinds of case and their steps."""
    choices = inbox.choices()
    return {"choices": choices, "titles": {choice.kind: choice.title for choice in choices}}


def _show(
    task_id: int, *, errors: dict[str, str] | None = None, marks: dict[str, str] | None = None
) -> str:
    typed = _typed()
    page = task_page.load(task_id, me().actor())
    return render_template(
        "inbox/task.html",
        page=page,
        typed=typed,
        query={name: value for name, value in typed.items() if value},
        errors=errors or {},
        entered={
            "outcome": request.form.get("outcome", ""),
            "opinion": request.form.get("opinion", ""),
        },
        marks=marks or {},
        limit=rules.OPINION_LENGTH,
        outcomes=OUTCOMES,
        now=clock.micros(clock.now()),
    )


def _marks() -> dict[str, str]:
    """Fields marked for correction, each with its reason (a default one where none was typed)."""
    return {
        name: request.form.get(f"reason-{name}", "").strip()[:200] or _("请核对后重新填写")
        for name in request.form.getlist("mark")
    }


def _typed() -> dict[str, str]:
    """The filters as they stand in the address."""
    return {name: text for name in NARROWING if (text := request.args.get(name, "").strip()[:60])}


def _filters(typed: dict[str, str]) -> Filters:
    waiting = typed.get("waiting", "")
    days = int(waiting) if waiting.isdecimal() and len(waiting) < 4 else 0
    unit = typed.get("unit", "")
    return Filters(
        kind=typed.get("kind"),
        node=typed.get("node"),
        region=typed.get("region"),
        unit=int(unit) if unit.isdecimal() and len(unit) < 19 else None,
        before=clock.micros(clock.now()) - days * inbox.DAY if days else None,
        overdue=typed.get("overdue") == "1",
        mine=typed.get("mine") == "1",
        text=typed.get("q", ""),
    )


def _address(endpoint: str, **values: Any) -> str:
    """``url_for`` for values of any kind."""
    return url_for(endpoint, **values)


def _key(text: str | None) -> Key | None:
    """A place in the list as it stands in an address; anything else is the first page."""
    opened, _dash, number = (text or "").partition("-")
    if not (opened.isdecimal() and number.isdecimal()) or len(opened) + len(number) > 36:
        return None
    return int(opened), int(number)


def _text(key: Key) -> str:
    return f"{key[0]}-{key[1]}"


def _turn(typed: dict[str, str], **key: Key | None) -> str | None:
    """The address of the page at a key, with the same filters."""
    name, value = next(iter(key.items()))
    return None if value is None else _address(".index", **typed, **{name: _text(value)})
