"""What a list says of one person, read and checked: the same whether it came as a row of a table or as a vCard.

A sentence about what is wrong names the column and quotes nothing: lists hold names and addresses.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.moment import utc
from tocsin.people import where
from tocsin.people.address import CHANNELS, fitting
from tocsin.people.facts import PersonKind, PlaceKind
from tocsin.people.where import Where

LONGEST = 2_000  # characters of a cell
LONGEST_KEY = 200
BETWEEN = ";"  # between several things in one cell
T = TypeVar("T")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class Need(StrEnum):
    """How someone must be told so that it reaches them."""

    LARGE_TEXT = "large_text"
    VOICE_FIRST = "voice_first"


SPOKEN = {"voice": 0, "sms": 1}
"""What is tried first for whoever needs a voice: a number that is called, then one whose telephone reads a text out."""


def spoken_first(channel: str) -> int:
    """Return what to sort contact points by for whoever needs a voice; those that are alike stay in their order."""
    return SPOKEN.get(channel, len(SPOKEN))


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What someone agreed to, as a list says it. at: nothing where the list does not say when."""

    wording: str
    shown: str = "list"
    proof: str = ""
    at: datetime | None = None

    def __repr__(self) -> str:
        return "Agreed()"


class Listed(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What a list says of one person.

    key: by which the list tells people apart. columns: what the list speaks of; what is empty there is to be taken away,
    and what is not named here is left as it is. contacts: channel and address, the first to be tried first. places: what
    each is to them, and where, as tocsin.people.where writes it. organisation: the key of the one at which they hold the
    post.
    """

    key: str
    columns: tuple[str, ...]
    person_kind: PersonKind = PersonKind.PERSON
    name: str = ""
    languages: tuple[str, ...] = ()
    contacts: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[PlaceKind, str], ...] = ()
    groups: tuple[str, ...] = ()
    needs: str = ""
    organisation: str = ""
    post: str = ""
    consent: Agreed | None = None

    def __repr__(self) -> str:
        return "Listed()"


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One row of a list, as it stands there: most rows of a list that is taken in again need not be read at all.

    line: where it begins, from 1. cells: by column, in their order. speaks_of: see spoken_of. refused: why it is none.
    """

    line: int
    cells: dict[str, str] = {}
    speaks_of: tuple[str, ...] = ()
    refused: str = ""

    @property
    def key(self) -> str:
        """Return the key by which the list tells people apart; nothing where there is none."""
        return self.cells.get(KEY, "").strip()

    def __repr__(self) -> str:
        return f"Row(line={self.line})"


PLACES = {
    "home": PlaceKind.HOME,
    "work": PlaceKind.WORK,
    "now": PlaceKind.NOW,
    "responsible": PlaceKind.RESPONSIBLE,
}
CONSENT = ("consent", "consent_at", "consent_shown", "consent_proof")
PLAIN = ("kind", "name", "languages", "groups", "needs", "organisation", "post")
KEY = "id"

COLUMNS: frozenset[str] = frozenset(
    (
        KEY,
        *PLAIN,
        *CONSENT,
        *CHANNELS,
        *(f"{channel}_{number}" for channel in CHANNELS for number in range(2, 10)),
        *PLACES,
        *(f"{place}_country" for place in PLACES),
    )
)

ALIASES: Mapping[str, str] = {
    "uid": "id",
    "key": "id",
    "full_name": "name",
    "fn": "name",
    "language": "languages",
    "lang": "languages",
    "email": "mail",
    "e_mail": "mail",
    "mobile": "sms",
    "cell": "sms",
    "phone": "voice",
    "telephone": "voice",
    "group": "groups",
    "type": "kind",
    "country": "home_country",
}


def column_named(header: str) -> str | None:
    """Return the column that a heading means, or None for one that is not known."""
    plain = re.sub(r"[\s\-_]+", "_", header.strip().lower())
    plain = re.sub(r"_?1$", "", plain) if plain not in COLUMNS else plain
    plain = re.sub(r"(?<=[a-z])(?=[2-9]$)", "_", plain)
    stem, _, number = plain.partition("_")
    plain = ALIASES.get(plain) or (f"{ALIASES[stem]}_{number}" if stem in ALIASES and number else plain)
    return plain if plain in COLUMNS else None


def spoken_of(columns: Iterable[str]) -> tuple[str, ...]:
    """Return what a list with these columns speaks of: mail_2 is of mail, home_country of home."""
    named = (column.removesuffix("_country") for column in columns if column != KEY)
    stems = (_channel(one) or ("consent" if one in CONSENT else one) for one in named)
    return tuple(dict.fromkeys("post" if one == "organisation" else one for one in stems))


def _channel(column: str) -> str:
    stem = column.partition("_")[0]
    return stem if stem in CHANNELS else ""


def read_row(row: Row) -> Listed:
    """Read what a row says.

    Raises:
        Refused: something in it cannot be. The sentence names the column, and quotes nothing.
    """
    if row.refused:
        raise Refused(row.refused)
    full = {column: text for column, cell in row.cells.items() if (text := cell.strip())}
    for column, text in full.items():
        if len(text) > LONGEST:
            raise Refused(f"{column} has {len(text)} characters; {LONGEST} is the most.")
        if "\0" in text:
            raise Refused(f"{column} holds a NUL byte. Take it out.")
    key = full.get(KEY, "")
    if not key:
        raise Refused("It has no key. Without one nobody can be told apart, or found again.")
    if len(key) > LONGEST_KEY:
        raise Refused(f"Its key has {len(key)} characters; {LONGEST_KEY} is the most.")
    said: dict[str, object] = {}
    for column in full.keys() & _READ.keys():
        said[column] = _about(column, _READ[column], full[column])
    organisation, post = full.get("organisation", ""), full.get("post", "")
    if bool(organisation) != bool(post):
        raise Refused("organisation and post are said together: who holds which post at which organisation.")
    kind = said.get("kind", PersonKind.PERSON)
    first = Need.VOICE_FIRST in str(said.get("needs", "")).split()
    return Listed(
        key=key,
        columns=row.speaks_of,
        person_kind=PersonKind(str(kind)),
        name=full.get("name", ""),
        languages=_tuple(said.get("languages")),
        contacts=tuple(sorted(_contacts(full), key=lambda one: spoken_first(one[0]) if first else 0)),
        places=tuple(_places(full)),
        groups=_tuple(said.get("groups")),
        needs=str(said.get("needs", "")),
        organisation=organisation,
        post=post,
        consent=_consent(full),
    )


def _tuple(said: object) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else ()


def _about(column: str, read: Callable[..., T], *said: str | None) -> T:
    try:
        return read(*said)
    except Refused as error:
        raise Refused(f"{column}: {error}") from error


def _kind(text: str) -> str:
    kind = text.lower()
    if kind not in ("person", "organisation", "organization"):
        raise Refused("It is person or organisation.")
    return PersonKind.PERSON.value if kind == "person" else PersonKind.ORGANISATION.value


def languages(text: str) -> tuple[str, ...]:
    """Read languages, the best first, with semicolons, commas or spaces between them.

    Raises:
        Refused: one is no language tag.

    Source: BCP 47 (RFC 5646, section 2.1).
    """
    tags = tuple(dict.fromkeys(re.split(r"[;,\s]+", text.strip(" ;,"))))
    if not all(_LANGUAGE.fullmatch(tag) for tag in tags):
        raise Refused("A language is a tag such as fr or pt-BR (BCP 47).")
    return tags


def needs(text: str) -> str:
    """Read needs, with semicolons, commas or spaces between them, into one spelling.

    Raises:
        Refused: one is not known.
    """
    words = {word.replace("-", "_") for word in re.split(r"[;,\s]+", text.lower().strip(" ;,"))}
    if not words <= {need.value for need in Need}:
        raise Refused(f"A need is one of these: {', '.join(need.value for need in Need)}.")
    return " ".join(sorted(words))


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(BETWEEN) if (name := part.strip())))


