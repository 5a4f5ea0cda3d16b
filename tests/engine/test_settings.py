"""A deployment's settings: sensible without any, refused when they cannot be used."""

from __future__ import annotations

import stat
from base64 import b64encode
from pathlib import Path

import pytest

from engine.settings import BadSetting, Settings


def read(tmp_path: Path, **given: str) -> Settings:
    return Settings.from_env({"SHENPI_HOME": str(tmp_path / "home"), **given})


def test_without_settings_everything_lies_in_one_folder(tmp_path):
    made = read(tmp_path)
    assert made.database_url == f"sqlite:///{tmp_path}/home/shenpi.db"
    assert made.files == f"{tmp_path}/home/files"
    assert (made.mail_url, made.sms_url, made.demo) == (None, None, False)


def test_a_secret_is_made_once_and_kept_from_others(tmp_path):
    first = read(tmp_path).secret
    assert len(first) == 32
    assert read(tmp_path).secret == first
    mode = (tmp_path / "home" / "secret").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_given_secret_is_used_and_not_written(tmp_path):
    secret = bytes(range(32))
    assert read(tmp_path, SHENPI_SECRET=b64encode(secret).decode()).secret == secret
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHENPI_SECRET", "***"),
        ("SHENPI_SECRET", "c2hvcnQ="),
        ("SHENPI_PROXIES", "-1"),
        ("SHENPI_PROXIES", "two"),
        ("SHENPI_ADDRESS_FAILURES", "0"),
        ("SHENPI_RESET_PASSWORD", "guessable"),
    ],
)
def test_a_bad_value_is_refused_by_name_and_never_quoted(tmp_path, name, value):
    with pytest.raises(BadSetting) as caught:
        read(tmp_path, **{name: value})
    assert name in str(caught.value)
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "secure"), [("https://shenpi.example/", True), ("http://127.0.0.1:8000", False)]
)
def test_cookies_are_for_tls_only_where_the_site_has_it(tmp_path, url, secure):
    made = read(tmp_path, SHENPI_PUBLIC_URL=url)
    assert made.secure_cookies is secure
    assert made.public_url == url.rstrip("/")


def test_secrets_do_not_show_in_the_settings(tmp_path):
    shown = repr(read(tmp_path, SHENPI_MAIL_URL="smtp://user:open-sesame@host"))
    assert "open-sesame" not in shown
    assert "secret=" not in shown
