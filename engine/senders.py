"""Ways out of the house: mail by SMTP, files for demonstrations, others by entry point.

A sender is chosen by the scheme of a URL (``SHENPI_MAIL_URL``, ``SHENPI_SMS_URL``). A scheme that
is not built in is looked up in the entry-point group ``shenpi.senders``: a callable that takes the
URL and the sender's address and returns a :class:`Sender`. docs/operations.md shows one.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from engine import clock
from engine.errors import ShenpiError
from engine.settings import BadSetting, Settings

TIMEOUT = 10.0  # seconds for one answer of a server; a lease of the outbox outlasts a whole letter
LOCAL = {"127.0.0.1", "::1", "localhost"}


class Undeliverable(ShenpiError):
    """The message cannot be delivered, and trying again would not help."""


class TryLater(ShenpiError):
    """The message was not accepted now; the next attempt may succeed."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: ``key`` is the same at every attempt, ``text`` is the short form."""

    key: str
    to: str = field(repr=False)  # mail address or phone number
    subject: str = field(repr=False)
    body: str = field(repr=False)
    text: str = field(repr=False)


class Sender(Protocol):
    """Hands one letter over. Told the same key twice, it should deliver once if it can."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises Undeliverable or TryLater."""

    def close(self) -> None:
        """Let go of connections; the next letter opens them again."""


class Smtp:
    """Mail by ``smtp://user:password@host:port`` or ``smtps://``; one connection for many letters.

    ``smtp`` takes STARTTLS where the server offers it, and never sends a password without it
    except to this machine.
    """

    def __init__(self, url: str, mail_from: str) -> None:
        parts = urlsplit(url)
        if not parts.hostname:
            raise BadSetting("SHENPI_MAIL_URL names no host")
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._from = mail_from
        self._connection: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Send over the open connection, or a new one if the server has closed it."""
        message = self._message(letter)
        try:
            self._hand_over(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = {code for code, _ in error.recipients.values()}
            raise _refusal(min(codes), type(error).__name__) from error
        except smtplib.SMTPAuthenticationError as error:
            raise TryLater("SMTPAuthenticationError") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, type(error).__name__) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TryLater(type(error).__name__) from error

    def close(self) -> None:
        """Say goodbye to the server."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()

    def _hand_over(self, message: EmailMessage) -> None:
        reused = self._connection is not None
        try:
            self._connected().send_message(message)
        except smtplib.SMTPServerDisconnected:
            self._connection = None
            if not reused:
                raise
            self._connected().send_message(message)

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if self._tls:
            connection = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        try:
            self._introduce(connection, context)
        except BaseException:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        connection.ehlo()
        if not self._tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
        elif not self._tls and self._user and self._host not in LOCAL:
            raise TryLater("the server offers no encryption for the password")
        if self._user:
            connection.login(self._user, self._password)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{letter.key}@{self._from.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message


class Folder:
    """Each letter a file of ``file:///folder``: a demonstration shows what it would have sent."""

    def __init__(self, url: str, mail_from: str) -> None:
        self._folder = Path(unquote(urlsplit(url).path))
        self._from = mail_from

    def send(self, letter: Letter) -> None:
        """Write the file; a second attempt writes it again."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self._folder / f"{letter.key}.txt").write_text(
                f"From: {self._from}\nTo: {letter.to}\nSubject: {letter.subject}\n\n{letter.body}"
            )
        except OSError as error:
            raise TryLater(type(error).__name__) from error

    def close(self) -> None:
        """Nothing is kept open."""


Factory = Callable[[str, str], Sender]
BUILT_IN: Mapping[str, Factory] = {"smtp": Smtp, "smtps": Smtp, "file": Folder}


def sender(url: str, mail_from: str) -> Sender:
    """The sender for the scheme of a URL.

    :raises BadSetting: if neither we nor an installed package knows the scheme
    """
    scheme = urlsplit(url).scheme
    factory = BUILT_IN.get(scheme)
    if factory is None:
        found = entry_points(group="shenpi.senders", name=scheme)
        if not found:
            raise BadSetting(f"no sender is installed for {scheme!r} addresses")
        factory = next(iter(found)).load()
    return factory(url, mail_from)


def senders(settings: Settings) -> Mapping[str, Sender]:
    """The sender of each channel that the deployment has set up."""
    urls = {"mail": settings.mail_url, "sms": settings.sms_url}
    return {channel: sender(url, settings.mail_from) for channel, url in urls.items() if url}


def _refusal(code: int, name: str) -> ShenpiError:
    return Undeliverable(f"{name} {code}") if code >= 500 else TryLater(f"{name} {code}")
