"""注册审核进度查询: looking after a registration without logging in."""

from __future__ import annotations

import pytest

from engine.accounts import passwords
from engine.accounts.throttle import Locked
from engine.actor import Actor
from engine.errors import NotFound, Refused
from engine.seed import Province, Role
from engine.subjects import progress, registration
from engine.verbs import withdraw
from tests.applicants import ADDRESS, PASSWORD, id_of, person_form


def ask(**changed: str) -> Actor:
    right = {"name": "王𬭎", "id_number": id_of(), "password": PASSWORD, "address": ADDRESS}
    return progress.verify(progress.Question(**{**right, **changed}))


@pytest.fixture
def done(province: Province) -> registration.Submitted:
    return registration.submit(person_form(province), address=ADDRESS)


def test_name_number_and_password_lead_to_the_case(done: registration.Submitted) -> None:
    actor = ask(name=" 王𬭎 ", id_number=f" {id_of().lower()} ")
    assert actor == Actor(done.account, "王𬭎")
    assert [case.id for case in progress.cases_of(actor)] == [done.case]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"name": "王芳"}, id="another name"),
        pytest.param({"password": "Wrong-2026"}, id="another password"),
        pytest.param({"id_number": id_of(9)}, id="a number nobody has"),
        pytest.param({"id_number": "' OR 1=1 --"}, id="SQL"),
        pytest.param({"id_number": "", "name": "", "password": ""}, id="nothing"),
    ],
)
def test_whatever_does_not_fit_gets_one_answer_after_one_comparison(
    done: registration.Submitted, changed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    compare = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *a: (compared.append(a), compare(*a))[1])
    with pytest.raises(Refused) as refusal:
        ask(**changed)
    assert refusal.value.code == "no_match"
    assert len(compared) == 1


@pytest.mark.parametrize("number", [id_of(), id_of(9)], ids=["known", "unknown"])
def test_guessing_is_locked_out_whether_the_number_exists_or_not(
    done: registration.Submitted, number: str
) -> None:
    for _attempt in range(5):
        with pytest.raises(Refused):
            ask(password="Wrong-2026", id_number=number)
    with pytest.raises(Locked):
        ask(id_number=number)


def test_a_rejected_or_withdrawn_case_stays_visible_until_the_next_one(
    province: Province, done: registration.Submitted
) -> None:
    withdraw.withdraw(done.case, actor=Actor(done.account, "王𬭎"), revision=1)
    assert [case.outcome for case in progress.cases_of(ask())] == ["withdrawn"]
    other = "Other-2026-ok"
    again = registration.submit(
        person_form(province, password=other, password_again=other), address=ADDRESS
    )
    assert [case.id for case in progress.cases_of(ask(password=other))] == [again.case]


def test_the_case_of_somebody_else_is_not_found(
    province: Province, done: registration.Submitted
) -> None:
    stranger = province.accounts[Role.STRANGER]
    with pytest.raises(NotFound):
        progress.case_of(Actor(stranger.account, stranger.name), done.case)
