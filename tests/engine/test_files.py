from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from engine import files
from engine.errors import NotFound
from engine.fields import Unacceptable
from engine.files import FileFault
from models import StoredFile
from tests.applicants import photo


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> None:
    files.use(str(tmp_path / "files"))


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises many pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + width // 8) * 64)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("upload", "fault"),
    [
        pytest.param(b"", FileFault.EMPTY, id="nothing"),
        pytest.param(b"%PDF-1.7\n", FileFault.NOT_PICTURE, id="PDF"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", FileFault.NOT_PICTURE, id="SVG"),
        pytest.param(b"GIF89a" + bytes(20), FileFault.NOT_PICTURE, id="GIF"),
        pytest.param(b"MZ" + bytes(100), FileFault.NOT_PICTURE, id="program"),
        pytest.param(photo()[:200], FileFault.DAMAGED, id="cut off"),
        pytest.param(b"\xff\xd8\xff" + bytes(50), FileFault.DAMAGED, id="only looks like a JPEG"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(50), FileFault.DAMAGED, id="PNG in name only"),
        pytest.param(bomb(60_000, 60_000), FileFault.TOO_MANY_PIXELS, id="decompression bomb"),
        pytest.param(bomb(13_000, 10), FileFault.TOO_MANY_PIXELS, id="long and thin"),
        pytest.param(photo() + bytes(files.LARGEST), FileFault.TOO_BIG, id="more than 5 MB"),
    ],
)
def test_what_is_no_usable_picture_is_refused(upload: bytes, fault: FileFault) -> None:
    with pytest.raises(Unacceptable) as refusal:
        files.picture(upload)
    assert refusal.value.code == fault


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_drawn_anew(kind: str) -> None:
    kept = files.picture(photo(kind=kind))
    assert kept.media_type == f"image/{kind.lower()}"
    assert Image.open(io.BytesIO(kept.content)).size == (60, 40)


def test_nothing_but_pixels_survives() -> None:
    image = Image.new("RGB", (30, 20), "red")
    exif = Image.Exif()
    exif[0x010E] = "home address"
    output = io.BytesIO()
    image.save(output, "JPEG", exif=exif, comment=b"secret words")
    upload = output.getvalue() + b"PK\x03\x04 hidden archive"
    kept = files.picture(upload).content
    assert not Image.open(io.BytesIO(kept)).getexif()
    for trace in (b"home address", b"secret words", b"hidden archive"):
        assert trace in upload
        assert trace not in kept


def test_a_turned_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    output = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(output, "JPEG", exif=exif)
    kept = files.picture(output.getvalue())
    assert (kept.width, kept.height) == (20, 30)


def test_a_large_scan_is_made_smaller() -> None:
    output = io.BytesIO()
    Image.new("L", (5000, 2500), 200).save(output, "JPEG")
    kept = files.picture(output.getvalue())
    assert (kept.width, kept.height) == (2400, 1200)


def test_the_same_picture_is_stored_once_under_its_hash(database: str, tmp_path: Path) -> None:
    kept = files.picture(photo())
    first, second = files.keep(kept), files.keep(files.picture(photo()))
    assert first.id == second.id
    assert StoredFile.select().count() == 1
    name = hashlib.sha256(kept.content).hexdigest()
    assert (tmp_path / "files" / name[:2] / name[2:4] / name).read_bytes() == kept.content
    assert files.content(first) == kept.content


def test_a_lost_file_is_not_found(database: str, tmp_path: Path) -> None:
    stored = files.keep(files.picture(photo()))
    files.use(str(tmp_path / "elsewhere"))
    with pytest.raises(NotFound):
        files.content(stored)
