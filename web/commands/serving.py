"""Running everything on one machine."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time

import click

from engine.db import connected
from web.commands import people, setup
from web.commands.opening import opened, require_schema
from web.commands.pages import HOST, PORT, THREADS, WORKERS, require_port
from web.commands.supervisor import Supervisor, on_end


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
    require_port(host, port)
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
    on_end(both.stop)
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
