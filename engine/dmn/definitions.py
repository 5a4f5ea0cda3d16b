"""The item definitions of a model -> types."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.dmn.types import ANY, STANDARD, Type
from engine.dmn.xml import Xml, child, children, text_of, words
from engine.errors import DiagramError
from engine.feel import UnaryTests

Tests = Callable[[str, str], UnaryTests]
"""Compiles a text of tests; the second text says where it stands."""
_DEEPEST = 20


class Types:
    """Finds types by name; ``tests`` compiles what is allowed."""

    def __init__(self, root: Xml, tests: Tests) -> None:
        self._tests = tests
        self._items: Mapping[str, Xml] = {
            words(item.get("name")): item for item in children(root, "itemDefinition")
        }
        self._known: dict[str, Type] = {}
        for name in self._items:
            self.named(name)

    def named(self, name: str | None, depth: int = 0) -> Type:
        """Return the type of a ``typeRef``; any type without one.

        :raises DiagramError: if there is no such type, or it contains itself
        """
        if name is None or not name.strip():
            return ANY
        plain = words(name)
        if plain in self._known:
            return self._known[plain]
        if plain in self._items:
            self._known[plain] = self._read(self._items[plain], depth)
            return self._known[plain]
        standard = plain.removeprefix("feel:").removeprefix("feel.")
        if standard not in STANDARD:
            raise DiagramError(f"there is no type {plain!r}")
        return Type(STANDARD[standard])

    def _read(self, item: Xml, depth: int) -> Type:
        name = words(item.get("name"))
        if depth > _DEEPEST:
            raise DiagramError(f"type {name!r} contains itself, or too many others")
        many = item.get("isCollection") == "true"
        allowed = text_of(child(item, "allowedValues"))
        reference = child(item, "typeRef")
        return Type(
            kind="context" if child(item, "itemComponent") is not None else "Any",
            many=many,
            components={
                words(part.get("name")): self._read(part, depth + 1)
                for part in children(item, "itemComponent")
            },
            allowed=self._tests(allowed, f"type {name!r}") if allowed else None,
            base=None if reference is None else self.named(reference.text, depth + 1),
        )
