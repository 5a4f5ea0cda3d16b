"""What operators ask and do."""

from __future__ import annotations

import orjson
import pytest

from engine import clock, incidents
from engine.verbs.decide import decide
from models import Event, Incident
from tests import registering


@pytest.fixture
def case(database) -> int:
    """A registration that was refused."""
    who = registering.cast()
    made = registering.submit(who, 1)
    task = registering.open_task(made)
    decide(task.id, actor=who.administrator, outcome="reject", opinion="材料不全", revision=1)
    return made


def test_an_honest_history_is_said_to_be_as_written(on, case):
    result = on("audit", "verify")
    assert result.exit_code == 0
    assert result.output == "1 cases, 2 lines, 0 anchors: all as written.\n"


def test_a_changed_line_is_named_and_the_exit_status_tells(on, case):
    Event.update(opinion="同意").where(Event.seq == 2).execute()
    result = on("audit", "verify")
    assert result.exit_code == 1
    assert f"Case {case}: line 2 was altered." in result.output


def test_an_anchor_is_printed_to_be_kept_elsewhere(on, case):
    day = clock.now().astimezone(clock.ZONE).date()
    assert on("audit", "anchor").output.split()[1:3] == ["0", "cases"]
    assert "anchored already" in on("audit", "anchor").output
    unsettled = on("audit", "anchor", "--day", day.isoformat())
    assert unsettled.exit_code == 1
    assert "has not ended" in unsettled.output


def test_the_exported_history_can_be_verified_by_others(on, case, tmp_path):
    on("audit", "anchor")
    file = tmp_path / "history.jsonl"
    on("audit", "export", str(file))
    anchor, *lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert len(anchor["hash"]) == 64
    assert [line["line"][:2] for line in lines] == [[case, 1], [case, 2]]
    stored = [bytes(row.hash).hex() for row in Event.select().order_by(Event.seq)]
    assert [line["hash"] for line in lines] == stored


def test_a_case_is_shown_without_what_people_wrote(on, case):
    shown = on("cases", "show", str(case)).output
    assert "registration  ended rejected" in shown
    assert "decide employer_review reject" in shown
    assert "材料不全" not in shown
    assert "王晓燕" not in shown


def test_a_case_that_is_not_there_is_said_so(on):
    result = on("cases", "show", "99")
    assert result.exit_code == 1
    assert "case 99" in result.output


def test_incidents_are_listed_shown_and_resolved(on):
    assert on("incidents", "list").output == "None.\n"
    number = incidents.record(RuntimeError("secret words"), verb="decide", node="review")
    assert number in on("incidents", "list").output
    shown = on("incidents", "show", number).output
    assert "RuntimeError" in shown
    assert "secret words" not in shown
    retried = on("incidents", "retry", number)
    assert retried.exit_code == 1
    assert "A person has to repeat this" in retried.output
    assert on("incidents", "resolve", number).exit_code == 0
    assert on("incidents", "list").output == "None.\n"
    assert "resolved" in on("incidents", "list", "--all").output
    assert "resolved already" in on("incidents", "resolve", number).output
    assert Incident.get().resolved_at is not None


def test_the_clock_tells_how_to_move_it(run):
    shown = run("clock", "--days", "8").output
    assert "in Shanghai" in shown
    assert "SHENPI_CLOCK_OFFSET=691200" in shown


def test_a_worker_can_do_what_is_due_and_end(on):
    result = on("worker", "--once")
    assert result.exit_code == 0
    assert "No mail can be sent: SHENPI_MAIL_URL is not set." in result.output
    assert "0 messages and cases." in result.output
