"""The log of who logged in, reset a password or saw a full ID number (domain.md section 5, S3).

It names accounts by their key and never holds an ID number, a phone or an address.
"""

from __future__ import annotations

from models import AccessLog


def record(
    action: str,
    *,
    now: int,
    account: int | None,
    result: str = "ok",
    subject: tuple[str, int] | None = None,
) -> None:
    """Write one line; call inside a transaction.

    :param action: what was done: ``sign_in``, ``sign_out``, ``password.reset`` ...
    :param account: who did it, None when unknown
    :param result: ``ok`` or the code of the refusal
    :param subject: kind and id of what was seen or changed
    """
    kind, key = subject if subject else (None, None)
    AccessLog.insert(
        at=now,
        account=account,
        action=action,
        object_kind=kind,
        object_id=None if key is None else str(key),
        result=result,
    ).execute()
