"""通知: what a person is told inside the application, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from engine import clock
from engine.db import transaction
from models import Message
from models.prepared import Prepared, slot

PAGE = 20
COUNTED = 100  # the bell says 99+ beyond

_UNREAD = Prepared(
    lambda: (
        Message.select(Message.id)
        .where(
            Message.account == slot("account"),
            Message.channel == "notice",
            Message.read_at.is_null(),
        )
        .limit(COUNTED)
    )
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; ``template`` and ``params`` become words in the reader's language."""

    id: int
    template: str
    params: Mapping[str, object]
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


def page(account: int, before: int | None = None) -> Notices:
    """The notices of a person older than ``before`` (a notice id), twenty at a time."""
    query = Message.select().where(Message.account == account, Message.channel == "notice")
    if before is not None:
        query = query.where(Message.id < before)
    found = list(query.order_by(Message.id.desc()).limit(PAGE + 1))
    rows = tuple(
        Notice(
            each.id,
            each.template,
            orjson.loads(each.params),
            each.case_id,
            each.created_at,
            each.read_at is None,
        )
        for each in found[:PAGE]
    )
    return Notices(rows, rows[-1].id if len(found) > PAGE else None)


def read(account: int, notice: int | None = None) -> int:
    """Mark one notice of a person as read, or all of them; returns how many were unread."""
    which = [] if notice is None else [Message.id == notice]
    with transaction():
        rows: int = (
            Message.update(read_at=clock.micros(clock.now()))
            .where(
                Message.account == account,
                Message.channel == "notice",
                Message.read_at.is_null(),
                *which,
            )
            .execute()
        )
    return rows
