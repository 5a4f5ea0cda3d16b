"""The places that an actor's offices govern, for filters."""

from __future__ import annotations

from engine.actor import Actor
from models import Office, Region, Unit, UnitState, tuples

MOST_UNITS = 200


def regions_of(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the regions of the actor's units and those directly below them.

    A county's bureau has one region, a city's its counties, the province's its cities.
    """
    own = Unit.select(Unit.region).join(Office, on=(Office.unit == Unit.id))
    codes = [code for (code,) in tuples(own.where(Office.id << list(actor.offices)).distinct())]
    found = Region.select(Region.code, Region.name).where(
        Region.code.in_(codes) | Region.parent.in_(codes)
    )
    return [(code, name) for code, name in tuples(found.order_by(Region.code))]


def units_of(actor: Actor) -> list[tuple[int, str]]:
    """Id and name of the actor's units and those directly below, in the order of pinyin.

    No more than ``MOST_UNITS``: who governs more searches by name.
    """
    own = Office.select(Office.unit).where(Office.id << list(actor.offices))
    found = (
        Unit.select(Unit.id, Unit.name)
        .where(Unit.id.in_(own) | Unit.superior.in_(own), Unit.state == UnitState.ACTIVE)
        .order_by(Unit.pinyin)
        .limit(MOST_UNITS)
    )
    return [(unit, name) for unit, name in tuples(found)]
