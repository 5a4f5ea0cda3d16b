"""How both registrations present themselves to reviewer and applicant (``registry``)."""

from __future__ import annotations

from engine import choices, crypto, fields, id_number
from engine.errors import NotFound
from engine.subjects import profile, unit_profile
from engine.subjects.registry import Group, Shown, Subject, register
from models import Account, Professional, Unit

SEX = {"male": "男", "female": "女"}
KINDS = {
    "employer": "用人单位",
    "department": "行业主管部门",
    "bureau": "人社部门",
    "base": "继续教育基地",
}
# The Chinese message ids of every field of both forms.
LABELS = {
    "id_number": "身份证号",
    "password": "密码",
    "password_again": "确认密码",
    "phone": "手机号",
    "email": "邮箱",
    "existing": "已是本系统用户",
    "notice": "个人信息处理告知",
    "name": "姓名",
    "region": "用人单位所在地区",
    "unit": "所在单位",
    "department": "所属工作部门",
    "sex": "性别",
    "birth_date": "出生日期",
    "ethnicity": "民族",
    "nationality": "国籍",
    "native_place": "籍贯",
    "education": "学历",
    "school": "毕业院校",
    "major": "所学专业",
    "major_name": "专业名称",
}
UNIT_LABELS = {
    "kind": "单位类型",
    "region": "所在地区",
    "superior": "上级单位",
    "department": "主管部门",
    "unit_name": "单位名称",
    "credit_code": "统一社会信用代码",
    "nature": "单位性质",
    "level": "级别",
    "industry": "所属行业",
    "address": "单位地址",
    "licence": "证照扫描件",
}


def registration(subject: int) -> tuple[Group, ...]:
    """A registration of a person, in the two modules of its form (R4, R7)."""
    professional = Professional.get_by_id(subject)
    words = profile.words(professional)
    words["sex"] = SEX.get(words["sex"], "")
    personal = (
        Shown("region", LABELS["region"], choices.name_of_region(professional.unit.region.code)),
        Shown("unit", LABELS["unit"], professional.unit.name),
        *(Shown(name, LABELS[name], value, coded=name == "sex") for name, value in words.items()),
    )
    return (
        Group("account", "账号信息", _person(professional.account)),
        Group("personal", "个人信息", personal),
    )


def unit_registration(subject: int) -> tuple[Group, ...]:
    """A registration of a unit, with its future administrator."""
    unit = Unit.get_by_id(subject)
    words = unit_profile.words(unit)
    words.pop("licence")
    facts = (
        Shown("kind", UNIT_LABELS["kind"], KINDS[unit.kind], coded=True),
        *(Shown(name, UNIT_LABELS[name], value) for name, value in words.items()),
        Shown(
            "licence",
            UNIT_LABELS["licence"],
            "",
            file=None if unit.licence is None else unit.licence.id,
        ),
    )
    return (
        Group("unit", "单位信息", facts),
        Group("account", "管理员信息", _person(unit.administrator)),
    )


def _person(account: Account | None) -> tuple[Shown, ...]:
    if account is None:  # a unit that was seeded, not registered
        return ()
    number, phone, email = (
        crypto.unseal(value) for value in (account.id_number, account.phone, account.email)
    )
    return (
        Shown("name", LABELS["name"], account.name),
        Shown("id_number", LABELS["id_number"], id_number.mask(number), masked=True),
        Shown("phone", LABELS["phone"], fields.masked_phone(phone), masked=True),
        Shown("email", LABELS["email"], fields.masked_email(email), masked=True),
    )


def reveal_person(subject: int, name: str) -> str:
    """The whole of a masked field of a person's registration; the caller logs it."""
    return _reveal(Professional.get_by_id(subject).account, name)


def reveal_administrator(subject: int, name: str) -> str:
    """The whole of a masked field of a unit's future administrator; the caller logs it."""
    return _reveal(Unit.get_by_id(subject).administrator, name)


def _reveal(account: Account | None, name: str) -> str:
    if account is None:
        raise NotFound(f"masked field {name}")
    sealed = {"id_number": account.id_number, "phone": account.phone, "email": account.email}
    if name not in sealed:
        raise NotFound(f"masked field {name}")
    return crypto.unseal(sealed[name])


_PERSON = frozenset({"name", "id_number"})  # fixed once registered (R5, R8)
register(
    Subject(
        "registration",
        "专业技术人员注册",
        registration,
        reveal_person,
        _PERSON | {"region", "unit"},
    )
)
register(
    Subject(
        "unit_registration", "单位注册", unit_registration, reveal_administrator, _PERSON | {"kind"}
    )
)
