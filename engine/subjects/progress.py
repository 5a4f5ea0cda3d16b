"""注册审核进度查询: an applicant looks after a registration without logging in (R17, R26, R27, E9).

Name, ID number and password must all fit. Whatever does not fit gives one answer after the same
work, counted like a failed log-in, so that nobody learns here which ID numbers exist.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from engine import crypto
from engine.accounts import throttle
from engine.actor import Actor
from engine.errors import NotFound, Refused
from engine.subjects import admission
from models import Account, Case

PURPOSE = "progress"
KINDS = ("registration", "unit_registration")
LIFETIME = 30 * 60 * 1_000_000  # microseconds that a verified visitor may look and act


@dataclass(frozen=True)
class Question:
    """What a visitor typed, and from where."""

    name: str
    id_number: str = field(repr=False)
    password: str = field(repr=False)
    address: str = field(repr=False)


def verify(question: Question) -> Actor:
    """The applicant that name, ID number and password belong to.

    An ID number that registered again after a rejection stands for its newest account, so that
    exactly one password is compared.

    :raises Refused: ``no_match`` whatever it is that does not fit
    :raises Locked: after five wrong answers in fifteen minutes, by number or by address
    """
    number = unicodedata.normalize("NFKC", question.id_number).strip().upper()
    lookup = crypto.lookup(number)
    account = Account.select().where(Account.lookup == lookup).order_by(Account.id.desc()).first()
    guard = (
        throttle.by_account(PURPOSE, lookup),
        throttle.by_address(PURPOSE, question.address),
    )
    if not admission.proven(account, question.name.strip(), question.password, guard):
        raise Refused("no_match")
    return Actor(int(account.id), str(account.name))


def cases_of(actor: Actor) -> list[Case]:
    """The registrations of an applicant, the newest first."""
    query = Case.select().where(Case.account == actor.account, Case.kind << list(KINDS))
    return list(query.order_by(Case.id.desc()))


def case_of(actor: Actor, case_id: int) -> Case:
    """One registration of an applicant.

    :raises NotFound: if it is not there or somebody else's; the two look the same
    """
    found = next((case for case in cases_of(actor) if case.id == case_id), None)
    if found is None:
        raise NotFound(f"case {case_id}")
    return found
