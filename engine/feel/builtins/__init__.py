"""The functions that the standard gives every expression."""

from __future__ import annotations

from engine.feel.builtins import numbers, strings
from engine.feel.builtins.registry import REGISTRY

LEFT_OUT = frozenset({"matches", "replace", "now", "today", "external"})
"""Functions of the standard that are refused: regular expressions, which can hold up the program,
and the clock, which would make an answer depend on when it is asked."""

__all__ = ["LEFT_OUT", "REGISTRY", "numbers", "strings"]
