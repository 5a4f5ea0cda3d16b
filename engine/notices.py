"""通知: what a person is told inside the application, newest first."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import orjson
from peewee import JOIN

from engine import clock, letters, numbers
from engine.db import transaction
from engine.letters import Words
from models import Case, Message, tuples
from models.cases import IS_NOTICE
from models.prepared import Prepared, slot

log = logging.getLogger(__name__)

PAGE = 20
COUNTED = 100  # the bell says 99+ beyond

_UNREAD = Prepared(
    lambda: (
        Message.select(Message.id)
        .where(
            Message.account == slot("account"),
            IS_NOTICE,
            Message.read_at.is_null(),
        )
        .limit(COUNTED)
    )
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, in words of both languages; ``at`` in microseconds."""

    id: int
    words: Words
    case: int | None
    at: int
    unread: bool


@dataclass(frozen=True, slots=True)
class Notices:
    """A page of notices; ``next`` is what the next page begins before, None on the last."""

    rows: tuple[Notice, ...]
    next: int | None


def unread(account: int) -> int:
    """How many notices a person has not read, counted up to ``COUNTED``."""
    return len(_UNREAD.all(account=account))


def page(person: int, name: str, before: int | None = None) -> Notices:
    """The notices of an account older than ``before`` (a notice id), twenty at a time.

    :param name: of the person, for the texts
    """
    query = (
        Message.select(
            Message.id, Message.template, Message.params, Message.case, Case.title, Case.kind,
            Case.started_at, Message.created_at, Message.read_at,
        )
        .join(Case, JOIN.LEFT_OUTER)
        .where(Message.account == person, IS_NOTICE)
    )  # fmt: skip
    if before is not None:
        query = query.where(Message.id < before)
    found = tuples(query.order_by(Message.id.desc()).limit(PAGE + 1))
    rows = tuple(
        Notice(
            key,
            _words(
                template,
                params,
                name=name,
                number="" if case is None else numbers.number_of(kind, started_at, case),
                title=title or "",
            ),
            case,
            at,
            not read,
        )
        for key, template, params, case, title, kind, started_at, at, read in found[:PAGE]
    )
    return Notices(rows, rows[-1].id if len(found) > PAGE else None)


def _words(template: str, params: str, *, name: str, number: str, title: str) -> Words:
    """The words of a notice; a text that is gone leaves its name, rather than no page at all."""
    values = {"name": name, "case": number, "title": title, "url": "", **orjson.loads(params)}
    try:
        return letters.write(template, values)
    except letters.NoWords:
        log.exception("a notice has no words")
        return Words(template, "", template, "")


def read(account: int, notice: int | None = None) -> int:
    """Mark one notice of a person as read, or all of them; returns how many were unread."""
    which = [] if notice is None else [Message.id == notice]
    with transaction():
        rows: int = (
            Message.update(read_at=clock.micros(clock.now()))
            .where(
                Message.account == account,
                IS_NOTICE,
                Message.read_at.is_null(),
                *which,
            )
            .execute()
        )
    return rows