_READ: Mapping[str, Callable[[str], object]] = {
    "kind": _kind,
    "languages": languages,
    "needs": needs,
    "groups": _names,
}


def _contacts(full: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    seen = set()
    for column, text in full.items():
        if channel := _channel(column):
            contact = (channel, _about(column, fitting, channel, text))
            if contact not in seen:
                seen.add(contact)
                yield contact


def _places(full: Mapping[str, str]) -> Iterable[tuple[PlaceKind, str]]:
    for name, kind in PLACES.items():
        position, countries = full.get(name), _names(full.get(f"{name}_country", ""))
        if position is None and not countries:
            continue
        if len(countries) > 1 and (kind is not PlaceKind.RESPONSIBLE or position is not None):
            raise Refused(f"{name}_country: one country, please; several only for what an organisation answers for.")
        for country in countries or ("",):
            yield kind, _about(name, _where, position, country)


def _where(position: str | None, country: str) -> str:
    code = where.country(country) if country else ""
    point, within = (None, None) if position is None else where.position(position)
    return where.write(Where(point=point, within_m=within, country=code))


def _consent(full: Mapping[str, str]) -> Agreed | None:
    wording = full.get("consent")
    if wording is None:
        if any(column in full for column in CONSENT):
            raise Refused("consent: say what was agreed to, where when, how or by what proof stands.")
        return None
    at = full.get("consent_at")
    moment = None if at is None else _about("consent_at", _moment, at)
    return Agreed(
        wording=wording, shown=full.get("consent_shown", "list"), proof=full.get("consent_proof", ""), at=moment
    )


def _moment(text: str) -> datetime:
    try:
        return utc(text)
    except Refused as error:  # its own sentence quotes what stands there
        raise Refused("It is no moment. Write it like 2024-03-07T18:00:00Z.") from error
