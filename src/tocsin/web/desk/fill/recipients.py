"""The table of who has answered: each institution on its own, a group as one row with counts."""

from collections.abc import Iterator
from datetime import datetime

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.state import Watch
from tocsin.basis.words import N_, Words
from tocsin.store.account import HeardAnswer
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.followed import Addressee, Followed
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.rows import RecipientRow
from tocsin.web.measures import day, stamp
from tocsin.web.pieces import Chip, ChipKind
from tocsin.web.wording import WARNINGS

HEARD = {
    Heard.LINK: N_("by the answer page"),
    Heard.API: N_("by a program"),
    Heard.SMS: N_("by text message"),
    Heard.MAIL: N_("by mail"),
    Heard.MAIL_UNPROVEN: N_("by mail, sender unproven"),
    Heard.TELEPHONE: N_("by telephone"),
    Heard.LETTER: N_("by letter"),
    Heard.MEETING: N_("at a meeting"),
    Heard.PAPER: N_("on paper"),
    Heard.PUBLIC_STATEMENT: N_("in public"),
}

ORDER = (
    AnswerKind.NEED_HELP,
    AnswerKind.DISMISSED,
    AnswerKind.DISPUTED,
    AnswerKind.SAFE,
    AnswerKind.ACTING,
    AnswerKind.RECEIVED,
)


def heard(answer: HeardAnswer, _: Words) -> str:
    """Say by which way an answer came, and who spoke."""
    way = _(HEARD[answer.heard])
    return _("%(speaker)s, %(way)s", speaker=answer.speaker, way=way) if answer.speaker else way


def recipient_rows(followed: Followed, names: Names, now: datetime, zone: str, _: Words) -> Iterator[RecipientRow]:
    """Return a row for each addressee of a warning that went out."""
    if followed.sent_at is None:
        return
    for addressee in followed.addressees:
        after = followed.answered_after(addressee)
        watch = followed.watch_for(addressee)
        yield RecipientRow(
            name=addressee.name,
            warning=_(
                "%(kind)s, %(day)s",
                kind=_(WARNINGS[type(followed.told).__name__.lower()]),
                day=day(followed.sent_at, zone, _),
            ),
            warning_href=hrefs.warning(followed.told.id),
            chips=tuple(_single(followed, addressee) if addressee.single else _many(followed, addressee)),
            note="; ".join(filter(None, (_note(followed, addressee, _), _read(followed, addressee, zone, _)))),
            after=now - followed.sent_at if after is None else after,
            after_means="so_far" if after is None else "" if addressee.single else "median",
            next_step=_next(watch, names, _),
            next_detail=_next_detail(watch, zone, _),
        )


def _single(followed: Followed, addressee: Addressee) -> Iterator[Chip]:
    """Return every different answer, in the order it was given; a person may dismiss today and dispute tomorrow."""
    kinds = dict.fromkeys(one.answer for one in followed.answers if one.person == addressee.id)
    for answer in kinds:
        yield Chip(kind=ChipKind(answer.value))
    if not kinds:
        yield Chip(kind=ChipKind.SILENT)
        if addressee.id in followed.lost:
            yield Chip(kind=ChipKind.FAILED)


def _many(followed: Followed, addressee: Addressee) -> Iterator[Chip]:
    tally = followed.tally(addressee)
    for answer in ORDER:
        if tally[answer]:
            yield Chip(kind=ChipKind(answer.value), count=tally[answer])
    who = addressee.who
    lost = {person for person in followed.lost if person in who} - followed.first_of(addressee).keys()
    silent = len(addressee.persons) - tally.total() - len(lost)
    if silent:
        yield Chip(kind=ChipKind.SILENT, count=silent)
    if lost:
        yield Chip(kind=ChipKind.FAILED, count=len(lost))


def _note(followed: Followed, addressee: Addressee, _: Words) -> str:
    first = followed.first_of(addressee)
    if addressee.single:
        return heard(first[addressee.id], _) if addressee.id in first else ""
    return _("%(n)s of %(all)s have answered", n=followed.how_many(addressee), all=len(addressee.persons))


def _read(followed: Followed, addressee: Addressee, zone: str, _: Words) -> str:
    """Say who has read what is behind a code; nothing, where it is behind none."""
    if followed.read is None:
        return ""
    at = [followed.read[one] for one in addressee.persons if one in followed.read]
    if not addressee.single:
        return _("%(n)s of %(all)s have read it", n=len(at), all=len(addressee.persons))
    return _("read %(when)s", when=stamp(at[0], zone, _)) if at else _("unread")


def _next(watch: Watch | None, names: Names, _: Words) -> str:
    if watch is None:
        return ""
    if watch.accepted_by is not None:
        return _("%(who)s has it", who=names.say(watch.accepted_by))
    return _("%(who)s is called", who=names.rung(watch.ladder.rung(watch.step), _))


def _next_detail(watch: Watch | None, zone: str, _: Words) -> str:
    if watch is None:
        return ""
    if watch.accepted_by is not None:
        return watch.accepted_words
    return stamp(watch.due, zone, _) if watch.due is not None else ""
