"""What goes in and out of the seam to SpiffWorkflow: plain values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.errors import ShenpiError

Operate = Callable[[str, Mapping[str, str], dict[str, object]], Mapping[str, object] | None]
"""Carries out a service operation: its name, its declared parameters (the other keys of the
service task) and a copy of the task data; what it returns is merged into the task data."""


class NotWaiting(ShenpiError):
    """The case does not wait for this task or message now."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open user task: ``id`` (16 bytes) never changes, ``node`` is its element.

    ``data`` is its task data: the small facts that routing sees.
    """

    id: bytes
    node: str
    data: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """What the diagram says after one step of a case.

    ``state`` is the encoded case, None when it ended. ``waiting`` are all open user tasks.
    ``walked`` are the elements completed in this step, in order. ``next_timer_at`` is the
    earliest armed timer in microseconds since 1970 (UTC). ``end`` is the last end event reached,
    when ended. ``live`` is opaque: hand the step to :func:`engine.spiff.keep`.
    """

    state: bytes | None
    waiting: tuple[Waiting, ...]
    walked: tuple[str, ...]
    next_timer_at: int | None
    ended: bool
    end: str | None
    live: object
