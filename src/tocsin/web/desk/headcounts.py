"""Headcounts at the desk: asking, asking again, ending; naming wardens, printing their lists and entering what they bring."""

from datetime import timedelta

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.answer.facts import AnswerKind
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.answer import headcount as flow
from tocsin.flow.delivery.again import send_again
from tocsin.flow.delivery.deliver import ways
from tocsin.flow.warning.audience import preview
from tocsin.store.door import Door
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import Part, Within
from tocsin.warning.headcount.facts import HeadcountBegun, Question
from tocsin.warning.headcount.state import fold_headcount
from tocsin.warning.ladder import Kind, Ladder, Rung
from tocsin.web.desk.acts import Unclear, command, own_words, until
from tocsin.web.desk.fill import headcounts as fill
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.audience import asked_page
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import FIELDS_OF, Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.views.audience import AudiencePage
from tocsin.web.desk.views.headcounts import HeadcountPage
from tocsin.web.desk.views.shell import Shell

OFFICERS = only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)
DUTY = Role.DUTY_OFFICER.value
PATIENCE_S = 900  # of whoever asks; the silence of some is then somebody's matter
LONGEST_H = 168
MOST_NAMED = 200
OF_A_LIST = 10_000  # fields: a list has two for each person
OF_THE_ALERT = Ladder()


@get("/headcounts", sync_to_thread=True)
def headcounts(request: Asked, desk: Desk) -> Response[bytes]:
    """Show all headcounts."""
    return page(request, desk, "headcounts", fill.headcounts_page)


