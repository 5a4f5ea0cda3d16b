"""受理号: the human number of a case, made of its kind, day and id; nothing is stored for it."""

from __future__ import annotations

import re
from datetime import timedelta

from engine import clock

_PREFIXES = {"registration": "ZC", "unit_registration": "DW"}
_OTHER = "BJ"
_NUMBER = re.compile(r"^[A-Z]{2}(\d{8})-?(\d{6,18})$")


def number_of(kind: str, started_at: int, case_id: int) -> str:
    """The number of a case, such as ``ZC20261123-000042``.

    :param started_at: microseconds; the day is that of Asia/Shanghai
    """
    day = clock.moment(started_at).astimezone(clock.ZONE)
    return f"{_PREFIXES.get(kind, _OTHER)}{day:%Y%m%d}-{case_id:06d}"


def case_of(number: str) -> int | None:
    """The case id in a number as people type it, or None where it is none."""
    match = _NUMBER.match(number.strip().upper())
    return int(match[2]) if match else None


def day_start(days_ago: int) -> int:
    """Microseconds of the start of the day ``days_ago`` days back, in Asia/Shanghai."""
    today = clock.now().astimezone(clock.ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return clock.micros(today - timedelta(days=days_ago))
