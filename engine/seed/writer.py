"""The rows of a synthetic province: how planned units and invented people are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine import crypto
from engine.offices import ADMINISTRATOR_NAMES, OfficeCode
from engine.pinyin import initials, pinyin
from engine.seed import bulk
from engine.seed.identity import email, password_hash, phone
from engine.seed.people import Person, Profile
from engine.seed.units import SORTS, PlannedUnit
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
)

TABLES = (Account, Unit, UnitAncestor, UnitDepartment, Office, Appointment, Professional)

_ACCOUNT = (
    "id", "name", "id_number", "lookup", "phone", "email", "password", "state",
    "must_change_password", "password_expires_at", "epoch", "created_at",
)  # fmt: skip
_UNIT = (
    "id", "kind", "name", "region", "superior", "department", "credit_code", "nature", "level",
    "industry", "address", "licence", "administrator", "state", "pinyin", "initials", "created_at",
)  # fmt: skip
_PROFESSIONAL = (
    "id", "account", "unit", "department", "sex", "birth_date", "ethnicity", "nationality",
    "native_place", "education", "school", "major", "major_name", "state", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Employed:
    """A person with a profile at a unit; ``department`` is null where the unit has none."""

    person: Person
    profile: Profile
    unit: int
    department: int | None


class Writer:
    """Writes rows that were all created at one moment, numbering them itself."""

    def __init__(self, *, at: int) -> None:
        """:param at: microseconds since 1970"""
        self._at = at
        self._account = bulk.next_id(Account)
        self._professional = bulk.next_id(Professional)
        self._department = bulk.next_id(UnitDepartment)
        self._office = bulk.next_id(Office)
        self._appointment = bulk.next_id(Appointment)

    def units(self, planned: list[tuple[PlannedUnit, Person]]) -> dict[int, list[int]]:
        """Write units, each with its administrator, office, appointment and departments.

        :return: ids of the departments by unit
        """
        first = self._account
        self._accounts([person for _, person in planned])
        bulk.insert(
            Unit,
            _UNIT,
            (self._unit(unit, first + place) for place, (unit, _) in enumerate(planned)),
        )
        plans = [unit for unit, _ in planned]
        bulk.insert(UnitAncestor, ("unit", "ancestor", "distance"), _closure(plans))
        self._offices(plans, first)
        return self._departments(plans)

    def professionals(self, employed: list[Employed]) -> None:
        """Write people with their accounts and approved profiles."""
        account, professional = self._account, self._professional
        self._accounts([one.person for one in employed])
        bulk.insert(
            Professional,
            _PROFESSIONAL,
            (
                self._profile(one, account + place, professional + place)
                for place, one in enumerate(employed)
            ),
        )
        self._professional += len(employed)

    def _accounts(self, people: list[Person]) -> None:
        first = self._account
        rows = (self._person(person, number) for number, person in enumerate(people, first))
        bulk.insert(Account, _ACCOUNT, rows)
        self._account += len(people)

    def _person(self, person: Person, account: int) -> tuple[object, ...]:
        return (
            account,
            person.name,
            crypto.seal(person.id_number),
            person.lookup,
            crypto.seal(phone(account)),
            crypto.seal(email(f"p{account}")),
            password_hash(),
            AccountState.ACTIVE.value,
            False,
            None,
            0,
            self._at,
        )

    def _unit(self, unit: PlannedUnit, administrator: int) -> tuple[object, ...]:
        facts = SORTS[unit.sort]
        return (
            unit.place.id,
            facts.kind.value,
            unit.name,
            unit.region.code,
            unit.superior,
            unit.department,
            unit.credit_code,
            facts.nature,
            unit.level,
            facts.industry,
            f"{unit.region.name}人民路{unit.place.id % 300 + 1}号",
            None,
            administrator,
            UnitState.ACTIVE.value,
            pinyin(unit.name),
            initials(unit.name),
            self._at,
        )

    def _offices(self, units: list[PlannedUnit], administrator: int) -> None:
        code = OfficeCode.ADMINISTRATOR.value
        office, appointment = self._office, self._appointment
        bulk.insert(
            Office,
            ("id", "unit", "code", "name"),
            (
                (office + n, unit.place.id, code, ADMINISTRATOR_NAMES[SORTS[unit.sort].kind])
                for n, unit in enumerate(units)
            ),
        )
        bulk.insert(
            Appointment,
            ("id", "office", "account", "since", "until", "substitute_for"),
            (
                (appointment + n, office + n, administrator + n, self._at, None, None)
                for n in range(len(units))
            ),
        )
        self._office += len(units)
        self._appointment += len(units)

    def _departments(self, units: list[PlannedUnit]) -> dict[int, list[int]]:
        rows: list[tuple[object, ...]] = []
        numbers: dict[int, list[int]] = {}
        for unit in units:
            for name in unit.departments:
                rows.append((self._department, unit.place.id, name, False))
                numbers.setdefault(unit.place.id, []).append(self._department)
                self._department += 1
        bulk.insert(UnitDepartment, ("id", "unit", "name", "closed"), rows)
        return numbers

    def _profile(self, one: Employed, account: int, professional: int) -> tuple[object, ...]:
        return (
            professional,
            account,
            one.unit,
            one.department,
            one.person.sex.value,
            one.person.birth_date.isoformat(),
            one.profile.ethnicity,
            "CN",
            one.person.native_place,
            one.profile.education,
            one.profile.school,
            one.profile.major,
            None,
            ProfessionalState.ACTIVE.value,
            self._at,
        )


def _closure(units: Iterable[PlannedUnit]) -> Iterator[tuple[object, ...]]:
    for unit in units:
        for distance, ancestor in enumerate((unit.place.id, *unit.place.above)):
            yield unit.place.id, ancestor, distance
