"""Claim 签收 and release: who of an office is at work on a task."""

from __future__ import annotations

from engine import addressed, rules
from engine.actor import Actor
from engine.db import transaction
from engine.errors import NotYours, Refused
from models import Task


def claim(task_id: int, *, actor: Actor, take_over: bool = False) -> None:
    """Take a task of one's office in hand; others of the office see who has it.

    :param take_over: also when a colleague has it
    :raises NotFound, AlreadyDecided: if it is not there or no longer open
    :raises NotYours: if it is not addressed to the actor
    :raises Refused: ``claimed`` when a colleague has it and ``take_over`` is not set
    """
    with transaction():
        claimed_by = _open(task_id, actor)
        if claimed_by not in {None, actor.account} and not take_over:
            raise Refused("claimed")
        Task.update(claimed_by=actor.account).where(Task.id == task_id).execute()


def release(task_id: int, *, actor: Actor) -> None:
    """Give a claimed task back to the office.

    :raises Refused: ``not_claimed`` if the actor does not have it
    """
    with transaction():
        if _open(task_id, actor) != actor.account:
            raise Refused("not_claimed")
        Task.update(claimed_by=None).where(Task.id == task_id).execute()


def _open(task_id: int, actor: Actor) -> int | None:
    """Who has an open task that is addressed to the actor."""
    found = addressed.open_task(task_id)
    if found.task.office is None or not rules.may_act(found.facts, actor):
        raise NotYours
    return found.task.claimed_by
