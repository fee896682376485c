"""Opening a notice: two people show, provably, what it said, once those it came from have agreed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.notice.facts import NoticeOpened, OpeningConsented, OpeningProposed, TearLine
from tocsin.warning.notice.state import Notice, NoticeStage

FIELDS: dict[str, str] = {name: f"tear_line.{name}" for name in TearLine.__struct_fields__} | {
    name: name for name in ("begins", "ends", "mark")
}
"""What can be shown of a notice, and the field of NoticeSent that holds it."""


def propose_opening(
    notice: Notice, proposer: Id, roles: Collection[Role], fields: Sequence[str], why: str, now: datetime
) -> OpeningProposed:
    """Propose to open a notice, whole or by single fields.

    Raises:
        Refused: it was never sent, the proposer may not, a field is unknown, or no reason is given.
    """
    if notice.stage is not NoticeStage.SENT:
        raise Refused(f"Notice {notice.id} is {notice.stage}; only one that was sent can be opened.")
    refuse_outsider(notice, proposer, roles)
    unknown = [name for name in fields if name not in FIELDS]
    if unknown or not fields:
        named = f"no field {unknown[0]!r}" if unknown else "none named"
        raise Refused(f"There is {named} of notice {notice.id} to be opened. There are: {', '.join(FIELDS)}.")
    if not why.strip():
        raise Refused(f"Say why notice {notice.id} is to be opened; the reason is kept with it.")
    return OpeningProposed(
        subject=notice.id, occurred_at=now, proposer=proposer, fields=tuple(dict.fromkeys(fields)), why=why
    )


def consent_to_opening(
    notice: Notice, originator: str, recorder: Id, roles: Collection[Role], words: str, now: datetime
) -> OpeningConsented:
    """Record that whoever the grounds came from has agreed.

    Raises:
        Refused: the grounds did not come from there, the recorder may not, or it is not said how they agreed.
    """
    refuse_outsider(notice, recorder, roles)
    if notice.opening.proposer is None:
        raise Refused(f"Nobody has proposed to open notice {notice.id}; {originator} can only agree to a proposal.")
    if originator not in notice.originators:
        named = ", ".join(notice.originators) or "nobody else"
        raise Refused(f"The grounds of notice {notice.id} came from {named}, not from {originator}.")
    if not words.strip():
        raise Refused(f"Say how {originator} agreed, and where that is written.")
    return OpeningConsented(subject=notice.id, occurred_at=now, originator=originator, recorder=recorder, words=words)


def open_notice(
    notice: Notice,
    approver: Id,
    roles: Collection[Role],
    fields: Sequence[str],
    place: tuple[int, int] | None,
    now: datetime,
) -> NoticeOpened:
    """Open what was proposed.

    fields: what the approver has seen proposed, and agrees to show. place: the number of the entry it was sealed under and where in it; None while it waits for a seal.

    Raises:
        Refused: nothing was proposed, the proposer approves it, someone it came from has not agreed, or it is not sealed.
    """
    opening = notice.opening
    if opening.proposer is None:
        raise Refused(f"Nobody has proposed to open notice {notice.id}. Do that first; another person then opens it.")
    refuse_outsider(notice, approver, roles)
    if approver == opening.proposer:
        raise Refused(f"You proposed to open notice {notice.id}. Another person must open it.")
    if set(fields) != set(opening.fields):
        raise Refused(
            f"What is proposed for notice {notice.id} is now {', '.join(opening.fields)}. Look again, then decide."
        )
    missing = [name for name in notice.originators if name not in opening.consents]
    if missing:
        raise Refused(
            f"{', '.join(missing)} must agree before notice {notice.id} is opened: the grounds came from there."
        )
    if place is None:
        raise Refused(f"Notice {notice.id} is not sealed yet, so nothing could be shown. Try again in an hour.")
    seal, where = place
    return NoticeOpened(
        subject=notice.id, occurred_at=now, approver=approver, fields=opening.fields, seal=seal, place=where
    )


def refuse_outsider(notice: Notice, person: Id, roles: Collection[Role]) -> None:
    """Stop whoever may not read the notice, or does not decide here, from having a hand in its opening.

    Raises:
        Refused: they are no reader of it, or neither watch nor duty officer.
    """
    if person not in notice.readers or not {Role.DUTY_OFFICER, Role.WATCH_OFFICER} & set(roles):
        raise Refused(f"Only an officer who may read notice {notice.id} has a hand in opening it.")
