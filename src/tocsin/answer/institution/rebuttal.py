"""The rebuttal of a second knock: what has borne a warning out since it went out, as far as it may be quoted.

First what the institution had published itself, then what others did; counted by where it started. What may not be quoted is
said to the officer who writes, and to nobody outside.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.answer.institution.facts import Quote
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.report.corroborate import origin_of, published_at
from tocsin.report.state import Incident, Report, Source
from tocsin.threat.facts import Bearing
from tocsin.threat.state import Threat

OWN = "own"  # the kind of the source whose words are ours
_ORDER = list(Mark)


class Held(StrEnum):
    """Why something may not be quoted."""

    STRICTER = "stricter"  # it is, or it rests on what its writer may not read: it is never quoted
    CONSENT = "consent"  # its mark lets it go no further without the word of whoever it came from


class Quotable(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that has borne the warning out. at: when it was published. cited: the report that is named with it.

    earlier: it was published before the warning went out; it is offered, and not counted. held: why it may not be quoted.
    asked: the reports whose originators would have to agree.
    """

    item: Id
    at: datetime
    words: str
    own: bool
    origin: Id
    earlier: bool = False
    cited: Id | None = None
    held: Held | None = None
    asked: tuple[Id, ...] = ()


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a rebuttal is built from: the case, and what its reader may read of what bears on it.

    origins: where each report starts, told over those too that the reader may not read: two who repeat one of these are one.
    """

    threat: Threat
    incidents: Sequence[Incident]
    reports: Mapping[Id, Report]
    sources: Mapping[Id, Source]
    origins: Mapping[Id, Id] = msgspec.field(default_factory=dict)
    consents: Collection[Id] = ()


def build(known: Known, recipient: Id, mark: Mark, sent_at: datetime, now: datetime) -> tuple[Quotable, ...]:
    """Return everything that bears a warning out: the institution's own publications first, each part oldest first.

    mark: of the notice. What others published before it went out has been weighed by then, and is left away.
    """
    bearing = {one.item: one.at for one in known.threat.evidence if one.bearing is Bearing.FOR}
    incidents = [one for one in known.incidents if one.id in bearing]
    told = {report for one in incidents for report in one.reports}
    found = [_incident(one, known, recipient, mark, bearing[one.id]) for one in incidents]
    found += [
        _report(one, known, recipient, mark) for id, one in known.reports.items() if id in bearing and id not in told
    ]
    dated = [msgspec.structs.replace(one, earlier=one.at <= sent_at) for one in found if one.at <= now]
    kept = [one for one in dated if one.own or not one.earlier]
    return tuple(sorted(kept, key=lambda one: (not one.own, one.earlier, one.at, one.item)))


def count_origins(lines: Collection[Quotable | Quote]) -> int:
    """Count where these started: five that repeat one voice are one."""
    return len({one.origin for one in lines})


def _incident(one: Incident, known: Known, recipient: Id, mark: Mark, linked_at: datetime) -> Quotable:
    reports = [known.reports[id] for id in one.reports if id in known.reports]
    own = [report for report in reports if _belongs(report, known, recipient)]
    held_of = {report.id: _held_report(report, known, mark) for report in reports}
    cited = next((report for report in (*own, *reports) if held_of[report.id] is None), None)
    held = _held(one.mark, mark)
    if held is None and len(reports) < len(one.reports):
        held = Held.STRICTER  # its words may come from what whoever asks may not read, and cannot judge
    if held is None and reports and cited is None:  # nobody may be named who told of it
        held = Held.CONSENT if Held.CONSENT in held_of.values() else Held.STRICTER
    return Quotable(
        item=one.id,
        at=published_at(one, known.reports) or linked_at,
        words=_incident_words(one, cited, known),
        own=bool(own),
        origin=_origin(own[0].id if own else one.reports[0], known) if one.reports else one.id,
        cited=cited.id if cited else None,
        held=held,
        asked=tuple(id for id, why in held_of.items() if why is Held.CONSENT) if held is Held.CONSENT else (),
    )


def _report(one: Report, known: Known, recipient: Id, mark: Mark) -> Quotable:
    held = _held_report(one, known, mark)
    at = one.published_at or one.received_at
    return Quotable(
        item=one.id,
        at=at,
        words=f"{at:%Y-%m-%d}: {one.title} ({_name(one, known)})",
        own=_belongs(one, known, recipient),
        origin=_origin(one.id, known),
        cited=one.id,
        held=held,
        asked=(one.id,) if held is Held.CONSENT else (),
    )


def _incident_words(one: Incident, cited: Report | None, known: Known) -> str:
    place = f", {one.where}" if one.where else ""
    said = f" ({_name(cited, known)}, {(cited.published_at or cited.received_at):%Y-%m-%d})" if cited else ""
    return f"{one.happened_at:%Y-%m-%d}: {one.what}{place}{said}"


def _origin(report: Id, known: Known) -> Id:
    return known.origins.get(report) or origin_of(report, known.reports)


def _name(report: Report, known: Known) -> str:
    source = known.sources.get(report.source)
    return source.name if source else report.source


def _belongs(report: Report, known: Known, recipient: Id) -> bool:
    source = known.sources.get(report.source)
    return source is not None and source.organisation == recipient


def _held_report(report: Report, known: Known, mark: Mark) -> Held | None:
    source = known.sources.get(report.source)
    agreed = report.id in known.consents or (source is not None and source.source_kind == OWN)
    return _held(report.mark, mark, agreed=agreed)


def _held(own: Mark, notice: Mark, *, agreed: bool = False) -> Held | None:
    """Return why something of this mark may not be quoted in a notice of that mark.

    Source: FIRST, Traffic Light Protocol 2.0: what is AMBER or stricter leaves its readers' own organisation and clients
    only with the word of its source, and RED those who were named; CLEAR and GREEN may go to an institution that is warned.
    """
    if _ORDER.index(own) > _ORDER.index(notice):
        return Held.STRICTER
    if own in (Mark.CLEAR, Mark.GREEN) or agreed:
        return None
    return Held.CONSENT


def release(built: Sequence[Quotable], chosen: Sequence[tuple[Id, str]]) -> tuple[Quote, ...]:
    """Check each line of a rebuttal as an officer wants it told.

    chosen: the item, and the words in which it is told; none: as it was built.

    Raises:
        Refused: one of them does not bear the warning out, or may not be quoted.
    """
    by_item = {one.item: one for one in built}
    lines = []
    for item, words in dict(chosen).items():
        one = by_item.get(item)
        if one is None:
            raise Refused(
                f"{item} has not borne this warning out since it went out. Quote what speaks for the case and was published after "
                "that, or before by the recipient itself."
            )
        if one.held is Held.STRICTER:
            raise Refused(f"{item} is marked stricter than the notice, and is not quoted in it. Leave it out.")
        if one.held is Held.CONSENT:
            raise Refused(f"{item} is quoted only once whoever it came from has agreed. Record that, or leave it out.")
        said = words.strip() or one.words
        otherwise = "" if said == one.words else one.words
        lines.append(Quote(item=item, words=said, own=one.own, origin=one.origin, built=otherwise))
    return tuple(lines)


def told(lines: Sequence[Quote]) -> str:
    """Return the lines of a rebuttal as one text: what the institution published itself first."""
    return "\n".join(line.words for line in sorted(lines, key=lambda line: not line.own))
