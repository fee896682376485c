"""What the watchdog found, as far as one reader may be told."""

from collections.abc import Iterator

from msgspec.structs import replace

from tocsin.basis.words import N_, Words
from tocsin.flow.watchdog import Watchdog
from tocsin.store.door import Door
from tocsin.store.loose import Kind, LooseEnd
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.views.checks import ChecksPage, LooseRow
from tocsin.web.desk.views.shell import Shell

SAID = {
    Kind.NO_LEASE: N_("People have not been told, and nobody will try over %(of)s."),
    Kind.NO_END: N_("It counts as done over %(of)s, but not everybody has been told or given up."),
    Kind.NOT_PLANNED: N_("It went out, and nobody will write down whom to tell."),
    Kind.NOT_WATCHED: N_("It went out, and nobody will stand by for answers."),
    Kind.LEFT_OUT: N_("It names people to whom nothing was sent."),
    Kind.NOT_TAKEN_BACK: N_("It was a false alarm, and some who got it will not be told so."),
    Kind.WINDOW_UNTIMED: N_("Nobody will be asked before it ends."),
    Kind.WINDOW_LATE: N_("Somebody should have been asked what becomes of it."),
    Kind.WATCH_UNTIMED: N_("Nobody has taken it on, and nobody will be rung any more."),
    Kind.WATCH_LATE: N_("Somebody should have been rung."),
    Kind.DUTY_UNTIMED: N_("Somebody must be warned, or not, and nothing would come back to that."),
    Kind.DUTY_LATE: N_("It should have been said that a duty to warn was missed."),
    Kind.TURN_LATE: N_("An institution is silent, and its next contact should have been told."),
    Kind.ERRAND_LATE: N_("What follows from it has not been done."),
    Kind.STUCK: N_("Sending over %(of)s has begun, and nothing comes of it."),
    Kind.STILL: N_("Nothing is sent over %(of)s, though something is due."),
    Kind.NOT_ACCEPTED: N_("It warns of immediate danger, and nothing has been handed over on %(of)s for 15 minutes."),
    Kind.THREAD_DEAD: N_("A part of Tocsin has stopped (%(of)s). Start it again."),
}
"""What each kind of loose end means, for those at the desk."""


def checks_page(door: Door, shell: Shell, _: Words, watchdog: Watchdog) -> ChecksPage:
    """Return what the watchdog found last."""
    last, pinged = watchdog.last, watchdog.pinged
    ends = last.ends if last else ()
    rows = tuple(_rows(door, ends, _))
    return ChecksPage(
        shell=replace(shell, section="watch"),
        begun=watchdog.since is not None,
        checked_at=last.at if last else None,
        took_s=last.took_s if last else 0.0,
        old=watchdog.is_old(shell.now),
        failed=watchdog.failed or watchdog.chore_trouble,
        rows=rows,
        hidden=len(rows) < len(ends),
        pings=pinged is not None,
        pinged_at=pinged.at if pinged else None,
        ping_failed=pinged.failed if pinged else "",
    )


def _rows(door: Door, ends: tuple[LooseEnd, ...], _: Words) -> Iterator[LooseRow]:
    names = Names(door)
    for one in ends:
        told = door.warning(one.warning)
        if one.warning is not None and told is None:
            continue  # to this reader it does not exist
        what = _(SAID[one.kind], of=one.said_of or one.subject)
        if told is None:
            yield LooseRow(what=what, since=one.since)
        else:
            yield LooseRow(what=what, about=title(told, names, _), href=hrefs.warning(told.id), since=one.since)
