"""What holds between two acts, whatever was done: stored state, tasks, history, messages, roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import audit, clock, definitions
from engine.spiff import codec, run
from engine.spiff.tree import READY
from models import (
    Account,
    Appointment,
    Case,
    Event,
    Message,
    Professional,
    Task,
    Unit,
    UnitState,
    tuples,
)

# What a case of each outcome leaves of its subject; None while it runs.
SUBJECT = {
    None: "pending",
    "approved": "active",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True)
class Waits:
    """What stored engine state waits for: node by token of user tasks, and the next timer."""

    tasks: Mapping[bytes, str]
    timer: int | None


def waits(case: Case) -> Waits:
    """The stored state of a case, decoded."""
    if case.state is None:
        return Waits({}, None)
    walk = codec.decode(definitions.loaded(case.definition_id).spec, bytes(case.state))
    visits = list(walk.tasks.values())
    return Waits(
        {visit.id: visit.task_spec.name for visit in visits if visit._state == READY},
        min((visit.due for visit in visits if visit.due is not None), default=None),
    )


def check_case(case_id: int) -> None:
    """One case: open tasks are the waiting tasks, the next timer is known, nothing after the end,
    and a live workflow that is kept is the stored one."""
    case = Case.get_by_id(case_id)
    found = waits(case)
    rows = tuples(
        Task.select(Task.token, Task.node).where(Task.case == case_id, Task.closed_at.is_null())
    )
    assert {bytes(token): node for token, node in rows} == found.tasks
    assert len(rows) == len(found.tasks)
    assert case.next_timer_at == found.timer
    ended = case.status == "ended"
    assert ended == (case.state is None) == (case.ended_at is not None)
    if not ended:
        assert case.outcome is None
    kept = run._kept.get((case_id, int.from_bytes(bytes(case.head)[:8])))
    if kept is not None:
        spec = definitions.loaded(case.definition_id).spec
        assert codec.encode(spec, kept) == bytes(case.state)


def kept(case_id: int) -> bool:
    """Whether the next step of a case would go on with a live workflow."""
    head = bytes(Case.get_by_id(case_id).head)
    return (case_id, int.from_bytes(head[:8])) in run._kept


def forget_live() -> None:
    """Let the next step of every case start from the stored state."""
    run._kept.clear()


def check_history() -> None:
    """Every chain holds and is as long as its case says."""
    report = audit.verify()
    assert report.findings == ()
    counts: dict[int, int] = {}
    for (case,) in tuples(Event.select(Event.case)):
        counts[case] = counts.get(case, 0) + 1
    assert counts == dict(tuples(Case.select(Case.id, Case.revision)))


def check_registrations() -> None:
    """Every registered person is in one state, and it is the state of the case about it."""
    cases = tuples(
        Case.select(Case.status, Case.outcome, Professional.state, Account.state, Case.account)
        .join(Professional, on=(Professional.id == Case.subject))
        .join(Account, on=(Account.id == Case.account))
        .where(Case.kind == "registration")
    )
    for status, outcome, professional, account, _ in cases:
        assert (status == "running") == (outcome is None)
        assert professional == SUBJECT[outcome]
        if len([one for one in cases if one[4] == _]) == 1 and not _has_office(_):
            closed = outcome in {"rejected", "withdrawn"}
            assert account == ("closed" if closed else SUBJECT[outcome])


def check_units() -> None:
    """Every registered unit is in the state of its case, and acts only if it was approved."""
    for outcome, unit in tuples(
        Case.select(Case.outcome, Case.subject).where(Case.kind == "unit_registration")
    ):
        row = Unit.get_by_id(unit)
        assert row.state in {SUBJECT[outcome], UnitState.CLOSED}
        assert bool(row.offices.count()) == bool(row.ancestors.count()) == (outcome == "approved")


def check_accounts() -> None:
    """An ID number has at most one live account."""
    live = [bytes(row[0]) for row in tuples(Account.select(Account.lookup).where(_is_live()))]
    assert len(live) == len(set(live))


def check_messages() -> None:
    """Every message about a case tells what happened at that moment: no message without its act."""
    acts = {(case, at) for case, at in tuples(Event.select(Event.case, Event.at))}
    told = tuples(
        Message.select(Message.case, Message.created_at).where(Message.case.is_null(is_null=False))
    )
    assert {(case, at) for case, at in told} <= acts


def check_all() -> None:
    """Everything that holds between two acts."""
    for (case,) in tuples(Case.select(Case.id)):
        check_case(case)
    check_history()
    check_registrations()
    check_accounts()
    check_messages()


def _is_live() -> object:
    return Account.state != "closed"


def _has_office(account: int) -> bool:
    now = clock.micros(clock.now())
    held = Appointment.select().where(
        Appointment.account == account,
        Appointment.until.is_null() | (Appointment.until > now),
    )
    return bool(held.exists())
