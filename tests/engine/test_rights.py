"""Who may see what: strangers on every load and every verb, units and their subtree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import clock, rights
from engine.actor import Actor
from engine.errors import NotFound, NotYours
from engine.seed import Place, Province, Role
from engine.subjects import registration
from engine.verbs import timers
from engine.verbs.claim import claim, release
from engine.verbs.decide import decide
from engine.verbs.remind import remind
from engine.verbs.reveal import reveal
from engine.verbs.withdraw import withdraw
from models import TABLES, Account, Case
from tests import drawn
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]

LINE = {
    Role.HOSPITAL_ADMINISTRATOR: "the unit itself",
    Role.HOSPITAL_SUBSTITUTE: "a substitute",
    Role.GROUP_ADMINISTRATOR: "the superior",
    Role.ZHENGZHOU_HEALTH_ADMINISTRATOR: "the department above",
    Role.PROVINCE_HEALTH_ADMINISTRATOR: "its superior",
    Role.PROVINCE_BUREAU_ADMINISTRATOR: "the province",
}
STRANGERS = {
    Role.COLLEAGUE: "a colleague without office",
    Role.STRANGER: "a professional elsewhere",
    Role.SCHOOL_ADMINISTRATOR: "another unit's administrator",
    Role.JIYUAN_BUREAU_ADMINISTRATOR: "another city's bureau",
    Role.ZHENGZHOU_BUREAU_ADMINISTRATOR: "the bureau beside the line",
    Role.LUOYANG_EDUCATION_ADMINISTRATOR: "another department",
    Role.ANALYST: "the analyst",
    Role.OPERATOR: "the operator",
    Role.SYSTEM_ADMINISTRATOR: "the system administrator",
    Role.SECURITY_ADMINISTRATOR: "the security administrator",
    Role.AUDITOR: "the auditor",
}


def cases(words: dict[Role, str]) -> list[object]:
    return [pytest.param(role, id=text) for role, text in words.items()]


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def applicant(case: int) -> Actor:
    account: Account = Case.get_by_id(case).account
    return Actor(account.id, account.name)


@pytest.mark.parametrize("role", cases(LINE))
def test_the_unit_and_those_above_it_see_the_case(case: int, acting: Act, role: Role) -> None:
    assert rights.case_for(case, acting(role)).id == case
    assert [row.id for row in rights.visible_cases(acting(role))] == [case]


@pytest.mark.parametrize("role", cases(STRANGERS))
def test_to_strangers_a_case_is_not_there(case: int, acting: Act, role: Role) -> None:
    answers = []
    for number in (case, 10**9):
        with pytest.raises(NotFound) as answer:
            rights.case_for(number, acting(role))
        answers.append(str(answer.value).replace(str(number), ""))
        with pytest.raises(NotFound) as answer:
            rights.task_for(open_task(case).id if number == case else number, acting(role))
        answers.append(str(answer.value).split()[0])
    assert answers[:2] == answers[2:]
    assert list(rights.visible_cases(acting(role))) == []


@pytest.mark.parametrize("role", cases({**STRANGERS, Role.GROUP_ADMINISTRATOR: "the superior"}))
def test_no_verb_is_for_strangers(case: int, acting: Act, role: Role) -> None:
    before = {table: table.select().count() for table in TABLES}
    actor, task = acting(role), open_task(case).id
    acts: list[Callable[[], object]] = [
        lambda: decide(task, actor=actor, outcome="approve", revision=1),
        lambda: decide(task, actor=actor, outcome="nonsense", revision=99),
        lambda: claim(task, actor=actor),
        lambda: claim(task, actor=actor, take_over=True),
        lambda: release(task, actor=actor),
        lambda: withdraw(case, actor=actor, revision=1),
        lambda: remind(case, actor=actor),
    ]
    if role in STRANGERS:
        acts.append(lambda: reveal(case, "phone", actor=actor))
    acts.append(lambda: registration.filled_in(case, actor=actor))
    for act in acts:
        with pytest.raises((NotYours, NotFound)):
            act()
    form = registration.filled_in(case, actor=applicant(case))
    with pytest.raises(NotYours):
        registration.correct(case, form, actor=actor, revision=1)
    assert {table: table.select().count() for table in TABLES} == before


def test_the_applicant_sees_the_case_but_not_the_reviewers_task(case: int) -> None:
    assert rights.case_for(case, applicant(case)).id == case
    with pytest.raises(NotFound):
        rights.task_for(open_task(case).id, applicant(case))


def test_a_task_belongs_to_its_office_open_or_closed(case: int, acting: Act) -> None:
    task, head = open_task(case).id, acting(Role.HOSPITAL_DEPUTY)
    for _time in range(2):
        for role in (Role.HOSPITAL_ADMINISTRATOR, Role.HOSPITAL_DEPUTY, Role.HOSPITAL_SUBSTITUTE):
            found = rights.task_for(task, acting(role))
            assert (found.id, found.case.id, found.case.title) == (task, case, "王𬭎")
        if found.closed_at is None:
            decide(task, actor=head, outcome="return", opinion="补正", revision=1)
    assert rights.task_for(open_task(case).id, applicant(case)).office_id is None
    with pytest.raises(NotFound):
        rights.task_for(open_task(case).id, head)


def test_the_superior_sees_the_case_before_and_the_task_after_escalation(
    case: int, acting: Act, later: None
) -> None:
    above, task = acting(Role.GROUP_ADMINISTRATOR), open_task(case).id
    with pytest.raises(NotFound):
        rights.task_for(task, above)
    clock.move(timedelta(days=30))
    timers.tick(case)
    assert rights.task_for(task, above).id == task


def test_an_office_outside_the_line_sees_the_cases_it_was_asked_about(
    province: Province, acting: Act
) -> None:
    drawn.define("""
        start begin
        user review approver.unit=other outcomes=approve
        end done case.outcome=approved
        begin -> review
        review -> done
    """)
    school = province.units[Place.SCHOOL]
    case = drawn.begin(acting(Role.OWNER), province.units[Place.HOSPITAL], other=school)
    asked = acting(Role.SCHOOL_ADMINISTRATOR)
    assert rights.case_for(case, asked).id == case
    drawn.decided(case, asked)
    assert rights.case_for(case, asked).id == case


def test_somebody_without_offices_sees_only_his_own(case: int, province: Province) -> None:
    second = registration.submit(person_form(province, 1), address=ADDRESS).case
    assert [row.id for row in rights.visible_cases(applicant(second))] == [second]
    with pytest.raises(NotFound):
        rights.case_for(case, applicant(second))
