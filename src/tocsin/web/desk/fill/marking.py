"""Fills how far a case goes, and the form in which it is marked anew: who would not read it any more, and who is rung all the same."""

from tocsin.basis.marking import Mark, Role, may_read
from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.casework import MarkForm, MarkingRow, MarkRow


def markings(threat: Threat, names: Names) -> tuple[MarkingRow, ...]:
    """Return how far a case went, one time after another, as far as its reader may know; nothing where it was never marked anew."""
    names.learn(one.by for one in threat.markings if one.by is not None)
    return tuple(
        MarkingRow(mark=one.mark, at=one.at, by=names.say(one.by) if one.by else "", why=one.why)
        for one in threat.markings
    )


def mark_form(door: Door, threat: Threat) -> MarkForm:
    """Return the form in which a case is marked anew by somebody who may read it."""
    own, named, rung = door.reader.person or "", {threat.owner, *threat.readers}, door.rung_about(threat)
    desk = door.desk()
    now = door.who_reads(threat.mark, named)

    def row(mark: Mark) -> MarkRow:
        # Of RED, whoever marks it says who reads it.
        then = now if mark is Mark.RED else door.who_reads(mark)
        lost = [one for one in desk if one.id in now - then]
        return MarkRow(
            mark=mark,
            unread=tuple(one.name for one in lost),
            rung=tuple(one.name for one in lost if one.id in rung),
        )

    return MarkForm(
        mark=threat.mark,
        marks=tuple(row(one) for one in Mark if may_read(door.reader, one, frozenset({own}))),
        readers=tuple(
            (one.id, one.name, threat.mark is Mark.RED and one.id in threat.readers)
            for one in desk
            if one.id not in (own, threat.owner) and {*one.roles} - {Role.ADMINISTRATOR}
        ),
        rung=tuple(one.name for one in desk if one.id in rung),
        handed_out=len(door.handed_out(threat)),
    )
