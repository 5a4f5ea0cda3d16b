"""A small made-up province for tests: units, offices and people, written as rows.

ID numbers and names are synthesised. Everybody's password is ``PASSWORD`` unless said otherwise.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from argon2 import PasswordHasher

from engine import clock, crypto, id_number
from engine.id_number import Sex
from engine.offices import OfficeCode
from models import (
    Account,
    AccountState,
    Appointment,
    Office,
    Professional,
    ProfessionalState,
    Region,
    Unit,
    UnitAncestor,
    UnitKind,
    UnitState,
)

PASSWORD = "Right-Horse-7"


@lru_cache
def _hashed(password: str) -> str:
    """An argon2id hash that is quick to compare with; the parameters are part of it."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)


def number(sequence: int = 0) -> str:
    """The ID number of the made-up person of that number."""
    return id_number.synthesise("410105", date(1988, 5, 17), Sex.FEMALE, sequence)


def person(
    sequence: int = 0,
    *,
    name: str = "王晓燕",
    password: str = PASSWORD,
    state: AccountState = AccountState.ACTIVE,
) -> int:
    """An account without any role; returns its id."""
    given = number(sequence)
    account = Account.create(
        name=name,
        id_number=crypto.seal(given),
        lookup=crypto.lookup(given),
        phone=crypto.seal(f"1380000{sequence:04d}"),
        email=crypto.seal(f"person{sequence}@example.cn"),
        password=_hashed(password),
        state=state,
        created_at=clock.micros(clock.now()),
    )
    return int(account.id)


def unit(
    name: str = "郑州市第一医院",
    *,
    kind: UnitKind = UnitKind.EMPLOYER,
    superior: int | None = None,
    state: UnitState = UnitState.ACTIVE,
    administrator: int | None = None,
) -> int:
    """A unit with its place in the hierarchy and its administrator's office; returns its id."""
    Region.insert(
        code="410000", name="河南省", level=1, pinyin="henan", initials="hn"
    ).on_conflict_ignore().execute()
    row = Unit.create(
        kind=kind,
        name=name,
        region="410000",
        superior=superior,
        state=state,
        administrator=administrator,
        pinyin="",
        initials="",
        created_at=clock.micros(clock.now()),
    )
    UnitAncestor.insert(unit=row.id, ancestor=row.id, distance=0).execute()
    if superior is not None:
        above = UnitAncestor.select().where(UnitAncestor.unit == superior)
        for each in list(above):
            UnitAncestor.insert(
                unit=row.id, ancestor=each.ancestor_id, distance=each.distance + 1
            ).execute()
    Office.create(unit=row.id, code=OfficeCode.ADMINISTRATOR, name="管理员")
    return int(row.id)


def professional(
    account: int, unit_id: int, state: ProfessionalState = ProfessionalState.ACTIVE
) -> int:
    """Make an account a professional of a unit; returns the id of the profile."""
    row = Professional.create(
        account=account,
        unit=unit_id,
        sex=Sex.FEMALE,
        birth_date=date(1988, 5, 17),
        ethnicity="01",
        nationality="CHN",
        native_place="河南郑州",
        school="郑州大学",
        major="1002",
        state=state,
        created_at=clock.micros(clock.now()),
    )
    return int(row.id)


def appoint(
    account: int, unit_id: int, code: str = OfficeCode.ADMINISTRATOR, *, until: int | None = None
) -> int:
    """Give an account an office of a unit from now on; returns the office's id."""
    office, _ = Office.get_or_create(unit=unit_id, code=code, defaults={"name": code})
    Appointment.create(
        office=office.id,
        account=account,
        since=clock.micros(clock.now()) - 1_000_000,
        until=until,
    )
    return int(office.id)
