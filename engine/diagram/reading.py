"""Read a BPMN file into plain values; pure, and safe for files from strangers.

Reading is lenient about what the diagram says and strict about what the file is: a wrong key is
for ``checks`` to report together with all others, an entity bomb is refused here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from engine.diagram import keys
from engine.errors import DiagramError
from engine.spiff.reading import BPMN, parse_xml
from engine.spiff.reading import keys as keys_of

NODE_KINDS = frozenset({
    "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent",
    "task", "userTask", "serviceTask", "scriptTask", "manualTask", "businessRuleTask", "sendTask",
    "receiveTask", "callActivity", "subProcess", "adHocSubProcess", "transaction",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
    "complexGateway",
})  # fmt: skip

Element = Any  # lxml has no types


@dataclass(frozen=True, slots=True)
class Approver:
    """Who is asked: a unit, a level seen from it, an office there, and what if that fails."""

    unit: str
    level: str
    office: str
    empty: str
    self_policy: str
    exclude: str

    @property
    def is_applicant(self) -> bool:
        """Whether the task is the applicant's own."""
        return self.level == "person"


@dataclass(frozen=True, slots=True)
class UserTask:
    """What a user task asks for; ``deadline_workdays`` counts working days."""

    id: str
    name: str
    approver: Approver
    outcomes: tuple[str, ...]
    opinion: str
    deadline_workdays: int | None
    form_show: tuple[str, ...]
    form_edit: tuple[str, ...]
    sign_rule: str
    sign_reject: str


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node. ``event`` is what an event waits for or throws: ``timer``, ``message`` ...

    ``message`` is the name of its message and ``timer`` the text of its timer, where it has one.
    """

    id: str
    kind: str
    name: str
    keys: Mapping[str, str]
    attached_to: str | None = None
    event: str | None = None
    message: str | None = None
    timer: str | None = None
    interrupting: bool = True
    default: str | None = None  # id of the flow a gateway takes when no condition holds


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is its FEEL text."""

    id: str
    source: str
    target: str
    name: str
    condition: str | None


