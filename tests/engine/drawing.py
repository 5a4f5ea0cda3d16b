"""Diagrams for tests in few lines, and a case that walks through one.

A drawing has a line for each element: ``kind id``, then what it needs::

    start begin
    user review approver.level=superior
    on review late remind? workdays(3)      # ! interrupts, ? does not; FEEL or ISO, or
    on review withdrawn message! withdraw   # a message
    service remind case.remind template=late
    xor way default=no
    begin -> review
    way -> good yes: outcome = "approve"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from engine import spiff

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="t">'
)
KINDS = {
    "start": "startEvent",
    "end": "endEvent",
    "terminate": "endEvent",
    "user": "userTask",
    "service": "serviceTask",
    "rule": "businessRuleTask",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "wait": "intermediateCatchEvent",
}
NOW = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Henan
DAY = timedelta(days=1)

REGISTRATION = """
    start begin
    user review outcomes=approve,reject,return
    on review late remind? workdays(3)
    on review later remind? workdays(7)
    on review withdrawn message! withdraw
    service remind case.remind operation.template=late
    service escalate case.escalate
    service withdraw registration.withdraw
    xor way default=no
    service activate registration.activate
    service refuse registration.reject
    user correct
    on correct withdrawn_too message! withdraw
    end reminded
    end escalated
    end gone
    end approved
    end rejected
    begin -> review
    late -> remind
    remind -> reminded
    later -> escalate
    escalate -> escalated
    withdrawn -> withdraw
    withdrawn_too -> withdraw
    withdraw -> gone
    review -> way
    way -> activate yes: outcome = "approve"
    way -> correct back: outcome = "return"
    way -> refuse no
    correct -> review
    activate -> approved
    refuse -> rejected
"""


def draw(text: str, *, process: str = 'id="p" isExecutable="true"') -> bytes:
    """The BPMN of a drawing."""
    parts, messages = [], set()
    for line in text.strip().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if "->" in words:
            parts.append(_flow(line, len(parts)))
        elif words[0] == "on":
            parts.append(_boundary(*words[1:4], " ".join(words[4:])))
            if words[3].startswith("message"):
                messages.add(words[4])
        else:
            parts.append(_node(*words))
    named = "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in sorted(messages))
    body = "".join(parts)
    return f"{HEAD}{named}<bpmn:process {process}>{body}</bpmn:process></bpmn:definitions>".encode()


def keys(values: Mapping[str, str]) -> str:
    entries = "".join(
        f"<camunda:property name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in values.items()
    )
    properties = f"<camunda:properties>{entries}</camunda:properties>"
    return f"<bpmn:extensionElements>{properties}</bpmn:extensionElements>" if values else ""


def _node(kind: str, name: str, *words: str) -> str:
    inside, attributes = "", ""
    given = dict(word.split("=", 1) for word in words if "=" in word)
    plain = [word for word in words if "=" not in word]
    if "default" in given:
        attributes = f' default="{given.pop("default")}"'
    if kind == "service":
        given["operation"] = plain[0]
    if kind == "rule":
        attributes = f' camunda:decisionRef="{plain[0]}"'
        if "into" in given:
            attributes += f' camunda:resultVariable="{given.pop("into")}"'
    if kind == "wait":
        inside = _timer(" ".join(plain))
    if kind == "terminate":
        inside = "<bpmn:terminateEventDefinition/>"
    tag = KINDS[kind]
    return f'<bpmn:{tag} id="{name}"{attributes}>{keys(given)}{inside}</bpmn:{tag}>'


def _timer(text: str) -> str:
    tag = "timeDuration" if text.startswith("P") else "timeDate"
    time = f"<bpmn:{tag}>{escape(text)}</bpmn:{tag}>"
    return f"<bpmn:timerEventDefinition>{time}</bpmn:timerEventDefinition>"


def _boundary(host: str, name: str, kind: str, text: str) -> str:
    inside = (
        f'<bpmn:messageEventDefinition messageRef="m_{text}"/>'
        if kind.startswith("message")
        else _timer(text)
    )
    cancel = "true" if kind.endswith("!") else "false"
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{cancel}">'
        f"{inside}</bpmn:boundaryEvent>"
    )


def _flow(line: str, number: int) -> str:
    found = re.fullmatch(r"\s*(\S+) -> (\S+)(?: (\w+)(?:: (.+))?)?\s*", line)
    assert found, line
    source, target, name, condition = found.groups()
    inside = (
        f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
        if condition
        else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{name or f"f{number}"}" sourceRef="{source}" '
        f'targetRef="{target}">{inside}</bpmn:sequenceFlow>'
    )


class Case:
    """A case of a diagram. ``how`` it gets from step to step must never make a difference:

    ``live`` goes on with the remembered case, ``restored`` decodes the stored state each time.
    """

    last_id = 0

    def __init__(self, spec: spiff.Spec, how: str = "restored", **data: object) -> None:
        Case.last_id += 1
        self.id, self.how, self.revision = Case.last_id, how, 0
        self.spec, self.now = spec, NOW
        self.walked: list[str] = []
        self.calls: list[tuple[str, dict[str, str], dict[str, object]]] = []
        self.answers: dict[str, Mapping[str, object]] = {}
        self._took(spiff.start(spec, data, operate=self.operate, now=self.now))

    def operate(
        self, name: str, parameters: Mapping[str, str], data: dict[str, object]
    ) -> Mapping[str, object] | None:
        self.calls.append((name, dict(parameters), dict(data)))
        return self.answers.get(name)

    @property
    def open(self) -> list[str]:
        return sorted(waiting.node for waiting in self.step.waiting)

    @property
    def state(self) -> bytes:
        assert self.step.state is not None
        return self.step.state

    def task(self, node: str) -> bytes:
        return next(waiting.id for waiting in self.step.waiting if waiting.node == node)

    def complete(self, node: str, **data: object) -> Case:
        self._took(spiff.complete(self.spec, self.state, self.task(node), data, **self._context()))
        return self

    def send(self, message: str, **data: object) -> Case:
        self._took(spiff.send(self.spec, self.state, message, data, **self._context()))
        return self

    def later(self, by: timedelta) -> Case:
        self.now += by
        self._took(spiff.tick(self.spec, self.state, **self._context()))
        return self

    def reset(self, node: str, **data: object) -> Case:
        self._took(spiff.reset(self.spec, self.state, node, data, **self._context()))
        return self

    def _context(self) -> dict[str, object]:
        known = (self.id, self.revision) if self.how == "live" else None
        return {"operate": self.operate, "now": self.now, "known": known}

    def _took(self, step: spiff.Step) -> None:
        self.step = step
        self.walked.extend(step.walked)
        self.revision += 1
        if self.how == "live":
            spiff.keep(self.id, self.revision, step)
