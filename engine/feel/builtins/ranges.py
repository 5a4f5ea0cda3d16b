"""How points and ranges lie to each other (DMN 1.3, 10.3.4.8)."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.builtins.registry import builtin
from engine.feel.scope import Scope
from engine.feel.values import Range, compare

Relation = Callable[[Scope, Range, Range], bool | None]


class _NotComparable(ValueError):
    """The two are of different kinds: the answer is null."""


def _holds(scope: Scope, sign: str, one: object, other: object) -> bool:
    found = compare(sign, one, other, scope.spend)
    if found is None:
        raise _NotComparable
    return found


def _range(value: object) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _before(scope: Scope, one: Range, other: Range) -> bool:
    if _holds(scope, "<", one.end, other.start):
        return True
    touching = _holds(scope, "=", one.end, other.start)
    return touching and not (one.end_included and other.start_included)


def _meets(scope: Scope, one: Range, other: Range) -> bool:
    both = one.end_included and other.start_included
    return both and _holds(scope, "=", one.end, other.start)


def _overlaps(scope: Scope, one: Range, other: Range) -> bool:
    return not _before(scope, one, other) and not _before(scope, other, one)


def _overlaps_before(scope: Scope, one: Range, other: Range) -> bool:
    starts_first = _starts_before(scope, one, other)
    return starts_first and _overlaps(scope, one, other) and _ends_before(scope, one, other)


def _starts_before(scope: Scope, one: Range, other: Range) -> bool:
    if _holds(scope, "<", one.start, other.start):
        return True
    same = _holds(scope, "=", one.start, other.start)
    return same and one.start_included and not other.start_included


def _ends_before(scope: Scope, one: Range, other: Range) -> bool:
    if _holds(scope, "<", one.end, other.end):
        return True
    same = _holds(scope, "=", one.end, other.end)
    return same and (other.end_included or not one.end_included)


def _same_end(scope: Scope, one: Range, other: Range) -> bool:
    return one.end_included == other.end_included and _holds(scope, "=", one.end, other.end)


def _same_start(scope: Scope, one: Range, other: Range) -> bool:
    return one.start_included == other.start_included and _holds(scope, "=", one.start, other.start)


def _includes(scope: Scope, one: Range, other: Range) -> bool:
    starts = _starts_before(scope, one, other) or _same_start(scope, one, other)
    return starts and _ends_before(scope, other, one)


def _finishes(scope: Scope, one: Range, other: Range) -> bool:
    return _same_end(scope, one, other) and _includes(scope, other, one)


def _starts(scope: Scope, one: Range, other: Range) -> bool:
    return _same_start(scope, one, other) and _includes(scope, other, one)


def _coincides(scope: Scope, one: Range, other: Range) -> bool:
    return _same_start(scope, one, other) and _same_end(scope, one, other)


def _register(name: str, relation: Relation, *, swapped: bool = False) -> None:
    def run(scope: Scope, one: object, other: object) -> bool | None:
        first, second = (other, one) if swapped else (one, other)
        return relation(scope, _range(first), _range(second))

    for names in (("range1", "range2"), ("point1", "point2"), ("point", "range")):
        builtin(name, *(f"{each}: any" for each in names))(run)


_register("before", _before)
_register("after", _before, swapped=True)
_register("meets", _meets)
_register("met by", _meets, swapped=True)
_register("overlaps", _overlaps)
_register("overlaps before", _overlaps_before)
_register("overlaps after", _overlaps_before, swapped=True)
_register("finishes", _finishes)
_register("finished by", _finishes, swapped=True)
_register("includes", _includes)
_register("during", _includes, swapped=True)
_register("starts", _starts)
_register("started by", _starts, swapped=True)
_register("coincides", _coincides)
