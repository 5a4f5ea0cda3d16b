"""Proof that nobody changed the history: hash chains of cases, and daily anchors over all of them.

A chain shows that a line was altered, removed or put elsewhere. It cannot show that its end was cut
off together with the case's own ``head``, or that a whole case is gone: the anchors show that.
An anchor covers the days since the one before it. Its hash is taken over that anchor's hash and, in
order of case, the number and hash of the last line each case wrote in those days; so checking every
anchor costs one pass over the history. Who can rewrite the database can rewrite anchors too:
`shenpi audit export` takes them out of the house.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from peewee import JOIN, fn

from engine import clock
from engine.db import transaction
from engine.errors import Refused
from engine.history import GENESIS, Line, chained
from models import Anchor, Case, Event, tuples

SETTLE = timedelta(minutes=10)  # a day is anchored when its last transactions have ended
_WINDOW = 1000  # cases read at once


class Fault(StrEnum):
    """What is wrong with a case, or with a day."""

    ALTERED = "altered"  # a line says something else than when it was written
    MISSING = "missing"  # a line is not there
    REORDERED = "reordered"  # lines stand in another order than they were written
    HEAD = "head"  # the case's own record of its last line disagrees
    ORPHANED = "orphaned"  # lines of a case that is not there
    ANCHOR = "anchor"  # the days up to this one are not what was anchored


@dataclass(frozen=True, slots=True)
class Finding:
    """The first broken line of a case, or a broken anchor (``case`` None, ``day`` set)."""

    fault: Fault
    case: int | None = None
    seq: int | None = None
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw."""

    cases: int
    events: int
    anchors: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A case's history as stored; ``head`` and ``revision`` are what the case says of its end."""

    case: int
    revision: int
    head: bytes
    lines: tuple[tuple[Line, bytes], ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an anchor says: cases begun so far, the highest of them, and the hash."""

    cases: int
    through: int
    hash: bytes


BEGINNING = Sealed(0, 0, GENESIS)
_LINE = tuple(getattr(Event, name) for name in Line.__slots__)


def verify() -> Report:
    """Recompute every hash of every case and of every anchor."""
    stored = list(Anchor.select().order_by(Anchor.day))
    ends = [_end(date.fromisoformat(anchor.day)) for anchor in stored]
    spans = [_Span() for _ in stored]
    findings: list[Finding] = []
    cases = events = 0
    for chain in chains():
        cases += 1
        events += len(chain.lines)
        if finding := check(chain):
            findings.append(finding)
        _cover(spans, ends, chain)
    findings += [Finding(Fault.ORPHANED, case=case) for case in _orphans()]
    previous = BEGINNING
    for anchor, span in zip(stored, spans, strict=True):
        previous = span.sealed(previous)
        if previous != _of(anchor):
            findings.append(Finding(Fault.ANCHOR, day=anchor.day))
            previous = _of(anchor)  # the next days are judged on their own
    return Report(cases, events, len(stored), tuple(findings))


def anchor(day: date | None = None) -> Anchor | None:
    """Anchor the history up to the end of a day in Asia/Shanghai, by default yesterday.

    None if that day, or a later one, is anchored already. Two workers at once make one anchor.

    :raises Refused: ``unsettled`` if the last transactions of the day may still be running
    """
    settled = (clock.now() - SETTLE).astimezone(clock.ZONE).date()
    day = settled - timedelta(days=1) if day is None else day
    if day >= settled:
        raise Refused("unsettled")
    newest = Anchor.select().order_by(Anchor.day.desc()).first()
    if newest is not None and newest.day >= day.isoformat():
        return None
    made = _next(newest, day)
    with transaction():
        Anchor.insert(
            day=day.isoformat(),
            cases=made.cases,
            through=made.through,
            hash=made.hash,
            created_at=clock.micros(clock.now()),
        ).on_conflict_ignore().execute()
    added: Anchor = Anchor.get(Anchor.day == day.isoformat())
    return added


def check(chain: Chain) -> Finding | None:
    """The first broken line of one case, or None. A case has at least the line of its start."""
    previous = GENESIS
    for expected, (line, digest) in enumerate(chain.lines, start=1):
        if line.seq != expected:
            return Finding(Fault.MISSING, chain.case, expected)
        if chained(previous, line) != digest:
            return Finding(_kind(chain, line, digest), chain.case, line.seq)
        previous = digest
    if not chain.lines or len(chain.lines) < chain.revision:
        return Finding(Fault.MISSING, chain.case, len(chain.lines) + 1)
    if (chain.revision, chain.head) != (len(chain.lines), previous):
        return Finding(Fault.HEAD, chain.case, len(chain.lines))
    return None


def chains() -> Iterator[Chain]:
    """The history of every case, in order of case.

    Cases and their lines come in one statement, so a case that moves on meanwhile is seen wholly
    before or wholly after.
    """
    last = 0
    while (through := _window(last)) is not None:
        rows = tuples(
            Case.select(Case.id, Case.revision, Case.head, Event.hash, *_LINE)
            .join(Event, JOIN.LEFT_OUTER, on=(Event.case == Case.id))
            .where(Case.id > last, Case.id <= through)
            .order_by(Case.id, Event.seq)
        )
        for (case, revision, head), lines in groupby(rows, key=lambda row: row[:3]):
            yield Chain(case, revision, bytes(head), _lines(lines))
        last = through


class _Span:
    """What happened between two anchors, taken in order of case."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._begun = 0
        self._through = 0

    def take(self, case: int, seq: int, digest: bytes, *, begun: bool) -> None:
        """Add a case: the last line it wrote in the span, and whether it began in it."""
        self._digest.update(b"%d %d " % (case, seq) + digest)
        if begun:
            self._begun += 1
            self._through = case

    def sealed(self, before: Sealed) -> Sealed:
        """The anchor at the end of the span, bound to the one before it."""
        cases, through = before.cases + self._begun, max(before.through, self._through)
        text = b"%d %d " % (cases, through)
        digest = hashlib.sha256(before.hash + text + self._digest.digest()).digest()
        return Sealed(cases, through, digest)


def _cover(spans: Sequence[_Span], ends: Sequence[int], chain: Chain) -> None:
    """Put a case into every span in which it wrote."""
    last: dict[int, tuple[Line, bytes]] = {}
    for line, digest in chain.lines:
        last[bisect_right(ends, line.at)] = (line, digest)
    first = bisect_right(ends, chain.lines[0][0].at) if chain.lines else -1
    for number, (line, digest) in last.items():
        if number < len(spans):
            begun = number == first and chain.lines[0][0].seq == 1
            spans[number].take(chain.case, line.seq, digest, begun=begun)


def _next(newest: Anchor | None, day: date) -> Sealed:
    """The anchor that follows ``newest`` at the end of ``day``, from the lines written between."""
    since = _end(date.fromisoformat(newest.day)) if newest else 0
    rows = tuples(
        Event.select(Event.case, Event.seq, Event.hash)
        .where(Event.at >= since, Event.at < _end(day))
        .order_by(Event.case, Event.seq)
    )
    span = _Span()
    for case, lines in groupby(rows, key=lambda row: row[0]):
        (_, first, _), *_ = wrote = list(lines)
        _, seq, digest = wrote[-1]
        span.take(case, seq, bytes(digest), begun=first == 1)
    return span.sealed(_of(newest) if newest else BEGINNING)


def _of(stored: Anchor) -> Sealed:
    return Sealed(stored.cases, stored.through, bytes(stored.hash))


def _end(day: date) -> int:
    """The first microsecond after a day in Asia/Shanghai."""
    return clock.micros(datetime.combine(day + timedelta(days=1), time(), clock.ZONE))


def _window(last: int) -> int | None:
    """The highest id of the next window of cases, None after the last."""
    ids = Case.select(Case.id).where(Case.id > last).order_by(Case.id).limit(_WINDOW)
    through: int | None = tuples(Case.select(fn.MAX(ids.c.id)).from_(ids))[0][0]
    return through


def _lines(rows: Iterator[tuple[Any, ...]]) -> tuple[tuple[Line, bytes], ...]:
    return tuple(
        (Line(*[*fields, bytes(walked)]), bytes(digest))
        for _, _, _, digest, *fields, walked in rows
        if digest is not None
    )


def _kind(chain: Chain, line: Line, digest: bytes) -> Fault:
    """Why a line does not follow: moved with its content, pulled forward, or changed."""
    befores = (GENESIS, *(one for _, one in chain.lines))
    places = range(1, chain.revision + 1)
    if any(chained(p, replace(line, seq=seq)) == digest for p in befores for seq in places):
        return Fault.REORDERED
    return Fault.MISSING if len(chain.lines) < chain.revision else Fault.ALTERED


def _orphans() -> list[int]:
    """Cases whose lines are there although they themselves are not."""
    query = (
        Event.select(Event.case)
        .join(Case, JOIN.LEFT_OUTER, on=(Event.case == Case.id))
        .where(Case.id.is_null())
        .distinct()
    )
    return [row[0] for row in tuples(query)]
