"""Functions of numbers and of truth (DMN 1.3, 10.3.4.2, 10.3.4.5)."""

from __future__ import annotations

import decimal
from decimal import Decimal

from engine.feel.builtins.registry import builtin
from engine.feel.scope import Scope
from engine.feel.values import NUMBERS, finite

_HIGHEST_SCALE = 6176


def _rounded(number: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    places = int(scale or 0)
    if abs(places) > _HIGHEST_SCALE:
        return None
    if number.adjusted() + places >= NUMBERS.prec:  # more digits than a number has
        return number
    step = Decimal((0, (1,), -places))
    return finite(number.quantize(step, rounding=rounding, context=NUMBERS))


@builtin("decimal", "n: number", "scale: number")
def _decimal(_: Scope, number: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(number, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor", "n: number", "scale: number?")
def _floor(_: Scope, number: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return _rounded(number, scale, decimal.ROUND_FLOOR)


@builtin("ceiling", "n: number", "scale: number?")
def _ceiling(_: Scope, number: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return _rounded(number, scale, decimal.ROUND_CEILING)


@builtin("round up", "n: number", "scale: number")
def _round_up(_: Scope, number: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(number, scale, decimal.ROUND_UP)


@builtin("round down", "n: number", "scale: number")
def _round_down(_: Scope, number: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(number, scale, decimal.ROUND_DOWN)


@builtin("round half up", "n: number", "scale: number")
def _round_half_up(_: Scope, number: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(number, scale, decimal.ROUND_HALF_UP)


@builtin("round half down", "n: number", "scale: number")
def _round_half_down(_: Scope, number: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(number, scale, decimal.ROUND_HALF_DOWN)


@builtin("modulo", "dividend: number", "divisor: number")
def _modulo(_: Scope, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    rest = NUMBERS.remainder(dividend, divisor)
    if rest and rest.is_signed() != divisor.is_signed():
        rest = NUMBERS.add(rest, divisor)
    return finite(rest)


@builtin("sqrt", "number: number")
def _sqrt(_: Scope, number: Decimal) -> Decimal | None:
    return finite(NUMBERS.sqrt(number))


@builtin("log", "number: number")
def _log(_: Scope, number: Decimal) -> Decimal | None:
    return finite(NUMBERS.ln(number))


@builtin("exp", "number: number")
def _exp(_: Scope, number: Decimal) -> Decimal | None:
    return finite(NUMBERS.exp(number))


@builtin("odd", "number: number")
def _odd(_: Scope, number: Decimal) -> bool:
    return abs(NUMBERS.remainder(number, Decimal(2))) == 1


@builtin("even", "number: number")
def _even(_: Scope, number: Decimal) -> bool:
    return NUMBERS.remainder(number, Decimal(2)) == 0


@builtin("not", "negand: boolean")
def _not(_: Scope, negand: bool) -> bool:  # noqa: FBT001 - a value of the language
    return not negand
