"""Deciding a task: once, by who may, with what the diagram draws."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import lifecycle
from engine.actor import Actor
from engine.db import transaction
from engine.errors import AlreadyDecided, Invalid, NotFound, NotYours, Refused, Stale
from engine.operations import Context, Operation, catalogue
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs.claim import claim
from engine.verbs.decide import decide
from engine.verbs.remind import remind
from models import Account, Case, Event, Incident, Message, Professional, Task
from tests.applicants import ADDRESS, open_task, person_form, running

Act = Callable[[Role], Actor]


@pytest.fixture
def case(province: Province) -> int:
    """A registration that waits for the hospital's administrators."""
    return registration.submit(person_form(province), address=ADDRESS).case


def test_an_approval_ends_the_case_and_opens_the_account(case: int, acting: Act) -> None:
    decided = decide(
        open_task(case).id, actor=acting(Role.HOSPITAL_ADMINISTRATOR), outcome="approve", revision=1
    )
    ended = Case.get_by_id(case)
    assert decided.ended
    assert (ended.status, ended.outcome, ended.state) == ("ended", "approved", None)
    assert Professional.get_by_id(ended.subject).state == "active"
    assert Account.get_by_id(ended.account).state == "active"


def test_each_decision_leaves_one_line_and_one_message(case: int, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case).id, actor=actor, outcome="reject", opinion="材料不实", revision=1)
    lines = list(Event.select().where(Event.case == case, Event.verb == "decide"))
    assert [(line.outcome, line.opinion, line.actor_id) for line in lines] == [
        ("reject", "材料不实", actor.account)
    ]
    told = Message.select().where(Message.case == case, Message.template == "decided")
    assert sorted(message.channel for message in told) == ["mail", "notice"]


@pytest.mark.parametrize(
    ("role", "error"),
    [
        pytest.param(Role.STRANGER, NotYours, id="a stranger"),
        pytest.param(Role.COLLEAGUE, NotYours, id="a colleague without office"),
        pytest.param(Role.SCHOOL_ADMINISTRATOR, NotYours, id="another unit's administrator"),
        pytest.param(Role.GROUP_ADMINISTRATOR, NotYours, id="the superior, before escalation"),
        pytest.param(Role.AUDITOR, NotYours, id="the auditor"),
    ],
)
def test_who_is_not_addressed_cannot_decide(
    case: int, acting: Act, role: Role, error: type[Exception]
) -> None:
    with pytest.raises(error):
        decide(open_task(case).id, actor=acting(role), outcome="approve", revision=1)
    assert running(case)
    assert Event.select().where(Event.case == case).count() == 1


def test_a_substitute_decides_like_the_holder(case: int, acting: Act) -> None:
    actor = acting(Role.HOSPITAL_SUBSTITUTE)
    assert decide(open_task(case).id, actor=actor, outcome="approve", revision=1).ended


def test_the_second_decision_learns_who_was_first(case: int, acting: Act) -> None:
    task = open_task(case).id
    first, second = acting(Role.HOSPITAL_ADMINISTRATOR), acting(Role.HOSPITAL_DEPUTY)
    decide(task, actor=first, outcome="approve", revision=1)
    with pytest.raises(AlreadyDecided) as lost:
        decide(task, actor=second, outcome="reject", opinion="不", revision=1)
    assert (lost.value.who, lost.value.what) == (first.name, "approve")
    assert lost.value.when == Task.get_by_id(task).closed_at


@pytest.mark.parametrize("outcome", ["", "resubmit", "withdraw", "APPROVE", "approve "])
def test_an_outcome_that_is_not_drawn_is_refused(case: int, acting: Act, outcome: str) -> None:
    with pytest.raises(Refused):
        decide(
            open_task(case).id,
            actor=acting(Role.HOSPITAL_ADMINISTRATOR),
            outcome=outcome,
            revision=1,
        )
    assert running(case)


