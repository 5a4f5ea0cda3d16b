"""The offices (岗位) that Shenpi knows by code, and their names."""

from __future__ import annotations

from enum import StrEnum

from models import UnitKind


class OfficeCode(StrEnum):
    """An office of every unit, and those of the platform itself at the provincial bureau.

    System, security and audit administration are three offices, held by three people.
    """

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    OPERATOR = "operator"
    SYSTEM = "system"
    SECURITY = "security"
    AUDITOR = "auditor"


PLATFORM_NAMES = {
    OfficeCode.ANALYST: "流程管理员",
    OfficeCode.OPERATOR: "运行管理员",
    OfficeCode.SYSTEM: "系统管理员",
    OfficeCode.SECURITY: "安全管理员",
    OfficeCode.AUDITOR: "审计管理员",
}

ADMINISTRATOR_NAMES = {
    UnitKind.EMPLOYER: "单位管理员",
    UnitKind.DEPARTMENT: "主管部门管理员",
    UnitKind.BUREAU: "人社部门管理员",
    UnitKind.BASE: "继续教育基地管理员",
}
