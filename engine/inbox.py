"""The inbox of an administrator: open tasks of all offices held, oldest first.

A page never depends on how many tasks wait: rows come in the order of a partial index over open
tasks, and the next page starts after the last row seen (keyset). Without filters, page and count
run prepared (performance.md). The count uses the conditions of the page, and is exact up to a
bound.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from peewee import Entity, ModelSelect, Tuple, fn

from engine import clock, definitions, numbers, rights
from engine.actor import Actor
from engine.db import pipeline
from models import Account, Case, Region, Task, Unit, UnitAncestor, tuples
from models.prepared import Prepared, slot

DAY = 24 * 3600 * 1_000_000  # microseconds
PAGE = 20
COUNT_BOUND = 10_000
BADGE_BOUND = 100

Key = tuple[int, int]  # (opened_at, task id)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the inbox is narrowed to; every field is optional.

    ``unit`` includes the units below it, ``region`` the regions below it; ``before`` is a moment in
    microseconds: tasks that wait since then or longer.
    """

    kind: str | None = None
    node: str | None = None
    unit: int | None = None
    region: str | None = None
    before: int | None = None
    overdue: bool = False
    mine: bool = False
    text: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is narrowed."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the inbox; times in microseconds."""

    id: int
    opened_at: int
    due_at: int | None
    node: str
    step: str
    kind: str
    case: int
    number: str
    title: str
    unit: str
    claimed_by: int | None
    claimed_name: str | None
    escalated: bool
    overdue: bool

    @property
    def key(self) -> Key:
        """Where the page after this row starts."""
        return self.opened_at, self.id


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the inbox: its rows, the count of all (bounded), and whether there is more."""

    rows: tuple[Row, ...]
    count: int
    more_than: bool
    next: Key | None
    previous: Key | None
    filters: Filters = field(default_factory=Filters)


def page(
    actor: Actor,
    filters: Filters | None = None,
    *,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
) -> Page:
    """A page of the actor's open tasks, the one after or before a key, with the count of all."""
    filters = filters or Filters()
    if filters.empty and after is None and before is None and len(actor.offices) == 1:
        found, counted = _opening(actor, size + 1)
    else:
        found = _rows(actor, filters, after, before, size + 1)
        counted = count(actor, filters, COUNT_BOUND)
    more = len(found) > size
    if before is not None:
        kept = found[-size:]
        has_next, has_previous = True, more
    else:
        kept = found[:size]
        has_next, has_previous = more, after is not None
    return Page(
        rows=tuple(kept),
        count=min(counted, COUNT_BOUND),
        more_than=counted > COUNT_BOUND,
        next=kept[-1].key if kept and has_next else None,
        previous=kept[0].key if kept and has_previous else None,
        filters=filters,
    )


def _opening(actor: Actor, size: int) -> tuple[list[Row], int]:
    """What most people see: the first rows of their one office and the count, in one trip."""
    (office,) = actor.offices
    with pipeline():
        firsts = [query.run(office=office, size=size) for query in _FIRST.values()]
        counts = [query.run(office=office, bound=COUNT_BOUND + 1) for query in _COUNT.values()]
    found = _merged([first.fetchall() for first in firsts], actor)
    return found[:size], sum(one.fetchone()[0] for one in counts)


def waiting(actor: Actor) -> dict[str, int]:
    """How many tasks of each kind wait for the actor, for the to-do bar (A9).

    Of each office the ``BADGE_BOUND`` longest waiting are counted: the bar shows "99+" anyway.
    """
    found: dict[int, str] = {}  # a task of one office may be shown to another of the actor's
    for rows in _together(_WAITING, actor, size=BADGE_BOUND):
        found.update(rows)
    return dict(Counter(found.values()))


def badge(actor: Actor) -> int:
    """How many tasks wait for the actor; see ``waiting``."""
    return sum(waiting(actor).values())


def count(actor: Actor, filters: Filters, bound: int) -> int:
    """How many tasks match, at most ``bound`` + 1."""
    total = 0
    for column, office in _branches(actor):
        if filters.empty and len(actor.offices) == 1:
            row = _COUNT[column].one(office=office, bound=bound + 1)
            total += row[0] if row else 0
        else:
            conditions = _conditions(column, office, actor, filters)
            matching = _source(Task.select(Task.id)).where(*conditions).limit(bound + 1)
            total += matching.count()
    return min(total, bound + 1)


