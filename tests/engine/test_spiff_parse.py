"""Only our dialect of BPMN is read, and nothing of a diagram can run as Python."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine import spiff
from engine.errors import DiagramError
from engine.spiff.tree import NO_SCRIPTS
from tests.engine.drawing import HEAD, NOW, Case, draw

PLAIN = """
    start s
    user u form.show=person
    end e
    s -> u
    u -> e
"""
CHOICE = """
    start s
    xor way default=no
    user a
    user b
    s -> way
    way -> a yes: CONDITION
    way -> b no
"""


def put(into: str, xml: str) -> bytes:
    """The plain diagram with more XML in front of a closing tag."""
    text = draw(PLAIN).decode()
    assert into in text
    return text.replace(into, xml + into, 1).encode()


def in_task(xml: str) -> bytes:
    return put("</bpmn:userTask>", xml)


def in_process(xml: str) -> bytes:
    return put("</bpmn:process>", xml)


def extended(xml: str) -> bytes:
    return put("</bpmn:extensionElements>", xml)


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
REFUSED = {
    "not XML": b"hello",
    "nothing": b"",
    "another XML": b"<a/>",
    "too large": draw(PLAIN) + b" " * 1_000_000,
    "a document type": b"<!DOCTYPE x>" + draw(PLAIN),
    "an entity bomb": BOMB + draw(PLAIN),
    "an external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + draw(PLAIN),
    "no process": f"{HEAD}</bpmn:definitions>".encode(),
    "two processes": put("</bpmn:definitions>", '<bpmn:process id="q"/>'),
    "not executable": draw(PLAIN, process='id="p" isExecutable="false"'),
    "no start": draw("user u\nend e\nu -> e"),
    "two starts": draw(PLAIN + "start t\nt -> u"),
    "a script task": in_process(
        '<bpmn:scriptTask id="x"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'
    ),
    "a call activity": in_process('<bpmn:callActivity id="x" calledElement="y"/>'),
    "a sub-process": in_process('<bpmn:subProcess id="x"/>'),
    "a manual task": in_process('<bpmn:manualTask id="x"/>'),
    "an undefined task": in_process('<bpmn:task id="x"/>'),
    "a receive task": in_process('<bpmn:receiveTask id="x"/>'),
    "an event-based gateway": in_process('<bpmn:eventBasedGateway id="x"/>'),
    "a foreign element": in_process('<x:task xmlns:x="urn:x" id="x"/>'),
    "a repeated id": in_process('<bpmn:userTask id="u"/>'),
    "a missing id": in_process("<bpmn:userTask/>"),
    "multi-instance": in_task("<bpmn:multiInstanceLoopCharacteristics/>"),
    "a loop": in_task("<bpmn:standardLoopCharacteristics/>"),
    "an input specification": in_task("<bpmn:ioSpecification/>"),
    "a script before": extended("<spiffworkflow:preScript>x=1</spiffworkflow:preScript>"),
    "a script after": extended("<spiffworkflow:postScript>x=1</spiffworkflow:postScript>"),
    "a spiff operator": extended('<spiffworkflow:serviceTaskOperator id="x"/>'),
    "a listener": extended('<camunda:executionListener class="x"/>'),
    "a script in Camunda": extended("<camunda:inputOutput><camunda:script/></camunda:inputOutput>"),
    "a service without operation": in_process('<bpmn:serviceTask id="x"/>').replace(
        b'targetRef="e"', b'targetRef="x"'
    ),
    "a decision that is nowhere": draw("start s\nrule r rights\nend e\ns -> r\nr -> e"),
    "a flow to nowhere": draw(PLAIN + "u -> nobody"),
    "a flow out of an end": draw(PLAIN + "e -> u"),
    "a flow into the start": draw(PLAIN + "u -> s"),
    "two flows out of a task": draw(PLAIN + "u -> u"),
    "a condition after a task": draw("start s\nuser u\nend e\ns -> u\nu -> e f: true"),
    "a flow without condition": draw(CHOICE.replace(" yes: CONDITION", " yes")),
    "a condition in Python": draw(CHOICE.replace("CONDITION", "__import__('os').system('id')")),
    "a condition with ==": draw(CHOICE.replace("CONDITION", 'outcome == "approve"')),
    "a condition in JUEL": draw(CHOICE.replace("CONDITION", "${outcome}")),
    "a message start": draw(PLAIN).replace(
        b'<bpmn:startEvent id="s">', b'<bpmn:startEvent id="s"><bpmn:messageEventDefinition/>'
    ),
    "a timer without time": draw(PLAIN + "on u late remind? \nlate -> e"),
    "a cycle": draw(PLAIN + "on u late remind? PT1H\nlate -> e").replace(
        b"timeDuration", b"timeCycle"
    ),
    "a bad timer": draw(PLAIN + "on u late remind? 3 days +\nlate -> e"),
    "months and days": draw(PLAIN + "on u late remind? P1M3D\nlate -> e"),
    "a signal": draw(PLAIN + "on u late remind? PT1H\nlate -> e").replace(
        b"timerEventDefinition", b"signalEventDefinition"
    ),
    "a message without name": draw(PLAIN + "on u out message! recall\nout -> e").replace(
        b'name="recall"', b""
    ),
    "a boundary event on a gateway": draw(
        CHOICE.replace("CONDITION", "true") + "on way late remind? PT1H\nend e\nlate -> e"
    ),
    "an error end": draw(PLAIN).replace(
        b'<bpmn:endEvent id="e">', b'<bpmn:endEvent id="e"><bpmn:errorEventDefinition/>'
    ),
    "too many nodes": draw(PLAIN + "\n".join(f"user u{n}" for n in range(200))),
    "far too many elements": draw(PLAIN + "\n".join(f"u -> e f{n}" for n in range(900))),
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_refused(source: bytes) -> None:
    with pytest.raises(DiagramError) as caught:
        spiff.parse(source)
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param(REFUSED["a script task"], "x: scriptTask", id="an element"),
        pytest.param(REFUSED["multi-instance"], "u: multiInstance", id="inside of a task"),
        pytest.param(REFUSED["a condition in JUEL"], "yes: ", id="a condition"),
        pytest.param(REFUSED["a bad timer"], "late: ", id="a timer"),
        pytest.param(REFUSED["a service without operation"], "x: ", id="a service task"),
        pytest.param(REFUSED["a script before"], "u: preScript", id="an extension"),
    ],
)
def test_the_words_name_the_element(source: bytes, words: str) -> None:
    with pytest.raises(DiagramError, match=words):
        spiff.parse(source)


def test_a_path_of_200_nodes_can_be_read() -> None:
    users = [f"u{n}" for n in range(198)]
    path = ["s", *users, "e"]
    lines = [f"{a} -> {b}" for a, b in pairwise(path)]
    drawing = "\n".join(["start s", "end e", *(f"user {name}" for name in users), *lines])
    case = Case(spiff.parse(draw(drawing)))
    for name in users:
        case.complete(name)
    assert case.step.end == "e"


@pytest.mark.parametrize("prefix", ["camunda", "spiffworkflow"])
def test_keys_are_read_from_both_spellings(prefix: str) -> None:
    source = draw(
        """
        start s
        user u approver.level=superior opinion=
        service x case.remind operation.template=late
        end e
        s -> u
        u -> x
        x -> e
        """
    ).replace(b"camunda:property", prefix.encode() + b":property")
    source = source.replace(b"camunda:properties", prefix.encode() + b":properties")
    assert spiff.parse(source).keys == {
        "u": {"approver.level": "superior"},
        "x": {"operation": "case.remind", "operation.template": "late"},
    }


def test_an_element_has_only_its_own_keys() -> None:
    source = draw("start s\nuser u a=1\ns -> u", process='id="p"').replace(
        b"<bpmn:startEvent", b"<bpmn:extensionElements/><bpmn:startEvent", 1
    )
    assert spiff.parse(source).keys == {"u": {"a": "1"}}


def test_process_and_flow_keys_are_read() -> None:
    own = (
        b"<bpmn:extensionElements><camunda:properties>"
        b'<camunda:property name="subject" value="person"/>'
        b"</camunda:properties></bpmn:extensionElements>"
    )
    source = draw("start s\nuser u\ns -> u flow").replace(
        b"<bpmn:startEvent", own + b"<bpmn:startEvent", 1
    )
    source = source.replace(b'targetRef="u">', b'targetRef="u">' + own)
    assert spiff.parse(source).keys == {"p": {"subject": "person"}, "flow": {"subject": "person"}}


def test_what_is_only_drawn_does_not_matter() -> None:
    source = in_process(
        '<bpmn:textAnnotation id="t"><bpmn:text>hm</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="a" sourceRef="u" targetRef="t"/>'
        '<bpmn:dataObject id="d"/><bpmn:dataObjectReference id="r" dataObjectRef="d"/>'
        "<!-- and a comment -->"
    ).replace(
        b"</bpmn:userTask>",
        b'<bpmn:property id="x"/><bpmn:dataInputAssociation id="y"><bpmn:sourceRef>r'
        b"</bpmn:sourceRef><bpmn:targetRef>x</bpmn:targetRef></bpmn:dataInputAssociation>"
        b"</bpmn:userTask>",
    )
    assert Case(spiff.parse(source)).open == ["u"]


@pytest.mark.parametrize("name", ["Start", "End", "Root", "p.EndJoin"])
def test_an_element_may_have_a_name_of_the_library(name: str) -> None:
    source = draw(f"start {name}\nuser u\nend e\n{name} -> u\nu -> e")
    assert Case(spiff.parse(source)).complete("u").walked == [name, "u", "e"]


def test_a_specification_tells_its_tasks_and_messages() -> None:
    spec = spiff.parse(
        draw(
            PLAIN + "on u out message! withdraw\non u ask message? hurry\n"
            "on u late remind? P1D\nout -> e\nask -> e\nlate -> e",
            process='id="leave" name="请假"',
        )
    )
    assert (spec.process_id, spec.name) == ("leave", "请假")
    assert spec.user_tasks() == {"u"}
    assert spec.messages("u") == {"withdraw", "hurry"}
    assert spec.messages("e") == frozenset()


@pytest.mark.parametrize("method", ["evaluate", "execute", "call_service", "validate"])
@pytest.mark.parametrize("how", ["live", "restored"])
def test_python_cannot_run_even_after_a_restore(how: str, method: str) -> None:
    case = Case(spiff.parse(draw(PLAIN)), how)
    walk = spiff.run.resume(
        case.spec, case.state, case.operate, NOW, (case.id, 1) if how == "live" else None
    )
    assert walk.script_engine is NO_SCRIPTS
    with pytest.raises(DiagramError, match="Python"):
        getattr(walk.script_engine, method)(None, "__import__('os').getpid()")
    with pytest.raises(DiagramError, match="Python"):
        walk.script_engine.environment.evaluate("1 + 1", {})
