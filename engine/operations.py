"""The catalogue of operations that service tasks of a diagram may name (design.md decision 7).

An operation is a function of ours; a diagram only names it. It runs inside the transaction of the
step that reached it: when it fails, the whole step is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.actor import Actor
from engine.errors import DiagramError, ShenpiError


@dataclass(frozen=True, slots=True)
class Context:
    """What an operation knows of the case it runs in; ``now`` is in microseconds."""

    case: int
    kind: str
    account: int
    unit: int
    subject: int
    actor: Actor | None
    now: int
    data: Mapping[str, object]
    params: Mapping[str, str]


Run = Callable[[Context], Mapping[str, object] | None]


@dataclass(frozen=True, slots=True)
class Operation:
    """An entry of the catalogue: its name in diagrams, its titles, the parameters it reads."""

    name: str
    zh: str
    en: str
    parameters: tuple[str, ...]
    run: Run


class OperationBroke(ShenpiError):
    """An operation raised something unforeseen; the cause is chained."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


_catalogue: dict[str, Operation] = {}


def operation(
    name: str, *, zh: str, en: str, parameters: tuple[str, ...] = ()
) -> Callable[[Run], Run]:
    """Enter a function into the catalogue under the name that diagrams use."""

    def enter(run: Run) -> Run:
        if name in _catalogue:
            raise ValueError(f"operation {name} is defined twice")
        _catalogue[name] = Operation(name, zh, en, parameters, run)
        return run

    return enter


def catalogue() -> Mapping[str, Operation]:
    """Every operation that was registered, by name."""
    return _catalogue


def run(name: str, context: Context) -> Mapping[str, object] | None:
    """Carry out an operation of the catalogue.

    :raises DiagramError: if there is none of that name
    :raises ShenpiError: whatever rule the operation itself found broken
    :raises OperationBroke: if it failed in a way nobody foresaw
    """
    entry = _catalogue.get(name)
    if entry is None:
        raise DiagramError(f"unknown operation {name}")
    try:
        return entry.run(context)
    except ShenpiError:
        raise
    except Exception as error:  # the one place where any failure becomes an incident
        raise OperationBroke(name) from error
