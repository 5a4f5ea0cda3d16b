"""Bringing a deployment up, and what is said when that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import crypto
from models import Account, Code, Definition, Professional, Region, Unit
from web.cli import COMMANDS


def test_a_new_database_is_brought_up_once(run, tmp_path):
    first = run("migrate")
    assert first.exit_code == 0
    assert "applied 0001_initial" in first.output
    assert (tmp_path / "home" / "shenpi.db").exists()
    assert "applied" not in run("migrate").output


def test_migrating_brings_regions_and_code_sets(on):
    assert on("migrate").exit_code == 0
    assert Region.select().count() > 100
    assert Code.select().count() > 100


@pytest.mark.parametrize("command", ["publish", "seed", "demo", "audit verify", "incidents list"])
def test_without_the_schema_a_command_says_what_to_do(run, command):
    result = run(*command.split(), SHENPI_DEMO="1")
    assert result.exit_code == 1
    assert "Run: shenpi migrate" in result.output


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        pytest.param("DATABASE_URL", "mysql://here/db", "unknown database scheme", id="scheme"),
        pytest.param("SHENPI_SECRET", "no base64!", "SHENPI_SECRET is not base64", id="secret"),
        pytest.param("SHENPI_SECRET", "c2hvcnQ=", "shorter than 32 bytes", id="short secret"),
        pytest.param(
            "DATABASE_URL", "postgresql://127.0.0.1:9/no", "does not answer", id="nobody listens"
        ),
    ],
)
def test_a_bad_setting_is_named_in_plain_words(run, setting, value, words):
    result = run("migrate", **{setting: value})
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
    assert value not in result.output or setting == "DATABASE_URL"


def test_diagrams_keep_their_version_until_they_change(on):
    assert "registration version 1\n" in on("publish").output
    assert "registration version 1 (unchanged)" in on("publish").output
    assert Definition.select().where(Definition.key == "registration").count() == 1


def test_one_file_can_be_published(on, here: Path):
    result = on("publish", str(here / "bpmn" / "registration.bpmn"))
    assert result.exit_code == 0
    assert [row.key for row in Definition.select()] == ["registration"]


def test_a_diagram_with_python_in_it_is_refused_with_the_reason(on, here: Path, tmp_path: Path):
    source = (here / "bpmn" / "registration.bpmn").read_text()
    bad = tmp_path / "bad.bpmn"
    bad.write_text(source.replace("outcome = ", "__import__('os').system('id') = ", 1))
    assert bad.read_text() != source
    result = on("publish", str(bad))
    assert result.exit_code == 1
    assert "bad.bpmn" in result.output
    assert not Definition.select().exists()


def test_a_file_that_is_not_there_is_wrong_use(run):
    assert run("publish", "nowhere.bpmn").exit_code == 2


def test_the_small_province_is_seeded_once(on):
    on("migrate")
    first = on("seed").output
    people = Account.select().count()
    assert on("seed").output == first
    assert Account.select().count() == people


def test_a_province_of_any_size_is_seeded_with_progress(on):
    on("migrate")
    result = on("seed", "--people", "40", "--units", "60")
    assert result.exit_code == 0
    assert Professional.select().count() == 40
    assert Unit.select().count() == 60


def test_demonstration_accounts_are_printed_only_in_a_demonstration(on):
    on("migrate")
    refused = on("demo")
    assert refused.exit_code == 1
    assert not Account.select().exists()
    shown = on("demo", SHENPI_DEMO="1").output
    assert "系统管理员" in shown
    assert "专业技术人员" in shown
    lines = [line.split() for line in shown.splitlines() if line.startswith("  41")]
    assert len(lines[:-1]) == Account.select().count()
    for number in lines[-1]:
        assert not Account.live(crypto.lookup(number)).exists()


def test_every_command_says_what_it_is_for(run):
    listed = run("--help").output
    for name in COMMANDS:
        assert f"\n  {name} " in listed
        assert run(name, "--help").exit_code == 0
    assert "..." not in listed.partition("Commands:")[2], "each summary fits its line"


def test_an_unknown_command_is_wrong_use(run):
    assert run("fly").exit_code == 2
