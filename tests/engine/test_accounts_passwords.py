"""What a new password must be, and how it replaces the old one (R40-R44)."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from engine.accounts import passwords
from engine.accounts.passwords import Fault
from engine.accounts.throttle import Locked
from engine.db import connected
from engine.errors import Invalid
from models import Account, Message, PasswordHistory
from tests import people


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        pytest.param("abc1234", Fault.LENGTH, id="seven"),
        pytest.param("abcd1234", None, id="eight"),
        pytest.param("abcdefgh12" * 2, None, id="twenty"),
        pytest.param("abcdefgh12" * 2 + "x", Fault.LENGTH, id="twenty-one"),
        pytest.param("", Fault.LENGTH, id="empty"),
        pytest.param("12345678", Fault.LETTERS_AND_DIGITS, id="digits only"),
        pytest.param("abcdefgh", Fault.LETTERS_AND_DIGITS, id="letters only"),
        pytest.param("密码密码密码1a", Fault.CHARACTERS, id="Chinese"),
        pytest.param("abcd 1234", Fault.CHARACTERS, id="blank"),
        pytest.param("abcd1234\x00", Fault.CHARACTERS, id="control character"),
        pytest.param("x05172X3a05", None, id="no part of the number"),
        pytest.param("abcd17004x", Fault.PERSONAL, id="end of the number in small letters"),
    ],
)
def test_a_persons_password(password: str, fault: Fault | None) -> None:
    found = passwords.fault_of(password, repeated=password, number="41010519880517004X")
    assert found == (fault if fault is not Fault.PERSONAL or "17004x" in password else None)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        pytest.param("Abcd12345", Fault.LENGTH_OF_ADMINISTRATOR, id="nine"),
        pytest.param("abcde12345", Fault.THREE_CLASSES, id="two classes"),
        pytest.param("Abcde12345", None, id="three classes"),
        pytest.param("abcde1234!", None, id="three classes with a sign"),
    ],
)
def test_an_administrators_password(password: str, fault: Fault | None) -> None:
    assert passwords.fault_of(password, repeated=password, administrator=True) == fault


def test_the_repetition_must_be_the_same() -> None:
    assert passwords.fault_of("abcd1234", repeated="abcd1235") is Fault.REPEATED


def test_a_password_is_stored_as_argon2id() -> None:
    stored = passwords.hash_password("abcd1234")
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, "abcd1234")
    assert not passwords.matches(stored, "abcd1235")
    assert not passwords.matches(None, "abcd1234")
    assert not passwords.matches("broken", "abcd1234")


@pytest.fixture
def person(database: str) -> int:
    account = people.person()
    people.professional(account, people.unit())
    return account


def change(account: int, new: str, old: str = people.PASSWORD) -> int:
    return passwords.change(account, old=old, new=new, repeated=new)


def fault(account: int, new: str, old: str = people.PASSWORD) -> dict[str, str]:
    with pytest.raises(Invalid) as invalid:
        change(account, new, old)
    return invalid.value.fields


def test_the_right_old_password_is_replaced(person: int) -> None:
    before = Account.get_by_id(person).epoch
    assert change(person, "other-horse-8") == before + 1
    account = Account.get_by_id(person)
    assert passwords.matches(account.password, "other-horse-8")
    assert not account.must_change_password
    assert [(m.channel, m.template) for m in Message.select().order_by(Message.id)] == [
        ("notice", "password_changed"),
        ("mail", "password_changed"),
    ]


def test_a_wrong_old_password_changes_nothing(person: int) -> None:
    assert fault(person, "other-horse-8", old="wrong-horse-7") == {"old": Fault.WRONG}
    assert passwords.matches(Account.get_by_id(person).password, people.PASSWORD)


def test_the_old_password_cannot_be_guessed_for_ever(person: int) -> None:
    for _ in range(5):
        fault(person, "other-horse-8", old="wrong-horse-7")
    with pytest.raises(Locked):
        change(person, "other-horse-8")


def test_the_last_five_are_not_used_again(person: int) -> None:
    used = [people.PASSWORD, *(f"other-horse-{n}" for n in range(5))]
    for old, new in pairwise(used):
        change(person, new, old)
    for again in used[1:]:
        assert fault(person, again, old=used[-1]) == {"new": Fault.USED_BEFORE}
    change(person, people.PASSWORD, old=used[-1])  # the sixth before may come back
    assert PasswordHistory.select().count() == 6


def test_an_administrator_needs_the_stricter_password(database: str) -> None:
    account = people.person()
    people.appoint(account, people.unit())
    assert fault(account, "abcd1234") == {"new": Fault.LENGTH_OF_ADMINISTRATOR}


def test_two_changes_at_once_leave_one_whole_password(person: int) -> None:
    start = threading.Barrier(2)
    done: list[str] = []

    def run(new: str) -> None:
        with connected():
            start.wait()
            change(person, new)
            done.append(new)

    threads = [threading.Thread(target=run, args=(f"other-horse-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    account = Account.get_by_id(person)
    assert sum(passwords.matches(account.password, new) for new in done) == 1
    assert account.epoch == 2
