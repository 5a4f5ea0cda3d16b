"""Messages to people, written in the transaction of what they tell (design.md decision 8).

The worker delivers them (``engine/delivery.py``). A notice is delivered by being written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import orjson

from models import Message, MessageState
from models.prepared import Prepared, slot


@lru_cache
def _insert(channels: int) -> Prepared:
    """One statement for so many rows that differ in their channel only."""
    return Prepared(
        lambda: Message.insert_many(
            [
                {
                    Message.account: slot("account"),
                    Message.case: slot("case"),
                    Message.channel: slot(f"channel{number}"),
                    Message.template: slot("template"),
                    Message.params: slot("params"),
                    Message.state: slot(f"state{number}"),
                    Message.created_at: slot("now"),
                    Message.due_at: slot("now"),
                    Message.attempts: 0,
                    Message.sent_at: slot(f"sent_at{number}"),
                }
                for number in range(channels)
            ]
        )
    )


def post(
    account: int,
    template: str,
    params: Mapping[str, object],
    *,
    now: int,
    case: int | None = None,
    channels: Iterable[str] = ("notice",),
) -> None:
    """Put a message into the outbox, a row for each channel; call inside a transaction.

    :param template: name of the text in ``templates/mail/`` and of the notice
    :param params: small values for the text; never a secret or an ID number in clear
    :param now: microseconds
    :param channels: of ``notice``, ``mail``, ``sms``
    """
    values: dict[str, object] = {}
    ways = tuple(channels)
    for number, channel in enumerate(ways):
        notice = channel == "notice"
        values[f"channel{number}"] = channel
        values[f"state{number}"] = (MessageState.SENT if notice else MessageState.QUEUED).value
        values[f"sent_at{number}"] = now if notice else None
    _insert(len(ways)).run(
        account=account,
        case=case,
        template=template,
        params=orjson.dumps(params).decode(),
        now=now,
        **values,
    )
