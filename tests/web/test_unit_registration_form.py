"""单位注册 in the browser, with the scan of the licence."""

from __future__ import annotations

import io
import re
from dataclasses import asdict

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from engine import attachments
from engine.accounts import captcha
from engine.accounts.throttle import Limit
from engine.seed import Province
from models import Attachment, Case, StoredFile, Unit
from tests.applicants import photo, unit_form
from tests.web.conftest import csrf, hidden


@pytest.fixture
def province(province: Province, app: Flask) -> Province:
    return province


def form_of(province: Province, **changed: str) -> dict[str, str]:
    data = asdict(unit_form(province, licence="1", **changed))
    del data["licence"]
    return data


def post(
    client: FlaskClient, data: dict[str, str], scan: bytes | None = None, *, solved: bool = True
) -> TestResponse:
    page = client.get("/register/unit/employer").text
    ticket = hidden(page, "ticket")
    answer = captcha.issue(ticket)
    sent: dict[str, object] = {
        "csrf_token": hidden(page, "csrf_token"),
        "ticket": ticket,
        "captcha": answer if solved else "????",
        **data,
    }
    if scan is not None:
        sent["licence"] = FileStorage(io.BytesIO(scan), "licence.png")
    # As bytes: the stream that the test client makes of a large form is never closed.
    boundary, body = encode_multipart(sent)
    content_type = f'multipart/form-data; boundary="{boundary}"'
    return client.post("/register/unit", data=body, content_type=content_type)


def test_a_unit_is_handed_in_with_its_licence(client: FlaskClient, province: Province) -> None:
    answer = post(client, form_of(province), photo())
    assert (answer.status_code, answer.location) == (303, "/register/done")
    page = client.get("/register/done").text
    assert "注册信息已经提交审核,请耐心等待" in page
    assert "郑州市示范医疗集团" in page
    case = Case.get()
    assert Attachment.get(Attachment.case == case).file == Unit.get_by_id(case.subject).licence


def test_a_good_scan_need_not_be_chosen_again(client: FlaskClient, province: Province) -> None:
    answer = post(client, form_of(province, phone="1"), photo(), solved=False)
    assert answer.status_code == 422
    kept = re.search(r'name="licence_keep" value="(\d+)" checked', answer.text)
    assert kept
    assert client.get(f"/files/{kept[1]}").mimetype == "image/png"
    done = post(client, {**form_of(province), "licence_keep": kept[1]})
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        pytest.param(None, "请上传证照扫描件", id="none"),
        pytest.param(b"", "文件是空的", id="empty"),
        pytest.param(b"%PDF-1.7", "只能上传 JPG 或 PNG 图片", id="PDF"),
        pytest.param(photo()[:100], "图片损坏", id="cut off"),
        pytest.param(photo() + bytes(5 * 1024 * 1024), "文件超过 5 MB", id="too big"),
    ],
)
def test_a_scan_that_cannot_be_used_is_refused_in_words(
    client: FlaskClient, province: Province, scan: bytes | None, words: str
) -> None:
    answer = post(client, form_of(province), scan)
    assert answer.status_code == 422
    assert words in answer.text
    assert "郑州市新设康复医院" in answer.text
    assert Case.select().count() == 0


def test_the_file_of_somebody_else_cannot_be_taken(
    client: FlaskClient, province: Province, app: Flask
) -> None:
    post(client, form_of(province), photo(), solved=False)
    theirs = StoredFile.get()
    stranger = app.test_client()
    assert stranger.get(f"/files/{theirs.id}").status_code == 404
    answer = post(stranger, {**form_of(province), "licence_keep": str(theirs.id)})
    assert answer.status_code == 422
    assert "请上传证照扫描件" in answer.text


def test_an_unknown_kind_of_unit_has_no_page(client: FlaskClient, province: Province) -> None:
    assert client.get("/register/unit/ministry").status_code == 404


def test_a_forged_kind_is_refused(client: FlaskClient, province: Province) -> None:
    answer = post(client, form_of(province, kind="ministry"), photo())
    assert answer.status_code == 422
    assert "请重新选择" in answer.text


def test_superiors_are_of_the_right_kind_and_near(client: FlaskClient, province: Province) -> None:
    def rows(**query: str) -> list[str]:
        page = client.get("/pickers/superior", query_string=query).text
        return re.findall(r'data-text="([^"]*)"', page)

    assert rows(kind="employer", region="410105")[0] == "不选择"
    assert "郑州市示范医疗集团" in rows(kind="employer", region="410105")
    assert "郑州市卫生健康委员会" in rows(kind="department", region="410105")
    assert "洛阳市栾川县示范中学" not in rows(kind="employer", region="410105")
    assert rows(region="410105") == []


def test_a_choice_without_scripts_keeps_form_and_scan(
    client: FlaskClient, province: Province
) -> None:
    data = {
        **form_of(province),
        "csrf_token": csrf(client),
        "pick": "superior",
        "licence": (io.BytesIO(photo()), "licence.png"),
    }
    page = client.post("/register/unit", data=data).text
    kept = {"licence_keep": hidden(page, "licence_keep"), "kind": hidden(page, "kind")}
    back = client.post(
        "/register/unit",
        data={**form_of(province), **kept, "csrf_token": csrf(client), "picked": "superior:"},
    ).text
    assert hidden(back, "superior") == ""
    assert f'value="{kept["licence_keep"]}" checked' in back


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_program_that_fills_the_store_is_stopped(
    client: FlaskClient, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "UPLOADS", Limit(2))
    for seed in (1, 2):
        assert (
            "上传次数太多" not in post(client, form_of(province, phone="1"), photo(seed=seed)).text
        )
    assert "上传次数太多" in post(client, form_of(province, phone="1"), photo(seed=3)).text
    assert StoredFile.select().count() == 2
