"""Code of the operators: each function puts the code of the parts together.

Code is a closure from a scope to a value; the values are those of ``engine.feel.values``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from engine.feel.scope import Scope
from engine.feel.temporal import ADD, DIVIDE, MEMBERS, MULTIPLY, SUBTRACT, Operation
from engine.feel.values import (
    COMPARISONS,
    NUMBERS,
    Meter,
    Months,
    Range,
    compare,
    contains,
    finite,
    from_python,
    kind,
)

Code = Callable[[Scope], object]
Test = Callable[[Scope, object], bool | None]


def constant(value: object) -> Code:
    """Return code of a value that is known beforehand."""
    return lambda _: value


def context_name(name: str) -> Code:
    """Return code of a name that only the caller's context can hold."""

    def code(scope: Scope) -> object:
        value = scope.names.get(name)
        if type(value) is str or not scope.plain:
            return value
        return from_python(value)

    return code


def scoped_name(name: str) -> Code:
    """Return code of a name that an expression around it may have bound."""
    return lambda scope: scope.find(name)


def both(parts: Sequence[Code]) -> Code:
    """``and``: false as soon as one part is, else true if all are, else null."""

    def code(scope: Scope) -> object:
        result: bool | None = True
        for part in parts:
            value = part(scope)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return code


def either(parts: Sequence[Code]) -> Code:
    """``or``: true as soon as one part is, else false if all are, else null."""

    def code(scope: Scope) -> object:
        result: bool | None = False
        for part in parts:
            value = part(scope)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return code


def compared(sign: str, left: Code, right: Code) -> Code:
    """One of ``= != < <= > >=``."""
    compare_numbers = COMPARISONS[sign]

    def code(scope: Scope) -> object:
        one, other = left(scope), right(scope)
        if type(one) is Decimal and type(other) is Decimal:
            return compare_numbers(one, other)
        return compare(sign, one, other, scope.spend)

    return code


def equals_text(left: Code, text: str) -> Code:
    """``left = "text"``, by far the most frequent condition of a diagram."""

    def code(scope: Scope) -> object:
        value = left(scope)
        if type(value) is str:
            return value == text
        return False if value is None else None

    return code


def between(value: Code, low: Code, high: Code) -> Code:
    """``value between low and high``, both ends included."""

    def code(scope: Scope) -> object:
        found = value(scope)
        after = compare(">=", found, low(scope), scope.spend)
        before = compare("<=", found, high(scope), scope.spend)
        if after is None or before is None:
            return None
        return after and before

    return code


def negated(part: Code) -> Code:
    """Unary minus."""

    def code(scope: Scope) -> object:
        value = part(scope)
        if isinstance(value, Decimal):
            return NUMBERS.minus(value)
        if isinstance(value, Months):
            return Months(-value.months)
        return temporal(MULTIPLY, value, Decimal(-1))

    return code


def temporal(table: Mapping[tuple[type, type], Operation], left: object, right: object) -> object:
    """Calculate with dates and durations; null where the table has no meaning for the kinds."""
    operation = table.get((type(left), type(right)))
    if operation is None:
        return None
    try:
        return operation(left, right)
    except (ArithmeticError, ValueError, TypeError):  # out of the calendar; zone and no zone
        return None


def _add(scope: Scope, left: object, right: object) -> object:
    if type(left) is Decimal and type(right) is Decimal:
        return finite(NUMBERS.add(left, right))
    if isinstance(left, str) and isinstance(right, str):
        return scope.text(left + right)
    return temporal(ADD, left, right)


def _numeric(
    calculate: Callable[[Decimal, Decimal], Decimal],
    table: Mapping[tuple[type, type], Operation],
) -> Callable[[Scope, object, object], object]:
    def operate(_: Scope, left: object, right: object) -> object:
        if type(left) is Decimal and type(right) is Decimal:
            return finite(calculate(left, right))
        return temporal(table, left, right)

    return operate


_ARITHMETIC: dict[str, Callable[[Scope, object, object], object]] = {
    "+": _add,
    "-": _numeric(NUMBERS.subtract, SUBTRACT),
    "*": _numeric(NUMBERS.multiply, MULTIPLY),
    "/": _numeric(NUMBERS.divide, DIVIDE),
    "**": _numeric(NUMBERS.power, {}),
}


