"""Logging in and out (R19-R25).

Nothing tells a stranger whether an ID number is known: unknown numbers cost the same time and get
the same answer, and every other message comes only after the right password.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from engine import clock, crypto
from engine.accounts import access, captcha, passwords, throttle
from engine.accounts.roles import Role, UserType, awaits_review, roles_of
from engine.accounts.throttle import SIGN_IN, Limit
from engine.db import transaction
from engine.errors import Refused
from models import Account, AccountState, PasswordHistory

SECOND = 1_000_000
PASSWORD_AGE_OF_ADMINISTRATOR = 90 * 24 * 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was typed into the log-in form, and from where."""

    user_type: UserType
    number: str = field(repr=False)
    password: str = field(repr=False)
    ticket: str
    answer: str
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who logged in, in which role; a session is good only as long as the epoch stands."""

    account: int
    role: Role
    epoch: int


def lookup_of(number: str) -> bytes:
    """The lookup of an ID number as typed: lower-case x, full-width digits, blanks (E8)."""
    return crypto.lookup(unicodedata.normalize("NFKC", number).strip().upper())


def sign_in(attempt: Attempt, *, by_address: Limit = SIGN_IN) -> SignedIn:
    """Let a person in.

    :param by_address: how many failures an address may make; an office may share one
    :raises Refused: ``captcha`` (R23), ``credentials`` (R22), ``not_reviewed`` (R24), ``no_role``
        (R25), ``password_expired``: a reset password was used or is older than a day (R63)
    :raises Locked: after five failures in fifteen minutes, by account or by address
    """
    captcha.check(attempt.ticket, attempt.answer)
    now = clock.micros(clock.now())
    lookup = lookup_of(attempt.number)
    keys = _count(lookup, attempt.address, by_address, now)
    account = Account.live(lookup).first()
    if not passwords.matches(account.password if account else None, attempt.password):
        _note(account, "credentials", now)
        raise Refused("credentials")
    with transaction():
        throttle.clear(keys[0])
        throttle.give_back(keys[1])
    try:
        role = _role(account, attempt.user_type, now)
    except Refused as refusal:
        _note(account, refusal.code, now)
        raise
    return _enter(account, role, now)


def _count(lookup: bytes, address: str, by_address: Limit, now: int) -> tuple[str, str]:
    """Count an attempt under both keys before anything is compared."""
    keys = throttle.by_account("sign_in", lookup), throttle.by_address("sign_in", address)
    with transaction():
        wait = throttle.attempt(keys[0], SIGN_IN, now)
        wait = max(wait, throttle.attempt(keys[1], by_address, now))
    if wait:
        _note(Account.live(lookup).first(), "locked", now)
        raise throttle.Locked(wait)
    return keys


def _role(account: Account, user_type: UserType, now: int) -> Role:
    if account.state != AccountState.ACTIVE:
        raise Refused("not_reviewed")
    role = next((role for role in roles_of(account.id, now) if role.user_type is user_type), None)
    if role is None:
        raise Refused("not_reviewed" if awaits_review(account.id, user_type) else "no_role")
    return role


def _enter(account: Account, role: Role, now: int) -> SignedIn:
    """Open the session; a password that was reset lets in once, within its day."""
    administrator = role.user_type is not UserType.PROFESSIONAL
    stale = administrator and _age(account, now) > PASSWORD_AGE_OF_ADMINISTRATOR
    with transaction():
        usable = account.password_expires_at is None or bool(
            Account.update(password_expires_at=now)
            .where(Account.id == account.id, Account.password_expires_at > now)
            .execute()
        )
        if usable and stale and not account.must_change_password:
            Account.update(must_change_password=True).where(Account.id == account.id).execute()
        access.record(
            "sign_in",
            now=now,
            account=account.id,
            result="ok" if usable else "password_expired",
            subject=None if role.office is None else ("office", role.office),
        )
    if not usable:
        raise Refused("password_expired")
    return SignedIn(account.id, role, account.epoch)


def _age(account: Account, now: int) -> int:
    """Microseconds since the password was set."""
    last: int | None = (
        PasswordHistory.select(PasswordHistory.created_at)
        .where(PasswordHistory.account == account.id)
        .order_by(PasswordHistory.id.desc())
        .limit(1)
        .scalar()
    )
    return now - (last or int(account.created_at))


def _note(account: Account | None, result: str, now: int) -> None:
    with transaction():
        access.record("sign_in", now=now, account=account.id if account else None, result=result)


def sign_out(account_id: int) -> None:
    """End every session of an account, so that a copied cookie is worth nothing afterwards."""
    now = clock.micros(clock.now())
    with transaction():
        Account.update(epoch=Account.epoch + 1).where(Account.id == account_id).execute()
        access.record("sign_out", now=now, account=account_id)
