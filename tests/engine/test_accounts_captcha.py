"""Pictures are answered once, within five minutes."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from engine import clock
from engine.accounts import captcha
from engine.errors import NotFound, Refused
from models import Captcha


def refused(ticket: str, text: str) -> bool:
    try:
        captcha.check(ticket, text)
    except Refused:
        return True
    return False


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(str, id="as shown"),
        pytest.param(str.lower, id="small letters"),
        pytest.param(lambda answer: f" {answer} ", id="blanks"),
        pytest.param(lambda a: "".join(chr(ord(c) + 0xFEE0) for c in a), id="full width"),
    ],
)
def test_the_answer_is_right_once(database: str, typed) -> None:
    ticket = captcha.ticket()
    answer = captcha.issue(ticket)
    assert not refused(ticket, typed(answer))
    assert refused(ticket, answer)


def test_a_wrong_answer_uses_the_picture_up(database: str) -> None:
    ticket = captcha.ticket()
    answer = captcha.issue(ticket)
    assert refused(ticket, "0000")
    assert refused(ticket, answer)


def test_loading_the_picture_again_replaces_the_answer(database: str) -> None:
    ticket = captcha.ticket()
    first = captcha.issue(ticket)
    while (second := captcha.issue(ticket)) == first:
        pass
    other = captcha.ticket()
    captcha.issue(other)
    assert not refused(ticket, second)


def test_an_answer_is_not_good_for_another_ticket(database: str) -> None:
    mine, theirs = captcha.ticket(), captcha.ticket()
    answer = captcha.issue(mine)
    while captcha.issue(theirs) == answer:
        pass
    assert refused(theirs, answer)


def test_a_ticket_never_shown_has_no_answer(database: str) -> None:
    assert refused(captcha.ticket(), "")
    assert refused("", "")


def test_a_picture_is_good_for_five_minutes(database: str) -> None:
    old, ticket = captcha.ticket(), captcha.ticket()
    answer = captcha.issue(old)
    clock.move(timedelta(minutes=5))
    try:
        assert refused(old, answer)
        captcha.issue(old)
        clock.move(timedelta(minutes=6))
        captcha.issue(ticket)
        assert Captcha.select().count() == 1, "what is too old goes when the next is drawn"
    finally:
        clock.move(-timedelta(minutes=11))


def test_the_answer_is_not_stored(database: str) -> None:
    answer = captcha.issue(captcha.ticket())
    assert answer.encode() not in bytes(Captcha.get().answer)


@pytest.mark.parametrize("ticket", ["", "short", "../../etc/passwd", "x" * 23, "é" * 22])
def test_only_our_tickets_are_drawn(database: str, ticket: str) -> None:
    with pytest.raises(NotFound):
        captcha.issue(ticket)


def test_the_picture_is_a_png_without_ambiguous_letters() -> None:
    assert not set("0OQ1I2Z5S8BG") & set(captcha.ALPHABET)
    with Image.open(io.BytesIO(captcha.draw("ACDE"))) as image:
        assert (image.format, image.size) == ("PNG", (160, 60))
