"""Rules about who acts: a user task that nobody can hold would stop every case."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagram.checks.problem import Context, Finding, called
from engine.diagram.reading import Approver, Diagram, UserTask

_UNITS = frozenset({"applicant", "target", "subject"})
_KINDS = {"department": "行业主管部门", "bureau": "人社部门"}


def applicant_task(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for task in diagram.user_tasks.values():
        if task.approver.is_applicant and task.approver.unit != "applicant":
            yield Finding(
                task.id,
                f"{called(diagram, task.id)}由本人办理时，approver.unit 必须是 applicant",
                f"{called(diagram, task.id)}: level person needs approver.unit applicant",
            )


def known_unit(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for task in diagram.user_tasks.values():
        unit = task.approver.unit
        if unit and unit not in _UNITS | diagram.data:
            yield Finding(
                task.id,
                f"{called(diagram, task.id)}的审核单位 {unit} 不在流程的 case.data 中",
                f"{called(diagram, task.id)}: case.data does not declare the unit {unit}",
            )


def skip_approves(diagram: Diagram, _: Context) -> Iterator[Finding]:
    for task in diagram.user_tasks.values():
        skips = "skip" in {task.approver.empty, task.approver.self_policy}
        if skips and "approve" not in task.outcomes:
            yield Finding(
                task.id,
                f"{called(diagram, task.id)}可以跳过，但结论中没有 approve",
                f"{called(diagram, task.id)} may be skipped, which means approve: not an outcome",
            )


def one_signature(diagram: Diagram, _: Context) -> Iterator[Finding]:
    """The engine completes a task by one signature; a rule it does not carry out is refused."""
    for task in diagram.user_tasks.values():
        if task.sign_rule == "all" or task.sign_rule.startswith("quorum"):
            yield Finding(
                task.id,
                f"{called(diagram, task.id)}的会签规则 {task.sign_rule} 目前不能执行，"
                "一人签署即办结（sign.rule = any）；需要几人审核时请画成几个环节",
                f"{called(diagram, task.id)}: sign.rule {task.sign_rule} cannot be carried "
                "out yet, one signature completes a task; draw a task for each reviewer",
            )


def office_held(diagram: Diagram, context: Context) -> Iterator[Finding]:
    if context.hierarchy is None:
        return
    for task in _of_offices(diagram):
        if task.approver.office not in context.hierarchy.offices:
            yield Finding(
                task.id,
                f"没有任何单位有人担任岗位 {task.approver.office}，"
                f"{called(diagram, task.id)}谁也办不了",
                f"nobody anywhere holds the office {task.approver.office}; "
                f"nobody can do {called(diagram, task.id)}",
            )


def units_exist(diagram: Diagram, context: Context) -> Iterator[Finding]:
    """Only a warning: a gateway may lead here only where there is such a unit."""
    if context.hierarchy is None:
        return
    for task in _of_offices(diagram):
        kind, up = _kind(task.approver), _steps_up(task.approver)
        if kind and kind not in context.hierarchy.kinds:
            yield Finding(
                task.id,
                f"系统中没有{_KINDS[kind]}，{called(diagram, task.id)}谁也办不了",
                f"there is no unit of kind {kind}; nobody can do {called(diagram, task.id)}",
            )
        if up >= context.hierarchy.depth:
            yield Finding(
                task.id,
                f"单位只有 {context.hierarchy.depth} 级，{called(diagram, task.id)}要向上 {up} 级",
                f"{called(diagram, task.id)} goes up {up} of {context.hierarchy.depth} levels",
            )


def _of_offices(diagram: Diagram) -> Iterator[UserTask]:
    return (task for task in diagram.user_tasks.values() if not task.approver.is_applicant)


def _kind(approver: Approver) -> str | None:
    name = approver.level.partition(":")[0]
    return name if name in _KINDS else None


def _steps_up(approver: Approver) -> int:
    name, _, steps = approver.level.partition(":")
    if name != "superior":
        return 0
    return int(steps) if steps.isdigit() else 1
