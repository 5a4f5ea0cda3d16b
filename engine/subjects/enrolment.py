"""The operations that ``bpmn/registration.bpmn`` calls: how a registration ends (E2)."""

from __future__ import annotations

from engine.accounts.opening import open_to_log_in
from engine.errors import Refused
from engine.operations import Context, operation
from engine.subjects import applicant
from models import Professional, ProfessionalState, Unit, UnitState
from models.prepared import Prepared, slot

# An approval is the commonest act of December: its statements are made once.
_STATE_OF_UNIT = Prepared(
    lambda: (
        Unit.select(Unit.state).join(Professional).where(Professional.id == slot("professional"))
    )
)
_LEAVE_PENDING = Prepared(
    lambda: Professional.update(state=slot("state")).where(
        Professional.id == slot("professional"),
        Professional.state == ProfessionalState.PENDING.value,
    )
)


@operation(
    "registration.activate", zh="启用专业技术人员账号", en="Activate the professional account"
)
def activate(context: Context) -> None:
    """Let the professional log in (R16).

    :raises Refused: ``not_pending``, or ``unit_closed`` if the unit no longer acts (E2)
    """
    row = _STATE_OF_UNIT.one(professional=context.subject)
    if row is None or row[0] != UnitState.ACTIVE:
        raise Refused("unit_closed")
    _leave_pending(context.subject, ProfessionalState.ACTIVE)
    open_to_log_in(context.account)


@operation("registration.reject", zh="不予通过注册", en="Reject the registration")
def reject(context: Context) -> None:
    """End the registration; the ID number may register again (E2)."""
    _leave_pending(context.subject, ProfessionalState.REJECTED)
    applicant.release(context.account, context.now)


@operation("registration.withdraw", zh="撤回注册", en="Withdraw the registration")
def withdraw(context: Context) -> None:
    """Take the registration back; the ID number may register again (R18)."""
    _leave_pending(context.subject, ProfessionalState.WITHDRAWN)
    applicant.release(context.account, context.now)


def _leave_pending(professional: int, state: ProfessionalState) -> None:
    if _LEAVE_PENDING.run(professional=professional, state=state.value).rowcount != 1:
        raise Refused("not_pending")
