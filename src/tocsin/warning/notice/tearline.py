"""The check of a tear-line: what in a notice can only have come from material that is stricter than the notice itself.

It flags; a person strikes the word, or releases it with a reason. What it does not know it flags rather once too often: a
word is looked for loosely where it may not come from, and strictly where it may.

Source: ICD 209, Tearline Production and Dissemination (2012): a tear-line carries the substance and no source or method.
"""

import re
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat
from zoneinfo import ZoneInfo

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, may_read, not_beyond
from tocsin.lexicon.terms import KNOWN_WORDS, Term, TermKind, read, said_in, stands, terms, tongue_of
from tocsin.places.named import towns_named
from tocsin.report.earlier import Earlier
from tocsin.report.state import Incident, Report, Source
from tocsin.threat.assess import rests_on
from tocsin.threat.free_text import about_itself, free_text
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.state import Actor, Assessment, Threat
from tocsin.warning.duty.state import Duty, words_of
from tocsin.warning.notice.facts import NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice
from tocsin.warning.stated import Stated

KNOWN_TEXTS = 10_000
"""So many texts are read once for a check and kept, at one kilobyte each: a notice is checked anew while it is written."""

_KNOWN_SAID = 50_000  # words of 0.4 kilobytes each: five thousand reports say some thirty thousand different ones
LIKELIHOOD = "likelihood"
"""The field in which a notice says how likely it is."""

_MOST_TOWNS = 3  # of one name; whoever writes of a fourth flags its name all the same
_SHORTEST_TOWN = 4


