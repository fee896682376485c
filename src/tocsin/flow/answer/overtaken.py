"""Silence about a warning that another follows: whoever is waited for in both is rung about once, by the later of the two."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tocsin.answer.escalate import settle
from tocsin.answer.facts import WatchSettled
from tocsin.answer.state import Watch
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.threat.case_over import silences
from tocsin.flow.warning.followed import asks_all, earlier
from tocsin.store.look import Look

HOW = "followed"
"""How a silence was settled of which a later warning asks: they answered that, or somebody is rung about it by now."""


def overtaken(look: Look, watch: Watch) -> list[Watch]:
    """Return the silences about what a warning follows that this one is about as well, and that nobody has taken on."""
    before = [one for one in silences(look, earlier(look, watch.warning)) if one.accepted_by is None]
    if watch.of != watch.warning:
        return [one for one in before if one.of == watch.of]
    later = find_warning(look, watch.warning)
    return [one for one in before if one.of == one.warning and asks_all(later, find_warning(look, one.warning))]


def settled_by_the_later(overtaken: Iterable[Watch], now: datetime) -> Iterator[WatchSettled]:
    """Yield that nobody is rung about these any more, because the later warning is waited for instead."""
    return (fact for one in overtaken if (fact := settle(one, HOW, now)) is not None)
