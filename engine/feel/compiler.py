"""Tree of an expression -> code: names are resolved and mistakes found here, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from lark import Token, Tree

from engine.feel import calls, loops, operators
from engine.feel.errors import FeelError, FeelProblem
from engine.feel.grammar import Node, first_position, size
from engine.feel.literals import NotLiteral, literal, text
from engine.feel.operators import Code, Test

_TYPE_NAMES = {
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration", "list", "context", "range", "function", "Any",
}  # fmt: skip
_TYPE_ALIASES = {"day and time duration": "days and time duration", "dateTime": "date and time"}


class Compiler:
    """Compiles one expression and notes which names it needs.

    ``free`` are the names that only the context can give, ``members`` those of filters, which
    may be members of the items as well, ``functions`` the functions that are not built in.
    """

    def __init__(self, bound: frozenset[str] = frozenset()) -> None:
        self.free: set[str] = set()
        self.members: set[str] = set()
        self.functions: set[str] = set()
        self._scopes: list[frozenset[str]] = [bound] if bound else []
        self._filters = 0

    def code(self, node: object) -> Code:
        """Return the code of a node.

        :raises FeelError: for what can be seen to be wrong before evaluation
        """
        tree = _tree(node)
        try:
            return operators.constant(literal(tree))
        except NotLiteral:
            build: Callable[[Node], Code] = getattr(self, f"_{tree.data}")
            return build(tree)

    def tests(self, node: Node) -> Test:
        """Return the test that the cell of a table, or the right side of ``in``, stands for."""
        if node.data == "value_test":
            return self._value_test(_trees(node)[0])
        if node.data == "sided_test":
            return operators.sided_test(str(node.children[0]), self.code(node.children[1]))
        return operators.any_test(self.alternatives(node))

    def alternatives(self, node: Node) -> list[Test]:
        """Return the tests of a list of tests."""
        return [self.tests(child) for child in _trees(node)]

    def _value_test(self, node: Node) -> Test:
        if any(tree.data == "name" and tree.children == ["?"] for tree in node.iter_subtrees()):
            return operators.asked_test(self.code(node))
        return operators.value_test(self.code(node))

    @contextmanager
    def _binding(self, *names: str) -> Iterator[None]:
        self._scopes.append(frozenset(names))
        try:
            yield
        finally:
            self._scopes.pop()

    def _is_bound(self, name: str) -> bool:
        return any(name in scope for scope in self._scopes)

    # names

    def _name(self, node: Node) -> Code:
        name = str(node.children[0])
        self._note(name)
        return operators.scoped_name(name) if self._scopes else operators.context_name(name)

    def _note(self, name: str) -> None:
        if not self._is_bound(name):
            (self.members if self._filters else self.free).add(name)

    def _path(self, node: Node) -> Code:
        names = _dotted(node)
        if names and not self._scopes:
            self._note(names[0])
            return operators.context_path(names)
        return operators.path(self.code(node.children[0]), str(node.children[2]))

    # operators

    def _parentheses(self, node: Node) -> Code:
        return self.code(node.children[1])

    def _conjunction(self, node: Node) -> Code:
        return operators.both(self._codes(node))

    def _disjunction(self, node: Node) -> Code:
        return operators.either(self._codes(node))

    def _comparison(self, node: Node) -> Code:
        left, sign, right = node.children
        if sign == "=" and _tree(right).data == "string":
            return operators.equals_text(self.code(left), text(_token(_tree(right), 0)))
        return operators.compared(str(sign), self.code(left), self.code(right))

    def _sum(self, node: Node) -> Code:
        first, *rest = node.children
        pairs = zip(rest[::2], rest[1::2], strict=True)
        return operators.calculated(
            self.code(first), [(str(sign), self.code(part)) for sign, part in pairs]
        )

    _product = _power = _sum

    def _negation(self, node: Node) -> Code:
        return operators.negated(self.code(node.children[1]))

    def _between(self, node: Node) -> Code:
        return operators.between(*self._codes(node))

    def _in_expression(self, node: Node) -> Code:
        value, test = _trees(node)
        return operators.tested(self.code(value), self.tests(test))

    def _instance_of(self, node: Node) -> Code:
        value, wanted = _trees(node)
        return operators.instance_of(self.code(value), self._type(wanted))

    def _type(self, node: Node) -> operators.TypeTest:
        name = _TYPE_ALIASES.get(str(node.children[0]), str(node.children[0]))
        if name not in _TYPE_NAMES:
            raise FeelError(
                FeelProblem.UNKNOWN_TYPE, f"there is no type {name!r}", first_position(node)
            )
        return operators.type_test(name, [self._type(part) for part in _trees(node)])

    def _if_expression(self, node: Node) -> Code:
        return operators.condition(*self._codes(node))

    def _range(self, node: Node) -> Code:
        opening, closing = node.children[0], node.children[-1]
        return operators.ranged(
            *self._codes(node), start_included=opening == "[", end_included=closing == "]"
        )

    # what binds names

    def _list(self, node: Node) -> Code:
        return loops.listed(self._codes(node))

    def _context(self, node: Node) -> Code:
        entries: list[tuple[str, Code]] = []
        for entry in _trees(node):
            token = _token(entry, 0)
            name = text(token) if token.type == "STRING" else str(token)
            with self._binding(*(known for known, _ in entries), ""):
                entries.append((name, self.code(entry.children[2])))
        _distinct([name for name, _ in entries], node)
        return loops.context(entries)

    def _filter(self, node: Node) -> Code:
        source, test = _trees(node)
        source_code = self.code(source)
        self._filters += 1
        try:
            with self._binding("item"):
                return loops.filtered(source_code, self.code(test), size(test))
        finally:
            self._filters -= 1

    def _for_expression(self, node: Node) -> Code:
        iterators, body = _trees(node)
        partial = any(
            tree.data == "name" and tree.children == ["partial"] for tree in body.iter_subtrees()
        )
        iterations, code = self._loop(_trees(iterators), body, "partial")
        return loops.for_each(iterations, code, size(body), partial=partial)

    def _quantified(self, node: Node) -> Code:
        iterators, body = _trees(node)
        iterations, code = self._loop(_trees(iterators), body)
        every = _token(node, 0).type == "EVERY"
        return loops.quantified(iterations, code, size(body), every=every)

    def _loop(
        self, iterators: Sequence[Node], body: Node, *extra: str
    ) -> tuple[list[loops.Iteration], Code]:
        iterations: list[loops.Iteration] = []
        names: list[str] = []
        for iterator in iterators:
            with self._binding(*names, ""):
                sources = self._codes(iterator)
            names.append(str(iterator.children[0]))
            iterations.append(loops.Iteration(names[-1], *sources))
        with self._binding(*names, *extra):
            return iterations, self.code(body)

    def _function_definition(self, node: Node) -> Code:
        *declared, body = _trees(node)
        parameters = [parameter for each in declared for parameter in _trees(each)]
        names = tuple(str(parameter.children[0]) for parameter in parameters)
        _distinct(names, node)
        with self._binding(*names, ""):
            return loops.function(names, self.code(body), size(body))

    def _call(self, node: Node) -> Code:
        target, *given = _trees(node)
        names, parts = _arguments(given)
        _distinct(names or (), node)
        codes = [self.code(part) for part in parts]
        name = str(target.children[0]) if target.data == "name" else None
        if name is None or self._is_bound(name):
            return calls.of_value(self.code(target), names, codes)
        if (known := calls.of_builtin(name, names, codes, first_position(node))) is not None:
            return known
        self.functions.add(name)
        return calls.of_given(name, names, codes)

    def _codes(self, node: Node) -> list[Code]:
        return [self.code(child) for child in _trees(node)]


def _arguments(given: Sequence[Node]) -> tuple[tuple[str, ...] | None, list[Node]]:
    if not given:
        return None, []
    parts = _trees(given[0])
    if given[0].data == "positional":
        return None, parts
    names = tuple(str(part.children[0]) for part in parts)
    return names, [_tree(part.children[2]) for part in parts]


def _distinct(names: Sequence[str], node: Node) -> None:
    if len(set(names)) < len(names):
        raise FeelError(FeelProblem.DUPLICATE_NAME, "a name is given twice", first_position(node))


def _dotted(node: Node) -> tuple[str, ...] | None:
    """Return the names of ``a.b.c``; None if it does not begin with a name."""
    names: list[str] = []
    while node.data == "path":
        names.append(str(node.children[2]))
        node = _tree(node.children[0])
    return (str(node.children[0]), *reversed(names)) if node.data == "name" else None


def _trees(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Tree)]


def _tree(child: object) -> Node:
    return cast(Node, child)


def _token(node: Node, index: int) -> Token:
    return cast(Token, node.children[index])
