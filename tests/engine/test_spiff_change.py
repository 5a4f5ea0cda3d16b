"""Back to an earlier task, and onto a newer version of the diagram."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.clock import micros
from engine.errors import Refused
from tests.engine.drawing import DAY, NOW, Case, draw

THREE = """
    start s
    user a
    on a late remind? P1D
    user b
    user c
    end e
    end noted
    s -> a
    a -> b
    b -> c
    c -> e
    late -> noted
"""
BRANCHES = """
    start s
    user first
    and fork
    user a
    user a2
    user b
    and join
    user last
    end e
    s -> first
    first -> fork
    fork -> a
    a -> a2
    fork -> b
    a2 -> join
    b -> join
    join -> last
    last -> e
"""
both_ways = pytest.mark.parametrize("how", ["live", "restored"])


@pytest.mark.parametrize("node", ["a", "b"])
@both_ways
def test_a_case_goes_back_and_on_again(how: str, node: str) -> None:
    case = Case(spiff.parse(draw(THREE)), how, x=0).complete("a", x=1).complete("b", x=2)
    old = case.task("c")
    case.now += DAY
    case.reset(node, why="again")
    assert case.open == [node]
    assert case.task(node) != old
    assert case.step.next_timer_at == (micros(NOW + 2 * DAY) if node == "a" else None)
    for following in "abc"["abc".index(node) :]:
        case.complete(following)
    assert case.step.end == "e"


@both_ways
def test_the_data_are_those_of_then(how: str) -> None:
    drawing = THREE.replace("b -> c", "service show x\nb -> show\nshow -> c")
    spec = spiff.parse(draw(drawing))
    case = Case(spec, how, x=0).complete("a", x=1).complete("b", x=2, only="b")
    case.reset("b", why="again").complete("b")
    assert case.calls[-1][2] == {"x": 1, "why": "again"}


@both_ways
def test_a_whole_fork_can_be_taken_back(how: str) -> None:
    case = Case(spiff.parse(draw(BRANCHES)), how).complete("first")
    case.complete("a").complete("b").complete("a2").reset("first").complete("first")
    assert case.open == ["a", "b"]
    case.complete("b").complete("a").complete("a2").complete("last")
    assert case.step.end == "e"


@both_ways
def test_a_branch_can_go_back_while_the_other_goes_on(how: str) -> None:
    case = Case(spiff.parse(draw(BRANCHES)), how).complete("first").complete("a").reset("a")
    assert case.open == ["a", "b"]
    case.complete("b").complete("a").complete("a2").complete("last")
    assert case.step.end == "e"


@pytest.mark.parametrize("order", [["a", "a2", "b"], ["b", "a", "a2"]], ids=["a first", "b first"])
@pytest.mark.parametrize("node", ["a", "a2", "b"])
@both_ways
def test_a_branch_that_was_joined_cannot_go_back(how: str, node: str, order: list[str]) -> None:
    case = Case(spiff.parse(draw(BRANCHES)), how).complete("first")
    for step in order:
        case.complete(step)
    with pytest.raises(Refused, match="parallel"):
        case.reset(node)
    case.complete("last")
    assert case.step.end == "e"


def test_a_branch_that_waits_at_its_join_can_go_back() -> None:
    case = Case(spiff.parse(draw(BRANCHES))).complete("first").complete("b").reset("b")
    assert case.open == ["a", "b"]


@pytest.mark.parametrize("node", ["c", "e", "s", "nobody"])
def test_only_what_was_done_can_be_done_again(node: str) -> None:
    case = Case(spiff.parse(draw(THREE))).complete("a")
    with pytest.raises(Refused, match="not-visited"):
        case.reset(node)


def migrated(case: Case, drawing: str, **how: str) -> Case:
    case.spec, old = spiff.parse(draw(drawing, **how)), case.spec
    case._took(spiff.migrate(old, case.spec, case.state, operate=case.operate, now=case.now))
    return case


def test_a_case_goes_on_in_the_new_version() -> None:
    case = Case(spiff.parse(draw(THREE)), x=1).complete("a").complete("b")
    task = case.task("c")
    migrated(case, THREE.replace("c -> e", "user d\nc -> d\nd -> e"))
    assert case.task("c") == task
    case.complete("c")
    assert case.open == ["d"]


def test_armed_timers_keep_their_moment_and_new_events_are_armed() -> None:
    case = Case(spiff.parse(draw(THREE)))
    task = case.task("a")
    case.now += DAY / 2
    migrated(case, THREE.replace("P1D", "P9D") + "on a out message! recall\nout -> noted")
    assert case.task("a") == task
    assert case.step.next_timer_at == micros(NOW + DAY)
    assert spiff.listening(case.spec, case.state) == {"recall"}
    case.send("recall")
    assert case.step.end == "noted"


def test_a_task_gets_its_first_boundary_event_and_loses_its_last() -> None:
    bare = THREE.replace("on a late remind? P1D\n", "").replace("late -> noted", "")
    case = migrated(Case(spiff.parse(draw(THREE))), bare)
    assert case.step.next_timer_at is None
    migrated(case, THREE)
    assert case.step.next_timer_at == micros(NOW + DAY)
    case.complete("a").complete("b").complete("c")
    assert case.step.end == "e"


def test_completed_nodes_may_be_gone() -> None:
    case = Case(spiff.parse(draw(THREE)), x=0).complete("a", x=1)
    migrated(case, "start s\nuser b\nservice show y\nend e\ns -> b\nb -> show\nshow -> e")
    case.complete("b")
    assert case.calls == [("y", {}, {"x": 1})]


def test_tokens_stay_at_their_join() -> None:
    case = Case(spiff.parse(draw(BRANCHES))).complete("first").complete("b")
    migrated(case, BRANCHES.replace("join -> last", "service x y\njoin -> x\nx -> last"))
    case.complete("a").complete("a2")
    assert case.open == ["last"]


@pytest.mark.parametrize(
    ("drawing", "code"),
    [
        pytest.param(BRANCHES.replace("a2", "a3"), None, id="a later node has another id"),
        pytest.param(BRANCHES.replace("user a\n", "service a x\n"), "removed", id="kind"),
        pytest.param("start s\nuser u\ns -> u", "removed", id="open task gone"),
        pytest.param(
            BRANCHES.replace("b -> join", "user n\nb -> n\nn -> join"),
            "removed",
            id="flow of a token",
        ),
    ],
)
def test_what_the_case_waits_for_must_be_there(drawing: str, code: str | None) -> None:
    case = Case(spiff.parse(draw(BRANCHES))).complete("first").complete("b")
    if code is None:
        assert migrated(case, drawing).open == ["a"]
        return
    with pytest.raises(Refused, match=code):
        migrated(case, drawing)


def test_a_case_stays_with_its_process() -> None:
    with pytest.raises(Refused, match="other-process"):
        migrated(Case(spiff.parse(draw(THREE))), THREE, process='id="q"')
