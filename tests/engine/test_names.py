from __future__ import annotations

from random import Random

import pytest

from engine.id_number import Sex
from engine.names import UnitNames, UnitSort, person, state_office


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - names are no secret


def test_the_same_seed_gives_the_same_people() -> None:
    first, second, other = ([person(seeded(seed), sex) for sex in Sex] for seed in (7, 7, 8))
    assert first == second
    assert first != other


def test_people_have_names_of_two_to_four_characters() -> None:
    random = seeded(1)
    people = [person(random, sex) for sex in Sex for _ in range(2000)]
    assert {len(name) for name in people} == {2, 3, 4}
    assert all("\u4e00" <= character <= "\u9fff" for name in people for character in name)
    assert len(set(people)) > 2000


@pytest.mark.parametrize(
    "sort",
    [
        UnitSort.HOSPITAL,
        UnitSort.SCHOOL,
        UnitSort.COMPANY,
        UnitSort.INSTITUTE,
        UnitSort.TRAINING_BASE,
    ],
)
def test_no_two_units_share_a_name_even_in_a_crowded_region(sort: UnitSort) -> None:
    names = UnitNames(seeded(1))
    given = [names.name("新县", sort) for _ in range(800)]
    assert len(set(given)) == 800


def test_a_name_that_is_taken_is_not_given_again() -> None:
    names = UnitNames(seeded(1), taken=["新县人民医院"])
    assert names.name("新县", UnitSort.HOSPITAL) == "新县中医院"


@pytest.mark.parametrize(
    ("region", "sort", "name"),
    [
        ("新县", UnitSort.HEALTH_COMMISSION, "新县卫生健康委员会"),
        ("新县", UnitSort.EDUCATION_BUREAU, "新县教育局"),
        ("郑州市", UnitSort.HOUSING_BUREAU, "郑州市住房和城乡建设局"),
        ("郑州市", UnitSort.HR_BUREAU, "郑州市人力资源和社会保障局"),
        ("河南省", UnitSort.HR_BUREAU, "河南省人力资源和社会保障厅"),
    ],
)
def test_an_office_of_the_state_is_named_after_its_region(
    region: str, sort: UnitSort, name: str
) -> None:
    assert state_office(region, sort) == name


def test_offices_of_the_state_have_no_made_up_names() -> None:
    with pytest.raises(KeyError):
        UnitNames(seeded(1)).name("新县", UnitSort.HR_BUREAU)
