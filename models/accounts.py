"""Who logs in, and what guards the log-in."""

from __future__ import annotations

from enum import StrEnum

from peewee import (
    SQL,
    BigAutoField,
    BlobField,
    BooleanField,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
    TextField,
)

from models.base import Base, MomentField


class AccountState(StrEnum):
    """An account logs in only when active; a closed one frees its ID number (E2)."""

    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"


class Account(Base):
    """账号: one natural person; the ID number is the log-in (R5).

    ID number, phone and e-mail are encrypted (SM4-GCM); the ID number is found by ``lookup``, a
    keyed HMAC-SM3 of it cut to 16 bytes (``engine/crypto.py``).
    """

    id = BigAutoField()
    name = TextField()
    id_number = BlobField()
    lookup = BlobField()
    phone = BlobField()
    email = BlobField()
    password = TextField()  # argon2id
    state = TextField(default=AccountState.PENDING)
    must_change_password = BooleanField(default=False)
    password_expires_at = MomentField(null=True)  # a reset password is valid for 24 hours
    epoch = IntegerField(default=0)  # raised to end every session of the account
    created_at = MomentField()

    @classmethod
    def live(cls, lookup: bytes) -> ModelSelect[Account]:
        """The one pending or active account of an ID number."""
        return cls.select().where(cls.lookup == lookup, cls.state != AccountState.CLOSED)


Account.add_index(
    Account.index(Account.lookup, unique=True, name="account_live_lookup").where(
        SQL("state <> 'closed'")
    )
)
Account.add_index(Account.index(Account.lookup, name="account_lookup"))


class PasswordHistory(Base):
    """The last passwords of an account, so that they are not used again."""

    id = BigAutoField()
    account = ForeignKeyField(Account, backref="old_passwords")
    account_id: int
    password = TextField()
    created_at = MomentField()


class Throttle(Base):
    """Failures counted by key (an account's lookup or an address), for lock-out."""

    key = TextField(primary_key=True)
    failures = IntegerField()
    since = MomentField()
    locked_until = MomentField(null=True)


class Captcha(Base):
    """A picture that was shown; the row is deleted when it is used."""

    token = TextField(primary_key=True)
    answer = BlobField()  # keyed hash
    expires_at = MomentField(index=True)


class OneTimeCode(Base):
    """A code sent to a registered address, for password recovery (R62)."""

    id = BigAutoField()
    account = ForeignKeyField(Account, backref="codes")
    account_id: int
    purpose = TextField()
    code = BlobField()  # keyed hash
    created_at = MomentField()
    expires_at = MomentField()
    attempts = IntegerField(default=0)
    used_at = MomentField(null=True)


class AccessLog(Base):
    """Who saw or changed something that must be accounted for: unmasked views, resets, log-ins."""

    id = BigAutoField()
    at = MomentField(index=True)
    account = ForeignKeyField(Account, null=True)
    account_id: int | None
    action = TextField()
    object_kind = TextField(null=True)
    object_id = TextField(null=True)
    result = TextField(default="ok")