@pytest.mark.parametrize(
    ("outcome", "opinion", "code"),
    [
        pytest.param("reject", "", "required", id="rejected without a reason"),
        pytest.param("return", "  \n", "required", id="returned with blanks only"),
        pytest.param("approve", "很" * 501, "too_long", id="an opinion of 501 characters"),
    ],
)
def test_a_missing_or_endless_opinion_is_named(
    case: int, acting: Act, outcome: str, opinion: str, code: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        decide(
            open_task(case).id,
            actor=acting(Role.HOSPITAL_ADMINISTRATOR),
            outcome=outcome,
            opinion=opinion,
            revision=1,
        )
    assert wrong.value.fields == {"opinion": code}


def test_a_page_that_shows_the_future_is_stale(case: int, acting: Act) -> None:
    with pytest.raises(Stale):
        decide(
            open_task(case).id,
            actor=acting(Role.HOSPITAL_ADMINISTRATOR),
            outcome="approve",
            revision=7,
        )


def test_an_applicant_who_urges_does_not_make_the_page_stale(case: int, acting: Act) -> None:
    applicant = Case.get_by_id(case).account
    remind(case, actor=Actor(applicant.id, applicant.name))
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    assert decide(open_task(case).id, actor=actor, outcome="approve", revision=1).ended


def test_a_page_from_before_a_correction_is_stale(
    case: int, province: Province, acting: Act
) -> None:
    actor = acting(Role.HOSPITAL_ADMINISTRATOR)
    decide(open_task(case).id, actor=actor, outcome="return", opinion="请核对", revision=1)
    owner = Case.get_by_id(case).account
    person = Actor(owner.id, owner.name)
    form = registration.filled_in(case, actor=person)
    registration.correct(case, form, actor=person, revision=2)
    with pytest.raises(Stale):
        decide(open_task(case).id, actor=actor, outcome="approve", revision=1)


def test_a_task_that_does_not_exist_is_not_found(province: Province, acting: Act) -> None:
    with pytest.raises(NotFound):
        decide(10**9, actor=acting(Role.HOSPITAL_ADMINISTRATOR), outcome="approve", revision=1)


def test_a_claimed_task_waits_for_who_claimed_it(case: int, acting: Act) -> None:
    task = open_task(case).id
    claim(task, actor=acting(Role.HOSPITAL_DEPUTY))
    with pytest.raises(Refused) as refused:
        decide(task, actor=acting(Role.HOSPITAL_ADMINISTRATOR), outcome="approve", revision=1)
    assert refused.value.code == "claimed"
    assert decide(task, actor=acting(Role.HOSPITAL_DEPUTY), outcome="approve", revision=1).ended


def test_an_administrator_never_decides_on_himself(
    province: Province, acting: Act, database: str
) -> None:
    hospital = acting(Role.HOSPITAL_ADMINISTRATOR)
    professional = Professional.get(Professional.account == hospital.account)
    with transaction():
        case = lifecycle.start(
            "registration",
            account=hospital.account,
            unit=professional.unit_id,
            subject=professional.id,
            title=hospital.name,
            data={"target": professional.unit_id},
            actor=hospital,
        )
    task = open_task(case)
    with pytest.raises(NotYours):
        decide(task.id, actor=hospital, outcome="approve", revision=1)
    assert Task.get_by_id(task.id).closed_at is None


def test_a_broken_operation_undoes_the_step_and_names_an_incident(
    case: int, acting: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_context: Context) -> None:
        raise ZeroDivisionError("李文静 410105199003080000")

    name = "registration.activate"
    real = catalogue()[name]
    monkeypatch.setitem(
        catalogue(), name, Operation(name, real.zh, real.en, real.parameters, broken)
    )
    task = open_task(case)
    with pytest.raises(Exception, match="-") as failed:
        decide(task.id, actor=acting(Role.HOSPITAL_ADMINISTRATOR), outcome="approve", revision=1)
    incident = Incident.get()
    assert str(failed.value) == incident.number
    assert "41010" not in incident.error + incident.detail
    assert (incident.case_id, incident.node, incident.verb) == (case, "employer_review", "decide")
    assert Task.get_by_id(task.id).closed_at is None
    monkeypatch.undo()
    assert decide(
        task.id, actor=acting(Role.HOSPITAL_ADMINISTRATOR), outcome="approve", revision=1
    ).ended
