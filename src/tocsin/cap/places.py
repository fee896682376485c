"""Says where in a message an element stands."""

from collections.abc import Callable
from typing import Any

from lxml import etree

# Elements that a message has but once where they stand need no number.
_SINGLE = frozenset(
    """alert identifier sender sent status msgType password source scope restriction addresses note references incidents
    language event urgency severity certainty audience effective onset expires senderName headline description
    instruction web contact resourceDesc mimeType size uri derefUri digest areaDesc altitude ceiling valueName value
    Signature""".split()
)


# Counted by libxml2: an attacker may have set a hundred thousand side by side.
_BEFORE: Callable[..., Any] = etree.XPath("count(preceding-sibling::*[local-name()=$name])")


def place(element: etree._Element) -> str:
    """Return the path of an element, counted from 1: `alert/info[2]/area[1]/polygon[3]`."""
    steps = [_step(element), *map(_step, element.iterancestors())]
    return "/".join(reversed(steps))


def _step(element: etree._Element) -> str:
    name = etree.QName(element).localname[:80]
    if name in _SINGLE:
        return name
    return f"{name}[{1 + int(_BEFORE(element, name=etree.QName(element).localname))}]"
