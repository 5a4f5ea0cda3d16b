"""Mail leaves through a real server, once per message, whatever dies on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

import models
from engine import clock, crypto, delivery, letters, outbox
from engine.db import connected, transaction
from engine.errors import ShenpiError
from engine.senders import Folder, Letter, Sender, Smtp, TryLater, Undeliverable
from models import Account, Incident, Message
from tests import people
from tests.conftest import SECRET

URL = "http://127.0.0.1:8000"
FROM = "noreply@shenpi.example"


class Refusing(Sender):
    """A way out that always fails in one way, and counts."""

    def __init__(self, error: ShenpiError) -> None:
        self.error = error
        self.keys: list[str] = []

    def send(self, letter: Letter) -> None:
        self.keys.append(letter.key)
        raise self.error

    def close(self) -> None:
        pass


def post(account: int, channel: str = "mail", template: str = "password_changed", **params) -> int:
    with transaction():
        now = clock.micros(clock.now())
        outbox.post(account, template, params, now=now, channels=(channel,))
    return Message.select().order_by(Message.id.desc()).get().id


def sweep(sender: Sender, channel: str = "mail") -> int:
    return delivery.sweep({channel: sender}, public_url=URL)


def test_a_message_arrives_in_both_languages_under_a_lasting_key(database, box):
    message = post(people.person(1))
    assert sweep(Smtp(box.url, FROM)) == 1
    (letter,) = box.letters
    row = Message.get_by_id(message)
    assert letter["To"] == "person1@example.cn"
    assert letter["From"] == FROM
    assert letter["Subject"] == "密码已修改 / Password changed"
    assert letter["Message-ID"] == f"<{row.created_at}.{row.id}@shenpi.example>"
    text = letter.get_content()
    assert "王晓燕,您好" in text
    assert "Dear 王晓燕" in text
    assert (row.state, row.attempts) == ("sent", 1)
    assert row.sent_at >= row.created_at


def test_what_was_sent_is_not_sent_again(database, box):
    post(people.person(1))
    sweep(Smtp(box.url, FROM))
    assert sweep(Smtp(box.url, FROM)) == 0
    assert len(box.letters) == 1


def test_many_messages_share_a_connection_that_the_server_may_close(database, box):
    account = people.person(1)
    for _ in range(3):
        post(account)
    box.answers = ["250 OK", "421 closing", "250 OK"]
    assert sweep(Smtp(box.url, FROM)) == 3
    assert sorted(row.state for row in Message.select()) == ["queued", "sent", "sent"]


def test_a_notice_is_delivered_by_being_written(database, box):
    message = post(people.person(1), "notice")
    assert sweep(Smtp(box.url, FROM)) == 0
    assert Message.get_by_id(message).state == "sent"


def test_a_secret_is_sealed_in_the_outbox_and_open_in_the_letter(database, tmp_path):
    sealed = b64encode(crypto.seal("482913")).decode()
    message = post(people.person(1), "sms", "password_code", sealed_code=sealed, minutes=10)
    assert "482913" not in Message.get_by_id(message).params
    sweep(Folder(f"file://{tmp_path}", FROM), "sms")
    (written,) = tmp_path.iterdir()
    assert "482913" in written.read_text()
    assert "To: 13800000001" in written.read_text()


@pytest.mark.parametrize(
    ("answer", "state", "attempts"),
    [
        pytest.param("451 try again", "queued", 1, id="greylisted: tried again"),
        pytest.param("554 no such person", "failed", 1, id="refused for good: given up"),
    ],
)
def test_the_server_says_whether_trying_again_helps(database, box, answer, state, attempts):
    message = post(people.person(1))
    box.answers = [answer]
    sweep(Smtp(box.url, FROM))
    row = Message.get_by_id(message)
    assert (row.state, row.attempts) == (state, attempts)
    assert Incident.select().count() == (state == "failed")


def test_a_server_that_is_away_is_asked_ever_more_patiently_until_giving_up(database, later):
    message = post(people.person(1))
    away = Refusing(TryLater("ConnectionRefusedError"))
    waits = []
    for _ in range(delivery.ATTEMPTS):
        assert sweep(away) == 1
        assert sweep(away) == 0, "it rests"
        row = Message.get_by_id(message)
        waits.append(clock.moment(row.due_at) - clock.now())
        clock.move(delivery.LONGEST_WAIT)
    assert [round(wait.total_seconds()) for wait in waits[:3]] == [30, 60, 120]
    assert max(waits) <= delivery.LONGEST_WAIT
    assert (row.state, row.error) == ("failed", "TryLater")
    assert len(set(away.keys)) == 1, "every attempt has the same key"
    incident = Incident.get()
    assert (incident.verb, incident.node) == ("deliver", f"message:{message}")


def test_a_nobody_listening_port_is_a_reason_to_try_later(database, box):
    closed = Smtp("smtp://127.0.0.1:9", FROM)
    with pytest.raises(TryLater):
        closed.send(Letter("1.1", "a@example.cn", "s", "b", "t"))


@pytest.mark.parametrize(
    ("template", "params"),
    [
        pytest.param("nothing_of_that_name", {}, id="unknown text"),
        pytest.param("password_code", {}, id="a value is missing"),
        pytest.param("../layout", {}, id="outside the folder"),
    ],
)
def test_a_message_without_words_fails_at_once(database, tmp_path, template, params):
    message = post(people.person(1), template=template, **params)
    sweep(Folder(f"file://{tmp_path}", FROM))
    assert Message.get_by_id(message).error == "NoWords"
    assert Incident.select().count() == 1


def test_an_address_that_does_not_open_fails_at_once_without_being_quoted(database, tmp_path):
    account = people.person(1)
    Account.update(email=b"\x01 altered").where(Account.id == account).execute()
    message = post(account)
    sweep(Folder(f"file://{tmp_path}", FROM))
    assert Message.get_by_id(message).error == "CannotRead"
    assert list(tmp_path.iterdir()) == []


def test_a_name_cannot_smuggle_a_header_into_a_mail(database, box):
    account = people.person(1)
    Account.update(email=crypto.seal("a@example.cn\nBcc: all@example.cn")).where(
        Account.id == account
    ).execute()
    message = post(account)
    sweep(Smtp(box.url, FROM))
    assert box.letters == []
    assert Message.get_by_id(message).state == "failed"


def test_a_channel_without_a_sender_makes_one_incident_and_is_sent_once_it_has_one(
    database, tmp_path
):
    account = people.person(1)
    for _ in range(3):
        post(account, "sms")
    delivery.sweep({}, public_url=URL)
    assert {row.error for row in Message.select()} == {"NoSender"}
    assert [row.node for row in Incident.select()] == ["channel:sms"]
    assert delivery.requeue_channel("sms") == 3
    sweep(Folder(f"file://{tmp_path}", FROM), "sms")
    assert len(list(tmp_path.iterdir())) == 3


def test_a_failed_message_can_be_sent_again(database, tmp_path):
    message = post(people.person(1))
    sweep(Refusing(Undeliverable("554")))
    assert delivery.requeue(message) == 1
    assert sweep(Folder(f"file://{tmp_path}", FROM)) == 1
    assert delivery.requeue(message) == 0, "it was sent"


def test_of_many_claims_at_once_one_wins(database):
    message = post(people.person(1))
    won: list[bool] = []
    start = threading.Barrier(8)

    def work() -> None:
        with connected():
            start.wait()
            won.append(delivery.claim(message) is not None)

    run_all(work, 8)
    assert sorted(won) == [False] * 7 + [True]


def test_two_workers_deliver_each_message_once(database, box):
    account = people.person(1)
    for _ in range(20):
        post(account)

    def work() -> None:
        with connected():
            sweep(Smtp(box.url, FROM))

    run_all(work, 2)
    assert len(box.letters) == 20
    assert len({letter["Message-ID"] for letter in box.letters}) == 20


def run_all(work, threads: int) -> None:
    models.db.close()
    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(30)
    models.db.connect()


def test_a_lease_that_ran_out_is_taken_up_and_the_late_worker_changes_nothing(database, later):
    message = post(people.person(1))
    first = delivery.claim(message)
    assert delivery.claim(message) is None, "it is being sent"
    clock.move(delivery.LEASE + timedelta(seconds=1))
    second = delivery.claim(message)
    assert second is not None
    assert second.attempts == 2
    delivery._settle(first, state="failed", error="late")
    assert Message.get_by_id(message).state == "sending"
    delivery._settle(second, state="sent", sent_at=1)
    assert Message.get_by_id(message).state == "sent"


def test_a_message_on_which_every_worker_died_is_given_up(database, later):
    message = post(people.person(1))
    for _ in range(delivery.ATTEMPTS):
        assert delivery.claim(message)
        clock.move(delivery.LEASE + timedelta(seconds=1))
    silent = Refusing(TryLater("never asked"))
    sweep(silent)
    assert silent.keys == []
    assert Message.get_by_id(message).state == "failed"


@pytest.mark.slow
def test_a_worker_killed_while_sending_loses_nothing(database, box, later, tmp_path: Path, here):
    message = post(people.person(1))
    models.db.close()
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "SHENPI_SECRET": b64encode(SECRET).decode(),
        "SHENPI_MAIL_URL": box.url,
        "SHENPI_MAIL_FROM": FROM,
        "SHENPI_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "web.cli", "worker"]
    box.stall = True
    doomed = subprocess.Popen(command, cwd=here, env=environment)  # noqa: S603 - our own
    assert box.stalled.wait(30)
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    box.stall = False
    models.db.connect()
    clock.move(delivery.LEASE + timedelta(seconds=1))
    sweep(Smtp(box.url, FROM))
    row = Message.get_by_id(message)
    assert (row.state, row.attempts) == ("sent", 2)
    assert len(box.letters) == 2, "at least once"
    assert len({letter["Message-ID"] for letter in box.letters}) == 1, "under one key"


def test_every_text_that_is_posted_exists(here):
    texts = letters.templates()
    assert texts >= {"decided", "reminded", "overdue", "escalated", "password_code"}
    values = {"name": "王晓燕", "case": 1, "title": "", "url": URL, "kind": "registration"}
    values |= {"outcome": "return", "code": "1", "minutes": 10}
    for text in texts:
        words = letters.write(text, values)
        assert all((words.title, words.zh, words.title_en, words.en)), text
        assert "\n" not in words.subject + words.text


def test_parameters_are_json(database):
    message = post(people.person(1), "notice", "decided", outcome="approve", kind="registration")
    assert orjson.loads(Message.get_by_id(message).params)["outcome"] == "approve"
