"""The rows of a case that a step reads and writes, by prepared statements.

Reading locks the case: on PostgreSQL by its row, on SQLite the transaction already holds the only
write lock. Nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.db import pipeline
from models import Case, Event, Task, is_sqlite
from models.prepared import Prepared, slot

_MOST = 2**31 - 1  # what a column of revisions can hold


@dataclass(slots=True)
class CaseRow:
    """A case as a step sees it; ``advance`` moves revision, head and state on."""

    id: int
    definition: int
    kind: str
    account: int
    unit: int
    subject: int
    status: str
    revision: int
    head: bytes
    state: bytes | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as a step sees it."""

    id: int
    node: str
    token: bytes
    office: int | None
    escalated: int | None
    claimed_by: int | None
    closed_at: int | None


_CASE = (
    Case.id, Case.definition, Case.kind, Case.account, Case.unit, Case.subject, Case.status,
    Case.revision, Case.head, Case.state,
)  # fmt: skip
_TASK = (
    Task.id, Task.node, Task.token, Task.office, Task.escalated, Task.claimed_by, Task.closed_at,
)  # fmt: skip

_LOCK_CASE = Prepared(
    lambda: (
        Case.select(*_CASE).where(Case.id == slot("case"))
        if is_sqlite()
        else Case.select(*_CASE).where(Case.id == slot("case")).for_update()
    )
)
_TASK_AND_CASE = Prepared(
    lambda: Task.select(*_TASK, *_CASE).join(Case).where(Task.id == slot("task"))
)
# On PostgreSQL the task is read after the wait for its case: a statement that waited sees the
# locked row as it is now, but joined rows as they were before.
_LOCK_CASE_OF_TASK = Prepared(
    lambda: (
        Case.select(Case.id)
        .where(Case.id == Task.select(Task.case).where(Task.id == slot("task")))
        .for_update()
    )
)
_OPEN = Prepared(
    lambda: Task.select(Task.token, Task.id).where(
        Task.case == slot("case"), Task.closed_at.is_null()
    )
)
_ACTED = Prepared(
    lambda: Event.select(Event.actor).where(
        Event.case == slot("case"),
        Event.seq > slot("seq"),
        Event.actor.is_null(is_null=False),
        Event.verb != "remind",  # urging changes nothing that a page shows
    )
)
_ACTED_ELSEWHERE = Prepared(
    lambda: (
        Event.select(Event.actor)
        .where(
            Event.case == slot("case"),
            Event.node != slot("node"),
            Event.actor.is_null(is_null=False),
            Event.office.is_null(is_null=False),
        )
        .distinct()
    )
)
_START = Prepared(
    lambda: Case.insert(
        definition=slot("definition"),
        kind=slot("kind"),
        account=slot("account"),
        unit=slot("unit"),
        subject=slot("subject"),
        title=slot("title"),
        status="running",
        revision=0,
        head=slot("head"),
        started_at=slot("now"),
    ).returning(Case.id)
)
_SAVE = Prepared(
    lambda: Case.update(
        revision=slot("revision"),
        head=slot("head"),
        state=slot("state"),
        next_timer_at=slot("next_timer_at"),
        status=slot("status"),
        outcome=slot("outcome"),
        ended_at=slot("ended_at"),
    ).where(Case.id == slot("case"), Case.revision == slot("before"))
)
_OPEN_TASK = Prepared(
    lambda: Task.insert(
        case=slot("case"),
        node=slot("node"),
        token=slot("token"),
        kind=slot("kind"),
        office=slot("office"),
        opened_at=slot("now"),
        due_at=slot("due_at"),
    )
)
_CLOSE_TASK = Prepared(
    lambda: Task.update(
        closed_at=slot("now"), closed_by=slot("actor"), outcome=slot("outcome")
    ).where(Task.id == slot("task"), Task.closed_at.is_null())
)


def lock_case(case_id: int) -> CaseRow | None:
    """The case, locked until the transaction ends."""
    row = _LOCK_CASE.one(case=case_id)
    return None if row is None else _case(row)


def lock_task(task_id: int) -> tuple[TaskRow, CaseRow] | None:
    """A task, open or closed, with its case locked until the transaction ends."""
    with pipeline():
        if not is_sqlite():
            _LOCK_CASE_OF_TASK.run(task=task_id)
        cursor = _TASK_AND_CASE.run(task=task_id)
    row = cursor.fetchone()
    if row is None:
        return None
    return TaskRow(row[0], row[1], bytes(row[2]), *row[3:7]), _case(row[7:])


def _case(row: tuple[Any, ...]) -> CaseRow:
    identity, definition, kind, account, unit, subject, status, revision, head, state = row
    return CaseRow(
        identity, definition, kind, account, unit, subject, status, revision,
        bytes(head), None if state is None else bytes(state),
    )  # fmt: skip


def open_tasks(case_id: int) -> dict[bytes, int]:
    """Ids of the open tasks of a case by the engine's token."""
    return {bytes(token): task for token, task in _OPEN.all(case=case_id)}


def acted_since(case_id: int, seq: int) -> frozenset[int]:
    """Accounts that changed a case after its event ``seq``, whatever number a page claims."""
    return frozenset(row[0] for row in _ACTED.all(case=case_id, seq=max(0, min(seq, _MOST))))


def acted_elsewhere(case_id: int, node: str) -> frozenset[int]:
    """Accounts that decided other steps of a case for an office."""
    return frozenset(row[0] for row in _ACTED_ELSEWHERE.all(case=case_id, node=node))


def insert_case(**values: object) -> int:
    """Write a new case; return its id."""
    row = _START.one(**values)
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives a row or raises
    return int(row[0])


def save_case(case: CaseRow, *, before: int, next_timer_at: int | None, ended: Ended | None) -> Any:
    """Write what a step changed; the cursor's ``rowcount`` is 1 if the revision was ``before``."""
    return _SAVE.run(
        case=case.id,
        before=before,
        revision=case.revision,
        head=case.head,
        state=case.state,
        next_timer_at=next_timer_at,
        status=case.status,
        outcome=ended.outcome if ended else None,
        ended_at=ended.at if ended else None,
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """How and when (microseconds) a case ended."""

    outcome: str | None
    at: int


def insert_task(
    case: CaseRow, node: str, token: bytes, *, office: int | None, now: int, due_at: int | None
) -> None:
    """Open a task."""
    _OPEN_TASK.run(
        case=case.id, node=node, token=token, kind=case.kind, office=office, now=now, due_at=due_at
    )


def close_task(task_id: int, *, now: int, actor: int | None, outcome: str | None) -> int:
    """Close a task if it is open; return how many rows that were (0: somebody was first)."""
    return int(_CLOSE_TASK.run(task=task_id, now=now, actor=actor, outcome=outcome).rowcount)
