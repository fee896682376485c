"""Behind an institution's own link: it reads the warning back, asks, hands it on, and finds again what it said and was answered."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from tocsin.answer.facts import Heard
from tocsin.answer.institution.facts import QuestionAsked, ReadBackGiven
from tocsin.answer.institution.state import Handing, HandingWish, Question, ReadBack
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.basis.words import N_, Words
from tocsin.flow.answer import handing, institution
from tocsin.flow.delivery.approach import is_over
from tocsin.flow.house import House
from tocsin.people.facts import PersonKind
from tocsin.people.state import Person
from tocsin.store.institutions import count_said, stands_for
from tocsin.store.intake import Link
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.web.answer.views import (
    AnswerShell,
    AskedView,
    HandedView,
    HandOnView,
    InstitutionPage,
    ReadBackView,
    SaidView,
)
from tocsin.web.wording import ANOTHER_WAY, WAYS

PATH = "institution"  # below a link
READ_BACK = ("what", "where", "when", "will_do")
FIELDS = (*READ_BACK, "words", "to", "name", "post", "channel", "address", "note")
ENOUGH = N_("That is enough by this link. Please call us.")
SHUT = N_("Open the notice with a code first. Whoever has only the link hands nothing on.")
NOBODY = N_("Choose to whom, or name somebody else with a way to reach them.")
UNFIT = N_("It could not be handed on: they may have it already, or that is no address. Look again, or call us.")
OVER = N_("This is over. Nobody else is told of it.")


def institution_of(look: Look, link: Link) -> Id | None:
    """Return for which institution this link's reader was told; None for a person."""
    of = stands_for(look, link.warning).get(link.person, (link.person,))[0]
    known = look.find(Person, of)
    return of if known is not None and known.person_kind is PersonKind.ORGANISATION else None


def count_answered(look: Look, warning: Id, of: Id) -> int:
    """Return how many questions of an institution about a warning were answered."""
    asked = look.all(Question, warning=warning)
    return sum(one.recipient == of and one.answered_at is not None for one in asked)


def meant_for(look: Look, warning: Alert | Notice) -> str:
    """Return whom a notice is meant for that its reader is to hand on; nothing where it is for themselves."""
    if not isinstance(warning, Notice):
        return ""
    ids = (*warning.meant_for, *([warning.knocks_at] if warning.knocks_at else []))
    return ", ".join((*(str(one.name) for one in look.some(Person, ids).values()), *warning.meant_words))


def page(
    house: House,
    look: Look,
    link: Link,
    notice: Notice,
    of: Id,
    shell: AnswerShell,
    href: str,
    _: Words,
    *,
    opened: bool,
    kept: str = "",
    trouble: str = "",
    said: Mapping[str, str] | None = None,
) -> InstitutionPage:
    """Return an institution's page. opened: its own words may be shown to whoever opened the link.

    kept, trouble: what became of what was sent just now; said: what was sent, where it was not kept.
    """
    backs = [one for one in look.all(ReadBack, warning=link.warning, order="given_at") if one.recipient == of]
    asked = [one for one in look.all(Question, warning=link.warning, order="asked_at") if one.recipient == of]
    closed = is_over(notice, shell.now)
    return InstitutionPage(
        shell=shell,
        post_to=f"{href}/{PATH}",
        back_href=href,
        opened=opened,
        kept=kept,
        trouble=trouble,
        said=SaidView(**{name: (said or {}).get(name, "") for name in FIELDS}),
        read_backs=tuple(_back(one) for one in backs) if opened else (),
        questions=tuple(_asked(one) for one in asked) if opened else (),
        count=len(backs) + len(asked),
        closed=closed,
        hand_on=_hand_on(house, look, link, notice, of, _) if opened and not closed else None,
        handed=tuple(_handed(look, link.warning, of)) if opened else (),
    )


def _hand_on(house: House, look: Look, link: Link, notice: Notice, of: Id, _: Words) -> HandOnView:
    known = handing.colleagues(house, look, notice, of, link.person)
    people = look.some(Person, tuple(known))
    return HandOnView(
        contacts=tuple((id, str(people[id].name), ", ".join(posts)) for id, posts in known.items()),
        ways=tuple((way, _(WAYS.get(way, ANOTHER_WAY))) for way in handing.ways_for_new(house)),
        confirmed=notice.mark is Mark.RED,
    )


def _handed(look: Look, warning: Id, of: Id) -> Iterator[HandedView]:
    """Return to whom contacts of an institution handed a warning on, or asked for that, oldest first."""
    done = [one for one in look.all(Handing, warning=warning, order="at") if one.recipient == of and one.giver]
    wishes = [
        one
        for one in look.all(HandingWish, warning=warning, order="asked_at")
        if one.recipient == of and one.handing is None
    ]
    meant = {*(one.to for one in done), *(one.to for one in wishes), *(one.giver for one in wishes)}
    people = look.some(Person, tuple(meant | {one.giver for one in done if one.giver}))
    for one in done:
        yield HandedView(
            at=one.at, to=_name(people, one.to), by=_name(people, one.giver), state="sent", words=one.words
        )
    for wish in wishes:
        state = "asked" if wish.decided_at is None else "refused"
        by = _name(people, wish.giver)
        yield HandedView(at=wish.asked_at, to=_name(people, wish.to), by=by, state=state, words=wish.words)


