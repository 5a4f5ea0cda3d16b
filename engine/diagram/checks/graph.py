"""Rules about the ways through a diagram: every one begins, goes on and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.diagram.checks.problem import Context, Finding, called
from engine.diagram.reading import Diagram, Node

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
GATEWAYS = CHOOSING | {"parallelGateway", "eventBasedGateway", "complexGateway"}
WAITING = frozenset({"userTask", "intermediateCatchEvent"})
ACTIVITIES = frozenset({"userTask", "serviceTask", "businessRuleTask"})


def one_start(diagram: Diagram, _: Context) -> Iterator[Finding]:
    starts = [node for node in diagram.nodes if node.kind == "startEvent"]
    if not starts:
        yield Finding(diagram.key, "流程没有开始事件", "the process has no start event")
    for node in starts[1:]:
        yield Finding(node.id, "流程只能有一个开始事件", "a process has only one start event")


def flow_ends(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for flow in diagram.flows:
        if flow.source not in diagram or flow.target not in diagram:
            yield Finding(flow.id, "连线没有连接两个节点", "the flow does not connect two nodes")
        elif diagram.node(flow.source).kind == "endEvent":
            yield Finding(flow.id, "结束事件不能再有出线", "a flow cannot leave an end event")
        elif diagram.node(flow.target).kind in {"startEvent", "boundaryEvent"}:
            yield Finding(flow.id, "连线不能指向该事件", "a flow cannot lead to this event")


def reachable(diagram: Diagram, _: Context) -> Iterator[Finding]:
    reached = _from_start(diagram)
    for node in diagram.nodes:
        if node.id not in reached:
            yield Finding(
                node.id,
                f"从开始事件走不到{called(diagram, node.id)}",
                f"{called(diagram, node.id)} cannot be reached from the start",
            )


def dead_end(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.kind != "endEvent" and not diagram.outgoing(node.id):
            yield Finding(
                node.id,
                f"{called(diagram, node.id)}之后没有去向，请连到结束事件",
                f"nothing follows {called(diagram, node.id)}; lead it to an end event",
            )


def way_out(diagram: Diagram, _: Context) -> Iterator[Finding]:
    """Dead ends have a rule of their own; this one finds loops."""
    ends = {n.id for n in diagram.nodes if n.kind == "endEvent" or not diagram.outgoing(n.id)}
    saved = _walk(ends, lambda node_id: _before(diagram, node_id))
    for node in diagram.nodes:
        if node.id not in saved:
            yield Finding(
                node.id,
                f"{called(diagram, node.id)}处在走不出去的循环里",
                f"{called(diagram, node.id)} is in a loop without a way out",
            )


def loop_waits(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.kind in WAITING:
            continue
        round_trip = _walk(_busy_after(diagram, node.id), lambda i: _busy_after(diagram, i))
        if node.id in round_trip:
            yield Finding(
                node.id,
                f"{called(diagram, node.id)}处在没有人工任务的循环里，会无休止地运行",
                f"{called(diagram, node.id)} is in a loop in which nobody acts; it would spin",
            )


def gateway_default(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.kind not in CHOOSING:
            continue
        ways = {flow.id for flow in diagram.outgoing(node.id)}
        if node.default is not None and node.default not in ways:
            yield Finding(
                node.id,
                f"网关{called(diagram, node.id)}的默认连线不是它的出线",
                f"the default of {called(diagram, node.id)} does not leave it",
            )
        elif node.default is None and len(ways) > 1:
            yield Finding(
                node.id,
                f"网关{called(diagram, node.id)}没有默认连线：条件都不成立时申请会卡住",
                f"{called(diagram, node.id)} has no default flow: a case could get stuck there",
            )


def conditions_placed(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for flow in diagram.flows:
        if flow.source not in diagram:
            continue
        source = diagram.node(flow.source)
        alone = len(diagram.outgoing(source.id)) == 1
        plain = source.kind not in CHOOSING or flow.id == source.default
        if plain and flow.condition:
            yield Finding(
                flow.id,
                "此连线不能有条件：只有排他或包容网关的非默认出线才有",
                "no condition here: only flows from a choosing gateway have one, not its default",
            )
        elif not plain and not alone and not flow.condition:
            yield Finding(
                flow.id,
                "网关的出线须有条件或设为默认",
                "the flow needs a condition, or be the default",
            )


def implicit_split(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.kind not in GATEWAYS and len(diagram.outgoing(node.id)) > 1:
            yield Finding(
                node.id,
                f"{called(diagram, node.id)}有多条出线，请用网关分开",
                f"several flows leave {called(diagram, node.id)}; split with a gateway",
            )


def fake_join(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        joins = node.kind in ACTIVITIES | {"intermediateCatchEvent"}
        if joins and len(diagram.incoming(node.id)) > 1:
            yield Finding(
                node.id,
                f"多条连线直接进入{called(diagram, node.id)}，请先用网关汇合",
                f"several flows enter {called(diagram, node.id)}; join them with a gateway first",
            )


def gateway_purpose(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        ways = len(diagram.incoming(node.id)), len(diagram.outgoing(node.id))
        if node.kind not in GATEWAYS:
            continue
        if ways == (1, 1):
            yield Finding(
                node.id, "网关只有一进一出，是多余的", "the gateway neither joins nor splits"
            )
        elif min(ways) > 1:
            yield Finding(
                node.id,
                "网关同时汇合又分开，请拆成两个",
                "the gateway both joins and splits; use two",
            )


def side_branch(diagram: Diagram, _: Context) -> Iterator[Finding]:
    main = main_path(diagram)
    for node_id in _side_path(diagram) & main:
        yield Finding(
            node_id,
            f"提醒分支又并入主流程的{called(diagram, node_id)}，会被执行两次",
            f"a reminder branch leads back into {called(diagram, node_id)}, which would run twice",
        )


def end_outcome(diagram: Diagram, _: Context) -> Iterator[Finding]:
    main, side = main_path(diagram), _side_path(diagram)
    for node in diagram.nodes:
        if node.kind != "endEvent":
            continue
        says = "case.outcome" in node.keys
        if node.id in main and not says:
            yield Finding(
                node.id,
                f"结束事件{called(diagram, node.id)}没有写明申请结果 case.outcome",
                f"the end {called(diagram, node.id)} does not say case.outcome",
            )
        elif node.id in side - main and says:
            yield Finding(
                node.id,
                f"提醒分支的结束事件{called(diagram, node.id)}不结束申请，不能写 case.outcome",
                f"{called(diagram, node.id)} ends a reminder, not the case: no case.outcome",
            )


def main_path(diagram: Diagram) -> frozenset[str]:
    """Nodes that the case itself can reach, without its non-interrupting side branches."""
    starts = {node.id for node in diagram.nodes if node.kind == "startEvent"}
    return _walk(starts, lambda node_id: _after(diagram, node_id, _interrupts))


def _side_path(diagram: Diagram) -> frozenset[str]:
    events = {node.id for node in diagram.nodes if node.attached_to and not node.interrupting}
    return _walk(events, lambda node_id: _after(diagram, node_id, _interrupts))


def _from_start(diagram: Diagram) -> frozenset[str]:
    starts = {node.id for node in diagram.nodes if node.kind == "startEvent"}
    return _walk(starts, lambda node_id: _after(diagram, node_id, lambda _: True))


def _interrupts(event: Node) -> bool:
    return event.interrupting


def _after(diagram: Diagram, node_id: str, counts: Callable[[Node], bool]) -> Iterator[str]:
    yield from (flow.target for flow in diagram.outgoing(node_id))
    yield from (event.id for event in diagram.attached(node_id) if counts(event))


def _before(diagram: Diagram, node_id: str) -> Iterator[str]:
    yield from (flow.source for flow in diagram.incoming(node_id))
    host = diagram.node(node_id).attached_to if node_id in diagram else None
    if host and diagram.node(node_id).interrupting:
        yield host


def _busy_after(diagram: Diagram, node_id: str) -> set[str]:
    """What follows at once, without anybody having to act."""
    after = (flow.target for flow in diagram.outgoing(node_id))
    return {i for i in after if i in diagram and diagram.node(i).kind not in WAITING}


def _walk(starts: Iterable[str], follow: Callable[[str], Iterable[str]]) -> frozenset[str]:
    seen: set[str] = set()
    ahead = list(starts)
    while ahead:
        node_id = ahead.pop()
        if node_id not in seen:
            seen.add(node_id)
            ahead.extend(follow(node_id))
    return frozenset(seen)
