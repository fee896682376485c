"""Others' alerts at the desk: what is in force, or was; each whole, with its defects; and, for administrators, the inlets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.basis.words import N_, Words
from tocsin.cap.model import Info
from tocsin.cap.read import parse
from tocsin.flow.others import inlets as ways_in
from tocsin.flow.others.inbox import folder_of
from tocsin.report.inlet import Inlet, InletKind, InletTerms
from tocsin.store import chains, inlets, strangers
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.store.strangers import Stranger
from tocsin.warning.theirs import USED, Left, Why
from tocsin.web.desk.acts import Unclear, command, until
from tocsin.web.desk.fill.matched import Asking, matched_view
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import CSRF, Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.views.others import (
    DefectRow,
    InletRow,
    InletsPage,
    OtherDeskPage,
    OtherRow,
    OthersDeskPage,
    SaidInfo,
    WayRow,
)
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Tone
from tocsin.web.public.others import paragraphs, tag_of
from tocsin.web.public.outlines import Drawn, drawn_by_name

A_PAGE = 100
MOST_REFUSALS = 5
MOST_DEFECTS = 100
SECTION, INLETS = "others", "/desk/inlets"

ODD = {
    "names itself": N_("It names itself among those that it replaces or ends."),
    "names another sender's message": N_("It names another sender's message, and ends nothing of theirs."),
    "names a later message": N_("It names a later message, and does not end that."),
    "names nothing that it replaces or ends": N_("It says that it replaces or ends another, and names none."),
    "another message has the same sender, identifier and sent, and says something else": N_(
        "Another message has the same sender, identifier and time, and says something else."
    ),
    "its signature is bad": N_("Its signature is bad: it is never in force."),
    "the same words under another identifier, soon after": N_(
        "It says the same as an earlier one under another identifier, soon after: issued again."
    ),
}

SIGNATURES: dict[str, tuple[Tone, str]] = {
    "none": (Tone.PLAIN, N_("not signed")),
    "unverifiable": (Tone.SILENCE, N_("signed by a key that we do not know")),
    "bad": (Tone.DANGER, N_("signature is bad")),
    "good": (Tone.GOOD, N_("signed by a key that we know")),
}

KINDS = {
    InletKind.FEED: N_("feed, asked"),
    InletKind.PUSH: N_("pushed by a program"),
    InletKind.FOLDER: N_("laid into a folder"),
}


@get("/others", sync_to_thread=True)
def others(request: Asked, desk: Desk) -> Response[bytes]:
    """Show what of others' alerts is in force, or was at a moment."""
    asked = {name: request.query_params.get(name, "") for name in ("at", "as_known", "from")}
    return page(request, desk, SECTION, lambda _door, shell, _: _others(desk, shell, asked, _))


@get("/others/{name:str}", sync_to_thread=True)
def other(request: Asked, desk: Desk, name: FromPath[str]) -> Response[bytes]:
    """Show one, whole; or, with .cap behind its name, hand it out as it came."""
    name, dot, kind = name.partition(".")
    if dot:
        with desk.site.store.look() as look:
            found = strangers.find(look.connection, name)
        if found is None or kind != "cap":
            raise NotFoundException
        headers = {"Content-Disposition": f'attachment; filename="{name}.xml"'}
        return Response(found.raw, media_type="application/cap+xml", headers=headers)
    pressed = request.query_params.get("match") == "yes"
    return page(request, desk, SECTION, lambda door, shell, _: _other(desk, door, shell, name, _, pressed=pressed))


