"""Laws that hold for every value, and texts from people who mean harm."""

from __future__ import annotations

import contextlib
import operator
import re
import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel import FeelError, FeelProblem
from engine.feel.values import NUMBERS

SECONDS = 5.0
"""Of processor time; about 0.15 are needed, without coverage and on a machine of one's own."""

patient = settings(deadline=None, max_examples=60)
numbers = st.decimals(min_value=-(10**12), max_value=10**12, places=4)
truths = st.sampled_from([True, False, None])
texts = st.text(st.characters(codec="utf-8"), max_size=30)
scalars = st.none() | st.booleans() | numbers | texts | st.dates() | st.timedeltas()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=6,
)
WORDS = re.findall(
    r"\S+",
    """a b "x" "" 1 2.5 .5 1e9 0 null true false ? item partial ( ) [ ] ] [ { } , : . .. + - * / **
    = != < <= > >= and or not( if then else for in return some every satisfies between
    function( instance of number list< > @"2026-01-01" @"P1D" @"P1M" @"08:00:00Z"
    date( time( date and time( duration( string( number( count( sort( min( flatten( sum(
    substring( split( append( concatenate( decimal( modulo( context( get entries( is( before(
    string join( index of( distinct values( 水 Full Name // /* */ \\ # " """,
)


def _evaluate(text: str, context: dict[str, object]) -> object:
    """Evaluate; the one exception that may come out is FeelError."""
    with contextlib.suppress(FeelError):
        return feel.evaluate(text, context)
    return None


@pytest.mark.parametrize(
    ("sign", "calculate"), [("+", NUMBERS.add), ("-", NUMBERS.subtract), ("*", NUMBERS.multiply)]
)
@given(a=numbers, b=numbers)
@patient
def test_arithmetic_is_that_of_decimal_numbers(
    sign: str, calculate: operator.methodcaller, a: Decimal, b: Decimal
) -> None:
    assert feel.evaluate(f"a {sign} b", {"a": a, "b": b}) == calculate(a, b)


@given(a=numbers, b=numbers)
@patient
def test_division_is_that_of_decimal_numbers(a: Decimal, b: Decimal) -> None:
    expected = NUMBERS.divide(a, b) if b else None
    assert feel.evaluate("a / b", {"a": a, "b": b}) == expected


@given(a=numbers, b=numbers, c=numbers)
@patient
def test_sums_and_products_obey_their_laws(a: Decimal, b: Decimal, c: Decimal) -> None:
    context = {"a": a, "b": b, "c": c}
    assert feel.evaluate("(a + b) + c = a + (b + c) and a * b = b * a and a - a = 0", context)
    assert feel.evaluate("a * (b + c) = a * b + a * c", context) or abs(a * b * c) > 10**30


@given(a=numbers)
@patient
def test_a_number_is_written_so_that_it_reads_the_same(a: Decimal) -> None:
    assert feel.evaluate("number(string(a)) = a", {"a": a}) is True


@given(a=st.integers(-(10**6), 10**6), b=st.integers(-(10**3), 10**3).filter(bool))
@patient
def test_modulo_has_the_sign_of_its_divisor(a: int, b: int) -> None:
    assert feel.evaluate("modulo(a, b)", {"a": a, "b": b}) == a % b


