"""Logging in with a keyboard, on a phone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from engine.accounts import captcha
from engine.settings import Settings
from models import Captcha
from tests import people
from tests.browser.looking import axe, whole
from tests.conftest import SECRET
from web import assets
from web.app import create_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[str]:
    """The address of the real application."""
    assets.build()
    settings = Settings(
        database_url=database, secret=SECRET, files=str(tmp_path), secure_cookies=False
    )
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def person(database: str) -> int:
    account = people.person()
    people.professional(account, people.unit())
    return account


def fill_in(page: Page) -> None:
    page.get_by_label("账号").fill(people.number())
    page.get_by_label("密码", exact=False).first.fill(people.PASSWORD)


def answer(page: Page) -> str:
    """Read the picture as a person would: the engine draws it anew and tells."""
    page.wait_for_load_state("networkidle")
    return captcha.issue(page.locator("[name=ticket]").input_value())


def test_the_whole_way_by_keyboard(
    site: str, person: int, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{site}/login")
    page.keyboard.type(people.number())  # the account has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(people.PASSWORD)
    page.wait_for_load_state("networkidle")
    before = bytes(Captcha.get().answer)
    for _ in range(3):  # reveal, captcha, another picture
        page.keyboard.press("Tab")
    with page.expect_response("**/captcha/**"):
        page.keyboard.press("Enter")
    expect(page.locator("#f-captcha")).to_be_focused()
    assert bytes(Captcha.get().answer) != before
    expect(page.locator("#f-password")).to_have_value(people.PASSWORD)
    page.keyboard.type(answer(page).lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="功能列表")).to_be_visible()
    assert complaints == []


def test_without_javascript(site: str, person: int, without_script: Page) -> None:
    page = without_script
    page.goto(site)
    page.get_by_role("link", name="登录").nth(1).click()
    fill_in(page)
    ticket = page.locator("[name=ticket]").input_value()
    page.get_by_role("button", name="看不清，换一张").click()
    assert page.locator("[name=ticket]").input_value() != ticket
    expect(page.get_by_label("账号")).to_have_value(people.number())
    fill_in(page)
    page.locator("#f-captcha").fill(answer(page))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="功能列表")).to_be_visible()
    page.locator("summary.topbar-item").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("您已安全退出")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/login", "/recover", "/nothing"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_visitors_pages_stand_on_a_phone(site: str, phone: Page, path: str, language: str) -> None:
    phone.goto(f"{site}/language/{language}?next={path}")
    whole(phone)
    axe(phone)


@pytest.mark.parametrize("path", ["/", "/account", "/account/password", "/notices"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_a_person_stand_on_a_phone(
    site: str, person: int, phone: Page, path: str, language: str
) -> None:
    phone.goto(f"{site}/login")
    fill_in(phone)
    phone.locator("#f-captcha").fill(answer(phone))
    phone.locator(".form-buttons button").click()
    phone.goto(f"{site}/language/{language}?next={path}")
    whole(phone)
    axe(phone)
