"""The comforts of the front end, each on the smallest page, under the strict policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.gallery import Gallery, serving
from tests.browser.looking import axe, whole

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages() -> Iterator[Gallery]:
    with serving() as gallery:
        yield gallery


@pytest.fixture
def gallery(pages: Gallery) -> Gallery:
    pages.posted.clear()
    return pages


def fill(page: Page) -> None:
    """What the form requires."""
    page.get_by_role("textbox", name="验证码", exact=True).fill("abcd")
    page.locator("[name=unit]").evaluate("(input) => { input.value = '1' }")
    page.locator("[name=unit_text]").evaluate("(input) => { input.value = '第二人民医院' }")


@pytest.mark.parametrize("name", ["form", "list", "case", "visitor"])
def test_pages_are_whole_and_accessible(
    gallery: Gallery, page: Page, complaints: list[str], name: str
) -> None:
    page.goto(f"{gallery.url}/{name}")
    axe(page)
    whole(page)
    assert complaints == []


@pytest.mark.parametrize("name", ["form", "list", "case", "visitor"])
def test_pages_fit_a_phone(gallery: Gallery, phone: Page, name: str) -> None:
    phone.goto(f"{gallery.url}/{name}")
    axe(phone)
    whole(phone)


def test_the_error_summary_has_the_focus_and_leads_to_the_field(
    gallery: Gallery, page: Page
) -> None:
    page.goto(f"{gallery.url}/form")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="身份证号的最后一位不对").click()
    field = page.get_by_label("身份证号")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("身份证号的最后一位不对，请核对 18 位")


def test_a_unit_is_chosen_by_keyboard_alone(
    gallery: Gallery, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{gallery.url}/form")
    page.get_by_label("所在地区").select_option("1")
    page.get_by_role("textbox", name="所在单位", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("地区 1")
    search = page.get_by_label("搜索名称或拼音首字母")
    expect(search).to_be_focused()
    page.keyboard.type("人民")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="第二人民医院")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("textbox", name="所在单位", exact=True)).to_have_value(
        "郑州市第二人民医院"
    )
    expect(page.locator("[name=unit]")).to_have_value("1")
    assert complaints == []


def test_searching_narrows_the_choice_and_enter_takes_the_only_one(
    gallery: Gallery, page: Page
) -> None:
    page.goto(f"{gallery.url}/form")
    page.get_by_role("button", name="选择", exact=True).click()
    page.get_by_label("搜索名称或拼音首字母").fill("第七")
    expect(page.locator("[data-pick]")).to_have_count(1)
    expect(page.get_by_label("搜索名称或拼音首字母")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="所在单位", exact=True)).to_have_value(
        "郑州市第七人民医院"
    )


def test_a_level_of_the_cascade_reloads_the_window(gallery: Gallery, page: Page) -> None:
    page.goto(f"{gallery.url}/form")
    page.get_by_role("button", name="选择", exact=True).click()
    page.get_by_role("dialog").get_by_label("市").select_option("4101")
    expect(page.get_by_role("dialog")).to_contain_text("市 4101")
    expect(page.get_by_role("dialog").get_by_label("市")).to_have_value("4101")


def test_escape_closes_the_window_and_keeps_the_old_choice(gallery: Gallery, page: Page) -> None:
    page.goto(f"{gallery.url}/form")
    page.get_by_role("button", name="选择", exact=True).click()
    expect(page.locator("[data-pick]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="选择", exact=True)).to_be_focused()
    expect(page.get_by_role("textbox", name="所在单位", exact=True)).to_have_value("")


def test_another_region_empties_the_unit_chosen_under_the_old_one(
    gallery: Gallery, page: Page
) -> None:
    page.goto(f"{gallery.url}/form")
    page.get_by_label("所在地区").select_option("1")
    page.get_by_role("button", name="选择", exact=True).click()
    page.get_by_role("button", name="第一人民医院").click()
    page.get_by_label("所在地区").select_option("2")
    expect(page.get_by_role("textbox", name="所在单位", exact=True)).to_have_value("")
    expect(page.locator("[name=unit]")).to_have_value("")


def test_without_javascript_a_unit_is_chosen_on_its_own_page_and_nothing_typed_is_lost(
    gallery: Gallery, without_script: Page
) -> None:
    page = without_script
    page.goto(f"{gallery.url}/form")
    page.get_by_label("身份证号").fill("41010519900307987X")
    page.get_by_label("备注").fill('两行\n"引号"<b>')
    page.get_by_label("女").check()
    page.get_by_role("button", name="选择", exact=True).click()
    page.get_by_role("button", name="第三人民医院").click()
    expect(page.get_by_role("textbox", name="所在单位", exact=True)).to_have_value(
        "郑州市第三人民医院"
    )
    expect(page.locator("[name=unit]")).to_have_value("2")
    expect(page.get_by_label("身份证号")).to_have_value("41010519900307987X")
    expect(page.get_by_label("备注")).to_have_value('两行\n"引号"<b>')
    expect(page.get_by_label("女")).to_be_checked()


@pytest.mark.parametrize("browser_page", ["page", "without_script"])
def test_enter_in_a_field_submits_the_form_and_opens_no_picker(
    gallery: Gallery, request: pytest.FixtureRequest, browser_page: str
) -> None:
    page: Page = request.getfixturevalue(browser_page)
    page.goto(f"{gallery.url}/form")
    fill(page)
    page.get_by_label("身份证号").press("Enter")
    page.wait_for_url("**/save")
    assert ["pick" in each or "void" in each for each in gallery.posted] == [False]


def test_a_double_click_submits_once(gallery: Gallery, page: Page) -> None:
    page.goto(f"{gallery.url}/form")
    fill(page)
    page.get_by_role("button", name="注册").dblclick()
    page.wait_for_url("**/save")
    page.wait_for_load_state()
    assert len(gallery.posted) == 1


def test_going_back_finds_the_buttons_usable_again(gallery: Gallery, page: Page) -> None:
    page.goto(f"{gallery.url}/form")
    fill(page)
    page.get_by_role("button", name="注册").click()
    page.wait_for_url("**/save")
    page.go_back()
    expect(page.get_by_role("button", name="注册")).to_be_enabled()


def test_a_confirmed_button_sends_its_own_value_and_a_cancelled_one_nothing(
    gallery: Gallery, page: Page
) -> None:
    page.goto(f"{gallery.url}/form")
    fill(page)
    page.get_by_role("button", name="作废").click()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert gallery.posted == []
    page.get_by_role("button", name="作废").click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url("**/save")
    assert [each.get("void") for each in gallery.posted] == ["1"]


@pytest.mark.parametrize(
    ("typed", "asked"), [("", []), ("x", ["beforeunload"])], ids=["untouched", "typed"]
)
def test_leaving_asks_only_when_something_was_typed(
    gallery: Gallery, page: Page, typed: str, asked: list[str]
) -> None:
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.type), dialog.accept()))
    page.goto(f"{gallery.url}/form")
    if typed:
        page.get_by_label("备注").press_sequentially(typed)
    page.get_by_role("link", name="返回").click()
    page.wait_for_url("**/list")
    assert seen == asked


def test_a_password_can_be_shown_and_is_hidden_before_sending(gallery: Gallery, page: Page) -> None:
    page.goto(f"{gallery.url}/form")
    field = page.get_by_label("密码", exact=True)
    button = page.get_by_role("button", name="显示密码")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(field).to_have_attribute("type", "password")


def test_the_captcha_is_refreshed_by_keyboard(gallery: Gallery, page: Page) -> None:
    page.goto(f"{gallery.url}/visitor")
    before = page.locator("[data-captcha] img").get_attribute("src")
    page.get_by_role("button", name="换一张").press("Enter")
    field = page.get_by_role("textbox", name="验证码", exact=True)
    expect(field).to_be_focused()
    expect(page.locator("#say")).to_have_text("验证码图片已更换")
    assert page.locator("[data-captcha] img").get_attribute("src") != before


def test_a_picture_is_shown_and_a_heavy_one_refused_before_the_upload(
    gallery: Gallery, page: Page, complaints: list[str], tmp_path: Path
) -> None:
    page.goto(f"{gallery.url}/form")
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
        "0000000049454e44ae426082"
    )
    light, heavy = tmp_path / "light.png", tmp_path / "heavy.png"
    light.write_bytes(pixel)
    heavy.write_bytes(pixel + bytes(1024 * 1024))
    chooser = page.get_by_label("附件")
    chooser.set_input_files(light)
    expect(page.locator("[data-files-preview] img")).to_be_visible()
    expect(page.locator("[data-files-error]")).to_be_hidden()
    chooser.set_input_files(heavy)
    expect(page.locator("[data-files-error]")).to_have_text("heavy.png 超过 1 MB，请压缩后再提交")
    assert complaints == []


def test_the_work_list_is_walked_with_keys_that_can_be_switched_off(
    gallery: Gallery, page: Page
) -> None:
    page.goto(f"{gallery.url}/list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="李1", exact=True)).to_be_focused()
    page.keyboard.press("?")
    page.get_by_label("在本浏览器启用快捷键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="李2")).not_to_be_focused()


def test_a_masked_number_is_shown_in_its_place(
    gallery: Gallery, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{gallery.url}/case")
    page.get_by_role("button", name="显示完整身份证号").click()
    expect(page.locator(".masked-value")).to_have_text("41010519900307987X")
    expect(page.locator(".masked-value")).to_be_focused()
    assert complaints == []


def test_the_diagram_shows_the_walked_path_in_more_than_colour(
    gallery: Gallery, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{gallery.url}/case")
    expect(page.locator(".diagram-badge-active")).to_have_text("●")
    expect(page.locator(".diagram-note")).to_have_text("<b>管理员</b>")
    expect(page.locator(".djs-element.st-completed")).to_have_count(1)
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("[data-element-id=employer_review] .djs-visual")).to_be_in_viewport()
    assert complaints == []


def test_the_whole_diagram_is_drawn_above_the_watermark(gallery: Gallery, page: Page) -> None:
    page.goto(f"{gallery.url}/case")
    expect(page.locator(".diagram-buttons")).to_be_visible()  # the last thing drawn
    mark = page.locator(".bjs-powered-by").bounding_box()
    ends = [each.bounding_box() for each in page.locator(".djs-shape").all()]
    assert mark
    assert ends
    assert all(end["y"] + end["height"] <= mark["y"] for end in ends if end)


def test_the_menu_opens_without_javascript_and_holds_password_and_sign_out(
    gallery: Gallery, without_script: Page
) -> None:
    without_script.goto(f"{gallery.url}/list")
    without_script.locator("summary", has_text="张晓明").click()
    expect(without_script.get_by_role("link", name="修改密码")).to_be_visible()
    expect(without_script.get_by_role("button", name="退出")).to_be_visible()


def test_the_end_of_the_session_is_announced_and_put_off(gallery: Gallery, page: Page) -> None:
    page.clock.install()
    page.goto(f"{gallery.url}/list?idle=600")
    page.clock.run_for(8 * 60 * 1000 + 6000)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile("还有 2 分钟将自动退出"))
    page.get_by_role("button", name="继续使用").click()
    expect(dialog).to_be_hidden()
    page.clock.run_for(11 * 60 * 1000)
    expect(dialog).to_contain_text("已自动退出")
    expect(page.get_by_role("link", name="重新登录")).to_be_visible()


def test_all_that_is_missing_is_said_at_once_beside_the_fields(
    gallery: Gallery, page: Page
) -> None:
    page.goto(f"{gallery.url}/form")
    page.get_by_role("button", name="注册").click()
    unit = page.get_by_role("textbox", name="所在单位", exact=True)
    captcha = page.get_by_role("textbox", name="验证码", exact=True)
    expect(unit).to_be_focused()
    expect(unit).to_have_accessible_description("请选择")
    expect(captcha).to_have_accessible_description("请填写")
    axe(page)
    captcha.fill("abcd")
    expect(captcha).not_to_have_attribute("aria-invalid", "true")
    assert gallery.posted == []
