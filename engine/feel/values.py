"""The values of FEEL as plain Python ones, and what may be done with them.

number ``Decimal`` (34 digits), string ``str``, boolean ``bool``, null ``None``, list ``list``,
context ``dict``, date ``date``, date and time ``datetime``, time ``time``, days and time duration
``timedelta``, years and months duration :class:`Months`, :class:`Range`, and :class:`Function`.
"""

from __future__ import annotations

import decimal
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.errors import FeelError, FeelProblem

NUMBERS = decimal.Context(
    prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, capitals=1, clamp=0, traps=[]
)
"""Decimal128, as the standard asks; what has no result becomes null instead of an exception."""


@dataclass(frozen=True, order=True)
class Months:
    """A years and months duration; it may be negative."""

    months: int


@dataclass(frozen=True)
class Range:
    """All values between two ends."""

    start: object
    end: object
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, eq=False)
class Function:
    """A function as a value: ``run`` gets the scope of the caller and one value a parameter."""

    parameters: tuple[str, ...]
    run: Callable[..., object]


Meter = Callable[[int], None]
"""Takes away steps from what an evaluation may cost; raises FeelError when none are left."""

KINDS: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    list: "list",
    dict: "context",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    Function: "function",
}
_ORDERED = frozenset({Decimal, str, date, datetime, time, timedelta, Months})
_DIRECT = frozenset(KINDS) - {Decimal, list, dict}


def kind(value: object) -> str:
    """Return the FEEL name of the type of a FEEL value."""
    return KINDS[type(value)]


def finite(number: Decimal) -> Decimal | None:
    """Return ``number``, or null when a computation had no result."""
    return number if number.is_finite() else None


def from_python(value: object) -> object:
    """Turn a plain Python value, as deep as it goes, into a FEEL value.

    :raises FeelError: for an object that FEEL has no type for
    """
    exact = type(value)
    if exact in _DIRECT:
        return value
    if (known := _EXACT.get(exact)) is not None:
        return known(value)
    for accepted, convert in _CONVERSIONS:
        if isinstance(value, accepted):
            return convert(value)
    raise FeelError(
        FeelProblem.UNSUPPORTED_VALUE, f"{type(value).__name__} is no value of an expression"
    )


def _from_number(value: int | str | Decimal) -> Decimal | None:
    return finite(NUMBERS.create_decimal(value))


def _from_items(items: Sequence[object]) -> list[object]:
    return [from_python(item) for item in items]


def _from_mapping(value: Mapping[object, object]) -> dict[str, object]:
    return {str(key): from_python(member) for key, member in value.items()}


_CONVERSIONS: tuple[tuple[type | tuple[type, ...], Callable[..., object]], ...] = (
    (bool, bool),
    (str, str.__str__),
    (int, lambda value: _from_number(int(value))),
    (Decimal, lambda value: _from_number(value)),
    (float, lambda value: _from_number(repr(float(value)))),
    (Mapping, _from_mapping),
    ((list, tuple), _from_items),
)
_EXACT: dict[type, Callable[..., object]] = {
    int: _from_number,
    Decimal: _from_number,
    dict: _from_mapping,
    list: _from_items,
}


def number(text: str) -> Decimal | None:
    """Read a number, rounded to 34 digits; null when it is too large."""
    return finite(NUMBERS.create_decimal(text))


def equal(left: object, right: object, spend: Meter) -> bool | None:
    """Compare as ``=`` does: null when the kinds differ, unless one of the two is null."""
    if type(left) is not type(right):
        return False if left is None or right is None else None
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            _equal_part(one, other, spend) for one, other in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            _equal_part(member, right[key], spend) for key, member in left.items()
        )
    return left == right


def _equal_part(one: object, other: object, spend: Meter) -> bool:
    spend(1)
    return equal(one, other, spend) is True


COMPARISONS: dict[str, Callable[..., object]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(sign: str, left: object, right: object, spend: Meter) -> bool | None:
    """Compare two values by one of ``= != < <= > >=``; null where that has no meaning."""
    if sign == "=":
        return equal(left, right, spend)
    if sign == "!=":
        same = equal(left, right, spend)
        return None if same is None else not same
    if type(left) is not type(right) or type(left) not in _ORDERED:
        return None
    try:
        return bool(COMPARISONS[sign](left, right))
    except (TypeError, OverflowError):  # with and without a time zone; out of the calendar
        return None


def measure(value: object, spend: Meter) -> None:
    """Pay for every part of a value, as often as it is reached.

    A short expression can make a small structure with endlessly many ways through it.
    """
    spend(1)
    if isinstance(value, list):
        for item in value:
            measure(item, spend)
    elif isinstance(value, dict):
        for item in value.values():
            measure(item, spend)


def in_range(value: object, interval: Range, spend: Meter) -> bool | None:
    """Say whether ``value`` lies in ``interval``; null when they cannot be compared."""
    after = compare(">=" if interval.start_included else ">", value, interval.start, spend)
    before = compare("<=" if interval.end_included else "<", value, interval.end, spend)
    return None if after is None or before is None else after and before


def contains(value: object, candidate: object, spend: Meter) -> bool | None:
    """Say whether ``value`` is ``candidate``, or is in it when that is a list or a range."""
    if isinstance(candidate, Range):
        return in_range(value, candidate, spend)
    if isinstance(candidate, list):
        if isinstance(value, list) and equal(value, candidate, spend):
            return True
        return any(_is_item(value, item, spend) for item in candidate)
    return equal(value, candidate, spend)


def _is_item(value: object, item: object, spend: Meter) -> bool:
    spend(1)
    if isinstance(item, Range):
        return in_range(value, item, spend) is True
    return equal(value, item, spend) is True


def key(value: object, spend: Meter) -> object:
    """Return a hashable key, the same for values that are equal."""
    spend(1)
    if isinstance(value, list):
        return ("list", *(key(item, spend) for item in value))
    if isinstance(value, dict):
        return (
            "context",
            frozenset((name, key(member, spend)) for name, member in value.items()),
        )
    if isinstance(value, Range):
        ends = (key(value.start, spend), key(value.end, spend))
        return ("range", ends, value.start_included, value.end_included)
    return (kind(value), value)
