"""What a database already holds that a synthetic province must fit around."""

from __future__ import annotations

from engine.names import UnitSort, state_office
from engine.reference import Region
from engine.seed.units import STATE, Placed, full_name
from models import Account, AccountState, Unit, UnitAncestor, tuples


def state_offices(regions: tuple[Region, ...]) -> dict[tuple[str, UnitSort], Placed]:
    """Bureaus and departments that carry the usual name of their region and sort."""
    by_code = {region.code: region for region in regions}
    named = {
        (region.code, state_office(full_name(region, by_code), sort)): sort
        for region in regions
        for sort in STATE
        if not region.virtual
    }
    found: dict[tuple[str, UnitSort], Placed] = {}
    active = Unit.active().select(Unit.id, Unit.region, Unit.name)
    for number, code, name in tuples(active):
        sort = named.get((code, name))
        if sort:
            found[code, sort] = Placed(number, _above(number))
    return found


def unit_names() -> set[str]:
    """Names of all units, whatever their state."""
    return {name for (name,) in tuples(Unit.select(Unit.name))}


def lookups() -> set[bytes]:
    """Keyed hashes of all ID numbers that cannot be registered again (E2)."""
    live = Account.select(Account.lookup).where(Account.state != AccountState.CLOSED)
    return {bytes(lookup) for (lookup,) in tuples(live)}


def _above(unit: int) -> tuple[int, ...]:
    above = (
        UnitAncestor.select(UnitAncestor.ancestor)
        .where(UnitAncestor.unit == unit, UnitAncestor.distance > 0)
        .order_by(UnitAncestor.distance)
    )
    return tuple(ancestor for (ancestor,) in tuples(above))
