"""What can be chosen in a form's pop-up windows: regions, units, departments, majors (R10-R12).

Searched by name, full pinyin or initials. Lists are keyset pages: a position is the value of the
row at the edge, so nothing is skipped or shown twice when rows come and go between two pages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from peewee import JOIN, Expression, Field, ModelSelect, Tuple, fn

from engine.fields import Fault, Unacceptable
from engine.pinyin import initials, pinyin
from models import Base, Code, Region, Unit, UnitDepartment, UnitKind, tuples

PAGE = 20
QUERY_LONGEST = 50

Above = Region.alias()
R = TypeVar("R", bound=Base)


class Near(StrEnum):
    """Which units belong to a region: those below it, or also those of the regions above it."""

    WITHIN = "within"
    LINE = "line"


@dataclass(frozen=True)
class Choice:
    """One row: what is posted, what is read, and a second line."""

    value: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """A page of choices; ``previous`` and ``next`` are positions, or none at the ends."""

    rows: tuple[Choice, ...]
    previous: str | None = None
    next: str | None = None


@dataclass(frozen=True)
class Turn:
    """What to look for and where to go on; a position that does not exist means the first page."""

    query: str = ""
    after: str = ""
    before: str = ""

    @property
    def words(self) -> str:
        return unicodedata.normalize("NFKC", _plain(self.query[:QUERY_LONGEST])).strip()


def cities() -> tuple[Choice, ...]:
    """The cities of the province and 省直, in their official order."""
    return tuple(
        Choice(region.code, region.name)
        for region in Region.select().where(Region.level == 2).order_by(Region.code)
    )


def regions(turn: Turn, *, city: str = "") -> Page:
    """Cities; or a city and its counties; or whatever a search finds. Never more than one page."""
    city = _plain(city)
    query = Region.select(Region, Above).join(Above, JOIN.LEFT_OUTER, on=Region.parent)
    if turn.words:
        query = query.where(_matches(Region, turn.words))
    if city:
        query = query.where((Region.code == city) | (Region.parent == city))
    elif not turn.words:
        query = query.where(Region.level <= 2)
    found = list(query.order_by(Region.level, Region.code).limit(200))
    return Page(
        tuple(
            Choice(region.code, region.name, region.parent.name if region.level == 3 else "")
            for region in found
        )
    )


def units(
    turn: Turn,
    *,
    region: str,
    kinds: Iterable[UnitKind] = tuple(UnitKind),
    near: Near = Near.WITHIN,
) -> Page:
    """Active units of a region in the order of their pinyin (R11, A3)."""
    query = (
        Unit.active()
        .select(Unit, Region)
        .join(Region)
        .where(Unit.region << sorted(area(region, near)), Unit.kind << [str(k) for k in kinds])
    )
    if turn.words:
        query = query.where(_matches(Unit, turn.words))
    edge = Unit.get_or_none(Unit.id == _number(turn.after or turn.before))
    key = (Unit.pinyin, Unit.id)
    return _paged(
        query, key, None if edge is None else (edge.pinyin, edge.id), turn,
        lambda unit: Choice(str(unit.id), unit.name, unit.region.name),
    )  # fmt: skip


def departments(turn: Turn, *, unit: str) -> Page:
    """The open departments of an active unit (A16)."""
    query = open_departments(_number(unit))
    if turn.words:
        query = query.where(UnitDepartment.id.in_(_named(query, turn.words.lower())))
    edge = _number(turn.after or turn.before)
    return _paged(
        query, (UnitDepartment.id,), None if edge < 0 else (edge,), turn,
        lambda department: Choice(str(department.id), department.name),
    )  # fmt: skip


def _named(departments: ModelSelect[UnitDepartment], words: str) -> list[int]:
    """Those whose name, pinyin or initials have the words; a unit's own list is short."""
    return [
        each.id
        for each in departments
        if any(
            words in text for text in (each.name.lower(), pinyin(each.name), initials(each.name))
        )
    ]


def open_departments(unit: int) -> ModelSelect[UnitDepartment]:
    """The departments of a unit that can be chosen."""
    return UnitDepartment.select().where(
        UnitDepartment.unit == unit,
        UnitDepartment.closed == False,  # noqa: E712 - SQL
    )


def categories() -> tuple[Choice, ...]:
    """The categories (门类) of majors."""
    query = Code.of("major").where(Code.parent.is_null())
    return tuple(Choice(row.code, row.name) for row in query)


