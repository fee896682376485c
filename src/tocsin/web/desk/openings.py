"""Opening a notice at the desk, step by step, and taking a proof away as a file."""

from collections.abc import Mapping

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.warning import open as opening
from tocsin.store.door import Door
from tocsin.store.kinds import HOLDS
from tocsin.store.look import Look
from tocsin.store.prove import Prover
from tocsin.warning.notice.facts import NoticeSent
from tocsin.warning.notice.opening import FIELDS
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.acts import Unclear, command, own_words
from tocsin.web.desk.guards import Asked, Desk, Form, only

OFFICERS = (Role.DUTY_OFFICER, Role.WATCH_OFFICER)


@post("/warnings/{id:str}/opening", guards=[only(*OFFICERS)], sync_to_thread=True)
def take_step(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Propose to open a notice, record an agreement to that, or open it."""
    known, house = request.user, desk.site.house
    with desk.site.store.look() as look:
        _readable(look, request, id)
    named, now = command(request, form), desk.site.clock.now()
    words = own_words(form, "words")
    match form.get("step", ""):
        case "propose":
            opening.propose_opening(house, id, _chosen(form), words, by=known.person, command=named, now=now)
        case "consent":
            opening.consent_to_opening(
                house, id, form.get("originator", ""), words, by=known.person, command=named, now=now
            )
        case "open":
            opening.open_notice(house, id, _chosen(form), by=known.person, command=named, now=now)
        case _:
            raise Unclear("That is no step towards opening a notice.")
    return Redirect(f"/desk/warnings/{id}", status_code=303)


@get("/warnings/{id:str}/proof", sync_to_thread=True)
def proof(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Return the proof that the record holds a warning; of an opened notice with what was opened."""
    with desk.site.store.look() as look:
        _readable(look, request, id)
        notice = look.find(Notice, id)
        opened = notice is not None and bool(notice.opening.opened)
        seq = look.last_fact(id, *((NoticeSent,) if opened else HOLDS))
        if seq is None:
            raise Refused("It enters the record when it is sent. Until then there is nothing to prove.")
        fields = opening.shown_fields(look, id, ()) if opened else ()
        try:
            file = Prover(desk.site.store, look, desk.site.publisher.folder).fact(seq, fields)
        except Unreachable as error:  # it only waits for its hour: nothing is out of order
            raise Refused(str(error)) from error
    headers = {"Content-Disposition": f'attachment; filename="{id}.tlog-proof"'}
    return Response(file, media_type="text/plain", headers=headers)


def _readable(look: Look, request: Asked, id: Id) -> None:
    if Door(look, request.user.reader).warning(id) is None:
        raise NotFoundException


def _chosen(form: Mapping[str, str]) -> list[str]:
    return [name for name in FIELDS if form.get(f"field_{name}")]


HANDLERS = (take_step, proof)
