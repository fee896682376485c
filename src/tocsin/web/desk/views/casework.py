"""What an officer does about a case: what is next, what is open, what was seen, and the forms for it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from tocsin.basis.marking import Mark
from tocsin.threat.facts import Bearing
from tocsin.threat.fits import Fit
from tocsin.threat.indicators import Observed, Strength
from tocsin.threat.merge import Carried
from tocsin.threat.particulars import Method, Severity, TargetClass, ThreatKind
from tocsin.threat.suggest import Because
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.rows import LikelihoodView
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View

Choices = tuple[tuple[str, str], ...]
"""What can be chosen: each value with its words."""


class StepView(View, frozen=True, kw_only=True):
    """The next step. done: what became of the one before."""

    what: str
    owner: str
    by_when: datetime
    done: str = ""


class QuestionRow(View, frozen=True, kw_only=True):
    """Something that nobody knows yet, or what was found out."""

    id: str
    words: str
    asked_by: str
    asked_at: datetime
    answer: str = ""
    closed_at: datetime | None = None


class ProposedRow(View, frozen=True, kw_only=True):
    """A published incident that fits the case. fits: in which respects, each with the words by which, if it is by words alone.

    by_host: those who are warned published it themselves.
    """

    id: str
    title: str
    place: str
    at: datetime
    fits: tuple[tuple[Fit, str], ...]
    by_host: bool = False


class WatchedRow(View, frozen=True, kw_only=True):
    """One indicator. words: what was said of it last. is_new: newly met, and not judged since.

    seen: how often something had been said of it.
    """

    key: str
    indicator: str
    strength: Strength
    stands: Observed
    as_of: datetime | None = None
    by: str = ""
    words: str = ""
    rests_on: tuple[str, ...] = ()
    is_new: bool = False
    seen: int = 0


class AliasRow(View, frozen=True, kw_only=True):
    """Another name of an actor. said_by: empty: it was listed with it. since: a day. why: it does not go by it, and was taken back."""

    name: str
    said_by: str = ""
    since: str = ""
    by: str = ""
    taken_back: bool = False
    why: str = ""


class ActorRow(View, frozen=True, kw_only=True):
    """An actor of the case. confidence: how sure we are; empty: nobody has said."""

    id: str
    name: str
    confidence: str = ""
    why: str = ""
    by: str = ""
    aliases: tuple[AliasRow, ...] = ()


class HowJoined(StrEnum):
    """How a case stands to another."""

    PART_OF = "part_of"
    TAKES_IN = "takes_in"
    SPLIT_FROM = "split_from"
    SPLIT_OFF = "split_off"


class JoinedRow(View, frozen=True, kw_only=True):
    """Another case that this one is looked after with, was split from, or took in."""

    title: str
    href: str
    how: HowJoined


class MarkingRow(View, frozen=True, kw_only=True):
    """From when on a case went how far. by: empty: so it was opened."""

    mark: Mark
    at: datetime
    by: str = ""
    why: str = ""


class MarkRow(View, frozen=True, kw_only=True):
    """A mark that a case can be given. unread: who may not read it any more then. rung: who of these is rung about it all the same."""

    mark: Mark
    unread: tuple[str, ...] = ()
    rung: tuple[str, ...] = ()


class MarkForm(View, frozen=True, kw_only=True):
    """The form in which a case is marked anew.

    readers: who works here, and whether they are named as its readers. rung: who is rung about it, whatever its mark.
    handed_out: how often it was given to others.
    """

    mark: Mark
    marks: tuple[MarkRow, ...]
    readers: tuple[tuple[str, str, bool], ...] = ()
    rung: tuple[str, ...] = ()
    handed_out: int = 0


class CaseCare(View, frozen=True, kw_only=True):
    """How a case is looked after. marked_as: how far it went when the page was filled. step: the soonest. more_steps: those of cases that are looked after with it. href: where that is done; nothing for who may not. observed, known, watched: indicators."""

    step: StepView | None
    marked_as: str = ""
    markings: tuple[MarkingRow, ...] = ()
    more_steps: tuple[StepView, ...] = ()
    questions: tuple[QuestionRow, ...] = ()
    proposed: tuple[ProposedRow, ...] = ()
    met: tuple[str, ...] = ()
    observed: int = 0
    known: int = 0
    watched: int = 0
    actors: tuple[ActorRow, ...] = ()
    joined: tuple[JoinedRow, ...] = ()
    kind: ThreatKind | None = None
    intent: str = ""
    description: str = ""
    methods: tuple[Method, ...] = ()
    classes: tuple[TargetClass, ...] = ()
    ended_at: datetime | None = None
    ended_why: str = ""
    href: str = ""
    estimate_href: str = ""
    about_href: str = ""


class PlaceRow(View, frozen=True, kw_only=True):
    """One place of a case in its form. corners: of an outline that has too many to be shown, and stays; 0: of none such."""

    number: int
    name: str = ""
    country: str = ""
    circle: str = ""
    outline: str = ""
    corners: int = 0


class CaseForm(View, frozen=True, kw_only=True):
    """The form in which a case is opened, or what it is about is written anew. id: of the case; empty: it is new.

    seen: how often that had been written anew. zone: the case's clock; empty: that of its place.
    """

    shell: Shell
    post_to: str
    id: str = ""
    seen: int = 0
    title: str = ""
    kind: str = "other"
    description: str = ""
    intent: str = ""
    targets: str = ""
    classes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    places: tuple[PlaceRow, ...] = ()
    begins: str = ""
    ends: str = ""
    host: str = ""
    mark: str = Mark.AMBER.value
    owner: str = ""
    zone: str = ""
    people: Choices = ()
    hosts: Choices = ()
    countries: Choices = ()
    marks: tuple[str, ...] = ()


class TermRow(View, frozen=True, kw_only=True):
    """One term of a suggested likelihood: why, by what factor the odds change, and where that leads."""

    because: Because
    what: str
    factor: float
    likelihood: float


class VersionRow(View, frozen=True, kw_only=True):
    """One version of the estimate. rests_on, more: the first titles of what it rests on and the reader may read; how many more."""

    at: datetime
    by: str
    likelihood: LikelihoodView
    severity: Severity | None = None
    grounds: str = ""
    confidence_why: str = ""
    changed: str = ""
    why: str = ""
    rests_on: tuple[str, ...] = ()
    more: int = 0


class RestsRow(View, frozen=True, kw_only=True):
    """A report or an incident that an estimate may rest on. chosen: it is ticked at first."""

    id: str
    title: str
    source: str
    at: datetime
    mark: Mark
    bearing: Bearing
    chosen: bool


class EstimatePage(View, frozen=True, kw_only=True):
    """The form in which a case is judged, beside what was said before and what could be worked out.

    suggested: low and high; None: nothing is known that it could be worked out from. unknown: of so many indicators.
    seen: how often it had been judged. rests, older: what it may rest on, and how much more that is older.
    """

    shell: Shell
    id: str
    title: str
    href: str
    post_to: str
    seen: int = 0
    met: tuple[str, ...] = ()
    rests: tuple[RestsRow, ...] = ()
    older: int = 0
    versions: tuple[VersionRow, ...] = ()
    suggested: tuple[float, float] | None = None
    suggested_words: tuple[str, str] = ("", "")
    terms: tuple[TermRow, ...] = ()
    unknown: int = 0
    indicators: int = 0
    low: int | None = None
    high: int | None = None
    confidence: str = ""
    severity: str = ""


class LinkChoice(View, frozen=True, kw_only=True):
    """A report that can be linked to a case: whole, or one of its claims."""

    id: str
    title: str
    claims: tuple[str, ...] = ()


class CarriedRow(View, frozen=True, kw_only=True):
    """What a case that is split off is about like this one, unless it is struck out. said: that, in words; empty: by its name."""

    what: Carried
    said: str = ""


class CaseWorkPage(View, frozen=True, kw_only=True):
    """Everything that is done about a case besides judging it. items: reports and incidents that bear on it.

    seen: how often people had said what the form of an act rests on, by act (see flow/seen.py).
    reports: the latest, whether they bear on it or not. shows: the latest items and the claims of these, by which something is seen; a claim is its report, a colon, its number from 0. older: there are more.
    told_in: those that do; parties: who may be accused, by name.
    carried: what the case is about. distrusted: through whom nothing about it goes. Both go along with what is split off.
    """

    shell: Shell
    id: str
    title: str
    href: str
    post_to: str
    care: CaseCare
    seen: Mapping[str, int] = MappingProxyType({})
    watched: tuple[WatchedRow, ...] = ()
    owner: str = ""
    people: Choices = ()
    actors: Choices = ()
    items: Choices = ()
    shows: Choices = ()
    older: bool = False
    reports: tuple[LinkChoice, ...] = ()
    told_in: Choices = ()
    parties: tuple[str, ...] = ()
    others: CaseChoice = CaseChoice()
    carried: tuple[CarriedRow, ...] = ()
    distrusted: tuple[str, ...] = ()
    is_open: bool = True
    part_of: JoinedRow | None = None
    step_by: str = ""
    marking: MarkForm | None = None
