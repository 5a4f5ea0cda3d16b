"""Scenario files say what they mean, or which line does not; the engine walks as they tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from engine import calendar, spiff
from engine.diagram import reading, scenarios
from engine.diagram.reading import Diagram
from engine.diagram.scenarios import Action, Application, Scenario
from engine.errors import DiagramError
from engine.seed.cast import PEOPLE, UNITS
from tests.engine.drawing import NOW

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = sorted((ROOT / "bpmn").glob("*.bpmn"))


def diagram_at(path: Path) -> Diagram:
    return reading.read(path.read_bytes())


STORIES = [
    pytest.param(path, story, id=f"{path.stem}: {story.name}")
    for path in SHIPPED
    for story in scenarios.load(path.with_suffix(".scenarios.yaml"), diagram_at(path))
]


@pytest.fixture
def registration() -> Diagram:
    return diagram_at(ROOT / "bpmn" / "registration.bpmn")


def facts(application: Application, kind: str) -> dict[str, object]:
    """The task data that the subject would start with; the numbers mean nothing."""
    if kind == "registration":
        return {"target": 1}
    return {
        "subject": 1,
        "superior": 2 if application.superior else None,
        "department": 3 if application.department else None,
    }


@pytest.mark.parametrize(("path", "story"), STORIES)
def test_the_engine_walks_as_the_scenario_tells(path: Path, story: Scenario) -> None:
    """Without database and routing; the state is stored and restored between the steps."""
    diagram, spec = diagram_at(path), spiff.parse(path.read_bytes())
    now, walked, step = NOW, list[str](), None
    for told in story.steps:
        given = {"operate": lambda *_: None, "now": now}
        state = b"" if step is None else step.state or b""
        if told.action is Action.SUBMIT:
            step = spiff.start(spec, facts(story.application, diagram.key), **given)
        elif told.action is Action.WITHDRAW:
            step = spiff.send(spec, state, "withdraw", {}, **given)
        elif told.action is Action.WAIT:
            now = calendar.add_workdays(now, told.workdays)
            step = spiff.tick(spec, state, **{**given, "now": now})
        else:
            assert step is not None
            [task] = step.waiting
            assert told.outcome in diagram.user_tasks[task.node].outcomes
            step = spiff.complete(spec, state, task.id, {"outcome": told.outcome}, **given)
        walked += step.walked
        assert [task.node for task in step.waiting] == ([told.expect.at] if told.expect.at else [])
        assert diagram.outcomes_of_ends.get(step.end or "") == told.expect.outcome
    assert scenarios.named(diagram, walked) == story.path


@pytest.mark.parametrize(("path", "story"), STORIES)
def test_a_scenario_names_people_and_units_of_the_demonstration_province(
    path: Path, story: Scenario
) -> None:
    people, units = {person.name for person in PEOPLE}, {unit.name for unit in UNITS}
    assert story.application.applicant not in people
    assert {step.actor for step in story.steps} - {""} <= people
    named = [
        *(step.expect.office for step in story.steps),
        *(step.expect.visible_to for step in story.steps),
        story.application.superior,
        story.application.department,
    ]
    assert set(filter(None, named)) <= units


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_scenarios_pass_every_named_node_of_the_diagram(path: Path) -> None:
    diagram = diagram_at(path)
    told = scenarios.load(path.with_suffix(".scenarios.yaml"), diagram)
    passed = {name for story in told for name in story.path}
    assert passed == {node.name for node in diagram.nodes if node.name}


def test_the_example_of_the_documentation_is_understood(registration: Diagram) -> None:
    text = (ROOT / "docs" / "diagrams.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    [story] = scenarios.read(example, registration)
    assert [step.action for step in story.steps] == [Action.SUBMIT, Action.WAIT, Action.DECIDE]
    assert story.steps[1].expect.visible_to == "郑州市示范医疗集团"


RIGHT = """
流程: registration
场景:
  - 名称: 通过
    申请: {申请人: 林小雨, 单位: 郑州市示范医院}
    步骤:
      - {做: 提交, 到: employer_review}
      - {谁: 王秀英, 做: 退回, 标记: {school: 不符}, 到: 申请人补正}
      - {做: 等待, 工作日: 2}
    经过: [提交注册]
