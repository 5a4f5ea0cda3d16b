"""Which office a user task goes to: the candidate rule of the diagram met with the hierarchy.

The keys are those of design.md decision 5. A task goes to an office that somebody holds now who may
act on it. Where nobody holds it, ``approver.empty`` says what happens; where only the applicant
does, ``approver.self``; where only people of earlier steps do (``approver.exclude``), the superior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from peewee import fn

from engine import rows
from engine.diagram.reading import Approver
from engine.errors import DiagramError, NobodyResponsible
from models import (
    Account,
    Appointment,
    Office,
    Professional,
    Region,
    Unit,
    UnitAncestor,
    UnitKind,
    tuples,
)
from models.prepared import Prepared, slot
from models.professionals import ProfessionalState

PERSON = "person"  # approver.level of a task of the applicant


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing knows of a case; ``data`` is the small task data, ``now`` in microseconds.

    ``barred`` are the accounts that may not act on the task (:func:`barred`).
    """

    account: int
    unit: int
    data: Mapping[str, object]
    now: int
    barred: frozenset[int] = frozenset()


@lru_cache(maxsize=32)
def _held(barred: int) -> Prepared:
    """The nearest office of a code, from a unit upwards, held by somebody but so many people."""

    def build():  # type: ignore[no-untyped-def]  # Peewee's query types say nothing here
        holder = Appointment.alias()
        others = [holder.account != slot(f"barred{number}") for number in range(barred)]
        exists = holder.select(1).where(
            holder.office == Office.id,
            holder.since <= slot("now"),
            holder.until.is_null() | (holder.until > slot("now")),
            *others,
        )
        return (
            UnitAncestor.select(Office.id, UnitAncestor.distance)
            .join(Office, on=(Office.unit == UnitAncestor.ancestor))
            .where(
                UnitAncestor.unit == slot("unit"),
                Office.code == slot("code"),
                fn.EXISTS(exists),
            )
            .order_by(UnitAncestor.distance)
            .limit(1)
        )

    return Prepared(build)


def barred(approver: Approver, case_id: int, node: str, applicant: int) -> frozenset[int]:
    """Accounts that may not act on a task of a case: the applicant, unless the diagram allows it,
    and with ``approver.exclude`` those who decided another step of the case."""
    own = frozenset() if approver.self_policy == "allow" else frozenset({applicant})
    if approver.exclude != "previous":
        return own
    return own | rows.acted_elsewhere(case_id, node)


def office_for(approver: Approver, facts: Facts) -> int | None:
    """The office that must act; None when the task is the applicant's own or is to be skipped.

    :raises NobodyResponsible: if nobody holds any office that the rule allows
    :raises DiagramError: if the rule names a unit that the case does not have
    """
    if approver.level == PERSON:
        return None
    unit = _level(approver.level, _unit(approver.unit, facts))
    if unit is None:
        row, policy = None, approver.empty
    else:
        row = _nearest_held(unit, approver.office, facts.now, facts.barred)
        if row is not None and row[1] == 0:
            return row[0]
        policy = _policy(approver, unit, facts)
    if policy == "skip":
        return None
    if row is None or policy != "superior":
        raise NobodyResponsible(f"nobody may act as {approver.office}: {approver.level}")
    return row[0]


def _policy(approver: Approver, unit: int, facts: Facts) -> str:
    """What the diagram wants where nobody who may act holds the office at the unit itself."""
    if {approver.empty, approver.self_policy} <= {"superior", "allow"}:
        return "superior"
    office = Office.select(Office.id).where(Office.unit == unit, Office.code == approver.office)
    held = {account for account, _name in holders(office.scalar(), facts.now)}
    if not held:
        return approver.empty
    only_own = facts.account in held and approver.self_policy != "allow"
    return approver.self_policy if only_own else "superior"


