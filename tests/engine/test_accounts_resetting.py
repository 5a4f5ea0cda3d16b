"""An administrator resets a password, within the safeguards (R63, A7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import clock
from engine.accounts import captcha, governing, passwords, resetting, sign_in
from engine.accounts.resetting import Style
from engine.accounts.roles import UserType
from engine.actor import Actor
from engine.errors import NotFound, NotYours, Refused
from engine.offices import OfficeCode
from models import AccessLog, Account, AccountState, Message, ProfessionalState, UnitKind
from tests import people


class Cast:
    """A province: the bureau, a hospital below it, another hospital; and who works there."""

    def __init__(self) -> None:
        self.bureau = people.unit("河南省人社厅", kind=UnitKind.BUREAU)
        self.hospital = people.unit(superior=self.bureau)
        self.other = people.unit("洛阳市第一医院", superior=self.bureau)
        self.nurse = people.person(1, name="李梅")
        people.professional(self.nurse, self.hospital)
        self.administrator, self.of_hospital = self._administrator(2, self.hospital)
        self.stranger, self.of_other = self._administrator(3, self.other)
        self.official, self.of_bureau = self._administrator(4, self.bureau)
        self.guard, self.security = self._administrator(5, self.bureau, OfficeCode.SECURITY)

    def _administrator(
        self, sequence: int, unit: int, code: str = OfficeCode.ADMINISTRATOR
    ) -> tuple[int, Actor]:
        account = people.person(sequence, name=f"管理员{sequence}")
        office = people.appoint(account, unit, code)
        return account, Actor(account, f"管理员{sequence}", frozenset({office}))


@pytest.fixture
def cast(database: str) -> Cast:
    return Cast()


Who = Callable[[Cast], Actor]
Whom = Callable[[Cast], int]


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        pytest.param(lambda c: c.of_hospital, lambda c: c.nurse, id="employer resets its person"),
        pytest.param(lambda c: c.of_bureau, lambda c: c.nurse, id="superior resets a person"),
        pytest.param(
            lambda c: c.of_bureau, lambda c: c.administrator, id="superior resets an administrator"
        ),
        pytest.param(
            lambda c: c.security, lambda c: c.official, id="security resets the topmost bureau"
        ),
    ],
)
def test_who_may(cast: Cast, who: Who, whom: Whom) -> None:
    initial = resetting.reset(whom(cast), actor=who(cast), style=Style.ID_TAIL)
    account = Account.get_by_id(whom(cast))
    assert passwords.matches(account.password, initial)
    assert account.must_change_password


@pytest.mark.parametrize(
    ("who", "whom", "error"),
    [
        pytest.param(lambda c: c.of_other, lambda c: c.nurse, NotFound, id="another unit"),
        pytest.param(lambda c: c.of_hospital, lambda c: c.official, NotFound, id="a superior"),
        pytest.param(
            lambda c: c.of_hospital, lambda c: c.stranger, NotFound, id="another administrator"
        ),
        pytest.param(
            lambda c: c.of_bureau, lambda c: c.guard, NotFound, id="staff of the platform"
        ),
        pytest.param(
            lambda c: c.security, lambda c: c.nurse, NotFound, id="security resets no person"
        ),
        pytest.param(lambda c: c.security, lambda c: c.guard, Refused, id="oneself"),
        pytest.param(
            lambda c: Actor(c.nurse, "李梅"), lambda c: c.administrator, NotYours, id="a person"
        ),
        pytest.param(lambda c: c.of_hospital, lambda _c: 10**12, NotFound, id="nobody"),
    ],
)
def test_who_may_not(cast: Cast, who: Who, whom: Whom, error: type[Exception]) -> None:
    with pytest.raises(error):
        resetting.reset(whom(cast), actor=who(cast), style=Style.ID_TAIL)
    assert Account.select().where(Account.must_change_password).count() == 0


def test_a_second_administrator_of_the_same_unit_needs_the_superior(cast: Cast) -> None:
    colleague = people.person(6)
    people.appoint(colleague, cast.hospital)
    with pytest.raises(NotFound):
        resetting.reset(colleague, actor=cast.of_hospital, style=Style.ID_TAIL)


def test_every_role_of_the_person_counts(cast: Cast) -> None:
    people.professional(cast.official, cast.hospital)
    with pytest.raises(NotFound):
        resetting.reset(cast.official, actor=cast.of_hospital, style=Style.ID_TAIL)


def test_name_and_number_must_both_be_right(cast: Cast) -> None:
    found = governing.find(people.number(1).lower(), " 李梅 ", actor=cast.of_hospital)
    assert found.account == cast.nurse
    for number, name in ((people.number(1), "李美"), (people.number(99), "李梅"), ("", "")):
        with pytest.raises(NotFound):
            governing.find(number, name, actor=cast.of_hospital)


def test_a_pending_registration_is_refused_only_to_who_may_know_of_it(cast: Cast) -> None:
    pending = people.person(7, name="赵敏", state=AccountState.PENDING)
    people.professional(pending, cast.hospital, ProfessionalState.PENDING)
    with pytest.raises(Refused, match="pending"):
        governing.find(people.number(7), "赵敏", actor=cast.of_hospital)
    with pytest.raises(NotFound):
        governing.find(people.number(7), "赵敏", actor=cast.of_other)


def test_the_initial_password_is_the_end_of_the_number_in_capitals(cast: Cast) -> None:
    sequence = next(each for each in range(10, 500) if people.number(each).endswith("X"))
    person = people.person(sequence)
    people.professional(person, cast.hospital)
    initial = resetting.reset(person, actor=cast.of_hospital, style=Style.ID_TAIL)
    assert initial == people.number(sequence)[-6:]
    assert initial.endswith("X")


def test_a_random_initial_password_says_nothing_of_the_person(cast: Cast) -> None:
    first = resetting.reset(cast.nurse, actor=cast.of_hospital, style=Style.RANDOM)
    second = resetting.reset(cast.nurse, actor=cast.of_hospital, style=Style.RANDOM)
    assert first != second
    assert len(first) == 12


def enter(password: str, address: str = "192.0.2.1") -> sign_in.SignedIn:
    ticket = captcha.ticket()
    answer = captcha.issue(ticket)
    return sign_in.sign_in(
        sign_in.Attempt(UserType.PROFESSIONAL, people.number(1), password, ticket, answer, address)
    )


def test_the_initial_password_lets_in_once_to_choose_another(cast: Cast) -> None:
    initial = resetting.reset(cast.nurse, actor=cast.of_hospital, style=Style.ID_TAIL)
    enter(initial)
    with pytest.raises(Refused, match="password_expired"):
        enter(initial)
    passwords.change(cast.nurse, old=initial, new="other-horse-8", repeated="other-horse-8")
    assert enter("other-horse-8").account == cast.nurse
    assert enter("other-horse-8").account == cast.nurse


def test_the_initial_password_is_good_for_a_day(cast: Cast) -> None:
    initial = resetting.reset(cast.nurse, actor=cast.of_hospital, style=Style.ID_TAIL)
    clock.move(timedelta(hours=24))
    try:
        with pytest.raises(Refused, match="password_expired"):
            enter(initial)
    finally:
        clock.move(-timedelta(hours=24))


def test_a_reset_is_logged_and_told_and_ends_sessions_and_locks(cast: Cast) -> None:
    for n in range(5):
        with pytest.raises(Refused):
            enter("Wrong-Horse-7", f"192.0.2.{n}")
    initial = resetting.reset(cast.nurse, actor=cast.of_hospital, style=Style.ID_TAIL)
    line = AccessLog.select().order_by(AccessLog.id.desc()).get()
    assert (line.action, line.account_id, line.object_kind, line.object_id) == (
        "password.reset",
        cast.administrator,
        "account",
        str(cast.nurse),
    )
    told = Message.select().where(Message.account == cast.nurse).order_by(Message.id)
    assert [(each.channel, each.template) for each in told] == [
        ("notice", "password_reset"),
        ("mail", "password_reset"),
    ]
    assert Account.get_by_id(cast.nurse).epoch == 1
    assert enter(initial, "192.0.2.100").account == cast.nurse


def test_a_person_finds_nobody(cast: Cast) -> None:
    with pytest.raises(NotYours):
        governing.find(people.number(2), "管理员2", actor=Actor(cast.nurse, "李梅"))


def test_a_closed_account_is_not_reset(cast: Cast) -> None:
    Account.update(state=AccountState.CLOSED).where(Account.id == cast.nurse).execute()
    with pytest.raises(NotFound):
        resetting.reset(cast.nurse, actor=cast.of_hospital, style=Style.ID_TAIL)
