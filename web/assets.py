"""Where browsers find bundles and icons: plain names in templates, hashed ones in addresses."""

from __future__ import annotations

import json
import runpy
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

STATIC = Path(__file__).parent / "static"
ROOT = Path(__file__).parent.parent


class AssetsMissing(Exception):
    """The front end has not been built, or has no file of that name."""


def asset(name: str) -> str:
    """The address of a built file, such as `asset("app.css")`.

    The name carries a hash of the content, so the answer may be cached for ever.

    :raises AssetsMissing: if nothing is built or the name is unknown
    """
    manifest = STATIC / "build/manifest.json"
    try:
        files = _read(manifest, manifest.stat().st_mtime_ns)
        return url_for("static", filename=f"build/{files[name]}")
    except (FileNotFoundError, KeyError) as error:
        raise AssetsMissing(f"No built file {name}: run `shenpi assets`.") from error


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
