"""The page of a task: what it shows, claiming it, and deciding it exactly once."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from engine.accounts.roles import UserType
from engine.actor import Actor
from engine.seed import Province, Role
from engine.subjects import registration, unit_registration
from engine.verbs import claim, decide, remind, withdraw
from models import Account, Case, Event, Task
from tests.applicants import id_of, open_task, unit_form
from tests.web.desk import Desk, case_of, enter, hand_in, tasks_on

Acting = Callable[[Role], Actor]


@pytest.fixture
def province(province: Province, app: Flask) -> Province:
    return province


@pytest.fixture
def desk(app: Flask, province: Province) -> Desk:
    """The browser of the hospital's administrator."""
    return enter(app, province, Role.HOSPITAL_ADMINISTRATOR)


@pytest.fixture
def task(province: Province) -> int:
    return hand_in(province, 1)


def test_it_shows_the_application_masked_and_the_way_it_went(desk: Desk, task: int) -> None:
    page = desk.page(f"/tasks/{task}")
    for words in ("王𬭎", "郑州大学", "临床医学", "郑州市示范医院", "办理期限", "提交申请"):
        assert words in page
    for secret in (id_of(1), "13800000000", "wang@example.cn"):
        assert secret not in page
    assert "138****0000" in page
    assert f'data-diagram="/cases/{case_of(task).id}/diagram"' in page or (
        f"/cases/{case_of(task).id}/diagram" in page
    )
    assert ' name="outcome"' in page
    assert " checked" not in page.split('name="outcome"', 1)[1].split("</fieldset>")[0]


def test_a_scan_of_the_licence_is_shown(app: Flask, province: Province) -> None:
    unit = unit_registration.submit(unit_form(province, 3), address="192.0.2.3")
    group = enter(app, province, Role.GROUP_ADMINISTRATOR)
    page = group.page(f"/tasks/{open_task(unit.case).id}")
    picture = re.search(r'<img class="thumb" src="(/files/\d+)"', page)
    assert picture
    answer = group.get(picture[1])
    assert answer.status_code == 200
    assert answer.mimetype.startswith("image/")
    hospital = enter(app, province, Role.HOSPITAL_ADMINISTRATOR)
    assert hospital.get(picture[1]).status_code == 404


