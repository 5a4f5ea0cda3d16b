"""The keys that an analyst writes into a diagram: the one table.

The reader's defaults, the checks, the table of ``docs/diagrams.md`` and the element template of
the desktop modeler all come from here. Keys are flat ``camunda:properties`` of one element.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

USER_TASK = "userTask"
SERVICE_TASK = "serviceTask"
END_EVENT = "endEvent"
PROCESS = "process"

NAME = r"[a-z][a-z0-9_]*"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a key; ``pattern`` is set where the value carries a part to fill in."""

    code: str
    zh: str
    en: str
    pattern: str | None = None

    def allows(self, value: str) -> bool:
        """Whether the value is this choice."""
        return bool(re.fullmatch(self.pattern or re.escape(self.code), value))


@dataclass(frozen=True, slots=True)
class Key:
    """One key: where it may stand, what it may say, what it means when it is absent."""

    name: str
    on: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    choices: tuple[Choice, ...] = ()
    default: str = ""
    required: bool = False
    many: bool = False  # a comma list of values
    prefix: bool = False  # ``name`` opens a family: operation.<parameter>

    def wrong(self, value: str) -> tuple[str, ...]:
        """The parts of a value that this key does not allow; empty means the value is right."""
        parts = split(value) if self.many else (value,)
        if not self.choices:
            return ()
        return tuple(part for part in parts if not any(c.allows(part) for c in self.choices))


def split(value: str) -> tuple[str, ...]:
    """The entries of a comma list; Chinese commas are commas too."""
    return tuple(part.strip() for part in re.split("[,，]", value) if part.strip())


_LEVELS = (
    Choice("self", "该单位本身", "that unit itself"),
    Choice("superior", "上级单位", "its superior"),
    Choice("superior:n", "向上第 n 级单位", "the n-th superior", r"superior:[1-9]"),
    Choice("department", "行业主管部门", "its supervising department"),
    Choice("bureau", "同级人社部门", "the human-resources bureau of its level"),
    Choice("bureau:county", "县级人社部门", "the county bureau"),
    Choice("bureau:city", "市级人社部门", "the city bureau"),
    Choice("bureau:province", "省级人社部门", "the province bureau"),
    Choice("person", "申请人本人", "the applicant in person"),
)
_UNITS = (
    Choice("applicant", "申请人所在单位", "the unit of the applicant"),
    Choice("target", "拟加入的单位", "the unit to be joined"),
    Choice("subject", "申请所涉单位", "the unit the case is about"),
    Choice(
        "<datum>",
        "申请数据中的单位编号",
        "a datum of the case that holds a unit",
        NAME,
    ),
)
_NAMES = (Choice("<name>", "名称", "a name", NAME),)
_DOTTED = (Choice("<name>", "名称", "a name", rf"{NAME}(\.{NAME})*"),)