"""


def test_a_step_says_who_does_what_and_what_holds_then(registration: Diagram) -> None:
    [story] = scenarios.read(RIGHT, registration)
    submit, back, wait = story.steps
    assert (submit.action, submit.expect.at, submit.actor) == (Action.SUBMIT, "employer_review", "")
    assert (back.actor, back.outcome, back.marks) == ("王秀英", "return", {"school": "不符"})
    assert (back.expect.at, back.line) == ("correction", 8)
    assert wait.workdays == 2


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        pytest.param("流程: registration", "流程: other", ":2：这些场景不属于流程", id="diagram"),
        pytest.param("名称: 通过", "名字: 通过", ":4：不认识“名字”", id="word"),
        pytest.param(
            "    申请: {申请人: 林小雨, 单位: 郑州市示范医院}\n", "", ":4：缺少“申请”", id="missing"
        ),
        pytest.param(", 单位: 郑州市示范医院", "", ":5：“申请”要写明", id="no unit"),
        pytest.param("单位: 郑", "类型: 饭店, 单位: 郑", ":5：不认识“饭店”", id="kind"),
        pytest.param("做: 退回", "做: 打回", ":8：不认识“打回”", id="action"),
        pytest.param("谁: 王秀英, ", "", ":8：缺少“谁”", id="nobody decides"),
        pytest.param(
            "{做: 提交", "{谁: 王秀英, 做: 提交", ":7：只有审核的步骤写“谁”", id="who submits"
        ),
        pytest.param("到: employer_review", "到: 领导审核", ":7：流程图中没有人工任务", id="task"),
        pytest.param("[提交注册]", "[提交, 注册]", ":10：流程图中没有“提交”", id="node"),
        pytest.param("[提交注册]", "提交注册", ":10：“经过”应当是一个列表", id="no list"),
        pytest.param("工作日: 2", "工作日: 两", ":9：“两”不是天数", id="days"),
        pytest.param(", 工作日: 2", "", ":9：“等待”要写“工作日”", id="no days"),
        pytest.param("做: 提交, ", "", ":7：缺少“做”", id="no action"),
        pytest.param("{做: 提交, 到", "{做: 撤回, 到", ":4：第一步必须是“提交”", id="first step"),
        pytest.param(
            "- {做: 等待, 工作日: 2}", "- 等待", ":9：这里应当是“词：值”", id="no mapping"
        ),
        pytest.param("名称: 通过", "名称: [通过]", ":4：这里应当是一个词", id="no word"),
        pytest.param("做: 提交", "做: 提交, 做: 提交", ":7：“做”写了两次", id="twice"),
        pytest.param("流程: registration", "流程: {", "不是正确的 YAML", id="no YAML"),
        pytest.param(
            "名称: 通过",
            "名称: !!python/object/apply:os.system [id]",
            "这里应当是一个词",
            id="Python",
        ),
    ],
)
def test_a_word_that_is_not_understood_is_named_with_its_line(
    registration: Diagram, right: str, wrong: str, words: str
) -> None:
    assert right in RIGHT
    with pytest.raises(DiagramError, match=re.escape(words)):
        scenarios.read(RIGHT.replace(right, wrong, 1), registration)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "文件是空的", id="empty"),
        pytest.param("# " + "字" * 100_000, "文件太大", id="too large"),
        pytest.param(RIGHT + RIGHT.split("场景:\n")[1], "重复", id="one name twice"),
    ],
)
def test_a_file_as_a_whole_can_be_wrong(registration: Diagram, text: str, words: str) -> None:
    with pytest.raises(DiagramError, match=words):
        scenarios.read(text, registration)


def test_the_files_are_plain_yaml() -> None:
    for path in SHIPPED:
        assert yaml.safe_load(path.with_suffix(".scenarios.yaml").read_text(encoding="utf-8"))
