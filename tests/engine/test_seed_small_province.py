from __future__ import annotations

from datetime import date

import pytest

from engine import credit_code, crypto, id_number
from engine.accounts import passwords
from engine.seed import PASSWORD, Place, Province, Role, small_province
from engine.seed.cast import PEOPLE, UNITS
from models import (
    Account,
    Appointment,
    Office,
    Professional,
    Region,
    Unit,
    UnitAncestor,
    UnitDepartment,
    UnitKind,
    db,
    is_sqlite,
)

TODAY = date(2026, 11, 23)


@pytest.fixture
def province(database: str) -> Province:
    return small_province()


def holders(province: Province, place: Place, code: str = "administrator") -> set[str]:
    query = (
        Account.select(Account.name)
        .join(Appointment)
        .join(Office)
        .where(Office.unit == province.units[place], Office.code == code)
    )
    return {account.name for account in query}


def test_a_second_seed_tells_the_same_and_writes_nothing(province: Province) -> None:
    before = [table.select().count() for table in (Account, Unit, Office, Appointment)]
    assert small_province() == province
    assert [table.select().count() for table in (Account, Unit, Office, Appointment)] == before


def test_everybody_and_every_unit_of_the_cast_is_there(province: Province) -> None:
    assert set(province.accounts) == set(Role)
    assert set(province.units) == set(Place)
    assert {unit.kind for unit in Unit.active()} == set(UnitKind)


def test_everybody_can_be_found_by_id_number_and_has_the_printed_password(
    province: Province,
) -> None:
    for shown in province.accounts.values():
        account = Account.live(crypto.lookup(shown.id_number)).get()
        assert account.id == shown.account
        assert account.name == shown.name
        assert account.state == "active"
        assert crypto.unseal(account.id_number) == shown.id_number
        assert crypto.unseal(account.phone).startswith("140")
        assert crypto.unseal(account.email).endswith("@shenpi.example")
    assert shown.password == PASSWORD
    assert passwords.matches(account.password, PASSWORD)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.role.value)
def test_an_id_number_of_the_cast_is_valid_and_agrees_with_the_profile(person) -> None:
    parsed = id_number.parse(person.id_number, TODAY)
    assert (parsed.sex, parsed.birth_date) == (person.sex, person.birth_date)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.place.value)
def test_a_credit_code_of_the_cast_is_valid(unit) -> None:
    assert credit_code.parse(unit.credit_code) == unit.credit_code


def test_the_hierarchy_has_one_root_and_a_true_closure(province: Province) -> None:
    roots = [unit.id for unit in Unit.select().where(Unit.superior.is_null())]
    assert roots == [province.units[Place.PROVINCE_BUREAU]]
    for unit in Unit.select():
        above = [(unit.id, 0)]
        while unit.superior is not None:
            unit = unit.superior
            above.append((unit.id, len(above)))
        stored = UnitAncestor.select().where(UnitAncestor.unit == above[0][0])
        assert {(row.ancestor_id, row.distance) for row in stored} == set(above)


def test_the_hospital_has_departments_a_superior_and_its_health_commission(
    province: Province,
) -> None:
    hospital = Unit.get_by_id(province.units[Place.HOSPITAL])
    assert hospital.superior.id == province.units[Place.GROUP]
    assert hospital.department.id == province.units[Place.ZHENGZHOU_HEALTH]
    names = {d.name for d in UnitDepartment.select().where(UnitDepartment.unit == hospital)}
    assert {"内科", "外科", "护理部"} < names


def test_jiyuan_has_an_employer_without_departments(province: Province) -> None:
    company = Unit.get_by_id(province.units[Place.JIYUAN_COMPANY])
    assert company.region.code == "419001"
    assert not Region.below("419001").exists()
    assert not company.departments.exists()


def test_only_the_clinic_has_nobody_in_its_office(province: Province) -> None:
    vacant = {place for place in Place if not holders(province, place)}
    assert vacant == {Place.CLINIC}
    assert Office.select().where(Office.unit == province.units[Place.CLINIC]).exists()


def test_the_platform_has_its_offices_at_the_provincial_bureau(province: Province) -> None:
    bureau = Place.PROVINCE_BUREAU
    assert len(holders(province, bureau, "analyst")) == 2
    for code in ("operator", "system", "security", "auditor"):
        assert len(holders(province, bureau, code)) == 1
    assert province.accounts[Role.AUDITOR].titles == ("审计管理员",)


def test_the_substitute_stands_in_for_the_hospital_administrator(province: Province) -> None:
    substitute = Appointment.get(
        Appointment.account == province.accounts[Role.HOSPITAL_SUBSTITUTE].account
    )
    replaced = Appointment.get_by_id(substitute.substitute_for_id)
    assert replaced.account.id == province.accounts[Role.HOSPITAL_ADMINISTRATOR].account
    assert replaced.office == substitute.office


def test_owner_and_colleague_share_a_unit_and_the_stranger_works_elsewhere(
    province: Province,
) -> None:
    units = {
        role: Professional.get(Professional.account == province.accounts[role].account).unit.id
        for role in (Role.OWNER, Role.COLLEAGUE, Role.STRANGER, Role.HOSPITAL_ADMINISTRATOR)
    }
    assert units[Role.OWNER] == units[Role.COLLEAGUE] == units[Role.HOSPITAL_ADMINISTRATOR]
    assert units[Role.STRANGER] != units[Role.OWNER]
    shown = province.accounts[Role.HOSPITAL_ADMINISTRATOR].titles
    assert shown == ("专业技术人员", "单位管理员")


def test_numbering_goes_on_after_the_cast(province: Province) -> None:
    hospital = province.units[Place.HOSPITAL]
    made = UnitDepartment.create(unit=hospital, name="康复科")
    assert made.id > max(d.id for d in UnitDepartment.select() if d.name != "康复科")


def test_the_rows_satisfy_every_foreign_key(province: Province) -> None:
    if is_sqlite():  # PostgreSQL has checked them
        assert db.execute_sql("PRAGMA foreign_key_check").fetchall() == []
    assert Professional.select().join(Unit).count() == Professional.select().count() > 0
