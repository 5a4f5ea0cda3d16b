"""What each kind of case shows of its subject: one entry a subject module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import NotFound


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as a reviewer or the applicant sees it.

    ``label`` is the Chinese message id. A ``masked`` field has its full value only after an
    unmasked view, which is logged: ``value`` is the masked text here. A ``coded`` value is a
    message id, too.
    """

    name: str
    label: str
    value: str
    masked: bool = False
    coded: bool = False
    file: int | None = None  # StoredFile to show as a picture


@dataclass(frozen=True, slots=True)
class Group:
    """A group of fields; ``form.show`` and ``form.edit`` of a user task name groups."""

    name: str
    label: str
    fields: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """How a kind of case presents itself.

    ``show`` gives the groups of a subject's id; ``reveal`` the full value of one masked field.
    ``fixed`` names the fields that the applicant cannot correct.
    """

    kind: str
    label: str
    show: Callable[[int], tuple[Group, ...]]
    reveal: Callable[[int, str], str]
    fixed: frozenset[str] = frozenset()


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Enter a subject; its module does so when it is imported."""
    _subjects[subject.kind] = subject


def subject_of(kind: str) -> Subject:
    """The subject of a kind of case.

    :raises NotFound: if no module registered it
    """
    if kind not in _subjects:
        raise NotFound(f"subject {kind}")
    return _subjects[kind]


def kinds() -> tuple[Subject, ...]:
    """Every registered subject, in the order of their kinds."""
    return tuple(_subjects[kind] for kind in sorted(_subjects))
