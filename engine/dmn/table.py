"""Decision tables: which rules match, and what the hit policy makes of them (DMN 1.3, 8.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from engine.dmn.errors import DmnError, DmnProblem
from engine.feel import Expression, UnaryTests
from engine.feel.builtins import REGISTRY
from engine.feel.scope import Scope
from engine.feel.values import equal


class HitPolicy(StrEnum):
    """What happens when more than one rule matches."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


class Aggregation(StrEnum):
    """What COLLECT makes of the collected outputs."""

    LIST = ""
    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True)
class Input:
    """A column of conditions: what is asked, and which values may come out of that."""

    expression: Expression
    allowed: UnaryTests | None = None


@dataclass(frozen=True)
class Output:
    """A column of results; ``ranking`` are its values from high to low priority."""

    name: str
    ranking: UnaryTests | None = None
    default: Expression | None = None


@dataclass(frozen=True)
class Rule:
    """A row: one test an input, None for any value, and one expression an output."""

    tests: tuple[UnaryTests | None, ...]
    results: tuple[Expression, ...]


@dataclass(frozen=True)
class DecisionTable:
    """A table that can be asked; ``name`` is for errors."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation = Aggregation.LIST

    def __call__(self, scope: Scope, names: Mapping[str, object]) -> object:
        """Answer for the values of ``names``.

        :raises DmnError: if rules contradict the hit policy, or an input is not allowed
        :raises FeelError: if a limit is passed
        """
        inner = scope.around(names)
        asked = [self._value(column, inner) for column in self.inputs]
        matching: Iterator[Rule] = (rule for rule in self.rules if _matches(rule, asked, inner))
        if self.policy is HitPolicy.FIRST:
            matching = islice(matching, 1)
        hits = [[result.inside(inner) for result in rule.results] for rule in matching]
        return _POLICIES[self.policy](self, hits, inner) if hits else self._default(inner)

    def _value(self, column: Input, scope: Scope) -> Scope:
        value = column.expression.inside(scope)
        asked = scope.inside({"?": value})
        if column.allowed and value is not None and column.allowed.inside(asked) is not True:
            raise DmnError(DmnProblem.NOT_ALLOWED, f"{self.name}: {column.expression.text}")
        return asked

    def _default(self, scope: Scope) -> object:
        if all(output.default is None for output in self.outputs):
            return None
        return self._shaped(
            [output.default.inside(scope) if output.default else None for output in self.outputs]
        )

    def _shaped(self, hit: Sequence[object]) -> object:
        if len(self.outputs) == 1:
            return hit[0]
        names = [output.name for output in self.outputs]
        return dict(zip(names, hit, strict=True))

    def _rank(self, hit: Sequence[object], scope: Scope) -> list[int]:
        return [
            output.ranking.place(scope.inside({"?": value})) if output.ranking else 0
            for output, value in zip(self.outputs, hit, strict=True)
        ]

    def _unique(self, hits: list[list[object]], _: Scope) -> object:
        if len(hits) > 1:
            raise DmnError(DmnProblem.SEVERAL_RULES, self.name)
        return self._shaped(hits[0])

    def _any(self, hits: list[list[object]], scope: Scope) -> object:
        first, *others = hits
        if not all(equal(list(first), list(other), scope.spend) for other in others):
            raise DmnError(DmnProblem.RULES_DISAGREE, self.name)
        return self._shaped(first)

    def _first(self, hits: list[list[object]], _: Scope) -> object:
        return self._shaped(hits[0])

    def _priority(self, hits: list[list[object]], scope: Scope) -> object:
        return self._shaped(min(hits, key=lambda hit: self._rank(hit, scope)))

    def _output_order(self, hits: list[list[object]], scope: Scope) -> object:
        ordered = sorted(hits, key=lambda hit: self._rank(hit, scope))
        return [self._shaped(hit) for hit in ordered]

    def _rule_order(self, hits: list[list[object]], _: Scope) -> object:
        return [self._shaped(hit) for hit in hits]

    def _collect(self, hits: list[list[object]], scope: Scope) -> object:
        values = [self._shaped(hit) for hit in hits]
        if self.aggregation is Aggregation.LIST:
            return values
        return REGISTRY[self.aggregation.lower()][0](scope, [values])


_POLICIES: dict[HitPolicy, Callable[[DecisionTable, list[list[object]], Scope], object]] = {
    HitPolicy.UNIQUE: DecisionTable._unique,
    HitPolicy.ANY: DecisionTable._any,
    HitPolicy.PRIORITY: DecisionTable._priority,
    HitPolicy.FIRST: DecisionTable._first,
    HitPolicy.COLLECT: DecisionTable._collect,
    HitPolicy.RULE_ORDER: DecisionTable._rule_order,
    HitPolicy.OUTPUT_ORDER: DecisionTable._output_order,
}


def _matches(rule: Rule, asked: Sequence[Scope], scope: Scope) -> bool:
    scope.spend(len(asked))
    return all(
        test is None or test.inside(value) is True
        for test, value in zip(rule.tests, asked, strict=True)
    )
