"""The interface is worded in Chinese; the catalogue of Flask-Babel has the English.

A page asks for some two hundred texts, so its language is found once a request, not for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask import Flask, g
from flask_babel import get_translations
from markupsafe import Markup, escape


def _(text: str, /, **values: object) -> str:
    """The text in the reader's language, with ``%(name)s`` filled in."""
    found = look_up(text)
    return found % values if values else found


def look_up(text: str) -> str:
    """The text in the reader's language; one without a translation stays as it is."""
    words: Mapping[str, str] | None = g.get("words")
    if words is None:
        words = g.words = _catalogue()
    return words.get(text) or text


def in_template(text: str, /, **values: object) -> Markup:
    """What ``_`` is in templates: escaped, for the text may be the name of a stranger's diagram.

    Jinja's own would take every text to be markup.
    """
    found = _escaped(look_up(str(text)))
    return found % values if values else found


@lru_cache(maxsize=8192)
def _escaped(text: str) -> Markup:
    return escape(text)


def _catalogue() -> Mapping[str, str]:
    """Every text of the reader's language; of Chinese there are none, it is what is written."""
    words: Mapping[str, str] = getattr(get_translations(), "_catalog", {})
    return words


def init_app(app: Flask) -> None:
    """Give the templates these words; after Flask-Babel, which would look up each one anew."""
    app.jinja_env.globals["_"] = in_template
