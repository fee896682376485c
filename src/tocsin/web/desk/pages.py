"""The desk's pages: each is filled for the one who asks. What they may not read is to them as if it did not exist."""

from collections.abc import Iterator

from litestar import Response, Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.delivery.account import pieces, refuse_unreadable
from tocsin.store.door import Door
from tocsin.store.exported import AT_ONCE
from tocsin.web.desk import (
    acts,
    advisories,
    alert_templates,
    alerts,
    casework,
    duty,
    exchange,
    fill,
    headcounts,
    hypotheses,
    incidents,
    institutions,
    must_warn,
    notices,
    openings,
    reaffirming,
    signing,
    telling,
    watching,
)
from tocsin.web.desk import audience as whom
from tocsin.web.desk import channels as ways
from tocsin.web.desk import others as strangers
from tocsin.web.desk.fill.hrefs import retract as retract_href
from tocsin.web.desk.fill.reports import report_page
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import (
    Asked,
    Desk,
    DeskClosed,
    DeskSite,
    Form,
    desk_in,
    era_of,
    form_of,
    only,
    own_form,
    say_closed,
    signed_in,
    typed_before,
)
from tocsin.web.desk.sign_in import SignedIn, known_now
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


def router() -> Router:
    """Return the desk: behind its door the pages and what can be done there, before it the sign-in."""
    pages = (
        watch,
        cases,
        case,
        report,
        warnings,
        warning,
        deliveries,
        account,
        going,
        taken_away,
        audience,
        channels,
        channel_test,
        record,
        outcomes,
        checks,
    )
    handed = {"desk": Provide(desk_in, sync_to_thread=False)}
    inside = Router("/", route_handlers=[*pages, *acts.HANDLERS, *advisories.HANDLERS, *alerts.HANDLERS, *alert_templates.HANDLERS, *openings.HANDLERS, *institutions.HANDLERS, *headcounts.HANDLERS, *hypotheses.HANDLERS, *incidents.HANDLERS, *reaffirming.HANDLERS, *whom.HANDLERS, *watching.HANDLERS, *duty.HANDLERS, *casework.HANDLERS, *must_warn.HANDLERS, *notices.HANDLERS, *telling.HANDLERS, *exchange.HANDLERS, *strangers.HANDLERS, signing.sign_out],
                    guards=[signed_in], dependencies={"form": Provide(own_form)})  # fmt: skip
    outside = Router("/", route_handlers=[signing.ask, signing.enter], dependencies={"form": Provide(form_of)})
    return Router("/desk", route_handlers=[inside, outside], dependencies=handed,
                  exception_handlers={DeskClosed: say_closed})  # fmt: skip


@get("/", sync_to_thread=True)
def watch(request: Asked, desk: Desk) -> Response[bytes]:
    """Show what waits for a person."""
    return page(request, desk, "watch", fill.watch_board)


@get("/cases", sync_to_thread=True)
def cases(request: Asked, desk: Desk) -> Response[bytes]:
    """Show all cases, a page at a time."""
    after = request.query_params.get("after") or None
    return page(request, desk, "cases", lambda door, shell, _: fill.cases_page(door, shell, _, after))


