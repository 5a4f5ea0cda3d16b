"""Decide a task: one outcome drawn in the diagram, with an opinion, exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from peewee import JOIN

from engine import clock, definitions, lifecycle, outbox, routing, rows, rules, spiff
from engine.actor import Actor
from engine.attempt import attempt
from engine.errors import AlreadyDecided, NotFound
from engine.rows import CaseRow, TaskRow
from models import Account, Event, Task, tuples


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to."""

    case: int
    ended: bool


def decide(
    task_id: int,
    *,
    actor: Actor,
    outcome: str,
    revision: int,
    opinion: str = "",
    marks: Mapping[str, str] | None = None,
) -> Decided:
    """Carry out one person's decision on one task.

    :param revision: the case's revision that the page showed
    :param marks: field name to reason, for a return for correction
    :raises NotFound: if there is no such task
    :raises AlreadyDecided: if somebody was first; says who, what and when
    :raises NotYours, Refused, Invalid: see ``rules.check_decision``
    :raises Stale: see ``rules.check_revision``
    :raises OperationFailed: if the step broke; nothing was changed and an incident is recorded
    """
    entered = rules.Decision(outcome, opinion.strip(), marks or {})
    with attempt("decide", task=task_id):
        case, ended = _decide(task_id, actor, entered, revision)
    return Decided(case.id, ended)


def _decide(
    task_id: int, actor: Actor, entered: rules.Decision, revision: int
) -> tuple[CaseRow, bool]:
    found = rows.lock_task(task_id)
    if found is None:
        raise NotFound(f"task {task_id}")
    task, case = found
    if task.closed_at is not None:
        raise already(task_id)
    user_task = definitions.loaded(case.definition).diagram.user_tasks[task.node]
    facts = facts_of(task, case)
    rules.check_decision(facts, actor, entered, user_task.outcomes, user_task.opinion)
    if revision != case.revision:
        others = rows.acted_since(case.id, revision)
        rules.check_revision(revision, case.revision, acted_since=bool(others))
    step = carry_out(task, case, actor, entered, rules.office_acting(facts, actor))
    return case, step.ended


def facts_of(task: TaskRow, case: CaseRow) -> rules.TaskFacts:
    """What the rules know of a task, also of those who may not act on it."""
    approver = definitions.loaded(case.definition).diagram.user_tasks[task.node].approver
    barred = routing.barred(approver, case.id, task.node, case.account)
    return rules.TaskFacts(task.office, task.escalated, task.claimed_by, case.account, barred)


def carry_out(
    task: TaskRow, case: CaseRow, actor: Actor, entered: rules.Decision, office: int | None
) -> spiff.Step:
    """Close the task, move the engine, tell the applicant; the checks are done."""
    now = clock.now()
    moment = clock.micros(now)
    if rows.close_task(task.id, now=moment, actor=actor.account, outcome=entered.outcome) != 1:
        raise already(task.id)
    data = orjson.dumps({"marks": dict(entered.marks)}).decode() if entered.marks else None
    happened = lifecycle.Happened(
        "decide", actor, office, task.node, entered.outcome, entered.opinion, data
    )
    waiting = spiff.Waiting(task.token, task.node)
    step = lifecycle.complete(case, waiting, {"outcome": entered.outcome}, happened, now)
    if office is not None:
        params = {"outcome": entered.outcome, "kind": case.kind}
        outbox.post(case.account, "decided", params, case=case.id, now=moment)
    return step


def already(task_id: int) -> AlreadyDecided:
    """The answer to the loser of a race: who did what, and when.

    What closed the task may not have been a decision on it but, say, the applicant's withdrawal.
    """
    query = (
        Event.select(Account.name, Event.outcome, Event.verb, Event.at)
        .join(Task, on=(Task.case == Event.case) & (Task.closed_at == Event.at))
        .join(Account, JOIN.LEFT_OUTER, on=(Event.actor == Account.id))
        .where(Task.id == task_id)
        .order_by(Event.seq)
    )
    name, outcome, verb, at = tuples(query)[0]
    return AlreadyDecided(name or "", outcome or verb, at)
