from __future__ import annotations

from random import Random

import pytest

from engine.id_number import Sex
from engine.names import UnitNames, UnitSort, person


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


@pytest.mark.parametrize(
    "sort",
    [
        UnitSort.HEALTH_COMMISSION,
        UnitSort.EDUCATION_BUREAU,
        UnitSort.HOUSING_BUREAU,
        UnitSort.HR_BUREAU,
    ],
)
def test_a_region_has_one_office_of_each_sort(sort: UnitSort) -> None:
    names = UnitNames(seeded(1))
    assert names.name("新县", sort).startswith("新县")
    names.name("光山县", sort)
    with pytest.raises(ValueError, match="新县"):
        names.name("新县", sort)
