"""Code of all that binds names: loops, quantifiers, filters, contexts, functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.feel.operators import Code
from engine.feel.scope import Scope
from engine.feel.values import Function, Range

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Iteration:
    """``name in source``, or ``name in source..end``."""

    name: str
    source: Code
    end: Code | None = None


def _items(scope: Scope, iteration: Iteration) -> Iterable[object] | None:
    value = iteration.source(scope)
    if iteration.end is not None:
        return _steps(value, iteration.end(scope))
    if isinstance(value, Range):
        return _range_items(value)
    if value is None or isinstance(value, list):
        return value
    return [value]


def _range_items(interval: Range) -> Iterable[object] | None:
    items = _steps(interval.start, interval.end)
    if items is None:
        return None
    out = {interval.start} if not interval.start_included else set()
    out |= {interval.end} if not interval.end_included else set()
    return (item for item in items if item not in out)


def _steps(start: object, end: object) -> Iterable[object] | None:
    """Return the whole numbers or days from one to the other, up or down."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if start != start.to_integral_value() or end != end.to_integral_value():
            return None
        low, high = int(start), int(end)
        step = 1 if low <= high else -1
        return (Decimal(number) for number in range(low, high + step, step))
    if type(start) is date and type(end) is date:
        return _days(start, end)
    return None


def _days(start: date, end: date) -> Iterator[date]:
    count = (end - start) // _DAY
    step = 1 if count >= 0 else -1
    return (start + number * _DAY for number in range(0, count + step, step))


class _NotIterable(Exception):
    """What stands after ``in`` is no list."""


def _rounds(scope: Scope, iterations: Sequence[Iteration]) -> Iterator[Scope]:
    if not iterations:
        yield scope
        return
    first, *rest = iterations
    items = _items(scope, first)
    if items is None:
        raise _NotIterable
    for item in items:
        scope.spend(1)
        yield from _rounds(scope.inside({first.name: item}), rest)


def for_each(iterations: Sequence[Iteration], body: Code, cost: int, *, partial: bool) -> Code:
    """``for ... return body``; ``partial`` says that the body asks for the results so far."""

    def code(scope: Scope) -> object:
        results: list[object] = []
        try:
            for inner in _rounds(scope, iterations):
                scope.spend(cost)
                if partial:
                    scope.spend(len(results))
                    inner = inner.inside({"partial": list(results)})
                results.append(body(inner))
        except _NotIterable:
            return None
        return results

    return code


def quantified(iterations: Sequence[Iteration], body: Code, cost: int, *, every: bool) -> Code:
    """``some`` and ``every``, with null for what cannot be told."""

    def code(scope: Scope) -> object:
        result: bool | None = every
        try:
            for inner in _rounds(scope, iterations):
                scope.spend(cost)
                found = body(inner)
                if found is (not every):
                    return found
                if found is not every:
                    result = None
        except _NotIterable:
            return None
        return result

    return code


def filtered(source: Code, test: Code, cost: int) -> Code:
    """``source[test]``: an index from 1 (or -1 from the end), or a condition on each item."""

    def code(scope: Scope) -> object:
        value = source(scope)
        items = value if isinstance(value, list) else [] if value is None else [value]
        if not items:
            return None if isinstance(test(scope), Decimal) else []
        kept = []
        for item in items:
            scope.spend(cost)
            found = test(_item_scope(scope, item))
            if isinstance(found, Decimal):
                return _at(items, found)
            if found is True:
                kept.append(item)
        return kept

    return code


def _item_scope(scope: Scope, item: object) -> Scope:
    inner = scope.inside({"item": item})
    return inner.inside(item) if isinstance(item, dict) else inner


def _at(items: Sequence[object], index: Decimal) -> object:
    if index != index.to_integral_value() or not 1 <= abs(index) <= len(items):
        return None
    return items[int(index) - 1 if index > 0 else int(index)]


def listed(parts: Sequence[Code]) -> Code:
    """``[a, b]``."""
    return lambda scope: [part(scope) for part in parts]


def context(entries: Sequence[tuple[str, Code]]) -> Code:
    """``{a: 1, b: a + 1}``: an entry sees those before it."""

    def code(scope: Scope) -> object:
        made: dict[str, object] = {}
        for name, part in entries:
            made[name] = part(scope.inside(dict(made)))
        return made

    return code


def function(parameters: tuple[str, ...], body: Code, cost: int) -> Code:
    """``function(a, b) body``: a value that remembers where it was defined."""

    def code(scope: Scope) -> object:
        def run(caller: Scope, *values: object) -> object:
            caller.spend(cost)
            return body(caller.inside(dict(zip(parameters, values, strict=True)), outer=scope))

        return Function(parameters, run)

    return code
