"""What can go wrong when a model that could be read is asked."""

from __future__ import annotations

from enum import StrEnum

from engine.errors import ShenpiError


class DmnProblem(StrEnum):
    """Stable code of a :class:`DmnError`; interfaces translate it."""

    UNKNOWN_DECISION = "unknown-decision"
    WRONG_TYPE = "wrong-type"
    NOT_ALLOWED = "not-allowed"
    SEVERAL_RULES = "several-rules"
    RULES_DISAGREE = "rules-disagree"


class DmnError(ShenpiError):
    """A decision has no defined answer; ``code`` says why, ``subject`` names input or decision.

    The message never repeats a value: it may be personal data.
    """

    def __init__(self, code: DmnProblem, subject: str) -> None:
        super().__init__(f"{code}: {subject}")
        self.code = code
        self.subject = subject
