"""The inbox: every waiting task of one's offices once, in order, page by page, counted right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from engine import clock, governed, inbox, numbers
from engine.actor import Actor
from engine.inbox import Filters, Key, Row
from engine.seed import Place, Province, Role
from engine.verbs import timers
from engine.verbs.claim import claim
from models import Appointment, Case, Definition, Office, Task
from tests import drawn

Act = Callable[[Role], Actor]
NOON = 1_780_000_000_000_000  # microseconds
HOUR = 3600 * 1_000_000


@pytest.fixture
def cases(province: Province) -> Callable[..., list[int]]:
    """A function that writes open tasks (and their cases) as rows; gives the tasks' ids."""
    definition = Definition.get(Definition.key == "registration")
    subjects: Iterator[int] = iter(range(10**6, 10**7))
    applicant = province.accounts[Role.OWNER].account

    def write(
        place: Place, times: list[int], *, above: Place | None = None, **changed: object
    ) -> list[int]:
        office = drawn.office(province.units[place])
        ids = []
        for time in times:
            subject = next(subjects)
            case = Case.create(
                definition=definition,
                kind=changed.get("kind", "registration"),
                account=applicant,
                unit=province.units[place],
                subject=subject,
                title=changed.get("title", "林小雨"),
                head=bytes(32),
                started_at=time,
            )
            task = Task.create(
                case=case,
                node=changed.get("node", "employer_review"),
                token=subject.to_bytes(16),
                kind=case.kind,
                office=office,
                escalated=above and drawn.office(province.units[above]),
                opened_at=time,
                due_at=changed.get("due_at"),
            )
            ids.append(task.id)
        return ids

    return write


def forward(actor: Actor, size: int, filters: Filters | None = None) -> list[Row]:
    """Every row, page by page."""
    rows: list[Row] = []
    after: Key | None = None
    while True:
        page = inbox.page(actor, filters, after=after, size=size)
        assert (page.previous is None) == (after is None or not page.rows)
        assert len(page.rows) == size or page.next is None
        rows += page.rows
        if page.next is None:
            assert page.count == len(rows)
            assert not page.more_than
            return rows
        after = page.next


def backward(actor: Actor, size: int, last: Key) -> list[Row]:
    rows: list[Row] = []
    before: Key | None = last
    while before is not None:
        page = inbox.page(actor, before=before, size=size)
        assert page.next == (page.rows[-1].key if page.rows else None)
        rows = [*page.rows, *rows]
        before = page.previous
    return rows


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20])
def test_pages_over_ties_miss_and_repeat_nothing(
    acting: Act, cases: Callable[..., list[int]], size: int
) -> None:
    ids = cases(Place.HOSPITAL, [NOON, NOON, NOON + 1, NOON + 1, NOON + 1, NOON - 5, NOON + 1])
    head = acting(Role.HOSPITAL_DEPUTY)
    rows = forward(head, size)
    assert [row.id for row in rows] == [ids[5], *ids[:5], ids[6]]
    assert backward(head, size, rows[-1].key) == rows[:-1]
    assert [row.id for row in forward(head, size, Filters(kind="registration"))] == [
        row.id for row in rows
    ]


def test_the_tasks_of_several_offices_come_in_one_order(
    province: Province, acting: Act, cases: Callable[..., list[int]]
) -> None:
    head = acting(Role.HOSPITAL_DEPUTY)
    for place in (Place.SCHOOL, Place.CLINIC):
        office = Office.get(Office.unit == province.units[place])
        Appointment.create(office=office, account=head.account, since=0)
    head = acting(Role.HOSPITAL_DEPUTY)
    assert len(head.offices) == 3
    one = cases(Place.HOSPITAL, [NOON, NOON + 3])
    two = cases(Place.SCHOOL, [NOON, NOON + 2])
    three = cases(Place.CLINIC, [NOON + 1])
    expected = [one[0], two[0], three[0], two[1], one[1]]
    for size in (1, 2, 5):
        rows = forward(head, size)
        assert [row.id for row in rows] == expected
        assert [row.id for row in backward(head, size, rows[-1].key)] == expected[:-1]
    assert inbox.badge(head) == 5


