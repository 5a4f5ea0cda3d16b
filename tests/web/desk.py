"""An administrator's browser, and applications that lie on the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playhouse.test_utils import count_queries
from werkzeug.test import TestResponse

from engine.accounts.roles import UserType
from engine.seed import Province, Role
from engine.subjects import registration
from models import Case, Task
from models.prepared import Prepared
from tests.applicants import open_task, person_form
from tests.web.conftest import csrf, sign_in

HOME = "/account"  # a page that everybody may open, with a form


@dataclass
class Desk:
    """One person's browser, logged in."""

    client: FlaskClient

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, **more)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
        return answer.text

    def post(self, path: str, /, **data: object) -> TestResponse:
        return self.client.post(path, data={"csrf_token": csrf(self.client, HOME), **data})

    def decide(
        self, task: int, outcome: str, /, query: str = "", revision: int = 1, **data: object
    ) -> TestResponse:
        """Send the form of a task as the page would."""
        path = f"/tasks/{task}/decide{query}"
        return self.post(path, outcome=outcome, revision=str(revision), **data)


def enter(
    app: Flask, province: Province, role: Role, user_type: UserType = UserType.EMPLOYER
) -> Desk:
    """Log a member of the cast in through the form."""
    person = province.accounts[role]
    client = app.test_client()
    answer = sign_in(client, person.id_number, person.password, user_type)
    assert answer.status_code == 303, re.findall(r'class="alert.*', answer.text)
    return Desk(client)


def hand_in(province: Province, sequence: int = 0, **changed: str) -> int:
    """Somebody registers at the hospital; the task that the hospital gets."""
    done = registration.submit(
        person_form(province, sequence, **changed), address=f"192.0.2.{sequence % 250}"
    )
    return int(open_task(done.case).id)


def case_of(task: int) -> Case:
    return Task.get_by_id(task).case


def tasks_on(page: str) -> list[int]:
    """Which tasks a list links to, in its order."""
    return [int(number) for number in re.findall(r'href="/tasks/(\d+)', page)]


def link(page: str, relation: str) -> str | None:
    """The address of the next or the previous page."""
    found = re.search(rf'rel="{relation}" href="([^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else None


@dataclass
class Counted:
    """How many statements a block ran."""

    built: int = 0
    prepared: list[Prepared] = field(default_factory=list)

    @property
    def all(self) -> int:
        return self.built + len(self.prepared)


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """Count Peewee's statements, and the prepared ones that pass it by."""
    counted, run = Counted(), Prepared.run

    def noted(self: Prepared, **values: object) -> object:
        counted.prepared.append(self)
        return run(self, **values)

    with monkeypatch.context() as patch, count_queries(only_select=True) as seen:
        patch.setattr(Prepared, "run", noted)
        yield counted
    counted.built = seen.count
