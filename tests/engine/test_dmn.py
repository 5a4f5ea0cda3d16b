"""Decision tables and models: hit policies, boxed expressions, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from engine import dmn
from engine.dmn import DmnError, DmnProblem
from engine.errors import DiagramError
from engine.feel import FeelError, FeelProblem

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def model(body: str, namespace: str = NAMESPACE) -> bytes:
    """Return the source of a model around some elements."""
    return f'<definitions xmlns="{namespace}" name="m" id="m">{body}</definitions>'.encode()


def text(tag: str, value: str, attributes: str = "") -> str:
    return f"<{tag} {attributes}><text>{escape(value)}</text></{tag}>"


def decision(body: str, name: str = "Result", identity: str = "result") -> str:
    return f'<decision name="{name}" id="{identity}">{body}</decision>'


def literal(expression: str) -> str:
    return text("literalExpression", expression)


def table(
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    *,
    inputs: Sequence[str] = ("hours",),
    outputs: Sequence[str] = ("",),
    values: str = "",
    default: str = "",
    more: str = "",
) -> str:
    """Return a table; a rule lists its conditions, then its results."""
    columns = "".join(f"<input>{text('inputExpression', each)}{more}</input>" for each in inputs)
    extra = text("outputValues", values) if values else ""
    extra += text("defaultOutputEntry", default) if default else ""
    columns += "".join(f'<output name="{name}">{extra}</output>' for name in outputs)
    rows = "".join(
        "<rule>"
        + "".join(text("inputEntry", cell) for cell in rule[: len(inputs)])
        + "".join(text("outputEntry", cell) for cell in rule[len(inputs) :])
        + "</rule>"
        for rule in rules
    )
    policy, _, aggregation = policy.partition(" of ")
    attributes = f'hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    return f"<decisionTable {attributes}>{columns}{rows}</decisionTable>"


def answer(logic: str, **inputs: object) -> object:
    return dmn.read(model(decision(logic))).decide("Result", inputs)


LEVELS = [("< 30", '"low"'), (">= 30", '"middle"'), (">= 90", '"high"')]
ORDER = '"high", "middle", "low"'


@pytest.mark.parametrize(
    ("policy", "hours", "expected"),
    [
        ("UNIQUE", 10, "low"),
        ("UNIQUE", None, None),
        ("ANY", 40, "middle"),
        ("FIRST", 95, "middle"),
        ("PRIORITY", 95, "high"),
        ("PRIORITY", 40, "middle"),
        ("RULE ORDER", 95, ["middle", "high"]),
        ("OUTPUT ORDER", 95, ["high", "middle"]),
        ("OUTPUT ORDER", 10, ["low"]),
        ("COLLECT", 95, ["middle", "high"]),
        ("COLLECT", None, None),
        ("COLLECT of COUNT", 95, Decimal(2)),
        ("COLLECT of MIN", 95, "high"),
        ("COLLECT of MAX", 95, "middle"),
        ("COLLECT of SUM", 95, None),
    ],
)
def test_the_hit_policy_decides_between_rules(
    policy: str, hours: int | None, expected: object
) -> None:
    assert answer(table(LEVELS, policy, values=ORDER), hours=hours) == expected


@pytest.mark.parametrize(
    ("aggregation", "expected"), [("SUM", 300), ("MIN", 100), ("MAX", 200), ("COUNT", 2)]
)
def test_collected_numbers_are_aggregated(aggregation: str, expected: int) -> None:
    rules = [("> 1", "100"), ("> 2", "200"), ("> 5", "400")]
    assert answer(table(rules, f"COLLECT of {aggregation}"), hours=3) == expected


def test_several_matching_rules_of_a_unique_table_are_an_error() -> None:
    with pytest.raises(DmnError) as caught:
        answer(table(LEVELS), hours=95)
    assert caught.value.code == DmnProblem.SEVERAL_RULES
    assert caught.value.subject == "Result"


def test_rules_of_an_any_table_must_agree() -> None:
    agreeing = [("> 1", '"x"'), ("> 2", '"x"')]
    assert answer(table(agreeing, "ANY"), hours=3) == "x"
    with pytest.raises(DmnError) as caught:
        answer(table(LEVELS, "ANY"), hours=95)
    assert caught.value.code == DmnProblem.RULES_DISAGREE


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT", "COLLECT of SUM"])
def test_the_default_output_answers_when_no_rule_matches(policy: str) -> None:
    assert answer(table([("> 1", "1")], policy, default="7"), hours=0) == 7


def test_several_outputs_make_a_context_and_rank_from_left_to_right() -> None:
    logic = table(
        [("-", '"b"', '"a"'), ("-", '"a"', '"b"'), ("-", '"a"', '"a"')],
        "PRIORITY",
        outputs=["office", "level"],
        values='"a", "b"',
    )
    assert answer(logic, hours=1) == {"office": "a", "level": "a"}


def test_a_value_that_is_not_listed_ranks_last() -> None:
    rules = [("-", '"other"'), ("-", '"low"')]
    assert answer(table(rules, "PRIORITY", values=ORDER), hours=1) == "low"


def test_a_cell_may_use_names_and_functions_that_are_given() -> None:
    source = model(decision(table([("> limit", "workdays(3)"), ("-", "0")], "FIRST")))
    read = dmn.read(source)
    assert read.inputs == {"hours", "limit"}
    assert read.functions == {"workdays"}
    functions = {"workdays": lambda count: count * 2}
    assert read.decide("Result", {"hours": 5, "limit": 4}, functions) == 6
    assert read.decide("Result", {"hours": 5, "limit": 5}, functions) == 0


def test_an_empty_condition_holds_and_an_empty_result_is_null() -> None:
    assert answer(table([("", "")], default="1"), hours=1) is None


def test_an_input_of_a_table_must_be_among_its_values() -> None:
    allowed = text("inputValues", '"county", "city"')
    logic = table([("-", "1")], inputs=["level"], more=allowed)
    assert answer(logic, level="city") == 1
    assert answer(logic, level=None) == 1
    with pytest.raises(DmnError) as caught:
        answer(logic, level="moon")
    assert caught.value.code == DmnProblem.NOT_ALLOWED
    assert "moon" not in str(caught.value)


TYPED = """
<itemDefinition name="tLevel"><typeRef>string</typeRef>
  <allowedValues><text>"county", "city"</text></allowedValues></itemDefinition>
