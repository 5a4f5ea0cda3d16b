"""What several tests of the engine need."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import clock
from tests.mailbox import Mailbox, mailbox


@pytest.fixture
def later() -> Iterator[None]:
    """A test that moves the clock; it is put back afterwards."""
    before, started = clock.now(), time.monotonic()
    yield
    clock.move(before + timedelta(seconds=time.monotonic() - started) - clock.now())


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server that listens."""
    with mailbox() as opened:
        yield opened
