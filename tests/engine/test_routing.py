"""Whom a user task goes to: every value of every key, met with the demonstration province."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import clock, routing
from engine.actor import Actor
from engine.diagram.reading import Approver
from engine.errors import AlreadyDecided, DiagramError, NobodyResponsible, NotYours
from engine.routing import Facts
from engine.seed import Place, Province, Role
from engine.verbs.claim import claim
from models import Appointment, Case, Event, Office, Professional, Task, Unit, UnitState
from tests import drawn

Act = Callable[[Role], Actor]

REVIEW = """
start begin
user review approver.unit=subject outcomes=approve,reject {keys}
end done case.outcome=approved
begin -> review
review -> done
"""
TWO_STEPS = """
start begin
user first approver.unit=subject outcomes=approve
user second approver.unit=subject outcomes=approve {keys}
end done case.outcome=approved
begin -> first
first -> second
second -> done
"""


def approver(**changed: str) -> Approver:
    keys = {
        "unit": "subject",
        "level": "self",
        "office": "administrator",
        "empty": "superior",
        "self_policy": "superior",
        "exclude": "none",
    }
    return Approver(**{**keys, **changed})


def facts(
    province: Province,
    place: Place,
    role: Role = Role.OWNER,
    *,
    barred: bool = True,
    **data: object,
) -> Facts:
    account = province.accounts[role].account
    return Facts(
        account,
        province.units[place],
        data,
        clock.micros(clock.now()),
        frozenset({account} if barred else ()),
    )


def leave(role: Role, province: Province) -> None:
    """End every appointment of a person."""
    now = clock.micros(clock.now())
    account = province.accounts[role].account
    Appointment.update(until=now).where(Appointment.account == account).execute()


def appoint(role: Role, place: Place, province: Province, code: str = "administrator") -> None:
    found, _ = Office.get_or_create(
        unit=province.units[place], code=code, defaults={"name": "岗位"}
    )
    account = province.accounts[role].account
    Appointment.create(office=found, account=account, since=clock.micros(clock.now()) - 1)


@pytest.mark.parametrize(
    ("keys", "place", "found"),
    [
        ({"level": "self"}, Place.HOSPITAL, Place.HOSPITAL),
        ({"level": "superior"}, Place.HOSPITAL, Place.GROUP),
        ({"level": "superior:1"}, Place.HOSPITAL, Place.GROUP),
        ({"level": "superior:2"}, Place.HOSPITAL, Place.ZHENGZHOU_HEALTH),
        ({"level": "superior:3"}, Place.HOSPITAL, Place.PROVINCE_HEALTH),
        ({"level": "department"}, Place.HOSPITAL, Place.ZHENGZHOU_HEALTH),
        ({"level": "department"}, Place.SCHOOL, Place.LUOYANG_EDUCATION),
        ({"level": "department"}, Place.ZHENGZHOU_HEALTH, Place.PROVINCE_HEALTH),
        ({"level": "bureau"}, Place.HOSPITAL, Place.ZHENGZHOU_BUREAU),
        ({"level": "bureau"}, Place.JINSHUI_COMPANY, Place.JINSHUI_BUREAU),
        ({"level": "bureau"}, Place.JIYUAN_COMPANY, Place.JIYUAN_BUREAU),
        ({"level": "bureau"}, Place.INSTITUTE, Place.PROVINCE_BUREAU),
        ({"level": "bureau:county"}, Place.SCHOOL, Place.LUANCHUAN_BUREAU),
        ({"level": "bureau:county"}, Place.JIYUAN_COMPANY, Place.JIYUAN_BUREAU),
        ({"level": "bureau:city"}, Place.SCHOOL, Place.LUOYANG_BUREAU),
        ({"level": "bureau:city"}, Place.JINSHUI_COMPANY, Place.ZHENGZHOU_BUREAU),
        ({"level": "bureau:province"}, Place.SCHOOL, Place.PROVINCE_BUREAU),
        ({"level": "bureau:province"}, Place.JIYUAN_COMPANY, Place.PROVINCE_BUREAU),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else str(value),
)
def test_the_level_is_seen_from_the_unit(
    province: Province, keys: dict[str, str], place: Place, found: Place
) -> None:
    office = routing.office_for(approver(**keys), facts(province, place))
    assert office == drawn.office(province.units[found])


@pytest.mark.parametrize(
    ("unit", "data", "found"),
    [
        pytest.param("subject", {}, Place.SCHOOL, id="subject: what the case is about"),
        pytest.param("target", {}, Place.SCHOOL, id="target, without a datum of that name"),
        pytest.param("target", {"target": Place.INSTITUTE}, Place.INSTITUTE, id="target"),
        pytest.param("applicant", {}, Place.HOSPITAL, id="applicant: where the person works"),
        pytest.param("old_unit", {"old_unit": Place.BASE}, Place.BASE, id="a datum of the case"),
    ],
)
def test_the_unit_comes_from_the_case(
    province: Province, unit: str, data: dict[str, Place], found: Place
) -> None:
    units = {name: province.units[place] for name, place in data.items()}
    office = routing.office_for(approver(unit=unit), facts(province, Place.SCHOOL, **units))
    assert office == drawn.office(province.units[found])


def test_an_applicant_without_a_profile_belongs_to_the_unit_of_the_case(province: Province) -> None:
    waiting = facts(province, Place.SCHOOL, Role.ANALYST)
    assert Professional.get_or_none(Professional.account == waiting.account) is None
    found = routing.office_for(approver(unit="applicant"), waiting)
    assert found == drawn.office(province.units[Place.SCHOOL])


@pytest.mark.parametrize("value", [None, "7", 3.5])
def test_a_datum_that_is_no_unit_breaks_the_step(province: Province, value: object) -> None:
    with pytest.raises(DiagramError):
        routing.office_for(approver(unit="gone"), facts(province, Place.SCHOOL, gone=value))


def test_an_unknown_level_breaks_the_step(province: Province) -> None:
    with pytest.raises(DiagramError):
        routing.office_for(approver(level="sideways"), facts(province, Place.SCHOOL))


def test_a_task_of_the_applicant_has_no_office_and_is_not_skipped(province: Province) -> None:
    mine = approver(unit="applicant", level="person")
    assert routing.office_for(mine, facts(province, Place.SCHOOL)) is None
    assert not routing.skipped(mine, None)
    assert routing.skipped(approver(), None)
    assert not routing.skipped(approver(), 1)


def test_the_office_of_another_code_is_asked_where_the_diagram_says(province: Province) -> None:
    appoint(Role.COLLEAGUE, Place.GROUP, province, "reviewer")
    found = routing.office_for(approver(office="reviewer"), facts(province, Place.HOSPITAL))
    assert found == drawn.office(province.units[Place.GROUP], "reviewer")


def test_a_closed_bureau_is_stood_in_for_by_the_one_above(province: Province) -> None:
    Unit.update(state=UnitState.CLOSED).where(
        Unit.id == province.units[Place.JINSHUI_BUREAU]
    ).execute()
    found = routing.office_for(approver(level="bureau"), facts(province, Place.JINSHUI_COMPANY))
    assert found == drawn.office(province.units[Place.ZHENGZHOU_BUREAU])


SUPERIOR, SKIP, INCIDENT = Place.GROUP, "skip", "incident"


@pytest.mark.parametrize(
    ("holders", "keys", "expected"),
    [
        # Nobody holds the office: approver.empty.
        ([], {"empty": "superior"}, SUPERIOR),
        ([], {"empty": "skip"}, SKIP),
        ([], {"empty": "incident"}, INCIDENT),
        ([], {"empty": "incident", "self_policy": "skip"}, INCIDENT),
        ([], {"empty": "skip", "self_policy": "allow"}, SKIP),
        # Only the applicant holds it: approver.self.
        ([Role.NURSE], {"self_policy": "superior"}, SUPERIOR),
        ([Role.NURSE], {"self_policy": "superior", "empty": "skip"}, SUPERIOR),
        ([Role.NURSE], {"self_policy": "superior", "empty": "incident"}, SUPERIOR),
        ([Role.NURSE], {"self_policy": "skip"}, SKIP),
        ([Role.NURSE], {"self_policy": "skip", "empty": "incident"}, SKIP),
        ([Role.NURSE], {"self_policy": "allow"}, Place.CLINIC),
        ([Role.NURSE], {"self_policy": "allow", "empty": "incident"}, Place.CLINIC),
        # A colleague holds it too, and decides.
        ([Role.NURSE, Role.OWNER], {"self_policy": "superior"}, Place.CLINIC),
        ([Role.NURSE, Role.OWNER], {"self_policy": "skip"}, Place.CLINIC),
        ([Role.OWNER], {"empty": "incident", "self_policy": "skip"}, Place.CLINIC),
    ],
    ids=lambda value: str(value) if value else None,
)
def test_where_nobody_may_act_the_diagram_decides(
    province: Province, holders: list[Role], keys: dict[str, str], expected: Place | str
) -> None:
    for role in holders:
        appoint(role, Place.CLINIC, province)
    rule = approver(**keys)
    waiting = facts(province, Place.CLINIC, Role.NURSE, barred=rule.self_policy != "allow")
    if expected is INCIDENT:
        with pytest.raises(NobodyResponsible):
            routing.office_for(rule, waiting)
    elif expected is SKIP:
        assert routing.skipped(rule, routing.office_for(rule, waiting))
    else:
        assert isinstance(expected, Place)
        assert routing.office_for(rule, waiting) == drawn.office(province.units[expected])


@pytest.mark.parametrize(("empty", "skips"), [("superior", False), ("skip", True)])
def test_a_level_that_does_not_exist_has_nobody(
    province: Province, empty: str, *, skips: bool
) -> None:
    rule = approver(level="superior:9", empty=empty)
    if skips:
        assert routing.office_for(rule, facts(province, Place.HOSPITAL)) is None
        return
    with pytest.raises(NobodyResponsible):
        routing.office_for(rule, facts(province, Place.HOSPITAL))


def test_nobody_up_to_the_top_is_an_incident(province: Province) -> None:
    Appointment.delete().execute()
    with pytest.raises(NobodyResponsible):
        routing.office_for(approver(), facts(province, Place.HOSPITAL))


def test_an_appointment_counts_from_its_first_to_its_last_moment(province: Province) -> None:
    rule, waiting = approver(empty="incident"), facts(province, Place.SCHOOL)
    period = Appointment.update(since=waiting.now, until=waiting.now + 1)
    period.where(Appointment.office == drawn.office(province.units[Place.SCHOOL])).execute()
    assert routing.office_for(rule, waiting) is not None
    for moment in (waiting.now - 1, waiting.now + 1):
        with pytest.raises(NobodyResponsible):
            routing.office_for(rule, Facts(waiting.account, waiting.unit, {}, moment))


def test_a_substitute_holds_the_office(province: Province) -> None:
    leave(Role.HOSPITAL_ADMINISTRATOR, province)
    leave(Role.HOSPITAL_DEPUTY, province)
    office = routing.office_for(approver(), facts(province, Place.HOSPITAL))
    assert office == drawn.office(province.units[Place.HOSPITAL])
    names = [name for _account, name in routing.holders(office, clock.micros(clock.now()))]
    assert names == [province.accounts[Role.HOSPITAL_SUBSTITUTE].name]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (Place.HOSPITAL, Place.GROUP),
        (Place.CLINIC, Place.GROUP),
        (Place.JIYUAN_BUREAU, Place.PROVINCE_BUREAU),
        (Place.PROVINCE_BUREAU, None),
    ],
)
def test_escalation_goes_to_the_nearest_held_office_above(
    province: Province, place: Place, found: Place | None
) -> None:
    office = drawn.office(province.units[place])
    above = routing.above(office, barred=frozenset(), now=clock.micros(clock.now()))
    assert above == (found and drawn.office(province.units[found]))


def test_escalation_passes_over_who_may_not_act(province: Province) -> None:
    head = province.accounts[Role.GROUP_ADMINISTRATOR].account
    office = drawn.office(province.units[Place.HOSPITAL])
    above = routing.above(office, barred=frozenset({head}), now=clock.micros(clock.now()))
    assert above == drawn.office(province.units[Place.ZHENGZHOU_HEALTH])


def test_an_applicant_who_may_decide_does(province: Province, acting: Act) -> None:
    drawn.define(REVIEW.format(keys="approver.self=allow"))
    head = acting(Role.SCHOOL_ADMINISTRATOR)
    case = drawn.begin(head, province.units[Place.SCHOOL])
    claim(drawn.waiting(case).id, actor=head)
    drawn.decided(case, head)
    assert Case.get_by_id(case).outcome == "approved"


def test_an_applicant_who_may_not_decide_is_passed_over(province: Province, acting: Act) -> None:
    drawn.define(REVIEW.format(keys="approver.empty=incident"))
    head = acting(Role.SCHOOL_ADMINISTRATOR)
    case = drawn.begin(head, province.units[Place.SCHOOL])
    office = drawn.office(province.units[Place.LUANCHUAN_BUREAU])
    assert drawn.waiting(case).office_id == office
    drawn.decided(case, acting(Role.LUANCHUAN_BUREAU_ADMINISTRATOR))
    assert Case.get_by_id(case).outcome == "approved"


def test_a_skipped_step_leaves_its_own_line(province: Province, acting: Act) -> None:
    drawn.define(REVIEW.format(keys="approver.self=skip"))
    case = drawn.begin(acting(Role.SCHOOL_ADMINISTRATOR), province.units[Place.SCHOOL])
    ended = Case.get_by_id(case)
    assert (ended.status, ended.outcome, ended.state) == ("ended", "approved", None)
    lines = Event.select().where(Event.case == case).order_by(Event.seq)
    assert [(line.verb, line.node, line.actor_id is None) for line in lines] == [
        ("submit", None, False),
        ("skip", "review", True),
    ]
    assert Task.select().where(Task.case == case).count() == 0


def test_parallel_steps_are_skipped_each_on_its_own(province: Province, acting: Act) -> None:
    drawn.define("""
        start begin
        and split
        user one approver.unit=subject outcomes=approve approver.empty=skip
        user two approver.unit=subject outcomes=approve approver.empty=skip
        user three approver.unit=subject outcomes=approve approver.level=superior
        and join
        end done case.outcome=approved
        begin -> split
        split -> one
        split -> two
        split -> three
        one -> join
        two -> join
        three -> join
        join -> done
    """)
    case = drawn.begin(acting(Role.NURSE), province.units[Place.CLINIC])
    assert drawn.nodes(case) == ["three"]
    skipped = Event.select(Event.node).where(Event.case == case, Event.verb == "skip")
    assert sorted(line.node for line in skipped) == ["one", "two"]
    drawn.decided(case, acting(Role.GROUP_ADMINISTRATOR))
    assert Case.get_by_id(case).outcome == "approved"


def test_who_decided_an_earlier_step_cannot_decide_this_one(
    province: Province, acting: Act
) -> None:
    drawn.define(TWO_STEPS.format(keys="approver.exclude=previous"))
    case = drawn.begin(acting(Role.OWNER), province.units[Place.HOSPITAL])
    first, second = acting(Role.HOSPITAL_ADMINISTRATOR), acting(Role.HOSPITAL_DEPUTY)
    drawn.decided(case, first)
    task = drawn.waiting(case, "second")
    assert task.office_id == drawn.office(province.units[Place.HOSPITAL])
    with pytest.raises(NotYours):
        drawn.decided(case, first)
    with pytest.raises(NotYours):
        claim(task.id, actor=first)
    drawn.decided(case, second)
    with pytest.raises(AlreadyDecided):
        claim(task.id, actor=second)


def test_without_exclusion_the_same_person_decides_every_step(
    province: Province, acting: Act
) -> None:
    drawn.define(TWO_STEPS.format(keys="approver.exclude=none"))
    case = drawn.begin(acting(Role.OWNER), province.units[Place.HOSPITAL])
    for _step in range(2):
        drawn.decided(case, acting(Role.HOSPITAL_ADMINISTRATOR))
    assert Case.get_by_id(case).outcome == "approved"


@pytest.mark.parametrize("empty", ["superior", "skip", "incident"])
def test_where_only_earlier_people_hold_the_office_the_superior_decides(
    province: Province, acting: Act, empty: str
) -> None:
    drawn.define(TWO_STEPS.format(keys=f"approver.exclude=previous approver.empty={empty}"))
    case = drawn.begin(acting(Role.STRANGER), province.units[Place.SCHOOL])
    drawn.decided(case, acting(Role.SCHOOL_ADMINISTRATOR))
    office = drawn.office(province.units[Place.LUANCHUAN_BUREAU])
    assert drawn.waiting(case, "second").office_id == office


def test_to_submit_or_correct_is_no_earlier_step_of_an_office(
    province: Province, acting: Act
) -> None:
    drawn.define(REVIEW.format(keys="approver.exclude=previous approver.self=allow"))
    head = acting(Role.SCHOOL_ADMINISTRATOR)
    case = drawn.begin(head, province.units[Place.SCHOOL])
    assert drawn.waiting(case).office_id == drawn.office(province.units[Place.SCHOOL])
    drawn.decided(case, head)
    assert Case.get_by_id(case).outcome == "approved"


def test_a_step_that_is_repeated_may_be_decided_by_the_same_person(
    province: Province, acting: Act
) -> None:
    drawn.define(
        """
        start begin
        xor again
        user review approver.unit=subject outcomes=approve,return approver.exclude=previous
        xor way default=no
        user correction approver.unit=applicant approver.level=person outcomes=resubmit
        end done case.outcome=approved
        begin -> again
        again -> review on
        review -> way
        way -> correction yes: outcome = "return"
        way -> done no
        correction -> again
    """.replace("xor again", "xor again default=on")
    )
    owner, head = acting(Role.OWNER), acting(Role.HOSPITAL_ADMINISTRATOR)
    case = drawn.begin(owner, province.units[Place.HOSPITAL])
    drawn.decided(case, head, "return")
    drawn.decided(case, owner, "resubmit")
    drawn.decided(case, head)
    assert Case.get_by_id(case).outcome == "approved"
