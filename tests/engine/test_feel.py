"""Every construct of FEEL, good and bad, as tables."""

from __future__ import annotations

import contextlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from engine import feel
from engine.feel import FeelError, FeelProblem, Months, Range
from engine.feel.builtins import LEFT_OUT, REGISTRY

CONTEXT = {
    "outcome": "approve",
    "amount": 5,
    "ratio": 0.1,
    "nothing": None,
    "yes": True,
    "Full Name": "王芳",
    "单位": {"级别": "county", "上级": {"名称": "郑州市"}},
    "hours": [30, 60, 90],
    "people": [{"name": "a", "age": 20}, {"name": "b", "age": 30}, {"name": "c", "age": 40}],
    "born": date(1990, 5, 31),
    "pair": ("x", "y"),
    "a-b": 7,
    "a": 3,
    "b": 1,
}
N = Decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # literals
        ("1", N(1)),
        (".5", N("0.5")),
        ("1.5e3", N(1500)),
        ("-2", N(-2)),
        ('"a\\n\\"\\u6c34\\U01F600\\uD83D\\uDE00"', 'a\n"水😀😀'),
        ("true", True),
        ("false", False),
        ("null", None),
        ("[]", []),
        ("[1, [2]]", [N(1), [N(2)]]),
        ("{}", {}),
        ('{a b: 1, "c-d": 2, in: a b + 1}', {"a b": N(1), "c-d": N(2), "in": N(2)}),
        ('@"2026-05-31"', date(2026, 5, 31)),
        ('@"08:30:00"', time(8, 30)),
        ('@"2026-05-31T08:30:00Z"', datetime(2026, 5, 31, 8, 30, tzinfo=UTC)),
        ('@"P1DT2H"', timedelta(days=1, hours=2)),
        ('@"-P1Y6M"', Months(-18)),
        ("1 // one\n + /* two */ 2", N(3)),
        # names
        ("outcome", "approve"),
        ("amount", N(5)),
        ("ratio", N("0.1")),
        ("missing", None),
        ("Full Name", "王芳"),
        ("Full   Name", "王芳"),
        ("a-b", N(7)),
        ("a - b", N(2)),
        ("单位.级别", "county"),
        ("单位.上级.名称", "郑州市"),
        ("单位.没有.名称", None),
        ("outcome.length", None),
        ("pair", ["x", "y"]),
        # arithmetic
        ("0.1 + 0.2", N("0.3")),
        ("1 + 2 * 3 - 4 / 2", N(5)),
        ("2 ** 3 ** 2", N(64)),
        ("-2 ** 2", N(4)),
        ("7 / 0", None),
        ("1 / 3", N("0.3333333333333333333333333333333333")),
        ("1 + null", None),
        ('1 + "1"', None),
        ('"a" + "b"', "ab"),
        ('"a" - "b"', None),
        ("true + true", None),
        ("9999999999999999 ** 9999", None),
        # dates
        ('born + @"P1M"', date(1990, 6, 30)),
        ('@"2024-02-29" - @"P1Y"', date(2023, 2, 28)),
        ('born + @"P1D"', date(1990, 6, 1)),
        ('born - @"1990-05-01"', timedelta(days=30)),
        ('@"9999-12-31" + @"P1D"', None),
        ('@"0001-01-01" - @"P1M"', None),
        ('@"23:00:00" + @"PT2H"', time(1)),
        ('@"10:00:00" - @"08:30:00"', timedelta(minutes=90)),
        ('@"P1D" * 2.5', timedelta(days=2, hours=12)),
        ('@"P1Y" / 2', Months(6)),
        ('@"P3D" / @"P2D"', N("1.5")),
        ('@"P1D" / 0', None),
        ('-@"P1D"', timedelta(days=-1)),
        ('-@"P1M"', Months(-1)),
        ("born.year + born.month + born.day + born.weekday", N(1990 + 5 + 31 + 4)),
        ('@"08:30:15+08:00".time offset', timedelta(hours=8)),
        ('@"-P1DT2H3M4S".hours', N(-2)),
        ('@"-P1DT2H3M4S".days', N(-1)),
        ('@"P1Y6M".months', N(6)),
        ('@"2026-01-01T00:00:00@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"2026-01-01" - @"2026-01-01T00:00:00"', None),
        # comparison
        ('outcome = "approve"', True),
        ('"approve" = outcome', True),
        ('outcome != "approve"', False),
        ('missing = "approve"', False),
        ('amount = "approve"', None),
        ("missing = null", True),
        ("missing != null", False),
        ("amount = 5.00", True),
        ("amount < 6", True),
        ("amount <= 5", True),
        ("amount > 5", False),
        ("amount >= 5.1", False),
        ("amount < null", None),
        ("true < false", None),
        ('"a" < "b"', True),
        ('@"P1D" > @"PT23H"', True),
        ('@"P1M" > @"P1D"', None),
        ('@"08:00:00Z" < @"08:00:00"', None),
        ('@"2026-01-01T00:00:00@Asia/Shanghai" = @"2025-12-31T16:00:00Z"', True),
        ("[1, 2] = [1.0, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1} = {a: 1}", True),
        ("{a: 1} = {b: 1}", False),
        ("[1..3] = [1..3]", True),
        ("amount between 1 and 5 and yes", True),
        ("amount between 6 and null", None),
        ("amount in [1..5]", True),
        ("amount in [1..5[", False),
        ("amount in [1..5)", False),
        ("amount in ]5..9]", False),
        ("amount in (5..9)", False),
        ("amount in [5..9]", True),
        ("amount in (1, 5)", True),
        ("amount in (> 6, < 1)", False),
        ("amount in >= 5", True),
        ("amount in hours", False),
        ("30 in hours", True),
        ("amount in ([1..2], [5..6])", True),
        ('amount in "5"', None),
        ('amount in (1, "a")', None),
        ("amount in [[1..9]]", True),
        ('amount in ["a".."b"]', None),
        ("amount in [null..9]", False),
        ('@"07:00:00" in [@"06:00:00"..@"08:00:00Z"]', None),
        # instance of
        ("amount instance of number", True),
        ("outcome instance of number", False),
        ("hours instance of list<number>", True),
        ("hours instance of list<string>", False),
        ("pair instance of list", True),
        ("born instance of date", True),
        ('@"2026-01-01T00:00:00" instance of date and time', True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1D" instance of years and months duration', False),
        ("[1..2] instance of range<number>", True),
        ("null instance of Any", False),
        ("1 instance of Any", True),
        ("(function(x) x) instance of function", True),
        # control
        ('if outcome = "approve" then 1 else 2', N(1)),
        ("if null then 1 else 2", N(2)),
        ("if yes then if nothing then 1 else 2 else 3", N(2)),
        ("for h in hours return h / 30", [N(1), N(2), N(3)]),
        ("for i in 1..3 return i", [N(1), N(2), N(3)]),
        ("for i in 3..1 return i", [N(3), N(2), N(1)]),
        ("for i in [1..4) return i", [N(1), N(2), N(3)]),
        ('for d in @"2026-01-01"..@"2026-01-02" return d.day', [N(1), N(2)]),
        ("for i in 1..2, j in i..2 return i * j", [N(1), N(2), N(4)]),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", [N(1), N(2), N(6), N(24)]),
        ("for i in null return i", None),
        ("for i in 5 return i", [N(5)]),
        ('for i in 1.."a" return i', None),
        ("for i in 1.5..2 return i", None),
        ('for i in ["a".."b"] return i', None),
        ("some h in hours satisfies h > 80", True),
        ("some h in hours satisfies h > 99", False),
        ("some h in hours satisfies h > null", None),
        ("some h in [] satisfies h > 1", False),
        ("every h in hours satisfies h > 20", True),
        ("every h in hours satisfies h > 30", False),
        ("every h in [1, null] satisfies h > 0", None),
        ("every h in null satisfies h > 0", None),
        ("some i in hours, j in hours satisfies i + j = 150", True),
        # filter and path
        ("hours[1]", N(30)),
        ("hours[-1]", N(90)),
        ("hours[0]", None),
        ("hours[4]", None),
        ("hours[1.5]", None),
        ("hours[b]", N(30)),
        ("hours[item > 30]", [N(60), N(90)]),
        ("people[age > 25].name", ["b", "c"]),
        ("people[item.age > 25][1].name", "b"),
        ("people[age > amount + 20].name", ["b", "c"]),
        ("people.name", ["a", "b", "c"]),
        ("amount[1]", N(5)),
        ("missing[1]", None),
        ("missing[item > 1]", []),
        ("[1, 2, 3][item > null]", []),
        ("[{item: 1}][item = 1]", [{"item": N(1)}]),
        ("[1..5].start", N(1)),
        ("[1..5).end included", False),
        ("]1..5[.start", N(1)),
        ("(for i in 1..hours[2] return i)[.5]", None),
        # functions
        ("(function(x, y) x - y)(5, 3)", N(2)),
        ("(function(x, y) x - y)(y: 5, x: 3)", N(-2)),
        ("(function(x) x)(1, 2)", None),
        ("(function(x) x)(y: 1)", None),
        ("(function(x: number) x * amount)(2)", N(10)),
        ("{f: function(x) x + 1, g: f(f(1))}.g", N(3)),
        ("amount(1)", None),
        ("unknown(1)", None),
        ("unknown thing(1)", None),
    ],
)
def test_an_expression_has_this_value(text: str, expected: object) -> None:
    found = feel.evaluate(text, CONTEXT)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # conversion
        ('number("1 000,5", " ", ",")', N("1000.5")),
        ('number(from: "-12.50")', N("-12.5")),
        ('number("1,000")', None),
        ('number("x")', None),
        ('number("1", "x", ".")', None),
        ('number("٣")', None),
        ('number("1", ",", "x")', None),
        ('date and time(@"2026-05-31", @"2026-05-31T00:00:00")', None),
        ('years and months duration(@"2026-02-28", @"2026-01-31")', Months(0)),
        ("distinct values([[1..2], [1..2]])", [Range(N(1), N(2))]),
        ("string(1.50)", "1.5"),
        ("string(10 ** 5)", "100000"),
        ("string(-0)", "0"),
        ("string(null)", None),
        ('string("a")', "a"),
        ('string([1, "a", null, true])', '[1, "a", null, true]'),
        ('string({a: "b", "c-d": [1..2)})', '{a: "b", "c-d": [1..2)}'),
        ('string(@"P1DT2H3M4.5S")', "P1DT2H3M4.5S"),
        ('string(@"PT0S")', "PT0S"),
        ('string(@"-P14M")', "-P1Y2M"),
        ('string(@"P0M")', "P0M"),
        ('string(@"2026-05-31T08:30:00.25+08:00")', "2026-05-31T08:30:00.25+08:00"),
        ('string(@"08:30:00Z")', "08:30:00Z"),
        ('string(@"08:30:00-03:30")', "08:30:00-03:30"),
        ('string(@"2026-05-31T08:30:00@Asia/Shanghai")', "2026-05-31T08:30:00@Asia/Shanghai"),
        ("string(function(a, b) a)", "function(a, b)"),
        ('date("2026-02-30")', None),
        ("date(2026, 2, 28)", date(2026, 2, 28)),
        ("date(2026, 2, 30)", None),
        ("date(day: 1, month: 2, year: 2026)", date(2026, 2, 1)),
        ('date(@"2026-05-31T08:30:00")', date(2026, 5, 31)),
        ('time("25:00:00")', None),
        ('time("08:00:00@Nowhere/Land")', None),
        ("time(8, 30, 1.5)", time(8, 30, 1, 500000)),
        ('time(8, 30, 0, @"PT8H")', time(8, 30, tzinfo=timezone(timedelta(hours=8)))),
        ('time(8, 30, 0, @"P1M")', None),
        ('time(@"2026-05-31T08:30:00")', time(8, 30)),
        ('date and time("2026-05-31T08:30:00")', datetime.fromisoformat("2026-05-31T08:30")),
        ('date and time("2026-05-31")', datetime.fromisoformat("2026-05-31")),
        ('date and time("2026-05-31T")', None),
        ('date and time(@"2026-05-31", @"08:30:00")', datetime.fromisoformat("2026-05-31T08:30")),
        ('duration("P3D")', timedelta(days=3)),
        ('duration("P1Y2M")', Months(14)),
        ('duration("P")', None),
        ('duration("PT")', None),
        ('duration("P999999999DT999999999H")', None),
        ('years and months duration(@"2025-12-31", @"2026-02-28")', Months(1)),
        ('years and months duration(@"2026-02-28", @"2025-12-31")', Months(-1)),
        ('day of week(@"2026-05-31")', "Sunday"),
        ('day of year(@"2026-02-01")', N(32)),
        ('month of year(@"2026-02-01")', "February"),
        ('week of year(@"2026-01-01")', N(1)),
        # strings
        ('substring("河南省郑州市", 4)', "郑州市"),
        ('substring("abc", 2, 1)', "b"),
        ('substring("abc", -2)', "bc"),
        ('substring("abc", 0)', None),
        ('substring("abc", 9)', ""),
        ('substring(start position: 2, string: "abc")', "bc"),
        ('string length("😀水")', N(2)),
        ("string length(null)", None),
        ("string length(1)", None),
        ('upper case("ab")', "AB"),
        ('upper case(["ab"])', "AB"),
        ('upper case(["a", "b"])', None),
        ('string(@"2026-05-31")', "2026-05-31"),
        ('lower case("AB")', "ab"),
        ('trim("  a ")', "a"),
        ('substring before("a-b-c", "-")', "a"),
        ('substring before("abc", "x")', ""),
        ('substring after("a-b-c", "-")', "b-c"),
        ('substring after("abc", "x")', ""),
        ('substring after("abc", "")', "abc"),
        ('contains("abc", "b")', True),
        ('starts with("410100", "41")', True),
        ('ends with("410100", "41")', False),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('string join(["a", null, "b"], "、")', "a、b"),
        ('string join(["a", 1])', None),
        # lists
        ("list contains([1, null], null)", True),
        ('list contains([1], "1")', False),
        ("count([1, 2])", N(2)),
        ("count(5)", N(1)),
        ("count(null)", None),
        ("min(3, 1, 2)", N(1)),
        ("max([3, 1, 2])", N(3)),
        ("max([])", None),
        ('max(1, "a")', None),
        ('min(@"2026-01-02", @"2026-01-01")', date(2026, 1, 1)),
        ("sum([1, 2, 0.5])", N("3.5")),
        ("sum([])", None),
        ('sum([1, "a"])', None),
        ("mean(1, 2)", N("1.5")),
        ("median([3, 1, 2, 4])", N("2.5")),
        ("median(1, 3, 2)", N(2)),
        ("stddev(1, 3, 5)", N(2)),
        ("stddev([1])", None),
        ("product(2, 3)", N(6)),
        ("mode(1, 2, 2, 3, 3)", [N(2), N(3)]),
        ("mode([])", []),
        ("all([true, null])", None),
        ("all([true, false, null])", False),
        ("all([])", True),
        ("any([false, null])", None),
        ("any([null, true])", True),
        ("any([])", False),
        ("sublist([1, 2, 3], 2)", [N(2), N(3)]),
        ("sublist([1, 2, 3], -2, 1)", [N(2)]),
        ("sublist([1, 2, 3], 2, 5)", None),
        ("append([1], 2, 3)", [N(1), N(2), N(3)]),
        ("append(null, 1)", None),
        ("concatenate([1], [2, 3])", [N(1), N(2), N(3)]),
        ("insert before([1, 3], 2, 2)", [N(1), N(2), N(3)]),
        ("insert before([1], 5, 2)", None),
        ("remove([1, 2], 1)", [N(2)]),
        ("remove([1], 0)", None),
        ("list replace([1, 2], -1, 5)", [N(1), N(5)]),
        ("reverse([1, 2])", [N(2), N(1)]),
        ("index of([1, 2, 1], 1)", [N(1), N(3)]),
        ("union([1, 2], [2.0, 3])", [N(1), N(2), N(3)]),
        ("distinct values([1, 1.0, true, {a: [1]}, {a: [1]}])", [N(1), True, {"a": [N(1)]}]),
        ("flatten([1, [2, [3]]])", [N(1), N(2), N(3)]),
        ("sort([3, 1, 2])", [N(1), N(2), N(3)]),
        ("sort([3, 1, 2], function(x, y) x > y)", [N(3), N(2), N(1)]),
        ("sort([1, null])", None),
        ("sort([1, 2], function(x) x)", None),
        # numbers
        ("decimal(2.5, 0)", N(2)),
        ("decimal(1 / 3, 2)", N("0.33")),
        ("decimal(1, 9999)", None),
        ("decimal(12345678901234567890, 20)", N("12345678901234567890")),
        ("floor(-1.5)", N(-2)),
        ("ceiling(1.21, 1)", N("1.3")),
        ("round up(-1.1, 0)", N(-2)),
        ("round down(-1.9, 0)", N(-1)),
        ("round half up(2.5, 0)", N(3)),
        ("round half down(2.5, 0)", N(2)),
        ("abs(-1)", N(1)),
        ('abs(@"-P1D")', timedelta(days=1)),
        ('abs(@"-P1M")', Months(1)),
        ('abs("a")', None),
        ("modulo(-12, 5)", N(3)),
        ("modulo(12, -5)", N(-3)),
        ("modulo(1, 0)", None),
        ("sqrt(16)", N(4)),
        ("sqrt(-1)", None),
        ("log(1)", N(0)),
        ("log(0)", None),
        ("exp(0)", N(1)),
        ("exp(10 ** 10)", None),
        ("odd(-3)", True),
        ("even(0)", True),
        ("even(0.5)", False),
        ("not(true)", False),
        ("not(null)", None),
        ("not(1)", None),
        # contexts
        ('get value({a: 1}, "a")', N(1)),
        ('get value({a: 1}, "b")', None),
        ("get entries({a: 1})", [{"key": "a", "value": N(1)}]),
        ('context([{key: "a", value: 1}])', {"a": N(1)}),
        ('context([{key: "a"}])', None),
        ("context([{key: 1, value: 1}])", None),
        ('context put({a: 1}, "b", 2)', {"a": N(1), "b": N(2)}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": N(2), "b": N(3)}),
        ("context merge([1])", None),
        # ranges
        ("before(1, 2)", True),
        ("before([1..5], [5..6])", False),
        ("before([1..5[, [5..6])", True),
        ("after([5..6], 4)", True),
        ("meets([1..5], [5..6])", True),
        ("met by([5..6], [1..5])", True),
        ("overlaps([1..5], [3..8])", True),
        ("overlaps([1..5[, [5..8])", False),
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps after([3..8], [1..5])", True),
        ("finishes(5, [1..5])", True),
        ("finished by([1..5], ]3..5])", True),
        ("includes([1..5], 5)", True),
        ("includes([1..5[, 5)", False),
        ("during(3, [1..5])", True),
        ("starts([1..2], [1..5])", True),
        ("started by([1..5], 1)", True),
        ("coincides([1..5], [1..5])", True),
        ('before(1, "a")', None),
        # is
        ("is(1, 1.0)", True),
        ('is(1, "1")', False),
        ('is(@"08:00:00Z", @"08:00:00+00:00")', True),
        ('is(@"08:00:00Z", @"08:00:00")', False),
    ],
)
def test_a_built_in_function_has_this_value(text: str, expected: object) -> None:
    found = feel.evaluate(text, {})
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", FeelProblem.UNEXPECTED_END, 0),
        ("   ", FeelProblem.UNEXPECTED_END, 3),
        ("1 +", FeelProblem.UNEXPECTED_END, 3),
        ('outcome = "approve', FeelProblem.UNEXPECTED_END, 10),
        ("outcome == 1", FeelProblem.SYNTAX, 9),
        ("outcome === 1", FeelProblem.SYNTAX, 9),
        ("1 2", FeelProblem.SYNTAX, 2),
        ("a < b < c", FeelProblem.SYNTAX, 6),
        ("(1", FeelProblem.UNEXPECTED_END, 2),
        ("1)", FeelProblem.SYNTAX, 1),
        ("if a then b", FeelProblem.UNEXPECTED_END, 11),
        ("x -> y", FeelProblem.SYNTAX, 3),
        ("a # b", FeelProblem.BAD_CHARACTER, 2),
        ("a; b", FeelProblem.BAD_CHARACTER, 1),
        ("'text'", FeelProblem.BAD_CHARACTER, 0),
        ("a && b", FeelProblem.BAD_CHARACTER, 2),
        ("1abc", FeelProblem.BAD_CHARACTER, 0),
        ("lambda: 1", FeelProblem.SYNTAX, 6),
        ("a /* never closed", FeelProblem.SYNTAX, 3),
        ('"\\q"', FeelProblem.BAD_LITERAL, 1),
        ('"\\ud83d"', FeelProblem.BAD_LITERAL, 0),
        ('"\\U110000"', FeelProblem.BAD_LITERAL, 1),
        ("1e9999", FeelProblem.BAD_LITERAL, 0),
        ('1 + @"tomorrow"', FeelProblem.BAD_LITERAL, 4),
        ("{a: 1, a: 2}", FeelProblem.DUPLICATE_NAME, None),
        ("f(a: 1, a: 2)", FeelProblem.DUPLICATE_NAME, None),
        ("function(a, a) a", FeelProblem.DUPLICATE_NAME, None),
        ("1 + count()", FeelProblem.ARGUMENTS, 4),
        ('substring("a")', FeelProblem.ARGUMENTS, 0),
        ('substring(string: "a")', FeelProblem.ARGUMENTS, 0),
        ('substring(text: "a", start position: 1)', FeelProblem.ARGUMENTS, 0),
        ('matches("a", "(a+)+$")', FeelProblem.LEFT_OUT, 0),
        ("x instance of integer", FeelProblem.UNKNOWN_TYPE, 14),
        ("1" * 4001, FeelProblem.TOO_LONG, 4000),
        ("(" * 300 + "1" + ")" * 300, FeelProblem.TOO_DEEP, None),
        ("-" * 3000 + "1", FeelProblem.TOO_DEEP, None),
        ("a" + ".a" * 1000, FeelProblem.TOO_DEEP, None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_is_refused_with_code_and_place(
    text: str, code: FeelProblem, position: int | None
) -> None:
    with pytest.raises(FeelError) as caught:
        feel.compile(text)
    assert caught.value.code == code
    if position is not None:
        assert caught.value.position == position
        assert f"at character {position + 1}" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        '__import__("os")',
        "().__class__.__bases__[1]",
        '"".__class__',
        "outcome.upper()",
        'eval("1")',
        "{}.__dict__",
        "[].append(1)",
        "amount.real",
        "born.today()",
        "Full Name.__class__.__mro__",
    ],
)
def test_nothing_of_python_can_be_reached(text: str) -> None:
    found: object = None
    with contextlib.suppress(FeelError):
        found = feel.evaluate(text, CONTEXT)
    assert found in (None, [])


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", 1, True),
        ("", None, True),
        ("18", 18, True),
        ("18", "18", None),
        (">= 18", 18, True),
        (">= 18", 17.5, False),
        (">= 18", None, None),
        ("= 18", 18, True),
        ("!= 18", 18, False),
        ('"High", "Low"', "Low", True),
        ('"High", "Low"', "Medium", False),
        ('not("High", "Low")', "Medium", True),
        ('not("High", "Low")', "High", False),
        ('not("High")', 1, None),
        ("[18..60)", 60, False),
        ("]18..60]", 60, True),
        ("(18..60)", 18, False),
        ("< 18, > 60", 70, True),
        ("true", True, True),
        ("true", False, False),
        ("null", None, True),
        ("null", 1, False),
        ("limit", 5, True),
        ("> limit + 1", 7, True),
        ("allowed", "b", True),
        ("allowed", ["a", "b"], True),
        ("? > 5 and ? < 10", 7, True),
        ('starts with(?, "41")', "410100", True),
        ('not(starts with(?, "41"))', "410100", False),
        ("? + 1", 7, None),
        ("every x in allowed satisfies x != ?", "c", True),
        ('date("2026-01-01")', date(2026, 1, 1), True),
        ('< date("2026-01-01")', date(2025, 1, 1), True),
    ],
)
def test_a_cell_passes_or_not(text: str, value: object, expected: object) -> None:
    assert feel.compile_unary(text)(value, {"limit": 5, "allowed": ["a", "b"]}) is expected


