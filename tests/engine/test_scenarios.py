"""The stories beside the shipped diagrams, told by the whole engine on both databases.

Each one runs with live workflows kept from step to step, and again with every step starting from
the stored state. The clock starts on a Monday before weeks without holidays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine import calendar, clock, definitions, tracking
from engine.actor import Actor
from engine.diagram import reading, scenarios
from engine.diagram.scenarios import Action, Application, Expect, Scenario, Step
from engine.seed import Place, Province, Role
from engine.seed.cast import UNITS
from engine.subjects import registration, unit_registration
from engine.verbs import timers
from engine.verbs.decide import decide
from engine.verbs.withdraw import withdraw
from models import Case, Event, Office, Region, Unit, UnitDepartment
from tests import invariants
from tests.applicants import ADDRESS, open_task, person_form, unit_form

Act = Callable[[Role], Actor]
ROOT = Path(__file__).resolve().parent.parent.parent
MONDAY = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)  # 10:00 in Henan
STORIES = [
    pytest.param(diagram.key, story, id=f"{diagram.key}: {story.name}")
    for path in sorted((ROOT / "bpmn").glob("*.bpmn"))
    for diagram in [reading.read(path.read_bytes())]
    for story in scenarios.load(path.with_suffix(".scenarios.yaml"), diagram)
]


@pytest.fixture
def monday(later: None) -> None:
    """A test that begins on Monday morning."""
    clock.move(MONDAY - clock.now())


@pytest.mark.parametrize("how", ["live", "restored"])
@pytest.mark.parametrize(("kind", "story"), STORIES)
def test_a_story_goes_as_it_is_told(
    province: Province, acting: Act, monday: None, kind: str, story: Scenario, how: str
) -> None:
    teller = Teller(province, acting, kind, story.application)
    for step in story.steps:
        if how == "restored":
            invariants.forget_live()
        elif teller.case and not teller.ended:
            assert invariants.kept(teller.case)
        teller.tell(step)
        teller.check(step.expect)
    assert teller.path() == story.path


class Teller:
    """Carries out the steps of one story."""

    def __init__(self, province: Province, acting: Act, kind: str, told: Application) -> None:
        self.province, self.acting, self.kind, self.told = province, acting, kind, told
        self.case = 0
        self.applicant = Actor(0, "")
        self.row = Case(revision=0)

    @property
    def ended(self) -> bool:
        return bool(self.row.status == "ended")

    def look(self) -> None:
        self.row = Case.get_by_id(self.case)

    def tell(self, step: Step) -> None:
        if step.action is not Action.WAIT:
            clock.move(timedelta(minutes=1))
        before = self.row.revision
        match step.action:
            case Action.SUBMIT:
                self.submit()
            case Action.DECIDE:
                self.decide(step)
            case Action.CORRECT:
                self.correct()
            case Action.WITHDRAW:
                revision = self.row.revision
                withdraw(self.case, actor=self.applicant, revision=revision, opinion=step.opinion)
            case Action.WAIT:
                self.wait(step.workdays)
                return
        self.look()
        assert self.row.revision == before + 1

    def submit(self) -> None:
        if self.kind == "registration":
            unit = Unit.get(Unit.name == self.told.unit)
            department = UnitDepartment.select().where(UnitDepartment.unit == unit).first()
            form = person_form(
                self.province,
                name=self.told.applicant,
                region=unit.region_id,
                unit=str(unit.id),
                department="" if department is None else str(department.id),
            )
            done = registration.submit(form, address=ADDRESS)
        else:
            done = unit_registration.submit(self.unit_form(), address=ADDRESS)
        self.case, self.applicant = done.case, Actor(done.account, self.told.applicant)

    def unit_form(self) -> unit_registration.UnitRegistrationForm:
        ids = {unit.name: str(self.province.units[unit.place]) for unit in UNITS}
        assert Region.get_or_none(Region.code == self.told.region), self.told.region
        return unit_form(
            self.province,
            name=self.told.applicant,
            unit_name=self.told.unit,
            kind=self.told.kind,
            region=self.told.region,
            superior=ids[self.told.superior] if self.told.superior else "",
            department=ids[self.told.department] if self.told.department else "",
        )

    def decide(self, step: Step) -> None:
        role = next(role for role, p in self.province.accounts.items() if p.name == step.actor)
        decide(
            open_task(self.case).id,
            actor=self.acting(role),
            outcome=step.outcome,
            opinion=step.opinion,
            marks=step.marks,
            revision=self.row.revision,
        )
        line = Event.get(Event.case == self.case, Event.seq == self.row.revision + 1)
        assert (line.verb, line.outcome) == ("decide", step.outcome)

    def correct(self) -> None:
        subject = registration if self.kind == "registration" else unit_registration
        form = subject.filled_in(self.case, actor=self.applicant)
        subject.correct(self.case, form, actor=self.applicant, revision=self.row.revision)

    def wait(self, workdays: int) -> None:
        """Let working days pass; the last timer is due at their end and not a moment before."""
        target = calendar.add_workdays(clock.now(), workdays)
        self.let_pass(target - timedelta(minutes=1))
        due = self.row.next_timer_at
        assert due is not None
        assert due <= clock.micros(target)
        self.let_pass(target)

    def let_pass(self, until: datetime) -> None:
        clock.move(until - clock.now())
        for case in timers.due():
            assert timers.tick(case)
        assert timers.due() == []
        assert not timers.tick(self.case)
        self.look()

    def check(self, expect: Expect) -> None:
        invariants.check_case(self.case)
        invariants.check_history()
        invariants.check_registrations()
        invariants.check_units()
        invariants.check_messages()
        row, found = self.row, tracking.track(self.row)
        assert row.outcome == expect.outcome
        assert (row.status == "ended") == (expect.outcome is not None)
        if expect.at is not None:
            task = open_task(self.case)
            assert task.node == expect.at
            assert [one.node for one in found.current] == [expect.at]
            assert expect.office is None or unit_of(task.office_id) == expect.office
            assert unit_of(task.escalated_id) == (expect.visible_to or "")
        else:
            assert found.current == ()
        self.check_flows(found)

    def check_flows(self, found: tracking.Tracking) -> None:
        """The flows shown as taken join the nodes shown as visited, each reached by one of them."""
        diagram = definitions.loaded(found.definition).diagram
        nodes = {node.id for node in diagram.nodes} & (found.walked | found.active)
        taken = [flow for flow in diagram.flows if flow.id in found.walked]
        assert {end for flow in taken for end in (flow.source, flow.target)} <= nodes
        reached = {flow.target for flow in taken}
        begins = {n.id for n in diagram.nodes if n.kind in {"startEvent", "boundaryEvent"}}
        assert nodes - reached <= begins

    def path(self) -> tuple[str, ...]:
        diagram = definitions.loaded(self.row.definition_id).diagram
        lines = Event.select(Event.walked).where(Event.case == self.case).order_by(Event.seq)
        walked = [diagram.nodes[index].id for line in lines for index in bytes(line.walked)]
        return scenarios.named(diagram, walked)


def unit_of(office: int | None) -> str:
    if office is None:
        return ""
    return str(Office.get_by_id(office).unit.name)


def test_each_place_of_the_cast_is_known_by_name() -> None:
    assert len({unit.name for unit in UNITS}) == len(UNITS) == len(Place)
