"""补正: the applicant corrects a returned registration from the progress page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.subjects import progress
from engine.tracking import track
from models import Case
from web import auth, correcting, field_words, filling, ticket
from web.wording import _

blueprint = Blueprint("correction", __name__)


@blueprint.get("/progress/correct/<int:case_id>")
@auth.public
def form(case_id: int) -> ResponseReturnValue:
    """The form as it was handed in last, with the marked fields and the reasons."""
    actor = ticket.holder()
    if actor is None:
        return ticket.ask_again()
    case = progress.case_of(actor, case_id)
    values = vars(correcting.KINDS[case.kind].subject.filled_in(case_id, actor=actor))
    return _show(case, values, {}, track(case).revision)


@blueprint.post("/progress/correct/<int:case_id>")
@auth.public
def submit(case_id: int) -> ResponseReturnValue:
    """Hand it in again, turn to a picker's page, or show the form again."""
    actor = ticket.holder()
    if actor is None:
        return ticket.ask_again()
    case = progress.case_of(actor, case_id)
    kind, revision = correcting.KINDS[case.kind], request.form.get("revision", -1, type=int)
    values = filling.posted(kind.fields)
    faults = correcting.take_files(case, values)
    kept = {"revision": str(revision), **correcting.also(case, values)}
    page = filling.picking(kind.fields, url_for(".submit", case_id=case_id), kept)
    if page is not None:
        return page
    if faults or filling.asks_for_form():
        return _show(case, values, faults, revision), 422 if faults else 200
    try:
        kind.subject.correct(case_id, kind.form(**values), actor=actor, revision=revision)
    except Invalid as error:
        return _show(case, values, field_words.words_of(error), revision), 422
    flash(_("补正的内容已经提交审核,请耐心等待"), "success")
    return redirect(url_for("progress.status", case=case_id), 303)


def _show(case: Case, values: Mapping[str, str], faults: dict[str, str], revision: int) -> str:
    kind, tracking = correcting.KINDS[case.kind], track(case)
    return render_template(
        kind.template,
        case=case,
        name=case.account.name,
        tracking=tracking,
        values=values,
        texts=filling.texts(kind.fields, values),
        # What the reviewer marked stands beside the field until something worse is wrong there.
        errors=faults or tracking.marks,
        faults=faults,
        opinion=next((past.opinion for past in reversed(tracking.past) if past.opinion), ""),
        revision=revision,
        unit=case.unit,
        labels={name: _(label) for name, label in kind.page.labels.items()},
        lists=filling.options(kind.page.lists),
    )
