"""The words of a message: `templates/mail/<template>.txt`, Chinese first, English second.

Each file has four blocks: `title`, `zh`, `title_en`, `en`. A notice shows one language; a mail,
whose reader's language nobody knows, carries both; a text message is the Chinese text alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from engine.errors import ShenpiError

KINDS = {
    "registration": ("专业技术人员注册", "registration"),
    "unit_registration": ("单位注册", "unit registration"),
}
OUTCOMES = {
    "approve": ("通过", "approved"),
    "reject": ("未通过", "not approved"),
    "return": ("退回补正", "returned for correction"),
    "resubmit": ("重新提交", "submitted again"),
}
FOLDER = Path(__file__).parent.parent / "templates" / "mail"

_environment = Environment(
    loader=FileSystemLoader(FOLDER),
    undefined=StrictUndefined,
    autoescape=select_autoescape(),  # our files are plain text: nothing is escaped
    trim_blocks=True,
    lstrip_blocks=True,
)
for _name, _words in (("kind", KINDS), ("outcome", OUTCOMES)):
    # A code without words stands for itself: a new kind of case must not stop its messages.
    _environment.filters[f"{_name}_zh"] = lambda code, words=_words: words.get(code, (code,))[0]
    _environment.filters[f"{_name}_en"] = lambda code, words=_words: words.get(code, (code,))[-1]


class NoWords(ShenpiError):
    """A message names a text that does not exist, or lacks a value that the text needs."""


@dataclass(frozen=True, slots=True)
class Words:
    """One message in both languages."""

    title: str
    zh: str
    title_en: str
    en: str

    @property
    def subject(self) -> str:
        """Both titles on one line."""
        return f"{self.title} / {self.title_en}"

    @property
    def body(self) -> str:
        """Both texts, Chinese first."""
        return f"{self.zh}\n\n----\n\n{self.en}\n"

    @property
    def text(self) -> str:
        """The Chinese text on one line, for a telephone."""
        return f"【{self.title}】{''.join(self.zh.splitlines())}"


def write(template: str, values: Mapping[str, object]) -> Words:
    """Fill the text of that name.

    :raises NoWords: if there is no such text, or ``values`` lacks one that it needs
    """
    try:
        loaded = _environment.get_template(f"{template}.txt")
        context = loaded.new_context(dict(values))
        parts = {
            name: "".join(loaded.blocks[name](context)).strip()
            for name in ("title", "zh", "title_en", "en")
        }
    except (TemplateError, KeyError) as error:
        raise NoWords(f"{template} ({type(error).__name__})") from error
    titles = {name: " ".join(parts[name].split()) for name in ("title", "title_en")}
    return Words(**{**parts, **titles})


def templates() -> frozenset[str]:
    """The names of all texts."""
    return frozenset(path.stem for path in FOLDER.glob("*.txt"))
