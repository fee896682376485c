"""A bundle as plain values: each object is what its JSON says, whole, with a few questions that may be asked of it."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

Said = dict[str, Any]
"""What a JSON object says, in the order in which it says it."""

ID = re.compile(
    r"[a-z][a-z0-9-]*[a-z0-9]--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
)


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """Some STIX objects that came or go together.

    objects: as they were said; what is no JSON object stands among them too. around: what the bundle says beside them.
    alone: it is one object, and no bundle was around it.
    """

    objects: tuple[Any, ...]
    around: Said
    alone: bool = False

    @property
    def id(self) -> str:
        """Return the bundle's own id, or nothing."""
        return word(self.around, "id")


def word(said: Any, name: str) -> str:
    """Return a property that is a text; nothing where there is none, or it is something else."""
    value = said.get(name) if isinstance(said, dict) else None
    return value if isinstance(value, str) else ""


def words(said: Any, name: str) -> tuple[str, ...]:
    """Return the texts of a property that is a list."""
    value = said.get(name) if isinstance(said, dict) else None
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def extension(said: Any, id: str) -> Said:
    """Return what an object says by an extension; nothing where it does not."""
    extensions = said.get("extensions") if isinstance(said, dict) else None
    found = extensions.get(id) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}


def identifier(kind: str, raw: bytes) -> str:
    """Return the STIX id of a type that 16 bytes make. They should come of chance, or of a key.

    Source: STIX 2.1, 2.9: type, two dashes, and a UUID of RFC 4122, for most types of version 4.
    """
    octets = bytearray(raw[:16])
    octets[6], octets[8] = octets[6] & 0x0F | 0x40, octets[8] & 0x3F | 0x80
    text = octets.hex()
    return f"{kind}--{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def refs(said: Any) -> Iterator[tuple[str, str]]:
    """Yield each id that an object refers to, and by which property, however deep: whatever ends in _ref or _refs."""
    waiting: list[tuple[str, Any]] = [("", said)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                place = f"{path}.{name}" if path else name
                if name.endswith("_ref") and isinstance(inner, str):
                    yield place, inner
                elif name.endswith("_refs") and isinstance(inner, list):
                    yield from ((place, one) for one in inner if isinstance(one, str))
                waiting.append((place, inner))
        elif isinstance(value, list):
            waiting.extend((f"{path}[{at}]", one) for at, one in enumerate(value) if isinstance(one, dict | list))


def version_of(said: Any) -> tuple[str, str]:
    """Return which version of which object this is: its id, and when it was changed last, or made where it never is."""
    return word(said, "id"), word(said, "modified") or word(said, "created")
