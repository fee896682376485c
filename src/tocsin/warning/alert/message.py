"""An alert as CAP messages: the first, the Updates that extend it, and the Cancel that ends it or takes it back.

Source: OASIS CAP 1.2. An exercise goes out as status Exercise, never Actual (section 3.2.1, status). An Update or Cancel
names every earlier message of its alert, and all that its alert took the place of, for without that a receiver would show them
side by side (references). Whoever missed one of them still has those before it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tocsin.cap import Alert as Message
from tocsin.cap import Area as CapArea
from tocsin.cap import (
    Category,
    Certainty,
    Info,
    MsgType,
    Reference,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    read,
    write_ours,
)
from tocsin.warning.alert.facts import (
    AlertClosed,
    AlertStoodDown,
    AlertWindowExtended,
    AlertWithdrawn,
    Area,
    Wording,
)
from tocsin.warning.alert.state import Alert, wording_for
from tocsin.warning.reaffirm import words_in
from tocsin.warning.retraction import WORTH_SENDING, TakenBack

EXERCISE_NOTE = "EXERCISE: a replay of past events. Do not act on it."


class Imprint(Struct, frozen=True, kw_only=True):
    """By which identifier a CAP message is known, and where the page of its alert is, which says how that stands now.

    page: a full address; None where an installation is opened that does not know its own.
    """

    identifier: str
    page: str | None


Headline = Callable[[str, str], str]
"""Says in a language how the alert of that headline ended: language (BCP 47), headline."""

Decided = AlertWindowExtended | AlertWithdrawn | AlertStoodDown | AlertClosed


def message_of(alert: Alert, follows: Alert | None, imprint: Imprint, sent: datetime) -> Message:
    """Return the alert as a CAP message; an Update where it takes the place of another.

    follows: the alert that it follows. Of what a Cancel has ended no receiver has anything left to update.
    """
    replaced = references_to(follows) if follows is not None and not is_ended(follows) else ()
    return _message(alert, MsgType.ALERT, replaced, imprint, sent, _infos(alert, imprint.page, sent))


def is_ended(alert: Alert) -> bool:
    """Say whether a Cancel has gone out for an alert."""
    return alert.retraction is not None or any(not one.extends for one in alert.later)


def with_message(
    alert: Alert, fact: Decided, imprint: Imprint, headline: Headline, words: Sequence[TakenBack]
) -> Decided:
    """Return a decision about an alert's window with the CAP message that tells of it.

    An extension is an Update with the new end and the same words. Withdrawing and standing down are a Cancel, and the latter
    says that all is clear (section 3.2.2, responseType AllClear). headline, words: how it ended, in each language.
    """
    if isinstance(fact, AlertWindowExtended) and alert.window is not None:
        longer = replace(alert, window=replace(alert.window, ends=fact.ends))
        infos = _infos(longer, imprint.page, fact.occurred_at)
        message = _message(longer, MsgType.UPDATE, references_to(alert), imprint, fact.occurred_at, infos)
    else:
        clear = isinstance(fact, AlertStoodDown) or (isinstance(fact, AlertClosed) and fact.how == "stand_down")
        message = cancel_of(alert, words, imprint, headline, fact.occurred_at, all_clear=clear)
    return replace(fact, identifier=imprint.identifier, cap=write_ours(message).decode())


def cancel_of(
    alert: Alert,
    wordings: Sequence[TakenBack],
    imprint: Imprint,
    headline: Headline,
    sent: datetime,
    *,
    all_clear: bool = False,
) -> Message:
    """Return the CAP message that cancels an alert.

    What it says of the event is that nothing need be done any more (urgency Past), that no threat to life is known (severity
    Minor) and that the event is not expected (certainty Unlikely; all section 3.2.2).
    """
    infos = tuple(_ended(alert, one, imprint.page, headline, sent, all_clear=all_clear) for one in wordings)
    return _message(alert, MsgType.CANCEL, references_to(alert), imprint, sent, infos)


def references_to(alert: Alert) -> tuple[Reference, ...]:
    """Return every message that a later one of an alert replaces or ends, the first one first; none where it never went out.

    They are those by which it was issued and extended, after those of which it took the place when it was issued.
    """
    if alert.identifier is None or alert.issued_at is None or alert.cap is None:
        return ()
    sent = ((alert.identifier, alert.issued_at), *((one.identifier, one.at) for one in alert.later if one.extends))
    own = (Reference(sender=alert.sender, identifier=name, sent=whole(at)) for name, at in sent)
    return (*read(alert.cap.encode()).references, *own)


def _message(
    alert: Alert,
    msg_type: MsgType,
    references: tuple[Reference, ...],
    imprint: Imprint,
    sent: datetime,
    infos: tuple[Info, ...],
) -> Message:
    return Message(
        identifier=imprint.identifier,
        sender=alert.sender,
        sent=whole(sent),
        status=Status.EXERCISE if alert.exercise else Status.ACTUAL,
        msg_type=MsgType.UPDATE if references and msg_type is MsgType.ALERT else msg_type,
        scope=Scope.PUBLIC,
        note=EXERCISE_NOTE if alert.exercise else None,
        references=references,
        infos=infos,
    )


def _infos(alert: Alert, page: str | None, sent: datetime) -> tuple[Info, ...]:
    return tuple(
        Info(
            language=wording.language,
            categories=(Category(alert.category),),
            event=wording.event,
            urgency=Urgency(alert.urgency),
            severity=Severity(alert.severity),
            certainty=Certainty(alert.certainty),
            # 3.2.2: effective, from when its words hold, which is when they are sent or later; onset, when the event is expected.
            effective=whole(max(alert.begins, sent)),
            onset=whole(alert.begins),
            expires=whole(alert.window.ends) if alert.window else None,
            sender_name=alert.sender_name,
            headline=wording.headline,
            description=_described(alert, wording),
            instruction=wording.instruction,
            web=page,
            contact=wording.contact or None,
            areas=cap_areas(alert.areas, wording.language),
        )
        for wording in alert.wordings
    )


def _described(alert: Alert, wording: Wording) -> str:
    # The advice is unchanged; why it is stood by stands behind it, for CAP has no element of its own for that.
    said = words_in(alert.upheld, wording.language)
    return "\n\n".join(part for part in (wording.description, said) if part.strip())


def _ended(
    alert: Alert, said: TakenBack, page: str | None, headline: Headline, sent: datetime, *, all_clear: bool
) -> Info:
    written = wording_for(alert, (said.language,))
    return Info(
        language=said.language,
        categories=(Category(alert.category),),
        event=written.event,
        response_types=(ResponseType.ALL_CLEAR,) if all_clear else (),
        urgency=Urgency.PAST,
        severity=Severity.MINOR,
        certainty=Certainty.UNLIKELY,
        expires=whole(sent + WORTH_SENDING),
        sender_name=alert.sender_name,
        headline=headline(said.language, written.headline),
        description=said.words,
        web=page,
        contact=written.contact or None,
        areas=cap_areas(alert.areas, written.language),
    )


def whole(moment: datetime) -> datetime:
    """Return a moment as CAP writes it: a dateTime has no fraction of a second (CAP 1.2, section 3.3.2)."""
    return moment.replace(microsecond=0)


def cap_areas(areas: Iterable[Area], language: str) -> tuple[CapArea, ...]:
    """Return where an alert holds, as CAP has it in a language: what has one name is one area, of however many pieces."""
    named: dict[str, list[Area]] = {}
    for area in areas:
        named.setdefault(area.name_in(language), []).append(area)
    return tuple(_area(name, pieces) for name, pieces in named.items())


def _area(name: str, pieces: Sequence[Area]) -> CapArea:
    return CapArea(
        area_desc=name,
        polygons=tuple(one.polygon for one in pieces if one.polygon),
        circles=tuple(one.circle for one in pieces if one.circle),
        geocodes=tuple(dict.fromkeys(code for one in pieces for code in one.geocodes)),
    )
