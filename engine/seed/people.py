"""The people of a synthetic province: names, numbers, profiles. Nobody's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from engine import crypto, id_number, names
from engine.id_number import Sex
from engine.names import UnitSort
from engine.reference import Region, RegionLevel
from engine.seed.identity import DEMO_SEQUENCE

_YOUNGEST, _OLDEST = 23, 59
_ETHNICITIES = (["01", "03", "11", "02", "15"], [960, 25, 6, 5, 4])
_EDUCATIONS = (["21", "31", "14", "11", "41"], [60, 20, 13, 3, 4])
_SCHOOLS = {
    UnitSort.HOSPITAL: ("郑州大学", "新乡医学院", "河南中医药大学", "河南科技大学", "河南大学"),
    UnitSort.SCHOOL: ("河南师范大学", "河南大学", "信阳师范大学", "洛阳师范学院", "商丘师范学院"),
    UnitSort.COMPANY: ("河南工业大学", "华北水利水电大学", "郑州大学", "河南理工大学"),
    UnitSort.INSTITUTE: ("河南农业大学", "河南科技学院", "郑州大学", "河南理工大学"),
}
_MAJORS = {
    UnitSort.HOSPITAL: ("1002", "1011", "1010", "1005", "1007", "1004"),
    UnitSort.SCHOOL: ("0501", "0701", "0502", "0401", "0402", "0702", "0703", "0705"),
    UnitSort.COMPANY: ("0810", "0802", "0828", "0809", "0811", "1202"),
    UnitSort.INSTITUTE: ("0901", "0812", "0825", "0710", "0827"),
}


@dataclass(frozen=True)
class Person:
    """A natural person with the keyed hash under which the ID number is found."""

    name: str
    id_number: str
    lookup: bytes
    sex: Sex
    birth_date: date
    native_place: str


@dataclass(frozen=True)
class Profile:
    """What a professional enters about education."""

    ethnicity: str
    education: str
    school: str
    major: str


class People:
    """Invents people whose ID numbers differ from each other and from all that are taken."""

    def __init__(
        self, regions: tuple[Region, ...], *, random: Random, taken: set[bytes], today: date
    ) -> None:
        parents = {region.code: region for region in regions}
        self._places = [
            (region.code, _native_place(region, parents))
            for region in regions
            if region.level is RegionLevel.COUNTY
        ]
        self._random = random
        self._taken = taken
        self._latest = today - timedelta(days=_YOUNGEST * 366)
        self._span = (_OLDEST - _YOUNGEST) * 365

    def person(self) -> Person:
        """Somebody of working age from anywhere in the province."""
        random = self._random
        sex = Sex.FEMALE if random.random() < 0.55 else Sex.MALE
        while True:
            code, native_place = random.choice(self._places)
            birth_date = self._latest - timedelta(days=random.randrange(self._span))
            sequence = random.randrange(DEMO_SEQUENCE)
            number = id_number.synthesise(code, birth_date, sex, sequence)
            lookup = crypto.lookup(number)
            if lookup not in self._taken:
                break
        self._taken.add(lookup)
        name = names.person(random, sex)
        return Person(name, number, lookup, sex, birth_date, native_place)

    def profile(self, sort: UnitSort) -> Profile:
        """An education that fits the sort of unit."""
        random = self._random
        return Profile(
            ethnicity=random.choices(*_ETHNICITIES)[0],
            education=random.choices(*_EDUCATIONS)[0],
            school=random.choice(_SCHOOLS[sort]),
            major=random.choice(_MAJORS[sort]),
        )


def _native_place(region: Region, regions: dict[str, Region]) -> str:
    city = regions[region.parent].name if region.parent else ""
    return f"河南省{city}{region.name}"
