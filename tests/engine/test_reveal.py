"""Seeing a number in full: for a reason, and on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.actor import Actor
from engine.errors import NotFound
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs.reveal import reveal
from models import AccessLog
from tests.applicants import ADDRESS, id_of, person_form

Act = Callable[[Role], Actor]


@pytest.fixture
def case(province: Province) -> int:
    return int(registration.submit(person_form(province), address=ADDRESS).case)


def revealed() -> list[tuple[int, str, str]]:
    rows = AccessLog.select().where(AccessLog.action.startswith("reveal."))
    return [(row.account_id, row.action, row.object_id) for row in rows]


def test_the_reviewer_sees_the_number_and_is_recorded(case: int, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    assert reveal(case, "id_number", actor=actor) == id_of()
    assert revealed() == [(actor.account, "reveal.id_number", str(case))]
    assert id_of() not in str(revealed())


@pytest.mark.parametrize("role", [Role.STRANGER, Role.COLLEAGUE, Role.SCHOOL_ADMINISTRATOR])
def test_for_others_there_is_no_such_case(case: int, acting: Act, role: Role) -> None:
    with pytest.raises(NotFound):
        reveal(case, "id_number", actor=acting(role))
    assert revealed() == []


@pytest.mark.parametrize("field", ["password", "name", "", "__class__"])
def test_only_masked_fields_can_be_revealed(case: int, acting: Act, field: str) -> None:
    with pytest.raises(NotFound):
        reveal(case, field, actor=acting(Role.HOSPITAL_ADMINISTRATOR))
    assert revealed() == []
