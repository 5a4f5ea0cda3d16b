"""Pictures of cases, and those a visitor has just uploaded; never by their address alone."""

from __future__ import annotations

from flask import Blueprint, Response, session

from engine import files
from engine.attachments import file_for, receive
from web import auth, ticket

blueprint = Blueprint("files", __name__)

UPLOADS = "uploads"  # in the session: ids of files not yet submitted
MOST_UPLOADS = 5


@blueprint.get("/files/<int:file_id>")
@auth.public
def show(file_id: int) -> Response:
    """A stored picture, to whoever may see it."""
    person, applicant = auth.viewer(), ticket.holder()
    viewers = [person.actor()] if person else []
    if applicant is not None:
        viewers.append(applicant)
    stored = file_for(file_id, viewers=viewers, uploaded=uploaded())
    answer = Response(files.content(stored), mimetype=stored.media_type)
    answer.headers["Content-Disposition"] = "inline"
    return answer


def uploaded() -> list[int]:
    """The files that this browser has handed in and not yet submitted."""
    return [int(each) for each in session.get(UPLOADS, [])]


def accept(upload: bytes) -> int:
    """Store a picture for a form that may still be shown again; returns its id.

    :raises Unacceptable: with a ``FileFault``
    :raises Locked: after too many uploads from one address
    """
    stored = receive(upload, address=auth.address())
    session[UPLOADS] = [*(each for each in uploaded() if each != stored.id), stored.id][
        -MOST_UPLOADS:
    ]
    return int(stored.id)
