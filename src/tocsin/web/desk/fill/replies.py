"""Fills the page of replies that a person has to read: those alone whose warnings the reader may read."""

from tocsin.answer.replies import Reply, WhyKept
from tocsin.basis.words import N_, Words
from tocsin.store.door import Door
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.recipients import HEARD
from tocsin.web.desk.views.replies import RepliesPage, ReplyRow
from tocsin.web.desk.views.shell import Shell

MOST = 50

WHY = {
    WhyKept.NOT_UNDERSTOOD: N_("It says no answer for sure."),
    WhyKept.WHICH_WARNING: N_("Several warnings are in force there; it does not say which it means."),
    WhyKept.WHO: N_("It is not sure who wrote it: several have this address, or nothing proves the sender."),
}


def replies_page(door: Door, shell: Shell, _: Words) -> RepliesPage:
    """Return the replies that nobody has read, the oldest first."""
    shown, waiting = door.replies(MOST)
    names = Names(door)
    names.learn(person for one in shown for person in (one.person, *one.others))
    return RepliesPage(shell=shell, rows=tuple(_row(door, one, names, _) for one in shown), more=waiting - len(shown))


def _row(door: Door, reply: Reply, names: Names, _: Words) -> ReplyRow:
    told = [one for id in reply.warnings if (one := door.warning(id)) is not None]
    return ReplyRow(
        id=reply.id,
        came_at=reply.came_at,
        who=names.say(reply.person),
        others=tuple(names.say(one) for one in reply.others),
        givers=tuple((one, names.say(one)) for one in (reply.person, *reply.others)) if reply.others else (),
        how=_(HEARD[reply.heard]),
        why=_(WHY[reply.why]),
        words=str(reply.words),
        warnings=tuple((one.id, title(one, names, _)) for one in told),
        post_to=f"/desk/replies/{reply.id}",
    )
