"""What the frame of every page shows: who, which functions, how many notices and to-dos."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException

from engine import inbox, notices
from engine.accounts import sessions
from engine.accounts.roles import UserType
from engine.subjects import registry
from web.auth import Me, viewer
from web.wording import _

_UNITS = frozenset({UserType.EMPLOYER, UserType.DEPARTMENT, UserType.BUREAU, UserType.BASE})
_EVERYBODY = frozenset(UserType)
INBOX = "/inbox"


@dataclass(frozen=True, slots=True)
class Function:
    """An entry of the side menu (功能列表, R28), shown where its page exists."""

    endpoint: str
    label: LazyString
    icon: str
    user_types: frozenset[UserType] = _EVERYBODY


# A page adds its line here; a line whose page does not exist yet is not shown.
FUNCTIONS = (
    Function("home.index", lazy_gettext("首页"), "home"),
    Function(
        "inbox.index", lazy_gettext("待办事项"), "inbox", _EVERYBODY - {UserType.PROFESSIONAL}
    ),
    Function("account.profile", lazy_gettext("用户资料管理"), "id"),
    Function("account.reset", lazy_gettext("重置密码"), "key", _UNITS | {UserType.SYSTEM}),
    Function("notices.index", lazy_gettext("通知"), "bell"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the side menu, as the layout reads it."""

    label: LazyString
    url: str
    icon: str
    current: bool
    count: int = 0


def visitor_links() -> list[tuple[LazyString, str]]:
    """What a visitor may need beside the log-in (R17, R62), as far as the pages are there."""
    links = (
        (lazy_gettext("注册审核进度查询"), "/progress"),
        (lazy_gettext("忘记登录密码?"), "/recover"),
    )
    return [(label, path) for label, path in links if there_is(path)]


def there_is(path: str) -> bool:
    """Whether a page has that address, so that no link leads nowhere."""
    try:
        current_app.url_map.bind("localhost").match(path, "GET")
    except HTTPException:
        return False
    return True


def menu(person: Me) -> list[Entry]:
    """The functions of the person's current role; the page belongs to the nearest one above it."""
    links = {
        url_for(each.endpoint): each
        for each in FUNCTIONS
        if person.role.user_type in each.user_types and each.endpoint in current_app.view_functions
    }
    path = request.path
    above = [url for url in links if path == url or (url != "/" and path.startswith(f"{url}/"))]
    current = max(above, key=len, default="")
    return [Entry(each.label, url, each.icon, url == current) for url, each in links.items()]


def _context() -> dict[str, object]:
    """The values that templates/layout.html reads."""
    person = None if g.get("plain_page") else viewer()
    if person is None:
        return {"me": None}
    if "HX-Request" in request.headers or person.must_change_password:
        return {"me": person, "session_seconds": _idle(person)}
    shown: dict[str, object] = {
        "me": person,
        "nav": menu(person),
        "notices": notices.unread(person.account),
        "session_seconds": _idle(person),
    }
    if person.is_administrator:
        shown["todo"] = _todo(person)
    return shown


def _todo(person: Me) -> list[dict[str, object]]:
    """The to-do bar (A9): how many cases of each kind wait; each entry opens its list."""
    return [
        {
            "label": _(registry.subject_of(kind).label),
            "url": url_for("inbox.index", kind=kind),
            "count": count,
        }
        for kind, count in sorted(inbox.waiting(person.actor()).items())
    ]


def _idle(person: Me) -> int:
    return sessions.idle_of(person.role) // sessions.SECOND


def init_app(app: Flask) -> None:
    """Give every template its frame."""
    app.context_processor(_context)
