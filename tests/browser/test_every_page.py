"""Every page in both languages and widths: whole, accessible, quiet, and all of it translated."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Page

from engine.accounts.roles import UserType
from engine.actor import Actor
from engine.seed import Province, Role
from engine.subjects import registration
from engine.verbs import claim, decide
from models import Account, Case, Code, Event, Professional, Region, Unit, UnitDepartment, tuples
from tests.applicants import id_of, open_task
from tests.browser.living import SQLITE, Site, ask_for_progress, served, site
from tests.browser.looking import axe, whole
from tests.web.desk import case_of, hand_in

__all__ = ["served", "site"]  # fixtures
pytestmark = [pytest.mark.browser, SQLITE]

Acting = Callable[[Role], Actor]
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
NARROW = {"width": 390, "height": 844}

# What people read or hear of a page, but for the drawing of a diagram and a text that is hidden.
READ = """() => {
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!element.closest('script, style, .djs-container, [lang=zh-CN]:not(html), option')) {
      texts.push(walk.currentNode.data);
    }
  }
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
    if (element.closest('.djs-container')) continue;
    for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
      texts.push(element.getAttribute(name) ?? '');
    }
  }
  for (const option of document.querySelectorAll('option')) texts.push(option.text);
  return texts.map((text) => text.trim()).filter(Boolean);
}"""


def data() -> re.Pattern[str]:
    """The names and words that people and code sets gave; they have one language."""
    columns = (
        Account.name, Case.title, Code.name, Event.opinion, Region.name, Unit.name, Unit.address,
        UnitDepartment.name, Professional.native_place, Professional.school,
        Professional.major_name,
    )  # fmt: skip
    words = {
        word for column in columns for (word,) in tuples(column.model.select(column).distinct())
    }
    known = sorted({word for word in words if word and CHINESE.search(word)}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, known)))


def look(page: Page, addresses: list[str]) -> None:
    """Open each address wide and narrow in Chinese, narrow in English, and judge it."""
    said: list[str] = []
    page.on("console", lambda line: said.append(told(line)) if told(line) else None)
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    names = data()
    for address in addresses:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{origin[0]}/language/zh?next={address}")
        whole(page)
        axe(page)
        page.set_viewport_size(NARROW)
        page.goto(f"{origin[0]}/language/en?next={address}")
        whole(page)
        axe(page)
        left = [text for text in page.evaluate(READ) if CHINESE.search(names.sub("", text))]
        assert left == [], address
    assert said == []


def told(line: ConsoleMessage) -> str:
    """What the console complains about, but for statuses that a test asked for."""
    wanted = line.type in {"error", "warning"} and "the server responded with a status" not in (
        line.text
    )
    return line.text if wanted else ""


def test_pages_of_visitors(site: Site) -> None:
    look(
        site.page("/"),
        [
            "/",
            "/login",
            "/recover",
            "/register",
            "/register/unit/employer",
            "/progress",
            "/nothing",
        ],
    )


@pytest.fixture
def desk(province: Province, acting: Acting) -> dict[str, int]:
    """Tasks in every state: open, overdue by a colleague's hand, decided, corrected."""
    chief = acting(Role.HOSPITAL_ADMINISTRATOR)
    tasks = {name: hand_in(province, number) for number, name in enumerate(STATES, 1)}
    claim.claim(tasks["claimed"], actor=acting(Role.HOSPITAL_DEPUTY))
    decide.decide(
        tasks["rejected"], actor=chief, outcome="reject", opinion="不是本单位人员", revision=1
    )
    for name in ("returned", "corrected"):
        decide.decide(
            tasks[name],
            actor=chief,
            outcome="return",
            opinion="请核对",
            revision=1,
            marks={"school": "请核对"},
        )
    case = case_of(tasks["corrected"])
    applicant = Actor(case.account_id, "王𬭎")
    form = registration.filled_in(case.id, actor=applicant)
    changed = type(form)(**{**vars(form), "school": "河南大学"})
    registration.correct(case.id, changed, actor=applicant, revision=2)
    return {**tasks, "corrected": int(open_task(case.id).id)}


STATES = ("open", "claimed", "rejected", "returned", "corrected")


def test_pages_of_an_administrator(site: Site, desk: dict[str, int]) -> None:
    page = site.inside(Role.HOSPITAL_ADMINISTRATOR)
    look(
        page,
        [
            "/",
            "/inbox",
            "/inbox/done",
            *(f"/tasks/{desk[name]}" for name in ("open", "claimed", "rejected", "corrected")),
            f"/cases/{case_of(desk['rejected']).id}",
            "/account",
            "/account/password",
            "/account/reset",
            "/notices",
        ],
    )


def test_pages_of_a_professional(site: Site) -> None:
    page = site.inside(Role.OWNER, "/", UserType.PROFESSIONAL)
    look(page, ["/", "/account", "/notices", "/inbox"])


def test_pages_of_the_platform(site: Site) -> None:
    look(site.inside(Role.AUDITOR, "/", UserType.SYSTEM), ["/", "/inbox"])


def test_pages_of_an_applicant(site: Site, desk: dict[str, int]) -> None:
    page = site.page("/progress")
    ask_for_progress(page, id_of(STATES.index("returned") + 1))
    case = case_of(desk["returned"]).id
    look(page, [f"/progress/{what}" for what in ("status", f"withdraw/{case}", f"correct/{case}")])


def test_what_is_wrong_is_said_in_english_too(site: Site, desk: dict[str, int]) -> None:
    page = site.inside(Role.HOSPITAL_ADMINISTRATOR, "/language/en?next=/inbox")
    names = data()
    page.goto(f"{site.url}/tasks/{desk['open']}")
    page.evaluate("document.querySelector('form[data-guard]').noValidate = true")
    page.locator("[name=outcome][value=reject]").check()
    page.get_by_role("button", name="Submit decision").click()
    page.locator("#f-opinion-error").wait_for()
    whole(page)
    axe(page)
    assert [text for text in page.evaluate(READ) if CHINESE.search(names.sub("", text))] == []
