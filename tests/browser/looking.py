"""What every page must stand, whatever it shows."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

_BROKEN_ICONS = """async () => {
  const uses = [...document.querySelectorAll('svg.icon use')]
    .map((use) => use.getAttribute('href'));
  const sprites = {};
  for (const file of new Set(uses.map((href) => href.split('#')[0]))) {
    const text = await (await fetch(file)).text();
    sprites[file] = new DOMParser().parseFromString(text, 'image/svg+xml');
  }
  const known = (href) => sprites[href.split('#')[0]].getElementById(href.split('#')[1]);
  return uses.filter((href) => !known(href));
}"""


def axe(page: Page) -> None:
    """Fail on serious and critical findings of axe-core (WCAG 2.1 A and AA)."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("(tags) => axe.run({runOnly: tags})", RULES)["violations"]
    serious = [
        f"{each['id']}: {node['target'][0]}: {node['failureSummary']}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
    assert not serious, "\n".join(serious)


def whole(page: Page) -> None:
    """Fail if the page scrolls sideways or names an icon that the sprite does not hold."""
    width, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= shown, f"{width}px of content on {shown}px"
    assert page.evaluate(_BROKEN_ICONS) == []
