"""What a unit tells about itself, and where it stands in the hierarchy (A2-A4)."""

from __future__ import annotations

from dataclasses import dataclass

from engine import choices, clock, credit_code, fields
from engine.choices import Near
from engine.fields import Fault, Sheet
from engine.pinyin import initials, pinyin
from engine.routing import bureau_of
from engine.subjects.applicant import ContactForm
from models import Region, StoredFile, Unit, UnitKind, UnitState

# Whom a unit of a kind may choose as 上级单位.
SUPERIORS: dict[UnitKind, tuple[UnitKind, ...]] = {
    UnitKind.EMPLOYER: (UnitKind.EMPLOYER,),
    UnitKind.DEPARTMENT: (UnitKind.DEPARTMENT,),
    UnitKind.BUREAU: (UnitKind.BUREAU,),
    UnitKind.BASE: (UnitKind.EMPLOYER, UnitKind.DEPARTMENT),
}
# Offices of the state have a region of their own below that of their superior; the others inherit
# the superior's (A3).
OWN_REGION = frozenset({UnitKind.DEPARTMENT, UnitKind.BUREAU})


@dataclass(frozen=True)
class UnitForm(ContactForm):
    """The unit's side of the form, as typed; the applicant may correct it."""

    region: str = ""
    superior: str = ""
    department: str = ""
    unit_name: str = ""
    credit_code: str = ""
    nature: str = ""
    level: str = ""
    industry: str = ""
    address: str = ""
    licence: str = ""  # id of a stored file that this visitor uploaded


@dataclass(frozen=True)
class UnitProfile:
    """A checked unit; ``above`` is who governs it, ``superior`` and ``department`` the choices."""

    region: str
    superior: int | None
    department: int | None
    above: int | None
    name: str
    credit_code: str
    nature: str
    level: str
    industry: str
    address: str
    licence: int

    @property
    def facts(self) -> dict[str, object]:
        """What the diagram routes by."""
        return {"superior": self.superior, "department": self.department}


def read(
    sheet: Sheet, form: UnitForm, kind: UnitKind | None, *, itself: int | None = None
) -> UnitProfile | None:
    """Check the unit; none if any field is wrong.

    :param itself: the id of a unit that corrects its registration
    """
    before = len(sheet.faults)
    take = sheet.read
    name = take("unit_name", form.unit_name, fields.line)
    code = take("credit_code", form.credit_code, credit_code.parse)
    nature = take("nature", form.nature, choices.entry_of("nature"))
    level = take("level", form.level, choices.entry_of("level"))
    industry = take("industry", form.industry, choices.entry_of("industry"))
    address = take("address", form.address, fields.line)
    licence = take("licence", form.licence, fields.row_id)
    if licence is not None and not StoredFile.select().where(StoredFile.id == licence).exists():
        sheet.blame("licence", Fault.CHOICE)
    if name is not None and len(name) < fields.NAME_SHORTEST:
        sheet.blame("unit_name", Fault.TOO_SHORT)
    place = _place(sheet, form, kind, itself)
    if place is None or len(sheet.faults) > before:
        return None
    return UnitProfile(
        *place, name or "", code or "", nature or "", level or "", industry or "", address or "",
        licence or 0,
    )  # fmt: skip


def _place(
    sheet: Sheet, form: UnitForm, kind: UnitKind | None, itself: int | None
) -> tuple[str, int | None, int | None, int | None] | None:
    """Region, superior, department, and the unit that governs this one."""
    if not choices.area(form.region):
        sheet.blame("region", Fault.CHOICE if form.region else Fault.REQUIRED)
        return None
    if kind is None:
        return None
    superior = _chosen(sheet, "superior", form.superior, form.region, SUPERIORS[kind])
    department = _chosen(sheet, "department", form.department, form.region, (UnitKind.DEPARTMENT,))
    region = form.region
    if superior is not None and kind not in OWN_REGION:
        region = str(superior.region.code)
    bureau = bureau_of(region)
    if kind is UnitKind.BUREAU:
        bureau = _bureau(sheet, region, itself)
    elif bureau is None:
        sheet.blame("region", "no_bureau")
    chosen = superior or department
    return (
        region,
        None if superior is None else superior.id,
        None if department is None else department.id,
        bureau if chosen is None else chosen.id,
    )


