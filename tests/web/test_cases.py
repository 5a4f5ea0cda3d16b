"""The page of a case: for those who may see it; whole values only with a line in the log."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from engine.accounts.roles import UserType
from engine.actor import Actor
from engine.seed import Province, Role
from engine.subjects import unit_registration
from models import AccessLog, Case, Event, tuples
from tests.applicants import id_of, open_task, unit_form
from tests.web.desk import Desk, case_of, counting, enter, hand_in

Acting = Callable[[Role], Actor]
WHOLE = {"id_number": id_of(1), "phone": "13800000000", "email": "wang@example.cn"}


@pytest.fixture
def province(province: Province, app: Flask) -> Province:
    return province


@pytest.fixture
def desk(app: Flask, province: Province) -> Desk:
    """The browser of the hospital's administrator."""
    return enter(app, province, Role.HOSPITAL_ADMINISTRATOR)


@pytest.fixture
def case(province: Province) -> Case:
    return case_of(hand_in(province, 1))


def seen() -> list[tuple[str, int | None, str | None, str | None]]:
    """The log of whole values seen."""
    query = AccessLog.select(
        AccessLog.action, AccessLog.account, AccessLog.object_kind, AccessLog.object_id
    )
    return [tuple(row) for row in tuples(query.where(AccessLog.action.startswith("reveal")))]


def test_it_tells_the_whole_story_of_an_ended_case(desk: Desk, province: Province) -> None:
    task = hand_in(province, 1)
    desk.decide(task, "reject", opinion="不是本单位人员\n<i>请换单位</i>")
    page = desk.page(f"/cases/{case_of(task).id}")
    for words in ("提交申请", "用人单位审核：审核不通过", "不是本单位人员", "王秀英", "未通过"):
        assert words in page
    assert "<i>" not in page
    assert re.search(r"ZC\d{8}-\d{6}", page)
    for whole in WHOLE.values():
        assert whole not in page


def test_the_diagram_is_the_published_one(desk: Desk, case: Case) -> None:
    answer = desk.get(f"/cases/{case.id}/diagram")
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    assert b'<bpmn:process id="registration"' in answer.data


@pytest.mark.parametrize("field", WHOLE)
def test_a_whole_value_is_shown_and_the_view_is_logged(
    desk: Desk, case: Case, province: Province, field: str
) -> None:
    answer = desk.post(f"/cases/{case.id}/reveal/{field}")
    assert answer.status_code == 200
    assert WHOLE[field] in answer.text
    others = [whole for name, whole in WHOLE.items() if name != field]
    assert not any(whole in answer.text for whole in others)
    assert "<html" in answer.text, "without JavaScript the whole page comes back"
    me = province.accounts[Role.HOSPITAL_ADMINISTRATOR].account
    assert seen() == [(f"reveal.{field}", me, "case", str(case.id))]
    assert WHOLE[field] not in str(list(tuples(AccessLog.select()))), "the log holds no value"


def test_htmx_gets_the_value_alone(desk: Desk, case: Case) -> None:
    token = re.search(r'name="csrf_token" value="([^"]*)"', desk.page("/account"))
    assert token
    answer = desk.client.post(
        f"/cases/{case.id}/reveal/phone",
        data={"csrf_token": token[1]},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    assert "13800000000" in answer.text
    assert "<html" not in answer.text
    assert len(answer.text) < 300


def test_a_page_read_again_is_masked_again(desk: Desk, case: Case) -> None:
    desk.post(f"/cases/{case.id}/reveal/phone")
    assert "13800000000" not in desk.page(f"/cases/{case.id}")


@pytest.mark.parametrize("field", ["name", "password", "lookup", "nothing", "__class__", "%00"])
def test_only_masked_fields_can_be_seen_whole(desk: Desk, case: Case, field: str) -> None:
    assert desk.post(f"/cases/{case.id}/reveal/{field}").status_code == 404
    assert seen() == [], "a refused view leaves no line"


@pytest.mark.parametrize("field", WHOLE)
def test_the_administrator_of_a_new_unit_is_masked_too(
    app: Flask, province: Province, field: str
) -> None:
    unit = unit_registration.submit(unit_form(province, 1), address="192.0.2.9")
    group = enter(app, province, Role.GROUP_ADMINISTRATOR)
    path = f"/cases/{Case.get(Case.account == unit.account).id}"
    assert WHOLE[field] not in group.page(path)
    assert WHOLE[field] in group.post(f"{path}/reveal/{field}").text


# who may see a registration at the hospital; everybody else must not know that it is there
VIEWERS = {
    "administrator": (Role.HOSPITAL_ADMINISTRATOR, UserType.EMPLOYER, True),
    "deputy": (Role.HOSPITAL_DEPUTY, UserType.EMPLOYER, True),
    "substitute": (Role.HOSPITAL_SUBSTITUTE, UserType.EMPLOYER, True),
    "superior unit": (Role.GROUP_ADMINISTRATOR, UserType.EMPLOYER, True),
    "the same person without the office": (
        Role.HOSPITAL_ADMINISTRATOR,
        UserType.PROFESSIONAL,
        False,
    ),
    "colleague": (Role.COLLEAGUE, UserType.PROFESSIONAL, False),
    "another unit": (Role.SCHOOL_ADMINISTRATOR, UserType.EMPLOYER, False),
    "another city": (Role.LUOYANG_BUREAU_ADMINISTRATOR, UserType.BUREAU, False),
    "base": (Role.BASE_ADMINISTRATOR, UserType.BASE, False),
    "operator": (Role.OPERATOR, UserType.SYSTEM, False),
    "auditor": (Role.AUDITOR, UserType.SYSTEM, False),
}


@pytest.mark.parametrize("name", VIEWERS)
def test_who_may_see_a_case(app: Flask, province: Province, case: Case, name: str) -> None:
    role, user_type, may = VIEWERS[name]
    viewer = enter(app, province, role, user_type)
    expected = 200 if may else 404
    assert viewer.get(f"/cases/{case.id}").status_code == expected
    assert viewer.get(f"/cases/{case.id}/diagram").status_code == expected
    answer = viewer.post(f"/cases/{case.id}/reveal/phone")
    assert answer.status_code == expected
    assert ("13800000000" in answer.text) is may
    assert len(seen()) == may


def test_a_decided_case_stays_open_to_who_decided_it(
    app: Flask, province: Province, desk: Desk
) -> None:
    task = hand_in(province, 1)
    desk.decide(task, "approve")
    assert desk.get(f"/cases/{case_of(task).id}").status_code == 200
    assert Event.select().where(Event.case == case_of(task)).count() == 2


def test_the_cost_of_a_case_does_not_grow_with_its_history(
    app: Flask, province: Province, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(hand_in(province, 1))
    desk.page(f"/cases/{case.id}")
    with counting(monkeypatch) as few:
        desk.page(f"/cases/{case.id}")
    desk.decide(open_task(case.id).id, "return", opinion="请核对", mark="school")
    with counting(monkeypatch) as more:
        desk.page(f"/cases/{case.id}")
    assert more.all == few.all
