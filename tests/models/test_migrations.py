"""The schema made by the migrations is the schema of the tables, on both databases."""

from __future__ import annotations

import pytest

import models
from models.migrate import migrate, runner


def described() -> dict[str, object]:
    """Columns and indexes of every table, as the database itself describes them."""
    tables = sorted(table._meta.table_name for table in models.TABLES)
    if models.is_sqlite():
        rows = models.db.execute_sql(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        ).fetchall()
        return {f"{kind} {name}": sql for kind, name, table, sql in rows if table in tables}
    columns = models.db.execute_sql(
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = current_schema()"
    ).fetchall()
    indexes = models.db.execute_sql(
        "SELECT tablename, indexname, replace(indexdef, current_schema(), '')"
        " FROM pg_indexes WHERE schemaname = current_schema()"
    ).fetchall()
    constraints = models.db.execute_sql(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
    ).fetchall()
    keep = [row for row in columns + indexes + constraints if row[0].strip('"') in tables]
    return {f"{row[0]} {row[1]}": row[2:] for row in keep}


@pytest.fixture
def fresh(database_url: str, tmp_path_factory: pytest.TempPathFactory):
    """A function that gives an empty database of the same kind."""
    number = iter(range(10))
    before = models.db.obj

    def make() -> None:
        if database_url.startswith("sqlite"):
            home = tmp_path_factory.mktemp("fresh")
            models.open_database(f"sqlite:///{home / 'schema.db'}")
            models.db.connect()
            return
        models.open_database(database_url)
        models.db.connect()
        name = f"fresh{next(number)}"
        models.db.execute_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        models.db.execute_sql(f"CREATE SCHEMA {name}")
        models.db.execute_sql(f"SET search_path TO {name}")

    yield make
    models.db.close_all()
    models.db.initialize(before)


def test_migrations_give_the_schema_of_the_tables(fresh) -> None:
    fresh()
    migrate(models.db.obj)
    migrated = described()
    models.db.close_all()
    fresh()
    models.db.create_tables(models.TABLES)
    created = described()
    assert migrated == created
    assert len([name for name in created if "account" in name]) > 3


def test_every_migration_goes_back(fresh) -> None:
    fresh()
    migrate(models.db.obj)
    moves = runner(models.db.obj)
    while any(migration.applied for migration in moves.status()):
        moves.down()
    assert described() == {}
    migrate(models.db.obj)
    assert described()


def test_migrating_twice_changes_nothing(fresh) -> None:
    fresh()
    assert migrate(models.db.obj)
    assert migrate(models.db.obj) == []
