"""The rules for what people read in an alert: no HTML, no stray characters, no language said to be another."""

import re
from collections.abc import Iterator
from typing import Any

from tocsin.cap import values
from tocsin.cap.elements import ALERT, Group
from tocsin.cap.model import Alert
from tocsin.cap.problem import Problem, error, warning

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SUSPECT = re.compile("[<&]|" + _NOT_XML.pattern)
_HTML = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]*)?/?>|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z0-9]{2,31});"
)
_SPOKEN_FIELDS = ("event", "headline", "description", "instruction")


def text_problems(alert: Alert) -> Iterator[Problem]:
    """Check every text of an alert."""
    for where, text in _texts(alert, ALERT, "alert"):
        if _NOT_XML.search(text):
            yield error("xml", where, "The text holds a control character, which XML has no way to write")
        if html := _HTML.search(text):
            yield warning(
                "cap-3.3.3-html", where, f"The text holds HTML, {html[0][:40]!r}; receivers show it as it stands"
            )


def _texts(held: Any, group: Group, where: str) -> Iterator[tuple[str, str]]:
    """Give each text that needs a closer look, with its path: nearly none does, so paths are made late."""
    found = held if isinstance(held, tuple) else [getattr(held, element.field) for element in group.elements]
    for element, value in zip(group.elements, found, strict=True):
        if not value:
            continue
        for n, each in enumerate(value if element.many else (value,), 1):
            if isinstance(each, str):
                if _SUSPECT.search(each):
                    yield f"{where}/{element.name}[{n}]" if element.many else f"{where}/{element.name}", each
            elif isinstance(element.kind, Group):
                yield from _texts(each, element.kind, f"{where}/{element.name}[{n}]")
            elif element.kind is values.NAMES:
                yield f"{where}/{element.name}", " ".join(each)


def language_problems(alert: Alert) -> Iterator[Problem]:
    """Flag the same text under two languages: one of the two was hardly translated.

    Regions of one language (en-US, en-GB) may share their words.
    """
    if len(alert.infos) < 2:
        return
    first: dict[tuple[str, str], str] = {}
    for n, info in enumerate(alert.infos, 1):
        tongue = info.spoken.partition("-")[0].lower()
        for field in _SPOKEN_FIELDS:
            text = getattr(info, field)
            if text and text.strip() and first.setdefault((field, text), tongue) != tongue:
                message = f"The {field} is the same in {first[field, text]} and {tongue}"
                yield warning("cap-3.2.2-language", f"alert/info[{n}]/{field}", message)
