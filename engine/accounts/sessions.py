"""What a session opened at log-in must still satisfy at each request."""

from __future__ import annotations

from dataclasses import dataclass

from engine.accounts.roles import Role, UserType, roles_of
from models import Account, AccountState
from models.prepared import Prepared, slot

SECOND = 1_000_000
IDLE = 30 * 60 * SECOND
IDLE_OF_ADMINISTRATOR = 15 * 60 * SECOND
ABSOLUTE = 8 * 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Session:
    """What the session of a request rests on."""

    account: int
    name: str
    roles: tuple[Role, ...]
    must_change_password: bool


_ACCOUNT = Prepared(
    lambda: Account.select(Account.name, Account.must_change_password).where(
        Account.id == slot("account"),
        Account.epoch == slot("epoch"),
        Account.state == AccountState.ACTIVE,
    )
)


def resume(account_id: int, epoch: int, now: int) -> Session | None:
    """What a session opened earlier still gives; None once the account or its epoch has changed."""
    account = _ACCOUNT.one(account=account_id, epoch=epoch)
    if account is None:
        return None
    roles = roles_of(account_id, now)
    if not roles:
        return None
    return Session(account_id, account[0], roles, bool(account[1]))


def expired(role: Role, *, opened_at: int, seen_at: int, now: int) -> bool:
    """Whether a session has been idle too long or open too long (microseconds). Pure."""
    return now - seen_at >= idle_of(role) or now - opened_at >= ABSOLUTE


def idle_of(role: Role) -> int:
    """How long a session may lie idle in a role, microseconds."""
    return IDLE if role.user_type is UserType.PROFESSIONAL else IDLE_OF_ADMINISTRATOR
