"""The notices of a person, and what has been read of them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import notices
from web import auth

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
def index() -> str:
    """The notices, newest first."""
    before = request.args.get("before", type=int)
    page = notices.page(auth.me().account, before)
    return render_template("notices/index.html", page=page, first=before is None)


@blueprint.post("/notices/read")
def read() -> ResponseReturnValue:
    """Mark one notice as read, or all."""
    notices.read(auth.me().account, request.form.get("notice", type=int))
    return redirect(url_for("notices.index"), 303)
