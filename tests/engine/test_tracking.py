"""Tracking: what a case has been through and where it is, on its diagram and as a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import clock, tracking
from engine.actor import Actor
from engine.seed import Place, Province, Role
from engine.subjects import registration
from engine.tracking import Tracking
from engine.verbs import timers
from engine.verbs.decide import decide
from engine.verbs.withdraw import withdraw
from models import Case
from tests import drawn
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]
HEAD = Role.HOSPITAL_ADMINISTRATOR


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def tracked(case: int) -> Tracking:
    return tracking.track(Case.get_by_id(case))


def test_the_list_says_who_did_what_where_and_why(case: int, acting: Act) -> None:
    head = acting(HEAD)
    decide(
        open_task(case).id,
        actor=head,
        outcome="return",
        opinion="请补正",
        marks={"school": "不一致"},
        revision=1,
    )
    found = tracked(case)
    assert [(p.seq, p.verb, p.who, p.unit, p.office, p.outcome, p.opinion) for p in found.past] == [
        (1, "submit", "王𬭎", "", "", None, None),
        (2, "decide", head.name, "郑州市示范医院", "单位管理员", "return", "请补正"),
    ]
    assert found.past[1].step == "用人单位审核"
    assert found.marks == {"school": "不一致"}
    assert (found.revision, found.status, found.outcome) == (2, "running", None)


def test_the_marks_are_told_only_while_the_applicant_corrects(case: int, acting: Act) -> None:
    decide(
        open_task(case).id,
        actor=acting(HEAD),
        outcome="return",
        opinion="请补正",
        marks={"school": "不一致"},
        revision=1,
    )
    applicant = Actor(Case.get_by_id(case).account_id, "王𬭎")
    (current,) = tracked(case).current
    assert (current.applicant, current.unit, current.office) == (True, "", "")
    form = registration.filled_in(case, actor=applicant)
    registration.correct(case, form, actor=applicant, revision=2)
    assert tracked(case).marks == {}


def test_the_current_step_tells_unit_office_and_deadline(case: int, later: None) -> None:
    (current,) = tracked(case).current
    task = open_task(case)
    assert (current.task, current.node, current.step) == (task.id, task.node, "用人单位审核")
    assert (current.unit, current.office) == ("郑州市示范医院", "单位管理员")
    assert (current.opened_at, current.due_at) == (task.opened_at, task.due_at)
    assert (current.escalated_unit, current.escalated_office) == ("", "")
    clock.move(timedelta(days=30))
    timers.tick(case)
    (current,) = tracked(case).current
    assert (current.escalated_unit, current.escalated_office) == (
        "郑州市示范医疗集团",
        "单位管理员",
    )
    assert tracked(case).past[1].who == ""


def test_an_ended_case_keeps_its_whole_way(case: int, acting: Act) -> None:
    before = tracked(case).walked
    decide(open_task(case).id, actor=acting(HEAD), outcome="approve", revision=1)
    found = tracked(case)
    assert found.current == ()
    assert found.active == frozenset()
    assert (found.status, found.outcome) == ("ended", "approved")
    assert found.ended_at == found.past[-1].at
    assert before < found.walked
    assert {"employer_review", "decision__activate", "activate", "approved"} <= found.walked
    assert not {"decision__reject", "reject", "correction"} & found.walked


def test_the_way_out_through_a_boundary_leaves_the_usual_way_dark(case: int) -> None:
    withdraw(case, actor=Actor(Case.get_by_id(case).account_id, "王𬭎"), revision=1)
    walked = tracked(case).walked
    assert {"employer_review_withdrawn", "employer_review_withdraw"} <= walked
    assert "employer_review_withdrawn__employer_review_withdraw" in walked
    assert not {"employer_review", "employer_review__decision", "decision"} & walked


LOOP = """
start begin
xor again default=on
user review approver.unit=subject outcomes=approve,return
xor way default=good
user correction approver.unit=applicant approver.level=person outcomes=resubmit
end done case.outcome=approved
begin -> again first
again -> review on
review -> way asked
way -> correction bad: outcome = "return"
way -> done good
correction -> again back
"""


def test_a_loop_shows_the_flows_taken_so_far(province: Province, acting: Act) -> None:
    drawn.define(LOOP)
    owner, head = acting(Role.OWNER), acting(HEAD)
    case = drawn.begin(owner, province.units[Place.HOSPITAL])
    flows = {"first", "on", "asked", "bad", "good", "back"}
    assert tracked(case).walked & flows == {"first", "on"}
    drawn.decided(case, head, "return")
    assert tracked(case).walked & flows == {"first", "on", "asked", "bad"}
    assert tracked(case).active == {"correction"}
    drawn.decided(case, owner, "resubmit")
    assert tracked(case).walked & flows == {"first", "on", "asked", "bad", "back"}
    drawn.decided(case, head)
    assert tracked(case).walked & flows == flows


@pytest.mark.parametrize("kind", ["and", "or"])
def test_a_join_was_entered_by_every_flow_that_was_walked(
    province: Province, acting: Act, kind: str
) -> None:
    way = ": true" if kind == "or" else ""
    drawn.define(f"""
        start begin
        {kind} split
        user one approver.unit=subject outcomes=approve
        user two approver.unit=subject outcomes=approve
        user three approver.unit=subject outcomes=approve
        {kind} join {"default=out" if kind == "or" else ""}
        end done case.outcome=approved
        begin -> split
        split -> one to_one{way}
        split -> two to_two{way}
        {"split -> three to_three: false" if kind == "or" else "split -> three to_three"}
        one -> join from_one
        two -> join from_two
        three -> join from_three
        join -> done out
    """)
    head = acting(HEAD)
    case = drawn.begin(acting(Role.OWNER), province.units[Place.HOSPITAL])
    went = {"one", "two"} if kind == "or" else {"one", "two", "three"}
    assert tracked(case).active == went
    assert {current.node for current in tracked(case).current} == went
    drawn.decided(case, head, node="two")
    assert "two" in tracked(case).walked
    assert not {"from_one", "from_two", "out"} & tracked(case).walked
    for node in sorted(went - {"two"}):
        drawn.decided(case, head, node=node)
    flows = {flow for flow in tracked(case).walked if flow.startswith(("to_", "from_", "out"))}
    assert flows == {f"to_{n}" for n in went} | {f"from_{n}" for n in went} | {"out"}


def test_a_second_flow_into_a_merge_is_shown_once_it_was_taken(
    province: Province, acting: Act
) -> None:
    drawn.define("""
        start begin
        user choose approver.unit=subject outcomes=approve,reject
        xor way default=left
        user one approver.unit=subject outcomes=approve
        user two approver.unit=subject outcomes=approve
        xor merge default=out
        end done case.outcome=approved
        begin -> choose
        choose -> way
        way -> one left
        way -> two right: outcome = "reject"
        one -> merge from_one
        two -> merge from_two
        merge -> done out
    """)
    case = drawn.begin(acting(Role.OWNER), province.units[Place.HOSPITAL])
    drawn.decided(case, acting(HEAD), "reject")
    drawn.decided(case, acting(HEAD))
    walked = tracked(case).walked
    assert {"right", "two", "from_two", "merge", "out", "done"} <= walked
    assert not {"left", "one", "from_one"} & walked
