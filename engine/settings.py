"""What a deployment sets, read once from the environment; a bad value stops the start.

Documented in docs/settings.md; a test holds the two together.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import ShenpiError


class BadSetting(ShenpiError):
    """An environment variable cannot be used; the message names it, never its value."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one deployment."""

    database_url: str
    secret: bytes = field(repr=False)
    files: str  # folder, or URL of an S3-compatible bucket
    mail_url: str | None = field(default=None, repr=False)  # where the worker sends mail
    sms_url: str | None = field(default=None, repr=False)  # and text messages
    mail_from: str = "noreply@shenpi.invalid"
    public_url: str = "http://127.0.0.1:8000"
    secure_cookies: bool = True
    demo: bool = False
    proxies: int = 0  # how many proxies in front are trusted to name the visitor's address
    address_failures: int = 5  # failed log-ins in 15 minutes that lock an address
    reset_style: str = "id-tail"  # a reset password: id-tail (R63) or random

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; without any, an embedded database below ``var/``.

        :raises BadSetting: if a value cannot be used
        """
        env = os.environ if env is None else env
        home = Path(env.get("SHENPI_HOME", "var")).resolve()
        demo = env.get("SHENPI_DEMO", "") == "1"
        outbox = f"file://{home / 'outbox'}"  # a demonstration shows what it would have sent
        public_url = env.get("SHENPI_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
        return cls(
            database_url=env.get("DATABASE_URL") or f"sqlite:///{home / 'shenpi.db'}",
            secret=_secret(env.get("SHENPI_SECRET"), home),
            files=env.get("SHENPI_FILES") or str(home / "files"),
            mail_url=env.get("SHENPI_MAIL_URL") or (outbox if demo else None),
            sms_url=env.get("SHENPI_SMS_URL") or (outbox if demo else None),
            mail_from=env.get("SHENPI_MAIL_FROM", "noreply@shenpi.invalid"),
            public_url=public_url,
            secure_cookies=public_url.startswith("https:"),
            demo=demo,
            proxies=_number(env, "SHENPI_PROXIES", 0, least=0),
            address_failures=_number(env, "SHENPI_ADDRESS_FAILURES", 5, least=1),
            reset_style=_choice(env, "SHENPI_RESET_PASSWORD", ("id-tail", "random")),
        )


def _number(env: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    given = env.get(name) or str(default)
    if not given.isdecimal() or int(given) < least:
        raise BadSetting(f"{name} is not a number from {least} up")
    return int(given)


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    given = env.get(name) or choices[0]
    if given not in choices:
        raise BadSetting(f"{name} is none of {', '.join(choices)}")
    return given


def _secret(given: str | None, home: Path) -> bytes:
    """The secret of the environment, or one made at the first start and kept for this machine."""
    if given:
        try:
            secret = base64.b64decode(given, validate=True)
        except ValueError as error:
            raise BadSetting("SHENPI_SECRET is not base64") from error
        if len(secret) < 32:
            raise BadSetting("SHENPI_SECRET is shorter than 32 bytes")
        return secret
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)))
    return base64.b64decode(path.read_bytes())
