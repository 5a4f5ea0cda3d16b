"""The XML of a model -> a :class:`DecisionModel`; what cannot be run is refused here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.dmn.boxed import (
    Boxed,
    BoxedContext,
    BoxedList,
    FunctionDefinition,
    Invocation,
    Literal,
    Relation,
)
from engine.dmn.compiling import Texts
from engine.dmn.definitions import Types
from engine.dmn.model import DecisionModel, Element
from engine.dmn.tables import read_table
from engine.dmn.types import ANY, Type
from engine.dmn.xml import MAX_SOURCE, Xml, child, children, local_name, parse, text_of, words
from engine.errors import DiagramError

__all__ = ["MAX_SOURCE", "read"]
_DEEPEST = 20
_LOGIC = (
    *("literalExpression", "decisionTable", "context", "invocation"),
    *("list", "relation", "functionDefinition"),
)
_BINDING = ("variable", "parameter")


def read(source: bytes) -> DecisionModel:
    """Read a decision model.

    :raises DiagramError: if it is no DMN, or asks for what cannot be run; the message says where
    """
    root = parse(source)
    if child(root, "import") is not None:
        raise DiagramError("a decision model may not import another one")
    texts = Texts(frozenset(_all_names(root)))
    types = Types(root, texts.tests)
    elements = {
        element.id: element
        for item in children(root, "decision", "businessKnowledgeModel")
        for element in [_Reader(texts, types).element(item)]
    }
    declared = {_variable(item): _type(item, types) for item in children(root, "inputData")}
    _check_requirements(elements, root)
    made = {element.variable for element in elements.values()}
    decisions = {_id(item): words(item.get("name")) for item in children(root, "decision")}
    if not decisions:
        raise DiagramError("the model has no decision")
    return DecisionModel(
        name=words(root.get("name")),
        decisions=decisions,
        inputs=frozenset(declared) | (texts.free - made),
        functions=frozenset(texts.calls - made),
        _elements=elements,
        _types=declared,
    )


def _all_names(root: Xml) -> Iterator[str]:
    """Yield every name that an expression of the model may use."""
    named = {
        *("decision", "inputData", "businessKnowledgeModel", "variable", "itemComponent"),
        *("formalParameter", "parameter", "column", "output"),
    }
    for element in root.iter("{*}*"):
        if local_name(element) in named and (name := words(element.get("name"))):
            yield name


def _id(element: Xml) -> str:
    return element.get("id") or words(element.get("name"))


def _variable(element: Xml) -> str:
    variable = child(element, "variable")
    name = words(element.get("name"))
    return name if variable is None else words(variable.get("name")) or name


def _type(element: Xml, types: Types) -> Type:
    variable = child(element, "variable")
    return ANY if variable is None else types.named(variable.get("typeRef"))


def _requires(element: Xml) -> Iterator[str]:
    for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
        for required in children(requirement, "requiredDecision", "requiredKnowledge"):
            yield _local_reference(required)


def _local_reference(required: Xml) -> str:
    reference = required.get("href") or ""
    if not reference.startswith("#"):
        raise DiagramError("a decision can only require what stands in the same model")
    return reference[1:]


def _check_requirements(elements: dict[str, Element], root: Xml) -> None:
    ids = [_id(item) for item in children(root, "decision", "businessKnowledgeModel")]
    if len(set(ids)) < len(ids):
        raise DiagramError("two decisions have the same id")
    for element in elements.values():
        for required in element.requires:
            if required not in elements:
                raise DiagramError(f"{element.name} requires {required!r}, which is not there")


class _Reader:
    """Reads the logic of one decision or knowledge model."""

    def __init__(self, texts: Texts, types: Types) -> None:
        self._texts = texts
        self._types = types
        self._name = ""
        self._readers: dict[str, Callable[[Xml, int], Boxed]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "invocation": self._invocation,
            "list": self._list,
            "relation": self._relation,
            "functionDefinition": self._function,
        }

    def element(self, item: Xml) -> Element:
        self._name = words(item.get("name"))
        if not self._name:
            raise DiagramError("a decision has no name")
        is_decision = local_name(item) == "decision"
        encapsulated = None if is_decision else child(item, "encapsulatedLogic")
        if not is_decision and encapsulated is None:
            raise DiagramError(f"{self._name} has no logic")
        return Element(
            id=_id(item),
            name=self._name,
            variable=_variable(item),
            logic=self._only(item) if encapsulated is None else self._function(encapsulated, 0),
            type=_type(item, self._types) if is_decision else ANY,
            requires=tuple(_requires(item)),
        )

    def _only(self, item: Xml, depth: int = 0) -> Boxed:
        found = child(item, *_LOGIC)
        if found is None:
            raise DiagramError(f"{self._name} has no logic that can be run")
        return self._boxed(found, depth)

    def _boxed(self, element: Xml, depth: int) -> Boxed:
        if depth > _DEEPEST:
            raise DiagramError(f"{self._name} nests more than {_DEEPEST} levels")
        return self._readers[local_name(element)](element, depth + 1)

    def _literal(self, element: Xml, _: int) -> Boxed:
        language = element.get("expressionLanguage") or ""
        if language and "feel" not in language.lower():
            raise DiagramError(f"{self._name}: only FEEL is run, not {language[:60]!r}")
        return Literal(self._texts.expression(text_of(element), self._name))

    def _table(self, element: Xml, _: int) -> Boxed:
        return read_table(element, self._name, self._texts)

    def _context(self, element: Xml, depth: int) -> Boxed:
        entries = list(children(element, "contextEntry"))
        names = [self._bound_name(entry) for entry in entries]
        if len(set(names)) < len(names) or "" in names[:-1]:
            raise DiagramError(f"{self._name}: the entries of a context need a name each")
        return BoxedContext(
            tuple(
                (name, self._only(entry, depth)) for name, entry in zip(names, entries, strict=True)
            )
        )

    @staticmethod
    def _bound_name(element: Xml) -> str:
        bound = child(element, *_BINDING)
        return "" if bound is None else words(bound.get("name"))

    def _invocation(self, element: Xml, depth: int) -> Boxed:
        bindings = [
            (self._bound_name(binding), self._only(binding, depth))
            for binding in children(element, "binding")
        ]
        return Invocation(self._only(element, depth), tuple(bindings))

    def _list(self, element: Xml, depth: int) -> Boxed:
        return BoxedList(tuple(self._boxed(item, depth) for item in children(element, *_LOGIC)))

    def _relation(self, element: Xml, depth: int) -> Boxed:
        columns = tuple(words(column.get("name")) for column in children(element, "column"))
        rows = tuple(
            tuple(self._boxed(cell, depth) for cell in children(row, *_LOGIC))
            for row in children(element, "row")
        )
        if any(len(row) != len(columns) for row in rows):
            raise DiagramError(f"{self._name}: a row does not have a cell for every column")
        return Relation(columns, rows)

    def _function(self, element: Xml, depth: int) -> Boxed:
        if (element.get("kind") or "FEEL") != "FEEL":
            raise DiagramError(f"{self._name}: only functions in FEEL are run")
        parameters = tuple(
            words(parameter.get("name")) for parameter in children(element, "formalParameter")
        )
        if len(set(parameters)) < len(parameters) or "" in parameters:
            raise DiagramError(f"{self._name}: the parameters need a name each")
        return FunctionDefinition(parameters, self._only(element, depth))
