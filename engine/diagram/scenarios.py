"""Scenarios: executable examples beside each diagram, in the analyst's words.

This module only reads and validates them (the format is described in ``docs/diagrams.md``);
running them is for the tests. Every error names file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from engine.diagram.reading import Diagram
from engine.errors import DiagramError

MAX_BYTES = 200_000


class Action(StrEnum):
    """What a step does; a correction is the applicant's own way to complete a task."""

    SUBMIT = "submit"
    DECIDE = "decide"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Expect:
    """What holds after a step; None where the scenario does not say.

    ``at`` is the node (id) of the only open task, ``office`` the unit whose office has it,
    ``visible_to`` the unit above that sees it too, ``outcome`` how the case ended.
    """

    at: str | None = None
    office: str | None = None
    visible_to: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody does something. ``actor`` is empty for the applicant and for waiting."""

    line: int
    action: Action
    expect: Expect
    actor: str = ""
    outcome: str = ""  # of a decision or correction, as the diagram draws it
    opinion: str = ""
    marks: Mapping[str, str] | None = None  # field -> what is wrong with it
    workdays: int = 0


@dataclass(frozen=True, slots=True)
class Application:
    """What is applied for: who, which unit; the rest where a unit registers itself."""

    applicant: str
    unit: str
    kind: str = ""
    superior: str = ""
    department: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story; ``path`` are the named nodes that the case passed, side ways included."""

    name: str
    line: int
    application: Application
    steps: tuple[Step, ...]
    path: tuple[str, ...]


ACTIONS: Mapping[str, tuple[Action, str]] = {
    "提交": (Action.SUBMIT, ""),
    "通过": (Action.DECIDE, "approve"),
    "不通过": (Action.DECIDE, "reject"),
    "退回": (Action.DECIDE, "return"),
    "重新提交": (Action.CORRECT, "resubmit"),
    "撤回": (Action.WITHDRAW, ""),
    "等待": (Action.WAIT, ""),
}
OUTCOMES = {"通过": "approved", "不通过": "rejected", "已撤回": "withdrawn"}
KINDS = {
    "用人单位": "employer",
    "行业主管部门": "department",
    "人社部门": "bureau",
    "继续教育基地": "base",
}

_SCENARIO = {"名称", "申请", "步骤", "经过"}
_APPLICATION = {
    "申请人": "applicant",
    "单位": "unit",
    "类型": "kind",
    "上级单位": "superior",
    "主管部门": "department",
    "地区": "region",
}
_STEP = {"谁", "做", "意见", "标记", "工作日", "到", "岗位", "可见", "结果"}


def load(path: Path, diagram: Diagram) -> tuple[Scenario, ...]:
    """The scenarios of a file.

    :param diagram: the diagram they are about; nodes and outcomes must be in it
    :raises DiagramError: with file and line, if a word is not understood
    """
    return read(path.read_text(encoding="utf-8"), diagram, name=path.name)


def read(text: str, diagram: Diagram, *, name: str = "scenarios") -> tuple[Scenario, ...]:
    """The scenarios of a text; see :func:`load`."""
    return _Reader(name, diagram).scenarios(text)


def named(diagram: Diagram, walked: Iterable[str]) -> tuple[str, ...]:
    """Walked nodes as a scenario's path tells them: by name, unnamed joins left out."""
    names = (diagram.node(node_id).name for node_id in walked)
    return tuple(name for name in names if name)


