"""Business rule tasks ask our decision tables."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.errors import DiagramError
from tests.engine.drawing import Case, draw


def table(decision: str, outputs: str, answers: str) -> bytes:
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
        namespace="urn:t"><decision id="{decision}" name="{decision}">
        <decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="x">
        <text>members</text></inputExpression></input>{outputs}
        <rule id="r1"><inputEntry id="e1"><text>&gt; 20</text></inputEntry>{answers}</rule>
        </decisionTable></decision></definitions>""".encode()


ONE = table(
    "level",
    '<output id="o" name="level"/>',
    '<outputEntry id="a"><text>"large"</text></outputEntry>',
)
TWO = table(
    "rights",
    '<output id="o" name="level"/><output id="p" name="days"/>',
    '<outputEntry id="a"><text>"large"</text></outputEntry>'
    '<outputEntry id="b"><text>1.5</text></outputEntry>',
)
DRAWING = """
    start s
    rule r {decision}
    service show x
    user u
    s -> r
    r -> show
    show -> u
"""


@pytest.mark.parametrize(
    ("decision", "members", "added"),
    [
        pytest.param("level", 21, {"level": "large"}, id="one output, under the decision's id"),
        pytest.param("level into=size", 21, {"size": "large"}, id="under a name of its own"),
        pytest.param("rights", 21, {"level": "large", "days": 1.5}, id="several outputs"),
        pytest.param("level", 3, {"level": None}, id="no rule"),
    ],
)
def test_the_answer_goes_into_the_task_data(
    decision: str, members: int, added: dict[str, object]
) -> None:
    spec = spiff.parse(draw(DRAWING.format(decision=decision)), {"one": ONE, "two": TWO})
    case = Case(spec, members=members)
    assert case.calls[0][2] == {"members": members, **added}


def test_a_broken_table_is_refused_by_name() -> None:
    with pytest.raises(DiagramError, match="rights"):
        spiff.parse(draw(DRAWING.format(decision="level")), {"rights.dmn": b"<a/>"})


def test_a_decision_without_an_answer_names_its_task() -> None:
    rule = '<rule id="r2"><inputEntry id="e2"><text>-</text></inputEntry>'
    rule += '<outputEntry id="a2"><text>"any"</text></outputEntry></rule></decisionTable>'
    twice = ONE.replace(b"FIRST", b"UNIQUE").replace(b"</decisionTable>", rule.encode())
    spec = spiff.parse(draw(DRAWING.format(decision="level")), {"one": twice})
    with pytest.raises(DiagramError, match="r: several-rules"):
        Case(spec, members=21)
