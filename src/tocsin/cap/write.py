"""Writes CAP: the same alert always gives the same bytes, and only an alert that keeps the standard is written."""

from collections.abc import Sequence
from typing import Any

from lxml import etree

from tocsin.basis.errors import Refused
from tocsin.cap.check import check
from tocsin.cap.elements import NAMESPACE, NAMESPACES, TABLES, Element, Group
from tocsin.cap.model import Alert
from tocsin.cap.problem import Problem
from tocsin.cap.read import parse

_NAMESPACE_OF = {version: namespace for namespace, version in NAMESPACES.items()}

# The standard leaves these open, but whoever receives such a message of ours would be misled by it.
_NEVER_OURS = {"cap-3.2.1-msgType", "cap-3.2.2-expires", "cap-3.3.4.1-signature"}


def write(alert: Alert, version: str = "1.2") -> bytes:
    """Write one message: UTF-8, with declaration, indented.

    A signed one is not indented, so that its signature may still hold. version: of CAP. Older ones can say a few things that
    1.2 cannot, such as nothing of a scope (1.0), or parts of a second.

    Raises:
        Refused: the alert breaks a rule of that version; the sentence names the rule and the place.

    Source: OASIS CAP 1.2, sections 3.2, 3.3.2 and 3.4; CAP 1.1 and 1.0 likewise.
    """
    if version == "1.2":
        return _written(alert, [problem for problem in check(alert) if problem.severity == "error"])
    return _written_older(alert, version)


def write_ours(alert: Alert) -> bytes:
    """Write a message that we issue, as write() does.

    Raises:
        Refused: the alert breaks a rule, or would mislead: it ends nothing that it names, is over before it begins, or
            bears the signature of other bytes.
    """
    return _written(alert, [each for each in check(alert) if each.severity == "error" or each.rule in _NEVER_OURS])


def _written(alert: Alert, wrong: Sequence[Problem]) -> bytes:
    if wrong:
        raise Refused(f"Alert {alert.identifier[:80]!r} cannot be written: {wrong[0]}.")
    raw = spell(alert, NAMESPACE)
    _read_back(raw, alert)
    return raw


def _written_older(alert: Alert, version: str) -> bytes:
    if version not in _NAMESPACE_OF:
        raise Refused(f"There is no CAP {version[:20]}. Write 1.0, 1.1 or 1.2.")
    try:
        raw = spell(alert, _NAMESPACE_OF[version])
    except ValueError as problem:
        raise Refused(f"Alert {alert.identifier[:80]!r} cannot be written: {problem}.") from problem
    wrong = [problem for problem in check(raw) if problem.severity == "error"]
    if wrong:
        raise Refused(f"Alert {alert.identifier[:80]!r} cannot be written: {wrong[0]}.")
    _read_back(raw, alert)
    return raw


def spell(alert: Alert, namespace: str) -> bytes:
    """Write an alert in the XML of a version of CAP, without looking whether it may stand there."""
    none: dict[Any, str] = {None: namespace}
    root = etree.Element(f"{{{namespace}}}alert", nsmap=none)
    _fill(root, TABLES[namespace], alert, namespace)
    if not alert.signatures:
        etree.indent(root)
    raw: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    if alert.signatures:
        # As text: to append an element would spell its prefixes anew. Whether it is one, who reads the message back sees.
        head, tag, tail = raw.rpartition(b"</alert>")
        raw = head + "".join(alert.signatures).encode("utf-8", "replace") + tag + tail
    return raw


def _fill(parent: etree._Element, group: Group, held: Any, namespace: str) -> None:
    # A pair is a plain tuple in the table's order; everything else is a struct.
    found = held if isinstance(held, tuple) else [getattr(held, element.field) for element in group.elements]
    for element, value in zip(group.elements, found, strict=True):
        for each in _each(element, value):
            child = etree.SubElement(parent, f"{{{namespace}}}{element.name}")
            if isinstance(element.kind, Group):
                _fill(child, element.kind, each, namespace)
            else:
                child.text = element.kind.write(each)


def _each(element: Element, value: Any) -> Sequence[Any]:
    if value is None or value == ():
        return ()
    several: Sequence[Any] = value if element.many else (value,)
    return several


def _read_back(raw: bytes, alert: Alert) -> None:
    """See that the bytes say what the alert says: they cannot be called back."""
    back = parse(raw)
    if back.alert != alert:
        why = f": {back.problems[0]}" if back.problems else ", because it would read back otherwise"
        raise Refused(f"Alert {alert.identifier[:80]!r} cannot be written{why}.")
