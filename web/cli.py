"""The command `shenpi`: a table of commands, each loaded from its module when it is asked for."""

from __future__ import annotations

import importlib
import logging

import click
import peewee

from engine.errors import Refused, ShenpiError

COMMANDS = {
    "accounts": "web.commands.people:accounts",
    "assets": "web.commands.setup:assets",
    "audit": "web.commands.audit:audit",
    "cases": "web.commands.cases:cases",
    "clock": "web.commands.cases:clock",
    "demo": "web.commands.people:demo",
    "incidents": "web.commands.incidents:incidents",
    "migrate": "web.commands.setup:migrate",
    "publish": "web.commands.setup:publish",
    "seed": "web.commands.setup:seed",
    "serve": "web.commands.serving:serve",
    "web": "web.commands.pages:web",
    "worker": "web.commands.working:worker",
}


class Commands(click.Group):
    """Loads a command on use, so that `shenpi migrate` does not wait for the whole application."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the help text."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what the domain or the database refuses becomes one plain sentence."""
        try:
            return super().invoke(ctx)
        except ShenpiError as error:
            raise click.ClickException(sentence(error)) from error
        except peewee.OperationalError as error:
            raise click.ClickException(
                "The database does not answer, or has no tables yet. "
                "Check DATABASE_URL, then run: shenpi migrate"
            ) from error


REFUSALS = {
    "person": "A person has to repeat this; resolve the incident when that has happened.",
    "resolved": "That incident is resolved already.",
    "unsettled": "That day has not ended, or its last changes may still be under way.",
}


def sentence(error: ShenpiError) -> str:
    """What went wrong, from the first line of the error's docstring and its subject."""
    if isinstance(error, Refused) and error.code in REFUSALS:
        return REFUSALS[error.code]
    meaning = (type(error).__doc__ or type(error).__name__).strip().splitlines()[0].rstrip(".")
    return f"{meaning}: {error}" if str(error) else f"{meaning}."


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shenpi")
@click.option("-v", "--verbose", is_flag=True, help="Log what is done, not only what goes wrong.")
def shenpi(*, verbose: bool) -> None:
    """Shenpi, the approval platform: set it up, serve it, look after it.

    Settings come from the environment; docs/settings.md lists them. Without any, Shenpi keeps
    an embedded database and its files below ./var.

    Exit status: 0 done, 1 refused or something found wrong, 2 wrong use.
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def main() -> None:
    """Entry point of the console script."""
    shenpi(prog_name="shenpi")


if __name__ == "__main__":
    main()
