"""Running registration cases for tests that care about what happens around them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine import lifecycle, subjects
from engine.actor import Actor
from engine.db import transaction
from engine.diagram.publish import publish_file
from models import ProfessionalState, Task
from tests import people

DIAGRAM = Path(__file__).parent.parent / "bpmn" / "registration.bpmn"


@dataclass(frozen=True)
class Cast:
    """An employer and its administrator."""

    unit: int
    administrator: Actor


def cast() -> Cast:
    """Publish the diagram and write an employer; call once a test."""
    made = employer()
    subjects.load()
    publish_file(DIAGRAM)
    return made


def employer(number: int = 400) -> Cast:
    """Another employer, administered by the made-up person of that number."""
    unit = people.unit(f"第{number}单位")
    administrator = people.person(number, name="刘德胜")
    office = people.appoint(administrator, unit)
    return Cast(unit, Actor(administrator, "刘德胜", frozenset({office})))


def submit(who: Cast, sequence: int) -> int:
    """Start the registration of the made-up person of that number; the case."""
    account = people.person(sequence)
    profile = people.professional(account, who.unit, ProfessionalState.PENDING)
    with transaction():
        return lifecycle.start(
            "registration",
            account=account,
            unit=who.unit,
            subject=profile,
            title="王晓燕",
            data={"target": who.unit},
            actor=Actor(account, "王晓燕"),
        )


def open_task(case: int) -> Task:
    """The one open task of a case."""
    return Task.get(Task.case == case, Task.closed_at.is_null())
