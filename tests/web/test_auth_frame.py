"""What every page and every error has in common."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import errors
from engine.accounts.throttle import Locked
from tests import people
from tests.web.conftest import csrf, sign_in
from web import auth
from web.app import create_app


def test_the_home_page_is_open_and_names_every_user_type(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "河南省专业技术人员继续教育信息服务平台" in page.replace("<wbr>", "")
    for words in ("继续教育服务窗口", "专业技术人员", "用人单位", "人社部门", "忘记登录密码?"):
        assert words in page
    for message in ("账号或密码错误", "验证码错误", "此账号还未被审核", "没有为该账户分配角色"):
        assert message in page, "R22-R25: each message is explained"


def test_the_home_page_leads_to_registration_and_to_its_progress(client: FlaskClient) -> None:
    page = client.get("/").text
    for path in ("/register", "/register/unit/employer", "/progress", "/recover"):
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("path", ["/", "/login", "/recover", "/nothing"])
def test_english_is_chosen_by_the_switch_only(client: FlaskClient, path: str) -> None:
    chinese = client.get(path, headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN"' in chinese
    answer = client.get(f"/language/en?next={path}")
    assert answer.location == path
    english = client.get(path).text
    assert '<html lang="en"' in english
    assert "Log in" in english
    client.get("/language/zh")
    assert '<html lang="zh-CN"' in client.get(path).text


def test_the_chosen_language_survives_log_in(client: FlaskClient) -> None:
    people.professional(people.person(), people.unit())
    client.get("/language/en")
    sign_in(client, people.number())
    assert '<html lang="en"' in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/login", "/nothing", "/healthz"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-ID"]


def test_built_files_are_cached_for_ever(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("app.css")
    with client.get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


def test_the_session_cookie_is_out_of_reach_of_scripts(client: FlaskClient) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


RAISED = [
    pytest.param(errors.NotFound(), 404, "没有找到", id="not found"),
    pytest.param(errors.NotYours(), 403, "没有权限", id="not yours"),
    pytest.param(errors.Stale(), 409, "已有新的办理记录", id="stale"),
    pytest.param(errors.Refused("claimed"), 409, "已被他人签收", id="refused"),
    pytest.param(errors.Invalid({"name": "required"}), 422, "此项必填", id="invalid"),
    pytest.param(Locked(61_000_000), 429, "请 2 分钟后再试", id="locked"),
    pytest.param(errors.OperationFailed("20261123-ABC234"), 500, "20261123-ABC234", id="failed"),
    pytest.param(
        errors.AlreadyDecided("李建国", "approve", 1_795_000_000_000_000),
        409,
        "李建国 已于 2026-11-18 19:06 办理：审核通过。您的操作没有生效。",
        id="already decided",
    ),
]


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """A page that raises what the test puts there."""

    @auth.public
    def fail() -> str:
        raise app.config["RAISED"]

    app.add_url_rule("/fail", "fail", fail)
    app.testing = False
    return app.test_client()


@pytest.mark.parametrize(("error", "status", "words"), RAISED)
@pytest.mark.parametrize("kind", ["page", "fragment", "json"])
def test_every_domain_error_is_told_in_words(
    app: Flask, failing: FlaskClient, error: Exception, status: int, words: str, kind: str
) -> None:
    app.config["RAISED"] = error
    headers = {
        "page": {},
        "fragment": {"HX-Request": "true"},
        "json": {"Accept": "application/json"},
    }[kind]
    answer = failing.get("/fail", headers=headers)
    assert answer.status_code == status
    if kind == "json":
        assert answer.json is not None
        assert answer.json["status"] == status
        return
    assert ("<html" in answer.text) == (kind == "page")
    if kind == "page" or status not in {403, 404}:
        assert words in answer.text


def test_a_crash_names_an_incident_and_tells_nothing_else(
    app: Flask, failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["RAISED"] = RuntimeError("410105198805170008 is secret")
    answer = failing.get("/fail")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "secret" not in answer.text
    assert "410105198805170008" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/nothing", 404), ("put", "/login", 405), ("get", "/captcha/..%2f", 404)],
)
def test_what_is_not_there_is_said_in_words(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = getattr(client, method)(path, headers={"Accept": "text/html"})
    assert answer.status_code in {status, 400}
    assert "<html" in answer.text


def test_a_request_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/login", data={"csrf_token": csrf(client), "number": "x" * (33 * 1024 * 1024)}
    )
    assert answer.status_code == 413


def test_the_log_holds_no_personal_data(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    people.professional(people.person(), people.unit())
    with caplog.at_level(logging.DEBUG):
        sign_in(client, people.number(), "Wrong-Horse-7")
        sign_in(client, people.number())
        client.get(f"/notices?q={people.number()}")
    assert "/login 303" in caplog.text
    for secret in (people.number(), "王晓燕", people.PASSWORD, "Wrong-Horse-7", "127.0.0.1"):
        assert secret not in caplog.text


def test_health_needs_no_session_and_sets_none(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers


def test_a_professionals_home_lists_the_modules_of_the_guide(client: FlaskClient) -> None:
    people.professional(people.person(), people.unit())
    sign_in(client, people.number())
    page = client.get("/").text
    for words in ("用户资料管理", "学时(学分)申报", "申报进度查询", "年度完成情况"):
        assert words in page


def test_an_administrators_home_leads_to_the_inbox(client: FlaskClient) -> None:
    people.appoint(people.person(), people.unit())
    sign_in(client, people.number(), user_type="employer")
    page = client.get("/").text
    assert "没有待办，都处理完了" in page
    assert 'href="/inbox"' in page


def test_behind_a_proxy_the_visitors_address_and_https_are_believed(app: Flask) -> None:
    settings = replace(app.config["SHENPI"], proxies=1, secure_cookies=True)
    behind = create_app(settings)
    seen: list[str] = []
    behind.before_request(lambda: seen.append(auth.address()))
    forwarded = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"}
    answer = behind.test_client().get("/login", headers=forwarded)
    assert seen == ["198.51.100.7"], "only the nearest proxy's word counts"
    assert answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-shenpi=")
    assert "Secure" in cookie


def test_without_a_proxy_nobody_names_his_own_address(app: Flask) -> None:
    seen: list[str] = []
    app.before_request(lambda: seen.append(auth.address()))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen == ["127.0.0.1"]


def test_without_the_front_end_the_error_says_what_to_do(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("web.assets.STATIC", tmp_path)
    app.testing = False
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    assert "shenpi assets" in answer.text


def test_a_request_of_htmx_without_session_leads_to_log_in(client: FlaskClient) -> None:
    answer = client.get("/notices", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login")


@pytest.mark.parametrize("cookie", ["garbage", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", ""])
def test_a_forged_cookie_is_a_visitors(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("shenpi", cookie)
    assert client.get("/account").status_code == 303
