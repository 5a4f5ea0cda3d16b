"""A person's own account: what is stored, and changing the password (R29, R40-R44)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.accounts import passwords, profile
from engine.accounts.throttle import Locked
from engine.errors import Invalid
from web import auth, errors
from web.wording import _

blueprint = Blueprint("account", __name__)


@blueprint.get("/account", endpoint="profile")
def profile_view() -> str:
    """My data: what the platform keeps of the person, masked."""
    return render_template("auth/profile.html", card=profile.of(auth.me().account))


@blueprint.get("/account/password")
@auth.before_password_change
def password() -> str:
    """The form to choose a new password."""
    return _password_form({})


@blueprint.post("/account/password")
@auth.before_password_change
def change_password() -> ResponseReturnValue:
    """Replace the password if the old one is right (R41, R42)."""
    person, form = auth.me(), request.form
    try:
        epoch = passwords.change(
            person.account,
            old=form.get("old", ""),
            new=form.get("new", ""),
            repeated=form.get("repeated", ""),
        )
    except Invalid as error:
        return _password_form(errors.invalid_words(error)), 422
    except Locked as error:
        return _password_form({"": errors.words(error)}), 429
    auth.renew(epoch)
    flash(_("密码已修改，其他设备上的登录已结束。"), "success")
    return redirect(url_for("home.index"), 303)


def _password_form(errors: dict[str, str]) -> str:
    person = auth.me()
    return render_template(
        "auth/password.html",
        errors=errors,
        forced=person.must_change_password,
        administrator=any(role.office is not None for role in person.roles),
    )
