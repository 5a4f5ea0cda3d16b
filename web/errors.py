"""The one table from what can go wrong to an HTTP status and to words of what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from engine import clock, errors
from engine.accounts.throttle import MINUTE, Locked
from web.assets import AssetsMissing
from web.wording import _

log = logging.getLogger("shenpi.web")

STATUS: dict[type[errors.ShenpiError], int] = {
    errors.NotFound: 404,
    errors.NotYours: 403,
    errors.Invalid: 422,
    errors.Refused: 409,
    errors.AlreadyDecided: 409,
    errors.Stale: 409,
    errors.NobodyResponsible: 500,
    errors.DiagramError: 500,
    errors.OperationFailed: 500,
    Locked: 429,
}

# Codes of engine.errors.Refused. A code without words gets the general ones of the page.
REFUSALS = {
    "captcha": lazy_gettext("验证码错误"),
    "credentials": lazy_gettext("账号或密码错误"),
    "not_reviewed": lazy_gettext("此账号还未被审核"),
    "no_role": lazy_gettext("没有为该账户分配角色,请联系系统管理员"),
    "password_expired": lazy_gettext(
        "重置后的初始密码已经用过或超过 24 小时，请联系单位管理员重新重置"
    ),
    "code": lazy_gettext("短信或邮件验证码不正确，或已经失效"),
    "pending": lazy_gettext("该人员的注册申请还在审核，不能重置密码"),
    "own": lazy_gettext("不能重置自己的密码，请使用“修改密码”"),
    "claimed": lazy_gettext("这项待办已被他人签收"),
    "outcome": lazy_gettext("这一步不能这样办理"),
    "cool_down": lazy_gettext("刚刚催办过，请过一段时间再催"),
    "too_soon": lazy_gettext("一天之内只能催办一次，请过一段时间再催"),
    "nobody_to_remind": lazy_gettext("现在没有等待审核的环节，不用催办"),
    "ended": lazy_gettext("这项申请已经办结"),
    "not_withdrawable": lazy_gettext("这项申请现在不能撤回"),
    "not_returned": lazy_gettext("这项申请没有等待您补正"),
    "no_match": lazy_gettext("没有查到相符的注册信息。请核对姓名、身份证号和注册时设置的密码"),
    "registration_pending": lazy_gettext("您的注册正在审核，审核通过后才能再注册其他身份"),
    "has_role": lazy_gettext("您已经注册为专业技术人员，不用再次注册"),
    "unit_closed": lazy_gettext("申请人所选的单位已停用，不能审核通过"),
    "superior_closed": lazy_gettext("该单位的上级单位已停用，不能审核通过，可以退回补正"),
    "not_pending": lazy_gettext("这项注册已经办理过了"),
}

# Codes of engine.errors.Invalid, by field code; forms may know more.
INVALID = {
    "required": lazy_gettext("此项必填"),
    "choose": lazy_gettext("请选择"),
    "too_long": lazy_gettext("内容太长"),
    "password_length": lazy_gettext("密码长度应为 8 到 20 个字符"),
    "password_characters": lazy_gettext("密码只能用英文字母、数字和符号，不能有空格"),
    "password_letters_and_digits": lazy_gettext("密码不能是纯数字或纯字母，请同时使用字母和数字"),
    "password_length_administrator": lazy_gettext("管理员的密码至少 10 个字符"),
    "password_three_classes": lazy_gettext(
        "管理员的密码至少包含大写字母、小写字母、数字、符号中的三类"
    ),
    "password_personal": lazy_gettext("密码不能包含身份证号的后 6 位"),
    "password_repeated": lazy_gettext("两次输入的密码不一致"),
    "password_used_before": lazy_gettext("不能使用最近 5 次用过的密码"),
    "password_wrong": lazy_gettext("原密码不正确"),
}

OUTCOMES = {
    "approve": lazy_gettext("审核通过"),
    "reject": lazy_gettext("审核不通过"),
    "return": lazy_gettext("退回补正"),
    "resubmit": lazy_gettext("已重新提交"),
    "withdraw": lazy_gettext("已撤回"),
}

_TEMPLATES = {400, 401, 403, 404, 409, 413, 422, 429, 500}
_LIKE = {405: 404, 408: 400, 411: 400, 415: 400, 431: 413}


def words(error: Exception) -> str:
    """What to tell the person about a domain error; empty for the general words of the page."""
    match error:
        case Locked():
            minutes = -(-error.wait // MINUTE)
            return _(
                "输错次数太多，为保护账号已暂时锁定，请 %(minutes)s 分钟后再试", minutes=minutes
            )
        case errors.Refused():
            return str(REFUSALS.get(error.code, ""))
        case errors.AlreadyDecided():
            return _(
                "%(who)s 已于 %(when)s 办理：%(what)s。您的操作没有生效。",
                who=error.who,
                what=OUTCOMES.get(error.what, error.what),
                when=format_datetime(clock.moment(error.when), "yyyy-MM-dd HH:mm"),
            )
        case errors.Stale():
            return _("您打开页面之后，这项申请已有新的办理记录，请查看后再操作。")
        case errors.Invalid():
            return "；".join(invalid_words(error).values())
    return ""


def invalid_words(error: errors.Invalid) -> dict[str, str]:
    """What is wrong with each field, in words; for the forms."""
    return {name: str(INVALID.get(code, code)) for name, code in error.fields.items()}


def respond(
    status: int, message: str = "", *, incident: str | None = None, headers: Mapping[str, str] = {}
) -> Response:
    """An error as whoever asked can use it: a page, a fragment for htmx, or JSON."""
    if _wants_json():
        answer = jsonify(status=status, message=message, incident=incident)
    else:
        known = _LIKE.get(status, status)
        page = f"errors/{known if known in _TEMPLATES else 400 if status < 500 else 500}.html"
        fragment = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
        answer = _render("errors/fragment.html" if fragment else page, status, message, incident)
    answer.status_code = status
    answer.headers.extend(headers)
    return answer


def _render(template: str, status: int, message: str, incident: str | None) -> Response:
    try:
        page = render_template(
            template, message=message, incident=incident, status=status, back=g.get("back")
        )
    except AssetsMissing as missing:  # the error page itself needs the front end
        return Response(f"{status} {message}\n{missing}\n", mimetype="text/plain")
    return make_response(page)


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _domain(error: errors.ShenpiError) -> ResponseReturnValue:
    status = next((STATUS[each] for each in type(error).__mro__ if each in STATUS), 500)
    if status == 500:
        log.error("request failed", exc_info=error)
    incident = getattr(error, "incident", g.request_id if status == 500 else None)
    headers = {"Retry-After": str(error.wait // 1_000_000)} if isinstance(error, Locked) else {}
    return respond(status, words(error), incident=incident, headers=headers)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    allowed = {name: value for name, value in error.get_headers() if name == "Allow"}
    return respond(error.code or 500, headers=allowed)


def _crash(_error: InternalServerError) -> ResponseReturnValue:
    g.plain_page = True  # whatever failed, the page of the error must not need it
    return respond(500, incident=g.request_id)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return respond(400, _("页面打开太久或已在别处登录、退出，为安全起见没有提交。"))


def init_app(app: Flask) -> None:
    """Answer every error through the table."""
    app.register_error_handler(errors.ShenpiError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _crash)
    app.register_error_handler(CSRFError, _csrf)
