"""What is generated from the table of keys: the table in the documentation, the element template.

Write both anew after a change of ``keys.KEYS``::

    python -m engine.diagram.handout
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from engine.diagram import keys
from engine.diagram.keys import Choice, Key
from engine.operations import Operation

BEGIN, END = "<!-- keys: generated -->\n", "<!-- keys: end -->\n"
DOCS, TEMPLATES = Path("docs/diagrams.md"), Path("bpmn/element-templates.json")

_ELEMENTS = {
    keys.USER_TASK: ("审核环节", "bpmn:UserTask"),
    keys.SERVICE_TASK: ("系统操作", "bpmn:ServiceTask"),
    keys.END_EVENT: ("申请结束", "bpmn:EndEvent"),
    keys.PROCESS: ("申请流程", "bpmn:Process"),
}
_SCHEMA = "https://unpkg.com/@camunda/element-templates-json-schema/resources/schema.json"


def markdown() -> str:
    """The table of keys for ``docs/diagrams.md``."""
    lines = ["| key | on | 中文 | values | when absent |", "|---|---|---|---|---|"]
    for key in keys.KEYS:
        name = f"{key.name}<parameter>" if key.prefix else key.name
        lines.append(
            f"| `{name}` | {key.on} | {key.zh}: {key.help_zh} | {_values(key)} | {_absent(key)} |"
        )
    return "\n".join(lines) + "\n"


def element_templates(operations: Iterable[Operation] = ()) -> bytes:
    """The element templates of the desktop modeler, as JSON.

    :param operations: each becomes a template of its own, with a field for every parameter
    """
    made = [_template(kind) for kind in _ELEMENTS]
    made += [_operation(operation) for operation in operations]
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def inserted(text: str) -> str:
    """A documentation page with the table of keys as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + markdown() + END + after


def _values(key: Key) -> str:
    listed = "<br>".join(f"`{c.code}` {c.zh}, {c.en}" for c in key.choices)
    return ("comma list of<br>" if key.many else "") + (listed or "as the operation declares")


def _absent(key: Key) -> str:
    if key.required:
        return "**required**"
    return f"`{key.default}`" if key.default else "-"


def _template(kind: str) -> Mapping[str, object]:
    name, element = _ELEMENTS[kind]
    return {
        "$schema": _SCHEMA,
        "name": f"审批：{name}",
        "id": f"shenpi.{kind}",
        "appliesTo": [element],
        "properties": [_property(key) for key in keys.on(kind) if not key.prefix],
    }


def _property(key: Key) -> Mapping[str, object]:
    fixed = [choice for choice in _spelled_out(key) if not choice.code.startswith("<")]
    made: dict[str, object] = {
        "label": key.zh,
        "description": f"{key.help_zh} / {key.help_en}",
        "binding": {"type": "camunda:property", "name": key.name},
    }
    if key.default:
        made["value"] = key.default
    if key.required:
        made["constraints"] = {"notEmpty": True}
    if key.many or not fixed or key.name == "deadline.workdays":
        return {**made, "type": "String"}
    listed = [{"name": choice.zh, "value": choice.code} for choice in fixed]
    return {**made, "type": "Dropdown", "choices": listed}


def _spelled_out(key: Key) -> Iterable[Choice]:
    """A drop-down has no place for a number: ``superior:n`` becomes two and three."""
    for choice in key.choices:
        if not choice.code.endswith(":n"):
            yield choice
            continue
        for n in ("2", "3"):
            zh = re.sub(r"\bn\b|(?<= )n(?= )", n, choice.zh)
            yield Choice(choice.code.removesuffix("n") + n, zh, choice.en)


def _operation(operation: Operation) -> Mapping[str, object]:
    fixed = {
        "type": "Hidden",
        "value": operation.name,
        "binding": {"type": "camunda:property", "name": "operation"},
    }
    fields = [
        {
            "label": name,
            "type": "String",
            "binding": {"type": "camunda:property", "name": f"operation.{name}"},
            "constraints": {"notEmpty": True},
        }
        for name in operation.parameters
    ]
    return {
        "$schema": _SCHEMA,
        "name": operation.zh,
        "id": f"shenpi.operation.{operation.name}",
        "appliesTo": ["bpmn:ServiceTask"],
        "properties": [fixed, *fields],
    }


def write(root: Path) -> None:
    """Write both into a copy of the repository."""
    docs = root / DOCS
    docs.write_text(inserted(docs.read_text(encoding="utf-8")), encoding="utf-8")
    (root / TEMPLATES).write_bytes(element_templates())


if __name__ == "__main__":
    write(Path())
