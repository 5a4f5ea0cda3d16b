"""Parallel and inclusive gateways, and the comparison with SpiffWorkflow as it comes."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import spiff
from engine.errors import DiagramError
from tests.engine.drawing import DAY, Case, draw

FORK = """
    start s
    and fork
    user a
    user b
    service note x
    and join
    user last
    end e
    s -> fork
    fork -> a
    fork -> b
    a -> note
    note -> join
    b -> join
    join -> last
    last -> e
"""
CHOICE = """
    start s
    user ask
    or fork default=none
    user a
    on a out message! withdraw
    user b
    user c
    or join
    user last
    end e
    end gone
    s -> ask
    ask -> fork
    fork -> a fa: outcome = "approve"
    fork -> b fb: outcome != "reject"
    fork -> c none
    a -> join
    out -> gone
    b -> join
    c -> join
    join -> last
    last -> e
"""
NESTED = """
    start s
    and fork
    user a
    user b
    on b out message? recall
    service note x
    xor way default=no
    and inner
    user c
    user d
    and inner_join
    and join
    end e
    end noted
    s -> fork
    fork -> a
    fork -> b
    out -> note
    note -> noted
    a -> way
    way -> inner yes: outcome = "approve"
    way -> a no
    inner -> c
    inner -> d
    c -> inner_join
    d -> inner_join
    inner_join -> join
    b -> join
    join -> e
"""
LOOP = """
    start s
    user ask
    on ask out message! withdraw
    xor way default=no
    user fix
    on fix stop message! withdraw
    service drop x
    end e
    end gone
    s -> ask
    ask -> way
    way -> fix back: outcome = "return"
    way -> e no
    fix -> ask
    out -> drop
    stop -> drop
    drop -> gone