@pytest.mark.parametrize("text", ["not(1", "1,", ",", "- 1 -", "not(1) and 2", ">", "=> 3"])
def test_a_cell_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(FeelError):
        feel.compile_unary(text)


@pytest.mark.parametrize(
    ("text", "free", "members", "calls"),
    [
        ('outcome = "approve"', {"outcome"}, set(), set()),
        ("a.b.c + d", {"a", "d"}, set(), set()),
        ("for x in xs return x + y", {"xs", "y"}, set(), set()),
        ("for x in 1..2, z in x..n return z", {"n"}, set(), set()),
        ("some p in people satisfies p.age > limit", {"people", "limit"}, set(), set()),
        ("people[age > limit]", {"people"}, {"age", "limit"}, set()),
        ("{a: 1, b: a + c}", {"c"}, set(), set()),
        ("function(x) x + y", {"y"}, set(), set()),
        ("workdays(n)", {"n"}, set(), {"workdays"}),
        ("upper case(name)", {"name"}, set(), set()),
        ("Full Name + Other Name", {"Full Name", "Other Name"}, set(), set()),
        ("f(start position: x)", {"x"}, set(), {"f"}),
        ("a instance of number", {"a"}, set(), set()),
    ],
)
def test_an_expression_tells_what_it_needs(
    text: str, free: set[str], members: set[str], calls: set[str]
) -> None:
    expression = feel.compile(text)
    assert expression.free == free
    assert expression.members == members
    assert expression.calls == calls


