"""Remind 催办: the applicant urges the office that has his case, at most once a day."""

from __future__ import annotations

from engine import clock, history, outbox, routing, rows, rules
from engine.actor import Actor
from engine.db import transaction
from engine.errors import NotFound, NotYours, Refused
from models import Case, Event, Task, tuples


def remind(case_id: int, *, actor: Actor) -> None:
    """Tell the holders of the office that the applicant waits.

    :raises NotFound, NotYours: if the case is not there or somebody else's
    :raises Refused: ``ended``; ``nobody_to_remind``; ``too_soon`` within a day of the last time
    """
    with transaction():
        case = rows.lock_case(case_id)
        if case is None:
            raise NotFound(f"case {case_id}")
        if case.account != actor.account:
            raise NotYours
        now = clock.micros(clock.now())
        offices = _offices(case_id)
        _check(case, offices, now)
        case.revision += 1
        line = history.Line(case_id, case.revision, now, rules.Verb.REMIND, actor.account)
        case.head = history.append(line, case.head)
        Case.update(revision=case.revision, head=case.head).where(Case.id == case_id).execute()
        for office in offices:
            for account, _name in routing.holders(office, now):
                outbox.post(account, "reminded", {"kind": case.kind}, case=case_id, now=now)


def _check(case: rows.CaseRow, offices: set[int], now: int) -> None:
    if case.status != "running":
        raise Refused("ended")
    if not offices:
        raise Refused("nobody_to_remind")
    last = (
        Event.select(Event.at)
        .where(Event.case == case.id, Event.verb == rules.Verb.REMIND)
        .order_by(Event.seq.desc())
        .limit(1)
        .scalar()
    )
    if not rules.may_remind(last, now):
        raise Refused("too_soon")


def _offices(case_id: int) -> set[int]:
    """The offices that have an open task of the case, those above included."""
    query = Task.select(Task.office, Task.escalated).where(
        Task.case == case_id, Task.closed_at.is_null()
    )
    return {office for row in tuples(query) for office in row if office is not None}