def _nearest_held(unit: int, code: str, now: int, barred: frozenset[int]) -> tuple[int, int] | None:
    """The nearest office, from a unit upwards, with a holder who may act, and how far it is."""
    people = {f"barred{number}": account for number, account in enumerate(sorted(barred))}
    row = _held(len(people)).one(unit=unit, code=code, now=now, **people)
    return None if row is None else (int(row[0]), int(row[1]))


def skipped(approver: Approver, office: int | None) -> bool:
    """Whether a task without an office is passed over (``approver.empty`` is ``skip``)."""
    return office is None and approver.level != PERSON


def above(office_id: int, *, barred: frozenset[int], now: int) -> int | None:
    """The nearest office of the same code above an office, for escalation (E12), that somebody
    holds who may act."""
    office = Office.get_by_id(office_id)
    superior = Unit.select(Unit.superior).where(Unit.id == office.unit).scalar()
    if superior is None:
        return None
    row = _nearest_held(superior, office.code, now, barred)
    return None if row is None else row[0]


def holders(office_id: int | None, now: int) -> list[tuple[int, str]]:
    """Accounts (id, name) that hold an office at a moment, substitutes included."""
    query = (
        Appointment.select(Account.id, Account.name)
        .join(Account)
        .where(
            Appointment.office == office_id,
            Appointment.since <= now,
            Appointment.until.is_null() | (Appointment.until > now),
        )
        .order_by(Account.id)
        .distinct()
    )
    return [(row[0], row[1]) for row in tuples(query)]


def _unit(rule: str, facts: Facts) -> int:
    """The unit that ``approver.unit`` names."""
    if rule == "applicant":
        unit = (
            Professional.select(Professional.unit)
            .where(
                Professional.account == facts.account,
                Professional.state == ProfessionalState.ACTIVE,
            )
            .scalar()
        )
        return int(unit) if unit is not None else facts.unit
    value = facts.data.get(rule)
    if value is None and rule in {"subject", "target"}:
        return facts.unit
    if not isinstance(value, int):
        raise DiagramError(f"the case has no unit {rule}")
    return value


def _level(level: str, unit_id: int) -> int | None:
    """The unit that ``approver.level`` means, seen from a unit."""
    name, _, argument = level.partition(":")
    if name == "self":
        return unit_id
    unit = Unit.get_by_id(unit_id)
    if name == "superior":
        for _step in range(int(argument or 1)):
            if unit.superior_id is None:
                return None
            unit = unit.superior
        return int(unit.id)
    if name == "department":
        return unit.department_id or _nearest(unit, UnitKind.DEPARTMENT)
    if name == "bureau":
        return bureau_of(unit.region_id, argument or None)
    raise DiagramError(f"unknown approver.level {level}")


def _nearest(unit: Unit, kind: UnitKind) -> int | None:
    """The nearest unit of a kind above a unit."""
    base = unit.superior_id
    if base is None:
        return None
    row = (
        UnitAncestor.select(UnitAncestor.ancestor)
        .join(Unit, on=(Unit.id == UnitAncestor.ancestor))
        .where(UnitAncestor.unit == base, Unit.kind == kind)
        .order_by(UnitAncestor.distance)
        .limit(1)
        .scalar()
    )
    return None if row is None else int(row)


_RANKS = {"province": 1, "city": 2, "county": 3}


def bureau_of(region: str, rank: str | None = None) -> int | None:
    """The human-resources bureau of a region, or of the region above it of a rank.

    A region without a bureau of its own (省直, or one not yet registered) belongs to the nearest
    region above that has one.

    :param rank: county, city or province; None for the region's own
    """
    code: str | None = region
    while code is not None:
        place = Region.get_by_id(code)
        if rank is None or place.level <= _RANKS[rank]:
            found = (
                Unit.active()
                .where(Unit.kind == UnitKind.BUREAU, Unit.region == code)
                .order_by(Unit.id)
                .first()
            )
            if found is not None:
                return int(found.id)
        code = place.parent_id
    return None
