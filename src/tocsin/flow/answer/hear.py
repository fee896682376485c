"""Hearing: taking in answers, recording what institutions said, and ringing somebody at once about what cannot wait."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial

from msgspec.structs import replace

from tocsin.answer.escalate import accept, open_watch, refuse_empty_answer
from tocsin.answer.facts import DENIALS, AnswerKind, AnswerRecorded, AnswersTaken, Why
from tocsin.answer.institution.decide import owner_first
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.answer.knocked import knocked_for, owner_of
from tocsin.flow.answer.silence import ONE_BY_ONE, by_name
from tocsin.flow.delivery.deliver import find_warning, went_out_at
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people.on_duty import ladder_of
from tocsin.flow.warning.audience import Warned, is_addressee
from tocsin.people.state import Person
from tocsin.store.institutions import stands_for
from tocsin.store.log import Logged
from tocsin.store.look import Look

INTAKE = "answers"  # the one state that counts how far the answer log has been taken in


def take_answers(house: House, now: datetime) -> None:
    """Take in the answers that have come by link or message up to now. While a million come, somebody may have to be rung."""

    def follow(rows: Sequence[Logged], root: str, receipts: str) -> Iterator[Fact]:
        yield AnswersTaken(
            subject=INTAKE,
            occurred_at=now,
            first=rows[0].seq,
            last=rows[-1].seq,
            counts=dict(Counter([row.answer for row in rows])),
            root=root,
            receipts=receipts,
        )
        asked = {
            (row.warning, row.person, why): kind
            for row in rows
            if row.answer in _CALLING and (why := calls_someone(kind := AnswerKind(row.answer))) is not None
        }
        if asked:
            opened = Opened()
            with house.store.look() as look:
                contacts = cache(partial(stands_for, look))  # of each warning
                for (warning, person, _), kind in asked.items():
                    yield from called_for(
                        house, look, warning, person, kind, now, opened=opened, contacts=contacts(warning)
                    )

    end = house.store.answers_end()
    while 0 < house.store.take_answers(INTAKE, now, follow) < end:
        pass


@once
def record_answer(house: House, answer: AnswerRecorded, *, by: Id, command: str, now: datetime) -> None:
    """Record what an institution answered by another way than its link.

    Raises:
        Refused: it was never told, the answer says nothing, or it was said before the warning went out.
    """
    refuse_empty_answer(answer)
    with house.store.look() as look:
        warning = find_warning(look, answer.warning)
        if not is_addressee(look, warning, answer.recipient):
            raise Refused(f"{answer.recipient} is no recipient of warning {answer.warning}; nothing was asked of them.")
        refuse_before_it_went_out(warning, answer.occurred_at)
        more = list(
            called_for(house, look, answer.warning, answer.recipient, answer.answer, now, said_at=answer.occurred_at)
        )
    # It hangs on nothing that somebody else could change: an answer stands beside others. Where two such are given in one
    # moment, somebody may be rung about the same twice, which is better than a Refused to whoever wrote an answer down.
    house.store.commit([answer, *more], at=now, by=by, command=command)


def refuse_before_it_went_out(warning: Warned, said_at: datetime) -> None:
    """Stop an answer to what had not been said.

    Raises:
        Refused: the warning went out later, or never.
    """
    went_out = went_out_at(warning)
    if went_out is None or said_at < went_out.replace(second=0, microsecond=0):  # a form knows no seconds
        raise Refused("They cannot have answered before the warning went out. Look at the time, and at its zone.")


def calls_someone(answer: AnswerKind) -> Why | None:
    """Return why somebody is rung at once about such an answer, or None: it can wait its turn."""
    return Why.DENIAL if answer in DENIALS else Why.HELP if answer is AnswerKind.NEED_HELP else None


_CALLING = frozenset(answer.value for answer in AnswerKind if calls_someone(answer) is not None)


def called_for(
    house: House,
    look: Look,
    warning_id: Id,
    recipient: Id,
    answer: AnswerKind,
    now: datetime,
    *,
    said_at: datetime | None = None,
    opened: "Opened | None" = None,
    contacts: Mapping[Id, tuple[Id, ...]] | None = None,
) -> Iterator[Fact]:
    """Return what an answer calls for: someone to be rung at once about a denial, or about a need for help.

    What a contact says is said for each institution for which they were told. contacts: see stands_for, if it is known.
    An institution that denies is to be knocked at again, and the owner of the case is the first who is rung about it. About a
    denial it is rung ever more rarely: it is an answer, and whoever reads the hundredth call about it reads none.
    Where very many of a warning's audience call for the same, somebody is rung about the first few each, and about all the
    others once. opened: what somebody will be rung about by facts that are not committed yet; it is added to.
    """
    why = calls_someone(answer)
    if why is None:
        return
    warning = find_warning(look, warning_id)
    opened = Opened() if opened is None else opened
    stands = (contacts if contacts is not None else stands_for(look, warning_id)).get(recipient, ())
    # Whoever was told by name too speaks for themselves as well.
    for one in dict.fromkeys([*stands, *([recipient] if not stands or recipient in by_name(warning) else [])]):
        yield from knocked_for(house, look, warning_id, one, answer, said_at or now)
        of = _rung_about(look, warning, one, why, opened)
        if of is None:
            continue
        yield open_watch(
            house.store.new_id(),
            warning=warning_id,
            of=of,
            why=why,
            ladder=replace(owner_first(ladder_of(warning), owner_of(look, warning_id, one)), slows=why is Why.DENIAL),
            now=now,
            exercise=warning.exercise,
        )


class Opened:
    """Whom somebody will be rung about by facts that are not committed yet, and how many these are of each warning."""

    def __init__(self) -> None:
        """Nobody yet."""
        self._whom: set[tuple[Id, Why, Id]] = set()
        self._many = Counter[tuple[Id, Why]]()

    def add(self, warning: Id, why: Why, of: Id) -> None:
        """Somebody will be rung about this one too."""
        self._whom.add((warning, why, of))
        self._many[warning, why] += 1

    def holds(self, warning: Id, why: Why, of: Id) -> bool:
        """Say whether somebody will be rung about this one."""
        return (warning, why, of) in self._whom

    def many(self, warning: Id, why: Why) -> int:
        """Return about how many of a warning somebody will be rung."""
        return self._many[warning, why]


def _rung_about(look: Look, warning: Warned, recipient: Id, why: Why, opened: Opened) -> Id | None:
    """Return whom somebody is to be rung about: a recipient, or the warning for many of them; None: somebody is already."""
    # Whoever was addressed by name is never one of many.
    of = recipient
    if recipient not in by_name(warning):
        few = ONE_BY_ONE - opened.many(warning.id, why)
        if few <= 0 or look.ringing(warning.id, why.value, few) >= few:
            of = warning.id
    if opened.holds(warning.id, why, of) or look.rings_about(warning.id, why.value, of):
        return None  # fifty presses of one button are one thing to be rung about
    opened.add(warning.id, why, of)
    return of


def answered_by(look: Look, warning: Id) -> dict[Id, AnswerKind]:
    """Return everyone who has answered a warning, by whatever way, and what they said last."""
    said = [(row.at, row.person, row.answer) for row in look.link_answers(warning)]
    said += [(answer.said_at, answer.recipient, answer.answer) for answer in look.answers(warning)]
    return {person: AnswerKind(kind) for _, person, kind in sorted(said)}


@once
def accept_watch(house: House, watch_id: Id, *, words: str = "", by: Id, command: str, now: datetime) -> None:
    """Take an escalation on, by name. It stops ringing and stays unsettled.

    Raises:
        Refused: it is settled, someone else has it, or the person is nobody here.
    """
    with house.store.look() as look:
        watch, seen = look.get(Watch, watch_id), look.version(watch_id)
        look.get(Person, by)
    house.store.commit([accept(watch, by, now, words)], at=now, by=by, command=command, expect={watch_id: seen})
