"""Let time act: fire the timers of the diagrams that are due."""

from __future__ import annotations

from engine import clock, lifecycle, rows
from engine.attempt import attempt
from models import Case, tuples


def due(limit: int = 100) -> list[int]:
    """Ids of cases with a timer due now, the longest due first."""
    now = clock.micros(clock.now())
    query = (
        Case.select(Case.id)
        .where(Case.next_timer_at.is_null(is_null=False), Case.next_timer_at <= now)
        .order_by(Case.next_timer_at)
        .limit(limit)
    )
    return [row[0] for row in tuples(query)]


def tick(case_id: int) -> bool:
    """Fire what is due in one case; return whether anything was.

    Two workers at once are harmless: the second finds the timers fired.

    :raises OperationFailed: if the step broke; nothing was changed and an incident is recorded
    """
    with attempt("timer", case=case_id):
        case = rows.lock_case(case_id)
        if case is None or case.status != "running":
            return False
        return lifecycle.tick(case, clock.now())
