"""Finds the messages in what they come in: one alone, a list of them, an EDXL-DE distribution, an Atom or RSS feed.

Each message in an envelope is judged as if it had come alone. Of the envelope itself only the XML is judged: what else
a feed or a distribution may hold is for others to say. Limits are larger for an envelope.
"""

import msgspec
from lxml import etree

from tocsin.cap.elements import NAMESPACES
from tocsin.cap.xml import LARGE, root_of, stop_if_deep

_KINDS = {
    ("http://www.w3.org/2005/Atom", "feed"): "atom",
    ("http://www.w3.org/2005/Atom", "entry"): "atom",
    (None, "rss"): "rss",
    ("urn:oasis:names:tc:emergency:EDXL:DE:1.0", "EDXLDistribution"): "edxl-de",
    ("urn:oasis:names:tc:emergency:EDXL:DE:2.0", "EDXLDistribution"): "edxl-de",
}
_TAGS = [f"{{{namespace}}}alert" for namespace in NAMESPACES]
_SIGNS = (b"feed", b"entry", b"<rss", b"EDXLDistribution", b"alerts")


class Envelope(msgspec.Struct, frozen=True):
    """What some bytes are. kind: `alert`, `alerts`, `edxl-de`, `atom` or `rss`. messages: each as its own document."""

    kind: str
    messages: tuple[bytes, ...]


def opened(raw: bytes) -> Envelope:
    """Find the messages in some bytes. Bytes that are no envelope are one message, whatever may be wrong with it.

    Raises:
        StopError: an envelope is not well-formed, has a DOCTYPE, or is over a limit.
    """
    if not any(sign in raw[:2_000] for sign in _SIGNS):
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
    return Envelope(kind, tuple(etree.tostring(alert, encoding="UTF-8", with_tail=False) for alert in found))
