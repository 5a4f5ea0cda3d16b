"""Rules about FEEL: conditions, timers, and whether each outcome leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.diagram.checks.problem import Context, Finding, called
from engine.diagram.reading import Diagram, Flow, Node, UserTask
from engine.errors import DiagramError
from engine.feel import FeelError
from engine.spiff.timers import iso

_ONLY_OUTCOME = frozenset({"outcome"})


def conditions_compile(diagram: Diagram, context: Context) -> Iterator[Finding]:
    for flow in diagram.flows:
        if flow.condition:
            yield from _compiles(diagram, context, flow.id, flow.condition)


def timers_compile(diagram: Diagram, context: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.event != "timer":
            continue
        if not node.timer:
            yield Finding(
                node.id,
                f"定时事件{called(diagram, node.id)}没有 timeDuration 或 timeDate（不支持重复）",
                f"the timer {called(diagram, node.id)} has no timeDuration or timeDate",
            )
        else:
            yield from _times(diagram, context, node.id, node.timer)


def outcomes_lead(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for task in diagram.user_tasks.values():
        if len(task.outcomes) < 2:
            continue
        fork = _fork_after(diagram, task.id)
        if fork is None:
            yield Finding(
                task.id,
                f"{called(diagram, task.id)}有{len(task.outcomes)}种结论，后面却没有网关区分",
                f"{called(diagram, task.id)} has {len(task.outcomes)} outcomes and no gateway",
            )
            continue
        rest = [o for o in task.outcomes if not _taken(diagram, fork, o)]
        if len(rest) > 1:
            yield Finding(
                task.id,
                f"{called(diagram, task.id)}的结论 {'、'.join(rest)} 都走同一条默认连线",
                f"outcomes {', '.join(rest)} of {called(diagram, task.id)} share the default flow",
            )


def conditions_reached(diagram: Diagram, _: Context) -> Iterator[Finding]:
    asked: dict[str, tuple[Node, list[UserTask]]] = {}
    for task in diagram.user_tasks.values():
        fork = _fork_after(diagram, task.id)
        if fork is not None:
            asked.setdefault(fork.id, (fork, []))[1].append(task)
    for fork, tasks in asked.values():
        outcomes = {outcome for task in tasks for outcome in task.outcomes}
        taken = {flow.id for outcome in outcomes for flow in _taken(diagram, fork, outcome)}
        for flow in diagram.outgoing(fork.id):
            if flow.condition and flow.id not in taken and flow.id != fork.default:
                yield Finding(
                    flow.id,
                    f"没有哪个结论会走这条线（{flow.condition}）；结论有：{'、'.join(sorted(outcomes))}",
                    f"no outcome takes this flow ({flow.condition}); "
                    f"there are: {', '.join(sorted(outcomes))}",
                )


def _compiles(diagram: Diagram, context: Context, element: str, text: str) -> Iterator[Finding]:
    try:
        compiled = feel.compile(text)
    except FeelError as error:
        yield Finding(
            element,
            f"表达式 {text[:80]} 不是正确的 FEEL:{error}",
            f"{text[:80]} is not FEEL: {error}",
        )
        return
    for name in sorted(compiled.free - diagram.data):
        yield Finding(
            element,
            f"表达式用了没有声明的数据 {name}；请写进流程的 case.data",
            f"the expression uses {name}, which case.data of the process does not declare",
        )
    for name in sorted(compiled.calls - context.functions):
        yield Finding(element, f"表达式用了没有的函数 {name}", f"there is no function {name}")


def _times(diagram: Diagram, context: Context, element: str, text: str) -> Iterator[Finding]:
    try:
        if iso(text) is not None:
            return
    except DiagramError as error:
        yield Finding(element, f"时间 {text} 不对：{error}", str(error))
        return
    yield from _compiles(diagram, context, element, text)


def _fork_after(diagram: Diagram, node_id: str) -> Node | None:
    """The exclusive gateway that asks for the outcome: the next node, joins left out."""
    seen = {node_id}
    flows = diagram.outgoing(node_id)
    while len(flows) == 1 and flows[0].target in diagram and flows[0].target not in seen:
        node = diagram.node(flows[0].target)
        if node.kind != "exclusiveGateway":
            return None
        flows = diagram.outgoing(node.id)
        seen.add(node.id)
        if len(flows) > 1:
            return node
    return None


def _taken(diagram: Diagram, fork: Node, outcome: str) -> list[Flow]:
    """The flows that an outcome may take; one that asks for other data too counts."""
    found = []
    for flow in diagram.outgoing(fork.id):
        if flow.id == fork.default or not flow.condition:
            continue
        try:
            compiled = feel.compile(flow.condition)
            sure = compiled.free <= _ONLY_OUTCOME and not compiled.calls
            if not sure or compiled({"outcome": outcome}) is True:
                found.append(flow)
        except FeelError:  # another rule reports what does not compile
            found.append(flow)
    return found
