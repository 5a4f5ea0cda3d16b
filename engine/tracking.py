"""What a case has been through and where it is: for the diagram and the list beside it.

Made of events and open tasks only; engine state is never loaded for a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from engine import definitions, numbers
from engine.diagram.reading import Diagram
from models import Account, Case, Event, Office, Task, Unit, tuples


@dataclass(frozen=True, slots=True)
class Past:
    """A line of the history as people read it; ``who`` is empty for the system, ``at`` in µs."""

    seq: int
    at: int
    verb: str
    node: str | None
    step: str
    who: str
    office: str
    unit: str
    outcome: str | None
    opinion: str | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Current:
    """A task that is open now: who has it (office and unit, R26), since when, until when."""

    task: int
    node: str
    step: str
    office: str
    unit: str
    applicant: bool
    opened_at: int
    due_at: int | None
    escalated_office: str
    escalated_unit: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """A case on its diagram. ``walked`` are element ids, nodes and flows; ``active`` the open ones.

    ``marks`` are the fields that the last return marked, with the reasons.
    """

    case: int
    number: str
    kind: str
    title: str
    definition: int
    status: str
    outcome: str | None
    revision: int
    started_at: int
    ended_at: int | None
    past: tuple[Past, ...]
    current: tuple[Current, ...]
    walked: frozenset[str]
    active: frozenset[str]
    marks: dict[str, str]


def track(case: Case) -> Tracking:
    """Where a case is; the caller loaded it through the viewer's rights (``rights.case_for``)."""
    diagram = definitions.loaded(case.definition_id).diagram
    lines = _events(case.id)
    past = tuple(_past(line, diagram) for line in lines)
    current = tuple(_current(line, diagram) for line in _open_tasks(case.id))
    active = frozenset(one.node for one in current)
    nodes = [diagram.nodes[index].id for line in lines for index in bytes(line[8])]
    returned = next((one for one in reversed(past) if "marks" in one.data), None)
    return Tracking(
        case=case.id,
        number=numbers.number_of(case.kind, case.started_at, case.id),
        kind=case.kind,
        title=case.title,
        definition=case.definition_id,
        status=case.status,
        outcome=case.outcome,
        revision=case.revision,
        started_at=case.started_at,
        ended_at=case.ended_at,
        past=past,
        current=current,
        walked=frozenset(nodes) | _flows(diagram, nodes, active),
        active=active,
        marks=returned.data["marks"] if returned and any(one.applicant for one in current) else {},
    )


def _events(case_id: int) -> list[tuple[Any, ...]]:
    return tuples(
        Event.select(
            Event.seq, Event.at, Event.verb, Event.node, Event.outcome, Event.opinion, Event.data,
            Account.name, Event.walked, Office.name, Unit.name,
        )
        .left_outer_join(Account, on=(Account.id == Event.actor))
        .left_outer_join(Office, on=(Office.id == Event.office))
        .left_outer_join(Unit, on=(Unit.id == Office.unit))
        .where(Event.case == case_id)
        .order_by(Event.seq)
    )  # fmt: skip


def _past(line: tuple[Any, ...], diagram: Diagram) -> Past:
    seq, at, verb, node, outcome, opinion, data, who, _walked, office, unit = line
    return Past(
        seq=seq,
        at=at,
        verb=verb,
        node=node,
        step=diagram.node(node).name if node else "",
        who=who or "",
        office=office or "",
        unit=unit or "",
        outcome=outcome,
        opinion=opinion,
        data=orjson.loads(data) if data else {},
    )


def _open_tasks(case_id: int) -> list[tuple[Any, ...]]:
    above, above_unit = Office.alias(), Unit.alias()
    return tuples(
        Task.select(
            Task.id, Task.node, Office.name, Unit.name, Task.opened_at, Task.due_at,
            above.name, above_unit.name,
        )
        .left_outer_join(Office, on=(Office.id == Task.office))
        .left_outer_join(Unit, on=(Unit.id == Office.unit))
        .left_outer_join(above, on=(above.id == Task.escalated))
        .left_outer_join(above_unit, on=(above_unit.id == above.unit))
        .where(Task.case == case_id, Task.closed_at.is_null())
        .order_by(Task.id)
    )  # fmt: skip


def _current(line: tuple[Any, ...], diagram: Diagram) -> Current:
    task, node, office, unit, opened_at, due_at, above, above_unit = line
    return Current(
        task=task,
        node=node,
        step=diagram.node(node).name,
        office=office or "",
        unit=unit or "",
        applicant=office is None,
        opened_at=opened_at,
        due_at=due_at,
        escalated_office=above or "",
        escalated_unit=above_unit or "",
    )


_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


def _flows(diagram: Diagram, nodes: list[str], active: frozenset[str]) -> frozenset[str]:
    """The sequence flows really taken: into each node from the source that completed last.

    A join was entered by every flow whose source completed since it was passed last.
    """
    taken: set[str] = set()
    last: dict[str, int] = {}
    for position, node in enumerate([*nodes, *sorted(active)]):
        entered = [flow for flow in diagram.incoming(node) if flow.source in last]
        if diagram.node(node).kind in _JOINS:
            entered = [flow for flow in entered if last[flow.source] > last.get(node, -1)]
        elif entered:
            entered = [max(entered, key=lambda flow: last[flow.source])]
        taken.update(flow.id for flow in entered)
        last[node] = position
    return frozenset(taken)
