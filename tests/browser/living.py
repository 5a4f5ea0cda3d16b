"""The real application on a port, with the demonstration province, for journeys through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from werkzeug.serving import make_server

from engine import clock
from engine.accounts import captcha
from engine.accounts.roles import UserType
from engine.seed import Place, Province, Role
from engine.settings import Settings
from tests.applicants import PASSWORD, department_of, id_of
from tests.conftest import SECRET, _open
from tests.web.desk import enter
from web import assets
from web.app import create_app

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Site:
    """The served application, its province, and browsers to look at it with."""

    url: str
    app: Flask
    province: Province
    browser: Browser
    arguments: dict[str, Any]
    contexts: list[BrowserContext] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)  # what scripts stumbled over, on any page

    def page(self, path: str = "", **arguments: Any) -> Page:
        """A visitor's page in a browser of its own; an error in it fails the test."""
        context = self.browser.new_context(**{**self.arguments, **arguments})
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(error))
        if path:
            page.goto(self.url + path)
        return page

    def inside(
        self,
        role: Role,
        path: str = "/inbox",
        user_type: UserType = UserType.EMPLOYER,
        **arguments: Any,
    ) -> Page:
        """The page of a member of the cast who is logged in already."""
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = enter(self.app, self.province, role, user_type).client.get_cookie(name)
        assert cookie is not None
        page = self.page(**arguments)
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": self.url}])
        page.goto(self.url + path)
        return page


@pytest.fixture(scope="module")
def served(
    sqlite_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Flask]]:
    """One server for all journeys of a module; each test has the province as new."""
    assets.build()
    _open(sqlite_url)
    settings = Settings(
        database_url=sqlite_url,
        secret=SECRET,
        files=str(tmp_path_factory.mktemp("files")),
        secure_cookies=False,
    )
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(
    served: tuple[str, Flask],
    province: Province,
    browser: Browser,
    browser_context_args: dict[str, Any],
) -> Iterator[Site]:
    site = Site(*served, province, browser, browser_context_args)
    yield site
    for context in site.contexts:
        context.close()
    assert site.errors == []


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """Move the clock of the server, and back again after the test."""
    moved = timedelta()

    def move(by: timedelta) -> None:
        nonlocal moved
        moved += by
        clock.move(by)

    yield move
    clock.move(-moved)


def solve(page: Page) -> None:
    """Read the picture as a person would: the engine draws it anew and tells."""
    page.locator("#f-captcha").fill(captcha.issue(page.locator("[name=ticket]").input_value()))


def press(page: Page, name: str) -> None:
    """Press a button in the body of the page."""
    page.locator("#main").get_by_role("button", name=name, exact=True).click()


def log_in(page: Page, number: str, password: str, user_type: str = "专业技术人员") -> None:
    """Fill in and send the form that the page shows."""
    page.locator("#f-type").select_option(label=user_type)
    page.locator("#f-number").fill(number)
    page.locator("#f-password").fill(password)
    solve(page)
    press(page, "登录")


def choose(page: Page, name: str, words: str, value: str) -> None:
    """Choose in a window: open it, search, take the row."""
    page.locator(f"[data-picker={name}] [data-picker-open]").click()
    page.locator("[data-picker-query]").fill(words)
    page.locator(f"#picker [data-pick='{value}']").click()
    expect(page.locator("#picker")).to_be_hidden()


def choose_on_a_page(page: Page, name: str, words: str, value: str) -> None:
    """The same without scripts: the window is a page."""
    page.locator(f"[data-picker={name}] [name=pick]").click()
    page.locator("[name=pick_q]").fill(words)
    page.locator("button[name=pick]").first.click()
    page.locator(f"button[name=picked][value='{name}:{value}']").click()


Choose = Callable[[Page, str, str, str], None]


def fill_in_person(
    page: Page, province: Province, sequence: int, how: Choose = choose, name: str = "王𬭎"
) -> None:
    """Everything of the form of a person but the captcha."""
    how(page, "region", "zzs", "410100")
    how(page, "unit", "zzssfyy", str(province.units[Place.HOSPITAL]))
    how(page, "department", "内科", department_of(province, Place.HOSPITAL, "内科"))
    how(page, "major", "临床医学", "1002")
    for box, text in {
        "id_number": id_of(sequence),
        "name": name,
        "password": PASSWORD,
        "password_again": PASSWORD,
        "phone": "13800000000",
        "email": "wang@example.cn",
        "birth_date": "1990-03-08",
        "native_place": "河南省洛阳市",
        "school": "郑州大学",
        "major_name": "临床医学",
    }.items():
        page.locator(f"#f-{box}").fill(text)
    page.locator("[name=sex][value=female]").check()
    page.locator("#f-ethnicity").select_option("01")
    page.locator("#f-education").select_option("21")
    page.locator("#f-notice").check()


def ask_for_progress(page: Page, number: str, name: str = "王𬭎") -> None:
    """Prove who one is on the page of the progress query."""
    page.locator("#f-name").fill(name)
    page.locator("#f-id_number").fill(number)
    page.locator("#f-password").fill(PASSWORD)
    solve(page)
    press(page, "查询")
    expect(page.get_by_role("heading", name="当前状态")).to_be_visible()


def decide(page: Page, outcome: str, opinion: str = "") -> None:
    """Decide the task that the page shows."""
    page.get_by_label(outcome).check()
    page.locator("#f-opinion").fill(opinion)
    press(page, "提交决定")