def _others(desk: DeskSite, shell: Shell, asked: Mapping[str, str], _: Words) -> OthersDeskPage:
    moment, mistake = shell.now, ""
    if asked["at"]:
        try:
            moment = until({"until": asked["at"]}, desk.zone)
        except Unclear as error:
            mistake = str(error)
    skip = int(asked["from"]) if asked["from"].isascii() and asked["from"].isdigit() and len(asked["from"]) < 7 else 0
    as_known = bool(asked["as_known"])
    with desk.site.store.look() as look:
        known = moment if as_known else None
        count, found = strangers.in_force(look.connection, moment, known_by=known, skip=skip, most=A_PAGE)
        named = {one.id: one for one in look.all(Inlet)}
    return OthersDeskPage(
        shell=shell,
        moment=moment,
        at=asked["at"],
        as_known=as_known,
        count=count,
        rows=tuple(_row(one, named, _) for one in found),
        first=skip + 1,
        earlier_href=_further(asked, max(skip - A_PAGE, 0)) if skip else "",
        later_href=_further(asked, skip + A_PAGE) if skip + A_PAGE < count else "",
        mistake=mistake,
        inlets_href=INLETS if shell.role == "administrator" else "",
        any_inlet=bool(named),
    )


def _further(asked: Mapping[str, str], skip: int) -> str:
    kept = {name: value for name, value in asked.items() if value and name != "from"}
    return f"/desk/others?{urlencode({**kept, 'from': skip})}"


def _row(
    one: Stranger, named: Mapping[str, Inlet], _: Words, state: tuple[Tone, str] | None = None, *, this: bool = False
) -> OtherRow:
    gist, stands = one.gists[0] if one.gists else None, one.standing
    flags = [_(ODD[odd]) if odd in ODD else odd for odd in stands.odd]
    flags += [_("It is gone from its feed. That ends nothing.")] if one.vanished else []
    meant = [word for word, usual in ((stands.status, "Actual"), (stands.scope, "Public")) if word != usual]
    return OtherRow(
        title=(gist.headline or gist.event if gist else "") or stands.identifier,
        href=f"/desk/others/{one.name}",
        area=gist.area if gist else "",
        publisher=", ".join(dict.fromkeys(named[way.inlet].publisher for way in one.ways if way.inlet in named)),
        sent=stands.sent,
        ends=stands.ends,
        msg_type=stands.msg_type or "–",
        written_in=tag_of(gist.language) if gist else "",
        severity=gist.severity if gist else "",
        meant=", ".join(word or "?" for word in meant),
        state=state,
        flags=tuple(flags),
        this=this,
    )


def _other(desk: DeskSite, door: Door, shell: Shell, name: str, _: Words, *, pressed: bool) -> OtherDeskPage | None:
    with desk.site.store.look() as look:
        found = strangers.find(look.connection, name)
        if found is None:
            return None
        number = found.stranger.standing.number
        chain = strangers.chain_of(look.connection, number)
        among = [number, *(one.standing.number for one in chain)]
        holds = set(chains.which_in_force(look.connection, shell.now, among=among))
        named = {one.id: one for one in look.all(Inlet)}
    tone, word = SIGNATURES[found.signature]
    alert = parse(found.raw).alert
    stands = found.stranger.standing
    shown = any(named[way.inlet].shown for way in found.stranger.ways if way.inlet in named)
    is_public = shown and (stands.status, stands.scope) == ("Actual", "Public") and found.signature != "bad"
    return OtherDeskPage(
        shell=shell,
        row=_row(found.stranger, named, _, _state(found.stranger, holds, shell.now, _)),
        sender=stands.sender,
        identifier=stands.identifier,
        received_at=found.received_at,
        signature=(tone, f"{_(word)}: {found.signed_by}" if found.signed_by else _(word)),
        ways=tuple(_way(way, named) for way in found.stranger.ways),
        chain=tuple(
            _row(one, named, _, _state(one, holds, shell.now, _), this=one.standing.number == number) for one in chain
        )
        if len(chain) > 1
        else (),
        defects=tuple(
            DefectRow(severity=each.severity, rule=each.rule, message=each.message, where=each.where)
            for each in found.problems[:MOST_DEFECTS]
        ),
        map_notes=_map_notes(drawn_by_name(name, found.raw), _),
        matched=matched_view(door, Asking(name, found.raw, alert), shell.now, _, pressed=pressed, holds=number in holds)
        if alert
        else None,
        infos=tuple(_info(info) for info in alert.infos[:40]) if alert else (),
        raw_href=f"/desk/others/{name}.cap",
        public_href=f"/others/{name}" if is_public else "",
    )


