"""Files of cases: who may hand one in, and who may see it."""

from __future__ import annotations

from collections.abc import Collection

from engine import clock, files, rights
from engine.accounts import throttle
from engine.actor import Actor
from engine.db import transaction
from engine.errors import NotFound
from models import Attachment, Case, StoredFile

# A visitor's form needs one or two; a program that fills the store is stopped.
UPLOADS = throttle.Limit(30)


def receive(upload: bytes, *, address: str) -> StoredFile:
    """Store a picture that a visitor uploaded.

    :raises Unacceptable: with a ``FileFault``
    :raises Locked: after too many pictures from one address
    """
    kept = files.picture(upload)
    now = clock.micros(clock.now())
    with transaction():
        wait = throttle.attempt(throttle.by_address("upload", address), UPLOADS, now)
    if wait:
        raise throttle.Locked(wait)
    return files.keep(kept)


def file_for(
    file_id: int, *, viewers: Collection[Actor], uploaded: Collection[int] = ()
) -> StoredFile:
    """A file through the viewer's rights.

    :param viewers: who looks: the person logged in, the applicant of a progress query, or both
    :param uploaded: files that this visitor's browser handed in and has not yet submitted
    :raises NotFound: if there is none, or it is not theirs to see; the two look the same
    """
    found: StoredFile | None = StoredFile.get_or_none(StoredFile.id == file_id)
    if found is None or not (
        file_id in uploaded or any(_attached(file_id, viewer) for viewer in viewers)
    ):
        raise NotFound(f"file {file_id}")
    return found


def _attached(file_id: int, viewer: Actor) -> bool:
    cases = rights.visible_cases(viewer).select(Case.id)
    mine = Attachment.select().where(Attachment.file == file_id, Attachment.case.in_(cases))
    return bool(mine.exists())
