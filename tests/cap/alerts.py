"""Alerts for the tests of this room: one from the town, changed as a test needs it, and any that CAP 1.2 allows."""

import base64
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st
from lxml import etree

from tests.corpus import corpus
from tocsin.cap import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    values,
)
from tocsin.cap.elements import NAMESPACES
from tocsin.cap.model import Pair, Ring

SENT = datetime(2024, 3, 7, 18, tzinfo=UTC)
SQUARE = ((55.0, 37.0), (55.0, 38.0), (56.0, 38.0), (56.0, 37.0), (55.0, 37.0))

AREA = Area(area_desc="The lower town", polygons=(SQUARE,))
INFO = Info(
    language="en",
    categories=(Category.MET,),
    event="Flood",
    urgency=Urgency.IMMEDIATE,
    severity=Severity.SEVERE,
    certainty=Certainty.OBSERVED,
    expires=SENT + timedelta(hours=48),
    headline="Water over the Mill Lane bridge",
    areas=(AREA,),
)
ALERT = Alert(
    identifier="town-1",
    sender="desk@town.example",
    sent=SENT,
    status=Status.EXERCISE,
    msg_type=MsgType.ALERT,
    scope=Scope.PUBLIC,
    infos=(INFO,),
)


def alert(**changes: Any) -> Alert:
    """Return the town's alert with these fields changed."""
    return msgspec.structs.replace(ALERT, **changes)


def with_info(**changes: Any) -> Alert:
    """Return the town's alert with these fields of its info changed."""
    return alert(infos=(msgspec.structs.replace(INFO, **changes),))


def with_area(**changes: Any) -> Alert:
    """Return the town's alert with these fields of its area changed."""
    return with_info(areas=(msgspec.structs.replace(AREA, **changes),))


def with_resource(**changes: Any) -> Alert:
    """Return the town's alert with a picture, with these fields of it changed."""
    picture = Resource(resource_desc="The bridge", mime_type="image/png", uri="https://town.example/bridge.png")
    return with_info(resources=(msgspec.structs.replace(picture, **changes),))


DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
SCHEMAS = {"1.0": "cap10.oasiscap.xsd", "1.1": "cap11.google.xsd", "1.2": "CAP-v1.2.xsd"}
SPACES = {version: namespace for namespace, version in NAMESPACES.items()}


@cache
def schema(version: str = "1.2") -> etree.XMLSchema:
    """Return the schema that OASIS publishes for a version of CAP."""
    return etree.XMLSchema(etree.parse(corpus("cap", "schema", SCHEMAS[version])))