# outcome: what else is entered, what the message says, how the case stands afterwards
OUTCOMES = {
    "approve": ({}, "已审核通过", "approved"),
    "reject": ({"opinion": "不是本单位人员"}, "已审核不通过", "rejected"),
    "return": ({"opinion": "请核对", "mark": "school"}, "已退回补正", None),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_decision_opens_the_next_task_of_the_same_filters(
    desk: Desk, province: Province, task: int, outcome: str
) -> None:
    hand_in(province, 2, name="李雪")
    third = hand_in(province, 3)
    entered, words, ended = OUTCOMES[outcome]
    answer = desk.decide(task, outcome, query="?q=王&kind=registration", **entered)
    assert answer.status_code == 303
    target = urlsplit(answer.location)
    assert target.path == f"/tasks/{third}"
    assert parse_qs(target.query) == {"q": ["王"], "kind": ["registration"]}
    page = desk.page(answer.location)
    assert words in page
    assert "q=%E7%8E%8B" in page.replace("q=王", "q=%E7%8E%8B")
    assert case_of(task).outcome == ended
    assert Task.get_by_id(task).outcome == outcome


def test_the_last_decision_leads_to_the_inbox(desk: Desk, task: int) -> None:
    answer = desk.decide(task, "approve", query="?kind=registration")
    assert (answer.status_code, answer.location) == (303, "/inbox?kind=registration")
    page = desk.page(answer.location)
    assert "王𬭎：已审核通过" in page
    assert tasks_on(page) == []
    assert "王𬭎：已审核通过" not in desk.page("/inbox")


def test_after_the_last_of_a_list_the_first_that_waits_opens(
    desk: Desk, province: Province, task: int
) -> None:
    second = hand_in(province, 2)
    assert desk.decide(second, "approve").location == f"/tasks/{task}"


def test_marks_reach_the_applicant_with_their_reasons(desk: Desk, task: int) -> None:
    desk.post(
        f"/tasks/{task}/decide",
        outcome="return",
        revision="1",
        opinion="请核对",
        mark=["school", "major"],
        **{"reason-school": " 与证书不一致 ", "reason-native_place": "请写到县"},
    )
    event = Event.get(Event.case == case_of(task), Event.outcome == "return")
    assert event.data == (
        '{"marks":{"major":"请核对后重新填写","native_place":"请写到县","school":"与证书不一致"}}'
    )


def test_marks_of_other_outcomes_and_forged_ones_are_not_stored(
    desk: Desk, province: Province, task: int
) -> None:
    other = hand_in(province, 2)
    desk.decide(task, "reject", opinion="x", mark="school")
    desk.decide(other, "return", opinion="x", mark=["<b>", "a" * 41, "", "school"])
    assert Event.get(Event.case == case_of(task), Event.outcome == "reject").data is None
    returned = Event.get(Event.case == case_of(other), Event.outcome == "return")
    assert returned.data == '{"marks":{"school":"请核对后重新填写"}}'


# what is entered, and the words beside the field
FAULTS = {
    "no outcome": ({"outcome": "", "opinion": "看过了"}, "outcome", "请选择"),
    "no opinion": ({"outcome": "reject", "opinion": ""}, "opinion", "此项必填"),
    "blanks": ({"outcome": "return", "opinion": " \r\n　"}, "opinion", "此项必填"),
    "too long": ({"outcome": "approve", "opinion": "长" * 501}, "opinion", "内容太长"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_form_keeps_what_was_typed(desk: Desk, task: int, name: str) -> None:
    entered, field, words = FAULTS[name]
    answer = desk.post(
        f"/tasks/{task}/decide?q=王",
        revision="1",
        mark="school",
        **{"reason-school": '与"证书"不一致'},
        **entered,
    )
    assert answer.status_code == 422
    page = answer.text
    assert re.search(rf'id="f-{field}-error">.*?<span>{words}</span>', page, re.S)
    assert f'href="#f-{field}"' in page
    assert f'aria-describedby="f-{field}-error' in page
    if entered["opinion"].strip():
        assert f"\n{entered['opinion']}</textarea>" in page
    if entered["outcome"]:
        assert re.search(rf'value="{entered["outcome"]}" required checked', page)
    assert re.search(r'name="mark" value="school" checked', page)
    assert "与&#34;证书&#34;不一致" in page
    assert Task.get_by_id(task).closed_at is None


@pytest.mark.parametrize("outcome", ["resubmit", "withdraw", "cancel", "<b>", "\0"])
def test_an_outcome_that_is_not_drawn_is_refused(desk: Desk, task: int, outcome: str) -> None:
    answer = desk.decide(task, outcome, opinion="x")
    assert answer.status_code == 409
    assert "这一步不能这样办理" in answer.text
    assert Task.get_by_id(task).closed_at is None


def test_control_characters_are_left_out(desk: Desk, task: int) -> None:
    answer = desk.decide(task, "reject", opinion="不是\0本单位\x07人员\r\n请换单位")
    assert answer.status_code == 303
    event = Event.get(Event.case == case_of(task), Event.outcome == "reject")
    assert event.opinion == "不是本单位人员\r\n请换单位"


def test_a_second_press_is_told_that_it_is_done(desk: Desk, task: int) -> None:
    assert desk.decide(task, "approve").status_code == 303
    again = desk.decide(task, "reject", query="?q=王", opinion="x")
    assert again.status_code == 409
    assert re.search(r"王秀英 已于 \d{4}-\d\d-\d\d \d\d:\d\d 办理：审核通过", again.text)
    assert "您的操作没有生效" in again.text
    assert 'href="/inbox?q=' in again.text
    assert case_of(task).outcome == "approved"


def test_a_colleague_who_was_first_is_named(desk: Desk, task: int, acting: Acting) -> None:
    decide.decide(
        task, actor=acting(Role.HOSPITAL_DEPUTY), outcome="reject", opinion="重复", revision=1
    )
    answer = desk.decide(task, "approve")
    assert answer.status_code == 409
    assert "刘德胜 已于" in answer.text
    assert "办理：审核不通过" in answer.text
    page = desk.page(f"/tasks/{task}")
    assert "刘德胜 已于" in page
    assert ' name="outcome"' not in page
    assert "签收</button>" not in page


def test_a_withdrawn_application_says_so(desk: Desk, task: int) -> None:
    case = case_of(task)
    withdraw.withdraw(case.id, actor=Actor(case.account_id, "王𬭎"), revision=1)
    answer = desk.decide(task, "approve")
    assert answer.status_code == 409
    assert "王𬭎 已于" in answer.text
    assert "已撤回" in answer.text
    assert "已撤回" in desk.page(f"/tasks/{task}")


def test_a_page_older_than_an_act_is_refused(desk: Desk, task: int) -> None:
    for revision in ("0", "2", "-1", "x", "", "9" * 30):
        answer = desk.post(
            f"/tasks/{task}/decide", outcome="approve", opinion="同意", revision=revision
        )
        assert answer.status_code == 409, revision
        assert "已有新的办理记录" in answer.text
    assert Task.get_by_id(task).closed_at is None


def test_claiming_tells_colleagues_and_can_be_undone(
    desk: Desk, app: Flask, province: Province, task: int
) -> None:
    answer = desk.post(f"/tasks/{task}/claim?q=王")
    assert answer.status_code == 303
    assert urlsplit(answer.location).path == f"/tasks/{task}"
    assert parse_qs(urlsplit(answer.location).query) == {"q": ["王"]}
    assert "取消签收" in desk.page(f"/tasks/{task}")
    deputy = enter(app, province, Role.HOSPITAL_DEPUTY)
    page = deputy.page(f"/tasks/{task}")
    assert "王秀英 已签收此件" in page
    assert ' name="outcome"' not in page
    refused = deputy.decide(task, "approve")
    assert (refused.status_code, "已被他人签收" in refused.text) == (409, True)
    assert deputy.post(f"/tasks/{task}/claim").status_code == 409
    assert deputy.post(f"/tasks/{task}/release").status_code == 409
    assert deputy.post(f"/tasks/{task}/claim", take_over="1").status_code == 303
    assert ' name="outcome"' in deputy.page(f"/tasks/{task}")
    assert deputy.post(f"/tasks/{task}/release").status_code == 303
    assert Task.get_by_id(task).claimed_by is None


def test_a_closed_task_cannot_be_claimed(desk: Desk, task: int) -> None:
    desk.decide(task, "approve")
    for verb in ("claim", "release"):
        answer = desk.post(f"/tasks/{task}/{verb}")
        assert answer.status_code == 409
        assert "王秀英 已于" in answer.text


@pytest.mark.parametrize("number", ["0", "999999", "9" * 18, "9" * 19, "9" * 60])
def test_forged_numbers_are_not_found(desk: Desk, number: str) -> None:
    assert desk.get(f"/tasks/{number}").status_code == 404
    for verb in ("decide", "claim", "release"):
        assert desk.post(f"/tasks/{number}/{verb}", outcome="approve").status_code == 404
    assert desk.get(f"/cases/{number}").status_code == 404


STRANGERS = [
    (Role.SCHOOL_ADMINISTRATOR, UserType.EMPLOYER),
    (Role.GROUP_ADMINISTRATOR, UserType.EMPLOYER),
    (Role.PROVINCE_BUREAU_ADMINISTRATOR, UserType.BUREAU),
    (Role.SYSTEM_ADMINISTRATOR, UserType.SYSTEM),
    (Role.OWNER, UserType.PROFESSIONAL),
    (Role.HOSPITAL_ADMINISTRATOR, UserType.PROFESSIONAL),
]


@pytest.mark.parametrize(("role", "user_type"), STRANGERS)
def test_others_find_nothing_and_change_nothing(
    app: Flask, province: Province, task: int, role: Role, user_type: UserType
) -> None:
    other = enter(app, province, role, user_type)
    answer = other.get(f"/tasks/{task}")
    assert (answer.status_code, "王𬭎" in answer.text) == (404, False)
    for verb in ("decide", "claim", "release"):
        assert other.post(f"/tasks/{task}/{verb}", outcome="approve", revision="1").status_code in {
            403,
            404,
        }
    row = Task.get_by_id(task)
    assert (row.closed_at, row.claimed_by_id) == (None, None)


def test_nobody_decides_on_his_own_application(
    app: Flask, province: Province, desk: Desk, acting: Acting
) -> None:
    task = hand_in(province, 5)
    case = case_of(task)
    me = acting(Role.HOSPITAL_ADMINISTRATOR).account
    Case.update(account=me).where(Case.id == case.id).execute()
    page = desk.page(f"/tasks/{task}")
    assert ' name="outcome"' not in page
    assert "签收</button>" not in page
    assert desk.decide(task, "approve").status_code == 403
    assert Task.get_by_id(task).closed_at is None


@pytest.mark.parametrize("verb", ["decide", "claim", "release"])
def test_without_the_token_of_the_form_nothing_happens(desk: Desk, task: int, verb: str) -> None:
    answer = desk.client.post(f"/tasks/{task}/{verb}", data={"outcome": "approve", "revision": "1"})
    assert answer.status_code == 400
    assert desk.get(f"/tasks/{task}/{verb}").status_code == 405
    row = Task.get_by_id(task)
    assert (row.closed_at, row.claimed_by_id) == (None, None)


def test_the_reviewer_sees_what_was_corrected(desk: Desk, task: int, acting: Acting) -> None:
    desk.decide(task, "return", opinion="请核对", mark="school")
    case = case_of(task)
    applicant = Actor(case.account_id, "王𬭎")
    form = registration.filled_in(case.id, actor=applicant)
    changed = type(form)(**{**vars(form), "school": "河南大学"})
    registration.correct(case.id, changed, actor=applicant, revision=2)
    new = open_task(case.id).id
    page = desk.page(f"/tasks/{new}")
    assert "申请人补正了什么" in page
    assert re.search(r"<del>郑州大学</del>.*?<ins>河南大学</ins>", page, re.S)
    assert "补正后重新提交" in page
    assert desk.decide(new, "approve", revision=3).status_code == 303
    assert Account.get_by_id(case.account_id).state == "active"


def test_a_reviewer_cannot_open_the_task_of_the_applicant(desk: Desk, task: int) -> None:
    desk.decide(task, "return", opinion="请核对", mark="school")
    correction = open_task(case_of(task).id).id
    assert desk.get(f"/tasks/{correction}").status_code == 404
    assert desk.decide(correction, "resubmit", revision=2).status_code == 404


def test_a_claim_by_someone_who_left_is_taken_over(desk: Desk, task: int, acting: Acting) -> None:
    claim.claim(task, actor=acting(Role.HOSPITAL_SUBSTITUTE))
    assert "赵敏 已签收此件" in desk.page(f"/tasks/{task}")
    assert desk.post(f"/tasks/{task}/claim", take_over="1").status_code == 303
    assert desk.decide(task, "approve").status_code == 303


def test_a_reminder_by_the_applicant_leaves_the_open_page_good(desk: Desk, task: int) -> None:
    case = case_of(task)
    remind.remind(case.id, actor=Actor(case.account_id, "王𬭎"))
    assert desk.decide(task, "approve", revision=1).status_code == 303
