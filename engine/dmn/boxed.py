"""Boxed expressions (DMN 1.3, 7.3, 10.2): what stands in a decision or a knowledge model.

Each is called with the scope of the evaluation and the names with their values; a
``DecisionTable`` is one too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.feel import Expression, Function
from engine.feel.builtins.registry import call_function_by_name
from engine.feel.scope import Scope

Boxed = Callable[[Scope, Mapping[str, object]], object]


@dataclass(frozen=True)
class Literal:
    """A FEEL text."""

    expression: Expression

    def __call__(self, scope: Scope, names: Mapping[str, object]) -> object:
        """Evaluate the text."""
        return self.expression.inside(scope.around(names))


@dataclass(frozen=True)
class BoxedContext:
    """Entries, each seeing those before it; a last one without a name is the result."""

    entries: tuple[tuple[str, Boxed], ...]

    def __call__(self, scope: Scope, names: Mapping[str, object]) -> object:
        """Evaluate one entry after the other."""
        made: dict[str, object] = {}
        for name, entry in self.entries:
            value = entry(scope, {**names, **made})
            if not name:
                return value
            made[name] = value
        return made


@dataclass(frozen=True)
class BoxedList:
    """Items in order."""

    items: tuple[Boxed, ...]

    def __call__(self, scope: Scope, names: Mapping[str, object]) -> object:
        """Evaluate every item."""
        return [item(scope, names) for item in self.items]


@dataclass(frozen=True)
class Relation:
    """Rows of cells under named columns: a list of contexts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]

    def __call__(self, scope: Scope, names: Mapping[str, object]) -> object:
        """Evaluate every cell."""
        return [
            {column: cell(scope, names) for column, cell in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


@dataclass(frozen=True)
class Invocation:
    """A call of a knowledge model with its parameters by name."""

    target: Boxed
    bindings: tuple[tuple[str, Boxed], ...]

    def __call__(self, scope: Scope, names: Mapping[str, object]) -> object:
        """Call it; null if it is no function or knows no such parameter."""
        function = self.target(scope, names)
        values = {name: binding(scope, names) for name, binding in self.bindings}
        if not isinstance(function, Function):
            return None
        return call_function_by_name(scope, function, values)


@dataclass(frozen=True)
class FunctionDefinition:
    """Parameters and a body: the logic of a business knowledge model."""

    parameters: tuple[str, ...]
    body: Boxed

    def __call__(self, _: Scope, names: Mapping[str, object]) -> Function:
        """Return the function, which sees the names around its definition."""

        def run(caller: Scope, *values: object) -> object:
            given = dict(zip(self.parameters, values, strict=True))
            return self.body(caller, {**names, **given})

        return Function(self.parameters, run)
