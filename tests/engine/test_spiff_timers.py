"""Timers are FEEL or ISO 8601, and go by the clock of the caller."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import spiff
from engine.clock import ZONE, micros
from engine.errors import DiagramError
from tests.engine.drawing import DAY, NOW, Case, draw


def waiting_for(time: str, tag: str = "timeDate") -> Case:
    source = draw("start s\nwait w TIME\nuser u\nend e\ns -> w\nw -> u\nu -> e")
    source = source.replace(
        b"<bpmn:timeDate>TIME</bpmn:timeDate>", f"<bpmn:{tag}>{time}</bpmn:{tag}>".encode()
    )
    return Case(spiff.parse(source), days=5, until="2026-05-20T08:00:00+08:00", on="2026-05-20")


@pytest.mark.parametrize(
    ("time", "due"),
    [
        pytest.param("PT2H", NOW + timedelta(hours=2), id="bare duration"),
        pytest.param("P3D", NOW + 3 * DAY, id="bare days"),
        pytest.param("P2W", NOW + 14 * DAY, id="weeks"),
        pytest.param("P1M", datetime(2026, 6, 11, 10, tzinfo=ZONE), id="a month"),
        pytest.param("P1Y", datetime(2027, 5, 11, 10, tzinfo=ZONE), id="a year"),
        pytest.param('"PT2H"', NOW + timedelta(hours=2), id="duration as a string"),
        pytest.param('duration("P3D")', NOW + 3 * DAY, id="duration"),
        pytest.param('duration("P2M")', datetime(2026, 7, 11, 10, tzinfo=ZONE), id="months"),
        pytest.param("2026-06-01", datetime(2026, 6, 1, tzinfo=ZONE), id="bare date"),
        pytest.param("2026-06-01T08:00:00", datetime(2026, 6, 1, 8, tzinfo=ZONE), id="wall time"),
        pytest.param("2026-06-01T00:00:00Z", datetime(2026, 6, 1, 8, tzinfo=ZONE), id="UTC"),
        pytest.param('date("2026-06-01")', datetime(2026, 6, 1, tzinfo=ZONE), id="date"),
        pytest.param("until", datetime(2026, 5, 20, 8, tzinfo=ZONE), id="moment in the data"),
        pytest.param("on", datetime(2026, 5, 20, tzinfo=ZONE), id="date in the data"),
        pytest.param("workdays(3)", NOW + 3 * DAY, id="working days"),
        pytest.param("workdays(days)", NOW + 7 * DAY, id="working days from the data"),
        pytest.param('now() + duration("P1D")', NOW + DAY, id="the caller's now"),
        pytest.param('today() + duration("P1D")', datetime(2026, 5, 12, tzinfo=ZONE), id="today"),
    ],
)
@pytest.mark.parametrize("tag", ["timeDate", "timeDuration"])
def test_due(tag: str, time: str, due: datetime) -> None:
    case = waiting_for(time, tag)
    assert case.step.next_timer_at == micros(due)
    assert case.step.waiting == ()
    case.later(due - NOW - timedelta(microseconds=1))
    assert case.step.walked == ()
    case.later(timedelta(microseconds=1))
    assert case.open == ["u"]


@pytest.mark.parametrize("time", ["PT0S", "2020-01-01", "workdays(0)"])
def test_a_timer_that_is_due_already_does_not_wait(time: str) -> None:
    assert waiting_for(time).open == ["u"]


@pytest.mark.parametrize(
    "time",
    [
        "unknown",
        "1 + 1",
        '"soon"',
        "true",
        "workdays(-1)",
        'workdays("x")',
        'duration("P999999999D")',
    ],
)
def test_what_is_no_time_stops_the_step(time: str) -> None:
    with pytest.raises(DiagramError, match="timer w"):
        waiting_for(time)


def test_the_last_day_of_a_shorter_month() -> None:
    source = draw("start s\nwait w P1M\nend e\ns -> w\nw -> e")
    now = datetime(2026, 1, 31, 9, tzinfo=ZONE)
    step = spiff.start(spiff.parse(source), {}, operate=lambda *_: None, now=now)
    assert step.next_timer_at == micros(datetime(2026, 2, 28, 9, tzinfo=ZONE))


@pytest.mark.parametrize("how", ["live", "restored"])
def test_an_interrupting_timer_takes_the_task_away(how: str) -> None:
    spec = spiff.parse(
        draw("""
            start s
            user u
            on u first remind? P1D
            on u over timer! P2D
            on u never remind? P3D
            end e
            end noted
            end expired
            s -> u
            u -> e
            first -> noted
            over -> expired
            never -> noted
        """)
    )
    case = Case(spec, how).later(5 * DAY)
    assert case.step.walked == ("first", "noted", "over", "expired")
    assert (case.step.ended, case.step.end) == (True, "expired")
