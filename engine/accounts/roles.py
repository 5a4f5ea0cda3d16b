"""The roles of an account, derived from what it is and holds; never stored a second time.

A person is a professional by an active profile, and an administrator by each current appointment
at an active unit. The user type of an administrator is the kind of that unit, except for the
offices of the platform itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.db import pipeline
from engine.offices import OfficeCode
from models import Appointment, Office, Professional, ProfessionalState, Unit, UnitKind, UnitState
from models.prepared import Prepared, slot


class UserType(StrEnum):
    """What a person chooses in the service window before logging in (R20)."""

    PROFESSIONAL = "professional"  # 专业技术人员
    EMPLOYER = "employer"  # 用人单位
    DEPARTMENT = "department"  # 行业主管部门
    BUREAU = "bureau"  # 人社部门
    BASE = "base"  # 继续教育基地
    SYSTEM = "system"  # 系统管理


PLATFORM_OFFICES = frozenset(OfficeCode) - {OfficeCode.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Role:
    """One way in which an account may use the platform; ``office`` is None for a professional."""

    user_type: UserType
    unit: int
    unit_name: str
    office: int | None = None
    office_code: str = ""
    office_name: str = ""

    @property
    def code(self) -> str:
        """A name that tells the roles of one account apart."""
        return "professional" if self.office is None else f"office-{self.office}"


# Asked at every request of a session, so prepared.
_PROFESSIONAL = Prepared(
    lambda: (
        Professional.select(Unit.id, Unit.name)
        .join(Unit)
        .where(
            Professional.account == slot("account"), Professional.state == ProfessionalState.ACTIVE
        )
    )
)
_APPOINTMENTS = Prepared(
    lambda: (
        Appointment.select(Unit.id, Unit.name, Unit.kind, Office.id, Office.code, Office.name)
        .join(Office)
        .join(Unit)
        .where(
            Appointment.account == slot("account"),
            Appointment.since <= slot("now"),
            Appointment.until.is_null() | (Appointment.until > slot("now")),
            Unit.state == UnitState.ACTIVE,
        )
        .order_by(Office.id)
        .distinct()
    )
)


def roles_of(account: int, now: int) -> tuple[Role, ...]:
    """The roles an account has at a moment (microseconds), the professional one first."""
    with pipeline():  # every request asks this
        profiles = _PROFESSIONAL.run(account=account)
        appointments = _APPOINTMENTS.run(account=account, now=now)
    professional = [Role(UserType.PROFESSIONAL, unit, name) for unit, name in profiles.fetchall()]
    administrative = [
        Role(_user_type(kind, code), unit, unit_name, office, code, office_name)
        for unit, unit_name, kind, office, code, office_name in appointments.fetchall()
    ]
    return (*professional, *administrative)


def _user_type(kind: str, code: str) -> UserType:
    return UserType.SYSTEM if code in PLATFORM_OFFICES else UserType(kind)


def awaits_review(account: int, user_type: UserType) -> bool:
    """Whether a registration of this account for this user type is still being reviewed (R24)."""
    if user_type is UserType.PROFESSIONAL:
        return bool(
            Professional.select()
            .where(Professional.account == account, Professional.state == ProfessionalState.PENDING)
            .exists()
        )
    if user_type is UserType.SYSTEM:
        return False
    return bool(
        Unit.select()
        .where(
            Unit.administrator == account,
            Unit.kind == UnitKind(user_type.value),
            Unit.state == UnitState.PENDING,
        )
        .exists()
    )
