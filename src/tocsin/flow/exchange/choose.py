"""What leaves at a mark, and what stays: object by object, reference by reference, and word by word."""

from collections import defaultdict
from collections.abc import Collection
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, may_read, not_beyond
from tocsin.flow.exchange.brought import texts_of
from tocsin.flow.exchange.file import CaseFile
from tocsin.flow.exchange.items import Bound, Item
from tocsin.flow.exchange.objects import CASE
from tocsin.flow.exchange.told import telling, words_of
from tocsin.report.state import Incident, Report
from tocsin.stix.read import parse
from tocsin.threat.free_text import about_itself


class Stays(StrEnum):
    """Why something stays here."""

    MARK = "mark"  # it may not go so far
    READERS = "readers"  # it is RED, and somebody it would go to is not named as its reader
    RESTS = "rests"  # it rests on what may not go so far
    WORDS = "words"  # it holds words of what may not go so far


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """One item, and what becomes of it. stays: None: it leaves. words: those of stricter material that the reader may know."""

    item: Item
    stays: Stays | None
    words: tuple[str, ...] = ()
    released: bool = False


_BY_ITSELF = frozenset({"report", "incident", "case", "actor", "came"})
"""Items whose mark somebody set; that of the others follows from what they rest on."""

_WHOLE = frozenset({"report", "came", "matrix"})
"""Items that are listed although they stay because of what they refer to; a tie that does is not."""


def choose(
    file: CaseFile, items: Collection[Item], mark: Mark, to: frozenset[Id], reader: Reader, released: Collection[str]
) -> list[Chosen]:
    """Say of each item that this reader may know of whether it leaves.

    to: the people named as readers of the file. released: keys of texts that somebody lets go though they hold such words.
    A text about the case is known by the case, also where it stays because of something that the reader may not read.
    """
    texts = _Texts(file, mark, to, reader)
    known = {item.key for item in items if item.kind not in _BY_ITSELF or _may_read(reader, item)}
    known = _reached(items, known)
    shown = [item for item in items if item.key in known and (item.kind in _WHOLE or known >= set(item.needs))]
    return _with_what_they_need([_judged(item, mark, to, texts, released, reader) for item in shown])


def _judged(
    item: Item, mark: Mark, to: frozenset[Id], texts: "_Texts", released: Collection[str], reader: Reader
) -> Chosen:
    # Nobody lets out what they may not read themselves, whoever it goes to.
    stays = _stays(item, mark, to) if _may_read(reader, item) else Stays.RESTS
    words = texts.given_away(item) if stays is None else set()
    shown = words & texts.shown
    if not words or (item.key in released and words == shown):
        return Chosen(item=item, stays=stays, words=tuple(sorted(shown)), released=bool(words))
    # Of words that the reader does not know from where they come, they cannot judge: somebody who may read that lets them go.
    return Chosen(item=item, stays=Stays.WORDS, words=tuple(sorted(shown)))


def _stays(item: Item, mark: Mark, to: frozenset[Id]) -> Stays | None:
    if item.bound.mark is Mark.RED and mark is Mark.RED:
        return None if may_have(item.bound, to) else Stays.READERS
    if not_beyond(item.bound.mark, mark):
        return None
    return Stays.MARK if item.kind in _BY_ITSELF else Stays.RESTS


def may_have(bound: Bound, to: frozenset[Id]) -> bool:
    """Say whether a RED thing may go to these: to named readers of it alone, and to nobody in particular never."""
    return bool(to) and to <= bound.named


def _may_read(reader: Reader, item: Item) -> bool:
    return may_read(reader, item.bound.mark, item.bound.named)


def _with_what_they_need(found: list[Chosen]) -> list[Chosen]:
    """Drop what names something that stays: nobody is to learn from a reference that there was more."""
    staying = _held_back(found)
    leaving = {one.item.key for one in found} - staying
    before = -1
    while len(leaving) != before:  # what came with something that stays may be named in turn
        before = len(leaving)
        whole = {one.item.key for one in found if one.item.key in leaving and leaving >= set(one.item.needs)}
        leaving = _reached([one.item for one in found], whole)
    settled = (one if one.stays or one.item.key in leaving else replace(one, stays=Stays.RESTS) for one in found)
    listed = leaving | (staying & {one.item.key for one in found if one.stays or one.item.kind in _WHOLE})
    return [one for one in settled if one.item.key in listed]


