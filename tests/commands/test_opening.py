"""Opening the database for a command."""

from __future__ import annotations

import models
from web.commands.opening import session


def test_no_connection_is_left_for_forked_processes_to_share(
    database: str, environment: dict[str, str], monkeypatch
) -> None:
    bound = models.db.obj
    for name, value in {**environment, "DATABASE_URL": database}.items():
        monkeypatch.setenv(name, value)
    try:
        with session():
            pool = models.db.obj
            assert len(pool._in_use) == 1
        assert (pool._in_use, pool._connections) == ({}, [])
    finally:
        models.db.initialize(bound)
