"""Working days of China, in the calendar of Asia/Shanghai.

Holidays and make-up days come from ``chinesecalendar``, which carries the yearly notices of the
State Council. A year that it does not know yet has plain weeks, Monday to Friday, until the
package is updated: ask :func:`is_known` before promising a date in such a year.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from chinese_calendar import holidays, workdays

from engine.clock import ZONE

_DAY = timedelta(days=1)
_HOLIDAYS = frozenset(holidays)
_MAKE_UP = frozenset(workdays)
_YEARS = frozenset(day.year for day in _HOLIDAYS)


def is_known(year: int) -> bool:
    """Whether the holidays of this year have been published to us."""
    return year in _YEARS


def is_workday(day: date) -> bool:
    """Whether offices work on this day; Monday to Friday in a year that is not known."""
    return day in _MAKE_UP or (day.weekday() < 5 and day not in _HOLIDAYS)


def add_workdays(moment: datetime, n: int) -> datetime:
    """The same wall time ``n`` working days after an aware moment, in Asia/Shanghai.

    A moment on a day off counts from the start (00:00) of the next working day, so what
    arrives on Saturday and what arrives in the night before Monday are due together.
    Raises ValueError for a negative ``n`` or a naive moment.
    """
    if n < 0:
        raise ValueError("working days are counted forward")
    local = _begin(_local(moment))
    day = local.date()
    while n:
        day += _DAY
        n -= is_workday(day)
    return datetime.combine(day, local.time(), ZONE)


def workdays_between(a: datetime, b: datetime) -> int:
    """Working days from ``a`` to ``b``, by date: ``workdays_between(a, add_workdays(a, n)) == n``.

    Counts the working days after the day of ``a`` up to the day of ``b``; ``a`` on a day off
    begins on the next working day. Negative where ``b`` is before ``a``.
    """
    if b < a:
        return -workdays_between(b, a)
    day, last = _begin(_local(a)).date(), _local(b).date()
    count = 0
    while day < last:
        day += _DAY
        count += is_workday(day)
    return count


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(ZONE)


def _begin(local: datetime) -> datetime:
    """The moment from which working days are counted."""
    day = local.date()
    if is_workday(day):
        return local
    while not is_workday(day):
        day += _DAY
    return datetime.combine(day, time(), ZONE)
