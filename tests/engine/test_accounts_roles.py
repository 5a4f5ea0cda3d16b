"""Roles follow from what an account is and holds."""

from __future__ import annotations

import pytest

from engine import clock
from engine.accounts.roles import UserType, awaits_review, roles_of
from engine.offices import OfficeCode
from models import ProfessionalState, UnitKind, UnitState
from tests import people


def types_of(account: int) -> list[UserType]:
    return [role.user_type for role in roles_of(account, clock.micros(clock.now()))]


@pytest.mark.parametrize("kind", list(UnitKind))
def test_an_administrators_user_type_is_the_kind_of_the_unit(database: str, kind: UnitKind) -> None:
    account = people.person()
    people.appoint(account, people.unit(kind=kind))
    assert types_of(account) == [UserType(kind.value)]


@pytest.mark.parametrize("code", ["analyst", "operator", "system", "security", "auditor"])
def test_the_platforms_own_offices_are_system_administration(database: str, code: str) -> None:
    account = people.person()
    people.appoint(account, people.unit(kind=UnitKind.BUREAU), OfficeCode(code))
    assert types_of(account) == [UserType.SYSTEM]


def test_one_account_has_several_roles_the_profile_first(database: str) -> None:
    account = people.person()
    hospital = people.unit()
    people.appoint(account, hospital)
    people.appoint(account, people.unit("郑州市人社局", kind=UnitKind.BUREAU))
    people.professional(account, hospital)
    roles = roles_of(account, clock.micros(clock.now()))
    assert [role.user_type for role in roles] == [
        UserType.PROFESSIONAL,
        UserType.EMPLOYER,
        UserType.BUREAU,
    ]
    assert len({role.code for role in roles}) == 3
    assert roles[0].unit_name == "郑州市第一医院"


@pytest.mark.parametrize(
    "state", [s for s in ProfessionalState if s is not ProfessionalState.ACTIVE]
)
def test_only_an_active_profile_is_a_role(database: str, state: ProfessionalState) -> None:
    account = people.person()
    people.professional(account, people.unit(), state)
    assert types_of(account) == []


@pytest.mark.parametrize("state", [s for s in UnitState if s is not UnitState.ACTIVE])
def test_only_an_active_unit_gives_a_role(database: str, state: UnitState) -> None:
    account = people.person()
    people.appoint(account, people.unit(state=state))
    assert types_of(account) == []


def test_an_appointment_that_has_ended_gives_no_role(database: str) -> None:
    account = people.person()
    people.appoint(account, people.unit(), until=clock.micros(clock.now()) - 1)
    assert types_of(account) == []


def test_a_substitute_of_an_office_one_holds_anyway_is_one_role(database: str) -> None:
    account, unit = people.person(), people.unit()
    people.appoint(account, unit)
    people.appoint(account, unit)
    assert types_of(account) == [UserType.EMPLOYER]


def test_a_second_registration_under_review_awaits_it(database: str) -> None:
    account = people.person()
    people.appoint(account, people.unit())
    people.professional(account, people.unit("第二医院"), ProfessionalState.PENDING)
    people.unit("新基地", kind=UnitKind.BASE, state=UnitState.PENDING, administrator=account)
    awaited = {each for each in UserType if awaits_review(account, each)}
    assert awaited == {UserType.PROFESSIONAL, UserType.BASE}
