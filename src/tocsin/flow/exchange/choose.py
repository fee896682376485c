"""What leaves at a mark, and what stays: object by object, reference by reference, and word by word."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.basis.marking import Mark, Reach, Reader, may_read, not_beyond, strictest
from tocsin.flow.exchange.file import CaseFile
from tocsin.flow.exchange.items import Item
from tocsin.flow.exchange.objects import CASE
from tocsin.flow.exchange.texts import Texts
from tocsin.stix.tlp import IDS


class Stays(StrEnum):
    """Why something stays here."""

    MARK = "mark"  # it may not go so far
    READERS = "readers"  # it is RED, and somebody it would go to is not named as its reader
    ONLY_US = "only_us"  # it was told to this organisation alone
    RESTS = "rests"  # it rests on what may not go so far
    WORDS = "words"  # it holds words of what may not go so far


TELLS_ITS_MARK = frozenset({None, Stays.MARK, Stays.READERS, Stays.ONLY_US})
"""Why something stays that is marked so itself: its mark may be told. None: it leaves."""


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
    file: CaseFile, items: Collection[Item], reach: Reach, reader: Reader, released: Collection[str]
) -> list[Chosen]:
    """Say of each item that this reader may know of whether it leaves. Where the case stays for its words, it is all that is told of.

    released: keys of texts that somebody lets go though they hold such words.
    A text about the case is known by the case, also where it stays because of something that the reader may not read.
    """
    texts = Texts(file, reach, reader)
    known = {item.key for item in items if item.kind not in _BY_ITSELF or _may_read(reader, item)}
    known = _reached(items, known)
    shown = [item for item in items if item.key in known and (item.kind in _WHOLE or known >= set(item.needs))]
    found = _with_what_they_need([_judged(item, reach, texts, released, reader) for item in shown])
    return _case_held(found) or _marked(found, texts, reach.mark)


def _case_held(found: Collection[Chosen]) -> list[Chosen]:
    """Return the case alone where it stays for its words; nothing where it does not."""
    return [one for one in found if one.item.key == CASE and one.stays is Stays.WORDS]


def _judged(item: Item, reach: Reach, texts: Texts, released: Collection[str], reader: Reader) -> Chosen:
    # Nobody lets out what they may not read themselves, whoever it goes to.
    stays = _stays(item, reach) if _may_read(reader, item) else Stays.RESTS
    words = texts.given_away(item) if stays is None else {}
    shown = [word for word, is_shown in words.items() if is_shown]
    if not words or (item.key in released and len(shown) == len(words)):
        return Chosen(item=item, stays=stays, words=tuple(sorted(shown)), released=bool(words))
    # Of words that the reader does not know from where they come, they cannot judge: somebody who may read that lets them go.
    return Chosen(item=item, stays=Stays.WORDS, words=tuple(sorted(shown)))


def _stays(item: Item, reach: Reach) -> Stays | None:
    if item.bound.allows(reach):
        return None
    if item.bound.mark is Mark.RED and reach.mark is Mark.RED and not item.bound.is_for(reach.to):
        return Stays.READERS
    if item.kind not in _BY_ITSELF:
        return Stays.RESTS
    return Stays.MARK if not not_beyond(item.bound.mark, reach.mark) else Stays.ONLY_US


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


def _marked(found: list[Chosen], texts: Texts, mark: Mark) -> list[Chosen]:
    """Mark what leaves, and what ties it, with the loosest mark at which its words would let it leave by itself.

    Whoever gets the file hands it on by these marks, and knows nothing of what else we have read. What somebody let go goes as far
    as this file, and no further.
    """
    marks = {
        one.item.key: strictest([one.item.bound.mark, *([mark] if one.released else texts.marks_of(one.item))])
        for one in found
        if one.stays is None
    }
    return [replace(one, item=_at(one.item, marks)) if one.stays is None else one for one in found]


def _at(item: Item, marks: Mapping[str, Mark]) -> Item:
    mark = strictest(marks[key] for key in (item.key, *item.needs) if key in marks)
    if mark is item.bound.mark or item.kind in _BY_ITSELF:
        return item
    objects = tuple({**said, "object_marking_refs": [IDS[mark]]} for said in item.objects)
    return replace(item, bound=replace(item.bound, mark=mark), objects=objects)


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


def case_leaves(found: Collection[Chosen]) -> bool:
    """Say whether the case itself leaves; without it, nothing does."""
    return any(one.item.key == CASE and one.stays is None for one in found)
