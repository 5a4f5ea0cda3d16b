"""The FEEL texts of a model: compiled with its names, their needs noted, their errors placed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.errors import DiagramError
from engine.feel import Expression, FeelError, UnaryTests, compile, compile_unary

Compiled = TypeVar("Compiled", Expression, UnaryTests)


class Texts:
    """Compiles the texts of one model; ``free`` and ``calls`` gather what they ask for."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.free: set[str] = set()
        self.calls: set[str] = set()

    def expression(self, text: str, place: str) -> Expression:
        """Compile an expression.

        :raises DiagramError: with ``place``, if it cannot be read
        """
        return self._noted(compile, text, place)

    def tests(self, text: str, place: str) -> UnaryTests:
        """Compile the tests of a cell.

        :raises DiagramError: with ``place``, if they cannot be read
        """
        return self._noted(compile_unary, text, place)

    def _noted(
        self, read: Callable[[str, frozenset[str]], Compiled], text: str, place: str
    ) -> Compiled:
        try:
            compiled = read(text, self._names)
        except FeelError as error:
            raise DiagramError(f"{place}: {error}") from error
        self.free |= compiled.free
        self.calls |= compiled.calls
        return compiled
