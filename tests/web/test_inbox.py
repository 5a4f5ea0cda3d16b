"""The administrator's lists: what waits, narrowed and turned over, and what was decided."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from engine import clock, numbers
from engine.accounts.roles import UserType
from engine.actor import Actor
from engine.seed import Place, Province, Role
from engine.subjects import unit_registration
from engine.verbs import claim, decide
from models import Account, Appointment, Task
from tests.applicants import open_task, unit_form
from tests.web.desk import Desk, case_of, counting, enter, hand_in, link, tasks_on

Acting = Callable[[Role], Actor]
DAY = 24 * 3600 * 1_000_000


@pytest.fixture
def province(province: Province, app: Flask) -> Province:
    return province


@pytest.fixture
def desk(app: Flask, province: Province) -> Desk:
    """The browser of the hospital's administrator."""
    return enter(app, province, Role.HOSPITAL_ADMINISTRATOR)


def aged(task: int, days: float) -> None:
    """Let a task have come so many days earlier."""
    Task.update(opened_at=Task.opened_at - int(days * DAY)).where(Task.id == task).execute()


def test_an_empty_inbox_says_so(desk: Desk) -> None:
    page = desk.page("/inbox")
    assert "没有待办，都处理完了" in page
    assert "没有符合条件的待办" in desk.page("/inbox?q=王")
    assert "还没有办理过的事项" in desk.page("/inbox/done")


def test_a_task_is_listed_with_what_is_needed_to_choose(desk: Desk, province: Province) -> None:
    task = hand_in(province)
    page, case = desk.page("/inbox"), case_of(task)
    number = numbers.number_of("registration", case.started_at, case.id)
    for words in (
        "王𬭎",
        "专业技术人员注册 · 用人单位审核",
        number,
        "郑州市示范医院",
        "待处理",
        "共 1 条",
    ):
        assert words in page
    assert tasks_on(page) == [task]
    assert '<span class="count">1</span>' in page


def test_names_are_text_not_markup(desk: Desk, province: Province) -> None:
    task = hand_in(province)
    case = case_of(task)
    type(case).update(title="<b>王</b>").where(type(case).id == case.id).execute()
    for path in ("/inbox", f"/tasks/{task}", f"/cases/{case.id}"):
        page = desk.page(path)
        assert "<b>王</b>" not in page
        assert "&lt;b&gt;王&lt;/b&gt;" in page


def test_forty_five_tasks_are_turned_over_forwards_and_back(desk: Desk, province: Province) -> None:
    tasks = [hand_in(province, number) for number in range(1, 46)]
    first = desk.page("/inbox")
    assert "共 45 条" in first
    assert tasks_on(first) == tasks[:20]
    assert link(first, "prev") is None
    second = desk.page(link(first, "next") or "")
    assert tasks_on(second) == tasks[20:40]
    third = desk.page(link(second, "next") or "")
    assert tasks_on(third) == tasks[40:]
    assert link(third, "next") is None
    back = desk.page(link(third, "prev") or "")
    assert tasks_on(back) == tasks[20:40]
    front = desk.page(link(back, "prev") or "")
    assert tasks_on(front) == tasks[:20]
    assert link(front, "prev") is None
    assert "共 45 条" in third


def test_tasks_of_one_moment_are_neither_lost_nor_shown_twice(
    desk: Desk, province: Province
) -> None:
    tasks = [hand_in(province, number) for number in range(1, 24)]
    Task.update(opened_at=clock.micros(clock.now())).execute()
    first = desk.page("/inbox")
    second = desk.page(link(first, "next") or "")
    assert tasks_on(first) + tasks_on(second) == tasks


def test_paging_keeps_the_filters(desk: Desk, province: Province) -> None:
    tasks = [hand_in(province, number, name="李雪") for number in range(1, 22)]
    hand_in(province, 50)
    first = desk.page("/inbox?q=李雪&kind=registration")
    assert "共 21 条" in first
    second = desk.page(link(first, "next") or "")
    assert tasks_on(second) == tasks[20:]
    assert 'value="李雪"' in second


def test_what_was_decided_meanwhile_is_not_missed_on_the_next_page(
    desk: Desk, province: Province
) -> None:
    tasks = [hand_in(province, number) for number in range(1, 24)]
    first = desk.page("/inbox")
    desk.decide(tasks[0], "approve")
    assert tasks_on(desk.page(link(first, "next") or "")) == tasks[20:]


