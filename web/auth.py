"""Whose request this is: the session, the current role, and log-in required unless said otherwise.

Flask-Login is met here only; the rest of the pages ask ``me()`` and get typed values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_login import LoginManager, current_user, login_user

from engine import clock
from engine.accounts import sessions
from engine.accounts.roles import Role, UserType
from engine.accounts.sign_in import SignedIn
from engine.actor import Actor
from engine.errors import NotYours
from web.wording import _

P = ParamSpec("P")
R = TypeVar("R")

USER_TYPES = {
    UserType.PROFESSIONAL: lazy_gettext("专业技术人员"),
    UserType.EMPLOYER: lazy_gettext("用人单位"),
    UserType.DEPARTMENT: lazy_gettext("行业主管部门"),
    UserType.BUREAU: lazy_gettext("人社部门"),
    UserType.BASE: lazy_gettext("继续教育基地"),
    UserType.SYSTEM: lazy_gettext("系统管理"),
}

_SEEN_EVERY = 20 * 1_000_000  # the cookie is written again only after so many microseconds


@dataclass(frozen=True, slots=True)
class LabelledRole(Role):
    """A role with the words by which its owner knows it."""

    @property
    def label(self) -> str:
        """Such as 用人单位 · 郑州市第一医院."""
        what = (
            _(self.office_name) if self.user_type is UserType.SYSTEM else USER_TYPES[self.user_type]
        )
        return f"{what} · {self.unit_name}"


@dataclass(frozen=True, slots=True)
class Me:
    """The person behind the request, in the role chosen at log-in or by the switch."""

    account: int
    name: str
    roles: tuple[LabelledRole, ...]
    role: LabelledRole
    must_change_password: bool

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The account, as Flask-Login stores it."""
        return str(self.account)

    @property
    def is_administrator(self) -> bool:
        """Whether the current role is an office, not the person's own profile."""
        return self.role.user_type is not UserType.PROFESSIONAL

    def actor(self) -> Actor:
        """Who acts, for the engine: without offices as a professional, else with those of its side.

        The offices of the platform and those of units never act together (三权分立).
        """
        platform = self.role.user_type is UserType.SYSTEM
        offices = frozenset(
            role.office
            for role in self.roles
            if role.office is not None and (role.user_type is UserType.SYSTEM) == platform
        )
        return Actor(self.account, self.name, offices if self.is_administrator else frozenset())


def viewer() -> Me | None:
    """The person logged in, or None for a visitor."""
    found = current_user._get_current_object()
    return found if isinstance(found, Me) else None


def me() -> Me:
    """The person logged in; views that are not public may rely on it."""
    person = viewer()
    if person is None:
        abort(401)
    return person


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open a view to visitors; put it next to the function, below the route."""
    view.public = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def before_password_change(view: Callable[P, R]) -> Callable[P, R]:
    """Leave a view open to a person who must first choose a new password."""
    view.before_password_change = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def only(*user_types: UserType) -> None:
    """Refuse a current role of any other type; the first line of such a view.

    :raises NotYours: which becomes a page that names the role switcher
    """
    if me().role.user_type not in user_types:
        raise NotYours


def enter(signed_in: SignedIn) -> None:
    """Open the session of a person who has just logged in; nothing of the visitor's stays in it."""
    now = clock.micros(clock.now())
    _forget()
    session.update(epoch=signed_in.epoch, opened=now, seen=now, role=signed_in.role.code)
    person = _load(str(signed_in.account))
    if person is None:
        abort(401)
    login_user(person)


def renew(epoch: int) -> None:
    """Keep this session after the person changed the password, which ended all the others."""
    session["epoch"] = epoch


def leave() -> None:
    """Close the session of this browser."""
    _forget()
    g.pop("_login_user", None)


def switch(code: str) -> LabelledRole:
    """Use another of one's roles from now on.

    :raises NotYours: if the person does not have it
    """
    role = next((role for role in me().roles if role.code == code), None)
    if role is None:
        raise NotYours
    session["role"] = role.code
    return role


def safe_next(target: str | None) -> str | None:
    """A path of this site to go on to, or None; never another site."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or not target.isprintable():
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def address() -> str:
    """The network address of the visitor; behind proxies, as many as the settings trust."""
    return request.remote_addr or ""


def _forget() -> None:
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _load(account: str) -> Me | None:
    """What Flask-Login calls once a request: the session's person, if it still holds."""
    now = clock.micros(clock.now())
    found = sessions.resume(int(account), session.get("epoch", -1), now)
    if found is None:
        return None
    roles = tuple(labelled(role) for role in found.roles)
    role = next((role for role in roles if role.code == session.get("role")), None)
    opened_at, seen_at = session.get("opened", 0), session.get("seen", 0)
    if role is None or sessions.expired(role, opened_at=opened_at, seen_at=seen_at, now=now):
        return None
    if now - seen_at > _SEEN_EVERY:
        session["seen"] = now
    return Me(found.account, found.name, roles, role, found.must_change_password)


def labelled(role: Role) -> LabelledRole:
    """A role with its words."""
    return LabelledRole(
        role.user_type,
        role.unit,
        role.unit_name,
        role.office,
        role.office_code,
        role.office_name,
    )


def _ask() -> ResponseReturnValue | None:
    """Let visitors see public views only, and a forced change of password come first."""
    if request.endpoint in {None, "static"}:
        return None
    view = current_app.view_functions[request.endpoint]
    person = viewer()
    if person is None:
        return None if getattr(view, "public", False) else _sign_in_first()
    if person.must_change_password and not getattr(view, "before_password_change", False):
        return redirect(url_for("account.password"), 303)
    return None


def _sign_in_first() -> ResponseReturnValue:
    if "_user_id" in session:
        leave()
        flash(
            _("登录已结束：长时间没有操作，或账号已在别处退出、修改密码。请重新登录。"), "warning"
        )
    if request.method not in {"GET", "HEAD"}:
        abort(401)  # what was typed is still in the browser; the page says so
    target = url_for("auth.login", next=request.full_path.rstrip("?"))
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": url_for("auth.login")})
    return redirect(target, 303)


def init_app(app: Flask) -> None:
    """Guard every view of the application."""
    manager = LoginManager()
    manager.session_protection = None  # a phone changes its address on the way to work
    manager.user_loader(_load)
    manager.init_app(app)
    app.before_request(_ask)
