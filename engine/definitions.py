"""Published definitions, parsed once per process."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import orjson

from engine import spiff
from engine.diagram import reading
from engine.errors import NotFound
from models import Definition
from models.prepared import Prepared, slot


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition ready to run: the engine's specification and what the keys say."""

    id: int
    key: str
    version: int
    title: str
    spec: spiff.Spec
    diagram: reading.Diagram


_loaded: dict[int, Loaded] = {}
_lock = threading.Lock()


def loaded(definition_id: int) -> Loaded:
    """The definition of that id.

    :raises NotFound: if there is none
    """
    found = _loaded.get(definition_id)
    if found is None:
        row = Definition.get_or_none(Definition.id == definition_id)
        if row is None:
            raise NotFound(f"definition {definition_id}")
        found = _remember(row)
    return found


_NEWEST = Prepared(lambda: Definition.newest(slot("key")).select(Definition.id))


def newest(key: str) -> Loaded:
    """The version that a case of this kind starts on now.

    :raises NotFound: if none was published
    """
    row = _NEWEST.one(key=key)
    if row is None:
        raise NotFound(f"no published definition {key}")
    return loaded(row[0])


def source(definition_id: int) -> bytes:
    """The BPMN file of a definition, as published.

    :raises NotFound: if there is none
    """
    row = Definition.get_or_none(Definition.id == definition_id)
    if row is None:
        raise NotFound(f"definition {definition_id}")
    return bytes(row.source)


def forget() -> None:
    """Drop what was parsed; for a process that changes its database."""
    with _lock:
        _loaded.clear()


def _remember(row: Definition) -> Loaded:
    source = bytes(row.source)
    tables = {name: text.encode() for name, text in orjson.loads(row.tables).items()}
    made = Loaded(
        id=row.id,
        key=row.key,
        version=row.version,
        title=row.title,
        spec=spiff.parse(source, tables),
        diagram=reading.read(source),
    )
    with _lock:
        return _loaded.setdefault(row.id, made)
