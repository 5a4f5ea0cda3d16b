"""What can go wrong in the domain; no HTTP and no wording here.

``web/errors.py`` holds the one table from these classes to a status and to words.
"""

from __future__ import annotations


class ShenpiError(Exception):
    """Base of every domain error."""


class NotFound(ShenpiError):
    """There is no such thing, or the viewer may not know of it."""


class NotYours(ShenpiError):
    """The viewer may see this, but may not do that to it."""


class Invalid(ShenpiError):
    """What was entered cannot be accepted; ``fields`` maps a field name to an error code."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {code}" for name, code in fields.items()))
        self.fields = fields


class Refused(ShenpiError):
    """A rule forbids it now; ``code`` says which one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AlreadyDecided(ShenpiError):
    """Somebody was first: ``who`` did ``what`` at ``when`` (microseconds since 1970)."""

    def __init__(self, who: str, what: str, when: int) -> None:
        super().__init__(f"{what} at {when}")
        self.who = who
        self.what = what
        self.when = when


class Stale(ShenpiError):
    """The page showed an older revision of the case."""


class NobodyResponsible(ShenpiError):
    """No office with a holder was found and the diagram says that this is an incident."""


class DiagramError(ShenpiError):
    """A diagram or table cannot be read or run."""


class OperationFailed(ShenpiError):
    """A service operation failed; the step was rolled back and ``incident`` names the record."""

    def __init__(self, incident: str) -> None:
        super().__init__(incident)
        self.incident = incident
