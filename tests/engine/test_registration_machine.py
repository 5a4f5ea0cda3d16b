"""Registrations in any order of acts, by anybody, with crashes: what must hold always holds.

The machine keeps a small model of each case, written from the rules and not from the engine, and
knows for every act whether it succeeds or how it is refused. A refused or crashed act changes
nothing at all; a crashed one is tried again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine import calendar, clock
from engine.actor import Actor
from engine.errors import AlreadyDecided, Invalid, NotYours, Refused, ShenpiError, Stale
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs import timers
from engine.verbs.claim import claim, release
from engine.verbs.decide import decide
from engine.verbs.remind import remind
from engine.verbs.withdraw import withdraw
from models import TABLES, Case, Event, Task, Throttle, tuples
from tests import invariants
from tests.applicants import person_form
from tests.crashes import Crash, crash_after
from tests.engine.test_scenarios import MONDAY

Act = Callable[[Role], Actor]

THOROUGH = bool(os.environ.get("SHENPI_THOROUGH"))
SETTINGS = settings(
    max_examples=400 if THOROUGH else 6,
    stateful_step_count=60 if THOROUGH else 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
HOSPITAL = frozenset({Role.HOSPITAL_ADMINISTRATOR, Role.HOSPITAL_DEPUTY, Role.HOSPITAL_SUBSTITUTE})
ROLES = st.sampled_from(
    [*sorted(HOSPITAL), Role.GROUP_ADMINISTRATOR, Role.SCHOOL_ADMINISTRATOR, Role.OWNER]
)
PEOPLE = st.integers(0, 1)
CRASH = st.none() | st.none() | st.integers(1, 12)


@dataclass
class Known:
    """What the model knows of a case; ``at`` is review, correction or the outcome of the end."""

    id: int
    person: int
    actor: Actor
    at: str = "review"
    revision: int = 1
    acted: int = 1  # revision of the last act by a person, urging aside
    task: int = 0
    opened: int = 0
    fired: int = 0  # 0, 1 reminded, 2 escalated too
    claimed: Role | None = None
    urged: int | None = None

    @property
    def running(self) -> bool:
        return self.at in {"review", "correction"}


@dataclass(frozen=True)
class Page:
    """What somebody saw of a case at some time."""

    case: Known = field(compare=False)
    task: int
    revision: int


class Registrations(RuleBasedStateMachine):
    """Two people register and four administrators decide, in any order."""

    pages = Bundle("pages")

    def __init__(self, province: Province, acting: Act, put_back: Callable[[], None]) -> None:
        super().__init__()
        self.province, self.acting = province, acting
        put_back()
        clock.move(MONDAY - clock.now())
        self.cases: list[Known] = []
        self.address = 0

    # Acts

    @initialize(target=pages)
    def begin(self) -> Page:
        """There is always something to look at."""
        return self._submitted(0, None)

    @rule(target=pages, person=PEOPLE, crash=CRASH)
    def submit(self, person: int, crash: int | None) -> object:
        live = [case for case in self.cases if case.person == person]
        if any(case.running or case.at == "approved" for case in live):
            self._do(lambda: self._register(person), Invalid, crash)
            return multiple()
        return self._submitted(person, crash)

    @rule(target=pages, page=pages)
    def look_again(self, page: Page) -> Page:
        return self._page(page.case)

    @rule(
        page=pages,
        role=ROLES,
        outcome=st.sampled_from(["approve", "reject", "return"]),
        opinion=st.sampled_from(["", "意见", "意见"]),
        crash=CRASH,
    )
    def decide(self, page: Page, role: Role, outcome: str, opinion: str, crash: int | None) -> None:
        case = page.case
        refused: type[ShenpiError] | None = None
        if page.task != case.task or not case.running:
            refused = AlreadyDecided
        elif case.at == "correction" or not self._addressed(case, role):
            refused = NotYours
        elif case.claimed not in {None, role}:
            refused = Refused
        elif outcome != "approve" and not opinion:
            refused = Invalid
        elif page.revision < case.acted:
            refused = Stale
        actor = self.acting(role)
        self._do(
            lambda: decide(
                page.task, actor=actor, outcome=outcome, opinion=opinion, revision=page.revision
            ),
            refused,
            crash,
            case,
        )
        if refused is None:
            ends = {"approve": "approved", "reject": "rejected", "return": "correction"}
            self._moved(case, ends[outcome])

    @rule(page=pages, other=PEOPLE, own=st.booleans(), crash=CRASH)
    def withdraw(self, page: Page, other: int, own: bool, crash: int | None) -> None:  # noqa: FBT001
        case = page.case
        who = case if own else next((c for c in self.cases if c.person == other), case)
        refused: type[ShenpiError] | None = None
        if who.actor.account != case.actor.account:
            refused = NotYours
        elif not case.running:
            refused = Refused
        elif page.revision < case.acted:
            refused = Stale
        self._do(
            lambda: withdraw(case.id, actor=who.actor, revision=page.revision),
            refused,
            crash,
            case,
        )
        if refused is None:
            self._moved(case, "withdrawn")

    @rule(page=pages, school=st.sampled_from(["郑州大学", "河南大学"]), crash=CRASH)
    def correct(self, page: Page, school: str, crash: int | None) -> None:
        case = page.case
        refused: type[ShenpiError] | None = None
        if case.at != "correction":
            refused = Refused
        elif page.revision < case.acted:
            refused = Stale
        filled = registration.filled_in(case.id, actor=case.actor)
        form = type(filled)(**{**vars(filled), "school": school})
        self._do(
            lambda: registration.correct(case.id, form, actor=case.actor, revision=page.revision),
            refused,
            crash,
            case,
        )
        if refused is None:
            self._moved(case, "review")

    @rule(page=pages, role=ROLES, take_over=st.booleans(), crash=CRASH)
    def claim(self, page: Page, role: Role, take_over: bool, crash: int | None) -> None:  # noqa: FBT001
        case = page.case
        refused = self._not_open(page, role)
        if refused is None and case.claimed not in {None, role} and not take_over:
            refused = Refused
        actor = self.acting(role)
        self._do(lambda: claim(page.task, actor=actor, take_over=take_over), refused, crash)
        if refused is None:
            case.claimed = role

    @rule(page=pages, role=ROLES, crash=CRASH)
    def release(self, page: Page, role: Role, crash: int | None) -> None:
        case = page.case
        refused = self._not_open(page, role)
        if refused is None and case.claimed != role:
            refused = Refused
        actor = self.acting(role)
        self._do(lambda: release(page.task, actor=actor), refused, crash)
        if refused is None:
            case.claimed = None

    @rule(page=pages, crash=CRASH)
    def remind(self, page: Page, crash: int | None) -> None:
        case, now = page.case, clock.micros(clock.now())
        again = case.urged is not None and now - case.urged < 24 * 3600 * 1_000_000
        refused = Refused if case.at != "review" or again else None
        self._do(lambda: remind(case.id, actor=case.actor), refused, crash, case)
        if refused is None:
            case.revision += 1
            case.urged = now

    @precondition(lambda self: self._reviewed())
    @rule(first=ROLES, second=ROLES)
    def one_claims_and_another_decides(self, first: Role, second: Role) -> None:
        page = self._page(self._reviewed()[0])
        self.claim(page=page, role=first, take_over=False, crash=None)
        self.decide(page=page, role=second, outcome="return", opinion="意见", crash=None)

    @precondition(lambda self: self._reviewed())
    @rule(role=ROLES)
    def the_applicant_urges_while_a_page_is_open(self, role: Role) -> None:
        page = self._page(self._reviewed()[0])
        self.remind(page=page, crash=None)
        self.decide(page=page, role=role, outcome="return", opinion="意见", crash=None)

    @rule(hours=st.sampled_from([1, 23, 25, 70, 120]))
    def time_passes(self, hours: int) -> None:
        clock.move(timedelta(hours=hours))

    @rule(crash=CRASH)
    def worker_ticks(self, crash: int | None) -> None:
        due = [case for case in self.cases if self._timers_due(case) > case.fired]
        assert sorted(timers.due()) == sorted(case.id for case in due)
        for case in due:
            self._do(lambda case=case: timers.tick(case.id), None, crash, case)
            case.fired = self._timers_due(case)
            case.revision += 1
        for case in self.cases:
            assert not timers.tick(case.id)

    @rule()
    def server_restarts(self) -> None:
        invariants.forget_live()

    # What always holds

    @invariant()
    def everything_agrees(self) -> None:
        invariants.check_all()
        stored = {case.id: case for case in Case.select()}
        assert len(stored) == len(self.cases)
        for case in self.cases:
            row = stored[case.id]
            assert row.revision == case.revision
            assert row.outcome == (None if case.running else case.at)

    @invariant()
    def open_tasks_are_where_the_model_says(self) -> None:
        found = {}
        for task in Task.select().where(Task.closed_at.is_null()):
            found[task.case_id] = (
                task.id, task.office_id is None, task.escalated_id is not None, task.claimed_by_id
            )  # fmt: skip
        assert found == {
            case.id: (
                case.task, case.at == "correction", case.fired == 2,
                case.claimed and self.acting(case.claimed).account,
            )
            for case in self.cases
            if case.running
        }  # fmt: skip

    # Helpers

    def _register(self, person: int) -> registration.Submitted:
        self.address += 1  # so that no address is locked for asking too often
        form = person_form(self.province, person)
        return registration.submit(form, address=f"192.0.2.{self.address}")

    def _submitted(self, person: int, crash: int | None) -> Page:
        done: list[registration.Submitted] = []
        self._do(lambda: done.append(self._register(person)), None, crash, lines=1)
        made = done[-1]
        case = Known(made.case, person, Actor(made.account, "王𬭎"))
        self.cases.append(case)
        self._opened(case)
        return self._page(case)

    def _page(self, case: Known) -> Page:
        return Page(case, case.task, case.revision)

    def _reviewed(self) -> list[Known]:
        return [case for case in self.cases if case.at == "review"]

    def _addressed(self, case: Known, role: Role) -> bool:
        return role in HOSPITAL or (role is Role.GROUP_ADMINISTRATOR and case.fired == 2)

    def _not_open(self, page: Page, role: Role) -> type[ShenpiError] | None:
        if page.task != page.case.task or not page.case.running:
            return AlreadyDecided
        if page.case.at == "correction" or not self._addressed(page.case, role):
            return NotYours
        return None

    def _moved(self, case: Known, at: str) -> None:
        """A person moved a case on."""
        case.at, case.claimed, case.fired = at, None, 0
        case.revision += 1
        case.acted = case.revision
        if case.running:
            self._opened(case)

    def _opened(self, case: Known) -> None:
        task = Task.get(Task.case == case.id, Task.closed_at.is_null())
        assert task.id != case.task
        case.task, case.opened = task.id, task.opened_at

    def _timers_due(self, case: Known) -> int:
        """How many of the two timers of a review are due by now."""
        if case.at != "review":
            return case.fired
        opened = clock.moment(case.opened)
        return sum(calendar.add_workdays(opened, days) <= clock.now() for days in (3, 7))

    def _do(
        self,
        act: Callable[[], object],
        refused: type[ShenpiError] | None,
        crash: int | None,
        case: Known | None = None,
        *,
        lines: int | None = None,
    ) -> None:
        """Carry out an act that succeeds or is refused; a crash on the way leaves nothing."""
        lines_before = Event.select().count()
        before = _everything() if refused or crash else {}
        if crash is not None:
            try:
                with crash_after(crash):
                    self._once(act, refused)
            except Crash:
                assert _everything() == before
            else:
                crash = 0  # it was over before it came to so many writes
        if crash != 0:
            self._once(act, refused)
        if refused is not None:
            assert _everything() == before
        elif case is not None or lines:
            assert Event.select().count() == lines_before + 1

    @staticmethod
    def _once(act: Callable[[], object], refused: type[ShenpiError] | None) -> None:
        if refused is None:
            act()
            return
        with pytest.raises(refused):
            act()


def _everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row that an act may write; attempts are counted whatever happens (throttle)."""
    return {
        table._meta.table_name: sorted(tuples(table.select()), key=repr)
        for table in TABLES
        if table is not Throttle and table.__module__ != "models.hierarchy"
    }


def test_registrations_hold_in_any_order_of_acts(
    province: Province, acting: Act, put_back: Callable[[], None], later: None
) -> None:
    found: dict[Role, Actor] = {}

    def cached(role: Role) -> Actor:
        if role not in found:
            found[role] = acting(role)
        return found[role]

    run_state_machine_as_test(lambda: Registrations(province, cached, put_back), settings=SETTINGS)
    assert Event.select().count() > 0
