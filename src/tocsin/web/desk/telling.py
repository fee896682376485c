"""What people told an officer, and what their replies say, at the desk; and the codes that are read out to them."""

from datetime import datetime

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.answer.reply import decide_reply
from tocsin.flow.answer.told import Telling, tell
from tocsin.flow.delivery.code import code_of, standing_codes, with_one_way
from tocsin.store.door import Door
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.acts import Unclear, command, own_words, until
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.replies import replies_page
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.views.warning import CodeRow, WarningPage

OFFICERS = (Role.DUTY_OFFICER, Role.WATCH_OFFICER)
MOST_NAMED = 20
BY_WORD = (Heard.TELEPHONE, Heard.MEETING, Heard.LETTER)


@post("/warnings/{id:str}/told", guards=[only(*OFFICERS)], sync_to_thread=True)
def told(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Record an answer that somebody told this officer: whose, by whom, when, and in which words."""
    known = request.user
    with desk.site.store.look() as look:
        if Door(look, known.reader).warning(id) is None:
            raise NotFoundException
    now = desk.site.clock.now()
    said = Telling(
        warning=id,
        recipient=form.get("who", "").strip(),
        answer=_answer(form.get("answer", "")),
        heard=next((one for one in BY_WORD if one.value == form.get("heard")), Heard.TELEPHONE),
        speaker=own_words(form, "speaker"),
        words=own_words(form, "words"),
        said_at=until(form, desk.zone) if form.get("until", "").strip() else now,
    )
    tell(desk.site.house, said, by=known.person, command=command(request, form), now=now)
    desk.site.wake()
    return Redirect(f"/desk/warnings/{id}", status_code=303)


@get("/replies", sync_to_thread=True)
def replies(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the replies that a person has to read."""
    return page(request, desk, "replies", replies_page)


@post("/replies/{id:str}", guards=[only(*OFFICERS)], sync_to_thread=True)
def reply(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Say what a reply says."""
    known = request.user
    with desk.site.store.look() as look:
        if Door(look, known.reader).reply(id) is None:
            raise NotFoundException
    is_answer = form.get("what") == "answer"
    decide_reply(
        desk.site.house,
        id,
        warning=form.get("warning") if is_answer else None,
        answer=_answer(form.get("answer", "")) if is_answer else None,
        person=form.get("giver") or None if is_answer else None,
        by=known.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect("/desk/replies", status_code=303)


def _answer(text: str) -> AnswerKind:
    try:
        return AnswerKind(text)
    except ValueError:
        raise Unclear("Say what they answered: choose one of the answers in the list.") from None


def with_codes(desk: DeskSite, door: Door, id: Id, view: WarningPage | None, now: datetime) -> WarningPage | None:
    """Say on a notice's page who needs a code read out, and show those that wait for it, to the officers who may read it."""
    notice = door.warning(id)
    if view is None or not isinstance(notice, Notice) or not set(OFFICERS) & set(door.reader.roles):
        return view
    found = door.asking(notice, lambda look: standing_codes(look, id, now)) or []
    alone = door.asking(notice, lambda look: with_one_way(desk.site.house, look, notice)) or []
    names = Names(door)
    names.learn([*(one.person for one in found), *alone[:MOST_NAMED]])
    return replace(
        view,
        one_way=tuple(names.say(one) for one in alone[:MOST_NAMED]),
        one_way_more=max(0, len(alone) - MOST_NAMED),
        codes=tuple(
            CodeRow(who=names.say(one.person), code=f"{digits[:4]} {digits[4:]}", until=one.expires)
            for one in found
            for digits in (code_of(desk.site.store, one),)
        ),
    )


HANDLERS = (told, replies, reply)
