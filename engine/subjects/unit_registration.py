"""单位注册: a future administrator registers a unit (P2).

The diagram ``bpmn/unit_registration.bpmn`` sends it to the chosen superior, else to the supervising
department, else to the bureau of the region; ``founding`` holds its operations. Rules: A1-A4, R27,
E2.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine import lifecycle
from engine.actor import Actor
from engine.attempt import attempt
from engine.errors import NotFound
from engine.fields import Sheet, one_of
from engine.subjects import admission, applicant, correction
from engine.subjects import unit_profile as units
from engine.subjects.applicant import Person, PersonForm, Submitted
from engine.subjects.unit_profile import UnitForm, UnitProfile
from models import Account, Attachment, Case, Unit, UnitKind

KIND = "unit_registration"
LICENCE = "licence"
_TAKEN = {
    "lookup": {"id_number": str(applicant.Fault.TAKEN)},
    "credit_code": {"credit_code": "credit_code_taken"},
}


@dataclass(frozen=True)
class UnitRegistrationForm(UnitForm, PersonForm):
    """The whole form of 单位注册, every field as typed."""

    kind: str = ""


@dataclass(frozen=True)
class Checked:
    """A form without a fault."""

    person: Person
    kind: UnitKind
    profile: UnitProfile


def checked(form: UnitRegistrationForm) -> Checked:
    """Read a form; says nothing of who is registered already.

    :raises Invalid: with every field that is wrong
    """
    sheet = Sheet()
    person = applicant.read(sheet, form, administrator=True)
    code = sheet.read("kind", form.kind, one_of(*UnitKind))
    kind = None if code is None else UnitKind(code)
    profile = units.read(sheet, form, kind)
    sheet.close()
    assert person is not None and kind is not None and profile is not None  # noqa: S101, PT018
    return Checked(person, kind, profile)


def submit(form: UnitRegistrationForm, *, address: str) -> Submitted:
    """Register a unit and its administrator.

    :param address: where the request came from, for the limits on guessing
    :raises Invalid: with every field that is wrong
    :raises Refused: ``registration_pending``: see ``admission.admit``
    :raises Locked: after too many wrong answers
    :raises OperationFailed: if the diagram could not go on; nothing was kept
    """
    ready = checked(form)
    account = admission.admit(ready.person, address)
    hashed = applicant.hashed(ready.person)
    with admission.first_come(_TAKEN), attempt("submit"):
        actor = applicant.enter(ready.person, account, hashed)
        return _enter(actor, ready.kind, ready.profile)


def _enter(actor: Actor, kind: UnitKind, profile: UnitProfile) -> Submitted:
    unit = units.create(actor.account, kind, profile)
    case = lifecycle.start(
        KIND,
        account=actor.account,
        unit=unit.id,
        subject=unit.id,
        title=unit.name,
        data={"subject": unit.id, **profile.facts},
        actor=actor,
    )
    _attach(case, profile.licence)
    return Submitted(case, actor.account)


def correct(case_id: int, form: UnitForm, *, actor: Actor, revision: int) -> None:
    """Hand a returned registration in again; kind, name and ID number of the person stay.

    The diagram finds anew who reviews it, since superior and department may have changed.

    :param revision: the case's revision that the page showed
    :raises Invalid: with every field that is wrong
    :raises NotFound, NotYours, Refused, Stale: see ``correction.opened``
    :raises OperationFailed: if the step broke; nothing was changed
    """
    with admission.first_come(_TAKEN), attempt("correct", case=case_id):
        case, task = correction.opened(case_id, actor=actor, kind=KIND, revision=revision)
        unit = Unit.get_by_id(case.subject)
        account = Account.get_by_id(case.account)
        sheet = Sheet()
        profile = units.read(sheet, form, UnitKind(unit.kind), itself=unit.id)
        contact = applicant.read_contact(sheet, form, account)
        sheet.close()
        assert profile is not None  # noqa: S101 - the sheet closed without a fault
        before = units.words(unit)
        Unit.update(**units.columns(profile)).where(Unit.id == unit.id).execute()
        Case.update(title=profile.name).where(Case.id == case_id).execute()
        _attach(case_id, profile.licence)
        after = units.words(Unit.get_by_id(unit.id))
        changes = correction.differences(before, after) | applicant.save_contact(account, contact)
        correction.resubmit(case, task, actor=actor, changes=changes, facts=profile.facts)


def filled_in(case_id: int, *, actor: Actor) -> UnitForm:
    """The form of a correction with what was handed in last.

    :raises NotFound: if the case is not there, of another kind, or somebody else's
    """
    case = Case.get_or_none(Case.id == case_id, Case.kind == KIND, Case.account == actor.account)
    if case is None:
        raise NotFound(f"case {case_id}")
    contact = applicant.contact_of(Account.get_by_id(actor.account))
    return units.form_of(Unit.get_by_id(case.subject), contact)


def _attach(case: int, licence: int) -> None:
    """The licence as the one attachment of the case."""
    Attachment.delete().where(Attachment.case == case).execute()
    Attachment.create(case=case, file=licence, name=LICENCE, position=0)
