"""A published definition never changes; what is wrong is never published."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine import subjects
from engine.actor import Actor
from engine.db import connected
from engine.diagram import publish as publishing
from engine.diagram.publish import NotPublished, digest, publish, publish_file, publish_folder
from engine.errors import DiagramError
from models import Definition
from tests import people

ROOT = Path(__file__).resolve().parent.parent.parent
DIAGRAMS = Path(__file__).resolve().parent / "diagrams"
FIRST = (DIAGRAMS / "valid-minimal.bpmn").read_bytes()
SECOND = FIRST.replace("审核".encode(), "复核".encode())

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _operations() -> None:
    subjects.load()


def test_a_diagram_becomes_a_definition_version() -> None:
    published = publish(FIRST)
    assert (published.key, published.version, published.changed) == ("example", 1, True)
    row = Definition.get_by_id(published.definition)
    assert (row.title, bytes(row.source), bytes(row.digest)) == ("示例", FIRST, digest(FIRST, {}))
    assert row.published_by_id is None


def test_the_same_diagram_again_is_no_new_version() -> None:
    first = publish(FIRST)
    again = publish(FIRST)
    assert (again.definition, again.version, again.changed) == (first.definition, 1, False)
    assert Definition.select().count() == 1


def test_a_change_is_a_new_version_and_the_old_one_stays() -> None:
    first, second = publish(FIRST), publish(SECOND)
    assert (second.version, second.changed) == (2, True)
    assert bytes(Definition.get_by_id(first.definition).source) == FIRST


def test_going_back_to_an_older_diagram_is_a_new_version_too() -> None:
    publish(FIRST)
    publish(SECOND)
    assert publish(FIRST).version == 3


def test_the_publisher_is_kept() -> None:
    account = people.person()
    published = publish(FIRST, actor=Actor(account, "王晓燕"))
    assert Definition.get_by_id(published.definition).published_by_id == account


def test_a_wrong_diagram_is_refused_with_every_problem_and_changes_nothing() -> None:
    publish(FIRST)
    source = FIRST.replace(b'name="approver.unit"', b'name="approver.unix"')
    with pytest.raises(NotPublished) as refused:
        publish(source)
    assert [problem.rule for problem in refused.value.problems] == ["known-keys", "required-keys"]
    assert "是否想写 approver.unit" in str(refused.value)
    assert Definition.select().count() == 1


def test_warnings_are_shown_and_do_not_stop_publishing() -> None:
    published = publish_file(DIAGRAMS / "invalid-drawn.bpmn")
    assert published.changed
    assert [problem.rule for problem in published.problems] == ["drawn"]


def test_a_task_that_nobody_can_hold_is_refused_once_offices_are_held() -> None:
    source = DIAGRAMS / "invalid-office-held.bpmn"
    assert publish_file(source).changed
    people.appoint(people.person(), people.unit())
    with pytest.raises(NotPublished, match="office-held"):
        publish_file(source)


def test_an_office_that_was_held_once_counts_no_more() -> None:
    unit = people.unit()
    people.appoint(people.person(), unit)
    people.appoint(people.person(1), unit, "wizard", until=1)
    with pytest.raises(NotPublished, match="office-held"):
        publish_file(DIAGRAMS / "invalid-office-held.bpmn")


def test_the_folder_we_ship_is_published_whole(tmp_path: Path) -> None:
    published = publish_folder(ROOT / "bpmn")
    assert {p.key for p in published} >= {"registration", "unit_registration"}
    assert all(p.changed and p.problems == () for p in published)
    assert not any(p.changed for p in publish_folder(ROOT / "bpmn"))


def test_one_wrong_diagram_in_a_folder_publishes_none(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(FIRST)
    (tmp_path / "b.bpmn").write_bytes((DIAGRAMS / "invalid-dead-end.bpmn").read_bytes())
    with pytest.raises(NotPublished, match=r"^b\.bpmn:"):
        publish_folder(tmp_path)
    assert Definition.select().count() == 0


def test_a_table_belongs_to_the_diagram_whose_name_it_begins_with(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(FIRST)
    for name in ("a.dmn", "a.hours.dmn", "ab.dmn", "b.dmn"):
        (tmp_path / name).write_bytes(name.encode())
    assert set(publishing._tables_beside(tmp_path / "a.bpmn")) == {"a.dmn", "a.hours.dmn"}


def test_a_table_in_another_encoding_is_refused() -> None:
    table = '<?xml version="1.0" encoding="GBK"?><definitions name="继续教育"/>'.encode("gbk")
    with pytest.raises(DiagramError, match=r"^a\.dmn: a decision table is written in UTF-8"):
        publish(FIRST, {"a.dmn": table})
    assert Definition.select().count() == 0


def test_a_change_of_a_table_changes_the_digest() -> None:
    assert len({
        digest(FIRST, {}),
        digest(FIRST, {"a.dmn": b"1"}),
        digest(FIRST, {"a.dmn": b"2"}),
        digest(FIRST, {"b.dmn": b"1"}),
        digest(FIRST + b"a.dmn", {}),
    }) == 5  # fmt: skip


def test_publishers_at_the_same_time_get_versions_one_after_the_other(database: str) -> None:
    """Each reads the newest version before the others wrote: the number must not be given twice."""
    sources = [FIRST.replace("审核".encode(), f"审核{n}".encode()) for n in range(6)]
    ready, found, failed = threading.Barrier(len(sources)), [], []

    def run(source: bytes) -> None:
        with connected():
            ready.wait()
            try:
                found.append(publish(source).version)
            except Exception as error:  # noqa: BLE001 - shown by the assertion below
                failed.append(error)

    threads = [threading.Thread(target=run, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(found) == [1, 2, 3, 4, 5, 6]
