"""Withdrawing: the applicant alone, while the case runs, and in a race exactly one wins."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

import models
from engine import audit
from engine.actor import Actor
from engine.db import connected
from engine.errors import AlreadyDecided, NotFound, NotYours, Refused, ShenpiError, Stale
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs.decide import decide
from engine.verbs.withdraw import withdraw
from models import Account, Case, Event, Task
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]


@pytest.fixture
def case(province: Province) -> Case:
    return Case.get_by_id(registration.submit(person_form(province), address=ADDRESS).case)


@pytest.fixture
def applicant(case: Case) -> Actor:
    return Actor(case.account_id, "王𬭎")


def test_a_withdrawn_case_has_ended_and_frees_the_id_number(case: Case, applicant: Actor) -> None:
    withdraw(case.id, actor=applicant, revision=1, opinion=" 选错单位 ")
    ended = Case.get_by_id(case.id)
    assert (ended.status, ended.outcome) == ("ended", "withdrawn")
    assert Account.get_by_id(case.account_id).state == "closed"
    assert not Task.select().where(Task.case == case.id, Task.closed_at.is_null()).exists()
    last = Event.select().where(Event.case == case.id).order_by(Event.seq.desc()).get()
    assert (last.verb, last.actor_id, last.opinion) == ("withdraw", case.account_id, "选错单位")


@pytest.mark.parametrize("role", [Role.STRANGER, Role.HOSPITAL_ADMINISTRATOR, Role.OPERATOR])
def test_nobody_withdraws_for_another(case: Case, acting: Act, role: Role) -> None:
    with pytest.raises(NotYours):
        withdraw(case.id, actor=acting(role), revision=1)
    assert Case.get_by_id(case.id).revision == 1


def test_what_has_ended_cannot_be_withdrawn(case: Case, applicant: Actor, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case.id).id, actor=actor, outcome="approve", revision=1)
    with pytest.raises(Refused, match="ended"):
        withdraw(case.id, actor=applicant, revision=1)


def test_a_page_from_before_a_return_is_stale(case: Case, applicant: Actor, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    task = open_task(case.id).id
    decide(task, actor=actor, outcome="return", opinion="补学历", marks={"school": "?"}, revision=1)
    with pytest.raises(Stale):
        withdraw(case.id, actor=applicant, revision=1)
    withdraw(case.id, actor=applicant, revision=2)
    assert Case.get_by_id(case.id).outcome == "withdrawn"


def test_a_case_that_is_not_there_cannot_be_withdrawn(province: Province) -> None:
    with pytest.raises(NotFound):
        withdraw(987_654, actor=Actor(1, "王𬭎"), revision=1)


def test_of_a_withdrawal_and_a_decision_at_once_one_wins(
    case: Case, applicant: Actor, acting: Act
) -> None:
    task, actor = open_task(case.id).id, acting(Role.HOSPITAL_ADMINISTRATOR)
    start, lost = threading.Barrier(2), []

    def attempt(act: Callable[[], object]) -> None:
        with connected():
            start.wait()
            try:
                act()
            except ShenpiError as error:
                lost.append(type(error))

    models.db.close()
    threads = [
        threading.Thread(target=attempt, args=(act,))
        for act in (
            lambda: withdraw(case.id, actor=applicant, revision=1),
            lambda: decide(task, actor=actor, outcome="approve", revision=1),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    models.db.connect()
    assert lost in ([Refused], [AlreadyDecided], [Stale])
    assert Event.select().where(Event.case == case.id).count() == 2
    assert audit.verify().findings == ()
