"""The stored state of a case, and the live cases that are remembered."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine import spiff
from engine.errors import DiagramError
from engine.spiff import codec, run
from tests.engine.drawing import NOW, REGISTRATION, Case, draw

registration = spiff.parse(draw(REGISTRATION))


@pytest.mark.parametrize("rounds", [0, 1, 12])
def test_restoring_and_storing_gives_the_same_bytes(rounds: int) -> None:
    case = Case(registration, "live", name="王小明")
    for number in range(rounds):
        case.complete("review", outcome="return", round=number).complete("correct")
    assert codec.encode(registration, codec.decode(registration, case.state)) == case.state


@pytest.mark.parametrize(
    "state",
    [b"", b"[", b"[]", b"x", b"[1,2]", zlib.compress(b"{}"), b'["a",[0],[0],[],[]]'],
)
def test_what_is_no_state_is_refused(state: bytes) -> None:
    with pytest.raises(DiagramError):
        codec.decode(registration, state)


def test_a_state_belongs_to_one_version_of_the_diagram() -> None:
    renamed = spiff.parse(draw(REGISTRATION.replace("approved", "agreed")))
    with pytest.raises(DiagramError, match="another version"):
        codec.decode(renamed, Case(registration).state)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (Decimal("3"), 3),
        (Decimal("0.5"), 0.5),
        (date(2026, 5, 11), "2026-05-11"),
        (datetime(2026, 5, 11, tzinfo=UTC), "2026-05-11T00:00:00+00:00"),
        ((1, Decimal(2)), [1, 2]),
        ({"a": {"b": Decimal(1)}}, {"a": {"b": 1}}),
        (None, None),
        (True, True),
    ],
)
@pytest.mark.parametrize("how", ["live", "restored"])
def test_task_data_are_plain_from_the_first_moment(how: str, given: object, stored: object) -> None:
    spec = spiff.parse(draw("start s\nservice a x\nuser u\nservice b y\ns -> a\na -> u\nu -> b"))
    case = Case(spec, how, value=given).complete("u")
    assert [data for _, _, data in case.calls] == [{"value": stored}] * 2


def test_an_object_is_no_task_data() -> None:
    with pytest.raises(TypeError, match="object"):
        Case(registration, value=object())


def test_a_remembered_case_is_given_out_once() -> None:
    case = Case(registration, "live")
    known = (case.id, case.revision)
    live = case.step.live

    def take(_: int) -> bool:
        return run.resume(registration, case.state, case.operate, NOW, known) is live

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(64))) == 1


def test_only_the_very_revision_is_taken_from_memory() -> None:
    case = Case(registration, "live")
    for known in ((case.id, case.revision + 1), (case.id + 1, case.revision), None):
        walk = run.resume(registration, case.state, case.operate, NOW, known)
        assert walk is not case.step.live


def test_a_case_remembered_for_another_specification_is_not_used() -> None:
    case = Case(registration, "live")
    other = spiff.parse(draw(REGISTRATION))
    known = (case.id, case.revision)
    walk = run.resume(other, case.state, case.operate, NOW, known)
    assert walk is not case.step.live


def test_memory_is_bounded() -> None:
    step = Case(registration).step
    for number in range(run.KEPT + 50):
        spiff.keep(-number, 0, step)
    assert len(run._kept) == run.KEPT
    assert (-(run.KEPT + 49), 0) in run._kept


def test_an_ended_case_is_not_remembered() -> None:
    case = Case(registration, "live").complete("review", outcome="approve")
    assert case.step.live is None
    assert (case.id, case.revision) not in run._kept
