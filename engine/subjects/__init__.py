"""What cases are about: each module submits one kind and holds the operations its diagram calls."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Import every subject, so that the catalogue holds all operations that diagrams may name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
