"""FEEL, the language of conditions, decision tables and timers (DMN 1.3; docs/feel.md).

Pure: an expression sees the values that it is given, and nothing else. It is compiled once and
evaluated often; its text, depth and work are bounded, so that a diagram from a stranger can
neither reach into the program nor hold it up.
"""

from __future__ import annotations

from engine.feel.errors import FeelError, FeelProblem
from engine.feel.expression import (
    Expression,
    UnaryTests,
    compile,
    compile_unary,
    evaluate,
)
from engine.feel.values import Function, Months, Range

__all__ = [
    "Expression",
    "FeelError",
    "FeelProblem",
    "Function",
    "Months",
    "Range",
    "UnaryTests",
    "compile",
    "compile_unary",
    "evaluate",
]