@get("/headcounts/{id:str}", sync_to_thread=True)
def headcount(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show one headcount."""
    said = request.query_params.get("forgotten", "")
    forgotten = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0

    def filled(door: Door, shell: Shell, _: Words) -> HeadcountPage | None:
        return fill.headcount_page(door, id, shell, _, forgotten=forgotten)

    return page(request, desk, "headcounts", filled)


@post("/headcounts", guards=[OFFICERS], sync_to_thread=True)
def ask(request: Asked, desk: Desk, form: Form) -> Redirect | Response[bytes]:
    """Ask a group, people by name, or whoever is in an area. Who is in an area is shown first, and asked by a second press."""
    group, circle = form.get("group", "").strip(), form.get("circle", "").strip()
    persons = _named(request, desk, form)
    if not (group or circle or persons):
        raise Unclear("Name a group, people, or a place and how far around it: nobody is asked yet.")
    parts = (
        (Part(within=(Within(circle=_circle(circle), name=form.get("place", "").strip()[:100]),)),) if circle else ()
    )
    ladder = ladder_of(request, desk, form.get("policy", ""))
    groups = (group,) if group else ()
    asked = _written(request, desk, form, groups=groups, persons=persons, audience=parts, ladder=ladder)
    if circle and form.get("looked") != circle:
        return _looked_at(request, desk, form, asked, circle)
    return _begin(request, desk, form, asked)


def _looked_at(request: Asked, desk: DeskSite, form: Form, asked: HeadcountBegun, circle: str) -> Response[bytes]:
    """Show who would be asked; nobody is yet."""
    headcount = fold_headcount(None, asked)
    fields = {**{name: value for name, value in form.items() if name != "_csrf_token"}, "looked": circle}

    def filled(door: Door, shell: Shell, _: Words) -> AudiencePage | None:
        channels, now = ways(desk.site.house, headcount), desk.site.clock.now()
        found = door.who_is_there(lambda look: preview(look, headcount, channels, now))
        called = fill.title_of(headcount, Names(door), _)
        return None if found is None else asked_page(door, called, found, fields, shell, _)

    answer = page(request, desk, "headcounts", filled)
    answer.status_code = 200
    return answer


def _named(request: Asked, desk: DeskSite, form: Form) -> tuple[Id, ...]:
    """Return the people whom a field names, one a line: by name, mail address or id."""
    lines = list(dict.fromkeys(line.strip() for line in form.get("persons", "").splitlines() if line.strip()))
    if len(lines) > MOST_NAMED:
        raise Unclear(f"These are {len(lines)} people; {MOST_NAMED} can be named at once. Make a group of them.")
    if not lines:
        return ()
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).called(lines)
    for line in lines:
        if len(found.get(line, ())) != 1:
            many = "Several people are" if found.get(line) else "Nobody is"
            raise Unclear(f"{many} called {line[:80]!r}. Write the whole name, their mail address or the id.")
    return tuple(dict.fromkeys(found[line][0] for line in lines))


def ladder_of(request: Asked, desk: DeskSite, policy: Id) -> Ladder:
    """Return that of a policy; of none, whoever asks is called first, and then every duty officer again and again."""
    if not policy:
        rungs = Rung(to=request.user.person, after_s=PATIENCE_S), Rung(to=DUTY, after_s=PATIENCE_S, kind=Kind.ROLE)
        return Ladder(rungs=rungs, repeat_s=PATIENCE_S)
    with desk.site.store.look() as look:
        found = {one.id: one for one in Door(look, request.user.reader).policies()}
    if policy not in found:
        raise Unclear("That policy is chosen no more. Choose another, by which somebody is called.")
    return found[policy].ladder


@post("/warnings/{id:str}/headcount", guards=[OFFICERS], sync_to_thread=True)
def follow(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Ask everyone who was told of an alert."""
    with desk.site.store.look() as look:
        if not isinstance(Door(look, request.user.reader).warning(id), Alert):
            raise NotFoundException
    return _begin(request, desk, form, _written(request, desk, form, follows=id))


def _written(
    request: Asked,
    desk: DeskSite,
    form: Form,
    *,
    groups: tuple[Id, ...] = (),
    persons: tuple[Id, ...] = (),
    audience: tuple[Part, ...] = (),
    follows: Id | None = None,
    ladder: Ladder = OF_THE_ALERT,
) -> HeadcountBegun:
    now, words = desk.site.clock.now(), own_words(form, "words")
    hours = form.get("hours", "4")
    if not (hours.isascii() and hours.isdigit() and len(hours) < 4 and 1 <= int(hours) <= LONGEST_H):
        raise Unclear(f"Say for how many hours answers are waited for, from 1 to {LONGEST_H}.")
    return HeadcountBegun(
        subject=desk.site.store.new_id(),
        occurred_at=now,
        threat=None,
        author=request.user.person,
        ends=now + timedelta(hours=int(hours)),
        questions=(Question(language=request.user.language, words=words),) if words else (),
        ladder=ladder,
        groups=groups,
        persons=persons,
        audience=audience,
        follows=follows,
        exercise=desk.site.exercise,
    )


def _begin(request: Asked, desk: DeskSite, form: Form, asked: HeadcountBegun) -> Redirect:
    by, now = request.user.person, asked.occurred_at
    flow.begin(desk.site.house, asked, by=by, command=command(request, form), now=now)
    desk.site.wake()
    return Redirect(hrefs.HEADCOUNTS, status_code=303)


def _circle(text: str) -> tuple[float, float, float]:
    try:
        lat, lon, km = (float(part) for part in text.replace(";", ",").split(","))
    except ValueError as error:
        raise Unclear(
            f"{text!r} is no place. Write latitude, longitude and kilometres, like 52.52, 13.40, 3."
        ) from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 < km <= 500):
        raise Unclear("That is no place on Earth, or more than 500 km wide. Write it like 52.52, 13.40, 3.")
    return lat, lon, km