def _name(people: Mapping[Id, Person], id: Id | None) -> str:
    return str(people[id].name) if id is not None and id in people else ""


def _back(one: ReadBack) -> ReadBackView:
    state = "open" if one.agrees is None else "agrees" if one.agrees else "differs"
    return ReadBackView(
        at=one.given_at,
        what=one.what,
        where=one.where,
        when=one.when,
        will_do=one.will_do,
        state=state,
        differs=one.differs,
    )


def _asked(one: Question) -> AskedView:
    return AskedView(at=one.asked_at, words=one.words, answered_at=one.answered_at, answer=one.answer)


def take(house: House, link: Link, of: Id, form: Mapping[str, str], now: datetime, *, opened: bool) -> None:
    """Keep what an institution reads back or asks, or hand it on. Sent twice within a moment, it is done once.

    opened: whoever sends it has named the code, where one is needed.

    Raises:
        Refused: it lacks something, or there is very much of it.
    """
    by, id = link.person, house.store.new_id()
    words = {name: form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip() for name in FIELDS}
    with house.store.look() as look:
        count = count_said(look, link.warning, by)
        said: list[ReadBack | Question] = [
            *look.all(ReadBack, warning=link.warning),
            *look.all(Question, warning=link.warning),
        ]
        before = [one for one in said if one.giver == by]
    if count >= handing.MOST:
        raise Refused(ENOUGH)
    if form.get("step") == "hand_on":
        if not opened:
            raise Refused(SHUT)
        _hand(house, link, of, words, now)
        return
    if any(_same(one, words) for one in before):
        return
    command = f"link:{link.row}:{id}"
    if form.get("step") == "ask":
        asked = QuestionAsked(
            subject=id,
            occurred_at=now,
            warning=link.warning,
            recipient=of,
            words=words["words"],
            heard=Heard.LINK,
            giver=by,
        )
        institution.take_question(house, asked, by=by, command=command, now=now)
        return
    given = ReadBackGiven(
        subject=id,
        occurred_at=now,
        warning=link.warning,
        recipient=of,
        what=words["what"],
        where=words["where"],
        when=words["when"],
        will_do=words["will_do"],
        heard=Heard.LINK,
        giver=by,
    )
    institution.take_read_back(house, given, by=by, command=command, now=now)


def _hand(house: House, link: Link, of: Id, words: Mapping[str, str], now: datetime) -> None:
    """Hand it on as a contact asks, or ask a duty officer to confirm it."""
    warning, giver, command = link.warning, link.person, f"link:{link.row}:{house.store.new_id()}"
    to, note = words["to"], words["note"]
    if bool(to) == bool(words["name"]) or not (to or words["address"]):
        raise Refused(NOBODY)
    with house.store.look() as look:
        notice = look.get(Notice, warning)
    if is_over(notice, now):
        raise Refused(OVER)
    try:
        if not to:
            handing.ask_handing(
                house,
                warning,
                of,
                name=words["name"],
                post=words["post"],
                channel=words["channel"],
                address=words["address"],
                words=note,
                giver=giver,
                command=command,
                now=now,
            )
        elif notice.mark is Mark.RED:
            handing.ask_handing_to(house, warning, of, to, words=note, giver=giver, command=command, now=now)
        else:
            handing.hand_on_by_link(house, warning, of, to, words=note, giver=giver, command=command, now=now)
    except Refused as error:  # its sentence is for our own people, in English, and may name others
        raise Refused(ENOUGH if str(error) == handing.ENOUGH else UNFIT) from error


def _same(one: ReadBack | Question, words: Mapping[str, str]) -> bool:
    if isinstance(one, Question):
        return one.words == words["words"]
    return all(getattr(one, name) == words[name] for name in READ_BACK)


def thanks(form: Mapping[str, str], notice: Notice, _: Words) -> str:
    """Say what becomes of what was sent."""
    if form.get("step") != "hand_on":
        return _("It is kept. A person compares it, or answers.")
    if form.get("to") and notice.mark is not Mark.RED:
        return _("It goes to them now, and they are waited for. So are you, until one of you answers.")
    return _("A duty officer confirms it first; nothing has been sent yet. You are waited for as before.")


def sentence(error: Refused, _: Words) -> str:
    """Say what is wrong with what was sent, in the reader's language."""
    if str(error) in (ENOUGH, SHUT, NOBODY, UNFIT, OVER):
        return _(str(error))
    return _(
        "Please fill in all four: what, where, when, and what you will do. Two thousand characters each are the most."
    )
