"""A forgotten password is set anew by a code (R62)."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import orjson
import pytest

from engine import clock, delivery
from engine.accounts import captcha, passwords, recovery, sign_in
from engine.accounts.codes import Channel
from engine.accounts.roles import UserType
from engine.accounts.throttle import Locked
from engine.db import connected
from engine.errors import Invalid, Refused
from engine.senders import Letter
from models import AccessLog, Account, Message, OneTimeCode
from tests import people

NEW = "other-horse-8"


class Post:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def person(database: str) -> int:
    account = people.person()
    people.professional(account, people.unit())
    return account


def request(number: str = "", channel: Channel = Channel.MAIL, address: str = "192.0.2.1") -> str:
    ticket = captcha.ticket()
    answer = captcha.issue(ticket)
    return recovery.request(
        number or people.number(), channel, ticket=ticket, answer=answer, address=address
    )


def sent() -> list[Letter]:
    """Deliver the outbox as the worker does."""
    post = Post()
    delivery.sweep({"mail": post, "sms": post}, public_url="https://shenpi.example")
    return post.letters


def code_of(letter: Letter) -> str:
    """The six digits of a letter."""
    return re.findall(r"\b[0-9]{6}\b", letter.body)[0]


def refusal(name: str, code: str, new: str = NEW) -> str:
    with pytest.raises(Refused) as refused:
        recovery.finish(name, code, new=new, repeated=new)
    return refused.value.code


@pytest.mark.parametrize(
    ("channel", "to"),
    [(Channel.MAIL, "person0@example.cn"), (Channel.SMS, "13800000000")],
)
def test_the_code_goes_where_the_person_registered(person: int, channel: Channel, to: str) -> None:
    name = request(channel=channel)
    [letter] = sent()
    assert letter.to == to
    recovery.finish(name, code_of(letter), new=NEW, repeated=NEW)
    assert passwords.matches(Account.get_by_id(person).password, NEW)
    assert Account.get_by_id(person).epoch == 1, "other sessions end"


def test_the_code_is_stored_in_clear_nowhere(person: int, caplog) -> None:
    with caplog.at_level("DEBUG"):
        request()
        before = str(list(Message.select().tuples())) + str(list(OneTimeCode.select().tuples()))
        [letter] = sent()
    code = code_of(letter)
    after = str(list(Message.select().tuples()))
    assert len(code) == 6
    for text in (before, after, caplog.text):
        assert code not in text
    assert set(orjson.loads(Message.get().params)) == {"sealed_code", "minutes"}


def test_an_unknown_number_gets_the_same_answer_and_no_code(person: int) -> None:
    known, unknown = request(), request(people.number(9))
    assert len(known) == len(unknown)
    assert len(sent()) == 1
    assert refusal(unknown, "123456") == refusal(known, "000000") == "code"


@pytest.mark.parametrize("name", ["", "zz", "00", "ab" * 60])
def test_a_forged_request_has_no_code(person: int, name: str) -> None:
    assert refusal(name, "123456") == "code"


def test_a_code_is_good_once(person: int) -> None:
    name = request()
    code = code_of(sent()[0])
    recovery.finish(name, code, new=NEW, repeated=NEW)
    assert refusal(name, code, "third-horse-9") == "code"


def test_a_code_is_good_for_ten_minutes(person: int) -> None:
    name = request()
    code = code_of(sent()[0])
    clock.move(timedelta(minutes=10))
    try:
        assert refusal(name, code) == "code"
    finally:
        clock.move(-timedelta(minutes=10))


def test_a_newer_code_replaces_the_older(person: int) -> None:
    name = request()
    old = code_of(sent()[0])
    request()
    new = code_of(sent()[0])
    if old != new:
        assert refusal(name, old) == "code"
    recovery.finish(name, new, new=NEW, repeated=NEW)


def test_five_wrong_codes_end_it(person: int) -> None:
    name = request()
    code = code_of(sent()[0])
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert refusal(name, wrong) == "code"
    assert refusal(name, code) == "code"
    failures = AccessLog.select().where(AccessLog.account == person, AccessLog.result == "code")
    assert failures.count() == 6


def test_parallel_guesses_have_five_tries_together(person: int) -> None:
    name = request()
    code = code_of(sent()[0])
    wrong = [f"{n:06d}" for n in range(12) if f"{n:06d}" != code]
    start = threading.Barrier(len(wrong))

    def guess(one: str) -> None:
        with connected():
            start.wait()
            refusal(name, one)

    threads = [threading.Thread(target=guess, args=(one,)) for one in wrong]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert OneTimeCode.get().attempts == 5


def test_a_refused_password_leaves_the_code_good(person: int) -> None:
    name = request()
    code = code_of(sent()[0])
    for _ in range(6):
        with pytest.raises(Invalid):
            recovery.finish(name, code, new="12345678", repeated="12345678")
    recovery.finish(name, code, new=NEW, repeated=NEW)


def test_recovery_opens_a_locked_account(person: int) -> None:
    def attempt(password: str, address: str) -> sign_in.Attempt:
        ticket = captcha.ticket()
        answer = captcha.issue(ticket)
        number = people.number()
        return sign_in.Attempt(UserType.PROFESSIONAL, number, password, ticket, answer, address)

    for n in range(5):
        with pytest.raises(Refused):
            sign_in.sign_in(attempt("Wrong-Horse-7", f"192.0.2.{n}"))
    name = request()
    recovery.finish(name, code_of(sent()[0]), new=NEW, repeated=NEW)
    assert sign_in.sign_in(attempt(NEW, "192.0.2.100")).account == person


def test_a_flood_of_codes_for_one_number_is_left_unanswered(person: int) -> None:
    for n in range(7):
        request(address=f"192.0.2.{n}")
    assert len(sent()) == 5


def test_an_address_that_asks_for_many_is_locked(database: str) -> None:
    for n in range(20):
        request(people.number(n))
    with pytest.raises(Locked):
        request(people.number(21))


def test_a_code_used_in_another_window_meanwhile_is_refused(
    person: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = request()
    code = code_of(sent()[0])
    hashed = passwords.hash_password

    def first_the_other_window(password: str) -> str:
        monkeypatch.setattr(passwords, "hash_password", hashed)
        recovery.finish(name, code, new="third-horse-9", repeated="third-horse-9")
        return hashed(password)

    monkeypatch.setattr(passwords, "hash_password", first_the_other_window)
    assert refusal(name, code) == "code"
    assert passwords.matches(Account.get_by_id(person).password, "third-horse-9")
