"""Attempts counted by account and by address, so that guessing stops (domain.md section 5, S1).

An attempt is counted before the password is looked at and given back when it was right. Counting
failures afterwards would let a hundred parallel guesses pass the check before the first is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from peewee import Case as When

from engine import crypto
from engine.errors import Refused
from models import Throttle

MINUTE = 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts within a window (microseconds); the last one locks for as long."""

    attempts: int
    window: int = 15 * MINUTE


SIGN_IN = Limit(5)
CODE_BY_ACCOUNT = Limit(5, 60 * MINUTE)
CODE_BY_ADDRESS = Limit(20, 60 * MINUTE)


class Locked(Refused):
    """Too many attempts; ``wait`` is the time left in microseconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("locked")
        self.wait = wait


def by_account(purpose: str, lookup: bytes) -> str:
    """The key of an account, or of an ID number that nobody has: both are counted alike."""
    return f"{purpose}:account:{lookup.hex()}"


def by_address(purpose: str, address: str) -> str:
    """The key of a network address, which is not stored in clear."""
    return f"{purpose}:address:{crypto.lookup(address).hex()}"


def attempt(key: str, limit: Limit, now: int) -> int:
    """Count an attempt in one statement; call inside a transaction.

    :param now: microseconds
    :returns: 0 if it may go on, else how long the lock lasts, in microseconds
    """
    unlocked = Throttle.locked_until.is_null()
    over = (unlocked & (Throttle.since <= now - limit.window)) | (Throttle.locked_until <= now)
    full = unlocked & (Throttle.failures >= limit.attempts - 1)
    statement = (
        Throttle.insert(
            key=key,
            failures=1,
            since=now,
            locked_until=now + limit.window if limit.attempts == 1 else None,
        )
        .on_conflict(
            conflict_target=[Throttle.key],
            update={
                Throttle.failures: When(None, [(over, 1)], Throttle.failures + 1),
                Throttle.since: When(None, [(over, now)], Throttle.since),
                Throttle.locked_until: When(
                    None, [(over, None), (full, now + limit.window)], Throttle.locked_until
                ),
            },
        )
        .returning(Throttle.failures, Throttle.locked_until)
        .tuples()
    )
    failures, locked_until = next(iter(statement.execute()))
    return 0 if failures <= limit.attempts else max(1, locked_until - now)


def clear(key: str) -> None:
    """Forget every attempt of a key, after the right password."""
    Throttle.delete().where(Throttle.key == key).execute()


def give_back(key: str) -> None:
    """Take back one attempt; an address keeps the failures of other accounts."""
    Throttle.update(failures=Throttle.failures - 1, locked_until=None).where(
        Throttle.key == key, Throttle.failures > 0
    ).execute()
