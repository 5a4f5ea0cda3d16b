"""Pinyin for the search columns of names of places, units and people."""

from __future__ import annotations

import unicodedata

from pypinyin import lazy_pinyin, load_phrases_dict

from engine import reference

load_phrases_dict(
    {
        text: [[syllable] for syllable in syllables]
        for text, syllables in reference.pinyin_overrides().items()
    }
)


def pinyin(text: str) -> str:
    """The full reading: lower case, without tones, spaces and signs; ü is ``v``.

    Latin letters and digits stay; characters without a known reading are left out.
    """
    return "".join(_syllables(text))


def initials(text: str) -> str:
    """The first letter of every syllable; Latin letters and digits stay."""
    return "".join(syllable[0] for syllable in _syllables(text))


def _syllables(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    # A list from the callback becomes several syllables, which the package's types do not say.
    return lazy_pinyin(plain, errors=_latin)  # type: ignore[arg-type]


def _latin(run: str) -> list[str]:
    return [character for character in run if character.isascii() and character.isalnum()]
