"""Who may see what: rows are loaded through the viewer (design.md decision 13)."""

from __future__ import annotations

from functools import lru_cache

from peewee import ModelSelect

from engine.actor import Actor
from engine.errors import NotFound
from engine.offices import PLATFORM_NAMES
from models import Case, Office, Task, UnitAncestor
from models.prepared import Prepared, slot, slots, spread


def visible_cases(viewer: Actor) -> ModelSelect[Case]:
    """Cases that a viewer may see: his own, those his offices have or had a task of, and those
    about a unit at or below one where he holds an office (units see their subtree).

    The platform's own offices govern no unit: whoever keeps it running sees nobody's papers.
    """
    offices = list(viewer.offices)
    addressed = Task.select(Task.case).where(Task.office.in_(offices) | Task.escalated.in_(offices))
    below = (
        UnitAncestor.select(UnitAncestor.unit)
        .join(Office, on=(Office.unit == UnitAncestor.ancestor))
        .where(Office.id.in_(offices), Office.code.not_in([*PLATFORM_NAMES]))
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


_TASK = tuple(Task._meta.sorted_fields)
_CASE = tuple(field for field in Case._meta.sorted_fields if field is not Case.state)


@lru_cache(maxsize=64)
def _addressed(offices: int) -> Prepared:
    """A task with its case, without engine state, for a viewer who holds so many offices."""

    def build() -> ModelSelect[Task]:
        held = slots("office", offices)
        mine = Task.office.is_null() & (Case.account == slot("account"))
        if held:
            mine |= Task.office.in_(held) | Task.escalated.in_(held)
        return Task.select(*_TASK, *_CASE).join(Case).where(Task.id == slot("task"), mine)

    return Prepared(build)


def task_for(task_id: int, viewer: Actor) -> Task:
    """A task, open or closed, of an office of the viewer or of himself; its case has no state.

    :raises NotFound: if there is none, or it is not his to see; the two look the same
    """
    query = _addressed(len(viewer.offices))
    row = query.one(task=task_id, account=viewer.account, **spread("office", viewer.offices))
    if row is None:
        raise NotFound(f"task {task_id}")
    task, case = Task(), Case()
    task.__data__ = dict(zip((field.name for field in _TASK), row, strict=False))
    case.__data__ = dict(zip((field.name for field in _CASE), row[len(_TASK) :], strict=True))
    task.case = case
    return task


def office_task_for(task_id: int, viewer: Actor) -> Task:
    """A task of an office of the viewer: what an inbox opens.

    An applicant's correction is none: it is made on the page that shows what to correct.

    :raises NotFound: as ``task_for``
    """
    task = task_for(task_id, viewer)
    if task.office_id is None:
        raise NotFound(f"task {task_id}")
    return task