def _map_notes(drawn: Drawn, _: Words) -> tuple[str, ...]:
    more = (_("And %(count)s more of the same sorts.", count=f"{drawn.more:,}"),) if drawn.more else ()
    return (*(_left(one, _) for one in drawn.left), *more)


def _left(one: Left, _: Words) -> str:
    said = {"what": one.said, "where": one.where}
    if one.why in USED:
        return _("Drawn otherwise than it came: %(what)s (%(where)s)", **said)
    if one.why is Why.CODE:
        return _("Not drawn: %(what)s, a code that our lists do not have (%(where)s)", **said)
    return _("Not drawn: %(what)s (%(where)s)", **said)


def _way(way: strangers.Way, named: Mapping[str, Inlet]) -> WayRow:
    inlet = named.get(way.inlet)
    return WayRow(
        inlet=inlet.name if inlet else "–", publisher=inlet.publisher if inlet else "–", at=way.at, gone_at=way.gone_at
    )


def _state(one: Stranger, holds: set[int], now: datetime, _: Words) -> tuple[Tone, str]:
    stands = one.standing
    if stands.number in holds:
        return Tone.DANGER, _("In force")
    if stands.msg_type == "Cancel":
        return Tone.PLAIN, _("This ends an earlier warning")
    if stands.ends <= now:
        return Tone.PLAIN, _("Its time is over")
    return (Tone.KNOWN, _("Not yet in force")) if now < stands.begins else (Tone.PLAIN, _("Not in force any more"))


def _info(info: Info) -> SaidInfo:
    return SaidInfo(
        language=info.spoken[:40],
        written_in=tag_of(info.spoken),
        headline=info.headline or "",
        event=info.event or "",
        description=paragraphs(info.description),
        instruction=paragraphs(info.instruction),
        areas=tuple(area.area_desc for area in info.areas[:100] if area.area_desc),
    )


# ---- the inlets, for administrators

ADMINISTRATORS = only(Role.ADMINISTRATOR)


@get("/inlets", guards=[ADMINISTRATORS], sync_to_thread=True)
def all_inlets(request: Asked, desk: Desk) -> Response[bytes]:
    """Show how it goes with each inlet."""
    return page(request, desk, "inlets", lambda _door, shell, _: _inlets(desk, shell, _))


@post("/inlets", guards=[ADMINISTRATORS], status_code=200, sync_to_thread=True)
def new_inlet(request: Asked, desk: Desk, form: Form) -> Response[bytes] | Redirect:
    """Open a way in."""
    typed = {name: value.strip() for name, value in form.items() if name != CSRF}
    said = command(request, form)
    try:
        terms = _terms(typed)
        ways_in.add_inlet(desk.site.house, terms, by=request.user.person, command=said, now=desk.site.clock.now())
    except Refused as error:
        mistake = str(error)
        return page(request, desk, "inlets", lambda _d, shell, _: _inlets(desk, shell, _, form=typed, mistake=mistake))
    if terms.kind is InletKind.PUSH:
        return _drawn(request, desk, ways_in.id_of(desk.site.house, said), f"{said}:token")
    return Redirect(INLETS, status_code=303)


