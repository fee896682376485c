"""Reads CAP 1.0, 1.1 and 1.2 from strangers: nothing is fetched, expanded or lost in silence.

What is bad is kept with its defects named. Refused are only: what is not well-formed, any DOCTYPE, what is over the
limits, what is no CAP message, one without an identity, and one whose `sent` is no moment. Read over: comments,
processing instructions, white space between elements, and hints at a schema. An empty <references>, <addresses>,
<incidents> or <language> counts as absent. XML signatures are kept as they are and not judged here.
"""

from typing import Any

import msgspec
from lxml import etree

from tocsin.basis.errors import Refused
from tocsin.cap import faults, values
from tocsin.cap.elements import NAMESPACES, SIGNATURE_NAMESPACE, TABLES, Element, Group
from tocsin.cap.model import Alert, Unread
from tocsin.cap.places import place
from tocsin.cap.problem import MAX_PROBLEMS, Problem, error, warning
from tocsin.cap.schema import schema_of
from tocsin.cap.straight import straight
from tocsin.cap.xml import FEW, StopError, bare_root_of, is_plain, root_of, stop_if_deep

MAX_POINTS = 250_000
"""How many points the polygons of one message may have."""

MAX_UNREAD = 100
"""How many texts of one message may be beyond understanding. To say where one stands takes longer the more there are."""

MANY = 4_000
"""From so many tags on a message is very large."""

MAX_ADDRESSES = 2_000
"""How many <web> and <uri> a very large message may have: whether each is one, only libxml2 says."""

_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}"
_ATTRIBUTES = etree.XPath("boolean(//@*)")
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS = (f"{_INSTANCE}schemaLocation", f"{_INSTANCE}noNamespaceSchemaLocation")
_ADDRESSES = {namespace: [f"{{{namespace}}}web", f"{{{namespace}}}uri"] for namespace in NAMESPACES}
_MOMENTS = {
    namespace: [f"{{{namespace}}}{name}" for name in ("sent", "effective", "onset", "expires")]
    for namespace in NAMESPACES
}
_IDENTITY = ("identifier", "sender", "sent")


