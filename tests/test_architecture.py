"""What the import contracts cannot see: writes, transactions, sizes, neighbours, missing tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import models
from engine import subjects
from engine.diagram import checks
from engine.operations import catalogue

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("web", "engine", "models")
LINES = 400
NEIGHBOURS = 10
FUNCTION = 30  # lines, for nine functions in ten
WRITES = {
    "atomic", "bulk_create", "bulk_update", "create", "delete_instance", "execute", "execute_sql",
    "get_or_create", "insert_many", "save",
}  # fmt: skip
TABLE_WRITES = {"delete", "insert", "replace", "update"}
TABLES = {table.__name__ for table in models.TABLES}


@cache
def sources() -> dict[str, tuple[Path, ast.Module]]:
    """Every module of the rooms by its dotted name; migrations are history, not code."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            words = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in words:
                name = ".".join(words).removesuffix(".__init__")
                found[name] = (path, ast.parse(path.read_text(), str(path)))
    return found


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Each call with the last word of what is called, and the name it is called on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            yield node, node.func.attr, of.id if isinstance(of, ast.Name) else ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id, ""


def writes(tree: ast.Module) -> list[int]:
    """Lines that write to the database."""
    return [
        call.lineno
        for call, word, of in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and (word in WRITES or (word in TABLE_WRITES and of in TABLES))
    ]


def transactions(tree: ast.Module) -> list[int]:
    """Lines that open a transaction."""
    return [call.lineno for call, word, _ in calls(tree) if word in {"transaction", "atomic"}]


def neighbours(name: str, tree: ast.Module) -> set[str]:
    """Our own modules that a module imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in sources()}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & sources().keys()
            outside = len(inside) < len(node.names) and node.module in sources()
            found |= inside | ({node.module} if outside else set())
    return found - {name}


def functions(tree: ast.Module) -> Iterator[int]:
    """The length of every function in lines, docstring and all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.end_lineno - node.lineno + 1


def test_pages_and_commands_write_nothing():
    found = {
        name: lines
        for name, (_, tree) in sources().items()
        if name.startswith("web") and (lines := writes(tree))
    }
    assert found == {}


def test_transactions_are_opened_in_the_engine_only():
    found = {
        name: lines
        for name, (_, tree) in sources().items()
        if not name.startswith("engine") and (lines := transactions(tree))
    }
    assert found == {}
    assert [n for n, (_, t) in sources().items() if any(w == "atomic" for _, w, _ in calls(t))] == [
        "engine.db"
    ]


def test_modules_are_short():
    lengths = {name: len(path.read_text().splitlines()) for name, (path, _) in sources().items()}
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_modules_have_few_neighbours():
    found = {name: neighbours(name, tree) for name, (_, tree) in sources().items()}
    assert {n: sorted(those) for n, those in found.items() if len(those) > NEIGHBOURS} == {}


def test_nine_functions_in_ten_are_short():
    lengths = sorted(length for _, tree in sources().values() for length in functions(tree))
    assert lengths[len(lengths) * 9 // 10] <= FUNCTION


def test_every_verb_has_a_test_of_its_name():
    verbs = {path.stem for path in (ROOT / "engine" / "verbs").glob("*.py")} - {"__init__"}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests").rglob("test_*.py")}
    assert verbs
    assert verbs - tested == set()


@pytest.mark.parametrize("path", sorted((ROOT / "bpmn").glob("*.bpmn")), ids=lambda p: p.stem)
def test_every_diagram_we_ship_passes_the_checks_without_a_warning(path):
    subjects.load()
    operations = {name: frozenset(entry.parameters) for name, entry in catalogue().items()}
    tables = {table.name: table.read_bytes() for table in path.parent.glob(f"{path.stem}*.dmn")}
    problems = checks.check(path.read_bytes(), tables=tables, operations=operations, hierarchy=None)
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("path", sorted((ROOT / "bpmn").glob("*.bpmn")), ids=lambda p: p.stem)
def test_every_diagram_we_ship_has_scenarios(path):
    assert path.with_suffix(".scenarios.yaml").exists()


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        pytest.param(writes, "Case.update(x=1).where(y)", id="an update"),
        pytest.param(writes, "case.save()", id="a save"),
        pytest.param(writes, "db.obj.execute_sql('x')", id="plain SQL"),
        pytest.param(transactions, "with db.atomic(): pass", id="a transaction of Peewee"),
        pytest.param(transactions, "with transaction(): pass", id="our transaction"),
    ],
)
def test_the_rules_catch_what_they_are_for(rule, source):
    assert rule(ast.parse(source)) == [1]


def test_a_dictionary_may_be_updated():
    assert writes(ast.parse("values.update(x=1); chosen.insert(0, 1)")) == []
