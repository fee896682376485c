"""Must we warn? The board of what is owed, the form of a minute's work, each decision after it, and the policy."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.duty import must_warn as flow
from tocsin.store.door import Door
from tocsin.threat.casework import A_DAY
from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.hours import Row
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty
from tocsin.warning.duty.test import QUESTIONS, Answered, Said, Test
from tocsin.web.desk.acts import Unclear, command, own_words, picked, until
from tocsin.web.desk.fill import duties as fill
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.views.duties import CaseDutiesPage
from tocsin.web.desk.views.shell import Shell

OFFICERS = only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)
SENIOR = only(Role.DUTY_OFFICER)
MOST_NAMED = 50
LATER, WARN = "later", "warn"


@get("/duties", sync_to_thread=True)
def board(request: Asked, desk: Desk) -> Response[bytes]:
    """Show what is owed in every case, what has the least time left first."""
    return page(request, desk, "duties", fill.duties_page)


@get("/duties/{id:str}", sync_to_thread=True)
def one(request: Asked, desk: Desk, id: FromPath[str]) -> Redirect:
    """Lead to where a duty stands, among the others of its case."""
    return Redirect(hrefs.duty(_owed(request, desk, id)), status_code=303)


@get("/cases/{id:str}/duties", sync_to_thread=True)
def of_case(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the duties of a case, and the form by which it is asked whom to warn."""

    def filled(door: Door, shell: Shell, _: Words) -> CaseDutiesPage | None:
        return fill.case_duties_page(door, id, shell, _)

    return page(request, desk, "duties", filled)


# ---- asking


