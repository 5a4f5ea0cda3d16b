"""The filters of the inbox and places in it, as they stand in an address."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from engine import clock
from engine.inbox import DAY, Filters, Key

NAMES = ("kind", "node", "region", "unit", "waiting", "overdue", "mine", "q")


def typed() -> dict[str, str]:
    """The filters of this request, as typed; without what no database would store."""
    found = {name: request.args.get(name, "").strip()[:60] for name in NAMES}
    return {name: text for name, text in found.items() if text and text.isprintable()}


def filters(entered: dict[str, str]) -> Filters:
    """What the engine is asked for; what makes no sense narrows nothing."""
    waiting, unit = entered.get("waiting", ""), entered.get("unit", "")
    days = int(waiting) if waiting.isdecimal() and len(waiting) < 4 else 0
    return Filters(
        kind=entered.get("kind"),
        node=entered.get("node"),
        region=entered.get("region"),
        unit=int(unit) if unit.isdecimal() and len(unit) < 19 else None,
        before=clock.micros(clock.now()) - days * DAY if days else None,
        overdue=entered.get("overdue") == "1",
        mine=entered.get("mine") == "1",
        text=entered.get("q", ""),
    )


def key(text: str | None) -> Key | None:
    """A place in a list; anything that is none is the first page."""
    at, _dash, number = (text or "").partition("-")
    if not (at.isdecimal() and number.isdecimal()) or max(len(at), len(number)) > 18:
        return None
    return int(at), int(number)


def text_of(place: Key) -> str:
    """A place in a list, for an address."""
    return f"{place[0]}-{place[1]}"


def address(endpoint: str, **values: Any) -> str:
    """``url_for`` for values of any kind."""
    return url_for(endpoint, **values)
