"""The home page: service window for visitors (R2, R20), function list once logged in (R28)."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for

from engine.accounts.roles import UserType
from web import auth

blueprint = Blueprint("home", __name__)

_UNITS = (UserType.EMPLOYER, UserType.DEPARTMENT, UserType.BUREAU, UserType.BASE)


@blueprint.get("/")
@auth.public
def index() -> str:
    """The page that everybody starts from."""
    person = auth.viewer()
    if person is None:
        return render_template(
            "home/visitor.html", user_types=auth.USER_TYPES, registrations=_registrations()
        )
    page = "home/administrator.html" if person.is_administrator else "home/professional.html"
    return render_template(page)


def _registrations() -> dict[UserType, str]:
    """Where a user type registers, as far as the page is there; the platform's staff do not."""
    targets: dict[UserType, str] = {}
    if "registration.form" in current_app.view_functions:
        targets[UserType.PROFESSIONAL] = url_for("registration.form")
    if "unit_registration.form" in current_app.view_functions:
        for user_type in _UNITS:
            targets[user_type] = url_for("unit_registration.form", kind=user_type.value)
    return targets