KEYS: tuple[Key, ...] = (
    Key(
        "approver.unit", USER_TASK, "审核单位", "Unit",
        "从哪个单位找审核人", "the unit from which the way to the approver starts",
        _UNITS, required=True,
    ),
    Key(
        "approver.level", USER_TASK, "审核层级", "Level",
        "从审核单位出发，由哪一级办理", "which level decides, seen from that unit",
        _LEVELS, default="self",
    ),
    Key(
        "approver.office", USER_TASK, "岗位", "Office",
        "该单位的哪个岗位办理", "code of the office at that unit",
        _NAMES, default="administrator",
    ),
    Key(
        "approver.empty", USER_TASK, "岗位无人时", "If nobody holds it",
        "岗位无人任职时怎么办", "what happens when nobody holds the office",
        (
            Choice("superior", "交上级单位", "walk up until somebody does"),
            Choice("skip", "跳过此环节", "skip the step"),
            Choice("incident", "报运维处理", "an operator's incident"),
        ),
        default="superior",
    ),
    Key(
        "approver.self", USER_TASK, "申请人任该岗位时", "If the applicant holds it",
        "申请人自己任该岗位时怎么办", "what happens when the applicant holds the office",
        (
            Choice("superior", "交上级单位", "the superior decides"),
            Choice("skip", "跳过此环节", "skip the step"),
            Choice("allow", "允许本人办理", "allowed"),
        ),
        default="superior",
    ),
    Key(
        "approver.exclude", USER_TASK, "排除人员", "Excluded people",
        "哪些人不得办理此环节", "who may not decide this step",
        (
            Choice("none", "不排除", "nobody"),
            Choice("previous", "前面环节的办理人", "the person of an earlier step"),
        ),
        default="none",
    ),
    Key(
        "sign.rule", USER_TASK, "会签规则", "Signatures",
        "几人签署才算完成", "how many signatures complete the task",
        (
            Choice("any", "任一人", "any one"),
            Choice("all", "全部", "all"),
            Choice("quorum:n", "至少 n 人", "at least n", r"quorum:[1-9][0-9]?"),
        ),
        default="any",
    ),
    Key(
        "sign.reject", USER_TASK, "会签不通过", "A rejection counts as",
        "一人不通过如何计算", "how one rejection is counted",
        (Choice("veto", "一票否决", "a veto"), Choice("vote", "按票计算", "one vote")),
        default="veto",
    ),
    Key(
        "outcomes", USER_TASK, "结论", "Outcomes",
        "此环节可作出的结论，与网关条件一致", "the outcomes drawn behind the task",
        (
            Choice("approve", "通过", "approve"),
            Choice("reject", "不通过", "reject"),
            Choice("return", "退回补正", "return for correction"),
            Choice("resubmit", "重新提交", "submit again"),
        ),
        required=True, many=True,
    ),
    Key(
        "opinion", USER_TASK, "审核意见", "Opinion",
        "是否必须填写意见", "whether an opinion must be written",
        (
            Choice("optional", "选填", "optional"),
            Choice("required", "必填", "required"),
            Choice("required-unless:approve", "除通过外必填", "required unless approved"),
        ),
        default="optional",
    ),
    Key(
        "deadline.workdays", USER_TASK, "办理期限（工作日）", "Working days until due",
        "几个工作日内办结；提醒与催审画成定时事件",
        "days until due; reminders and escalation are timer events of the diagram",
        (Choice("n", "天数", "days", r"[1-9][0-9]{0,2}"),),
    ),
    Key(
        "form.show", USER_TASK, "显示的字段组", "Fields shown",
        "任务页显示哪些字段组", "field groups of the subject that the task shows",
        _NAMES, many=True,
    ),
    Key(
        "form.edit", USER_TASK, "可改的字段组", "Fields edited",
        "任务页可修改哪些字段组", "field groups of the subject that the task lets edit",
        _NAMES, many=True,
    ),
    Key(
        "operation", SERVICE_TASK, "操作", "Operation",
        "系统执行的操作，取自操作目录", "name of an operation of the catalogue",
        _DOTTED, required=True,
    ),
    Key(
        "operation.", SERVICE_TASK, "操作参数", "Parameters of the operation",
        "操作声明的参数，写作 operation.<参数名>", "operation.<name>, as the operation declares it",
        prefix=True,
    ),
    Key(
        "case.outcome", END_EVENT, "申请结果", "Outcome of the case",
        "到此结束时申请的结果", "how the case ended when it ends here",
        (
            Choice("approved", "通过", "approved"),
            Choice("rejected", "不通过", "rejected"),
            Choice("withdrawn", "已撤回", "withdrawn"),
        ),
    ),
    Key(
        "case.data", PROCESS, "申请数据", "Data of the case",
        "条件中可以使用的数据名称", "names that conditions may use, besides outcome",
        _NAMES, many=True,
    ),
)  # fmt: skip

_EXACT: Mapping[str, Key] = {key.name: key for key in KEYS if not key.prefix}
_FAMILIES: tuple[Key, ...] = tuple(key for key in KEYS if key.prefix)


def find(name: str) -> Key | None:
    """The key of this name, or the family that it belongs to; None if nobody knows it."""
    if name in _EXACT:
        return _EXACT[name]
    return next((k for k in _FAMILIES if name.startswith(k.name) and name != k.name), None)


def default(name: str) -> str:
    """What a key means where it is absent."""
    return _EXACT[name].default


def on(kind: str) -> tuple[Key, ...]:
    """The keys that may stand on an element of this kind."""
    return tuple(key for key in KEYS if key.on == kind)
