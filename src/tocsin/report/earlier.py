"""What reports and incidents said before they were said anew: whoever read it knows it still, and it stays as strict as it was."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound, others
from tocsin.report.state import Incident, Report

_WORDS = ("title", "text", "claims", "what", "where", "url", "mark", "readers")


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """How something was said before it was said anew. number: from 1. until: when it was said anew.

    bound: how far that goes today: no further than it did then, nor than what stands now does.
    """

    said: Report | Incident
    number: int
    until: datetime
    bound: Bound

    @property
    def id(self) -> Id:
        """Return what tells it from what stands now, and from what was said at other times."""
        return f"{self.said.id}@{self.number}"


def earlier(stood: Sequence[Report | Incident]) -> tuple[Earlier, ...]:
    """Return what something said before it was said anew, the first first.

    stood: how it stood after each fact about it, the first first, and as it stands now last.
    """
    anew = [(then, after) for then, after in pairwise(stood) if _words(then) != _words(after)]
    return tuple(
        Earlier(said=then, number=number, until=_since(after), bound=bound_of(then) & bound_of(stood[-1]))
        for number, (then, after) in enumerate(anew, 1)
    )


def bound_of(said: Report | Incident) -> Bound:
    """Return how far something goes that was said so."""
    return others(said.mark, said.readers if isinstance(said, Report) else ())


def _words(said: Report | Incident) -> list[object]:
    return [getattr(said, name, None) for name in _WORDS]


def _since(said: Report | Incident) -> datetime:
    at = said.revised_at if isinstance(said, Report) else said.corrected_at
    assert at is not None  # noqa: S101  (no other fact changes a word: see fold_report and fold_incident)
    return at
