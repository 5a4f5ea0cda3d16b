"""An account whose registration was approved may log in from now on (R16)."""

from __future__ import annotations

from models import Account, AccountState
from models.prepared import Prepared, slot

_OPEN = Prepared(
    lambda: Account.update(state=AccountState.ACTIVE.value).where(
        Account.id == slot("account"), Account.state == AccountState.PENDING.value
    )
)


def open_to_log_in(account: int) -> None:
    """Let a pending account log in; one that has another role already can. In a transaction."""
    _OPEN.run(account=account)
