"""受理号: the human number of a case, made of its kind, day and id; nothing is stored for it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

_PREFIXES = {"registration": "ZC", "unit_registration": "DW"}
_OTHER = "BJ"
_DAY = 24 * 3600 * 1_000_000
_EAST = 8 * 3600 * 1_000_000  # Asia/Shanghai, without summer time since 1991
_NUMBER = re.compile(r"^[A-Z]{2}(\d{8})-?(\d{6,18})$")


def number_of(kind: str, started_at: int, case_id: int) -> str:
    """The number of a case, such as ``ZC20261123-000042``.

    :param started_at: microseconds; the day is that of Asia/Shanghai
    """
    day = _day((started_at + _EAST) // _DAY)
    return f"{_PREFIXES.get(kind, _OTHER)}{day}-{case_id:06d}"


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    """``YYYYMMDD`` of a count of days since 1970."""
    return f"{date(1970, 1, 1) + timedelta(days=number):%Y%m%d}"


def case_of(number: str) -> int | None:
    """The case id in a number as people type it, or None where it is none."""
    match = _NUMBER.match(number.strip().upper())
    return int(match[2]) if match else None
