"""What stands in an expression as it is: numbers, texts, dates."""

from __future__ import annotations

import re
from typing import cast

from lark import Token

from engine.feel.errors import FeelError, FeelProblem
from engine.feel.grammar import Node, first_position
from engine.feel.temporal import read_any
from engine.feel.values import number

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_LONE = re.compile("[\ud800-\udfff]")


class NotLiteral(Exception):
    """The node has to be evaluated."""


def literal(node: Node) -> object:
    """Return the value of a node that is a literal.

    :raises NotLiteral: if it is something else
    :raises FeelError: if it has no value
    """
    if node.data == "number":
        if (value := number(str(node.children[0]))) is None:
            raise FeelError(
                FeelProblem.BAD_LITERAL, "the number is too large", first_position(node)
            )
        return value
    if node.data == "string":
        return text(cast(Token, node.children[0]))
    if node.data in ("true", "false"):
        return node.data == "true"
    if node.data == "null":
        return None
    if node.data == "at":
        return _at(node)
    raise NotLiteral


def text(token: Token) -> str:
    """Return what a text in quotes stands for.

    :raises FeelError: for an escape that does not exist
    """
    start = token.start_pos or 0

    def unescape(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code and int(code, 16) <= 0x10FFFF:
            return chr(int(code, 16))
        if match[3] in _ESCAPED:
            return _ESCAPED[match[3]]
        raise FeelError(
            FeelProblem.BAD_LITERAL, f"unknown escape {match[0]!r}", start + 1 + match.start()
        )

    value = _ESCAPE.sub(unescape, token[1:-1])
    value = _SURROGATES.sub(_joined, value)
    if _LONE.search(value):
        raise FeelError(FeelProblem.BAD_LITERAL, "half of a surrogate pair", start)
    return value


def _joined(pair: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(pair[1]) - 0xD800) << 10) + ord(pair[2]) - 0xDC00)


def _at(node: Node) -> object:
    quoted = cast(Token, node.children[1])
    value = read_any(text(quoted))
    if value is None:
        raise FeelError(
            FeelProblem.BAD_LITERAL,
            f"{quoted[:40]} is no date, time or duration",
            first_position(node),
        )
    return value
