"""That a list, for which many cases are gathered at once, shows of each what its page does."""

from msgspec.structs import replace

from tocsin.basis.words import ENGLISH
from tocsin.store.account import HeardAnswer
from tocsin.store.door import Door
from tocsin.web.desk.fill.casefile import case_file, glances
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.fill.names import Names


def lists_show_what_pages_do(door: Door) -> int:
    """Hold what is gathered for a list against what is gathered for each page; return how many cases that were."""
    names, cases = Names(door), door.cases(50)
    for glance in glances(door, cases, names, ENGLISH):
        whole = case_file(door, glance.threat, names, ENGLISH)
        assert glance.outcome == whole.outcome
        assert list(glance.reports.items()) == list(whole.reports.items())
        assert glance.incidents == whole.incidents
        assert list(map(_answered, glance.followed)) == list(map(_answered, whole.followed))
    return len(cases)


def _answered(followed: Followed) -> Followed:
    """Leave out what a list does not ask for: titles, deliveries, dates, and the words of answers."""
    heard = tuple(HeardAnswer(person=a.person, answer=a.answer, at=a.at, heard=a.heard) for a in followed.answers)
    return replace(followed, answers=heard, title="", lost=frozenset(), deadline=None, read=None)
