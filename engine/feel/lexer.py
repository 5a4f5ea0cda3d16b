"""Text of an expression -> tokens.

FEEL names may hold spaces and even operators, so what a name is depends on what is known:
the names given, else the longest run of words that are no keywords (two names side by side mean
nothing else in FEEL). ``]`` and ``[`` also open and close ranges that leave out their ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lark import Token
from lark.lexer import Lexer

from engine.feel.errors import FeelError, FeelProblem

SPACED_NAMES = frozenset({"date and time", "days and time duration", "years and months duration"})
"""Names of the standard that hold a keyword."""

KEYWORDS = {
    "if": "IF", "then": "THEN", "else": "ELSE", "for": "FOR", "return": "RETURN", "some": "SOME",
    "every": "EVERY", "in": "IN", "satisfies": "SATISFIES", "and": "AND", "or": "OR",
    "between": "BETWEEN", "function": "FUNCTION", "true": "TRUE", "false": "FALSE",
    "null": "NULL",
}  # fmt: skip
_OPERATORS = {
    "**": "POW", "..": "RANGE", "!=": "NE", "<=": "LE", ">=": "GE", "<": "LT", ">": "GT",
    "=": "EQ", "+": "PLUS", "-": "MINUS", "*": "STAR", "/": "SLASH", ".": "DOT", ",": "COMMA",
    ":": "COLON", "(": "LPAR", ")": "RPAR", "[": "LBRACK", "]": "RBRACK", "{": "LBRACE",
    "}": "RBRACE", "@": "AT",
}  # fmt: skip
_ENDS_VALUE = frozenset({
    "NAME", "NUMBER", "STRING", "TRUE", "FALSE", "NULL", "RPAR", "RBRACK", "RBRACE", "OPEN_END",
})  # fmt: skip
_LETTER = r"(?:[^\W\d]|[\U00010000-\U000EFFFF])"
_WORD = rf"{_LETTER}(?:\w|[\U00010000-\U000EFFFF])*"
_TOKEN = re.compile(
    rf"""(?P<SKIP>(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
    |(?P<NUMBER>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?!\w))
    |(?P<STRING>"(?:[^"\\]|\\.)*")
    |(?P<INSTANCE>instance\s+of\b)
    |(?P<NAME>{_WORD}|\?)
    |(?P<OPERATOR>\*\*|\.\.|!=|<=|>=|[-+*/.,:()<>=@{{}}\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_NEXT_WORD = re.compile(rf"\s+({_WORD}|\d+(?![\w.]))")
_INSTANCE_OF = re.compile(r"instance\s+of\b")
_KEY_COLON = re.compile(r"\s*:")
_AFTER_OPEN_END = re.compile(
    r"\s*(?:\Z|\.(?!\d)|[),\]}=<>!]|(?:and|or|then|else|return|satisfies)\b)"
)


@dataclass(frozen=True)
class Source:
    """A text to parse: ``names`` are known names, ``unary`` says that it is a table cell."""

    text: str
    names: frozenset[str] = frozenset()
    unary: bool = False


class FeelLexer(Lexer):
    """The lexer that the grammar is given."""

    def __init__(self, lexer_conf: object) -> None:
        pass

    def lex(self, data: Source) -> Iterator[Token]:  # type: ignore[override]
        """Yield the tokens of ``data``.

        :raises FeelError: for a character that starts no token
        """
        scanner = _Scanner(data)
        while (token := scanner.next()) is not None:
            yield token


class _Scanner:
    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.unary = source.unary
        self.known = known_names(source.names)
        self.position = 0
        self.before = ""  # type of the last token
        self.pending = [False]  # per open bracket: a range is waiting for its end

    def next(self) -> Token | None:
        while self.position < len(self.text):
            found = self.known.match(self.text, self.position)
            match = _TOKEN.match(self.text, self.position)
            if match is None and found is None:
                raise self._no_token()
            if match is not None and match.lastgroup == "SKIP":
                self.position = match.end()
                continue
            return self._token(match, found)
        return None

    def _no_token(self) -> FeelError:
        if self.text[self.position] == '"':
            return FeelError(
                FeelProblem.UNEXPECTED_END, "the text in quotes has no end", self.position
            )
        shown = self.text[self.position]
        return FeelError(FeelProblem.BAD_CHARACTER, f"{shown!r} cannot stand here", self.position)

    def _token(self, match: re.Match[str] | None, found: re.Match[str] | None) -> Token:
        kind = "NAME" if match is None else str(match.lastgroup)
        start, end = self.position, self.position if match is None else match.end()
        if kind == "NAME" and match is not None:
            kind, end = self._name(match)
        elif kind == "OPERATOR":
            kind = self._operator(self.text[start:end], end)
        if found is not None and found.end() >= end:
            kind, end = "NAME", found.end()
        value = self.text[start:end]
        if kind == "NAME":
            value = " ".join(value.split())
        self.position, self.before = end, kind
        return Token(kind, value, start_pos=start, end_pos=end)

    def _name(self, match: re.Match[str]) -> tuple[str, int]:
        word, end = match.group(), match.end()
        if self.before != "DOT" and not _KEY_COLON.match(self.text, end):
            if word in KEYWORDS:
                return KEYWORDS[word], end
            if self.unary and word == "not" and not self.before:
                return "NOT", end
        while (more := _NEXT_WORD.match(self.text, end)) and self._continues(more):
            end = more.end()
        return "NAME", end

    def _continues(self, more: re.Match[str]) -> bool:
        if more.group(1) == "instance" and _INSTANCE_OF.match(self.text, more.start(1)):
            return False
        return more.group(1) not in KEYWORDS

    def _operator(self, text: str, end: int) -> str:
        kind = _OPERATORS[text]
        if kind == "RBRACK" and self.before not in _ENDS_VALUE and self.before != "LBRACK":
            kind = "OPEN_START"
        elif kind == "LBRACK" and self.pending[-1] and _AFTER_OPEN_END.match(self.text, end):
            kind = "OPEN_END"
        if kind in ("LPAR", "LBRACK", "LBRACE", "OPEN_START"):
            self.pending.append(False)
        elif kind in ("RPAR", "RBRACK", "RBRACE", "OPEN_END") and len(self.pending) > 1:
            self.pending.pop()
        elif kind == "RANGE":
            self.pending[-1] = True
        return kind


@lru_cache(maxsize=256)
def known_names(names: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern of the known names that are more than one plain word, longest first."""
    special = {name for name in names | SPACED_NAMES if not re.fullmatch(_WORD, name)}
    ordered = sorted((name.split() for name in special if name.strip()), key=len, reverse=True)
    ordered.sort(key=lambda words: len(" ".join(words)), reverse=True)
    return re.compile(
        "|".join(r"\s+".join(re.escape(word) for word in words) + r"(?!\w)" for words in ordered)
    )