def _all_true(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _any_true(parts: list[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False


@given(st.lists(truths, min_size=1, max_size=5))
@patient
def test_logic_has_three_values(parts: list[bool | None]) -> None:
    names = [f"x{number}" for number, _ in enumerate(parts)]
    context = dict(zip(names, parts, strict=True))
    assert feel.evaluate(" and ".join(names), context) is _all_true(parts)
    assert feel.evaluate(" or ".join(names), context) is _any_true(parts)
    assert feel.evaluate("every x in xs satisfies x", {"xs": parts}) is _all_true(parts)
    assert feel.evaluate("some x in xs satisfies x", {"xs": parts}) is _any_true(parts)
    assert feel.evaluate("all(xs)", {"xs": parts}) is _all_true(parts)
    assert feel.evaluate("any(xs)", {"xs": parts}) is _any_true(parts)


@given(a=truths, b=truths)
@patient
def test_negation_turns_and_into_or(a: bool | None, b: bool | None) -> None:  # noqa: FBT001
    context = {"a": a, "b": b}
    assert feel.evaluate("not(a and b)", context) is feel.evaluate("not(a) or not(b)", context)


@given(a=st.integers(-9, 9), b=st.integers(-9, 9), x=st.integers(-9, 9))
@patient
def test_a_range_holds_what_lies_between_its_ends(a: int, b: int, x: int) -> None:
    context = {"a": a, "b": b, "x": x}
    assert feel.evaluate("x in [a..b]", context) is (a <= x <= b)
    assert feel.evaluate("x in (a..b)", context) is (a < x < b)
    assert feel.evaluate("x in ]a..b]", context) is (a < x <= b)
    assert feel.evaluate("x in [a..b[", context) is (a <= x < b)
    assert feel.evaluate("x between a and b", context) is (a <= x <= b)


@given(day=st.dates(), days=st.integers(-4000, 4000))
@patient
def test_days_that_are_added_can_be_taken_away(day: date, days: int) -> None:
    context = {"day": day, "length": timedelta(days=days)}
    moved = feel.evaluate("day + length", context)
    if moved is not None:
        assert moved == day + timedelta(days=days)
        assert feel.evaluate("(day + length) - length = day", context) is True


@given(value=values)
@patient
def test_every_value_equals_itself_and_can_be_written(value: object) -> None:
    assert feel.evaluate("x = x", {"x": value}) is True
    assert feel.evaluate("[x] = [x] and {a: x} = {a: x}", {"x": value}) is True
    assert feel.evaluate("string([x]) != null", {"x": value}) is True
    assert feel.evaluate("count(distinct values([x, x]))", {"x": value}) == 1


@given(text=texts)
@patient
def test_a_text_in_quotes_stands_for_itself(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert feel.evaluate(f'"{quoted}"', {}) == text


@given(text=st.text(max_size=200))
@example("\x00")
@example("\ud800")
@example('"\ud800"')
@example('@"0001-01-01T00:00:00+14:00" < @"9999-12-31T23:59:59-14:00"')
@settings(max_examples=400, deadline=None)
def test_an_arbitrary_text_never_does_worse_than_an_error(text: str) -> None:
    _evaluate(text, {"a": 1})
    with contextlib.suppress(FeelError):
        feel.compile_unary(text)(1, {})


@given(words=st.lists(st.sampled_from(WORDS), max_size=25), a=values, b=values)
@settings(max_examples=300, deadline=None)
def test_words_in_any_order_never_do_worse_than_an_error(
    words: list[str], a: object, b: object
) -> None:
    text = " ".join(words)
    _evaluate(text, {"a": a, "b": b})
    with contextlib.suppress(FeelError):
        feel.compile_unary(text)(a, {"b": b})


def _calls() -> st.SearchStrategy[str]:
    from_builtins = st.sampled_from(sorted(feel.builtins.REGISTRY))
    arguments = st.lists(st.sampled_from(["a", "b", "c", "-1", '"x"', "[a, b]"]), max_size=4)
    return st.builds(lambda name, given: f"{name}({', '.join(given)})", from_builtins, arguments)


@given(text=_calls(), a=values, b=values, c=scalars)
@settings(max_examples=400, deadline=None)
def test_no_function_fails_on_any_value(text: str, a: object, b: object, c: object) -> None:
    _evaluate(text, {"a": a, "b": b, "c": c})


TWICE = ", ".join(f"x{n}: x{n - 1} + x{n - 1}" for n in range(1, 150))
NESTED = ", ".join(f"x{n}: [x{n - 1}, x{n - 1}]" for n in range(1, 150))
LONG = ", ".join(f"x{n}: concatenate(x{n - 1}, x{n - 1})" for n in range(1, 100))


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "9**(9**9)",
        "9**(9**(9**9))",
        "1.0000000000000000001 ** (10**33)",
        "(10**6000) ** (10**6000)",
        "exp(10**6000)",
        "decimal(10**6000, -6000)",
        "decimal(10**-6000, 6000)",
        "modulo(10**6144, 3)",
        "string(10**6144)",
        "1..1000000000",
        "count([1..10**30])",
        "for i in 1..10**30 return i",
        "for i in 1..10**6000 return i",
        "for i in [1..10**30] return i",
        "some i in 1..10**30 satisfies i < 0",
        "for i in 1..10**5 return partial",
        "for i in 1..5000 return partial",
        "for a in 1..1000, b in 1..1000, c in 1..1000 return 1",
        "for a in 1..1000 return for b in 1..1000 return for c in 1..1000 return a",
        "(for a in 1..9000 return a)[item > count(for b in 1..9000 return b)]",
        '@"0001-01-01" + @"P999999999D"',
        'for d in @"0001-01-01"..@"9999-12-31" return d',
        '@"P999999999Y" * 10**6000',
        f'{{x0: "xxxxxxxxxx", {TWICE}}}',
        f"{{x0: [1, 2], {LONG}}}",
        f"{{x0: [1, 2], {NESTED}}}",
        f"{{x0: [1, 2], {NESTED}}}.x149 = {{x0: [1, 2], {NESTED[:1500].rpartition(',')[0]}}}.x50",
        f"string({{x0: [1, 2], {NESTED}}})",
        f"flatten({{x0: [1, 2], {NESTED}}}.x149)",
        f"distinct values({{x0: [1, 2], {NESTED}}}.x149)",
        f"count({{x0: [1, 2], {NESTED}}}.x149.name.name)",
        f"{{x0: [1, 2], {NESTED}}}.x149 instance of " + "list<" * 40 + "number" + ">" * 40,
        "(function(f, n) f(f, n))(function(f, n) f(f, n + 1), 0)",
        "(function(f, n) f(f, n))(function(f, n) f(f, n) + f(f, n), 0)",
        "sort(for i in 1..9000 return -i, function(x, y) count(for i in 1..99 return i) > 0)",
        "distinct values(for i in 1..90000 return i)",
        "for i in 1..10**6 return upper case(string(10**6000))",
        'split(string join(for i in 1..900 return string(10**100), ","), "0")',
        "(" * 1999 + "1" + ")" * 1999,
        "[" * 1999 + "]" * 1999,
        "{a:" * 1000,
        "not(" * 900 + "a" + ")" * 900,
        "-" * 3999 + "1",
        "if a then " * 399 + "1",
        "for x in a return " * 200 + "1",
        "a" + "[1]" * 1000,
        "f" + "(1)" * 1000,
        "a" + " and a" * 660,
        "a" + " + a" * 990,
        "1" + "**1" * 1300,
        '"' + "\\\\" * 1990 + '"',
        "/*" * 1999,
        "/**" + "*" * 3900,
        "a " * 1990,
        "]" * 3999,
        "..[" * 1300,
        "[1.." * 1000,
        "1" * 4000,
        "水" * 5_000_000,
    ],
    ids=lambda text: text[:40],
)
def test_a_hostile_text_ends_soon(text: str) -> None:
    before = time.process_time()
    _evaluate(text, {"a": True})
    with contextlib.suppress(FeelError):
        feel.compile_unary(text)(1, {"a": True})
    assert time.process_time() - before < SECONDS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("for i in 1..10**30 return i", FeelProblem.TOO_MUCH_WORK),
        (f'{{x0: "xxxxxxxxxx", {TWICE}}}', FeelProblem.TOO_LARGE),
        (f"{{x0: [1, 2], {NESTED}}}", FeelProblem.TOO_MUCH_WORK),
        ("(function(f) f(f))(function(f) f(f))", FeelProblem.TOO_DEEP),
        ("(" * 100 + "1" + ")" * 100, FeelProblem.TOO_DEEP),
    ],
    ids=["range", "text", "structure", "recursion", "brackets"],
)
def test_a_limit_that_is_passed_is_named(text: str, code: FeelProblem) -> None:
    with pytest.raises(FeelError) as caught:
        feel.evaluate(text, {})
    assert caught.value.code == code


def test_a_cell_that_calls_itself_is_stopped() -> None:
    with pytest.raises(FeelError) as caught:
        feel.compile_unary("(function(f) f(f))(function(f) f(f))")(1)
    assert caught.value.code == FeelProblem.TOO_DEEP


def test_functions_that_call_each_other_share_one_allowance() -> None:
    slow = "{f: function(x) for i in 1..1000 return i, g: for j in 1..1000 return count(f(j))}"
    with pytest.raises(FeelError) as caught:
        feel.evaluate(slow, {})
    assert caught.value.code == FeelProblem.TOO_MUCH_WORK
