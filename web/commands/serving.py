"""Running: the web server, the worker, or both."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable

import click
from granian import Granian
from granian.constants import Interfaces

from engine.db import connected
from engine.senders import senders
from engine.worker import Worker
from web.commands import people, setup
from web.commands.opening import opened, require_schema, session
from web.commands.supervisor import Supervisor, follow_parent

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, help="Port to listen on.")
WORKERS = click.option(
    "--workers", default=min(4, os.cpu_count() or 1), show_default=True, help="Web processes."
)
THREADS = click.option("--threads", default=8, show_default=True, help="Threads of each.")


@click.command()
@HOST
@PORT
@WORKERS
@THREADS
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages; any number may run."""
    with session():
        pass
    follow_parent()
    Granian(
        "web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_enabled=True,
        websockets=False,
    ).serve()


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--poll", default=1.0, show_default=True, help="Seconds between empty sweeps.")
def worker(*, once: bool, poll: float) -> None:
    """Deliver messages, fire timers; any number may run.

    It also anchors the history daily. SIGTERM and SIGINT let it finish the message or case in hand.
    """
    with session() as settings:
        ways = senders(settings)
    for channel in {"mail", "sms"} - ways.keys():
        click.echo(f"No {channel} can be sent: SHENPI_{channel.upper()}_URL is not set.", err=True)
    one = Worker(ways, public_url=settings.public_url, poll=poll)
    if once:
        with connected():
            click.echo(f"{one.sweep()} messages and cases.")
        return
    follow_parent()
    _on_end(one.stop)
    one.run()


@click.command()
@HOST
@PORT
@WORKERS
@THREADS
@click.option("--prepare", is_flag=True, help="First migrate and publish the diagrams we ship.")
def serve(*, host: str, port: int, workers: int, threads: int, prepare: bool) -> None:
    """Run web server and worker on one machine.

    What dies is started again. With --prepare and SHENPI_DEMO=1 the demonstration province is
    seeded once, and its accounts are printed.
    """
    address = f"http://{host}:{port}"
    os.environ.setdefault("SHENPI_PUBLIC_URL", address)
    settings = opened()
    with connected():
        if prepare:
            setup.bring_up()
            setup.bring_diagrams()
        require_schema()
        if prepare and settings.demo:
            people.show_cast()
    command = (sys.executable, "-m", "web.cli")
    both = Supervisor(
        {
            "web": (*command, "web", f"--host={host}", f"--port={port}",
                    f"--workers={workers}", f"--threads={threads}"),
            "worker": (*command, "worker"),
        }
    )  # fmt: skip
    _on_end(both.stop)
    threading.Thread(target=_announce, args=(host, port, address), daemon=True).start()
    sys.exit(both.run())


def _announce(host: str, port: int, address: str) -> None:
    """Say where it is as soon as it answers."""
    for _ in range(300):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            click.echo(f"\nShenpi is at {address}   (Ctrl-C ends it)")
            return


def _on_end(stop: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop())