def _held_back(found: Collection[Chosen]) -> set[str]:
    """Return what stays by itself, and what names that, however far."""
    there = {one.item.key for one in found}
    naming: dict[str, list[str]] = defaultdict(list)
    for one in found:
        for each in one.item.needs:
            naming[each].append(one.item.key)
    ready = [one.item.key for one in found if one.stays is not None] + sorted(naming.keys() - there)
    staying: set[str] = set()
    while ready:
        key = ready.pop()
        if key not in staying:
            staying.add(key)
            ready += naming[key]
    return staying & there


def _reached(items: Collection[Item], among: Collection[str]) -> set[str]:
    """Return which of some items there are without the others: what came with a report does so by way of what is among them."""
    by: dict[str, list[str]] = defaultdict(list)
    ready: list[str] = []
    for item in items:
        if item.key in among:
            ready += [] if item.came_with else [item.key]
            for each in item.came_with:
                by[each].append(item.key)
    found: set[str] = set()
    while ready:
        key = ready.pop()
        if key not in found:
            found.add(key)
            ready += by[key]
    return found


class _Texts:
    """The words of reports and incidents: those that may not go so far, and those that stand in something that may.

    shown: of the first, those that the reader may know. What the case says of itself goes as far as the case.
    """

    def __init__(self, file: CaseFile, mark: Mark, to: frozenset[Id], reader: Reader) -> None:
        self.shown: set[str] = set()
        self._strict: set[str] = set()
        self._free = set().union(*map(words_of, about_itself(file.threat, file.actors.values())))
        for report in file.reports.values():
            bound = Bound(mark=report.mark, named=frozenset(report.readers))
            goes, known = _goes(bound, mark, to), may_read(reader, bound.mark, bound.named)
            self._sort(_texts_of(report), goes=goes, known=known)
            # Who said it is told only of what they have published.
            self._sort([file.sources[report.source].name], goes=goes and bool(report.url), known=known)
        for came in file.brought.objects.values():
            bound = Bound(mark=came.mark, named=frozenset(came.readers))
            goes, known = _goes(bound, mark, to), may_read(reader, bound.mark, bound.named)
            self._sort(texts_of(parse(came.said.encode())), goes=goes, known=known)
        for incident in file.incidents.values():
            goes = not_beyond(incident.mark, mark)
            self._sort(_texts_of(incident), goes=goes, known=may_read(reader, incident.mark))
        for gone in file.dropped:
            named = frozenset(gone.readers) if isinstance(gone, Report) else frozenset[Id]()
            bound = Bound(mark=gone.mark, named=named)
            goes, known = _goes(bound, mark, to), may_read(reader, bound.mark, bound.named)
            self._sort(_texts_of(gone), goes=goes, known=known)

    def _sort(self, texts: Collection[str], *, goes: bool, known: bool) -> None:
        if goes and known:  # what the reader may not read does not leave by them
            self._free.update(*map(words_of, texts))
            return
        found = set().union(*map(telling, texts))
        self._strict |= found
        if known:
            self.shown |= found

    def given_away(self, item: Item) -> set[str]:
        """Return the words of stricter material that a item holds and that stand in nothing that may leave."""
        held = set().union(*map(words_of, item.words))
        return held & self._strict - self._free


def _texts_of(one: Report | Incident) -> list[str]:
    if isinstance(one, Incident):
        return [one.what, one.where]
    return [one.title, one.text, *(claim.text for claim in one.claims)]


def _goes(bound: Bound, mark: Mark, to: frozenset[Id]) -> bool:
    if bound.mark is Mark.RED:
        return mark is Mark.RED and may_have(bound, to)
    return not_beyond(bound.mark, mark)


def case_leaves(found: Collection[Chosen]) -> bool:
    """Say whether the case itself leaves; without it, nothing does."""
    return any(one.item.key == CASE and one.stays is None for one in found)
