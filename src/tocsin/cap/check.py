"""The rules of CAP 1.2 that its schema cannot say, each named for the section it stands in.

What the schema says is seen while reading (rule `xsd`). Shapes have their own file. A signature is not judged here.

Source: OASIS CAP 1.2, sections 3.2 and 3.3.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tocsin.cap import values
from tocsin.cap.elements import ALERT, AREA, INFO, RESOURCE, Group
from tocsin.cap.model import Alert, Info, MsgType, Resource, Scope
from tocsin.cap.problem import Problem, error, warning
from tocsin.cap.profiles import DEFAULT, profile_named
from tocsin.cap.profiles.common import later
from tocsin.cap.read import Parsed, parse
from tocsin.cap.shapes import Glance, shape_problems
from tocsin.cap.texts import language_problems, text_problems

_IN_NAMES = re.compile(r"[\s,<&]")
_URI_CHARACTERS = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\u00a1-\U0010fffd]++|%[0-9A-Fa-f]{2})"
_ABSOLUTE_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*+:{_URI_CHARACTERS}++(?:#{_URI_CHARACTERS}*+)?")
_RELATIVE_URI = re.compile(rf"{_URI_CHARACTERS}++(?:#{_URI_CHARACTERS}*+)?")
_WORD = r"[A-Za-z0-9!#$&^_.+\-]+"
_MIME_TYPE = re.compile(
    rf"(?i:application|audio|font|image|message|model|multipart|text|video|x-{_WORD})/{_WORD}(?:\s*;\s*{_WORD}=.+)?"
)
_ANSWERS = {MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK, MsgType.ERROR}


def check(alert: Alert | bytes, profile: str = DEFAULT) -> list[Problem]:
    """Return what is wrong with a message; without an error among it, the message keeps the standard.

    profile: by whose further rules; one of PROFILES. Bytes are judged by the schema of their own version of CAP, an
    Alert by that of 1.2, in which it would be written.

    Raises:
        Refused: there is no such profile.
    """
    return check_parsed(parse(alert), profile) if isinstance(alert, bytes) else _check_alert(alert, profile)


def check_parsed(parsed: Parsed, profile: str = DEFAULT, seen: Glance | None = None) -> list[Problem]:
    """Return what is wrong with a message that was read. seen: see shape_problems."""
    if parsed.alert is None:
        return list(parsed.problems)
    found = _alert_problems(parsed.alert, entities=parsed.entities, seen=seen)
    return [*parsed.problems, *found, *profile_named(profile).problems(parsed.alert)]


def _check_alert(alert: Alert, profile: str) -> list[Problem]:
    unread = [error(each.rule, each.where, each.message) for each in alert.unread]
    lacking = _lacking_problems(alert)
    found = _alert_problems(alert, entities=True)
    return [*unread, *lacking, *_all_moments(alert), *found, *profile_named(profile).problems(alert)]


def _lacking_problems(alert: Alert) -> Iterator[Problem]:
    """3.4: what 1.2 requires. Bytes are judged by the schema itself."""
    yield from _lacking(alert, ALERT, "alert")
    for n, info in enumerate(alert.infos, 1):
        yield from _lacking(info, INFO, f"alert/info[{n}]")
        for r, resource in enumerate(info.resources, 1):
            yield from _lacking(resource, RESOURCE, f"alert/info[{n}]/resource[{r}]")
        for a, area in enumerate(info.areas, 1):
            yield from _lacking(area, AREA, f"alert/info[{n}]/area[{a}]")
    if alert.password is not None:
        yield error("xsd", "alert/password", "CAP 1.2 has no password")


def _lacking(held: Any, group: Group, where: str) -> Iterator[Problem]:
    for element in group.elements:
        if element.required and getattr(held, element.field) in (None, ()):
            name = where.rpartition("/")[2].partition("[")[0]
            yield error("xsd", where, f"<{name}> lacks <{element.name}>")


def _alert_problems(alert: Alert, *, entities: bool, seen: Glance | None = None) -> Iterator[Problem]:
    """entities: whether a text may hold a sign that XML must escape; most messages have none, and are done sooner."""
    yield from _identity_problems(alert)
    yield from _scope_problems(alert)
    yield from _reference_problems(alert)
    yield from _list_problems(alert)
    for n, info in enumerate(alert.infos, 1):
        yield from _info_problems(info, alert, n)
    yield from shape_problems(alert, seen)
    if entities:
        yield from text_problems(alert)
    yield from language_problems(alert)
    if alert.signatures:
        yield warning(
            "cap-3.3.4.1-signature", "alert/Signature", "The message is signed; the signature is not verified"
        )


def _all_moments(alert: Alert) -> Iterator[Problem]:
    """3.3.2. What was read from bytes has its offset, and in 1.2 whole seconds: there the schema sees to it."""
    yield from _moment_problems(alert.sent, "alert/sent")
    for each in alert.references:
        yield from _moment_problems(each.sent, "alert/references")
    for n, info in enumerate(alert.infos, 1):
        for name, moment in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
            if moment is not None:
                yield from _moment_problems(moment, f"alert/info[{n}]/{name}")


def _identity_problems(alert: Alert) -> Iterator[Problem]:
    """3.2.1: identifier and sender hold no spaces, commas, < or &."""
    for name, text in (("identifier", alert.identifier), ("sender", alert.sender)):
        if not text or _IN_NAMES.search(text):
            yield error(f"cap-3.2.1-{name}", f"alert/{name}", f"{text[:80]!r} is empty or holds a space, comma, < or &")


def _scope_problems(alert: Alert) -> Iterator[Problem]:
    """3.2.1: Restricted says to whom, Private names them, and nothing else is restricted."""
    restricted = bool(alert.restriction and alert.restriction.strip())
    rule, where = "cap-3.2.1-restriction", "alert/restriction"
    if restricted and alert.scope not in {Scope.RESTRICTED, None}:
        yield error(rule, where, f"A restriction stands with scope {alert.scope}; it belongs to Restricted alone")
    if not restricted and alert.scope is Scope.RESTRICTED:
        yield error(rule, where, "The scope is Restricted, but no restriction says to whom")
    if alert.scope is Scope.PRIVATE and not alert.addresses:
        yield error("cap-3.2.1-addresses", "alert/addresses", "The scope is Private, but no addresses are named")


def _reference_problems(alert: Alert) -> Iterator[Problem]:
    """3.2.1: references name earlier messages."""
    rule, where = "cap-3.2.1-references", "alert/references"
    for each in alert.references:
        name = f"{each.sender},{each.identifier}"[:120]
        if not (each.sender and each.identifier) or _IN_NAMES.search(each.sender + each.identifier):
            yield error(rule, where, f"Reference {name} has a part that is empty or holds a space, comma, < or &")
        if (each.sender, each.identifier) == (alert.sender, alert.identifier):
            yield error(rule, where, f"The message refers to itself, {name}")
        elif later(each.sent, alert.sent):
            yield error(rule, where, f"Reference {name} was sent later than this message")
    if alert.msg_type in _ANSWERS and not (alert.references or any(u.where == where for u in alert.unread)):
        message = f"The message is of type {alert.msg_type}, but no references say of what"
        yield warning("cap-3.2.1-msgType", "alert/msgType", message)


def _list_problems(alert: Alert) -> Iterator[Problem]:
    """3.2.1: a name with white space in it stands in double quotes, so none can hold a quote."""
    for field, names in (("addresses", alert.addresses), ("incidents", alert.incidents)):
        for name in names:
            if '"' in name:
                yield error(f"cap-3.2.1-{field}", f"alert/{field}", f"{name[:80]!r} has a double quote out of place")


def _info_problems(info: Info, alert: Alert, number: int) -> Iterator[Problem]:
    where = f"alert/info[{number}]"
    if info.language is not None and not values.is_language(info.language):
        yield error("cap-3.2.2-language", f"{where}/language", f"{info.language[:40]!r} is no tag of RFC 3066")
    if info.expires is not None and later(info.effective or alert.sent, info.expires):
        yield warning("cap-3.2.2-expires", f"{where}/expires", "It expires before it takes effect")
    if info.web is not None and not _ABSOLUTE_URI.fullmatch(info.web):
        yield error("cap-3.2.2-web", f"{where}/web", f"{info.web[:80]!r} is no full, absolute URI")
    for n, resource in enumerate(info.resources, 1):
        yield from _resource_problems(resource, f"{where}/resource[{n}]")


def _resource_problems(resource: Resource, where: str) -> Iterator[Problem]:
    """3.2.3: a type, a size, and a way to the content."""
    if resource.mime_type is not None and not _MIME_TYPE.fullmatch(resource.mime_type):
        yield error("cap-3.2.3-mimeType", f"{where}/mimeType", f"{resource.mime_type[:80]!r} is no type of RFC 2046")
    if resource.size is not None and not 0 <= resource.size < 10**18:
        yield error("cap-3.2.3-size", f"{where}/size", "The size is no number of bytes")
    if resource.uri is not None and not _ABSOLUTE_URI.fullmatch(resource.uri):
        if not _RELATIVE_URI.fullmatch(resource.uri):
            yield error("cap-3.2.3-uri", f"{where}/uri", f"{resource.uri[:80]!r} is no URI")
        elif not resource.deref_uri:
            yield error("cap-3.2.3-uri", f"{where}/uri", f"{resource.uri[:80]!r} is relative, but there is no derefUri")
    if resource.deref_uri is not None and not _is_base64(resource.deref_uri):
        yield error("cap-3.2.3-derefUri", f"{where}/derefUri", "The content is not base64")


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _moment_problems(moment: datetime, where: str) -> Iterator[Problem]:
    """3.3.2: whole seconds and a numeric offset of whole minutes."""
    offset = moment.utcoffset()
    if offset is None:
        yield error("cap-3.3.2-datetime", where, "The moment names no offset from UTC")
    elif moment.microsecond or offset % timedelta(minutes=1) or abs(offset) > timedelta(hours=14):
        yield error("cap-3.3.2-datetime", where, f"{moment.isoformat()} is not in whole seconds and minutes of offset")
