"""Functions of contexts (DMN 1.3, 10.3.4.9)."""

from __future__ import annotations

from engine.feel.builtins.registry import builtin
from engine.feel.scope import Scope


@builtin("get value", "m: context", "key: string")
def _get_value(_: Scope, context: dict[str, object], key: str) -> object:
    return context.get(key)


@builtin("get entries", "m: context")
def _get_entries(_: Scope, context: dict[str, object]) -> list[object]:
    return [{"key": name, "value": value} for name, value in context.items()]


@builtin("context", "entries: list")
def _context(_: Scope, entries: list[object]) -> dict[str, object] | None:
    made: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            return None
        name = entry["key"]
        if not isinstance(name, str) or name in made:
            return None
        made[name] = entry["value"]
    return made


@builtin("context put", "context: context", "key: string", "value: any")
def _context_put(
    _: Scope, context: dict[str, object], key: str, value: object
) -> dict[str, object]:
    return context | {key: value}


@builtin("context merge", "contexts: list")
def _context_merge(scope: Scope, contexts: list[object]) -> dict[str, object] | None:
    merged: dict[str, object] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        scope.spend(len(context))
        merged |= context
    return merged
