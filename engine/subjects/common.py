"""Operations that any diagram may call: remind, escalate, tell the applicant (E12)."""

from __future__ import annotations

from engine import definitions, outbox, routing
from engine.operations import Context, operation
from models import Case, Task, tuples


@operation("task.remind", zh="提醒办理人", en="Remind the office", parameters=("task",))
def remind(context: Context) -> None:
    """Tell the holders of the office of an open task that it waits."""
    for _task, office in _open(context):
        for account, _name in routing.holders(office, context.now):
            outbox.post(
                account,
                "overdue",
                {"kind": context.kind},
                case=context.case,
                now=context.now,
                channels=("notice", "mail"),
            )


@operation("task.escalate", zh="上报上级", en="Show to the superior", parameters=("task",))
def escalate(context: Context) -> None:
    """Let the office above see and decide an open task too, if somebody is above."""
    barred = _barred(context)
    for task, office in _open(context):
        superior = routing.above(office, barred=barred, now=context.now)
        if superior is None:
            continue
        Task.update(escalated=superior).where(Task.id == task).execute()
        for account, _name in routing.holders(superior, context.now):
            outbox.post(
                account, "escalated", {"kind": context.kind}, case=context.case, now=context.now
            )


@operation("notify.applicant", zh="通知申请人", en="Tell the applicant", parameters=("template",))
def notify(context: Context) -> None:
    """Tell the applicant by a notice and by mail."""
    outbox.post(
        context.account,
        context.params["template"],
        {"kind": context.kind},
        case=context.case,
        now=context.now,
        channels=("notice", "mail"),
    )


def _barred(context: Context) -> frozenset[int]:
    """Accounts that may not act on the task that the diagram names."""
    node = context.params["task"]
    diagram = definitions.loaded(Case.get_by_id(context.case).definition_id).diagram
    return routing.barred(diagram.user_tasks[node].approver, context.case, node, context.account)


def _open(context: Context) -> list[tuple[int, int]]:
    """The open tasks (id, office) of the case at the node that the diagram names."""
    query = Task.select(Task.id, Task.office).where(
        Task.case == context.case,
        Task.node == context.params["task"],
        Task.closed_at.is_null(),
        Task.office.is_null(is_null=False),
    )
    return [(task, office) for task, office in tuples(query)]