@get("/cases/{id:str}", sync_to_thread=True)
def case(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show one case, from the first report to the review."""
    return page(request, desk, "cases", lambda door, shell, _: fill.case_page(door, id, shell, _))


@get("/reports/{id:str}", sync_to_thread=True)
def report(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show what a source said, whole."""
    return page(request, desk, "cases", lambda door, shell, _: report_page(door, id, shell, _))


@get("/warnings", sync_to_thread=True)
def warnings(request: Asked, desk: Desk) -> Response[bytes]:
    """Show all warnings, a page at a time."""
    after = request.query_params.get("after") or None
    return page(request, desk, "warnings", lambda door, shell, _: fill.warnings_page(door, shell, _, after))


@get("/warnings/{id:str}", sync_to_thread=True)
def warning(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show one warning."""
    typed = typed_before(request, retract_href(id))

    def filled(door: Door, shell: Shell, _: Words) -> View | None:
        return telling.with_codes(desk, door, id, fill.warning_page(door, id, shell, _, typed), shell.now)

    return page(request, desk, "warnings", filled)


@get("/warnings/{id:str}/audience", sync_to_thread=True)
def audience(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show who a warning is for."""
    return page(request, desk, "warnings", lambda door, shell, _: whom.filled(desk, id, door, shell, _))


@get("/warnings/{id:str}/deliveries", sync_to_thread=True)
def deliveries(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the account of every delivery of a warning."""
    after = _number(request.query_params.get("after", "0"))
    return page(request, desk, "warnings", lambda door, shell, _: fill.account_page(door, id, shell, _, after=after))


@get("/warnings/{id:str}/account", sync_to_thread=False)
def account(id: FromPath[str]) -> Redirect:
    """Lead to the account by its other name."""
    return Redirect(f"/desk/warnings/{id}/deliveries", status_code=303)


@get("/warnings/{id:str}/going", sync_to_thread=True)
def going(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show how a warning goes out."""
    accounts = {name: one.limits[0].account for name, one in desk.site.house.carriers.items() if one.limits}
    return page(
        request, desk, "warnings", lambda door, shell, _: fill.going_page(door, id, shell, _, accounts=accounts)
    )


@get("/warnings/{id:str}/account.csv", sync_to_thread=True)
def taken_away(request: Asked, desk: Desk, id: FromPath[str]) -> Stream:
    """Hand out the account of a warning, row by row as it is read."""
    store, reader = desk.site.store, request.user.reader
    try:
        with store.look() as look:
            told = refuse_unreadable(look, reader, id)
    except Refused as error:
        raise NotFoundException from error
    name = f"{'exercise-' if told.exercise else ''}account.csv"
    return Stream(
        _while_open(desk, request.user, pieces(store, reader, id, "csv", AT_ONCE)),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _while_open(desk: DeskSite, known: SignedIn, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Hand parts on. Once the desk is closed, or they may read less, it ends in the middle, and whoever downloads it sees that."""
    era = era_of(desk)
    for part in parts:
        if era_of(desk) != era:
            raise Refused("The desk was closed meanwhile.")
        with desk.site.store.look() as look:
            now = known_now(look, known.session)
        if now is None or now.reader != known.reader:
            raise Refused("What you may read has changed meanwhile.")
        yield part


@get("/checks", sync_to_thread=True)
def checks(request: Asked, desk: Desk) -> Response[bytes]:
    """Show whether anything was let fall."""
    return page(request, desk, "watch", lambda door, shell, _: fill.checks_page(door, shell, _, desk.site.watchdog))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@get("/channels", guards=[only(Role.ADMINISTRATOR)], sync_to_thread=True)
def channels(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the channels, what their accounts may send, and what they did today."""
    return page(request, desk, "channels", lambda _door, shell, _: ways.filled(desk, shell, _))


@post("/channels/{name:str}/test", guards=[only(Role.ADMINISTRATOR)], status_code=200, sync_to_thread=True)
def channel_test(request: Asked, desk: Desk, form: Form, name: FromPath[str]) -> Response[bytes]:  # noqa: ARG001  ours
    """Show whether a channel's account is well."""
    checked = ways.asked_after(desk, name)
    return page(request, desk, "channels", lambda _door, shell, _: ways.filled(desk, shell, _, checked))


@get("/record", sync_to_thread=True)
def record(request: Asked, desk: Desk) -> Response[bytes]:
    """Show how the record stands."""
    publisher = desk.site.publisher
    return page(
        request,
        desk,
        "record",
        lambda door, shell, _: fill.record_page(
            door, shell, checkpoint=publisher.folder.checkpoint() or b"", policy=publisher.policy(), lost=publisher.lost
        ),
    )


@get("/outcomes", sync_to_thread=True)
def outcomes(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the warner's own scores, and the judged cases, a page at a time."""
    after = request.query_params.get("after") or None
    return page(request, desk, "outcomes", lambda door, shell, _: fill.outcomes_page(door, shell, _, after))
