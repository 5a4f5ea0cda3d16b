"""The walk of one case through its diagram: SpiffWorkflow's task tree without its waste.

Stock SpiffWorkflow predicts future tasks, formats a log line at each change of state, searches
the whole tree after each task and copies task data all the way down. Here a visit of a node
exists once it is reached, knows its parent and children directly, and shares its parent's data:
**task data is never changed in place**, so a dictionary may belong to many visits.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import calendar, clock
from engine.errors import DiagramError
from engine.spiff.step import Operate
from engine.spiff.timers import Functions
from engine.spiff.values import plain

FUTURE, WAITING, READY = TaskState.FUTURE, TaskState.WAITING, TaskState.READY
COMPLETED, CANCELLED = TaskState.COMPLETED, TaskState.CANCELLED
OPEN = TaskState.NOT_FINISHED_MASK

LONGEST_STEP = 1000
"""Nodes one step may complete: more than that is a circle of service tasks."""


class NoScripts(PythonScriptEngine):
    """Refuses every expression and script: nothing of a diagram is ever run as Python."""

    def __init__(self) -> None:
        super().__init__(environment=self)

    def _refuse(self, *_: object, **__: object) -> object:
        raise DiagramError("a diagram cannot run Python")

    validate = evaluate = execute = call_service = _refuse


NO_SCRIPTS = NoScripts()


class Visit(Task):
    """One visit of a node. The ``id`` of an open user task is 16 random bytes, else a number."""

    def __init__(  # does not call super().__init__: that takes ids and times we do not need
        self, walk: Walk, spec: TaskSpec, parent: Visit | None, id: bytes | int | None = None
    ) -> None:
        if id is None:
            walk.visits += 1
            id = os.urandom(16) if spec.manual else walk.visits
        self.id = id
        self.workflow = walk
        self.task_spec = spec
        self._parent = parent
        self._children: list[Visit] = []
        self._state = FUTURE
        self.data: dict[str, object] = {}
        self.due: int | None = None
        self.index = 0
        walk.tasks[self.id] = self
        if parent is not None:
            self.data = parent.data
            parent._children.append(self)

    @property
    def parent(self) -> Visit | None:
        return self._parent

    @property
    def children(self) -> list[Visit]:
        return list(self._children)

    @property
    def came_from(self) -> str:
        """The name of the node before."""
        return "" if self._parent is None else str(self._parent.task_spec.name)

    def guarded(self) -> list[Visit]:
        """A user task's boundary events and itself; empty if it has none."""
        parent = self._parent
        return list(parent._children) if parent and parent.task_spec.guards else []

    def _set_state(self, value: int) -> None:
        self._state = value

    def _ready(self) -> None:
        self._state = READY
        if not self.task_spec.manual:
            self.workflow.queue.append(self)

    def merge(self, values: Mapping[str, object] | None) -> None:
        """Put values into the task data from here on."""
        if values:
            self.data = {**self.data, **{name: plain(value) for name, value in values.items()}}

    def subtree(self) -> list[Visit]:
        """This visit and all that followed from it, parents first."""
        found = [self]
        for visit in found:
            found.extend(visit._children)
        return found

    def drop(self) -> None:
        """Take this visit and all that followed from it out of the tree."""
        for visit in self.subtree():
            visit._state = CANCELLED
            del self.workflow.tasks[visit.id]
        if self._parent is not None:
            self._parent._children.remove(self)


class Walk(BpmnWorkflow):
    """The tree of visits of one case, and what the step now running needs."""

    def __init__(self, process: object) -> None:
        super().__init__(process, script_engine=NO_SCRIPTS, deserializing=True)
        self.visits = 0
        self.queue: deque[Visit] = deque()
        self.walked: list[str] = []
        self.end: str | None = None

    def begin(self, operate: Operate, now: datetime) -> None:
        """Get ready for a step."""
        self.operate = operate
        self.now = now
        self.now_micros = clock.micros(now)
        self.functions: Functions = {
            "workdays": self._workdays,
            "now": self._now,
            "today": self._today,
        }
        self.walked = []
        self.end = None

    def rest(self) -> Walk:
        """Let go of what belonged to the step."""
        del self.operate, self.functions
        return self

    def advance(self) -> None:
        """Run all that needs nobody, until only user tasks, timers and joins are left.

        Raises DiagramError where the case would run in a circle or wait for ever.
        """
        queue = self.queue
        while queue or self._release():
            visit = queue.popleft()
            if visit._state == READY:
                visit.run()
            if len(self.walked) > LONGEST_STEP:
                raise DiagramError(f"runs in a circle at {visit.task_spec.name}")
        stuck = None
        for visit in self.tasks.values():
            if visit._state == READY or (visit._state == WAITING and visit.due is not None):
                return
            if visit._state == WAITING:
                stuck = visit
        if stuck is not None:
            raise DiagramError(f"waits for ever at {stuck.task_spec.name}")

    def _release(self) -> bool:
        """Let one waiting inclusive gateway go on that no token can reach any more."""
        waiting = [visit for visit in self.tasks.values() if visit._state == WAITING]
        return any(visit.task_spec.release(visit) for visit in waiting)

    def _workdays(self, n: object) -> datetime:
        return calendar.add_workdays(self.now, int(str(n)))

    def _now(self) -> datetime:
        return self.now

    def _today(self) -> date:
        return self.now.astimezone(clock.ZONE).date()
