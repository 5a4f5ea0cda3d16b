"""个人用户注册 (R2-R15)."""

from __future__ import annotations

from dataclasses import fields

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.subjects import registration, showing
from engine.subjects.profile import NATIONALITY
from engine.subjects.registration import RegistrationForm
from web import auth, filling, registering

blueprint = Blueprint("registration", __name__)

LISTS = {"ethnicities": "ethnicity", "countries": "country", "educations": "education"}
FLOW = registering.Flow(
    fields=filling.Fields(
        tuple(field.name for field in fields(RegistrationForm)),
        {name: name for name in ("region", "unit", "department", "major")},
    ),
    action="registration.submit",
    template="registration/form.html",
    checked=lambda values: registration.checked(RegistrationForm(**values)),
    submit=lambda values: registration.submit(RegistrationForm(**values), address=auth.address()),
    lists=LISTS,
    labels=showing.LABELS,
)


@blueprint.get("/register")
@auth.public
def form() -> ResponseReturnValue:
    """The empty form; the nationality is China until changed."""
    return registering.show(FLOW, {"nationality": NATIONALITY})


@blueprint.post("/register")
@auth.public
def submit() -> ResponseReturnValue:
    """Register, turn to a picker's page, or show the form again."""
    page = filling.picking(FLOW.fields, url_for(".submit"))
    if page is not None:
        return page
    values = filling.posted(FLOW.fields)
    if filling.asks_for_form():
        return registering.show(FLOW, values)
    return registering.answer(FLOW, values, {})


@blueprint.get("/register/done")
@auth.public
def done() -> ResponseReturnValue:
    """That it was handed in (R14), who reviews it, and what happens next."""
    tracking = registering.just_submitted()
    if tracking is None:
        return redirect(url_for(".form"), 303)
    return render_template("registration/done.html", tracking=tracking)
