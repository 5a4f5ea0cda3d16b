"""What an inbox can be filtered by: places that the offices govern, kinds of case, steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from peewee import ModelSelect, fn

from engine import definitions
from engine.actor import Actor
from models import Definition, Office, Region, Unit, UnitState
from models.prepared import Prepared, slots, spread

MOST_UNITS = 200


def regions_of(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the regions of the actor's units and those directly below them.

    A county's bureau has one region, a city's its counties, the province's its cities.
    """
    return [
        (code, name)
        for code, name in _regions(len(actor.offices)).all(**spread("office", actor.offices))
    ]


def units_of(actor: Actor) -> list[tuple[int, str]]:
    """Id and name of the actor's units and those directly below, in the order of pinyin.

    No more than ``MOST_UNITS``: who governs more searches by name.
    """
    return [
        (unit, name)
        for unit, name in _units(len(actor.offices)).all(**spread("office", actor.offices))
    ]


@lru_cache(maxsize=64)
def _regions(offices: int) -> Prepared:
    def build() -> ModelSelect[Region]:
        own = Unit.select(Unit.region).join(Office, on=(Office.unit == Unit.id))
        codes = own.where(Office.id.in_(slots("office", offices)))
        return (
            Region.select(Region.code, Region.name)
            .where(Region.code.in_(codes) | Region.parent.in_(codes))
            .order_by(Region.code)
        )

    return Prepared(build)


@lru_cache(maxsize=64)
def _units(offices: int) -> Prepared:
    def build() -> ModelSelect[Unit]:
        own = Office.select(Office.unit).where(Office.id.in_(slots("office", offices)))
        return (
            Unit.select(Unit.id, Unit.name)
            .where(Unit.id.in_(own) | Unit.superior.in_(own), Unit.state == UnitState.ACTIVE)
            .order_by(Unit.pinyin)
            .limit(MOST_UNITS)
        )

    return Prepared(build)


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of case with its user tasks, for the filters."""

    kind: str
    title: str
    steps: tuple[tuple[str, str], ...]  # node id, name


_NEWEST = Prepared(lambda: Definition.select(fn.MAX(Definition.id)).group_by(Definition.key))


def choices() -> tuple[Choice, ...]:
    """What can be filtered by: the kinds of case published, each with its office tasks."""
    found = [definitions.loaded(newest) for (newest,) in _NEWEST.all()]
    return tuple(_choice(each) for each in sorted(found, key=lambda each: each.key))


def _choice(definition: definitions.Loaded) -> Choice:
    steps = [
        (task.id, task.name)
        for task in definition.diagram.user_tasks.values()
        if not task.approver.is_applicant
    ]
    return Choice(definition.key, definition.title, tuple(steps))
