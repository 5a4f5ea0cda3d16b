"""The command line against a real database."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import models
from tests.conftest import SECRET
from web.cli import shenpi

Run = Callable[..., Result]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings of a deployment of its own, for this process or another."""
    return {
        "SHENPI_HOME": str(tmp_path / "home"),
        "SHENPI_SECRET": b64encode(SECRET).decode(),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'home' / 'shenpi.db'}",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """`shenpi` with arguments; keywords change the environment."""

    def call(*arguments: str, typed: str | None = None, **changes: str) -> Result:
        bound = models.db.obj
        result = CliRunner().invoke(shenpi, arguments, input=typed, env={**environment, **changes})
        if bound is not models.db.obj:
            models.db.obj.close_all()
            models.db.initialize(bound)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def on(database: str, run: Run) -> Run:
    """The same, on the database of the test."""

    def call(*arguments: str, **more: str) -> Result:
        models.db.close()
        result = run(*arguments, DATABASE_URL=database, **more)
        models.db.connect(reuse_if_open=True)
        return result

    return call
