"""The lists that everybody waits for are read by their index, not by looking at every row."""

from __future__ import annotations

import pytest

import models
from engine import clock, delivery, inbox, notices
from models.cases import IS_OUTGOING
from models.prepared import Prepared

DUE = Prepared(
    lambda: (
        models.Message.select(models.Message.id)
        .where(IS_OUTGOING, models.Message.due_at <= clock.micros(clock.now()))
        .order_by(models.Message.due_at)
    )
)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        pytest.param(notices._UNREAD, "message_notices", id="unread notices"),
        pytest.param(DUE, "message_due", id="messages to deliver"),
        pytest.param(inbox._FIRST["office"], "task_inbox", id="first page of an inbox"),
        pytest.param(inbox._AFTER["office"], "task_inbox", id="page after"),
        pytest.param(inbox._COUNT["office"], "task_inbox", id="count of an inbox"),
        pytest.param(inbox._FIRST["escalated"], "task_escalated", id="tasks shown to a superior"),
    ],
)
def test_a_list_is_read_by_its_index(database: str, query: Prepared, index: str) -> None:
    sql, params = query._sql()
    if models.is_sqlite():
        plan = models.db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", [1] * len(params)).fetchall()
    else:
        with models.db.atomic():
            models.db.execute_sql("SET LOCAL enable_seqscan = off")
            models.db.execute_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            values = [value if isinstance(value, int | str) else 1 for value in params]
            plan = models.db.execute_sql(f"EXPLAIN {sql}", values).fetchall()
    assert index in str(plan)


def test_the_worker_asks_for_due_messages_as_its_index_does() -> None:
    assert delivery.IS_OUTGOING is IS_OUTGOING
