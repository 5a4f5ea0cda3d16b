"""A synthetic province of any size, written in bulk and all or nothing.

Everybody has the demonstration password; the tables otherwise look as if each registration had
been approved, only without its case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, islice
from random import Random
from typing import TypeVar

from engine import clock, reference
from engine.db import transaction
from engine.seed import bulk, standing
from engine.seed.people import People
from engine.seed.reference import load_reference
from engine.seed.units import SORTS, Plan, PlannedUnit
from engine.seed.writer import TABLES, Employed, Writer
from models import Unit, UnitKind

_BATCH = 5000

T = TypeVar("T")


def synthetic(people: int, units: int, progress: Callable[[int], None], *, seed: int = 1) -> None:
    """Add so many active professionals and units, with administrators for all units.

    What is already there stays: a second call lets the province grow. The administrators are
    accounts of their own, beyond ``people``. The same seed on the same database gives the same
    province, apart from what encryption makes random.

    :param progress: called with the number of people and units written since the last call
    :raises ValueError: if there are people but too few units to have an employer among them
    """
    load_reference()
    regions = reference.regions()
    now = clock.now()
    with transaction():
        bulk.alone(TABLES)
        first_unit = bulk.next_id(Unit)
        random = Random(f"{seed} {first_unit}")  # noqa: S311 - made-up people are no secret
        invented = People(
            regions,
            random=random,
            taken=standing.lookups(),
            today=now.astimezone(clock.ZONE).date(),
        )
        plan = Plan(
            regions,
            random=random,
            first_id=first_unit,
            offices=standing.state_offices(regions),
            taken_names=standing.unit_names(),
        )
        writer = Writer(at=clock.micros(now))
        departments: dict[int, list[int]] = {}
        employers: list[PlannedUnit] = []
        for planned in _batches(plan.units(units)):
            departments |= writer.units([(unit, invented.person()) for unit in planned])
            employers += (u for u in planned if SORTS[u.sort].kind is UnitKind.EMPLOYER)
            progress(len(planned))
        if people and not employers:
            raise ValueError("no employer among so few units")
        for employed in _batches(_employed(people, employers, departments, invented, random)):
            writer.professionals(employed)
            progress(len(employed))
        bulk.renumber(TABLES)
        bulk.analyse(TABLES)


def _employed(
    people: int,
    employers: list[PlannedUnit],
    departments: dict[int, list[int]],
    invented: People,
    random: Random,
) -> Iterator[Employed]:
    weights = list(accumulate(unit.size for unit in employers))
    for _ in range(people):
        unit = random.choices(employers, cum_weights=weights)[0]
        choices = departments.get(unit.place.id)
        yield Employed(
            person=invented.person(),
            profile=invented.profile(unit.sort),
            unit=unit.place.id,
            department=random.choice(choices) if choices else None,
        )


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
