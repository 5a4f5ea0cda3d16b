"""Races: threads with connections of their own, and processes that are killed.

Whoever comes second learns who was first; nothing happens twice, nothing is half done.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from engine import clock
from engine.actor import Actor
from engine.db import connected
from engine.errors import AlreadyDecided, Invalid, Refused, ShenpiError, Stale
from engine.seed import Place, Province, Role
from engine.subjects import registration
from engine.verbs import timers
from engine.verbs.claim import claim
from engine.verbs.decide import decide
from engine.verbs.withdraw import withdraw
from models import Account, Case, Event, Message, Professional, Task, Unit, UnitState
from tests import invariants
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]
HOSPITAL = (Role.HOSPITAL_ADMINISTRATOR, Role.HOSPITAL_DEPUTY, Role.HOSPITAL_SUBSTITUTE)
HERE = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def applicant(case: int) -> Actor:
    account: Account = Case.get_by_id(case).account
    return Actor(account.id, account.name)


def race(*acts: Callable[[], object]) -> list[object]:
    """Carry out acts at once, each in a thread with its own connection: results or errors."""
    results: list[object] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], object]) -> None:
        with connected():
            gate.wait()
            try:
                results[number] = act() or "done"
            except ShenpiError as error:
                results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert None not in results
    return results


def lost(results: Sequence[object]) -> list[ShenpiError]:
    return [one for one in results if isinstance(one, ShenpiError)]


def lines(case: int, verb: str) -> int:
    return Event.select().where(Event.case == case, Event.verb == verb).count()


def deciding(case: int, actor: Actor, outcome: str = "approve") -> Callable[[], object]:
    task = open_task(case).id
    return lambda: decide(task, actor=actor, outcome=outcome, opinion="意见", revision=1)


def test_of_eight_decisions_one_counts_and_seven_learn_whose(case: int, acting: Act) -> None:
    acts = [
        deciding(case, acting(HOSPITAL[number % 3]), ["approve", "reject"][number % 2])
        for number in range(8)
    ]
    losers = lost(race(*acts))
    task = Task.get(Task.case == case)
    winner = Account.get_by_id(task.closed_by_id).name
    assert len(losers) == 7
    for late in losers:
        assert isinstance(late, AlreadyDecided)
        assert (late.who, late.what, late.when) == (winner, task.outcome, task.closed_at)
    assert lines(case, "decide") == 1
    told = Message.select().where(Message.case == case, Message.template == "decided")
    assert told.where(Message.channel == "notice").count() == 1
    invariants.check_all()


def test_a_double_click_decides_once(case: int, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_DEPUTY)
    (late,) = lost(race(*[deciding(case, actor)] * 2))
    assert isinstance(late, AlreadyDecided)
    assert late.who == actor.name
    assert lines(case, "decide") == 1


@pytest.mark.parametrize("outcome", ["approve", "reject", "return"])
def test_a_decision_and_a_withdrawal_never_both_count(case: int, acting: Act, outcome: str) -> None:
    owner = applicant(case)
    (late,) = lost(
        race(
            deciding(case, acting(Role.HOSPITAL_DEPUTY), outcome),
            lambda: withdraw(case, actor=owner, revision=1),
        )
    )
    if lines(case, "withdraw"):
        assert isinstance(late, AlreadyDecided)
        assert (late.who, late.what) == (owner.name, "withdraw")
        assert Case.get_by_id(case).outcome == "withdrawn"
    else:
        assert isinstance(late, Refused | Stale)
        assert lines(case, "decide") == 1
    assert Case.get_by_id(case).revision == 2
    invariants.check_all()


def test_a_case_is_withdrawn_once(case: int) -> None:
    owner = applicant(case)
    losers = lost(race(*[lambda: withdraw(case, actor=owner, revision=1)] * 4))
    assert [str(late) for late in losers] == ["ended"] * 3
    assert lines(case, "withdraw") == 1
    invariants.check_all()


def test_one_of_two_workers_fires_a_timer(case: int, later: None) -> None:
    clock.move(timedelta(days=30))
    results = race(*[lambda: "fired" if timers.tick(case) else "nothing"] * 4)
    assert sorted(map(str, results)) == ["fired", "nothing", "nothing", "nothing"]
    assert lines(case, "timer") == 1
    invariants.check_all()


def test_a_timer_and_a_decision_both_count_one_after_the_other(
    case: int, acting: Act, later: None
) -> None:
    clock.move(timedelta(days=30))
    results = race(
        deciding(case, acting(Role.HOSPITAL_DEPUTY)),
        lambda: "fired" if timers.tick(case) else "too late",
    )
    assert lost(results) == []
    assert lines(case, "timer") == (results[1] == "fired")
    assert Case.get_by_id(case).outcome == "approved"
    invariants.check_all()


def test_of_two_registrations_of_one_number_one_is_made(province: Province) -> None:
    forms = [person_form(province) for _time in range(3)]
    losers = lost(race(*[lambda f=f: registration.submit(f, address=ADDRESS) for f in forms]))
    assert len(losers) == 2
    for late in losers:
        assert isinstance(late, Invalid)
        assert late.fields == {"id_number": "id_taken"}
    assert Case.select().count() == 1
    invariants.check_all()


def test_of_two_claims_one_counts(case: int, acting: Act) -> None:
    task = open_task(case).id
    actors = [acting(role) for role in HOSPITAL]
    results = race(*[lambda a=actor: claim(task, actor=a) for actor in actors])
    assert [str(late) for late in lost(results)] == ["claimed", "claimed"]
    assert open_task(case).claimed_by_id == actors[results.index("done")].account


def test_a_claim_and_a_decision_by_another_never_both_count(case: int, acting: Act) -> None:
    task = open_task(case).id
    claiming, other = acting(Role.HOSPITAL_DEPUTY), acting(Role.HOSPITAL_ADMINISTRATOR)
    (late,) = lost(race(lambda: claim(task, actor=claiming), deciding(case, other)))
    if isinstance(late, AlreadyDecided):
        assert late.who == other.name
    else:
        assert str(late) == "claimed"
        assert open_task(case).claimed_by_id == claiming.account


def test_nobody_is_approved_into_a_closed_unit(case: int, province: Province, acting: Act) -> None:
    hospital = province.units[Place.HOSPITAL]

    def close() -> None:
        Unit.update(state=UnitState.CLOSED).where(Unit.id == hospital).execute()

    losers = lost(race(deciding(case, acting(Role.HOSPITAL_DEPUTY)), close))
    state = Professional.get_by_id(Case.get_by_id(case).subject).state
    if losers:
        assert [str(late) for late in losers] == ["unit_closed"]
        assert (state, Case.get_by_id(case).status) == ("pending", "running")
    else:
        assert (state, Case.get_by_id(case).outcome) == ("active", "approved")
    invariants.check_all()


DYING = """
import sys
import models
from engine import subjects
from engine.actor import Actor
from engine.verbs.decide import decide
from tests.crashes import crash_after

