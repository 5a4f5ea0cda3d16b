"""Pure rules of who may do which verb; values in, values out (style.md 0.1).

Pages, buttons, the API and batches ask the same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.actor import Actor
from engine.errors import Invalid, NotYours, Refused, Stale

OPINION_LENGTH = 500
REMIND_COOL_DOWN = 24 * 3600 * 1_000_000  # microseconds between two reminders by an applicant


class Verb(StrEnum):
    """操作: what a person can do to a task or a case (design.md section 6)."""

    SUBMIT = "submit"
    DECIDE = "decide"
    CLAIM = "claim"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    REMIND = "remind"


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What the rules know of an open task; ``office`` is None for a task of the applicant.

    ``barred`` are accounts that may not act whatever office they hold (``routing.barred``).
    """

    office: int | None
    escalated: int | None
    claimed_by: int | None
    applicant: int
    barred: frozenset[int]


def may_act(task: TaskFacts, actor: Actor) -> bool:
    """Whether the task is addressed to this actor: his office, or his own correction.

    Unless the diagram allows it, nobody decides on his own application, whatever office he holds.
    """
    if task.office is None:
        return actor.account == task.applicant
    held = task.office in actor.offices or task.escalated in actor.offices
    return held and actor.account not in task.barred


def may_decide(task: TaskFacts, actor: Actor) -> bool:
    """Whether the actor can decide now: addressed to him, and not claimed by somebody else."""
    return may_act(task, actor) and task.claimed_by in {None, actor.account}


def office_acting(task: TaskFacts, actor: Actor) -> int | None:
    """The office in whose name the actor decides: the addressed one before the one above."""
    if task.office in actor.offices:
        return task.office
    return task.escalated if task.escalated in actor.offices else None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person entered: an outcome, an opinion, and the fields marked for correction."""

    outcome: str
    opinion: str
    marks: Mapping[str, str]


def check_decision(
    task: TaskFacts, actor: Actor, decision: Decision, outcomes: tuple[str, ...], opinion_rule: str
) -> None:
    """Refuse a decision that the actor or the diagram does not allow.

    :param opinion_rule: ``optional``, ``required`` or ``required-unless:<outcome>``
    :raises NotYours: if the task is not addressed to the actor
    :raises Refused: ``claimed`` by somebody else; ``outcome`` not drawn in the diagram
    :raises Invalid: the opinion is missing or too long
    """
    if not may_act(task, actor):
        raise NotYours
    if not may_decide(task, actor):
        raise Refused("claimed")
    if decision.outcome not in outcomes:
        raise Refused("outcome")
    if len(decision.opinion) > OPINION_LENGTH:
        raise Invalid({"opinion": "too_long"})
    if not decision.opinion and opinion_needed(opinion_rule, decision.outcome):
        raise Invalid({"opinion": "required"})


def opinion_needed(rule: str, outcome: str) -> bool:
    """Whether the diagram asks for an opinion with this outcome."""
    name, _, free = rule.partition(":")
    return name == "required" or (name == "required-unless" and outcome not in free.split(","))


def check_revision(seen: int, current: int, *, acted_since: bool) -> None:
    """Refuse a page older than somebody's act; the system's own lines (reminders) do no harm.

    :param acted_since: whether a person acted after the revision that the page showed
    :raises Stale: if so, or if the page claims a revision that does not exist
    """
    if seen > current or acted_since:
        raise Stale


def may_remind(last: int | None, now: int) -> bool:
    """Whether the applicant may urge again, given when it was last done (microseconds)."""
    return last is None or now - last >= REMIND_COOL_DOWN
