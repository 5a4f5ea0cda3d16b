"""What an applicant can do to a registration without logging in: withdraw (R18, R27), urge."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Refused
from engine.subjects import progress
from engine.tracking import track
from engine.verbs import remind as reminding
from engine.verbs import withdraw as withdrawing
from web import auth, errors, ticket
from web.wording import _

blueprint = Blueprint("applicant", __name__)


@blueprint.get("/progress/withdraw/<int:case_id>")
@auth.public
def confirm(case_id: int) -> ResponseReturnValue:
    """Ask whether the registration is really to be taken back."""
    actor = ticket.holder()
    if actor is None:
        return ticket.ask_again()
    return render_template(
        "progress/withdraw.html", tracking=track(progress.case_of(actor, case_id))
    )


@blueprint.post("/progress/withdraw/<int:case_id>")
@auth.public
def withdraw(case_id: int) -> ResponseReturnValue:
    """撤回申请: the ID number may register anew afterwards (R18)."""
    actor = ticket.holder()
    if actor is None:
        return ticket.ask_again()
    progress.case_of(actor, case_id)
    withdrawing.withdraw(
        case_id,
        actor=actor,
        revision=request.form.get("revision", -1, type=int),
        opinion=request.form.get("opinion", "")[:500],
    )
    flash(_("申请已撤回，可以重新注册。"), "success")
    return redirect(url_for("progress.status", case=case_id), 303)


@blueprint.post("/progress/remind/<int:case_id>")
@auth.public
def remind(case_id: int) -> ResponseReturnValue:
    """催办: tell the office that the applicant waits, once a day."""
    actor = ticket.holder()
    if actor is None:
        return ticket.ask_again()
    progress.case_of(actor, case_id)
    try:
        reminding.remind(case_id, actor=actor)
        flash(_("已提醒审核单位尽快办理。"), "success")
    except Refused as refusal:
        flash(errors.words(refusal), "warning")
    return redirect(url_for("progress.status", case=case_id), 303)
