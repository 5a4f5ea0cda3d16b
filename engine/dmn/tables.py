"""The XML of a decision table -> a table that can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn.compiling import Texts
from engine.dmn.table import Aggregation, DecisionTable, HitPolicy, Input, Output, Rule
from engine.dmn.xml import Xml, child, children, text_of, words
from engine.errors import DiagramError

_RANKED = (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


def read_table(element: Xml, name: str, texts: Texts) -> DecisionTable:
    """Read a table; ``name`` is what errors call it.

    :raises DiagramError: if it cannot be asked, with the place of the trouble
    """
    policy = _policy(element, name)
    aggregation = _aggregation(element, name)
    outputs = tuple(
        _output(column, f"{name}, output {number}", texts)
        for number, column in enumerate(children(element, "output"), 1)
    )
    if not outputs:
        raise DiagramError(f"{name}: the table has no output")
    if policy in _RANKED and not any(output.ranking for output in outputs):
        raise DiagramError(f"{name}: {policy} needs the output values in their order")
    if len(outputs) > 1 and aggregation not in (Aggregation.LIST, Aggregation.COUNT):
        raise DiagramError(f"{name}: {aggregation} needs a table with one output")
    _check_names(outputs, name)
    inputs = tuple(
        _input(column, f"{name}, input {number}", texts)
        for number, column in enumerate(children(element, "input"), 1)
    )
    rules = tuple(
        _rule(row, f"{name}, rule {number}", len(inputs), len(outputs), texts)
        for number, row in enumerate(children(element, "rule"), 1)
    )
    return DecisionTable(name, inputs, outputs, rules, policy, aggregation)


def _policy(element: Xml, name: str) -> HitPolicy:
    try:
        return HitPolicy(element.get("hitPolicy") or HitPolicy.UNIQUE)
    except ValueError as error:
        raise DiagramError(f"{name}: there is no such hit policy") from error


def _aggregation(element: Xml, name: str) -> Aggregation:
    try:
        return Aggregation(element.get("aggregation") or Aggregation.LIST)
    except ValueError as error:
        raise DiagramError(f"{name}: there is no such aggregation") from error


def _check_names(outputs: Sequence[Output], name: str) -> None:
    names = [output.name for output in outputs]
    if len(outputs) > 1 and (len(set(names)) < len(names) or not all(names)):
        raise DiagramError(f"{name}: several outputs need a name each")


def _input(column: Xml, place: str, texts: Texts) -> Input:
    text = text_of(child(column, "inputExpression"))
    allowed = text_of(child(column, "inputValues"))
    return Input(texts.expression(text, place), texts.tests(allowed, place) if allowed else None)


def _output(column: Xml, place: str, texts: Texts) -> Output:
    listed = text_of(child(column, "outputValues"))
    default = text_of(child(column, "defaultOutputEntry"))
    return Output(
        name=words(column.get("name")),
        ranking=texts.tests(listed, place) if listed else None,
        default=texts.expression(default, place) if default else None,
    )


def _rule(row: Xml, place: str, inputs: int, outputs: int, texts: Texts) -> Rule:
    tests = [text_of(entry) for entry in children(row, "inputEntry")]
    results = [text_of(entry) for entry in children(row, "outputEntry")]
    if len(tests) != inputs or len(results) != outputs:
        raise DiagramError(f"{place}: it needs {inputs} conditions and {outputs} results")
    return Rule(
        tuple(None if text in ("", "-") else texts.tests(text, place) for text in tests),
        tuple(texts.expression(text or "null", place) for text in results),
    )
