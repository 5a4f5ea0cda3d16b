"""Check single values as people type them. Pure: text in, clean value out, or ``Unacceptable``.

Nothing here is cut or repaired silently, except what cannot be meant: blanks around a value and
full-width forms of digits and Latin letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from engine.errors import Invalid, ShenpiError

NAME_SHORTEST = 2
NAME_LONGEST = 50
TEXT_LONGEST = 100
EMAIL_LONGEST = 254
# What a browser can send for one field; longer ones are an attack or a mistake, and are not read.
LONGEST = 1000

_HAN = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9"
    "\U00020000-\U0002a6df\U0002a700-\U0002ebe0\U0002ebf0-\U0002ee5d"
    "\U0002f800-\U0002fa1d\U00030000-\U000323af"
)
_NAME = re.compile(f"[{_HAN}]+(?:·[{_HAN}]+)*")
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．●", "·"))
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Letters, digits, punctuation and the blank; so no control characters, private use or emoji.
_TEXT_CATEGORIES = frozenset("LNP")
_MARKUP = frozenset("<>")


class Fault(StrEnum):
    """Why a value is not accepted."""

    REQUIRED = "required"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CHARACTERS = "characters"
    FORMAT = "format"
    DATE = "date"
    CHOICE = "choice"


class Unacceptable(ShenpiError):
    """A value fails its check; ``code`` says why and the message never repeats the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


T = TypeVar("T")


@dataclass
class Sheet:
    """Collects the faults of one form, so that a person sees all of them at once."""

    faults: dict[str, str] = field(default_factory=dict)

    def read(
        self, name: str, text: str, check: Callable[[str], T], *, required: bool = True
    ) -> T | None:
        """The clean value of a field, or none after noting its fault (or if it may be empty)."""
        if not text.strip():
            if required:
                self.blame(name, Fault.REQUIRED)
            return None
        try:
            if len(text) > LONGEST:
                raise Unacceptable(Fault.TOO_LONG)
            return check(text)
        except Unacceptable as error:
            self.blame(name, error.code)
        except Invalid as error:
            self.blame(name, next(iter(error.fields.values())))
        return None

    def blame(self, name: str, code: str) -> None:
        """Note a fault; the first one of a field stays."""
        self.faults.setdefault(name, str(code))

    def close(self) -> None:
        """End the checks.

        :raises Invalid: if any fault was noted
        """
        if self.faults:
            raise Invalid(dict(self.faults))


def person_name(text: str) -> str:
    """A Chinese name of 2 to 50 characters, rare four-byte ones and the middle dot included.

    The characters are kept as typed: normalising would turn some rare ones into others.
    """
    name = text.strip().translate(_DOTS)
    if len(name) < NAME_SHORTEST:
        raise Unacceptable(Fault.TOO_SHORT)
    if len(name) > NAME_LONGEST:
        raise Unacceptable(Fault.TOO_LONG)
    if not _NAME.fullmatch(name):
        raise Unacceptable(Fault.CHARACTERS)
    return name


def mobile(text: str) -> str:
    """A mainland mobile number of 11 digits; blanks, hyphens and +86 are taken off."""
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    number = re.sub(r"^(?:\+|00)86", "", number)
    if not _MOBILE.fullmatch(number):
        raise Unacceptable(Fault.FORMAT)
    return number


def email(text: str) -> str:
    """An e-mail address; the domain in lower case. Whether it exists only a message can tell."""
    address = text.strip()
    if len(address) > EMAIL_LONGEST:
        raise Unacceptable(Fault.TOO_LONG)
    if not _EMAIL.fullmatch(address):
        raise Unacceptable(Fault.FORMAT)
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def line(text: str) -> str:
    """One line of ordinary text up to 100 characters: names of schools, places, units."""
    clean = " ".join(text.split(" ")).strip()
    if len(clean) > TEXT_LONGEST:
        raise Unacceptable(Fault.TOO_LONG)
    if not all(_ordinary(character) for character in clean):
        raise Unacceptable(Fault.CHARACTERS)
    return clean


def day(text: str) -> date:
    """A date written ``YYYY-MM-DD`` (E13)."""
    clean = unicodedata.normalize("NFKC", text).strip()
    if not _DATE.fullmatch(clean):
        raise Unacceptable(Fault.DATE)
    try:
        return date.fromisoformat(clean)
    except ValueError:
        raise Unacceptable(Fault.DATE) from None


def row_id(text: str) -> int:
    """The id of a row, as a picker posts it; fits the databases' 64 bits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Unacceptable(Fault.CHOICE)
    return int(text)


def one_of(*choices: str) -> Callable[[str], str]:
    """A check that the text is one of the choices."""

    def check(text: str) -> str:
        if text not in choices:
            raise Unacceptable(Fault.CHOICE)
        return text

    return check


def masked_phone(number: str) -> str:
    """The number as pages show it by default: ``138****5678``."""
    return f"{number[:3]}****{number[-4:]}"


def masked_email(address: str) -> str:
    """The address as pages show it by default: ``z***@example.com``."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _ordinary(character: str) -> bool:
    if character in _MARKUP:
        return False
    return (
        character == " "
        or unicodedata.category(character)[0] in _TEXT_CATEGORIES
        or (character in "+=$￥℃")
    )
