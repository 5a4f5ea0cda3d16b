"""The worker: one loop of sweeps over rows that wait for time or for the outside world.

Nothing is handed to the worker in memory, so nothing is lost with it: a message row is the job, a
case's ``next_timer_at`` is the alarm. Any number of workers may run; each row has one winner.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

from peewee import DatabaseError, InterfaceError

from engine import audit, clock, delivery, incidents
from engine.db import connected, transaction
from engine.errors import OperationFailed
from engine.senders import Sender
from engine.verbs import timers
from models import Captcha, Case, OneTimeCode, Throttle

log = logging.getLogger(__name__)

REST = timedelta(hours=1)  # before the timers of a case that failed are tried again
HOUSEKEEPING = timedelta(minutes=10)
KEPT = timedelta(days=1)  # used codes and old failures, for those who ask what happened


class Worker:
    """Sweeps until it is told to stop; what it began it finishes first."""

    def __init__(
        self, senders: Mapping[str, Sender], *, public_url: str, poll: float = 1.0
    ) -> None:
        self._senders = senders
        self._public_url = public_url
        self._poll = poll  # seconds between two sweeps that found nothing
        self._stopping = threading.Event()
        self._housekept = 0

    def stop(self) -> None:
        """End after the message or case in hand; callable from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Sweep until stopped. A database that is away is asked again, ever more patiently."""
        patience = self._poll
        while not self._stopping.is_set():
            try:
                with connected():
                    found = self.sweep()
                patience = self._poll
            except (DatabaseError, InterfaceError) as error:
                log.warning("the database does not answer: %s", type(error).__name__)
                found, patience = 0, min(patience * 2, 30.0)
            if not found:
                self._stopping.wait(patience)

    def sweep(self) -> int:
        """Do what is due now; return how many messages and cases that were."""
        done = delivery.sweep(
            self._senders, public_url=self._public_url, stop=self._stopping.is_set
        )
        done += tick_all(self._stopping.is_set)
        now = clock.micros(clock.now())
        if now - self._housekept >= HOUSEKEEPING / timedelta(microseconds=1):
            purge()
            audit.anchor()
            self._housekept = now
        return done


def tick_all(stop: Callable[[], bool] = lambda: False) -> int:
    """Fire the timers that are due; return how many cases moved.

    A case whose step breaks has an incident and rests; the others go on.
    """
    moved = 0
    for case in timers.due(100):
        if stop():
            break
        try:
            moved += timers.tick(case)
        except OperationFailed as error:
            log.warning("case %s: its timer failed, incident %s", case, error.incident)
            postpone(case)
        except (DatabaseError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - one broken case must not stop all others
            number = incidents.record(error, verb="timer", case=case)
            log.warning("case %s: its timer failed, incident %s", case, number)
            postpone(case)
        else:
            incidents.settle("timer", case=case)
    return moved


def postpone(case: int) -> None:
    """Let a case rest whose timer failed, unless it moved on meanwhile."""
    now = clock.now()
    with transaction():
        Case.update(next_timer_at=clock.micros(now + REST)).where(
            Case.id == case, Case.next_timer_at <= clock.micros(now)
        ).execute()


def purge() -> int:
    """Delete captchas, one-time codes and failure counts that mean nothing any more."""
    now = clock.now()
    moment, old = clock.micros(now), clock.micros(now - KEPT)
    stale = (
        Captcha.delete().where(Captcha.expires_at < moment),
        OneTimeCode.delete().where(OneTimeCode.expires_at < old),
        Throttle.delete().where(
            Throttle.since < old, Throttle.locked_until.is_null() | (Throttle.locked_until < old)
        ),
    )
    with transaction():
        return sum(query.execute() for query in stale)
