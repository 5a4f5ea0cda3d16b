"""The units of a synthetic province: which there are, and who stands above whom. Pure.

Bureaus form the trunk: province, cities, counties. Trade departments stand below the same
department of the region above, the provincial ones below the provincial bureau. Hospitals and
schools stand below their department, other employers and bases below the bureau of their region
(A2), and some employers below a larger one of the same sort.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from engine import credit_code
from engine.names import UnitNames, UnitSort, state_office
from engine.reference import Region, RegionLevel
from models import UnitKind

PROVINCE = "410000"

STATE = (
    UnitSort.HR_BUREAU,
    UnitSort.HEALTH_COMMISSION,
    UnitSort.EDUCATION_BUREAU,
    UnitSort.HOUSING_BUREAU,
)
_BRANCH_SHARE = 0.2
_UNITS_A_COUNTY = 16  # below this many units a county, fewer counties take part


@dataclass(frozen=True)
class Sort:
    """What all units of a sort have in common; ``size`` weighs how many people work there."""

    kind: UnitKind
    share: int
    size: int
    nature: str
    industry: str
    credit: credit_code.Kind
    department: UnitSort | None = None
    below_department: bool = False
    departments: tuple[str, ...] = ()


_OFFICE = Sort(UnitKind.DEPARTMENT, 0, 0, "agency", "S", credit_code.Kind.AGENCY)
SORTS: Mapping[UnitSort, Sort] = {
    UnitSort.HR_BUREAU: Sort(UnitKind.BUREAU, 0, 0, "agency", "S", credit_code.Kind.AGENCY),
    UnitSort.HEALTH_COMMISSION: _OFFICE,
    UnitSort.EDUCATION_BUREAU: _OFFICE,
    UnitSort.HOUSING_BUREAU: _OFFICE,
    UnitSort.HOSPITAL: Sort(
        kind=UnitKind.EMPLOYER,
        share=15,
        size=8,
        nature="institution",
        industry="Q",
        credit=credit_code.Kind.INSTITUTION,
        department=UnitSort.HEALTH_COMMISSION,
        below_department=True,
        departments=("内科", "外科", "妇产科", "儿科", "急诊科", "检验科", "药剂科", "护理部"),
    ),
    UnitSort.SCHOOL: Sort(
        kind=UnitKind.EMPLOYER,
        share=30,
        size=4,
        nature="institution",
        industry="P",
        credit=credit_code.Kind.INSTITUTION,
        department=UnitSort.EDUCATION_BUREAU,
        below_department=True,
        departments=("语文组", "数学组", "外语组", "理综组", "文综组", "体艺组", "教务处"),
    ),
    UnitSort.COMPANY: Sort(
        kind=UnitKind.EMPLOYER,
        share=40,
        size=2,
        nature="private_enterprise",
        industry="E",
        credit=credit_code.Kind.COMPANY,
        department=UnitSort.HOUSING_BUREAU,
        departments=("工程部", "技术部", "质量安全部", "财务部", "人力资源部"),
    ),
    UnitSort.INSTITUTE: Sort(
        kind=UnitKind.EMPLOYER,
        share=10,
        size=3,
        nature="institution",
        industry="M",
        credit=credit_code.Kind.INSTITUTION,
        departments=("研究一室", "研究二室", "综合科", "测试中心"),
    ),
    UnitSort.TRAINING_BASE: Sort(
        UnitKind.BASE, 5, 0, "institution", "P", credit_code.Kind.INSTITUTION
    ),
}
_CHOSEN = [sort for sort, facts in SORTS.items() if facts.share]
_SHARES = [SORTS[sort].share for sort in _CHOSEN]
_WITHOUT_DEPARTMENTS = 0.2  # share of employers whose department field stays empty (E10)

_LEVELS = {
    RegionLevel.PROVINCE: "province",
    RegionLevel.CITY: "city",
    RegionLevel.COUNTY: "county",
}


@dataclass(frozen=True)
class Placed:
    """A unit's place: its id and those above it, nearest first."""

    id: int
    above: tuple[int, ...]


@dataclass(frozen=True)
class PlannedUnit:
    """A unit to be written; parents come before their children."""

    place: Placed
    sort: UnitSort
    name: str
    region: Region
    department: int | None
    credit_code: str
    departments: tuple[str, ...]
    size: float

    @property
    def superior(self) -> int | None:
        return self.place.above[0] if self.place.above else None

    @property
    def level(self) -> str:
        """Code of scheme ``level``."""
        return "province" if self.region.virtual else _LEVELS[self.region.level]


