"""Whole stories in a real browser, each by the people who live them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta

import orjson
import pytest
from playwright.sync_api import Page, expect

from engine import credit_code, crypto, worker
from engine.accounts.roles import UserType
from engine.seed import PASSWORD as DEMO_PASSWORD
from engine.seed import Place, Role
from models import Case, Message, Task
from tests.applicants import PASSWORD, id_of, photo
from tests.browser.living import (
    SQLITE,
    Site,
    ask_for_progress,
    choose,
    choose_on_a_page,
    decide,
    fill_in_person,
    later,
    log_in,
    press,
    served,
    site,
    solve,
)
from tests.web.desk import hand_in

__all__ = ["later", "served", "site"]  # fixtures
pytestmark = [pytest.mark.browser, SQLITE]


def flash(page: Page, words: str) -> None:
    expect(page.locator(".flashes")).to_contain_text(words)


def test_a_person_registers_corrects_and_logs_in(site: Site) -> None:
    applicant = site.page("/register")
    fill_in_person(applicant, site.province, 1)
    expect(applicant.locator("#f-unit")).to_have_value("郑州市示范医院")
    solve(applicant)
    press(applicant, "注册")
    expect(applicant.get_by_text("注册信息已经提交审核,请耐心等待")).to_be_visible()
    applicant.locator("#main").get_by_role("link", name="注册审核进度查询").click()
    ask_for_progress(applicant, id_of(1))
    expect(applicant.locator("#main")).to_contain_text("郑州市示范医院")

    other = hand_in(site.province, 2, name="李雪")
    reviewer = site.inside(Role.HOSPITAL_ADMINISTRATOR)
    reviewer.get_by_role("link", name="王𬭎").click()
    reviewer.get_by_text("退回时标出需要补正的内容").click()
    reviewer.locator("[name=mark][value=school]").check()
    reviewer.locator("[name=reason-school]").fill("与毕业证书不一致")
    decide(reviewer, "退回补正（须写明意见）", "请核对毕业院校")
    flash(reviewer, "王𬭎：已退回补正")
    expect(reviewer).to_have_url(f"{site.url}/tasks/{other}")

    applicant.reload()
    expect(applicant.get_by_role("heading", name="需要您补正")).to_be_visible()
    applicant.get_by_role("link", name="去补正").click()
    expect(applicant.locator("#f-school")).to_have_accessible_description(
        re.compile("与毕业证书不一致")
    )
    applicant.locator("#f-school").fill("河南大学")
    press(applicant, "重新提交")
    flash(applicant, "补正的内容已经提交审核")

    reviewer.goto(f"{site.url}/inbox")
    reviewer.get_by_role("link", name="王𬭎").click()
    expect(reviewer.locator("del")).to_have_text("郑州大学")
    expect(reviewer.locator("ins")).to_have_text("河南大学")
    decide(reviewer, "审核通过")
    flash(reviewer, "王𬭎：已审核通过")
    expect(reviewer).to_have_url(f"{site.url}/tasks/{other}")

    applicant.reload()
    applicant.locator("#main").get_by_role("link", name="登录").click()
    log_in(applicant, id_of(1), PASSWORD)
    expect(applicant.get_by_role("heading", name="功能列表")).to_be_visible()


def kept(page: Page) -> None:
    """What was typed stands in the form again; the passwords do not."""
    for field, text in {
        "id_number": id_of(3),
        "name": "王𬭎",
        "email": "不是邮箱",
        "birth_date": "1990-03-08",
        "school": "郑州大学",
        "region": "郑州市",
        "unit": "郑州市示范医院",
        "department": "内科",
        "ethnicity": "01",
        "education": "21",
        "password": "",
        "captcha": "",
    }.items():
        expect(page.locator(f"#f-{field}")).to_have_value(text)
    expect(page.locator("[name=sex][value=female]")).to_be_checked()
    expect(page.locator("#f-notice")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_wrong_fields_keep_everything_typed(site: Site, *, scripts: bool) -> None:
    page = site.page("/register", java_script_enabled=scripts)
    fill_in_person(page, site.province, 3, choose if scripts else choose_on_a_page)
    page.locator("#f-email").fill("不是邮箱")
    page.locator("#f-captcha").fill("错的")
    press(page, "注册")
    for field, words in {"email": "邮箱格式不对", "captcha": "验证码错误"}.items():
        expect(page.locator(f"#f-{field}")).to_have_accessible_description(re.compile(words))
    kept(page)
    for field in ("password", "password_again"):
        page.locator(f"#f-{field}").fill(PASSWORD)
    page.locator("#f-email").fill("wang@example.cn")
    solve(page)
    press(page, "注册")
    expect(page.get_by_text("注册信息已经提交审核,请耐心等待")).to_be_visible()


def test_a_unit_registers_and_its_administrator_logs_in(site: Site) -> None:
    page = site.page("/register/unit/employer")
    choose(page, "region", "zzs", "410100")
    choose(page, "superior", "郑州", str(site.province.units[Place.GROUP]))
    for field, code in {"nature": "institution", "level": "city", "industry": "Q"}.items():
        page.locator(f"#f-{field}").select_option(code)
    for field, text in {
        "unit_name": "郑州市新设康复医院",
        "credit_code": credit_code.synthesise("410100", credit_code.Kind.INSTITUTION, 77_777),
        "address": "郑州市金水区文化路 1 号",
        "id_number": id_of(4),
        "name": "王秀兰",
        "password": "Admin-2026-ok",
        "password_again": "Admin-2026-ok",
        "phone": "13800000000",
        "email": "wang@example.cn",
    }.items():
        page.locator(f"#f-{field}").fill(text)
    page.locator("[name=licence]").set_input_files(
        {"name": "证照.png", "mimeType": "image/png", "buffer": photo()}
    )
    page.locator("#f-notice").check()
    solve(page)
    press(page, "注册")
    expect(page.get_by_text("注册信息已经提交审核,请耐心等待")).to_be_visible()

    superior = site.inside(Role.GROUP_ADMINISTRATOR)
    superior.get_by_role("link", name="郑州市新设康复医院").click()
    picture = superior.locator("img.thumb")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    decide(superior, "审核通过")
    flash(superior, "郑州市新设康复医院：已审核通过")

    page.goto(f"{site.url}/login")
    log_in(page, id_of(4), "Admin-2026-ok", "用人单位")
    expect(page.get_by_text("用人单位 · 郑州市新设康复医院").first).to_be_visible()


def test_an_applicant_takes_the_registration_back(site: Site) -> None:
    task = hand_in(site.province, 5)
    page = site.page("/progress")
    ask_for_progress(page, id_of(5))
    page.get_by_role("link", name="撤回申请").click()
    page.locator("#f-opinion").fill("单位选错了")
    press(page, "确认撤回")
    flash(page, "申请已撤回")
    expect(page.get_by_role("link", name="重新注册")).to_be_visible()
    reviewer = site.inside(Role.HOSPITAL_ADMINISTRATOR, f"/tasks/{task}")
    expect(reviewer.locator("#main")).to_contain_text("王𬭎 已于")
    expect(reviewer.locator("#main")).to_contain_text("单位选错了")


def test_what_waits_too_long_is_urged_and_shown_to_the_superior(
    site: Site, later: Callable[[timedelta], None]
) -> None:
    task = hand_in(site.province, 6)
    later(timedelta(days=6))
    assert worker.tick_all() == 1
    reviewer = site.inside(Role.HOSPITAL_ADMINISTRATOR, "/notices")
    expect(reviewer.locator("#main")).to_contain_text(
        re.compile(r"受理号 ZC\d{8}-\d{6} .*已等待多日,请登录系统审核。")
    )
    reviewer.goto(f"{site.url}/inbox")
    expect(reviewer.locator("tbody")).to_contain_text("已超期")
    later(timedelta(days=9))
    assert worker.tick_all() == 1
    superior = site.inside(Role.GROUP_ADMINISTRATOR)
    expect(superior.locator("tbody")).to_contain_text("下级超期上报")
    superior.get_by_role("link", name="王𬭎").click()
    expect(superior.locator(".timeline")).to_contain_text("已超过期限，上级也可以办理")
    decide(superior, "审核通过")
    flash(superior, "王𬭎：已审核通过")
    assert Task.get_by_id(task).outcome == "approve"


def test_the_second_of_two_administrators_is_told_who_decided(site: Site) -> None:
    task = hand_in(site.province, 7)
    first = site.inside(Role.HOSPITAL_ADMINISTRATOR, f"/tasks/{task}")
    second = site.inside(Role.HOSPITAL_DEPUTY, f"/tasks/{task}")
    decide(first, "审核通过")
    flash(first, "已审核通过")
    decide(second, "审核不通过（须写明意见）", "重复")
    expect(second.locator("#main")).to_contain_text(re.compile(r"王秀英 已于 .* 办理：审核通过"))
    second.get_by_role("link", name="返回", exact=True).click()
    expect(second.get_by_text("没有待办，都处理完了").first).to_be_visible()
    assert Case.get_by_id(Task.get_by_id(task).case_id).outcome == "approved"


def tab_to(page: Page, there: str) -> None:
    """Press Tab until something that matches has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(css) => document.activeElement.matches(css)", there):
            return
    raise AssertionError(f"the keyboard does not reach {there}")


