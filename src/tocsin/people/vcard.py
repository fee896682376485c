"""People in a file of vCards, version 3.0 (RFC 2426) or 4.0 (RFC 6350). It is read as a stream, and holds one card."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from tocsin.basis.errors import Refused
from tocsin.people.folding import MOST_CHARACTERS, unfolded
from tocsin.people.listed import BETWEEN, Row, spoken_of

MOST_LINES = 200  # of one card, of those that we read
READ = frozenset({"VERSION", "UID", "FN", "KIND", "EMAIL", "TEL", "LANG", "GEO", "CATEGORIES"})
VERSIONS = ("3.0", "4.0")
SPEAKS_OF = spoken_of(("name", "kind", "languages", "mail", "sms", "voice", "home", "work", "groups"))
KINDS = {"": "person", "individual": "person", "org": "organisation"}
NOT_SPOKEN = frozenset({"fax", "pager", "video", "modem", "bbs", "pcs", "textphone"})

_NAME = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)(?=[;:])")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)(?:=((?:"[^"]*"|[^";:])*))?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One property of a card. types: in small letters. preference: 1 is tried first, 100 last."""

    name: str
    types: frozenset[str]
    preference: int
    value: str


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Read each card. A card that is wrong is refused, and the next one read.

    Raises:
        Refused: a card is not closed, or something else stands where one must begin.
    """
    begins = 0
    card: list[str] = []
    for number, line in unfolded(lines):
        word = line.strip().upper()
        if word == "BEGIN:VCARD" and not begins:
            begins, card = number, []
        elif word == "END:VCARD" and begins:
            yield _row(begins, card)
            begins = 0
        elif word == "BEGIN:VCARD" or (word and not begins):
            raise Refused(
                f"Line {number} is not where it must be: each card begins with BEGIN:VCARD and ends with END:VCARD."
            )
        elif word and len(card) <= MOST_LINES and _name(line) in READ:
            card.append(line)
    if begins:
        raise Refused(f"The card of line {begins} is not closed by END:VCARD.")


def keys(lines: Iterable[str]) -> Iterator[str]:
    """Yield the key of each card, or nothing for one that has none."""
    for row in read_rows(lines):
        yield row.key


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[1].upper() if found else ""


def _row(line: int, card: list[str]) -> Row:
    try:
        return Row(line=line, cells=_cells([_property(one) for one in card]), speaks_of=SPEAKS_OF)
    except Refused as error:
        return Row(line=line, refused=str(error))


def _property(line: str) -> Property:
    if len(line) > MOST_CHARACTERS:
        raise Refused(f"One of its properties has more than {MOST_CHARACTERS} characters.")
    found = _NAME.match(line)
    assert found is not None  # noqa: S101  only lines with a name are kept
    place, types, preference = found.end(), set[str](), 100
    while parameter := _PARAMETER.match(line, place):
        place = parameter.end()
        name, values = parameter[1].lower(), (parameter[2] or "").replace('"', "").lower().split(",")
        types |= set(values) if name == "type" else set()
        preference = int(values[0]) if name == "pref" and values[0].isdecimal() else preference
    if line[place : place + 1] != ":":
        raise Refused("One of its properties has parameters that are not written as they must be (RFC 6350, 3.3).")
    value = line[place + 1 :]
    return Property(
        name=found[1].upper(),
        types=frozenset(types),
        preference=1 if "pref" in types else preference,  # as 3.0 says it
        value=value,
    )


def _plain(value: str) -> str:
    """Return a value as it was before it was escaped. Source: RFC 6350, section 3.4."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _cells(card: list[Property]) -> dict[str, str]:
    """Return what a card says as the cells of a row.

    Raises:
        Refused: it is of a version, or of a kind, that is not read.
    """
    if len(card) > MOST_LINES:
        raise Refused(f"It has more than {MOST_LINES} properties that Tocsin would read.")
    one = {each.name: _plain(each.value) for each in reversed(card)}
    if one.get("VERSION") not in VERSIONS:
        raise Refused("It is of a version that is not read. Write it as vCard 4.0 or 3.0.")
    kind = KINDS.get(one.get("KIND", "").lower())
    if kind is None:
        raise Refused("It is neither of a person nor of an organisation.")
    cells = {"id": one.get("UID", ""), "name": one.get("FN", ""), "kind": kind}
    for place, each in enumerate(sorted(card, key=lambda each: each.preference), 2):
        column = _column(each)
        if column:
            cells[f"{column}_{place}"] = _address(each)
    spoken = sorted((each for each in card if each.name == "LANG"), key=lambda each: each.preference)
    categories = [name for each in card if each.name == "CATEGORIES" for name in re.split(r"(?<!\\),", each.value)]
    cells["languages"] = BETWEEN.join(_plain(each.value) for each in spoken)
    cells["groups"] = BETWEEN.join(_plain(name) for name in categories)
    for each in card:
        if each.name == "GEO":
            cells["work" if "work" in each.types else "home"] = (
                each.value.replace(";", ",", 1) if _is_old(each) else each.value
            )
    return cells


def _column(each: Property) -> str:
    """Return which channel a property is an address of; nothing for one that is none."""
    if each.name == "EMAIL":
        return "mail"
    if each.name != "TEL" or each.types & NOT_SPOKEN:
        return ""
    return "sms" if each.types & {"cell", "text"} else "voice"


def _address(each: Property) -> str:
    value = _plain(each.value)
    return value.removeprefix("tel:").partition(";")[0] if each.name == "TEL" else value.removeprefix("mailto:")


def _is_old(each: Property) -> bool:
    """Say whether a position is written as in 3.0: latitude;longitude. Source: RFC 2426, section 3.4.2."""
    return not each.value.lower().startswith("geo:")
