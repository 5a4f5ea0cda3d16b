"""What each part of a step of a case costs, beside SpiffWorkflow as it comes: microseconds of CPU.

    python -m bench.spiff_codec [rounds]

The same diagram for both: a user task with two timers and a message on its boundary, a gateway,
a loop through a second user task. Parts alternate within a round; the median of the rounds is
shown, so compare within one run. Stock SpiffWorkflow keeps its whole JSON (specification
included), or only its tasks.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import process_time
from uuid import UUID

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter
from SpiffWorkflow.bpmn.specs.defaults import UserTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import spiff
from engine.spiff import codec

NOW = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)
TIMES = 200
DIAGRAM = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="b">
<bpmn:message id="m" name="withdraw"/>
<bpmn:process id="p" isExecutable="true">
<bpmn:startEvent id="start"/><bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="review"/>
<bpmn:userTask id="review"/>
<bpmn:boundaryEvent id="late" attachedToRef="review" cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeDuration>"P3D"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="later" attachedToRef="review" cancelActivity="false"><bpmn:timerEventDefinition><bpmn:timeDuration>"P7D"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
<bpmn:boundaryEvent id="out" attachedToRef="review"><bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>
<bpmn:sequenceFlow id="l1" sourceRef="late" targetRef="reminded"/><bpmn:endEvent id="reminded"/>
<bpmn:sequenceFlow id="l2" sourceRef="later" targetRef="escalated"/><bpmn:endEvent id="escalated"/>
<bpmn:sequenceFlow id="w" sourceRef="out" targetRef="gone"/><bpmn:endEvent id="gone"/>
<bpmn:sequenceFlow id="f2" sourceRef="review" targetRef="way"/>
<bpmn:exclusiveGateway id="way" default="no"/>
<bpmn:sequenceFlow id="yes" sourceRef="way" targetRef="approved"><bpmn:conditionExpression>outcome = "approve"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="back" sourceRef="way" targetRef="correct"><bpmn:conditionExpression>outcome = "return"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="no" sourceRef="way" targetRef="rejected"/>
<bpmn:endEvent id="approved"/><bpmn:endEvent id="rejected"/>
<bpmn:userTask id="correct"/><bpmn:sequenceFlow id="f3" sourceRef="correct" targetRef="review"/>
</bpmn:process></bpmn:definitions>"""  # noqa: E501
PATH = [("review", "return"), ("correct", "done"), ("review", "return"), ("correct", "done")]


class StateOnly(BpmnWorkflowConverter):
    """Stock SpiffWorkflow's tasks without the specification, as `spiff-state` of the baseline."""

    spec: object = None

    def to_dict(self, workflow: BpmnWorkflow) -> dict[str, object]:
        return {**WorkflowConverter.to_dict(self, workflow), "subprocesses": {}, "bpmn_events": []}

    def from_dict(self, dct: dict[str, object]) -> BpmnWorkflow:
        workflow = BpmnWorkflow(self.spec, {}, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(str(dct["root"])))
        self.set_default_attributes(workflow, dct)
        return workflow


class Stock:
    """One case of stock SpiffWorkflow at the second review."""

    def __init__(self) -> None:
        parser = BpmnParser()
        parser.OVERRIDE_PARSER_CLASSES = {"userTask": (TaskParser, UserTask)}
        parser.add_bpmn_str(DIAGRAM.replace("outcome = ", "outcome == ").encode())
        self.spec = StateOnly.spec = parser.get_spec("p")
        self.whole = BpmnWorkflowSerializer()
        config = {**DEFAULT_CONFIG, BpmnWorkflow: StateOnly}
        self.state_only = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
        self.workflow = BpmnWorkflow(self.spec)
        self.workflow.get_next_task(state=TaskState.READY).data["case"] = 7
        self.workflow.do_engine_steps()
        for _, outcome in PATH:
            self.step(self.workflow, outcome)

    @staticmethod
    def step(workflow: BpmnWorkflow, outcome: str) -> None:
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data["outcome"] = outcome
        task.run()
        workflow.do_engine_steps()


