"""Where people work and who governs whom: regions, units, offices, code sets."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    SQL,
    BigAutoField,
    BlobField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from models.accounts import Account
from models.base import Base, Clustered, MomentField


class UnitKind(StrEnum):
    """The four kinds of unit in the one hierarchy (design.md section 2)."""

    EMPLOYER = "employer"  # 用人单位
    DEPARTMENT = "department"  # 行业主管部门
    BUREAU = "bureau"  # 人社部门
    BASE = "base"  # 继续教育基地


class UnitState(StrEnum):
    """Life of a unit; only an active one can be chosen (A3)."""

    PENDING = "pending"
    ACTIVE = "active"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class StoredFile(Base):
    """A file in the store, addressed by content; served only through an authorised view."""

    id = BigAutoField()
    digest = BlobField(unique=True)  # SHA-256 of the stored (re-encoded) bytes
    media_type = TextField()
    size = IntegerField()
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    created_at = MomentField()


class Region(Base):
    """A province, city or county; Jiyuan and 省直 have no counties (E10)."""

    code = TextField(primary_key=True)
    name = TextField()
    parent = ForeignKeyField("self", null=True, backref="children")
    parent_id: str | None
    level = IntegerField()  # 1 province, 2 city, 3 county
    pinyin = TextField()
    initials = TextField()

    @classmethod
    def below(cls, parent: str | None) -> ModelSelect[Region]:
        """Direct children, in code order."""
        return cls.select().where(cls.parent == parent).order_by(cls.code)


class Code(Base):
    """One entry of a code set: ethnicity, education, major, title series, nature ..."""

    scheme = TextField()
    code = TextField()
    name = TextField()
    parent = TextField(null=True)  # code of the entry above, in the same scheme
    position = IntegerField()
    pinyin = TextField()
    initials = TextField()

    class Meta:
        primary_key = CompositeKey("scheme", "code")

    @classmethod
    def of(cls, scheme: str) -> ModelSelect[Code]:
        """All entries of a scheme in their official order."""
        return cls.select().where(cls.scheme == scheme).order_by(cls.position)


class Unit(Base):
    """A node of the hierarchy; its region is inherited from its superior (A3)."""

    id = BigAutoField()
    kind = TextField()
    name = TextField()
    region = ForeignKeyField(Region, backref="units")
    region_id: str
    superior = ForeignKeyField("self", null=True, backref="subordinates")
    superior_id: int | None
    department = ForeignKeyField("self", null=True, backref="supervised")  # 行业主管部门
    department_id: int | None
    credit_code = TextField(null=True)  # 统一社会信用代码
    nature = TextField(null=True)
    level = TextField(null=True)
    industry = TextField(null=True)
    address = TextField(null=True)
    licence = ForeignKeyField(StoredFile, null=True, index=False)
    licence_id: int | None
    administrator = ForeignKeyField(Account, null=True, index=False)  # who registered it (A4)
    administrator_id: int | None
    state = TextField(default=UnitState.PENDING)
    pinyin = TextField()
    initials = TextField()
    created_at = MomentField()

    class Meta:
        indexes = ((("region", "kind", "name"), False),)

    @classmethod
    def active(cls) -> ModelSelect[Unit]:
        """Units that can be chosen and act."""
        return cls.select().where(cls.state == UnitState.ACTIVE)


# One live unit per credit code; a rejected or withdrawn registration frees it.
Unit.add_index(
    Unit.index(Unit.credit_code, unique=True, name="unit_live_credit_code").where(
        SQL("state IN ('pending', 'active')")
    )
)


class UnitAncestor(Clustered):
    """Closure of the hierarchy: every unit with itself (distance 0) and each unit above it."""

    unit = ForeignKeyField(Unit, backref="ancestors")
    unit_id: int
    ancestor = ForeignKeyField(Unit, backref="descendants", index=False)
    ancestor_id: int
    distance = IntegerField()

    class Meta:
        primary_key = CompositeKey("ancestor", "unit")


class UnitDepartment(Base):
    """部门 of a unit, kept by the unit itself (A16)."""

    id = BigAutoField()
    unit = ForeignKeyField(Unit, backref="departments")
    unit_id: int
    name = TextField()
    closed = BooleanField(default=False)

    class Meta:
        indexes = ((("unit", "name"), True),)


class Office(Base):
    """岗位: an administrative role at a unit; tasks are addressed to offices, never to people."""

    id = BigAutoField()
    unit = ForeignKeyField(Unit, backref="offices", index=False)
    unit_id: int
    code = TextField(default="administrator")
    name = TextField()

    class Meta:
        indexes = ((("unit", "code"), True),)


class Appointment(Base):
    """任职: an account holds an office from ``since`` until ``until`` (open when null).

    A substitute is an appointment of its own that names the one it stands in for, so it applies to
    tasks already open (design.md decision 9).
    """

    id = BigAutoField()
    office = ForeignKeyField(Office, backref="appointments")
    office_id: int
    account = ForeignKeyField(Account, backref="appointments")
    account_id: int
    since = MomentField()
    until = MomentField(null=True)
    substitute_for = ForeignKeyField("self", null=True, index=False)
    substitute_for_id: int | None
