"""One warning with what became of it: whom it addressed, who answered what and when, who was rung."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

import msgspec

from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.basis.words import Words
from tocsin.flow.duty.words_read import behind_a_code, words_read
from tocsin.store.account import HeardAnswer
from tocsin.store.door import Door, Told
from tocsin.store.summary import Summed
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.notice.state import Notice
from tocsin.warning.statement.state import Statement
from tocsin.warning.window import Window
from tocsin.web.desk.fill.names import Names

MANY = 5_000  # deliveries; of a warning with more, what was answered is summed up, and only the latest answers are read
LATEST = 200
ONE_BY_ONE = 12  # more single recipients than these are gathered: by their group, or as "the others"


class Everyone(Collection[Id]):
    """Everyone whom a warning was written down for: as many as they are, and never listed, for they may be a million."""

    def __init__(self, count: int) -> None:
        """Be so many."""
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __contains__(self, person: object) -> bool:
        return True

    def __iter__(self) -> Iterator[Id]:
        raise TypeError("They are counted, not listed.")


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """Someone a warning speaks to: one person or institution, or many who are shown as one. id: of one or a group."""

    id: Id | None
    name: str
    persons: Collection[Id]
    single: bool

    @property
    def who(self) -> Collection[Id]:
        """Return them as something that can be asked quickly who is among them."""
        return self.persons if isinstance(self.persons, Everyone) else frozenset(self.persons)


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """A warning and what became of it. sent_at: None before it went out. lost: whom it will not reach any more."""

    told: Told
    title: str
    mark: Mark
    sent_at: datetime | None
    addressees: tuple[Addressee, ...]
    answers: tuple[HeardAnswer, ...]
    watches: tuple[Watch, ...]
    lost: frozenset[Id]
    deadline: Deadline | None = None
    summed: Summed | None = None  # of very many; answers then are the latest alone
    read: Mapping[Id, datetime] | None = None  # who has had the words, and when; None: they are behind no code

    @property
    def window(self) -> Window | None:
        """Return its window, where it has one."""
        return self.told.window if isinstance(self.told, Alert | Notice) else None

    def first_of(self, addressee: Addressee) -> dict[Id, HeardAnswer]:
        """Return the first answer of each one who has answered; of very many, of those who did lately."""
        wanted = addressee.who
        found: dict[Id, HeardAnswer] = {}
        for one in self.answers:
            if one.person in wanted:
                found.setdefault(one.person, one)
        return found

    def tally(self, addressee: Addressee) -> Counter[AnswerKind]:
        """Count the latest answer of each one who has answered."""
        if self.summed is not None and isinstance(addressee.persons, Everyone):
            return self.summed.latest
        wanted = addressee.who
        latest = {one.person: one.answer for one in self.answers if one.person in wanted}
        return Counter(latest.values())

    def answered_after(self, addressee: Addressee) -> timedelta | None:
        """Return how long the first answer took; the median where many answered; None where nobody has."""
        if self.sent_at is None:
            return None
        sent_at = self.sent_at
        if self.summed is not None and isinstance(addressee.persons, Everyone):
            return None if self.summed.median_at is None else self.summed.median_at - sent_at
        spans = [(one.at - sent_at).total_seconds() for one in self.first_of(addressee).values()]
        return timedelta(seconds=round(median(spans))) if spans else None

    def how_many(self, addressee: Addressee) -> int:
        """Return how many have answered."""
        if self.summed is not None and isinstance(addressee.persons, Everyone):
            return self.summed.answered
        return len(self.first_of(addressee))

    def rung_for(self, addressee: Addressee) -> tuple[datetime, ...]:
        """Return when somebody was rung because this one was silent."""
        silent = [w for w in self.watches if w.of == addressee.id and w.why is Why.SILENCE]
        return tuple(sorted(ring.at for watch in silent for ring in watch.rings))

    def watch_for(self, addressee: Addressee) -> Watch | None:
        """Return the watch that still waits for this one, the one that nobody has taken on before any other."""
        open_still = [w for w in self.watches if w.of == addressee.id and w.settled_at is None]
        return min(open_still, key=lambda w: (w.accepted_by is not None, w.opened_at), default=None)


def sent_at(told: Told) -> datetime | None:
    """Return when something went out, or None."""
    match told:
        case Alert():
            return told.issued_at
        case Notice():
            return told.sent_at
        case Statement():
            return told.published_at
    return told.issued_at


def first_answered(sent: Sequence[Followed]) -> tuple[timedelta, HeardAnswer] | None:
    """Return how long it took until somebody who was addressed by name answered first, and what; a notice's before others'.

    Where none was addressed by name, the first answer of anybody.
    """
    pairs = [
        (one, answer)
        for one in sent
        for addressee in one.addressees
        if addressee.single
        for answer in one.first_of(addressee).values()
    ]
    pairs.sort(key=lambda pair: (not isinstance(pair[0].told, Notice), pair[1].at))
    if not pairs and not any(a.single for one in sent for a in one.addressees):
        pairs = sorted(((one, answer) for one in sent for answer in one.answers), key=lambda pair: pair[1].at)
    one, answer = pairs[0] if pairs else (None, None)
    return (answer.at - one.sent_at, answer) if one and answer and one.sent_at else None


def follow_each(door: Door, told: Sequence[Told], names: Names, _: Words) -> dict[Id, Followed]:
    """Gather of each of a great many warnings, by its id, who answered it and who was rung, and nothing else that became of it.

    It is asked for all of them at once.
    """
    many = {one.id: one for one in told if isinstance(one, Alert | Advisory) and door.planned_for(one) > MANY}
    few = [one for one in told if one.id not in many]
    heard, watches = door.heard_of_each(few), door.watches_of_each(few)
    names.learn(id for one in few if not isinstance(one, Statement) for id in _singles(one)[: ONE_BY_ONE + 1])
    found = {id: _follow_many(door, one, names, "", _) for id, one in many.items()}
    for one in few:
        found[one.id] = Followed(
            told=one,
            title="",
            mark=door.mark(one),
            sent_at=sent_at(one),
            addressees=tuple(_addressees(door, one, names, _)),
            answers=tuple(heard.get(one.id, ())),
            watches=tuple(watches.get(one.id, ())),
            lost=frozenset(),
        )
    return found


def follow(door: Door, told: Told, names: Names, title: str, _: Words) -> Followed:
    """Gather what became of a warning."""
    if isinstance(told, Alert | Advisory) and door.planned_for(told) > MANY:
        return _follow_many(door, told, names, title, _)
    return Followed(
        told=told,
        title=title,
        mark=door.mark(told),
        sent_at=sent_at(told),
        addressees=tuple(_addressees(door, told, names, _)),
        answers=tuple(door.answers(told)),
        watches=tuple(door.watches(told)),
        lost=frozenset(door.given_up(told)),
        deadline=door.deadline(told),
        read=_read(door, told),
    )


def _read(door: Door, told: Told) -> Mapping[Id, datetime] | None:
    if not (isinstance(told, Notice) and behind_a_code(told)):
        return None
    return door.on_duty(lambda look: words_read(look, told.id, set(told.recipients)))


def _follow_many(door: Door, told: Alert | Advisory, names: Names, title: str, _: Words) -> Followed:
    """Gather what became of a warning to very many. Whom it did not reach stands with its deliveries."""
    went_out = sent_at(told)
    count = door.count(told, went_out) if went_out is not None else None
    everyone = Everyone(count.people if count else door.planned_for(told))
    singles = told.persons if len(told.persons) <= ONE_BY_ONE else ()
    names.learn([*singles, *told.groups])
    if len(told.groups) == 1 and not told.audience:
        gathered = Addressee(
            id=told.groups[0],
            name=_("%(group)s, %(n)s", group=names.say(told.groups[0]), n=len(everyone)),
            persons=everyone,
            single=False,
        )
    else:
        gathered = _others(everyone, _)
    return Followed(
        told=told,
        title=title,
        mark=door.mark(told),
        sent_at=went_out,
        addressees=(
            *(Addressee(id=one, name=names.say(one), persons=(one,), single=True) for one in singles),
            gathered,
        ),
        answers=tuple(door.answers(told, LATEST)),
        watches=tuple(door.watches(told)),
        lost=frozenset(),
        deadline=door.deadline(told),
        summed=door.summed(told),
    )


def _addressees(door: Door, told: Told, names: Names, _: Words) -> Sequence[Addressee]:
    if isinstance(told, Statement):
        return []
    persons = _singles(told)
    groups = {} if isinstance(told, Notice) else {group: door.members(group) for group in told.groups}
    if len(persons) > ONE_BY_ONE:
        groups |= door.groups_among(persons)
    gathered = {person for members in groups.values() for person in members}
    if not isinstance(told, Notice) and told.audience:
        resolved = door.resolved(told)
        if resolved is not None and resolved.counts.told > ONE_BY_ONE and not persons and not groups:
            return [_others(Everyone(resolved.counts.told), _)]
    everyone = persons if isinstance(told, Notice) or not told.audience else door.audience(told)
    rest = [person for person in everyone if person not in gathered]
    names.learn([*groups, *rest[: ONE_BY_ONE + 1]])
    found = [_group(id, members, names, _) for id, members in groups.items()]
    if len(rest) > ONE_BY_ONE:
        return [*found, _others(tuple(rest), _)]
    return [*(Addressee(id=one, name=names.say(one), persons=(one,), single=True) for one in rest), *found]


def _singles(told: Alert | Advisory | Notice) -> Sequence[Id]:
    """Return whom a warning names one by one."""
    return told.recipients if isinstance(told, Notice) else told.persons


def _others(persons: Collection[Id], _: Words) -> Addressee:
    name = _.ngettext("%(n)s recipient", "%(n)s recipients", len(persons))
    return Addressee(id=None, name=name, persons=persons, single=False)


def _group(id: Id, members: Sequence[Id], names: Names, _: Words) -> Addressee:
    name = _("%(group)s, %(n)s", group=names.say(id), n=len(members))
    return Addressee(id=id, name=name, persons=tuple(members), single=False)
