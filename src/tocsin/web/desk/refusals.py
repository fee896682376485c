"""What the desk refuses, said with names: flow and the rooms before it know ids alone, and nobody at the desk knows those."""

import re

from tocsin.basis.marking import Reader
from tocsin.basis.words import ENGLISH
from tocsin.store.door import Door
from tocsin.store.store import Store
from tocsin.web.desk.fill.names import Names, title

_ID = re.compile(
    r"\b(?:(?P<what>(?:warning|notice|alert|advisory|statement|draft|threat|case|duty|watch|rota|policy)) )?"
    r"(?P<id>[a-z2-7]{26})\b",
    re.IGNORECASE,
)


def said_by_name(store: Store, reader: Reader, sentence: str) -> str:
    """Say a refusal with the names of the people, warnings and cases in it that this reader may know.

    What has no name yet, or none for them, is “this notice”; where that could be one of two, the ids stay as they are.
    """
    found = {one["id"] for one in _ID.finditer(sentence)}
    if not found:
        return sentence
    with store.look() as look:
        door = Door(look, reader)
        names = Names(door)
        names.learn(found)
        known = {id: _name(door, names, id) for id in found}
    alone = sum(not name for name in known.values()) == 1
    return _ID.sub(lambda one: known[one["id"]] or (_this(one["what"]) if alone else "") or one[0], sentence)


def _name(door: Door, names: Names, id: str) -> str:
    person = names.say(id)
    if person:
        return person
    warning, threat = door.warning(id), door.threat(id)
    if warning is not None:
        return f"“{title(warning, names, ENGLISH)}”"
    return f"“{threat.title}”" if threat is not None else ""


def _this(what: str | None) -> str:
    if what is None:
        return ""
    return f"This {what.lower()}" if what[0].isupper() else f"this {what}"
