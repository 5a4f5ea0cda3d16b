"""P1: a person registers, and the employer's administrator decides."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta

import orjson
import pytest

from engine import clock, crypto, history, tracking
from engine.accounts.throttle import Locked
from engine.actor import Actor
from engine.errors import Invalid, NotYours, Refused, Stale
from engine.id_number import Sex
from engine.seed import Place, Province, Role
from engine.subjects import registration, registry
from engine.verbs import decide, withdraw
from models import (
    AccessLog,
    Account,
    Case,
    Event,
    Professional,
    Task,
    Unit,
    UnitDepartment,
    UnitState,
    db,
)
from tests.applicants import (
    ADDRESS,
    PASSWORD,
    department_of,
    id_of,
    open_task,
    person_form,
    running,
    state_of,
)

Acting = Callable[[Role], Actor]


def submit(province: Province, **changed: str) -> registration.Submitted:
    return registration.submit(person_form(province, **changed), address=ADDRESS)


def decided(case: int, actor: Actor, outcome: str, **more: object) -> None:
    revision = Case.get_by_id(case).revision
    decide.decide(open_task(case).id, actor=actor, outcome=outcome, revision=revision, **more)


def faults(province: Province, **changed: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        submit(province, **changed)
    assert Account.select().where(Account.lookup == crypto.lookup(id_of())).count() == 0
    return refusal.value.fields


def test_a_registration_waits_at_the_employers_office(province: Province) -> None:
    done = submit(province)
    account = Account.get_by_id(done.account)
    professional = Professional.get(Professional.account == done.account)
    assert (account.state, professional.state) == ("pending", "pending")
    assert crypto.unseal(account.id_number) == id_of()
    assert PASSWORD not in account.password
    current = tracking.track(Case.get_by_id(done.case)).current
    assert [(task.unit, task.office) for task in current] == [("郑州市示范医院", "单位管理员")]
    log = AccessLog.get(AccessLog.account == done.account)
    assert (log.action, log.object_id) == ("notice.read", "202611")


def test_approval_lets_the_person_log_in(province: Province, acting: Acting) -> None:
    done = submit(province)
    decided(done.case, acting(Role.HOSPITAL_ADMINISTRATOR), "approve")
    assert state_of(done.account) == "active"
    assert Professional.get(Professional.account == done.account).state == "active"
    assert Case.get_by_id(done.case).outcome == "approved"


def test_rejection_needs_a_reason_and_frees_the_id_number(
    province: Province, acting: Acting
) -> None:
    done = submit(province)
    administrator = acting(Role.HOSPITAL_ADMINISTRATOR)
    with pytest.raises(Invalid):
        decided(done.case, administrator, "reject")
    decided(done.case, administrator, "reject", opinion="非本单位职工")
    assert state_of(done.account) == "closed"
    again = submit(province)
    assert again.account != done.account
    assert running(again.case)


def test_a_withdrawn_applicant_may_register_again(province: Province) -> None:
    done = submit(province)
    withdraw.withdraw(done.case, actor=Actor(done.account, "王𬭎"), revision=1)
    assert state_of(done.account) == "closed"
    assert Professional.get(Professional.account == done.account).state == "withdrawn"
    assert running(submit(province).case)


def test_a_pending_id_number_cannot_register_again(province: Province) -> None:
    submit(province)
    with pytest.raises(Invalid) as refusal:
        submit(province, phone="13900000000")
    assert refusal.value.fields == {"id_number": "id_taken"}
    assert Case.select().count() == 1


def test_a_taken_number_gets_one_answer_whatever_its_role_or_state(province: Province) -> None:
    submit(province)
    answers = []
    for role in (Role.OWNER, Role.SCHOOL_ADMINISTRATOR):
        number = province.accounts[role].id_number
        female = int(number[16]) % 2 == 0
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        with pytest.raises(Invalid) as refusal:
            submit(province, id_number=number, sex="female" if female else "male", birth_date=born)
        answers.append(refusal.value.fields)
    with pytest.raises(Invalid) as refusal:
        submit(province)
    assert answers == [refusal.value.fields] * 2


def test_probing_for_taken_numbers_is_locked_out(province: Province) -> None:
    submit(province)
    for _attempt in range(5):
        with pytest.raises(Invalid):
            submit(province)
    with pytest.raises(Locked):
        submit(province)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"id_number": ""}, {"id_number": "required"}, id="no ID number"),
        pytest.param(
            {"id_number": "410105900308001"}, {"id_number": "fifteen_digits"}, id="15 digits"
        ),
        pytest.param(
            {"id_number": id_of()[:17] + ("0" if id_of()[17] != "0" else "1")},
            {"id_number": "checksum"},
            id="wrong checksum",
        ),
        pytest.param(
            {"id_number": id_of(born=date(2190, 1, 1))}, {"id_number": "future"}, id="not yet born"
        ),
        pytest.param({"id_number": "1" * 5000}, {"id_number": "too_long"}, id="oversized"),
        pytest.param({"phone": "12345"}, {"phone": "format"}, id="no mobile"),
        pytest.param({"email": "x"}, {"email": "format"}, id="no address"),
        pytest.param({"password": "", "password_again": ""}, {"password": "required",
                     "password_again": "required"}, id="no password"),
        pytest.param({"password_again": "Other-2026"}, {"password_again": "password_repeated"},
                     id="repeated wrongly"),
        pytest.param({"password": "12345678", "password_again": "12345678"},
                     {"password": "password_letters_and_digits"}, id="digits only"),
        pytest.param({"password": "short1", "password_again": "short1"},
                     {"password": "password_length"}, id="short password"),
        pytest.param({"notice": ""}, {"notice": "notice"}, id="notice not read"),
        pytest.param({"name": "王😀"}, {"name": "characters"}, id="emoji in the name"),
        pytest.param({"name": "<script>"}, {"name": "characters"}, id="markup in the name"),
        pytest.param({"sex": "male"}, {"sex": "differs_from_id"}, id="other sex than the number"),
        pytest.param({"sex": "x"}, {"sex": "choice"}, id="forged sex"),
        pytest.param({"birth_date": "1990-03-09"}, {"birth_date": "differs_from_id"},
                     id="other birth date than the number"),
        pytest.param({"birth_date": "2190-01-01"}, {"birth_date": "future"}, id="future date"),
        pytest.param({"birth_date": "1990-02-30"}, {"birth_date": "date"}, id="no such day"),
        pytest.param({"region": ""}, {"region": "required"}, id="no region"),
        pytest.param({"region": "999999"}, {"region": "choice"}, id="forged region"),
        pytest.param({"region": "410300"}, {"unit": "out_of_region"}, id="unit elsewhere"),
        pytest.param({"department": ""}, {"department": "required"}, id="no department"),
        pytest.param({"department": "999999"}, {"department": "choice"}, id="forged department"),
        pytest.param({"ethnicity": "99"}, {"ethnicity": "choice"}, id="forged code"),
        pytest.param({"education": "10"}, {"education": "choice"}, id="a heading, no entry"),
        pytest.param({"major": "10"}, {"major": "choice"}, id="category instead of class"),
        pytest.param({"school": "<b>x</b>"}, {"school": "characters"}, id="markup in the school"),
        pytest.param({"native_place": "长" * 200}, {"native_place": "too_long"}, id="long place"),
        pytest.param({"nationality": "XX"}, {"nationality": "choice"}, id="forged country"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here is SQL's
def test_every_wrong_field_is_named(
    province: Province, changed: dict[str, str], expected: dict[str, str]
) -> None:
    assert faults(province, **changed) == expected


def test_an_empty_form_names_every_required_field(province: Province) -> None:
    with pytest.raises(Invalid) as refusal:
        registration.submit(registration.RegistrationForm(), address=ADDRESS)
    optional = {"existing", "nationality", "education", "major_name", "department"}
    assert set(refusal.value.fields) == set(asdict(registration.RegistrationForm())) - optional


@pytest.mark.parametrize("unit", ["999999", "-1", "1 OR 1=1", "9" * 30])
def test_a_forged_unit_is_refused(province: Province, unit: str) -> None:
    assert faults(province, unit=unit) == {"unit": "choice"}


def test_a_closed_unit_cannot_be_chosen(province: Province) -> None:
    Unit.update(state=UnitState.CLOSED).where(Unit.id == province.units[Place.HOSPITAL]).execute()
    assert faults(province) == {"unit": "choice"}


def test_a_department_of_another_unit_or_a_closed_one_is_refused(province: Province) -> None:
    other = department_of(province, Place.SCHOOL, "数学组")
    assert faults(province, department=other) == {"department": "choice"}
    own = department_of(province, Place.HOSPITAL, "外科")
    UnitDepartment.update(closed=True).where(UnitDepartment.id == int(own)).execute()
    assert faults(province, department=own) == {"department": "choice"}


def test_a_unit_without_departments_asks_for_none(province: Province) -> None:
    done = submit(
        province, region="419001", unit=str(province.units[Place.JIYUAN_COMPANY]), department=""
    )
    assert Professional.get(Professional.account == done.account).department is None


def test_the_region_may_be_the_one_above_the_units(province: Province) -> None:
    done = submit(
        province,
        region="410100",
        unit=str(province.units[Place.JINSHUI_COMPANY]),
        department=department_of(province, Place.JINSHUI_COMPANY, "研发部"),
    )
    assert running(done.case)


def test_a_number_ending_in_a_small_x_is_stored_with_a_capital(province: Province) -> None:
    number = next(id_of(n) for n in range(300) if id_of(n).endswith("X"))
    done = submit(province, id_number=number.lower())
    assert crypto.unseal(Account.get_by_id(done.account).id_number) == number


def test_nationality_is_china_unless_said(province: Province) -> None:
    done = submit(province, nationality="", education="", major_name="")
    professional = Professional.get(Professional.account == done.account)
    assert (professional.nationality, professional.education) == ("CN", None)


# A second role (A1): the administrator of the school registers as a professional.


def as_administrator(province: Province, **changed: str) -> dict[str, str]:
    person = province.accounts[Role.SCHOOL_ADMINISTRATOR]
    number = person.id_number
    return {
        "id_number": number,
        "name": person.name,
        "password": person.password,
        "password_again": "",
        "phone": "",
        "email": "",
        "existing": "1",
        "sex": "male",
        "birth_date": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        **changed,
    }


def test_a_second_role_uses_the_account_that_is_there(province: Province, acting: Acting) -> None:
    person = province.accounts[Role.SCHOOL_ADMINISTRATOR]
    done = submit(province, **as_administrator(province))
    assert done.account == person.account
    assert state_of(person.account) == "active"
    decided(done.case, acting(Role.HOSPITAL_ADMINISTRATOR), "reject", opinion="不是本单位职工")
    assert state_of(person.account) == "active"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"password": "Wrong-2026"}, id="wrong password"),
        pytest.param({"name": "马振邦"}, id="wrong name"),
        pytest.param(
            {"id_number": id_of(7), "sex": "female", "birth_date": "1990-03-08"},
            id="no such account",
        ),
    ],
)
def test_a_second_role_without_proof_gets_one_answer(
    province: Province, changed: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        submit(province, **as_administrator(province, **changed))
    assert refusal.value.fields == {"existing": "no_match"}


def test_guessing_the_password_of_an_account_is_locked_out(province: Province) -> None:
    wrong = as_administrator(province, password="Wrong-2026")
    for _attempt in range(5):
        with pytest.raises(Invalid):
            submit(province, **wrong)
    with pytest.raises(Locked):
        submit(province, **as_administrator(province))


def test_one_professional_role_is_enough(province: Province) -> None:
    submit(province, **as_administrator(province))
    with pytest.raises(Refused) as refusal:
        submit(province, **as_administrator(province))
    assert refusal.value.code == "has_role"


def test_an_account_under_its_first_review_takes_no_second_role(province: Province) -> None:
    submit(province)
    with pytest.raises(Refused) as refusal:
        submit(province, existing="1")
    assert refusal.value.code == "registration_pending"


# Correction


@pytest.fixture
def returned(province: Province, acting: Acting) -> registration.Submitted:
    done = submit(province)
    decided(
        done.case,
        acting(Role.HOSPITAL_ADMINISTRATOR),
        "return",
        opinion="请核对毕业院校",
        marks={"school": "与证书不一致", "phone": "无法接通"},
    )
    return done


def correct(done: registration.Submitted, **changed: str) -> None:
    actor = Actor(done.account, "王𬭎")
    form = replace(registration.filled_in(done.case, actor=actor), **changed)
    revision = Case.get_by_id(done.case).revision
    registration.correct(done.case, form, actor=actor, revision=revision)


def test_a_correction_goes_back_to_the_reviewer_with_what_changed(
    province: Province, acting: Acting, returned: registration.Submitted
) -> None:
    correct(returned, school="河南大学", phone="13911112222")
    event = Event.select().where(Event.case == returned.case).order_by(Event.seq.desc()).get()
    assert orjson.loads(event.data) == {
        "changes": {
            "school": ["郑州大学", "河南大学"],
            "phone": ["138****0000", "139****2222"],
        }
    }
    assert "13911112222" not in event.data
    assert open_task(returned.case).office is not None
    decided(returned.case, acting(Role.HOSPITAL_ADMINISTRATOR), "approve")
    assert Professional.get(Professional.account == returned.account).school == "河南大学"


def test_a_wrong_correction_changes_nothing(
    province: Province, returned: registration.Submitted
) -> None:
    with pytest.raises(Invalid) as refusal:
        correct(returned, school="", sex="male", phone="1")
    assert refusal.value.fields == {
        "school": "required",
        "sex": "differs_from_id",
        "phone": "format",
    }
    assert Professional.get(Professional.account == returned.account).school == "郑州大学"
    assert open_task(returned.case).office is None


def test_only_the_applicant_corrects_and_only_when_asked(
    province: Province, acting: Acting, returned: registration.Submitted
) -> None:
    actor = Actor(returned.account, "王𬭎")
    form = registration.filled_in(returned.case, actor=actor)
    revision = Case.get_by_id(returned.case).revision
    with pytest.raises(NotYours):
        registration.correct(returned.case, form, actor=acting(Role.STRANGER), revision=revision)
    registration.correct(returned.case, form, actor=actor, revision=revision)
    with pytest.raises(Refused) as refusal:
        registration.correct(returned.case, form, actor=actor, revision=revision)
    assert refusal.value.code == "not_returned"


def test_a_correction_from_a_stale_page_is_refused(
    province: Province, returned: registration.Submitted
) -> None:
    actor = Actor(returned.account, "王𬭎")
    form = registration.filled_in(returned.case, actor=actor)
    with pytest.raises(Stale):
        registration.correct(returned.case, form, actor=actor, revision=1)


def test_a_returned_registration_may_be_withdrawn(
    province: Province, returned: registration.Submitted
) -> None:
    revision = Case.get_by_id(returned.case).revision
    withdraw.withdraw(returned.case, actor=Actor(returned.account, "王𬭎"), revision=revision)
    assert state_of(returned.account) == "closed"


def test_nobody_joins_a_unit_that_was_closed_meanwhile(province: Province, acting: Acting) -> None:
    done = submit(province)
    Unit.update(state=UnitState.CLOSED).where(Unit.id == province.units[Place.HOSPITAL]).execute()
    with pytest.raises(Refused) as refusal:
        decided(done.case, acting(Role.HOSPITAL_ADMINISTRATOR), "approve")
    assert refusal.value.code == "unit_closed"
    assert running(done.case)
    assert state_of(done.account) == "pending"


def test_a_unit_without_an_administrator_sends_applicants_to_its_superior(
    province: Province,
) -> None:
    done = submit(
        province,
        unit=str(province.units[Place.CLINIC]),
        department=department_of(province, Place.CLINIC, "全科"),
    )
    current = tracking.track(Case.get_by_id(done.case)).current
    assert [task.unit for task in current] == ["郑州市示范医疗集团"]


def test_of_two_submissions_at_once_one_wins(province: Province) -> None:
    results: list[object] = []
    start = threading.Barrier(2)

    def one() -> None:
        with db.connection_context():
            start.wait()
            try:
                results.append(submit(province))
            except Invalid as error:
                results.append(error.fields)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {"id_number": "id_taken"} in results
    assert sum(isinstance(result, registration.Submitted) for result in results) == 1
    assert Case.select().count() == Task.select().count() == 1


def test_a_step_that_breaks_leaves_nothing_behind(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "append", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        submit(province)
    monkeypatch.undo()
    assert running(submit(province).case)


def test_reviewers_see_masked_numbers_and_can_reveal_them(province: Province) -> None:
    done = submit(province)
    subject = registry.subject_of("registration")
    professional = Case.get_by_id(done.case).subject
    shown = {field.name: field for group in subject.show(professional) for field in group.fields}
    assert shown["id_number"].masked
    assert id_of() not in str(shown)
    assert shown["region"].value == "郑州市"
    assert shown["department"].value == "内科"
    assert subject.reveal(professional, "id_number") == id_of()


def test_time_passes_in_henan(province: Province) -> None:
    """A child born on today's date in Henan is not from the future."""
    today = clock.now().astimezone(clock.ZONE).date()
    born_today = id_of(born=today, sex=Sex.FEMALE)
    done = submit(province, id_number=born_today, birth_date=today.isoformat())
    assert running(done.case)
    tomorrow = today + timedelta(days=1)
    assert faults(province, id_number=id_of(born=tomorrow), birth_date=tomorrow.isoformat()) == {
        "id_number": "future",
        "birth_date": "future",
    }
