"""单位注册: an employer, department, bureau or base with its future administrator (A2-A4)."""

from __future__ import annotations

from dataclasses import fields

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from engine.accounts.throttle import Locked
from engine.fields import Unacceptable
from engine.subjects import showing, unit_registration
from engine.subjects.unit_registration import UnitRegistrationForm
from models import UnitKind
from web import auth, field_words, files, filling, registering

blueprint = Blueprint("unit_registration", __name__)

LISTS = {"natures": "nature", "levels": "level", "industries": "industry"}
FLOW = registering.Flow(
    fields=filling.Fields(
        tuple(field.name for field in fields(UnitRegistrationForm)),
        {"region": "region", "superior": "superior", "department": "supervisor"},
    ),
    action="unit_registration.submit",
    template="unit_registration/form.html",
    checked=lambda values: unit_registration.checked(UnitRegistrationForm(**values)),
    submit=lambda values: unit_registration.submit(
        UnitRegistrationForm(**values), address=auth.address()
    ),
    lists=LISTS,
    labels={**showing.LABELS, **showing.UNIT_LABELS},
)


@blueprint.get("/register/unit/<kind>")
@auth.public
def form(kind: str) -> ResponseReturnValue:
    """The empty form for a kind of unit."""
    if kind not in set(UnitKind):
        abort(404)
    return registering.show(FLOW, {"kind": kind})


@blueprint.post("/register/unit")
@auth.public
def submit() -> ResponseReturnValue:
    """Register, turn to a picker's page, or show the form again; a good scan stays uploaded."""
    values = filling.posted(FLOW.fields)
    faults = take_licence(values)
    page = filling.picking(FLOW.fields, url_for(".submit"), {"licence_keep": values["licence"]})
    if page is not None:
        return page
    if filling.asks_for_form():
        return registering.show(FLOW, values, faults)
    return registering.answer(FLOW, values, faults)


def take_licence(values: dict[str, str], *, known: int | None = None) -> dict[str, str]:
    """Put the uploaded scan into the form, else the one uploaded before; what is wrong with it.

    :param known: the scan that the unit has already
    """
    kept = request.form.get("licence_keep", "")
    mine = {str(each) for each in files.uploaded()} | ({str(known)} if known else set())
    values["licence"] = kept if kept in mine else ""
    upload = request.files.get("licence")
    if upload is None or not upload.filename:
        return {}
    try:
        values["licence"] = str(files.accept(upload.stream.read()))
    except Unacceptable as refusal:
        return field_words.words({"licence": refusal.code})
    except Locked:
        return field_words.words({"licence": "file_too_many"})
    finally:
        upload.close()
    return {}
