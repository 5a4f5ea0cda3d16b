"""The nodes of our dialect: SpiffWorkflow's task specs with the steps of ``tree`` in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, EventSplit, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.operators import Operator
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine import dmn, feel
from engine.errors import DiagramError
from engine.spiff.tables import Decide
from engine.spiff.timers import Timer
from engine.spiff.tree import COMPLETED, FUTURE, OPEN, WAITING, Visit, Walk


class Condition(Operator):
    """FEEL on a sequence flow; whatever is not true is false."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._feel = feel.compile(text)

    def _matches(self, visit: Visit) -> bool:
        try:
            return self._feel(visit.data, visit.workflow.functions) is True
        except feel.FeelError as error:
            raise DiagramError(f"{visit.task_spec.name}: {error}") from error


class Node(TaskSpec):
    """A node that is visited when a token reaches it, and never before."""

    successors: tuple[Node, ...] = ()  # the outputs, resolved once by Process.freeze
    extensions: Mapping[str, str] = {}
    guards = False  # whether its children are a user task and the events on its boundary

    def _update(self, visit: Visit) -> None:
        visit._ready()

    def _run(self, visit: Visit) -> bool:
        self.work(visit)
        return True

    def _on_complete(self, visit: Visit) -> None:
        if self.bpmn_id is not None:
            visit.workflow.walked.append(self.name)
        self.leave(visit)
        self.lead_on(visit)

    def lead_on(self, visit: Visit) -> None:
        """Send a token along each chosen flow."""
        after = [Visit(visit.workflow, node, visit) for node in self.choose(visit)]
        for following in after:
            if following._state == FUTURE:
                following.task_spec._update(following)

    def work(self, visit: Visit) -> None:
        """What this node does."""

    def leave(self, visit: Visit) -> None:
        """What ends when this node is completed."""

    def choose(self, visit: Visit) -> Sequence[Node]:  # noqa: ARG002 - for those that choose
        """The nodes that follow."""
        return self.successors

    def release(self, visit: Visit) -> bool:  # noqa: ARG002 - for those that wait
        """Whether a waiting visit could go on after all (and now does)."""
        return False


class Root(Node, BpmnStartTask):
    pass


class Close(Node, SimpleBpmnTask):
    """SpiffWorkflow's end of the process; a case ends when nothing is open, so never visited."""


class StartEvent(Node, defaults.StartEvent):
    pass


class EndEvent(Node, defaults.EndEvent):
    """Where a token ends; a terminate event ends all the others, too."""

    def leave(self, visit: Visit) -> None:
        walk = visit.workflow
        walk.end = self.name
        if isinstance(self.event_definition, TerminateEventDefinition):
            for other in list(walk.tasks.values()):
                if other._state & OPEN and other.id in walk.tasks:
                    other.drop()

    def choose(self, visit: Visit) -> Sequence[Node]:  # noqa: ARG002 - none follows
        return ()


class UserTask(Node, defaults.UserTask):
    """Waits for a person. When it is completed, nothing on its boundary may happen any more."""

    def leave(self, visit: Visit) -> None:
        drop_open(visit.guarded())


class ServiceTask(Node, defaults.ServiceTask):
    """Names an operation of the catalogue, carried out during the step."""

    operation: str
    parameters: Mapping[str, str]

    def work(self, visit: Visit) -> None:
        walk: Walk = visit.workflow
        visit.merge(walk.operate(self.operation, self.parameters, dict(visit.data)))


class BusinessRuleTask(Node, defaults.ServiceTask):
    """Asks a decision table; its outputs go into the task data."""

    decide: Decide

    def work(self, visit: Visit) -> None:
        try:
            visit.merge(self.decide(visit.data, visit.workflow.functions))
        except (feel.FeelError, dmn.DmnError) as error:
            raise DiagramError(f"{self.name}: {error}") from error


class Guard(Node, EventSplit):
    """Before a user task with boundary events: its children are the task and its events."""

    guards = True

    def __init__(self, process: Process, name: str, **attributes: Any) -> None:
        super().__init__(BoundaryEvent, process, name, **attributes)


class CatchEvent(Node, defaults.IntermediateCatchEvent):
    """Waits for a moment."""

    def _update(self, visit: Visit) -> None:
        arm(visit)


class BoundaryEvent(Node, defaults.BoundaryEvent):
    """A timer or message at the edge of a user task."""

    def _update(self, visit: Visit) -> None:
        arm(visit)

    def hears(self, message: str) -> bool:
        definition = self.event_definition
        return isinstance(definition, MessageEventDefinition) and definition.name == message

    def leave(self, visit: Visit) -> None:
        visit.due = None
        if self.cancel_activity:
            drop_open(visit.guarded())


