"""Who is warned, at the desk: looked at before a warning is approved, approved with that in sight, and let go."""

from functools import partial

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.delivery.deliver import ways
from tocsin.flow.warning.audience import Preview, preview
from tocsin.flow.warning.warn import approve_alert, issue_alert
from tocsin.store.door import Door, Told
from tocsin.warning.alert.state import Alert
from tocsin.warning.statement.state import Statement
from tocsin.web.desk.acts import TICKS, answers_of, command
from tocsin.web.desk.fill.audience import audience_page
from tocsin.web.desk.fill.hrefs import audience as found_at
from tocsin.web.desk.fill.states import is_sent
from tocsin.web.desk.guards import Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.views.audience import AudiencePage
from tocsin.web.desk.views.shell import Shell


def filled(desk: DeskSite, id: Id, door: Door, shell: Shell, _: Words) -> AudiencePage | None:
    """Return who a warning is for, or None where there is no such warning for this reader."""
    told = door.warning(id)
    return None if told is None else audience_page(door, told, found_now(desk, door, told), shell, _)


def found_now(desk: DeskSite, door: Door, told: Told) -> Preview | None:
    """Return what the audience of a warning would be now; None once it has gone out, or where the reader may not follow it."""
    if isinstance(told, Statement) or is_sent(told):
        return None
    channels, now = ways(desk.site.house, told), desk.site.clock.now()
    return door.asking(told, lambda look: preview(look, told, channels, now))


@post("/warnings/{id:str}/approval", guards=[only(Role.DUTY_OFFICER)], sync_to_thread=True, opt=TICKS)
def approve(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Approve an alert of which another has shown who it is for."""
    step = partial(approve_alert, answers=answers_of(form), command=command(request, form))
    return _send_on(request, desk, id, step)


@post("/warnings/{id:str}/issue", guards=[only(Role.DUTY_OFFICER)], sync_to_thread=True)
def issue(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let an approved alert go out."""
    return _send_on(request, desk, id, partial(issue_alert, command=command(request, form)))


def _send_on(request: Asked, desk: DeskSite, id: Id, step: "partial[None]") -> Redirect:
    with desk.site.store.look() as look:
        if not isinstance(Door(look, request.user.reader).warning(id), Alert):
            raise NotFoundException
    step(desk.site.house, id, by=request.user.person, now=desk.site.clock.now())
    desk.site.wake()
    return Redirect(found_at(id), status_code=303)


HANDLERS = (approve, issue)