<itemDefinition name="tUnit"><itemComponent name="level"><typeRef>tLevel</typeRef></itemComponent>
  <itemComponent name="staff size"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tHours" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<inputData name="unit" id="i1"><variable name="unit" typeRef="tUnit"/></inputData>
<inputData name="hours" id="i2"><variable name="hours" typeRef="tHours"/></inputData>
<inputData name="day" id="i3"><variable name="day" typeRef="feel:date"/></inputData>
"""


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"unit": {"level": "moon"}}, DmnProblem.NOT_ALLOWED),
        ({"unit": {"level": 1}}, DmnProblem.WRONG_TYPE),
        ({"unit": "county"}, DmnProblem.WRONG_TYPE),
        ({"hours": ["x"]}, DmnProblem.WRONG_TYPE),
        ({"day": "2026-01-01"}, DmnProblem.WRONG_TYPE),
    ],
)
def test_an_input_must_be_of_its_type(inputs: dict[str, object], code: DmnProblem) -> None:
    read = dmn.read(model(TYPED + decision(literal("1"))))
    with pytest.raises(DmnError) as caught:
        read.decide("Result", inputs)
    assert caught.value.code == code
    assert caught.value.subject in inputs


def test_inputs_of_their_types_are_accepted_and_missing_ones_are_null() -> None:
    read = dmn.read(model(TYPED + decision(literal("unit.staff size + sum(hours)"))))
    assert read.inputs == {"unit", "hours", "day"}
    unit = {"level": "county", "staff size": 3}
    assert read.decide("Result", {"unit": unit, "hours": [1, 2], "unused": 1}) == 6
    assert read.decide("Result", {"unit": unit, "hours": 2}) == 5
    assert read.decide("Result", {}) is None


def test_a_result_of_the_wrong_type_is_null() -> None:
    typed = '<variable name="Result" typeRef="number"/>'
    assert answer(typed + literal('"x"')) is None
    assert answer(typed + literal("[1]")) == 1
    assert answer(typed + literal("1")) == 1


def _require(kind: str, identity: str) -> str:
    return f'<informationRequirement><required{kind} href="#{identity}"/></informationRequirement>'


def _know(identity: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{identity}"/></knowledgeRequirement>'


def _knowledge(name: str, parameters: Sequence[str], logic: str, more: str = "") -> str:
    formal = "".join(f'<formalParameter name="{each}"/>' for each in parameters)
    return (
        f'<businessKnowledgeModel name="{name}" id="{name}">{more}'
        f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic></businessKnowledgeModel>"
    )


def test_decisions_ask_each_other_by_name_or_id() -> None:
    read = dmn.read(
        model(
            decision(_require("Decision", "base") + literal("Base value + 1"))
            + decision(literal("hours * 2"), "Base value", "base")
        )
    )
    assert read.decisions == {"result": "Result", "base": "Base value"}
    assert read.inputs == {"hours"}
    assert read.decide("Result", {"hours": 3}) == 7
    assert read.decide("base", {"hours": 3}) == 6


def test_a_decision_that_is_asked_twice_answers_once() -> None:
    asked: list[object] = []
    read = dmn.read(
        model(
            decision(_require("Decision", "b") + _require("Decision", "c") + literal("B + C"))
            + decision(_require("Decision", "d") + literal("D"), "B", "b")
            + decision(_require("Decision", "d") + literal("D"), "C", "c")
            + decision(literal("note(x)"), "D", "d")
            + '<inputData name="x" id="x"><variable name="x"/></inputData>'
        )
    )
    functions = {"note": lambda value: asked.append(value) or value}
    assert read.decide("Result", {"x": 2}, functions) == 4
    assert asked == [2]


def test_a_knowledge_model_that_calls_itself_is_stopped() -> None:
    again = _knowledge("again", ["f"], literal("f(f)"))
    read = dmn.read(model(again + decision(_know("again") + literal("again(again)"))))
    with pytest.raises(FeelError) as caught:
        read.decide("Result", {})
    assert caught.value.code == FeelProblem.TOO_DEEP


def test_an_unknown_decision_is_an_error() -> None:
    with pytest.raises(DmnError) as caught:
        dmn.read(model(decision(literal("1")))).decide("Other", {})
    assert caught.value.code == DmnProblem.UNKNOWN_DECISION


def test_knowledge_models_are_called_and_invoked() -> None:
    double = _knowledge("double", ["x"], literal("x * 2"))
    fee = _knowledge("fee", ["amount", "rate"], literal("double(amount) * rate"), _know("double"))
    invocation = (
        f"<invocation>{literal('fee')}"
        f'<binding><parameter name="amount"/>{literal("hours")}</binding>'
        f'<binding><parameter name="rate"/>{literal("3")}</binding></invocation>'
    )
    for logic in (invocation, literal("fee(hours, 3)"), literal("fee(rate: 3, amount: hours)")):
        read = dmn.read(model(double + fee + decision(_know("fee") + logic)))
        assert read.functions == frozenset()
        assert read.decide("Result", {"hours": 5}) == 30


def test_a_knowledge_model_may_be_a_table() -> None:
    rates = _knowledge("rate", ["hours"], table([("< 30", "1"), (">= 30", "2")]))
    read = dmn.read(model(rates + decision(_know("rate") + literal("rate(45) + rate(1)"))))
    assert read.decide("Result", {}) == 3


def test_an_invocation_of_what_is_no_function_is_null() -> None:
    assert answer(f"<invocation>{literal('hours')}</invocation>", hours=1) is None


def _entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def test_boxed_contexts_lists_relations_and_functions() -> None:
    rows = "".join(
        f"<row>{literal(str(number))}{literal(str(number * 2))}</row>" for number in (1, 2)
    )
    logic = (
        "<context>"
        + _entry("a", literal("hours + 1"))
        + _entry("b", f"<list>{literal('a')}{literal('a + 1')}</list>")
        + _entry("c", f'<relation><column name="x"/><column name="y"/>{rows}</relation>')
        + _entry(
            "f",
            f'<functionDefinition><formalParameter name="n"/>{literal("n + a")}'
            "</functionDefinition>",
        )
        + _entry("", literal("{b: b, y: c.y, f: f(1)}"))
        + "</context>"
    )
    assert answer(logic, hours=1) == {"b": [2, 3], "y": [2, 4], "f": 3}


def test_a_boxed_context_without_result_is_a_context() -> None:
    logic = f"<context>{_entry('a', literal('1'))}{_entry('b', literal('a + 1'))}</context>"
    assert answer(logic) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_the_standard_is_read(namespace: str) -> None:
    read = dmn.read(model(decision(literal("1 + 1")), namespace))
    assert read.decide("Result", {}) == 2


def _chain(length: int) -> str:
    return "".join(
        decision(
            (_require("Decision", f"d{number + 1}") if number < length else "") + literal("1"),
            f"D{number}",
            f"d{number}",
        )
        for number in range(length + 1)
    )


def _nested(levels: int) -> str:
    return "<list>" * levels + literal("1") + "</list>" * levels


BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + model(
    decision(literal("1"))
).replace(b'name="m"', b'name="&b;"')
OUTSIDE = b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + model(decision(literal("1")))


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "well-formed"),
        (b"not xml", "well-formed"),
        (b"\xff\xfe\x00", "well-formed"),
        (b"<definitions/>", "no decision model"),
        (b'<bpmn xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "no decision model"),
        (b" " * 1_000_001, "bytes"),
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (model(""), "no decision"),
        (model('<import namespace="x"/>'), "import"),
        (model(decision("")), "Result has no logic"),
        (model(decision(literal("1"), name="")), "no name"),
        (model(decision(literal("1 +"))), "Result: the expression ends too early"),
        (model(decision(literal(""))), "Result: it is empty"),
        (model(decision(literal("__import__('os')"))), "cannot stand here"),
        (
            model(decision(text("literalExpression", "1", 'expressionLanguage="python"'))),
            "only FEEL",
        ),
        (
            model(decision(f'<functionDefinition kind="Java">{literal("1")}</functionDefinition>')),
            "only functions in FEEL",
        ),
        (model(decision(table(LEVELS, "GUESS"))), "hit policy"),
        (model(decision(table(LEVELS, "COLLECT of AVERAGE"))), "aggregation"),
        (model(decision(table(LEVELS, "PRIORITY"))), "output values"),
        (model(decision(table(LEVELS, outputs=[]))), "no output"),
        (model(decision(table([("1",)]))), "rule 1: it needs 1 conditions and 1 results"),
        (model(decision(table([("> >", "1")]))), "Result, rule 1: did not expect '>'"),
        (model(decision(table([("1", "1"), ("2", "(")]))), "Result, rule 2: "),
        (model(decision(table(LEVELS, inputs=[""]))), "Result, input 1: it is empty"),
        (
            model(decision(table([("-", "1", "2")], "COLLECT of SUM", outputs=["a", "b"]))),
            "one output",
        ),
        (model(decision(table([("-", "1", "2")], outputs=["a", "a"]))), "a name each"),
        (model(decision(literal("1")) * 2), "same id"),
        (model(decision(_require("Decision", "gone") + literal("1"))), "which is not there"),
        (
            model(decision('<knowledgeRequirement><requiredKnowledge href="http://x/y#z"/>'
                           "</knowledgeRequirement>" + literal("1"))),
            "same model",
        ),
        (model(decision(_require("Decision", "result") + literal("1"))), "asks itself"),
        (model(_chain(60)), "in a row"),
        (model(decision(_nested(30))), "nests"),
        (model(decision('<variable name="r" typeRef="tGone"/>' + literal("1"))), "tGone"),
        (
            model('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>'),
            "contains itself",
        ),
        (
            model('<businessKnowledgeModel name="k" id="k"/>' + decision(literal("1"))),
            "k has no logic",
        ),
        (model(_knowledge("k", ["a", "a"], literal("1"))), "a name each"),
        (
            model(decision(f"<context>{_entry('', literal('1'))}{_entry('a', literal('1'))}"
                           "</context>")),
            "a name each",
        ),
        (
            model(decision(f'<relation><column name="x"/><row>{literal("1") * 2}</row>'
                           "</relation>")),
            "every column",
        ),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_model_that_cannot_be_run_is_refused(source: bytes, says: str) -> None:
    with pytest.raises(DiagramError) as caught:
        dmn.read(source)
    assert says in str(caught.value)
    assert "root:" not in str(caught.value)


def test_all_expressions_of_a_decision_share_one_allowance() -> None:
    slow = literal("count(for i in 1..9000 return i)")
    source = model(
        "".join(decision(slow, f"D{number}", f"d{number}") for number in range(20))
        + decision("".join(_require("Decision", f"d{n}") for n in range(20)) + literal("1"))
    )
    read = dmn.read(source)
    assert read.decide("D1", {}) == 9000
    with pytest.raises(FeelError) as caught:
        read.decide("Result", {})
    assert caught.value.code == FeelProblem.TOO_MUCH_WORK


def test_a_structure_that_is_endless_to_walk_is_refused_between_decisions() -> None:
    double = "".join(
        decision(
            _require("Decision", f"d{n - 1}") + literal(f"[D{n - 1}, D{n - 1}]"), f"D{n}", f"d{n}"
        )
        for n in range(1, 35)
    )
    read = dmn.read(model(decision(literal("1"), "D0", "d0") + double))
    assert read.decide("D3", {}) == [[[1, 1], [1, 1]], [[1, 1], [1, 1]]]
    with pytest.raises(FeelError) as caught:
        read.decide("D34", {})
    assert caught.value.code == FeelProblem.TOO_MUCH_WORK


def test_a_type_of_a_type_is_checked_to_the_ground() -> None:
    types = (
        '<itemDefinition name="tA"><typeRef>tB</typeRef></itemDefinition>'
        '<itemDefinition name="tB" isCollection="true"><typeRef>tC</typeRef></itemDefinition>'
        '<itemDefinition name="tC"><typeRef>number</typeRef>'
        "<allowedValues><text>[1..9]</text></allowedValues></itemDefinition>"
        '<inputData name="x" id="x"><variable name="x" typeRef="tA"/></inputData>'
    )
    read = dmn.read(model(types + decision(literal("sum(x)"))))
    assert read.decide("Result", {"x": [1, None, 9]}) is None
    assert read.decide("Result", {"x": [1, 9]}) == 10
    with pytest.raises(DmnError) as caught:
        read.decide("Result", {"x": [1, 10]})
    assert caught.value.code == DmnProblem.NOT_ALLOWED