@post("/inlets/{name:str}", guards=[ADMINISTRATORS], sync_to_thread=True)
def change(request: Asked, desk: Desk, form: Form, name: FromPath[str]) -> Redirect:
    """Turn an inlet on or off, let its alerts be shown to the public or not, or say how far its feed may lead."""
    with desk.site.store.look() as look:
        one = _named(look, name)
    do = form.get("do", "")
    changes = {
        "on": {"is_on": True},
        "off": {"is_on": False},
        "show": {"shown": True},
        "hide": {"shown": False},
        "reach": {name: form.get(name) == "yes" for name in ("plain", "private")},
    }.get(do)
    if changes is None:
        raise Unclear("Say what to change.")
    ways_in.change_inlet(
        desk.site.house,
        one.id,
        replace(one.terms, **changes),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return Redirect(INLETS, status_code=303)


@post("/inlets/{name:str}/token", guards=[ADMINISTRATORS], status_code=200, sync_to_thread=True)
def token(request: Asked, desk: Desk, form: Form, name: FromPath[str]) -> Response[bytes]:
    """Draw a new token, and show it once."""
    with desk.site.store.look() as look:
        one = _named(look, name)
    return _drawn(request, desk, one.id, command(request, form))


def _named(look: Look, name: str) -> Inlet:
    try:
        return ways_in.inlet_named(look, name)
    except Refused as error:
        raise NotFoundException from error


def _drawn(request: Asked, desk: DeskSite, inlet: str, said: str) -> Response[bytes]:
    if desk.site.store.done(said):  # a page loaded again draws no second token, and cannot show the first
        return page(request, desk, "inlets", lambda _door, shell, _: _inlets(desk, shell, _))
    drawn = ways_in.new_token(desk.site.house)
    now = desk.site.clock.now()
    ways_in.set_token(desk.site.house, inlet, drawn, by=request.user.person, command=said, now=now)
    with desk.site.store.look() as look:
        name = look.get(Inlet, inlet).name
    return page(request, desk, "inlets", lambda _door, shell, _: _inlets(desk, shell, _, token=(name, drawn)))


def _terms(typed: Mapping[str, str]) -> InletTerms:
    every = typed.get("every") or "60"
    if not (every.isascii() and every.isdigit() and len(every) < 9):
        raise Unclear("Say in whole seconds how often the feed is asked, like 60.")
    try:
        kind = InletKind(typed.get("kind", ""))
    except ValueError as error:
        raise Unclear("Say how the alerts come in.") from error
    return InletTerms(
        name=typed.get("name", ""),
        publisher=typed.get("publisher", ""),
        kind=kind,
        address=typed.get("address", "") if kind is InletKind.FEED else "",
        every_s=int(every),
        senders=tuple(typed.get("senders", "").split()),
        licence=typed.get("licence", ""),
        shown=typed.get("shown") == "yes",
        plain=typed.get("plain") == "yes",
        private=typed.get("private") == "yes",
    )


def _inlets(
    desk: DeskSite, shell: Shell, _: Words, *, token: tuple[str, str] | None = None, form: Mapping[str, str] | None = None, mistake: str = "",
) -> InletsPage:  # fmt: skip
    with desk.site.store.look() as look:
        rows = tuple(_inlet(desk, look, one, _) for one in ways_in.inlets(look))
    return InletsPage(
        shell=shell,
        rows=rows,
        token=token,
        form=dict(form or {}),
        mistake=mistake,
        any_private=desk.site.settings.inlet_private,
    )


def _inlet(desk: DeskSite, look: Look, one: Inlet, _: Words) -> InletRow:
    stands, (_listed, waiting) = inlets.stands(look.connection, one.id), inlets.items(look.connection, one.id)
    refused: Sequence[inlets.Refusal] = inlets.refusals(look.connection, one.id, MOST_REFUSALS)
    folder = folder_of(desk.site.store.data, one.name, one.address) if one.kind is InletKind.FOLDER else ""
    return InletRow(
        name=one.name,
        publisher=one.publisher,
        kind=_(KINDS[one.kind]),
        address=str(folder) or one.address,
        is_on=one.is_on,
        shown=one.shown,
        kept=stands.kept,
        refused=stands.refused,
        waiting=waiting,
        change_href=f"{INLETS}/{one.name}",
        heard_at=stands.heard_at,
        newest_sent=stands.newest_sent,
        due=stands.due if one.is_on else None,
        failures=stands.failures,
        trouble=stands.trouble,
        token_href=f"{INLETS}/{one.name}/token" if one.kind is InletKind.PUSH else "",
        leads=one.kind is InletKind.FEED,
        plain=one.plain,
        private=one.private,
        refusals=tuple((each.at, each.what, each.why) for each in refused if each.at is not None),
    )


HANDLERS = (others, other, all_inlets, new_inlet, change, token)
