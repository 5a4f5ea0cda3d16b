"""The append-only history of a case, each event bound to the one before it by its hash.

``SHA-256(previous hash, canonical form)``: whoever changes, removes or reorders a line breaks every
hash after it (``engine/audit.py`` verifies).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import orjson

from models import Event
from models.prepared import Prepared, slot

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is written; ``at`` in microseconds, ``actor`` None for the system."""

    case: int
    seq: int
    at: int
    verb: str
    actor: int | None = None
    office: int | None = None
    node: str | None = None
    outcome: str | None = None
    opinion: str | None = None
    data: str | None = None  # JSON text
    walked: bytes = b""


def canonical(line: Line) -> bytes:
    """The bytes of an event that its hash covers."""
    return orjson.dumps(
        [
            line.case, line.seq, line.at, line.verb, line.actor, line.office, line.node,
            line.outcome, line.opinion, line.data, line.walked.hex(),
        ]
    )  # fmt: skip


def chained(previous: bytes, line: Line) -> bytes:
    """The hash of an event that follows the event of hash ``previous``."""
    return hashlib.sha256(previous + canonical(line)).digest()


_INSERT = Prepared(
    lambda: Event.insert({getattr(Event, name): slot(name) for name in (*Line.__slots__, "hash")})
)


def append(line: Line, previous: bytes) -> bytes:
    """Write an event after the one of hash ``previous``; return its own hash."""
    digest = chained(previous, line)
    _INSERT.run(
        case=line.case,
        seq=line.seq,
        at=line.at,
        verb=line.verb,
        actor=line.actor,
        office=line.office,
        node=line.node,
        outcome=line.outcome,
        opinion=line.opinion,
        data=line.data,
        walked=line.walked,
        hash=digest,
    )
    return digest
