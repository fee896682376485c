"""Reads CAP 1.2 from strangers: nothing is fetched, expanded or kept in silence.

What the schema forbids, and what cannot be held without loss, is refused. Read over: comments, processing
instructions, white space between elements, and xsi:schemaLocation. An empty <references>, <addresses>, <incidents> or
<language> counts as absent. XML signatures are kept as they are and not judged here.
"""

import re
from typing import Any

from lxml import etree

from tocsin.basis.errors import Refused
from tocsin.cap import values
from tocsin.cap.elements import ALERT, NAMESPACE, SIGNATURE_NAMESPACE, Element, Group
from tocsin.cap.model import Alert
from tocsin.cap.problem import Problem, error, warning
from tocsin.cap.values import XML_SPACE, Value

MAX_BYTES = 4 * 1024 * 1024
MAX_TAGS = 100_000
MAX_PROBLEMS = 100

_OTHER_VERSIONS = {"http://www.incident.com/cap/1.0": "1.0", "urn:oasis:names:tc:emergency:cap:1.1": "1.1"}
_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}"
_SCHEMA_HINTS = {
    "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
    "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation",
}
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
# In these a tag costs the byte "<", so that tags can be counted before anything is built from them.
_ENCODINGS = re.compile(rb"(?i)utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-[0-9]+|windows-125[0-9]")
_FIRST_BYTES = b"<\xef\xfe\xff\x00"


def read(raw: bytes) -> Alert:
    """Read one CAP 1.2 message.

    Raises:
        Refused: it is not well-formed, has a DOCTYPE, is too large, is not a CAP 1.2 alert, or holds what cannot be
            understood; the sentence names the rule and the place.
    """
    alert, problems = parse(raw)
    if alert is None:
        errors = [problem for problem in problems if problem.severity == "error"]
        more = f" There are {len(errors) - 1} more problems; check() lists them." if errors[1:] else ""
        raise Refused(f"This message cannot be read as CAP 1.2: {errors[0]}.{more}")
    return alert


def parse(raw: bytes) -> tuple[Alert | None, list[Problem]]:
    """Read one message as far as it goes: the alert, unless an error stands among the problems, and the problems."""
    try:
        root = _root(raw)
    except _StopError as stop:
        return None, [stop.problem]
    reading = _Reading()
    found = reading.group(root, ALERT, "alert")
    return (None if reading.failed else ALERT.make(**found)), reading.problems


class _StopError(Exception):
    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.problem = error(rule, "alert", message)


def _root(raw: bytes) -> etree._Element:
    _measure(raw)
    try:
        root = etree.fromstring(raw, _parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as problem:
        raise _StopError("xml", f"The XML is not well-formed: {str(problem)[:200]}") from problem
    if etree.ElementTree(root).docinfo.internalDTD is not None:
        raise _StopError("xml", "The XML has a DOCTYPE, which a CAP message never needs and an attacker may")
    name = etree.QName(root)
    if name.namespace in _OTHER_VERSIONS:
        raise _StopError("version", f"This is CAP {_OTHER_VERSIONS[name.namespace]}; CAP 1.2 is read now")
    if name.localname != "alert" or name.namespace != NAMESPACE:
        raise _StopError(
            "xsd", f"The root is <{name.localname[:40]}> of {name.namespace!r}, not <alert> of {NAMESPACE}"
        )
    return root


def _measure(raw: bytes) -> None:
    """Stop at what would cost too much to parse. Depth is the parser's own limit, 256."""
    if len(raw) > MAX_BYTES:
        raise _StopError("limit", f"The message has {len(raw):,} bytes; {MAX_BYTES:,} are allowed")
    if raw.count(b"<") > MAX_TAGS:
        raise _StopError("limit", f"The message has more than {MAX_TAGS:,} tags")
    declared = _DECLARED.match(raw[:400])
    if raw[:1].lstrip(b" \t\r\n") not in _FIRST_BYTES or (declared and not _ENCODINGS.fullmatch(declared[1])):
        raise _StopError("xml", "The message is no XML in UTF-8 or another of the usual encodings")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


class _Reading:
    """One walk through one message, gathering what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.failed = False

    def fail(self, where: str, message: str, rules: tuple[str, ...] = ("xsd",)) -> None:
        if not self.failed or len(self.problems) < MAX_PROBLEMS:
            self.problems += [error(rule, where, message) for rule in rules]
        self.failed = True

    def group(self, parent: etree._Element, group: Group, where: str) -> dict[str, Any]:
        """Return what the elements of a group hold, by the model's names."""
        found: dict[str, Any] = {}
        last = -1
        self.plain(parent, where)
        self.no_text(parent.text, where)
        for child in parent:
            self.no_text(child.tail, where)
            known = group.by_tag.get(child.tag)
            if known is None:
                self.unknown(child, group, where, found)
                continue
            place, element = known
            if place < last or (place == last and not element.many) or "signatures" in found:
                self.fail(f"{where}/{element.name}", f"<{element.name}> stands twice or out of its order")
            last = max(last, place)
            self.keep(child, element, where, found)
        for element in group.elements:
            if element.required and element.field not in found:
                self.fail(where, f"<{where.rpartition('/')[2].partition('[')[0]}> lacks <{element.name}>")
        return {field: tuple(value) if type(value) is list else value for field, value in found.items()}

    def keep(self, child: etree._Element, element: Element, where: str, found: dict[str, Any]) -> None:
        if element.many:
            several = found.setdefault(element.field, [])
            several.append(self.content(child, element.kind, f"{where}/{element.name}[{len(several) + 1}]"))
        else:
            found[element.field] = self.content(child, element.kind, f"{where}/{element.name}")

    def content(self, child: etree._Element, kind: Value | Group, where: str) -> Any:
        if isinstance(kind, Group):
            parts = self.group(child, kind, where)
            return None if self.failed else kind.make(**parts)
        return self.value(child, kind, where)

    def value(self, child: etree._Element, kind: Value, where: str) -> Any:
        self.plain(child, where)
        text = child.text or ""
        if len(child) > 0:
            self.fail(where, "An element stands where only text may")
            return None
        try:
            value = kind.read(text)
        except ValueError as problem:
            self.fail(where, str(problem).rstrip("."), kind.rules)
            return None
        if kind is values.MOMENT and text.rstrip(XML_SPACE).endswith("+00:00") and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(warning("cap-3.3.2-datetime", where, "UTC is written -00:00, not +00:00"))
        return value

    def unknown(self, child: etree._Element, group: Group, where: str, found: dict[str, Any]) -> None:
        tag = str(child.tag)
        if group is ALERT and tag.startswith(_SIGNATURE):
            found.setdefault("signatures", []).append(etree.tostring(child, method="c14n").decode())
        else:
            self.fail(where, f"{tag[:80]} is no element that CAP 1.2 has here")

    def plain(self, element: etree._Element, where: str) -> None:
        if element.attrib and not _SCHEMA_HINTS.issuperset(element.keys()):
            self.fail(where, f"CAP 1.2 has no attribute here, but {str(element.keys()[0])[:80]} is one")

    def no_text(self, text: str | None, where: str) -> None:
        if text and text.strip(XML_SPACE):
            self.fail(where, f"Text stands between elements: {text.strip(XML_SPACE)[:40]!r}")
