"""An open task as verbs need it: locked, with its case, its step and what the rules know of it."""

from __future__ import annotations

from dataclasses import dataclass

from peewee import JOIN

from engine import definitions, routing, rows, rules
from engine.diagram.reading import UserTask
from engine.errors import AlreadyDecided, NotFound
from engine.rows import CaseRow, TaskRow
from models import Account, Event, Task, tuples


@dataclass(frozen=True, slots=True)
class Addressed:
    """A locked open task; ``facts`` hold also for those who may not act on it."""

    task: TaskRow
    case: CaseRow
    step: UserTask
    facts: rules.TaskFacts


def open_task(task_id: int) -> Addressed:
    """Lock a task and its case until the transaction ends.

    :raises NotFound: if there is no such task
    :raises AlreadyDecided: if it is closed; says who did what, and when
    """
    found = rows.lock_task(task_id)
    if found is None:
        raise NotFound(f"task {task_id}")
    task, case = found
    if task.closed_at is not None:
        raise already(task_id)
    step = definitions.loaded(case.definition).diagram.user_tasks[task.node]
    barred = routing.barred(step.approver, case.id, task.node, case.account)
    facts = rules.TaskFacts(task.office, task.escalated, task.claimed_by, case.account, barred)
    return Addressed(task, case, step, facts)


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