"""
both_ways = pytest.mark.parametrize("how", ["live", "restored"])


@pytest.mark.parametrize("first", ["a", "b"])
@both_ways
def test_a_join_waits_for_all(how: str, first: str) -> None:
    case = Case(spiff.parse(draw(FORK)), how, n=0)
    second = "b" if first == "a" else "a"
    case.complete(first, **{first: 1, "n": 1})
    assert case.open == [second]
    case.complete(second, **{second: 2, "n": 2})
    assert case.open == ["last"]
    assert case.walked.count("join") == 1
    case.complete("last")
    assert case.step.end == "e"


@both_ways
def test_a_join_brings_the_data_of_all_together_and_the_later_wins(how: str) -> None:
    spec = spiff.parse(draw(FORK.replace("last -> e", "service x show\nlast -> x\nx -> e")))
    case = Case(spec, how, n=0).complete("b", b=1, n=1).complete("a", a=2, n=2).complete("last")
    assert case.calls[-1][2] == {"a": 2, "b": 1, "n": 2}


@both_ways
def test_a_fork_and_join_in_a_loop_wait_for_all_each_time(how: str) -> None:
    spec = spiff.parse(
        draw("""
            start s
            and fork
            user a
            user b
            and join
            xor way default=no
            end e
            s -> fork
            fork -> a
            fork -> b
            a -> join
            b -> join
            join -> way
            way -> fork back: outcome = "return"
            way -> e no
        """)
    )
    case = Case(spec, how)
    for first, second in (("a", "b"), ("b", "a"), ("b", "a"), ("a", "b")):
        case.complete(first, outcome="return")
        assert case.open == [second]
        case.complete(second, outcome="return")
        assert case.open == ["a", "b"]
    case.complete("a", outcome="done").complete("b", outcome="done")
    assert case.step.end == "e"


@both_ways
def test_a_flow_back_to_a_join_passes_alone(how: str) -> None:
    spec = spiff.parse(
        draw("""
            start s
            and both
            user u
            xor way default=no
            end e
            s -> both
            both -> u
            u -> way
            way -> both back: outcome = "return"
            way -> e no
        """)
    )
    case = Case(spec, how).complete("u", outcome="return").complete("u", outcome="return")
    assert case.open == ["u"]


@pytest.mark.parametrize(
    ("outcome", "chosen"),
    [("approve", ["a", "b"]), ("return", ["b"]), ("reject", ["c"])],
)
@both_ways
def test_an_inclusive_gateway_waits_for_those_it_started(
    how: str, outcome: str, chosen: list[str]
) -> None:
    case = Case(spiff.parse(draw(CHOICE)), how).complete("ask", outcome=outcome)
    assert case.open == chosen
    for node in chosen:
        assert "last" not in case.open
        case.complete(node)
    assert case.open == ["last"]


@both_ways
def test_an_inclusive_join_goes_on_when_the_last_token_goes_elsewhere(how: str) -> None:
    case = Case(spiff.parse(draw(CHOICE)), how).complete("ask", outcome="approve").complete("b")
    assert case.open == ["a"]
    case.send("withdraw")
    assert case.open == ["last"]


def test_a_join_that_can_never_be_complete_is_an_error() -> None:
    spec = spiff.parse(
        draw("""
            start s
            xor way default=no
            user a
            user b
            and join
            end e
            s -> way
            way -> a yes: outcome = "approve"
            way -> b no
            a -> join
            b -> join
            join -> e
        """)
    )
    with pytest.raises(DiagramError, match="for ever at join"):
        Case(spec).complete("b")


@both_ways
def test_a_timer_in_one_branch_waits_alone(how: str) -> None:
    spec = spiff.parse(draw(FORK.replace("service note x", "wait note P2D")))
    case = Case(spec, how).complete("a").complete("b")
    assert (case.open, case.step.ended) == ([], False)
    case.later(DAY)
    assert case.step.walked == ()
    case.later(DAY)
    assert case.open == ["last"]


@pytest.mark.parametrize("kind", ["xor", "or"])
def test_a_condition_that_takes_too_long_names_its_gateway(kind: str) -> None:
    spec = spiff.parse(
        draw(f"""
            start s
            {kind} way default=no
            user a
            user b
            s -> way
            way -> a yes: count(for i in 1..9999999 return i) > 1
            way -> b no
        """)
    )
    with pytest.raises(DiagramError, match="way: "):
        Case(spec)


# SpiffWorkflow as it comes: the same diagrams, the same acts, after each the same open tasks.


class DoneAtOnce(ServiceTask):
    def _execute(self, task: object) -> bool:
        return True


class StockParser(BpmnParser):
    OVERRIDE_PARSER_CLASSES = {
        "{http://www.omg.org/spec/BPMN/20100524/MODEL}serviceTask": (TaskParser, DoneAtOnce)
    }


@cache
def stock_spec(source: bytes) -> object:
    parser = StockParser()
    parser.add_bpmn_str(re.sub(rb'(outcome) = (")', rb"\1 == \2", source))
    return parser.get_spec("p")


spec_of = cache(spiff.parse)


class Stock:
    """A case of SpiffWorkflow's own, with its conditions in Python."""

    def __init__(self, source: bytes) -> None:
        self.workflow = BpmnWorkflow(stock_spec(source))
        self.workflow.get_next_task(state=TaskState.READY).data["outcome"] = "none"
        self.workflow.do_engine_steps()

    def open(self) -> list[str]:
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return sorted(task.task_spec.name for task in ready)

    def complete(self, node: str, outcome: str) -> None:
        task = self.workflow.get_next_task(state=TaskState.READY, spec_name=node)
        task.data["outcome"] = outcome
        task.run()
        self.workflow.do_engine_steps()

    def send(self, message: str) -> None:
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(message), {}))
        self.workflow.do_engine_steps()


@pytest.mark.parametrize("how", ["live", "restored"])
@pytest.mark.parametrize(
    "drawing", [FORK, CHOICE, NESTED, LOOP], ids=["fork", "choice", "nested", "loop"]
)
@given(choose=st.data())
@settings(max_examples=40, deadline=None)
def test_walks_as_stock_spiffworkflow_does(how: str, drawing: str, choose: st.DataObject) -> None:
    source = draw(drawing)
    case, stock = Case(spec_of(source), how, outcome="none"), Stock(source)
    for _ in range(12):
        assert case.open == stock.open()
        assert case.step.ended == stock.workflow.is_completed()
        if case.step.ended:
            return
        node = choose.draw(st.sampled_from(case.open))
        outcome = choose.draw(st.sampled_from(["approve", "reject", "return"]))
        messages = sorted(spiff.listening(case.spec, case.state))
        if messages and choose.draw(st.booleans()):
            case.send(messages[0])
            stock.send(messages[0])
        else:
            case.complete(node, outcome=outcome)
            stock.complete(node, outcome)
