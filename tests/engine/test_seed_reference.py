from __future__ import annotations

import pytest

from engine import reference
from engine.reference import CodeSet
from engine.seed import Loaded, load_reference
from models import Code, Region

REGIONS = len(reference.regions())
CODES = sum(len(reference.entries(code_set)) for code_set in CodeSet)

pytestmark = pytest.mark.usefixtures("database")


def test_an_empty_database_gets_all_regions_and_codes() -> None:
    assert load_reference() == Loaded(REGIONS, CODES)
    assert Region.select().count() == REGIONS
    assert Code.select().count() == CODES


def test_a_second_load_changes_nothing() -> None:
    load_reference()
    assert load_reference() == Loaded(0, 0)


def test_the_picker_finds_cities_and_counties() -> None:
    load_reference()
    cities = [region.name for region in Region.below("410000")]
    assert len(cities) == 19
    assert cities[0] == "郑州市"
    assert {"济源市", "省直"} < set(cities)
    assert [region.name for region in Region.below("419001")] == []
    assert "金水区" in [region.name for region in Region.below("410100")]


def test_a_code_set_keeps_its_official_order() -> None:
    load_reference()
    names = [code.name for code in Code.of("ethnicity")]
    assert names[0] == "汉族"
    assert names[-2:] == ["其他", "外国血统中国籍人士"]


def test_a_row_that_differs_from_the_file_is_brought_back() -> None:
    load_reference()
    Region.update(name="长葛县").where(Region.code == "411082").execute()
    Code.update(initials="?").where(Code.scheme == "degree", Code.code == "master").execute()
    assert load_reference() == Loaded(1, 1)
    assert Region.get_by_id("411082").name == "长葛市"
    assert Code.get(Code.scheme == "degree", Code.code == "master").initials == "ss"


def test_a_code_that_left_the_file_stays_for_those_who_carry_it() -> None:
    load_reference()
    Region.create(
        code="410306", name="吉利区", parent="410300", level=3, pinyin="jiliqu", initials="jlq"
    )
    load_reference()
    assert Region.get_by_id("410306").name == "吉利区"


def test_a_missing_row_comes_back() -> None:
    load_reference()
    Code.delete().where(Code.scheme == "country", Code.code == "CN").execute()
    assert load_reference() == Loaded(0, 1)
