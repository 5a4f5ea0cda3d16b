"""One rule, one function, diagrams that pass and diagrams that it stops, one paragraph."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import subjects
from engine.diagram.checks import POLICY, Hierarchy, Problem, Severity, check, name_of
from engine.operations import catalogue
from tests.engine.drawing import draw

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DIAGRAMS = HERE / "diagrams"
GATES = ("reads", "runs")
RULES = sorted((*GATES, *map(name_of, POLICY)), key=len, reverse=True)
PROVINCE = Hierarchy(offices=frozenset({"administrator"}), kinds=frozenset({"employer"}), depth=3)
# Other rules that cannot but notice the same mistake.
ALSO = {
    "invalid-flow-ends": {"drawn", "implicit-split"},
    "invalid-flow-ends-after": {"fake-join"},
    "invalid-flow-ends-boundary": {"reachable"},
    "invalid-flow-ends-from": {"drawn"},
    "invalid-one-start-none": {"reachable"},
    "invalid-runnable-elements-subprocess": {"dead-end", "reachable"},
}


def rule_of(path: Path) -> str:
    return next(r for r in RULES if path.stem.removeprefix("invalid-").startswith(r))


def problems(source: bytes) -> list[Problem]:
    subjects.load()
    operations = {name: frozenset(entry.parameters) for name, entry in catalogue().items()}
    return check(source, operations=operations, hierarchy=PROVINCE)


@pytest.mark.parametrize("path", sorted(DIAGRAMS.glob("valid-*.bpmn")), ids=lambda p: p.stem)
def test_a_right_diagram_has_no_problems(path: Path) -> None:
    assert problems(path.read_bytes()) == []


@pytest.mark.parametrize("path", sorted(DIAGRAMS.glob("invalid-*.bpmn")), ids=lambda p: p.stem)
def test_a_wrong_diagram_is_reported_by_its_rule(path: Path) -> None:
    found = problems(path.read_bytes())
    assert {problem.rule for problem in found} == {rule_of(path)} | ALSO.get(path.stem, set())


@pytest.mark.parametrize("path", sorted(DIAGRAMS.glob("invalid-*.bpmn")), ids=lambda p: p.stem)
def test_a_problem_names_a_thing_of_the_file_and_speaks_both_languages(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for problem in problems(path.read_bytes()):
        assert not problem.element or f'"{problem.element}"' in source
        assert re.search("[\u4e00-\u9fff]", problem.zh)
        assert re.search("[a-z]{3}", problem.en)


def test_every_rule_has_a_wrong_diagram() -> None:
    shown = {rule_of(path) for path in DIAGRAMS.glob("invalid-*.bpmn")}
    assert set(RULES) - shown == {"node-count"}


@pytest.mark.parametrize(("nodes", "found"), [(200, set()), (201, {"node-count"})])
def test_a_diagram_has_at_most_200_nodes(nodes: int, found: set[str]) -> None:
    chain = [f"service s{number} registration.activate" for number in range(nodes - 2)]
    ids = ["begin", *(f"s{number}" for number in range(nodes - 2)), "done"]
    flows = [f"{one} -> {other}" for one, other in pairwise(ids)]
    source = draw("\n".join(["start begin", *chain, "end done case.outcome=approved", *flows]))
    assert {problem.rule for problem in problems(source)} & {"node-count"} == found


def test_the_documentation_has_a_paragraph_for_every_rule() -> None:
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    headings = dict(re.findall(r"^### ([a-z-]+) \((error|warning)\)$", text, re.MULTILINE))
    assert headings == {name_of(rule): str(severity) for rule, severity in POLICY.items()}
    for paragraph in text.split("\n### ")[1:]:
        assert "\nRight: " in paragraph, paragraph[:30]
        assert "Wrong: " in paragraph, paragraph[:30]


@pytest.mark.parametrize("name", ["registration", "unit_registration"])
def test_the_diagrams_we_ship_have_no_problems(name: str) -> None:
    found = problems((ROOT / "bpmn" / f"{name}.bpmn").read_bytes())
    assert {problem.rule for problem in found} <= {"units-exist"}  # PROVINCE has employers only


def test_what_is_not_known_is_not_checked() -> None:
    source = (DIAGRAMS / "invalid-office-held.bpmn").read_bytes()
    assert check(source) == []
    source = (DIAGRAMS / "invalid-known-operations.bpmn").read_bytes()
    assert check(source) == []


def test_all_problems_are_listed_at_once() -> None:
    source = draw("start begin\nuser review approver.level=boss colour=red\nbegin -> review")
    rules = [problem.rule for problem in problems(source)]
    assert {"labelled", "dead-end", "known-keys", "key-values", "required-keys"} <= set(rules)


def test_a_key_with_a_typing_error_gets_a_suggestion() -> None:
    found = problems((DIAGRAMS / "invalid-known-keys.bpmn").read_bytes())
    assert [problem.zh for problem in found] == [
        "不认识的属性 approver.ofice，是否想写 approver.office"
    ]
    assert str(found[0]).startswith("error known-keys review: ")


SHIPPED = [path.read_bytes() for path in sorted((ROOT / "bpmn").glob("*.bpmn"))]
VALUES = ["", "review", "correction", "decision", "p", "=", "approver.unit", "(", "1", "字" * 50]


@dataclass(frozen=True)
class Slip:
    """One careless edit of the element at ``where``, with something of another element."""

    how: str
    where: int
    other: int
    value: str

    def apply(self, root: etree._Element) -> None:
        elements = list(root.iter())[1:] or [root]
        element = elements[self.where % len(elements)]
        other = deepcopy(elements[self.other % len(elements)])
        name = sorted(element.attrib)[self.other % len(element.attrib)] if element.attrib else "id"
        match self.how:
            case "delete" if element is not root:
                element.getparent().remove(element)
            case "double" if element is not root:
                element.addnext(deepcopy(element))
            case "attribute":
                element.set(name, self.value or other.get("id") or "")
            case "text":
                element.text = self.value
            case "tag":
                element.tag = other.tag
            case "move":
                element.append(other)


SLIPS = st.builds(
    Slip,
    st.sampled_from(["delete", "double", "attribute", "text", "tag", "move"]),
    st.integers(0, 400),
    st.integers(0, 400),
    st.sampled_from(VALUES),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(range(len(SHIPPED))), st.lists(SLIPS, min_size=1, max_size=6))
def test_a_damaged_diagram_is_reported_and_never_breaks_the_checks(
    which: int, slips: list[Slip]
) -> None:
    root = etree.fromstring(SHIPPED[which])
    for slip in slips:
        slip.apply(root)
    for problem in problems(etree.tostring(root)):
        assert problem.zh
        assert problem.en


def test_warnings_do_not_stop_the_engine_from_being_asked() -> None:
    source = (DIAGRAMS / "invalid-runs.bpmn").read_bytes()
    assert [problem.severity for problem in problems(source)] == [Severity.ERROR]
