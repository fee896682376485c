"""Finds the messages in what they come in: one alone, a list of them, an EDXL-DE distribution, an Atom or RSS feed.

Each message in an envelope is judged as if it had come alone. Of the envelope itself only the XML is judged: what else
a feed or a distribution may hold is for others to say. Limits are larger for an envelope.
"""

import re
from copy import deepcopy

import msgspec
from lxml import etree

from tocsin.cap.elements import NAMESPACES
from tocsin.cap.xml import LARGE, SMALL, StopError, root_of, stop_if_deep

MAX_MESSAGES = 5_000
"""How many messages an envelope may hold; the largest real one known to us has 469."""

MAX_INHERITED = 100_000
"""How many namespaces the messages of an envelope may have from it, each counted anew for each message."""

_KINDS = {
    ("http://www.w3.org/2005/Atom", "feed"): "atom",
    ("http://www.w3.org/2005/Atom", "entry"): "atom",
    (None, "rss"): "rss",
    ("urn:oasis:names:tc:emergency:EDXL:DE:1.0", "EDXLDistribution"): "edxl-de",
    ("urn:oasis:names:tc:emergency:EDXL:DE:2.0", "EDXLDistribution"): "edxl-de",
}
_TAGS = [f"{{{namespace}}}alert" for namespace in NAMESPACES]
_ROOTS = {b"feed", b"entry", b"rss", b"EDXLDistribution", b"alerts"}
# What may stand before the root, and then the root's name without its prefix.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s++|<\?.*?\?>|<!--.*?-->|<![^>\[\-]*+>)*+<(?:[^\s:/><]++:)?+([^\s:/><]++)",
    re.DOTALL,
)


class Envelope(msgspec.Struct, frozen=True):
    """What some bytes are. kind: `alert`, `alerts`, `edxl-de`, `atom` or `rss`. messages: each as its own document."""

    kind: str
    messages: tuple[bytes, ...]


def opened(raw: bytes) -> Envelope:
    """Find the messages in some bytes. Bytes that are no envelope are one message, whatever may be wrong with it.

    Raises:
        StopError: an envelope is not well-formed, has a DOCTYPE, or is over a limit.
    """
    if not _may_be_envelope(raw):
        return Envelope("alert", (raw,))
    root = root_of(raw, LARGE)
    stop_if_deep(root)
    name = etree.QName(root)
    kind = _KINDS.get((name.namespace, name.localname))
    if kind is None and name.localname == "alerts":
        kind = "alerts"
    if kind is None:
        return Envelope("alert", (raw,))
    # An alert within an alert is no message of its own; it would be told as the fault of the outer one.
    found = [alert for alert in root.iter(*_TAGS) if not any(up.tag in _TAGS for up in alert.iterancestors())]
    if len(found) > MAX_MESSAGES:
        raise StopError("limit", f"The envelope holds {len(found):,} messages; {MAX_MESSAGES:,} are allowed", "/")
    return Envelope(kind, _documents(found))


def _may_be_envelope(raw: bytes) -> bool:
    """Say by the name of the root whether these bytes may be an envelope; in UTF-16, by what its letters are there."""
    root = _ROOT.match(raw.replace(b"\0", b"") if b"\0" in raw[:4] else raw)
    return root is not None and root[1] in _ROOTS


def _documents(alerts: list[etree._Element]) -> tuple[bytes, ...]:
    """Write each message as a document of its own, as it was before someone put it into the envelope."""
    made, inherited = [], 0
    for alert in alerts:
        parent = alert.getparent()
        around, here = {} if parent is None else parent.nsmap, alert.nsmap
        inherited += len(around)
        if inherited > MAX_INHERITED:
            raise StopError("limit", "The envelope declares too many namespaces for so many messages", "/")
        written = etree.tostring(alert, encoding="UTF-8", with_tail=False)
        # A namespace of the envelope that the message does not use would stand in what its signature covers. In one with
        # more than may be judged there is no need to look for them, which would take long.
        if any(here.get(prefix) == around[prefix] for prefix in around) and written.count(b"xmlns") <= SMALL.namespaces:
            written = etree.tostring(deepcopy(alert), encoding="UTF-8", with_tail=False)
        made.append(written)
    return tuple(made)
