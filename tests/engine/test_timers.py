"""Time acts: reminders after three working days, the superior after seven (E12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from engine import audit, calendar, clock
from engine.actor import Actor
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs import timers
from engine.verbs.decide import decide
from models import Case, Message
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]


@pytest.fixture
def case(province: Province, later: None) -> Case:
    """A registration sent on a Wednesday morning."""
    clock.move(datetime(2026, 11, 25, 9, tzinfo=clock.ZONE) - clock.now())
    return Case.get_by_id(registration.submit(person_form(province), address=ADDRESS).case)


def until(workdays: int, *, short_of: timedelta = timedelta(0)) -> None:
    """Move the clock to so many working days after the Wednesday."""
    wednesday = datetime(2026, 11, 25, 9, tzinfo=clock.ZONE)
    target = calendar.add_workdays(wednesday, workdays) + timedelta(minutes=1) - short_of
    clock.move(target - clock.now())


def told(template: str) -> set[int]:
    return {row.account_id for row in Message.select().where(Message.template == template)}


def test_nothing_is_due_before_its_time(case: Case) -> None:
    until(3, short_of=timedelta(minutes=2))
    assert timers.due() == []
    assert timers.tick(case.id) is False
    assert Case.get_by_id(case.id).revision == 1


def test_after_three_working_days_the_office_is_reminded_once(case: Case, acting: Act) -> None:
    until(3)
    assert timers.due() == [case.id]
    assert timers.tick(case.id) is True
    assert acting(Role.HOSPITAL_ADMINISTRATOR).account in told("overdue")
    assert timers.due() == []
    assert timers.tick(case.id) is False


def test_after_seven_working_days_the_superior_sees_and_may_decide(case: Case, acting: Act) -> None:
    superior = acting(Role.GROUP_ADMINISTRATOR)
    until(3)
    timers.tick(case.id)
    assert open_task(case.id).escalated_id is None
    until(7)
    timers.tick(case.id)
    task = open_task(case.id)
    assert task.escalated_id in superior.offices
    assert superior.account in told("escalated")
    revision = Case.get_by_id(case.id).revision
    decide(task.id, actor=superior, outcome="approve", revision=revision)
    assert Case.get_by_id(case.id).outcome == "approved"
    assert audit.verify().findings == ()


def test_a_worker_that_slept_for_weeks_catches_up(case: Case) -> None:
    until(15)
    while timers.due():
        timers.tick(case.id)
    assert told("overdue")
    assert told("escalated")
    assert open_task(case.id).escalated_id is not None


def test_a_decision_disarms_the_timers(case: Case, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case.id).id, actor=actor, outcome="approve", revision=1)
    until(15)
    assert timers.due() == []
    assert timers.tick(case.id) is False


def test_a_case_that_is_not_there_has_no_timer(province: Province) -> None:
    assert timers.tick(987_654) is False
