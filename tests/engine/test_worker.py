"""The worker does what is due, survives what breaks, and stops when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from datetime import timedelta

import peewee
import pytest

import models
from engine import audit, clock, incidents, outbox, repairs, worker
from engine.db import connected, transaction
from engine.errors import Refused
from engine.senders import Smtp
from models import Anchor, Captcha, Case, Incident, Message, OneTimeCode, Throttle
from tests import people, registering
from tests.conftest import SECRET

FROM = "noreply@shenpi.example"


def make(box=None, poll: float = 0.05) -> worker.Worker:
    senders = {"mail": Smtp(box.url, FROM)} if box else {}
    return worker.Worker(senders, public_url="http://127.0.0.1:8000", poll=poll)


@pytest.fixture
def overdue(database, later) -> int:
    """A registration that nobody looked at for five working days."""
    case = registering.submit(registering.cast(), 1)
    clock.move(timedelta(days=12))
    return case


def test_a_timer_of_the_diagram_reminds_the_office_by_mail(overdue, box):
    assert make(box).sweep() > 0
    make(box).sweep()
    assert "待办提醒" in {letter["Subject"].split(":")[0] for letter in box.letters}
    assert Case.get_by_id(overdue).revision > 1
    assert audit.verify().findings == ()


def test_a_sweep_of_nothing_does_nothing(database):
    one = make()
    one.sweep()
    assert one.sweep() == 0


def test_a_timer_that_breaks_leaves_an_incident_and_rests_while_others_go_on(overdue, failing):
    other = registering.submit(registering.employer(401), 2)
    clock.move(timedelta(days=12))
    repair = failing("task.remind", only=overdue)
    worker.tick_all()
    one = Incident.get()
    assert (one.verb, one.case_id) == ("timer", overdue)
    assert Case.get_by_id(overdue).revision == 1
    assert Case.get_by_id(overdue).next_timer_at > clock.micros(clock.now())
    assert Case.get_by_id(other).revision > 1
    worker.tick_all()
    assert Incident.select().count() == 1, "it rests"
    repair()
    clock.move(worker.REST)
    worker.tick_all()
    assert Case.get_by_id(overdue).revision > 1
    assert Incident.get().retried, "what succeeded after all is settled"


def test_an_operator_retries_a_timer_at_once(overdue, failing):
    repair = failing("task.remind")
    worker.tick_all()
    number = Incident.get().number
    repair()
    repairs.retry(number)
    assert Case.get_by_id(overdue).revision > 1
    assert Incident.get().resolved_at is not None


def test_an_operator_retries_a_message(database, box):
    account = people.person(1)
    message = _post(account)
    box.answers = ["554 mailbox full"]
    make(box).sweep()
    repairs.retry(Incident.get().number)
    make(box).sweep()
    assert Message.get_by_id(message).state == "sent"


def test_a_channel_that_has_got_a_sender_is_retried_as_a_whole(database, box):
    account = people.person(1)
    for _ in range(2):
        _post(account)
    make().sweep()
    repairs.retry(Incident.get().number)
    make(box).sweep()
    assert len(box.letters) == 2


def test_what_a_person_typed_only_the_person_can_repeat(database):
    number = incidents.record(RuntimeError(), verb="decide")
    with pytest.raises(Refused, match="person"):
        repairs.retry(number)
    incidents.resolve(number, by=None)
    with pytest.raises(Refused, match="resolved"):
        repairs.retry(number)


def _post(account: int) -> int:
    with transaction():
        now = clock.micros(clock.now())
        outbox.post(account, "password_changed", {}, now=now, channels=("mail",))
    return Message.select().order_by(Message.id.desc()).get().id


def test_two_workers_fire_a_timer_once(overdue):
    models.db.close()
    start = threading.Barrier(2)

    def work() -> None:
        with connected():
            start.wait()
            worker.tick_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    models.db.connect()
    reminders = Message.select().where(Message.template == "overdue", Message.channel == "mail")
    assert reminders.count() == 1
    assert audit.verify().findings == ()


def test_the_history_is_anchored_daily(database, later):
    one = make()
    one.sweep()
    clock.move(timedelta(days=1))
    one.sweep()
    assert Anchor.select().count() == 2


def test_expired_captchas_codes_and_failures_are_forgotten(database):
    account, now = people.person(1), clock.now()
    moments = {"old": clock.micros(now - timedelta(days=2)), "new": clock.micros(now)}
    for name, at in moments.items():
        later = at + 60_000_000
        Captcha.create(token=name, answer=b"", expires_at=later)
        OneTimeCode.create(account=account, purpose=name, code=b"", created_at=at, expires_at=later)
        Throttle.create(key=name, failures=1, since=at)
    locked = clock.micros(now + timedelta(minutes=5))
    Throttle.create(key="locked", failures=5, since=moments["old"], locked_until=locked)
    assert worker.purge() == 3
    assert [row.token for row in Captcha.select()] == ["new"]
    assert [row.purpose for row in OneTimeCode.select()] == ["new"]
    assert sorted(row.key for row in Throttle.select()) == ["locked", "new"]


def test_a_worker_sends_soon_after_a_message_is_posted_and_stops_when_told(database, box):
    one = make(box)
    models.db.close()
    thread = threading.Thread(target=one.run)
    thread.start()
    models.db.connect()
    _post(people.person(1))
    _until(lambda: box.letters)
    one.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_a_worker_outlives_a_database_that_is_away(database, monkeypatch):
    one = make()
    seen: list[int] = []

    def away() -> int:
        seen.append(1)
        if len(seen) == 3:
            one.stop()
        raise peewee.OperationalError("gone")

    monkeypatch.setattr(one, "sweep", away)
    one.run()
    assert len(seen) == 3


@pytest.mark.slow
def test_a_worker_asked_to_end_finishes_the_letter_in_hand(database, box, here, tmp_path):
    message = _post(people.person(1))
    models.db.close()
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "SHENPI_SECRET": b64encode(SECRET).decode(),
        "SHENPI_MAIL_URL": box.url,
        "SHENPI_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "web.cli", "worker"]
    box.stall = True
    process = subprocess.Popen(command, cwd=here, env=environment)  # noqa: S603 - our own
    assert box.stalled.wait(30)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    box.stall = False
    assert process.wait(20) == 0
    models.db.connect()
    assert Message.get_by_id(message).state == "sent"
    assert len(box.letters) == 1


def _until(condition, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
