"""What a check is given and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.diagram.reading import Diagram

FUNCTIONS = frozenset({"workdays", "now", "today"})
"""What the engine gives to every expression, besides FEEL's own functions."""

MESSAGES = frozenset({"withdraw"})
"""Messages that something in Shenpi sends."""


class Severity(StrEnum):
    """An error stops publishing; a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one element, in both languages; an empty element means the file."""

    element: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with the rule that made it and how much it matters."""

    rule: str
    element: str
    severity: Severity
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.severity} {self.rule} {self.element or '-'}: {self.zh}"


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """What exists to route to: held office codes, kinds of unit, how deep the tree is."""

    offices: frozenset[str]
    kinds: frozenset[str]
    depth: int


@dataclass(frozen=True, slots=True)
class Context:
    """What rules know besides the diagram.

    ``root`` is the parsed file, ``operations`` maps each known operation to its parameters. What is
    None is not known here and not checked.
    """

    root: Any
    operations: Mapping[str, frozenset[str]] | None = None
    hierarchy: Hierarchy | None = None
    functions: frozenset[str] = FUNCTIONS
    messages: frozenset[str] = MESSAGES


Rule = Callable[[Diagram, Context], Iterable[Finding]]


def called(diagram: Diagram, node_id: str) -> str:
    """How a message names a node: as it reads in the diagram, with its id."""
    name = diagram.node(node_id).name if node_id in diagram else ""
    return f"“{name}”（{node_id}）" if name else node_id
