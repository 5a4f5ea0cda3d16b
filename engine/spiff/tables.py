"""Decision tables for business rule tasks: ours, never SpiffWorkflow's cells of Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine import dmn
from engine.errors import DiagramError
from engine.feel import FeelError
from engine.spiff.timers import Functions

Decide = Callable[[Mapping[str, object], Functions], Mapping[str, object]]
"""From task data to what the decision adds to it."""


class Tables:
    """The DMN sources that come with a diagram."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._models: list[dmn.DecisionModel] = []
        for name, source in sources.items():
            try:
                self._models.append(dmn.read(source))
            except (FeelError, DiagramError) as error:
                raise DiagramError(f"{name}: {error}") from error

    def decision(self, task: str, reference: str | None, variable: str | None) -> Decide:
        """What decides for this business rule task.

        ``reference`` is the id of a decision. Its answer is put into the task data under
        ``variable``, or else: a context under its own names, anything else under ``reference``.
        Raises DiagramError if no table has this decision.
        """
        for model in self._models:
            if reference is not None and reference in model.decisions:
                return _Asking(model, reference, variable)
        raise DiagramError(f"{task}: decision {reference} is not among the tables")


class _Asking:
    def __init__(self, model: dmn.DecisionModel, decision: str, variable: str | None) -> None:
        self._model = model
        self._decision = decision
        self._variable = variable

    def __call__(self, data: Mapping[str, object], functions: Functions) -> Mapping[str, object]:
        answer = self._model.decide(self._decision, data, functions)
        if self._variable is None and isinstance(answer, Mapping):
            return answer
        return {self._variable or self._decision: answer}