class Parsed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one message says, as far as it could be read.

    alert: nothing if the message is refused. version: of CAP. problems: what the XML and the schema forbid, and what
        could not be understood. entities: whether a text may hold a sign that XML must escape.
    """

    alert: Alert | None
    version: str | None = None
    identifier: str | None = None
    sender: str | None = None
    problems: tuple[Problem, ...] = ()
    entities: bool = True


def read(raw: bytes) -> Alert:
    """Read one message of CAP 1.0, 1.1 or 1.2, with whatever defects it has; check() names them.

    Raises:
        Refused: it is not well-formed, has a DOCTYPE, is too large, is no CAP alert, or has no identity or no moment
            at which it was sent; the sentence names the rule and the place.
    """
    parsed = parse(raw)
    if parsed.alert is None:
        errors = [problem for problem in parsed.problems if problem.severity == "error"]
        more = f" There are {len(errors) - 1} more problems; check() lists them." if errors[1:] else ""
        raise Refused(f"This message cannot be read as CAP: {errors[-1]}.{more}")
    return parsed.alert


def parse(raw: bytes) -> Parsed:
    """Read one message as far as it goes, and say what is wrong with its structure."""
    try:
        bare = _read_bare(raw) if is_plain(raw) and not _is_very_large(raw) else None
        return bare or _Reading(root_of(raw), raw).parsed()
    except StopError as stop:
        return Parsed(alert=None, problems=(stop.problem,))
    except etree.LxmlError as problem:
        said = f"The XML cannot be judged by the schema: {str(problem)[:200].rstrip('.')}"
        return Parsed(alert=None, problems=(error("xml", "alert", said),))


def _read_bare(raw: bytes) -> Parsed | None:
    """Read a message without the white space between its elements; nothing where that may tell something.

    It does where elements stand in a text, which no schema allows, and in what a signature covers.
    """
    reading = _Reading(bare_root_of(raw), raw)
    if not reading.valid:
        return None
    parsed = reading.parsed()
    return None if reading.signatures else parsed


class _Reading:
    """One walk through one message, gathering what it holds and what is wrong with it."""

    def __init__(self, root: etree._Element, raw: bytes) -> None:
        namespace, _, name = root.tag[1:].rpartition("}")
        if name != "alert" or namespace not in NAMESPACES:
            qualified = etree.QName(root)
            stop_if_deep(root)
            what = f"<{qualified.localname[:40]}> of {str(qualified.namespace)[:80]!r}"
            raise StopError("xsd", f"The root is {what}, not <alert> of CAP 1.0, 1.1 or 1.2")
        self.root, self.raw, self.namespace = root, raw, namespace
        self.table = TABLES[namespace]
        self.version = NAMESPACES[namespace]
        self.valid = True
        self.problems: list[Problem] = []
        self.unread: list[Unread] = []
        self.signatures: list[str] = []
        self.judge()

    def parsed(self) -> Parsed:
        found = (straight(self.root, self.namespace) if self.valid else None) or self.group(self.root, self.table)
        raw = self.raw
        if len(raw) > MAX_POINTS:  # fewer bytes hold no more points
            _count_points(found)
        # Whether a single byte is there is known at once; to look for several takes as long as a rule of the standard.
        if self.version != "1.2" or (b"+" in raw and b"+00:00" in raw) or b"\0" in raw:
            self.moments()
        return Parsed(
            alert=self.alert(found),
            version=self.version,
            identifier=found["identifier"],
            sender=found["sender"],
            problems=tuple(self.problems),
            entities=b"&" in raw or (b"[" in raw and b"CDATA" in raw) or b"\0" in raw,
        )

    def judge(self) -> None:
        """Hold the structure against the schema; only where it does not fit, look for what is wrong."""
        schema = schema_of(self.namespace)
        if _may_have_attributes(self.raw, self.root) and _ATTRIBUTES(self.root):
            _forget_hints(self.root)
        if _is_very_large(self.raw) and (found := self.many()):
            self.valid, self.problems = False, found
            return
        self.valid = schema.validate(self.root)
        if not self.valid:
            stop_if_deep(self.root)
            self.problems += faults.faults_of(self.root, self.table, self.version)
            if not any(problem.rule == "xsd" for problem in self.problems):
                log: Any = schema.error_log
                said = str(log[0].message)
                self.problems.append(error("xsd", "alert", said.replace(f"{{{self.namespace}}}", "")[:200].rstrip(".")))

    def many(self) -> list[Problem]:
        """Look for faults in a very large message ourselves: libxml2 tells of each, and of each where, for minutes."""
        addresses = sum(1 for _ in self.root.iter(*_ADDRESSES[self.namespace]))
        if addresses > MAX_ADDRESSES:
            raise StopError("limit", f"The message has {addresses:,} addresses; {MAX_ADDRESSES:,} are allowed")
        stop_if_deep(self.root)
        return faults.faults_of(self.root, self.table, self.version)

    def alert(self, found: dict[str, Any]) -> Alert | None:
        if found["identifier"] and found["sender"] and found["sent"]:
            return Alert(**found, signatures=tuple(self.signatures), unread=tuple(self.unread))
        for name in _IDENTITY:
            if not found[name] and not any(p.where == f"alert/{name}" for p in self.problems if p.severity == "error"):
                self.problems.append(error(f"cap-3.2.1-{name}", f"alert/{name}", f"There is no {name}"))
        return None

    def group(self, parent: etree._Element, group: Group) -> dict[str, Any]:
        """Return what the elements of a group hold, by the model's names."""
        found = dict(group.absent)
        by_tag = group.by_tag
        several: list[str] = []
        for child in parent:
            element = by_tag.get(child.tag)
            if element is None:
                self.unknown(child, parent)
                continue
            value = self.value(child, element)
            field = element.field
            if value is None:
                continue  # empty, or kept as unread
            if not element.many:
                if found.get(field) is None:
                    found[field] = value
            elif field in several:
                found[field].append(value)
            else:
                found[field] = [value]
                several.append(field)
        for field in several:
            found[field] = tuple(found[field])
        return found

    def value(self, child: etree._Element, element: Element) -> Any:
        """Return what one element holds; nothing if it could not be understood."""
        kind = element.kind
        if isinstance(kind, Group):
            return kind.make(**self.group(child, kind))
        text = child.text or ""
        try:
            return kind.read(text)
        except ValueError as problem:
            return self.keep_unread(child, element, text, str(problem))

    def keep_unread(self, child: etree._Element, element: Element, text: str, message: str) -> Any:
        """Keep a text that cannot be understood, and name it: by the schema where that forbids it, or by its rule.

        Of references those that can be read are returned: one that cannot hides no other.
        """
        if len(self.unread) >= MAX_UNREAD:
            raise StopError("limit", f"More than {MAX_UNREAD} of its texts cannot be understood")
        where, said = place(child), message.rstrip(".")
        self.unread.append(Unread(where=where, text=text, rule=element.rule, message=said))
        told = not self.valid and any(p.rule == "xsd" and p.where == where for p in self.problems)
        if not told and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(error(element.rule, where, said))
        return values.sound_references(text) if element.field == "references" else None

    def moments(self) -> None:
        """Notice UTC that is written otherwise than -00:00."""
        told = warning if self.version == "1.0" else error
        for child in self.root.iter(*_MOMENTS[self.namespace]):
            text = (child.text or "").strip(values.XML_SPACE)
            if len(self.problems) >= MAX_PROBLEMS:
                return
            if text.endswith("+00:00") and self.version == "1.2":
                self.problems.append(warning("cap-3.3.2-datetime", place(child), "UTC is written -00:00, not +00:00"))
            elif text.endswith("Z") and self.version != "1.2":
                self.problems.append(told("cap-3.3.2-datetime", place(child), "UTC is written -00:00, not Z"))

    def unknown(self, child: etree._Element, parent: etree._Element) -> None:
        if parent is self.root and str(child.tag).startswith(_SIGNATURE):
            # Exclusive: it says the same wherever it stands, and is written back as it was read.
            self.signatures.append(etree.tostring(child, method="c14n", exclusive=True, with_tail=False).decode())


def _count_points(found: dict[str, Any]) -> None:
    points = sum(len(ring) for info in found.get("infos", ()) for area in info.areas for ring in area.polygons)
    if points > MAX_POINTS:
        raise StopError("limit", f"The polygons have {points:,} points; {MAX_POINTS:,} are allowed")


def _is_very_large(raw: bytes) -> bool:
    return len(raw) > FEW and raw.count(b"<") > MANY


def _may_have_attributes(raw: bytes, root: etree._Element) -> bool:
    """Say whether there may be attributes: an equals sign after what may be the first tag, or the root's own."""
    return raw.find(b"=", raw.find(b">", raw.find(b"alert")) + 1) >= 0 or bool(root.keys())


def _forget_hints(root: etree._Element) -> None:
    """Take away hints at a schema before one is asked: libxml2 would fetch what they name."""
    for element in root.iter(etree.Element):
        for hint in _HINTS:
            if hint in element.attrib:
                del element.attrib[hint]
