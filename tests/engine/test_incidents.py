"""A step that failed leaves a number for the person and a line for the operator."""

from __future__ import annotations

import re

import pytest

from engine import incidents
from engine.errors import NotFound, OperationFailed, Refused
from engine.operations import OperationBroke
from engine.verbs.decide import decide
from models import Case, Incident, Task
from tests import registering


def broken() -> OperationBroke:
    """What a failing operation raises, with a person's words in the cause."""
    try:
        try:
            raise KeyError("41010519491231002X")
        except KeyError as error:
            raise OperationBroke("registration.activate") from error
    except OperationBroke as error:
        return error


def test_an_incident_tells_where_and_never_what_was_typed(database):
    number = incidents.record(broken(), verb="decide")
    one = incidents.find(number)
    assert re.fullmatch(r"\d{8}-[2-9A-Z]{6}", number)
    assert one.error == "OperationBroke < KeyError"
    assert re.search(r"tests/engine/test_incidents\.py:\d+ broken", one.detail)
    assert "4101051949" not in one.error + one.detail


def test_the_same_failure_again_is_the_same_incident_until_it_is_resolved(database):
    first = incidents.record(broken(), verb="decide")
    assert incidents.record(broken(), verb="decide") == first
    assert incidents.record(broken(), verb="withdraw") != first
    incidents.resolve(first, by=None)
    assert incidents.record(broken(), verb="decide") != first


def test_an_incident_is_resolved_once(database):
    number = incidents.record(broken(), verb="decide")
    incidents.resolve(number, by=None)
    with pytest.raises(Refused, match="resolved"):
        incidents.resolve(number, by=None)
    assert not incidents.waiting().exists()


def test_a_number_is_found_as_people_type_it(database):
    number = incidents.record(broken(), verb="decide")
    assert incidents.find(f" {number.lower()} ").number == number
    with pytest.raises(NotFound):
        incidents.find("20260101-AAAAAA")


def test_a_decision_whose_operation_fails_changes_nothing_but_leaves_an_incident(database, failing):
    who = registering.cast()
    case = registering.submit(who, 1)
    task = registering.open_task(case)
    failing("registration.activate")
    with pytest.raises(OperationFailed) as caught:
        decide(task.id, actor=who.administrator, outcome="approve", opinion="", revision=1)
    one = incidents.find(caught.value.incident)
    assert (one.case_id, one.node, one.verb) == (case, task.node, "decide")
    assert Case.get_by_id(case).revision == 1
    assert Task.get_by_id(task.id).closed_at is None
    assert Incident.select().count() == 1
