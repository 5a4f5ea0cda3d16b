"""Publish diagrams: check one, and keep it as an immutable definition version.

Running cases stay on the version they started with; new ones start on the newest. Operations of
the catalogue are known once the subject modules are imported, which is for the caller to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson
from peewee import fn

from engine import clock
from engine.actor import Actor
from engine.db import transaction
from engine.diagram import reading
from engine.diagram.checks import Hierarchy, Problem, Severity, check
from engine.errors import DiagramError
from engine.operations import catalogue
from models import Appointment, Definition, Office, Unit, UnitAncestor, db, is_sqlite, tuples


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did; ``changed`` is False where the newest version already said this."""

    definition: int
    key: str
    version: int
    changed: bool
    problems: tuple[Problem, ...]


class NotPublished(DiagramError):
    """The checks found errors; ``problems`` are all of them, warnings included."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join([f"{name}:", *(f"  {problem}" for problem in problems)]))
        self.name = name
        self.problems = problems


def publish_folder(folder: Path, *, actor: Actor | None = None) -> list[Published]:
    """Publish every diagram of a folder, all or none.

    A decision table belongs to the diagram whose name its own begins with:
    ``declaration.hours.dmn`` to ``declaration.bpmn``.

    :raises NotPublished: for the first diagram with errors
    """
    with transaction():
        return [publish_file(path, actor=actor) for path in sorted(folder.glob("*.bpmn"))]


def publish_file(path: Path, *, actor: Actor | None = None) -> Published:
    """Publish one diagram with the decision tables that lie beside it.

    :raises NotPublished: if it has errors
    """
    return publish(path.read_bytes(), _tables_beside(path), name=path.name, actor=actor)


def publish(
    source: bytes,
    tables: Mapping[str, bytes] | None = None,
    *,
    name: str = "diagram",
    actor: Actor | None = None,
) -> Published:
    """Check a diagram and store it as the next version of its key.

    :param source: the BPMN file
    :param tables: DMN sources by file name
    :param name: what messages call the diagram
    :param actor: who publishes; None is the system
    :raises NotPublished: with every problem, if any of them is an error
    :raises DiagramError: if a table is not UTF-8
    """
    tables = tables or {}
    texts = {file: _utf8(file, tables[file]) for file in sorted(tables)}
    problems = tuple(check(source, tables=tables, operations=_operations(), hierarchy=_hierarchy()))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise NotPublished(name, problems)
    diagram = reading.read(source)
    with transaction():
        _one_at_a_time()
        row, changed = _store(diagram, source, texts, actor)
    return Published(row.id, row.key, row.version, changed, problems)


def digest(source: bytes, tables: Mapping[str, bytes]) -> bytes:
    """SHA-256 over a diagram and its tables; each part is preceded by its length."""
    total = sha256()
    for part in (source, *(p for name in sorted(tables) for p in (name.encode(), tables[name]))):
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.digest()


def _store(
    diagram: reading.Diagram, source: bytes, tables: Mapping[str, str], actor: Actor | None
) -> tuple[Definition, bool]:
    newest = Definition.newest(diagram.key).first()
    mark = digest(source, {name: text.encode() for name, text in tables.items()})
    if newest is not None and bytes(newest.digest) == mark:
        return newest, False
    row = Definition.create(
        key=diagram.key,
        version=1 if newest is None else newest.version + 1,
        title=diagram.title,
        digest=mark,
        source=source,
        tables=orjson.dumps(tables).decode(),
        published_at=clock.micros(clock.now()),
        published_by=None if actor is None else actor.account,
    )
    return row, True


def _one_at_a_time() -> None:
    """Let no other publisher read the newest version before ours is there. Cases go on.

    SQLite's transaction has the write lock already.
    """
    if not is_sqlite():
        db.execute_sql("LOCK TABLE definition IN SHARE ROW EXCLUSIVE MODE")


def _tables_beside(path: Path) -> dict[str, bytes]:
    return {
        table.name: table.read_bytes()
        for table in sorted(path.parent.glob("*.dmn"))
        if table.name == f"{path.stem}.dmn" or table.name.startswith(f"{path.stem}.")
    }


def _utf8(name: str, table: bytes) -> str:
    """The text of a table, as definitions keep it."""
    try:
        return table.decode()
    except UnicodeDecodeError as error:
        raise DiagramError(f"{name}: a decision table is written in UTF-8") from error


def _operations() -> dict[str, frozenset[str]]:
    return {name: frozenset(entry.parameters) for name, entry in catalogue().items()}


def _hierarchy() -> Hierarchy | None:
    """What there is to route to; None before anybody holds an office."""
    now = clock.micros(clock.now())
    held = (
        Office.select(Office.code)
        .join(Appointment)
        .where(Appointment.since <= now, Appointment.until.is_null() | (Appointment.until > now))
        .distinct()
    )
    offices = frozenset(row[0] for row in tuples(held))
    if not offices:
        return None
    kinds = frozenset(row[0] for row in tuples(Unit.active().select(Unit.kind).distinct()))
    deepest = UnitAncestor.select(fn.MAX(UnitAncestor.distance)).scalar()
    return Hierarchy(offices, kinds, 1 + int(deepest or 0))
