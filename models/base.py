"""The database object, how it is opened, and the base of every table.

Times are stored as microseconds since 1970 UTC in BIGINT columns: one form for both databases,
exact, and half the size of text. ``engine.clock`` converts.
"""

from __future__ import annotations

from select import select
from typing import Any
from urllib.parse import unquote, urlsplit

from peewee import BigIntegerField, Database, DatabaseProxy, Model
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

db = DatabaseProxy()

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    # A decision that was confirmed to a person must survive a power cut.
    "synchronous": 2,
    "foreign_keys": 1,
    "cache_size": -65536,
    "temp_store": 2,
    "journal_size_limit": 67108864,
}


class _Pooled(PooledPostgresqlDatabase):  # type: ignore[misc]  # playhouse has no types
    """Connections to PostgreSQL that are known to be alive without asking the server each time.

    A healthy idle connection has nothing to read; one that the server closed has its farewell.
    """

    def _is_closed(self, conn: Any) -> bool:
        if not conn.closed and select([conn.fileno()], [], [], 0)[0]:
            conn.close()
        return bool(conn.closed)


class Base(Model):
    """A table of ours; writes only the columns that changed."""

    class Meta:
        database = db
        legacy_table_names = False
        only_save_dirty = True


class Clustered(Base):
    """A table kept in the order of its compound key; on SQLite that means WITHOUT ROWID."""


class MomentField(BigIntegerField):
    """A moment in microseconds since 1970, UTC."""


def tuples(query: Any) -> list[tuple[Any, ...]]:
    """The rows of a select as plain tuples; Peewee's own types do not know of them."""
    return list(query.tuples())


def open_database(url: str, *, connections: int = 64) -> Database:
    """Bind the tables to the database of ``url`` and return it, not yet connected.

    :param url: ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://user:pw@host:port/name``
    :raises ValueError: for any other scheme
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        database: Database = PooledSqliteDatabase(
            _path(url),
            pragmas=SQLITE_PRAGMAS,
            timeout=30,
            max_connections=connections,
            check_same_thread=False,
        )
    elif parts.scheme in {"postgresql", "postgres"}:
        database = _Pooled(
            parts.path.removeprefix("/"), max_connections=connections, **_postgresql(url)
        )
    else:
        raise ValueError(f"unknown database scheme {parts.scheme!r}")
    for table in Clustered.__subclasses__():
        table._meta.without_rowid = isinstance(database, PooledSqliteDatabase)
    db.initialize(database)
    return database


def _path(url: str) -> str:
    """The file of ``sqlite:///relative.db`` or ``sqlite:////absolute.db``."""
    return unquote(urlsplit(url).path.removeprefix("/"))


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = {"prefer_psycopg3": True, "prepare_threshold": 1}
    for pair in filter(None, parts.query.split("&")):
        name, _, value = pair.partition("=")
        options[name] = unquote(value)
    if parts.hostname:
        options["host"] = unquote(parts.hostname)
    if parts.port:
        options["port"] = parts.port
    if parts.username:
        options["user"] = unquote(parts.username)
    if parts.password:
        options["password"] = unquote(parts.password)
    return options


def is_sqlite() -> bool:
    """Whether the bound database is the embedded one."""
    return isinstance(db.obj, PooledSqliteDatabase)