# Each filter: the query, and which of the five tasks made below it keeps.
FILTERS = {
    "name": ("q=李雪", {1}),
    "part of a name": ("q=李", {1}),
    "unit by name": ("q=示范医院", {0, 1, 2, 3}),
    "nobody of that name": ("q=赵", set()),
    "kind": ("kind=registration", {0, 1, 2, 3}),
    "other kind": ("kind=unit_registration", {4}),
    "unknown kind": ("kind=holiday", set()),
    "step": ("node=employer_review", {0, 1, 2, 3}),
    "a day or longer": ("waiting=1", {2, 3}),
    "three days or longer": ("waiting=3", {3}),
    "a week or longer": ("waiting=7", set()),
    "overdue": ("overdue=1", {3}),
    "claimed by me": ("mine=1", {0}),
    "city, with its counties": ("region=410100", {0, 1, 2, 3, 4}),
    "province, with its cities": ("region=410000", {0, 1, 2, 3, 4}),
    "another city": ("region=410300", set()),
    "together": ("q=王&waiting=1&kind=registration", {2, 3}),
    "blanks around": ("q=%20李雪%20", {1}),
    "nonsense waits": ("waiting=abc&overdue=2&mine=x", {0, 1, 2, 3, 4}),
}


@pytest.fixture
def five(app: Flask, province: Province, acting: Acting) -> list[int]:
    """Tasks of the group's administrator, who looks after the hospital too for the moment."""
    group = Role.GROUP_ADMINISTRATOR
    held = Appointment.get(
        Appointment.account == province.accounts[Role.HOSPITAL_ADMINISTRATOR].account
    )
    Appointment.create(
        office=held.office,
        account=province.accounts[group].account,
        since=clock.micros(clock.now()) - DAY,
    )
    names = {1: "李雪"}
    tasks = [hand_in(province, n + 1, name=names.get(n, "王𬭎")) for n in range(4)]
    unit = unit_registration.submit(unit_form(province, 9), address="192.0.2.250")
    tasks.append(int(open_task(unit.case).id))
    aged(tasks[2], 2)
    aged(tasks[3], 5)
    late = clock.micros(clock.now()) - DAY
    Task.update(due_at=late).where(Task.id == tasks[3]).execute()
    claim.claim(tasks[0], actor=acting(group))
    return tasks


def test_filters_keep_what_they_name_and_count_it(
    app: Flask, province: Province, five: list[int]
) -> None:
    group = enter(app, province, Role.GROUP_ADMINISTRATOR)
    hospital = province.units[Place.HOSPITAL]
    above = province.units[Place.GROUP]
    by_unit = {
        "unit": (f"unit={hospital}", {0, 1, 2, 3}),
        # A unit that only asks to be registered is not yet below anybody.
        "unit with those below": (f"unit={above}", {0, 1, 2, 3}),
    }
    for name, (query, kept) in {**FILTERS, **by_unit}.items():
        page = group.page(f"/inbox?{query}")
        shown = {five.index(task) for task in tasks_on(page)}
        assert shown == kept, name
        assert f'<span class="count">{len(shown)}</span>' in page, name


def test_the_number_of_an_application_finds_it(desk: Desk, province: Province) -> None:
    tasks = [hand_in(province, number) for number in (1, 2)]
    case = case_of(tasks[1])
    number = numbers.number_of("registration", case.started_at, case.id)
    assert tasks_on(desk.page(f"/inbox?q={number}")) == [tasks[1]]
    assert tasks_on(desk.page(f"/inbox?q={number.lower().replace('-', '')}")) == [tasks[1]]


def test_states_are_told_in_words(
    desk: Desk, app: Flask, province: Province, acting: Acting
) -> None:
    mine, colleagues, late = (hand_in(province, number) for number in (1, 2, 3))
    claim.claim(mine, actor=acting(Role.HOSPITAL_ADMINISTRATOR))
    claim.claim(colleagues, actor=acting(Role.HOSPITAL_DEPUTY))
    Task.update(due_at=clock.micros(clock.now()) - 1).where(Task.id == late).execute()
    page = desk.page("/inbox")
    for words in ("我已签收", "刘德胜 已签收", "已超期"):
        assert words in page


WRONG = (
    "after=abc", "after=1", "after=-1--1", "after=1-2-3", "after=" + "9" * 20 + "-1",
    "after=1-" + "9" * 20, "before=" + "9" * 35 + "-1", "before=٣-٤", "unit=abc",
    "unit=" + "9" * 19, "unit=" + "9" * 400, "unit=-1", "region=410100'--", "region=%00",
    "q='%20OR%201=1--", "q=%25", "q=_", "q=<script>alert(1)</script>", "q=" + "长" * 500,
    "q=%00", "q=a%00b", "q=%FF%FE", "q=%ED%A0%80", "kind=%00", "node=%00", "waiting=" + "9" * 3,
    "q=ZC20261123-" + "9" * 18, "q=ZC20261123-" + "9" * 30, "waiting=9999", "waiting=0",
    "q=a&q=b", "mine=1&mine=0", "after=", "unknown=1",
)  # fmt: skip


def test_wrong_addresses_are_no_errors(desk: Desk, province: Province) -> None:
    hand_in(province)
    for query in WRONG:
        for path in ("/inbox", "/inbox/done"):
            answer = desk.get(f"{path}?{query}")
            assert answer.status_code == 200, (path, query)
            assert "<script>alert" not in answer.text


