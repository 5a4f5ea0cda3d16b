"""The official conformance cases (level 2), read as data from beside the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from engine import dmn

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "dmn-tck"
TOTAL = 116
TOLERANCE = Decimal("1e-8")
"""Expected numbers are given with about fifteen digits."""
NAMESPACE = {"t": "http://www.omg.org/spec/DMN/20160719/testcase"}
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(frozen=True)
class Case:
    """One ``testCase`` element of a results file, and the model it is about."""

    id: str
    model: Path
    element: etree._Element


def _cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*/*.xml")):
        root = etree.parse(path).getroot()
        model = path.parent / root.findtext("t:modelName", namespaces=NAMESPACE)
        for element in root.iterfind("t:testCase", NAMESPACE):
            yield Case(f"{path.parent.name}-{element.get('id')}", model, element)


ALL = list(_cases())


@cache
def _model(path: Path) -> dmn.DecisionModel:
    return dmn.read(path.read_bytes())


def _value(node: etree._Element) -> object:
    """Read the value that stands in an input, an expected result, a component or an item."""
    components = node.findall("t:component", NAMESPACE)
    if components:
        return {component.get("name"): _value(component) for component in components}
    items = node.find("t:list", NAMESPACE)
    if items is not None:
        return [_value(item) for item in items.iterfind("t:item", NAMESPACE)]
    value = node.find("t:value", NAMESPACE)
    if value is None or value.get(NIL) == "true":
        return None
    text = value.text or ""
    readers = {"xsd:decimal": Decimal, "xsd:boolean": lambda text: text == "true"}
    return readers.get(value.get(TYPE), str)(text)


def _same(found: object, expected: object) -> bool:
    if isinstance(expected, Decimal):
        return isinstance(found, Decimal) and abs(found - expected) <= TOLERANCE
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(map(_same, found, expected))
        )
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(_same(found[name], value) for name, value in expected.items())
        )
    return type(found) is type(expected) and found == expected


@pytest.mark.skipif(
    not CASES.is_dir() and not os.environ.get("CI"), reason="the conformance cases are not here"
)
def test_all_conformance_cases_are_there() -> None:
    assert len(ALL) == TOTAL


@pytest.mark.parametrize("case", ALL, ids=[case.id for case in ALL])
def test_a_conformance_case_gives_the_official_result(case: Case) -> None:
    inputs = {
        node.get("name"): _value(node) for node in case.element.iterfind("t:inputNode", NAMESPACE)
    }
    results = case.element.findall("t:resultNode", NAMESPACE)
    assert results
    for result in results:
        found = _model(case.model).decide(result.get("name"), inputs)
        expected = _value(result.find("t:expected", NAMESPACE))
        assert _same(found, expected), f"{result.get('name')}: {found!r}, not {expected!r}"
