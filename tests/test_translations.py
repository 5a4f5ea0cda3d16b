"""The English catalogue has every word that the interface says, and no other."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from engine import subjects
from engine.diagram import reading
from engine.offices import ADMINISTRATOR_NAMES, PLATFORM_NAMES
from engine.subjects import showing
from engine.subjects.registry import Subject, kinds
from web.pickers import PICKERS

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "web/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None}
METHODS = [("web/**.py", "python"), ("templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
CHINESE = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")


@cache
def english() -> dict[str, str]:
    """Chinese to English."""
    with CATALOGUE.open("rb") as source:
        entries = read_po(source, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id}


@cache
def said() -> dict[str, str]:
    """Every message id with a place where it is said."""
    found = _written() | _drawn() | _named()
    return {text: place for text, place in found.items() if CHINESE.search(text)}


def _written() -> dict[str, str]:
    """What stands in `_()` in pages and views."""
    options = {"templates/**.html": {"silent": "false"}}  # a broken template is not skipped
    rows = extract_from_dir(
        ROOT,
        METHODS,
        options,
        keywords=KEYWORDS,
        directory_filter=lambda path: _is_ours(Path(path)),
    )
    return {str(text): f"{name}:{line}" for name, line, text, _notes, _context in rows}


def _is_ours(path: Path) -> bool:
    """Whether a folder is one that holds pages and views; the rest is not walked."""
    relative = path.relative_to(ROOT).parts
    return not relative or relative[0] in {"web", "templates"}


def _drawn() -> dict[str, str]:
    """Titles of diagrams and names of their steps, as lists and histories show them."""
    found = {}
    for path in sorted((ROOT / "bpmn").glob("*.bpmn")):
        diagram = reading.read(path.read_bytes())
        found[diagram.title] = path.name
        found |= {node.name: f"{path.name}#{node.id}" for node in diagram.nodes if node.name}
    return found


def _named() -> dict[str, str]:
    """Words that the core gives by name: fields, kinds, offices, windows."""
    subjects.load()
    tables = {
        "showing.LABELS": showing.LABELS,
        "showing.UNIT_LABELS": showing.UNIT_LABELS,
        "showing.KINDS": showing.KINDS,
        "showing.SEX": showing.SEX,
        "offices.ADMINISTRATOR_NAMES": ADMINISTRATOR_NAMES,
        "offices.PLATFORM_NAMES": PLATFORM_NAMES,
        "subjects": {subject.kind: subject.label for subject in kinds()},
        "pickers": {name: picker.label for name, picker in PICKERS.items()},
        "groups": {
            "account": "账号信息",
            "personal": "个人信息",
            "unit": "单位信息",
            "administrator": "管理员信息",
        },
    }
    return {text: name for name, table in tables.items() for text in table.values()}


def test_every_word_has_its_english() -> None:
    assert {text: place for text, place in said().items() if not english().get(text)} == {}


def test_the_catalogue_holds_no_word_that_nothing_says() -> None:
    assert [text for text in english() if text not in said()] == []


def test_no_entry_stands_twice() -> None:
    listed = re.findall(r'^msgid "(.+)"$', CATALOGUE.read_text(), re.MULTILINE)
    assert [text for text, times in Counter(listed).items() if times > 1] == []


def test_english_is_english_and_fills_in_the_same_values() -> None:
    for text, words in english().items():
        assert not CHINESE.search(words), text
        assert sorted(PLACEHOLDER.findall(words)) == sorted(PLACEHOLDER.findall(text)), text
        assert words == words.strip() or text != text.strip(), text


@pytest.mark.parametrize("subject", kinds(), ids=lambda subject: subject.kind)
def test_every_kind_of_case_has_a_name(subject: Subject) -> None:
    assert english()[subject.label]
