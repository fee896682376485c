"""Opening a notice: proposed by one, agreed to by whoever the grounds came from, opened by another."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.record.publish import is_final
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.notice import opening
from tocsin.warning.notice.facts import NoticeSent
from tocsin.warning.notice.state import Notice


@once
def propose_opening(
    house: House, notice_id: Id, fields: Sequence[str], why: str, *, by: Id, command: str, now: datetime
) -> None:
    """Propose to open a notice.

    Raises:
        Refused: it was never sent, this person may not, a field is unknown, or no reason is given.
    """
    with house.store.look() as look:
        notice, seen = look.get(Notice, notice_id), look.version(notice_id)
        roles = look.get(Person, by).roles
    fact = opening.propose_opening(notice, by, roles, fields, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={notice_id: seen})


@once
def consent_to_opening(
    house: House, notice_id: Id, originator: str, words: str, *, by: Id, command: str, now: datetime
) -> None:
    """Record that whoever the grounds came from has agreed to an opening.

    Raises:
        Refused: the grounds did not come from there, this person may not, or it is not said how they agreed.
    """
    with house.store.look() as look:
        notice, seen = look.get(Notice, notice_id), look.version(notice_id)
        roles = look.get(Person, by).roles
    fact = opening.consent_to_opening(notice, originator, by, roles, words, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={notice_id: seen})


@once
def open_notice(house: House, notice_id: Id, fields: Sequence[str], *, by: Id, command: str, now: datetime) -> None:
    """Open what another proposed; the record says that something was opened.

    fields: what the one who opens it has seen proposed.

    Raises:
        Refused: nothing was proposed, its proposer opens it, someone has not agreed, or it is past its open-by date.
    """
    with house.store.look() as look:
        notice, seen = look.get(Notice, notice_id), look.version(notice_id)
        roles = look.get(Person, by).roles
        held = look.sealed_place(NoticeSent, notice_id)
    if held is not None and held.open_by < now and not notice.opening.opened:
        raise Refused(
            f"Notice {notice_id} was to be opened by {held.open_by:%Y-%m-%d %H:%M} UTC, and was neither opened nor kept. "
            "What it said can be told, and not proven any more."
        )
    if held is not None and not is_final(house.store, held.entry):
        raise Refused(
            f"Notice {notice_id} is sealed, but the record is not signed at present and its entries may still move. "
            "Try again when it is; `tocsin record checkpoint` says what stands in the way."
        )
    place = None if held is None else (held.entry, held.place)
    fact = opening.open_notice(notice, by, roles, fields, place, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={notice_id: seen})


def shown_fields(look: Look, notice_id: Id, fields: Sequence[str]) -> list[str]:
    """Return which fields of the fact are shown for what is asked for of an opened notice; all that was opened, for none.

    Raises:
        Refused: one of them has not been opened.
    """
    notice = look.get(Notice, notice_id)
    opened = notice.opening.opened
    closed = [name for name in fields or ("all of it",) if name not in opened] if fields or not opened else []
    if closed:
        raise Refused(
            f"Of notice {notice_id}, {', '.join(closed)} has not been opened. One person proposes it "
            "(tocsin record propose-opening), and another opens it (tocsin record approve-opening)."
        )
    return [opening.FIELDS[name] for name in fields or opened]
