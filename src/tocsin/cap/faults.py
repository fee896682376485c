"""Names what is wrong with the structure of a message that does not fit its schema, each fault with its place."""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from tocsin.cap.elements import SIGNATURE_NAMESPACE, Element, Group
from tocsin.cap.places import place
from tocsin.cap.problem import MAX_PROBLEMS, Problem, error
from tocsin.cap.values import LANGUAGE, MOMENT, XML_SPACE, Value

_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}"
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


def faults_of(root: etree._Element, table: Group, version: str) -> list[Problem]:
    """Return what the schema forbids in a message; if we see nothing, the schema's own words must do."""
    return list(islice(_group(root, table, f"CAP {version}", signed=version == "1.2"), MAX_PROBLEMS))


def _group(parent: etree._Element, group: Group, what: str, *, signed: bool = False) -> Iterator[Problem]:
    last, seen, ended = -1, set(), False
    order = {element.name: n for n, element in enumerate(group.elements)}
    yield from _plain(parent, what)
    yield from _no_text(parent.text, parent)
    for child in parent:
        yield from _no_text(child.tail, parent)
        element = group.by_tag.get(child.tag)
        if element is None:
            if signed and str(child.tag).startswith(_SIGNATURE):
                ended = True
            else:
                yield error("xsd", place(child), f"{str(child.tag)[:80]} is no element that {what} has here")
            continue
        n = order[element.name]
        if ended or n < last or (n == last and not element.many):
            yield error("xsd", place(child), f"<{element.name}> stands twice or out of its order")
        last = max(last, n)
        seen.add(element.name)
        yield from _content(child, element, what)
    for element in group.elements:
        if element.required and element.name not in seen:
            yield error("xsd", place(parent), f"<{etree.QName(parent).localname}> lacks <{element.name}>")


def _content(child: etree._Element, element: Element, what: str) -> Iterator[Problem]:
    kind = element.kind
    if isinstance(kind, Group):
        yield from _group(child, kind, what)
    elif len(child) > 0:
        yield from _plain(child, what)
        yield error("xsd", place(child), "An element stands where only text may")
    else:
        yield from _plain(child, what)
        yield from _typed(child, kind)


def _typed(child: etree._Element, kind: Value) -> Iterator[Problem]:
    """See whether a text is of the type that the schema has for it; where it has none, any text is."""
    if kind.xsd in {"string", "strings", "anyURI"} and not kind.words:
        return
    try:
        kind.read(child.text or "")
    except ValueError as problem:
        said = str(problem).rstrip(".")
        yield error("xsd", place(child), said)
        if kind is MOMENT:
            yield error("cap-3.3.2-datetime", place(child), said)
        elif kind is LANGUAGE:
            yield error("cap-3.2.2-language", place(child), said)


def _plain(element: etree._Element, what: str) -> Iterator[Problem]:
    for name in element.keys():  # noqa: SIM118  (an element is no dict)
        if not str(name).startswith(_INSTANCE):
            yield error("xsd", place(element), f"{what} has no attribute here, but {str(name)[:80]} is one")


def _no_text(text: str | None, parent: etree._Element) -> Iterator[Problem]:
    if text and text.strip(XML_SPACE):
        yield error("xsd", place(parent), f"Text stands between elements: {text.strip(XML_SPACE)[:40]!r}")
