"""Behind an institution's own link: it reads the warning back, asks, and finds again what it said and was answered."""

from collections.abc import Mapping
from datetime import datetime

from tocsin.answer.facts import Heard
from tocsin.answer.institution.facts import QuestionAsked, ReadBackGiven
from tocsin.answer.institution.state import Question, ReadBack
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.words import N_, Words
from tocsin.flow import institution
from tocsin.flow.house import House
from tocsin.people.facts import PersonKind
from tocsin.people.state import Person
from tocsin.store.institutions import stands_for
from tocsin.store.intake import Link
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.web.answer.views import AnswerShell, AskedView, InstitutionPage, ReadBackView, SaidView

PATH = "institution"  # below a link
FIELDS = ("what", "where", "when", "will_do", "words")
MOST = 20  # read-backs, or questions, that are taken by one link
ENOUGH = N_("That is enough by this link. Please call us.")


def institution_of(look: Look, link: Link) -> Id | None:
    """Return for which institution this link's reader was told; None for a person."""
    of = stands_for(look, link.warning).get(link.person, (link.person,))[0]
    known = look.find(Person, of)
    return of if known is not None and known.person_kind is PersonKind.ORGANISATION else None


def meant_for(look: Look, warning: Alert | Notice) -> str:
    """Return the name of the institution that a second knock is meant for; nothing for any other warning."""
    known = look.find(Person, warning.knocks_at) if isinstance(warning, Notice) else None
    return str(known.name) if known is not None else ""


def page(
    look: Look,
    link: Link,
    of: Id,
    shell: AnswerShell,
    href: str,
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
    )


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


def take(house: House, link: Link, of: Id, form: Mapping[str, str], now: datetime) -> None:
    """Keep what an institution reads back or asks. Sent twice within a moment, it is kept once.

    Raises:
        Refused: it lacks something, or there is very much of it.
    """
    by, id = link.person, house.store.new_id()
    words = {name: form.get(name, "").replace("\r\n", "\n").replace("\0", "").strip() for name in FIELDS}
    with house.store.look() as look:
        before: list[ReadBack | Question] = [
            *look.all(ReadBack, warning=link.warning),
            *look.all(Question, warning=link.warning),
        ]
        if sum(one.giver == by for one in before) >= MOST:
            raise Refused(ENOUGH)
        if any(one.giver == by and _same(one, words) for one in before):
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


def _same(one: ReadBack | Question, words: Mapping[str, str]) -> bool:
    if isinstance(one, Question):
        return one.words == words["words"]
    return all(getattr(one, name) == words[name] for name in FIELDS[:-1])


def sentence(error: Refused, _: Words) -> str:
    """Say what is wrong with what was sent, in the reader's language."""
    if str(error) == ENOUGH:
        return _(ENOUGH)
    return _(
        "Please fill in all four: what, where, when, and what you will do. Two thousand characters each are the most."
    )
