"""Registrations for benchmarks: real cases through the real engine, without waiting for argon2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine import id_number
from engine.accounts import passwords
from engine.db import transaction
from engine.id_number import Sex
from engine.subjects import registration
from engine.subjects.applicant import Person
from engine.subjects.profile import Profile
from models import Unit

TODAY = date(2026, 1, 1)
PASSWORD = "Study-2026-ok"  # noqa: S105 - of made-up people


def register(unit: Unit, count: int, first: int = 0) -> Iterator[int]:
    """Register made-up people at a unit; give their case ids."""
    hashed = passwords.hash_password(PASSWORD)
    for number in range(first, first + count):
        born = date(1950 + number // 450 % 50, 1 + number // 22_500 % 12, 1)
        text = id_number.synthesise("410105", born, Sex.FEMALE, number % 450)
        person = Person(
            id_number=id_number.parse(text, TODAY),
            name=f"申请人{number}",
            phone="13800000000",
            email="applicant@example.cn",
            password=PASSWORD,
            existing=False,
        )
        profile = Profile(
            department=None,
            sex="female",
            birth_date=born,
            ethnicity="01",
            nationality="CN",
            native_place="河南省洛阳市",
            education="21",
            school="郑州大学",
            major="1002",
            major_name=None,
        )
        with transaction():
            case = registration._enter(
                registration.Checked(person, unit, profile), None, hashed
            ).case
        yield case
