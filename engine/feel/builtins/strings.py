"""Functions of strings (DMN 1.3, 10.3.4.3); positions count characters from 1."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.builtins.registry import builtin
from engine.feel.scope import Scope


@builtin("substring", "string: string", "start position: number", "length: number?")
def _substring(
    scope: Scope, string: str, start: Decimal, length: Decimal | None = None
) -> str | None:
    first = int(start)
    if first == 0 or (length is not None and length < 1):
        return None
    begin = first - 1 if first > 0 else max(len(string) + first, 0)
    end = len(string) if length is None else begin + int(length)
    return scope.text(string[begin:end])


@builtin("string length", "string: string")
def _string_length(_: Scope, string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def _upper_case(scope: Scope, string: str) -> str:
    return scope.text(string.upper())


@builtin("lower case", "string: string")
def _lower_case(scope: Scope, string: str) -> str:
    return scope.text(string.lower())


@builtin("trim", "string: string")
def _trim(_: Scope, string: str) -> str:
    return string.strip()


@builtin("substring before", "string: string", "match: string")
def _substring_before(_: Scope, string: str, match: str) -> str:
    before, found, _rest = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string", "match: string")
def _substring_after(_: Scope, string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string", "match: string")
def _contains(_: Scope, string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string", "match: string")
def _starts_with(_: Scope, string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string", "match: string")
def _ends_with(_: Scope, string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("split", "string: string", "delimiter: string")
def _split(scope: Scope, string: str, delimiter: str) -> list[str] | None:
    # The standard means a regular expression; ours is the text itself.
    parts = string.split(delimiter) if delimiter else list(string)
    scope.spend(len(parts))
    return parts


@builtin("string join", "list: list", "delimiter: string?")
def _string_join(scope: Scope, items: list[object], delimiter: str | None = None) -> str | None:
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        return None
    separator = delimiter or ""
    scope.spend(sum(len(str(item)) + len(separator) for item in texts) >> 6)
    return scope.text(separator.join(str(item) for item in texts))
