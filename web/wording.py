"""The interface is worded in Chinese; the catalogue of Flask-Babel has the English.

A page asks for some two hundred texts, so its language is found once a request, not for each.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g
from flask_babel import get_translations, ngettext


def _(text: str, **values: object) -> str:
    """The text in the reader's language, with ``%(name)s`` filled in."""
    found = look_up(text)
    return found % values if values else found


def look_up(text: str) -> str:
    """The text in the reader's language; one without a translation stays as it is."""
    if "words" not in g:
        g.words = _catalogue()
    words: Mapping[str, str] = g.words
    return words.get(text) or text


def _catalogue() -> Mapping[str, str]:
    """Every text of the reader's language; of Chinese there are none, it is what is written."""
    words: Mapping[str, str] = getattr(get_translations(), "_catalog", {})
    return words


def init_app(app: Flask) -> None:
    """Give the templates these words; after Flask-Babel, which would look up each one anew."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of an extension
        look_up, ngettext, newstyle=True
    )
