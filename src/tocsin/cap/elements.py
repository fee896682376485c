"""Which elements CAP has, in which order and how many: one table a version, by which alerts are read and written.

Source: OASIS CAP 1.2, section 3.2 (what) and 3.4 (the schema: order and number); 1.1 and 1.0 likewise.
"""

from collections.abc import Callable, Container
from enum import StrEnum
from typing import Any

import msgspec

from tocsin.cap import values
from tocsin.cap.model import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Pair,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from tocsin.cap.values import Value

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
NAMESPACES = {
    "http://www.incident.com/cap/1.0": "1.0",
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    NAMESPACE: "1.2",
}
SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"


class Element(msgspec.Struct, frozen=True):
    """One line of the table.

    field: what the model calls it. kind: the spelling of its value, or the group of elements in it.
    rule: which rule a text breaks here that cannot be read, where the schema lets it pass.
    """

    name: str
    field: str
    kind: "Value | Group"
    required: bool = False
    many: bool = False
    rule: str = "xsd"


class Group(msgspec.Struct, frozen=True):
    """An element that holds elements, and what is made of them: a struct of the model, or a pair.

    absent: what stands for an element that the model requires and that is not there.
    """

    make: Callable[..., Any]
    elements: tuple[Element, ...]
    by_tag: dict[str, Element]
    absent: dict[str, Any]


def group(namespace: str, make: Callable[..., Any], section: str, *elements: Element) -> Group:
    """Return a group whose elements stand in a section of CAP 1.2."""
    named = tuple(msgspec.structs.replace(e, rule=_rule(section, e)) for e in elements)
    # What the model requires, whatever the version: CAP 1.0 lets scope and category be absent.
    needed = {f.name for f in msgspec.structs.fields(make) if f.required} if isinstance(make, type) else None
    absent = {e.field: () if e.many else None for e in named if needed is None or e.field in needed}
    by_tag = {f"{{{namespace}}}{e.name}": e for e in named}
    return Group(make, named, by_tag, absent)


def _rule(section: str, element: Element) -> str:
    if any(element.kind is kind for kind in (values.MOMENT, values.ANY_MOMENT)):
        return "cap-3.3.2-datetime"
    return f"cap-{section}-{element.name}" if any(element.kind is kind for kind in _BEYOND) else "xsd"


# For these the schema takes any text, or more than we can hold; of the others it is the schema that says what is wrong.
_BEYOND = (
    values.POLYGON,
    values.CIRCLE,
    values.REFERENCES,
    values.OLD_REFERENCES,
    values.HEIGHT,
    values.WHOLE,
)


def _one(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind, required=True)


def _maybe(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind)


def _some(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind, required=True, many=True)


def _any(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind, many=True)


def pair(value_name: str | None, value: str | None) -> Pair:
    """Make a pair."""
    return value_name or "", value or ""


def _table(namespace: str) -> Group:
    """Return the table of one version. What 1.0 and 1.1 have otherwise stands beside what 1.2 has."""
    version = NAMESPACES[namespace]
    old, oldest = version != "1.2", version == "1.0"
    moment = values.ANY_MOMENT if old else values.MOMENT
    height = values.HEIGHT if old else values.NUMBER
    names = values.LISTED if oldest else values.NAMES
    pairs: Value | Group = values.EQUATED
    if not oldest:
        pairs = group(namespace, pair, "3.2.2", _one("valueName", "value_name"), _one("value", "value"))
    resource = group(
        namespace,
        Resource,
        "3.2.3",
        _one("resourceDesc", "resource_desc"),
        (_maybe if old else _one)("mimeType", "mime_type"),
        _maybe("size", "size", values.WHOLE),
        _maybe("uri", "uri", values.URI),
        *([] if oldest else [_maybe("derefUri", "deref_uri")]),
        _maybe("digest", "digest"),
    )
    area = group(
        namespace,
        Area,
        "3.2.4",
        _one("areaDesc", "area_desc"),
        _any("polygon", "polygons", values.POLYGON),
        _any("circle", "circles", values.CIRCLE),
        _any("geocode", "geocodes", pairs),
        _maybe("altitude", "altitude", height),
        _maybe("ceiling", "ceiling", height),
    )
    responses = [] if oldest else [_any("responseType", "response_types", _choice(ResponseType, _RESPONSES[version]))]
    info = group(
        namespace,
        Info,
        "3.2.2",
        _maybe("language", "language", values.LANGUAGE),
        (_any if oldest else _some)("category", "categories", _choice(Category, _CATEGORIES[version])),
        _one("event", "event"),
        *responses,
        _one("urgency", "urgency", values.choice(Urgency)),
        _one("severity", "severity", values.choice(Severity)),
        _one("certainty", "certainty", values.VERY_LIKELY if oldest else values.choice(Certainty)),
        _maybe("audience", "audience"),
        _any("eventCode", "event_codes", pairs),
        _maybe("effective", "effective", moment),
        _maybe("onset", "onset", moment),
        _maybe("expires", "expires", moment),
        _maybe("senderName", "sender_name"),
        _maybe("headline", "headline"),
        _maybe("description", "description"),
        _maybe("instruction", "instruction"),
        _maybe("web", "web", values.URI),
        _maybe("contact", "contact"),
        _any("parameter", "parameters", pairs),
        _any("resource", "resources", resource),
        _any("area", "areas", area),
    )
    return group(
        namespace,
        Alert,
        "3.2.1",
        _one("identifier", "identifier"),
        _one("sender", "sender"),
        _one("sent", "sent", moment),
        _one("status", "status", _choice(Status, _STATUS[version])),
        _one("msgType", "msg_type", values.choice(MsgType)),
        *([_maybe("password", "password")] if oldest else []),
        _maybe("source", "source"),
        (_maybe if oldest else _one)("scope", "scope", values.choice(Scope)),
        _maybe("restriction", "restriction"),
        _maybe("addresses", "addresses", values.NAMES),
        _any("code", "codes"),
        _maybe("note", "note"),
        _maybe("references", "references", values.OLD_REFERENCES if oldest else values.REFERENCES),
        _maybe("incidents", "incidents", names),
        _any("info", "infos", info),
    )


# Words that a version did not have yet.
_STATUS: dict[str, Container[Any]] = {"1.0": {Status.DRAFT}, "1.1": (), "1.2": ()}
_CATEGORIES: dict[str, Container[Any]] = {"1.0": {Category.CBRNE}, "1.1": (), "1.2": ()}
_RESPONSES: dict[str, Container[Any]] = {"1.1": {ResponseType.AVOID, ResponseType.ALL_CLEAR}, "1.2": ()}


def _choice(words: type[StrEnum], without: Container[Any]) -> Value:
    return values.choice([word for word in words if word not in without])


TABLES: dict[str, Group] = {namespace: _table(namespace) for namespace in NAMESPACES}
ALERT = TABLES[NAMESPACE]


def _inner(group: Group, name: str) -> Group:
    [found] = [element.kind for element in group.elements if element.name == name and isinstance(element.kind, Group)]
    return found


INFO = _inner(ALERT, "info")
RESOURCE = _inner(INFO, "resource")
AREA = _inner(INFO, "area")
