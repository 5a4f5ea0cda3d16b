"""Notices of one person, newest first, twenty at a time."""

from __future__ import annotations

from engine import clock, notices
from engine.db import transaction
from engine.outbox import post
from tests import people


def tell(account: int, template: str = "password_changed", times: int = 1) -> None:
    with transaction():
        for _ in range(times):
            post(account, template, {}, now=clock.micros(clock.now()), channels=("notice", "mail"))


def test_pages_follow_each_other_without_gap(database: str) -> None:
    mine, other = people.person(), people.person(1)
    tell(mine, times=45)
    tell(other, times=3)
    sizes, before, seen = [], None, []
    while True:
        page = notices.page(mine, "王晓燕", before)
        sizes.append(len(page.rows))
        seen += [row.id for row in page.rows]
        before = page.next
        if before is None:
            break
    assert sizes == [20, 20, 5]
    assert seen == sorted(set(seen), reverse=True)


def test_a_notice_speaks_both_languages(database: str) -> None:
    account = people.person()
    tell(account)
    [row] = notices.page(account, "王晓燕").rows
    assert "王晓燕" in row.words.zh
    assert row.words.title_en
    assert row.unread


def test_a_text_that_is_gone_leaves_the_page_standing(database: str) -> None:
    account = people.person()
    tell(account, "no_such_text")
    tell(account)
    assert [row.words.title for row in notices.page(account, "王晓燕").rows][1] == "no_such_text"


def test_reading_counts_down_to_none(database: str) -> None:
    account, other = people.person(), people.person(1)
    tell(account, times=120)
    tell(other)
    assert notices.unread(account) == notices.COUNTED
    [first, *_] = notices.page(account, "").rows
    assert notices.read(account, first.id) == 1
    assert notices.read(account, first.id) == 0
    assert notices.read(account) == 119
    assert notices.unread(account) == 0
    assert notices.unread(other) == 1
