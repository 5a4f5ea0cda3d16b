"""A decision model: decisions that ask inputs, other decisions and knowledge models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.dmn.boxed import Boxed
from engine.dmn.errors import DmnError, DmnProblem
from engine.dmn.types import ANY, Type
from engine.errors import DiagramError
from engine.feel import FeelError, FeelProblem
from engine.feel.scope import Scope
from engine.feel.values import from_python

MAX_CHAIN = 40
"""Decisions in a row that ask each other."""


@dataclass(frozen=True)
class Element:
    """A decision or a business knowledge model; ``requires`` are the ids of others."""

    id: str
    name: str
    variable: str
    logic: Boxed
    type: Type = ANY
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecisionModel:
    """What :func:`engine.dmn.read` made of a source; safe to share between threads.

    ``decisions`` maps ids to names; ``inputs`` are the names of the values that it asks for,
    declared in the model or used in it; ``functions`` the functions that are not built in.
    """

    name: str
    decisions: Mapping[str, str]
    inputs: frozenset[str]
    functions: frozenset[str]
    _elements: Mapping[str, Element] = field(repr=False)
    _types: Mapping[str, Type] = field(repr=False)

    def __post_init__(self) -> None:
        known: dict[str, int] = {}
        for key in self._elements:
            _chain(self._elements, key, (), known)

    def decide(
        self,
        decision: str,
        inputs: Mapping[str, object],
        functions: Mapping[str, Callable[..., object]] = MappingProxyType({}),
    ) -> object:
        """Answer the decision of that name or id; an input that is missing is null.

        :raises DmnError: for an unknown decision, an input of the wrong type or not among the
            allowed values, and rules that contradict the hit policy
        :raises FeelError: if a limit is passed, or an input has no FEEL type
        """
        element = self._element(decision)
        scope = Scope({}, functions)
        try:
            names = {
                name: self._checked(name, from_python(value), scope)
                for name, value in inputs.items()
            }
            names = dict.fromkeys(self._types) | names
            return scope.checked(self._answer(element, scope, names, {}))
        except RecursionError as error:
            raise FeelError(FeelProblem.TOO_DEEP, "functions call each other too deep") from error

    def _element(self, decision: str) -> Element:
        if decision in self.decisions:
            return self._elements[decision]
        for key, name in self.decisions.items():
            if name == decision:
                return self._elements[key]
        raise DmnError(DmnProblem.UNKNOWN_DECISION, decision)

    def _checked(self, name: str, value: object, scope: Scope) -> object:
        wanted = self._types.get(name, ANY)
        value = wanted.coerced(value)
        if not wanted.fits(value, scope.spend):
            raise DmnError(DmnProblem.WRONG_TYPE, name)
        if not wanted.allows(value):
            raise DmnError(DmnProblem.NOT_ALLOWED, name)
        return value

    def _answer(
        self,
        element: Element,
        scope: Scope,
        inputs: Mapping[str, object],
        known: dict[str, object],
    ) -> object:
        if element.id in known:
            return known[element.id]
        names = dict(inputs)
        for key in element.requires:
            required = self._elements[key]
            names[required.variable] = self._answer(required, scope, inputs, known)
        value = element.type.coerced(element.logic(scope, names))
        known[element.id] = value if element.type.fits(value, scope.spend) else None
        return known[element.id]


def _chain(
    elements: Mapping[str, Element], key: str, path: tuple[str, ...], known: dict[str, int]
) -> int:
    """Return how many elements in a row ``key`` begins.

    :raises DiagramError: if they are too many, or go round in a circle
    """
    if key in path:
        raise DiagramError(f"{elements[key].name} asks itself, through what it requires")
    if key not in known:
        path = (*path, key)
        required = elements[key].requires if len(path) <= MAX_CHAIN else ()
        below = [_chain(elements, each, path, known) for each in required]
        known[key] = 1 + max(below, default=0)
    if len(path) > MAX_CHAIN or known[key] > MAX_CHAIN:
        raise DiagramError(f"more than {MAX_CHAIN} decisions ask each other in a row")
    return known[key]
