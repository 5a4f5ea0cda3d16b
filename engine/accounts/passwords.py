"""Passwords: what is asked of a new one, how it is kept, how it is changed (R40-R44).

Kept as argon2id. The rules are R43 and R44, stricter for administrators, as level 3 of
GB/T 22239-2019 asks (domain.md section 5, S1).
"""

from __future__ import annotations

import re
import secrets
from enum import StrEnum
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine import clock, crypto
from engine.accounts import access, throttle
from engine.accounts.roles import UserType, roles_of
from engine.db import transaction
from engine.errors import Invalid
from engine.outbox import post
from models import Account, PasswordHistory

SHORTEST, LONGEST = 8, 20  # R43
SHORTEST_OF_ADMINISTRATOR = 10
REMEMBERED = 5  # passwords that are not used again
_CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")

# 19 MiB and two passes: as strong as 46 MiB and one, and less than half the time on two busy cores.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


class Fault(StrEnum):
    """Why a password is not accepted, in the order of the checks."""

    LENGTH = "password_length"
    CHARACTERS = "password_characters"
    LETTERS_AND_DIGITS = "password_letters_and_digits"
    LENGTH_OF_ADMINISTRATOR = "password_length_administrator"
    THREE_CLASSES = "password_three_classes"
    PERSONAL = "password_personal"
    REPEATED = "password_repeated"
    USED_BEFORE = "password_used_before"
    WRONG = "password_wrong"


def fault_of(
    password: str, *, repeated: str, administrator: bool = False, number: str = ""
) -> Fault | None:
    """The first reason to refuse a new password, or None. Pure.

    :param repeated: what was typed the second time
    :param administrator: whether the stricter rules hold
    :param number: the ID number, no part of which may serve as password
    """
    tail = number[-6:].upper()
    checks = (
        (Fault.LENGTH, SHORTEST <= len(password) <= LONGEST),
        (Fault.CHARACTERS, password.isascii() and password.isprintable() and " " not in password),
        (Fault.LETTERS_AND_DIGITS, bool(re.search(r"(?=.*[A-Za-z])(?=.*[0-9])", password))),
        (
            Fault.LENGTH_OF_ADMINISTRATOR,
            not administrator or len(password) >= SHORTEST_OF_ADMINISTRATOR,
        ),
        (Fault.THREE_CLASSES, not administrator or _classes(password) >= 3),
        (Fault.PERSONAL, not tail or tail not in password.upper()),
        (Fault.REPEATED, secrets.compare_digest(password.encode(), repeated.encode())),
    )
    return next((fault for fault, good in checks if not good), None)


def _classes(password: str) -> int:
    return sum(bool(re.search(each, password)) for each in _CLASSES)


def hash_password(password: str) -> str:
    """The argon2id form in which a password is stored; takes some 30 ms."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one; takes as long when there is none to compare with."""
    try:
        _hasher.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def change(account_id: int, *, old: str, new: str, repeated: str) -> int:
    """Replace a password by its owner (R40-R42) and end the other sessions; returns the new epoch.

    :raises Invalid: ``old`` is wrong (R42), or ``new`` or ``repeated`` is refused
    :raises Locked: after too many wrong old passwords
    """
    account = Account.get_by_id(account_id)
    now = clock.micros(clock.now())
    guard = throttle.by_account("password", bytes(account.lookup))
    with transaction():
        wait = throttle.attempt(guard, throttle.SIGN_IN, now)
    if wait:
        raise throttle.Locked(wait)
    if not matches(account.password, old):
        with transaction():
            access.record("password.change", now=now, account=account_id, result=Fault.WRONG)
        raise Invalid({"old": Fault.WRONG})
    with transaction():
        throttle.clear(guard)
    check_new(account, new, repeated, now)
    hashed = hash_password(new)
    with transaction():
        epoch = store(account, hashed, now)
        access.record("password.change", now=now, account=account_id)
    return epoch


def check_new(account: Account, new: str, repeated: str, now: int) -> None:
    """Refuse a new password that breaks a rule or was one of the last five.

    :raises Invalid: naming ``new`` or ``repeated``
    """
    administrator = any(
        role.user_type is not UserType.PROFESSIONAL for role in roles_of(account.id, now)
    )
    number = crypto.unseal(bytes(account.id_number))
    fault = fault_of(new, repeated=repeated, administrator=administrator, number=number)
    if fault is not None:
        raise Invalid({"repeated" if fault is Fault.REPEATED else "new": fault})
    if any(matches(stored, new) for stored in _last(account)):
        raise Invalid({"new": Fault.USED_BEFORE})


def _last(account: Account) -> list[str]:
    """The stored forms of the password in use and of those before it."""
    earlier = (
        PasswordHistory.select(PasswordHistory.password)
        .where(PasswordHistory.account == account.id)
        .order_by(PasswordHistory.id.desc())
        .limit(REMEMBERED)
    )
    stored = [account.password, *(row.password for row in earlier)]
    return list(dict.fromkeys(stored))[:REMEMBERED]


def store(account: Account, hashed: str, now: int, *, valid_until: int | None = None) -> int:
    """Put a password in place, end every session, tell the owner; call inside a transaction.

    :param valid_until: for a password set by somebody else: until when it can be used, once, to
        choose a new one (R63)
    :returns: the epoch that sessions must have from now on
    """
    PasswordHistory.insert(account=account.id, password=account.password, created_at=now).execute()
    Account.update(
        password=hashed,
        must_change_password=valid_until is not None,
        password_expires_at=valid_until,
        epoch=Account.epoch + 1,
    ).where(Account.id == account.id).execute()
    epoch: int = Account.select(Account.epoch).where(Account.id == account.id).scalar()
    template = "password_changed" if valid_until is None else "password_reset"
    post(account.id, template, {}, now=now, channels=("notice", "mail"))
    return epoch
