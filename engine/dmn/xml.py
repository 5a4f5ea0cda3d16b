"""Reading XML from a stranger: no entities, no document type, no network, a bounded size."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Xml

from engine.errors import DiagramError

__all__ = ["MAX_SOURCE", "Xml", "child", "children", "local_name", "parse", "text_of", "words"]

MAX_SOURCE = 1_000_000
"""Bytes of one model."""
_NAMESPACES = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")


def parse(source: bytes) -> Xml:
    """Return the ``definitions`` of a DMN source.

    :raises DiagramError: if it is too large, no XML, has a document type, or is no DMN
    """
    if len(source) > MAX_SOURCE:
        raise DiagramError(f"a decision model has at most {MAX_SOURCE} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiagramError("the decision model is no well-formed XML") from error
    if root.getroottree().docinfo.doctype:
        raise DiagramError("a decision model may not have a document type")
    name = etree.QName(root)
    if name.localname != "definitions" or not (name.namespace or "").startswith(_NAMESPACES):
        raise DiagramError("this is no decision model (DMN)")
    return root


def children(element: Xml, *names: str) -> Iterator[Xml]:
    """Yield the children in the model's own namespace, of such ``names`` if any are given."""
    space = etree.QName(element).namespace
    for child in element:
        name = etree.QName(child)
        if name.namespace == space and (not names or name.localname in names):
            yield child


def child(element: Xml, *names: str) -> Xml | None:
    """Return the first of such children, None if there is none."""
    return next(children(element, *names), None)


def local_name(element: Xml) -> str:
    """Return the name of an element without its namespace."""
    return str(etree.QName(element).localname)


def text_of(element: Xml | None) -> str:
    """Return what stands in the ``text`` child of an element, "" if there is none."""
    found = None if element is None else child(element, "text")
    return "" if found is None else "".join(found.itertext()).strip()


def words(text: str | None) -> str:
    """Return a name with its white space in order."""
    return " ".join((text or "").split())
