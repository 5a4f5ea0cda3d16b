"""Which way out a URL names, and what the mail server may ask of us."""

from __future__ import annotations

import stat
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from engine import senders
from engine.senders import Folder, Letter, Sender, Smtp, TryLater
from engine.settings import BadSetting, Settings
from tests.mailbox import mailbox

# The sink of these tests asks for a password without TLS, as a relay on the same machine may.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

FROM = "Shenpi <noreply@shenpi.example>"
LETTER = Letter("7.1", "person@example.cn", "密码已修改", "您好", "【密码】您好")


def settings(**given: str) -> Settings:
    return Settings(database_url="sqlite:///x", secret=b"", files="", **given)


class Acme:
    """What a package offers as `shenpi.senders`."""

    def __init__(self, url: str, mail_from: str) -> None:
        self.url = url

    def send(self, letter: Letter) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("smtp://127.0.0.1:25", Smtp),
        ("smtps://mail.example.cn", Smtp),
        ("file:///tmp/x", Folder),
    ],
)
def test_the_scheme_chooses_the_sender(url, kind):
    assert type(senders.sender(url, FROM)) is kind


def test_an_installed_package_may_bring_a_sender(monkeypatch):
    point = EntryPoint("acme", f"{__name__}:Acme", "shenpi.senders")
    monkeypatch.setattr(senders, "entry_points", lambda **asked: [point][: asked["name"] == "acme"])
    one: Sender = senders.sender("acme://key@region", FROM)
    assert isinstance(one, Acme)
    with pytest.raises(BadSetting, match="'other'"):
        senders.sender("other://key", FROM)


@pytest.mark.parametrize("url", ["carrier-pigeon://roof", "no url", "smtp://"])
def test_a_url_that_names_no_sender_stops_the_start_without_being_quoted(url):
    with pytest.raises(BadSetting) as caught:
        senders.senders(settings(mail_url=url))
    assert "roof" not in str(caught.value)


def test_a_channel_without_a_url_has_no_sender():
    assert set(senders.senders(settings(mail_url="file:///tmp/x"))) == {"mail"}
    assert senders.senders(settings()) == {}


def test_a_demonstration_keeps_what_it_would_have_sent(tmp_path: Path):
    home = {"SHENPI_HOME": str(tmp_path), "SHENPI_DEMO": "1"}
    ways = senders.senders(Settings.from_env(home))
    for channel in ("mail", "sms"):
        ways[channel].send(LETTER)
    (written,) = (tmp_path / "outbox").iterdir()
    assert "To: person@example.cn" in written.read_text()
    assert stat.S_IMODE(written.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TryLater):
        Folder(f"file://{tmp_path}/file", FROM).send(LETTER)


def test_the_password_is_given_to_a_server_on_this_machine():
    with mailbox(authenticator=lambda *_: AuthResult(success=True)) as box:
        one = Smtp(box.url.replace("//", "//shenpi:secret@"), FROM)
        one.send(LETTER)
        one.close()
        assert len(box.letters) == 1


def test_a_wrong_password_is_the_deployments_fault_not_the_letters():
    with mailbox(authenticator=lambda *_: AuthResult(success=False, handled=False)) as box:
        with pytest.raises(TryLater, match="Authentication") as caught:
            Smtp(box.url.replace("//", "//shenpi:secret@"), FROM).send(LETTER)
        assert box.letters == []
    assert "secret" not in str(caught.value)


def test_no_password_goes_over_an_open_wire(monkeypatch):
    monkeypatch.setattr(senders, "LOCAL", set())
    with mailbox(authenticator=lambda *_: AuthResult(success=True)) as box:
        with pytest.raises(TryLater, match="no encryption"):
            Smtp(box.url.replace("//", "//shenpi:secret@"), FROM).send(LETTER)
        assert box.letters == []


def test_a_server_that_speaks_no_tls_is_no_smtps_server():
    with mailbox() as box, pytest.raises(TryLater):
        Smtp(box.url.replace("smtp:", "smtps:"), FROM).send(LETTER)


def test_a_connection_the_server_closed_between_sweeps_is_opened_again():
    with mailbox() as box:
        one = Smtp(box.url, FROM)
        one.send(LETTER)
        one._connection.sock.close()
        one.send(LETTER)
        one.close()
        assert [letter["Message-ID"] for letter in box.letters] == ["<7.1@shenpi.example>"] * 2


def test_a_letter_does_not_show_itself():
    shown = repr(LETTER)
    assert "person@example.cn" not in shown
    assert "您好" not in shown
