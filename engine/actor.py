"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """An account that acts, with the offices it may act for (substitutions included).

    An applicant acts without an office.
    """

    account: int
    name: str
    offices: frozenset[int] = frozenset()
