"""A case walks through its diagram, the same whether it is kept live or restored each time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import spiff
from engine.clock import micros
from engine.errors import DiagramError, Refused
from engine.spiff import codec
from tests.engine.drawing import DAY, NOW, REGISTRATION, Case, draw

registration = spiff.parse(draw(REGISTRATION))
both_ways = pytest.mark.parametrize("how", ["live", "restored"])


@pytest.mark.parametrize(
    ("outcome", "operation", "end"),
    [
        ("approve", "registration.activate", "approved"),
        ("reject", "registration.reject", "rejected"),
    ],
)
@both_ways
def test_the_outcome_chooses_the_way(how: str, outcome: str, operation: str, end: str) -> None:
    case = Case(registration, how, case=7)
    assert case.open == ["review"]
    case.complete("review", outcome=outcome)
    assert case.calls == [(operation, {}, {"case": 7, "outcome": outcome})]
    assert (case.step.ended, case.step.end, case.step.state) == (True, end, None)
    assert case.step.waiting == ()
    assert case.step.next_timer_at is None


@both_ways
def test_a_returned_case_comes_back_with_a_new_task(how: str) -> None:
    case = Case(registration, how)
    first = case.task("review")
    case.complete("review", outcome="return")
    assert case.open == ["correct"]
    case.complete("correct", name="王小明").complete("review", outcome="return").complete("correct")
    assert case.open == ["review"]
    assert case.task("review") != first
    assert len(case.task("review")) == 16
    case.complete("review", outcome="approve")
    assert case.walked == [
        *("begin", "review", "way", "correct", "review", "way", "correct"),
        *("review", "way", "activate", "approved"),
    ]
    assert case.calls[-1][2] == {"outcome": "approve", "name": "王小明"}


@pytest.mark.parametrize("node", ["review", "correct"])
@both_ways
def test_withdrawal_ends_the_open_task(how: str, node: str) -> None:
    case = Case(registration, how)
    if node == "correct":
        case.complete("review", outcome="return")
    assert registration.messages(node) == {"withdraw"}
    assert spiff.listening(registration, case.state) == {"withdraw"}
    case.send("withdraw", reason="又想好了")
    assert case.calls == [
        ("registration.withdraw", {}, case.calls[0][2]),
    ]
    assert case.calls[0][2]["reason"] == "又想好了"
    assert case.step.end == "gone"


@both_ways
def test_reminders_fire_once_each_and_leave_the_task_open(how: str) -> None:
    case = Case(registration, how)
    task = case.task("review")
    assert case.step.next_timer_at == micros(NOW + 3 * DAY)
    case.later(2 * DAY)
    assert case.step.walked == ()
    case.later(DAY)
    assert case.step.walked == ("late", "remind", "reminded")
    assert case.calls == [("case.remind", {"operation.template": "late"}, {})]
    assert case.step.next_timer_at == micros(NOW + 9 * DAY)
    case.later(10 * DAY)
    assert case.calls[1][0] == "case.escalate"
    assert case.step.next_timer_at is None
    assert case.task("review") == task
    case.complete("review", outcome="approve")
    assert case.step.end == "approved"


@both_ways
def test_timers_due_together_fire_in_their_order(how: str) -> None:
    case = Case(registration, how).later(30 * DAY)
    assert case.step.walked == ("late", "remind", "reminded", "later", "escalate", "escalated")


def test_what_an_operation_answers_goes_with_the_case() -> None:
    spec = spiff.parse(
        draw("""
            start s
            service find unit.find
            xor way default=no
            user small
            user large
            s -> find
            find -> way
            way -> large yes: members > 20
            way -> small no
        """)
    )
    step = spiff.start(spec, {}, operate=lambda *_: {"members": 21}, now=NOW)
    assert [waiting.node for waiting in step.waiting] == ["large"]


def test_the_case_sees_copies_only() -> None:
    def operate(name: str, parameters: object, data: dict[str, object]) -> None:
        data["outcome"] = "approve"

    step = spiff.start(registration, {"outcome": "reject"}, operate=operate, now=NOW)
    assert step.state is not None
    step = spiff.complete(
        registration, step.state, step.waiting[0].id, {}, operate=operate, now=NOW
    )
    assert step.end == "rejected"


class Broken(Exception):
    pass


def test_a_failed_operation_comes_out_unchanged_and_leaves_no_live_case() -> None:
    case = Case(registration, "live")

    def fail(*_: object) -> None:
        raise Broken

    with pytest.raises(Broken):
        spiff.complete(
            registration,
            case.state,
            case.task("review"),
            {"outcome": "approve"},
            operate=fail,
            now=NOW,
            known=(case.id, case.revision),
        )
    case.complete("review", outcome="approve")  # from the stored state
    assert case.walked == ["begin", "review", "way", "activate", "approved"]


def test_only_open_tasks_can_be_completed() -> None:
    case = Case(registration)
    first, state = case.task("review"), case.state
    case.complete("review", outcome="return")
    for stored, task in ((case.state, first), (state, bytes(16))):
        with pytest.raises(spiff.NotWaiting):
            spiff.complete(registration, stored, task, {}, operate=case.operate, now=NOW)


def test_a_message_that_nobody_waits_for_is_refused() -> None:
    case = Case(registration)
    with pytest.raises(spiff.NotWaiting):
        case.send("recall")


def test_a_gateway_without_a_way_stops_the_step() -> None:
    spec = spiff.parse(
        draw("""
            start s
            user u
            xor way
            end e
            s -> u
            u -> way
            way -> e a: outcome = "approve"
        """)
    )
    with pytest.raises(DiagramError, match="way"):
        Case(spec).complete("u", outcome="reject")


@pytest.mark.parametrize(
    "condition",
    ["outcome", "1", "unknown", '"true"', "null", "outcome > 3", "1/0 = 1"],
)
def test_what_is_not_true_is_false(condition: str) -> None:
    spec = spiff.parse(
        draw(f"""
            start s
            xor way default=no
            user a
            user b
            s -> way
            way -> a yes: {condition}
            way -> b no
        """)
    )
    assert Case(spec, outcome="approve").open == ["b"]


def test_a_circle_of_service_tasks_is_stopped() -> None:
    spec = spiff.parse(
        draw("""
            start s
            service a x
            xor way default=again
            end e
            s -> a
            a -> way
            way -> a again
            way -> e done: over
        """)
    )
    with pytest.raises(DiagramError, match="circle"):
        Case(spec)


def test_a_terminate_event_ends_everything() -> None:
    spec = spiff.parse(
        draw("""
            start s
            and fork
            user a
            user b
            terminate stop
            end e
            s -> fork
            fork -> a
            fork -> b
            a -> stop
            b -> e
        """)
    )
    case = Case(spec)
    assert case.open == ["a", "b"]
    case.complete("a")
    assert (case.step.ended, case.step.end) == (True, "stop")


def test_a_running_case_is_small() -> None:
    case = Case(registration, case=123456, unit=4711, region="410100")
    for _ in range(3):
        case.complete("review", outcome="return", round=1).complete("correct")
    assert len(case.state) < 600
    for _ in range(20):
        case.complete("review", outcome="return").complete("correct")
    assert len(case.state) < 1000


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("complete"), st.sampled_from(["approve", "reject", "return"])),
        st.tuples(st.just("later"), st.integers(0, 6)),
        st.tuples(st.just("send"), st.just("withdraw")),
        st.tuples(st.just("reset"), st.sampled_from(["review", "correct"])),
    ),
    max_size=12,
)


def act(case: Case, kind: str, value: object) -> str:
    """Do it, and tell what came of it."""
    try:
        if kind == "complete":
            case.complete(case.open[0], outcome=value)
        elif kind == "later":
            case.later(int(str(value)) * DAY)
        elif kind == "send":
            case.send(str(value))
        else:
            case.reset(str(value))
    except Refused as refused:
        return refused.code
    return str((case.open, case.walked, case.calls, case.step.next_timer_at, case.step.end))


@given(acts=ACTS)
@settings(max_examples=150, deadline=None)
def test_a_live_case_and_a_restored_one_never_differ(acts: list[tuple[str, object]]) -> None:
    live, restored = Case(registration, "live"), Case(registration, "restored")
    for kind, value in acts:
        if live.step.ended:
            break
        assert act(live, kind, value) == act(restored, kind, value)
        if live.step.state is not None:
            assert spiff.listening(registration, live.state) == {"withdraw"}
            walk = codec.decode(registration, live.state)
            assert codec.encode(registration, walk) == live.state
