"""What failed, and trying again."""

from __future__ import annotations

import click

from engine import clock
from engine import incidents as engine_incidents
from engine.repairs import retry as retry_one
from engine.subjects import load
from models import Incident
from web.commands.opening import session


@click.group()
def incidents() -> None:
    """See and retry steps that failed and were rolled back."""


@incidents.command("list")
@click.option("--all", "everything", is_flag=True, help="Resolved ones too.")
def list_(*, everything: bool) -> None:
    """List incidents, oldest first."""
    with session():
        query = (
            Incident.select().order_by(Incident.id) if everything else (engine_incidents.waiting())
        )
        for one in query:
            done = "" if one.resolved_at is None else "  resolved"
            about = f"case {one.case_id}" if one.case_id else one.node or ""
            click.echo(
                f"{one.number}  {_time(one.created_at)}  {one.verb:8}  {about}  {one.error}{done}"
            )
        if not query:
            click.echo("None.")


@incidents.command()
@click.argument("number")
def show(number: str) -> None:
    """Show one incident with the lines of our code that it passed through."""
    with session():
        one = engine_incidents.find(number)
        click.echo(
            f"{one.number}  {_time(one.created_at)}\nverb   {one.verb}\ncase   {one.case_id}"
        )
        click.echo(f"node   {one.node}\nerror  {one.error}\n{one.detail}")
        if one.resolved_at is not None:
            click.echo(f"resolved {_time(one.resolved_at)}{' by retrying' if one.retried else ''}")


@incidents.command()
@click.argument("number")
def retry(number: str) -> None:
    """Repeat what failed: a timer, or the delivery of a message.

    A person's decision is repeated by that person; resolve its incident when that has happened.
    """
    load()
    with session():
        retry_one(number)
    click.echo("Done.")


@incidents.command()
@click.argument("number")
def resolve(number: str) -> None:
    """Mark an incident as dealt with."""
    with session():
        engine_incidents.resolve(number, by=None)
    click.echo("Resolved.")


def _time(stored: int) -> str:
    return f"{clock.moment(stored).astimezone(clock.ZONE):%Y-%m-%d %H:%M:%S}"
