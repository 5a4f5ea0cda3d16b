"""A step of a case, written: its tasks, one event, what the applicant is told, and the case row.

Tables that pages read are a projection of the engine's state, written in the same transaction
(design.md decision 3). On PostgreSQL the statements travel together.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine import history, outbox, rows
from engine.actor import Actor
from engine.db import pipeline
from engine.errors import Stale
from engine.rows import CaseRow, Ended


@dataclass(frozen=True, slots=True)
class Happened:
    """What the event of a step says besides its place in the chain.

    ``tells`` names the message by which the applicant learns of it, if any.
    """

    verb: str
    actor: Actor | None = None
    office: int | None = None
    node: str | None = None
    outcome: str | None = None
    opinion: str | None = None
    data: str | None = None
    tells: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A task that the step reached: whose it is, and until when it is due (microseconds)."""

    token: bytes
    node: str
    office: int | None
    due_at: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a step changes: ``left`` are ids of tasks that it took away undecided."""

    happened: Happened
    at: int
    left: tuple[int, ...]
    opened: tuple[Opened, ...]
    walked: bytes
    state: bytes | None
    next_timer_at: int | None
    ended: Ended | None


def begin(
    kind: str, *, definition: int, account: int, unit: int, subject: int, title: str, now: int
) -> CaseRow:
    """Write a case that no step has moved yet."""
    head = history.GENESIS
    case = rows.insert_case(
        definition=definition,
        kind=kind,
        account=account,
        unit=unit,
        subject=subject,
        title=title,
        head=head,
        now=now,
    )
    return CaseRow(case, definition, kind, account, unit, subject, "running", 0, head, None)


def write(case: CaseRow, change: Change) -> None:
    """Write a change and bring ``case`` to it.

    :raises Stale: if the case moved since it was read
    """
    before = case.revision
    case.revision += 1
    case.state = change.state
    if change.ended:
        case.status = "ended"
    with pipeline():
        for task in change.left:
            rows.close_task(task, now=change.at, actor=None, outcome=None)
        for opened in change.opened:
            rows.insert_task(
                case,
                opened.node,
                opened.token,
                office=opened.office,
                now=change.at,
                due_at=opened.due_at,
            )
        case.head = history.append(_line(case, change), case.head)
        _tell(case, change)
        saved = rows.save_case(
            case, before=before, next_timer_at=change.next_timer_at, ended=change.ended
        )
    if saved.rowcount != 1:
        raise Stale


def _line(case: CaseRow, change: Change) -> history.Line:
    happened = change.happened
    return history.Line(
        case=case.id,
        seq=case.revision,
        at=change.at,
        verb=happened.verb,
        actor=happened.actor.account if happened.actor else None,
        office=happened.office,
        node=happened.node,
        outcome=happened.outcome,
        opinion=happened.opinion or None,
        data=happened.data,
        walked=change.walked,
    )


def _tell(case: CaseRow, change: Change) -> None:
    """By mail, too: an applicant who cannot log in yet reads no notices."""
    if change.happened.tells is None:
        return
    outbox.post(
        case.account,
        change.happened.tells,
        {"outcome": change.happened.outcome, "kind": case.kind},
        case=case.id,
        now=change.at,
        channels=("notice", "mail"),
    )
