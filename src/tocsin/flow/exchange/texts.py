"""The words of all that bears on a case: which of them stand only in what may not go so far, and how far each may go."""

from collections.abc import Collection, Iterator

from tocsin.basis.marking import Bound, Mark, Reach, Reader, may_read, others
from tocsin.flow.exchange.brought import texts_of
from tocsin.flow.exchange.file import CaseFile
from tocsin.flow.exchange.items import Item
from tocsin.flow.exchange.objects import CASE
from tocsin.flow.exchange.told import telling, words_of
from tocsin.lexicon.inside import asked, told
from tocsin.report.earlier import bound_of
from tocsin.report.state import Incident, Report
from tocsin.stix.read import parse
from tocsin.threat.free_text import about_itself

_ORDER = list(Mark)


class Texts:
    """The words of reports and incidents: those that may not go so far, and those that stand in something that may.

    A name counts as well where it stands in a longer word, has another ending, or is a run of letters that nothing parts. What
    the case says of itself goes as far as the case, save where it is AMBER+STRICT and goes out of this organisation: it may then be
    called by what somebody told us alone.
    """

    def __init__(self, file: CaseFile, reach: Reach, reader: Reader) -> None:
        """Read them all. reach: how far something is to go. reader: who lets it go."""
        self._reach, self._reader = reach, reader
        self._shown: set[str] = set()
        self._strict: set[str] = set()
        self._only_us: set[str] = set()
        self._telling: set[str] = set()
        self._free: dict[str, int] = {}
        for report in file.reports.values():
            self._sort(_texts_of(report), bound_of(report))
            # Who said it is told only of what they have published.
            self._sort([file.sources[report.source].name], bound_of(report), goes=bool(report.url))
        for came in file.brought.objects.values():
            self._sort(texts_of(parse(came.said.encode())), others(came.mark, came.readers))
        for incident in file.incidents.values():
            self._sort(_texts_of(incident), file.bound(incident))
        for dropped in file.dropped:
            self._sort(_texts_of(dropped), bound_of(dropped))
        for before in (one for every in file.earlier.values() for one in every):
            self._sort(_texts_of(before.said), before.bound)
        for gone in file.no_more:
            self._sort(gone.said, gone.bound, but=gone.again)
        # A laxer mark lets the words of a case go to others, and RED to those whom it names; AMBER+STRICT says neither.
        trusted = file.threat.mark is not Mark.AMBER_STRICT
        self._of_case: set[str] = set() if trusted else self._only_us - self._free.keys()
        self._loosen(about_itself(file.threat, file.actors.values()), file.threat.mark)

    def _sort(self, texts: Collection[str], bound: Bound, *, goes: bool = True, but: Collection[str] = ()) -> None:
        known = may_read(self._reader, bound.mark, bound.named)
        words = set().union(*map(telling, texts)).difference(*map(words_of, but))
        found = words.union(*map(told, words))
        self._telling |= found
        if goes and known and bound.allows(self._reach):  # what the reader may not read does not leave by them
            self._loosen(texts, bound.mark)
            return
        self._strict |= found
        if bound.only_us and not self._reach.within:
            self._only_us |= found
        if known:
            self._shown |= found

    def _loosen(self, texts: Collection[str], mark: Mark) -> None:
        level, words = _ORDER.index(mark), set().union(*map(telling, texts))
        for word in words.union(*map(words_of, texts), *map(told, words)):
            self._free[word] = min(level, self._free.get(word, level))

    def given_away(self, item: Item) -> dict[str, bool]:
        """Return the words of stricter material that an item holds and that stand in nothing that may leave.

        Each with whether the reader may know where it does.
        """
        is_case = item.kind == CASE
        strict = self._of_case if is_case else self._strict - self._free.keys()
        found = {
            word: hits for word, ways in self._ways(item, () if is_case else self._free) if (hits := ways & strict)
        }
        return {word: (hits & {word} or hits) <= self._shown for word, hits in found.items()}

    def marks_of(self, item: Item) -> list[Mark]:
        """Return how far what the words of an item stand in may go at most, word by word."""
        every = (way for _word, ways in self._ways(item, self._free) for way in ways & self._telling)
        return [_ORDER[level] for way in every if (level := self._free.get(way)) is not None]

    @staticmethod
    def _ways(item: Item, free: Collection[str]) -> Iterator[tuple[str, set[str]]]:
        """Yield the words of an item, each with all ways in which it may stand elsewhere; alone if it is free as it is."""
        names = set().union(*map(telling, item.words))
        for word in names.union(*map(words_of, item.words)):
            yield word, {word, *asked(word)} if word in names and word not in free else {word}


def _texts_of(one: Report | Incident) -> list[str]:
    if isinstance(one, Incident):
        return [one.what, one.where]
    return [one.title, one.text, *(claim.text for claim in one.claims)]