def test_a_cell_tells_what_it_needs() -> None:
    tests = feel.compile_unary("> limit, ? = other, f(?)")
    assert tests.free == {"limit", "other"}
    assert tests.calls == {"f"}


def test_given_functions_are_called_by_position_and_by_name() -> None:
    def workdays(count: Decimal, start: object = None) -> timedelta:
        return timedelta(days=int(count) + (start is not None))

    functions = {"workdays": workdays}
    assert feel.evaluate("workdays(3)", {}, functions) == timedelta(days=3)
    assert feel.evaluate("workdays(count: 3, start: 1)", {}, functions) == timedelta(days=4)
    assert feel.evaluate("for i in 1..2 return workdays(i)", {}, functions) == [
        timedelta(days=1),
        timedelta(days=2),
    ]


@pytest.mark.parametrize("text", ["workdays()", 'workdays("x")', "workdays(days: 1)"])
def test_a_given_function_that_cannot_work_is_an_error(text: str) -> None:
    with pytest.raises(FeelError) as caught:
        feel.evaluate(text, {}, {"workdays": lambda count: int(count)})
    assert caught.value.code == FeelProblem.FUNCTION_FAILED


def test_a_given_function_cannot_take_the_place_of_a_built_in_one() -> None:
    assert feel.evaluate("count([1])", {}, {"count": lambda _: 99}) == 1


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, "red"),
        (True, True),
        (10**40, Decimal("1e40")),
        (float("nan"), None),
        (float("inf"), None),
        (0.1, Decimal("0.1")),
        (Decimal("NaN"), None),
        ((1, (2,)), [1, [2]]),
        ({"a": {"b": 1}}, {"a": {"b": 1}}),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (Range(Decimal(1), Decimal(2)), Range(Decimal(1), Decimal(2))),
    ],
)
def test_plain_python_values_are_understood(value: object, expected: object) -> None:
    found = feel.evaluate("x", {"x": value})
    assert found == expected
    assert type(found) is type(expected) or isinstance(found, Decimal)


