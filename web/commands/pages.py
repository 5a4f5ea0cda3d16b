"""Running the web server."""

from __future__ import annotations

import os
import socket

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from web.commands.opening import session
from web.commands.supervisor import follow_parent

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, help="Port to listen on.")
WORKERS = click.option(
    "--workers", default=min(4, os.cpu_count() or 1), show_default=True, help="Web processes."
)
THREADS = click.option("--threads", default=4, show_default=True, help="Threads of each.")


@click.command()
@HOST
@PORT
@WORKERS
@THREADS
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages; any number may run."""
    with session():
        pass
    require_port(host, port)
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
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def require_port(host: str, port: int) -> None:
    """Refuse to start where somebody listens already.

    :raises click.ClickException: with the address
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} cannot be had ({error.strerror}); choose another --port."
            ) from error
