"""The history: append-only lines, each bound to the one before it by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import IntegrityError

from engine import history
from engine.actor import Actor
from engine.db import transaction
from engine.history import GENESIS, Line
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs.decide import decide
from models import Case, Event
from tests.applicants import ADDRESS, open_task, person_form

Act = Callable[[Role], Actor]
LINE = Line(
    7, 2, 1_780_000_000_000_000, "decide", 3, 4, "review", "return", "请补正“学校”",
    '{"marks":{"school":"错"}}', b"\x01\x02",
)  # fmt: skip

OTHER: dict[str, object] = {
    "case": 8, "seq": 3, "at": 1_780_000_000_000_001, "verb": "submit", "actor": None,
    "office": 5, "node": None, "outcome": "approve", "opinion": "", "data": None, "walked": b"\x01",
}  # fmt: skip


@pytest.mark.parametrize("name", Line.__slots__)
def test_the_hash_covers_every_field(name: str) -> None:
    changed = replace(LINE, **{name: OTHER[name]})
    assert history.chained(GENESIS, changed) != history.chained(GENESIS, LINE)


def test_the_hash_covers_the_line_before() -> None:
    assert history.chained(b"\x01" * 32, LINE) != history.chained(GENESIS, LINE)


def test_the_canonical_form_never_changes() -> None:
    """Written down here, since every stored hash depends on it."""
    text = (
        '[7,2,1780000000000000,"decide",3,4,"review","return","请补正“学校”",'
        '"{\\"marks\\":{\\"school\\":\\"错\\"}}","0102"]'
    )
    assert history.canonical(LINE) == text.encode()
    assert history.chained(GENESIS, LINE) == hashlib.sha256(bytes(32) + text.encode()).digest()


TEXT = st.none() | st.text(max_size=20)
LINES = st.builds(
    Line,
    case=st.integers(1, 5),
    seq=st.integers(1, 5),
    at=st.integers(0, 2**53),
    verb=st.sampled_from(["submit", "decide"]),
    actor=st.none() | st.integers(1, 5),
    office=st.none() | st.integers(1, 5),
    node=TEXT,
    outcome=TEXT,
    opinion=TEXT,
    data=TEXT,
    walked=st.binary(max_size=5),
)


@given(LINES, LINES)
def test_two_lines_have_one_form_only_if_they_are_the_same(one: Line, other: Line) -> None:
    assert (history.canonical(one) == history.canonical(other)) == (one == other)


def test_lines_are_stored_as_they_were_hashed(province: Province, acting: Act) -> None:
    case = registration.submit(person_form(province), address=ADDRESS).case
    decide(
        open_task(case).id,
        actor=acting(Role.HOSPITAL_DEPUTY),
        outcome="return",
        opinion="  请补正😀\n学校 ",
        marks={"school": "与证书不一致"},
        revision=1,
    )
    previous = GENESIS
    for event in Event.select().where(Event.case == case).order_by(Event.seq):
        line = Line(
            event.case_id, event.seq, event.at, event.verb, event.actor_id, event.office_id,
            event.node, event.outcome, event.opinion, event.data, bytes(event.walked),
        )  # fmt: skip
        previous = history.chained(previous, line)
        assert bytes(event.hash) == previous
    assert bytes(Case.get_by_id(case).head) == previous
    assert (line.opinion, line.data) == ("请补正😀\n学校", '{"marks":{"school":"与证书不一致"}}')


def test_a_line_cannot_be_written_twice(province: Province) -> None:
    case = registration.submit(person_form(province), address=ADDRESS).case
    with pytest.raises(IntegrityError), transaction():
        history.append(Line(case, 1, 0, "submit"), GENESIS)
    assert Event.select().where(Event.case == case).count() == 1
