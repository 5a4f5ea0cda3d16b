"""Two processes kept alive by one: what `shenpi serve` is."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import click

PARENT = "SHENPI_SUPERVISOR"  # process id that a child follows into the grave
GRACE = 20.0  # seconds to finish requests and messages in hand
YOUNG = 10.0  # seconds; who dies younger, often, is not restarted for ever
PATIENCE = 5


@dataclass(slots=True)
class _Child:
    command: Sequence[str]
    process: subprocess.Popen[bytes]
    started: float
    early_deaths: int = 0


class Supervisor:
    """Starts commands, restarts the dead, ends all when told to."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._commands = commands
        self._children: dict[str, _Child] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End all; callable from a signal handler."""
        self._stopping.set()

    def run(self) -> int:
        """Keep the commands alive until stopped; return the exit status."""
        for name, command in self._commands.items():
            self._children[name] = _Child(command, _start(command), time.monotonic())
        status = 0
        while not self._stopping.wait(0.2):
            if not all(self._alive(name) for name in self._children):
                status = 1
                break
        self._end()
        return status

    def _alive(self, name: str) -> bool:
        """Restart a child that died; False if that has become pointless."""
        child = self._children[name]
        code = child.process.poll()
        if code is None:
            return True
        _bury(child.process)
        young = time.monotonic() - child.started < YOUNG
        child.early_deaths = child.early_deaths + 1 if young else 0
        if child.early_deaths >= PATIENCE:
            click.echo(f"{name} does not stay up (status {code}); ending.", err=True)
            return False
        click.echo(f"{name} ended (status {code}); starting it again.", err=True)
        self._stopping.wait(child.early_deaths * 0.5)
        child.process, child.started = _start(child.command), time.monotonic()
        return True

    def _end(self) -> None:
        for child in self._children.values():
            child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in self._children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            _bury(child.process)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches us alone, and we end the children in good order.
    return subprocess.Popen(  # noqa: S603 - our own commands
        command, start_new_session=True, env={**os.environ, PARENT: str(os.getpid())}
    )


def _bury(process: subprocess.Popen[bytes]) -> None:
    """End what a dead child left in its group, so that its port is free again."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def follow_parent() -> None:
    """Let this process end when the supervisor that started it is gone."""
    parent = os.environ.get(PARENT)
    if parent is None:
        return

    def watch() -> None:
        while str(os.getppid()) == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="follow-parent").start()


def on_end(stop: Callable[[], None]) -> None:
    """Call something when this process is asked to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop())
