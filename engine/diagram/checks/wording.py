"""Rules about the keys: known, in their place, with a value that means something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from engine.diagram import keys
from engine.diagram.checks.problem import Context, Finding, called
from engine.diagram.reading import Diagram, Node
from engine.spiff.reading import BPMN
from engine.spiff.reading import keys as keys_of


def known_keys(diagram: Diagram, context: Context) -> Iterator[Finding]:
    for element, kind, found in _keyed(diagram, context):
        for name in found:
            key = keys.find(name)
            if key is None:
                near = get_close_matches(name, [k.name for k in keys.KEYS if not k.prefix], 1)
                yield Finding(
                    element,
                    f"不认识的属性 {name}" + (f"，是否想写 {near[0]}" if near else ""),
                    f"unknown key {name}" + (f"; did you mean {near[0]}?" if near else ""),
                )
            elif key.on != kind:
                yield Finding(
                    element,
                    f"属性 {name} 不能写在 {kind} 上，只能写在 {key.on} 上",
                    f"the key {name} belongs on {key.on}, not on {kind}",
                )


def key_values(diagram: Diagram, context: Context) -> Iterator[Finding]:
    for element, kind, found in _keyed(diagram, context):
        for name, value in found.items():
            key = keys.find(name)
            if key is None or key.on != kind:
                continue
            for part in key.wrong(value):
                allowed = "、".join(choice.code for choice in key.choices)
                yield Finding(
                    element,
                    f"{key.zh}（{name}）的值 {part} 不对，可以是：{allowed}",
                    f"{name} cannot be {part}; it may be: {allowed}",
                )


def required_keys(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        for key in keys.on(node.kind):
            if key.required and key.name not in node.keys:
                yield Finding(
                    node.id,
                    f"{called(diagram, node.id)}没有{key.zh}（{key.name}）",
                    f"{called(diagram, node.id)} lacks {key.name}",
                )


def known_operations(diagram: Diagram, context: Context) -> Iterator[Finding]:
    if context.operations is None:
        return
    for node in diagram.nodes:
        name = node.keys.get("operation") if node.kind == keys.SERVICE_TASK else None
        if name is None:
            continue
        if name not in context.operations:
            near = get_close_matches(name, list(context.operations), 1)
            yield Finding(
                node.id,
                f"操作目录中没有 {name}" + (f"，是否想写 {near[0]}" if near else ""),
                f"there is no operation {name}" + (f"; did you mean {near[0]}?" if near else ""),
            )
        else:
            yield from _parameters(node, name, context.operations[name])


def task_parameter(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        task = node.keys.get("operation.task")
        if task is not None and task not in diagram.user_tasks:
            yield Finding(
                node.id,
                f"operation.task 指的 {task} 不是本图的人工任务",
                f"operation.task names {task}, which is no user task of this diagram",
            )


def known_messages(diagram: Diagram, context: Context) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.event != "message" or node.message in context.messages:
            continue
        allowed = "、".join(sorted(context.messages))
        yield Finding(
            node.id,
            f"没有谁会发送消息 {node.message or '（未命名）'}，可以是：{allowed}",
            f"nothing sends the message {node.message or '(unnamed)'}; it may be: {allowed}",
        )


def _parameters(node: Node, operation: str, declared: frozenset[str]) -> Iterator[Finding]:
    given = {n.removeprefix("operation.") for n in node.keys if n.startswith("operation.")}
    for name in sorted(declared - given):
        yield Finding(
            node.id,
            f"操作 {operation} 缺少参数 operation.{name}",
            f"the operation {operation} needs operation.{name}",
        )
    for name in sorted(given - declared):
        yield Finding(
            node.id,
            f"操作 {operation} 没有参数 {name}",
            f"the operation {operation} has no parameter {name}",
        )


def _keyed(diagram: Diagram, context: Context) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Every element that carries keys: its id, its kind, the keys."""
    yield diagram.key, keys.PROCESS, diagram.keys
    for node in diagram.nodes:
        yield node.id, node.kind, node.keys
    for flow in context.root.iter(BPMN + "sequenceFlow"):
        yield flow.get("id") or "", "sequenceFlow", keys_of(flow)
