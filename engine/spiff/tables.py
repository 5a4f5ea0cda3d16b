"""Decision tables for business rule tasks: ours, never SpiffWorkflow's cells of Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.errors import DiagramError


class Tables:
    """The DMN sources that come with a diagram."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources

    def decision(
        self, task: str, reference: str | None, variable: str | None
    ) -> Callable[[Mapping[str, object]], Mapping[str, object]]:
        """What decides for this business rule task. Raises DiagramError if nothing does."""
        raise DiagramError(f"{task}: decision {reference} is not among the tables ({variable})")
