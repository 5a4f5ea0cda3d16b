"""The application on both databases, and logging in through the real form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from werkzeug.test import TestResponse

from engine.accounts import captcha
from engine.accounts.roles import UserType
from engine.settings import Settings
from tests.conftest import SECRET
from tests.people import PASSWORD
from web import assets
from web.app import create_app


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    """Pages name the bundles and the English catalogue; both are built when they are not there."""
    assets.build()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Templates compiled once a session, not once for each application."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database: str, compiled: BytecodeCache, tmp_path: Path) -> Flask:
    """The application on an empty database."""
    app = create_app(
        Settings(database_url=database, secret=SECRET, files=str(tmp_path), secure_cookies=False)
    )
    app.testing = True
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def csrf(client: FlaskClient, path: str = "/login") -> str:
    """A CSRF token for this browser, from a page it may see."""
    return hidden(client.get(path).text, "csrf_token")


def sign_in(
    client: FlaskClient,
    number: str,
    password: str = PASSWORD,
    user_type: str = UserType.PROFESSIONAL,
    **changed: str,
) -> TestResponse:
    """Fill in the log-in form as a person would; the captcha's answer comes from the engine.

    ``changed`` replaces further fields of the form.
    """
    page = client.get("/login").text
    ticket = hidden(page, "ticket")
    return client.post(
        "/login",
        data={
            "csrf_token": hidden(page, "csrf_token"),
            "type": user_type,
            "number": number,
            "password": password,
            "ticket": ticket,
            "captcha": captcha.issue(ticket),
            **changed,
        },
    )
