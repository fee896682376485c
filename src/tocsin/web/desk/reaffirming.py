"""Standing by a warning, at the desk: written for another to let out; and looking at one again by its date."""

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.marking import Role
from tocsin.flow.warning.deadlines import keep_sealed, review
from tocsin.flow.warning.reaffirm import reaffirm
from tocsin.store.door import Door
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.reaffirm import Upheld
from tocsin.web.desk.acts import Unclear, command, own_words, until
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.guards import Asked, Desk, Form, only


@post("/warnings/{id:str}/reaffirmation", guards=[only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)], sync_to_thread=True)
def stand_by(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Write a warning that stands by another, for a second person to read. The page of that one links to it."""
    known = request.user
    with desk.site.store.look() as look:
        told = Door(look, known.reader).warning(id)
    if not isinstance(told, Alert | Notice):
        raise NotFoundException
    languages = [one.language for one in told.wordings] if isinstance(told, Alert) else [""]
    said = [Upheld(language=one, words=own_words(form, f"words_{n}")) for n, one in enumerate(languages)]
    if not said[0].words:
        raise Unclear("Say why you stand by it: whoever is told it again reads just that.")
    reaffirm(
        desk.site.house,
        id,
        desk.site.store.new_id(),
        [one for one in said if one.words],
        ends=until(form, desk.zone) if told.window is not None else None,
        by=known.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    return Redirect(hrefs.warning(id), status_code=303)


@post("/warnings/{id:str}/deadline", guards=[only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)], sync_to_thread=True)
def look_again(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Say that an advisory stays as it is, or that a notice stays sealed."""
    known = request.user
    with desk.site.store.look() as look:
        told = Door(look, known.reader).warning(id)
    if not isinstance(told, Advisory | Notice):
        raise NotFoundException
    why = own_words(form, "why")
    if not why:
        raise Unclear("Say why: that somebody looked at it again is written down with their grounds.")
    named, now = command(request, form), desk.site.clock.now()
    if isinstance(told, Advisory):
        ends = until(form, desk.zone) if form.get("until", "").strip() else None
        review(desk.site.house, id, why=why, until=ends, by=known.person, command=named, now=now)
    else:
        keep_sealed(desk.site.house, id, why=why, by=known.person, command=named, now=now)
    desk.site.wake()
    return Redirect(hrefs.warning(id), status_code=303)


HANDLERS = (stand_by, look_again)
