"""What can be set or called is documented, and what is documented exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from web.cli import COMMANDS, shenpi

NAME = re.compile(r"\b(?:SHENPI_[A-Z_]+|DATABASE_URL)\b")


def commands(group: click.Group = shenpi, before: str = "shenpi") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def settings_in_code(here: Path) -> set[str]:
    sources = [path for room in ("engine", "web") for path in (here / room).rglob("*.py")]
    quoted = (re.findall(r'"([A-Z_]+)"', path.read_text()) for path in sources)
    return {name for names in quoted for name in names if NAME.fullmatch(name)}


def test_settings_and_their_page_agree(here):
    page = (here / "docs" / "settings.md").read_text()
    used = settings_in_code(here)
    assert len(used) > 10
    assert used == set(NAME.findall(page))


def test_every_command_is_on_the_operations_page(here):
    page = (here / "docs" / "operations.md").read_text()
    missing = [name for name in commands() if name not in page]
    assert missing == []


def test_the_pages_name_no_command_that_does_not_exist(here):
    pages = [here / "README.md", here / "CONTRIBUTING.md", *(here / "docs").glob("*.md")]
    for page in pages:
        for name in re.findall(r"(?<![\w/-])shenpi ([a-z]+)", page.read_text()):
            assert name in COMMANDS, f"{page.name}: shenpi {name}"


def test_make_targets_of_the_readme_exist(here):
    targets = set(re.findall(r"^([a-z]+):", (here / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        assert set(re.findall(r"`?make ([a-z]+)", (here / page).read_text())) <= targets


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_of_a_page_lead_somewhere(here, page):
    for target in re.findall(r"\]\(([^)#]+)\)", (here / page).read_text()):
        assert (here / target).exists(), target
