"""Logging in and out through the pages (R19-R25), and what a session is worth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import clock
from models import AccountState, ProfessionalState, UnitKind
from tests import people
from tests.web.conftest import csrf, hidden, sign_in


@pytest.fixture
def professional(client: FlaskClient) -> int:
    account = people.person()
    people.professional(account, people.unit())
    return account


@pytest.fixture
def later() -> Callable[[timedelta], None]:
    """Move the clock, and back again after the test."""
    moved = timedelta()

    def move(by: timedelta) -> None:
        nonlocal moved
        moved += by
        clock.move(by)

    yield move
    clock.move(-moved)


def inside(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_professional_logs_in_and_out(client: FlaskClient, professional: int) -> None:
    answer = sign_in(client, people.number())
    assert (answer.status_code, answer.location) == (303, "/")
    home = client.get("/").text
    assert "王晓燕" in home
    assert people.number() not in home
    stolen = client.get_cookie("shenpi")
    answer = client.post("/logout", data={"csrf_token": csrf(client, "/account")})
    assert answer.status_code == 303
    assert "您已安全退出" in client.get("/").text
    assert not inside(client)
    assert stolen is not None
    client.set_cookie("shenpi", stolen.value)
    assert not inside(client), "a copied cookie is worth nothing after logging out"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"password": "Wrong-Horse-7"}, "账号或密码错误", id="R22"),
        pytest.param({"number": people.number(9)}, "账号或密码错误", id="R22, unknown number"),
        pytest.param({"captcha": "????"}, "验证码错误", id="R23"),
        pytest.param({"ticket": ""}, "验证码错误", id="R23, no picture"),
        pytest.param({"type": "employer"}, "没有为该账户分配角色,请联系系统管理员", id="R25"),
    ],
)
def test_each_refusal_has_the_words_of_the_guide(
    client: FlaskClient, professional: int, changed: dict[str, str], message: str
) -> None:
    changed = {"number": people.number(), "user_type": "professional", **changed}
    number, password = changed.pop("number"), changed.pop("password", people.PASSWORD)
    user_type = changed.pop("type", changed.pop("user_type"))
    answer = sign_in(client, number, password, user_type, **changed)
    assert answer.status_code == 422
    before_help = answer.text.partition("<details")[0]
    assert message in before_help
    assert f'value="{number}"' in before_help, "what was typed is kept"
    assert password not in answer.text
    assert f'<option value="{user_type}" selected>' in before_help
    assert not inside(client)


def test_a_registration_under_review_is_told_so(client: FlaskClient) -> None:
    account = people.person(state=AccountState.PENDING)
    people.professional(account, people.unit(), ProfessionalState.PENDING)
    answer = sign_in(client, people.number())
    assert "此账号还未被审核" in answer.text.partition("<details")[0]


def test_the_sixth_try_is_told_how_long_to_wait(client: FlaskClient, professional: int) -> None:
    for _ in range(5):
        assert sign_in(client, people.number(), "Wrong-Horse-7").status_code == 422
    answer = sign_in(client, people.number())
    assert answer.status_code == 429
    assert "请 15 分钟后再试" in answer.text


def test_without_a_script_the_picture_is_renewed_by_the_button(client: FlaskClient) -> None:
    page = client.get("/login?type=bureau").text
    answer = client.post(
        "/login",
        data={
            "csrf_token": hidden(page, "csrf_token"),
            "refresh": "captcha",
            "type": "bureau",
            "number": people.number(),
            "password": "secret-123",
            "ticket": hidden(page, "ticket"),
        },
    )
    assert answer.status_code == 200
    assert hidden(answer.text, "ticket") != hidden(page, "ticket")
    assert f'value="{people.number()}"' in answer.text
    assert '<option value="bureau" selected>' in answer.text
    assert "secret-123" not in answer.text


def test_the_picture_is_drawn_and_never_cached(client: FlaskClient) -> None:
    ticket = hidden(client.get("/login").text, "ticket")
    answer = client.get(f"/captcha/{ticket}")
    assert answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/captcha/nonsense").status_code == 404


@pytest.mark.parametrize("path", ["/account", "/notices", "/account/password", "/account/reset"])
def test_a_visitor_is_sent_to_log_in_and_back(
    client: FlaskClient, professional: int, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")
    assert sign_in(client, people.number(), next=path).location == path


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"],
)
def test_log_in_never_leads_to_another_site(
    client: FlaskClient, professional: int, target: str
) -> None:
    assert sign_in(client, people.number(), next=target).location == "/"


def test_every_view_asks_for_log_in_unless_marked_public(app: Flask) -> None:
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "public", False)
    }
    assert {
        e for e in public if e.split(".")[0] in {"account", "inbox", "cases", "notices"}
    } == set()
    assert {"auth.login", "home.index", "recovery.start"} <= public


def test_a_form_without_its_token_is_refused(client: FlaskClient, professional: int) -> None:
    sign_in(client, people.number())
    for path in ("/logout", "/role", "/account/password", "/notices/read"):
        answer = client.post(path)
        assert answer.status_code == 400
        assert "为安全起见没有提交" in answer.text
    assert inside(client)


def test_a_post_after_the_session_ended_says_that_nothing_was_saved(
    client: FlaskClient, professional: int, later: Callable[[timedelta], None]
) -> None:
    sign_in(client, people.number())
    token = csrf(client, "/account/password")
    later(timedelta(minutes=30))
    answer = client.post("/account/password", data={"csrf_token": token, "old": "x"})
    assert answer.status_code in {400, 401}
    assert "没有提交" in answer.text


def test_an_idle_person_is_logged_out_after_half_an_hour(
    client: FlaskClient, professional: int, later: Callable[[timedelta], None]
) -> None:
    sign_in(client, people.number())
    for _ in range(3):
        later(timedelta(minutes=29))
        assert inside(client)
    later(timedelta(minutes=30))
    assert not inside(client)
    assert "登录已结束" in client.get("/login").text


def test_an_idle_administrator_is_logged_out_after_a_quarter(
    client: FlaskClient, later: Callable[[timedelta], None]
) -> None:
    people.appoint(people.person(), people.unit())
    sign_in(client, people.number(), user_type="employer")
    later(timedelta(minutes=14))
    assert inside(client)
    later(timedelta(minutes=15))
    assert not inside(client)


def test_nobody_stays_longer_than_eight_hours(
    client: FlaskClient, professional: int, later: Callable[[timedelta], None]
) -> None:
    sign_in(client, people.number())
    for _ in range(31):
        later(timedelta(minutes=15))
        assert inside(client)
    later(timedelta(minutes=15))
    assert not inside(client)


def test_the_session_of_a_visitor_does_not_survive_log_in(
    client: FlaskClient, professional: int
) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    token = csrf(client)
    sign_in(client, people.number())
    with client.session_transaction() as session:
        assert "planted" not in session
    assert csrf(client, "/account") != token


def test_an_ended_appointment_ends_the_role_at_once(client: FlaskClient) -> None:
    account = people.person()
    end = clock.micros(clock.now()) + 60 * 1_000_000
    people.appoint(account, people.unit(), until=end)
    sign_in(client, people.number(), user_type="employer")
    assert inside(client)
    clock.move(timedelta(minutes=2))
    try:
        assert not inside(client)
    finally:
        clock.move(-timedelta(minutes=2))


def test_one_account_switches_between_its_roles_only(client: FlaskClient) -> None:
    account, unit = people.person(), people.unit()
    people.professional(account, unit)
    office = people.appoint(account, people.unit("郑州市人社局", kind=UnitKind.BUREAU))
    sign_in(client, people.number(), user_type="bureau")
    assert client.get("/account/reset").status_code == 200
    token = csrf(client, "/account")
    assert (
        client.post("/role", data={"csrf_token": token, "role": "professional"}).status_code == 303
    )
    assert client.get("/account/reset").status_code == 403
    client.post("/role", data={"csrf_token": token, "role": f"office-{office}"})
    assert client.get("/account/reset").status_code == 200
    answer = client.post("/role", data={"csrf_token": token, "role": "office-999"})
    assert answer.status_code == 403


def test_the_actor_has_the_offices_of_its_side_only(app: Flask) -> None:
    account = people.person()
    bureau = people.unit(kind=UnitKind.BUREAU)
    people.professional(account, bureau)
    administrator, other = people.appoint(account, bureau), people.appoint(account, people.unit())
    security = people.appoint(account, bureau, "security")
    expected = {
        "professional": frozenset(),
        "bureau": frozenset({administrator, other}),
        "employer": frozenset({administrator, other}),
        "system": frozenset({security}),
    }
    from web.auth import me  # noqa: PLC0415 - beside its only use

    for user_type, offices in expected.items():
        client = app.test_client()
        with client:
            sign_in(client, people.number(), user_type=user_type)
            client.get("/account")
            assert me().actor().offices == offices, user_type
