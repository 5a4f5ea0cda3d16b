"""The front of the language: compile a text, evaluate it with values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from engine.feel import operators
from engine.feel.compiler import Compiler
from engine.feel.errors import FeelError, FeelProblem
from engine.feel.grammar import parse
from engine.feel.lexer import Source
from engine.feel.operators import Code, Test
from engine.feel.scope import Functions, Scope
from engine.feel.values import from_python

_NO_FUNCTIONS: Functions = MappingProxyType({})
_ANY_VALUE = frozenset({"-", ""})


class Expression:
    """A compiled expression; safe to share between threads.

    ``free`` are the names that the context must hold, ``members`` names in filters, which may be
    members of the items instead, ``calls`` functions that are not built in.
    """

    __slots__ = ("_code", "calls", "free", "members", "text")

    def __init__(self, text: str, names: frozenset[str] = frozenset()) -> None:
        tree = parse(Source(text, names))
        compiler = Compiler()
        self.text = text
        self._code: Code = compiler.code(tree)
        self.free = frozenset(compiler.free)
        self.members = frozenset(compiler.members)
        self.calls = frozenset(compiler.functions)

    def __call__(
        self, context: Mapping[str, object], functions: Functions = _NO_FUNCTIONS
    ) -> object:
        """Evaluate with plain Python values; a name that ``context`` lacks is null.

        ``functions`` are called with FEEL values, so numbers come as ``Decimal``; they cannot
        take the place of built-in ones.

        :raises FeelError: when a limit is passed, a value has no FEEL type or a given function
            cannot work with its arguments; all other trouble is null, as the standard says
        """
        try:
            scope = Scope(context, functions)
            return scope.checked(self._code(scope))
        except RecursionError as error:
            raise FeelError(FeelProblem.TOO_DEEP, "functions call each other too deep") from error

    def inside(self, scope: Scope) -> object:
        """Evaluate with the names and the allowance of an outermost scope (for tables)."""
        return self._code(scope)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests:
    """The compiled tests of a table cell, asked of one value (``?``)."""

    __slots__ = ("_alternatives", "_test", "calls", "free", "text")

    def __init__(self, text: str, names: frozenset[str] = frozenset()) -> None:
        compiler = Compiler(frozenset({"?"}))
        self.text = text
        self._alternatives = _compile_tests(text, names, compiler)
        self._test = operators.any_test(self._alternatives)
        self.free = frozenset(compiler.free)
        self.calls = frozenset(compiler.functions)

    def __call__(
        self,
        value: object,
        context: Mapping[str, object] = MappingProxyType({}),
        functions: Functions = _NO_FUNCTIONS,
    ) -> bool | None:
        """Say whether ``value`` passes; null when that cannot be told.

        :raises FeelError: as :class:`Expression`
        """
        try:
            asked = from_python(value)
            return self._test(Scope(context, functions).inside({"?": asked}), asked)
        except RecursionError as error:
            raise FeelError(FeelProblem.TOO_DEEP, "functions call each other too deep") from error

    def place(self, scope: Scope) -> int:
        """Return which of the tests, from 0, the value ``?`` passes first; their number if none."""
        passed = (
            place
            for place, test in enumerate(self._alternatives)
            if test(scope, scope.names["?"]) is True
        )
        return next(passed, len(self._alternatives))

    def inside(self, scope: Scope) -> bool | None:
        """Ask of the value that ``scope`` holds as ``?`` (for tables)."""
        return self._test(scope, scope.names["?"])

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def _compile_tests(text: str, names: frozenset[str], compiler: Compiler) -> list[Test]:
    if text.strip() in _ANY_VALUE:
        return [lambda _scope, _value: True]
    tree = parse(Source(text, names, unary=True))
    tests = compiler.alternatives(tree)
    if tree.data == "not_tests":
        return [operators.negated_test(operators.any_test(tests))]
    return tests


@lru_cache(maxsize=4096)
def compile(text: str, names: frozenset[str] = frozenset()) -> Expression:
    """Compile an expression; ``names`` are known names that hold operators or keywords.

    Names of several plain words need not be announced.

    :raises FeelError: with code and position
    """
    return Expression(text, names)


@lru_cache(maxsize=4096)
def compile_unary(text: str, names: frozenset[str] = frozenset()) -> UnaryTests:
    """Compile the tests of a table cell; ``-`` and nothing at all pass every value.

    :raises FeelError: with code and position
    """
    return UnaryTests(text, names)


def evaluate(
    text: str, context: Mapping[str, object], functions: Functions = _NO_FUNCTIONS
) -> object:
    """Compile and evaluate; names of the context with operators in them are understood.

    :raises FeelError: as :func:`compile` and :class:`Expression`
    """
    special = frozenset(name for name in context if not name.isidentifier())
    return compile(text, special)(context, functions)
