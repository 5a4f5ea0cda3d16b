"""Trying again what failed without a person at hand: a timer, a message."""

from __future__ import annotations

from engine import delivery, incidents
from engine.errors import Refused
from engine.verbs import timers


def retry(number: str, *, by: int | None = None) -> None:
    """Repeat what an incident stopped, and resolve the incident.

    :raises NotFound: if there is no such incident
    :raises Refused: ``resolved`` if it is dealt with; ``person`` if a person has to repeat it:
        what they typed was kept for them, not by us
    :raises OperationFailed: if it fails again
    """
    incident = incidents.find(number)
    if incident.resolved_at is not None:
        raise Refused("resolved")
    kind, _, name = (incident.node or "").partition(":")
    if incident.verb == "timer" and incident.case_id is not None:
        timers.tick(incident.case_id)
    elif incident.verb == "deliver" and kind == "message":
        delivery.requeue(int(name))
    elif incident.verb == "deliver" and kind == "channel":
        delivery.requeue_channel(name)
    else:
        raise Refused("person")
    incidents.resolve(number, by=by, retried=True)
