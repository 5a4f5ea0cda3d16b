"""The home page: service window for visitors (R2, R20), function list once logged in (R28)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from engine import inbox
from engine.accounts.roles import UserType
from web import auth, frame

blueprint = Blueprint("home", __name__)

# Where each user type registers; the platform's own staff are appointed.
REGISTRATION = {
    UserType.PROFESSIONAL: "/register",
    UserType.EMPLOYER: "/register/unit/employer",
    UserType.DEPARTMENT: "/register/unit/department",
    UserType.BUREAU: "/register/unit/bureau",
    UserType.BASE: "/register/unit/base",
}


@dataclass(frozen=True, slots=True)
class Module:
    """One of the functions of R28; without an address it is announced, not linked."""

    label: LazyString
    text: LazyString
    icon: str
    path: str

    @property
    def url(self) -> str:
        """The address, if the page is there."""
        return self.path if frame.there_is(self.path) else ""


MODULES = (
    Module(lazy_gettext("用户资料管理"), lazy_gettext("维护基本信息，修改密码"), "id", "/account"),
    Module(
        lazy_gettext("学时(学分)申报"),
        lazy_gettext("按学习形式申报专业科目学时，上传证明材料"),
        "clipboard-list",
        "/declarations/new",
    ),
    Module(
        lazy_gettext("申报进度查询"),
        lazy_gettext("查看、撤销、修改申报，了解审核意见"),
        "list-details",
        "/declarations",
    ),
    Module(
        lazy_gettext("年度完成情况"),
        lazy_gettext("查看各年度学时，打印电子证书"),
        "calendar-check",
        "/years",
    ),
)


@blueprint.get("/")
@auth.public
def index() -> str:
    """The page that everybody starts from."""
    person = auth.viewer()
    if person is None:
        return render_template(
            "home/visitor.html",
            user_types=auth.USER_TYPES,
            registrations=_registrations(),
            links=frame.visitor_links(),
        )
    if not person.is_administrator:
        return render_template("home/professional.html", modules=MODULES)
    there = frame.there_is(frame.INBOX)
    return render_template(
        "home/administrator.html",
        user_types=auth.USER_TYPES,
        inbox_url=frame.INBOX if there else "",
        waiting=inbox.badge(person.actor()) if there else 0,
    )


def _registrations() -> dict[UserType, str]:
    return {each: path for each, path in REGISTRATION.items() if frame.there_is(path)}
