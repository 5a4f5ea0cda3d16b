"""What several tests of the engine need."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import clock, operations
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


Failing = Callable[..., Callable[[], None]]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Let an operation of the catalogue fail, for all cases or one; returns what repairs it."""

    def fail(name: str, *, only: int | None = None) -> Callable[[], None]:
        entries = operations._catalogue
        entry = entries[name]

        def run(context: operations.Context) -> Mapping[str, object] | None:
            if only in {None, context.case}:
                raise KeyError("made to fail")
            return entry.run(context)

        monkeypatch.setitem(entries, name, replace(entry, run=run))
        return lambda: monkeypatch.setitem(entries, name, entry)

    return fail
