"""The application: what every request passes through, and the list of its pages."""

from __future__ import annotations

import logging
import secrets
import time
from importlib import import_module
from pathlib import Path

from flask import Flask, Response, g, request, session
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from engine import crypto, files
from engine.settings import Settings
from models import db, open_database
from web import assets, auth, errors, frame, moments, wording

# Each module has a ``blueprint``. By name, so that this module does not know all the others.
BLUEPRINTS = (
    "web.home",
    "web.login",
    "web.account",
    "web.inbox",
    "web.tasks",
    "web.cases",
    "web.recovery",
    "web.notices",
    "web.registration",
    "web.unit_registration",
    "web.pickers",
    "web.progress",
    "web.applicant",
    "web.correction",
    "web.files",
)

ROOT = Path(__file__).parent.parent
LARGEST_REQUEST = 32 * 1024 * 1024  # five pictures of 5 MB and their form

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = "max-age=31536000; includeSubDomains"

log = logging.getLogger("shenpi.web")


class _Id(IntegerConverter):
    """Ids in addresses; longer ones than a database can hold are not found."""

    regex = r"\d{1,18}"


def create_app(settings: Settings) -> Flask:
    """The application of one deployment, on the database already bound or that of the settings."""
    crypto.use(settings.secret)
    files.use(settings.files)
    if db.obj is None:
        open_database(settings.database_url)
    app = Flask("web", template_folder=str(ROOT / "templates"))
    app.config.from_mapping(_config(settings))
    app.url_map.converters["int"] = _Id
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    Babel(app, locale_selector=_locale)
    wording.init_app(app)
    app.add_template_global(get_locale)
    assets.init_app(app)
    app.before_request(_open)
    app.after_request(_close)
    app.teardown_request(_release)
    CSRFProtect(app)
    auth.init_app(app)
    errors.init_app(app)
    frame.init_app(app)
    moments.init_app(app)
    app.jinja_env.globals["pages"] = app.view_functions  # so that no link leads nowhere
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(name).blueprint)
    return app


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SHENPI": settings,
        "SECRET_KEY": crypto.session_key(),
        "SESSION_COOKIE_NAME": "__Host-shenpi" if settings.secure_cookies else "shenpi",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session, so that a long form can be sent
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    }


def _locale() -> str:
    """Chinese, unless English was chosen by the switch; the browser is not asked."""
    return "en" if session.get("language") == "en" else "zh_Hans_CN"


def _open() -> None:
    g.request_id = secrets.token_hex(8)
    g.started = time.perf_counter()
    if request.endpoint != "static":
        g.connected = db.connect(reuse_if_open=True)


def _release(_error: BaseException | None) -> None:
    if g.pop("connected", False) and not db.is_closed():
        db.close()


def _close(response: Response) -> Response:
    """Add the security headers, say what may be cached, and log without personal data."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _HSTS
    response.headers["X-Request-ID"] = g.request_id
    if request.endpoint == "static" and request.path.startswith("/static/build/"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    log.info(
        "%s %s %s %.1f ms request=%s",
        request.method,
        request.url_rule,
        response.status_code,
        (time.perf_counter() - g.started) * 1000,
        g.request_id,
    )
    return response
