"""The seam to SpiffWorkflow: nothing outside this package knows it."""

from __future__ import annotations

from engine.spiff.change import migrate, reset
from engine.spiff.parser import Spec, parse
from engine.spiff.run import complete, keep, listening, send, start, tick
from engine.spiff.step import NotWaiting, Operate, Step, Waiting

__all__ = [
    "NotWaiting",
    "Operate",
    "Spec",
    "Step",
    "Waiting",
    "complete",
    "keep",
    "listening",
    "migrate",
    "parse",
    "reset",
    "send",
    "start",
    "tick",
]
