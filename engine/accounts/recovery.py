"""A forgotten password, set anew with a code sent to the registered e-mail or phone (R62).

Nothing here tells a stranger whether an ID number is known: a code that was never sent is as wrong
as a mistyped one, and asking for one always gives the same answer.
"""

from __future__ import annotations

from engine import clock
from engine.accounts import access, captcha, codes, passwords, throttle
from engine.accounts.sign_in import lookup_of
from engine.db import transaction
from engine.errors import Invalid, Refused
from models import Account


def request(number: str, channel: codes.Channel, *, ticket: str, answer: str, address: str) -> str:
    """Send a code if the account exists; returns an opaque name of the request, whoever asks.

    :raises Refused: ``captcha``
    :raises Locked: after twenty requests in an hour from one address; more than five for one ID
        number are left unanswered without a word
    """
    captcha.check(ticket, answer)
    lookup = lookup_of(number)
    now = clock.micros(clock.now())
    with transaction():
        wait = throttle.attempt(throttle.by_address("code", address), throttle.CODE_BY_ADDRESS, now)
        enough = throttle.attempt(
            throttle.by_account("code", lookup), throttle.CODE_BY_ACCOUNT, now
        )
        account = Account.live(lookup).first()
        if account is not None and not wait and not enough:
            codes.send(account, channel, now)
            access.record("password.code", now=now, account=account.id)
    if wait:
        raise throttle.Locked(wait)
    return codes.name_of(lookup)


def finish(name: str, code: str, *, new: str, repeated: str) -> None:
    """Set a new password by the code; each code is good for five tries and one change.

    :param name: what ``request`` returned
    :raises Refused: ``code``: wrong, too old, used, tried too often, or never sent
    :raises Invalid: the new password breaks a rule; the code stays good
    """
    now = clock.micros(clock.now())
    account, row = _try(codes.lookup_in(name), code, now)
    try:
        passwords.check_new(account, new, repeated, now)
    except Invalid:
        with transaction():  # the code was right: this was no guess
            codes.give_back(row)
        raise
    hashed = passwords.hash_password(new)
    with transaction():
        if not codes.use(row, now):
            raise Refused("code")
        passwords.store(account, hashed, now)
        throttle.clear(throttle.by_account("sign_in", bytes(account.lookup)))
        access.record("password.recover", now=now, account=account.id)


def _try(lookup: bytes, code: str, now: int) -> tuple[Account, int]:
    """The account and the right code; a wrong one is logged."""
    account = Account.live(lookup).first()
    if account is None:
        raise Refused("code")
    with transaction():
        right = codes.count_try(account.id, code, now)
        if right is None:
            access.record("password.recover", now=now, account=account.id, result="code")
    if right is None:
        raise Refused("code")
    return account, right
