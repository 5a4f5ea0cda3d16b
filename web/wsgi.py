"""The application as a WSGI server starts it, from the settings of the environment."""

from __future__ import annotations

from flask import Flask

from engine.settings import Settings
from engine.subjects import load
from web.app import create_app


def application() -> Flask:
    """Granian calls this once in each of its processes."""
    load()
    return create_app(Settings.from_env())
