"""Withdraw: the applicant takes the case back while the diagram allows it (R17, R18, R27)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import spiff
from engine.actor import Actor
from engine.errors import NotFound, NotYours, Refused, Stale
from engine.seed import Place, Province, Role
from engine.subjects import registration
from engine.verbs.decide import decide
from engine.verbs.remind import remind
from engine.verbs.withdraw import withdraw
from models import Case, Event, Professional, Task
from tests import drawn, invariants
from tests.applicants import ADDRESS, open_task, person_form, running, state_of

Act = Callable[[Role], Actor]


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def applicant(case: int) -> Actor:
    account = Case.get_by_id(case).account
    return Actor(account.id, account.name)


def test_a_withdrawn_case_ends_and_frees_the_id_number(case: int) -> None:
    withdraw(case, actor=applicant(case), revision=1, opinion=" 单位选错了 ")
    ended = Case.get_by_id(case)
    assert (ended.status, ended.outcome, ended.state) == ("ended", "withdrawn", None)
    assert ended.next_timer_at is None
    assert Professional.get_by_id(ended.subject).state == "withdrawn"
    assert state_of(ended.account_id) == "closed"
    line = Event.get(Event.case == case, Event.seq == 2)
    assert (line.verb, line.actor_id, line.opinion) == (
        "withdraw",
        ended.account_id,
        "单位选错了",
    )


def test_the_reviewers_task_is_closed_without_a_decision(case: int) -> None:
    task = open_task(case).id
    withdraw(case, actor=applicant(case), revision=1)
    closed = Task.get_by_id(task)
    assert (closed.outcome, closed.closed_by_id) == (None, None)
    assert closed.closed_at == Case.get_by_id(case).ended_at
    invariants.check_all()


def test_a_returned_case_can_still_be_withdrawn(case: int, acting: Act) -> None:
    head = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case).id, actor=head, outcome="return", opinion="补正", revision=1)
    withdraw(case, actor=applicant(case), revision=2)
    assert Case.get_by_id(case).outcome == "withdrawn"


@pytest.mark.parametrize("outcome", ["approve", "reject"])
def test_a_decided_case_cannot_be_withdrawn(case: int, acting: Act, outcome: str) -> None:
    head = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case).id, actor=head, outcome=outcome, opinion="意见", revision=1)
    for revision in (1, 2):
        with pytest.raises(Refused) as refused:
            withdraw(case, actor=applicant(case), revision=revision)
        assert refused.value.code == "ended"


def test_withdrawing_twice_is_refused(case: int) -> None:
    actor = applicant(case)
    withdraw(case, actor=actor, revision=1)
    with pytest.raises(Refused) as refused:
        withdraw(case, actor=actor, revision=1)
    assert refused.value.code == "ended"
    assert Event.select().where(Event.case == case).count() == 2


@pytest.mark.parametrize(
    "role", [Role.STRANGER, Role.HOSPITAL_ADMINISTRATOR, Role.GROUP_ADMINISTRATOR]
)
def test_nobody_withdraws_what_is_somebody_elses(case: int, acting: Act, role: Role) -> None:
    with pytest.raises(NotYours):
        withdraw(case, actor=acting(role), revision=1)
    assert running(case)


def test_a_case_that_does_not_exist_is_not_found(province: Province, acting: Act) -> None:
    with pytest.raises(NotFound):
        withdraw(10**9, actor=acting(Role.OWNER), revision=1)


def test_a_page_from_before_somebodys_act_is_stale(case: int, acting: Act) -> None:
    head = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case).id, actor=head, outcome="return", opinion="补正", revision=1)
    for revision in (1, 3):
        with pytest.raises(Stale):
            withdraw(case, actor=applicant(case), revision=revision)
    assert running(case)


def test_ones_own_reminder_leaves_an_older_page_good(case: int) -> None:
    remind(case, actor=applicant(case))
    withdraw(case, actor=applicant(case), revision=1)
    assert Case.get_by_id(case).outcome == "withdrawn"


def test_where_no_withdrawal_is_drawn_none_is_possible(province: Province, acting: Act) -> None:
    drawn.define("""
        start begin
        user review approver.unit=subject outcomes=approve
        end done case.outcome=approved
        begin -> review
        review -> done
    """)
    owner = acting(Role.OWNER)
    case = drawn.begin(owner, province.units[Place.HOSPITAL])
    with pytest.raises(Refused) as refused:
        withdraw(case, actor=owner, revision=1)
    assert refused.value.code == "not_withdrawable"
    assert Case.get_by_id(case).revision == 1
    state = drawn.row_of(case).state
    assert state is not None
    from_diagram = spiff.parse(bytes(Case.get_by_id(case).definition.source))
    assert spiff.listening(from_diagram, state) == frozenset()
    drawn.decided(case, acting(Role.HOSPITAL_ADMINISTRATOR))
