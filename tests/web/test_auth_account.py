"""Passwords changed, recovered and reset through the pages; notices."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine import delivery
from engine.accounts import captcha, passwords
from engine.senders import Letter
from models import Account, AccountState, ProfessionalState
from tests import people
from tests.conftest import SECRET
from tests.web.conftest import csrf, hidden, sign_in
from web.app import create_app

NEW = "other-horse-8"


@pytest.fixture
def professional(client: FlaskClient) -> int:
    account = people.person()
    people.professional(account, people.unit())
    return account


def change(client: FlaskClient, **changed: str) -> object:
    fields = {"old": people.PASSWORD, "new": NEW, "repeated": NEW, **changed}
    token = csrf(client, "/account/password")
    return client.post("/account/password", data={"csrf_token": token, **fields})


def test_a_changed_password_ends_the_other_sessions(app: Flask, professional: int) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here, people.number())
    sign_in(there, people.number())
    assert change(here).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert "密码已修改" in here.get("/notices").text
    assert sign_in(app.test_client(), people.number(), NEW).status_code == 303


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"old": "wrong-horse-7"}, "原密码不正确"),
        ({"new": "12345678", "repeated": "12345678"}, "密码不能是纯数字或纯字母"),
        ({"new": "abc123", "repeated": "abc123"}, "密码长度应为 8 到 20 个字符"),
        ({"repeated": "other-horse-9"}, "两次输入的密码不一致"),
        ({"new": people.PASSWORD, "repeated": people.PASSWORD}, "不能使用最近 5 次用过的密码"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    client: FlaskClient, professional: int, changed: dict[str, str], message: str
) -> None:
    sign_in(client, people.number())
    answer = change(client, **changed)
    assert answer.status_code == 422
    assert message in answer.text
    assert not any(f'value="{each}"' in answer.text for each in changed.values())


def test_a_forced_change_leaves_nothing_else_open(client: FlaskClient, professional: int) -> None:
    Account.update(must_change_password=True).execute()
    sign_in(client, people.number())
    for path in ("/", "/account", "/notices", "/login"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, "/account/password"), path
    assert "请先设置新密码" in client.get("/account/password").text
    assert client.get("/session").status_code == 204
    assert client.get("/language/en?next=/account/password").status_code == 303
    assert change(client).status_code == 303
    assert client.get("/account").status_code == 200


class Post:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)

    def close(self) -> None:
        """Nothing is open."""


def ask_for_code(client: FlaskClient, number: str, **changed: str) -> object:
    page = client.get("/recover").text
    ticket = hidden(page, "ticket")
    return client.post(
        "/recover",
        data={
            "csrf_token": hidden(page, "csrf_token"),
            "number": number,
            "channel": "sms",
            "ticket": ticket,
            "captcha": captcha.issue(ticket),
            **changed,
        },
    )


def test_a_forgotten_password_is_set_anew(client: FlaskClient, professional: int) -> None:
    assert ask_for_code(client, people.number()).location == "/recover/password"
    post = Post()
    delivery.sweep({"sms": post}, public_url="https://shenpi.example")
    [code] = re.findall(r"\b[0-9]{6}\b", post.letters[0].text)
    token = csrf(client, "/recover/password")
    fields = {"csrf_token": token, "code": code, "new": NEW, "repeated": "x"}
    refused = client.post("/recover/password", data=fields)
    assert refused.status_code == 422
    assert "两次输入的密码不一致" in refused.text
    assert f'value="{code}"' in refused.text
    done = client.post("/recover/password", data={**fields, "repeated": NEW})
    assert done.location == "/login"
    assert sign_in(client, people.number(), NEW).status_code == 303


def test_recovery_answers_alike_whether_or_not_the_number_is_known(
    app: Flask, professional: int
) -> None:
    pages = []
    for number in (people.number(), people.number(9), "nonsense"):
        client = app.test_client()
        assert ask_for_code(client, number).location == "/recover/password"
        page = client.get("/recover/password").text
        pages.append(re.sub(r'csrf_token" value="[^"]*"|X-CSRFToken": "[^"]*"', "", page))
        fields = {"code": "000000", "new": NEW, "repeated": NEW}
        answer = client.post(
            "/recover/password", data={"csrf_token": csrf(client, "/recover/password"), **fields}
        )
        assert answer.status_code == 422
        assert "短信或邮件验证码不正确，或已经失效" in answer.text
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"number": " "}, "此项必填"),
        ({"channel": "pigeon"}, "此项必填"),
        ({"captcha": "????"}, "验证码错误"),
    ],
)
def test_recovery_says_what_is_missing(
    client: FlaskClient, changed: dict[str, str], message: str
) -> None:
    answer = ask_for_code(client, **{"number": people.number(), **changed})
    assert answer.status_code == 422
    assert message in answer.text
    assert client.get("/recover/password").location == "/recover"


def test_an_administrator_resets_a_password(app: Flask) -> None:
    unit = people.unit()
    nurse = people.person(1, name="李梅")
    people.professional(nurse, unit)
    people.appoint(people.person(2), unit)
    boss, person = app.test_client(), app.test_client()
    sign_in(boss, people.number(2), user_type="employer")
    token = csrf(boss, "/account/reset")
    wrong = boss.post(
        "/account/reset", data={"csrf_token": token, "number": people.number(1), "name": "李美"}
    )
    assert wrong.status_code == 404
    assert "没有找到由您管理的人员" in wrong.text
    found = boss.post(
        "/account/reset", data={"csrf_token": token, "number": people.number(1), "name": "李梅"}
    )
    assert "李梅" in found.text
    assert not Account.get_by_id(nurse).must_change_password, "nothing is done before it is asked"
    done = boss.post(f"/account/reset/{nurse}", data={"csrf_token": token})
    assert "身份证号的后 6 位" in done.text
    assert people.number(1)[-6:] not in done.text
    assert sign_in(person, people.number(1), people.number(1)[-6:]).status_code == 303
    assert person.get("/").location == "/account/password"


def test_a_deployment_may_choose_random_initial_passwords(app: Flask, database: str) -> None:
    app = create_app(replace(app.config["SHENPI"], secret=SECRET, reset_style="random"))
    unit = people.unit()
    nurse = people.person(1, name="李梅")
    people.professional(nurse, unit)
    people.appoint(people.person(2), unit)
    boss = app.test_client()
    sign_in(boss, people.number(2), user_type="employer")
    done = boss.post(f"/account/reset/{nurse}", data={"csrf_token": csrf(boss, "/account/reset")})
    [initial] = re.findall(r"<code>(\w{12})</code>", done.text)
    assert passwords.matches(Account.get_by_id(nurse).password, initial)


def test_a_professional_resets_nobody(client: FlaskClient, professional: int) -> None:
    sign_in(client, people.number())
    token = csrf(client, "/account")
    assert client.get("/account/reset").status_code == 403
    assert client.post("/account/reset", data={"csrf_token": token}).status_code == 403
    answer = client.post(f"/account/reset/{professional}", data={"csrf_token": token})
    assert answer.status_code == 403


def test_my_data_is_masked(client: FlaskClient, professional: int) -> None:
    sign_in(client, people.number())
    page = client.get("/account").text
    assert "410***********" in page
    for secret in (people.number(), "13800000000", "person0@example.cn"):
        assert secret not in page


def test_notices_are_read_one_by_one_or_all(client: FlaskClient, professional: int) -> None:
    sign_in(client, people.number())
    for n in range(3):
        change(
            client,
            old=people.PASSWORD if n == 0 else f"{NEW}{n - 1}",
            new=f"{NEW}{n}",
            repeated=f"{NEW}{n}",
        )
    page = client.get("/notices").text
    assert page.count('name="notice"') == 3
    token, first = csrf(client, "/notices"), re.findall(r'name="notice" value="(\d+)"', page)[0]
    client.post("/notices/read", data={"csrf_token": token, "notice": first})
    assert client.get("/notices").text.count('name="notice"') == 2
    client.post("/notices/read", data={"csrf_token": token})
    assert client.get("/notices").text.count('name="notice"') == 0


def test_nobody_reads_the_notices_of_others(app: Flask, professional: int) -> None:
    mine, theirs = app.test_client(), app.test_client()
    stranger = people.person(1)
    people.professional(stranger, people.unit("洛阳市第一医院"))
    sign_in(mine, people.number())
    change(mine)
    sign_in(theirs, people.number(1))
    assert "没有通知" in theirs.get("/notices").text
    notice = re.findall(r'name="notice" value="(\d+)"', mine.get("/notices").text)[0]
    theirs.post("/notices/read", data={"csrf_token": csrf(theirs, "/account"), "notice": notice})
    assert 'name="notice"' in mine.get("/notices").text


def test_a_pending_colleague_is_not_reset_and_the_page_says_why(client: FlaskClient) -> None:
    unit = people.unit()
    applicant = people.person(1, name="赵敏", state=AccountState.PENDING)
    people.professional(applicant, unit, ProfessionalState.PENDING)
    people.appoint(people.person(2), unit)
    sign_in(client, people.number(2), user_type="employer")
    fields = {"csrf_token": csrf(client, "/account/reset"), "number": people.number(1)}
    answer = client.post("/account/reset", data={**fields, "name": "赵敏"})
    assert answer.status_code == 409
    assert "还在审核，不能重置密码" in answer.text


def test_the_old_password_cannot_be_guessed_in_the_form(
    client: FlaskClient, professional: int
) -> None:
    sign_in(client, people.number())
    for _ in range(5):
        assert change(client, old="wrong-horse-7").status_code == 422
    answer = change(client)
    assert answer.status_code == 429
    assert "分钟后再试" in answer.text


def test_without_a_script_the_picture_of_recovery_is_renewed(client: FlaskClient) -> None:
    answer = ask_for_code(client, people.number(), refresh="captcha", channel="sms")
    assert answer.status_code == 200
    assert f'value="{people.number()}"' in answer.text


def test_an_address_that_asks_for_many_codes_must_wait(client: FlaskClient) -> None:
    for n in range(20):
        assert ask_for_code(client, people.number(n)).status_code == 303
    answer = ask_for_code(client, people.number(20))
    assert answer.status_code == 429
    assert "分钟后再试" in answer.text
