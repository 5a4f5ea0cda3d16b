"""Where browsers find bundles and icons: plain names in templates, hashed ones in addresses."""

from __future__ import annotations

import json
import runpy
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, g, request

STATIC = Path(__file__).parent / "static"
ROOT = Path(__file__).parent.parent


class AssetsMissing(Exception):
    """The front end has not been built, or has no file of that name."""


def asset(name: str) -> str:
    """The address of a built file, such as `asset("app.css")`.

    The name carries a hash of the content, so the answer may be cached for ever.

    :raises AssetsMissing: if nothing is built or the name is unknown
    """
    if "assets" not in g:
        g.assets = _addresses()
    try:
        address: str = g.assets[name]
    except KeyError as error:
        raise AssetsMissing(f"No built file {name}: run `shenpi assets`.") from error
    return address


def _addresses() -> dict[str, str]:
    """Name to address, looked up once a request: a page asks for an icon a hundred times."""
    manifest = STATIC / "build/manifest.json"
    prefix = f"{request.script_root}{current_app.static_url_path}/build"
    try:
        files = _read(manifest, manifest.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise AssetsMissing("Nothing is built: run `shenpi assets`.") from error
    return {name: f"{prefix}/{file}" for name, file in files.items()}


@lru_cache(maxsize=1)
def _read(manifest: Path, _changed: int) -> dict[str, str]:
    files: dict[str, str] = json.loads(manifest.read_text())
    return files


def init_app(app: Flask) -> None:
    """Make `asset` known to the templates."""
    app.add_template_global(asset)


def build(*, force: bool = False) -> bool:
    """Bring bundles and message catalogues of a checkout up to date (`shenpi assets`).

    :returns: whether anything had to be bundled
    :raises AssetsMissing: outside a checkout: an installed package brings its files built
    """
    script = ROOT / "frontend/build.py"
    if not script.exists():
        raise AssetsMissing("Not a checkout: the installed package has its front end built in.")
    built: bool = runpy.run_path(str(script))["build"](ROOT, force=force)
    return built
