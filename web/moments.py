"""How times are written: ``YYYY-MM-DD HH:mm`` in Asia/Shanghai (E13)."""

from __future__ import annotations

from flask import Flask

from engine import clock


def moment(stored: int | None, form: str = "minute") -> str:
    """Stored microseconds in words; empty for None.

    :param form: ``minute``, ``day``, or ``iso`` for the attribute of a time element
    """
    if stored is None:
        return ""
    local = clock.moment(stored).astimezone(clock.ZONE)
    if form == "iso":
        return local.isoformat(timespec="seconds")
    return f"{local:%Y-%m-%d}" if form == "day" else f"{local:%Y-%m-%d %H:%M}"


def init_app(app: Flask) -> None:
    """Give templates the filter ``moment``."""
    app.add_template_filter(moment)
