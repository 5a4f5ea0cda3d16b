"""Claim and release: who of an office is at work on a task."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.actor import Actor
from engine.errors import AlreadyDecided, NotFound, NotYours, Refused
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs.claim import claim, release
from engine.verbs.decide import decide
from engine.verbs.withdraw import withdraw
from models import Case, Event, Task
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]
FIRST, SECOND = Role.HOSPITAL_ADMINISTRATOR, Role.HOSPITAL_DEPUTY


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def holder(case: int) -> int | None:
    return open_task(case).claimed_by_id


def test_a_claimed_task_shows_who_has_it(case: int, acting: Act) -> None:
    claim(open_task(case).id, actor=acting(FIRST))
    assert holder(case) == acting(FIRST).account


def test_claiming_twice_changes_nothing(case: int, acting: Act) -> None:
    for _time in range(2):
        claim(open_task(case).id, actor=acting(FIRST))
    assert holder(case) == acting(FIRST).account


def test_a_colleague_takes_it_over_only_on_purpose(case: int, acting: Act) -> None:
    task = open_task(case).id
    claim(task, actor=acting(FIRST))
    with pytest.raises(Refused) as refused:
        claim(task, actor=acting(SECOND))
    assert refused.value.code == "claimed"
    claim(task, actor=acting(SECOND), take_over=True)
    assert holder(case) == acting(SECOND).account


def test_a_released_task_is_free_for_the_office(case: int, acting: Act) -> None:
    task = open_task(case).id
    claim(task, actor=acting(FIRST))
    release(task, actor=acting(FIRST))
    assert holder(case) is None
    assert decide(task, actor=acting(SECOND), outcome="approve", revision=1).ended


@pytest.mark.parametrize("holds", [None, SECOND], ids=["nobody has it", "a colleague has it"])
def test_only_who_has_a_task_releases_it(case: int, acting: Act, holds: Role | None) -> None:
    task = open_task(case).id
    if holds:
        claim(task, actor=acting(holds))
    with pytest.raises(Refused) as refused:
        release(task, actor=acting(FIRST))
    assert refused.value.code == "not_claimed"
    assert holder(case) == (acting(holds).account if holds else None)


@pytest.mark.parametrize("verb", [claim, release])
@pytest.mark.parametrize(
    "role",
    [Role.STRANGER, Role.COLLEAGUE, Role.GROUP_ADMINISTRATOR, Role.SCHOOL_ADMINISTRATOR],
)
def test_strangers_neither_claim_nor_release(
    case: int, acting: Act, role: Role, verb: Callable[..., None]
) -> None:
    task = open_task(case).id
    claim(task, actor=acting(FIRST))
    with pytest.raises(NotYours):
        verb(task, actor=acting(role))
    with pytest.raises(NotYours):
        claim(task, actor=acting(role), take_over=True)
    assert holder(case) == acting(FIRST).account


@pytest.mark.parametrize("verb", [claim, release])
def test_a_task_that_does_not_exist_is_not_found(
    province: Province, acting: Act, verb: Callable[..., None]
) -> None:
    with pytest.raises(NotFound):
        verb(10**9, actor=acting(FIRST))


@pytest.mark.parametrize("verb", [claim, release])
def test_a_closed_task_tells_who_closed_it(
    case: int, acting: Act, verb: Callable[..., None]
) -> None:
    task = open_task(case).id
    applicant = Case.get_by_id(case).account
    withdraw(case, actor=Actor(applicant.id, applicant.name), revision=1)
    with pytest.raises(AlreadyDecided) as late:
        verb(task, actor=acting(FIRST))
    assert (late.value.who, late.value.what) == (applicant.name, "withdraw")
    assert late.value.when == Task.get_by_id(task).closed_at


def test_the_applicants_own_task_cannot_be_claimed(case: int, acting: Act) -> None:
    decide(open_task(case).id, actor=acting(FIRST), outcome="return", opinion="补正", revision=1)
    applicant = Case.get_by_id(case).account
    for actor in (acting(FIRST), Actor(applicant.id, applicant.name)):
        with pytest.raises(NotYours):
            claim(open_task(case).id, actor=actor)


def test_claiming_is_no_act_on_the_case(case: int, acting: Act) -> None:
    claim(open_task(case).id, actor=acting(FIRST))
    release(open_task(case).id, actor=acting(FIRST))
    assert Case.get_by_id(case).revision == 1
    assert Event.select().where(Event.case == case).count() == 1
