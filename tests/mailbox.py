"""A mail server on the loopback interface that keeps, refuses or stalls what it is given."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What arrived, in order; ``answers`` are replies for the next letters instead of 250."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: list[str] = []
        self.stalled = threading.Event()  # set when a letter is held back
        self.stall = False
        self.url = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, as aiosmtpd calls it."""
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        if self.answers:
            return self.answers.pop(0)
        if self.stall:
            self.stalled.set()
            while self.stall and server.transport and not server.transport.is_closing():
                await asyncio.sleep(0.02)
        return "250 OK"


@contextmanager
def mailbox(authenticator: Any = None) -> Iterator[Mailbox]:
    """A running mail server; it wants a password if it is told how to check one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Mailbox()
    box.url = f"smtp://127.0.0.1:{port}"
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=authenticator,
        auth_required=authenticator is not None,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield box
    finally:
        box.stall = False
        controller.stop()
