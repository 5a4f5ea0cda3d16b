"""Rules about which elements of BPMN a diagram may use, and how they must be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.diagram.checks.graph import ACTIVITIES, CHOOSING
from engine.diagram.checks.problem import Context, Finding, called
from engine.diagram.reading import NODE_KINDS, Diagram, Element
from engine.spiff.reading import BPMN, CAMUNDA, MOST_NODES, SPIFF

EVENTS: dict[str, frozenset[str | None]] = {
    "startEvent": frozenset({None}),
    "endEvent": frozenset({None, "terminate"}),
    "boundaryEvent": frozenset({"timer", "message"}),
    "intermediateCatchEvent": frozenset({"timer"}),
}
RUNNABLE = ACTIVITIES | CHOOSING | {"parallelGateway"} | EVENTS.keys()

_LOOPS = (BPMN + "multiInstanceLoopCharacteristics", BPMN + "standardLoopCharacteristics")
_SCRIPTS = (
    BPMN + "scriptTask",
    BPMN + "script",
    CAMUNDA + "script",
    CAMUNDA + "executionListener",
    CAMUNDA + "taskListener",
    CAMUNDA + "connector",
    CAMUNDA + "inputOutput",
    SPIFF + "preScript",
    SPIFF + "postScript",
    SPIFF + "serviceTaskOperator",
)
_CALLS = tuple(CAMUNDA + name for name in ("class", "expression", "delegateExpression", "type"))
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def no_scripts(_: Diagram, context: Context) -> Iterator[Finding]:
    process = context.root.find(BPMN + "process")
    for element in process.iter(*_SCRIPTS):
        name = etree.QName(element).localname
        yield Finding(
            _owner(element),
            f"流程图中不允许有脚本（{name}）：请用操作目录中的操作",
            f"no scripts in a diagram ({name}): name an operation of the catalogue",
        )
    for element in process.iter():
        for attribute in _CALLS:
            if element.get(attribute) is not None:
                yield Finding(
                    _owner(element),
                    f"流程图中不允许调用程序（{etree.QName(attribute).localname}）",
                    f"no calls of programs in a diagram ({etree.QName(attribute).localname})",
                )


def feel_only(_: Diagram, context: Context) -> Iterator[Finding]:
    for element in context.root.iter(BPMN + "*"):
        language = element.get("language") or element.get("scriptFormat") or ""
        if language and "feel" not in language.lower():
            yield Finding(
                _owner(element),
                f"表达式语言只能是 FEEL,不能是 {language[:40]}",
                f"expressions are FEEL, not {language[:40]}",
            )


def runnable_elements(diagram: Diagram, context: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.kind not in RUNNABLE and node.kind != "scriptTask":
            yield Finding(
                node.id,
                f"不支持{called(diagram, node.id)}这种元素（{node.kind}）",
                f"{node.kind} is not supported",
            )
        elif node.kind in EVENTS and node.event not in EVENTS[node.kind]:
            yield Finding(
                node.id,
                f"{called(diagram, node.id)}不支持这种触发（{node.event or '无'}）",
                f"{node.kind} with {node.event or 'no definition'} is not supported",
            )
    for element in context.root.find(BPMN + "process").iter(*_LOOPS):
        yield Finding(
            _owner(element),
            "不支持多实例或循环标记：几人审核请画成几个环节",
            "no multi-instance or loop markers; draw a task for each reviewer",
        )


def boundary_host(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.kind != "boundaryEvent":
            continue
        if node.attached_to not in diagram.user_tasks:
            yield Finding(
                node.id,
                f"边界事件{called(diagram, node.id)}只能附在人工任务上",
                f"the boundary event {called(diagram, node.id)} must sit on a user task",
            )


def unique_ids(_: Diagram, context: Context) -> Iterator[Finding]:
    counted = Counter(e.get("id") for e in context.root.iter() if e.get("id"))
    for name, times in counted.items():
        if times > 1:
            yield Finding(
                name, f"编号 {name} 用了 {times} 次", f"the id {name} is used {times} times"
            )
    kinds = {*NODE_KINDS, "sequenceFlow"}
    for element in context.root.find(BPMN + "process").iter(BPMN + "*"):
        if etree.QName(element).localname in kinds and not element.get("id"):
            kind = etree.QName(element).localname
            yield Finding("", f"有一个 {kind} 没有编号", f"a {kind} has no id")


def node_count(diagram: Diagram, _: Context) -> Iterator[Finding]:
    """The history stores a node as one byte; the engine's parser sets the lower limit."""
    if len(diagram.nodes) > MOST_NODES:
        yield Finding(
            diagram.key,
            f"流程图有 {len(diagram.nodes)} 个节点，最多 {MOST_NODES} 个",
            f"the diagram has {len(diagram.nodes)} nodes; {MOST_NODES} are allowed",
        )


def executable(diagram: Diagram, context: Context) -> Iterator[Finding]:
    if context.root.find(BPMN + "process").get("isExecutable") not in {"true", "1"}:
        yield Finding(
            diagram.key, "流程没有标记为可执行", "the process is not marked as executable"
        )


def labelled(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        fork = node.kind in CHOOSING and len(diagram.outgoing(node.id)) > 1
        if not node.name and (fork or node.kind in ACTIVITIES | EVENTS.keys()):
            yield Finding(
                node.id,
                f"{node.id} 没有名称：办理进度中要显示它",
                f"{node.id} has no name; progress pages show it",
            )


def flows_labelled(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        ways = diagram.outgoing(node.id)
        if node.kind in CHOOSING and len(ways) > 1:
            for flow in ways:
                if not flow.name:
                    yield Finding(
                        flow.id,
                        f"网关{called(diagram, node.id)}的出线没有名称",
                        f"a flow from {called(diagram, node.id)} has no name",
                    )


def drawn(diagram: Diagram, context: Context) -> Iterator[Finding]:
    shapes = {
        element.get("bpmnElement")
        for element in context.root.iter(_DI + "BPMNShape", _DI + "BPMNEdge")
    }
    ids = [node.id for node in diagram.nodes] + [flow.id for flow in diagram.flows]
    for name in ids:
        if name not in shapes:
            yield Finding(name, f"{name} 没有画在图上", f"{name} is not drawn (no diagram shape)")


def _owner(element: Element) -> str:
    """The id of the nearest element around that has one."""
    while element is not None and not element.get("id"):
        element = element.getparent()
    return "" if element is None else str(element.get("id"))
