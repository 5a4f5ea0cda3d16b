"""The first administrator of a platform on which nobody can approve anybody yet."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from engine import clock, crypto, fields, id_number, pinyin
from engine.accounts.passwords import hash_password
from engine.db import transaction
from engine.errors import Refused
from engine.offices import ADMINISTRATOR_NAMES, PLATFORM_NAMES, OfficeCode
from models import (
    Account,
    AccountState,
    Appointment,
    Office,
    Region,
    Unit,
    UnitAncestor,
    UnitKind,
    UnitState,
)

VALID = timedelta(hours=24)


def found(*, name: str, number: str, phone: str, email: str, unit: str) -> str:
    """Make a system administrator who also administers the provincial bureau; return the password.

    Both offices, because somebody has to approve the first units; they can be given to two people
    afterwards. The password is good for 24 hours and for choosing another one.

    :param number: the ID number
    :param unit: name of the provincial human-resources bureau, made unless it is there
    :raises Invalid: with the fault of each field
    :raises Refused: ``founded`` if somebody holds the office of system administrator already
    """
    person = _read(name=name, number=number, phone=phone, email=email, unit=unit)
    password, now = _password(), clock.now()
    hashed, moment = hash_password(password), clock.micros(now)
    with transaction():
        _only_once()
        account = Account.create(
            name=person.name,
            id_number=crypto.seal(person.number),
            lookup=crypto.lookup(person.number),
            phone=crypto.seal(person.phone),
            email=crypto.seal(person.email),
            password=hashed,
            state=AccountState.ACTIVE,
            must_change_password=True,
            password_expires_at=clock.micros(now + VALID),
            created_at=moment,
        )
        _appoint(account, _bureau(person.unit, moment), moment)
    return password


@dataclass(frozen=True, slots=True)
class _Person:
    """What was entered, checked."""

    name: str
    number: str
    phone: str
    email: str
    unit: str


def _read(*, name: str, number: str, phone: str, email: str, unit: str) -> _Person:
    """Check what was entered. Raises Invalid with the fault of each field."""
    sheet, today = fields.Sheet(), clock.now().astimezone(clock.ZONE).date()
    read = _Person(
        name=sheet.read("name", name, fields.person_name) or "",
        number=sheet.read("id_number", number, lambda t: id_number.parse(t, today).number) or "",
        phone=sheet.read("phone", phone, fields.mobile) or "",
        email=sheet.read("email", email, fields.email) or "",
        unit=sheet.read("unit", unit, fields.line) or "",
    )
    sheet.close()
    return read


def _appoint(account: Account, bureau: Unit, now: int) -> None:
    names = {
        OfficeCode.SYSTEM: PLATFORM_NAMES[OfficeCode.SYSTEM],
        OfficeCode.ADMINISTRATOR: ADMINISTRATOR_NAMES[UnitKind.BUREAU],
    }
    for code, title in names.items():
        office = Office.get_or_none(Office.unit == bureau, Office.code == code)
        office = office or Office.create(unit=bureau, code=code, name=title)
        Appointment.create(office=office, account=account, since=now)


def _only_once() -> None:
    held = Appointment.select().join(Office).where(Office.code == OfficeCode.SYSTEM)
    if held.exists():
        raise Refused("founded")


def _bureau(name: str, now: int) -> Unit:
    province = Region.below(None).get()
    bureau: Unit | None = Unit.get_or_none(
        Unit.kind == UnitKind.BUREAU, Unit.region == province, Unit.name == name
    )
    if bureau is None:
        bureau = Unit.create(
            kind=UnitKind.BUREAU,
            name=name,
            region=province,
            state=UnitState.ACTIVE,
            pinyin=pinyin.pinyin(name),
            initials=pinyin.initials(name),
            created_at=now,
        )
        UnitAncestor.create(unit=bureau, ancestor=bureau, distance=0)
    return bureau


def _password() -> str:
    """Twelve characters of three classes, none read as another."""
    parts = (("ABCDEFGHJKLMNPQRTUVWXY", 2), (string.ascii_lowercase.replace("l", ""), 7))
    letters = "".join(secrets.choice(of) for of, count in parts for _ in range(count))
    return letters + "".join(secrets.choice("23456789") for _ in range(3))
