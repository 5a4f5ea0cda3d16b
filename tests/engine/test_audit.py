"""Whoever edits the history behind Shenpi's back is found out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import audit, clock
from engine.audit import Fault
from engine.errors import Refused
from engine.verbs.decide import decide
from models import Anchor, Case, Event, Message, Task, db, is_sqlite
from tests import registering


@pytest.fixture
def who(database) -> registering.Cast:
    return registering.cast()


@pytest.fixture
def cases(who) -> list[int]:
    """Three registrations of which two are decided: five lines."""
    made = [registering.submit(who, sequence) for sequence in (1, 2, 3)]
    for case, outcome in zip(made[:2], ("approve", "reject"), strict=True):
        task = registering.open_task(case)
        decide(task.id, actor=who.administrator, outcome=outcome, opinion="材料不全", revision=1)
    return made


@pytest.fixture
def anchored(cases, later) -> list[int]:
    clock.move(timedelta(days=2))
    assert audit.anchor() is not None
    return cases


def test_an_honest_history_verifies(cases):
    assert audit.verify() == audit.Report(cases=3, events=5, anchors=0, findings=())


def change(case: int, line: int, **values: object) -> None:
    Event.update(**values).where(Event.case == case, Event.seq == line).execute()


def swap(case: int) -> None:
    for old, new in ((1, 9), (2, 1), (9, 2)):
        change(case, old, seq=new)


def remove(case: int, seq: int) -> None:
    Event.delete().where(Event.case == case, Event.seq == seq).execute()


def cut_off(case: int) -> None:
    """Remove the last line and everything in the case that speaks of it."""
    remove(case, 2)
    first = Event.get(Event.case == case, Event.seq == 1)
    Case.update(revision=1, head=first.hash).where(Case.id == case).execute()


@pytest.mark.parametrize(
    ("tamper", "fault", "seq"),
    [
        pytest.param(lambda c: change(c, 2, opinion="同意"), Fault.ALTERED, 2, id="an opinion"),
        pytest.param(lambda c: change(c, 2, outcome="approve"), Fault.ALTERED, 2, id="an outcome"),
        pytest.param(lambda c: change(c, 1, at=1), Fault.ALTERED, 1, id="a time"),
        pytest.param(lambda c: change(c, 2, actor=None), Fault.ALTERED, 2, id="who did it"),
        pytest.param(lambda c: change(c, 1, walked=b"\7"), Fault.ALTERED, 1, id="the path"),
        pytest.param(lambda c: change(c, 2, hash=bytes(32)), Fault.ALTERED, 2, id="a hash"),
        pytest.param(lambda c: remove(c, 1), Fault.MISSING, 1, id="the first line gone"),
        pytest.param(lambda c: remove(c, 2), Fault.MISSING, 2, id="the last line gone"),
        pytest.param(swap, Fault.REORDERED, 1, id="two lines swapped"),
        pytest.param(
            lambda c: Case.update(head=bytes(32)).where(Case.id == c).execute(),
            Fault.HEAD, 2, id="the head of the case",
        ),
        pytest.param(
            lambda c: Case.update(revision=1).where(Case.id == c).execute(),
            Fault.HEAD, 2, id="the revision of the case",
        ),
    ],
)  # fmt: skip
def test_the_first_broken_line_is_named(cases, tamper, fault, seq):
    tamper(cases[1])
    assert audit.verify().findings == (audit.Finding(fault, cases[1], seq),)


def test_a_line_that_was_renumbered_over_a_gap_is_found(cases):
    remove(cases[1], 1)
    change(cases[1], 2, seq=1)
    assert [one.fault for one in audit.verify().findings] == [Fault.MISSING]


def test_every_broken_case_is_reported(cases):
    for case in cases[:2]:
        change(case, 1, verb="approve")
    assert [one.case for one in audit.verify().findings] == cases[:2]


def test_an_end_cut_off_without_a_trace_is_found_by_the_anchor(anchored):
    cut_off(anchored[1])
    found = audit.verify().findings
    assert [one.fault for one in found] == [Fault.ANCHOR]


def delete(case: int) -> None:
    Message.delete().where(Message.case == case).execute()
    Task.delete().where(Task.case == case).execute()
    Event.delete().where(Event.case == case).execute()
    Case.delete().where(Case.id == case).execute()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_deleted_case_is_found_by_the_anchor(anchored, which):
    delete(anchored[which])
    assert [one.fault for one in audit.verify().findings] == [Fault.ANCHOR]


def test_lines_without_their_case_are_found(cases):
    """The foreign keys forbid it; somebody who can switch them off is not stopped by that."""
    if is_sqlite():
        db.execute_sql("PRAGMA foreign_keys = 0")
    else:
        db.execute_sql("SET session_replication_role = replica")
    try:
        Case.delete().where(Case.id == cases[0]).execute()
    finally:
        db.execute_sql(
            "PRAGMA foreign_keys = 1" if is_sqlite() else "SET session_replication_role = origin"
        )
    assert audit.Finding(Fault.ORPHANED, cases[0]) in audit.verify().findings


def test_cases_that_go_on_after_an_anchor_keep_it_valid(anchored, who):
    task = registering.open_task(anchored[2])
    decide(task.id, actor=who.administrator, outcome="approve", opinion="", revision=1)
    registering.submit(who, 4)
    assert audit.verify().findings == ()
    clock.move(timedelta(days=1))
    assert audit.anchor().cases == 4
    assert audit.verify() == audit.Report(cases=4, events=7, anchors=2, findings=())


def test_each_anchor_answers_for_its_own_days(anchored):
    clock.move(timedelta(days=1))
    second = audit.anchor()
    delete(anchored[0])
    found = audit.verify().findings
    assert [one.fault for one in found] == [Fault.ANCHOR]
    assert found[0].day != second.day, "the second anchor covers days in which nothing happened"


def test_an_altered_anchor_is_found(anchored):
    Anchor.update(cases=2).execute()
    assert [one.fault for one in audit.verify().findings] == [Fault.ANCHOR]


def test_a_day_is_anchored_once(anchored):
    assert audit.anchor() is None
    assert Anchor.select().count() == 1


def test_a_day_that_has_not_ended_is_not_anchored(cases):
    today = clock.now().astimezone(clock.ZONE).date()
    with pytest.raises(Refused, match="unsettled"):
        audit.anchor(today)


def test_an_empty_history_can_be_anchored_and_verified(database):
    assert audit.anchor().cases == 0
    assert audit.verify() == audit.Report(cases=0, events=0, anchors=1, findings=())


def test_more_cases_than_one_window_are_read_in_order(cases, monkeypatch):
    monkeypatch.setattr(audit, "_WINDOW", 2)
    assert [chain.case for chain in audit.chains()] == cases
    assert audit.verify().events == 5
