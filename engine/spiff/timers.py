"""Timers: FEEL or ISO 8601 in the diagram, an absolute moment once armed.

SpiffWorkflow's own timers ask the clock of the machine; ours get the caller's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine import clock, feel
from engine.errors import DiagramError
from engine.feel import Months

_DURATION = re.compile(
    r"P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)

Functions = Mapping[str, Callable[..., object]]


class Timer(TimerEventDefinition):
    """The definition of a timer event: when it is due, seen from the moment it is armed."""

    def __init__(self, node: str, text: str) -> None:
        super().__init__(node, text)
        self._value: object = iso(text.strip())
        self._feel = None if self._value is not None else feel.compile(text)

    def due(self, data: Mapping[str, object], functions: Functions, now: datetime) -> int:
        """Microseconds since 1970 (UTC). Raises DiagramError if the result is no time."""
        try:
            value = self._value if self._feel is None else self._feel(data, functions)
            moment = _moment(value, now)
        except (feel.FeelError, OverflowError) as error:
            raise DiagramError(f"timer {self.name}: {error}") from error
        if moment is None:
            raise DiagramError(f"timer {self.name}: {self.expression!r} gives no time")
        return clock.micros(moment)


def iso(text: str) -> object:
    """The datetime, date, timedelta or :class:`Months` an ISO 8601 literal means, else None."""
    if found := _DURATION.fullmatch(text):
        parts = {name: int(value or 0) for name, value in found.groupdict().items()}
        months = parts.pop("years") * 12 + parts.pop("months")
        rest = timedelta(**parts)
        if months and rest:
            raise DiagramError(f"{text}: months and days cannot be mixed in one duration")
        return Months(months) if months else rest
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _moment(value: object, now: datetime) -> datetime | None:
    if isinstance(value, str):
        value = iso(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=clock.ZONE)
    if isinstance(value, date):
        return datetime.combine(value, time(), clock.ZONE)
    if isinstance(value, timedelta):
        return now + value
    if isinstance(value, Months):
        return _add_months(now.astimezone(clock.ZONE), value.months)
    return None


def _add_months(local: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day where that month is shorter."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    return local.replace(
        year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1])
    )