UNTIL = "until"
MEANT = "meant_for"
CHOSEN = frozenset({UNTIL, MEANT})
"""What a notice says besides its tear-lines: nothing is struck from it, it is chosen otherwise."""
"""The field of a flag on until when a notice holds: every recipient reads that too."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What a case rests on. readers: who may read it if it is RED.

    noted: what else is written at it. That a word stands there frees nobody to say it elsewhere. estimate: how likely the case
    is held to be rests on it. of: of what this is how it was said before. until: when that was said anew.
    """

    id: Id
    material: str
    mark: Mark
    texts: tuple[str, ...]
    noted: tuple[str, ...] = ()
    language: str = "en"
    readers: frozenset[Id] = frozenset()
    estimate: bool = False
    of: Id | None = None
    until: datetime | None = None


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a notice that stands in stricter material alone. field: where, "what" or "2.what"; sources: in what else.

    Or how likely it says that it is, where that rests on such material. hints: as what it may stand there.
    """

    field: str
    start: int
    end: int
    text: str
    kind: TermKind
    key: str
    sources: tuple[Id, ...]
    hints: frozenset[str] = frozenset()


class Rests(msgspec.Struct, frozen=True, kw_only=True):
    """A case, and all that it rests on. parts: what else is written at it, and goes as far as it does.

    actors: those of the case, of its parts and of its incidents. earlier: what reports and incidents said before they were said
    anew. written: whatever was written at the case, also what another wrote over since.
    """

    threat: Threat
    reports: Mapping[Id, Report]
    incidents: Mapping[Id, Incident]
    sources: Mapping[Id, Source]
    actors: Mapping[Id, Actor]
    parts: tuple[msgspec.Struct, ...] = ()
    duties: tuple[Duty, ...] = ()
    earlier: Mapping[Id, tuple[Earlier, ...]] = msgspec.field(default_factory=dict)
    written: tuple[str, ...] = ()


def material_of(case: Rests) -> list[Material]:
    """Return what a case says and rests on, each with its mark: itself with all that is written at it, reports, incidents.

    What one of these said before it was said anew is one more, as far as it goes today.
    """
    return [
        _case(case),
        *(_said(one, case) for one in case.reports.values()),
        *(_said(one, case) for one in case.incidents.values()),
        *(_earlier(one, case) for every in case.earlier.values() for one in every),
    ]


def _said(one: Report | Incident, case: Rests) -> Material:
    if isinstance(one, Report):
        return _report(one, case.sources.get(one.source))
    return _incident(one, case.actors.get(one.actor or ""))


def _earlier(one: Earlier, case: Rests) -> Material:
    then = _said(one.said, case)
    return msgspec.structs.replace(
        then, id=one.id, mark=one.bound.mark, readers=one.bound.named, of=one.said.id, until=one.until
    )


def _case(case: Rests) -> Material:
    threat = case.threat
    theirs = {
        *threat.actors,
        *(one.actor for part in case.parts if isinstance(part, Matrix) for one in part.hypotheses),
    }
    itself = about_itself(threat, [one for id, one in case.actors.items() if id in theirs])
    # Whoever judged it had read what it rests on: what they wrote goes no further than that, and frees no word of it.
    open_to_all = [one for one in threat.assessments if not _rests_beyond(one, case)]
    judged = [text for one in open_to_all for text in (one.grounds, one.why, one.confidence_why, one.changed)]
    texts = dict.fromkeys(
        [
            *itself,
            *(one.words for one in threat.questions),
            *judged,
            *(one.why for one in threat.evidence),
            *(text for one in (threat.begins, threat.ends) if one is not None for text in _said_at(one, threat.zone)),
        ]
    )
    of_duties = [text for one in case.duties for text in words_of(one)]
    called = [one for actor in case.actors.values() for one in actor.called]
    stands = (text for one in (threat, *case.parts, *called) for text in free_text(one))
    every = dict.fromkeys([*stands, *of_duties, *case.written])
    return Material(
        id=threat.id, material="case", mark=threat.mark, texts=tuple(texts), noted=tuple(one for one in every if one not in texts),
        readers=frozenset({threat.owner, *threat.readers}),
    )  # fmt: skip


def _rests_beyond(judged: Assessment, case: Rests) -> bool:
    """Say whether an estimate rests on something stricter than its case."""
    items = _under(rests_on(judged, case.threat.evidence), case.incidents)
    found = [one for id in items if (one := case.reports.get(id) or case.incidents.get(id)) is not None]
    marks = [one.mark for one in found]
    # Whoever judged it then had read what they said then.
    marks += [one.bound.mark for id in items for one in case.earlier.get(id, ()) if one.until > judged.at]
    return not all(not_beyond(one, case.threat.mark) for one in marks)


def _under(items: Iterable[Id], incidents: Mapping[Id, Incident]) -> set[Id]:
    """Return these reports and incidents, and the reports that tell of these incidents."""
    found = set(items)
    return found.union(*(incidents[id].reports for id in found if id in incidents))


def with_estimate(cases: Collection[Rests], material: Iterable[Material]) -> list[Material]:
    """Return the material of some cases, and of each whether the latest estimate rests on it, as it was said by then.

    cases: one, and those that became one with it.
    """
    judged = [(last, one) for one in cases if (last := one.threat.last) is not None]
    if not judged:
        return list(material)
    last, case = max(judged, key=lambda one: one[0].at)
    incidents = {id: incident for one in cases for id, incident in one.incidents.items()}
    linked = [link for one in cases for link in one.threat.evidence]
    under = {case.threat.id, *_under(rests_on(last, linked), incidents)}

    def rests(one: Material) -> bool:
        return one.id in under or (one.of in under and one.until is not None and one.until > last.at)

    return [msgspec.structs.replace(one, estimate=True) if rests(one) else one for one in material]


def _said_at(moment: datetime, zone: str) -> tuple[str, ...]:
    """Return a moment as people read it there, and as it is kept."""
    return tuple(dict.fromkeys((until_said(moment, zone), until_said(moment, "UTC"))))


def until_said(moment: datetime, zone: str) -> str:
    """Return a moment by the clock of a zone, as the check reads it."""
    return f"{moment.astimezone(ZoneInfo(zone or 'UTC')):%Y-%m-%d %H:%M}"


def _report(report: Report, source: Source | None) -> Material:
    who = (source.name,) if source is not None else ()
    said = (report.title, report.text, *(claim.text for claim in report.claims))
    return Material(
        id=report.id, material="report", mark=report.mark, language=report.language, readers=frozenset(report.readers),
        # Who said it may be told only of what they have published.
        texts=(*said, *who) if report.url else said, noted=() if report.url else who,
    )  # fmt: skip


def _incident(incident: Incident, actor: Actor | None) -> Material:
    texts = (incident.what, incident.where, *(_called(actor) if actor is not None else ()))
    noted = (incident.corrected_why,) if incident.corrected_why else ()
    return Material(id=incident.id, material="incident", mark=incident.mark, texts=texts, noted=noted)


def _called(actor: Actor) -> tuple[str, ...]:
    return (actor.name, *actor.aliases)


def may_know(reader: Reader, material: Material) -> bool:
    """Say whether somebody may read material: who may not is not told of it."""
    return may_read(reader, material.mark, material.readers)


def is_stricter(material: Material, mark: Mark, recipients: Collection[Id], *, leaves_us: bool = False) -> bool:
    """Say whether material may not go where a notice goes. leaves_us: to somebody who is not of this organisation, too.

    What is RED is for those who are named as its readers, also where the notice is RED and names others; what is AMBER+STRICT
    is for this organisation alone, whatever the mark of the notice.

    Source: FIRST, Traffic Light Protocol 2.0 (2022).
    """
    if material.mark is Mark.RED and not set(recipients) <= material.readers:
        return True
    if material.mark is Mark.AMBER_STRICT and leaves_us:
        return True
    return not not_beyond(material.mark, mark)


def texts_of(tear_line: TearLine, versions: Sequence[TearLine] = ()) -> dict[str, str]:
    """Return every text of a notice by the name of its field; of a version by its number from 1 and the name."""
    every = {"": tear_line} | {f"{number}.": one for number, one in enumerate(versions, 1)}
    return {
        f"{before}{name}": text
        for before, one in every.items()
        for name in TearLine.__struct_fields__
        if (text := getattr(one, name)).strip()
    }


def flags(
    texts: Mapping[str, str],
    languages: Mapping[str, str],
    mark: Mark,
    recipients: Collection[Id],
    material: Iterable[Material],
    near: tuple[datetime, datetime] | None = None,
    *,
    leaves_us: bool = False,
) -> tuple[Flag, ...]:
    """Return what of these texts stands in stricter material alone, in the order of the texts.

    languages: of the fields that are not in English. near: from when to when it holds, so that Saturday is a date.
    """
    dates = _dates_near(near) if near is not None else ()
    said = [
        (name, _only_time(term) if name == UNTIL else _dated(term, dates))
        for name, text in texts.items()
        for term in _terms(text, languages.get(name, "en"))
    ]
    wanted = {hash(hint) for _name, term in said for hint in term.hints}
    each = [(one, is_stricter(one, mark, recipients, leaves_us=leaves_us)) for one in material]
    whence = _whence([one for one, stricter in each if stricter], wanted)
    maybe = [(name, term, sources) for name, term in said if (sources := _sources(term, whence))]
    free = _free_to_say(one for one, stricter in each if not stricter) if maybe else frozenset()
    return tuple(
        Flag(
            field=name,
            start=term.start,
            end=term.end,
            text=term.text,
            kind=term.kind,
            key=term.key,
            sources=sources,
            hints=term.hints,
        )
        for name, term, sources in maybe
        if free.isdisjoint(map(hash, term.said))
    )


_DAYS_AROUND = timedelta(days=7)
_MOST_DAYS = 35


def _dates_near(near: tuple[datetime, datetime]) -> tuple[tuple[str, str], ...]:
    """Return the dates about a window, each with its day of the week."""
    first, last = (near[0] - _DAYS_AROUND).date(), (near[1] + _DAYS_AROUND).date()
    every = (first + timedelta(days=number) for number in range(min((last - first).days + 1, _MOST_DAYS)))
    return tuple((f"time {one:%m-%d}", f"time day {one.isoweekday()}") for one in every)


def _only_time(term: Term) -> Term:
    """Return when a notice ends, without the numbers in it: it has some whatever it rests on."""
    return msgspec.structs.replace(term, hints=frozenset(one for one in term.hints if one.startswith("time ")))


def _dated(term: Term, dates: tuple[tuple[str, str], ...]) -> Term:
    """Return a date or a day of the week as either of the two."""
    if term.kind is not TermKind.TIME or not dates:
        return term
    also = {other for date, day in dates for one, other in ((date, day), (day, date)) if one == term.key}
    return msgspec.structs.replace(term, hints=term.hints | also) if also else term


def _whence(material: Iterable[Material], wanted: set[int]) -> dict[int, list[Id]]:
    """Return in which material these may stand."""
    said = [(one.id, _known((*one.texts, *one.noted), one.language)) for one in material]
    may_be = {one for one in set().union(*(every for _id, every in said)) if not wanted.isdisjoint(one.hints)}
    found: dict[int, list[Id]] = {}
    for id, every in said:
        for hint in wanted.intersection(hint for one in may_be.intersection(every) for hint in one.hints):
            found.setdefault(hint, []).append(id)
    return found


def _free_to_say(material: Iterable[Material]) -> frozenset[int]:
    """Return what stands in material that may go as far as the notice."""
    said: set[_Said] = set().union(*(_known(one.texts, one.language) for one in material))
    return frozenset(stands for one in said for stands in one.stands)


class _Said(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What a word says, strictly and loosely, as the hashes of it: one for all texts that it stands in.

    by_capital: it may say so for its capital alone, which a word at the head of a sentence has as well.
    """

    stands: "array[int]"
    hints: "array[int]"
    by_capital: bool = False


