"""What can be wrong with an expression, and how large one may be."""

from __future__ import annotations

from enum import StrEnum

from engine.errors import ShenpiError

MAX_TEXT = 4_000
"""Characters of one expression."""
MAX_DEPTH = 48
"""Levels of nesting: brackets, conditions in conditions, a path of members."""
MAX_WORK = 100_000
"""Steps of one evaluation; a step is about one part of the expression evaluated once."""
MAX_STRING = 100_000
"""Characters of a string that an expression may make."""


class FeelProblem(StrEnum):
    """Stable code of a :class:`FeelError`; interfaces translate it."""

    TOO_LONG = "too-long"
    TOO_DEEP = "too-deep"
    TOO_MUCH_WORK = "too-much-work"
    TOO_LARGE = "too-large"
    BAD_CHARACTER = "bad-character"
    BAD_LITERAL = "bad-literal"
    SYNTAX = "syntax"
    UNEXPECTED_END = "unexpected-end"
    DUPLICATE_NAME = "duplicate-name"
    ARGUMENTS = "arguments"
    LEFT_OUT = "left-out"
    UNKNOWN_TYPE = "unknown-type"
    UNSUPPORTED_VALUE = "unsupported-value"
    FUNCTION_FAILED = "function-failed"


class FeelError(ShenpiError):
    """An expression cannot be read, or may not be evaluated any further.

    ``code`` is one of :class:`FeelProblem`; ``position`` counts characters from 0, None if the
    trouble has no place in the text.
    """

    def __init__(self, code: FeelProblem, message: str, position: int | None = None) -> None:
        place = "" if position is None else f" (at character {position + 1})"
        super().__init__(message + place)
        self.code = code
        self.position = position