def test_a_task_of_ones_own_office_and_shown_to_ones_other_counts_once(
    province: Province, acting: Act, cases: Callable[..., list[int]]
) -> None:
    head = acting(Role.HOSPITAL_DEPUTY)
    above = Office.get(Office.unit == province.units[Place.GROUP])
    Appointment.create(office=above, account=head.account, since=0)
    both = acting(Role.HOSPITAL_DEPUTY)
    ids = cases(Place.HOSPITAL, [NOON, NOON + 1], above=Place.GROUP)
    assert inbox.waiting(both) == {"registration": 2}
    for actor in (head, both, acting(Role.GROUP_ADMINISTRATOR)):
        rows = forward(actor, 1)
        assert [row.id for row in rows] == ids
        assert {row.escalated for row in rows} == {actor.offices == {above.id}}
        assert inbox.badge(actor) == 2


def test_strangers_and_people_without_office_have_nothing(
    acting: Act, cases: Callable[..., list[int]]
) -> None:
    cases(Place.HOSPITAL, [NOON], above=Place.GROUP)
    for role in (Role.SCHOOL_ADMINISTRATOR, Role.COLLEAGUE, Role.PROVINCE_BUREAU_ADMINISTRATOR):
        page = inbox.page(acting(role))
        assert (page.rows, page.count, page.next, page.previous) == ((), 0, None, None)
        assert inbox.badge(acting(role)) == 0
        assert inbox.next_after(acting(role), (0, 0)) is None


def test_closed_tasks_and_tasks_of_applicants_are_not_listed(
    acting: Act, cases: Callable[..., list[int]]
) -> None:
    closed, own, waiting = cases(Place.HOSPITAL, [NOON, NOON, NOON])
    Task.update(closed_at=NOON).where(Task.id == closed).execute()
    Task.update(office=None).where(Task.id == own).execute()
    assert [row.id for row in forward(acting(Role.HOSPITAL_DEPUTY), 5)] == [waiting]


def test_each_filter_narrows_rows_and_count_alike(
    province: Province, acting: Act, cases: Callable[..., list[int]]
) -> None:
    above = Place.ZHENGZHOU_BUREAU
    (old,) = cases(Place.JINSHUI_COMPANY, [NOON], above=above, due_at=NOON + HOUR)
    (late,) = cases(Place.HOSPITAL, [NOON + HOUR], above=above, node="correction", title="张三%")
    (other,) = cases(Place.SCHOOL, [NOON + 2 * HOUR], above=above, kind="unit_registration")
    head = acting(Role.ZHENGZHOU_BUREAU_ADMINISTRATOR)
    Task.update(claimed_by=head.account).where(Task.id == late).execute()
    number = numbers.number_of("registration", NOON, Task.get_by_id(old).case_id)
    units = province.units
    everything = [old, late, other]
    expected: list[tuple[Filters, list[int]]] = [
        (Filters(), everything),
        (Filters(kind="registration"), [old, late]),
        (Filters(kind="nothing"), []),
        (Filters(node="correction"), [late]),
        (Filters(unit=units[Place.JINSHUI_COMPANY]), [old]),
        (Filters(unit=units[Place.JINSHUI_BUREAU]), [old]),
        (Filters(unit=units[Place.PROVINCE_BUREAU]), everything),
        (Filters(region="410105"), [old]),
        (Filters(region="410100"), [old, late]),
        (Filters(region="410000"), everything),
        (Filters(region="419001"), []),
        (Filters(before=NOON + HOUR), [old, late]),
        (Filters(before=NOON - 1), []),
        (Filters(overdue=True), [old]),
        (Filters(mine=True), [late]),
        (Filters(text="林小雨"), [old, other]),
        (Filters(text="张三"), [late]),
        (Filters(text="%"), [late]),
        (Filters(text="_"), []),
        (Filters(text="示范医院"), [late]),
        (Filters(text=number), [old]),
        (Filters(kind="registration", region="410100", mine=True), [late]),
    ]
    for filters, ids in expected:
        for size in (1, 10):
            assert [row.id for row in forward(head, size, filters)] == ids, filters
        assert inbox.count(head, filters, 10) == len(ids), filters


