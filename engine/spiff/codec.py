"""A case as bytes: only what cannot be worked out again from its diagram.

JSON ``[fingerprint, nodes, parents, data, open]``, deflated when that is longer than a page of
the database would mind. Visits stand in the order they began, so a parent comes before what
followed from it. ``nodes`` are positions in ``Spec.order``, ``parents`` how many places before,
``data`` the visits ``[place, data]`` whose data is not their parent's, ``open`` the visits
``[place, mark]`` that are not completed: the id of a user task in hexadecimal, the moment of a
timer, null for what waits without a time. Ids of completed visits are not kept: nobody asks.
"""

from __future__ import annotations

import zlib
from typing import Any

import orjson

from engine.errors import DiagramError
from engine.spiff.parser import Spec
from engine.spiff.tree import COMPLETED, READY, WAITING, Visit, Walk

_INFLATED = b"["[0]
_WORTH_IT = 600


def encode(spec: Spec, walk: Walk) -> bytes:
    """The case as bytes."""
    place = spec.place
    nodes, parents, data, marks = [], [], [], []
    for index, visit in enumerate(walk.tasks.values()):
        visit.index = index
        nodes.append(place[visit.task_spec.name])
        parent = visit._parent
        if parent is None:
            parents.append(0)
        else:
            parents.append(index - parent.index)
        if parent is None or visit.data is not parent.data:
            data.append((index, visit.data))
        if visit._state != COMPLETED:
            marks.append((index, visit.id.hex() if visit._state == READY else visit.due))
    text = orjson.dumps((spec.fingerprint, nodes, parents, data, marks))
    return text if len(text) < _WORTH_IT else zlib.compress(text, 1)


def decode(spec: Spec, state: bytes) -> Walk:
    """The case these bytes mean. Raises DiagramError if they belong to another diagram."""
    try:
        text = state if state[0] == _INFLATED else zlib.decompress(state)
        fingerprint, nodes, parents, data, marks = orjson.loads(text)
    except (IndexError, ValueError, zlib.error) as error:
        raise DiagramError("this is not the state of a case") from error
    if fingerprint != spec.fingerprint:
        raise DiagramError("this state belongs to another version of the diagram")
    walk = Walk(spec.process)
    open_: dict[int, Any] = dict(marks)
    own = dict(data)
    visits: list[Visit] = []
    for index, (node, back) in enumerate(zip(nodes, parents, strict=True)):
        mark = open_.get(index, COMPLETED)
        is_task = type(mark) is str
        parent = visits[index - back] if back else None
        visit = Visit(walk, spec.order[node], parent, bytes.fromhex(mark) if is_task else index)
        if index in own:
            visit.data = own[index]
        if is_task:
            visit._state = READY
        elif index in open_:
            visit._state, visit.due = WAITING, mark
        else:
            visit._state = COMPLETED
        visits.append(visit)
    walk.visits = len(visits)
    walk.task_tree = visits[0]
    return walk
