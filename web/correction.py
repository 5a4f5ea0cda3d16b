"""补正: the applicant corrects a returned registration from the progress page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.actor import Actor
from engine.errors import Invalid
from engine.subjects import progress, registration, unit_registration
from engine.subjects.profile import ProfileForm
from engine.subjects.unit_profile import UnitForm
from engine.tracking import track
from models import Case
from web import auth, field_words, filling, registering, ticket
from web import registration as person_page
from web import unit_registration as unit_page
from web.wording import _

blueprint = Blueprint("correction", __name__)


@dataclass(frozen=True)
class Kind:
    """How one kind of registration is corrected."""

    form: type[ProfileForm] | type[UnitForm]
    subject: Any  # the module of the subject: filled_in and correct
    page: registering.Flow
    template: str

    @property
    def fields(self) -> filling.Fields:
        names = tuple(field.name for field in fields(self.form))
        kept = {name: each for name, each in self.page.fields.pickers.items() if name in names}
        return filling.Fields(names, kept)


KINDS = {
    registration.KIND: Kind(
        ProfileForm, registration, person_page.FLOW, "progress/correct_person.html"
    ),
    unit_registration.KIND: Kind(
        UnitForm, unit_registration, unit_page.FLOW, "progress/correct_unit.html"
    ),
}


@blueprint.get("/progress/correct/<int:case_id>")
@auth.public
def form(case_id: int) -> ResponseReturnValue:
    """The form as it was handed in last, with the marked fields and the reasons."""
    actor = ticket.holder()
    if actor is None:
        return redirect(url_for("progress.ask"), 303)
    case = progress.case_of(actor, case_id)
    values = vars(KINDS[case.kind].subject.filled_in(case_id, actor=actor))
    return _show(case, actor, values, {}, track(case).revision)


@blueprint.post("/progress/correct/<int:case_id>")
@auth.public
def submit(case_id: int) -> ResponseReturnValue:
    """Hand it in again, turn to a picker's page, or show the form again."""
    actor = ticket.holder()
    if actor is None:
        return redirect(url_for("progress.ask"), 303)
    case = progress.case_of(actor, case_id)
    kind, revision = KINDS[case.kind], request.form.get("revision", -1, type=int)
    values = filling.posted(kind.fields)
    faults = _licence(case, actor, values)
    kept = {"revision": str(revision), **_also(case, values)}
    page = filling.picking(kind.fields, url_for(".submit", case_id=case_id), kept)
    if page is not None:
        return page
    if faults or filling.asks_for_form():
        return _show(case, actor, values, faults, revision), 422 if faults else 200
    try:
        kind.subject.correct(case_id, kind.form(**values), actor=actor, revision=revision)
    except Invalid as error:
        return _show(case, actor, values, field_words.words_of(error), revision), 422
    flash(_("补正的内容已经提交审核,请耐心等待"), "success")
    return redirect(url_for("progress.status", case=case_id), 303)


def _licence(case: Case, actor: Actor, values: dict[str, str]) -> dict[str, str]:
    """A new scan of the licence, else the one that is there."""
    if case.kind != unit_registration.KIND:
        return {}
    known = unit_registration.filled_in(case.id, actor=actor).licence
    return unit_page.take_licence(values, known=int(known) if known else None)


def _also(case: Case, values: Mapping[str, str]) -> dict[str, str]:
    """What a picker's page needs besides the fields: the unit of a person, the kind of a unit."""
    if case.kind == unit_registration.KIND:
        return {"licence_keep": values["licence"], "kind": request.form.get("kind", "")}
    return {"unit": request.form.get("unit", "")}


def _show(
    case: Case, actor: Actor, values: Mapping[str, str], faults: dict[str, str], revision: int
) -> str:
    kind, tracking = KINDS[case.kind], track(case)
    return render_template(
        kind.template,
        case=case,
        actor=actor,
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
        lists=registering.options(kind.page.lists),
    )
