"""A small application of nothing but components, so that each can be tried by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, render_template, render_template_string, request
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader
from werkzeug.serving import make_server

from web import assets

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HOSPITALS = [f"郑州市第{number}人民医院" for number in "一二三四五六七八九"]
UNIT = SimpleNamespace(code="unit", label="用人单位管理员")
PERSON = SimpleNamespace(code="person", label="专业技术人员")


@dataclass
class Gallery:
    """Where the pages are, and what was posted to them."""

    url: str = ""
    posted: list[dict[str, str]] = field(default_factory=list)


def entry(label: str, icon: str = "inbox", count: int = 0) -> SimpleNamespace:
    """A line of the to-do bar or of the side menu."""
    return SimpleNamespace(label=label, url="#", icon=icon, current=count > 9, count=count)


FRAME: dict[str, Any] = {
    "me": SimpleNamespace(name="张晓明", roles=[PERSON, UNIT], role=UNIT),
    "notices": 3,
    "todo": [entry("注册审核", count=12), entry("单位调转")],
    "nav": [entry("待办", count=12), entry("人员", "users"), entry("下属单位", "building")],
}


def units(query: str) -> list[SimpleNamespace]:
    """The hospitals whose names hold the query, as rows of a picker."""
    return [
        SimpleNamespace(value=str(code), text=name, note="郑州市 金水区")
        for code, name in enumerate(HOSPITALS)
        if query in name
    ]


def application(seen: Gallery) -> Flask:
    """The application; its pages are the templates in components/."""
    app = Flask("web", template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="tests", BABEL_DEFAULT_LOCALE="zh_Hans_CN")
    app.jinja_loader.searchpath.append(str(Path(__file__).parent / "components"))
    assert isinstance(app.jinja_loader, FileSystemLoader)
    Babel(app)
    CSRFProtect(app)
    app.add_template_global(get_locale)
    assets.init_app(app)
    for rule, view in _views(seen).items():
        methods = ["POST"] if rule in {"/save", "/reveal"} else ["GET"]
        app.add_url_rule(rule, rule, view, methods=methods)
    app.after_request(_strict)
    return app


def _views(seen: Gallery) -> dict[str, Any]:
    def show(page: str) -> str:
        frame = {"me": None} if page == "visitor" else FRAME
        idle = request.args.get("idle")
        return render_template(
            f"{page}.html", form={}, **frame, **({"session_seconds": idle} if idle else {})
        )

    def save() -> str:
        form = request.form.to_dict()
        seen.posted.append(form)
        if form.get("pick"):
            kept = [pair for pair in form.items() if pair[0] not in {"csrf_token", "pick"}]
            return render_template("choose.html", kept=kept, rows=units(""), **FRAME)
        name, _, code = form.get("picked", "").partition(":")
        if code:
            form |= {name: code, f"{name}_text": HOSPITALS[int(code)]}
        return render_template("form.html", form=form, **FRAME)

    return {
        "/<page>": show,
        "/save": save,
        "/pick/unit": _pick,
        "/reveal": lambda: render_template_string(
            '{% from "macros/lists.html" import revealed %}{{ revealed("41010519900307987X") }}'
        ),
        "/case.bpmn": lambda: (ROOT / "bpmn/registration.bpmn").read_text(),
        "/captcha.svg": lambda: Response(
            '<svg xmlns="http://www.w3.org/2000/svg"/>', mimetype="image/svg+xml"
        ),
        "/session": lambda: ("", 204),
    }


def _pick() -> str:
    city, query = request.args.get("city", ""), request.args.get("q", "")
    level = {"name": "city", "label": "市", "options": [("4101", "郑州市")], "value": city}
    hint = f"地区 {request.args.get('region', '')}，市 {city}"
    return render_template_string(
        '{% from "macros/picker.html" import panel %}'
        '{{ panel("/pick/unit", rows, q, [level], {"region": "1"}, hint=hint) }}',
        rows=units(query),
        q=query,
        level=level,
        hint=hint,
    )


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


@contextmanager
def serving() -> Iterator[Gallery]:
    """The gallery on a free port, for the time of the block."""
    seen = Gallery()
    server = make_server("127.0.0.1", 0, application(seen), threaded=True)
    seen.url = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()
