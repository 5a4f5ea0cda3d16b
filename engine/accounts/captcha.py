"""Pictures that a program reads badly: shown, answered once, gone after five minutes (R21, R23).

A form carries a ticket. Every load of the picture of that ticket draws a new answer, so the picture
is renewed by loading it again, with or without a script, in as many windows as one likes.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata

from captcha.image import ImageCaptcha

from engine import clock, crypto
from engine.db import transaction
from engine.errors import NotFound, Refused
from models import Captcha

LIFETIME = 5 * 60 * 1_000_000
LENGTH = 4
ALPHABET = "ACDEFHJKLMNPRTUVWXY34679"  # without 0 O Q, 1 I, 2 Z, 5 S, 8 B, G

_TICKET = re.compile(r"[A-Za-z0-9_-]{22}")
_INK = (96, 112, 150)  # darker would be fainter: the library blends letters by their brightness
_picture = ImageCaptcha(width=160, height=60)


def ticket() -> str:
    """A name for a picture that is yet to be drawn."""
    return secrets.token_urlsafe(16)


def issue(ticket: str) -> str:
    """Draw lots for the answer of a ticket and remember only its keyed hash; returns the answer.

    :raises NotFound: if the ticket is not of our form
    """
    if not _TICKET.fullmatch(ticket):
        raise NotFound
    answer = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    now = clock.micros(clock.now())
    row = {Captcha.answer: _hash(ticket, answer), Captcha.expires_at: now + LIFETIME}
    with transaction():
        Captcha.delete().where(Captcha.expires_at <= now).execute()
        Captcha.insert({Captcha.token: ticket, **row}).on_conflict(
            conflict_target=[Captcha.token], update=row
        ).execute()
    return answer


def draw(answer: str) -> bytes:
    """The picture of an answer, PNG, 160 by 60."""
    return _picture.generate(answer, bg_color=(255, 255, 255), fg_color=_INK).getvalue()


def check(ticket: str, text: str) -> None:
    """Use up a ticket; capitals and full-width letters do not matter.

    :raises Refused: ``captcha``: wrong, used, too old or never shown
    """
    if not _TICKET.fullmatch(ticket):
        raise Refused("captcha")
    now = clock.micros(clock.now())
    with transaction():
        used = list(
            Captcha.delete()
            .where(Captcha.token == ticket)
            .returning(Captcha.answer, Captcha.expires_at)
            .tuples()
            .execute()
        )
    given = _hash(ticket, unicodedata.normalize("NFKC", text).strip().upper())
    stored, expires_at = used[0] if used else (b"", 0)
    if not hmac.compare_digest(bytes(stored), given) or expires_at <= now:
        raise Refused("captcha")


def _hash(ticket: str, answer: str) -> bytes:
    return crypto.token(f"captcha {ticket} {answer}")
