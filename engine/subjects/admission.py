"""Whether somebody may register, and what the answer may reveal (A1, domain.md section 5).

That an ID number is taken must be told, since A1 demands the words 证件号已存在; but only after the
whole form is right and its captcha solved, and never in which role, at which unit or in which
state; five such answers lock an address. With 已是本系统用户 ticked, a wrong number, name or
password give one answer, at one speed, counted like a failed log-in.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from peewee import IntegrityError

from engine import clock, crypto
from engine.accounts import passwords, throttle
from engine.db import transaction
from engine.errors import Invalid, Refused
from engine.subjects.applicant import Fault, Person
from models import Account, AccountState

PURPOSE = "register"  # what the attempts are counted under


def admit(person: Person, address: str) -> int | None:
    """Whether this person may register: the id of the account, or none for a new one.

    :raises Invalid: ``id_number`` taken, or with 已是本系统用户 no account that fits
    :raises Refused: ``registration_pending``: the account itself awaits its first review
    :raises Locked: after too many wrong answers, by number or by address
    """
    lookup = crypto.lookup(person.id_number.number)
    account = Account.live(lookup).first()
    if not person.existing:
        if account is not None:
            _count(throttle.by_address(f"{PURPOSE}.taken", address))
            raise Invalid({"id_number": Fault.TAKEN})
        return None
    guard = throttle.by_account(PURPOSE, lookup), throttle.by_address(PURPOSE, address)
    if not proven(account, person.name, person.password, guard):
        raise Invalid({"existing": Fault.NO_MATCH})
    assert account is not None  # noqa: S101 - nobody proves what is not there
    if account.state != AccountState.ACTIVE:
        raise Refused("registration_pending")
    return int(account.id)


def proven(account: Account | None, name: str, password: str, guard: tuple[str, str]) -> bool:
    """Whether name and password fit an account; takes as long when there is none.

    :param guard: keys of the account's and of the address's attempts
    :raises Locked: after too many wrong answers under either key
    """
    _count(*guard)
    right = passwords.matches(None if account is None else account.password, password)
    named = hmac.compare_digest((account.name if account else "").encode(), name.encode())
    if not (right and named):
        return False
    with transaction():
        throttle.clear(guard[0])
        throttle.give_back(guard[1])
    return True


def _count(*keys: str) -> None:
    now = clock.micros(clock.now())
    with transaction():
        wait = max(throttle.attempt(key, throttle.SIGN_IN, now) for key in keys)
    if wait:
        raise throttle.Locked(wait)


@contextmanager
def first_come(codes: Mapping[str, dict[str, str]]) -> Iterator[None]:
    """Tell the loser of a race for a unique value in the words of the form.

    :param codes: faults by a word of the violated constraint
    :raises Invalid: instead of the database's error
    """
    try:
        yield
    except IntegrityError as error:
        faults = next((codes[word] for word in codes if word in str(error)), None)
        if faults is None:
            raise
        raise Invalid(faults) from error
