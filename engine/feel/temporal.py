"""Dates, times and durations: reading, writing, their members and their arithmetic."""

from __future__ import annotations

import calendar
import operator
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.values import NUMBERS, Months, finite

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(
    r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?"
    r"(Z|[+-]\d{2}:\d{2}|@[A-Za-z][\w+-]*(?:/[A-Za-z][\w+-]*){0,2})?",
    re.ASCII,
)
_DAYS = re.compile(
    r"(-?)P(?=.)(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-?)P(?=.)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)


def read_date(text: str) -> date | None:
    """Read ``2026-05-31``; null if it is no date from year 1 to 9999."""
    match = _DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Read ``08:30:00``, with an offset (``+08:00``, ``Z``) or zone (``@Asia/Shanghai``)."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, zone = match.groups()
    try:
        return time(
            int(hour),
            int(minute),
            int(second),
            int((fraction or "0").ljust(6, "0")[:6]),
            _zone(zone) if zone else None,
        )
    except (ValueError, OSError):  # KeyError of an unknown zone is wrapped in _zone
        return None


def _zone(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except KeyError as error:
            raise ValueError(text) from error
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)


def offset_zone(offset: timedelta | None) -> tzinfo | None:
    """Return the zone of an offset from UTC; none without one."""
    return None if offset is None else timezone(offset)


def read_date_and_time(text: str) -> datetime | None:
    """Read ``2026-05-31T08:30:00+08:00``; a date alone means its midnight."""
    day_text, has_time, time_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    if not has_time:
        return datetime.combine(day, time())
    at = read_time(time_text)
    return None if at is None else datetime.combine(day, at)


def read_duration(text: str) -> timedelta | Months | None:
    """Read ``P1DT2H`` or ``P1Y6M``."""
    if match := _DAYS.fullmatch(text):
        sign, days, hours, minutes, seconds = match.groups()
        try:
            length = timedelta(
                days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0)
            )
            length += timedelta(microseconds=int(Decimal(seconds or 0) * 1_000_000))
        except OverflowError:
            return None
        return -length if sign else length
    if match := _MONTHS.fullmatch(text):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return Months(-months if match[1] else months)
    return None


def read_any(text: str) -> object:
    """Read what stands in ``@"..."``: a date, a time, both, or a duration."""
    for read in (read_date, read_date_and_time, read_time, read_duration):
        if (value := read(text)) is not None:
            return value
    return None


def write(value: object) -> str:
    """Write a date, time or duration the way that it is read."""
    if isinstance(value, timedelta):
        return _write_days(value)
    if isinstance(value, Months):
        return _write_months(value.months)
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_write_time(value.timetz(), value)}"
    if isinstance(value, time):
        return _write_time(value, value)
    return value.isoformat() if isinstance(value, date) else ""


