"""Timers: what is due fires once, in order, whoever ticks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine import calendar, clock
from engine.actor import Actor
from engine.errors import OperationFailed
from engine.operations import Context, Operation, catalogue
from engine.seed import Place, Province, Role
from engine.subjects import registration
from engine.verbs import timers
from engine.verbs.decide import decide
from models import Case, Event, Incident, Message, Task
from tests import drawn, invariants
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]
MONDAY = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)  # 10:00 in Henan


@pytest.fixture
def case(province: Province, later: None) -> int:
    """A registration handed in on a Monday morning."""
    clock.move(MONDAY - clock.now())
    return registration.submit(person_form(province), address=ADDRESS).case


def at(moment: datetime) -> None:
    clock.move(moment - clock.now())


def opened(case: int) -> datetime:
    return clock.moment(open_task(case).opened_at)


def test_the_first_timer_is_due_after_three_working_days(case: int) -> None:
    due = calendar.add_workdays(opened(case), 3)
    assert Case.get_by_id(case).next_timer_at == clock.micros(due)
    at(due - timedelta(seconds=2))
    assert timers.due() == []
    assert not timers.tick(case)
    at(due)
    assert timers.due() == [case]
    assert timers.tick(case)
    assert timers.due() == []
    assert not timers.tick(case)
    after = calendar.add_workdays(opened(case), 7)
    assert Case.get_by_id(case).next_timer_at == clock.micros(after)
    invariants.check_all()


def test_a_worker_that_slept_fires_all_in_one_step_in_order(province: Province, case: int) -> None:
    at(opened(case) + timedelta(days=60))
    assert timers.tick(case)
    lines = list(Event.select().where(Event.case == case).order_by(Event.seq))
    assert [(line.verb, line.actor_id, line.node) for line in lines[1:]] == [
        ("timer", None, "employer_review_reminder")
    ]
    told = Message.select(Message.template).where(Message.case == case).order_by(Message.id)
    templates = [message.template for message in told]
    assert templates == sorted(templates, key=["overdue", "escalated"].index)
    assert set(templates) == {"overdue", "escalated"}
    above = drawn.office(province.units[Place.GROUP])
    assert open_task(case).escalated_id == above
    assert Case.get_by_id(case).next_timer_at is None


def test_a_reminder_reaches_the_holders_by_notice_and_mail(case: int, acting: Act) -> None:
    at(calendar.add_workdays(opened(case), 3) + timedelta(seconds=1))
    timers.tick(case)
    found = Message.select().where(Message.template == "overdue")
    roles = (Role.HOSPITAL_ADMINISTRATOR, Role.HOSPITAL_DEPUTY, Role.HOSPITAL_SUBSTITUTE)
    assert sorted((message.account_id, message.channel) for message in found) == sorted(
        (acting(role).account, channel) for role in roles for channel in ("mail", "notice")
    )


def test_after_escalation_the_superior_decides(case: int, acting: Act) -> None:
    at(opened(case) + timedelta(days=30))
    timers.tick(case)
    revision = Case.get_by_id(case).revision
    above = acting(Role.GROUP_ADMINISTRATOR)
    assert decide(open_task(case).id, actor=above, outcome="approve", revision=revision).ended
    line = Event.get(Event.case == case, Event.seq == revision + 1)
    assert (line.actor_id, line.office_id) == (above.account, min(above.offices))


def test_a_page_from_before_a_reminder_is_still_good(case: int, acting: Act) -> None:
    at(opened(case) + timedelta(days=30))
    timers.tick(case)
    actor = acting(Role.HOSPITAL_DEPUTY)
    assert decide(open_task(case).id, actor=actor, outcome="approve", revision=1).ended


def test_the_longest_due_come_first_and_no_more_than_asked(province: Province, case: int) -> None:
    clock.move(timedelta(hours=1))
    second = registration.submit(person_form(province, 1), address=ADDRESS).case
    at(opened(case) + timedelta(days=30))
    assert timers.due() == [case, second]
    assert timers.due(1) == [case]


def test_an_ended_case_has_no_timers(case: int, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_DEPUTY)
    decide(open_task(case).id, actor=actor, outcome="approve", revision=1)
    at(MONDAY + timedelta(days=30))
    assert timers.due() == []
    assert not timers.tick(case)
    assert not timers.tick(10**9)


def test_a_tick_that_breaks_changes_nothing_and_is_an_incident(
    case: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_context: Context) -> None:
        raise ZeroDivisionError

    real = catalogue()["task.escalate"]
    monkeypatch.setitem(
        catalogue(), real.name, Operation(real.name, real.zh, real.en, real.parameters, broken)
    )
    at(opened(case) + timedelta(days=30))
    with pytest.raises(OperationFailed):
        timers.tick(case)
    assert Case.get_by_id(case).revision == 1
    assert Message.select().count() == 0
    assert (Incident.get().case_id, Incident.get().verb) == (case, "timer")
    assert timers.due() == [case]
    monkeypatch.undo()
    assert timers.tick(case)
    invariants.check_all()


def test_an_interrupting_timer_closes_the_task_and_goes_on(
    province: Province, acting: Act, later: None
) -> None:
    clock.move(MONDAY - clock.now())
    drawn.define("""
        start begin
        user review approver.unit=subject outcomes=approve
        on review late timer! P2D
        end done case.outcome=approved
        end over case.outcome=rejected
        begin -> review
        review -> done
        late -> over
    """)
    case = drawn.begin(acting(Role.OWNER), province.units[Place.HOSPITAL])
    task = drawn.waiting(case)
    clock.move(timedelta(days=2))
    assert timers.tick(case)
    assert Case.get_by_id(case).outcome == "rejected"
    assert Task.get_by_id(task.id).closed_at is not None
    invariants.check_case(case)
