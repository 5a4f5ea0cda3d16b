"""Carrying out the outbox: each message is claimed with a lease, handed over, and settled.

The row is the job (design.md decision 8): a worker that dies leaves it ``sending`` with a lease
that runs out, and any worker takes it up again. So a message goes out at least once, always under
the same key, by which mail servers and providers drop the second copy.
"""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import orjson
from peewee import Expression

from engine import clock, crypto, incidents, letters, numbers
from engine.db import transaction
from engine.errors import ShenpiError
from engine.senders import Letter, Sender, TryLater, Undeliverable
from models import Account, Case, Message, MessageState, tuples
from models.cases import IS_OUTGOING

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than the slowest handing over: ten answers of ten seconds
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
ATTEMPTS = 10  # spread over about three hours

_SEALED = "sealed_"
_OPEN = (MessageState.QUEUED, MessageState.SENDING)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that this worker holds until ``lease`` (microseconds)."""

    id: int
    account: int
    case: int | None
    channel: str
    template: str
    params: str
    created_at: int
    attempts: int
    lease: int
    error: str | None


class NoSender(ShenpiError):
    """The deployment has no way out for this channel."""


def sweep(
    senders: Mapping[str, Sender],
    *,
    public_url: str,
    limit: int = 100,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Deliver what is due, oldest first, and return how many messages were claimed.

    :param senders: by channel; a channel without a sender fails its messages, with one incident
    :param public_url: address of the site, for the texts
    :param stop: asked between two messages
    """
    claimed = 0
    for message_id in _due(limit):
        if stop():
            break
        message = claim(message_id)
        if message is not None:
            claimed += 1
            _deliver(message, senders.get(message.channel), public_url)
    for sender in senders.values():
        sender.close()
    return claimed


def claim(message_id: int) -> Outgoing | None:
    """Take a due message for this worker until a lease ends.

    None if it is not due any more: another worker was first.
    """
    now = clock.micros(clock.now())
    with transaction():
        taken = (
            Message.update(
                state=MessageState.SENDING,
                due_at=now + _micros(LEASE),
                attempts=Message.attempts + 1,
            )
            .where(Message.id == message_id, Message.state.in_(_OPEN), Message.due_at <= now)
            .execute()
        )
        return _read(message_id) if taken else None


def requeue(message_id: int) -> int:
    """Try a failed message again from the beginning; 0 if it has not failed."""
    return _requeue(Message.id == message_id)


def requeue_channel(channel: str) -> int:
    """Try every message again that failed for want of a sender; return how many."""
    return _requeue((Message.channel == channel) & (Message.error == NoSender.__name__))


def wait(attempts: int) -> timedelta:
    """How long a message rests after that many failed attempts."""
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def letter(message: Outgoing, public_url: str) -> Letter:
    """The message in words, with the address it goes to.

    :raises NoWords: if its text or a value of it is missing
    :raises CannotRead: if the address does not open with our secret
    """
    account = Account.get_by_id(message.account)
    case = Case.get_or_none(Case.id == message.case) if message.case else None
    values = {
        "name": account.name,
        "case": numbers.number_of(case.kind, case.started_at, case.id) if case else "",
        "title": case.title if case else "",
        "url": public_url,
        **_opened(orjson.loads(message.params)),
    }
    words = letters.write(message.template, values)
    return Letter(
        key=f"{message.created_at}.{message.id}",
        to=crypto.unseal(account.phone if message.channel == "sms" else account.email),
        subject=words.subject,
        body=words.body,
        text=words.text,
    )


def _opened(params: Mapping[str, object]) -> Mapping[str, object]:
    """The values of a message; a secret lies in the outbox encrypted, as ``sealed_<name>``."""
    return {
        name.removeprefix(_SEALED): (
            crypto.unseal(b64decode(str(value))) if name.startswith(_SEALED) else value
        )
        for name, value in params.items()
    }


def _requeue(which: Expression) -> int:
    with transaction():
        changed: int = (
            Message.update(
                state=MessageState.QUEUED, due_at=clock.micros(clock.now()), attempts=0, error=None
            )
            .where(which, Message.state == MessageState.FAILED)
            .execute()
        )
    return changed


def _read(message_id: int) -> Outgoing:
    fields = (
        Message.id, Message.account, Message.case, Message.channel, Message.template,
        Message.params, Message.created_at, Message.attempts, Message.due_at, Message.error,
    )  # fmt: skip
    return Outgoing(*tuples(Message.select(*fields).where(Message.id == message_id))[0])


def _due(limit: int) -> list[int]:
    query = (
        Message.select(Message.id)
        .where(IS_OUTGOING, Message.due_at <= clock.micros(clock.now()))
        .order_by(Message.due_at)
        .limit(limit)
    )
    return [row[0] for row in tuples(query)]


def _deliver(message: Outgoing, sender: Sender | None, public_url: str) -> None:
    try:
        if sender is None:
            raise NoSender(message.channel)
        if message.attempts > ATTEMPTS:
            raise Undeliverable(message.error or "the worker died at every attempt")
        sender.send(letter(message, public_url))
    except TryLater as error:
        if message.attempts < ATTEMPTS:
            _settle(
                message,
                state=MessageState.QUEUED,
                due_at=clock.micros(clock.now() + wait(message.attempts)),
                error=str(error),
            )
        else:
            _give_up(message, error)
    except (ShenpiError, ValueError) as error:  # ValueError: a header that cannot be written
        _give_up(message, error)
    else:
        _settle(message, state=MessageState.SENT, sent_at=clock.micros(clock.now()), error=None)


def _give_up(message: Outgoing, error: Exception) -> None:
    log.warning("message %s cannot be delivered: %s", message.id, type(error).__name__)
    channel = message.channel if isinstance(error, NoSender) else None
    node = f"channel:{channel}" if channel else f"message:{message.id}"
    case = None if channel else message.case
    with transaction():
        _settle(message, state=MessageState.FAILED, error=type(error).__name__)
        incidents.record(error, verb="deliver", case=case, node=node)


def _settle(message: Outgoing, **values: object) -> None:
    """Write the result, unless the lease ran out and another worker has the message now."""
    with transaction():
        Message.update(**values).where(
            Message.id == message.id,
            Message.state == MessageState.SENDING,
            Message.due_at == message.lease,
        ).execute()


def _micros(span: timedelta) -> int:
    return round(span.total_seconds() * 1_000_000)
