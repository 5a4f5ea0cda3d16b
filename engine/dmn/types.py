"""The types of inputs and results: the standard's own, and those that a model defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.feel import UnaryTests
from engine.feel.values import Meter, kind

STANDARD = {
    "Any": "Any", "number": "number", "string": "string", "boolean": "boolean", "date": "date",
    "time": "time", "dateTime": "date and time", "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
    "context": "context", "integer": "number", "long": "number", "double": "number",
}  # fmt: skip
"""Names of types -> kinds; the last three are what Camunda's editors write for numbers."""


@dataclass(frozen=True)
class Type:
    """A kind or components, perhaps many of them, perhaps only certain values."""

    kind: str = "Any"
    many: bool = False
    components: Mapping[str, Type] = field(default_factory=dict)
    allowed: UnaryTests | None = None
    base: Type | None = None

    def coerced(self, value: object) -> object:
        """Return ``value`` as a list, or out of a list of one, if that is what the type asks."""
        if value is None:
            return None
        if self.is_many and not isinstance(value, list):
            return [value]
        if not self.is_many and self.leaf != "Any" and isinstance(value, list) and len(value) == 1:
            return value[0]
        return value

    @property
    def is_many(self) -> bool:
        """Say whether the type is of lists."""
        return self.many or (self.base is not None and self.base.is_many)

    @property
    def leaf(self) -> str:
        """Return the kind that the type comes down to."""
        return self.base.leaf if self.base is not None else self.kind

    def fits(self, value: object, spend: Meter) -> bool:
        """Say whether ``value`` is of the type; null always is."""
        if value is None:
            return True
        if self.many:
            return isinstance(value, list) and all(self._one_fits(item, spend) for item in value)
        return self._one_fits(value, spend)

    def _one_fits(self, value: object, spend: Meter) -> bool:
        spend(1)
        if value is None:
            return True
        if self.base is not None:
            return self.base.fits(value, spend)
        if self.components:
            return isinstance(value, dict) and all(
                component.fits(value.get(name), spend)
                for name, component in self.components.items()
            )
        return self.kind in ("Any", kind(value))

    def allows(self, value: object) -> bool:
        """Say whether a fitting ``value`` is among the allowed ones; null always is."""
        if value is None:
            return True
        values = value if self.many and isinstance(value, list) else [value]
        return all(self._allows_one(item) for item in values)

    def _allows_one(self, value: object) -> bool:
        if value is None:
            return True
        if self.base is not None and not self.base.allows(value):
            return False
        if self.allowed is not None and self.allowed(value) is not True:
            return False
        return not isinstance(value, dict) or all(
            component.allows(value.get(name)) for name, component in self.components.items()
        )


ANY = Type()
