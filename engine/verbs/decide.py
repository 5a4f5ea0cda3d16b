"""Decide a task: one outcome drawn in the diagram, with an opinion, exactly once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from engine import addressed, clock, lifecycle, rows, rules, spiff
from engine.actor import Actor
from engine.addressed import Addressed
from engine.attempt import attempt
from engine.projection import Happened


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
        return _decide(addressed.open_task(task_id), actor, entered, revision)


def _decide(found: Addressed, actor: Actor, entered: rules.Decision, revision: int) -> Decided:
    case, step = found.case, found.step
    rules.check_decision(found.facts, actor, entered, step.outcomes, step.opinion)
    lifecycle.check_seen(case, revision)
    return _carry_out(found, actor, entered)


def _carry_out(found: Addressed, actor: Actor, entered: rules.Decision) -> Decided:
    """Close the task, move the engine, tell the applicant; the checks are done."""
    task, case, now = found.task, found.case, clock.now()
    moment, office = clock.micros(now), rules.office_acting(found.facts, actor)
    if rows.close_task(task.id, now=moment, actor=actor.account, outcome=entered.outcome) != 1:
        raise addressed.already(task.id)
    data = orjson.dumps({"marks": dict(entered.marks)}).decode() if entered.marks else None
    happened = Happened(
        "decide", actor, office, task.node, entered.outcome, entered.opinion, data,
        tells=None if office is None else "decided",
    )  # fmt: skip
    waiting = spiff.Waiting(task.token, task.node)
    step = lifecycle.complete(case, waiting, {"outcome": entered.outcome}, happened, now)
    return Decided(case.id, step.ended)