@lru_cache(maxsize=KNOWN_TEXTS)
def _known(texts: tuple[str, ...], language: str) -> tuple[_Said, ...]:
    """Return what stands in texts, and what may: those of a few thousand reports are kept so."""
    tongue = tongue_of(language)
    said = said_in(texts, language)
    found = {*map(_within, said.within, repeat(tongue)), *(_opening(one, tongue) for one in said.opening)}
    if said.numeric:
        hints = frozenset(hint for one in said.numeric for hint in one.hints)
        found.add(_hashed(stands(said.numeric), hints))
    return tuple(found)


@lru_cache(maxsize=_KNOWN_SAID)
def _within(word: str, tongue: str) -> _Said:
    term = read(word, tongue, opens=False)
    return _NOTHING if term is None else _placed_and_hashed(term)


def _opening(word: str, tongue: str) -> _Said:
    """Return what a word says that only opens sentences: perhaps it is no name, so that no place or month stands there."""
    known = _within(word, tongue)
    term = read(word, tongue, opens=True) if known.by_capital else None
    return known if term is None else _placed_and_hashed(term)


def _placed_and_hashed(term: Term) -> _Said:
    placed = _placed(term)
    return _hashed(stands([placed]), placed.hints, by_capital=placed.kind in _BY_CAPITAL)


