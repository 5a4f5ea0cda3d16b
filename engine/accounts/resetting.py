"""A password reset by an administrator, when e-mail and phone are forgotten too (R63, A7).

The initial password of R63, the last six characters of the ID number, is known to colleagues. So it
can be used once, within a day, only to choose a new one; the act is logged and the person is told
(domain.md section 5). A deployment may have a random one instead.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

from engine import clock, crypto
from engine.accounts import access, passwords, throttle
from engine.accounts.roles import Role, UserType, roles_of
from engine.accounts.sign_in import lookup_of
from engine.actor import Actor
from engine.db import transaction
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

LIFETIME = 24 * 3600 * 1_000_000
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ"  # none read as another


class Style(StrEnum):
    """How the initial password is made."""

    ID_TAIL = "id-tail"
    RANDOM = "random"


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
    return _allowed(account, actor, clock.micros(clock.now()))


def reset(account_id: int, *, actor: Actor, style: Style) -> str:
    """Set an initial password; returns it, to be told to the person and stored nowhere in clear.

    :raises NotFound: as ``find``
    :raises NotYours: as ``find``
    :raises Refused: as ``find``
    """
    if not actor.offices:
        raise NotYours
    account = Account.get_or_none(Account.id == account_id)
    if account is None:
        raise NotFound
    now = clock.micros(clock.now())
    _allowed(account, actor, now)
    initial = _initial(account, style)
    hashed = passwords.hash_password(initial)
    with transaction():
        _allowed(account, actor, now)
        passwords.store(account, hashed, now, valid_until=now + LIFETIME)
        throttle.clear(throttle.by_account("sign_in", bytes(account.lookup)))
        access.record(
            "password.reset", now=now, account=actor.account, subject=("account", account.id)
        )
    return initial


def _initial(account: Account, style: Style) -> str:
    if style is Style.RANDOM:
        return "".join(secrets.choice(_LETTERS) for _ in range(12))
    return crypto.unseal(bytes(account.id_number))[-6:].upper()


def _allowed(account: Account, actor: Actor, now: int) -> Target:
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