def ours_at_review(spec: spiff.Spec) -> spiff.Step:
    step = spiff.start(spec, {"case": 7}, operate=no_operation, now=NOW)
    for _, outcome in PATH:
        step = decide(spec, step, outcome)
    return step


def no_operation(*_: object) -> None:
    """The diagram has no service tasks: their work is not the engine's."""


def decide(
    spec: spiff.Spec, step: spiff.Step, outcome: str, known: tuple[int, int] | None = None
) -> spiff.Step:
    assert step.state is not None
    task = step.waiting[0].id
    data = {"outcome": outcome}
    return spiff.complete(spec, step.state, task, data, operate=no_operation, now=NOW, known=known)


def timed(act: Callable[[object], object], prepare: Callable[[], object] | None = None) -> float:
    """Microseconds of one act; what ``prepare`` gives is made outside of the time."""
    given = [prepare() if prepare else None for _ in range(TIMES)]
    begin = process_time()
    for value in given:
        act(value)
    return (process_time() - begin) / TIMES * 1e6


def live(spec: spiff.Spec, step: spiff.Step) -> Callable[[], object]:
    """Remember the case again and again, each time under its own number."""
    number = iter(range(1_000_000))

    def prepare() -> object:
        known = (next(number), 0)
        assert step.state is not None
        run = codec.decode(spec, step.state)
        return known, run

    return prepare


def parts(spec: spiff.Spec, step: spiff.Step, stock: Stock) -> dict[str, Callable[[], float]]:
    assert step.state is not None
    state, walk = step.state, codec.decode(spec, step.state)
    whole = stock.whole.serialize_json(stock.workflow)
    tasks = stock.state_only.serialize_json(stock.workflow)

    def act_live(given: object) -> None:
        known, run = given  # type: ignore[misc]
        spiff.keep(*known, spiff.Step(state, (), (), None, False, None, run))  # noqa: FBT003
        decide(spec, step, "return", known)

    def stock_decision(serializer: BpmnWorkflowSerializer, stored: str) -> None:
        workflow = serializer.deserialize_json(stored)
        Stock.step(workflow, "return")
        serializer.serialize_json(workflow)

    return {
        "ours: decode": lambda: timed(lambda _: codec.decode(spec, state)),
        "ours: encode": lambda: timed(lambda _: codec.encode(spec, walk)),
        "ours: complete a live case + encode": lambda: timed(act_live, live(spec, step)),
        "ours: decode + complete + encode": lambda: timed(lambda _: decide(spec, step, "return")),
        "ours: start + encode": lambda: timed(
            lambda _: spiff.start(spec, {"case": 7}, operate=no_operation, now=NOW)
        ),
        "stock: state only, restore": lambda: timed(
            lambda _: stock.state_only.deserialize_json(tasks)
        ),
        "stock: state only, store": lambda: timed(
            lambda _: stock.state_only.serialize_json(stock.workflow)
        ),
        "stock: state only, restore + complete + store": lambda: timed(
            lambda _: stock_decision(stock.state_only, tasks)
        ),
        "stock: whole JSON, restore + complete + store": lambda: timed(
            lambda _: stock_decision(stock.whole, whole)
        ),
        "stock: complete a live case": lambda: timed(
            lambda workflow: Stock.step(workflow, "return"),  # type: ignore[arg-type]
            lambda: stock.state_only.deserialize_json(tasks),
        ),
    }


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    spec = spiff.parse(DIAGRAM.encode())
    step, stock = ours_at_review(spec), Stock()
    assert step.state is not None
    measured: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, measure in parts(spec, step, stock).items():
            measured.setdefault(name, []).append(measure())
    base = median(measured["ours: decode + complete + encode"])
    print(f"{'part':50} {'µs':>8} {'of ours, from state':>20}")
    for name, values in measured.items():
        print(f"{name:50} {median(values):8.1f} {median(values) / base:20.2f}")
    sizes = {
        "ours": step.state,
        "stock, state only": stock.state_only.serialize_json(stock.workflow).encode(),
        "stock, whole JSON": stock.whole.serialize_json(stock.workflow).encode(),
    }
    for name, stored in sizes.items():
        print(f"{name:50} {len(stored):8d} bytes")
    assert json.loads(sizes["stock, state only"])


if __name__ == "__main__":
    main()
