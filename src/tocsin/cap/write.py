"""Writes CAP 1.2: the same alert always gives the same bytes, and only an alert that keeps the standard is written."""

from collections.abc import Sequence
from typing import Any

from lxml import etree

from tocsin.basis.errors import Refused
from tocsin.cap.check import check
from tocsin.cap.elements import NAMESPACE, TABLES, Element, Group
from tocsin.cap.model import Alert
from tocsin.cap.problem import Problem
from tocsin.cap.read import parse

# The standard leaves these open, but whoever receives such a message of ours would be misled by it.
_NEVER_OURS = {"cap-3.2.1-msgType", "cap-3.2.2-expires", "cap-3.3.4.1-signature"}


def write(alert: Alert) -> bytes:
    """Write one CAP 1.2 message: UTF-8, with declaration, indented.

    Raises:
        Refused: the alert breaks a rule; the sentence names the rule and the place.

    Source: OASIS CAP 1.2, sections 3.2, 3.3.2 and 3.4.
    """
    wrong = [problem for problem in check(alert) if _forbids(problem)]
    if wrong:
        raise Refused(f"Alert {alert.identifier[:80]!r} cannot be written: {wrong[0]}.")
    raw = spell(alert, NAMESPACE)
    _read_back(raw, alert)
    return raw


def spell(alert: Alert, namespace: str) -> bytes:
    """Write an alert in the XML of a version of CAP, without looking whether it may stand there."""
    none: dict[Any, str] = {None: namespace}
    root = etree.Element(f"{{{namespace}}}alert", nsmap=none)
    _fill(root, TABLES[namespace], alert, namespace)
    etree.indent(root)
    raw: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    return raw


def _forbids(problem: Problem) -> bool:
    return problem.severity == "error" or problem.rule in _NEVER_OURS


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
