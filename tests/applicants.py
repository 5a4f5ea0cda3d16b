"""Forms of made-up applicants, right in every field; tests change one field at a time."""

from __future__ import annotations

import io
from datetime import date
from random import Random

from PIL import Image

from engine import credit_code, files, id_number, subjects
from engine.id_number import Sex
from engine.seed import Place, Province
from engine.subjects.registration import RegistrationForm
from engine.subjects.unit_registration import UnitRegistrationForm
from models import Account, Case, CaseStatus, Task, UnitDepartment

PASSWORD = "Study-2026-ok"
BORN = date(1990, 3, 8)
ADDRESS = "192.0.2.7"

subjects.load()


def id_of(sequence: int = 0, *, sex: Sex = Sex.FEMALE, born: date = BORN) -> str:
    return id_number.synthesise("410105", born, sex, sequence)


def department_of(province: Province, place: Place, name: str) -> str:
    unit = province.units[place]
    return str(UnitDepartment.get(UnitDepartment.unit == unit, UnitDepartment.name == name).id)


def person_form(province: Province, sequence: int = 0, **changed: str) -> RegistrationForm:
    """Somebody who registers at the hospital; everything is right."""
    right = {
        "id_number": id_of(sequence),
        "password": PASSWORD,
        "password_again": PASSWORD,
        "phone": "13800000000",
        "email": "wang@example.cn",
        "notice": "1",
        "name": "王𬭎",
        "region": "410100",
        "unit": str(province.units[Place.HOSPITAL]),
        "sex": "female",
        "birth_date": BORN.isoformat(),
        "ethnicity": "01",
        "nationality": "CN",
        "native_place": "河南省洛阳市",
        "education": "21",
        "school": "郑州大学",
        "major": "1002",
        "major_name": "临床医学",
    }
    if "unit" not in changed:
        right["department"] = department_of(province, Place.HOSPITAL, "内科")
    return RegistrationForm(**{**right, **changed})


def unit_form(province: Province, sequence: int = 0, **changed: str) -> UnitRegistrationForm:
    """A clinic below the hospital group, with its future administrator."""
    right = {
        "id_number": id_of(sequence),
        "password": PASSWORD,
        "password_again": PASSWORD,
        "phone": "13800000000",
        "email": "wang@example.cn",
        "notice": "1",
        "name": "王秀兰",
        "kind": "employer",
        "region": "410100",
        "superior": str(province.units[Place.GROUP]),
        "unit_name": "郑州市新设康复医院",
        "credit_code": credit_code.synthesise(
            "410100", credit_code.Kind.INSTITUTION, 77_000 + sequence
        ),
        "nature": "institution",
        "level": "city",
        "industry": "Q",
        "address": "郑州市金水区文化路 1 号",
    }
    if "licence" not in changed:
        right["licence"] = str(stored_licence())
    return UnitRegistrationForm(**{**right, **changed})


def stored_licence() -> int:
    files.use(":memory:")
    return int(files.keep(files.picture(photo())).id)


def photo(size: tuple[int, int] = (60, 40), kind: str = "PNG", seed: int = 1) -> bytes:
    """A made-up picture that cannot be compressed to nothing."""
    image = Image.frombytes("RGB", size, Random(seed).randbytes(size[0] * size[1] * 3))  # noqa: S311
    output = io.BytesIO()
    image.save(output, kind)
    return output.getvalue()


def open_task(case: int) -> Task:
    return Task.get(Task.case == case, Task.closed_at.is_null())


def state_of(account: int) -> str:
    return str(Account.get_by_id(account).state)


def running(case: int) -> bool:
    return bool(Case.get_by_id(case).status == CaseStatus.RUNNING)
