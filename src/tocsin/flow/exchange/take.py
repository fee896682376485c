"""Taking a bundle in: what says something becomes a report, all of it is kept whole, and nothing of it changes a case.

The same bundle taken in again changes nothing. A newer version replaces, one that was taken back counts no more; both only
where the same source says so. What is here and not for its taker to read is to them as if it were not: they are told what
would have become of their file without it, and get a report of their own, which repeats the one that is here.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from tocsin.answer.institution.facts import AnswerProposed
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, keyed_id
from tocsin.basis.marking import Mark, Reader, strictest
from tocsin.flow.exchange.hand_out import OFFICERS
from tocsin.flow.exchange.items import naming
from tocsin.flow.exchange.weighed import (
    Became,
    Weighed,
    Words,
    depths,
    hash_of,
    is_newer,
    repeats_in,
    version_of,
    weigh,
)
from tocsin.flow.house import House
from tocsin.flow.report.proposing import proposals
from tocsin.people.state import Person
from tocsin.report.facts import ReportReceived, ReportRevised, ReportTakenBack
from tocsin.report.foreign import BundleTaken, ForeignObject, ForeignObjectTaken, TakenBundle
from tocsin.report.state import Source, fold_report
from tocsin.stix.check import check
from tocsin.stix.extensions import Grade, heard
from tocsin.stix.model import Bundle, word
from tocsin.stix.problem import Problem
from tocsin.stix.read import parse, read, spell_object
from tocsin.stix.tlp import definitions_in, ids_of
from tocsin.stix.types import moment_of
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.threat.handed_out import HandedOut
from tocsin.threat.state import Threat


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
        taking = _Taking(house, look, arrival, source, bundle, reader, now)
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
        self, house: House, look: Look, arrival: Arrival, source: Source, bundle: Bundle, reader: Reader, now: datetime
    ) -> None:
        self.facts: list[Fact] = []
        self._house, self._look, self._arrival, self._source, self._now = house, look, arrival, source, now
        self._bundle, self._taker, self._door = bundle, str(reader.person), Door(look, reader)
        self._id = house.store.new_id()
        self._readers = tuple(dict.fromkeys([self._taker, *arrival.readers]))
        objects = bundle.objects
        keys = (
            {word(one, "id") for one in objects}
            | {id for one in objects for id in ids_of(one)}
            | {*map(hash_of, objects)}
        )
        there = sorted(look.which(ForeignObject, "foreign_id", sorted(keys)), key=lambda one: one.taken_at)
        seen = self._seen(there)
        self._known = {one.foreign_id: one for one in there if one.source == source.id and one.id in seen}
        self._unseen = [one for one in there if one.source == source.id and one.id not in seen]
        # The same object from somebody else, or the same voice again: that is repetition, whoever brings it.
        elsewhere = [*(one for one in there if one.source != source.id), *self._unseen]
        self._elsewhere = {one.foreign_id: one.report for one in elsewhere if one.report}
        voices = {grade.origin[:100] for one in objects if (grade := heard(one, Grade)) and grade.origin}
        self._voices = {
            one.origin: one.report for one in look.which(ForeignObject, "origin", sorted(voices)) if one.report
        }
        # What others made went out with a report of theirs; only what is said in it would be a second voice.
        theirs = {one.foreign_id for one in there if one.source == source.id or one.report is None}
        self._repeats = repeats_in(objects)
        self._depth = depths(self._repeats)
        self._ours = self._gone_out(keys) - theirs
        markings = [one for one in self._known.values() if one.foreign_type == "marking-definition"]
        self._definitions = {**{one.foreign_id: read_said(one) for one in markings}, **definitions_in(objects)}

    def _seen(self, there: Collection[ForeignObject]) -> set[Id]:
        """Return what its taker may know of: what they may read, and what they have brought themselves."""
        bundles = self._look.some(TakenBundle, sorted({one.bundle for one in there}))
        own = {id for id, bundle in bundles.items() if bundle.by == self._taker}
        return {one.id for one in there if one.bundle in own or self._door.may(one)}

    def _gone_out(self, keys: set[str]) -> set[str]:
        """Return which of these went out from here, as far as the taker may know; other reports of ours are repeated by theirs."""
        handed = self._look.all(HandedOut)
        shown = {one.id for each in handed if self._door.may(each) for one in each.objects} & keys
        name = naming(self._house.store.secrets.links)
        for threat in {each.threat for each in handed if keys & {one.id for one in each.objects} - shown}:
            evidence = self._look.get(Threat, threat).evidence
            own = {name("report", one.item): one.item for one in evidence if one.item_kind == "report"}
            self._elsewhere.update({id: own[id] for id in own.keys() & keys - shown})
        return shown

    def weigh_all(self) -> list[Fate]:
        """Say of each object what becomes of it, in its order."""
        # What others repeat comes first, so that they repeat something that is here.
        order = sorted(enumerate(self._bundle.objects), key=lambda one: self._depth.get(word(one[1], "id"), 0))
        fates = sorted((self._one(at, said) for at, said in order), key=lambda fate: fate.at)
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
            self.facts.append(self._taken_back(report))
        if one.became is Became.TAKEN_BACK:
            self._also_taken_back(one)
        fact = ForeignObjectTaken(
            subject=before.id if before else self._subject(one.key),
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

    def _subject(self, key: str) -> Id:
        """Return under which id an object is kept; beside one that is not for its taker, under one of their own."""
        own = [self._taker] if any(other.foreign_id == key for other in self._unseen) else []
        return keyed_id(self._house.store.secrets.links, "foreign", self._source.id, key, *own)

    def _also_taken_back(self, one: Weighed) -> None:
        """Take back what others here have of it: that its maker did so is true for them too, whoever brings the word."""
        for other in (other for other in self._unseen if other.foreign_id == one.key and not other.revoked):
            if not is_newer(one.said, parse(other.said.encode())):
                continue
            self.facts.append(
                ForeignObjectTaken(
                    subject=other.id,
                    occurred_at=self._now,
                    source=other.source,
                    bundle=self._id,
                    report=other.report,
                    foreign_id=other.foreign_id,
                    foreign_type=other.foreign_type,
                    said_version=version_of(one.said),
                    said=spell_object(one.said),
                    mark=other.mark,
                    readers=other.readers,
                    revoked=True,
                    origin=other.origin,
                )
            )
            if other.report is not None:
                self.facts.append(self._taken_back(other.report))

    def _taken_back(self, report: Id) -> ReportTakenBack:
        why = "Its maker has revoked the object that it came as."
        return ReportTakenBack(subject=report, occurred_at=self._now, why=why)

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
            relays=self._repeated(one),
        )
        self.facts += [report, *self._proposed(report)]
        return report.subject

    def _repeated(self, one: Weighed) -> Id | None:
        """Return what a new report repeats: the same from elsewhere, the same voice, or what its maker says that it is derived from."""
        there = self._elsewhere.get(one.key) or (self._voices.get(one.origin) if one.origin else None)
        derived = self._repeats.get(one.key, "")
        known = self._known.get(derived)
        return there or (known.report if known else None) or self._elsewhere.get(derived)

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
