"""Bringing a database to the present schema."""

from __future__ import annotations

from pathlib import Path

from peewee import Database
from playhouse.migrations import Runner

DIRECTORY = Path(__file__).parent / "migrations"


def runner(database: Database) -> Runner:
    """The migration runner of our numbered scripts."""
    return Runner(database, str(DIRECTORY))


def migrate(database: Database) -> list[str]:
    """Apply every pending migration, in order; return their names."""
    names: list[str] = runner(database).up()
    return names
