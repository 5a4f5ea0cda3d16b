"""Cases that walk through drawings of tests (``tests/engine/drawing.py``), in the whole engine."""

from __future__ import annotations

from engine import clock, lifecycle
from engine.actor import Actor
from engine.db import transaction
from engine.rows import CaseRow
from engine.verbs.decide import decide
from models import Case, Definition, Office, Task
from tests.engine.drawing import draw

KIND = "drawn"


def define(text: str, key: str = KIND) -> None:
    """Store a drawing as the newest definition of a kind, without the checks of publishing."""
    version = Definition.select().where(Definition.key == key).count() + 1
    Definition.create(
        key=key,
        version=version,
        title=key,
        digest=bytes([version]),
        source=draw(text, process=f'id="{key}" isExecutable="true"'),
        published_at=clock.micros(clock.now()),
    )


def begin(applicant: Actor, unit: int, *, subject: int = 1, key: str = KIND, **data: object) -> int:
    """Start a case of a drawing about a unit."""
    with transaction():
        return lifecycle.start(
            key,
            account=applicant.account,
            unit=unit,
            subject=subject,
            title=applicant.name,
            data=data,
            actor=applicant,
        )


def office(unit: int, code: str = "administrator") -> int:
    """The office of that code at a unit."""
    return int(Office.get(Office.unit == unit, Office.code == code).id)


def waiting(case: int, node: str | None = None) -> Task:
    """The open task of a case, or that of one node."""
    query = Task.select().where(Task.case == case, Task.closed_at.is_null())
    found = [task for task in query if node in {None, task.node}]
    assert len(found) == 1, [task.node for task in found]
    return found[0]


def nodes(case: int) -> list[str]:
    """Where a case waits."""
    query = Task.select().where(Task.case == case, Task.closed_at.is_null())
    return sorted(task.node for task in query)


def decided(case: int, actor: Actor, outcome: str = "approve", *, node: str | None = None) -> None:
    """Decide an open task as the page of this moment shows it."""
    task = waiting(case, node)
    revision = Case.get_by_id(case).revision
    decide(task.id, actor=actor, outcome=outcome, opinion="意见", revision=revision)


def row_of(case: int) -> CaseRow:
    """A case as a step sees it."""
    found = Case.get_by_id(case)
    return CaseRow(
        found.id, found.definition_id, found.kind, found.account_id, found.unit_id, found.subject,
        found.status, found.revision, bytes(found.head),
        None if found.state is None else bytes(found.state),
    )  # fmt: skip
