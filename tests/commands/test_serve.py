"""`shenpi serve`: one command, two processes, none of which stays dead."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from web.commands import supervisor

pytestmark = pytest.mark.slow


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


@pytest.fixture
def served(environment: dict[str, str], port: int, here: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-m", "web.cli", "serve", "--prepare", f"--port={port}", "--workers=1"],
        cwd=here,
        env={**os.environ, **environment, "SHENPI_DEMO": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def until(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def children(process: subprocess.Popen[str]) -> dict[str, int]:
    """The web server and the worker by name."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            words = (path.parent / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if parent == process.pid and "web.cli" in words:
            found[words[words.index("web.cli") + 1]] = int(path.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_what_is_killed_comes_back_and_all_end_together(served, port):
    until(lambda: answers(port))
    before = children(served)
    assert before.keys() == {"web", "worker"}
    for number in before.values():
        os.kill(number, signal.SIGKILL)
    until(lambda: len(children(served).items() - before.items()) == 2)
    until(lambda: answers(port))
    after = children(served)
    served.send_signal(signal.SIGINT)
    said, _ = served.communicate(timeout=40)
    assert served.returncode == 0
    assert not any(Path(f"/proc/{number}").exists() for number in after.values())
    assert not answers(port)
    assert f"Shenpi is at http://127.0.0.1:{port}" in said
    assert "Demonstration accounts" in said
    assert "worker ended (status -9); starting it again." in said


@pytest.mark.parametrize("command", ["serve", "web"])
def test_a_port_in_use_is_named(run, port, command):
    run("migrate")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        result = run(command, f"--port={port}")
    assert result.exit_code == 1
    assert f"127.0.0.1:{port} cannot be had" in result.output


def test_a_command_that_does_not_stay_up_ends_all(capfd, monkeypatch):
    monkeypatch.setattr(supervisor, "PATIENCE", 2)
    both = supervisor.Supervisor(
        {
            "fails": (sys.executable, "-c", "raise SystemExit(3)"),
            "stays": (sys.executable, "-c", "import time; time.sleep(60)"),
        }
    )
    assert both.run() == 1
    assert "fails does not stay up (status 3); ending." in capfd.readouterr().err


def test_a_child_that_ignores_its_end_is_killed(monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    one = supervisor.Supervisor({"deaf": (sys.executable, "-c", deaf)})
    threading.Timer(1, one.stop).start()
    assert one.run() == 0
    assert one._children["deaf"].process.returncode < 0


def test_children_end_with_a_supervisor_that_was_killed(here):
    """Nobody is left to end them, so they watch for it."""
    child = (
        "from web.commands import supervisor as s; s.follow_parent(); import time; time.sleep(60)"
    )
    parent = (
        "import sys, time; from web.commands import supervisor as s;"
        f"p = s._start((sys.executable, '-c', {child!r}));"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    doomed = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", parent], cwd=here, stdout=subprocess.PIPE, text=True
    )
    number = int(doomed.stdout.readline())
    time.sleep(1)
    doomed.kill()
    doomed.communicate()
    until(lambda: _gone(number), 20)


def _gone(number: int) -> bool:
    """Whether a process ended; an orphan may stay a zombie where nobody collects it."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"