class _Reader:
    """Reads one file; YAML nodes know the line they stand on."""

    def __init__(self, name: str, diagram: Diagram) -> None:
        self.name = name
        self.diagram = diagram
        self.names = {node.name for node in diagram.nodes if node.name}
        self.tasks = {task.name: task.id for task in diagram.user_tasks.values()}

    def scenarios(self, text: str) -> tuple[Scenario, ...]:
        if len(text.encode()) > MAX_BYTES:
            raise DiagramError(f"{self.name}：文件太大")
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            raise DiagramError(f"{self.name}：不是正确的 YAML：{error}") from error
        if root is None:
            raise DiagramError(f"{self.name}：文件是空的")
        top = self._mapping(root, {"流程", "场景"})
        if self._text(top, "流程", root) != self.diagram.key:
            raise self._wrong(root, f"这些场景不属于流程 {self.diagram.key}")
        found = tuple(self._scenario(node) for node in self._items(top, "场景", root))
        seen: set[str] = set()
        for scenario in found:
            if scenario.name in seen:
                raise DiagramError(f"{self.name}:{scenario.line}：场景“{scenario.name}”重复")
            seen.add(scenario.name)
        return found

    def _scenario(self, node: yaml.Node) -> Scenario:
        parts = self._mapping(node, _SCENARIO)
        steps = tuple(self._step(item) for item in self._items(parts, "步骤", node))
        if steps[0].action is not Action.SUBMIT:
            raise self._wrong(node, "第一步必须是“提交”")
        path = self._items(parts, "经过", node)
        return Scenario(
            name=self._text(parts, "名称", node),
            line=_line(node),
            application=self._application(parts, node),
            steps=steps,
            path=tuple(self._node_name(item) for item in path),
        )

    def _application(self, parts: Mapping[str, yaml.Node], around: yaml.Node) -> Application:
        if "申请" not in parts:
            raise self._wrong(around, "缺少“申请”")
        given = self._mapping(parts["申请"], set(_APPLICATION))
        values = {_APPLICATION[word]: self._value(node) for word, node in given.items()}
        if not values.get("applicant") or not values.get("unit"):
            raise self._wrong(parts["申请"], "“申请”要写明申请人和单位")
        if "kind" in values:
            values["kind"] = self._word(given["类型"], KINDS)
        return Application(**values)

    def _step(self, node: yaml.Node) -> Step:
        parts = self._mapping(node, _STEP)
        if "做" not in parts:
            raise self._wrong(node, "缺少“做”")
        action, outcome = ACTIONS[self._one_of(parts["做"], ACTIONS)]
        actor = self._text(parts, "谁", node) if action is Action.DECIDE else ""
        if "谁" in parts and action is not Action.DECIDE:
            raise self._wrong(parts["谁"], "只有审核的步骤写“谁”，其余由申请人或时间推动")
        if ("工作日" in parts) != (action is Action.WAIT):
            raise self._wrong(node, "“等待”要写“工作日”，其他步骤不写")
        return Step(
            line=_line(node),
            action=action,
            expect=self._expect(parts),
            actor=actor,
            outcome=outcome,
            opinion=self._value(parts["意见"]) if "意见" in parts else "",
            marks=self._marks(parts["标记"]) if "标记" in parts else None,
            workdays=self._days(parts["工作日"]) if "工作日" in parts else 0,
        )

    def _expect(self, parts: Mapping[str, yaml.Node]) -> Expect:
        return Expect(
            at=self._task(parts["到"]) if "到" in parts else None,
            office=self._value(parts["岗位"]) if "岗位" in parts else None,
            visible_to=self._value(parts["可见"]) if "可见" in parts else None,
            outcome=self._word(parts["结果"], OUTCOMES) if "结果" in parts else None,
        )

    def _task(self, node: yaml.Node) -> str:
        name = self._value(node)
        found = self.tasks.get(name, name)
        if found not in self.diagram.user_tasks:
            raise self._wrong(node, f"流程图中没有人工任务“{name}”")
        return found

    def _node_name(self, node: yaml.Node) -> str:
        name = self._value(node)
        if name not in self.names:
            raise self._wrong(node, f"流程图中没有“{name}”")
        return name

    def _marks(self, node: yaml.Node) -> Mapping[str, str]:
        return {name: self._value(value) for name, value in self._pairs(node).items()}

    def _days(self, node: yaml.Node) -> int:
        text = self._value(node)
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
            raise self._wrong(node, f"“{text}”不是天数")
        return int(text)

    def _word(self, node: yaml.Node, words: Mapping[str, str]) -> str:
        return words[self._one_of(node, words)]

    def _one_of(self, node: yaml.Node, words: Iterable[str]) -> str:
        text = self._value(node)
        if text not in words:
            raise self._wrong(node, f"不认识“{text}”，可以写：{'、'.join(words)}")
        return text

    def _mapping(self, node: yaml.Node, allowed: set[str]) -> Mapping[str, yaml.Node]:
        pairs = self._pairs(node)
        for word in pairs.keys() - allowed:
            raise self._wrong(node, f"不认识“{word}”，可以写：{'、'.join(sorted(allowed))}")
        return pairs

    def _pairs(self, node: yaml.Node) -> Mapping[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._wrong(node, "这里应当是“词：值”")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self._value(key)
            if name in found:
                raise self._wrong(key, f"“{name}”写了两次")
            found[name] = value
        return found

    def _items(
        self, parts: Mapping[str, yaml.Node], word: str, around: yaml.Node
    ) -> list[yaml.Node]:
        node = parts.get(word)
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise self._wrong(node or around, f"“{word}”应当是一个列表")
        return list(node.value)

    def _text(self, parts: Mapping[str, yaml.Node], word: str, around: yaml.Node) -> str:
        if word not in parts:
            raise self._wrong(around, f"缺少“{word}”")
        return self._value(parts[word])

    def _value(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self._wrong(node, "这里应当是一个词")
        return str(node.value).strip()

    def _wrong(self, node: yaml.Node, text: str) -> DiagramError:
        return DiagramError(f"{self.name}:{_line(node)}：{text}")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
