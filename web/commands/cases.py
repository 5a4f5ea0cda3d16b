"""Looking at a case, and at the time it lives in."""

from __future__ import annotations

import click

from engine import calendar
from engine import clock as engine_clock
from engine.errors import NotFound
from models import Case, Event, Task
from web.commands.opening import session


@click.group()
def cases() -> None:
    """Look at cases."""


@cases.command()
@click.argument("number", type=int)
def show(number: int) -> None:
    """Show a case, its open tasks and its history, without what people wrote."""
    with session():
        case = Case.get_or_none(Case.id == number)
        if case is None:
            raise NotFound(f"case {number}")
        ended = f" {case.outcome or ''} {_time(case.ended_at)}" if case.ended_at else ""
        click.echo(f"case {case.id}  {case.kind}  {case.status}{ended}  revision {case.revision}")
        if case.next_timer_at:
            click.echo(f"next timer {_time(case.next_timer_at)}")
        tasks = Task.select().where(Task.case == case.id, Task.closed_at.is_null())
        for task in tasks.order_by(Task.id):
            due = f"  due {_time(task.due_at)}" if task.due_at else ""
            click.echo(f"task {task.id}  {task.node}  office {task.office_id}{due}")
        for event in Event.select().where(Event.case == case.id).order_by(Event.seq):
            who = f"account {event.actor_id}" if event.actor_id else "system"
            what = " ".join(filter(None, (event.verb, event.node, event.outcome)))
            click.echo(f"{event.seq:4}  {_time(event.at)}  {who:14}  {what}")


@click.command()
@click.option("--days", type=int, default=0, help="How far to look ahead, in days.")
def clock(days: int) -> None:
    """Show Shenpi's time, and how to start it with another one.

    SHENPI_CLOCK_OFFSET moves the clock of one process by so many seconds, for demonstrations:
    `SHENPI_CLOCK_OFFSET=691200 make run` shows what happens eight days from now. Never turn it
    back on a database that matters: the history would run backwards.
    """
    now = engine_clock.now().astimezone(engine_clock.ZONE)
    kind = "a working day" if calendar.is_workday(now.date()) else "a day off"
    click.echo(f"{now:%Y-%m-%d %H:%M:%S} in Shanghai, {kind}")
    if days:
        click.echo(f"SHENPI_CLOCK_OFFSET={days * 86400}")


def _time(stored: int) -> str:
    return f"{engine_clock.moment(stored).astimezone(engine_clock.ZONE):%Y-%m-%d %H:%M:%S}"
