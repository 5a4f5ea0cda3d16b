"""What moves a case other than its diagram: back to an earlier task, or onto a newer version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.errors import Refused
from engine.spiff import codec
from engine.spiff.nodes import (
    BoundaryEvent,
    EndEvent,
    InclusiveGateway,
    Node,
    ParallelGateway,
    UserTask,
)
from engine.spiff.parser import Spec, guard_of
from engine.spiff.run import Known, finish, resume
from engine.spiff.step import Operate, Step
from engine.spiff.timers import Timer
from engine.spiff.tree import COMPLETED, READY, Visit, Walk


def reset(
    spec: Spec,
    state: bytes,
    node: str,
    data: Mapping[str, object],
    *,
    operate: Operate,
    now: datetime,
    known: Known | None = None,
) -> Step:
    """Go back to the last time user task ``node`` was completed, and open it again.

    All that followed from it is taken out of the case; its timers start again. The task data is
    as it was then, with ``data`` put in. Raises Refused: ``not-visited`` if the case has not been
    there, ``parallel`` if another branch has already been joined with that one.
    """
    walk = resume(spec, state, operate, now, known)
    visits = list(walk.tasks.values())
    past = [visit for visit in visits if visit.task_spec.name == node and visit._state == COMPLETED]
    if not past or not isinstance(past[-1].task_spec, UserTask):
        raise Refused("not-visited")
    top = past[-1]._parent if past[-1].guarded() else past[-1]
    assert top is not None  # noqa: S101 - only the root has no parent
    after = top.subtree()
    if not _is_closed(visits, after):
        raise Refused("parallel")
    before = top._parent
    top.drop()
    again = Visit(walk, top.task_spec, before)
    again.merge(data)
    again.task_spec._update(again)
    return finish(spec, walk)


def _is_closed(visits: list[Visit], after: list[Visit]) -> bool:
    """Whether no token has gone from these visits to others or come to them from others."""
    inside = {id(visit) for visit in after}
    others = [visit for visit in visits if id(visit) not in inside]
    joined = any(_is_join(visit.task_spec) and len(visit.task_spec._inputs) > 1 for visit in after)
    if joined and any(_is_spent(visit) for visit in others):
        return False
    elsewhere = any(visit._state != COMPLETED for visit in others)
    return not any(_is_spent(visit) for visit in after) or (joined and not elsewhere)


def _is_spent(visit: Visit) -> bool:
    """Whether the token of this visit was united with another one at a join."""
    node = visit.task_spec
    leads_on = bool(node.successors) and not isinstance(node, EndEvent)
    return visit._state == COMPLETED and not visit._children and leads_on


def migrate(old: Spec, new: Spec, state: bytes, *, operate: Operate, now: datetime) -> Step:
    """Go on with the same case on another version of its diagram.

    Nodes are the same if their ids are. Open tasks keep their ids, armed timers their moments;
    events that the new version adds to an open task are armed now. Completed nodes that are gone
    leave no trace. Raises Refused: ``other-process``, or ``removed`` if what the case waits for
    is not in the new version or has become something else.
    """
    if old.process_id != new.process_id:
        raise Refused("other-process")
    walk = Walk(new.process)
    walk.begin(operate, now)
    moved: dict[int, Visit] = {}
    source = codec.decode(old, state)
    for visit in source.tasks.values():
        parent = moved[id(visit._parent)] if visit._parent else None
        moved[id(visit)] = _move(walk, new, visit, parent) or _require(parent)
    walk.task_tree = moved[id(source.task_tree)]
    for visit in list(walk.tasks.values()):
        if visit._state == READY:
            _arm_new_events(walk, visit)
    return finish(new, walk)


def _require(parent: Visit | None) -> Visit:
    if parent is None:
        raise Refused("removed")
    return parent


def _move(walk: Walk, new: Spec, visit: Visit, parent: Visit | None) -> Visit | None:
    """The same visit in the new walk; None if its node is gone and is not missed."""
    node = new.process.task_specs.get(visit.task_spec.name)
    if not _may_stand(visit, node, parent):
        if visit._state == COMPLETED or isinstance(visit.task_spec, BoundaryEvent):
            return None
        raise Refused("removed")
    if visit._state == READY and parent is not None and not parent.task_spec.guards:
        parent = _guard(walk, new, visit, parent)
    copy = Visit(walk, node, parent, visit.id if visit._state == READY else None)
    copy._state, copy.data, copy.due = visit._state, visit.data, visit.due
    return copy


def _may_stand(visit: Visit, node: Node | None, parent: Visit | None) -> bool:
    """Whether the node of the new version can take this visit, below this parent."""
    if visit._state == COMPLETED or parent is None:
        return node is not None
    if node is None or not _is_same(visit.task_spec, node):
        return False
    if isinstance(node, BoundaryEvent):
        return node in parent.task_spec.successors
    return not _is_join(node) or parent.task_spec.name in node._inputs


def _is_same(before: Node, after: Node) -> bool:
    """Whether a case that waits at one node can wait at the other."""
    if type(before) is not type(after):
        return False
    event, other = (getattr(node, "event_definition", None) for node in (before, after))
    if isinstance(event, Timer) or isinstance(other, Timer):
        return type(event) is type(other)
    return bool(event == other)


def _is_join(node: Node) -> bool:
    return isinstance(node, ParallelGateway | InclusiveGateway)


def _guard(walk: Walk, new: Spec, visit: Visit, parent: Visit) -> Visit:
    """The visit before an open task that has got its first boundary event, else the parent."""
    node = new.process.task_specs.get(guard_of(visit.task_spec.name))
    if node is None:
        return parent
    guard = Visit(walk, node, parent)
    guard._state, guard.data = COMPLETED, visit.data
    return guard


def _arm_new_events(walk: Walk, task: Visit) -> None:
    parent = task._parent
    if parent is None or not parent.task_spec.guards:
        return
    there = {child.task_spec.name for child in parent._children}
    for node in parent.task_spec.successors:
        if node.name not in there:
            event = Visit(walk, node, parent)
            node._update(event)
