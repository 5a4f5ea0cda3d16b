"""A task: its page, claiming it, deciding it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from engine import inbox
from engine.errors import Invalid
from engine.verbs import claim as claiming
from engine.verbs.decide import decide
from web import narrowing, task_page
from web.auth import me
from web.errors import OUTCOMES, invalid_words
from web.wording import _

blueprint = Blueprint("tasks", __name__)

DONE = {
    "approve": lazy_gettext("已审核通过"),
    "reject": lazy_gettext("已审核不通过"),
    "return": lazy_gettext("已退回补正"),
}
LONGEST_REASON = 200
LONGEST_NAME = 40


@blueprint.get("/tasks/<int:task_id>")
def show(task_id: int) -> ResponseReturnValue:
    """What a task asks for, with everything needed to decide it."""
    return _page(task_id)


@blueprint.post("/tasks/<int:task_id>/decide")
def decided(task_id: int) -> ResponseReturnValue:
    """Decide, then open the next task."""
    actor, typed = me().actor(), narrowing.typed()
    shown = inbox.brief(task_id, actor)
    g.back = narrowing.address("inbox.index", **typed)
    outcome = request.form.get("outcome", "")
    try:
        if not outcome:
            raise Invalid({"outcome": "choose"})
        decide(
            task_id,
            actor=actor,
            outcome=outcome,
            opinion=_plain(request.form.get("opinion", "")),
            revision=request.form.get("revision", -1, type=int),
            marks=_marks() if outcome == "return" else None,
        )
    except Invalid as error:
        return _page(task_id, errors=invalid_words(error)), 422
    what = DONE.get(outcome, _("已办理"))
    flash(_("%(number)s %(title)s：%(what)s", number=shown.number, title=shown.title, what=what))
    following = inbox.next_after(actor, shown.key, narrowing.filters(typed))
    if following is None:
        return redirect(g.back, 303)
    return _back_to(following)


@blueprint.post("/tasks/<int:task_id>/claim")
def claim(task_id: int) -> ResponseReturnValue:
    """签收: take the task in hand, from a colleague if asked to."""
    actor = me().actor()
    inbox.brief(task_id, actor)
    claiming.claim(task_id, actor=actor, take_over=request.form.get("take_over") == "1")
    flash(_("已签收，其他办理人会看到由您办理"))
    return _back_to(task_id)


@blueprint.post("/tasks/<int:task_id>/release")
def release(task_id: int) -> ResponseReturnValue:
    """Give the task back to the office."""
    actor = me().actor()
    inbox.brief(task_id, actor)
    claiming.release(task_id, actor=actor)
    flash(_("已取消签收，同岗位的办理人都可以办理"))
    return _back_to(task_id)


def _back_to(task_id: int) -> ResponseReturnValue:
    return redirect(narrowing.address("tasks.show", task_id=task_id, **narrowing.typed()), 303)


def _page(task_id: int, *, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "inbox/task.html",
        page=task_page.load(task_id, me().actor()),
        query=narrowing.typed(),
        errors=errors or {},
        entered=request.form,
        marks=_marked(),
        outcomes=OUTCOMES,
    )


def _marked() -> dict[str, str]:
    """Fields marked for correction with what was typed; a reason alone marks its field too."""
    ticked = set(request.form.getlist("mark"))
    reasons = {
        name.removeprefix("reason-"): _plain(text).strip()[:LONGEST_REASON]
        for name, text in request.form.items()
        if name.startswith("reason-")
    }
    names = [*ticked, *(name for name, text in reasons.items() if text and name not in ticked)]
    return {
        name: reasons.get(name, "")
        for name in sorted(names)
        if name.isidentifier() and len(name) <= LONGEST_NAME
    }


def _marks() -> dict[str, str]:
    """The marks that are sent: each has a reason, a general one where none was typed."""
    return {name: reason or _("请核对后重新填写") for name, reason in _marked().items()}


def _plain(text: str) -> str:
    """What was typed without control characters, which no database would store."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\r\n\t\u3000")
