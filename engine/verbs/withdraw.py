"""Withdraw 撤回: the applicant takes a case back where the diagram allows it (R17, R18, R27)."""

from __future__ import annotations

from engine import clock, lifecycle, rows
from engine.actor import Actor
from engine.attempt import attempt
from engine.errors import NotFound, NotYours, Refused
from engine.projection import Happened
from engine.spiff import NotWaiting

MESSAGE = "withdraw"


def withdraw(case_id: int, *, actor: Actor, revision: int, opinion: str = "") -> None:
    """Take back an own case; its diagram's message boundary decides what follows.

    :param revision: the case's revision that the page showed
    :raises NotFound: if there is no such case
    :raises NotYours: if it is somebody else's
    :raises Refused: ``ended`` or ``not_withdrawable``
    :raises Stale: if somebody acted since the page was shown
    """
    with attempt("withdraw", case=case_id):
        case = rows.lock_case(case_id)
        if case is None:
            raise NotFound(f"case {case_id}")
        if case.account != actor.account:
            raise NotYours
        if case.status != "running":
            raise Refused("ended")
        lifecycle.check_seen(case, revision)
        happened = Happened("withdraw", actor, opinion=opinion.strip())
        try:
            lifecycle.send(case, MESSAGE, {"outcome": "withdraw"}, happened, clock.now())
        except NotWaiting as error:
            raise Refused("not_withdrawable") from error
