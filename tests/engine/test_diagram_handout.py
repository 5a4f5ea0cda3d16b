"""What is generated from the table of keys is as the table is now."""

from __future__ import annotations

import runpy
from pathlib import Path

import orjson
import pytest

from engine import subjects
from engine.diagram import handout, keys
from engine.operations import catalogue

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_documentation_shows_the_keys_as_they_are() -> None:
    text = (ROOT / handout.DOCS).read_text(encoding="utf-8")
    assert handout.inserted(text) == text, "run: python -m engine.diagram.handout"
    assert handout.markdown() in text


def test_the_element_template_shows_the_keys_as_they_are() -> None:
    made = handout.element_templates()
    assert (ROOT / handout.TEMPLATES).read_bytes() == made, "run: python -m engine.diagram.handout"


def test_both_are_written_anew_by_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "bpmn").mkdir()
    page = f"before\n{handout.BEGIN}old\n{handout.END}after\n"
    (tmp_path / handout.DOCS).write_text(page, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(handout.__file__), run_name="__main__")
    written = (tmp_path / handout.DOCS).read_text(encoding="utf-8")
    assert written == f"before\n{handout.BEGIN}{handout.markdown()}{handout.END}after\n"
    assert (tmp_path / handout.TEMPLATES).read_bytes() == handout.element_templates()


def test_every_choice_of_a_template_is_a_value_that_the_checks_allow() -> None:
    for template in orjson.loads(handout.element_templates()):
        for field in template["properties"]:
            key = keys.find(field["binding"]["name"])
            assert key is not None
            offered = [choice["value"] for choice in field.get("choices", ())]
            assert [value for value in offered if key.wrong(value)] == []
            assert not field.get("value") or not key.wrong(field["value"])


def test_every_operation_gets_a_template_with_its_parameters() -> None:
    subjects.load()
    made = orjson.loads(handout.element_templates(catalogue().values()))
    remind = next(t for t in made if t["id"] == "shenpi.operation.task.remind")
    assert [field["binding"]["name"] for field in remind["properties"]] == [
        "operation",
        "operation.task",
    ]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("approver.level", ["self", "superior:2", "bureau:city", "person"], ["superior:0", "town"]),
        ("approver.unit", ["target", "branch"], ["Branch", "a b", "1"]),
        ("sign.rule", ["any", "quorum:2"], ["quorum:0", "most"]),
        ("outcomes", ["approve", "approve, reject", "approve，return"], ["maybe", "approve,no"]),
        ("opinion", ["required-unless:approve"], ["required-unless:reject"]),
        ("deadline.workdays", ["1", "30"], ["0", "-3", "3.5", "soon"]),
    ],
)
def test_a_key_allows_its_values_and_no_others(
    name: str, right: list[str], wrong: list[str]
) -> None:
    key = keys.find(name)
    assert key is not None
    assert [value for value in right if key.wrong(value)] == []
    assert [value for value in wrong if not key.wrong(value)] == []


def test_a_family_of_keys_is_found_by_its_beginning() -> None:
    family = keys.find("operation.task")
    assert family is not None
    assert family.name == "operation."
    assert keys.find("operation.") is None
    assert keys.find("operations") is None


def test_every_key_has_a_legal_default() -> None:
    for key in keys.KEYS:
        assert not key.default or not key.wrong(key.default), key.name