def _chosen(
    sheet: Sheet, name: str, text: str, region: str, kinds: tuple[UnitKind, ...]
) -> Unit | None:
    """An active unit of an allowed kind, in the region, below it or above it."""
    unit_id = sheet.read(name, text, fields.row_id, required=False)
    if unit_id is None:
        return None
    unit: Unit | None = Unit.active().where(Unit.id == unit_id).get_or_none()
    if unit is None or unit.kind not in kinds:
        sheet.blame(name, Fault.CHOICE)
        return None
    if unit.region.code not in choices.area(region, Near.LINE):
        sheet.blame(name, "out_of_region")
    return unit


def _bureau(sheet: Sheet, region: str, itself: int | None) -> int | None:
    """The bureau above a new one: a region has one bureau, and the province's is there from the
    start."""
    live = (UnitState.PENDING.value, UnitState.ACTIVE.value)
    held = Unit.select().where(
        Unit.kind == UnitKind.BUREAU,
        Unit.region == region,
        Unit.state << list(live),
        Unit.id != (itself or 0),
    )
    if held.exists():
        sheet.blame("region", "bureau_exists")
        return None
    parent = Region.get_by_id(region).parent
    above = None if parent is None else bureau_of(parent.code)
    if above is None:
        sheet.blame("region", "no_bureau")
    return above


def words(unit: Unit) -> dict[str, str]:
    """The unit as people read it, by field."""
    return {
        "region": choices.name_of_region(unit.region.code),
        "superior": _name(unit.superior),
        "department": _name(unit.department),
        "unit_name": str(unit.name),
        "credit_code": str(unit.credit_code or ""),
        "nature": choices.name_of_code("nature", unit.nature or ""),
        "level": choices.name_of_code("level", unit.level or ""),
        "industry": choices.name_of_code("industry", unit.industry or ""),
        "address": str(unit.address or ""),
        "licence": "" if unit.licence is None else bytes(unit.licence.digest).hex()[:8],
    }


def _name(unit: Unit | None) -> str:
    return "" if unit is None else str(unit.name)


def form_of(unit: Unit, contact: dict[str, str]) -> UnitForm:
    """The form as it was handed in last."""
    superior, department = unit.superior, unit.department
    chosen = (
        superior is not None
        and superior.kind in SUPERIORS[UnitKind(unit.kind)]
        and superior != department
    )
    return UnitForm(
        **contact,
        region=str(unit.region.code),
        superior=str(superior.id) if superior is not None and chosen else "",
        department="" if department is None else str(department.id),
        unit_name=unit.name,
        credit_code=unit.credit_code or "",
        nature=unit.nature or "",
        level=unit.level or "",
        industry=unit.industry or "",
        address=unit.address or "",
        licence="" if unit.licence is None else str(unit.licence.id),
    )


def create(administrator: int, kind: UnitKind, profile: UnitProfile) -> Unit:
    """The row of a new registration; call inside the transaction."""
    return Unit.create(
        kind=kind,
        administrator=administrator,
        state=UnitState.PENDING,
        created_at=clock.micros(clock.now()),
        **columns(profile),
    )


def columns(profile: UnitProfile) -> dict[str, object]:
    """The profile as columns of ``Unit``."""
    return {
        "name": profile.name,
        "region": profile.region,
        "superior": profile.above,
        "department": profile.department,
        "credit_code": profile.credit_code,
        "nature": profile.nature,
        "level": profile.level,
        "industry": profile.industry,
        "address": profile.address,
        "licence": profile.licence,
        "pinyin": pinyin(profile.name),
        "initials": initials(profile.name),
    }
