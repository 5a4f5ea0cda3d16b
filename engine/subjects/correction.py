"""The applicant's correction: a case that was returned goes on with better data, without log-in.

What changed is kept in the event, so that the reviewer sees it; sensitive values are masked there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from engine import clock, definitions, lifecycle, rows, rules, spiff
from engine.actor import Actor
from engine.errors import NotFound, NotYours, Refused
from engine.projection import Happened
from engine.rows import CaseRow, TaskRow
from models import Event, Task

RESUBMIT = "resubmit"


@dataclass(frozen=True)
class Change:
    """A field before and after, in words."""

    before: str
    after: str


@dataclass(frozen=True)
class Asked:
    """What the reviewer asked for: fields with reasons, and the opinion that came with them."""

    marks: Mapping[str, str]
    opinion: str


def opened(case_id: int, *, actor: Actor, kind: str, revision: int) -> tuple[CaseRow, TaskRow]:
    """The case and its open correction task, locked; call inside the transaction.

    :raises NotFound, NotYours: if the case is not there, or somebody else's
    :raises Refused: ``not_returned``: the case does not wait for its applicant
    :raises Stale: if somebody acted since the page was shown
    """
    case = rows.lock_case(case_id)
    if case is None or case.kind != kind:
        raise NotFound(f"case {case_id}")
    if case.account != actor.account:
        raise NotYours
    task_id = task_of(case_id)
    found = None if task_id is None else rows.lock_task(task_id)
    if found is None:
        raise Refused("not_returned")
    lifecycle.check_seen(case, revision)
    return case, found[0]


def task_of(case_id: int) -> int | None:
    """The open correction task of a case, or none while somebody else has it."""
    query = Task.select(Task.id).where(
        Task.case == case_id, Task.closed_at.is_null(), Task.office.is_null()
    )
    found = query.scalar()
    return None if found is None else int(found)


def resubmit(
    case: CaseRow,
    task: TaskRow,
    *,
    actor: Actor,
    changes: Mapping[str, Change],
    facts: Mapping[str, object],
) -> None:
    """Complete the correction and let the diagram go on; call inside the transaction.

    :param facts: what conditions and routing see from now on, besides the outcome
    :raises Refused: ``outcome`` if the diagram draws no such way out
    """
    outcomes = definitions.loaded(case.definition).diagram.user_tasks[task.node].outcomes
    if RESUBMIT not in outcomes:
        raise Refused("outcome")
    now = clock.now()
    rows.close_task(task.id, now=clock.micros(now), actor=actor.account, outcome=RESUBMIT)
    pairs = {name: [change.before, change.after] for name, change in changes.items()}
    happened = Happened(
        rules.Verb.DECIDE,
        actor,
        node=task.node,
        outcome=RESUBMIT,
        data=orjson.dumps({"changes": pairs}).decode(),
    )
    waiting = spiff.Waiting(task.token, task.node)
    lifecycle.complete(case, waiting, {"outcome": RESUBMIT, **facts}, happened, now)


def asked(case_id: int) -> Asked:
    """What the last return for correction asked for; empty if there was none."""
    event = (
        Event.select()
        .where(Event.case == case_id, Event.outcome == "return")
        .order_by(Event.seq.desc())
        .first()
    )
    if event is None:
        return Asked({}, "")
    data = orjson.loads(event.data) if event.data else {}
    return Asked(data.get("marks", {}), event.opinion or "")


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Change]:
    """The fields whose words differ."""
    return {
        name: Change(before.get(name, ""), value)
        for name, value in after.items()
        if before.get(name, "") != value
    }
