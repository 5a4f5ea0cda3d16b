"""Functions of lists (DMN 1.3, 10.3.4.4); positions count from 1, or from -1 at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.builtins.registry import builtin, call_function
from engine.feel.scope import Scope
from engine.feel.values import NUMBERS, Function, compare, equal, finite, key

Items = list[object]


@builtin("list contains", "list: list", "element: any")
def _list_contains(scope: Scope, items: Items, element: object) -> bool:
    return any(_same(scope, item, element) for item in items)


def _same(scope: Scope, one: object, other: object) -> bool:
    return equal(one, other, scope.spend) is True


@builtin("count", "list: list")
def _count(_: Scope, items: Items) -> Decimal:
    return Decimal(len(items))


@builtin("min", "list: list", variadic=True)
def _min(scope: Scope, items: Items) -> object:
    return _extreme(scope, items, "<")


@builtin("max", "list: list", variadic=True)
def _max(scope: Scope, items: Items) -> object:
    return _extreme(scope, items, ">")


def _extreme(scope: Scope, items: Items, sign: str) -> object:
    if not items:
        return None
    best = items[0]
    for item in items:
        beyond = compare(sign, item, best, scope.spend)
        if beyond is None:
            return None
        best = item if beyond else best
    return best


def _numbers(items: Items) -> list[Decimal] | None:
    numbers = [item for item in items if isinstance(item, Decimal)]
    return numbers if numbers and len(numbers) == len(items) else None


def _numeric(calculate: Callable[[list[Decimal]], Decimal]) -> Callable[..., object]:
    def run(_: Scope, items: Items) -> Decimal | None:
        numbers = _numbers(items)
        return None if numbers is None else finite(calculate(numbers))

    return run


def _sum(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = NUMBERS.add(total, number)
    return total


def _product(numbers: list[Decimal]) -> Decimal:
    product = Decimal(1)
    for number in numbers:
        product = NUMBERS.multiply(product, number)
    return product


def _mean(numbers: list[Decimal]) -> Decimal:
    return NUMBERS.divide(_sum(numbers), Decimal(len(numbers)))


def _median(numbers: list[Decimal]) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1 : middle + 1])


def _deviation(numbers: list[Decimal]) -> Decimal:
    """Return the standard deviation of a sample: at least two numbers."""
    mean = _mean(numbers)
    differences = [NUMBERS.subtract(number, mean) for number in numbers]
    squares = _sum([NUMBERS.multiply(each, each) for each in differences])
    return NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(numbers) - 1)))


for _name, _calculate in {
    "sum": _sum,
    "product": _product,
    "mean": _mean,
    "median": _median,
    "stddev": _deviation,
}.items():
    builtin(_name, "list: list", variadic=True)(_numeric(_calculate))


@builtin("mode", "list: list", variadic=True)
def _mode(_: Scope, items: Items) -> list[Decimal] | None:
    numbers = _numbers(items)
    if numbers is None:
        return None if items else []
    counts = Counter(numbers)
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)


@builtin("all", "list: list", variadic=True)
def _all(_: Scope, items: Items) -> bool | None:
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any", "list: list", variadic=True)
def _any(_: Scope, items: Items) -> bool | None:
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


@builtin("sublist", "list: list", "start position: number", "length: number?")
def _sublist(_: Scope, items: Items, start: Decimal, length: Decimal | None = None) -> Items | None:
    begin = _place(items, start)
    if begin is None or (length is not None and not 0 <= length <= len(items) - begin):
        return None
    return items[begin:] if length is None else items[begin : begin + int(length)]


def _place(items: Items, position: Decimal) -> int | None:
    if position != position.to_integral_value() or not 1 <= abs(position) <= len(items):
        return None
    return int(position) - 1 if position > 0 else len(items) + int(position)


@builtin("append", "list: list", variadic=True)
def _append(_: Scope, given: Items) -> Items | None:
    first, *added = given
    if first is None:
        return None
    return [*(first if isinstance(first, list) else [first]), *added]


@builtin("concatenate", "list: list", variadic=True)
def _concatenate(scope: Scope, lists: Items) -> Items:
    joined: Items = []
    for each in lists:
        part = each if isinstance(each, list) else [each]
        scope.spend(len(part))
        joined += part
    return joined


@builtin("insert before", "list: list", "position: number", "newItem: any")
def _insert_before(_: Scope, items: Items, position: Decimal, item: object) -> Items | None:
    place = _place(items, position)
    return None if place is None else [*items[:place], item, *items[place:]]


@builtin("remove", "list: list", "position: number")
def _remove(_: Scope, items: Items, position: Decimal) -> Items | None:
    place = _place(items, position)
    return None if place is None else items[:place] + items[place + 1 :]


@builtin("list replace", "list: list", "position: number", "newItem: any")
def _list_replace(_: Scope, items: Items, position: Decimal, item: object) -> Items | None:
    place = _place(items, position)
    return None if place is None else [*items[:place], item, *items[place + 1 :]]


@builtin("reverse", "list: list")
def _reverse(_: Scope, items: Items) -> Items:
    return items[::-1]


@builtin("index of", "list: list", "match: any")
def _index_of(scope: Scope, items: Items, match: object) -> list[Decimal]:
    return [Decimal(place) for place, item in enumerate(items, 1) if _same(scope, item, match)]


@builtin("distinct values", "list: list")
def _distinct_values(scope: Scope, items: Items) -> Items:
    found: dict[object, object] = {}
    for item in items:
        found.setdefault(key(item, scope.spend), item)
    return list(found.values())


@builtin("union", "list: list", variadic=True)
def _union(scope: Scope, lists: Items) -> Items:
    return _distinct_values(scope, _concatenate(scope, lists))


@builtin("flatten", "list: list")
def _flatten(scope: Scope, items: Items) -> Items:
    flat: Items = []
    for item in items:
        scope.spend(1)
        if isinstance(item, list):
            inner = _flatten(scope, item)
            scope.spend(len(inner))
            flat += inner
        else:
            flat.append(item)
    return flat


@builtin("sort", "list: list", "precedes: function?")
def _sort(scope: Scope, items: Items, precedes: Function | None = None) -> Items | None:
    comparable = True

    def before(one: object, other: object) -> bool:
        nonlocal comparable
        scope.spend(1)
        if precedes is not None:
            found = call_function(scope, precedes, (one, other))
        else:
            found = compare("<", one, other, scope.spend)
        comparable = comparable and isinstance(found, bool)
        return found is True

    def order(one: object, other: object) -> int:
        return -1 if before(one, other) else int(before(other, one))

    ordered = sorted(items, key=cmp_to_key(order))
    return ordered if comparable else None