url, (first, second, account, office) = sys.argv[1], map(int, sys.argv[2:])
subjects.load()
models.open_database(url)
models.db.connect()
actor = Actor(account, "x", frozenset({office}))


def wait_to_be_killed():
    print("here", flush=True)
    sys.stdin.read()


decide(first, actor=actor, outcome="approve", revision=1)
with crash_after(5, wait_to_be_killed):
    decide(second, actor=actor, outcome="approve", revision=1)
"""


@pytest.mark.slow
def test_a_killed_process_leaves_all_it_committed_and_nothing_else(
    case: int, province: Province, acting: Act, database: str
) -> None:
    actor = acting(Role.HOSPITAL_DEPUTY)
    second = registration.submit(person_form(province, 1), address=ADDRESS).case
    numbers = (open_task(case).id, open_task(second).id, actor.account, min(actor.offices))
    with subprocess.Popen(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-c", DYING, database, *map(str, numbers)],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    for number, revision, outcome in ((case, 2, "approved"), (second, 1, None)):
        row = Case.get_by_id(number)
        assert (row.revision, row.outcome) == (revision, outcome)
        told = Message.select().where(Message.case == number, Message.channel == "notice")
        assert told.count() == revision - 1
    invariants.check_all()
    assert decide(open_task(second).id, actor=actor, outcome="approve", revision=1).ended
    invariants.check_all()