@post("/cases/{id:str}/duties", guards=[OFFICERS], sync_to_thread=True)
def ask(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Ask whom to warn, and decide at once what can be."""
    _refuse_unreadable(request, desk, id)
    why = own_words(form, "why")
    sides = [
        _asked(request, desk, form, side, why)
        for side in Side
        if form.get(f"about_{side.value}", "") or form.get(f"who_{side.value}", "").strip()
    ]
    if not sides:
        raise Unclear("Choose of at least one of them what is to become of it: to warn, not to, or to decide later.")
    _refuse_borrowed_reason(form, sides)
    flow.ask(
        desk.site.house,
        id,
        sides,
        _test(form),
        event_at=_expected(form, desk),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect(hrefs.duties(id), status_code=303)


def _asked(request: Asked, desk: DeskSite, form: Mapping[str, str], side: Side, why: str) -> flow.Asked:
    chosen = form.get(f"about_{side.value}", "") or LATER
    whom, who = _whom(request, desk, own_words(form, f"who_{side.value}"))
    ground = "" if chosen in (LATER, WARN) else chosen
    decided = (own_words(form, f"why_{side.value}") or why) if chosen != LATER else ""
    return flow.Asked(side=side, who=who, whom=whom, warn=chosen == WARN, ground=ground, why=decided)


def _refuse_borrowed_reason(form: Mapping[str, str], sides: Sequence[flow.Asked]) -> None:
    """Stop a refusal to warn some that would bear the reason for what was decided of others."""
    decided = [one for one in sides if one.warn or one.ground]
    for one in decided:
        if one.ground and len(decided) > 1 and not own_words(form, f"why_{one.side.value}").strip():
            raise Unclear(
                "Say of each whom you would not warn why not: another officer reads it. The reason for all is not theirs."
            )


def _whom(request: Asked, desk: DeskSite, text: str) -> tuple[tuple[Id, ...], str]:
    """Return who is meant: the lines that name somebody here, or a group, as ids; the others in words."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_NAMED:
        raise Unclear(f"These are {len(lines)} lines; {MOST_NAMED} can be named at once. Make a group of them.")
    if not lines:
        return (), ""
    with desk.site.store.look() as look:
        door = Door(look, request.user.reader)
        found = door.called(lines, institutions=True)
        groups = {group.name: group.id for group in door.every_group()}
    for line in lines:
        if len(found.get(line, ())) + (line in groups) > 1:
            raise Unclear(f"Several are called {line[:80]!r}. Write their mail address or the id.")
    ids = [found[line][0] if found.get(line) else groups[line] for line in lines if found.get(line) or line in groups]
    words = [line for line in lines if not found.get(line) and line not in groups]
    return tuple(dict.fromkeys(ids)), "; ".join(words)


def _test(form: Mapping[str, str]) -> Test:
    """Return the test, as it was answered. What nobody answered is not known."""

    def answered(name: str) -> Answered:
        said = form.get(f"said_{name}", "") or Said.UNKNOWN.value
        if said not in set(Said):
            raise Unclear(f"{said!r} is no answer. Say yes, no or not known.")
        return Answered(said=Said(said), ground=own_words(form, f"ground_{name}"))

    return Test(**{name: answered(name) for name in QUESTIONS})


def _moment(form: Mapping[str, str], desk: DeskSite) -> datetime | None:
    return until(form, desk.zone) if form.get("until", "").strip() else None


def _expected(form: Mapping[str, str], desk: DeskSite) -> datetime | None:
    """Return when the event is expected, where that is said.

    Raises:
        Unclear: it was more than a day ago. The deadlines that follow are never put off again, and a year is soon mistyped.
    """
    moment, now = _moment(form, desk), desk.site.clock.now()
    if moment is not None and moment < now - A_DAY:
        raise Unclear(
            f"{moment:%Y-%m-%d %H:%M} UTC has long passed: look at the day and the year. If it may have begun, write a moment of today."
        )
    return moment


@post("/cases/{id:str}/duties/time", guards=[OFFICERS], sync_to_thread=True)
def retime(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Expect the event at another time."""
    _refuse_unreadable(request, desk, id)
    moment = _expected(form, desk) or until(form, desk.zone)
    why, by, now = own_words(form, "why"), request.user.person, desk.site.clock.now()
    flow.retime(desk.site.house, id, moment, why=why, by=by, command=command(request, form), now=now)
    desk.site.wake()
    return Redirect(hrefs.duties(id), status_code=303)


# ---- deciding


@post("/duties/{id:str}/decision", guards=[OFFICERS], sync_to_thread=True)
def decide(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Decide to warn, or propose not to; with the test, where it is answered here."""
    owed = _owed(request, desk, id)
    chosen = form.get("about", "")
    asked = flow.Asked(
        side=owed.side,
        warn=chosen == WARN,
        ground="" if chosen == WARN else chosen,
        why=own_words(form, "why"),
    )
    test = _test(form) if any(f"said_{name}" in form for name in QUESTIONS) else None
    by, now = request.user.person, desk.site.clock.now()
    flow.decide_one(desk.site.house, id, asked, test, seen=_seen(form), by=by, command=command(request, form), now=now)
    return _back(desk, owed)


@post("/duties/{id:str}/test", guards=[OFFICERS], sync_to_thread=True)
def answer(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Answer the questions of the test anew."""
    owed, now = _owed(request, desk, id), desk.site.clock.now()
    test, why, by, seen = _test(form), own_words(form, "why"), request.user.person, _seen(form)
    flow.answer_questions(desk.site.house, id, test, why=why, seen=seen, by=by, command=command(request, form), now=now)
    return _back(desk, owed)


@post("/duties/{id:str}/review", guards=[SENIOR], sync_to_thread=True)
def review(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Review a proposal not to warn."""
    owed, chosen = _owed(request, desk, id), form.get("about", "")
    if chosen not in ("agree", WARN):
        raise Unclear("Choose: that you agree, or that they are warned.")
    flow.review(
        desk.site.house,
        id,
        agree=chosen == "agree",
        why=own_words(form, "why"),
        seen=_seen(form),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return _back(desk, owed)


@post("/duties/{id:str}/told", guards=[SENIOR], sync_to_thread=True)
def told(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write down that they were told by another way."""
    owed, now = _owed(request, desk, id), desk.site.clock.now()
    how, by = own_words(form, "how"), request.user.person
    at, parts, left = _moment(form, desk), _ticked(form, "told_"), (*owed.left_whom, *owed.left_words)
    if not parts and len(left) > 1:
        raise Unclear("Choose who of them was told.")
    seen, said = _seen(form), command(request, form)
    flow.told_otherwise(desk.site.house, id, how, at=at, parts=parts, seen=seen, by=by, command=said, now=now)
    return _back(desk, owed)


@post("/duties/{id:str}/found", guards=[OFFICERS], sync_to_thread=True)
def found(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write down who it is that was named in words alone."""
    owed, now = _owed(request, desk, id), desk.site.clock.now()
    whom, unknown = _whom(request, desk, own_words(form, "whom"))
    if unknown:
        raise Unclear(f"Nobody is called {unknown[:80]!r}. Write the whole name, their mail address or the id.")
    words, seen, by = form.get("words", ""), _seen(form), request.user.person
    flow.name_found(desk.site.house, id, words, whom, seen=seen, by=by, command=command(request, form), now=now)
    return _back(desk, owed)


def _ticked(form: Mapping[str, str], prefix: str) -> list[str]:
    return [value for name, value in form.items() if name.startswith(prefix) and name[len(prefix) :].isdecimal()]


@post("/duties/{id:str}/covered", guards=[SENIOR], sync_to_thread=True)
def covered(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Say that a warning which went out before it was asked again still tells them."""
    owed, now, chosen = _owed(request, desk, id), desk.site.clock.now(), form.get("warning", "")
    with desk.site.store.look() as look:
        if Door(look, request.user.reader).warning(chosen) is None:
            raise Unclear("Choose the warning that still tells them.")
    why, by, seen = own_words(form, "why"), request.user.person, _seen(form)
    flow.name_covering(desk.site.house, id, chosen, why=why, seen=seen, by=by, command=command(request, form), now=now)
    return _back(desk, owed)


@post("/duties/{id:str}/look", guards=[SENIOR], sync_to_thread=True)
def look_again(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write down that the danger goes on, and when to look again."""
    owed, now = _owed(request, desk, id), desk.site.clock.now()
    moment, why, by = until(form, desk.zone), own_words(form, "why"), request.user.person
    flow.look_again(
        desk.site.house, id, moment, why=why, seen=_seen(form), by=by, command=command(request, form), now=now
    )
    return _back(desk, owed)


@post("/duties/{id:str}/end", guards=[SENIOR], sync_to_thread=True)
def end(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write down what became of the danger."""
    owed, now, chosen = _owed(request, desk, id), desk.site.clock.now(), form.get("how", "")
    if chosen not in set(Ended):
        raise Unclear("Choose what became of it.")
    why, by = own_words(form, "why"), request.user.person
    flow.end(
        desk.site.house, id, Ended(chosen), why=why, seen=_seen(form), by=by, command=command(request, form), now=now
    )
    return _back(desk, owed)


@post("/duties/{id:str}/again", guards=[OFFICERS], sync_to_thread=True)
def again(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Ask again what was refused or had ended."""
    owed, now = _owed(request, desk, id), desk.site.clock.now()
    why, by, at = own_words(form, "why"), request.user.person, _expected(form, desk)
    flow.reopen(desk.site.house, id, at, why=why, seen=_seen(form), by=by, command=command(request, form), now=now)
    return _back(desk, owed)


# ---- the host


@post("/cases/{id:str}/duties/distrust", guards=[OFFICERS], sync_to_thread=True)
def distrust(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let nothing about a case go through a host."""
    _refuse_unreadable(request, desk, id)
    chosen, host = form.get("distrust", ""), form.get("host", "").strip()
    if chosen not in set(Distrust) or not host:
        raise Unclear("Choose the institution, and whether it may be complicit or leak.")
    flow.distrust(
        desk.site.house,
        id,
        host,
        Distrust(chosen),
        why=own_words(form, "why"),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return Redirect(hrefs.duties(id), status_code=303)


@post("/duties/distrust/{id:str}", guards=[SENIOR], sync_to_thread=True)
def trust(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Trust a host again."""
    case = form.get("case", "")
    _refuse_not_held(request, desk, id, case)
    why, by, now = own_words(form, "why"), request.user.person, desk.site.clock.now()
    flow.trust(desk.site.house, id, why=why, by=by, command=command(request, form), now=now)
    return Redirect(hrefs.duties(case), status_code=303)


@post("/duties/distrust/{id:str}/kept", guards=[SENIOR], sync_to_thread=True)
def keep_distrusted(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Say that a host stays distrusted here, although it is trusted again beside."""
    case = form.get("case", "")
    _refuse_not_held(request, desk, id, case)
    why, by, beside, now = own_words(form, "why"), request.user.person, picked(form, "beside_"), desk.site.clock.now()
    flow.keep_distrusted(desk.site.house, id, beside, why=why, by=by, command=command(request, form), now=now)
    return Redirect(hrefs.duties(case), status_code=303)


def _refuse_not_held(request: Asked, desk: DeskSite, id: Id, case: Id) -> None:
    with desk.site.store.look() as look:
        held = Door(look, request.user.reader).distrusted_in(case)
    if id not in {one.id for one in held}:
        raise NotFoundException


# ---- the policy


@post("/duties/policy", guards=[only(Role.ADMINISTRATOR)], sync_to_thread=True)
def choose(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Choose by which grounds, and within which deadlines, it is decided from now on."""
    with desk.site.store.look() as look:
        held = Door(look, request.user.reader).duty_policy().hours
    flow.choose(
        desk.site.house,
        form.get("pack", ""),
        [_row(form, number, row) for number, row in enumerate(held)],
        why=own_words(form, "why"),
        seen=_seen(form),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return Redirect(hrefs.DUTIES, status_code=303)


def _row(form: Mapping[str, str], number: int, held: Row) -> Row:
    decide_s, deliver_s = (_minutes(form, f"{what}_{number}") for what in ("decide", "deliver"))
    under_s = None if held.under_s is None else _minutes(form, f"under_{number}")
    return Row(under_s=under_s, decide_s=decide_s, deliver_s=deliver_s)


def _minutes(form: Mapping[str, str], field: str) -> int:
    text = form.get(field, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Unclear(f"{text[:20]!r} is no number of minutes. Write it like 240.")
    return 60 * int(text)


# ----


def _owed(request: Asked, desk: DeskSite, id: Id) -> Duty:
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).duty(id)
    if found is None:
        raise NotFoundException
    return found


def _seen(form: Mapping[str, str]) -> int | None:
    """Return how often people had said something about it when the form was filled; None: it does not say."""
    text = form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _refuse_unreadable(request: Asked, desk: DeskSite, case: Id) -> None:
    with desk.site.store.look() as look:
        if Door(look, request.user.reader).threat(case) is None:
            raise NotFoundException


def _back(desk: DeskSite, owed: Duty) -> Redirect:
    desk.site.wake()
    return Redirect(hrefs.duty(owed), status_code=303)


HANDLERS = (
    board,
    one,
    of_case,
    ask,
    retime,
    decide,
    answer,
    review,
    told,
    found,
    covered,
    look_again,
    end,
    again,
    distrust,
    trust,
    keep_distrusted,
    choose,
)
