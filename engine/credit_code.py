"""Unified social credit codes (统一社会信用代码) after GB 32100-2015. Pure."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from engine.errors import Invalid

# GB 32100 leaves out the letters I, O, S, V and Z.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class Kind(StrEnum):
    """Registration authority and sort of organisation: the first two characters."""

    AGENCY = "11"
    INSTITUTION = "12"
    SOCIAL_ORGANISATION = "51"
    PRIVATE_NONPROFIT = "52"
    COMPANY = "91"


class Fault(StrEnum):
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECKSUM = "checksum"


class InvalidCreditCode(Invalid):
    """The text is no unified social credit code."""

    def __init__(self, fault: Fault) -> None:
        super().__init__({"credit_code": fault})
        self.fault = fault


def parse(text: str) -> str:
    """The code in its stored form: 18 characters in upper case.

    :raises InvalidCreditCode: with the first ``Fault`` found
    """
    code = unicodedata.normalize("NFKC", text).strip().upper()
    try:
        return str(uscc.validate(code))
    except InvalidLength:
        raise InvalidCreditCode(Fault.LENGTH) from None
    except InvalidChecksum:
        raise InvalidCreditCode(Fault.CHECKSUM) from None
    except ValidationError:
        raise InvalidCreditCode(Fault.CHARACTERS) from None


def synthesise(region_code: str, kind: Kind, sequence: int) -> str:
    """A valid made-up code for tests and demonstrations; ``sequence`` below 10 to the 8.

    :raises ValueError: if the sequence is out of range
    """
    if not 0 <= sequence < 10**8:
        raise ValueError(sequence)
    digits = f"{sequence:08d}"
    total = sum(w * int(d) for w, d in zip(_ORGANISATION_WEIGHTS, digits, strict=True))
    body = f"{kind}{region_code}{digits}{_organisation_check(total)}"
    check = -sum(pow(3, place, 31) * _ALPHABET.index(c) for place, c in enumerate(body)) % 31
    return body + _ALPHABET[check]


def _organisation_check(total: int) -> str:
    """The ninth character of the organisation code inside (GB 11714)."""
    return "0123456789X"[-total % 11]
