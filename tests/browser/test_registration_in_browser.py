"""Registering and following it in Chromium: with windows, on a phone, in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from engine.accounts import captcha
from engine.seed import Province
from engine.settings import Settings
from engine.subjects import registration, unit_registration
from tests.applicants import ADDRESS, BORN, PASSWORD, id_of, person_form, photo, unit_form
from tests.browser.looking import axe, whole
from tests.conftest import SECRET
from web import assets
from web.app import create_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def site(province: Province, database: str, tmp_path: Path) -> Iterator[str]:
    """The address of the real application with the demonstration province."""
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


def answer(page: Page) -> str:
    """Read the picture as a person would: the engine draws it anew and tells."""
    page.wait_for_load_state("networkidle")
    return captcha.issue(page.locator("[name=ticket]").input_value())


def choose(page: Page, field: str, words: str, row: str) -> None:
    """Choose in a pop-up window by searching."""
    page.locator(f"[data-picker={field}] [data-picker-open]").click()
    page.locator("[data-picker-query]").fill(words)
    expect(page.locator(".picker-row")).to_have_count(1)
    page.locator(".picker-row", has_text=row).click()
    expect(page.locator(f"#f-{field}")).to_have_value(row)


def follow(page: Page, site: str, name: str = "王𬭎") -> None:
    page.goto(f"{site}/progress")
    page.locator("#f-name").fill(name)
    page.locator("#f-id_number").fill(id_of())
    page.locator("#f-password").fill(PASSWORD)
    page.locator("#f-captcha").fill(answer(page))
    page.get_by_role("button", name="查询").click()
    expect(page).to_have_url(f"{site}/progress/status")


def test_a_person_registers_with_windows_and_corrects_a_slip(
    page: Page, site: str, complaints: list[str]
) -> None:
    page.goto(f"{site}/register")
    choose(page, "region", "郑州市", "郑州市")
    choose(page, "unit", "zzssfyy", "郑州市示范医院")
    choose(page, "department", "内科", "内科")
    choose(page, "major", "lcyx", "临床医学类")
    page.locator("#f-id_number").fill(id_of().lower())
    page.locator("#f-name").fill("王𬭎")
    page.locator("#f-phone").fill("123")
    page.locator("#f-email").fill("wang@example.cn")
    page.get_by_label("女").check()
    page.locator("#f-birth_date").fill(BORN.isoformat())
    page.locator("#f-ethnicity").select_option("01")
    page.locator("#f-native_place").fill("河南省洛阳市")
    page.locator("#f-school").fill("郑州大学")
    page.locator("#f-notice").check()
    for _attempt in range(2):
        page.locator("#f-password").fill(PASSWORD)
        page.locator("#f-password_again").fill(PASSWORD)
        page.locator("#f-captcha").fill(answer(page))
        page.get_by_role("button", name="注册", exact=True).click()
        page.wait_for_load_state()
        if "/done" in page.url:
            break
        expect(page.locator("#f-phone-error")).to_have_text("请填写 11 位的手机号")
        expect(page.locator("#f-unit")).to_have_value("郑州市示范医院")
        expect(page.locator("#f-password")).to_have_value("")
        axe(page)
        page.locator("#f-phone").fill("13800000000")
    expect(page.get_by_text("注册信息已经提交审核,请耐心等待")).to_be_visible()
    axe(page)
    # The one complaint is the browser's own line about the answer 422.
    assert [said for said in complaints if "422" not in said] == []


def test_changing_the_region_empties_unit_and_department(page: Page, site: str) -> None:
    page.goto(f"{site}/register")
    choose(page, "region", "郑州市", "郑州市")
    choose(page, "unit", "zzssfyy", "郑州市示范医院")
    choose(page, "region", "济源", "济源市")
    expect(page.locator("#f-unit")).to_have_value("")
    expect(page.locator("[data-picker=unit] [data-picker-value]")).to_have_value("")


def test_the_progress_page_draws_the_path_and_tells_it(
    page: Page, site: str, province: Province, complaints: list[str]
) -> None:
    registration.submit(person_form(province), address=ADDRESS)
    follow(page, site)
    expect(page.locator("[data-element-id=employer_review].st-active")).to_be_attached()
    expect(page.locator(".timeline-active")).to_contain_text("用人单位审核")
    expect(page.locator(".timeline-active")).to_contain_text("郑州市示范医院")
    axe(page)
    whole(page)
    page.get_by_role("link", name="撤回申请").click()
    page.get_by_role("button", name="确认撤回").click()
    expect(page.get_by_role("link", name="重新注册")).to_be_visible()
    assert complaints == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/register", "/register/unit/base", "/progress"])
def test_pages_fit_a_phone(phone: Page, site: str, path: str, language: str) -> None:
    phone.goto(f"{site}/language/{language}?next={path}")
    whole(phone)
    axe(phone)


def test_a_licence_is_shown_before_and_after_a_mistake(
    phone: Page, site: str, province: Province, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(photo((300, 200)))
    phone.goto(f"{site}/register/unit/base")
    phone.locator("#f-licence").set_input_files(scan)
    expect(phone.locator("[data-files-preview] img")).to_be_visible()
    # Past the checks of the page, so that the server has something to complain about.
    with phone.expect_navigation():
        phone.locator("form[data-guard]").evaluate("form => form.submit()")
    kept = phone.locator("[name=licence_keep]")
    expect(kept).to_be_checked()
    assert phone.locator(".thumbs img").first.evaluate("image => image.naturalWidth") == 300
    whole(phone)
    axe(phone)


def test_a_unit_is_followed_on_a_phone(phone: Page, site: str, province: Province) -> None:
    unit_registration.submit(unit_form(province), address=ADDRESS)
    follow(phone, site, "王秀兰")
    expect(phone.locator("[data-element-id=superior_review].st-active")).to_be_attached()
    whole(phone)
    axe(phone)