def _hashed(stands: frozenset[str], hints: frozenset[str], *, by_capital: bool = False) -> _Said:
    return _Said(array("q", [*map(hash, stands)]), array("q", [*map(hash, hints)]), by_capital)


_BY_CAPITAL = frozenset({TermKind.PLACE, TermKind.TIME})
_NOTHING = _hashed(frozenset(), frozenset())


def stands_there(text: str, language: str, found: Iterable[Flag]) -> tuple[tuple[int, int], ...]:
    """Return where in a text that a notice rests on these flagged pieces of the notice may have come from."""
    hints = {hint for one in found for hint in one.hints}
    return tuple((term.start, term.end) for term in _terms(text, language, common=True) if term.hints & hints)


def _sources(term: Term, whence: Mapping[int, list[Id]]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(id for hint in sorted(term.hints) for id in whence.get(hash(hint), ())))


def _terms(text: str, language: str, *, common: bool = False) -> list[Term]:
    return [_placed(term) for term in terms(text, language, common=common)]


def _placed(term: Term) -> Term:
    """Return a name as the place that it is, where it is one: Moskau and Москва are the same."""
    is_cased = term.text.lower() != term.text.upper()
    if not term.key.startswith("name ") and (is_cased or not term.key.startswith("word ")):
        return term
    word = term.key.partition(" ")[2]
    stem = next((one.removeprefix("stem ") for one in term.hints if one.startswith("stem ")), word)
    where = _places(word, stem)
    if not where:
        return term
    hints = term.hints | where
    if term.kind is TermKind.WORD:  # it opens a sentence, or its script knows no capitals: perhaps a place
        return msgspec.structs.replace(term, hints=hints)
    return msgspec.structs.replace(term, kind=TermKind.PLACE, said=term.said | where, hints=hints)


@lru_cache(maxsize=KNOWN_WORDS)
def _places(word: str, stem: str) -> frozenset[str]:
    """Return the places that a name is, each by its name and country."""
    tries = (
        (word, stem, f"{stem}а", f"{stem}ь")
        if "\u0400" <= word[:1] <= "\u04ff"
        else (word, stem)
        if word != stem and not word.isascii()
        else (word,)
    )
    found = (towns_named(one) for one in dict.fromkeys(tries) if len(one) >= _SHORTEST_TOWN)
    towns = next((towns for towns in found if towns), ())[:_MOST_TOWNS]
    return frozenset(f"place {town.name} {town.country}" for town in towns)


def meant_said(notice: Notice | NoticeDrafted) -> str:
    """Say in words whom a notice is meant for who is not known here."""
    return ", ".join(notice.meant_words)


