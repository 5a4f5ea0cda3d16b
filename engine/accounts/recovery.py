"""A forgotten password, set anew with a code sent to the registered e-mail or phone (R62).

Nothing here tells a stranger whether an ID number is known: a code that was never sent is as wrong
as a mistyped one, and asking for one always gives the same answer.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from enum import StrEnum

from engine import clock, crypto
from engine.accounts import access, captcha, passwords, throttle
from engine.accounts.sign_in import lookup_of
from engine.db import transaction
from engine.errors import Invalid, Refused
from engine.outbox import post
from models import Account, OneTimeCode

PURPOSE = "password"
LIFETIME = 10 * 60 * 1_000_000
ATTEMPTS = 5
DIGITS = 6


class Channel(StrEnum):
    """Where the code goes; both were registered (R6)."""

    MAIL = "mail"
    SMS = "sms"


def request(number: str, channel: Channel, *, ticket: str, answer: str, address: str) -> str:
    """Send a code if the account exists; returns an opaque name of the request, whoever asks.

    :raises Refused: ``captcha``
    :raises Locked: after twenty requests in an hour from one address; more than five for one ID
        number are left unanswered without a word
    """
    captcha.check(ticket, answer)
    lookup = lookup_of(number)
    now = clock.micros(clock.now())
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    with transaction():
        wait = throttle.attempt(throttle.by_address("code", address), throttle.CODE_BY_ADDRESS, now)
        enough = throttle.attempt(
            throttle.by_account("code", lookup), throttle.CODE_BY_ACCOUNT, now
        )
        account = Account.live(lookup).first()
        if account is not None and not wait and not enough:
            _send(account, code, channel, now)
    if wait:
        raise throttle.Locked(wait)
    return crypto.seal(lookup.hex()).hex()


def _send(account: Account, code: str, channel: Channel, now: int) -> None:
    """Replace earlier codes by this one; the outbox keeps it encrypted only."""
    OneTimeCode.update(used_at=now).where(
        OneTimeCode.account == account.id,
        OneTimeCode.purpose == PURPOSE,
        OneTimeCode.used_at.is_null(),
    ).execute()
    OneTimeCode.insert(
        account=account.id,
        purpose=PURPOSE,
        code=_hash(account.id, code),
        created_at=now,
        expires_at=now + LIFETIME,
        attempts=0,
    ).execute()
    sealed = base64.b64encode(crypto.seal(code)).decode()
    post(
        account.id,
        "password_code",
        {"sealed_code": sealed, "minutes": LIFETIME // throttle.MINUTE},
        now=now,
        channels=(channel.value,),
    )
    access.record("password.code", now=now, account=account.id)


def finish(name: str, code: str, *, new: str, repeated: str) -> None:
    """Set a new password by the code; each code is good for five tries and one change.

    :param name: what ``request`` returned
    :raises Refused: ``code``: wrong, too old, used, tried too often, or never sent
    :raises Invalid: the new password breaks a rule; the code stays good
    """
    now = clock.micros(clock.now())
    account, row = _try(_lookup(name), code, now)
    try:
        passwords.check_new(account, new, repeated, now)
    except Invalid:
        with transaction():  # the code was right: this was no guess
            OneTimeCode.update(attempts=OneTimeCode.attempts - 1).where(
                OneTimeCode.id == row, OneTimeCode.attempts > 0
            ).execute()
        raise
    hashed = passwords.hash_password(new)
    with transaction():
        if not _use(row, now):
            raise Refused("code")
        passwords.store(account, hashed, now)
        throttle.clear(throttle.by_account("sign_in", bytes(account.lookup)))
        access.record("password.recover", now=now, account=account.id)


def _lookup(name: str) -> bytes:
    try:
        return bytes.fromhex(crypto.unseal(bytes.fromhex(name)))
    except (ValueError, crypto.CannotRead) as error:
        raise Refused("code") from error


def _try(lookup: bytes, code: str, now: int) -> tuple[Account, int]:
    """Count a try before comparing, so that parallel guesses have no more than five together."""
    account = Account.live(lookup).first()
    row = _newest(account) if account is not None else None
    right = False
    if account is not None and row is not None:
        with transaction():
            counted = (
                OneTimeCode.update(attempts=OneTimeCode.attempts + 1)
                .where(
                    OneTimeCode.id == row.id,
                    OneTimeCode.used_at.is_null(),
                    OneTimeCode.expires_at > now,
                    OneTimeCode.attempts < ATTEMPTS,
                )
                .execute()
            )
        right = hmac.compare_digest(bytes(row.code), _hash(account.id, code.strip()))
        if counted and right:
            return account, int(row.id)
        with transaction():
            access.record("password.recover", now=now, account=account.id, result="code")
    raise Refused("code")


def _newest(account: Account) -> OneTimeCode | None:
    newest: OneTimeCode | None = (
        OneTimeCode.select()
        .where(OneTimeCode.account == account.id, OneTimeCode.purpose == PURPOSE)
        .order_by(OneTimeCode.id.desc())
        .first()
    )
    return newest


def _use(row: int, now: int) -> int:
    used: int = (
        OneTimeCode.update(used_at=now)
        .where(OneTimeCode.id == row, OneTimeCode.used_at.is_null())
        .execute()
    )
    return used


def _hash(account: int, code: str) -> bytes:
    return crypto.token(f"code {PURPOSE} {account} {code}")
