"""Claim and release: colleagues of an office see who is at work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.actor import Actor
from engine.errors import AlreadyDecided, NotFound, NotYours, Refused
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs.claim import claim, release
from engine.verbs.decide import decide
from models import Task
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]
HOLDER, DEPUTY = Role.HOSPITAL_ADMINISTRATOR, Role.HOSPITAL_DEPUTY


@pytest.fixture
def task(province: Province) -> int:
    """The review of a registration at the hospital."""
    return int(open_task(registration.submit(person_form(province), address=ADDRESS).case).id)


def holder_of(task: int) -> int | None:
    found: int | None = Task.get_by_id(task).claimed_by_id
    return found


def test_a_claimed_task_names_who_has_it_until_it_is_released(task: int, acting: Act) -> None:
    claim(task, actor=acting(HOLDER))
    assert holder_of(task) == acting(HOLDER).account
    release(task, actor=acting(HOLDER))
    assert holder_of(task) is None


def test_claiming_twice_is_claiming_once(task: int, acting: Act) -> None:
    claim(task, actor=acting(HOLDER))
    claim(task, actor=acting(HOLDER))
    assert holder_of(task) == acting(HOLDER).account


def test_a_colleague_takes_over_only_on_purpose(task: int, acting: Act) -> None:
    claim(task, actor=acting(HOLDER))
    with pytest.raises(Refused, match="claimed"):
        claim(task, actor=acting(DEPUTY))
    claim(task, actor=acting(DEPUTY), take_over=True)
    assert holder_of(task) == acting(DEPUTY).account


def test_what_a_colleague_has_only_the_colleague_releases(task: int, acting: Act) -> None:
    with pytest.raises(Refused, match="not_claimed"):
        release(task, actor=acting(HOLDER))
    claim(task, actor=acting(HOLDER))
    with pytest.raises(Refused, match="not_claimed"):
        release(task, actor=acting(DEPUTY))


@pytest.mark.parametrize(
    "role", [Role.STRANGER, Role.COLLEAGUE, Role.SCHOOL_ADMINISTRATOR, Role.AUDITOR]
)
def test_who_is_not_addressed_cannot_claim(task: int, acting: Act, role: Role) -> None:
    with pytest.raises(NotYours):
        claim(task, actor=acting(role))
    assert holder_of(task) is None


def test_a_closed_task_tells_who_closed_it(task: int, acting: Act) -> None:
    decide(task, actor=acting(HOLDER), outcome="approve", revision=1)
    with pytest.raises(AlreadyDecided) as caught:
        claim(task, actor=acting(DEPUTY))
    assert caught.value.who == acting(HOLDER).name


def test_a_task_that_is_not_there_cannot_be_claimed(province: Province, acting: Act) -> None:
    with pytest.raises(NotFound):
        claim(987_654, actor=acting(HOLDER))