def flags_of(
    notice: Notice | NoticeDrafted,
    material: Iterable[Material],
    told_before: TearLine | None = None,
    *,
    zone: str = "UTC",
    ended_before: datetime | None = None,
    leaves_us: bool = False,
) -> tuple[Flag, ...]:
    """Return what of a notice stands in stricter material alone, its end and whom it is meant for among it.

    told_before: what whoever it is for was told already; ended_before: until when that held. zone: by whose clock it ends.
    leaves_us: it goes to somebody who is not of this organisation.
    """
    if notice.tear_line is None:
        return ()
    texts = texts_of(notice.tear_line, [one.tear_line for one in notice.versions])
    spoken = [notice.language, *(one.language for one in notice.versions)]
    languages = {name: spoken[int(name.partition(".")[0]) if "." in name else 0] or "en" for name in texts}
    ends = _ends(notice)
    if ends is not None:
        texts[UNTIL], languages[UNTIL] = until_said(ends, zone), "en"
    if notice.meant_words:
        texts[MEANT], languages[MEANT] = meant_said(notice), notice.language or "en"
    before = () if ended_before is None else _said_at(ended_before, zone)
    known = [] if told_before is None else [_told(notice, told_before, before)]
    every, to = [*material, *known], {*notice.recipients, *notice.meant_for}
    found = flags(texts, languages, notice.mark, to, every, _near(notice), leaves_us=leaves_us)
    under = tuple(one.id for one in every if one.estimate and is_stricter(one, notice.mark, to, leaves_us=leaves_us))
    if not under:
        return found
    told = "" if told_before is None else told_before.likelihood
    likely = {name: text for name, text in texts.items() if name.endswith(LIKELIHOOD) and _says_new(text, told)}
    return tuple(one for name in texts for one in _in_field(name, likely.get(name, ""), found, under))


def _says_new(text: str, told: str) -> bool:
    return text != told and any(map(str.isalnum, text))  # a struck one says nothing


def _in_field(name: str, likely: str, found: Iterable[Flag], under: tuple[Id, ...]) -> list[Flag]:
    """Return the flags of a field. likely: what it says of how likely it is: all that is one flag, with whatever is flagged in it."""
    mine = [one for one in found if one.field == name]
    if not likely:
        return mine
    return [
        Flag(
            field=name,
            start=0,
            end=len(likely),
            text=likely,
            kind=TermKind.ESTIMATE,
            key=f"estimate {' '.join(likely.casefold().split())}",
            sources=tuple(dict.fromkeys((*under, *(id for one in mine for id in one.sources)))),
            hints=frozenset().union(*(one.hints for one in mine)),
        )
    ]


def _near(notice: Notice | NoticeDrafted) -> tuple[datetime, datetime] | None:
    if isinstance(notice, NoticeDrafted):
        return notice.begins, notice.ends or notice.begins
    return None if notice.window is None else (notice.window.begins, notice.window.ends)


def _ends(notice: Notice | NoticeDrafted) -> datetime | None:
    if isinstance(notice, NoticeDrafted):
        return notice.ends
    return None if notice.window is None else notice.window.ends


def _told(notice: Notice | NoticeDrafted, told_before: TearLine, ends: tuple[str, ...]) -> Material:
    texts = (*texts_of(told_before).values(), *ends)
    id = notice.id if isinstance(notice, Notice) else notice.subject
    language = notice.language or "en"
    return Material(id=id, material="notice", mark=Mark.CLEAR, texts=texts, language=language)


GAP = "…"
"""What stands where a word was struck, until somebody mends the sentence."""

_GAPS = re.compile(rf"{GAP}(?:\s*{GAP})+")


def struck(draft: NoticeDrafted, found: Iterable[Flag]) -> NoticeDrafted:
    """Return a draft without these pieces of its text. Its end, and whom it is meant for, stay: they are chosen otherwise."""
    lines = [draft.tear_line, *(one.tear_line for one in draft.versions)]
    in_words = [one for one in found if one.field not in CHOSEN]
    for flag in sorted(in_words, key=lambda one: one.start, reverse=True):
        number, _dot, name = flag.field.rpartition(".")
        text = getattr(lines[int(number or 0)], name)
        cut = _GAPS.sub(GAP, f"{text[: flag.start]}{GAP}{text[flag.end :]}")
        lines[int(number or 0)] = msgspec.structs.replace(lines[int(number or 0)], **{name: cut})
    versions = tuple(
        msgspec.structs.replace(one, tear_line=line) for one, line in zip(draft.versions, lines[1:], strict=True)
    )
    return msgspec.structs.replace(draft, tear_line=lines[0], versions=versions, stated=Stated())


def unanswered(found: Iterable[Flag], released: Collection[str]) -> tuple[Flag, ...]:
    """Return the flags that nobody has struck or released. released: what may stay."""
    return tuple(one for one in found if one.key not in released)
