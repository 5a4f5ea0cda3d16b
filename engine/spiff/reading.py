"""Reading a diagram that anybody may have written: safe XML, and only our dialect of BPMN.

What an executable element would do elsewhere but not here (a script, a listener, a condition on
an ordinary flow) is refused by name instead of being ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from engine.errors import DiagramError

LARGEST = 1_000_000
MOST_NODES = 200
"""Flow nodes of one diagram; SpiffWorkflow's parser calls itself once for each on a path."""

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

Element = Any  # lxml has no types

NODES = frozenset(
    BPMN + name
    for name in (
        "startEvent",
        "endEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "boundaryEvent",
        "intermediateCatchEvent",
    )
)
_FLOW = BPMN + "sequenceFlow"
_DRAWN = frozenset(  # shown to readers, without effect
    BPMN + name
    for name in (
        "documentation",
        "extensionElements",
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
    )
)
_STRIPPED = tuple(
    BPMN + name for name in ("dataInputAssociation", "dataOutputAssociation", "property")
)
_IN_NODE = frozenset(
    BPMN + name for name in ("incoming", "outgoing", "documentation", "extensionElements")
)
_EVENTS: dict[str, tuple[frozenset[str], bool]] = {  # node -> what it may have, whether it must
    BPMN + "startEvent": (frozenset(), False),
    BPMN + "endEvent": (frozenset({"terminateEventDefinition"}), False),
    BPMN + "intermediateCatchEvent": (frozenset({"timerEventDefinition"}), True),
    BPMN + "boundaryEvent": (frozenset({"timerEventDefinition", "messageEventDefinition"}), True),
}
_CHOOSING = (BPMN + "exclusiveGateway", BPMN + "inclusiveGateway")
_EXECUTABLE = frozenset(
    CAMUNDA + name
    for name in ("script", "executionListener", "taskListener", "connector", "inputOutput")
)


def read(source: bytes) -> Element:
    """The root of a diagram in our dialect. Raises DiagramError with the element's id."""
    root = parse_xml(source)
    if root.tag != BPMN + "definitions":
        raise DiagramError("not a BPMN 2.0 diagram")
    processes = root.findall(BPMN + "process")
    if len(processes) != 1:
        raise DiagramError(f"a diagram has one process, this one has {len(processes)}")
    process = processes[0]
    for element in list(process.iter(*_STRIPPED)):
        element.getparent().remove(element)
    nodes = dict(_nodes(process))
    _check_flows(process, nodes)
    for node in nodes.values():
        _check_node(node, nodes, root)
    for extension in process.iter(BPMN + "extensionElements"):
        _check_extension(extension)
    return root


def parse_xml(source: bytes) -> Element:
    """Parse without entities, DTD and network. Raises DiagramError."""
    if len(source) > LARGEST:
        raise DiagramError(f"larger than {LARGEST} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiagramError(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise DiagramError("a document type declaration is not allowed")
    return root


def keys(element: Element) -> dict[str, str]:
    """The flat keys of an element, from ``camunda:properties`` or ``spiffworkflow:properties``.

    Only its own: a descendant's keys are not its keys. An empty value means: not given.
    """
    found: dict[str, str] = {}
    for extension in element.findall(BPMN + "extensionElements"):
        for space in (CAMUNDA, SPIFF):
            for entry in extension.iterfind(f"{space}properties/{space}property"):
                name, value = entry.get("name"), entry.get("value")
                if name and value:
                    found[name] = value
    return found


def _nodes(process: Element) -> Iterator[tuple[str, Element]]:
    seen: set[str] = set()
    for element in process:
        if element.tag in _DRAWN:
            continue
        name = element.get("id")
        if element.tag not in NODES and element.tag != _FLOW:
            raise DiagramError(f"{name}: {etree.QName(element).localname} is not supported")
        if not name or name in seen:
            raise DiagramError(f"{name}: missing or repeated id")
        seen.add(name)
        if element.tag != _FLOW:
            yield name, element
    if len(seen) > 4 * MOST_NODES:
        raise DiagramError("too many elements")


def _check_flows(process: Element, nodes: dict[str, Element]) -> None:
    if len(nodes) > MOST_NODES:
        raise DiagramError(f"more than {MOST_NODES} nodes")
    if sum(node.tag == BPMN + "startEvent" for node in nodes.values()) != 1:
        raise DiagramError("a process has exactly one start event")
    for flow in process.findall(_FLOW):
        name = flow.get("id")
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if source is None or target is None:
            raise DiagramError(f"{name}: this flow does not connect two nodes")
        if source.tag == BPMN + "endEvent":
            raise DiagramError(f"{name}: a flow cannot leave an end event")
        if target.tag in (BPMN + "startEvent", BPMN + "boundaryEvent"):
            raise DiagramError(f"{name}: a flow cannot lead to this event")
        condition = flow.find(BPMN + "conditionExpression")
        if condition is not None and source.tag not in _CHOOSING:
            raise DiagramError(f"{name}: only flows from a gateway that chooses have a condition")


def _check_node(node: Element, nodes: dict[str, Element], root: Element) -> None:
    name = node.get("id")
    parts = [child for child in node if child.tag not in _IN_NODE]
    allowed, needed = _EVENTS.get(node.tag, (frozenset[str](), False))
    for part in parts:
        kind = etree.QName(part).localname
        if kind not in allowed:
            raise DiagramError(f"{name}: {kind} is not supported here")
        if check := _DEFINITIONS.get(kind):
            check(name, part, root)
    if len(parts) > 1 or (needed and not parts):
        raise DiagramError(f"{name}: an event has one definition")
    if node.tag == BPMN + "boundaryEvent":
        host = nodes.get(node.get("attachedToRef"))
        if host is None or host.tag != BPMN + "userTask":
            raise DiagramError(f"{name}: boundary events belong on user tasks")


def _check_timer(name: str, definition: Element, _: Element) -> None:
    kinds = [etree.QName(child).localname for child in definition]
    if kinds not in (["timeDate"], ["timeDuration"]):
        raise DiagramError(f"{name}: a timer has one timeDate or timeDuration, no cycle")
    if not (definition[0].text or "").strip():
        raise DiagramError(f"{name}: this timer has no time")


def _check_message(name: str, definition: Element, root: Element) -> None:
    reference = definition.get("messageRef")
    named = {message.get("id"): message.get("name") for message in root.iter(BPMN + "message")}
    if not named.get(reference):
        raise DiagramError(f"{name}: this event has no message with a name")


_DEFINITIONS: dict[str, Callable[[str, Element, Element], None]] = {
    "timerEventDefinition": _check_timer,
    "messageEventDefinition": _check_message,
}


def _check_extension(extension: Element) -> None:
    for element in extension.iter():
        scripted = element.tag.startswith(SPIFF) and not element.tag.endswith(
            ("}properties", "}property")
        )
        if scripted or element.tag in _EXECUTABLE:
            owner = extension.getparent().get("id")
            raise DiagramError(f"{owner}: {etree.QName(element).localname} is not supported")