def full_name(region: Region, regions: Mapping[str, Region]) -> str:
    """City and county as people write them: 郑州市金水区; 省直 is written 河南省."""
    if region.virtual:
        return regions[PROVINCE].name
    if region.level is RegionLevel.COUNTY and region.parent:
        return regions[region.parent].name + region.name
    return region.name


class Plan:
    """Invents units one after another, each below units that are already there."""

    def __init__(
        self,
        regions: tuple[Region, ...],
        *,
        random: Random,
        first_id: int,
        offices: Mapping[tuple[str, UnitSort], Placed],
        taken_names: set[str],
    ) -> None:
        """Start from the offices of the state that exist, by region code and sort."""
        self._regions = {region.code: region for region in regions}
        self._random = random
        self._next_id = first_id
        self._offices = dict(offices)
        self._employers: dict[tuple[str, UnitSort], list[Placed]] = {}
        self._names = UnitNames(random, taken_names)

    def units(self, count: int) -> Iterator[PlannedUnit]:
        """So many new units: at most half of them offices, the rest employers and bases."""
        counties = [r for r in self._regions.values() if r.level is RegionLevel.COUNTY]
        covered = min(len(counties), max(1, count // _UNITS_A_COUNTY))
        chosen = [counties[place * len(counties) // covered] for place in range(covered)]
        cities = [r for r in self._regions.values() if r.level is RegionLevel.CITY]
        parents = {county.parent for county in chosen}
        cities = [c for c in cities if c.code in parents or c.code == "419001"]
        offices = 0
        for sort, region in self._state_offices([*cities, *chosen]):
            if offices >= max(1, count // 2):
                break
            yield self._office(sort, region)
            offices += 1
        virtual = [region for region in self._regions.values() if region.virtual]
        places = [*virtual * 4, *cities * 2, *chosen]
        for _ in range(count - offices):
            sort = self._random.choices(_CHOSEN, _SHARES)[0]
            yield self._employer(sort, self._random.choice(places))

    def _state_offices(self, regions: list[Region]) -> Iterator[tuple[UnitSort, Region]]:
        for sort in STATE:
            for region in [self._regions[PROVINCE], *regions]:
                county = region.level is RegionLevel.COUNTY
                exists = (region.code, sort) in self._offices
                if not exists and not (county and sort is UnitSort.HOUSING_BUREAU):
                    yield sort, region

    def _office(self, sort: UnitSort, region: Region) -> PlannedUnit:
        superior = self._nearest(sort, region.parent)
        if superior is None and sort is not UnitSort.HR_BUREAU:
            superior = self._nearest(UnitSort.HR_BUREAU, region.code)
        place = self._place(superior)
        self._offices[region.code, sort] = place
        name = state_office(full_name(region, self._regions), sort)
        return self._planned(place, sort, name, region)

    def _employer(self, sort: UnitSort, region: Region) -> PlannedUnit:
        facts = SORTS[sort]
        department = self._nearest(facts.department, region.code) if facts.department else None
        superior = department if facts.below_department else None
        larger = self._employers.setdefault((region.code, sort), [])
        if larger and facts.kind is UnitKind.EMPLOYER and self._random.random() < _BRANCH_SHARE:
            superior = self._random.choice(larger)
            place = self._place(superior)
        else:
            place = self._place(superior or self._nearest(UnitSort.HR_BUREAU, region.code))
            larger.append(place)
        name = self._names.name(full_name(region, self._regions), sort)
        return self._planned(place, sort, name, region, department)

    def _planned(
        self,
        place: Placed,
        sort: UnitSort,
        name: str,
        region: Region,
        department: Placed | None = None,
    ) -> PlannedUnit:
        facts = SORTS[sort]
        departments = () if self._random.random() < _WITHOUT_DEPARTMENTS else facts.departments
        digits = PROVINCE if region.virtual else region.code
        return PlannedUnit(
            place=place,
            sort=sort,
            name=name,
            region=region,
            department=department.id if department else None,
            credit_code=credit_code.synthesise(digits, facts.credit, 10_000_000 + place.id),
            departments=departments,
            size=facts.size * self._random.paretovariate(2),
        )

    def _nearest(self, sort: UnitSort, code: str | None) -> Placed | None:
        while code is not None:
            found = self._offices.get((code, sort))
            if found:
                return found
            code = self._regions[code].parent
        return None

    def _place(self, superior: Placed | None) -> Placed:
        place = Placed(self._next_id, (superior.id, *superior.above) if superior else ())
        self._next_id += 1
        return place
