"""注册审核进度查询: look after a registration without logging in (R17, R18, R26, R27, E9)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import definitions
from engine.errors import Refused
from engine.subjects import progress
from engine.subjects.registry import subject_of
from engine.tracking import Tracking, track
from web import auth, errors, filling, ticket
from web.wording import _

blueprint = Blueprint("progress", __name__)


@blueprint.get("/progress")
@auth.public
def ask() -> ResponseReturnValue:
    """The question: name, ID number, password."""
    if ticket.holder() is not None and "again" not in request.args:
        return redirect(url_for(".status"), 303)
    return _question({})


@blueprint.post("/progress")
@auth.public
def answer() -> ResponseReturnValue:
    """Open the registrations of who proved himself; one answer for whatever does not fit."""
    form = request.form
    if filling.asks_for_form():
        return _question({})
    wrong = filling.captcha_fault()
    if wrong:
        return _question(wrong), 422
    name, number, password = (form.get(key, "") for key in ("name", "id_number", "password"))
    try:
        actor = progress.verify(progress.Question(name, number, password, auth.address()))
    except Refused as refusal:
        return _question({"": errors.words(refusal)}), 429 if refusal.code == "locked" else 422
    ticket.issue(actor)
    return redirect(url_for(".status"), 303)


def _question(faults: dict[str, str]) -> str:
    return render_template(
        "progress/ask.html",
        name=request.form.get("name", ""),
        number=request.form.get("id_number", ""),
        errors=faults,
        ticket=filling.new_ticket(),
    )


@blueprint.get("/progress/status")
@auth.public
def status() -> ResponseReturnValue:
    """Who reviews it, every step, the diagram, and what the applicant can do."""
    actor = ticket.holder()
    if actor is None:
        return ticket.ask_again()
    cases = progress.cases_of(actor)
    if not cases:
        return render_template("progress/none.html", actor=actor)
    case = progress.case_of(actor, request.args.get("case", cases[0].id, type=filling.whole))
    groups = subject_of(case.kind).show(case.subject)
    return render_template(
        "progress/status.html",
        actor=actor,
        case=case,
        others=[track(each) for each in cases if each.id != case.id],
        subject=subject_of(case.kind),
        groups=groups,
        fields={shown.name: shown.label for group in groups for shown in group.fields},
        **_standing(track(case)),
    )


def _standing(tracking: Tracking) -> dict[str, object]:
    """Where the case stands: with the applicant, with an office, or ended and why."""
    mine = any(now.applicant for now in tracking.current)
    opinion = next((past.opinion for past in reversed(tracking.past) if past.opinion), "")
    return {
        "tracking": tracking,
        "mine": mine,
        "opinion": opinion if mine or tracking.outcome == "rejected" else "",
    }


@blueprint.get("/progress/diagram/<int:case_id>")
@auth.public
def diagram(case_id: int) -> ResponseReturnValue:
    """The diagram that the case runs on."""
    case = progress.case_of(ticket.required(), case_id)
    return Response(definitions.source(case.definition_id), mimetype="application/xml")


@blueprint.post("/progress/leave")
@auth.public
def leave() -> ResponseReturnValue:
    """End the query, for shared computers."""
    ticket.drop()
    flash(_("已结束查询。"), "success")
    return redirect(url_for(".ask"), 303)
