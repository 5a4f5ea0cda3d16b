"""How a built-in function is declared, found and called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from engine.feel.scope import Scope
from engine.feel.values import Function, Months, Range

Run = Callable[..., object]
Declared = TypeVar("Declared", bound=Run)
_TYPES: dict[str, tuple[type, ...]] = {
    "any": (object,),
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (date,),
    "time": (time, datetime),
    "duration": (timedelta, Months),
    "range": (Range,),
    "function": (Function,),
}


@dataclass(frozen=True)
class Parameter:
    """``name: kind``; an optional one may be missing or null."""

    name: str
    kind: str
    optional: bool = False

    def accept(self, value: object) -> object:
        """Return the value as the kind asks for it.

        :raises ValueError: if it is of another kind
        """
        if self.kind == "any" or isinstance(value, _TYPES[self.kind]):
            return value
        if value is None and self.optional:
            return None
        if self.kind == "list" and value is not None:
            return [value]
        if isinstance(value, list) and len(value) == 1:
            return self.accept(value[0])
        raise ValueError(self.name)


@dataclass(frozen=True)
class Builtin:
    """One signature of a built-in function; ``variadic`` takes a list or its items."""

    parameters: tuple[Parameter, ...]
    run: Run
    variadic: bool = False

    def fits(self, count: int) -> bool:
        """Say whether it can be called with so many values by position."""
        if self.variadic:
            return count > 0
        required = sum(not parameter.optional for parameter in self.parameters)
        return required <= count <= len(self.parameters)

    def order(self, names: Sequence[str]) -> list[int] | None:
        """Return for each parameter the place among ``names``, -1 for none; None if unfit."""
        known = [parameter.name for parameter in self.parameters]
        if not set(names) <= set(known):
            return None
        places = [names.index(name) if name in names else -1 for name in known]
        for parameter, place in zip(self.parameters, places, strict=True):
            if place < 0 and not parameter.optional:
                return None
        return places

    def __call__(self, scope: Scope, values: Sequence[object]) -> object:
        """Call it; null for values of the wrong kind or without a result."""
        if self.variadic and not (len(values) == 1 and isinstance(values[0], list)):
            values = [list(values)]
        scope.spend(1 + sum(map(_weight, values)))
        try:
            accepted = [
                parameter.accept(value)
                for parameter, value in zip(self.parameters, values, strict=False)
            ]
            return self.run(scope, *accepted)
        except (ArithmeticError, ValueError):
            return None


def _weight(value: object) -> int:
    if isinstance(value, str):
        return len(value) >> 6
    return len(value) if isinstance(value, (list, dict)) else 0


REGISTRY: dict[str, list[Builtin]] = {}


def builtin(name: str, *parameters: str, variadic: bool = False) -> Callable[[Declared], Declared]:
    """Register a function; a parameter reads ``name: kind``, with ``?`` at the end if optional."""

    def register(run: Declared) -> Declared:
        declared = tuple(_parameter(text) for text in parameters)
        REGISTRY.setdefault(name, []).append(Builtin(declared, run, variadic))
        return run

    return register


def _parameter(text: str) -> Parameter:
    name, kind = text.split(": ")
    return Parameter(name, kind.rstrip("?"), kind.endswith("?"))


def call_function(scope: Scope, function: Function, values: Sequence[object]) -> object:
    """Call a function value by position; null if the number of values is wrong."""
    if len(values) != len(function.parameters):
        return None
    scope.spend(1)
    return function.run(scope, *values)


def call_function_by_name(scope: Scope, function: Function, values: Mapping[str, object]) -> object:
    """Call a function value by name; a parameter that is not named is null."""
    if not set(values) <= set(function.parameters):
        return None
    return call_function(scope, function, [values.get(name) for name in function.parameters])
