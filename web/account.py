"""The account: what is stored, changing the password, resetting another's (R29, R40-R44, R63)."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.accounts import governing, passwords, profile, resetting
from engine.accounts.resetting import Style
from engine.accounts.roles import UserType
from engine.accounts.throttle import Locked
from engine.errors import Invalid, NotFound, Refused
from web import auth, errors
from web.wording import _

blueprint = Blueprint("account", __name__)

_RESETTING = frozenset(UserType) - {UserType.PROFESSIONAL}


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


@blueprint.get("/account/reset")
def reset() -> str:
    """For an administrator: whose password to reset (R63)."""
    auth.only(*_RESETTING)
    return _reset_form({})


@blueprint.post("/account/reset")
def find_for_reset() -> ResponseReturnValue:
    """Show the person before anything is done."""
    auth.only(*_RESETTING)
    form = request.form
    try:
        target = governing.find(
            form.get("number", ""), form.get("name", ""), actor=auth.me().actor()
        )
    except NotFound:
        return _reset_form({"": _("没有找到由您管理的人员，请核对姓名和身份证号。")}), 404
    except Refused as error:
        return _reset_form({"": errors.words(error)}), 409
    return render_template(
        "auth/reset_confirm.html",
        target=target,
        labels=[auth.labelled(role).label for role in target.roles],
        style=_style(),
    )


@blueprint.post("/account/reset/<int:account>")
def do_reset(account: int) -> str:
    """Set the initial password and show it once."""
    auth.only(*_RESETTING)
    initial = resetting.reset(account, actor=auth.me().actor(), style=_style())
    return render_template(
        "auth/reset_done.html",
        initial=initial if _style() is Style.RANDOM else "",
        name=request.form.get("name", ""),
    )


def _style() -> Style:
    return Style(current_app.config["SHENPI"].reset_style)


def _reset_form(problems: dict[str, str]) -> str:
    return render_template(
        "auth/reset.html",
        number=request.form.get("number", ""),
        name=request.form.get("name", ""),
        errors=problems,
        style=_style(),
    )
