"""The life of a case: start it, move it one step, project the step into rows.

Call these inside an open transaction. A step is: the engine walks (``engine.spiff``), the tasks it
left are closed and those it reached are opened, one event is appended, the case is saved under its
revision. Verbs and subjects are the callers; nothing else moves a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import calendar, clock, definitions, history, operations, routing, rows, spiff
from engine.actor import Actor
from engine.errors import Stale
from engine.rows import CaseRow, Ended

APPROVE = "approve"  # what the system enters for a task that the diagram lets it skip


@dataclass(frozen=True, slots=True)
class Happened:
    """What the event of a step says besides its place in the chain."""

    verb: str
    actor: Actor | None = None
    office: int | None = None
    node: str | None = None
    outcome: str | None = None
    opinion: str | None = None
    data: str | None = None


def start(
    kind: str,
    *,
    account: int,
    unit: int,
    subject: int,
    title: str,
    data: Mapping[str, object],
    actor: Actor,
) -> int:
    """Start a case of a kind on its newest definition; return its id.

    :param account: the applicant
    :param unit: the unit that the case is about, for rights and filters
    :param subject: id of the row of business data
    :param data: the small facts that conditions and routing see
    :raises NotFound: if no diagram of that kind is published
    :raises NobodyResponsible: if the first task finds no office
    """
    definition, now = definitions.newest(kind), clock.now()
    case_id = rows.insert_case(
        definition=definition.id,
        kind=kind,
        account=account,
        unit=unit,
        subject=subject,
        title=title,
        head=history.GENESIS,
        now=clock.micros(now),
    )
    case = CaseRow(
        case_id, definition.id, kind, account, unit, subject, "running", 0, history.GENESIS, None
    )
    step = spiff.start(definition.spec, dict(data), operate=_operate(case, actor, now), now=now)
    advance(case, step, Happened("submit", actor), now)
    return case_id


def advance(case: CaseRow, step: spiff.Step, happened: Happened, now: datetime) -> None:
    """Project a step of the engine into tasks, one event and the case row.

    :raises Stale: if the case moved since it was read
    :raises NobodyResponsible: if a task finds no office
    """
    diagram = definitions.loaded(case.definition).diagram
    before, moment = case.revision, clock.micros(now)
    known = rows.open_tasks(case.id)
    waiting = {task.id: task.node for task in step.waiting}
    for token in known.keys() - waiting.keys():
        rows.close_task(known[token], now=moment, actor=None, outcome=None)
    walked = bytes(diagram.index_of(node) for node in step.walked)
    case.revision += 1
    case.head = history.append(_line(case, happened, moment, walked), case.head)
    skip = [task for task in step.waiting if task.id not in known and not _open(case, task, now)]
    ended = None
    if step.ended:
        case.status = "ended"
        ended = Ended(diagram.outcomes_of_ends.get(step.end or ""), moment)
    case.state = step.state
    if rows.save_case(case, before=before, next_timer_at=step.next_timer_at, ended=ended) != 1:
        raise Stale
    if step.live is not None:
        spiff.keep(case.id, _mark(case), step)
    if skip:  # one at a time: the step that follows finds the others again
        first = skip[0]
        complete(case, first, {"outcome": APPROVE}, Happened("skip", node=first.node), now)


def complete(
    case: CaseRow,
    task: spiff.Waiting,
    data: Mapping[str, object],
    happened: Happened,
    now: datetime,
) -> spiff.Step:
    """Complete a waiting task in the engine and advance the case."""
    definition = definitions.loaded(case.definition)
    step = spiff.complete(
        definition.spec,
        case.state or b"",
        task.id,
        data,
        operate=_operate(case, happened.actor, now),
        now=now,
        known=(case.id, _mark(case)),
    )
    advance(case, step, happened, now)
    return step


def send(
    case: CaseRow, message: str, data: Mapping[str, object], happened: Happened, now: datetime
) -> None:
    """Send a message to the case and advance it.

    :raises engine.spiff.NotWaiting: if nothing in the case waits for the message
    """
    definition = definitions.loaded(case.definition)
    step = spiff.send(
        definition.spec,
        case.state or b"",
        message,
        data,
        operate=_operate(case, happened.actor, now),
        now=now,
        known=(case.id, _mark(case)),
    )
    advance(case, step, happened, now)


def tick(case: CaseRow, now: datetime) -> bool:
    """Fire the timers of a case that are due; return whether any was."""
    definition = definitions.loaded(case.definition)
    step = spiff.tick(
        definition.spec,
        case.state or b"",
        operate=_operate(case, None, now),
        now=now,
        known=(case.id, _mark(case)),
    )
    if not step.walked:
        spiff.keep(case.id, _mark(case), step)  # nothing moved: it is still the case of this mark
        return False
    advance(case, step, Happened("timer", node=step.walked[0]), now)
    return True


def _mark(case: CaseRow) -> int:
    """What a live workflow is kept under: the chain's head, so a step that was rolled back after
    all can never be mistaken for the one that took its place."""
    return int.from_bytes(case.head[:8])


def _line(case: CaseRow, happened: Happened, moment: int, walked: bytes) -> history.Line:
    return history.Line(
        case=case.id,
        seq=case.revision,
        at=moment,
        verb=happened.verb,
        actor=happened.actor.account if happened.actor else None,
        office=happened.office,
        node=happened.node,
        outcome=happened.outcome,
        opinion=happened.opinion or None,
        data=happened.data,
        walked=walked,
    )


def _open(case: CaseRow, task: spiff.Waiting, now: datetime) -> bool:
    """Open a task at the office that must act; return False if the diagram skips it."""
    user_task = definitions.loaded(case.definition).diagram.user_tasks[task.node]
    barred = routing.barred(user_task.approver, case.id, task.node, case.account)
    facts = routing.Facts(case.account, case.unit, task.data, clock.micros(now), barred)
    office = routing.office_for(user_task.approver, facts)
    if routing.skipped(user_task.approver, office):
        return False
    due_at = None
    if user_task.deadline_workdays is not None:
        due_at = clock.micros(calendar.add_workdays(now, user_task.deadline_workdays))
    moment = clock.micros(now)
    rows.insert_task(case, task.node, task.id, office=office, now=moment, due_at=due_at)
    return True


def _operate(case: CaseRow, actor: Actor | None, now: datetime) -> spiff.Operate:
    """How the engine calls our operations during a step of this case."""

    def operate(
        name: str, params: Mapping[str, str], data: dict[str, object]
    ) -> Mapping[str, object] | None:
        return operations.run(
            name,
            operations.Context(
                case=case.id,
                kind=case.kind,
                account=case.account,
                unit=case.unit,
                subject=case.subject,
                actor=actor,
                now=clock.micros(now),
                data=data,
                params={key.removeprefix("operation."): text for key, text in params.items()},
            ),
        )

    return operate
