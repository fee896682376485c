"""What has come in since a warning went out or was last decided about: what whoever is asked about its window looks at.

Counted and linked, never told: each page behind a link shows its reader what they may read, and these counts hold no more.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from tocsin.answer.facts import AnswerKind
from tocsin.basis.words import Words
from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.views.warning import SinceRow, SinceView
from tocsin.web.pieces import ChipKind
from tocsin.web.wording import CHIPS


def since_view(door: Door, followed: Followed, _: Words) -> SinceView | None:
    """Return what has come in since; None before it went out, or where there is no window to decide about."""
    window = followed.window
    if followed.sent_at is None or window is None:
        return None
    at = window.decided_at or followed.sent_at
    threat = door.threat(followed.told.threat)
    rows = [*(_of_case(door, threat, at, _) if threat is not None else ()), *_answers(door, followed, at, _)]
    return SinceView(at=at, decided=window.decided_at is not None, rows=tuple(rows))


def _of_case(door: Door, threat: Threat, at: datetime, _: Words) -> Iterator[SinceRow]:
    reports = sum(one.received_at > at for one in door.reports_about(threat).values())
    readable = {one.id for one in door.incidents_about(threat)}
    incidents = sum(one.item in readable and one.at > at for one in threat.evidence)
    judged = sum(one.at > at for one in threat.assessments)
    for count, said in (
        (reports, _.ngettext("%(n)s report", "%(n)s reports", reports)),
        (incidents, _.ngettext("%(n)s incident", "%(n)s incidents", incidents)),
        (judged, _.ngettext("%(n)s assessment", "%(n)s assessments", judged)),
    ):
        if count:
            yield SinceRow(what=said, href=hrefs.case(threat.id))


def _answers(door: Door, followed: Followed, at: datetime, _: Words) -> Iterator[SinceRow]:
    fresh = Counter(one.answer for one in followed.answers if one.at > at)
    if followed.summed is not None:
        fresh = door.answered_since(followed.told, at)
    for kind in AnswerKind:
        if count := fresh[kind]:
            what = _("%(answer)s: %(n)s", answer=_(CHIPS[ChipKind(kind.value)][1]), n=count)
            yield SinceRow(what=what, href=f"{hrefs.warning(followed.told.id)}#h-ans")
