"""What the page of a task shows, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from engine import clock, definitions, rights, routing, rules
from engine.actor import Actor
from engine.diagram.reading import UserTask
from engine.subjects.registry import Group, subject_of
from engine.tracking import Past, Tracking, track
from models import Account, Case, Task


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task for one viewer; ``changes`` is what the applicant corrected last."""

    task: Task
    case: Case
    step: UserTask
    groups: tuple[Group, ...]
    tracking: Tracking
    changes: dict[str, list[str]]
    labels: dict[str, str]
    may_act: bool
    may_decide: bool
    claimed_name: str
    claimed_by_me: bool
    closed: Past | None  # what closed the task: a decision, or the applicant's withdrawal
    needs_opinion: tuple[str, ...]
    overdue: bool
    longest_opinion: int
    fixed: frozenset[str]  # fields that cannot be marked for correction


def load(task_id: int, viewer: Actor) -> TaskPage:
    """Everything about a task that the viewer may see.

    :raises NotFound: if there is none, or it is not his to see
    """
    task = rights.office_task_for(task_id, viewer)
    case = task.case
    step = definitions.loaded(case.definition_id).diagram.user_tasks[task.node]
    tracking = track(case)
    subject = subject_of(case.kind)
    every = subject.show(case.subject)
    shown = tuple(group for group in every if not step.form_show or group.name in step.form_show)
    barred = routing.barred(step.approver, case.id, task.node, case.account_id)
    facts = rules.TaskFacts(
        task.office_id, task.escalated_id, task.claimed_by_id, case.account_id, barred
    )
    return TaskPage(
        task=task,
        case=case,
        step=step,
        groups=shown,
        tracking=tracking,
        changes=_changes(tracking),
        labels={field.name: field.label for group in every for field in group.fields},
        may_act=task.closed_at is None and rules.may_act(facts, viewer),
        may_decide=task.closed_at is None and rules.may_decide(facts, viewer),
        claimed_name=_name(task.claimed_by_id),
        claimed_by_me=task.claimed_by_id == viewer.account,
        closed=_closing(task, tracking),
        needs_opinion=tuple(
            outcome for outcome in step.outcomes if rules.opinion_needed(step.opinion, outcome)
        ),
        overdue=task.closed_at is None
        and task.due_at is not None
        and task.due_at < clock.micros(clock.now()),
        longest_opinion=rules.OPINION_LENGTH,
        fixed=subject.fixed,
    )


def _changes(tracking: Tracking) -> dict[str, list[str]]:
    """Field name to before and after, of the last correction."""
    found: dict[str, list[str]] = next(
        (past.data["changes"] for past in reversed(tracking.past) if "changes" in past.data), {}
    )
    return found


def _closing(task: Task, tracking: Tracking) -> Past | None:
    """The act that closed a task, unless it is open."""
    at = [past for past in tracking.past if past.at == task.closed_at]
    return next((past for past in at if past.node == task.node), at[0] if at else None)


def _name(account: int | None) -> str:
    if account is None:
        return ""
    name: str = Account.select(Account.name).where(Account.id == account).scalar()
    return name
