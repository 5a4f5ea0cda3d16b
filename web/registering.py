"""What registering a person and registering a unit have in common: the way of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from engine.actor import Actor
from engine.errors import Invalid, OperationFailed, Refused
from engine.subjects import progress
from engine.subjects.applicant import Submitted, today
from engine.tracking import Tracking, track
from web import errors, field_words, filling
from web.wording import _

DONE = "submitted"  # in the session: the case just handed in, for the page that says so


@dataclass(frozen=True)
class Flow:
    """One registration form: its fields, its page, how it is checked and submitted."""

    fields: filling.Fields
    action: str  # endpoint that the form is posted to
    template: str
    checked: Callable[[dict[str, str]], object]
    submit: Callable[[dict[str, str]], Submitted]
    lists: Mapping[str, str]  # code sets by the name the template knows them by
    labels: Mapping[str, str]  # Chinese message ids by field


def show(flow: Flow, values: Mapping[str, str], faults: Mapping[str, str] | None = None) -> str:
    """The form with what was typed and what is wrong with it."""
    filled = {name: values.get(name, "") for name in flow.fields.names}
    return render_template(
        flow.template,
        action=url_for(flow.action),
        values=filled,
        texts=filling.texts(flow.fields, filled),
        errors=faults or {},
        labels={name: _(label) for name, label in {**flow.labels, "captcha": "验证码"}.items()},
        ticket=filling.new_ticket(),
        today=today().isoformat(),
        lists=filling.options(flow.lists),
    )


def answer(flow: Flow, values: dict[str, str], faults: dict[str, str]) -> ResponseReturnValue:
    """Submit the form, or show it again with everything that is wrong.

    :param faults: words of what is wrong already, by field
    """
    wrong = filling.captcha_fault()
    try:
        if faults or wrong:
            flow.checked(values)
            return show(flow, values, {**faults, **wrong}), 422
        done = flow.submit(values)
    except Invalid as error:
        return show(flow, values, {**field_words.words_of(error), **faults, **wrong}), 422
    except Refused as refusal:
        status = 429 if refusal.code == "locked" else 422
        return show(flow, values, {"": errors.words(refusal)}), status
    except OperationFailed as failure:
        words = _(
            "系统处理没有成功，注册没有提交，请稍后再试；如再出现，请告知平台服务电话：%(number)s",
            number=failure.incident,
        )
        return show(flow, values, {"": words}), 500
    session[DONE] = {"case": done.case, "account": done.account}
    return redirect(url_for("registration.done"), 303)


def just_submitted() -> Tracking | None:
    """The case that this browser handed in last."""
    held = session.get(DONE)
    if held is None:
        return None
    return track(progress.case_of(Actor(held["account"], ""), held["case"]))
