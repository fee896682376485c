"""What can happen to sources, reports and incidents."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark


class Reliability(StrEnum):
    """How far a source can be relied on. Source: NATO STANAG 2511 / AJP-2.1, the Admiralty code, letters."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One checkable statement in a report. credibility: 1 confirmed to 5 improbable, 6 cannot be judged."""

    text: str
    credibility: int = 6


class SourceListed(Fact, frozen=True, kw_only=True):
    """A source was entered, with how far it can be relied on and why."""

    name: str
    source_kind: str
    reliability: Reliability
    why: str = ""


class SourceLinked(Fact, frozen=True, kw_only=True):
    """An officer found that a source speaks for an organisation: what it publishes is that organisation's word.

    organisation: None: it speaks for none after all.
    """

    organisation: Id | None
    why: str


class ReportReceived(Fact, frozen=True, kw_only=True):
    """A source said something. relays: the report it repeats, where it says so itself.

    readers: who may read it if it is RED.
    """

    source: Id
    title: str
    text: str
    published_at: datetime | None = None
    url: str | None = None
    language: str = "en"
    credibility: int = 6
    claims: tuple[Claim, ...] = ()
    mark: Mark = Mark.CLEAR
    readers: tuple[Id, ...] = ()
    relays: Id | None = None
    exercise: bool = False


class ReportRevised(Fact, frozen=True, kw_only=True):
    """Its source said a report anew; all of it, as it stands from now on. mark, readers: how far its source lets it go now."""

    title: str
    text: str
    published_at: datetime | None
    url: str | None
    language: str
    claims: tuple[Claim, ...]
    mark: Mark
    readers: tuple[Id, ...]


class ReportTakenBack(Fact, frozen=True, kw_only=True):
    """Its source took a report back. It stays readable, and counts no more."""

    why: str


class ReportTraced(Fact, frozen=True, kw_only=True):
    """Someone found where a report's chain of repetition starts."""

    origin: Id
    why: str


class IncidentNoted(Fact, frozen=True, kw_only=True):
    """Something happened that reports tell of. point: latitude, longitude in WGS 84 degrees.

    country: ISO 3166-1 alpha-2, where it is known.
    """

    what: str
    where: str
    point: tuple[float, float] | None = None
    actor: Id | None = None
    reports: tuple[Id, ...] = ()
    published_at: datetime | None = None
    published_by_host: bool = False
    mark: Mark = Mark.CLEAR
    country: str = ""


class IncidentCorrected(Fact, frozen=True, kw_only=True):
    """An incident had been noted wrongly, and was written down anew; all of it, as it stands from now on. why: what was wrong."""

    what: str
    where: str
    happened_at: datetime
    point: tuple[float, float] | None
    actor: Id | None
    reports: tuple[Id, ...]
    published_at: datetime | None
    published_by_host: bool
    mark: Mark
    country: str
    why: str
    by: Id


class IncidentPublished(Fact, frozen=True, kw_only=True):
    """What happened was first published, after it had been noted. by_host: by whoever is answerable for the place.

    reports: those by which it was, where they are here; from then on it rests on them, too.
    """

    by_host: bool = False
    reports: tuple[Id, ...] = ()
