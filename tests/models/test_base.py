"""How the database is opened."""

from __future__ import annotations

import pytest

import models


def test_a_connection_that_the_server_closed_is_not_used_again(postgresql_url: str) -> None:
    before = models.db.obj
    pool = models.open_database(postgresql_url)
    try:
        pool.connect()
        number = pool.execute_sql("SELECT pg_backend_pid()").fetchone()[0]
        pool.close()
        pool.connect()
        assert pool.execute_sql("SELECT pg_backend_pid()").fetchone()[0] == number
        pool.close()
        other = models.open_database(postgresql_url)
        other.connect()
        other.execute_sql("SELECT pg_terminate_backend(%s, 5000)", (number,))
        other.close_all()
        pool.connect()
        assert pool.execute_sql("SELECT pg_backend_pid()").fetchone()[0] != number
    finally:
        pool.close_all()
        models.db.initialize(before)


@pytest.mark.parametrize("url", ["mysql://u@h/d", "oracle:x", "", "shenpi.db"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="scheme"):
        models.open_database(url)
