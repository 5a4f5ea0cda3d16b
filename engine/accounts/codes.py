"""One-time codes to set a new password: sent once, good for ten minutes, five tries and one change.

They are kept as keyed hashes, and in the outbox encrypted.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from enum import StrEnum

from engine import crypto
from engine.errors import Refused
from engine.outbox import post
from models import Account, OneTimeCode

PURPOSE = "password"
MINUTE = 60 * 1_000_000
LIFETIME = 10 * MINUTE
ATTEMPTS = 5
DIGITS = 6


class Channel(StrEnum):
    """Where the code goes; both were registered (R6)."""

    MAIL = "mail"
    SMS = "sms"


def send(account: Account, channel: Channel, now: int) -> None:
    """Replace earlier codes of an account by a new one; call inside a transaction."""
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
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
    values = {"sealed_code": sealed, "minutes": LIFETIME // MINUTE}
    post(account.id, "password_code", values, now=now, channels=(channel.value,))


def count_try(account: int, code: str, now: int) -> int | None:
    """The id of the code if it is right, else None; call inside a transaction of its own.

    The try is counted before anything is compared, so that parallel guesses have five together.
    """
    row: OneTimeCode | None = (
        OneTimeCode.select()
        .where(OneTimeCode.account == account, OneTimeCode.purpose == PURPOSE)
        .order_by(OneTimeCode.id.desc())
        .first()
    )
    if row is None:
        return None
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
    right = hmac.compare_digest(bytes(row.code), _hash(account, code.strip()))
    return int(row.id) if counted and right else None


def give_back(code: int) -> None:
    """Take back a try: the code was right, and something else was wrong."""
    OneTimeCode.update(attempts=OneTimeCode.attempts - 1).where(
        OneTimeCode.id == code, OneTimeCode.attempts > 0
    ).execute()


def use(code: int, now: int) -> bool:
    """Use a code up; False if that was done meanwhile."""
    return bool(
        OneTimeCode.update(used_at=now)
        .where(OneTimeCode.id == code, OneTimeCode.used_at.is_null())
        .execute()
    )


def name_of(lookup: bytes) -> str:
    """An opaque name for a request, the same in form whether or not the account exists."""
    return crypto.seal(lookup.hex()).hex()


def lookup_in(name: str) -> bytes:
    """The lookup behind the name of a request.

    :raises Refused: ``code``: we never gave that name
    """
    try:
        return bytes.fromhex(crypto.unseal(bytes.fromhex(name)))
    except (ValueError, crypto.CannotRead) as error:
        raise Refused("code") from error


def _hash(account: int, code: str) -> bytes:
    return crypto.token(f"code {PURPOSE} {account} {code}")
