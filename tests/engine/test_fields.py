from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import fields
from engine.fields import Sheet, Unacceptable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("王芳", "王芳", id="two characters"),
        pytest.param("  王芳 ", "王芳", id="blanks around"),
        pytest.param("王𬭎", "王𬭎", id="four-byte character of plane 2"),
        pytest.param("王\U00031350", "王\U00031350", id="four-byte character of plane 3"),
        pytest.param("㛃䶮", "㛃䶮", id="extension A"),
        pytest.param("买买提·艾力", "买买提·艾力", id="middle dot"),
        pytest.param("买买提•艾力", "买买提·艾力", id="bullet typed for the middle dot"),
        pytest.param("王" * 50, "王" * 50, id="fifty characters"),
    ],
)
def test_a_chinese_name_is_kept_as_typed(typed: str, kept: str) -> None:
    assert fields.person_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("王", "too_short", id="one character"),
        pytest.param("王" * 51, "too_long", id="51 characters"),
        pytest.param("王😀", "characters", id="emoji"),
        pytest.param("<b>王芳</b>", "characters", id="markup"),
        pytest.param("王芳'; DROP TABLE account; --", "characters", id="SQL"),
        pytest.param("王\x00芳", "characters", id="NUL"),
        pytest.param("王\u202e芳", "characters", id="direction override"),
        pytest.param("王 芳", "characters", id="blank inside"),
        pytest.param("·王芳", "characters", id="leading dot"),
        pytest.param("王··芳", "characters", id="two dots"),
        pytest.param("王\ue000", "characters", id="private use"),
        pytest.param("Wang", "characters", id="Latin"),
    ],
)
def test_what_is_no_name_is_refused_with_a_reason(typed: str, code: str) -> None:
    with pytest.raises(Unacceptable) as refusal:
        fields.person_name(typed)
    assert refusal.value.code == code
    assert typed not in str(refusal.value)


@pytest.mark.parametrize(
    "typed", ["13800138000", " 138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"]
)
def test_a_mobile_number_is_read_however_it_is_spaced(typed: str) -> None:
    assert fields.mobile(typed) == "13800138000"


@pytest.mark.parametrize(
    "typed", ["12800138000", "1380013800", "138001380001", "037165500000", "x"]
)
def test_other_numbers_are_no_mobile_number(typed: str) -> None:
    with pytest.raises(Unacceptable):
        fields.mobile(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Wang.Fang@Example.CN", "Wang.Fang@example.cn"),
        (" a+b@mail.example.com ", "a+b@mail.example.com"),
    ],
)
def test_an_address_keeps_its_local_part(typed: str, kept: str) -> None:
    assert fields.email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("wang", id="no domain"),
        pytest.param("wang@example", id="no dot"),
        pytest.param("wang@@example.cn", id="two signs"),
        pytest.param("wang@example.cn\r\nBcc: x@example.cn", id="header injection"),
        pytest.param("王@example.cn", id="Chinese local part"),
        pytest.param("a" * 250 + "@example.cn", id="too long"),
        pytest.param("a@" + "b." * 60 + "c", id="top level of one letter"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Unacceptable):
        fields.email(typed)


@pytest.mark.parametrize("typed", ["O'Brien 学院（北京）", "'; DROP TABLE unit; --", "第1、2中学"])
def test_ordinary_text_may_hold_quotes_since_nothing_executes_it(typed: str) -> None:
    assert fields.line(typed) == typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("<script>alert(1)</script>", "characters"),
        ("学校🏫", "characters"),
        ("一\n二", "characters"),
        ("一\x00二", "characters"),
        ("长" * 101, "too_long"),
    ],
)
def test_markup_emoji_and_control_characters_are_refused(typed: str, code: str) -> None:
    with pytest.raises(Unacceptable) as refusal:
        fields.line(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "26-1-1", "2026/01/01", "20260101", "2026-1-01", "-1"]
)
def test_only_real_dates_in_our_form_are_read(typed: str) -> None:
    with pytest.raises(Unacceptable):
        fields.day(typed)


def test_a_date_is_read() -> None:
    assert fields.day("1990-03-08") == date(1990, 3, 8)


@pytest.mark.parametrize("typed", ["-1", "1e3", "９", "9" * 19, "1 or 1=1"])
def test_only_plain_ids_are_read(typed: str) -> None:
    with pytest.raises(Unacceptable):
        fields.row_id(typed)


def test_a_sheet_collects_every_fault_and_keeps_the_first_of_a_field() -> None:
    sheet = Sheet()
    sheet.read("name", "", fields.person_name)
    sheet.read("phone", "1", fields.mobile)
    sheet.read("school", "长" * 2000, fields.line)
    sheet.blame("phone", "other")
    assert sheet.read("email", " ", fields.email, required=False) is None
    assert sheet.faults == {"name": "required", "phone": "format", "school": "too_long"}


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for check in (fields.person_name, fields.mobile, fields.email, fields.line, fields.day):
        with suppress(Unacceptable):
            assert check(text) is not None


def test_masks_show_only_the_ends() -> None:
    assert fields.masked_phone("13800138000") == "138****8000"
    assert fields.masked_email("wang@example.cn") == "w***@example.cn"
