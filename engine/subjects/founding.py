"""The operations that ``bpmn/unit_registration.bpmn`` calls: a unit begins to act, or not."""

from __future__ import annotations

from engine.accounts.opening import open_to_log_in
from engine.errors import Refused
from engine.offices import ADMINISTRATOR_NAMES, OfficeCode
from engine.operations import Context, operation
from engine.subjects import applicant
from models import Appointment, Office, Unit, UnitAncestor, UnitKind, UnitState, tuples


@operation("unit_registration.activate", zh="启用单位及其管理员", en="Activate the unit")
def activate(context: Context) -> None:
    """Let the unit act and its administrator log in: place, office, appointment, account.

    :raises Refused: ``not_pending``, or ``superior_closed`` if the unit above no longer acts
    """
    unit = Unit.get_by_id(context.subject)
    if unit.superior is None or unit.superior.state != UnitState.ACTIVE:
        raise Refused("superior_closed")
    _leave_pending(unit.id, UnitState.ACTIVE)
    _place(unit)
    code = OfficeCode.ADMINISTRATOR
    office = Office.create(unit=unit, code=code, name=ADMINISTRATOR_NAMES[UnitKind(unit.kind)])
    Appointment.create(office=office, account=context.account, since=context.now)
    open_to_log_in(context.account)


@operation("unit_registration.reject", zh="不予通过单位注册", en="Reject the unit")
def reject(context: Context) -> None:
    """End the registration; ID number and credit code are free again (E2)."""
    _leave_pending(context.subject, UnitState.REJECTED)
    applicant.release(context.account, context.now)


@operation("unit_registration.withdraw", zh="撤回单位注册", en="Withdraw the unit")
def withdraw(context: Context) -> None:
    """Take the registration back; ID number and credit code are free again (R27)."""
    _leave_pending(context.subject, UnitState.WITHDRAWN)
    applicant.release(context.account, context.now)


def _place(unit: Unit) -> None:
    """The unit's rows in the closure of the hierarchy."""
    above = tuples(
        UnitAncestor.select(UnitAncestor.ancestor, UnitAncestor.distance).where(
            UnitAncestor.unit == unit.superior
        )
    )
    line = [(unit.id, 0), *((ancestor, distance + 1) for ancestor, distance in above)]
    UnitAncestor.insert_many(
        [(unit.id, ancestor, distance) for ancestor, distance in line],
        fields=[UnitAncestor.unit, UnitAncestor.ancestor, UnitAncestor.distance],
    ).execute()


def _leave_pending(unit: int, state: UnitState) -> None:
    changed = (
        Unit.update(state=state).where(Unit.id == unit, Unit.state == UnitState.PENDING).execute()
    )
    if changed != 1:
        raise Refused("not_pending")
