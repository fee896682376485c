"""Places in a tested wording that are filled in for the case at hand: {place}, {until}, {source}, {contact}. Pure."""

import re
from collections.abc import Mapping

SLOTS = ("source", "place", "until", "contact")
"""In the order in which a warning says them; what to do stands in the template itself."""

LONGEST = 120  # characters of what is filled in

_SLOT = re.compile(r"\{([^{}]{0,40})\}")
_BRACE = re.compile(r"[{}]")
_NO_END = r"(?!(?<=\w{4})[.!?؟۔。]\s)"  # a sentence ends; not behind "St", for people live in St. Petersburg


def fill(text: str, said: Mapping[str, str]) -> str:
    """Return a text with its places filled in; one for which nothing is said stays."""
    return _SLOT.sub(lambda slot: said.get(slot[1], "").strip() or slot[0], text)


def unfilled(text: str) -> tuple[str, ...]:
    """Return the places that were not filled in, as they stand there; a lone brace is one, too."""
    return tuple(dict.fromkeys([*(slot[0] for slot in _SLOT.finditer(text)), *_BRACE.findall(_SLOT.sub("", text))]))


def is_filled_from(template: str, text: str) -> bool:
    """Say whether a text is that of a template, with its places filled in and nothing else changed.

    What stands in a place is one line of 120 characters at most, no more than one sentence, and the same wherever the template
    has that place.
    """
    parts, seen = [], set[str]()
    end = 0
    for slot in _SLOT.finditer(template):
        parts.append(re.escape(template[end : slot.start()]))
        name = slot[1]
        if name not in SLOTS:
            parts.append(re.escape(slot[0]))
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            parts.append(rf"(?P<{name}>(?:{_NO_END}[^{{}}\n]){{1,{LONGEST}}}?)")
            seen.add(name)
        end = slot.end()
    parts.append(re.escape(template[end:]))
    return re.fullmatch("".join(parts), text) is not None
