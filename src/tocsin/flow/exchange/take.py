"""Taking a bundle in: what says something becomes a report, all of it is kept whole, and nothing of it changes a case.

The same bundle taken in again changes nothing. A newer version replaces, one that was taken back counts no more; both only
where the same source says so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from tocsin.answer.institution.facts import AnswerProposed
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, keyed_id
from tocsin.basis.marking import Mark, Reader
from tocsin.flow.exchange.hand_out import OFFICERS
from tocsin.flow.exchange.weighed import Became, Weighed, Words, hash_of, version_of, weigh
from tocsin.flow.house import House
from tocsin.flow.proposing import proposals
from tocsin.people.state import Person
from tocsin.report.facts import ReportReceived, ReportRevised, ReportTakenBack
from tocsin.report.foreign import BundleTaken, ForeignObject, ForeignObjectTaken
from tocsin.report.state import Source, fold_report
from tocsin.stix.check import check
from tocsin.stix.extensions import Grade, heard
from tocsin.stix.model import Bundle, word
from tocsin.stix.problem import Problem
from tocsin.stix.read import parse, read, spell_object
from tocsin.stix.tlp import definitions_in, ids_of, strictest
from tocsin.stix.types import moment_of
from tocsin.store.look import Look
from tocsin.threat.handed_out import HandedOut


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came. source: who sent it. readers: who besides its taker may read what is RED in it.

    unmarked: how far something goes that nobody has marked.
    """

    file: bytes
    source: Id
    unmarked: Mark = Mark.AMBER
    readers: tuple[Id, ...] = ()

    def __repr__(self) -> str:
        return "Arrival()"


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one object. report: which one it is here."""

    at: int
    foreign_id: str
    foreign_type: str
    became: Became
    mark: Mark
    report: Id | None = None
    why: str = ""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a file, object by object; and what is wrong with it."""

    fates: tuple[Fate, ...]
    problems: tuple[Problem, ...]
    bundle: str


def take_in(
    house: House, arrival: Arrival, reader: Reader, *, by: Id, command: str, now: datetime, dry_run: bool = False
) -> Taken:
    """Take a bundle in, or say what would become of it. All of it becomes true at once, or nothing.

    Raises:
        Refused: the taker may not, the source is not listed, or the file cannot be read.
    """
    if not reader.roles & OFFICERS or reader.person is None:
        raise Refused("Only a watch officer or a duty officer takes a bundle in.")
    bundle = read(arrival.file)
    with house.store.look() as look:
        source = look.get(Source, arrival.source)
        _refuse_strangers(look, arrival.readers)
        taking = _Taking(house, look, arrival, source, bundle, reader.person, now)
        fates = taking.weigh_all()
        seen = {subject: look.version(subject) for subject in {fact.subject for fact in taking.facts}}
    if taking.facts and not dry_run:
        house.store.commit(taking.facts, at=now, by=by, command=command, expect=seen)
    return Taken(fates=tuple(fates), problems=tuple(check(bundle)), bundle=bundle.id)


def _refuse_strangers(look: Look, readers: Sequence[Id]) -> None:
    missing = sorted(set(readers) - look.some(Person, list(readers)).keys())
    if missing:
        raise Refused(f"There is nobody {missing[0]} here. Name people who are entered as readers.")


_NOTHING = Words(title="It says nothing any more", text="", published="", url=None, language="en", claims=())


