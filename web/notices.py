"""The notices of a person, and what has been read of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, get_locale

from engine import clock, notices
from engine.notices import Notice
from web import auth, filling, frame

blueprint = Blueprint("notices", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in the reader's language."""

    id: int
    title: str
    text: str
    when: str
    url: str
    unread: bool


@blueprint.get("/notices")
def index() -> str:
    """The notices, newest first."""
    person, before = auth.me(), request.args.get("before", type=filling.whole)
    page = notices.page(person.account, person.name, before)
    return render_template(
        "notices/index.html",
        rows=[_line(each) for each in page.rows],
        next=page.next,
        first=before is None,
    )


@blueprint.post("/notices/read")
def read() -> ResponseReturnValue:
    """Mark one notice as read, or all."""
    notices.read(auth.me().account, request.form.get("notice", type=filling.whole))
    return redirect(url_for("notices.index"), 303)


def _line(notice: Notice) -> Line:
    words, english = notice.words, str(get_locale()) == "en"
    url = "" if notice.case is None else f"/cases/{notice.case}"
    return Line(
        id=notice.id,
        title=words.title_en if english else words.title,
        text=words.en if english else words.zh,
        when=format_datetime(clock.moment(notice.at), "yyyy-MM-dd HH:mm"),
        url=url if url and frame.there_is(url) else "",
        unread=notice.unread,
    )
