"""Who may see what: rows are loaded through the viewer (design.md decision 13)."""

from __future__ import annotations

from peewee import ModelSelect

from engine.actor import Actor
from engine.errors import NotFound
from models import Case, Office, Task, UnitAncestor


def visible_cases(viewer: Actor) -> ModelSelect[Case]:
    """Cases that a viewer may see: his own, those his offices have or had a task of, and those
    about a unit at or below one where he holds an office (units see their subtree)."""
    offices = list(viewer.offices)
    addressed = Task.select(Task.case).where(Task.office.in_(offices) | Task.escalated.in_(offices))
    below = (
        UnitAncestor.select(UnitAncestor.unit)
        .join(Office, on=(Office.unit == UnitAncestor.ancestor))
        .where(Office.id.in_(offices))
    )
    return Case.select().where(
        (Case.account == viewer.account) | Case.id.in_(addressed) | Case.unit.in_(below)
    )


def case_for(case_id: int, viewer: Actor) -> Case:
    """A case through the viewer's rights.

    :raises NotFound: if there is none, or it is not his to see; the two look the same
    """
    case: Case | None = visible_cases(viewer).where(Case.id == case_id).first()
    if case is None:
        raise NotFound(f"case {case_id}")
    return case


def task_for(task_id: int, viewer: Actor) -> Task:
    """A task, open or closed, of an office of the viewer or of himself.

    :raises NotFound: if there is none, or it is not his to see; the two look the same
    """
    offices = list(viewer.offices)
    mine = (
        Task.office.in_(offices)
        | Task.escalated.in_(offices)
        | (Task.office.is_null() & (Case.account == viewer.account))
    )
    task: Task | None = Task.select(Task, Case).join(Case).where(Task.id == task_id, mine).first()
    if task is None:
        raise NotFound(f"task {task_id}")
    return task