class _Taking:
    """One taking in, object by object. facts: what follows from it."""

    def __init__(
        self, house: House, look: Look, arrival: Arrival, source: Source, bundle: Bundle, taker: Id, now: datetime
    ) -> None:
        self.facts: list[Fact] = []
        self._house, self._look, self._arrival, self._source, self._now = house, look, arrival, source, now
        self._bundle, self._taker = bundle, taker
        self._id = house.store.new_id()
        self._readers = tuple(dict.fromkeys([taker, *arrival.readers]))
        objects = bundle.objects
        keys = (
            {word(one, "id") for one in objects}
            | {id for one in objects for id in ids_of(one)}
            | {*map(hash_of, objects)}
        )
        there = look.which(ForeignObject, "foreign_id", sorted(keys))
        self._known = {one.foreign_id: one for one in there if one.source == source.id}
        # The same object from somebody else, or the same voice again: that is repetition, whoever brings it.
        self._elsewhere = {one.foreign_id: one.report for one in there if one.source != source.id and one.report}
        voices = {grade.origin[:100] for one in objects if (grade := heard(one, Grade)) and grade.origin}
        self._voices = {
            one.origin: one.report for one in look.which(ForeignObject, "origin", sorted(voices)) if one.report
        }
        self._ours = {one.id for handed in look.all(HandedOut) for one in handed.objects} & keys
        markings = [one for one in self._known.values() if one.foreign_type == "marking-definition"]
        self._definitions = {**{one.foreign_id: read_said(one) for one in markings}, **definitions_in(objects)}

    def weigh_all(self) -> list[Fate]:
        """Say of each object what becomes of it, in its order."""
        fates = [self._one(at, said) for at, said in enumerate(self._bundle.objects)]
        if self.facts:
            marks = [fate.mark for fate in fates]
            self.facts.insert(0, self._file(strictest(marks)))
        return fates

    def _file(self, mark: Mark) -> BundleTaken:
        return BundleTaken(
            subject=self._id,
            occurred_at=self._now,
            source=self._source.id,
            bundle_id=self._bundle.id[:100],
            sha256=sha256(self._arrival.file).hexdigest(),
            count=len(self._bundle.objects),
            by=self._taker,
            mark=mark,
            readers=self._readers if mark is Mark.RED else (),
        )

    def _one(self, at: int, said: object) -> Fate:
        one = weigh(at, said, self._known, self._definitions, self._arrival.unmarked)
        if one.id in self._ours:
            return self._fate(replace(one, became=Became.OURS, why="It went out from here."), None)
        before = self._known.get(one.key)
        report = before.report if before else None
        if one.became not in (Became.UNCHANGED, Became.OLDER, Became.OURS):
            report = self._take(one, before)
        return self._fate(one, report)

    def _fate(self, one: Weighed, report: Id | None) -> Fate:
        return Fate(
            at=one.at,
            foreign_id=one.id,
            foreign_type=word(one.said, "type")[:250],
            became=one.became,
            mark=one.mark,
            report=report,
            why=one.why,
        )

    def _take(self, one: Weighed, before: ForeignObject | None) -> Id | None:
        report = before.report if before else None
        readers = self._readers if one.mark is Mark.RED else ()
        if report is None and one.words is not None and one.became in (Became.REPORT, Became.REPLACES):
            report = self._receive(one, one.words, readers)
        elif report is not None and one.became is Became.REPLACES:
            self.facts.append(self._revised(report, one, one.words or _NOTHING, readers))
        elif report is not None and one.became is Became.TAKEN_BACK:
            self.facts.append(
                ReportTakenBack(
                    subject=report, occurred_at=self._now, why="Its maker has revoked the object that it came as."
                )
            )
        fact = ForeignObjectTaken(
            subject=keyed_id(self._house.store.secrets.links, "foreign", self._source.id, one.key),
            occurred_at=self._now,
            source=self._source.id,
            bundle=self._id,
            foreign_id=one.key,
            foreign_type=word(one.said, "type")[:250],
            said_version=version_of(one.said),
            said=spell_object(one.said),
            mark=one.mark,
            readers=readers,
            revoked=one.became is Became.TAKEN_BACK,
            report=report,
            origin=one.origin,
        )
        self.facts.append(fact)
        self._remember(fact)
        return report

    def _remember(self, fact: ForeignObjectTaken) -> None:
        """Know an object from now on: the next in the same file may be a version of it, or repeat it."""
        named = {
            name: getattr(fact, name) for name in ForeignObject.__struct_fields__ if name not in ("id", "taken_at")
        }
        self._known[fact.foreign_id] = ForeignObject(id=fact.subject, taken_at=self._now, **named)
        if fact.origin and fact.report:
            self._voices.setdefault(fact.origin, fact.report)

    def _receive(self, one: Weighed, words: Words, readers: tuple[Id, ...]) -> Id:
        report = ReportReceived(
            subject=self._house.store.new_id(),
            occurred_at=self._now,
            source=self._source.id,
            title=words.title,
            text=words.text,
            published_at=moment_of(words.published),
            url=words.url,
            language=words.language,
            claims=words.claims,
            mark=one.mark,
            readers=readers,
            relays=self._elsewhere.get(one.key) or (self._voices.get(one.origin) if one.origin else None),
        )
        self.facts += [report, *self._proposed(report)]
        return report.subject

    def _proposed(self, report: ReportReceived) -> Iterable[AnswerProposed]:
        return proposals(self._house, self._look, fold_report(None, report), self._source, self._now)

    def _revised(self, report: Id, one: Weighed, words: Words, readers: tuple[Id, ...]) -> ReportRevised:
        return ReportRevised(
            subject=report,
            occurred_at=self._now,
            title=words.title,
            text=words.text,
            published_at=moment_of(words.published),
            url=words.url,
            language=words.language,
            claims=words.claims,
            mark=one.mark,
            readers=readers,
        )


def read_said(foreign: ForeignObject) -> object:
    """Return what an object that is kept says."""
    return parse(foreign.said.encode())
