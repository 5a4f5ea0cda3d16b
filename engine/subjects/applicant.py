"""The person who registers, alone or for a unit: identity checked, account made and freed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine import clock, crypto, fields, id_number
from engine.accounts import access, passwords
from engine.actor import Actor
from engine.errors import Refused
from engine.fields import Sheet
from engine.id_number import IdNumber
from engine.subjects.correction import Change
from models import (
    Account,
    AccountState,
    Appointment,
    Professional,
    ProfessionalState,
    Unit,
    UnitState,
    is_sqlite,
)

# Raise it whenever templates/registration/notice.html changes (PIPL art. 35; domain.md S6).
NOTICE_VERSION = 202611
LIVE = (ProfessionalState.PENDING, ProfessionalState.ACTIVE)


class Fault(StrEnum):
    """What can be wrong with the person beyond single values."""

    NOTICE = "notice"
    TAKEN = "id_taken"
    NO_MATCH = "no_match"


@dataclass(frozen=True)
class ContactForm:
    """How a person is reached, as typed."""

    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class PersonForm(ContactForm):
    """The fields of the person that both registrations share; all as typed."""

    id_number: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    password_again: str = field(default="", repr=False)
    name: str = ""
    existing: str = ""  # "1": 已是本系统用户
    notice: str = ""  # "1": the privacy notice was read


@dataclass(frozen=True)
class Person:
    """A person whose form is right; phone and e-mail are empty for one who has an account."""

    id_number: IdNumber = field(repr=False)
    name: str
    phone: str = field(repr=False)
    email: str = field(repr=False)
    password: str = field(repr=False)
    existing: bool


@dataclass(frozen=True)
class Submitted:
    """A registration that was handed in: its case and the account it made."""

    case: int
    account: int


def read(sheet: Sheet, form: PersonForm, *, administrator: bool = False) -> Person | None:
    """Check the person's fields and note their faults; none if any is wrong.

    Who has an account already keeps its phone, e-mail and password, so those are not asked again.

    :param administrator: whether the stricter password rules hold
    """
    before = len(sheet.faults)
    existing = form.existing == "1"
    number = sheet.read("id_number", form.id_number, lambda text: id_number.parse(text, today()))
    name = sheet.read("name", form.name, fields.person_name)
    phone = sheet.read("phone", form.phone, fields.mobile, required=not existing)
    email = sheet.read("email", form.email, fields.email, required=not existing)
    sheet.read("password", form.password, str)
    if form.notice != "1":
        sheet.blame("notice", Fault.NOTICE)
    if not existing:
        _new_password(
            sheet, form, "" if number is None else number.number, administrator=administrator
        )
    if number is None or name is None or len(sheet.faults) > before:
        return None
    return Person(number, name, phone or "", email or "", form.password, existing)


def _new_password(sheet: Sheet, form: PersonForm, number: str, *, administrator: bool) -> None:
    if not form.password_again:
        sheet.blame("password_again", fields.Fault.REQUIRED)
    fault = passwords.fault_of(
        form.password, repeated=form.password_again, administrator=administrator, number=number
    )
    if fault is not None and form.password:
        again = fault is passwords.Fault.REPEATED
        sheet.blame("password_again" if again else "password", fault)


@dataclass(frozen=True)
class Contact:
    """A checked phone number and e-mail address."""

    phone: str = field(repr=False)
    email: str = field(repr=False)


def contact_of(account: Account) -> dict[str, str]:
    """Phone and e-mail of an account, in clear: for the person alone."""
    return {"phone": crypto.unseal(account.phone), "email": crypto.unseal(account.email)}


def read_contact(sheet: Sheet, form: ContactForm, account: Account) -> Contact | None:
    """Check how to reach the applicant; an account with a role keeps what it has."""
    if account.state != AccountState.PENDING:
        return None
    phone = sheet.read("phone", form.phone, fields.mobile)
    email = sheet.read("email", form.email, fields.email)
    return Contact(phone, email) if phone and email else None


def save_contact(account: Account, contact: Contact | None) -> dict[str, Change]:
    """Store a new phone number and e-mail; what changed is told in masked form."""
    if contact is None:
        return {}
    old = contact_of(account)
    Account.update(phone=crypto.seal(contact.phone), email=crypto.seal(contact.email)).where(
        Account.id == account.id
    ).execute()
    masks = {"phone": fields.masked_phone, "email": fields.masked_email}
    new = {"phone": contact.phone, "email": contact.email}
    return {
        name: Change(mask(old[name]), mask(new[name]))
        for name, mask in masks.items()
        if old[name] != new[name]
    }


def enter(person: Person, account: int | None, hashed: str) -> Actor:
    """Make the account, or lock the one that is there; call inside the transaction.

    :raises peewee.IntegrityError: if somebody registered the ID number in the meantime
    :raises Refused: ``registration_pending`` if the account was closed in the meantime
    """
    now = clock.micros(clock.now())
    if account is None:
        account = Account.create(
            name=person.name,
            id_number=crypto.seal(person.id_number.number),
            lookup=crypto.lookup(person.id_number.number),
            phone=crypto.seal(person.phone),
            email=crypto.seal(person.email),
            password=hashed,
            state=AccountState.PENDING,
            created_at=now,
        ).id
    elif lock(account) != AccountState.ACTIVE:
        raise Refused("registration_pending")
    access.record("notice.read", now=now, account=account, subject=("notice", NOTICE_VERSION))
    return Actor(account, person.name)


def hashed(person: Person) -> str:
    """The stored form of a new account's password; slow, so call it before the transaction."""
    return "" if person.existing else passwords.hash_password(person.password)


def today() -> date:
    """The date in Henan."""
    return clock.now().astimezone(clock.ZONE).date()


def number_of(account: Account) -> IdNumber:
    """The ID number of an account, in clear."""
    return id_number.parse(crypto.unseal(account.id_number), today())


def release(account: int, now: int) -> None:
    """Close an account that has no role left, which frees its ID number (E2, R18).

    Call inside the transaction, after the role has ended. Sessions of the account end.
    """
    lock(account)
    if not _has_role(account, now):
        Account.update(state=AccountState.CLOSED, epoch=Account.epoch + 1).where(
            Account.id == account
        ).execute()


def lock(account: int) -> str:
    """The state of an account, which cannot change until the transaction ends."""
    query = Account.select(Account.state).where(Account.id == account)
    return str((query if is_sqlite() else query.for_update()).scalar())


def _has_role(account: int, now: int) -> bool:
    profiles = Professional.select().where(
        Professional.account == account, Professional.state << [str(state) for state in LIVE]
    )
    appointments = Appointment.select().where(
        Appointment.account == account,
        Appointment.until.is_null() | (Appointment.until > now),
    )
    units = Unit.select().where(Unit.administrator == account, Unit.state == UnitState.PENDING)
    return bool(profiles.exists() or appointments.exists() or units.exists())
