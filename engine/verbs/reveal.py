"""See a masked value in full; who saw what of whom is logged (domain.md S3, S4)."""

from __future__ import annotations

from engine import clock, rights
from engine.accounts import access
from engine.actor import Actor
from engine.db import transaction
from engine.subjects.registry import subject_of


def reveal(case_id: int, field: str, *, actor: Actor) -> str:
    """The full value of one masked field of a case.

    :raises NotFound: if the case is not the actor's to see, or has no such field
    """
    with transaction():
        case = rights.case_for(case_id, actor)
        value = subject_of(case.kind).reveal(case.subject, field)
        access.record(
            f"reveal.{field}",
            now=clock.micros(clock.now()),
            account=actor.account,
            subject=("case", case.id),
        )
    return value