def test_wild_cards_are_letters_in_a_search(desk: Desk, province: Province) -> None:
    hand_in(province)
    assert tasks_on(desk.page("/inbox?q=%25")) == []
    assert tasks_on(desk.page("/inbox?q=_")) == []
    assert tasks_on(desk.page("/inbox?q='%20OR%201=1--")) == []


def test_only_administrators_have_an_inbox(
    app: Flask, province: Province, desk: Desk, acting: Acting
) -> None:
    hand_in(province)
    for role in (Role.OWNER, Role.HOSPITAL_ADMINISTRATOR):
        professional = enter(app, province, role, UserType.PROFESSIONAL)
        for path in ("/inbox", "/inbox/done"):
            answer = professional.get(path)
            assert answer.status_code == 403
            assert "王𬭎" not in answer.text


@pytest.mark.parametrize(
    ("role", "user_type"),
    [
        (Role.SCHOOL_ADMINISTRATOR, UserType.EMPLOYER),
        (Role.GROUP_ADMINISTRATOR, UserType.EMPLOYER),
        (Role.PROVINCE_BUREAU_ADMINISTRATOR, UserType.BUREAU),
        (Role.AUDITOR, UserType.SYSTEM),
    ],
)
def test_the_tasks_of_an_office_are_for_its_holders_only(
    app: Flask, province: Province, role: Role, user_type: UserType
) -> None:
    task = hand_in(province)
    other = enter(app, province, role, user_type)
    assert tasks_on(other.page("/inbox")) == []
    assert other.get(f"/tasks/{task}").status_code == 404


@pytest.mark.parametrize("role", [Role.HOSPITAL_DEPUTY, Role.HOSPITAL_SUBSTITUTE])
def test_every_holder_of_the_office_has_the_same_tasks(
    app: Flask, province: Province, role: Role
) -> None:
    task = hand_in(province)
    assert tasks_on(enter(app, province, role).page("/inbox")) == [task]


def test_a_task_shown_to_the_superior_is_marked(app: Flask, province: Province) -> None:
    task = hand_in(province)
    group = Appointment.get(
        Appointment.account == province.accounts[Role.GROUP_ADMINISTRATOR].account
    )
    Task.update(escalated=group.office).where(Task.id == task).execute()
    page = enter(app, province, Role.GROUP_ADMINISTRATOR).page("/inbox")
    assert tasks_on(page) == [task]
    assert "下级超期上报" in page


def test_who_left_the_office_has_no_tasks_from_that_moment(
    app: Flask, province: Province, desk: Desk
) -> None:
    task = hand_in(province)
    me = province.accounts[Role.HOSPITAL_ADMINISTRATOR].account
    Appointment.update(until=clock.micros(clock.now()) - 1).where(
        Appointment.account == me
    ).execute()
    assert desk.get(f"/tasks/{task}").status_code in {303, 404}
    assert desk.get("/inbox").status_code in {303, 403}


def test_done_lists_own_decisions_the_last_first(
    desk: Desk, app: Flask, province: Province, acting: Acting
) -> None:
    tasks = [hand_in(province, number) for number in range(1, 24)]
    for task in tasks[:22]:
        decide.decide(
            task, actor=acting(Role.HOSPITAL_ADMINISTRATOR), outcome="approve", revision=1
        )
    decide.decide(
        tasks[22],
        actor=acting(Role.HOSPITAL_DEPUTY),
        outcome="reject",
        revision=1,
        opinion="不是本单位人员",
    )
    first = desk.page("/inbox/done")
    cases = [case_of(task).id for task in tasks]
    listed = [int(number) for number in re.findall(r'href="/cases/(\d+)"', first)]
    assert listed == cases[21:1:-1]
    assert "审核通过" in first
    older = desk.page(link(first, "next") or "")
    assert [int(n) for n in re.findall(r'href="/cases/(\d+)"', older)] == cases[1::-1]
    deputy = enter(app, province, Role.HOSPITAL_DEPUTY).page("/inbox/done")
    assert "审核不通过" in deputy
    assert "未通过" in deputy


def test_the_cost_of_an_inbox_does_not_grow_with_its_rows(
    desk: Desk, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(province)
    desk.page("/inbox")
    spent = []
    for query in ("", "?q=王"):
        with counting(monkeypatch) as few:
            desk.page(f"/inbox{query}")
        spent.append(few.all)
    for number in range(1, 30):
        hand_in(province, number, name="王小红")
    for query, before in zip(("", "?q=王"), spent, strict=True):
        with counting(monkeypatch) as many:
            assert len(tasks_on(desk.page(f"/inbox{query}"))) == 20
        assert many.all == before
    assert 5 <= spent[0] <= 20


def test_the_frame_counts_what_waits(desk: Desk, province: Province) -> None:
    for number in range(1, 4):
        hand_in(province, number)
    page = desk.page("/account")
    assert re.search(r'href="/inbox"[^>]*>(?:(?!</a>).)*3', page, re.S)
    assert Account.select().where(Account.state == "pending").count() == 3
