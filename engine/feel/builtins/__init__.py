"""The functions that the standard gives every expression."""

from __future__ import annotations

from engine.feel.builtins import contexts, conversion, lists, numbers, ranges, strings
from engine.feel.builtins.registry import REGISTRY

LEFT_OUT = frozenset({"matches", "replace"})
"""Functions of the standard that are refused: a regular expression can hold up the program."""

__all__ = [
    "LEFT_OUT",
    "REGISTRY",
    "contexts",
    "conversion",
    "lists",
    "numbers",
    "ranges",
    "strings",
]
