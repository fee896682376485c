"""Whose material a case rests on, as far as somebody may read it, and who of them was not asked whether a notice goes out."""

from collections.abc import Iterator

from tocsin.basis.marking import OPEN, Mark, not_beyond
from tocsin.report.state import Report
from tocsin.store.door import Door
from tocsin.threat.merge import as_one
from tocsin.threat.state import Threat
from tocsin.warning.notice.state import Notice


def came_from(door: Door, threat: Threat, beyond: Mark | None = None) -> Iterator[str]:
    """Yield whose reports a case rests on that are not open to everyone, or were not before, as far as the reader may read them.

    beyond: of those alone that are not stricter than this.
    """
    reports = door.reports_about(threat).values()
    said = [(one.source, one.mark) for one in reports]
    said += [(one.said.source, one.bound.mark) for one in door.earlier(reports) if isinstance(one.said, Report)]
    strict = [(source, mark) for source, mark in said if mark not in OPEN]
    if beyond is not None:
        strict = [(source, mark) for source, mark in strict if mark is not Mark.RED and not_beyond(mark, beyond)]
    found = door.sources(source for source, _mark in strict)
    yield from sorted({one.name for one in found.values()})


def not_asked(door: Door, notice: Notice) -> tuple[str, ...]:
    """Return who of them was not asked whether a notice goes out, and does not have to agree first.

    Of one that stands by an earlier notice, nobody: it says nothing that this did not, of which it was asked.
    """
    threat = door.threat(notice.threat)
    if threat is None or notice.follows is not None:
        return ()
    asked = {*notice.release_by, *(one.originator for one in notice.releases)}
    return tuple(one for one in came_from(door, as_one(threat, door.threat)) if one not in asked)
