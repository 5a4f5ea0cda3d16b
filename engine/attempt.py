"""One attempt of a verb: a transaction, and an incident when a step breaks in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine import incidents
from engine.db import transaction
from engine.errors import DiagramError, NobodyResponsible, OperationFailed
from engine.operations import OperationBroke
from models import Task, tuples


@contextmanager
def attempt(verb: str, *, case: int | None = None, task: int | None = None) -> Iterator[None]:
    """Run a block in one transaction; a step that broke becomes an incident after the rollback.

    :raises OperationFailed: with the incident's number, instead of what broke
    """
    try:
        with transaction():
            yield
    except (OperationBroke, DiagramError, NobodyResponsible) as error:
        node = None
        if task is not None:
            case, node = tuples(Task.select(Task.case, Task.node).where(Task.id == task))[0]
        raise OperationFailed(incidents.record(error, verb=verb, case=case, node=node)) from error
