"""Choosing in pop-up windows (R10-R12), with JavaScript as a fragment and without as a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import choices
from engine.choices import Choice, Near, Page, Turn
from engine.errors import NotFound
from engine.subjects.unit_profile import SUPERIORS
from models import UnitKind
from web import auth
from web.wording import _

blueprint = Blueprint("pickers", __name__)

Values = Mapping[str, str]


@dataclass(frozen=True)
class Level:
    """A list box above the rows that narrows them."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class Window:
    """What a picker shows: rows, what narrows them, and why there may be none."""

    page: Page
    cascade: tuple[Level, ...] = ()
    hint: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Picker:
    """One kind of choice; ``depends`` are the fields and list boxes it goes by."""

    label: str
    depends: tuple[str, ...]
    window: Callable[[Turn, Values], Window]
    text: Callable[[str], str]


def _regions(turn: Turn, values: Values) -> Window:
    city = values.get("city", "")
    cities = Level("city", _("全部省辖市"), _pairs(choices.cities()), city)
    return Window(choices.regions(turn, city=city), (cities,))


def _units(turn: Turn, values: Values) -> Window:
    region = values.get("region", "")
    if not region:
        return Window(Page(()), empty=_("请先选择用人单位所在地区"))
    hint = _("%(region)s及所辖地区的单位", region=choices.name_of_region(region))
    empty = _("没有找到。只有审核通过的单位才能选择；单位还没有注册的，请单位先注册。")
    return Window(choices.units(turn, region=region), hint=hint, empty=empty)


def _departments(turn: Turn, values: Values) -> Window:
    unit = values.get("unit", "")
    if not unit:
        return Window(Page(()), empty=_("请先选择所在单位"))
    empty = _("没有找到。单位没有设置部门的，此项不用填写。")
    return Window(choices.departments(turn, unit=unit), empty=empty)


def _majors(turn: Turn, values: Values) -> Window:
    category = values.get("category", "")
    level = Level("category", _("全部门类"), _pairs(choices.categories()), category)
    hint = _("找不到所学专业的，请选择所属的专业类，再填写专业名称")
    return Window(choices.majors(turn, category=category), (level,), hint=hint)


def _superiors(turn: Turn, values: Values) -> Window:
    kind = values.get("kind", "")
    if kind not in set(UnitKind):
        return Window(Page(()), empty=_("请先选择单位类型"))
    return _above(turn, values, SUPERIORS[UnitKind(kind)])


def _supervisors(turn: Turn, values: Values) -> Window:
    return _above(turn, values, (UnitKind.DEPARTMENT,))


def _above(turn: Turn, values: Values, kinds: tuple[UnitKind, ...]) -> Window:
    region = values.get("region", "")
    if not region:
        return Window(Page(()), empty=_("请先选择所在地区"))
    hint = _("%(region)s及其上级、所辖地区的单位", region=choices.name_of_region(region))
    page = choices.units(turn, region=region, kinds=kinds, near=Near.LINE)
    if page.previous is None:
        page = replace(page, rows=(Choice("", _("不选择")), *page.rows))
    return Window(page, hint=hint)


def _pairs(rows: tuple[Choice, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((row.value, row.text) for row in rows)


def _major(code: str) -> str:
    return choices.name_of_code("major", code)


PICKERS = {
    "region": Picker("所在地区", ("city",), _regions, choices.name_of_region),
    "unit": Picker("所在单位", ("region",), _units, choices.name_of_unit),
    "department": Picker("所属工作部门", ("unit",), _departments, choices.name_of_department),
    "major": Picker("所学专业", ("category",), _majors, _major),
    "superior": Picker("上级单位", ("region", "kind"), _superiors, choices.name_of_unit),
    "supervisor": Picker("主管部门", ("region",), _supervisors, choices.name_of_unit),
}


@blueprint.get("/pickers/<name>")
@auth.public
def show(name: str) -> ResponseReturnValue:
    """The rows of one picker, as a fragment for its window."""
    picker = PICKERS.get(name)
    if picker is None:
        raise NotFound(f"picker {name}")
    given = {key: request.args.get(key, "") for key in picker.depends}
    turn = Turn(*(request.args.get(key, "") for key in ("q", "after", "before")))
    window = picker.window(turn, given)
    levels = {level.name for level in window.cascade}
    return render_template(
        "pickers/panel.html",
        url=url_for(".show", name=name),
        window=window,
        q=turn.words,
        extra={key: value for key, value in given.items() if key not in levels},
    )
