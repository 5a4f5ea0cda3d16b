"""注册审核进度查询 in the browser: see, urge, withdraw, correct; nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import clock, files
from engine.accounts import captcha
from engine.actor import Actor
from engine.seed import Province, Role
from engine.subjects import registration, unit_registration
from engine.verbs import decide
from models import Account, Attachment, Case, Message, Professional, Unit
from tests.applicants import ADDRESS, PASSWORD, id_of, open_task, person_form, photo, unit_form
from tests.web.conftest import csrf, hidden

Acting = Callable[[Role], Actor]


@pytest.fixture
def province(province: Province, app: Flask) -> Province:
    return province


@pytest.fixture
def done(province: Province) -> registration.Submitted:
    return registration.submit(person_form(province), address=ADDRESS)


def ask(client: FlaskClient, **changed: str) -> TestResponse:
    page = client.get("/progress?again=1").text
    ticket = hidden(page, "ticket")
    return client.post(
        "/progress",
        data={
            "csrf_token": hidden(page, "csrf_token"),
            "ticket": ticket,
            "captcha": captcha.issue(ticket),
            "name": "王𬭎",
            "id_number": id_of(),
            "password": PASSWORD,
            **changed,
        },
    )


def status(client: FlaskClient) -> str:
    assert ask(client).location == "/progress/status"
    return client.get("/progress/status").text


def decided(case: int, actor: Actor, outcome: str, **more: object) -> None:
    revision = Case.get_by_id(case).revision
    decide.decide(open_task(case).id, actor=actor, outcome=outcome, revision=revision, **more)


def act(client: FlaskClient, path: str, **data: str) -> TestResponse:
    return client.post(
        path, data={"csrf_token": csrf(client, "/progress?again=1"), **data}, follow_redirects=True
    )


def test_it_shows_who_reviews_every_step_and_the_diagram(
    client: FlaskClient, done: registration.Submitted
) -> None:
    page = status(client)
    assert "郑州市示范医院" in page
    assert "单位管理员" in page
    assert re.search(r"ZC\d{8}-\d{6}", page)
    assert 'aria-current="step"' in page or "aria-current=step" in page
    marks = re.search(r'data-marks="([^"]*)"', page)
    assert marks
    assert "employer_review" in marks[1]
    assert id_of() not in page
    assert "410***********" in page
    diagram = client.get(f"/progress/diagram/{done.case}")
    assert diagram.mimetype == "application/xml"
    assert b"employer_review" in diagram.data


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"name": "王芳"}, id="name"),
        pytest.param({"password": "Wrong-2026"}, id="password"),
        pytest.param({"id_number": id_of(5)}, id="a number nobody has"),
        pytest.param({"id_number": "' OR ''='"}, id="SQL"),
        pytest.param({"id_number": "\x00", "name": "\x00"}, id="control characters"),
    ],
)
def test_whatever_does_not_fit_gets_one_answer(
    client: FlaskClient, done: registration.Submitted, changed: dict[str, str]
) -> None:
    answer = ask(client, **changed)
    assert answer.status_code == 422
    assert "没有查到相符的注册信息" in answer.text
    assert PASSWORD not in answer.text
    assert client.get("/progress/status").location == "/progress?again=1"


def test_a_wrong_captcha_is_told_before_anything_is_looked_up(
    client: FlaskClient, done: registration.Submitted
) -> None:
    answer = ask(client, captcha="????")
    assert "验证码错误" in answer.text
    assert 'value="王𬭎"' in answer.text


def test_guessing_is_locked_out(client: FlaskClient, done: registration.Submitted) -> None:
    for _attempt in range(5):
        assert ask(client, password="Wrong-2026").status_code == 422
    assert ask(client).status_code == 429


def test_the_ticket_lasts_half_an_hour(client: FlaskClient, done: registration.Submitted) -> None:
    status(client)
    clock.move(timedelta(minutes=31))
    try:
        assert client.get("/progress/status").status_code == 303
        assert client.get(f"/progress/diagram/{done.case}").status_code == 404
    finally:
        clock.move(-timedelta(minutes=31))


def test_a_rejection_shows_its_reason(
    client: FlaskClient, done: registration.Submitted, acting: Acting
) -> None:
    administrator = acting(Role.HOSPITAL_ADMINISTRATOR)
    decided(done.case, administrator, "reject", opinion="非本单位<b>职工</b>")
    page = status(client)
    assert "非本单位&lt;b&gt;职工&lt;/b&gt;" in page
    assert "重新注册" in page
    assert "撤回申请</a>" not in page


def test_withdrawing_asks_first_and_frees_the_number(
    client: FlaskClient, done: registration.Submitted, province: Province
) -> None:
    status(client)
    confirm = client.get(f"/progress/withdraw/{done.case}").text
    page = act(client, f"/progress/withdraw/{done.case}", revision=hidden(confirm, "revision")).text
    assert "申请已撤回" in page
    assert Account.get_by_id(done.account).state == "closed"
    assert act(client, f"/progress/withdraw/{done.case}", revision="1").status_code == 409
    assert registration.submit(person_form(province), address=ADDRESS).case != done.case


def test_a_withdrawal_from_a_stale_page_is_refused(
    client: FlaskClient, done: registration.Submitted, acting: Acting
) -> None:
    status(client)
    decided(done.case, acting(Role.HOSPITAL_ADMINISTRATOR), "return", opinion="请核对")
    answer = act(client, f"/progress/withdraw/{done.case}", revision="1")
    assert answer.status_code == 409
    assert Case.get_by_id(done.case).status == "running"


def test_urging_reaches_the_office_once_a_day(
    client: FlaskClient, done: registration.Submitted
) -> None:
    status(client)
    assert "已提醒审核单位" in act(client, f"/progress/remind/{done.case}").text
    assert Message.select().where(Message.template == "reminded").count() > 0
    assert "一天之内只能催办一次" in act(client, f"/progress/remind/{done.case}").text


def test_a_correction_shows_the_marks_and_goes_back(
    client: FlaskClient, done: registration.Submitted, acting: Acting
) -> None:
    decided(
        done.case,
        acting(Role.HOSPITAL_ADMINISTRATOR),
        "return",
        opinion="请核对毕业院校",
        marks={"school": "与证书不一致"},
    )
    page = status(client)
    assert "请核对毕业院校" in page
    assert "与证书不一致" in page
    form = client.get(f"/progress/correct/{done.case}").text
    assert "与证书不一致" in form
    data = fields_of(form)
    wrong = act(client, f"/progress/correct/{done.case}", **{**data, "school": "<i>"})
    assert wrong.status_code == 422
    assert "不能有表情" in wrong.text
    right = act(client, f"/progress/correct/{done.case}", **{**data, "school": "河南大学"})
    assert "补正的内容已经提交审核" in right.text
    assert Professional.get(Professional.account == done.account).school == "河南大学"
    again = act(client, f"/progress/correct/{done.case}", **{**data, "school": "郑州大学"})
    assert again.status_code == 409


def fields_of(page: str) -> dict[str, str]:
    """What the browser would send of the correction form."""
    data = dict(re.findall(r'<input[^>]* name="([a-z_]+)" value="([^"]*)"', page))
    data["sex"] = "female"
    for name in ("ethnicity", "nationality", "education"):
        options = re.search(rf'name="{name}".*?value="([^"]+)" selected', page, re.DOTALL)
        assert options
        data[name] = options[1]
    return {name: value for name, value in data.items() if name != "csrf_token"}


def test_a_unit_is_corrected_with_a_new_scan(
    client: FlaskClient, province: Province, acting: Acting, app: Flask
) -> None:
    done = unit_registration.submit(unit_form(province), address=ADDRESS)
    files.use(app.config["SHENPI"].files)
    files.keep(files.picture(photo(seed=2)))
    decided(done.case, acting(Role.GROUP_ADMINISTRATOR), "return", opinion="证照看不清")
    assert ask(client, name="王秀兰").status_code == 303
    form = client.get(f"/progress/correct/{done.case}").text
    data = dict(re.findall(r'<input[^>]* name="([a-z_]+)" value="([^"]*)"', form))
    before = Unit.get_by_id(Case.get_by_id(done.case).subject).licence
    for name in ("nature", "level", "industry"):
        selected = re.search(rf'name="{name}".*?value="([^"]+)" selected', form, re.DOTALL)
        assert selected
        data[name] = selected[1]
    page = act(client, f"/progress/correct/{done.case}", **{**data, "unit_name": "郑州市康复院"})
    assert "补正的内容已经提交审核" in page.text
    unit = Unit.get_by_id(Case.get_by_id(done.case).subject)
    assert (unit.name, unit.licence) == ("郑州市康复院", before)
    assert Attachment.select().where(Attachment.case == done.case).count() == 1


@pytest.mark.parametrize(
    "path", ["status?case={}", "diagram/{}", "withdraw/{}", "correct/{}"], ids=str
)
def test_the_case_of_somebody_else_is_not_found(
    client: FlaskClient, done: registration.Submitted, province: Province, path: str
) -> None:
    other = registration.submit(person_form(province, 3), address=ADDRESS)
    status(client)
    assert client.get("/progress/" + path.format(other.case)).status_code == 404
    assert client.get("/progress/" + path.format(999_999)).status_code == 404


@pytest.mark.parametrize("verb", ["withdraw", "remind", "correct"])
def test_nobody_acts_on_the_case_of_somebody_else(
    client: FlaskClient, done: registration.Submitted, province: Province, verb: str
) -> None:
    other = registration.submit(person_form(province, 3), address=ADDRESS)
    status(client)
    assert act(client, f"/progress/{verb}/{other.case}", revision="1").status_code == 404
    assert Case.get_by_id(other.case).revision == 1


@pytest.mark.parametrize("verb", ["withdraw", "remind", "correct"])
def test_without_a_csrf_token_or_a_ticket_nothing_happens(
    client: FlaskClient, done: registration.Submitted, verb: str
) -> None:
    path = f"/progress/{verb}/{done.case}"
    assert client.post(path, data={"revision": "1"}).status_code == 400
    token = csrf(client, "/progress")
    answer = client.post(path, data={"revision": "1", "csrf_token": token})
    assert answer.status_code == 303
    assert "/progress" in str(answer.location)
    assert Case.get_by_id(done.case).revision == 1


def test_the_query_can_be_ended_on_a_shared_computer(
    client: FlaskClient, done: registration.Submitted
) -> None:
    status(client)
    act(client, "/progress/leave")
    assert client.get("/progress/status").status_code == 303
