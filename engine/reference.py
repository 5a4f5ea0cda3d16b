"""Read the reference data that is checked in under ``models/data``.

Each file opens with ``#`` lines that name its source and date; ``models/data/README.md`` tells
the rest. These are the files as they stand, not the tables that ``engine.seed`` fills from them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from importlib.resources import files


class CodeSet(StrEnum):
    """A list of choices; the value is its scheme in the table ``code`` and the file's name."""

    ETHNICITY = "ethnicity"
    EDUCATION = "education"
    DEGREE = "degree"
    MAJOR = "major"
    TITLE = "title"
    COUNTRY = "country"
    NATURE = "nature"
    LEVEL = "level"
    INDUSTRY = "industry"


class RegionLevel(IntEnum):
    PROVINCE = 1
    CITY = 2
    COUNTY = 3


class TitleLevel(StrEnum):
    """正高级, 副高级, 中级, 助理级, 员级; not every series has all five."""

    SENIOR = "senior"
    ASSOCIATE_SENIOR = "associate_senior"
    INTERMEDIATE = "intermediate"
    ASSISTANT = "assistant"
    TECHNICIAN = "technician"


@dataclass(frozen=True)
class Region:
    """A node of the region tree; ``virtual`` marks 省直, which GB/T 2260 does not know."""

    code: str
    name: str
    parent: str | None
    level: RegionLevel
    pinyin: str
    initials: str
    virtual: bool


@dataclass(frozen=True)
class Entry:
    """One choice of a code set.

    ``level`` is set on titles only; ``recalled`` entries are from memory and await a check.
    """

    code: str
    name: str
    parent: str | None
    level: TitleLevel | None
    recalled: bool


@cache
def regions() -> tuple[Region, ...]:
    """Henan with its cities and counties and 省直, parents before children."""
    return tuple(
        Region(
            code=row["code"],
            name=row["name"],
            parent=row["parent"] or None,
            level=RegionLevel[row["level"].upper()],
            pinyin=row["pinyin"],
            initials=row["initials"],
            virtual=row["virtual"] == "1",
        )
        for row in _rows("region")
    )


@cache
def entries(code_set: CodeSet) -> tuple[Entry, ...]:
    """The choices of a code set in the order to show them, parents before children."""
    return tuple(
        Entry(
            code=row["code"],
            name=row["name"],
            parent=row.get("parent") or None,
            level=TitleLevel(row["level"]) if row.get("level") else None,
            recalled=row.get("recalled") == "1",
        )
        for row in _rows(code_set)
    )


def pinyin_overrides() -> dict[str, list[str]]:
    """Place names with the syllables that the general dictionary gets wrong."""
    return {row["text"]: row["pinyin"].split() for row in _rows("pinyin_override")}


def source(name: str) -> str:
    """What the head of the data file ``name`` says about where it is from."""
    head = [line[1:].strip() for line in _lines(name) if line.startswith("#")]
    return "\n".join(head)


def _rows(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(line for line in _lines(name) if not line.startswith("#"))


def _lines(name: str) -> list[str]:
    return (files("models") / "data" / f"{name}.csv").read_text("utf-8").splitlines()
