"""注册审核进度查询: look after a registration without logging in (R17, R18, R26, R27, E9)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import definitions
from engine.accounts import captcha
from engine.accounts.throttle import Locked
from engine.actor import Actor
from engine.errors import Refused
from engine.subjects import progress
from engine.subjects.registry import subject_of
from engine.tracking import Tracking, track
from engine.verbs import remind as reminding
from engine.verbs import withdraw as withdrawing
from models import Case
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
        return _question({"": errors.words(refusal)}), 429 if isinstance(refusal, Locked) else 422
    ticket.issue(actor)
    return redirect(url_for(".status"), 303)


def _question(faults: dict[str, str]) -> str:
    return render_template(
        "progress/ask.html",
        name=request.form.get("name", ""),
        number=request.form.get("id_number", ""),
        errors=faults,
        ticket=captcha.ticket(),
    )


@blueprint.get("/progress/status")
@auth.public
def status() -> ResponseReturnValue:
    """Who reviews it, every step, the diagram, and what the applicant can do."""
    actor = ticket.holder()
    if actor is None:
        return _over()
    cases = progress.cases_of(actor)
    if not cases:
        return render_template("progress/none.html", actor=actor)
    case = progress.case_of(actor, request.args.get("case", cases[0].id, type=int))
    return render_template(
        "progress/status.html",
        actor=actor,
        case=case,
        others=[track(each) for each in cases if each.id != case.id],
        subject=subject_of(case.kind),
        groups=subject_of(case.kind).show(case.subject),
        **_standing(case),
    )


def _standing(case: Case) -> dict[str, object]:
    """Where the case stands: with the applicant, with an office, or ended and why."""
    tracking = track(case)
    mine = any(now.applicant for now in tracking.current)
    return {
        "tracking": tracking,
        "mine": mine,
        "opinion": _last_opinion(tracking) if mine or tracking.outcome == "rejected" else "",
        "fields": _labels(case),
    }


def _last_opinion(tracking: Tracking) -> str:
    return next((past.opinion for past in reversed(tracking.past) if past.opinion), "")


def _labels(case: Case) -> dict[str, str]:
    groups = subject_of(case.kind).show(case.subject)
    return {shown.name: shown.label for group in groups for shown in group.fields}


@blueprint.get("/progress/diagram/<int:case_id>")
@auth.public
def diagram(case_id: int) -> ResponseReturnValue:
    """The diagram that the case runs on."""
    case = progress.case_of(_holder(), case_id)
    return Response(definitions.source(case.definition_id), mimetype="application/xml")


@blueprint.get("/progress/withdraw/<int:case_id>")
@auth.public
def confirm(case_id: int) -> ResponseReturnValue:
    """Ask whether the registration is really to be taken back."""
    actor = ticket.holder()
    if actor is None:
        return _over()
    return render_template(
        "progress/withdraw.html", tracking=track(progress.case_of(actor, case_id))
    )


@blueprint.post("/progress/withdraw/<int:case_id>")
@auth.public
def withdraw(case_id: int) -> ResponseReturnValue:
    """撤回申请: the ID number may register anew afterwards (R18)."""
    actor = ticket.holder()
    if actor is None:
        return _over()
    progress.case_of(actor, case_id)
    withdrawing.withdraw(
        case_id,
        actor=actor,
        revision=request.form.get("revision", -1, type=int),
        opinion=request.form.get("opinion", "")[:500],
    )
    flash(_("申请已撤回，可以重新注册。"), "success")
    return redirect(url_for(".status", case=case_id), 303)


@blueprint.post("/progress/remind/<int:case_id>")
@auth.public
def remind(case_id: int) -> ResponseReturnValue:
    """催办: tell the office that the applicant waits, once a day."""
    actor = ticket.holder()
    if actor is None:
        return _over()
    progress.case_of(actor, case_id)
    try:
        reminding.remind(case_id, actor=actor)
        flash(_("已提醒审核单位尽快办理。"), "success")
    except Refused as refusal:
        flash(errors.words(refusal), "warning")
    return redirect(url_for(".status", case=case_id), 303)


@blueprint.post("/progress/leave")
@auth.public
def leave() -> ResponseReturnValue:
    """End the query, for shared computers."""
    ticket.drop()
    flash(_("已结束查询。"), "success")
    return redirect(url_for(".ask"), 303)


def _holder() -> Actor:
    actor = ticket.holder()
    if actor is None:
        abort(404)
    return actor


def _over() -> ResponseReturnValue:
    """The half hour is over, or there was none: ask again."""
    flash(_("查询已超过 30 分钟或还没有验证身份，请重新填写。"), "warning")
    return redirect(url_for(".ask", again=1), 303)
