"""What an officer does about something that waits: send it again, have the next rung now, note what was tried, another policy."""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.delivery.again import send_again
from tocsin.flow.people import policies
from tocsin.store.door import Door
from tocsin.web.desk import fill
from tocsin.web.desk.acts import Unclear, command, own_words
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import Asked, Desk, Form, only

OFFICERS = only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)


@get("/watches/{id:str}", sync_to_thread=True)
def watch(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show what waits, and what can be done about it."""
    return page(request, desk, "watch", lambda door, shell, _: fill.watch_page(door, id, shell, _))


@post("/watches/{id:str}/again", guards=[OFFICERS], sync_to_thread=True)
def again(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Send the warning again to whoever is waited for and silent."""
    found = _found(request, desk, id)
    if found.why is Why.CASE:
        raise Unclear("A case is not sent to anybody. Look what is to be done about it.")
    if found.why is Why.DUTY:
        raise Unclear("Nothing was sent by this: it asks you whether somebody is warned.")
    if found.why is Why.PLEA:
        raise Unclear("They were told of no warning lately; there is none to send again.")
    send_again(
        desk.site.house,
        found.warning,
        () if found.of == found.warning else (found.of,),
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect(f"/desk/watches/{id}", status_code=303)


@post("/watches/{id:str}/next", guards=[OFFICERS], sync_to_thread=True)
def ring_next(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Have the next step rung at once."""
    _found(request, desk, id)
    policies.escalate(
        desk.site.house, id, by=request.user.person, command=command(request, form), now=desk.site.clock.now()
    )
    desk.site.wake()
    return Redirect(f"/desk/watches/{id}", status_code=303)


@post("/watches/{id:str}/note", guards=[OFFICERS], sync_to_thread=True)
def note(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write down what was tried or heard."""
    _found(request, desk, id)
    words = own_words(form, "words")
    if not words:
        raise Unclear("A note says what you tried or heard. Write it down.")
    policies.note_watch(
        desk.site.house, id, words, by=request.user.person, command=command(request, form), now=desk.site.clock.now()
    )
    return Redirect(f"/desk/watches/{id}", status_code=303)


@post("/watches/{id:str}/policy", guards=[OFFICERS], sync_to_thread=True)
def put_under(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let it go on by another policy, from its first step."""
    _found(request, desk, id)
    chosen = form.get("policy", "")
    if not chosen:
        raise Unclear("Choose the policy by which it goes on.")
    policies.put_under(
        desk.site.house, id, chosen, by=request.user.person, command=command(request, form), now=desk.site.clock.now()
    )
    desk.site.wake()
    return Redirect(f"/desk/watches/{id}", status_code=303)


def _found(request: Asked, desk: Desk, id: Id) -> Watch:
    with desk.site.store.look() as look:
        door = Door(look, request.user.reader)
        ways = (door.watch, door.headcount_watch, door.case_watch, door.duty_watch, door.plea_watch)
        found = next((one for find in ways if (one := find(id)) is not None), None)
    if found is None:
        raise NotFoundException
    return found[0]


HANDLERS = (watch, again, ring_next, note, put_under)
