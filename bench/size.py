"""What a registration takes in the database while it runs, and once it has ended.

Everything counts: account, profile, case, tasks, history, messages and all their indexes.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

from bench import databases, people
from engine.actor import Actor
from engine.seed import Place, Province, Role
from engine.subjects import registration
from engine.verbs.decide import decide
from models import Appointment, Task, Unit, tuples


def main() -> None:
    """``python -m bench size [--cases N]``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=400)
    cases = parser.parse_args().cases
    print("| database | running case, bytes | ended case with history, bytes |")
    print("|---|---|---|")
    for kind in databases.KINDS:
        with databases.province(kind) as (_url, province):
            running, ended = measure(province, cases)
        print(f"| {kind} | {running:.0f} | {ended:.0f} |", flush=True)


def measure(province: Province, cases: int) -> tuple[float, float]:
    """Bytes of a running and of an ended case: submitted, returned, corrected, approved."""
    before = databases.bytes_used()
    ids = list(people.register(Unit.get_by_id(province.units[Place.JIYUAN_COMPANY]), cases))
    running = (databases.bytes_used() - before) / cases
    for case in ids:
        _through(province, case)
    return running, (databases.bytes_used() - before) / cases


def _through(province: Province, case: int) -> None:
    """Return the case, correct it, approve it: two rounds of review."""
    administrator = _actor(province, Role.JIYUAN_COMPANY_ADMINISTRATOR)
    decide(_open(case), actor=administrator, outcome="return", opinion="请补充毕业院校", revision=1)
    owner = Task.get(Task.case == case).case.account
    person = Actor(owner.id, owner.name)
    form = registration.filled_in(case, actor=person)
    registration.correct(case, replace(form, school="河南大学"), actor=person, revision=2)
    decide(_open(case), actor=administrator, outcome="approve", opinion="同意", revision=3)


def _open(case: int) -> int:
    return int(Task.get(Task.case == case, Task.closed_at.is_null()).id)


def _actor(province: Province, role: Role) -> Actor:
    person = province.accounts[role]
    held = Appointment.select(Appointment.office).where(Appointment.account == person.account)
    return Actor(person.account, person.name, frozenset(row[0] for row in tuples(held)))