# Anything that XML can carry, white space of every kind and markup included.
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from('\t\n\r <&"]>'),
    max_size=30,
)
tokens = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x3000, categories=("L", "N", "P", "S"), exclude_characters=",<&"),
    min_size=1,
    max_size=20,
)
listed = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2000, exclude_categories=("Cs", "Cc"), exclude_characters='"')
    | st.sampled_from("\t\n "),
    max_size=12,
)
languages = st.from_regex(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,2}", fullmatch=True)
uri_parts = st.text(st.sampled_from("abzAZ09-._~!$&'()*+,;=/?@:") | st.sampled_from("äя日"), max_size=20)
uris = st.builds("{}://host.example/{}".format, st.sampled_from(["http", "https", "urn+x"]), uri_parts)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# The first and last days are left out: they leave room for every offset.
moments = st.builds(
    datetime.combine,
    st.dates(date(1, 1, 3), date(9999, 12, 29)),
    st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), tzinfo=zones),
)
latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def _tuples(elements: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(elements, min_size=least, max_size=3).map(tuple)


def _words(kind: type[StrEnum], least: int = 0) -> st.SearchStrategy[Any]:
    return _tuples(st.sampled_from(kind), least)


@st.composite
def rings(draw: st.DrawFn) -> Ring:
    """Draw a star-shaped ring around a middle: whatever its radii, it never crosses itself."""
    lat, lon = draw(st.floats(-60, 60)), draw(st.floats(-150, 150))
    radii = draw(st.lists(st.floats(0.5, 20), min_size=3, max_size=12))
    turn = 2 * math.pi / len(radii)
    points = [(lat + r * math.sin(n * turn), lon + r * math.cos(n * turn)) for n, r in enumerate(radii)]
    return (*points, points[0])


@st.composite
def areas(draw: st.DrawFn) -> Area:
    """Draw an area, with a ceiling only above an altitude."""
    altitude = draw(st.none() | st.floats(-1e6, 1e6))
    ceiling = draw(st.none() | st.floats(altitude, 1e9)) if altitude is not None else None
    return Area(
        area_desc=draw(texts),
        polygons=draw(_tuples(rings())),
        circles=draw(_tuples(st.tuples(latitudes, longitudes, st.floats(0, 1e6)))),
        geocodes=draw(_tuples(pairs())),
        altitude=altitude,
        ceiling=ceiling,
    )


def pairs() -> st.SearchStrategy[Pair]:
    """Draw a valueName and its value."""
    return st.tuples(texts, texts)


def resources() -> st.SearchStrategy[Resource]:
    """Draw a resource with its content in it, so that a relative uri is right too."""
    return st.builds(
        Resource,
        resource_desc=texts,
        mime_type=st.sampled_from(["image/png", "audio/x-wav", "text/html; charset=utf-8"]),
        size=st.none() | st.integers(0, 10**12),
        uri=st.none() | uris | st.just("bridge.png"),
        deref_uri=st.binary(min_size=1, max_size=30).map(lambda raw: base64.b64encode(raw).decode()),
        digest=st.none() | texts,
    )


@st.composite
def infos(draw: st.DrawFn) -> Info:
    """Draw an info that does not end before it begins."""
    maybe = st.none() | texts
    begin, end = sorted([draw(moments), draw(moments)])
    return Info(
        language=draw(st.none() | languages),
        categories=draw(_words(Category, 1)),
        event=draw(texts),
        response_types=draw(_words(ResponseType)),
        urgency=draw(st.sampled_from(Urgency)),
        severity=draw(st.sampled_from(Severity)),
        certainty=draw(st.sampled_from(Certainty)),
        audience=draw(maybe),
        event_codes=draw(_tuples(pairs())),
        effective=begin,
        onset=draw(st.none() | moments),
        expires=draw(st.none() | st.just(end)),
        sender_name=draw(maybe),
        headline=draw(maybe),
        description=draw(maybe),
        instruction=draw(maybe),
        web=draw(st.none() | uris),
        contact=draw(maybe),
        parameters=draw(_tuples(pairs())),
        resources=draw(_tuples(resources())),
        areas=draw(_tuples(areas())),
    )


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """Draw any alert that keeps the standard."""
    maybe = st.none() | texts
    scope = draw(st.sampled_from(Scope))
    sent, earlier = max(draw(moments), SENT), st.just(SENT)
    references = _tuples(st.builds(Reference, tokens, tokens.map("earlier-{}".format), earlier), 1)
    msg_type = draw(st.sampled_from(MsgType))
    return Alert(
        identifier=draw(tokens.map("now-{}".format)),
        sender=draw(tokens),
        sent=sent,
        status=draw(st.sampled_from(Status)),
        msg_type=msg_type,
        source=draw(maybe),
        scope=scope,
        restriction=draw(texts.map("only {}".format)) if scope is Scope.RESTRICTED else None,
        addresses=draw(_tuples(listed, 1)) if scope is Scope.PRIVATE else draw(_tuples(listed)),
        codes=draw(_tuples(texts)),
        note=draw(maybe),
        references=() if msg_type is MsgType.ALERT else draw(references),
        incidents=draw(_tuples(listed)),
        infos=draw(_tuples(infos())),
    )


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """Draw what stands in a message as a signature, right or wrong: whether it is a good one is not judged in reading."""
    prefix: Any = draw(st.sampled_from([None, "ds", "x"]))
    root = etree.Element(f"{DSIG}Signature", nsmap={prefix: DSIG[1:-1]})
    for name in draw(st.lists(st.sampled_from(["SignedInfo", "SignatureValue", "KeyInfo"]), max_size=3)):
        child = etree.SubElement(root, f"{DSIG}{name}")
        child.text = draw(texts)
        child.tail = draw(st.none() | st.just("\n "))
        if draw(st.booleans()):
            etree.SubElement(child, "{urn:other}inner", Algorithm=draw(uris), nsmap={"o": "urn:other"})
    return str(etree.tostring(root, method="c14n", exclusive=True).decode())


@st.composite
def theirs(draw: st.DrawFn) -> Alert:
    """Draw any alert without an error, of which a check may warn all the same."""
    alert = draw(alerts())
    return msgspec.structs.replace(
        alert,
        references=draw(st.sampled_from([alert.references, ()])),
        infos=tuple(
            msgspec.structs.replace(info, effective=info.expires, expires=info.effective)
            if info.expires and draw(st.booleans())
            else info
            for info in alert.infos
        ),
        signatures=draw(_tuples(signatures())),
    )


def whole(version: str) -> st.SearchStrategy[Alert]:
    """Draw any alert that a version of CAP can say."""
    return alerts() if version == "1.2" else alerts().map(lambda alert: _older(alert, version))


def _older(alert: Alert, version: str) -> Alert:
    """Leave out of an alert what an older version did not know."""
    oldest = version == "1.0"
    status = Status.ACTUAL if oldest and alert.status is Status.DRAFT else alert.status
    infos = tuple(_older_info(info, oldest) for info in alert.infos)
    return msgspec.structs.replace(alert, status=status, infos=infos)


def _older_info(info: Info, oldest: bool) -> Info:
    new = {ResponseType.AVOID, ResponseType.ALL_CLEAR}
    if not oldest:
        return msgspec.structs.replace(
            info, response_types=tuple(each for each in info.response_types if each not in new)
        )
    return msgspec.structs.replace(
        info,
        categories=tuple(each for each in info.categories if each is not Category.CBRNE),
        response_types=(),
        certainty=Certainty.LIKELY if info.certainty is Certainty.OBSERVED else info.certainty,
        event_codes=_equated(info.event_codes),
        parameters=_equated(info.parameters),
        resources=tuple(
            msgspec.structs.replace(each, uri=each.uri if each.uri != "bridge.png" else None, deref_uri=None)
            for each in info.resources
        ),
        areas=tuple(msgspec.structs.replace(each, geocodes=_equated(each.geocodes)) for each in info.areas),
    )


def _equated(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Return pairs as CAP 1.0 can write them: a name without an equals sign, and none without a value."""
    return tuple(values.equated(values.equated_text(pair)) for pair in pairs)
