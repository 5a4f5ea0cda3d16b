"""The one source of time, so that tests and demonstrations can move it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_offset = timedelta(seconds=float(os.environ.get("SHENPI_CLOCK_OFFSET", "0")))


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC) + _offset  # noqa: TID251 - this is the clock


def move(by: timedelta) -> None:
    """Move the clock of this process, for tests and demonstrations only."""
    global _offset
    _offset += by


def micros(moment: datetime) -> int:
    """Microseconds since 1970 (UTC) of an aware moment: the form in which tables store time."""
    return round(moment.timestamp() * 1_000_000)


def moment(stored: int) -> datetime:
    """The aware UTC moment of stored microseconds."""
    return datetime.fromtimestamp(stored / 1_000_000, UTC)
