"""Logging in and out through the pages (R19-R25)."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests import people
from tests.web.conftest import sign_in


def test_a_professional_logs_in(client: FlaskClient) -> None:
    account = people.person()
    people.professional(account, people.unit())
    answer = sign_in(client, people.number())
    assert answer.status_code == 303
    assert answer.location == "/"
    home = client.get("/")
    assert home.status_code == 200
    assert "王晓燕" in home.text
