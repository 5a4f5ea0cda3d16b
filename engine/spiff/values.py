"""Task data is plain JSON from the moment it is put in, so a restored case equals a live one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

_PLAIN = (str, bool, int, float, type(None))


def plain(value: object) -> object:
    """The value in JSON's types: whole decimals become int, others float; dates ISO 8601 text.

    Raises TypeError for anything else: task data carries routing facts, no objects.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, str | int):
        return str(value) if isinstance(value, str) else int(value)
    raise TypeError(f"{type(value).__name__} cannot be task data")
