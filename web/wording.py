"""Typed doors to Flask-Babel: the interface is worded in Chinese, the catalogue has the English."""

from __future__ import annotations

from flask_babel import gettext


def _(text: str, **values: object) -> str:
    """The text in the reader's language, with ``%(name)s`` filled in."""
    return str(gettext(text, **values))
