"""Messages to people, written in the transaction of what they tell (design.md decision 8).

The worker delivers them (``engine/delivery.py``). A notice is delivered by being written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from models import Message, MessageState
from models.prepared import Prepared, slot

_INSERT = Prepared(
    lambda: Message.insert(
        account=slot("account"),
        case=slot("case"),
        channel=slot("channel"),
        template=slot("template"),
        params=slot("params"),
        state=slot("state"),
        created_at=slot("now"),
        due_at=slot("now"),
        attempts=0,
        sent_at=slot("sent_at"),
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
    text = orjson.dumps(params).decode()
    for channel in channels:
        notice = channel == "notice"
        _INSERT.run(
            account=account,
            case=case,
            channel=channel,
            template=template,
            params=text,
            state=MessageState.SENT.value if notice else MessageState.QUEUED.value,
            now=now,
            sent_at=now if notice else None,
        )