class ExclusiveGateway(Node, defaults.ExclusiveGateway):
    def choose(self, visit: Visit) -> Sequence[Node]:
        specs = self._wf_spec.task_specs
        for condition, name in self.cond_task_specs:
            if condition is not None and condition._matches(visit):
                return (specs[name],)
        if self.default_task_spec is None:
            raise DiagramError(f"gateway {self.name}: no condition is true and there is no default")
        return (specs[self.default_task_spec],)


class ParallelGateway(Node, defaults.ParallelGateway):
    """Goes on when a token has come along every flow.

    A flow that can only be reached through the gateway itself leads back to it: a token on
    such a flow passes alone.
    """

    needed: frozenset[str]  # names of the inputs that are waited for, set by Process.freeze

    def _update(self, visit: Visit) -> None:
        if visit.came_from not in self.needed:
            visit._ready()
            return
        visit._state = WAITING
        arrived = tokens(visit)
        if arrived.keys() >= self.needed:
            unite(arrived.values())


class InclusiveGateway(Node, defaults.InclusiveGateway):
    """Goes on when no token can come any more along a flow that has none yet."""

    reach: Mapping[str, frozenset[str]]  # input -> nodes that lead to it, set by Process.freeze

    def _update(self, visit: Visit) -> None:
        visit._state = WAITING

    def release(self, visit: Visit) -> bool:
        arrived = tokens(visit)
        empty = self.reach.keys() - arrived.keys()
        elsewhere = {
            other.task_spec.name
            for other in visit.workflow.tasks.values()
            if other._state & OPEN and other.task_spec is not self
        }
        covered = frozenset[str]().union(*(self.reach[name] for name in arrived))
        if any((self.reach[name] - covered) & elsewhere for name in empty):
            return False
        unite(arrived.values())
        return True

    def choose(self, visit: Visit) -> Sequence[Node]:
        matches, defaults_ = self._get_matching_outputs(visit)
        chosen: Sequence[Node] = matches or defaults_
        if not chosen:
            raise DiagramError(f"gateway {self.name}: no condition is true and there is no default")
        return chosen


def arm(event: Visit) -> None:
    """Start to wait; a timer that is due at once does not."""
    walk: Walk = event.workflow
    event._state = WAITING
    timer = event.task_spec.event_definition
    if isinstance(timer, Timer):
        event.due = timer.due(event.data, walk.functions, walk.now)
        fire_if_due(event)


def fire_if_due(event: Visit) -> None:
    if event.due is not None and event.due <= event.workflow.now_micros:
        event.due = None
        event._ready()


def drop_open(visits: Iterable[Visit]) -> None:
    """Cancel those of the visits that are not completed."""
    for visit in visits:
        if visit._state != COMPLETED:
            visit.drop()


def tokens(visit: Visit) -> dict[str, Visit]:
    """The tokens that wait at this gateway, the oldest of each flow, by where they came from."""
    found: dict[str, Visit] = {}
    for other in visit.workflow.tasks.values():
        if other.task_spec is visit.task_spec and other._state == WAITING:
            found.setdefault(other.came_from, other)
    return found


def unite(arrived: Iterable[Visit]) -> None:
    """Go on as one token with the data of all; what came later wins."""
    data: dict[str, object] = {}
    *others, last = arrived
    for token in others:
        data.update(token.data)
        token.drop()
    if others:
        last.data = {**data, **last.data}
    last._ready()


class Process(BpmnProcessSpec):
    """The diagram. Names of its own begin with a colon, which no element id can."""

    def __init__(self, name: str, description: str) -> None:
        WorkflowSpec.__init__(self, name=name)  # the parent would take the ids "Start" and "End"
        self.start = Root(self, ":start")
        self.end = Close(self, ":end")
        self.description = description
        self.io_specification = None
        self.data_objects: dict[str, object] = {}
        self.data_stores: dict[str, object] = {}
        self.correlation_keys: dict[str, object] = {}
        self.bpmn_start_events: list[object] = []

    def _add_notify(self, node: Node) -> None:
        WorkflowSpec._add_notify(self, node)

    def freeze(self) -> None:
        """Resolve what every case would otherwise look up again."""
        for node in self.task_specs.values():
            node.successors = tuple(node.outputs)
        for node in self.task_specs.values():
            if isinstance(node, ParallelGateway):
                inside = self._from_start_without(node)
                node.needed = frozenset(name for name in node._inputs if name in inside)
            elif isinstance(node, InclusiveGateway):
                node.reach = {name: self._before(name, node) for name in node._inputs}

    def _from_start_without(self, gateway: Node) -> set[str]:
        seen, todo = {gateway.name}, [self.start]
        while todo:
            node = todo.pop()
            if node.name not in seen:
                seen.add(node.name)
                todo.extend(node.successors)
        return seen

    def _before(self, name: str, gateway: Node) -> frozenset[str]:
        """The nodes from which a token may come to this input without passing the gateway."""
        seen, todo = {gateway.name}, [name]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo.extend(self.task_specs[node]._inputs)
        return frozenset(seen - {gateway.name})
