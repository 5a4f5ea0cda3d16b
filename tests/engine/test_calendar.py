from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import add_workdays, is_known, is_workday, workdays_between
from engine.clock import ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param("2026-05-11", True, id="Monday"),
        pytest.param("2026-05-16", False, id="Saturday"),
        pytest.param("2026-05-17", False, id="Sunday"),
        pytest.param("2025-10-01", False, id="National Day"),
        pytest.param("2025-10-08", False, id="last day of the long holiday"),
        pytest.param("2025-09-28", True, id="make-up Sunday before National Day"),
        pytest.param("2025-10-11", True, id="make-up Saturday after National Day"),
        pytest.param("2031-10-01", True, id="a holiday of a year that is not known"),
        pytest.param("2031-10-04", False, id="a Saturday of a year that is not known"),
    ],
)
def test_offices_work_on(day: str, works: object) -> None:
    assert is_workday(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        pytest.param("2026-05-11T10:00", 3, "2026-05-14T10:00", id="within a week"),
        pytest.param("2026-05-15T17:30", 1, "2026-05-18T17:30", id="over a weekend"),
        pytest.param("2026-05-11T10:00", 0, "2026-05-11T10:00", id="no days on a working day"),
        pytest.param("2026-05-16T15:00", 0, "2026-05-18T00:00", id="no days on a Saturday"),
        pytest.param("2026-05-16T15:00", 3, "2026-05-21T00:00", id="from a Saturday"),
        pytest.param("2025-09-30T09:00", 1, "2025-10-09T09:00", id="over National Day"),
        pytest.param("2025-10-10T09:00", 1, "2025-10-11T09:00", id="to a make-up Saturday"),
        pytest.param("2025-09-26T09:00", 2, "2025-09-29T09:00", id="over a make-up Sunday"),
        pytest.param("2025-12-31T09:00", 1, "2026-01-04T09:00", id="over New Year, make-up Sunday"),
        pytest.param("2031-12-31T09:00", 2, "2032-01-02T09:00", id="unknown year: plain weeks"),
    ],
)
def test_working_days_are_added(start: str, n: int, due: str) -> None:
    assert add_workdays(at(start), n) == at(due)


def test_a_moment_counts_by_the_day_it_has_in_henan() -> None:
    friday_evening_in_london = datetime(2026, 5, 15, 17, 0, tzinfo=UTC)  # Saturday 01:00 in Henan
    assert add_workdays(friday_evening_in_london, 1) == at("2026-05-19T00:00")


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        pytest.param("2026-05-11T10:00", "2026-05-11T23:00", 0, id="the same day"),
        pytest.param("2026-05-11T10:00", "2026-05-18T09:00", 5, id="a week"),
        pytest.param("2026-05-16T10:00", "2026-05-18T09:00", 0, id="from Saturday to Monday"),
        pytest.param("2026-05-16T10:00", "2026-05-17T09:00", 0, id="within a weekend"),
        pytest.param("2025-09-30T10:00", "2025-10-11T10:00", 3, id="National Day and make-up"),
        pytest.param("2026-05-18T09:00", "2026-05-11T10:00", -5, id="backwards"),
    ],
)
def test_working_days_between(a: str, b: str, days: int) -> None:
    assert workdays_between(at(a), at(b)) == days


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(min_value=0, max_value=80),
)
def test_between_is_the_inverse_of_adding(day: date, n: int) -> None:
    start = datetime.combine(day, time(15, 30), ZONE)
    due = add_workdays(start, n)
    assert workdays_between(start, due) == n
    assert is_workday(due.date())


def test_known_years_are_those_of_the_package() -> None:
    assert is_known(2026)
    assert not is_known(2035)


@pytest.mark.parametrize(
    ("moment", "n"),
    [
        pytest.param(at("2026-05-11T10:00"), -1, id="negative"),
        pytest.param(at("2026-05-11").replace(tzinfo=None), 1, id="without a zone"),
    ],
)
def test_what_cannot_be_counted_is_refused(moment: datetime, n: int) -> None:
    with pytest.raises(ValueError, match=r"day|zone"):
        add_workdays(moment, n)
