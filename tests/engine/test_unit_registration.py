"""P2: a future administrator registers a unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from engine import clock, credit_code, tracking
from engine.accounts.roles import UserType, roles_of
from engine.actor import Actor
from engine.errors import Invalid, Refused
from engine.seed import Place, Province, Role
from engine.subjects import registration, registry, unit_registration
from engine.verbs import decide, withdraw
from models import Account, Attachment, Case, Event, Unit, UnitAncestor, UnitState, tuples
from tests.applicants import (
    ADDRESS,
    id_of,
    open_task,
    person_form,
    running,
    state_of,
    stored_licence,
    unit_form,
)

Acting = Callable[[Role], Actor]


def submit(province: Province, sequence: int = 0, **changed: str) -> unit_registration.Submitted:
    return unit_registration.submit(unit_form(province, sequence, **changed), address=ADDRESS)


def decided(case: int, actor: Actor, outcome: str, **more: object) -> None:
    revision = Case.get_by_id(case).revision
    decide.decide(open_task(case).id, actor=actor, outcome=outcome, revision=revision, **more)


def unit_of(case: int) -> Unit:
    return Unit.get_by_id(Case.get_by_id(case).subject)


def faults(province: Province, **changed: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        submit(province, **changed)
    return refusal.value.fields


@pytest.mark.parametrize(
    ("chosen", "reviewer"),
    [
        pytest.param(
            {"superior": Place.GROUP, "department": Place.ZHENGZHOU_HEALTH},
            "郑州市示范医疗集团",
            id="the chosen superior first",
        ),
        pytest.param(
            {"department": Place.ZHENGZHOU_HEALTH}, "郑州市卫生健康委员会", id="else the department"
        ),
        pytest.param({}, "郑州市人力资源和社会保障局", id="else the bureau of the region"),
    ],
)
def test_who_reviews_a_unit(province: Province, chosen: dict[str, Place], reviewer: str) -> None:
    ids = {name: str(province.units[place]) for name, place in chosen.items()}
    done = submit(province, **{"superior": "", "department": "", **ids})
    current = tracking.track(Case.get_by_id(done.case)).current
    assert [task.unit for task in current] == [reviewer]


def test_a_region_without_a_bureau_goes_to_the_one_above(province: Province) -> None:
    done = submit(province, superior="", region="410102")
    current = tracking.track(Case.get_by_id(done.case)).current
    assert [task.unit for task in current] == ["郑州市人力资源和社会保障局"]


def test_approval_makes_unit_place_office_and_administrator(
    province: Province, acting: Acting
) -> None:
    done = submit(province)
    assert state_of(done.account) == "pending"
    decided(done.case, acting(Role.GROUP_ADMINISTRATOR), "approve")
    unit = unit_of(done.case)
    assert (unit.state, state_of(done.account)) == ("active", "active")
    line = tuples(
        UnitAncestor.select(UnitAncestor.ancestor)
        .where(UnitAncestor.unit == unit)
        .order_by(UnitAncestor.distance)
    )
    places = (
        Place.GROUP, Place.ZHENGZHOU_HEALTH, Place.PROVINCE_HEALTH, Place.PROVINCE_BUREAU,
    )  # fmt: skip
    assert [row[0] for row in line] == [unit.id, *(province.units[place] for place in places)]
    (role,) = roles_of(done.account, clock.micros(clock.now()))
    assert (role.user_type, role.unit, role.office_name) == (
        UserType.EMPLOYER,
        unit.id,
        "单位管理员",
    )


@pytest.mark.parametrize("kind", ["department", "base"])
def test_the_new_administrator_logs_in_with_the_units_type(
    province: Province, acting: Acting, kind: str
) -> None:
    superior = str(province.units[Place.ZHENGZHOU_HEALTH])
    done = submit(province, kind=kind, superior=superior)
    decided(done.case, acting(Role.ZHENGZHOU_HEALTH_ADMINISTRATOR), "approve")
    (role,) = roles_of(done.account, clock.micros(clock.now()))
    assert role.user_type == UserType(kind)


def test_a_new_bureau_is_reviewed_by_the_bureau_above(province: Province, acting: Acting) -> None:
    done = submit(province, kind="bureau", superior="", region="410102", level="county")
    decided(done.case, acting(Role.ZHENGZHOU_BUREAU_ADMINISTRATOR), "approve")
    unit = unit_of(done.case)
    assert (unit.region.code, unit.superior.id) == (
        "410102",
        province.units[Place.ZHENGZHOU_BUREAU],
    )


def test_a_unit_inherits_the_region_of_its_superior(province: Province) -> None:
    done = submit(province, region="410105")
    assert unit_of(done.case).region.code == "410100"


def test_a_department_keeps_its_own_region(province: Province) -> None:
    superior = str(province.units[Place.ZHENGZHOU_HEALTH])
    done = submit(province, kind="department", superior=superior, region="410105")
    assert unit_of(done.case).region.code == "410105"


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_a_rejected_or_withdrawn_unit_may_be_registered_again(
    province: Province, acting: Acting, end: str
) -> None:
    done = submit(province)
    if end == "reject":
        decided(done.case, acting(Role.GROUP_ADMINISTRATOR), "reject", opinion="证照不清")
    else:
        withdraw.withdraw(done.case, actor=Actor(done.account, "王秀兰"), revision=1)
    assert state_of(done.account) == "closed"
    assert unit_of(done.case).state in {"rejected", "withdrawn"}
    assert running(submit(province).case)


def test_a_credit_code_is_registered_once(province: Province) -> None:
    first = submit(province)
    with pytest.raises(Invalid) as refusal:
        submit(province, 1, credit_code=unit_of(first.case).credit_code)
    assert refusal.value.fields == {"credit_code": "credit_code_taken"}
    assert Case.select().count() == 1
    assert Account.select().where(Account.name == "王秀兰").count() == 1


def test_the_credit_code_of_an_active_unit_is_taken(province: Province) -> None:
    code = Unit.get_by_id(province.units[Place.HOSPITAL]).credit_code
    assert faults(province, credit_code=code) == {"credit_code": "credit_code_taken"}


def test_a_pending_administrator_cannot_register_again(province: Province) -> None:
    submit(province)
    assert faults(
        province, credit_code=credit_code.synthesise("410100", credit_code.Kind.COMPANY, 5)
    ) == {"id_number": "id_taken"}


def test_a_professional_may_become_an_administrator_too(province: Province, acting: Acting) -> None:
    owner = province.accounts[Role.OWNER]
    done = submit(
        province, id_number=owner.id_number, name=owner.name, existing="1",
        password=owner.password, password_again="", phone="", email="",
    )  # fmt: skip
    decided(done.case, acting(Role.GROUP_ADMINISTRATOR), "approve")
    types = [role.user_type for role in roles_of(owner.account, clock.micros(clock.now()))]
    assert types == [UserType.PROFESSIONAL, UserType.EMPLOYER]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # nothing here is SQL's
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"kind": "ministry"}, {"kind": "choice"}, id="forged kind"),
        pytest.param({"credit_code": "123"}, {"credit_code": "length"}, id="short code"),
        pytest.param({"credit_code": "914101007777777777"}, {"credit_code": "checksum"},
                     id="wrong check character"),
        pytest.param({"unit_name": "<i>医院</i>"}, {"unit_name": "characters"}, id="markup"),
        pytest.param({"unit_name": "院"}, {"unit_name": "too_short"}, id="one character"),
        pytest.param({"licence": ""}, {"licence": "required"}, id="no licence"),
        pytest.param({"licence": "99999"}, {"licence": "choice"}, id="forged licence"),
        pytest.param({"superior": "999999"}, {"superior": "choice"}, id="forged superior"),
        pytest.param({"region": "41x"}, {"region": "choice"}, id="forged region"),
        pytest.param({"region": "410300"}, {"superior": "out_of_region"}, id="superior elsewhere"),
        pytest.param({"kind": "bureau", "superior": "", "region": "410105"},
                     {"region": "bureau_exists"}, id="second bureau of a region"),
        pytest.param({"password": "abcdefg1", "password_again": "abcdefg1"},
                     {"password": "password_length_administrator"},
                     id="password of an administrator"),
        pytest.param({"nature": "x", "level": "y", "industry": "z"},
                     {"nature": "choice", "level": "choice", "industry": "choice"},
                     id="forged codes"),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named(
    province: Province, changed: dict[str, str], expected: dict[str, str]
) -> None:
    assert faults(province, **changed) == expected


def test_a_superior_of_the_wrong_kind_is_refused(province: Province) -> None:
    bureau = str(province.units[Place.ZHENGZHOU_BUREAU])
    assert faults(province, superior=bureau) == {"superior": "choice"}
    assert faults(province, department=bureau) == {"department": "choice"}


def test_without_any_bureau_nobody_could_review(province: Province) -> None:
    Unit.update(state=UnitState.CLOSED).where(Unit.kind == "bureau").execute()
    assert faults(province) == {"region": "no_bureau"}


def test_a_unit_below_one_that_was_closed_meanwhile_is_not_approved(
    province: Province, acting: Acting
) -> None:
    done = submit(province)
    Unit.update(state=UnitState.CLOSED).where(Unit.id == province.units[Place.GROUP]).execute()
    with pytest.raises(Refused) as refusal:
        decided(done.case, acting(Role.GROUP_ADMINISTRATOR), "approve")
    assert refusal.value.code == "superior_closed"
    assert unit_of(done.case).state == "pending"


def test_a_correction_may_choose_another_superior(province: Province, acting: Acting) -> None:
    done = submit(province)
    decided(
        done.case,
        acting(Role.GROUP_ADMINISTRATOR),
        "return",
        opinion="不属于本集团",
        marks={"superior": "请选择主管部门"},
    )
    actor = Actor(done.account, "王秀兰")
    form = unit_registration.filled_in(done.case, actor=actor)
    assert form.superior == str(province.units[Place.GROUP])
    changed = replace(
        form,
        superior="",
        department=str(province.units[Place.ZHENGZHOU_HEALTH]),
        unit_name="郑州市新设中医院",
        licence=str(stored_licence()),
    )
    revision = Case.get_by_id(done.case).revision
    unit_registration.correct(done.case, changed, actor=actor, revision=revision)
    current = tracking.track(Case.get_by_id(done.case)).current
    assert [task.unit for task in current] == ["郑州市卫生健康委员会"]
    event = Event.select().where(Event.case == done.case).order_by(Event.seq.desc()).get()
    assert set(orjson.loads(event.data)["changes"]) == {"superior", "department", "unit_name"}
    assert Attachment.select().where(Attachment.case == done.case).count() == 1
    decided(done.case, acting(Role.ZHENGZHOU_HEALTH_ADMINISTRATOR), "approve")
    assert unit_of(done.case).superior.id == province.units[Place.ZHENGZHOU_HEALTH]


def test_reviewers_see_the_unit_and_its_licence(province: Province) -> None:
    done = submit(province)
    subject = registry.subject_of("unit_registration")
    unit = unit_of(done.case)
    shown = {field.name: field for group in subject.show(unit.id) for field in group.fields}
    assert shown["kind"].value == "用人单位"
    assert shown["licence"].file == unit.licence.id
    assert shown["phone"].value == "138****0000"
    assert subject.reveal(unit.id, "id_number") == id_of()


def test_the_same_person_cannot_wait_in_two_registrations(province: Province) -> None:
    submit(province)
    with pytest.raises(Invalid) as refusal:
        registration.submit(person_form(province, name="王秀兰"), address=ADDRESS)
    assert refusal.value.fields == {"id_number": "id_taken"}
