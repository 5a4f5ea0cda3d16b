"""Writing many rows quickly: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import fn

from models import Base, db, is_sqlite


def next_id(table: type[Base]) -> int:
    """The smallest id above all that are in use."""
    highest: int | None = table.select(fn.MAX(table._meta.primary_key)).scalar()
    return (highest or 0) + 1


def insert(table: type[Base], columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows whose values already have the form of the database; ids are given, not made.

    :param columns: names of fields, in the order of the values of a row
    """
    names = ", ".join(f'"{table._meta.fields[name].column_name}"' for name in columns)
    target = f'"{table._meta.table_name}" ({names})'
    if is_sqlite():
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {target} VALUES ({marks})"  # noqa: S608 - names of our tables
        db.connection().executemany(statement, rows)
        return
    with db.connection().cursor().copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def alone(tables: Iterable[type[Base]]) -> None:
    """Keep others from writing to these tables until the end of the transaction.

    SQLite has one writer anyway.
    """
    if not is_sqlite():
        names = ", ".join(f'"{table._meta.table_name}"' for table in tables)
        db.execute_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def renumber(tables: Iterable[type[Base]]) -> None:
    """Let PostgreSQL go on numbering after the ids that were given."""
    for table in tables:
        if not is_sqlite() and table._meta.auto_increment:
            db.execute_sql(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)",
                (table._meta.table_name, next_id(table)),
            )


def analyse(tables: Iterable[type[Base]]) -> None:
    """Let the database look at what the tables hold now, for its choice of indexes."""
    for table in tables:
        db.execute_sql(f'ANALYZE "{table._meta.table_name}"')
