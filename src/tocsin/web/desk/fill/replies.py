"""Fills the page of replies that a person has to read: those alone whose warnings the reader may read."""

from collections.abc import Iterator

from tocsin.answer.replies import Reply, WhyKept
from tocsin.basis.ids import Id
from tocsin.basis.words import N_, Words
from tocsin.store.door import Door
from tocsin.web.desk.fill.headcounts import title_of
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.recipients import HEARD
from tocsin.web.desk.views.replies import RepliesPage, ReplyRow
from tocsin.web.desk.views.shell import Shell

MOST = 50

WHY = {
    WhyKept.NOT_UNDERSTOOD: N_("It says no answer for sure."),
    WhyKept.WHICH_WARNING: N_("Several warnings are in force there; it does not say which it means."),
    WhyKept.WHO: N_("It is not sure who wrote it: several have this address, or nothing proves the sender."),
    WhyKept.NO_WARNING: N_("It answers a message of ours that is no warning: a call, a code or a link."),
}


def replies_page(door: Door, shell: Shell, _: Words) -> RepliesPage:
    """Return the replies that nobody has read, the oldest first."""
    shown, waiting = door.replies(MOST)
    names = Names(door)
    names.learn(person for one in shown for person in (one.person, *one.others))
    return RepliesPage(shell=shell, rows=tuple(_row(door, one, names, _) for one in shown), more=waiting - len(shown))


def _row(door: Door, reply: Reply, names: Names, _: Words) -> ReplyRow:
    return ReplyRow(
        id=reply.id,
        came_at=reply.came_at,
        who=names.say(reply.person),
        others=tuple(names.say(one) for one in reply.others),
        givers=tuple((one, names.say(one)) for one in (reply.person, *reply.others)) if reply.others else (),
        how=_(HEARD[reply.heard]),
        why=_(WHY[reply.why]),
        words=str(reply.words),
        warnings=tuple(_titles(door, reply, names, _)),
        post_to=f"/desk/replies/{reply.id}",
    )


def _titles(door: Door, reply: Reply, names: Names, _: Words) -> Iterator[tuple[Id, str]]:
    for id in reply.warnings:
        told, headcount = door.warning(id), door.headcount(id)
        if told is not None:
            yield id, title(told, names, _)
        elif headcount is not None:
            yield id, title_of(headcount, names, _)
