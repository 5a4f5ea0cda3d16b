"""Citizen identity numbers after GB 11643-1999. Pure.

The county of a number is never checked: it names where the number was first issued, possibly
decades ago, and two thirds of all real pairs of county and birth year fail such a check.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.errors import Invalid

LENGTH = 18
FIRST_YEAR = 1900

_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_OLD = re.compile(r"[0-9]{15}")
_NEW = re.compile(r"[0-9]{17}[0-9X]")


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Fault(StrEnum):
    """What is wrong with a number, in the order of the checks."""

    FIFTEEN_DIGITS = "fifteen_digits"
    LENGTH = "length"
    CHARACTERS = "characters"
    PROVINCE = "province"
    DATE = "date"
    FUTURE = "future"
    CHECKSUM = "checksum"


class InvalidIdNumber(Invalid):
    """The text is no identity number; the message never repeats it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__({"id_number": fault})
        self.fault = fault


@dataclass(frozen=True)
class IdNumber:
    """A valid number as it is stored (18 characters, X in upper case) and what it says."""

    number: str
    birth_date: date
    sex: Sex


def parse(text: str, today: date) -> IdNumber:
    """Read a number as a person types it: lower-case x, full-width digits, blanks around (E8).

    :raises InvalidIdNumber: with the first ``Fault`` found
    """
    number = unicodedata.normalize("NFKC", text).strip().upper()
    if _OLD.fullmatch(number):
        raise InvalidIdNumber(Fault.FIFTEEN_DIGITS)
    if len(number) != LENGTH:
        raise InvalidIdNumber(Fault.LENGTH)
    if not _NEW.fullmatch(number):
        raise InvalidIdNumber(Fault.CHARACTERS)
    if not _PROVINCE.fullmatch(number[:2]):
        raise InvalidIdNumber(Fault.PROVINCE)
    birth_date = _birth_date(number, today)
    if check_character(number[:17]) != number[17]:
        raise InvalidIdNumber(Fault.CHECKSUM)
    return IdNumber(number, birth_date, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def check_character(body: str) -> str:
    """The eighteenth character for the first seventeen digits (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECK[total % 11]


def mask(number: str) -> str:
    """The number as every page shows it by default: ``410***********123X``."""
    if len(number) != LENGTH:
        return "*" * len(number)
    return number[:3] + "*" * 11 + number[-4:]


def synthesise(region_code: str, birth_date: date, sex: Sex, sequence: int) -> str:
    """A valid made-up number for tests and demonstrations; ``sequence`` 0 to 499.

    The same arguments give the same number, different ones give different numbers.

    :raises ValueError: if the sequence is out of range
    """
    if not 0 <= sequence < 500:
        raise ValueError(sequence)
    order = sequence * 2 + (sex is Sex.MALE)
    body = f"{region_code}{birth_date:%Y%m%d}{order:03d}"
    return body + check_character(body)


def _birth_date(number: str, today: date) -> date:
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidIdNumber(Fault.DATE) from None
    if birth_date.year < FIRST_YEAR:
        raise InvalidIdNumber(Fault.DATE)
    if birth_date > today:
        raise InvalidIdNumber(Fault.FUTURE)
    return birth_date
