"""Choosing a department in the pop-up window: by name, pinyin or initials (R10)."""

from __future__ import annotations

import pytest

from engine import choices
from engine.choices import Turn
from engine.seed import Place, Province


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("内科", ["内科"], id="name"),
        pytest.param("hlb", ["护理部"], id="initials"),
        pytest.param("NEIKE", ["内科"], id="pinyin in capitals"),
        pytest.param("没有", [], id="none"),
        pytest.param("%", [], id="a wildcard is a letter"),
    ],
)
def test_a_department_is_found(province: Province, query: str, found: list[str]) -> None:
    unit = str(province.units[Place.HOSPITAL])
    page = choices.departments(Turn(query=query), unit=unit)
    assert [row.text for row in page.rows] == found