def next_after(actor: Actor, key: Key, filters: Filters | None = None) -> int | None:
    """The task that opens after a decision: the next in order, else the first that waits."""
    filters = filters or Filters()
    found = _rows(actor, filters, key, None, 1) or _rows(actor, filters, None, None, 1)
    return found[0].id if found else None


@dataclass(frozen=True, slots=True)
class Brief:
    """What a message about a task names, and its place in the inbox."""

    number: str
    title: str
    key: Key


def brief(task_id: int, viewer: Actor) -> Brief:
    """A task in short, through the viewer's rights.

    :raises NotFound: if there is none, or it is not his to see
    """
    task = rights.office_task_for(task_id, viewer)
    number = numbers.number_of(task.kind, task.case.started_at, task.case.id)
    return Brief(number, task.case.title, (task.opened_at, task.id))


def _branches(actor: Actor) -> list[tuple[str, int]]:
    """Where tasks of the actor are found: addressed to an office of his, or shown to it."""
    return [(column, office) for office in sorted(actor.offices) for column in _COLUMNS]


_COLUMNS = {"office": Task.office, "escalated": Task.escalated}
_HEAD = (
    Task.id, Task.opened_at, Task.due_at, Task.node, Task.kind, Task.claimed_by,
    Task.office, Task.case,
)  # fmt: skip


def _first(column: str, *following: Any) -> Prepared:
    """A page of one office: its rows by the index, then the joins for these rows only."""

    def build() -> ModelSelect[Case]:
        head = (
            Task.select(*_HEAD)
            .where(_COLUMNS[column] == slot("office"), Task.closed_at.is_null(), *following)
            .order_by(Task.opened_at, Task.id)
            .limit(slot("size"))
            .alias("t")
        )
        return _joined(head)

    return Prepared(build)


def _joined(head: Any) -> ModelSelect[Case]:
    holder = Account.alias()
    query: ModelSelect[Case] = (
        Case.select(
            head.c.id, head.c.opened_at, head.c.due_at, Entity("t", "node"), head.c.kind,
            head.c.claimed_by_id, head.c.office_id, Case.id, Case.started_at, Case.title,
            Case.definition, Unit.name, holder.name,
        )
        .join(head, on=(head.c.case_id == Case.id))
        .join(Unit, on=(Unit.id == Case.unit))
        .left_outer_join(holder, on=(holder.id == head.c.claimed_by_id))
        .order_by(head.c.opened_at, head.c.id)
    )  # fmt: skip
    return query


def _counting(column: str) -> Prepared:
    def build() -> Any:
        matching = (
            Task.select(Task.id)
            .where(_COLUMNS[column] == slot("office"), Task.closed_at.is_null())
            .limit(slot("bound"))
            .alias("t")
        )
        return Task.select(fn.COUNT(1)).from_(matching)

    return Prepared(build)


def _waiting(column: str) -> Prepared:
    return Prepared(
        lambda: (
            Task.select(Task.id, Task.kind)
            .where(_COLUMNS[column] == slot("office"), Task.closed_at.is_null())
            .order_by(Task.opened_at, Task.id)
            .limit(slot("size"))
        )
    )


_WAITING = {column: _waiting(column) for column in _COLUMNS}
_FIRST = {column: _first(column) for column in _COLUMNS}
_AFTER = {
    column: _first(column, Tuple(Task.opened_at, Task.id) > Tuple(slot("opened_at"), slot("task")))
    for column in _COLUMNS
}
_COUNT = {column: _counting(column) for column in _COLUMNS}


def _rows(
    actor: Actor, filters: Filters, after: Key | None, before: Key | None, size: int
) -> list[Row]:
    """Rows of all branches, merged in order; ``before`` gives the last ones before a key."""
    if not filters.empty or before is not None:
        branches = [
            _filtered(column, office, actor, filters, (after, before), size)
            for column, office in _branches(actor)
        ]
    elif after is None:
        branches = _together(_FIRST, actor, size=size)
    else:
        branches = _together(_AFTER, actor, size=size, opened_at=after[0], task=after[1])
    merged = _merged(branches, actor)
    return merged[-size:] if before is not None else merged[:size]


