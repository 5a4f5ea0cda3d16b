"""Regions and code sets, from the files into their tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from engine import reference
from engine.db import transaction
from engine.pinyin import initials, pinyin
from engine.reference import CodeSet
from engine.seed import bulk
from models import Base, Code, Region, tuples

_REGION = ("code", "name", "parent", "level", "pinyin", "initials")
_CODE = ("scheme", "code", "name", "parent", "position", "pinyin", "initials")

Row = tuple[object, ...]


@dataclass(frozen=True)
class Loaded:
    """How many rows were missing or different from the files."""

    regions: int
    codes: int


def load_reference() -> Loaded:
    """Bring the tables ``region`` and ``code`` to what the files say; may run at every start.

    Rows that the files no longer have stay, because people and units may carry their codes.
    """
    with transaction():
        bulk.alone((Region, Code))
        return Loaded(
            regions=_bring(Region, _REGION, 1, _regions()), codes=_bring(Code, _CODE, 2, _codes())
        )


def _bring(table: type[Base], columns: tuple[str, ...], keys: int, rows: tuple[Row, ...]) -> int:
    """Insert and update what differs; the first ``keys`` columns are the primary key."""
    fields = [table._meta.fields[name] for name in columns]
    stored = {row[:keys]: row for row in tuples(table.select(*fields))}
    bulk.insert(table, columns, [row for row in rows if row[:keys] not in stored])
    changed = [row for row in rows if stored.get(row[:keys], row) != row]
    for row in changed:
        values = dict(zip(fields[keys:], row[keys:], strict=True))
        same = [field == value for field, value in zip(fields, row[:keys], strict=False)]
        table.update(values).where(*same).execute()
    return len(changed) + sum(row[:keys] not in stored for row in rows)


@cache
def _regions() -> tuple[Row, ...]:
    return tuple(
        (r.code, r.name, r.parent, int(r.level), r.pinyin, r.initials) for r in reference.regions()
    )


@cache
def _codes() -> tuple[Row, ...]:
    return tuple(
        (
            code_set.value,
            entry.code,
            entry.name,
            entry.parent,
            position,
            pinyin(entry.name),
            initials(entry.name),
        )
        for code_set in CodeSet
        for position, entry in enumerate(reference.entries(code_set))
    )
