"""Remind 催办: the applicant urges the office that has his case, at most once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import clock
from engine.actor import Actor
from engine.errors import NotFound, NotYours, Refused
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs import timers
from engine.verbs.decide import decide
from engine.verbs.remind import remind
from engine.verbs.withdraw import withdraw
from models import Account, Appointment, Case, Event, Message
from tests import invariants
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]
HOSPITAL = (Role.HOSPITAL_ADMINISTRATOR, Role.HOSPITAL_DEPUTY, Role.HOSPITAL_SUBSTITUTE)


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def applicant(case: int) -> Actor:
    account: Account = Case.get_by_id(case).account
    return Actor(account.id, account.name)


def told(case: int) -> list[int]:
    """Whom the last reminder reached."""
    last = Event.select(Event.at).where(Event.case == case).order_by(Event.seq.desc()).limit(1)
    found = Message.select().where(
        Message.case == case, Message.template == "reminded", Message.created_at == last.scalar()
    )
    return sorted(message.account_id for message in found)


def refusal(case: int) -> str:
    before = Message.select().count()
    with pytest.raises(Refused) as refused:
        remind(case, actor=applicant(case))
    assert Message.select().count() == before
    return refused.value.code


def test_every_holder_of_the_office_is_told(case: int, acting: Act) -> None:
    remind(case, actor=applicant(case))
    assert told(case) == sorted(acting(role).account for role in HOSPITAL)
    line = Event.get(Event.case == case, Event.seq == 2)
    assert (line.verb, line.actor_id) == ("remind", applicant(case).account)
    invariants.check_all()


def test_who_no_longer_holds_the_office_is_not_told(case: int, acting: Act) -> None:
    gone = acting(Role.HOSPITAL_DEPUTY).account
    Appointment.update(until=clock.micros(clock.now())).where(Appointment.account == gone).execute()
    remind(case, actor=applicant(case))
    assert gone not in told(case)
    assert len(told(case)) == 2


def test_after_a_day_the_applicant_may_urge_again(case: int, later: None) -> None:
    remind(case, actor=applicant(case))
    assert refusal(case) == "too_soon"
    clock.move(timedelta(days=1) - timedelta(minutes=1))
    assert refusal(case) == "too_soon"
    clock.move(timedelta(minutes=1))
    remind(case, actor=applicant(case))
    assert Case.get_by_id(case).revision == 3


def test_the_office_above_is_told_too_once_it_sees_the_task(
    case: int, acting: Act, later: None
) -> None:
    clock.move(timedelta(days=30))
    assert timers.tick(case)
    remind(case, actor=applicant(case))
    above = acting(Role.GROUP_ADMINISTRATOR).account
    assert told(case) == sorted([above, *(acting(role).account for role in HOSPITAL)])


def test_a_case_that_waits_for_its_applicant_urges_nobody(case: int, acting: Act) -> None:
    head = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case).id, actor=head, outcome="return", opinion="补正", revision=1)
    assert refusal(case) == "nobody_to_remind"


def test_an_ended_case_urges_nobody(case: int) -> None:
    withdraw(case, actor=applicant(case), revision=1)
    assert refusal(case) == "ended"


@pytest.mark.parametrize("role", [Role.STRANGER, Role.OWNER, Role.HOSPITAL_ADMINISTRATOR])
def test_nobody_urges_for_somebody_else(case: int, acting: Act, role: Role) -> None:
    with pytest.raises(NotYours):
        remind(case, actor=acting(role))
    with pytest.raises(NotFound):
        remind(10**9, actor=acting(role))
    assert Case.get_by_id(case).revision == 1
