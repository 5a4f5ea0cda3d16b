"""Writing the demonstration province, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import clock, crypto
from engine.db import transaction
from engine.offices import ADMINISTRATOR_NAMES, PLATFORM_NAMES, OfficeCode
from engine.pinyin import initials, pinyin
from engine.seed import bulk
from engine.seed.cast import PEOPLE, UNITS, CastPerson, CastUnit, Place, Role
from engine.seed.identity import PASSWORD, email, password_hash, phone
from engine.seed.reference import load_reference
from models import (
    Account,
    AccountState,
    Appointment,
    Office,
    Professional,
    ProfessionalState,
    Unit,
    UnitAncestor,
    UnitDepartment,
    UnitState,
    tuples,
)

# Fixed, so that two seeds of the demonstration province are the same.
_AT = clock.micros(datetime(2026, 1, 5, 1, 0, tzinfo=UTC))
_PHONES = 99_000_000  # above those of a synthetic province
_MAJORS = {Place.HOSPITAL: "1002", Place.CLINIC: "1011", Place.SCHOOL: "0701"}
_TABLES = (Account, Unit, UnitDepartment, Office, Appointment, Professional)


@dataclass(frozen=True)
class DemoAccount:
    """How a member of the cast logs in, for the CLI to print and for tests to act."""

    role: Role
    account: int
    name: str
    id_number: str
    password: str
    unit: str
    titles: tuple[str, ...]  # 专业技术人员 and names of offices held


@dataclass(frozen=True)
class Province:
    """The demonstration province: its accounts, and the ids of its units."""

    accounts: Mapping[Role, DemoAccount]
    units: Mapping[Place, int]


def small_province() -> Province:
    """Write the demonstration province unless it is there, and tell who is in it."""
    load_reference()
    numbers = {crypto.lookup(person.id_number): person for person in PEOPLE}
    with transaction():
        found = Account.select(Account.id, Account.lookup).where(Account.lookup.in_([*numbers]))
        accounts = {numbers[bytes(lookup)].role: number for number, lookup in tuples(found)}
        if not accounts:
            accounts = _write()
        units = _existing_units()
    names = {unit.place: unit.name for unit in UNITS}
    return Province(
        accounts={
            person.role: DemoAccount(
                role=person.role,
                account=accounts[person.role],
                name=person.name,
                id_number=person.id_number,
                password=PASSWORD,
                unit=names[person.place],
                titles=tuple(_titles(person)),
            )
            for person in PEOPLE
        },
        units=units,
    )


def _existing_units() -> dict[Place, int]:
    places = {unit.credit_code: unit.place for unit in UNITS}
    found = Unit.active().select(Unit.id, Unit.credit_code).where(Unit.credit_code.in_([*places]))
    return {places[code]: number for number, code in tuples(found)}


def _titles(person: CastPerson) -> Iterator[str]:
    if person.works_in is not None:
        yield "专业技术人员"
    if person.office:
        yield _office_name(person.place, person.office)


def _office_name(place: Place, code: OfficeCode) -> str:
    kind = next(unit.kind for unit in UNITS if unit.place is place)
    return PLATFORM_NAMES.get(code) or ADMINISTRATOR_NAMES[kind]


def _write() -> dict[Role, int]:
    bulk.alone(_TABLES)
    accounts = dict(zip((p.role for p in PEOPLE), _numbers(Account, len(PEOPLE)), strict=True))
    units = dict(zip((u.place for u in UNITS), _numbers(Unit, len(UNITS)), strict=True))
    bulk.insert(
        Account,
        ("id", "name", "id_number", "lookup", "phone", "email", "password", "state",
         "must_change_password", "epoch", "created_at"),
        (_account(accounts[person.role], person) for person in PEOPLE),
    )  # fmt: skip
    bulk.insert(
        Unit,
        ("id", "kind", "name", "region", "superior", "department", "credit_code", "nature",
         "level", "industry", "state", "pinyin", "initials", "created_at"),
        (_unit(unit, units) for unit in UNITS),
    )  # fmt: skip
    bulk.insert(UnitAncestor, ("unit", "ancestor", "distance"), _closure(units))
    _write_offices(accounts, units)
    _write_professionals(accounts, units)
    bulk.renumber(_TABLES)
    return accounts


def _numbers(table: type[Account | Unit], count: int) -> range:
    first = bulk.next_id(table)
    return range(first, first + count)


def _account(number: int, person: CastPerson) -> tuple[object, ...]:
    return (
        number,
        person.name,
        crypto.seal(person.id_number),
        crypto.lookup(person.id_number),
        crypto.seal(phone(_PHONES + list(Role).index(person.role))),
        crypto.seal(email(person.role)),
        password_hash(),
        AccountState.ACTIVE.value,
        False,
        0,
        clock.micros(clock.now()),  # the age of the password: an old one must be changed at log-in
    )


def _unit(unit: CastUnit, units: Mapping[Place, int]) -> tuple[object, ...]:
    return (
        units[unit.place],
        unit.kind.value,
        unit.name,
        unit.region,
        units[unit.superior] if unit.superior else None,
        units[unit.department] if unit.department else None,
        unit.credit_code,
        unit.nature,
        unit.level,
        unit.industry,
        UnitState.ACTIVE.value,
        pinyin(unit.name),
        initials(unit.name),
        _AT,
    )


def _closure(units: Mapping[Place, int]) -> Iterator[tuple[object, ...]]:
    superiors = {unit.place: unit.superior for unit in UNITS}
    for place in superiors:
        above: Place | None = place
        distance = 0
        while above:
            yield units[place], units[above], distance
            above = superiors[above]
            distance += 1


def _write_offices(accounts: Mapping[Role, int], units: Mapping[Place, int]) -> None:
    """Offices for all units and the platform, and the appointments of their holders."""
    codes = [(unit.place, OfficeCode.ADMINISTRATOR) for unit in UNITS]
    codes += [(Place.PROVINCE_BUREAU, code) for code in PLATFORM_NAMES]
    offices = {key: number for number, key in enumerate(codes, bulk.next_id(Office))}
    bulk.insert(
        Office,
        ("id", "unit", "code", "name"),
        (
            (number, units[place], code.value, _office_name(place, code))
            for (place, code), number in offices.items()
        ),
    )
    holders = [(person, person.office) for person in PEOPLE if person.office]
    numbers = {p.role: n for n, (p, _) in enumerate(holders, bulk.next_id(Appointment))}
    bulk.insert(
        Appointment,
        ("id", "office", "account", "since", "substitute_for"),
        (
            (
                numbers[person.role],
                offices[person.place, office],
                accounts[person.role],
                _AT,
                numbers[person.substitute_for] if person.substitute_for else None,
            )
            for person, office in holders
        ),
    )


def _write_professionals(accounts: Mapping[Role, int], units: Mapping[Place, int]) -> None:
    keys = [(unit.place, name) for unit in UNITS for name in unit.departments]
    departments = {key: number for number, key in enumerate(keys, bulk.next_id(UnitDepartment))}
    bulk.insert(
        UnitDepartment,
        ("id", "unit", "name", "closed"),
        ((number, units[place], name, False) for (place, name), number in departments.items()),
    )
    bulk.insert(
        Professional,
        ("id", "account", "unit", "department", "sex", "birth_date", "ethnicity", "nationality",
         "native_place", "education", "school", "major", "state", "created_at"),
        (
            (
                number,
                accounts[person.role],
                units[person.place],
                departments.get((person.place, person.works_in or "")),
                person.sex.value,
                person.birth_date.isoformat(),
                "01",
                "CN",
                "河南省郑州市金水区",
                "21",
                "郑州大学",
                _MAJORS.get(person.place, "0810"),
                ProfessionalState.ACTIVE.value,
                _AT,
            )
            for number, person in enumerate(
                (person for person in PEOPLE if person.works_in is not None),
                bulk.next_id(Professional),
            )
        ),
    )  # fmt: skip
