"""Log-in, log-out, the captcha, the role switch, the language switch (R19-R25)."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from engine import health
from engine.accounts import captcha, sign_in
from engine.accounts.roles import UserType
from engine.accounts.throttle import SIGN_IN, Limit, Locked
from engine.errors import Refused
from web import auth, errors, frame
from web.wording import _

blueprint = Blueprint("auth", __name__)

# Where a refusal is shown: beside the field it speaks of, else above the form.
_FIELDS = {"captcha": "captcha", "credentials": "", "locked": ""}


@blueprint.get("/login")
@auth.public
def login() -> ResponseReturnValue:
    """The log-in form for the user type chosen in the service window (R20)."""
    if auth.viewer() is not None:
        return redirect(url_for("home.index"), 303)
    return _form(_user_type(request.args.get("type")), next_page=request.args.get("next"))


@blueprint.post("/login")
@auth.public
def enter() -> ResponseReturnValue:
    """Log in, or show the form again with everything typed but password and captcha."""
    form = request.form
    user_type, next_page = _user_type(form.get("type")), form.get("next")
    if form.get("refresh") == "captcha":
        return _form(user_type, number=form.get("number", ""), next_page=next_page)
    try:
        signed_in = sign_in.sign_in(_attempt(user_type), by_address=_limit())
    except Refused as refusal:
        field = _FIELDS.get(refusal.code, "")
        answer = _form(
            user_type,
            number=form.get("number", ""),
            next_page=next_page,
            errors={field: errors.words(refusal)},
            refusal=refusal.code,
        )
        return answer, 429 if isinstance(refusal, Locked) else 422
    auth.enter(signed_in)
    return redirect(auth.safe_next(next_page) or url_for("home.index"), 303)


def _attempt(user_type: UserType) -> sign_in.Attempt:
    form = request.form
    return sign_in.Attempt(
        user_type=user_type,
        number=form.get("number", ""),
        password=form.get("password", ""),
        ticket=form.get("ticket", ""),
        answer=form.get("captcha", ""),
        address=auth.address(),
    )


def _limit() -> Limit:
    return Limit(current_app.config["SHENPI"].address_failures, SIGN_IN.window)


def _user_type(given: str | None) -> UserType:
    return UserType(given) if given in set(UserType) else UserType.PROFESSIONAL


def _form(
    user_type: UserType,
    *,
    number: str = "",
    next_page: str | None = None,
    errors: dict[str, str] | None = None,
    refusal: str = "",
) -> str:
    return render_template(
        "auth/login.html",
        user_types=auth.USER_TYPES,
        user_type=user_type,
        number=number,
        next_page=auth.safe_next(next_page) or "",
        ticket=captcha.ticket(),
        errors=errors or {},
        refusal=refusal,
        links=frame.visitor_links(),
    )


@blueprint.post("/logout")
@auth.before_password_change
def logout() -> ResponseReturnValue:
    """Log out everywhere: a cookie copied from this browser is worth nothing afterwards."""
    sign_in.sign_out(auth.me().account)
    auth.leave()
    flash(_("您已安全退出。"), "success")
    return redirect(url_for("home.index"), 303)


@blueprint.get("/captcha/<ticket>")
@auth.public
def picture(ticket: str) -> Response:
    """A new picture for the ticket of a form."""
    return Response(captcha.draw(captcha.issue(ticket)), mimetype="image/png")


@blueprint.post("/role")
def switch_role() -> ResponseReturnValue:
    """Go on in another of one's roles."""
    role = auth.switch(request.form.get("role", ""))
    flash(_("已切换身份：%(role)s", role=role.label), "success")
    return redirect(url_for("home.index"), 303)


@blueprint.get("/language/<code>")
@auth.public
@auth.before_password_change
def language(code: str) -> ResponseReturnValue:
    """Show the pages in Chinese or English from now on."""
    session["language"] = "en" if code == "en" else "zh"
    return redirect(auth.safe_next(request.args.get("next")) or url_for("home.index"), 303)


@blueprint.get("/session")
@auth.before_password_change
def extend() -> ResponseReturnValue:
    """Say that the person is still there; the guard has renewed the session."""
    auth.me()
    return "", 204


@blueprint.get("/healthz")
@auth.public
def healthy() -> Response:
    """For load balancers: whether this process and its database answer."""
    health.check()
    return Response("ok\n", mimetype="text/plain")