def calculated(first: Code, rest: Sequence[tuple[str, Code]]) -> Code:
    """A chain of operators of one rank, from left to right."""
    steps = [(_ARITHMETIC[sign], part) for sign, part in rest]

    def code(scope: Scope) -> object:
        value = first(scope)
        for operate, part in steps:
            value = operate(scope, value, part(scope))
        return value

    return code


def condition(test: Code, then: Code, otherwise: Code) -> Code:
    """``if then else``: whatever is not true is false."""
    return lambda scope: then(scope) if test(scope) is True else otherwise(scope)


def ranged(start: Code, end: Code, *, start_included: bool, end_included: bool) -> Code:
    """``[start..end]``; null unless both ends are of one kind."""

    def code(scope: Scope) -> object:
        low, high = start(scope), end(scope)
        if low is None or type(low) is not type(high):
            return None
        return Range(low, high, start_included, end_included)

    return code


def member(value: object, name: str, scope: Scope) -> object:
    """Return ``value.name``: of a context, of each context in a list, of a date ..., else null."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        scope.spend(len(value))
        return [member(item, name, scope) for item in value]
    if isinstance(value, Range):
        ends = {
            "start": value.start,
            "end": value.end,
            "start included": value.start_included,
            "end included": value.end_included,
        }
        return ends.get(name)
    read = MEMBERS.get(type(value), {}).get(name)
    return read(value) if read else None


def path(source: Code, name: str) -> Code:
    """``source.name``."""
    return lambda scope: member(source(scope), name, scope)


def context_path(names: tuple[str, ...]) -> Code:
    """``a.b.c`` where the caller's context holds ``a``: only the last member is converted."""
    first, *rest = names

    def code(scope: Scope) -> object:
        value = scope.names.get(first)
        for name in rest:
            if isinstance(value, Mapping):
                value = value.get(name)
            else:
                value = member(from_python(value) if scope.plain else value, name, scope)
        return from_python(value) if scope.plain else value

    return code


def sided_test(sign: str, bound: Code) -> Test:
    """``>= bound`` as a test of a value."""
    return lambda scope, value: compare(sign, value, bound(scope), scope.spend)


def value_test(candidate: Code) -> Test:
    """A test that a value passes by being ``candidate`` or in it."""
    return lambda scope, value: contains(value, candidate(scope), scope.spend)


def asked_test(answer: Code) -> Test:
    """A test written with ``?``: its own answer counts."""

    def test(scope: Scope, value: object) -> bool | None:  # noqa: ARG001 - found as "?"
        found = answer(scope)
        return found if isinstance(found, bool) else None

    return test


def any_test(tests: Sequence[Test]) -> Test:
    """Passed when one of the tests is; null when none is and one cannot tell."""
    if len(tests) == 1:
        return tests[0]

    def test(scope: Scope, value: object) -> bool | None:
        result: bool | None = False
        for each in tests:
            found = each(scope, value)
            if found is True:
                return True
            if found is None:
                result = None
        return result

    return test


def tested(value: Code, test: Test) -> Code:
    """``value in test``."""
    return lambda scope: test(scope, value(scope))


TypeTest = Callable[[object, Meter], bool]


def instance_of(value: Code, accepts: TypeTest) -> Code:
    """``value instance of type``."""
    return lambda scope: accepts(value(scope), scope.spend)


def type_test(name: str, parts: Sequence[TypeTest]) -> TypeTest:
    """Return what says whether a value has the type ``name<parts>``."""

    def accepts(value: object, spend: Meter) -> bool:
        spend(1)
        if name == "Any":
            return value is not None
        if kind(value) != name:
            return False
        if isinstance(value, list):
            return all(part(item, spend) for part in parts for item in value)
        if isinstance(value, Range):
            return all(part(end, spend) for part in parts for end in (value.start, value.end))
        return True

    return accepts


def negated_test(test: Test) -> Test:
    """``not(tests)``."""

    def negation(scope: Scope, value: object) -> bool | None:
        found = test(scope, value)
        return None if found is None else not found

    return negation
