"""The file store: pictures are checked, drawn anew and kept under the hash of their bytes.

A picture is read by Pillow and written again, so that nothing of the upload but its pixels
survives: no EXIF, no thumbnail, no trailing archive (design.md decision 16; domain.md S7).
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import obstore
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url
from peewee import IntegrityError
from PIL import Image, ImageOps, UnidentifiedImageError

from engine import clock
from engine.db import transaction
from engine.errors import NotFound
from engine.fields import Unacceptable
from models import StoredFile

LARGEST = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
# A scan stays readable at this size; larger pictures only cost storage (domain.md section 4).
KEPT_SIDE = 2_400

_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png"}

_store: ObjectStore | None = None


class FileFault(StrEnum):
    """Why an upload is not accepted."""

    EMPTY = "file_empty"
    TOO_BIG = "file_too_big"
    NOT_PICTURE = "file_not_picture"
    DAMAGED = "file_damaged"
    TOO_MANY_PIXELS = "file_too_many_pixels"


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored; ``digest`` is the SHA-256 of ``content``."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.content).digest()


def use(where: str) -> None:
    """Take the deployment's store: a folder, or the URL of a bucket (``s3://name/prefix``).

    Credentials of a bucket come from the environment, as its provider names them.
    """
    global _store
    if "://" in where:
        store: ObjectStore = from_url(where)
    elif where == ":memory:":
        store = MemoryStore()
    else:
        store = LocalStore(Path(where), mkdir=True)
    _store = store


def picture(upload: bytes) -> Picture:
    """Check an uploaded JPEG or PNG and draw it anew.

    :param upload: at most 5 MB
    :raises Unacceptable: with a ``FileFault``
    """
    if not upload:
        raise Unacceptable(FileFault.EMPTY)
    if len(upload) > LARGEST:
        raise Unacceptable(FileFault.TOO_BIG)
    kind = next((name for magic, name in _MAGIC.items() if upload.startswith(magic)), None)
    if kind is None:
        raise Unacceptable(FileFault.NOT_PICTURE)
    image = _drawn(_opened(upload, kind))
    output = io.BytesIO()
    if kind == "JPEG":
        image.convert("RGB").save(output, "JPEG", quality=85, optimize=True)
    else:
        image.save(output, "PNG", optimize=True)
    return Picture(output.getvalue(), _MEDIA[kind], image.width, image.height)


def _opened(upload: bytes, kind: str) -> Image.Image:
    """The picture with its header read but no pixel: its size is checked before it is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(upload), formats=[kind])
    except Image.DecompressionBombError:
        raise Unacceptable(FileFault.TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Unacceptable(FileFault.DAMAGED) from None
    if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        raise Unacceptable(FileFault.TOO_MANY_PIXELS)
    return image


def _drawn(image: Image.Image) -> Image.Image:
    """The pixels alone, upright, at most ``KEPT_SIDE`` long, in a mode that both formats know."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
            upright = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Unacceptable(FileFault.DAMAGED) from None
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    clean = upright.convert("RGBA" if has_alpha else "RGB")
    clean.thumbnail((KEPT_SIDE, KEPT_SIDE))
    clean.info.clear()
    clean.getexif().clear()
    return clean


def keep(kept: Picture) -> StoredFile:
    """Store a picture and return its row; the same picture is stored once.

    The bytes go first: a row never names a file that is not there.
    """
    digest = kept.digest
    found = StoredFile.get_or_none(StoredFile.digest == digest)
    if found is not None:
        return found
    obstore.put(_opened_store(), _address(digest), kept.content)
    try:
        with transaction():
            return StoredFile.create(
                digest=digest,
                media_type=kept.media_type,
                size=len(kept.content),
                width=kept.width,
                height=kept.height,
                created_at=clock.micros(clock.now()),
            )
    except IntegrityError:
        return StoredFile.get(StoredFile.digest == digest)


def content(stored: StoredFile) -> bytes:
    """The bytes of a stored file.

    :raises NotFound: if the store has lost it
    """
    try:
        return bytes(obstore.get(_opened_store(), _address(bytes(stored.digest))).bytes())
    except FileNotFoundError:
        raise NotFound from None


def _address(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name[2:4]}/{name}"


def _opened_store() -> ObjectStore:
    if _store is None:
        raise RuntimeError("engine.files.use() was not called")
    return _store
