"""What a notice says at first, from its case: a start that its writer reads, mends and cuts. Likelihood and confidence stay apart."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.basis.words import Words
from tocsin.flow.messages import moment
from tocsin.flow.warning.came_from import came_from
from tocsin.store.door import Door
from tocsin.threat.assess import estimative_words
from tocsin.threat.merge import as_one
from tocsin.threat.state import Actor, Assessment, Threat
from tocsin.warning.notice.facts import NoticeDrafted, TearLine
from tocsin.web.wording import CONFIDENCES, METHODS, likelihood_words


def first_draft(door: Door, threat: Threat, notice: Id, author: Id, now: datetime, _: Words) -> NoticeDrafted:
    """Return a notice to nobody yet, marked as its case, and with whoever has to agree as far as that mark lets them be named."""
    whole = as_one(threat, door.threat, now)
    asked = tuple(came_from(door, whole, threat.mark))
    red = threat.mark is Mark.RED
    return NoticeDrafted(
        subject=notice,
        occurred_at=now,
        threat=threat.id,
        author=author,
        recipients=(),
        tear_line=filled_in(whole, door.actors(whole.actors), now, _),
        mark=threat.mark,
        readers=tuple(dict.fromkeys((author, threat.owner, *threat.readers))) if red else (author,),
        begins=now,
        release_by=asked,
        originators=asked,
    )


def filled_in(threat: Threat, actors: Sequence[Actor], now: datetime, _: Words) -> TearLine:
    """Return a tear-line that says what the case says of itself. What its reports say is for the writer to take over."""
    places = [threat.place, *(one.name for one in threat.particulars.places)]
    open_questions = [one.words for one in threat.questions if one.closed_at is None]
    judged = threat.last
    return TearLine(
        what=threat.title,
        where="; ".join(dict.fromkeys(one for one in places if one.strip())),
        when=_when(threat, now, _),
        who=", ".join(one.name for one in actors),
        method=", ".join(_(METHODS[one.value]) for one in threat.particulars.methods),
        not_known="\n".join(open_questions),
        likelihood=_likelihood(judged, _) if judged is not None else "",
        confidence=_(CONFIDENCES[judged.confidence.value]) if judged is not None else "",
    )


def _when(threat: Threat, now: datetime, _: Words) -> str:
    if threat.begins is not None and threat.ends is not None:
        return _("%(start)s to %(end)s", start=moment(threat.begins, threat.zone), end=moment(threat.ends, threat.zone))
    if threat.begins is not None:
        return moment(threat.begins, threat.zone)
    if threat.ends is not None and threat.ends > now:
        return _("until %(end)s", end=moment(threat.ends, threat.zone))
    return ""


def _likelihood(judged: Assessment, _: Words) -> str:
    low, high = judged.likelihood
    word = likelihood_words(estimative_words(judged.likelihood), _)
    return _("%(word)s: %(low)s to %(high)s percent", word=word, low=round(low * 100), high=round(high * 100))