def test_a_row_tells_what_the_list_shows(acting: Act, cases: Callable[..., list[int]]) -> None:
    (task,) = cases(Place.HOSPITAL, [NOON], due_at=NOON + HOUR)
    head = acting(Role.HOSPITAL_DEPUTY)
    claim(task, actor=head)
    (row,) = inbox.page(acting(Role.HOSPITAL_ADMINISTRATOR)).rows
    case = Task.get_by_id(task).case_id
    assert row == Row(
        id=task,
        opened_at=NOON,
        due_at=NOON + HOUR,
        node="employer_review",
        step="用人单位审核",
        kind="registration",
        case=case,
        number=numbers.number_of("registration", NOON, case),
        title="林小雨",
        unit="郑州市示范医院",
        claimed_by=head.account,
        claimed_name=head.name,
        escalated=False,
        overdue=True,
    )


def test_overdue_begins_when_the_deadline_has_passed(
    acting: Act, cases: Callable[..., list[int]], later: None
) -> None:
    head = acting(Role.HOSPITAL_DEPUTY)
    cases(Place.HOSPITAL, [NOON], due_at=clock.micros(clock.now()) + HOUR)
    assert not inbox.page(head).rows[0].overdue
    assert forward(head, 5, Filters(overdue=True)) == []
    clock.move(timedelta(hours=1, seconds=1))
    assert inbox.page(head).rows[0].overdue
    assert len(forward(head, 5, Filters(overdue=True))) == 1


@pytest.mark.parametrize("filters", [Filters(), Filters(kind="registration")])
def test_counts_stop_at_their_bound(
    acting: Act,
    cases: Callable[..., list[int]],
    monkeypatch: pytest.MonkeyPatch,
    filters: Filters,
) -> None:
    head = acting(Role.HOSPITAL_DEPUTY)
    cases(Place.HOSPITAL, [NOON] * 5)
    assert [inbox.count(head, filters, bound) for bound in (3, 4, 5, 6)] == [4, 5, 5, 5]
    for bound, shown in ((4, (4, True)), (5, (5, False))):
        monkeypatch.setattr(inbox, "COUNT_BOUND", bound)
        page = inbox.page(head, filters)
        assert (page.count, page.more_than) == shown


def test_after_a_decision_the_next_task_opens_and_at_the_end_the_first(
    acting: Act, cases: Callable[..., list[int]]
) -> None:
    first, second, third = cases(Place.HOSPITAL, [NOON, NOON, NOON + 1])
    head = acting(Role.HOSPITAL_DEPUTY)
    assert inbox.next_after(head, (NOON, first)) == second
    assert inbox.next_after(head, (NOON, second)) == third
    assert inbox.next_after(head, (NOON + 1, third)) == first
    assert inbox.next_after(head, (NOON, first), Filters(before=NOON)) == second
    assert inbox.next_after(head, (NOON, second), Filters(before=NOON)) == first


def test_an_escalated_case_is_listed_above_only_once_it_is(
    province: Province, acting: Act, later: None
) -> None:
    drawn.define("""
        start begin
        user review approver.unit=subject outcomes=approve
        on review late timer? P2D
        service up task.escalate task=review
        end shown
        end done case.outcome=approved
        begin -> review
        review -> done
        late -> up
        up -> shown
    """)
    case = drawn.begin(acting(Role.OWNER), province.units[Place.HOSPITAL])
    above = acting(Role.GROUP_ADMINISTRATOR)
    assert inbox.badge(above) == 0
    clock.move(timedelta(days=2))
    timers.tick(case)
    (row,) = forward(above, 5)
    assert (row.case, row.escalated) == (case, True)
    (row,) = forward(acting(Role.HOSPITAL_DEPUTY), 5)
    assert not row.escalated
    drawn.decided(case, above)
    assert inbox.badge(above) == inbox.badge(acting(Role.HOSPITAL_DEPUTY)) == 0


def test_the_choices_are_the_steps_of_offices(province: Province) -> None:
    found = {choice.kind: choice for choice in governed.choices()}
    assert set(found) == {"registration", "unit_registration"}
    assert found["registration"].steps == (("employer_review", "用人单位审核"),)
    assert len(found["unit_registration"].steps) == 3
