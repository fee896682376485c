"""Inlets: by which ways others' CAP alerts come in, whose they are, and what is asked of them.

An inlet lets messages be kept and shown as theirs. Nothing that comes through one issues, ends or raises anything of ours:
there is no fact that could say so.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, State, standing

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SOONEST_S, LATEST_S = 15, 86_400
LONGEST = 2_000  # characters of an address
MOST_SENDERS = 500
MOST_KEYS = 200
MOST_INLETS = 500


class InletKind(StrEnum):
    """How messages come: a feed is asked, a program pushes, or files are laid into a folder."""

    FEED = "feed"
    PUSH = "push"
    FOLDER = "folder"


class InletKey(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that is pinned for a sender. certificate: in PEM, one or several. name: how we call it."""

    sender: str
    name: str
    certificate: str


class InletTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What an inlet is.

    name: how we call it. publisher: whose alerts they are, as it is shown. address: the feed's, or the folder; empty: a
    folder of the inlet's name in the data directory's inbox. every_s: how often a feed is asked, in seconds. senders: whose
    messages are taken, by what stands in <sender>; none: anybody's. signed: only what a pinned key has signed is taken.
    licence: under which they may be shown. shown: on the public site too. is_on: whether it takes anything. private: a feed may
    lead to a private or loopback network, if the machine's settings let any. plain: a feed under https may link to alerts without.
    """

    name: str
    publisher: str
    kind: InletKind
    address: str = ""
    every_s: int = 60
    senders: tuple[str, ...] = ()
    keys: tuple[InletKey, ...] = ()
    signed: bool = False
    licence: str = ""
    shown: bool = False
    is_on: bool = True
    private: bool = False
    plain: bool = False


class InletAdded(Fact, frozen=True, kw_only=True):
    """An administrator opened a way in."""

    terms: InletTerms


class InletChanged(Fact, frozen=True, kw_only=True):
    """An administrator changed what is asked of it, or turned it on or off."""

    terms: InletTerms


class InletTokenSet(Fact, frozen=True, kw_only=True):
    """A new token lets a program push, and the one before no more. token: its SHA-256, in hex; None: no token does."""

    token: str | None


class Inlet(State, frozen=True, kw_only=True):
    """A way in, as it stands. token: the SHA-256 of what lets a program push, in hex."""

    name: str
    publisher: str
    kind: InletKind
    address: str
    every_s: int
    senders: tuple[str, ...]
    keys: tuple[InletKey, ...]
    signed: bool
    licence: str
    shown: bool
    is_on: bool
    added_at: datetime
    token: str | None = None
    private: bool = False
    plain: bool = False

    @property
    def terms(self) -> InletTerms:
        """Return what it is."""
        return InletTerms(**{name: getattr(self, name) for name in InletTerms.__struct_fields__})


def fold_inlet(state: Inlet | None, fact: Fact) -> Inlet:
    """Return the inlet after the fact."""
    match fact:
        case InletAdded():
            return Inlet(id=fact.subject, added_at=fact.occurred_at, **_fields(fact.terms))
        case InletChanged():
            return replace(standing(state, fact), **_fields(fact.terms))
        case InletTokenSet():
            return replace(standing(state, fact), token=fact.token)
    raise TypeError(fact.kind())


def _fields(terms: InletTerms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in InletTerms.__struct_fields__}


FOLDINGS = (Folding(Inlet, (InletAdded, InletChanged, InletTokenSet), fold_inlet),)


def refuse_unfit(terms: InletTerms, others: Iterable[Inlet]) -> None:
    """Refuse what no inlet can be.

    others: the inlets that there are besides.

    Raises:
        Refused: it cannot be so; the sentence says what would be right.
    """
    if not NAME.fullmatch(terms.name):
        raise Refused("An inlet's name has 1 to 40 small letters, digits or '-', such as met-office.")
    known = list(others)
    if any(one.name == terms.name for one in known):
        raise Refused(f"There is an inlet {terms.name!r} already. Change that one, or choose another name.")
    if len(known) >= MOST_INLETS:
        raise Refused(f"There are {MOST_INLETS} inlets, which is the most. Change one that is not needed.")
    if not 0 < len(terms.publisher.strip()) <= 200:
        raise Refused("Say in 1 to 200 characters whose alerts come in: it stands beside each of them.")
    if not SOONEST_S <= terms.every_s <= LATEST_S:
        raise Refused(f"A feed is asked every {SOONEST_S} to {LATEST_S} seconds, not every {terms.every_s}.")
    if len(terms.address) > LONGEST or len(terms.licence) > LONGEST:
        raise Refused(f"An address, and what is said of the licence, has at most {LONGEST} characters.")
    if terms.kind is not InletKind.FEED and (terms.private or terms.plain):
        raise Refused("Only a feed leads anywhere: to private networks, or to addresses without https.")
    _refuse_address(terms)
    _refuse_keys(terms)


def _refuse_address(terms: InletTerms) -> None:
    is_web = terms.address.startswith(("http://", "https://"))
    if terms.kind is InletKind.FEED and not is_web:
        raise Refused("A feed's address begins with https:// or http://.")
    if terms.kind is InletKind.FOLDER and terms.address and not terms.address.startswith("/"):
        raise Refused("A folder is named by its whole path, which begins with /.")
    if terms.kind is InletKind.PUSH and terms.address:
        raise Refused("What is pushed comes to us: such an inlet has no address.")


def _refuse_keys(terms: InletTerms) -> None:
    if len(terms.senders) > MOST_SENDERS or len(terms.keys) > MOST_KEYS:
        raise Refused(f"An inlet has at most {MOST_SENDERS} senders and {MOST_KEYS} keys.")
    if any(not sender or len(sender) > 400 or any(sign in sender for sign in " ,<&") for sender in terms.senders):
        raise Refused("A sender stands as in <sender> of its messages, without spaces, commas, '<' and '&'.")
    if terms.signed and not terms.keys:
        raise Refused("Signatures can only be asked for where a key is pinned: name the keys too.")
    if left := sorted({key.sender for key in terms.keys} - set(terms.senders)) if terms.senders else []:
        raise Refused(f"A key is pinned for {left[0]!r}, which is none of the senders that are taken.")
