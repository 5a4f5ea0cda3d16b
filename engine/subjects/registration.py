"""注册: a person registers as a professional, and the employer's administrator decides (P1).

The diagram ``bpmn/registration.bpmn`` says who acts when; here is what a registration is made of
and how it is corrected; ``enrolment`` holds the operations of the diagram. Rules: R4-R18, A1-A3,
E2, E8-E10.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine import lifecycle
from engine.actor import Actor
from engine.attempt import attempt
from engine.errors import NotFound, Refused
from engine.fields import Sheet
from engine.subjects import admission, applicant, correction
from engine.subjects import profile as profiles
from engine.subjects.applicant import Person, PersonForm, Submitted
from engine.subjects.profile import Profile, ProfileForm, chosen_unit
from models import Account, Case, Professional, Unit

KIND = "registration"
_TAKEN = {key: {"id_number": str(applicant.Fault.TAKEN)} for key in ("lookup", "professional")}


@dataclass(frozen=True)
class RegistrationForm(ProfileForm, PersonForm):
    """The whole form of 个人用户注册 (R4-R9), every field as typed."""

    region: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Checked:
    """A form without a fault."""

    person: Person
    unit: Unit
    profile: Profile


def checked(form: RegistrationForm) -> Checked:
    """Read a form; says nothing of who is registered already.

    :raises Invalid: with every field that is wrong
    """
    sheet = Sheet()
    person = applicant.read(sheet, form)
    unit = chosen_unit(sheet, form.region, form.unit)
    profile = profiles.read(sheet, form, unit)
    profiles.agree(sheet, form, None if person is None else person.id_number)
    sheet.close()
    assert person is not None and unit is not None and profile is not None  # noqa: S101, PT018
    return Checked(person, unit, profile)


def submit(form: RegistrationForm, *, address: str) -> Submitted:
    """Register a person; the case goes to the administrator of the chosen unit.

    :param address: where the request came from, for the limits on guessing
    :raises Invalid: with every field that is wrong
    :raises Refused: ``registration_pending``, ``has_role``: see ``admission.admit``
    :raises Locked: after too many wrong answers
    :raises OperationFailed: if the diagram could not go on; nothing was kept
    """
    ready = checked(form)
    account = admission.admit(ready.person, address)
    _no_second(account)
    hashed = applicant.hashed(ready.person)
    with admission.first_come(_TAKEN), attempt("submit"):
        return _enter(ready, account, hashed)


def _enter(ready: Checked, account: int | None, hashed: str) -> Submitted:
    actor = applicant.enter(ready.person, account, hashed)
    professional = profiles.create(actor.account, ready.unit, ready.profile)
    case = lifecycle.start(
        KIND,
        account=actor.account,
        unit=ready.unit.id,
        subject=professional.id,
        title=ready.person.name,
        data={"target": ready.unit.id},
        actor=actor,
    )
    return Submitted(case, actor.account)


def correct(case_id: int, form: ProfileForm, *, actor: Actor, revision: int) -> None:
    """Hand a returned registration in again; name, ID number and unit stay (R8, R17).

    :param revision: the case's revision that the page showed
    :raises Invalid: with every field that is wrong
    :raises NotFound, NotYours, Refused, Stale: see ``correction.opened``
    :raises OperationFailed: if the step broke; nothing was changed
    """
    with attempt("correct", case=case_id):
        case, task = correction.opened(case_id, actor=actor, kind=KIND, revision=revision)
        professional = Professional.get_by_id(case.subject)
        account = Account.get_by_id(case.account)
        sheet = Sheet()
        profile = profiles.read(sheet, form, professional.unit)
        profiles.agree(sheet, form, applicant.number_of(account))
        contact = applicant.read_contact(sheet, form, account)
        sheet.close()
        assert profile is not None  # noqa: S101 - the sheet closed without a fault
        before = profiles.words(professional)
        Professional.update(**vars(profile)).where(Professional.id == professional.id).execute()
        after = profiles.words(Professional.get_by_id(professional.id))
        changes = correction.differences(before, after) | applicant.save_contact(account, contact)
        correction.resubmit(case, task, actor=actor, changes=changes, facts={})


def filled_in(case_id: int, *, actor: Actor) -> ProfileForm:
    """The form of a correction with what was handed in last.

    :raises NotFound: if the case is not there, of another kind, or somebody else's
    """
    case = Case.get_or_none(Case.id == case_id, Case.kind == KIND, Case.account == actor.account)
    if case is None:
        raise NotFound(f"case {case_id}")
    professional = Professional.get_by_id(case.subject)
    return profiles.form_of(professional, applicant.contact_of(Account.get_by_id(actor.account)))


def _no_second(account: int | None) -> None:
    """Refuse a second live registration of an account that proved who it is."""
    held = Professional.select().where(
        Professional.account == account, Professional.state << list(applicant.LIVE)
    )
    if account is not None and held.exists():
        raise Refused("has_role")
