"""Shenpi as a peer of the baseline: the approval case through the real inbox, rights and verbs.

``shared/baseline/run.py`` starts this file (``PEERS_EXTRA``); ``harness`` is its closed loop. It
measures the product's own code: the first inbox page, loading the task through the viewer's rights,
and ``verbs.decide`` with its lock, rules, engine step, tasks, hash-chained event and message.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import harness

import models
from engine import clock, crypto, inbox, lifecycle, rights, subjects
from engine.actor import Actor
from engine.db import transaction
from engine.operations import Context, operation
from engine.verbs.decide import decide
from models import Account, Appointment, Case, Definition, Event, Office, Region, Unit
from models.migrate import migrate
from models.prepared import Prepared, slot

SUPERIOR = Prepared(lambda: Unit.select(Unit.superior).where(Unit.id == slot("unit")))
ACTIVATE = Prepared(lambda: Account.update(state="active").where(Account.id == slot("account")))
ENTER = Prepared(
    lambda: Account.insert(
        {
            getattr(Account, name): slot(name)
            for name in ("name", "id_number", "lookup", "phone", "email", "password", "created_at")
        }
        | {Account.state: "pending", Account.must_change_password: False, Account.epoch: 0}
    ).returning(Account.id)
)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$" + "c" * 22 + "$" + "h" * 43


@operation("bench.route", zh="", en="")
def route(context: Context) -> dict[str, object]:
    """The applicant's unit first, then the superior of the last reviewer."""
    step = int(context.data.get("step", 0))
    unit = context.unit
    if step:
        (unit,) = SUPERIOR.one(unit=context.data["reviewer"])
    return {"step": step + 1, "reviewer": unit}


@operation("bench.activate", zh="", en="")
def activate(context: Context) -> None:
    """The account may log in."""
    ACTIVATE.run(account=context.account)


class Shenpi:
    """The approval case on Shenpi's own tables and engine."""

    def __init__(self, db: str) -> None:
        kind, rest = db.split(":", 1)
        crypto.use(b"only for the bench" * 2)
        subjects.load()
        if kind == "sqlite":
            sync, path = rest.split(":", 1)
            models.base.SQLITE_PRAGMAS["synchronous"] = sync
            models.open_database(f"sqlite:///{path}")
        else:
            options = dict(part.split("=", 1) for part in rest.split())
            name = options.pop("dbname")
            query = "&".join(f"{key}={value}" for key, value in options.items())
            models.open_database(f"postgresql:///{name}?{query}")
        models.db.connect()

    def setup(self) -> None:
        migrate(models.db.obj)
        now = clock.micros(clock.now())
        with transaction():
            Region.create(code="410000", name="河南省", level=1, pinyin="henan", initials="hn")
            for unit, parent, _level in harness.units():
                self._unit(unit, parent, now)
            Definition.create(
                key="approval", version=1, title="Approval", digest=b"", published_at=now,
                source=(Path(__file__).parent / "approval.bpmn").read_bytes(),
            )  # fmt: skip

    def _unit(self, unit: int, parent: int | None, now: int) -> None:
        kind = "employer" if parent else "bureau"
        Unit.insert(
            id=unit, kind=kind, name=f"Unit {unit}", region="410000", superior=parent,
            state="active", pinyin="", initials="", created_at=now,
        ).execute()  # fmt: skip
        above = [unit, parent, Unit.get_by_id(parent).superior_id if parent else None]
        for distance, ancestor in enumerate(filter(None, above)):
            models.UnitAncestor.create(unit=unit, ancestor=ancestor, distance=distance)
        Account.insert(
            id=unit, name=f"Admin {unit}", id_number=b"", lookup=crypto.lookup(str(unit)),
            phone=b"", email=b"", password="", state="closed", created_at=now,
        ).execute()  # fmt: skip
        Office.insert(id=unit, unit=unit, name="administrator").execute()
        Appointment.create(office=unit, account=unit, since=0)

    def connect(self, region: int) -> None:
        # Ids of administrators and units are given; those of applicants start above.
        if not models.is_sqlite():
            models.db.execute_sql(
                "SELECT setval('account_id_seq', greatest(nextval('account_id_seq'), 100000))"
            )
        self.subject = region * 10**9 + os.getpid() * 10**5

    def start(self, unit: int, applicant: dict[str, str]) -> None:
        self.subject += 1
        with transaction():
            (account,) = ENTER.one(
                name=applicant["name"],
                id_number=crypto.seal(applicant["id_no"]),
                lookup=crypto.lookup(f"{applicant['id_no']} {self.subject}"),
                phone=crypto.seal(applicant["phone"]),
                email=crypto.seal(applicant["email"]),
                password=HASH,
                created_at=clock.micros(clock.now()),
            )
            lifecycle.start(
                "approval",
                account=account,
                unit=unit,
                subject=self.subject,
                title=applicant["name"],
                data={},
                actor=Actor(account, applicant["name"]),
            )

    def inbox(self, unit: int) -> tuple[inbox.Row, ...]:
        self.actor = Actor(unit, f"Admin {unit}", frozenset({unit}))
        return inbox.page(self.actor).rows

    def open(self, row: inbox.Row) -> None:
        self.task = rights.task_for(row.id, self.actor)

    def decide(self, row: inbox.Row, _admin: int, comment: str) -> None:
        decide(
            row.id,
            actor=self.actor,
            outcome="approve",
            opinion=comment,
            revision=self.task.case.revision,
        )

    def finished(self) -> list[int]:
        ended = Case.select().where(Case.status == "ended", Case.outcome == "approved").count()
        active = Account.select().where(Account.state == "active").count()
        return [ended, active, Event.select().where(Event.verb == "decide").count()]


if __name__ == "__main__":
    harness.main(Shenpi)
