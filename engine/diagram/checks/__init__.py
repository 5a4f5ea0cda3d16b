"""The checks a diagram passes before it is published: one rule, one function.

``POLICY`` is the whole of what is asked. ``docs/checks.md`` has a paragraph for each rule, and
``tests/engine/diagrams`` a right and a wrong diagram.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine import spiff
from engine.diagram import reading
from engine.diagram.checks import dialect, expressions, graph, people, wording
from engine.diagram.checks.problem import (
    Context,
    Finding,
    Hierarchy,
    Problem,
    Rule,
    Severity,
)
from engine.errors import DiagramError

__all__ = ["POLICY", "Context", "Finding", "Hierarchy", "Problem", "Severity", "check", "name_of"]

POLICY: Mapping[Rule, Severity] = {
    dialect.no_scripts: Severity.ERROR,
    dialect.feel_only: Severity.ERROR,
    dialect.runnable_elements: Severity.ERROR,
    dialect.boundary_host: Severity.ERROR,
    dialect.unique_ids: Severity.ERROR,
    dialect.node_count: Severity.ERROR,
    dialect.executable: Severity.ERROR,
    dialect.labelled: Severity.ERROR,
    dialect.flows_labelled: Severity.WARNING,
    dialect.drawn: Severity.WARNING,
    graph.one_start: Severity.ERROR,
    graph.flow_ends: Severity.ERROR,
    graph.reachable: Severity.ERROR,
    graph.dead_end: Severity.ERROR,
    graph.way_out: Severity.ERROR,
    graph.loop_waits: Severity.ERROR,
    graph.gateway_default: Severity.ERROR,
    graph.conditions_placed: Severity.ERROR,
    graph.implicit_split: Severity.ERROR,
    graph.fake_join: Severity.ERROR,
    graph.gateway_purpose: Severity.WARNING,
    graph.side_branch: Severity.ERROR,
    graph.end_outcome: Severity.ERROR,
    wording.known_keys: Severity.ERROR,
    wording.key_values: Severity.ERROR,
    wording.required_keys: Severity.ERROR,
    wording.known_operations: Severity.ERROR,
    wording.task_parameter: Severity.ERROR,
    wording.known_messages: Severity.ERROR,
    expressions.conditions_compile: Severity.ERROR,
    expressions.timers_compile: Severity.ERROR,
    expressions.outcomes_lead: Severity.WARNING,
    expressions.conditions_reached: Severity.ERROR,
    people.applicant_task: Severity.ERROR,
    people.known_unit: Severity.ERROR,
    people.skip_approves: Severity.ERROR,
    people.one_signature: Severity.ERROR,
    people.office_held: Severity.ERROR,
    people.units_exist: Severity.WARNING,
}

READS, RUNS = "reads", "runs"
"""Names of the first gate (the file can be read) and the last one (the engine accepts it)."""


def check(
    source: bytes,
    *,
    tables: Mapping[str, bytes] | None = None,
    operations: Mapping[str, frozenset[str]] | None = None,
    hierarchy: Hierarchy | None = None,
) -> list[Problem]:
    """Everything that is wrong with a diagram, in the order of ``POLICY``; nothing is raised.

    :param operations: parameters of each operation of the catalogue; None leaves them unchecked
    :param hierarchy: what there is to route to; None leaves that unchecked
    """
    try:
        root = reading.parse(source)
        diagram = reading.diagram_of(root)
    except DiagramError as error:
        return [_gate(READS, "流程图无法读取", error)]
    context = Context(root=root, operations=operations, hierarchy=hierarchy)
    problems = [
        Problem(name_of(rule), finding.element, severity, finding.zh, finding.en)
        for rule, severity in POLICY.items()
        for finding in rule(diagram, context)
    ]
    if not any(problem.severity is Severity.ERROR for problem in problems):
        problems += _runs(source, tables)
    return problems


def name_of(rule: Rule) -> str:
    """The name of a rule, as messages and the documentation write it."""
    return rule.__name__.replace("_", "-")


def _runs(source: bytes, tables: Mapping[str, bytes] | None) -> list[Problem]:
    try:
        spiff.parse(source, tables)
    except DiagramError as error:
        return [_gate(RUNS, "引擎不能运行此流程图", error)]
    return []


def _gate(rule: str, zh: str, error: DiagramError) -> Problem:
    return Problem(rule, "", Severity.ERROR, f"{zh}：{error}", str(error))
