"""Let the process die between two writes, as far as a database can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from peewee import Database

from models import prepared


class Crash(BaseException):
    """Not an Exception: nothing may catch it and go on."""


def _writes(sql: str) -> bool:
    return sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))


def crash() -> None:
    raise Crash


@contextmanager
def crash_after(writes: int, crash: Callable[[], None] = crash) -> Iterator[None]:
    """Crash as soon as so many writes were made in the block."""
    left = writes

    def count(sql: str) -> None:
        nonlocal left
        if _writes(sql):
            left -= 1
            if left == 0:
                crash()

    run, execute_sql = prepared.Prepared.run, Database.execute_sql

    def run_and_count(self: prepared.Prepared, **values: Any) -> Any:
        cursor = run(self, **values)
        count(self._sql()[0])
        return cursor

    def execute_and_count(self: Database, sql: str, *args: Any, **options: Any) -> Any:
        cursor = execute_sql(self, sql, *args, **options)
        count(sql)
        return cursor

    counted = patch.object(prepared.Prepared, "run", run_and_count)
    with counted, patch.object(Database, "execute_sql", execute_and_count):
        yield
