"""忘记登录密码?: a code to the registered e-mail or phone, then a new password (R62)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.accounts import captcha, codes, recovery
from engine.accounts.codes import Channel
from engine.accounts.throttle import Locked
from engine.errors import Invalid, Refused
from web import auth, errors
from web.wording import _

blueprint = Blueprint("recovery", __name__)


@blueprint.get("/recover")
@auth.public
def start() -> str:
    """Which account, and where the code shall go."""
    return _start_form({})


@blueprint.post("/recover")
@auth.public
def send() -> ResponseReturnValue:
    """Send the code; the answer is the same whether or not the account exists."""
    form = request.form
    if form.get("refresh") == "captcha":
        return _start_form({})
    problems = _missing(form.get("number", ""), form.get("channel", ""))
    if problems:
        return _start_form(problems), 422
    try:
        name = recovery.request(
            form["number"],
            Channel(form["channel"]),
            ticket=form.get("ticket", ""),
            answer=form.get("captcha", ""),
            address=auth.address(),
        )
    except Locked as error:
        return _start_form({"": errors.words(error)}), 429
    except Refused as error:
        return _start_form({"captcha": errors.words(error)}), 422
    session["recovery"] = name
    return redirect(url_for("recovery.choose"), 303)


@blueprint.get("/recover/password")
@auth.public
def choose() -> ResponseReturnValue:
    """The code and the new password."""
    if "recovery" not in session:
        return redirect(url_for("recovery.start"), 303)
    return _choose_form({})


@blueprint.post("/recover/password")
@auth.public
def finish() -> ResponseReturnValue:
    """Set the new password; only the code is typed again when something is wrong with it."""
    form = request.form
    try:
        recovery.finish(
            session.get("recovery", ""),
            form.get("code", ""),
            new=form.get("new", ""),
            repeated=form.get("repeated", ""),
        )
    except Invalid as error:
        return _choose_form(errors.invalid_words(error)), 422
    except Refused as error:
        return _choose_form({"code": errors.words(error)}), 422
    session.pop("recovery", None)
    flash(_("新密码已设置，请用新密码登录。"), "success")
    return redirect(url_for("auth.login"), 303)


def _missing(number: str, channel: str) -> dict[str, str]:
    required = str(errors.INVALID["required"])
    problems = {} if number.strip() else {"number": required}
    return problems if channel in set(Channel) else {**problems, "channel": required}


def _start_form(problems: dict[str, str]) -> str:
    return render_template(
        "auth/recover.html",
        number=request.form.get("number", ""),
        channel=request.form.get("channel", Channel.MAIL),
        ticket=captcha.ticket(),
        errors=problems,
    )


def _choose_form(problems: dict[str, str]) -> str:
    return render_template(
        "auth/recover_password.html",
        code=request.form.get("code", ""),
        minutes=codes.LIFETIME // codes.MINUTE,
        errors=problems,
    )
