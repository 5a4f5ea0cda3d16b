"""The first administrator, and the cast of the demonstration."""

from __future__ import annotations

import unicodedata
from datetime import date
from itertools import islice

import click

from engine import crypto, founding, id_number
from engine.errors import Invalid, Refused
from engine.seed import PASSWORD, small_province
from models import Account
from web.commands.opening import session


@click.group()
def accounts() -> None:
    """Make the first account of a deployment."""


@accounts.command("create-admin")
@click.option("--name", prompt=True, help="Name of the person.")
@click.option("--id-number", prompt="ID number", hide_input=True, help="The person's log-in.")
@click.option("--phone", prompt=True, help="Mobile number.")
@click.option("--email", prompt=True, help="Mail address.")
@click.option("--unit", prompt="Name of the provincial bureau", help="Found if it exists.")
def create_admin(name: str, id_number: str, phone: str, email: str, unit: str) -> None:
    """Make the first system administrator, at the provincial bureau, on an empty platform.

    Prints a password that has to be changed at the first log-in within 24 hours. All others
    register themselves and are approved in the application.
    """
    with session():
        try:
            password = founding.found(
                name=name, number=id_number, phone=phone, email=email, unit=unit
            )
        except Invalid as error:
            faults = ", ".join(f"{field} ({code})" for field, code in error.fields.items())
            raise click.ClickException(f"Not acceptable: {faults}") from error
        except Refused as error:
            raise click.ClickException(
                "There is a system administrator already, who appoints others in the application."
            ) from error
    click.echo(f"Password for the first log-in: {password}")


@click.command()
def demo() -> None:
    """Print the demonstration accounts, one of every role."""
    with session() as settings:
        if not settings.demo:
            raise click.ClickException("This is no demonstration: SHENPI_DEMO=1 is not set.")
        show_cast()


def show_cast() -> None:
    """Seed the demonstration province unless it is there; print how its people log in."""
    click.echo(f"\nDemonstration accounts, all with the password {PASSWORD}\n")
    for one in small_province().accounts.values():
        click.echo(f"  {one.id_number}  {_padded(one.name, 8)}{one.unit} {'、'.join(one.titles)}")

    click.echo("\nNumbers nobody has, to register with\n")
    click.echo("  " + "  ".join(_free(3)) + "\n")


def _free(count: int) -> list[str]:
    """Valid made-up ID numbers that no account has."""
    numbers = (
        id_number.synthesise("410202", date(1992, 3, 14), sex, sequence)
        for sequence in range(450, 500)
        for sex in id_number.Sex
    )
    free = (number for number in numbers if not Account.live(crypto.lookup(number)).exists())
    return list(islice(free, count))


def _padded(text: str, width: int) -> str:
    """Text filled up to so many columns of a terminal, where a Chinese character takes two."""
    used = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * (width - used)
