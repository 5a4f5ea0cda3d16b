"""The inbox of one office as the open tasks of the province grow, over 50,000 units.

Times are those of the database: executing the two statements of the first page and fetching their
rows. The office measured has one sixtieth of all open tasks.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator

import models
from bench import databases
from engine import clock, inbox
from engine.db import transaction
from engine.seed import bulk
from models import Account, Case, Definition, Office, Task, Unit

UNITS = 50_000
SHARE = 60
ROUNDS = 400


def main() -> None:
    """``python -m bench inbox [--sizes 10000,100000,1000000]``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--databases", default=",".join(databases.KINDS))
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    print("| database | open tasks | page p50 ms | page p95 ms | count p95 ms | both p95 ms "
          "| page, ratio to the smallest |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for kind in options.databases.split(","):
        with databases.province(kind):
            _grow(kind, sizes)


def _grow(kind: str, sizes: list[int]) -> None:
    office = _units()
    base, filled = 0.0, 0
    for size in sizes:
        _fill(filled, size, office)
        filled = size
        page = _times(lambda: inbox._FIRST["office"].all(office=office, size=inbox.PAGE + 1))
        above = _times(lambda: inbox._FIRST["escalated"].all(office=office, size=inbox.PAGE + 1))
        count = _times(
            lambda: inbox._COUNT["office"].one(office=office, bound=inbox.COUNT_BOUND + 1)
        )
        both = [sum(three) for three in zip(page, above, count, strict=True)]
        base = base or databases.quantile(page, 0.5)
        print(
            f"| {kind} | {size} | {databases.quantile(page, 0.5):.3f} "
            f"| {databases.quantile(page, 0.95):.3f} | {databases.quantile(count, 0.95):.3f} "
            f"| {databases.quantile(both, 0.95):.3f} "
            f"| {databases.quantile(page, 0.5) / base:.2f} |",
            flush=True,
        )


def _times(run: Callable[[], object]) -> list[float]:
    """Milliseconds of each of many executions, after some that are not counted."""
    found = []
    for number in range(ROUNDS + 20):
        begin = time.perf_counter()
        run()
        if number >= 20:
            found.append((time.perf_counter() - begin) * 1e3)
    return found


def _units() -> int:
    """Units and an office each, below the first; the office to be measured is the first new one."""
    first = bulk.next_id(Unit)
    now = clock.micros(clock.now())
    superior = Unit.select().order_by(Unit.id).first()
    office = bulk.next_id(Office)
    with transaction():
        bulk.insert(
            Unit,
            (
                "id",
                "kind",
                "name",
                "region",
                "superior",
                "state",
                "pinyin",
                "initials",
                "created_at",
            ),
            (
                (
                    first + n,
                    "employer",
                    f"单位{n}",
                    superior.region_id,
                    superior.id,
                    "active",
                    "",
                    "",
                    now,
                )
                for n in range(UNITS)
            ),
        )
        bulk.insert(
            Office,
            ("id", "unit", "code", "name"),
            ((office + n, first + n, "administrator", "单位管理员") for n in range(UNITS)),
        )
    return office


def _fill(begin: int, end: int, office: int) -> None:
    """Open tasks number ``begin`` to ``end``, one in sixty at the measured office."""
    definition = Definition.get(Definition.key == "registration").id
    account = Account.select().order_by(Account.id).first().id
    unit = Office.get_by_id(office).unit_id
    case, task, now = bulk.next_id(Case), bulk.next_id(Task), clock.micros(clock.now())
    count = end - begin

    def cases() -> Iterator[tuple[object, ...]]:
        for n in range(count):
            yield (
                case + n, definition, "registration", account, unit + _at(begin + n),
                10**9 + begin + n, f"申请人{n}", "running", 1, os.urandom(32), now - n * 1000,
            )  # fmt: skip

    def tasks() -> Iterator[tuple[object, ...]]:
        for n in range(count):
            yield (
                task + n, case + n, "employer_review", os.urandom(16), "registration",
                office + _at(begin + n), now - n * 1000,
            )  # fmt: skip

    with transaction():
        bulk.insert(
            Case,
            ("id", "definition", "kind", "account", "unit", "subject", "title", "status",
             "revision", "head", "started_at"),
            cases(),
        )  # fmt: skip
        bulk.insert(
            Task,
            ("id", "case", "node", "token", "kind", "office", "opened_at"),
            tasks(),
        )
    bulk.analyse((Case, Task, Unit, Office))
    if not models.is_sqlite():
        models.db.execute_sql('VACUUM "task"')


def _at(number: int) -> int:
    """Which office has a task: the first one in sixty, else some other."""
    return 0 if number % SHARE == 0 else 1 + number * 7919 % (UNITS - 1)