@dataclass(frozen=True)
class Diagram:
    """One process: its nodes in document order (histories store a node as its index in it)."""

    key: str
    title: str
    keys: Mapping[str, str]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    @cached_property
    def user_tasks(self) -> Mapping[str, UserTask]:
        """User tasks by the id of their node."""
        return {node.id: _user_task(node) for node in self.nodes if node.kind == "userTask"}

    @cached_property
    def outcomes_of_ends(self) -> Mapping[str, str]:
        """How the case ended, by the id of the end event."""
        return {
            node.id: node.keys["case.outcome"]
            for node in self.nodes
            if node.kind == "endEvent" and node.keys.get("case.outcome")
        }

    @cached_property
    def data(self) -> frozenset[str]:
        """Names that conditions may use: what the process declares, and the last outcome."""
        return frozenset(keys.split(self.keys.get("case.data", ""))) | {"outcome"}

    @cached_property
    def _by_id(self) -> Mapping[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {node.id: index for index, node in enumerate(self.nodes)}

    @cached_property
    def _outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped(self.flows, lambda flow: flow.source)

    @cached_property
    def _incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        return _grouped(self.flows, lambda flow: flow.target)

    @cached_property
    def _attached(self) -> Mapping[str, tuple[Node, ...]]:
        boundary = (node for node in self.nodes if node.attached_to)
        return _grouped(boundary, lambda node: node.attached_to)

    def node(self, node_id: str) -> Node:
        """The node of this id. Raises KeyError."""
        return self._by_id[node_id]

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._by_id

    def index_of(self, node_id: str) -> int:
        """Position of a node in ``nodes``. Raises KeyError."""
        return self._positions[node_id]

    def outgoing(self, node_id: str) -> tuple[Flow, ...]:
        """The flows that leave a node."""
        return self._outgoing.get(node_id, ())

    def incoming(self, node_id: str) -> tuple[Flow, ...]:
        """The flows that enter a node."""
        return self._incoming.get(node_id, ())

    def attached(self, node_id: str) -> tuple[Node, ...]:
        """The boundary events on a node."""
        return self._attached.get(node_id, ())

    def messages(self, node_id: str) -> frozenset[str]:
        """Names of the messages that a boundary event on this node waits for."""
        return frozenset(event.message for event in self.attached(node_id) if event.message)


def read(source: bytes) -> Diagram:
    """Read the one process of a BPMN file.

    Raises DiagramError where the file is no BPMN, is larger than 1 MB, declares a document type
    or entities, or does not hold exactly one process with an id.
    """
    return diagram_of(parse(source))


def parse(source: bytes) -> Element:
    """The XML of a BPMN file, with entities, document types and the network off."""
    if b"<!DOCTYPE" in source:  # also what a parser would call by the name of its own limits
        raise DiagramError("a document type declaration is not allowed")
    root = parse_xml(source)
    if root.tag != BPMN + "definitions":
        raise DiagramError("the file is not a BPMN 2.0 diagram")
    return root


def diagram_of(root: Element) -> Diagram:
    """The one process of a parsed file. Raises DiagramError as :func:`read` does."""
    process = process_of(root)
    messages = {e.get("id"): e.get("name") or "" for e in root.iterchildren(BPMN + "message")}
    return Diagram(
        key=process.get("id"),
        title=process.get("name") or process.get("id"),
        keys=keys_of(process),
        nodes=tuple(_node(element, messages) for element in _nodes(process)),
        flows=tuple(_flow(element) for element in process.iterchildren(BPMN + "sequenceFlow")),
    )


def process_of(root: Element) -> Element:
    """The one process element. Raises DiagramError if there is none, or several."""
    found = list(root.iterchildren(BPMN + "process"))
    if len(found) != 1:
        raise DiagramError(f"a diagram holds exactly one process; this one holds {len(found)}")
    if not found[0].get("id"):
        raise DiagramError("the process has no id")
    return found[0]


def _local(element: Element) -> str:
    return str(etree.QName(element).localname)


def _nodes(process: Element) -> Iterator[Element]:
    for element in process.iterchildren(BPMN + "*"):
        if _local(element) in NODE_KINDS and element.get("id"):  # the checks count the others
            yield element


def _node(element: Element, messages: Mapping[str, str]) -> Node:
    definition = next((c for c in element if str(c.tag).endswith("EventDefinition")), None)
    return Node(
        id=element.get("id"),
        kind=_local(element),
        name=(element.get("name") or "").strip(),
        keys=keys_of(element),
        attached_to=element.get("attachedToRef"),
        event=None if definition is None else _local(definition).removesuffix("EventDefinition"),
        message=None if definition is None else messages.get(definition.get("messageRef")),
        timer=None if definition is None else _timer(definition),
        interrupting=element.get("cancelActivity") not in {"false", "0"},
        default=element.get("default"),
    )


def _timer(definition: Element) -> str | None:
    for child in definition:
        if child.tag in (BPMN + "timeDate", BPMN + "timeDuration"):
            return str(child.text or "").strip()
    return None


def _flow(element: Element) -> Flow:
    condition = element.find(BPMN + "conditionExpression")
    text = "" if condition is None else (condition.text or "").strip()
    return Flow(
        id=element.get("id") or "",
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
        name=(element.get("name") or "").strip(),
        condition=text.removeprefix("=").strip() or None,  # some editors mark FEEL with "="
    )


def _user_task(node: Node) -> UserTask:
    def value(name: str) -> str:
        return node.keys.get(name) or keys.default(name)

    days = value("deadline.workdays")
    return UserTask(
        id=node.id,
        name=node.name,
        approver=Approver(
            unit=value("approver.unit"),
            level=value("approver.level"),
            office=value("approver.office"),
            empty=value("approver.empty"),
            self_policy=value("approver.self"),
            exclude=value("approver.exclude"),
        ),
        outcomes=keys.split(value("outcomes")),
        opinion=value("opinion"),
        deadline_workdays=int(days) if days.isascii() and days.isdigit() else None,
        form_show=keys.split(value("form.show")),
        form_edit=keys.split(value("form.edit")),
        sign_rule=value("sign.rule"),
        sign_reject=value("sign.reject"),
    )


def _grouped(things: Any, key: Any) -> dict[Any, tuple[Any, ...]]:
    found: dict[Any, list[Any]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return {name: tuple(group) for name, group in found.items()}
