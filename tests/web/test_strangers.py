"""Every address of the application, tried by those who have no business there.

A new route without a line below fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.accounts.roles import UserType
from engine.seed import Province, Role
from engine.subjects import unit_registration
from models import Account, Attachment, Case, Event, Task
from tests.applicants import open_task, unit_form
from tests.web.conftest import csrf
from tests.web.desk import Desk, case_of, enter, hand_in

OPEN = "for everybody"
TICKET = "for an applicant who proved who he is"
OWN = "for everybody logged in, about himself"
OFFICE = "for holders of an office"
CASE = "for those who may see this case"

ROUTES = {
    "GET /": OPEN,
    "GET /static/<path:filename>": OPEN,
    "GET /healthz": OPEN,
    "GET /language/<code>": OPEN,
    "GET /login": OPEN,
    "POST /login": OPEN,
    "GET /captcha/<ticket>": OPEN,
    "GET /pickers/<name>": OPEN,
    "GET /recover": OPEN,
    "POST /recover": OPEN,
    "GET /recover/password": OPEN,
    "POST /recover/password": OPEN,
    "GET /register": OPEN,
    "POST /register": OPEN,
    "GET /register/done": OPEN,
    "GET /register/unit/<kind>": OPEN,
    "POST /register/unit": OPEN,
    "GET /progress": OPEN,
    "POST /progress": OPEN,
    "POST /progress/leave": OPEN,
    "GET /progress/status": TICKET,
    "GET /progress/diagram/<int:case_id>": TICKET,
    "GET /progress/withdraw/<int:case_id>": TICKET,
    "POST /progress/withdraw/<int:case_id>": TICKET,
    "POST /progress/remind/<int:case_id>": TICKET,
    "GET /progress/correct/<int:case_id>": TICKET,
    "POST /progress/correct/<int:case_id>": TICKET,
    "GET /files/<int:file_id>": TICKET,
    "GET /account": OWN,
    "GET /account/password": OWN,
    "POST /account/password": OWN,
    "GET /notices": OWN,
    "POST /notices/read": OWN,
    "GET /session": OWN,
    "POST /role": OWN,
    "POST /logout": OWN,
    "GET /account/reset": OFFICE,
    "POST /account/reset": OFFICE,
    "POST /account/reset/<int:account>": OFFICE,
    "GET /inbox": OFFICE,
    "GET /inbox/done": OFFICE,
    "GET /tasks/<int:task_id>": CASE,
    "POST /tasks/<int:task_id>/decide": CASE,
    "POST /tasks/<int:task_id>/claim": CASE,
    "POST /tasks/<int:task_id>/release": CASE,
    "GET /cases/<int:case_id>": CASE,
    "GET /cases/<int:case_id>/diagram": CASE,
    "POST /cases/<int:case_id>/reveal/<field>": CASE,
}
SECRETS = ("王𬭎", "王秀兰", "郑州市新设康复医院", "138****0000", "13800000000")


def rules(app: Flask) -> Iterator[str]:
    """Every verb and address that the application answers."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}"


def test_every_route_says_for_whom_it_is(app: Flask) -> None:
    assert set(rules(app)) == set(ROUTES)


