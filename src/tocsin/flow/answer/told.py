"""An answer that somebody told an officer: whose it is, who spoke, when, and in which words."""

from datetime import datetime

import msgspec

from tocsin.answer.facts import AnswerKind, AnswerRecorded, AnswerTold, Heard
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.answer.hear import called_for, record_answer, refuse_before_it_went_out
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.warning.audience import is_addressee
from tocsin.people.facts import PersonKind
from tocsin.people.state import Person


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer was told."""

    warning: Id
    recipient: Id
    answer: AnswerKind
    heard: Heard
    speaker: str
    words: str
    said_at: datetime

    # Names and words belong in no log.
    def __repr__(self) -> str:
        return f"Telling(warning={self.warning!r})"


@once
def tell(house: House, said: Telling, *, by: Id, command: str, now: datetime) -> None:
    """Record it: a person's words under that person's own key, an institution's for good.

    Raises:
        Refused: they were not told of the warning, nothing is said, or it was said before the warning went out or tomorrow.
    """
    if not said.words:
        raise Refused("Write down in which words they answered.")
    with house.store.look() as look:
        warning = find_warning(look, said.warning)
        person = look.find(Person, said.recipient)
        if person is None or person.forgotten or not is_addressee(look, warning, said.recipient):
            raise Refused("That is nobody whom this warning was for. Choose whose answer it is.")
        if said.said_at > now:
            raise Refused("They cannot have said it later than now. Look at the time, and at its zone.")
        refuse_before_it_went_out(warning, said.said_at)
        more = (
            []
            if person.person_kind is PersonKind.ORGANISATION
            else list(called_for(house, look, said.warning, said.recipient, said.answer, now))
        )
    if person.person_kind is PersonKind.ORGANISATION:
        answer = AnswerRecorded(
            subject=house.store.new_id(),
            occurred_at=said.said_at,
            warning=said.warning,
            recipient=said.recipient,
            answer=said.answer,
            heard=said.heard,
            speaker=said.speaker or str(person.name),
            words=said.words,
            recorder=by,
        )
        record_answer(house, answer, by=by, command=command, now=now)
        return
    told = AnswerTold(
        subject=house.store.new_id(),
        occurred_at=said.said_at,
        warning=said.warning,
        recipient=said.recipient,
        answer=said.answer,
        heard=said.heard,
        speaker=said.speaker,
        words=said.words,
        recorder=by,
    )
    house.store.commit([told, *more], at=now, by=by, command=command)
