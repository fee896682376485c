"""What a notice says where it was begun for a duty to warn that is no longer owed, or its case is over."""

from tocsin.basis.words import Words
from tocsin.flow.warning.notice_over import over_for
from tocsin.store.door import Door
from tocsin.warning.notice.over import SAID
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill.names import Names


def duty_over(door: Door, notice: Notice, _: Words) -> str:
    """Return that what a notice was begun for is over, and what follows; nothing, where it is owed or this reader may not know."""
    over = over_for(door, notice)
    return _("%(what)s Drop it, or send it on grounds of its own.", what=_(SAID[over])) if over is not None else ""


def grounds_asked(door: Door, notice: Notice) -> str:
    """Return what is over of which whoever lets a notice out is asked on what grounds; nothing, where nobody need be asked."""
    over = over_for(door, notice)
    said = notice.grounds.over if notice.grounds is not None else None
    return over.value if over is not None and over is not said else ""


def grounds_said(notice: Notice, names: Names, _: Words) -> str:
    """Return who said on what grounds a notice goes out all the same, and what was over then."""
    if notice.grounds is None:
        return ""
    what, who = _(SAID[notice.grounds.over]), names.say(notice.grounds.by)
    return _("%(what)s It goes out all the same, says %(who)s: %(why)s", what=what, who=who, why=notice.grounds.why)
