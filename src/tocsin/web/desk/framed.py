"""The frame of every desk page: who reads it, when, and what waits. A page is filled for the one who asks."""

from collections.abc import Callable, Mapping

from litestar import Response
from litestar.exceptions import NotFoundException

from tocsin.basis.words import N_, Words
from tocsin.store.door import Door
from tocsin.web.desk import fill
from tocsin.web.desk.guards import Asked, DeskSite
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View

HTML = "text/html"  # Litestar adds the charset

MAIL = N_("Mail that came in could not all be read.")
OTHER = N_("Something that is done every minute could not be done.")
UNDONE: Mapping[str, str] = {
    "bounces": MAIL,
    "replies": MAIL,
    "addresses": N_("The addresses by which replies are known could not be opened."),
    "inlets": N_("The alerts of others could not all be asked for."),
    "inboxes": N_("A folder into which alerts are dropped could not be read."),
    "files": N_("The files of the public site could not all be written."),
    "signature": N_("Alerts go out without a signature."),
    "counts": N_("What has been counted could not be kept."),
}
"""What it means that a chore could not be done, by its name. It names nothing that anybody sent."""

Filling = Callable[[Door, Shell, Words], View | None]


def page(request: Asked, desk: DeskSite, section: str, filling: Filling) -> Response[bytes]:
    """Return a page filled for the one who asks; not found, if there is nothing for them to see."""
    known = request.user
    words = desk.language(known.language)
    with desk.site.store.look() as look:
        door = Door(look, known.reader)
        shell = Shell(
            exercise=desk.site.exercise,
            exercise_note=desk.site.exercise_note,
            organisation=desk.site.settings.organisation,
            signed_in=known.name,
            role=known.role,
            now=desk.site.clock.now(),
            zone=desk.zone,
            csrf=known.session.csrf,
            section=section,
            waiting=fill.waiting(door),
            alarm=desk.site.publisher.alarm,
            fallen=fallen(desk, words),
        )
        view = filling(door, shell, words)
    if view is None:
        raise NotFoundException
    return Response(desk.render(view, known.language), media_type=HTML)


def fallen(desk: DeskSite, _: Words) -> str:
    """Return what the bar says when something was let fall, or when nobody knows whether anything was. It names nothing."""
    watchdog, now = desk.site.watchdog, desk.site.clock.now()
    if not watchdog.trouble(now):
        left = dict.fromkeys(_(UNDONE.get(one, OTHER)) for one in watchdog.chores_in_trouble)
        return " ".join([*left, _("Run tocsin delivery check, which says why.")]) if left else ""
    if watchdog.is_old(now) or watchdog.failed:
        return _("Nobody has checked for a while whether everything reaches its people.")
    return _("Something that should go out, or ring somebody, has nobody who carries it on.")
