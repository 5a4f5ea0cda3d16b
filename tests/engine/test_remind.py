"""催办: the applicant may urge, once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import clock
from engine.actor import Actor
from engine.errors import NotFound, NotYours, Refused
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs.decide import decide
from engine.verbs.remind import remind
from models import Case, Event, Message
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]


@pytest.fixture
def case(province: Province) -> Case:
    return Case.get_by_id(registration.submit(person_form(province), address=ADDRESS).case)


@pytest.fixture
def applicant(case: Case) -> Actor:
    return Actor(case.account_id, "王𬭎")


def urged() -> set[int]:
    return {row.account_id for row in Message.select().where(Message.template == "reminded")}


def test_everybody_of_the_office_is_told_and_the_history_says_so(
    case: Case, applicant: Actor, acting: Act
) -> None:
    remind(case.id, actor=applicant)
    assert acting(Role.HOSPITAL_ADMINISTRATOR).account in urged()
    assert acting(Role.GROUP_ADMINISTRATOR).account not in urged()
    last = Event.select().where(Event.case == case.id).order_by(Event.seq.desc()).get()
    assert (last.verb, last.actor_id) == ("remind", applicant.account)


def test_it_can_be_done_again_after_a_day(case: Case, applicant: Actor, later: None) -> None:
    remind(case.id, actor=applicant)
    clock.move(timedelta(hours=23, minutes=59))
    with pytest.raises(Refused, match="too_soon"):
        remind(case.id, actor=applicant)
    clock.move(timedelta(minutes=1))
    remind(case.id, actor=applicant)
    assert Event.select().where(Event.case == case.id, Event.verb == "remind").count() == 2


@pytest.mark.parametrize("role", [Role.STRANGER, Role.HOSPITAL_ADMINISTRATOR])
def test_nobody_urges_for_another(case: Case, acting: Act, role: Role) -> None:
    with pytest.raises(NotYours):
        remind(case.id, actor=acting(role))
    assert urged() == set()


def test_where_nobody_has_to_act_nobody_is_urged(case: Case, applicant: Actor, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    marks = {"school": "?"}
    task = open_task(case.id).id
    decide(task, actor=actor, outcome="return", opinion="补学历", marks=marks, revision=1)
    with pytest.raises(Refused, match="nobody_to_remind"):
        remind(case.id, actor=applicant)


def test_what_has_ended_cannot_be_urged(case: Case, applicant: Actor, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case.id).id, actor=actor, outcome="approve", revision=1)
    with pytest.raises(Refused, match="ended"):
        remind(case.id, actor=applicant)


def test_a_case_that_is_not_there_cannot_be_urged(province: Province) -> None:
    with pytest.raises(NotFound):
        remind(987_654, actor=Actor(1, "王𬭎"))
