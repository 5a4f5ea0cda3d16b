"""已办: what an administrator decided, the last first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine import definitions, numbers
from engine.actor import Actor
from engine.inbox import PAGE, Key
from models import Case, Task, Unit, tuples


@dataclass(frozen=True, slots=True)
class Done:
    """A decision of the viewer's own; times in microseconds."""

    id: int
    case: int
    number: str
    title: str
    unit: str
    kind: str
    step: str
    outcome: str
    closed_at: int
    status: str
    case_outcome: str | None


@dataclass(frozen=True, slots=True)
class DonePage:
    """A page of the viewer's own decisions."""

    rows: tuple[Done, ...]
    next: Key | None


def page(actor: Actor, *, after: Key | None = None, size: int = PAGE) -> DonePage:
    """What the actor decided for an office, the last first."""
    query = (
        Task.select(
            Task.id, Task.closed_at, Task.node, Task.kind, Task.outcome, Case.id, Case.started_at,
            Case.title, Case.definition, Case.status, Case.outcome, Unit.name,
        )
        .join(Case)
        .join(Unit, on=(Unit.id == Case.unit))
        .where(Task.closed_by == actor.account, Task.office.is_null(is_null=False))
        .order_by(Task.closed_at.desc(), Task.id.desc())
        .limit(size + 1)
    )  # fmt: skip
    if after is not None:
        earlier = (Task.closed_at == after[0]) & (Task.id < after[1])
        query = query.where((Task.closed_at < after[0]) | earlier)
    found = [_done(line) for line in tuples(query)]
    last = found[size - 1] if len(found) > size else None
    return DonePage(tuple(found[:size]), (last.closed_at, last.id) if last else None)


def _done(line: tuple[Any, ...]) -> Done:
    (
        task, closed_at, node, kind, outcome, case, started_at,
        title, definition, status, case_outcome, unit,
    ) = line  # fmt: skip
    return Done(
        id=task,
        case=case,
        number=numbers.number_of(kind, started_at, case),
        title=title,
        unit=unit,
        kind=kind,
        step=definitions.loaded(definition).diagram.node(node).name,
        outcome=outcome,
        closed_at=closed_at,
        status=status,
        case_outcome=case_outcome,
    )
