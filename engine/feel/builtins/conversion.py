"""Functions that turn one kind of value into another (DMN 1.3, 10.3.4.1)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import temporal
from engine.feel.builtins.registry import builtin
from engine.feel.scope import Scope
from engine.feel.values import NUMBERS, Function, Months, Range, kind, number

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_SEPARATORS = {" ", ",", "."}


@builtin("number", "from: string", "grouping separator: string?", "decimal separator: string?")
def _number(
    _: Scope, text: str, grouping: str | None = None, point: str | None = None
) -> Decimal | None:
    if grouping is not None and (grouping not in _SEPARATORS or grouping == point):
        return None
    if point is not None and point not in {",", "."}:
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    return number(plain) if _NUMBER.fullmatch(plain) else None


@builtin("string", "from: any")
def _string(scope: Scope, value: object) -> str | None:
    return None if value is None else scope.text(_written(scope, value, quoted=False))


def _written(scope: Scope, value: object, *, quoted: bool) -> str:
    if isinstance(value, str):
        return _quoted(value) if quoted else value
    if isinstance(value, list):
        parts = [_written(scope, item, quoted=True) for item in value]
        return scope.text(f"[{', '.join(parts)}]")
    if isinstance(value, dict):
        parts = [
            f"{_written_name(name)}: {_written(scope, member, quoted=True)}"
            for name, member in value.items()
        ]
        return scope.text(f"{{{', '.join(parts)}}}")
    scope.spend(1)
    if isinstance(value, Range):
        return _written_range(scope, value)
    return _written_scalar(value)


def _written_scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return temporal.write(value)


def write_number(value: Decimal) -> str:
    """Write a number in full, without an exponent and without zeros at the end."""
    return format(abs(value) if value == 0 else value.normalize(NUMBERS), "f")


def _written_name(name: str) -> str:
    return name if name.replace(" ", "_").isidentifier() else _quoted(name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _written_range(scope: Scope, interval: Range) -> str:
    start = _written(scope, interval.start, quoted=True)
    end = _written(scope, interval.end, quoted=True)
    opening = "[" if interval.start_included else "("
    return f"{opening}{start}..{end}{']' if interval.end_included else ')'}"


@builtin("date", "from: string")
def _date(_: Scope, text: str) -> date | None:
    return temporal.read_date(text)


@builtin("date", "from: date")
def _date_of(_: Scope, value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@builtin("date", "year: number", "month: number", "day: number")
def _date_from_parts(_: Scope, year: Decimal, month: Decimal, day: Decimal) -> date:
    return date(int(year), int(month), int(day))


@builtin("time", "from: string")
def _time(_: Scope, text: str) -> time | None:
    return temporal.read_time(text)


@builtin("time", "from: time")
def _time_of(_: Scope, value: time | datetime) -> time:
    return value.timetz() if isinstance(value, datetime) else value


@builtin("time", "hour: number", "minute: number", "second: number", "offset: duration?")
def _time_from_parts(
    _: Scope,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: timedelta | Months | None = None,
) -> time | None:
    if isinstance(offset, Months):
        return None
    micro = int(second % 1 * 1_000_000)
    return time(int(hour), int(minute), int(second), micro, temporal.offset_zone(offset))


@builtin("date and time", "from: string")
def _date_and_time(_: Scope, text: str) -> datetime | None:
    return temporal.read_date_and_time(text)


@builtin("date and time", "date: date", "time: time")
def _date_and_time_from(_: Scope, day: date, at: time | datetime) -> datetime | None:
    if isinstance(at, datetime):
        return None
    return datetime.combine(day.date() if isinstance(day, datetime) else day, at)


@builtin("duration", "from: string")
def _duration(_: Scope, text: str) -> timedelta | Months | None:
    return temporal.read_duration(text)


@builtin("years and months duration", "from: date", "to: date")
def _months(_: Scope, start: date, end: date) -> Months:
    return temporal.months_between(start, end)


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@builtin("day of week", "date: date")
def _day_of_week(_: Scope, day: date) -> str:
    return _WEEKDAYS[day.weekday()]


@builtin("day of year", "date: date")
def _day_of_year(_: Scope, day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("month of year", "date: date")
def _month_of_year(_: Scope, day: date) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year", "date: date")
def _week_of_year(_: Scope, day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


@builtin("abs", "n: any")
def _abs(_: Scope, value: object) -> object:
    if isinstance(value, Months):
        return Months(abs(value.months))
    if isinstance(value, Decimal):
        return NUMBERS.abs(value)
    return abs(value) if isinstance(value, timedelta) else None


@builtin("is", "value1: any", "value2: any")
def _is(_: Scope, one: object, other: object) -> bool:
    """Same kind and same value; for times also the same zone."""
    if kind(one) != kind(other):
        return False
    if isinstance(one, (time, datetime)):
        return temporal.write(one) == temporal.write(other)
    return one is other or (not isinstance(one, (list, dict, Function)) and one == other)
