"""Where names get their values while an expression is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.feel.errors import MAX_STRING, MAX_WORK, FeelError, FeelProblem
from engine.feel.values import from_python, measure

_STRUCTURES = (list, dict)
Functions = Mapping[str, Callable[..., object]]


class Scope:
    """Names with values, and the scope around it; the outermost holds the caller's context.

    ``left`` counts the steps that remain, in the ``root`` alone: the scope that the evaluation
    began with, so that functions that call functions share one allowance. ``plain`` says that
    ``names`` holds plain Python values, which still have to be turned into those of FEEL.
    """

    __slots__ = ("functions", "left", "names", "outer", "plain", "root")

    def __init__(
        self,
        names: Mapping[str, object],
        functions: Functions,
        outer: Scope | None = None,
        root: Scope | None = None,
    ) -> None:
        self.names = names
        self.functions = functions
        self.outer = outer
        self.root = root or self
        self.left = MAX_WORK
        self.plain = True

    def inside(self, names: Mapping[str, object], outer: Scope | None = None) -> Scope:
        """Return a scope within this one (or within ``outer``, as functions need it)."""
        return Scope(names, self.functions, outer or self, self.root)

    def around(self, names: Mapping[str, object]) -> Scope:
        """Return an outermost scope of FEEL values that shares functions and allowance."""
        scope = Scope(names, self.functions, None, self.root)
        scope.plain = False
        return scope

    def find(self, name: str) -> object:
        """Return the value of ``name``, null if nothing has it."""
        scope = self
        while scope.outer is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        value = scope.names.get(name)
        return from_python(value) if scope.plain else value

    def spend(self, steps: int) -> None:
        """Take ``steps`` from the allowance.

        :raises FeelError: when it is used up
        """
        root = self.root
        root.left -= steps
        if root.left < 0:
            raise FeelError(FeelProblem.TOO_MUCH_WORK, "the expression needs too many steps")

    def checked(self, value: object) -> object:
        """Return a result that is not too large to be walked through.

        :raises FeelError: if it is
        """
        if type(value) in _STRUCTURES:
            measure(value, self.spend)
        return value

    def text(self, text: str) -> str:
        """Pay for a string that was made, and return it.

        :raises FeelError: if it is too long
        """
        if len(text) > MAX_STRING:
            raise FeelError(FeelProblem.TOO_LARGE, f"a text has at most {MAX_STRING} characters")
        self.spend(len(text) >> 6)
        return text
