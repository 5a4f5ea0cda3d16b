"""The profile of a professional: what is asked, how it is checked, how it reads (R7, E8, E10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine import choices, clock, fields
from engine.fields import Sheet
from engine.id_number import IdNumber, Sex
from engine.subjects import applicant
from engine.subjects.applicant import ContactForm
from models import Professional, ProfessionalState, Unit, UnitDepartment

NATIONALITY = "CN"  # 国籍 is optional and defaults to China (R7)


@dataclass(frozen=True)
class ProfileForm(ContactForm):
    """What a registration tells about a professional, as typed; the applicant may correct it."""

    department: str = ""
    sex: str = ""
    birth_date: str = ""
    ethnicity: str = ""
    nationality: str = ""
    native_place: str = ""
    education: str = ""
    school: str = ""
    major: str = ""
    major_name: str = ""


@dataclass(frozen=True)
class Profile:
    """A checked profile; the names are the columns of ``Professional``."""

    department: int | None
    sex: str
    birth_date: date
    ethnicity: str
    nationality: str
    native_place: str
    education: str | None
    school: str
    major: str
    major_name: str | None


def chosen_unit(sheet: Sheet, region: str, unit: str) -> Unit | None:
    """The chosen unit: active, and of the chosen region or below it (R11, A3)."""
    area = choices.area(region)
    if not region:
        sheet.blame("region", fields.Fault.REQUIRED)
    elif not area:
        sheet.blame("region", fields.Fault.CHOICE)
    unit_id = sheet.read("unit", unit, fields.row_id)
    if unit_id is None or not area:
        return None
    found: Unit | None = Unit.active().where(Unit.id == unit_id).get_or_none()
    if found is None:
        sheet.blame("unit", fields.Fault.CHOICE)
    elif found.region.code not in area:
        sheet.blame("unit", "out_of_region")
    return found


def read(sheet: Sheet, form: ProfileForm, unit: Unit | None) -> Profile | None:
    """Check the profile; none if any field is wrong."""
    before = len(sheet.faults)
    read = sheet.read
    sex = read("sex", form.sex, fields.one_of(*Sex))
    birth_date = read("birth_date", form.birth_date, fields.day)
    if birth_date is not None and birth_date > applicant.today():
        sheet.blame("birth_date", "future")
    ethnicity = read("ethnicity", form.ethnicity, choices.entry_of("ethnicity"))
    nationality = read("nationality", form.nationality, choices.entry_of("country"), required=False)
    native_place = read("native_place", form.native_place, fields.line)
    education = read("education", form.education, choices.entry_of("education"), required=False)
    school = read("school", form.school, fields.line)
    major = read("major", form.major, choices.entry_of("major"))
    major_name = read("major_name", form.major_name, fields.line, required=False)
    department = _department(sheet, form, unit)
    if sex is None or birth_date is None or len(sheet.faults) > before:
        return None
    return Profile(
        department, sex, birth_date, ethnicity or "", nationality or NATIONALITY,
        native_place or "", education, school or "", major or "", major_name,
    )  # fmt: skip


def _department(sheet: Sheet, form: ProfileForm, unit: Unit | None) -> int | None:
    """The department: needed where the unit has open ones, and one of these (E10)."""
    if unit is None:
        return None
    found = choices.open_departments(unit.id)
    chosen = sheet.read("department", form.department, fields.row_id, required=found.exists())
    if chosen is not None and not found.where(UnitDepartment.id == chosen).exists():
        sheet.blame("department", fields.Fault.CHOICE)
    return chosen


def agree(sheet: Sheet, form: ProfileForm, number: IdNumber | None) -> None:
    """Sex and birth date must agree with the ID number (E8)."""
    if number is None:
        return
    if form.sex in set(Sex) and form.sex != number.sex:
        sheet.blame("sex", "differs_from_id")
    if form.birth_date and form.birth_date.strip() != number.birth_date.isoformat():
        sheet.blame("birth_date", "differs_from_id")


def create(account: int, unit: Unit, profile: Profile) -> Professional:
    """The row of a new registration; call inside the transaction."""
    return Professional.create(
        account=account,
        unit=unit,
        state=ProfessionalState.PENDING,
        created_at=clock.micros(clock.now()),
        **vars(profile),
    )


def form_of(professional: Professional, contact: dict[str, str]) -> ProfileForm:
    """The form as it was handed in last."""
    stored = professional.__data__
    kept = {
        name: "" if stored[name] is None else str(stored[name])
        for name in Profile.__dataclass_fields__
    }
    return ProfileForm(**kept, **contact)


def words(professional: Professional) -> dict[str, str]:
    """The profile as people read it, by field."""
    return {
        "department": professional.department.name if professional.department else "",
        "sex": str(professional.sex),
        "birth_date": f"{professional.birth_date:%Y-%m-%d}",
        "ethnicity": choices.name_of_code("ethnicity", professional.ethnicity),
        "nationality": choices.name_of_code("country", professional.nationality),
        "native_place": str(professional.native_place),
        "education": choices.name_of_code("education", professional.education or ""),
        "school": str(professional.school),
        "major": choices.name_of_code("major", professional.major),
        "major_name": str(professional.major_name or ""),
    }
