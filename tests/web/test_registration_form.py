"""个人用户注册 in the browser: the form, its windows, and everything that can go wrong with it."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.accounts import captcha
from engine.seed import Place, Province
from engine.subjects.registration import RegistrationForm
from models import Account, Case, Professional, Unit, UnitDepartment
from tests.applicants import PASSWORD, department_of, id_of, person_form
from tests.web.conftest import csrf, hidden


@pytest.fixture
def province(province: Province, app: Flask) -> Province:
    return province


def form_of(province: Province, **changed: str) -> dict[str, str]:
    return asdict(person_form(province, **changed))


def post(client: FlaskClient, data: dict[str, str], *, solved: bool = True) -> TestResponse:
    """Send the form as a browser would, with a captcha read rightly or wrongly."""
    page = client.get("/register").text
    ticket = hidden(page, "ticket")
    answer = captcha.issue(ticket)
    return client.post(
        "/register",
        data={
            "csrf_token": hidden(page, "csrf_token"),
            "ticket": ticket,
            "captcha": answer if solved else "????",
            **data,
        },
    )


def value_of(page: str, name: str) -> str:
    """What a text field of a page holds."""
    found = re.search(rf'id="f-{name}" name="[^"]*" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_right_form_is_handed_in(client: FlaskClient, province: Province) -> None:
    answer = post(client, form_of(province))
    assert (answer.status_code, answer.location) == (303, "/register/done")
    page = client.get("/register/done").text
    assert "注册信息已经提交审核,请耐心等待" in page
    assert "郑州市示范医院" in page
    assert "单位管理员" in page
    assert re.search(r"ZC\d{8}-\d{6}", page)
    assert Account.get(Account.name == "王𬭎").state == "pending"


def test_a_wrong_field_keeps_everything_else(client: FlaskClient, province: Province) -> None:
    typed = form_of(province, phone="123", major_name='O\'Brien & "临床"')
    answer = post(client, typed)
    assert answer.status_code == 422
    assert "请填写 11 位的手机号" in answer.text
    assert 'aria-describedby="f-phone-error"' in answer.text
    for name in ("id_number", "name", "email", "birth_date", "native_place", "school"):
        assert value_of(answer.text, name) == typed[name]
    assert value_of(answer.text, "major_name") == "O&#39;Brien &amp; &#34;临床&#34;"
    assert value_of(answer.text, "region") == "郑州市"
    assert value_of(answer.text, "department") == "内科"
    assert hidden(answer.text, "unit") == typed["unit"]
    assert Professional.select().where(Professional.state == "pending").count() == 0


def test_a_wrong_captcha_keeps_everything_and_names_other_faults_too(
    client: FlaskClient, province: Province
) -> None:
    typed = form_of(province, email="x")
    answer = post(client, typed, solved=False)
    assert answer.status_code == 422
    assert "验证码错误" in answer.text
    assert "邮箱格式不对" in answer.text
    assert value_of(answer.text, "school") == typed["school"]
    assert re.search(r'value="female"[^>]* checked', answer.text)


def test_passwords_never_come_back_in_a_page(client: FlaskClient, province: Province) -> None:
    assert PASSWORD not in post(client, form_of(province), solved=False).text
    assert "密码和验证码需要重新输入" in post(client, form_of(province, phone="1")).text
    picking = client.post(
        "/register", data={**form_of(province), "csrf_token": csrf(client), "pick": "unit"}
    )
    assert PASSWORD not in picking.text


def test_a_captcha_is_good_once(client: FlaskClient, province: Province) -> None:
    page = client.get("/register").text
    ticket = hidden(page, "ticket")
    data = {
        **form_of(province, phone="1"),
        "csrf_token": hidden(page, "csrf_token"),
        "ticket": ticket,
        "captcha": captcha.issue(ticket),
    }
    assert "验证码错误" not in client.post("/register", data=data).text
    assert "验证码错误" in client.post("/register", data=data).text


def test_a_replayed_submission_registers_nobody_twice(
    client: FlaskClient, province: Province
) -> None:
    page = client.get("/register").text
    ticket = hidden(page, "ticket")
    data = {
        **form_of(province),
        "csrf_token": hidden(page, "csrf_token"),
        "ticket": ticket,
        "captcha": captcha.issue(ticket),
    }
    assert client.post("/register", data=data).status_code == 303
    assert client.post("/register", data=data).status_code == 422
    assert "证件号已存在" in post(client, form_of(province)).text
    assert Case.select().count() == 1


def test_without_a_csrf_token_nothing_happens(client: FlaskClient, province: Province) -> None:
    answer = client.post("/register", data=form_of(province))
    assert answer.status_code == 400
    assert Case.select().count() == 0


def test_an_oversized_form_is_refused_in_words(client: FlaskClient, province: Province) -> None:
    answer = post(client, form_of(province, native_place="长" * 20_000))
    assert answer.status_code == 422
    assert "内容太长" in answer.text


@pytest.mark.parametrize("name", ["id_number", "name", "school", "unit", "region", "birth_date"])
def test_markup_is_shown_as_text(client: FlaskClient, province: Province, name: str) -> None:
    answer = post(client, form_of(province, **{name: "<script>alert(1)</script>"}))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("name", sorted(asdict(RegistrationForm())))
def test_a_control_character_in_any_field_is_refused_in_words(
    client: FlaskClient, province: Province, name: str
) -> None:
    typed = {**form_of(province), name: "\x00"}
    if name == "existing":
        typed["existing"] = "1\x00"
    answer = post(client, typed)
    assert answer.status_code == (303 if name == "existing" else 422)


def test_a_second_value_of_a_field_is_ignored(client: FlaskClient, province: Province) -> None:
    data = form_of(province, school="郑州大学")
    answer = post(client, {**data, "state": "active", "account": "1"})
    assert answer.status_code == 303
    assert Account.get(Account.name == "王𬭎").state == "pending"


def test_the_success_page_belongs_to_the_browser_that_submitted(
    client: FlaskClient, province: Province, app: Flask
) -> None:
    post(client, form_of(province))
    assert app.test_client().get("/register/done").location == "/register"


def test_no_address_holds_an_id_number(client: FlaskClient, province: Province) -> None:
    answer = post(client, form_of(province))
    assert id_of() not in str(answer.location)
    assert id_of() not in client.get("/register/done").text


# Windows with JavaScript


def window(client: FlaskClient, name: str, **query: str) -> str:
    answer = client.get(f"/pickers/{name}", query_string=query, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


def rows(page: str) -> list[str]:
    return re.findall(r'data-text="([^"]*)"', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({}, ["河南省", "郑州市", "济源市", "省直"], id="cities first"),
        pytest.param({"city": "410100"}, ["郑州市", "金水区"], id="a city and its counties"),
        pytest.param({"city": "419001"}, ["济源市"], id="Jiyuan has no counties"),
        pytest.param({"q": "jinshui"}, ["金水区"], id="pinyin"),
        pytest.param({"q": "jsq"}, ["金水区"], id="initials"),
        pytest.param({"q": "金水"}, ["金水区"], id="text"),
        pytest.param({"q": "changyuan"}, ["长垣市"], id="a name that is read otherwise"),
    ],
)
def test_regions_are_found(
    client: FlaskClient, province: Province, query: dict[str, str], found: list[str]
) -> None:
    assert set(found) <= set(rows(window(client, "region", **query)))


def test_units_are_those_of_the_region(client: FlaskClient, province: Province) -> None:
    names = rows(window(client, "unit", region="410100"))
    assert "郑州市示范医院" in names
    assert "郑州市金水区示范软件有限公司" in names
    assert "洛阳市栾川县示范中学" not in names
    assert rows(window(client, "unit", region="410105", q="ruanjian")) == [
        "郑州市金水区示范软件有限公司"
    ]


@pytest.mark.parametrize("state", ["pending", "closed", "rejected"])
def test_only_approved_units_can_be_found(
    client: FlaskClient, province: Province, state: str
) -> None:
    Unit.update(state=state).where(Unit.id == province.units[Place.HOSPITAL]).execute()
    assert "郑州市示范医院" not in rows(window(client, "unit", region="410100"))


@pytest.mark.parametrize(
    "query",
    [
        {"region": "' OR 1=1 --"},
        {"region": "410100", "q": "%"},
        {"region": "410100", "q": "_"},
        {"region": "410100", "q": "医" * 5000},
    ],
)
def test_hostile_searches_find_nothing(
    client: FlaskClient, province: Province, query: dict[str, str]
) -> None:
    assert rows(window(client, "unit", **query)) == []


@pytest.mark.parametrize("name", ["region", "unit", "department", "major", "superior"])
def test_control_characters_in_a_query_do_no_harm(
    client: FlaskClient, province: Province, name: str
) -> None:
    keys = ("q", "after", "city", "category", "region", "unit", "kind")
    assert (
        client.get(f"/pickers/{name}", query_string=dict.fromkeys(keys, "\x00")).status_code == 200
    )


@pytest.mark.parametrize("position", ["999999", "-1", "x", "9" * 40])
def test_a_forged_position_shows_the_first_page(
    client: FlaskClient, province: Province, position: str
) -> None:
    first = rows(window(client, "unit", region="410000"))
    assert rows(window(client, "unit", region="410000", after=position)) == first


def test_pages_turn_forth_and_back(client: FlaskClient, province: Province) -> None:
    unit = province.units[Place.JIYUAN_COMPANY]
    UnitDepartment.insert_many(
        [{"unit": unit, "name": f"部门{number:02}"} for number in range(45)]
    ).execute()

    def turn(**where: str) -> tuple[list[str], dict[str, str]]:
        page = window(client, "department", unit=str(unit), **where)
        places = dict(re.findall(r'"(after|before)": "(\d+)"', page))
        return rows(page), places

    first, places = turn()
    second, places_of_second = turn(after=places["after"])
    third, _ = turn(after=places_of_second["after"])
    assert [len(first), len(second), len(third)] == [20, 20, 5]
    assert first + second + third == [f"部门{number:02}" for number in range(45)]
    assert turn(before=places_of_second["before"])[0] == first


def test_a_window_that_does_not_exist_is_not_found(client: FlaskClient, province: Province) -> None:
    assert client.get("/pickers/passwords").status_code == 404


# Windows without JavaScript


def test_a_choice_is_made_on_a_page_of_its_own(client: FlaskClient, province: Province) -> None:
    typed = form_of(province, unit="", department="")
    page = client.post(
        "/register", data={**typed, "csrf_token": csrf(client), "pick": "unit", "pick_q": "zzssfyy"}
    ).text
    choice = re.search(r'name="picked" value="(unit:\d+)"', page)
    assert choice
    assert hidden(page, "school") == typed["school"]
    back = client.post(
        "/register", data={**typed, "csrf_token": csrf(client), "picked": choice[1]}
    ).text
    assert value_of(back, "unit") == "郑州市示范医院"
    assert value_of(back, "school") == typed["school"]


def test_another_region_empties_what_hangs_on_it(client: FlaskClient, province: Province) -> None:
    back = client.post(
        "/register",
        data={**form_of(province), "csrf_token": csrf(client), "picked": "region:410300"},
    ).text
    assert value_of(back, "region") == "洛阳市"
    assert value_of(back, "unit") == ""
    assert value_of(back, "department") == ""


def test_a_new_captcha_keeps_the_form(client: FlaskClient, province: Province) -> None:
    back = client.post(
        "/register", data={**form_of(province), "csrf_token": csrf(client), "refresh": "captcha"}
    )
    assert back.status_code == 200
    assert value_of(back.text, "school") == "郑州大学"


def test_a_second_role_is_told_apart_in_words(client: FlaskClient, province: Province) -> None:
    person = form_of(
        province, existing="1", department=department_of(province, Place.HOSPITAL, "外科")
    )
    answer = post(client, person)
    assert answer.status_code == 422
    assert "没有相符的账号" in answer.text


def test_the_form_speaks_english_too(client: FlaskClient, province: Province) -> None:
    client.get("/language/en")
    page = client.get("/register").text
    assert "Personal registration" in page
    assert not re.search(r"<label[^>]*>[一-鿿]", page)
