"""Forms with pickers and a captcha: what was typed, kept across every way a form comes back.

Passwords, captcha answers and files are never written into a page, so they alone must be entered
again; the pages say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import render_template, request

from engine import choices
from engine.accounts import captcha
from engine.choices import Turn
from engine.errors import Refused
from web import errors
from web.pickers import PICKERS

_NEVER_KEPT = frozenset(
    {"csrf_token", "password", "password_again", "captcha", "ticket", "refresh"}
    | {"pick", "picked", "pick_q", "city", "category"}
)


@dataclass(frozen=True)
class Fields:
    """The fields of a form; ``pickers`` maps a field to the picker that fills it."""

    names: tuple[str, ...]
    pickers: Mapping[str, str] = field(default_factory=dict)


def posted(form: Fields) -> dict[str, str]:
    """What was typed, with the choice just made in a picker's page put in."""
    values = {name: request.form.get(name, "") for name in form.names}
    name, _colon, value = request.form.get("picked", "").partition(":")
    if name in form.pickers and value != values[name]:
        values[name] = value
        _clear_below(form, name, values)
    return values


def _clear_below(form: Fields, name: str, values: dict[str, str]) -> None:
    """Empty what was chosen under the old value of a field, and what hangs on that."""
    for other, picker in form.pickers.items():
        if name in PICKERS[picker].depends and values[other]:
            values[other] = ""
            _clear_below(form, other, values)


def texts(form: Fields, values: Mapping[str, str]) -> dict[str, str]:
    """The words of what was chosen in pickers."""
    return {name: PICKERS[picker].text(values[name]) for name, picker in form.pickers.items()}


def asks_for_form() -> bool:
    """Whether the form comes back only to be shown again: a choice was made, a new captcha."""
    return "picked" in request.form or request.form.get("refresh") == "captcha"


def picking(form: Fields, action: str, also: Mapping[str, str] | None = None) -> str | None:
    """The page of a picker, where there is no JavaScript; None if none was asked for.

    :param also: values to keep besides those that were typed
    """
    name, _colon, position = request.form.get("pick", "").partition(":")
    if name not in form.pickers:
        return None
    picker = PICKERS[form.pickers[name]]
    way, _colon, key = position.partition(":")
    turn = Turn(
        request.form.get("pick_q", ""),
        after=key if way == "after" else "",
        before=key if way == "before" else "",
    )
    window = picker.window(turn, {key: request.form.get(key, "") for key in picker.depends})
    return render_template(
        "pickers/page.html",
        field=name,
        label=picker.label,
        action=action,
        kept=[*_kept(form.names), *(also or {}).items()],
        window=window,
        q=turn.words,
    )


def _kept(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in names:
        if name not in _NEVER_KEPT and name in request.form:
            yield name, request.form[name]


def options(lists: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The entries of code sets, for list boxes."""
    return {
        name: [(choice.value, choice.text) for choice in choices.codes(scheme)]
        for name, scheme in lists.items()
    }


def new_ticket() -> str:
    """What the captcha of a form that is shown goes by."""
    return captcha.ticket()


def whole(text: str) -> int:
    """A number that a database can hold, for ``args.get(type=...)``.

    :raises ValueError: for anything else
    """
    if len(text) > 18:
        raise ValueError(text[:18])
    return int(text)


def captcha_fault() -> dict[str, str]:
    """The fault of the captcha field, if it has one; the ticket is used up either way."""
    try:
        captcha.check(request.form.get("ticket", ""), request.form.get("captcha", ""))
    except Refused as refusal:
        return {"captcha": errors.words(refusal)}
    return {}
