from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import reference
from engine.errors import Invalid
from engine.id_number import Fault, IdNumber, InvalidIdNumber, Sex, mask, parse, synthesise

TODAY = date(2026, 11, 23)
NUMBER = "11010519491231002X"  # the worked example of GB 11643
PARSED = IdNumber(NUMBER, date(1949, 12, 31), Sex.FEMALE)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(NUMBER, id="as printed"),
        pytest.param("11010519491231002x", id="lower-case x"),
        pytest.param(" 11010519491231002X\t", id="blanks around"),
        pytest.param("１１０１０５１９４９１２３１００２Ｘ", id="full-width"),
        pytest.param("\u300011010519491231002ｘ", id="ideographic space, full-width lower-case x"),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert parse(typed, TODAY) == PARSED


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        pytest.param("", Fault.LENGTH, id="empty"),
        pytest.param("110105491231002", Fault.FIFTEEN_DIGITS, id="fifteen digits"),
        pytest.param("11010549123100X", Fault.LENGTH, id="fifteen characters, not digits"),
        pytest.param("1101051949123100", Fault.LENGTH, id="sixteen"),
        pytest.param("11010519491231002XX", Fault.LENGTH, id="nineteen"),
        pytest.param("1" * 100_000, Fault.LENGTH, id="huge"),
        pytest.param("110105 9491231002X", Fault.CHARACTERS, id="blank inside"),
        pytest.param("1101051949123100X2", Fault.CHARACTERS, id="X not last"),
        pytest.param("11010519491231002Y", Fault.CHARACTERS, id="wrong letter"),
        pytest.param("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", Fault.CHARACTERS, id="Arabic-Indic digits"),
        pytest.param("' OR 1=1 --      ;x", Fault.LENGTH, id="SQL"),
        pytest.param("😀" * 18, Fault.CHARACTERS, id="emoji"),
        pytest.param("1101051949\n231002X", Fault.CHARACTERS, id="line end inside"),
        pytest.param("000105194912310028", Fault.PROVINCE, id="no province 00"),
        pytest.param("470105194912310028", Fault.PROVINCE, id="no province 47"),
        pytest.param("110105194902300028", Fault.DATE, id="30 February"),
        pytest.param("110105190002290028", Fault.DATE, id="29 February 1900"),
        pytest.param("110105000001010028", Fault.DATE, id="year 0"),
        pytest.param("110105189912310028", Fault.DATE, id="before 1900"),
        pytest.param("110105199013010028", Fault.DATE, id="month 13"),
        pytest.param("110105202611240028", Fault.FUTURE, id="tomorrow"),
        pytest.param("110105209901010028", Fault.FUTURE, id="2099"),
        pytest.param("110105194912310021", Fault.CHECKSUM, id="wrong check character"),
        pytest.param("11010519491231020X", Fault.CHECKSUM, id="two digits swapped"),
    ],
)
def test_a_bad_number_is_refused_with_its_own_code(typed: str, fault: Fault) -> None:
    with pytest.raises(InvalidIdNumber) as refused:
        parse(typed, TODAY)
    assert refused.value.fault is fault
    assert refused.value.fields == {"id_number": fault}
    assert isinstance(refused.value, Invalid)


def test_the_error_never_repeats_the_number() -> None:
    with pytest.raises(InvalidIdNumber) as refused:
        parse("110105194912310021", TODAY)
    assert "110105" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_somebody_born_today_is_not_from_the_future() -> None:
    number = synthesise("410105", TODAY, Sex.MALE, 0)
    assert parse(number, TODAY).birth_date == TODAY


@pytest.mark.parametrize(
    "province", ["11", "37", "41", "46", "54", "65", "71", "81", "82", "83", "91"]
)
def test_the_county_is_never_checked(province: str) -> None:
    number = synthesise(province + "9999", date(1950, 5, 5), Sex.FEMALE, 3)
    assert parse(number, TODAY).number == number


@given(
    region=st.sampled_from([r.code for r in reference.regions() if not r.virtual]),
    birth_date=st.dates(date(1900, 1, 1), TODAY),
    sex=st.sampled_from(Sex),
    sequence=st.integers(0, 499),
)
def test_a_synthesised_number_reads_back(
    region: str, birth_date: date, sex: Sex, sequence: int
) -> None:
    number = synthesise(region, birth_date, sex, sequence)
    assert parse(number.lower(), TODAY) == IdNumber(number, birth_date, sex)


@given(place=st.integers(0, 17), character=st.sampled_from("0123456789X"))
def test_no_single_slip_makes_another_valid_number(place: int, character: str) -> None:
    slipped = NUMBER[:place] + character + NUMBER[place + 1 :]
    if slipped == NUMBER:
        return
    with pytest.raises(InvalidIdNumber):
        parse(slipped, TODAY)


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    with suppress(InvalidIdNumber):
        assert len(parse(text, TODAY).number) == 18


def test_synthesised_numbers_of_one_day_and_county_differ() -> None:
    day = date(1990, 1, 1)
    numbers = {synthesise("410105", day, sex, n) for sex in Sex for n in range(500)}
    assert len(numbers) == 1000


@pytest.mark.parametrize("sequence", [-1, 500])
def test_a_sequence_out_of_range_is_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match=str(sequence)):
        synthesise("410105", date(1990, 1, 1), Sex.MALE, sequence)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        pytest.param("41010519900101123X", "410***********123X", id="a number"),
        pytest.param("", "", id="nothing"),
        pytest.param("4101", "****", id="no number"),
    ],
)
def test_a_masked_number_shows_the_first_three_and_last_four(number: str, masked: str) -> None:
    assert mask(number) == masked
