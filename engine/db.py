"""The one place where a transaction opens.

SQLite has one writer, so a transaction takes the write lock at its first statement (BEGIN
IMMEDIATE): a later upgrade of a read lock would fail under load instead of waiting. PostgreSQL
locks the row of the case instead (``models.prepared``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from models import db, is_sqlite


@contextmanager
def transaction() -> Iterator[None]:
    """Carry out a block as one durable change, or not at all."""
    with db.atomic("IMMEDIATE") if is_sqlite() and not db.in_transaction() else db.atomic():
        yield


def pipeline() -> AbstractContextManager[object]:
    """Send the statements of a block to PostgreSQL without waiting for each answer."""
    return nullcontext() if is_sqlite() else db.connection().pipeline()


@contextmanager
def connected() -> Iterator[None]:
    """Hold a connection of the pool for a block, for the CLI and the worker's threads."""
    opened = db.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            db.close()