def _together(
    queries: dict[str, Prepared], actor: Actor, **values: int
) -> list[list[tuple[Any, ...]]]:
    """The rows of a prepared query for every branch, in one trip."""
    with pipeline():
        cursors = [queries[column].run(office=at, **values) for column, at in _branches(actor)]
    return [cursor.fetchall() for cursor in cursors]


def _merged(branches: list[list[tuple[Any, ...]]], actor: Actor) -> list[Row]:
    """The rows of all branches in order, one that two branches found only once."""
    now = clock.micros(clock.now())
    made = [[_row(line, actor, now) for line in lines] for lines in branches]
    return list({row.id: row for row in heapq.merge(*made, key=lambda row: row.key)}.values())


def _filtered(
    column: str,
    office: int,
    actor: Actor,
    filters: Filters,
    around: tuple[Key | None, Key | None],
    size: int,
) -> list[tuple[Any, ...]]:
    after, before = around
    query = _source(Task.select(*_HEAD)).where(*_conditions(column, office, actor, filters))
    order: tuple[Any, ...] = (Task.opened_at, Task.id)
    if after is not None:
        query = query.where(_beyond(after))
    if before is not None:
        query = query.where(_ahead(before))
        order = (Task.opened_at.desc(), Task.id.desc())
    return tuples(_joined(query.order_by(*order).limit(size).alias("t")))


def _beyond(key: Key) -> Any:
    return (Task.opened_at > key[0]) | ((Task.opened_at == key[0]) & (Task.id > key[1]))


def _ahead(key: Key) -> Any:
    return (Task.opened_at < key[0]) | ((Task.opened_at == key[0]) & (Task.id < key[1]))


def _source(query: ModelSelect[Task]) -> ModelSelect[Task]:
    return query.join(Case).join(Unit, on=(Unit.id == Case.unit))


def _conditions(column: str, office: int, actor: Actor, filters: Filters) -> list[Any]:
    """The conditions of one branch; rows and count are made from the same ones."""
    found: list[Any] = [_COLUMNS[column] == office, Task.closed_at.is_null()]
    if column == "escalated":
        found.append(Task.office.not_in(sorted(actor.offices)))
    if filters.kind:
        found.append(Task.kind == filters.kind)
    if filters.node:
        found.append(Task.node == filters.node)
    if filters.before is not None:
        found.append(Task.opened_at <= filters.before)
    if filters.overdue:
        found.append(Task.due_at < clock.micros(clock.now()))
    if filters.mine:
        found.append(Task.claimed_by == actor.account)
    return found + _about(filters)


def _about(filters: Filters) -> list[Any]:
    """Conditions on what the case is about."""
    found: list[Any] = []
    if filters.unit is not None:
        below = UnitAncestor.select(UnitAncestor.unit).where(UnitAncestor.ancestor == filters.unit)
        found.append((Case.unit == filters.unit) | Case.unit.in_(below))
    if filters.region:
        children = Region.select(Region.code).where(Region.parent == filters.region)
        grandchildren = Region.select(Region.code).where(Region.parent.in_(children))
        found.append(
            (Unit.region == filters.region)
            | Unit.region.in_(children)
            | Unit.region.in_(grandchildren)
        )
    if filters.text:
        case_id = numbers.case_of(filters.text)
        words = Case.title.contains(filters.text) | Unit.name.contains(filters.text)
        found.append(Case.id == case_id if case_id is not None else words)
    return found


def _row(line: tuple[Any, ...], actor: Actor, now: int) -> Row:
    (
        task, opened_at, due_at, node, kind, claimed_by, office,
        case, started_at, title, definition, unit, holder,
    ) = line  # fmt: skip
    return Row(
        id=task,
        opened_at=opened_at,
        due_at=due_at,
        node=node,
        step=definitions.loaded(definition).diagram.node(node).name,
        kind=kind,
        case=case,
        number=numbers.number_of(kind, started_at, case),
        title=title,
        unit=unit,
        claimed_by=claimed_by,
        claimed_name=holder,
        escalated=office not in actor.offices,
        overdue=due_at is not None and due_at < now,
    )
