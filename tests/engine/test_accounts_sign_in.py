"""Who is let in, and what a stranger can learn from the answers (R19-R25)."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import timedelta

import pytest

from engine import clock
from engine.accounts import captcha, passwords, sessions, sign_in
from engine.accounts.roles import Role, UserType
from engine.accounts.sign_in import Attempt
from engine.accounts.throttle import Limit, Locked
from engine.db import connected
from engine.errors import Refused
from models import (
    AccessLog,
    Account,
    AccountState,
    ProfessionalState,
    Throttle,
    UnitKind,
    UnitState,
)
from tests import people


def attempt(
    number: str = "",
    password: str = people.PASSWORD,
    user_type: UserType = UserType.PROFESSIONAL,
    address: str = "192.0.2.1",
) -> Attempt:
    ticket = captcha.ticket()
    answer = captcha.issue(ticket)
    return Attempt(user_type, number or people.number(), password, ticket, answer, address)


def refusal(given: Attempt) -> str:
    with pytest.raises(Refused) as refused:
        sign_in.sign_in(given)
    return refused.value.code


@pytest.fixture
def professional(database: str) -> int:
    account = people.person()
    people.professional(account, people.unit())
    return account


def test_the_right_password_opens_the_chosen_role(professional: int) -> None:
    signed_in = sign_in.sign_in(attempt())
    assert signed_in.account == professional
    assert signed_in.role.user_type is UserType.PROFESSIONAL


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(str.lower, id="lower-case x"),
        pytest.param(lambda number: f"  {number} ", id="blanks"),
        pytest.param(
            lambda number: "".join(chr(ord(each) + 0xFEE0) for each in number), id="full width"
        ),
    ],
)
def test_an_id_number_may_be_typed_otherwise(database: str, typed) -> None:
    sequence = next(each for each in range(500) if people.number(each).endswith("X"))
    account = people.person(sequence)
    people.professional(account, people.unit())
    assert sign_in.sign_in(attempt(typed(people.number(sequence)))).account == account


def test_wrong_password_and_unknown_number_get_one_answer(professional: int) -> None:
    assert refusal(attempt(password="Wrong-Horse-7")) == "credentials"
    assert refusal(attempt(people.number(9), password="Wrong-Horse-7")) == "credentials"
    assert refusal(attempt("' OR 1=1 --", password="x" * 4000)) == "credentials"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unknown_number_takes_as_long_as_a_known_one(professional: int) -> None:
    Account.update(password=passwords.hash_password(people.PASSWORD)).execute()

    def took(number: str, address: str) -> float:
        given = attempt(number, password="Wrong-Horse-7", address=address)
        start = time.perf_counter()
        refusal(given)
        return time.perf_counter() - start

    took(people.number(300), "192.0.2.99")  # the hash of nobody is made once
    known = [took(people.number(), f"192.0.2.{n}") for n in range(5)]
    unknown = [took(people.number(100 + n), f"198.51.100.{n}") for n in range(5)]
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.4 < ratio < 2.5, "the password of nobody is compared too"


def test_a_wrong_captcha_is_said_before_anything_else(professional: int) -> None:
    given = attempt()
    wrong = Attempt(
        given.user_type, given.number, given.password, given.ticket, "????", given.address
    )
    assert refusal(wrong) == "captcha"
    assert refusal(given) == "captcha", "the picture was used up by the first try"


def test_not_reviewed_is_said_only_after_the_right_password(database: str) -> None:
    account = people.person(state=AccountState.PENDING)
    people.professional(account, people.unit(), ProfessionalState.PENDING)
    assert refusal(attempt(password="Wrong-Horse-7")) == "credentials"
    assert refusal(attempt()) == "not_reviewed"


def test_a_second_role_under_review_is_not_reviewed(professional: int) -> None:
    people.unit("新单位", state=UnitState.PENDING, administrator=professional)
    assert refusal(attempt(user_type=UserType.EMPLOYER)) == "not_reviewed"
    assert refusal(attempt(user_type=UserType.BUREAU)) == "no_role"


def test_a_closed_account_is_unknown(database: str) -> None:
    people.person(state=AccountState.CLOSED)
    assert refusal(attempt()) == "credentials"


def test_five_failures_lock_the_account_for_fifteen_minutes(professional: int) -> None:
    for n in range(5):
        assert refusal(attempt(password="Wrong-Horse-7", address=f"192.0.2.{n}")) == "credentials"
    with pytest.raises(Locked) as locked:
        sign_in.sign_in(attempt(address="192.0.2.100"))
    assert 14 * 60 <= locked.value.wait / 1_000_000 <= 15 * 60
    clock.move(timedelta(minutes=15, seconds=1))
    try:
        assert sign_in.sign_in(attempt(address="192.0.2.100")).account == professional
    finally:
        clock.move(-timedelta(minutes=15, seconds=1))


def test_an_unknown_number_locks_alike(database: str) -> None:
    for n in range(5):
        refusal(attempt(people.number(9), address=f"192.0.2.{n}"))
    assert refusal(attempt(people.number(9), address="192.0.2.100")) == "locked"
    results = [row.result for row in AccessLog.select().order_by(AccessLog.id)]
    assert results == ["credentials"] * 5 + ["locked"]


def test_five_failures_lock_the_address(professional: int) -> None:
    for n in range(5):
        refusal(attempt(people.number(10 + n)))
    assert refusal(attempt()) == "locked"
    assert sign_in.sign_in(attempt(address="192.0.2.2")).account == professional


def test_an_office_behind_one_address_may_be_given_more(professional: int) -> None:
    for n in range(6):
        with pytest.raises(Refused, match="credentials"):
            sign_in.sign_in(attempt(people.number(10 + n)), by_address=Limit(50))
    assert sign_in.sign_in(attempt(), by_address=Limit(50)).account == professional


def test_the_right_password_forgets_the_failures_of_the_account_only(professional: int) -> None:
    for _ in range(4):
        refusal(attempt(password="Wrong-Horse-7"))
    sign_in.sign_in(attempt())
    refusal(attempt(password="Wrong-Horse-7"))  # the fifth failure of the address
    assert refusal(attempt()) == "locked"
    assert sign_in.sign_in(attempt(address="192.0.2.2")).account == professional


def test_parallel_guesses_have_five_tries_together(professional: int, database: str) -> None:
    given = [attempt(password="Wrong-Horse-7", address=f"192.0.2.{n}") for n in range(16)]
    codes: list[str] = []
    start = threading.Barrier(len(given))

    def guess(one: Attempt) -> None:
        with connected():
            start.wait()
            codes.append(refusal(one))

    threads = [threading.Thread(target=guess, args=(one,)) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["credentials"] * 5 + ["locked"] * 11


def test_log_ins_and_failures_are_logged_without_the_number(professional: int) -> None:
    refusal(attempt(password="Wrong-Horse-7"))
    refusal(attempt(people.number(9)))
    sign_in.sign_in(attempt())
    sign_in.sign_out(professional)
    lines = [
        (row.action, row.account_id, row.result)
        for row in AccessLog.select().order_by(AccessLog.id)
    ]
    assert lines == [
        ("sign_in", professional, "credentials"),
        ("sign_in", None, "credentials"),
        ("sign_in", professional, "ok"),
        ("sign_out", professional, "ok"),
    ]
    for table in (AccessLog, Throttle):
        rows = str(list(table.select().tuples()))
        assert people.number() not in rows
        assert "192.0.2.1" not in rows


def test_a_session_ends_with_its_epoch_and_with_the_account(professional: int) -> None:
    now = clock.micros(clock.now())
    epoch = sign_in.sign_in(attempt()).epoch
    assert sessions.resume(professional, epoch, now) is not None
    sign_in.sign_out(professional)
    assert sessions.resume(professional, epoch, now) is None
    Account.update(state=AccountState.CLOSED).execute()
    assert sessions.resume(professional, epoch + 1, now) is None


MINUTE = 60 * 1_000_000


@pytest.mark.parametrize(
    ("user_type", "open_for", "idle_for", "over"),
    [
        pytest.param(UserType.PROFESSIONAL, 29, 29, False, id="person, 29 minutes idle"),
        pytest.param(UserType.PROFESSIONAL, 30, 30, True, id="person, 30 minutes idle"),
        pytest.param(UserType.EMPLOYER, 14, 14, False, id="administrator, 14 minutes idle"),
        pytest.param(UserType.EMPLOYER, 15, 15, True, id="administrator, 15 minutes idle"),
        pytest.param(UserType.SYSTEM, 15, 15, True, id="platform, 15 minutes idle"),
        pytest.param(UserType.PROFESSIONAL, 479, 1, False, id="busy for almost 8 hours"),
        pytest.param(UserType.PROFESSIONAL, 480, 0, True, id="busy for 8 hours"),
    ],
)
def test_sessions_end_by_idleness_and_by_age(
    user_type: UserType, open_for: int, idle_for: int, *, over: bool
) -> None:
    role = Role(user_type, 1, "")
    now = 10**15
    opened, seen = now - open_for * MINUTE, now - idle_for * MINUTE
    assert sessions.expired(role, opened_at=opened, seen_at=seen, now=now) is over


def test_an_administrators_password_ages(database: str) -> None:
    account = people.person()
    people.appoint(account, people.unit(kind=UnitKind.BUREAU))
    sign_in.sign_in(attempt(user_type=UserType.BUREAU))
    assert not Account.get_by_id(account).must_change_password
    Account.update(created_at=Account.created_at - 91 * 24 * 60 * MINUTE).execute()
    sign_in.sign_in(attempt(user_type=UserType.BUREAU))
    assert Account.get_by_id(account).must_change_password
    sign_in.sign_in(attempt(user_type=UserType.BUREAU))  # may log in again to change it
    passwords.change(account, old=people.PASSWORD, new="Other-Horse-8", repeated="Other-Horse-8")
    sign_in.sign_in(attempt(password="Other-Horse-8", user_type=UserType.BUREAU))
    assert not Account.get_by_id(account).must_change_password
