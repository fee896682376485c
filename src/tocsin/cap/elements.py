"""Which elements CAP 1.2 has, in which order and how many: the one table by which alerts are read and written.

Another version of CAP is another table.

Source: OASIS CAP 1.2, section 3.2 (what) and 3.4 (the schema: order and number).
"""

from collections.abc import Callable
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
SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"


class Element(msgspec.Struct, frozen=True):
    """One line of the table.

    field: what the model calls it. kind: the spelling of its value, or the group of elements in it.
    """

    name: str
    field: str
    kind: "Value | Group"
    required: bool = False
    many: bool = False


class Group(msgspec.Struct, frozen=True):
    """An element that holds elements, and what is made of them: a struct of the model, or a pair."""

    make: Callable[..., Any]
    elements: tuple[Element, ...]
    by_tag: dict[str, tuple[int, Element]]


def _group(make: Callable[..., Any], *elements: Element) -> Group:
    return Group(make, elements, {f"{{{NAMESPACE}}}{e.name}": (place, e) for place, e in enumerate(elements)})


def _one(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind, required=True)


def _maybe(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind)


def _some(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind, required=True, many=True)


def _any(name: str, field: str, kind: Value | Group = values.TEXT) -> Element:
    return Element(name, field, kind, many=True)


def _pair(value_name: str, value: str) -> Pair:
    return value_name, value


PAIR = _group(_pair, _one("valueName", "value_name"), _one("value", "value"))

RESOURCE = _group(
    Resource,
    _one("resourceDesc", "resource_desc"),
    _one("mimeType", "mime_type"),
    _maybe("size", "size", values.WHOLE),
    _maybe("uri", "uri", values.URI),
    _maybe("derefUri", "deref_uri"),
    _maybe("digest", "digest"),
)

AREA = _group(
    Area,
    _one("areaDesc", "area_desc"),
    _any("polygon", "polygons", values.POLYGON),
    _any("circle", "circles", values.CIRCLE),
    _any("geocode", "geocodes", PAIR),
    _maybe("altitude", "altitude", values.NUMBER),
    _maybe("ceiling", "ceiling", values.NUMBER),
)

INFO = _group(
    Info,
    _maybe("language", "language", values.LANGUAGE),
    _some("category", "categories", values.choice(Category)),
    _one("event", "event"),
    _any("responseType", "response_types", values.choice(ResponseType)),
    _one("urgency", "urgency", values.choice(Urgency)),
    _one("severity", "severity", values.choice(Severity)),
    _one("certainty", "certainty", values.choice(Certainty)),
    _maybe("audience", "audience"),
    _any("eventCode", "event_codes", PAIR),
    _maybe("effective", "effective", values.MOMENT),
    _maybe("onset", "onset", values.MOMENT),
    _maybe("expires", "expires", values.MOMENT),
    _maybe("senderName", "sender_name"),
    _maybe("headline", "headline"),
    _maybe("description", "description"),
    _maybe("instruction", "instruction"),
    _maybe("web", "web", values.URI),
    _maybe("contact", "contact"),
    _any("parameter", "parameters", PAIR),
    _any("resource", "resources", RESOURCE),
    _any("area", "areas", AREA),
)

ALERT = _group(
    Alert,
    _one("identifier", "identifier"),
    _one("sender", "sender"),
    _one("sent", "sent", values.MOMENT),
    _one("status", "status", values.choice(Status)),
    _one("msgType", "msg_type", values.choice(MsgType)),
    _maybe("source", "source"),
    _one("scope", "scope", values.choice(Scope)),
    _maybe("restriction", "restriction"),
    _maybe("addresses", "addresses", values.NAMES),
    _any("code", "codes"),
    _maybe("note", "note"),
    _maybe("references", "references", values.REFERENCES),
    _maybe("incidents", "incidents", values.NAMES),
    _any("info", "infos", INFO),
)