def test_an_administrator_needs_no_mouse(site: Site) -> None:
    for number in (1, 2, 3):
        hand_in(site.province, number, name=("王𬭎", "李雪", "赵明")[number - 1])
    page = site.page("/login?next=/inbox")
    person = site.province.accounts[Role.HOSPITAL_ADMINISTRATOR]
    expect(page.locator("#f-number")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#f-type")).to_have_value(UserType.EMPLOYER)
    page.keyboard.press("Tab")
    page.keyboard.type(person.id_number)
    page.keyboard.press("Tab")
    page.keyboard.type(DEMO_PASSWORD)
    tab_to(page, ".captcha-button")
    with page.expect_response("**/captcha/**"):
        page.keyboard.press("Enter")
    expect(page.locator("#f-captcha")).to_be_focused()
    solve(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/inbox")
    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="李雪")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("李雪"))).to_be_visible()
    tab_to(page, "[name=outcome]")
    page.keyboard.press("Space")
    expect(page.get_by_label("审核通过")).to_be_checked()
    page.keyboard.press("ArrowDown")
    tab_to(page, "#f-opinion")
    page.keyboard.type("不是本单位人员")
    tab_to(page, ".form-buttons .btn-primary")
    page.keyboard.press("Enter")
    flash(page, "李雪：已审核不通过")
    expect(page.get_by_role("heading", name=re.compile("赵明"))).to_be_visible()


