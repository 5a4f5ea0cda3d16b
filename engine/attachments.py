"""Which stored files somebody may see: those of cases he may see, and his own fresh uploads."""

from __future__ import annotations

from collections.abc import Collection

from engine import rights
from engine.actor import Actor
from engine.errors import NotFound
from models import Attachment, Case, StoredFile


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
