"""专业技术人员: the professional role of an account, with its profile."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, BigAutoField, DateField, ForeignKeyField, TextField

from models.accounts import Account
from models.base import Base, MomentField
from models.hierarchy import Unit, UnitDepartment


class ProfessionalState(StrEnum):
    """Life of one registration of a professional (E2)."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Professional(Base):
    """专业技术人员: the professional role of an account, with its profile (R7).

    Each registration makes a row; at most one of an account is pending or active.
    """

    id = BigAutoField()
    account = ForeignKeyField(Account, backref="professionals", index=False)
    account_id: int
    unit = ForeignKeyField(Unit, backref="professionals")
    unit_id: int
    department = ForeignKeyField(UnitDepartment, null=True, index=False)
    department_id: int | None
    sex = TextField()  # male, female
    birth_date = DateField()
    ethnicity = TextField()  # code of scheme ethnicity
    nationality = TextField()  # code of scheme country
    native_place = TextField()
    education = TextField(null=True)  # code of scheme education
    school = TextField()
    major = TextField()  # code of scheme major
    major_name = TextField(null=True)  # the exact name where only the class is in the list
    state = TextField(default=ProfessionalState.PENDING)
    created_at = MomentField()


Professional.add_index(
    Professional.index(Professional.account, unique=True, name="professional_live").where(
        SQL("state IN ('pending', 'active')")
    )
)
Professional.add_index(Professional.index(Professional.account, name="professional_account"))
