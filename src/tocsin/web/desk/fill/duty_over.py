"""What a notice says where it was begun for a duty to warn that is no longer owed, or its case is over."""

from tocsin.basis.words import Words
from tocsin.flow.warning.notice_over import may_know, over_for
from tocsin.store.door import Door
from tocsin.warning.notice.over import SAID, Over
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill.names import Names


def duty_over(door: Door, notice: Notice, _: Words) -> str:
    """Return that what a notice was begun for is over, or not for this reader to know, and what follows; nothing, where it is owed."""
    over = over_for(door, notice)
    return _("%(what)s Drop it, or send it on grounds of its own.", what=_(SAID[over])) if over is not None else ""


def grounds_asked(door: Door, notice: Notice) -> str:
    """Return what is over of which whoever lets a notice out is asked on what grounds; nothing, where nobody need be asked."""
    over = over_for(door, notice)
    said = notice.grounds.over if notice.grounds is not None else None
    return over.value if over is not None and over is not said else ""


def grounds_said(door: Door, notice: Notice, names: Names, _: Words) -> str:
    """Return who said on what grounds a notice goes out all the same, and what was over then, if this reader may know."""
    if notice.grounds is None:
        return ""
    who, why, what = names.say(notice.grounds.by), notice.grounds.why, what_was_over(door, notice, _)
    if not what:
        return _("It goes out on grounds of its own, says %(who)s: %(why)s", who=who, why=why)
    return _("%(what)s It goes out all the same, says %(who)s: %(why)s", what=what, who=who, why=why)


def what_was_over(door: Door, notice: Notice, _: Words) -> str:
    """Return what was over when somebody said on what grounds a notice goes out; nothing, where this reader, or that one, may not know."""
    if notice.grounds is None or notice.grounds.over is Over.UNREAD or not may_know(door, notice):
        return ""
    return _(SAID[notice.grounds.over])
