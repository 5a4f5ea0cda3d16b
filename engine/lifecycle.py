"""The life of a case: start it, move it one step, project the step into rows.

Call these inside an open transaction. A step is: the engine walks (``engine.spiff``), the tasks it
left are closed and those it reached are opened, one event is appended, the case is saved under its
revision. Verbs and subjects are the callers; nothing else moves a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine import calendar, clock, definitions, operations, projection, routing, rows, rules, spiff
from engine.actor import Actor
from engine.projection import Change, Happened, Opened
from engine.rows import CaseRow, Ended

APPROVE = "approve"  # what the system enters for a task that the diagram lets it skip


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
    case = projection.begin(
        kind,
        definition=definition.id,
        account=account,
        unit=unit,
        subject=subject,
        title=title,
        now=clock.micros(now),
    )
    step = spiff.start(definition.spec, dict(data), operate=_operate(case, actor, now), now=now)
    advance(case, step, Happened("submit", actor), now)
    return case.id


def advance(case: CaseRow, step: spiff.Step, happened: Happened, now: datetime) -> None:
    """Project a step of the engine into tasks, one event and the case row.

    :raises Stale: if the case moved since it was read
    :raises NobodyResponsible: if a task finds no office
    """
    diagram = definitions.loaded(case.definition).diagram
    known, moment = rows.open_tasks(case.id), clock.micros(now)
    left = known.keys() - {task.id for task in step.waiting}
    routed = {
        task: _route(case, task, happened, now) for task in step.waiting if task.id not in known
    }
    ended = Ended(diagram.outcomes_of_ends.get(step.end or ""), moment) if step.ended else None
    change = Change(
        happened=happened,
        at=moment,
        left=tuple(known[token] for token in left),
        opened=tuple(opened for opened in routed.values() if opened is not None),
        walked=bytes(diagram.index_of(node) for node in step.walked),
        state=step.state,
        next_timer_at=step.next_timer_at,
        ended=ended,
    )
    projection.write(case, change)
    if step.live is not None:
        spiff.keep(case.id, _mark(case), step)
    skip = [task for task, opened in routed.items() if opened is None]
    for task in skip[:1]:  # one at a time: the step that follows finds the others again
        complete(case, task, {"outcome": APPROVE}, Happened("skip", node=task.node), now)


def check_seen(case: CaseRow, revision: int) -> None:
    """Refuse a page of a locked case that somebody has since changed.

    :param revision: the case's revision that the page showed
    :raises Stale: see ``rules.check_revision``
    """
    if revision != case.revision:
        others = rows.acted_since(case.id, revision)
        rules.check_revision(revision, case.revision, acted_since=bool(others))


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


def _route(case: CaseRow, task: spiff.Waiting, happened: Happened, now: datetime) -> Opened | None:
    """Where a task goes and until when it is due; None if the diagram passes over it."""
    user_task = definitions.loaded(case.definition).diagram.user_tasks[task.node]
    approver = user_task.approver
    barred = routing.barred(approver, case.id, task.node, case.account)
    decided = happened.actor if happened.office is not None else None
    if approver.exclude == "previous" and decided and happened.node != task.node:
        barred |= {decided.account}  # this very decision is not in the history yet
    facts = routing.Facts(case.account, case.unit, task.data, clock.micros(now), barred)
    office = routing.office_for(approver, facts)
    if routing.skipped(approver, office):
        return None
    due_at = None
    if user_task.deadline_workdays is not None:
        due_at = clock.micros(calendar.add_workdays(now, user_task.deadline_workdays))
    return Opened(task.id, task.node, office, due_at)


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
