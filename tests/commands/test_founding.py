"""The first administrator of a platform that has nobody yet."""

from __future__ import annotations

import pytest

from engine import clock
from engine.accounts import passwords, roles
from models import Account, Appointment, Unit
from tests import people

PERSON = {
    "--name": "王晓燕",
    "--id-number": people.number(1).lower(),
    "--phone": "138 0000 0001",
    "--email": "first@example.cn",
    "--unit": "河南省人力资源和社会保障厅",
}


def arguments(**changes: str) -> list[str]:
    given = {**PERSON, **{f"--{name.replace('_', '-')}": value for name, value in changes.items()}}
    return ["accounts", "create-admin", *(part for pair in given.items() for part in pair)]


def test_the_first_administrator_can_log_in_and_must_change_the_password(on):
    on("migrate")
    result = on(*arguments())
    assert result.exit_code == 0, result.output
    password = result.output.split(": ")[1].strip()
    account = Account.get()
    assert passwords.matches(account.password, password)
    assert account.must_change_password
    held = roles.roles_of(account.id, clock.micros(clock.now()))
    assert {role.office_name for role in held} == {"系统管理员", "人社部门管理员"}


def test_there_is_only_one_first(on):
    on("migrate")
    on(*arguments())
    again = on(*arguments(id_number=people.number(2)))
    assert again.exit_code == 1
    assert "already" in again.output
    assert Account.select().count() == 1


def test_a_bureau_that_is_there_is_used(on):
    on("migrate")
    bureau = people.unit(PERSON["--unit"], kind=people.UnitKind.BUREAU)
    on(*arguments())
    assert Unit.select().count() == 1
    assert {row.office.unit_id for row in Appointment.select()} == {bureau}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_number", "410105198805170001"),
        ("phone", "12345"),
        ("email", "nobody"),
        ("name", "<b>"),
        ("unit", ""),
    ],
)
def test_each_fault_is_named_and_nothing_is_written(on, field, value):
    on("migrate")
    result = on(*arguments(**{field: value}))
    assert result.exit_code == 1
    assert field in result.output
    assert not Account.select().exists()