def _write_time(at: time, whole: time | datetime) -> str:
    text = at.replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    if isinstance(whole.tzinfo, ZoneInfo):
        return f"{text}@{whole.tzinfo.key}"
    offset = whole.utcoffset()
    if offset is None:
        return text
    if not offset:
        return text + "Z"
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{text}{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _write_days(length: timedelta) -> str:
    rest = abs(length)
    hours, seconds = divmod(rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{rest.microseconds:06}".rstrip("0") if rest.microseconds else ""
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    clock += f"{seconds}{fraction}S" * bool(seconds or fraction)
    text = f"{rest.days}D" * bool(rest.days) + f"T{clock}" * bool(clock)
    return ("-" if length < timedelta() else "") + "P" + (text or "T0S")


def _write_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = f"{years}Y" * bool(years) + f"{rest}M" * bool(rest)
    return ("-" if months < 0 else "") + "P" + (text or "0M")


def seconds(length: timedelta) -> Decimal:
    """Return a duration as a number of seconds, exact to the microsecond."""
    return Decimal(length // _MICROSECOND).scaleb(-6)


def from_seconds(number: Decimal) -> timedelta | None:
    """Return a duration of so many seconds; null if it is too long."""
    try:
        return timedelta(microseconds=int(number.scaleb(6).to_integral_value()))
    except (OverflowError, ArithmeticError, ValueError):
        return None


def add_months(day: date, months: int) -> date | None:
    """Go ``months`` on; a day that the month lacks becomes the last one that it has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def months_between(start: date, end: date) -> Months:
    """Return the whole months from ``start`` to ``end``."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and _within_month(end) < _within_month(start):
        months -= 1
    elif months < 0 and _within_month(end) > _within_month(start):
        months += 1
    return Months(months)


def _within_month(day: date) -> tuple[int, time]:
    return day.day, day.time() if isinstance(day, datetime) else time()


def _time_plus(at: time, length: timedelta) -> time:
    moved = datetime.combine(date(2000, 1, 1), at.replace(tzinfo=None)) + timedelta(
        seconds=length.seconds, microseconds=length.microseconds
    )
    return moved.time().replace(tzinfo=at.tzinfo)


def _time_minus(one: time, other: time) -> timedelta:
    day = date(2000, 1, 1)
    return datetime.combine(day, one) - datetime.combine(day, other)


def _scaled(months: Months, number: Decimal) -> Months:
    return Months(int(NUMBERS.multiply(Decimal(months.months), number)))


def _divided(one: Decimal, other: Decimal) -> Decimal | None:
    return finite(NUMBERS.divide(one, other))


Operation = Callable[..., object]
ADD: dict[tuple[type, type], Operation] = {
    (date, timedelta): operator.add,
    (timedelta, date): operator.add,
    (datetime, timedelta): operator.add,
    (timedelta, datetime): operator.add,
    (timedelta, timedelta): operator.add,
    (time, timedelta): _time_plus,
    (timedelta, time): lambda length, at: _time_plus(at, length),
    (date, Months): lambda day, months: add_months(day, months.months),
    (datetime, Months): lambda day, months: add_months(day, months.months),
    (Months, date): lambda months, day: add_months(day, months.months),
    (Months, datetime): lambda months, day: add_months(day, months.months),
    (Months, Months): lambda one, other: Months(one.months + other.months),
}
SUBTRACT: dict[tuple[type, type], Operation] = {
    (date, date): operator.sub,
    (datetime, datetime): operator.sub,
    (date, timedelta): operator.sub,
    (datetime, timedelta): operator.sub,
    (timedelta, timedelta): operator.sub,
    (time, time): _time_minus,
    (time, timedelta): lambda at, length: _time_plus(at, -length),
    (date, Months): lambda day, months: add_months(day, -months.months),
    (datetime, Months): lambda day, months: add_months(day, -months.months),
    (Months, Months): lambda one, other: Months(one.months - other.months),
}
MULTIPLY: dict[tuple[type, type], Operation] = {
    (timedelta, Decimal): lambda length, number: from_seconds(seconds(length) * number),
    (Decimal, timedelta): lambda number, length: from_seconds(seconds(length) * number),
    (Months, Decimal): _scaled,
    (Decimal, Months): lambda number, months: _scaled(months, number),
}
DIVIDE: dict[tuple[type, type], Operation] = {
    (timedelta, Decimal): lambda length, number: from_seconds(
        NUMBERS.divide(seconds(length), number)
    ),
    (timedelta, timedelta): lambda one, other: _divided(seconds(one), seconds(other)),
    (Months, Decimal): lambda months, number: _scaled(months, NUMBERS.divide(Decimal(1), number)),
    (Months, Months): lambda one, other: _divided(Decimal(one.months), Decimal(other.months)),
}


def _number(read: Callable[..., int]) -> Operation:
    return lambda value: Decimal(read(value))


def _part(length: timedelta, unit: int, count: int | None = None) -> int:
    """Return how many units of so many seconds; a negative duration has negative parts."""
    units = abs(length) // _SECOND // unit
    units = units if count is None else units % count
    return -units if length < timedelta() else units


_DAY: dict[str, Operation] = {
    "year": _number(lambda day: day.year),
    "month": _number(lambda day: day.month),
    "day": _number(lambda day: day.day),
    "weekday": _number(lambda day: day.isoweekday()),
}
_CLOCK: dict[str, Operation] = {
    "hour": _number(lambda at: at.hour),
    "minute": _number(lambda at: at.minute),
    "second": _number(lambda at: at.second),
    "time offset": lambda at: at.utcoffset(),
    "timezone": lambda at: at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else None,
}
MEMBERS: dict[type, dict[str, Operation]] = {
    date: _DAY,
    datetime: _DAY | _CLOCK,
    time: _CLOCK,
    timedelta: {
        "days": _number(lambda length: _part(length, 86400)),
        "hours": _number(lambda length: _part(length, 3600, 24)),
        "minutes": _number(lambda length: _part(length, 60, 60)),
        "seconds": _number(lambda length: _part(length, 1, 60)),
    },
    Months: {
        "years": _number(lambda months: int(months.months / 12)),
        "months": _number(
            lambda months: abs(months.months) % 12 * (-1 if months.months < 0 else 1)
        ),
    },
}
