"""How a command opens the deployment's database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from engine import crypto
from engine.db import connected
from engine.settings import Settings
from models import db, open_database
from models.migrate import runner


def opened() -> Settings:
    """Bind the tables to the database of the settings, ready to connect.

    :raises BadSetting: if a setting cannot be used
    """
    settings = Settings.from_env()
    crypto.use(settings.secret)
    parts = urlsplit(settings.database_url)
    if parts.scheme == "sqlite":
        Path(unquote(parts.path.removeprefix("/"))).parent.mkdir(parents=True, exist_ok=True)
    try:
        open_database(settings.database_url)
    except ValueError as error:
        raise click.ClickException(f"DATABASE_URL: {error}") from error
    return settings


@contextmanager
def session() -> Iterator[Settings]:
    """A connection to a database that has the present schema.

    Afterwards none is left open: processes that are forked from this one would share it, and
    each read the answers to the other's questions.

    :raises click.ClickException: if migrations are pending
    """
    settings = opened()
    try:
        with connected():
            require_schema()
            yield settings
    finally:
        db.close_all()


def require_schema() -> None:
    """Refuse to work on an older schema.

    :raises click.ClickException: if migrations are pending
    """
    pending = [one.name for one in runner(db.obj).status() if not one.applied]
    if pending:
        raise click.ClickException(
            f"The database lacks {len(pending)} migration(s). Run: shenpi migrate"
        )