def majors(turn: Turn, *, category: str = "") -> Page:
    """Classes (专业类) of majors, all or of one category."""
    category = _plain(category)
    below = Code.alias()
    has_entries = below.select().where(below.scheme == Code.scheme, below.parent == Code.code)
    query = Code.select().where(Code.scheme == "major", ~fn.EXISTS(has_entries))
    if category:
        query = query.where((Code.parent == category) | (Code.code == category))
    if turn.words:
        query = query.where(_matches(Code, turn.words))
    edge = Code.get_or_none(Code.scheme == "major", Code.code == _plain(turn.after or turn.before))
    above = {choice.value: choice.text for choice in categories()}
    return _paged(
        query, (Code.position,), None if edge is None else (edge.position,), turn,
        lambda row: Choice(row.code, row.name, above.get(str(row.parent), "")),
    )  # fmt: skip


def codes(scheme: str) -> tuple[Choice, ...]:
    """All entries of a code set, for a list box."""
    return tuple(Choice(row.code, row.name) for row in Code.of(scheme))


def area(region: str, near: Near = Near.WITHIN) -> frozenset[str]:
    """A region with those below it, and for ``LINE`` those above it; empty for an unknown code."""
    parents: dict[str, str | None] = dict(tuples(Region.select(Region.code, Region.parent)))
    if region not in parents:
        return frozenset()
    within = {code for code in parents if region in above(code, parents)}
    return frozenset(within if near is Near.WITHIN else within | set(above(region, parents)))


def above(region: str, parents: dict[str, str | None]) -> tuple[str, ...]:
    """A region and the regions above it, nearest first."""
    line = [region]
    while (parent := parents.get(line[-1])) is not None:
        line.append(parent)
    return tuple(line)


def name_of_region(code: str) -> str:
    """The full name, ``郑州市金水区``; empty if there is no such region."""
    names: list[str] = []
    region = Region.get_or_none(Region.code == _plain(code))
    while region is not None and (region.level > 1 or not names):
        names.append(region.name)
        region = region.parent
    return "".join(reversed(names))


def name_of_unit(value: str) -> str:
    """The name of an active unit, or nothing."""
    unit = Unit.active().where(Unit.id == _number(value)).get_or_none()
    return "" if unit is None else str(unit.name)


def name_of_department(value: str) -> str:
    """The name of an open department, or nothing."""
    found = UnitDepartment.get_or_none(UnitDepartment.id == _number(value))
    return "" if found is None or found.closed else str(found.name)


def name_of_code(scheme: str, code: str) -> str:
    """The name of an entry of a code set, or nothing."""
    found = Code.get_or_none(Code.scheme == scheme, Code.code == _plain(code))
    return "" if found is None else str(found.name)


def entry_of(scheme: str) -> Callable[[str], str]:
    """A check that a text is the code of an entry; headings that have entries below are none."""

    def check(text: str) -> str:
        if not _plain(text):
            raise Unacceptable(Fault.CHOICE)
        rows = Code.select().where(Code.scheme == scheme)
        if not rows.where(Code.code == text).exists() or rows.where(Code.parent == text).exists():
            raise Unacceptable(Fault.CHOICE)
        return text

    return check


def _matches(table: type[Region] | type[Unit] | type[Code], words: str) -> Expression:
    reading = "".join(words.lower().split())
    return (
        table.name.contains(words)
        | table.pinyin.contains(reading)
        | table.initials.contains(reading)
    )


def _plain(text: str) -> str:
    """A code or search text as typed; nothing where it holds what no database would store."""
    return text if text.isprintable() else ""


def _number(text: str) -> int:
    """An id, or -1 for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else -1


def _paged(
    query: ModelSelect[R],
    key: tuple[Field, ...],
    edge: tuple[object, ...] | None,
    turn: Turn,
    row: Callable[[R], Choice],
) -> Page:
    """One page after or before ``edge``, the values of ``key`` in the row at the border."""
    backwards = edge is not None and not turn.after
    if edge is not None:
        here = Tuple(*key)
        query = query.where(here < edge if backwards else here > edge)
    order = [field.desc() if backwards else field.asc() for field in key]
    found = [row(item) for item in query.order_by(*order).limit(PAGE + 1)]
    more = len(found) > PAGE
    rows = found[:PAGE][::-1] if backwards else found[:PAGE]
    if not rows:
        return Page(())
    return Page(
        tuple(rows),
        previous=rows[0].value if (more if backwards else edge is not None) else None,
        next=rows[-1].value if (more or backwards) else None,
    )
