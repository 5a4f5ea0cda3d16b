"""How each kind of registration is corrected: its form, its page, its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask import request

from engine.subjects import registration, unit_registration
from engine.subjects.profile import ProfileForm
from engine.subjects.unit_profile import UnitForm
from models import Case, Unit
from web import filling, registering
from web import registration as person_page
from web import unit_registration as unit_page


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


def take_files(case: Case, values: dict[str, str]) -> dict[str, str]:
    """Put a new scan of the licence into the form, else the one there is; what is wrong with it."""
    if case.kind != unit_registration.KIND:
        return {}
    licence = Unit.get_by_id(case.subject).licence
    return unit_page.take_licence(values, known=None if licence is None else int(licence.id))


def also(case: Case, values: Mapping[str, str]) -> dict[str, str]:
    """What a picker's page needs besides the fields: the unit of a person, the kind of a unit."""
    if case.kind == unit_registration.KIND:
        return {"licence_keep": values["licence"], "kind": request.form.get("kind", "")}
    return {"unit": request.form.get("unit", "")}
