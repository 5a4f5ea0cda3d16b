"""Whether the process can do its work, for load balancers."""

from __future__ import annotations

from models import db


def check() -> None:
    """Ask the database for an answer.

    :raises peewee.DatabaseError: if it gives none
    """
    db.execute_sql("SELECT 1")
