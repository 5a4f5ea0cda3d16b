"""Running the worker."""

from __future__ import annotations

import click

from engine.db import connected
from engine.senders import senders
from engine.subjects import load
from engine.worker import Worker
from web.commands.opening import session
from web.commands.supervisor import follow_parent, on_end


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--poll", default=1.0, show_default=True, help="Seconds between empty sweeps.")
def worker(*, once: bool, poll: float) -> None:
    """Deliver messages, fire timers; any number may run.

    It also anchors the history daily. SIGTERM and SIGINT let it finish the message or case in hand.
    """
    load()
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
    on_end(one.stop)
    one.run()