def test_roles_are_switched_and_passwords_changed(site: Site) -> None:
    page = site.inside(Role.HOSPITAL_ADMINISTRATOR)
    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="专业技术人员 · 郑州市示范医院").click()
    expect(page.locator(".menu-role")).to_have_text("专业技术人员 · 郑州市示范医院")
    assert page.goto(f"{site.url}/inbox").status == 403
    page.locator("details[data-menu] summary").click()
    page.get_by_role("link", name="修改密码").click()
    for field, text in {
        "old": DEMO_PASSWORD,
        "new": "Harbour-Bridge-7",
        "repeated": "Harbour-Bridge-7",
    }.items():
        page.locator(f"#f-{field}").fill(text)
    press(page, "保存")
    flash(page, "密码")
    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="退出").click()
    page.goto(f"{site.url}/login")
    number = site.province.accounts[Role.HOSPITAL_ADMINISTRATOR].id_number
    log_in(page, number, DEMO_PASSWORD)
    expect(page.locator("#main")).to_contain_text("账号或密码错误")
    log_in(page, number, "Harbour-Bridge-7")
    expect(page.get_by_role("heading", name="功能列表")).to_be_visible()


def test_a_forgotten_password_is_set_anew(site: Site) -> None:
    page = site.page("/login")
    page.locator("#main").get_by_role("link", name="忘记登录密码?").click()
    owner = site.province.accounts[Role.OWNER]
    page.locator("#f-number").fill(owner.id_number)
    solve(page)
    press(page, "发送验证码")
    expect(page.locator("#f-code")).to_be_visible()
    sent = Message.get(Message.account == owner.account, Message.channel == "mail")
    sealed = orjson.loads(sent.params)["sealed_code"]
    page.locator("#f-code").fill(crypto.unseal(b64decode(sealed)))
    page.locator("#f-new").fill("Harbour-Bridge-7")
    page.locator("#f-repeated").fill("Harbour-Bridge-7")
    press(page, "保存")
    flash(page, "新密码已设置")
    log_in(page, owner.id_number, "Harbour-Bridge-7")
    expect(page.get_by_role("heading", name="功能列表")).to_be_visible()
