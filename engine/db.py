"""The one place where a transaction opens.

SQLite has one writer, so a transaction takes the write lock at its first statement (BEGIN
IMMEDIATE): a later upgrade of a read lock would fail under load instead of waiting. PostgreSQL
locks the row of the case instead (``models.prepared``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from peewee import __exception_wrapper__  # type: ignore[attr-defined]  # not in the stubs

from models import db, is_sqlite


@contextmanager
def transaction() -> Iterator[None]:
    """Carry out a block as one durable change, or not at all."""
    with db.atomic("IMMEDIATE") if is_sqlite() and not db.in_transaction() else db.atomic():
        yield


@contextmanager
def pipeline() -> Iterator[None]:
    """Send the statements of a block to PostgreSQL without waiting for each answer.

    Inside, a statement's ``rowcount`` is not known yet, and its error may come at the end.
    """
    if is_sqlite():
        yield
        return
    with __exception_wrapper__, db.connection().pipeline():
        yield


@contextmanager
def connected() -> Iterator[None]:
    """Hold a connection of the pool for a block, for the CLI and the worker's threads."""
    opened = db.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            db.close()
