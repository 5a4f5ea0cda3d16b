"""The steps of a case: each takes the stored state and gives back the next one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from engine.spiff import codec
from engine.spiff.nodes import BoundaryEvent, fire_if_due
from engine.spiff.parser import Spec
from engine.spiff.step import NotWaiting, Operate, Step, Waiting
from engine.spiff.tree import READY, WAITING, Visit, Walk

Known = tuple[int, int]
"""The id of a case and the revision that its stored state belongs to."""

KEPT = 256
_kept: OrderedDict[Known, Walk] = OrderedDict()
_lock = Lock()


def start(spec: Spec, data: Mapping[str, object], *, operate: Operate, now: datetime) -> Step:
    """Begin a case with this task data and walk to the first user tasks.

    Raises DiagramError if the diagram cannot go on, and whatever ``operate`` raises.
    """
    walk = Walk(spec.process)
    walk.begin(operate, now)
    root = walk.task_tree = Visit(walk, spec.process.start, None)
    root.merge(data)
    root._ready()
    return finish(spec, walk)


def complete(
    spec: Spec,
    state: bytes,
    task: bytes,
    data: Mapping[str, object],
    *,
    operate: Operate,
    now: datetime,
    known: Known | None = None,
) -> Step:
    """Complete an open user task with what was decided. Raises NotWaiting if it is not open."""
    walk = resume(spec, state, operate, now, known)
    visit = walk.tasks.get(task)
    if visit is None or visit._state != READY:
        raise NotWaiting("this task is not open")
    visit.merge(data)
    visit.run()
    return finish(spec, walk)


def send(
    spec: Spec,
    state: bytes,
    message: str,
    data: Mapping[str, object],
    *,
    operate: Operate,
    now: datetime,
    known: Known | None = None,
) -> Step:
    """Give a message to every open task that listens to it. Raises NotWaiting if none does."""
    walk = resume(spec, state, operate, now, known)
    events = _listeners(walk, message)
    if not events:
        raise NotWaiting(f"nothing waits for the message {message}")
    for event in events:
        if event._state == WAITING:
            event.merge(data)
            event._ready()
    return finish(spec, walk)


def listening(spec: Spec, state: bytes) -> frozenset[str]:
    """The names of the messages that something waits for now.

    Exact where ``Spec.messages`` is not: a non-interrupting event hears its message only once.
    """
    walk = codec.decode(spec, state)
    return frozenset(
        visit.task_spec.event_definition.name
        for visit in walk.tasks.values()
        if visit._state == WAITING and isinstance(visit.task_spec, BoundaryEvent) and not visit.due
    )


def tick(
    spec: Spec, state: bytes, *, operate: Operate, now: datetime, known: Known | None = None
) -> Step:
    """Fire every timer that is due at ``now``, the earliest first. None due: nothing happens."""
    walk = resume(spec, state, operate, now, known)
    timers = [visit for visit in walk.tasks.values() if visit.due is not None]
    for timer in sorted(timers, key=lambda visit: visit.due or 0):
        if timer._state == WAITING:
            fire_if_due(timer)
            walk.advance()
    return finish(spec, walk)


def keep(case_id: int, revision: int, step: Step) -> None:
    """Remember the live case of a step that was committed, for the next step of this revision.

    Only a hint: what is not remembered is decoded from the stored state, with the same result.
    """
    if not isinstance(step.live, Walk):
        return
    with _lock:
        _kept[case_id, revision] = step.live
        if len(_kept) > KEPT:
            _kept.popitem(last=False)


def resume(spec: Spec, state: bytes, operate: Operate, now: datetime, known: Known | None) -> Walk:
    """The case to go on with. A remembered one is taken out, so that only one step has it."""
    walk = None
    if known is not None:
        with _lock:
            walk = _kept.pop(known, None)
    if walk is None or walk.spec is not spec.process:
        walk = codec.decode(spec, state)
    walk.begin(operate, now)
    return walk


def finish(spec: Spec, walk: Walk) -> Step:
    """Walk on to where the case has to wait, and say what came of it."""
    walk.advance()
    waiting: list[Waiting] = []
    timer: int | None = None
    for visit in walk.tasks.values():
        if visit._state == READY:
            waiting.append(Waiting(visit.id, visit.task_spec.name, visit.data))
        elif visit.due is not None and (timer is None or visit.due < timer):
            timer = visit.due
    ended = not waiting and timer is None
    return Step(
        state=None if ended else codec.encode(spec, walk),
        waiting=tuple(waiting),
        walked=tuple(walk.walked),
        next_timer_at=timer,
        ended=ended,
        end=walk.end if ended else None,
        live=None if ended else walk.rest(),
    )


def _listeners(walk: Walk, message: str) -> list[Visit]:
    return [
        visit
        for visit in walk.tasks.values()
        if visit._state == WAITING
        and isinstance(visit.task_spec, BoundaryEvent)
        and visit.task_spec.hears(message)
    ]
