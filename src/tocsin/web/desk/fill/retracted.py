"""What those who got a warning were told afterwards, how far that has come, and whether this reader can take it back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.words import Words
from tocsin.delivery.state import DeliveryStands
from tocsin.flow.warning.public_words import taken_back
from tocsin.store.door import Door, Told
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import TakenBack, refuse_retracting
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.public_words import public_words
from tocsin.web.desk.fill.states import is_sent
from tocsin.web.desk.views.deliveries import DeliveryCount
from tocsin.web.desk.views.public_words import PublicWords
from tocsin.web.desk.views.warning import FollowUpRow, RetractionView
from tocsin.web.pieces import Chip, ChipKind


def retraction_view(
    door: Door, told: Told, typed: Mapping[str, str], names: Names, now: datetime, _: Words
) -> RetractionView | None:
    """Return how the retraction of a warning stands, or what it takes; None where there is nothing to take back.

    typed: what was typed to take it back, where that was refused.
    """
    if not isinstance(told, Alert | Notice):
        return None
    if told.retraction is not None:
        return _done(door, told, names, _)
    if not _may(door, told, now):
        return None
    languages = tuple(one.language for one in told.wordings) if isinstance(told, Alert) else ("",)
    said = [TakenBack(language=one, words=typed.get(f"words_{n}", "")) for n, one in enumerate(languages)]
    return RetractionView(
        post_to=hrefs.retract(told.id),
        languages=languages,
        confidential=isinstance(told, Notice),
        strict=_strict(door, told, said, names, _) if typed else PublicWords(),
    )


def _strict(door: Door, told: Alert | Notice, said: Sequence[TakenBack], names: Names, _: Words) -> PublicWords:
    if isinstance(told, Notice):  # nobody reads that but whoever was told of it
        return PublicWords()
    return public_words(door, lambda _look: taken_back(told, said), names, _)


def _done(door: Door, told: Alert | Notice, names: Names, _: Words) -> RetractionView | None:
    done = told.retraction
    if done is None:
        return None
    return RetractionView(
        confidential=isinstance(told, Notice),
        at=done.at,
        by=names.say(done.retracted_by),
        words=tuple((one.language, one.words) for one in done.wordings),
        counts=_counts(door.taking_back(told)),
        strict=_strict(door, told, (), names, _),
    )


def follow_up_rows(door: Door, told: Told, _: Words) -> Iterator[FollowUpRow]:
    """Return what whoever got a warning was told of its window, and how far each has come."""
    for one, counts in door.following_up(told) if isinstance(told, Alert | Notice) else ():
        over = _("It is over: all clear") if one.all_clear else _("It is withdrawn")
        yield FollowUpRow(at=one.at, what=over if one.ends is None else "", until=one.ends, counts=_counts(counts))


def _counts(stood: Mapping[DeliveryStands, int]) -> tuple[DeliveryCount, ...]:
    counts = {stands.value: count for stands, count in stood.items()}
    return tuple(
        DeliveryCount(chip=Chip(kind=kind, count=counts[kind.value])) for kind in ChipKind if kind.value in counts
    )


def _may(door: Door, told: Alert | Notice, now: datetime) -> bool:
    """Say whether this reader can take it back now, by the very rule that decides about it."""
    try:
        refuse_retracting(
            told.id,
            gone_out=is_sent(told),
            window=told.window,
            before=told.retraction,
            roles=door.reader.roles,
            wordings=[TakenBack(language="", words="-")],
            now=now,
        )
    except Refused:
        return False
    return True
