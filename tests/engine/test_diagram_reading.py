"""Diagrams become plain values; files that mean harm become a clear error."""

from __future__ import annotations

import time

import pytest

from engine.diagram.reading import Diagram, read
from engine.errors import DiagramError
from tests.engine.drawing import HEAD, draw

REVIEW = """
start begin
user review approver.unit=target outcomes=approve,reject deadline.workdays=3
on review late remind? workdays(3)
on review gone message! withdraw
end approved case.outcome=approved
end noted
end withdrawn case.outcome=withdrawn
begin -> review
review -> approved
late -> noted
gone -> withdrawn
"""


@pytest.fixture
def diagram() -> Diagram:
    return read(draw(REVIEW, process='id="p" name="例" isExecutable="true"'))


def test_a_diagram_keeps_its_nodes_in_document_order(diagram: Diagram) -> None:
    ids = [node.id for node in diagram.nodes]
    assert ids == ["begin", "review", "late", "gone", "approved", "noted", "withdrawn"]
    assert [diagram.index_of(name) for name in ids] == list(range(7))
    assert (diagram.key, diagram.title) == ("p", "例")


def test_a_user_task_says_what_it_asks_and_fills_in_what_is_absent(diagram: Diagram) -> None:
    task = diagram.user_tasks["review"]
    assert task.outcomes == ("approve", "reject")
    assert task.deadline_workdays == 3
    assert task.approver.unit == "target"
    assert (task.approver.level, task.approver.office) == ("self", "administrator")
    assert (task.approver.empty, task.approver.self_policy) == ("superior", "superior")
    assert (task.opinion, task.sign_rule, task.sign_reject) == ("optional", "any", "veto")
    assert not task.approver.is_applicant


def test_boundary_events_belong_to_their_task(diagram: Diagram) -> None:
    assert {node.id for node in diagram.attached("review")} == {"late", "gone"}
    assert diagram.messages("review") == {"withdraw"}
    assert diagram.messages("begin") == frozenset()
    late, gone = diagram.node("late"), diagram.node("gone")
    assert (late.event, late.timer, late.interrupting) == ("timer", "workdays(3)", False)
    assert (gone.event, gone.message, gone.interrupting) == ("message", "withdraw", True)


def test_ends_say_how_the_case_ended(diagram: Diagram) -> None:
    assert diagram.outcomes_of_ends == {"approved": "approved", "withdrawn": "withdrawn"}


def test_flows_are_found_from_both_ends(diagram: Diagram) -> None:
    assert [flow.target for flow in diagram.outgoing("review")] == ["approved"]
    assert [flow.source for flow in diagram.incoming("review")] == ["begin"]
    assert diagram.outgoing("approved") == ()


def test_conditions_see_declared_data_and_the_outcome() -> None:
    source = draw("start begin").replace(
        b'isExecutable="true">',
        b'isExecutable="true"><bpmn:extensionElements><camunda:properties><camunda:property '
        + 'name="case.data" value="superior，department, subject"/>'.encode()
        + b"</camunda:properties></bpmn:extensionElements>",
    )
    assert read(source).data == {"superior", "department", "subject", "outcome"}


def test_a_deadline_that_is_no_number_is_left_to_the_checks() -> None:
    task = read(draw("user review deadline.workdays=soon")).user_tasks["review"]
    assert task.deadline_workdays is None


def bomb(kind: str) -> bytes:
    entities = "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    use = f"<{kind}>&i;</{kind}>" if kind == "documentation" else '<task name="&i;"/>'
    return f'<!DOCTYPE b [<!ENTITY a "ha">{entities}]><b>{use}</b>'.encode()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param(b"", "not well-formed", id="empty"),
        pytest.param(b"not xml", "not well-formed", id="no XML"),
        pytest.param(b"<html/>", "not a BPMN", id="something else"),
        pytest.param(b"<definitions/>", "not a BPMN", id="without namespace"),
        pytest.param(
            HEAD.encode() + b"</bpmn:definitions>", "exactly one process", id="no process"
        ),
        pytest.param(
            HEAD.encode() + b'<bpmn:process id="a"/><bpmn:process id="b"/></bpmn:definitions>',
            "exactly one process",
            id="two processes",
        ),
        pytest.param(
            HEAD.encode() + b"<bpmn:process/></bpmn:definitions>", "no id", id="process without id"
        ),
        pytest.param(b"<a>" + b" " * 1_000_000 + b"</a>", "larger than", id="too large"),
        pytest.param(
            b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', "document type", id="outside DTD"
        ),
        pytest.param(
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
            "document type",
            id="entity in another encoding",
        ),
        pytest.param(bomb("documentation"), "document type", id="entity bomb in text"),
        pytest.param(bomb("task"), "document type", id="entity bomb in an attribute"),
        pytest.param(
            bomb("task").decode().encode("utf-16"), "not well-formed", id="entity bomb in UTF-16"
        ),
        pytest.param(b"<a>" * 100_000, "not well-formed", id="deep"),
        pytest.param(b"\xff\xfe\x00", "not well-formed", id="broken encoding"),
    ],
)
def test_a_file_that_is_no_diagram_is_refused_at_once(source: bytes, words: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(DiagramError, match=words):
        read(source)
    assert time.perf_counter() - begun < 1
