"""How made-up people log in and are reached; nothing here reaches anybody."""

from __future__ import annotations

from functools import cache

from engine.accounts.passwords import hash_password

PASSWORD = "Shenpi-2026"  # noqa: S105 - printed for everybody, guards nothing

# Sequences of ID numbers from here on are the demonstration province's; a synthetic province
# takes those below, so that the two never collide.
DEMO_SEQUENCE = 400


@cache
def password_hash() -> str:
    """The argon2id hash of ``PASSWORD``, made once a process and shared by everybody.

    A hash of their own for 300,000 people would take hours.
    """
    return hash_password(PASSWORD)


def phone(number: int) -> str:
    """A number of the form of a mobile number that no subscriber has.

    Numbers that begin with 140 belong to the internet of things and have thirteen digits.
    """
    return f"140{number:08d}"


def email(name: object) -> str:
    """An address below a top-level domain that RFC 2606 keeps for examples."""
    return f"{name}@shenpi.example"
