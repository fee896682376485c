"""Exchange at the desk: handing a case out after a look at what would leave, and taking a bundle in after a look at its fates."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id, keyed_id
from tocsin.basis.marking import Mark, Role
from tocsin.basis.words import Words
from tocsin.flow.exchange.hand_out import Wish, hand_out, offer
from tocsin.flow.exchange.take import Arrival, Taken, take_in
from tocsin.store.door import Door
from tocsin.threat.handed_out import Released
from tocsin.threat.state import Threat
from tocsin.web.desk.acts import Unclear, command, own_words
from tocsin.web.desk.fill import exchange as fill
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.views.exchange import HandOutPage, TakeInPage
from tocsin.web.desk.views.shell import Shell

OFFICERS = (Role.DUTY_OFFICER, Role.WATCH_OFFICER)
RELEASE, MOST_NAMED = "release ", 50
POST_TO = "/desk/exchange"
LARGEST = 16 * 1024 * 1024  # bytes of a form; what is larger is taken in at the command line


@get("/cases/{id:str}/handing-out", guards=[only(*OFFICERS)], sync_to_thread=True)
def look_out(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show what of a case would leave at a mark, and what would stay."""
    return _looked(request, desk, id, dict(request.query_params))


def _looked(request: Asked, desk: DeskSite, id: Id, form: Mapping[str, Any]) -> Response[bytes]:
    reader = request.user.reader
    with desk.site.store.look() as look:
        threat = Door(look, reader).threat(id)
    if threat is None:
        raise NotFoundException
    wish, made, too_far = _wish(request, desk, threat, form), None, ""
    with desk.site.store.look() as look:
        try:
            made = offer(desk.site.house, look, wish, reader, "look", desk.site.clock.now())
        except Refused as refused:
            too_far = str(refused)

    def filled(door: Door, shell: Shell, _: Words) -> HandOutPage:
        to = str(form.get("to", ""))
        return fill.hand_out_page(door, threat, wish, to, made, too_far, replace(shell, zone=threat.zone), _)

    return page(request, desk, "cases", filled)


@post("/cases/{id:str}/handing-out", guards=[only(*OFFICERS)], status_code=200, sync_to_thread=True)
def let_out(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes]:
    """Hand a case out: the file is the answer. Or look again, with some texts let go."""
    known = request.user
    with desk.site.store.look() as look:
        threat = Door(look, known.reader).threat(id)
    if threat is None:
        raise NotFoundException
    if form.get("step") != "hand out":
        return _looked(request, desk, id, form)
    named = command(request, form)
    handing = keyed_id(desk.site.store.secrets.links, "handing", named)
    wish = _wish(request, desk, threat, form)
    file = hand_out(
        desk.site.house,
        handing,
        wish,
        known.reader,
        looked_at=form.get("looked_at", ""),
        by=known.person,
        command=named,
        now=desk.site.clock.now(),
    )
    name = f"{'exercise-' if threat.exercise else ''}case-{wish.mark.value[4:].lower().replace('+', '-')}.json"
    return Response(
        file,
        media_type="application/stix+json;version=2.1",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _wish(request: Asked, desk: DeskSite, threat: Threat, form: Mapping[str, Any]) -> Wish:
    released = [
        Released(key=name.removeprefix(RELEASE), why=why)
        for name in form
        if name.startswith(RELEASE) and (why := own_words(form, name))
    ]
    return Wish(
        threat=threat.id,
        mark=_mark(form.get("mark"), threat.mark),
        whom=own_words(form, "whom"),
        to=_named(request, desk, str(form.get("to", ""))),
        within={"yes": True, "no": False}.get(str(form.get("within"))),
        released=tuple(released),
    )


def _mark(said: object, otherwise: Mark) -> Mark:
    return next((mark for mark in Mark if mark.value == said), otherwise)


def _named(request: Asked, desk: DeskSite, text: str) -> tuple[Id, ...]:
    """Return the people whom somebody named as readers, one a line: by name, mail address or id."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > MOST_NAMED:
        raise Unclear(f"That names {len(lines)} readers. Name {MOST_NAMED} at most.")
    if not lines:
        return ()
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).called(lines)
    for line in lines:
        if len(found.get(line, ())) != 1:
            many = "Several people are" if found.get(line) else "Nobody is"
            raise Unclear(f"{many} called {line[:80]!r}. Write the whole name, their mail address or the id.")
    return tuple(dict.fromkeys(found[line][0] for line in lines))


# ---- taking in


@get("/exchange", guards=[only(*OFFICERS)], sync_to_thread=True)
def look_in(request: Asked, desk: Desk) -> Response[bytes]:
    """Ask for a bundle."""
    return page(request, desk, "cases", lambda door, shell, _: fill.take_in_page(door, shell, _, post_to=POST_TO))


@post("/exchange", guards=[only(*OFFICERS)], status_code=200, request_max_body_size=LARGEST, sync_to_thread=True)
def let_in(request: Asked, desk: Desk, form: Form) -> Response[bytes]:
    """Say what would become of a bundle, or take it in."""
    named, now, known = command(request, form), desk.site.clock.now(), request.user
    text = form.get("file", "").strip() or form.get("text", "").strip()
    done = form.get("step") == "take in"
    unmarked = _mark(form.get("unmarked"), Mark.AMBER)
    arrival = Arrival(file=text.encode(errors="replace"), source=form.get("source", ""), unmarked=unmarked)
    found: Taken | None = None
    trouble = ""
    try:
        _refuse_unread(text)
        found = take_in(
            desk.site.house, arrival, known.reader, by=known.person, command=named, now=now, dry_run=not done
        )
    except Refused as refused:
        trouble = str(refused)
    if done and found is not None:
        desk.site.wake()

    def filled(door: Door, shell: Shell, _: Words) -> TakeInPage:
        asked = replace(
            fill.take_in_page(door, shell, _, post_to=POST_TO),
            source=arrival.source,
            unmarked=unmarked,
            trouble=trouble,
        )
        if found is None:
            return asked
        return replace(
            asked,
            text="" if done else text,
            looked=not done,
            done=done,
            fates=fill.fates(found, _, done=done),
            more=max(0, len(found.fates) - fill.MOST),
            counts=fill.counts(found, _),
            problems=fill.problems(found),
        )

    return page(request, desk, "cases", filled)


def _refuse_unread(text: str) -> None:
    if not text:
        raise Refused("Choose a file, or paste a bundle.")
    if "\ufffd" in text:
        raise Refused("The file is not UTF-8, or has letters in it that were lost on the way. Use tocsin stix import.")


HANDLERS = (look_out, let_out, look_in, let_in)