def test_only_the_routes_of_visitors_are_public(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        public = rule.endpoint == "static" or getattr(
            app.view_functions[rule.endpoint], "public", False
        )
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert public == (ROUTES[f"{method} {rule.rule}"] in {OPEN, TICKET}), rule


@pytest.fixture
def there(app: Flask, province: Province) -> dict[str, str]:
    """Real ids of things that belong to others, by their place in an address."""
    task = hand_in(province, 1)
    unit = unit_registration.submit(unit_form(province, 2), address="192.0.2.2")
    return {
        "<int:task_id>": str(task),
        "<int:case_id>": str(case_of(task).id),
        "<int:file_id>": str(Attachment.get(Attachment.case == unit.case).file_id),
        "<int:account>": str(case_of(task).account_id),
        "<field>": "phone",
    }


def address(route: str, there: dict[str, str]) -> str:
    path = route.partition(" ")[2]
    for place, value in there.items():
        path = path.replace(place, value)
    assert "<" not in path, route
    return path


def asked(browser: Desk, route: str, path: str, token: str) -> TestResponse:
    if route.startswith("GET"):
        return browser.get(path)
    form = {"csrf_token": token, "outcome": "approve", "revision": "1", "opinion": "x"}
    return browser.client.post(path, data=form)


def of(*kinds: str) -> list[str]:
    return [route for route, kind in ROUTES.items() if kind in kinds]


def unchanged(there: dict[str, str]) -> None:
    task = Task.get_by_id(int(there["<int:task_id>"]))
    assert (task.closed_at, task.claimed_by_id) == (None, None)
    assert Case.select().where(Case.status == "running").count() == 2
    assert Event.select().count() == 2
    assert open_task(task.case_id).id == task.id
    assert not Account.get_by_id(int(there["<int:account>"])).must_change_password


def test_visitors_are_sent_to_the_log_in(app: Flask, there: dict[str, str]) -> None:
    visitor = Desk(app.test_client())
    for route in of(OWN, OFFICE, CASE):
        path = address(route, there)
        answer = asked(visitor, route, path, csrf(visitor.client))
        if route.startswith("GET"):
            assert answer.status_code == 303, route
            assert answer.location == f"/login?next={path}", route
        else:
            assert answer.status_code == 401, route
        assert not any(secret in answer.text for secret in SECRETS), route
    unchanged(there)


def test_an_htmx_request_of_a_visitor_leads_to_the_log_in(
    app: Flask, there: dict[str, str]
) -> None:
    client = app.test_client()
    for route in of(OWN, OFFICE, CASE):
        if route.startswith("GET"):
            answer = client.get(address(route, there), headers={"HX-Request": "true"})
            assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login"), route


def test_visitors_without_a_ticket_see_no_registration(app: Flask, there: dict[str, str]) -> None:
    visitor = Desk(app.test_client())
    token = csrf(visitor.client)
    for route in of(TICKET):
        answer = asked(visitor, route, address(route, there), token)
        assert answer.status_code in {303, 404}, route
        if answer.status_code == 303:
            assert answer.location.startswith("/progress"), route
            assert "/status" not in answer.location, route
        assert not any(secret in answer.text for secret in SECRETS), route
    unchanged(there)


@pytest.mark.parametrize(
    ("role", "user_type"),
    [
        (Role.STRANGER, UserType.PROFESSIONAL),
        (Role.SCHOOL_ADMINISTRATOR, UserType.EMPLOYER),
        (Role.JIYUAN_BUREAU_ADMINISTRATOR, UserType.BUREAU),
        (Role.SYSTEM_ADMINISTRATOR, UserType.SYSTEM),
    ],
)
def test_strangers_find_nothing(
    app: Flask, province: Province, there: dict[str, str], role: Role, user_type: UserType
) -> None:
    stranger = enter(app, province, role, user_type)
    token = csrf(stranger.client, "/account")
    for route in [*of(CASE, TICKET), "POST /account/reset/<int:account>"]:
        answer = asked(stranger, route, address(route, there), token)
        assert answer.status_code in {303, 403, 404}, route
        if answer.status_code == 303:
            assert answer.location.startswith("/progress"), route
        assert not any(secret in answer.text for secret in SECRETS), route
    for route in of(OWN, OFFICE):
        if route.startswith("GET"):
            answer = asked(stranger, route, address(route, there), token)
            allowed = {403} if ROUTES[route] == OFFICE and role is Role.STRANGER else {200, 403}
            assert answer.status_code in (allowed if ROUTES[route] == OFFICE else {200, 204}), route
            assert not any(secret in answer.text for secret in SECRETS), route
    unchanged(there)


def test_no_form_is_taken_without_its_token(
    app: Flask, province: Province, there: dict[str, str]
) -> None:
    inside = enter(app, province, Role.HOSPITAL_ADMINISTRATOR)
    for route in ROUTES:
        if route.startswith("POST"):
            path = address(route, there)
            for client in (inside.client, app.test_client()):
                assert client.post(path, data={"outcome": "approve"}).status_code in {400, 401}, (
                    route
                )
    unchanged(there)


def test_what_is_posted_cannot_be_got(
    app: Flask, province: Province, there: dict[str, str]
) -> None:
    inside = enter(app, province, Role.HOSPITAL_ADMINISTRATOR)
    posted = {route.partition(" ")[2] for route in ROUTES if route.startswith("POST")}
    got = {route.partition(" ")[2] for route in ROUTES if route.startswith("GET")}
    for path in sorted(posted - got):
        if path == "/register/unit":
            continue  # /register/unit is no kind of unit either
        answer = inside.get(address(f"GET {path}", there))
        assert answer.status_code == 405, path
        assert answer.headers["Allow"]
    unchanged(there)


FIELDS = (
    "type", "number", "password", "captcha", "ticket", "next", "channel", "code", "new",
    "repeated", "old", "name", "id_number", "phone", "email", "region", "unit", "department",
    "sex", "birth_date", "ethnicity", "nationality", "native_place", "education", "school",
    "major", "major_name", "kind", "superior", "unit_name", "credit_code", "nature", "level",
    "industry", "address", "licence_keep", "pick", "picked", "pick_q", "city", "category",
    "outcome", "opinion", "revision", "mark", "reason-school", "take_over", "role", "notice",
    "refresh", "q", "after", "before", "case",
)  # fmt: skip
NONSENSE = {
    "zero bytes": "a\0b",
    "a long number": "9" * 400,
    "a negative number": "-9223372036854775809",
    "digits of another script": "٣" * 20,
    "half a character": b"\xed\xa0\x80",
    "markup": "<script>alert(1)</script>",
    "quotes": "'; DROP TABLE account; --",
    "a long text": "长" * 300,
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_answered_not_stumbled_over(
    app: Flask, province: Province, there: dict[str, str], name: str
) -> None:
    text = NONSENSE[name]
    app.testing = False  # so that a crash is a page, as it would be
    for browser in (
        Desk(app.test_client()),
        enter(app, province, Role.HOSPITAL_ADMINISTRATOR),
    ):
        for route in ROUTES:
            if route in {"POST /logout", "GET /static/<path:filename>"}:
                continue
            path = route.partition(" ")[2]
            for place, value in {**there, "<code>": "en", "<kind>": "base"}.items():
                path = path.replace(place, value)
            path = path.replace("<name>", "unit").replace("<ticket>", "x")
            if route.startswith("GET"):
                answer = browser.get(path, query_string=dict.fromkeys(FIELDS, text))
            else:
                token = csrf(browser.client, "/progress?again=1")
                answer = browser.client.post(
                    path, data={**dict.fromkeys(FIELDS, text), "csrf_token": token}
                )
            assert answer.status_code < 500, route
            assert "<script>alert" not in answer.text, route
