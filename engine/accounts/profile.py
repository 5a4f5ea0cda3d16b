"""What a person sees of the own account, with the sensitive parts masked."""

from __future__ import annotations

from dataclasses import dataclass

from engine import crypto, id_number
from models import Account


@dataclass(frozen=True, slots=True)
class Card:
    """An account as its owner sees it; number, phone and e-mail are masked."""

    name: str
    number: str
    phone: str
    email: str


def of(account_id: int) -> Card:
    """The card of an account."""
    account = Account.get_by_id(account_id)
    return Card(
        account.name,
        id_number.mask(crypto.unseal(bytes(account.id_number))),
        mask_phone(crypto.unseal(bytes(account.phone))),
        mask_email(crypto.unseal(bytes(account.email))),
    )


def mask_phone(phone: str) -> str:
    """``138****5678``; a shorter one is hidden altogether."""
    return (
        f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}" if len(phone) > 7 else "*" * len(phone)
    )


def mask_email(email: str) -> str:
    """``z***@example.cn``: the first letter and the domain."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else "*" * len(email)
