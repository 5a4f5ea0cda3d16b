"""From the XML of a diagram to the specification that every case of it shares."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    IntermediateCatchEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.errors import DiagramError
from engine.feel import FeelError
from engine.spiff import nodes, reading
from engine.spiff.reading import BPMN, CAMUNDA
from engine.spiff.tables import Tables
from engine.spiff.timers import Timer


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """A parsed diagram: build it once for each definition version, share it between threads.

    ``keys`` are the flat keys of each element that has any, flows and the process included.
    ``process``, ``order``, ``place`` and ``fingerprint`` are for this package alone.
    """

    process_id: str
    name: str
    keys: Mapping[str, Mapping[str, str]]
    process: nodes.Process
    order: tuple[Any, ...]
    place: Mapping[str, int]
    fingerprint: int

    def user_tasks(self) -> frozenset[str]:
        """The element ids of all user tasks."""
        return frozenset(node.name for node in self.order if isinstance(node, nodes.UserTask))

    def messages(self, node: str) -> frozenset[str]:
        """The names of the messages on the boundary of a user task."""
        guard = self.process.task_specs.get(guard_of(node))
        if guard is None:
            return frozenset()
        return frozenset(
            event.event_definition.name
            for event in guard.successors
            if isinstance(event, nodes.BoundaryEvent)
            and not isinstance(event.event_definition, Timer)
        )


def parse(source: bytes, tables: Mapping[str, bytes] | None = None) -> Spec:
    """Read a diagram of our dialect and the DMN tables it uses.

    ``tables`` maps a name to the DMN source; a business rule task finds its decision by id.
    Raises DiagramError, with the id of the element, for everything that cannot be run.
    """
    root = reading.read(source)
    process = root.find(BPMN + "process")
    parser = _DiagramParser(Tables(tables or {}))
    try:
        parser.add_bpmn_xml(root)
        spec = parser.get_spec(process.get("id"))
    except FeelError as error:
        raise DiagramError(str(error)) from error
    except SpiffWorkflowException as error:
        raise _explain(error) from error
    except RecursionError as error:
        raise DiagramError("too long a path") from error
    except ValueError as error:  # coordinates of the picture, which SpiffWorkflow reads too
        raise DiagramError(f"diagram: {error}") from error
    spec.freeze()
    names = sorted(spec.task_specs)
    return Spec(
        process_id=spec.name,
        name=spec.description,
        keys={
            element.get("id"): found
            for element in process.iter()
            if element.get("id") and (found := reading.keys(element))
        },
        process=spec,
        order=tuple(spec.task_specs[name] for name in names),
        place={name: index for index, name in enumerate(names)},
        fingerprint=zlib.crc32("\n".join(names).encode()),
    )


def guard_of(node: str) -> str:
    """The name of the node before a user task with boundary events (SpiffWorkflow's naming)."""
    return f"{node}.BoundaryEventSplit"


def _explain(error: SpiffWorkflowException) -> DiagramError:
    where = getattr(error, "id", "") or "diagram"
    return DiagramError(f"{where}: {error}")


class _Ours(TaskParser):
    """What our elements have in common."""

    def parse_extensions(self, node: Any = None) -> dict[str, str]:
        return reading.keys(self.node if node is None else node)

    def parse_timer_event(self, event: Any) -> Timer:
        try:
            return Timer(self.bpmn_id, event[0].text)
        except FeelError as error:
            raise DiagramError(f"{self.bpmn_id}: {error}") from error

    def parse_node(self) -> Any:
        try:
            return super().parse_node()
        except SpiffWorkflowException as error:
            if (ours := _cause(error)) is not None:
                raise ours from None
            raise

    def _add_boundary_event(self, children: Any) -> nodes.Guard:
        guard = nodes.Guard(self.spec, guard_of(self.bpmn_id), lane=self.task.lane)
        guard.connect(self.task)
        for event in children:
            guard.connect(self.process_parser.parse_node(event))
        return guard


def _cause(error: BaseException) -> DiagramError | None:
    """Our own error where SpiffWorkflow has wrapped one: its wrapper hides the words."""
    inner = error.__context__
    return inner if isinstance(inner, DiagramError) else None


class _UserTaskParser(_Ours):
    pass


class _ServiceTaskParser(_Ours):
    def create_task(self) -> nodes.ServiceTask:
        task: nodes.ServiceTask = super().create_task()
        parameters = self.parse_extensions()
        if "operation" not in parameters:
            raise DiagramError(f"{self.bpmn_id}: a service task names its operation")
        task.operation = parameters.pop("operation")
        task.parameters = parameters
        return task


class _BusinessRuleTaskParser(_Ours):
    def create_task(self) -> nodes.BusinessRuleTask:
        task: nodes.BusinessRuleTask = super().create_task()
        task.decide = self.process_parser.parser.tables.decision(
            self.bpmn_id,
            self.node.get(CAMUNDA + "decisionRef"),
            self.node.get(CAMUNDA + "resultVariable"),
        )
        return task


class _ChoosingParser(_Ours, ConditionalGatewayParser):
    def parse_condition(self, sequence_flow: Any) -> nodes.Condition | None:
        expression = sequence_flow.find(BPMN + "conditionExpression")
        text = "" if expression is None else (expression.text or "").strip()
        if not text:
            return None
        try:
            return nodes.Condition(text.removeprefix("="))
        except FeelError as error:
            raise DiagramError(f"{sequence_flow.get('id')}: {error}") from error

    def connect_outgoing(
        self,
        outgoing_task: Any,
        sequence_flow_node: Any,
        is_default: bool,  # noqa: FBT001 - SpiffWorkflow's signature
    ) -> None:
        condition = None if is_default else self.parse_condition(sequence_flow_node)
        if condition is None and not is_default:
            flow = sequence_flow_node.get("id")
            raise DiagramError(f"{flow}: a flow from a gateway has a condition or is the default")
        if condition is None:
            self.task.connect(outgoing_task)
        else:
            self.task.connect_if(condition, outgoing_task)


class _ParallelParser(_Ours, GatewayParser):
    pass


class _StartParser(_Ours, StartEventParser):
    pass


class _EndParser(_Ours, EndEventParser):
    pass


class _CatchParser(_Ours, IntermediateCatchEventParser):
    pass


class _BoundaryParser(_Ours, BoundaryEventParser):
    pass


class _OneProcess(ProcessParser):
    def create_spec(self) -> nodes.Process:
        if not self.process_executable:
            raise DiagramError(f"{self.bpmn_id}: the process is not executable")
        return nodes.Process(self.bpmn_id, self.get_name())


class _DiagramParser(BpmnParser):
    """Knows our nodes and no others."""

    PROCESS_PARSER_CLASS = _OneProcess
    PARSER_CLASSES = {
        BPMN + "startEvent": (_StartParser, nodes.StartEvent),
        BPMN + "endEvent": (_EndParser, nodes.EndEvent),
        BPMN + "userTask": (_UserTaskParser, nodes.UserTask),
        BPMN + "serviceTask": (_ServiceTaskParser, nodes.ServiceTask),
        BPMN + "businessRuleTask": (_BusinessRuleTaskParser, nodes.BusinessRuleTask),
        BPMN + "exclusiveGateway": (_ChoosingParser, nodes.ExclusiveGateway),
        BPMN + "parallelGateway": (_ParallelParser, nodes.ParallelGateway),
        BPMN + "inclusiveGateway": (_ChoosingParser, nodes.InclusiveGateway),
        BPMN + "boundaryEvent": (_BoundaryParser, nodes.BoundaryEvent),
        BPMN + "intermediateCatchEvent": (_CatchParser, nodes.CatchEvent),
    }

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self.tables = tables
