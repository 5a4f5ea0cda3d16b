"""Queries of the hot path: built once by Peewee, then executed with parameters.

Building the SQL is most of what a small query costs in Python (performance.md), so a decision and
an inbox page build nothing. Everything else uses the models directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from peewee import Query, Value, __exception_wrapper__  # type: ignore[attr-defined]  # not in the stubs

from models.base import db


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


def slot(name: str) -> Value:
    """Where a parameter of that name goes; the value is passed to the driver as it is."""
    return Value(_Slot(name), converter=False, unpack=False)


def slots(name: str, count: int) -> list[Value]:
    """Places for so many values of a list; ``spread`` fills them."""
    return [slot(f"{name}{number}") for number in range(count)]


def spread(name: str, values: Iterable[int]) -> dict[str, int]:
    """The values of a list under the names of their ``slots``."""
    return {f"{name}{number}": value for number, value in enumerate(values)}


class Prepared:
    """One query with named parameters; built anew for each kind of database it meets."""

    def __init__(self, build: Callable[[], Query]) -> None:
        self._build = build
        self._made: dict[type, tuple[str, tuple[Any, ...]]] = {}

    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        kind = type(db.obj)
        made = self._made.get(kind)
        if made is None:
            sql, params = self._build().sql()
            made = self._made[kind] = (sql, tuple(params))
        return made

    def run(self, **values: Any) -> Any:
        """Execute and return the driver's cursor.

        :raises peewee.DatabaseError: as Peewee does, whatever the driver
        """
        sql, params = self._sql()
        bound = [values[p.name] if type(p) is _Slot else p for p in params]
        with __exception_wrapper__:
            return db.connection().execute(sql, bound)

    def one(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        row: tuple[Any, ...] | None = self.run(**values).fetchone()
        return row

    def all(self, **values: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        rows: list[tuple[Any, ...]] = self.run(**values).fetchall()
        return rows
