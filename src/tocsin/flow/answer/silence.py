"""Silence: who is waited for, and when that is over. What happened is held against the silences of its warning, and against no others.

Whatever _over() reads of a silence changes by one of these, and each of them asks for "settle" under its own id:

- what they say: by link or message, to an officer, in public, in their own words; an institution also by reading it back or handing it on;
- who stands for an institution: the next in its line is told, or one of them hands it on;
- who was told: all whom the warning addresses are written down;
- the silence itself: it is waited for from now on. Put under another ladder, by which other answers may suffice, somebody would be
  rung about it at once, and it is looked at before that.

Whoever ends one otherwise settles it in the same step: its warning is taken back, withdrawn or stood down, or over with its case, or
somebody is rung about a later one. Where a later one is answered, that is settled here, and both at once.

One thing more asks for nothing: who belongs to a group, for the reason that duty/concerned.py gives. That is seen before anybody is
rung about it, and within the hour, when every silence is looked through.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import Why
from tocsin.answer.institution.state import Approach, Handing, ReadBack
from tocsin.answer.state import Answer, Watch
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.delivery.state import Audience
from tocsin.flow.answer.knocks_due import knocked_for_silence, knocks_over
from tocsin.flow.answer.overtaken import HOW as FOLLOWED
from tocsin.flow.answer.overtaken import overtaken, settled_by_the_later
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.each import do_at_once
from tocsin.flow.house import House
from tocsin.flow.people.on_duty import ladder_of
from tocsin.flow.threat.case_over import silences
from tocsin.flow.warning.about import warnings_about
from tocsin.flow.warning.audience import Warned
from tocsin.people.facts import PersonKind
from tocsin.people.state import Person
from tocsin.store.institutions import spoke, stands_for
from tocsin.store.look import Look
from tocsin.store.silences import Speakers
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.ladder import Suffices, Which
from tocsin.warning.notice.state import Notice

OF_A_WARNING = (Audience, Answer, ReadBack, Handing, Approach, Watch)

ONE_BY_ONE = 12  # of an audience who call for the same and are rung about each; the others are rung about together


# ---- waited for


def watch_answers(house: House, warning_id: Id, *, errand: int, now: datetime) -> None:
    """Stand by until each addressed person and group has answered."""
    with house.store.look() as look:
        warning = find_warning(look, warning_id)
        waited_for = _waited_for(warning, _people(look, warning))
    ladder = ladder_of(warning)
    facts = [
        open_watch(
            house.store.new_id(),
            warning=warning_id,
            of=of,
            why=Why.SILENCE,
            ladder=ladder,
            now=now,
            exercise=warning.exercise,
        )
        for of in waited_for
    ]
    # Whom it addresses is settled when it goes out, and only the keeper's thread does errands: nobody could be faster.
    house.store.commit(facts, at=now, by="tocsin", command=f"watch:{warning_id}", done=errand)


def by_name(warning: Warned) -> list[Id]:
    """Return whom a warning addresses by name."""
    return [*getattr(warning, "recipients", ()), *getattr(warning, "persons", ())]


def _people(look: Look, warning: Warned) -> list[Id]:
    """Return whom a warning addresses by name, of a notice without its institutions: the silence of each is a matter of its own."""
    if not isinstance(warning, Notice):
        return [*getattr(warning, "persons", ())]
    known = look.some(Person, warning.recipients)
    return [one for one in known if known[one].person_kind is not PersonKind.ORGANISATION]


def _waited_for(warning: Warned, people: Sequence[Id]) -> list[Id]:
    """Return who is waited for, each alone; or the warning itself: for all of whom nobody is named, or where some suffice."""
    if isinstance(warning, Headcount):
        return [warning.id]  # a thousand silent ones are one thing to be rung about, and stand on its page
    # Sixty who are silent are no sixty calls, which would go before the warning itself.
    together = len(people) > ONE_BY_ONE
    gathered = set(people if together else ())
    named = [one for one in by_name(warning) if one not in gathered]
    addressed = [*named, *getattr(warning, "groups", ())]
    by_part = together or bool(getattr(warning, "audience", ()))
    if warning.ladder.suffices.which is Which.EACH:
        return [*addressed, *([warning.id] if by_part else [])]
    return [warning.id] if addressed or by_part else []


# ---- over


def settle_asked(house: House, now: datetime) -> None:
    """Settle the silences that are over by what has happened: all at once; or, where that fails, one after the other."""
    if errands := {one.seq: one.subject for one in house.store.errands("settle")}:
        do_at_once(lambda some: _settle_asked(house, some, now), errands)


def _settle_asked(house: House, errands: Mapping[int, Id], now: datetime) -> None:
    _settle(house, lambda look: silences(look, warnings_about(look, errands.values(), OF_A_WARNING)), now)
    house.store.finish(*errands)


def settle_due(house: House, now: datetime) -> None:
    """Settle the silences that are over, and about which somebody would be rung now."""
    _settle(house, lambda look: [one for one in look.due(Watch, now) if one.why is Why.SILENCE], now)


def settle_all(house: House, now: datetime) -> None:
    """Settle every silence that is over: what nobody thought of asking for is late then, and not lost."""
    _settle(house, lambda look: look.all(Watch, why=Why.SILENCE.value, settled_at=None), now)


def _settle(house: House, which: Callable[[Look], Iterable[Watch]], now: datetime) -> None:
    """Settle each of some silences that is over."""
    with house.store.look() as look:
        silent = list(which(look))
        over = those_over(look, silent)
        # Who answered the later of two warnings that are waited for has answered the one that it follows, too.
        before = {watch.id: overtaken(look, watch) for watch in over}
        everyone = [*over, *chain.from_iterable(before.values())]
        knocks = knocked_for_silence(look, everyone)
        seen = {one: look.version(one) for one in (*(w.id for w in everyone), *chain.from_iterable(knocks.values()))}
        _count_ahead(look, {one.warning for one in silent})
    done: set[Id] = set()
    for watch in over:
        left = [one for one in before[watch.id] if one not in over and one.id not in done]
        fact = settle(watch, "answered", now)
        if fact is not None:
            facts: list[Fact] = [fact, *settled_by_the_later(left, now)]
            mine, theirs = knocks.get(watch.id, []), [knock for one in left for knock in knocks.get(one.id, ())]
            facts += [*knocks_over(mine, "answered", now), *knocks_over(theirs, FOLLOWED, now)]
            expect = {one: seen[one] for one in (watch.id, *(one.id for one in left), *mine, *theirs)}
            house.store.commit(facts, at=now, by="tocsin", command=f"settle:{watch.id}", expect=expect)
            done |= {one.id for one in left}


def those_over(look: Look, silent: Iterable[Watch]) -> list[Watch]:
    """Return those of some silences that are over: the person has answered, or everyone of the group."""
    alike: dict[tuple[Id, Suffices], list[Watch]] = {}
    for one in silent:
        alike.setdefault((one.warning, one.ladder.suffices), []).append(one)
    return [watch for (warning, suffices), few in alike.items() for watch in _over(look, warning, suffices, few)]


def _count_ahead(look: Look, warnings: Iterable[Id]) -> None:
    """Count the headcounts that go on, as far as they have been answered, so that whoever looks at one does not wait for that."""
    for one in look.some(Headcount, tuple(warnings)):
        look.headcount(one)


def _over(look: Look, warning: Id, suffices: Suffices, silent: Sequence[Watch]) -> list[Watch]:
    """Return for which enough have answered; an institution by any of its contacts, by reading it back or handing it on.

    Whatever is known of the warning is read once for all of them.
    """
    waited_for = {one.of for one in silent}
    contacts, spoken = stands_for(look, warning), spoke(look, warning)
    own = {one: waited_for.intersection(of) for one, of in contacts.items()}
    speakers = None
    if suffices.which is not Which.EACH:
        named = frozenset(by_name(find_warning(look, warning)))
        speakers = Speakers(contacts=contacts, spoke=frozenset(spoken), named=named)
    answered = look.answered_of(warning, waited_for | {one for one, of in own.items() if of}, suffices, speakers)
    found = answered | spoken
    found |= {of for one in answered & own.keys() for of in own[one]}
    told = look.find(Notice, warning) if warning in waited_for and warning not in found else None
    if told is not None and told.ladder.suffices.which is Which.EACH:
        # An institution beside many people is waited for alone, and its contacts with it.
        people = set(_people(look, told))
        if people and people <= look.answered_of(warning, people, suffices) | spoken:
            found.add(warning)
    return [one for one in silent if one.of in found]
