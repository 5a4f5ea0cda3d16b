"""Reveal: a masked value in full for who may see the case, and never without a trace (S3, S4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.actor import Actor
from engine.errors import NotFound
from engine.seed import Province, Role
from engine.subjects import registration, unit_registration
from engine.verbs.reveal import reveal
from models import AccessLog, Account, Case
from tests.applicants import ADDRESS, id_of, person_form, unit_form

Act = Callable[[Role], Actor]


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def logged() -> list[tuple[int, str, str, str]]:
    found = AccessLog.select().where(AccessLog.action.startswith("reveal."))
    return [(row.account_id, row.action, row.object_kind, row.object_id) for row in found]


@pytest.mark.parametrize(
    ("field", "value"),
    [("id_number", id_of()), ("phone", "13800000000"), ("email", "wang@example.cn")],
)
def test_the_reviewer_sees_the_value_and_that_is_logged(
    case: int, acting: Act, field: str, value: str
) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    assert reveal(case, field, actor=actor) == value
    assert logged() == [(actor.account, f"reveal.{field}", "case", str(case))]


def test_each_view_is_logged(case: int, acting: Act) -> None:
    for _time in range(3):
        reveal(case, "phone", actor=acting(Role.GROUP_ADMINISTRATOR))
    assert len(logged()) == 3


def test_the_applicant_sees_his_own(case: int) -> None:
    account: Account = Case.get_by_id(case).account
    assert reveal(case, "phone", actor=Actor(account.id, account.name)) == "13800000000"


@pytest.mark.parametrize("role", [Role.STRANGER, Role.COLLEAGUE, Role.SCHOOL_ADMINISTRATOR])
def test_strangers_get_the_answer_of_a_case_that_is_not_there(
    case: int, acting: Act, role: Role
) -> None:
    for number in (case, 10**9):
        with pytest.raises(NotFound) as answer:
            reveal(number, "id_number", actor=acting(role))
        assert str(answer.value) == f"case {number}"
    assert logged() == []


@pytest.mark.parametrize("field", ["password", "name", "lookup", "", "id_number "])
def test_what_is_not_a_masked_field_is_not_found(case: int, acting: Act, field: str) -> None:
    with pytest.raises(NotFound):
        reveal(case, field, actor=acting(Role.HOSPITAL_ADMINISTRATOR))
    assert logged() == []


def test_the_administrator_to_be_of_a_unit_is_masked_the_same_way(
    province: Province, acting: Act
) -> None:
    case = unit_registration.submit(unit_form(province), address=ADDRESS).case
    actor = acting(Role.GROUP_ADMINISTRATOR)
    assert reveal(case, "id_number", actor=actor) == id_of()
    assert [line[0] for line in logged()] == [actor.account]
