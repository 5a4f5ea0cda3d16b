"""A password reset by an administrator, when e-mail and phone are forgotten too (R63, A7).

The initial password of R63, the last six characters of the ID number, is known to colleagues. So it
can be used once, within a day, only to choose a new one; the act is logged and the person is told
(domain.md section 5). A deployment may have a random one instead.
"""

from __future__ import annotations

import secrets
from enum import StrEnum

from engine import clock, crypto
from engine.accounts import access, passwords, throttle
from engine.accounts.governing import allowed
from engine.actor import Actor
from engine.db import transaction
from engine.errors import NotFound, NotYours
from models import Account

LIFETIME = 24 * 3600 * 1_000_000
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ"  # none read as another


class Style(StrEnum):
    """How the initial password is made."""

    ID_TAIL = "id-tail"
    RANDOM = "random"


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
    allowed(account, actor, now)
    initial = _initial(account, style)
    hashed = passwords.hash_password(initial)
    with transaction():
        allowed(account, actor, now)
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
