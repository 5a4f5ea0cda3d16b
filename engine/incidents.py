"""Steps that failed and were rolled back: told to the person by number, seen by operators."""

from __future__ import annotations

import secrets
import traceback
from pathlib import Path

from peewee import ModelSelect

from engine import clock
from engine.db import transaction
from engine.errors import NotFound, Refused
from models import Incident

_ROOT = Path(__file__).resolve().parent.parent
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is read as another


def record(
    error: BaseException,
    *,
    verb: str,
    case: int | None = None,
    node: str | None = None,
    detail: str | None = None,
) -> str:
    """Keep what went wrong, after the step itself was rolled back; return the incident's number.

    The text of the error is not kept: it may quote what a person typed. The same failure again is
    the same incident until it is resolved.

    :param detail: where it happened, without personal data; by default our frames of the traceback
    """
    facts: dict[str, object] = {
        "case": case,
        "node": node,
        "verb": verb,
        "error": " < ".join(type(one).__name__ for one in _causes(error)),
        "detail": where(error) if detail is None else detail,
    }
    now = clock.now()
    with transaction():
        known = waiting().filter(**_nulls(facts)).first()
        if known is not None:
            return str(known.number)
        number = f"{now.astimezone(clock.ZONE):%Y%m%d}-{_random(6)}"
        Incident.create(number=number, created_at=clock.micros(now), **facts)
    return number


def where(error: BaseException) -> str:
    """The lines of our own code that an error passed through, innermost last."""
    places = []
    for one in reversed(_causes(error)):
        for frame in traceback.extract_tb(one.__traceback__):
            path = Path(frame.filename)
            if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
                places.append(f"{path.relative_to(_ROOT)}:{frame.lineno} {frame.name}")
    return "\n".join(dict.fromkeys(places))


def waiting() -> ModelSelect[Incident]:
    """Incidents that nobody has resolved, oldest first."""
    return Incident.select().where(Incident.resolved_at.is_null()).order_by(Incident.id)


def find(number: str) -> Incident:
    """The incident of that number.

    :raises NotFound: if there is none
    """
    incident: Incident | None = Incident.get_or_none(Incident.number == number.strip().upper())
    if incident is None:
        raise NotFound(f"incident {number}")
    return incident


def resolve(number: str, *, by: int | None, retried: bool = False) -> None:
    """Mark an incident as dealt with.

    :param by: the operator's account; None for the system
    :raises NotFound: if there is none
    :raises Refused: ``resolved`` if somebody was first
    """
    incident = find(number)
    with transaction():
        done = (
            Incident.update(resolved_at=clock.micros(clock.now()), resolved_by=by, retried=retried)
            .where(Incident.id == incident.id, Incident.resolved_at.is_null())
            .execute()
        )
        if not done:
            raise Refused("resolved")


def settle(verb: str, *, case: int) -> None:
    """Resolve what is open about a case and a verb: the system succeeded at it after all."""
    if not waiting().where(Incident.case == case, Incident.verb == verb).exists():
        return
    with transaction():
        Incident.update(
            resolved_at=clock.micros(clock.now()), resolved_by=None, retried=True
        ).where(
            Incident.case == case, Incident.verb == verb, Incident.resolved_at.is_null()
        ).execute()


def _causes(error: BaseException) -> list[BaseException]:
    """The error and those that caused it, outermost first."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and len(chain) < 8:
        chain.append(one)
        one = one.__cause__
    return chain


def _nulls(facts: dict[str, object]) -> dict[str, object]:
    """The same facts as a filter: NULL equals nothing, so it is asked for as such."""
    return {(f"{name}__is" if value is None else name): value for name, value in facts.items()}


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
