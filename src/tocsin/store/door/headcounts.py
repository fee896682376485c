"""The headcounts, and who said what in them."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.answer.facts import AnswerKind
from tocsin.basis.ids import Id
from tocsin.store.door.gate import Gate
from tocsin.store.headcounts import HeadcountCount, Wrote, words_of
from tocsin.warning.headcount.state import Headcount


class Headcounts(Gate):
    """Who was asked whether they are safe."""

    def headcounts(self) -> list[Headcount]:
        """Return all headcounts, the latest first."""
        return self._look.all(Headcount, order="issued_at")[::-1] if self.at_desk else []

    def headcount(self, id: Id) -> Headcount | None:
        """Return a headcount: who is asked and who is silent is for those who work here."""
        return self._look.find(Headcount, id) if self.at_desk else None

    def headcount_of(self, headcount: Headcount) -> HeadcountCount:
        """Return how a headcount stands."""
        return self._look.headcount(headcount.id)

    def said_in(self, headcount: Headcount, answer: AnswerKind) -> dict[Id, datetime]:
        """Return who said this last in a headcount, and since when they have."""
        return self._look.said_in_headcount(headcount.id, answer) if self.at_desk else {}

    def silent_in(self, headcount: Headcount, most: int) -> list[Id]:
        """Return who has not answered a headcount, the first of them."""
        return self._look.silent_in_headcount(headcount.id, most) if self.at_desk else []

    def unanswered_in(self, headcount: Headcount, among: Sequence[Id]) -> int:
        """Return how many of these people have not answered a headcount."""
        return self._look.unanswered_in_headcount(headcount.id, among) if self.at_desk else 0

    def words_in(self, headcount: Headcount, persons: Sequence[Id]) -> dict[Id, Wrote]:
        """Return what these people wrote last in a headcount."""
        return words_of(self._look.connection, self._keys, headcount.id, persons) if self.may_reach else {}
