"""Silence about a warning that another follows: whoever is waited for in both is rung about once, by the later of the two."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tocsin.answer.escalate import settle
from tocsin.answer.facts import WatchSettled
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.threat.case_over import silences
from tocsin.flow.warning.audience import Warned, parts_of
from tocsin.flow.warning.followed import earlier
from tocsin.store.look import Look

HOW = "followed"
"""How a silence was settled of which a later warning asks: they answered that, or somebody is rung about it by now."""


def overtaken(look: Look, watch: Watch) -> list[Watch]:
    """Return the silences about what a warning follows that this one is about as well, and that nobody has taken on."""
    before = [one for one in silences(look, earlier(look, watch.warning)) if one.accepted_by is None]
    if watch.of != watch.warning:
        return [one for one in before if one.of == watch.of]
    return [one for one in before if one.of == one.warning and _asks_all(look, watch.warning, one.warning)]


def _asks_all(look: Look, later: Id, before: Id) -> bool:
    """Say whether a warning is addressed to all to whom another was."""
    one, other = _addressed(find_warning(look, later)), _addressed(find_warning(look, before))
    return all(whom <= more for whom, more in zip(other, one, strict=True))


def _addressed(warning: Warned) -> tuple[frozenset[object], ...]:
    """Return whom a warning names, of which groups, and in which parts; these may be of its own areas."""
    people = frozenset((*getattr(warning, "recipients", ()), *getattr(warning, "persons", ())))
    parts = frozenset((part, getattr(warning, "areas", ())) for part in parts_of(warning))
    return people, frozenset(getattr(warning, "groups", ())), parts


def settled_by_the_later(overtaken: Iterable[Watch], now: datetime) -> Iterator[WatchSettled]:
    """Yield that nobody is rung about these any more, because the later warning is waited for instead."""
    return (fact for one in overtaken if (fact := settle(one, HOW, now)) is not None)
