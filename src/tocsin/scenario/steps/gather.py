"""The steps that gather and weigh: what sources said, what took place, what was made of it."""

from datetime import datetime
from typing import ClassVar

import msgspec

from tocsin.basis.marking import Mark
from tocsin.scenario.head import Place, Window
from tocsin.scenario.steps.step import Bearing, Confidence, Step
from tocsin.threat.particulars import Particulars


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One checkable statement of a report. credibility: 1 confirmed to 5 improbable, 6 cannot be judged."""

    text: str
    credibility: int


class ReportStep(Step, frozen=True, kw_only=True):
    """A source said something. relays: the earlier report that it repeats. by: who entered it."""

    verb: ClassVar[str] = "report"

    source: str
    title: str
    text: str
    credibility: int
    mark: Mark
    by: str
    language: str = "en"
    url: str | None = None
    published: datetime
    relays: str | None = None
    claims: tuple[Claim, ...] = ()


class TraceStep(Step, frozen=True, kw_only=True):
    """Someone found out that a report repeats an earlier one, its origin."""

    verb: ClassVar[str] = "trace"

    report: str
    origin: str
    by: str
    why: str


class IncidentStep(Step, frozen=True, kw_only=True):
    """Something that took place, as reports tell it. happened: when; published: when the world was told."""

    verb: ClassVar[str] = "incident"

    what: str
    by: str
    happened: datetime
    published: datetime
    published_by_host: bool = False
    mark: Mark
    place: Place | None = None
    actor: str | None = None
    reports: tuple[str, ...] = ()
    bears_on: str | None = None
    bearing: Bearing = "for"


class FirstStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is done first about a case, by whom and by when. owner: None: of the case."""

    what: str
    owner: str | None
    by_when: datetime


class ThreatStep(Step, frozen=True, kw_only=True):
    """A case is opened. host: who is responsible for protecting the target. owner: whose case it is."""

    verb: ClassVar[str] = "threat"

    title: str
    by: str
    owner: str
    mark: Mark
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    window: Window | None = None
    host: str | None = None
    particulars: Particulars = Particulars()
    next_step: FirstStep | None = None


class AssessStep(Step, frozen=True, kw_only=True):
    """How likely (low, high: probabilities) and, apart from it, how good the grounds are.

    reports, incidents: what it rests on. reports are None: nobody says.
    """

    verb: ClassVar[str] = "assess"

    threat: str
    by: str
    likelihood: tuple[float, float]
    confidence: Confidence
    grounds: str
    why: str = ""
    reports: tuple[str, ...] | None = None
    incidents: tuple[str, ...] = ()
    severity: str | None = None
    confidence_why: str = ""
    changed: str = ""


class LinkStep(Step, frozen=True, kw_only=True):
    """A report or an incident (exactly one of the two) bears on a threat."""

    verb: ClassVar[str] = "link"

    threat: str
    by: str
    bearing: Bearing
    why: str = ""
    report: str | None = None
    incident: str | None = None
    claim: int | None = None


class UnlinkStep(Step, frozen=True, kw_only=True):
    """A report or an incident (exactly one of the two) does not bear on a threat after all."""

    verb: ClassVar[str] = "unlink"

    threat: str
    by: str
    why: str
    report: str | None = None
    incident: str | None = None
    claim: int | None = None
