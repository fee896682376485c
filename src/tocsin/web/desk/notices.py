"""Notices at the desk: begun from a case or a duty, written beside what they rest on, agreed to, let out by another or dropped."""

from collections.abc import Mapping
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.warning import notice_draft as flow
from tocsin.flow.warning import tear_line
from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, ReleaseAnswered
from tocsin.warning.notice.state import Notice, fold_notice
from tocsin.web.desk.acts import Unclear, command, own_words, picked, tag, until
from tocsin.web.desk.case_choice import case_in
from tocsin.web.desk.drafts import refuse_unsure, seen_of
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill import notices as fill
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import FIELDS_OF, Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.headcounts import ladder_of
from tocsin.web.desk.notice_filled import first_draft
from tocsin.web.desk.notice_form import drafted, ends_of
from tocsin.web.desk.views.notices import NoticeForm
from tocsin.web.desk.views.shell import Shell

OFFICERS = only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)
DUTY = only(Role.DUTY_OFFICER)
MOST_FIELDS, LARGEST = 3_000, 2_000_000
TEST = DutyTest.__struct_fields__
SAID = {"yes": True, "no": False}
"""How a question of the test is answered; not at all, it is not known."""


@get("/notices", sync_to_thread=True)
def start(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the notices that wait, and how one is begun."""
    return page(request, desk, "warnings", fill.notices_page)


@get("/notices/new", guards=[OFFICERS], sync_to_thread=True)
def new(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form by which a notice about a case is begun; without a case, from where one is."""
    case, duty = (request.query_params.get(name, "") for name in ("case", "duty"))
    if not case:
        return page(request, desk, "warnings", fill.notices_page)
    return page(request, desk, "warnings", lambda door, shell, _: fill.begin_page(door, case, duty, shell, _))


@post("/notices/new", guards=[OFFICERS], sync_to_thread=True)
def about(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Lead to the form of a notice about a case that was chosen, or named: its title stands in no address."""
    if not (case := case_in(request, desk, form)):
        raise Unclear("Choose the case that the notice is about.")
    return Redirect(f"{hrefs.NOTICES}/new?{urlencode({'case': case})}", status_code=303)


@post("/notices", guards=[OFFICERS], sync_to_thread=True)
def begin(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Begin a notice: decide to tell, or take that from a duty, and write it first as the case has it."""
    now, by = desk.site.clock.now(), request.user.person
    threat = _case(request, desk, form.get("case", ""))
    recipients = _named(request, desk, form, "recipients")
    if not recipients:
        raise Unclear("Name who is to be told, one a line.")
    language = form.get("language", "").strip()
    with desk.site.store.look() as look:
        draft = first_draft(
            Door(look, request.user.reader),
            threat,
            desk.site.store.new_id(),
            by,
            now,
            desk.language(language or request.user.language),
        )
    draft = replace(
        draft,
        recipients=recipients,
        ends=ends_of(form, None, desk.zone),
        ladder=ladder_of(request, desk, ""),
        language=tag(language) if language else "",
        exercise=desk.site.exercise or threat.exercise,
    )
    flow.begin(
        desk.site.house,
        draft,
        duty_id=form.get("duty", "") or None,
        why=own_words(form, "why"),
        test=DutyTest(**{name: SAID.get(form.get(f"test_{name}", "")) for name in TEST}),
        by=by,
        command=command(request, form),
        now=now,
    )
    return Redirect(f"{hrefs.notice_draft(draft.subject)}/edit", status_code=303)


def _case(request: Asked, desk: DeskSite, id: Id) -> Threat:
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).threat(id)
    if found is None:
        raise NotFoundException
    return found


def _named(request: Asked, desk: DeskSite, form: Mapping[str, str], field: str) -> tuple[Id, ...]:
    """Return whom a field names, one a line."""
    with desk.site.store.look() as look:
        try:
            return flow.people_called(Door(look, request.user.reader), own_words(form, field).splitlines())
        except Refused as error:
            raise Unclear(str(error)) from error


def _meant_for(request: Asked, desk: DeskSite, form: Mapping[str, str]) -> tuple[tuple[Id, ...], tuple[str, ...]]:
    """Return whom a notice is to be handed on to: who is known here, and the others as they are called."""
    with desk.site.store.look() as look:
        try:
            return flow.people_or_words(Door(look, request.user.reader), own_words(form, "meant_for").splitlines())
        except Refused as error:
            raise Unclear(str(error)) from error


@get("/notices/{id:str}", sync_to_thread=True)
def draft(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show a notice as its second reader sees it, and what can be decided."""
    return page(request, desk, "warnings", lambda door, shell, _: fill.draft_page(desk.site, door, id, shell, _))


@get("/notices/{id:str}/edit", guards=[OFFICERS], sync_to_thread=True)
def edit(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the tear-line editor."""
    notice, seen = _notice(request, desk, id)

    def filled(door: Door, shell: Shell, _: Words) -> NoticeForm | None:
        return fill.form_page(desk.site, door, notice, seen, shell, _)

    return page(request, desk, "warnings", filled)


@post(
    "/notices/{id:str}/look",
    guards=[OFFICERS],
    sync_to_thread=True,
    request_max_body_size=LARGEST,
    opt={FIELDS_OF: MOST_FIELDS},
    status_code=200,
)
def look(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes]:
    """Check what is typed, as it stands now; nothing is kept."""
    notice, _seen = _notice(request, desk, id)
    typed = fold_notice(notice, _written(request, desk, form, notice))
    seen = seen_of(form)

    def filled(door: Door, shell: Shell, _: Words) -> NoticeForm | None:
        return fill.form_page(desk.site, door, typed, seen, shell, _, kept=False)

    return page(request, desk, "warnings", filled)


@post(
    "/notices/{id:str}",
    guards=[OFFICERS],
    sync_to_thread=True,
    request_max_body_size=LARGEST,
    opt={FIELDS_OF: MOST_FIELDS},
)
def write(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Keep what was typed; in the same step flagged words are struck, or let stay."""
    notice, _seen = _notice(request, desk, id)
    then, chosen = form.get("then", ""), picked(form, "pick_")
    if then in ("strike", "release") and not chosen:
        raise Unclear("Tick the flagged words in the text first.")
    flow.write(
        desk.site.house,
        _written(request, desk, form, notice),
        seen=seen_of(form),
        strike=chosen if then == "strike" else (),
        release=chosen if then == "release" else (),
        why=own_words(form, "why"),
        remove=picked(form, "unreader_"),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    on = "" if then == "look" else "/edit"
    return Redirect(hrefs.notice_draft(id) + on, status_code=303)


def _written(request: Asked, desk: DeskSite, form: Mapping[str, str], notice: Notice) -> NoticeDrafted:
    if not fill.is_open(notice):
        raise Refused(f"Notice {notice.id} is {notice.stage}; only a draft is written at.")
    now, by = desk.site.clock.now(), request.user.person
    made = drafted(
        form,
        flow.as_written(notice, by, now),
        recipients=_named(request, desk, form, "recipients"),
        meant_for=_meant_for(request, desk, form),
        zone=desk.zone,
    )
    policy = form.get("policy", "kept")
    if policy != "kept":
        ladder = ladder_of(request, desk, policy)
        made = replace(made, ladder=ladder)
    return made


@post("/notices/{id:str}/release", guards=[OFFICERS], sync_to_thread=True, opt={FIELDS_OF: MOST_FIELDS})
def release(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let flagged words stay, as one who reads the notice."""
    _notice(request, desk, id)
    chosen = picked(form, "pick_")
    if not chosen:
        raise Unclear("Tick the flagged words in the text first.")
    tear_line.release_words(
        desk.site.house,
        id,
        chosen,
        why=own_words(form, "why"),
        seen=seen_of(form),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return Redirect(hrefs.notice_draft(id), status_code=303)


# ---- whoever the grounds came from


@post("/notices/{id:str}/asking", guards=[OFFICERS], sync_to_thread=True)
def ask(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write down that an originator was asked whether the notice may go out."""
    _notice(request, desk, id)
    tear_line.ask_release(
        desk.site.house,
        id,
        form.get("originator", ""),
        words=own_words(form, "words"),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return Redirect(hrefs.notice_draft(id), status_code=303)


@post("/notices/{id:str}/answer", guards=[OFFICERS], sync_to_thread=True)
def answer(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write down what an originator said."""
    _notice(request, desk, id)
    now, by, said = desk.site.clock.now(), request.user.person, form.get("said", "")
    if said not in ("agreed", "refused"):
        raise Unclear("Choose what they said: that they agree, or that they refuse.")
    fact = ReleaseAnswered(
        subject=id,
        occurred_at=now,
        originator=form.get("originator", ""),
        agreed=said == "agreed",
        giver=own_words(form, "giver"),
        given_at=until(form, desk.zone) if form.get("until", "").strip() else now,
        recorder=by,
        words=own_words(form, "words"),
    )
    tear_line.answer_release(desk.site.house, fact, by=by, command=command(request, form), now=now)
    return Redirect(hrefs.notice_draft(id), status_code=303)


# ---- letting it out


@post("/notices/{id:str}/approval", guards=[DUTY], sync_to_thread=True, opt={FIELDS_OF: MOST_FIELDS})
def approve(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let a notice out that another wrote."""
    return _let_out(request, desk, form, id, alone=False)


@post("/notices/{id:str}/alone", guards=[DUTY], sync_to_thread=True)
def alone(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Break the glass: send alone what nobody else has read."""
    refuse_unsure(form)
    return _let_out(request, desk, form, id, alone=True)


def _let_out(request: Asked, desk: DeskSite, form: Mapping[str, str], id: Id, *, alone: bool) -> Redirect:
    _notice(request, desk, id)
    flow.let_out(
        desk.site.house,
        id,
        seen=seen_of(form),
        agrees=picked(form, "agree_"),
        unasked=picked(form, "unasked_"),
        unasked_why=own_words(form, "unasked_why"),
        break_glass=alone,
        why=own_words(form, "why") if alone else "",
        grounds=own_words(form, "grounds"),
        over_seen=form.get("over", ""),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect(hrefs.going(id), status_code=303)


@post("/notices/{id:str}/sending", guards=[DUTY], sync_to_thread=True)
def send(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Send a notice that was approved and did not go out."""
    _notice(request, desk, id)
    now, by, seen = desk.site.clock.now(), request.user.person, seen_of(form)
    grounds, over = own_words(form, "grounds"), form.get("over", "")
    flow.send_approved(
        desk.site.house, id, seen=seen, grounds=grounds, over_seen=over, by=by, command=command(request, form), now=now
    )
    desk.site.wake()
    return Redirect(hrefs.going(id), status_code=303)


@post("/notices/{id:str}/dropping", guards=[OFFICERS], sync_to_thread=True)
def drop(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Decide that a notice will not go out."""
    _notice(request, desk, id)
    now, by, why = desk.site.clock.now(), request.user.person, own_words(form, "why")
    flow.drop(desk.site.house, id, why=why, by=by, command=command(request, form), now=now)
    return Redirect(hrefs.NOTICES, status_code=303)


def _notice(request: Asked, desk: DeskSite, id: Id) -> tuple[Notice, int]:
    """Return a notice as this reader may read it, and how many facts there are about it."""
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).warning(id)
        seen = look.version(id)
    if not isinstance(found, Notice):
        raise NotFoundException
    return found, seen


HANDLERS = (start, new, about, begin, draft, edit, look, write, release, ask, answer, approve, alone, send, drop)
