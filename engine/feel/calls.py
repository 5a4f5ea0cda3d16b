"""Code of function calls: built in, given by the caller of the expression, or a value."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel.builtins import LEFT_OUT, REGISTRY
from engine.feel.builtins.registry import Builtin, call_function, call_function_by_name
from engine.feel.errors import FeelError, FeelProblem
from engine.feel.operators import Code
from engine.feel.scope import Scope
from engine.feel.values import Function, from_python

Names = tuple[str, ...] | None
"""Names of the arguments; None if they are given by position."""


def of_value(target: Code, names: Names, parts: Sequence[Code]) -> Code:
    """Call the function that an expression yields; null if it yields none."""

    def code(scope: Scope) -> object:
        found = target(scope)
        if not isinstance(found, Function):
            return None
        return _call(scope, found, names, [part(scope) for part in parts])

    return code


def _call(scope: Scope, function: Function, names: Names, values: Sequence[object]) -> object:
    if names is None:
        return call_function(scope, function, values)
    return call_function_by_name(scope, function, dict(zip(names, values, strict=True)))


def of_builtin(name: str, names: Names, parts: Sequence[Code], position: int | None) -> Code | None:
    """Call a built-in function; None if there is none of that name.

    :raises FeelError: if it cannot be called with such arguments
    """
    if name in LEFT_OUT:
        raise FeelError(FeelProblem.LEFT_OUT, f"{name} is not available here", position)
    if name not in REGISTRY:
        return None
    fitting = [
        (each, order) for each in REGISTRY[name] if (order := _order(each, names, len(parts)))
    ]
    if not fitting:
        raise FeelError(FeelProblem.ARGUMENTS, f"wrong arguments for {name}", position)
    return _overloaded(fitting, parts)


def _order(function: Builtin, names: Names, count: int) -> list[int] | None:
    if names is None:
        return list(range(count)) if function.fits(count) else None
    return function.order(names)


def _overloaded(fitting: Sequence[tuple[Builtin, list[int]]], parts: Sequence[Code]) -> Code:
    def code(scope: Scope) -> object:
        given = [part(scope) for part in parts]
        for function, order in fitting:
            result = function(scope, [given[place] if place >= 0 else None for place in order])
            if result is not None:
                return result
        return None

    return code


def of_given(name: str, names: Names, parts: Sequence[Code]) -> Code:
    """Call one of the functions given to the evaluation, or a function in its context."""

    def code(scope: Scope) -> object:
        values = [part(scope) for part in parts]
        outside = scope.functions.get(name)
        if outside is None:
            found = scope.find(name)
            return _call(scope, found, names, values) if isinstance(found, Function) else None
        try:
            if names is None:
                return from_python(outside(*values))
            return from_python(outside(**dict(zip(names, values, strict=True))))
        except (TypeError, ValueError, ArithmeticError) as error:
            raise FeelError(
                FeelProblem.FUNCTION_FAILED, f"{name} cannot work with these values"
            ) from error

    return code
