"""Whose account an administrator may act on: people in the unit or below, administrators below."""

from __future__ import annotations

from dataclasses import dataclass

from engine import clock
from engine.accounts.roles import Role, UserType, roles_of
from engine.accounts.sign_in import lookup_of
from engine.actor import Actor
from engine.errors import NotFound, NotYours, Refused
from engine.offices import OfficeCode
from models import (
    Account,
    AccountState,
    Office,
    Professional,
    ProfessionalState,
    UnitAncestor,
    tuples,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Whose password would be reset."""

    account: int
    name: str
    roles: tuple[Role, ...]


def find(number: str, name: str, *, actor: Actor) -> Target:
    """The person of an ID number and a name, if the actor may reset the password.

    :raises NotFound: unknown, named otherwise, or not below the actor: one answer for all
    :raises NotYours: if the actor holds no office
    :raises Refused: ``pending``: the registration is still being reviewed; ``own``: it is the actor
    """
    if not actor.offices:
        raise NotYours
    account = Account.live(lookup_of(number)).first()
    if account is None or account.name != name.strip():
        raise NotFound
    return allowed(account, actor, clock.micros(clock.now()))


def allowed(account: Account, actor: Actor, now: int) -> Target:
    """Who may: the administrator of the person's unit or above it; for an administrator, one above.

    Every role of the person counts. Otherwise the administrator of a hospital could take over the
    account of a colleague who also administers the bureau above it.
    """
    if account.id == actor.account:
        raise Refused("own")
    roles = roles_of(account.id, now)
    if account.state != AccountState.ACTIVE or not roles:
        raise _unreviewed(account, actor)
    if not all(_governs(actor, role) for role in roles):
        raise NotFound
    return Target(account.id, account.name, roles)


def _unreviewed(account: Account, actor: Actor) -> NotFound | Refused:
    """Say ``pending`` only to whoever would be told of the person anyway."""
    waiting = Professional.select(Professional.unit).where(
        Professional.account == account.id, Professional.state == ProfessionalState.PENDING
    )
    known = any(_distance(actor, unit) is not None for (unit,) in tuples(waiting))
    return Refused("pending") if known else NotFound()


def _governs(actor: Actor, role: Role) -> bool:
    if role.user_type is UserType.SYSTEM:
        return _holds(actor, OfficeCode.SECURITY)
    distance = _distance(actor, role.unit)
    if role.user_type is UserType.PROFESSIONAL:
        return distance is not None
    # The bureau of the province has nobody above it but the platform's security office.
    return bool(distance) or (_topmost(role.unit) and _holds(actor, OfficeCode.SECURITY))


def _distance(actor: Actor, unit: int) -> int | None:
    """How far above a unit the actor administers: 0 the unit itself, None not at all."""
    found: int | None = (
        UnitAncestor.select(UnitAncestor.distance)
        .join(Office, on=(Office.unit == UnitAncestor.ancestor))
        .where(
            UnitAncestor.unit == unit,
            Office.id.in_(sorted(actor.offices)),
            Office.code == OfficeCode.ADMINISTRATOR,
        )
        .order_by(UnitAncestor.distance.desc())
        .limit(1)
        .scalar()
    )
    return found


def _topmost(unit: int) -> bool:
    return UnitAncestor.select().where(UnitAncestor.unit == unit).count() == 1


def _holds(actor: Actor, code: OfficeCode) -> bool:
    return bool(
        Office.select().where(Office.id.in_(sorted(actor.offices)), Office.code == code).exists()
    )