def test_a_value_without_a_feel_type_is_an_error() -> None:
    with pytest.raises(FeelError) as caught:
        feel.evaluate("x", {"x": object()})
    assert caught.value.code == FeelProblem.UNSUPPORTED_VALUE


def test_known_names_may_hold_operators_and_keywords() -> None:
    names = frozenset({"Approved/Declined", "profit and loss", "profit"})
    expression = feel.compile("Approved/Declined + profit and loss", names)
    assert expression.free == {"Approved/Declined", "profit and loss"}
    assert expression({"Approved/Declined": 1, "profit and loss": 2}) == 3


def test_an_expression_is_compiled_once() -> None:
    assert feel.compile("a + 1") is feel.compile("a + 1")
    assert feel.compile_unary("> 1") is feel.compile_unary("> 1")


def test_a_compiled_text_shows_itself() -> None:
    assert repr(feel.compile("a + 1")) == "Expression('a + 1')"
    assert repr(feel.compile_unary("> 1")) == "UnaryTests('> 1')"


def test_an_expression_is_shared_between_threads() -> None:
    def work(number: int) -> object:
        expression = feel.Expression(f"sum(for i in 1..n return i * {number % 3})")
        return expression({"n": number})

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(1, 60)))
    assert found == [n * (n + 1) // 2 * (n % 3) for n in range(1, 60)]


def test_a_value_that_contains_itself_is_an_error() -> None:
    endless: list[object] = []
    endless.append(endless)
    for ask in (feel.compile("x"), feel.compile_unary("1")):
        with pytest.raises(FeelError) as caught:
            ask({"x": endless}) if isinstance(ask, feel.Expression) else ask(endless)
        assert caught.value.code == FeelProblem.TOO_DEEP


def test_an_expression_leaves_its_context_alone() -> None:
    context = {"xs": [3, 1, 2], "c": {"a": 1}}
    feel.evaluate('[sort(xs), append(xs, 4), context put(c, "b", 2), reverse(xs)]', context)
    assert context == {"xs": [3, 1, 2], "c": {"a": 1}}


PAGE = Path(__file__).resolve().parents[2] / "docs" / "feel.md"


def _page_examples() -> list[str]:
    table = (
        PAGE.read_text("utf-8").partition("## What can be written")[2].partition("A **cell**")[0]
    )
    cells = [line.rstrip(" |").rpartition(" | ")[2] for line in table.splitlines()]
    found = [example for cell in cells for example in re.findall(r"`([^`]+)`", cell)]
    fragment = re.compile(r"\.[a-z]|[-+*/=!<> ]+$|null$|partial$|item$|/[/*]")
    return [example for example in found if not fragment.match(example)]


@pytest.mark.parametrize("text", _page_examples())
def test_the_examples_of_the_page_for_analysts_can_be_read(text: str) -> None:
    assert feel.compile(text).calls == frozenset()


def test_the_page_for_analysts_has_every_function() -> None:
    words = set(re.findall(r"`([^`]+)`", PAGE.read_text("utf-8")))
    assert set(REGISTRY) | LEFT_OUT <= words