@post("/headcounts/{id:str}/again", guards=[OFFICERS], sync_to_thread=True)
def again(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Ask the silent again."""
    _refuse_none(request, desk, id)
    now = desk.site.clock.now()
    send_again(desk.site.house, id, by=request.user.person, command=command(request, form), now=now)
    desk.site.wake()
    return Redirect(hrefs.headcount(id), status_code=303)


@post("/headcounts/{id:str}/window", guards=[only(Role.DUTY_OFFICER)], sync_to_thread=True)
def window(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Wait longer, or end it."""
    _refuse_none(request, desk, id)
    why, decision = own_words(form, "why"), form.get("decision", "")
    if not why:
        raise Unclear("Say why: a decision is written down with its grounds.")
    flow.decide(
        desk.site.house,
        id,
        decision,
        why=why,
        ends=until(form, desk.zone) if decision == "extend" else None,
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect(hrefs.headcount(id), status_code=303)


@post("/headcounts/{id:str}/wardens", guards=[OFFICERS], sync_to_thread=True)
def warden(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Name somebody who looks after a group."""
    _refuse_none(request, desk, id)
    flow.name_warden(
        desk.site.house,
        _somebody(request, desk, form),
        group=form.get("group", "").strip() or None,
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return Redirect(hrefs.headcount(id), status_code=303)


@post("/headcounts/{id:str}/wardens/relieved", guards=[OFFICERS], sync_to_thread=True)
def relieve(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let a warden look after a group, or some people, no longer."""
    _refuse_none(request, desk, id)
    meant = form.get("wardenship", "")
    with desk.site.store.look() as look:
        if meant not in {one.id for one in Door(look, request.user.reader).wardenships()}:
            raise Unclear("They look after them no longer, or never did. Load the page again.")
    now, who = desk.site.clock.now(), request.user.person
    flow.relieve_warden(desk.site.house, meant, by=who, command=command(request, form), now=now)
    return Redirect(hrefs.headcount(id), status_code=303)


@post("/headcounts/{id:str}/sheets/{of:str}", guards=[OFFICERS], sync_to_thread=True)
def print_sheet(request: Asked, desk: Desk, form: Form, id: FromPath[str], of: FromPath[str]) -> Redirect:
    """Write down that a warden's list is printed, and lead to it."""
    _refuse_none(request, desk, id)
    now = desk.site.clock.now()
    flow.note_printed(desk.site.house, id, of, by=request.user.person, command=command(request, form), now=now)
    return Redirect(hrefs.sheet(id, of), status_code=303)


@get("/headcounts/{id:str}/sheets/{of:str}", guards=[OFFICERS], sync_to_thread=True)
def sheet(request: Asked, desk: Desk, id: FromPath[str], of: FromPath[str]) -> Response[bytes]:
    """Show a warden's list to whoever has it written down that they print it."""
    return page(request, desk, "headcounts", lambda door, shell, _: fill.sheet_page(door, id, of, shell, _))


@get("/headcounts/{id:str}/sheets/{of:str}/results", guards=[OFFICERS], sync_to_thread=True)
def results(request: Asked, desk: Desk, id: FromPath[str], of: FromPath[str]) -> Response[bytes]:
    """Show the form in which a warden's list is entered."""
    return page(
        request, desk, "headcounts", lambda door, shell, _: fill.sheet_page(door, id, of, shell, _, entering=True)
    )


@post(
    "/headcounts/{id:str}/sheets/{of:str}/results", guards=[OFFICERS], opt={FIELDS_OF: OF_A_LIST}, sync_to_thread=True
)
def enter(request: Asked, desk: Desk, form: Form, id: FromPath[str], of: FromPath[str]) -> Redirect:
    """Enter a warden's list."""
    _refuse_none(request, desk, id)
    said = {"safe": AnswerKind.SAFE, "need_help": AnswerKind.NEED_HELP}
    ticked = {
        field.removeprefix("how_"): flow.Ticked(
            answer=said[value], words=own_words(form, f"words_{field.removeprefix('how_')}")
        )
        for field, value in form.items()
        if field.startswith("how_") and value in said
    }
    with desk.site.store.look() as look:
        forgotten = Door(look, request.user.reader).forgotten_among(ticked)
    flow.enter_sheet(
        desk.site.house,
        id,
        of,
        ticked,
        at=until(form, desk.zone),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    left_out = f"?forgotten={forgotten}" if forgotten else ""
    return Redirect(f"{hrefs.headcount(id)}{left_out}", status_code=303)


def _somebody(request: Asked, desk: DeskSite, form: Form) -> Id:
    """Return the id of somebody at the desk, or of the group, who goes by that name or has that id."""
    said = form.get("warden", "").strip()
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).named_so(said, form.get("group", "").strip())
    if len(found) != 1:
        many = "Several people here are" if found else "Nobody at the desk or in that group is"
        raise Unclear(f"{many} called {said!r}. Write the whole name, or the id.")
    return found[0]


def _refuse_none(request: Asked, desk: DeskSite, id: Id) -> None:
    with desk.site.store.look() as look:
        if Door(look, request.user.reader).headcount(id) is None:
            raise NotFoundException


HANDLERS = (headcounts, headcount, ask, follow, again, window, warden, relieve, print_sheet, sheet, results, enter)
