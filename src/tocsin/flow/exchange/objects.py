"""What is known in a case as STIX objects: the campaign, its actors and places, reports, and incidents."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple, get_args

from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound, Mark, not_beyond
from tocsin.flow.exchange.brought import as_held
from tocsin.flow.exchange.file import CaseFile
from tocsin.flow.exchange.items import Item, Maker, bounds, moment
from tocsin.report.earlier import bound_of
from tocsin.report.state import Incident, Report
from tocsin.stix import extensions as stix
from tocsin.stix.extensions import (
    Attribution,
    Basis,
    Case,
    Claim,
    Credibility,
    Grade,
    Happened,
)
from tocsin.stix.model import Said, word
from tocsin.threat.free_text import about_itself
from tocsin.threat.particulars import Where
from tocsin.threat.state import Actor

CASE = "case"


class End(NamedTuple):
    """Something to which a relationship leads: the key of its item, its id, and how far it may go."""

    key: str
    id: str
    bound: Bound


class Known:
    """Makes the items of a case that tell what is known. What was thought of it is left to judged.py."""

    def __init__(self, file: CaseFile, maker: Maker) -> None:
        """Be ready to make them."""
        self.file, self.maker, self.threat = file, maker, file.threat
        self.campaign = maker.name("campaign", file.threat.id)
        threat = file.threat
        self.bound = Bound(mark=threat.mark, named=frozenset({threat.owner, *threat.readers}))

    # ---- the case itself

    def case(self) -> Item:
        """Return the campaign, and the places that it threatens."""
        threat, about = self.threat, self.threat.particulars
        form = Case(
            kind=about.threat_kind.value,
            targets=threat.targets,
            target_classes=tuple(one.value for one in about.target_classes),
            methods=tuple(one.value for one in about.methods),
            place=threat.place,
            places=tuple(_place(one) for one in about.places),
            zone=threat.zone,
            begins=moment(threat.begins) if threat.begins else None,
            ends=moment(threat.ends) if threat.ends else None,
            ended_at=moment(threat.ended.at) if threat.ended else None,
            exercise=threat.exercise,
        )
        title = f"EXERCISE: {threat.title}" if threat.exercise else threat.title
        campaign = self.maker.make(
            "campaign", [threat.id], threat.opened_at, threat.mark, form,
            name=title, description=about.description, objective=about.intent,
        )  # fmt: skip
        objects = [campaign]
        for at, place in enumerate(about.places):
            point = place.point or (place.circle[:2] if place.circle else None)
            radius = place.circle[2] * 1_000 if place.circle and not place.point else None
            located = self.location(("case", threat.id, str(at)), place.name, place.country, point, precision=radius)
            if located is not None:
                tie = self.maker.tie("targets", (self.campaign, word(located, "id")), threat.opened_at, threat.mark)
                objects += [located, tie]
        return Item(
            key=CASE, kind=CASE, bound=self.bound, objects=tuple(objects), title=title,
            words=tuple(about_itself(threat, self.file.actors.values())), at=threat.opened_at,
        )  # fmt: skip

    def location(
        self,
        names: tuple[str, ...],
        name: str,
        country: str,
        point: tuple[float, float] | None,
        mark: Mark | None = None,
        precision: float | None = None,
    ) -> Said | None:
        """Return a location; None where nothing says where it is, for STIX asks for a country, a region or a point.

        precision: how far from the point it may be, in metres.
        """
        if point is None and not country:
            return None
        where: Said = {} if point is None else {"latitude": point[0], "longitude": point[1]}
        mark = mark or self.threat.mark
        return self.maker.make(
            "location", names, self.threat.opened_at, mark, name=name, country=country, precision=precision, **where
        )

    def actors(self) -> Iterator[Item]:
        """Yield the actors of the case, and how sure we are of each."""
        sure = {one.actor: one for one in self.threat.attributions}
        for id in self.threat.actors:
            actor = self.file.actors.get(id)
            if actor is None:
                continue
            said = self.actor(actor, self.threat.mark)
            yield Item(key=f"actor:{id}", kind="actor", bound=self.bound, objects=(said,), title=actor.name)
            one = sure.get(id)
            forms = [Attribution(confidence=one.confidence.value)] if one and one.confidence else []
            tie = self.maker.tie(
                "attributed-to", (self.campaign, word(said, "id")), one.at if one else self.threat.opened_at,
                self.threat.mark, *forms, description=one.why if one else "",
            )  # fmt: skip
            yield Item(
                key=f"attribution:{id}", kind="attribution", bound=self.bound, objects=(tie,), needs=(f"actor:{id}",),
                title=actor.name if one and one.why else "", words=(one.why,) if one else (), at=one.at if one else None,
            )  # fmt: skip

    def actor(self, actor: Actor, mark: Mark) -> Said:
        """Return an actor as an object."""
        return self.maker.make(
            "threat-actor", [actor.id], self.threat.opened_at, mark,
            stix.Actor(kind=actor.actor_kind.value, listed_by=actor.listed_by),
            name=actor.name, aliases=list(actor.aliases),
            description=f"Listed by: {actor.listed_by}" if actor.listed_by else "",
        )  # fmt: skip

    def actor_id(self, id: Id) -> str:
        """Return under which id an actor leaves."""
        return self.maker.name("threat-actor", id)

    def named(self, naming: Iterable[tuple[Id | None, Item]]) -> Iterator[Item]:
        """Yield the actors whom only some items name: each goes with one of these, and as far as the one that goes furthest."""
        by: dict[Id, list[Item]] = {}
        for id, item in naming:
            if id in self.file.named:
                by.setdefault(id, []).append(item)
        for id, items in by.items():
            actor = self.file.named[id]
            bound = min((one.bound for one in items), key=lambda one: (list(Mark).index(one.mark), one.only_us))
            yield Item(
                key=f"actor:{id}", kind="named", bound=bound, objects=(self.actor(actor, bound.mark),), title=actor.name,
                came_with=tuple(sorted({one.key for one in items})),
                words=(actor.name, *actor.aliases, actor.listed_by),
            )  # fmt: skip

    # ---- what sources said, and what happened

    def report_id(self, id: Id) -> str:
        """Return under which id a report leaves: one that came as an object leaves under its own."""
        foreign = self.file.foreign.get(id)
        return foreign.foreign_id if foreign is not None else self.maker.name("report", id)

    def report(self, report: Report) -> Item:
        """Return a report; one that came as an object leaves as it came, and no looser than it is held here."""
        foreign = self.file.foreign.get(report.id)
        came = self.file.brought
        said = self.own_report(report) if foreign is None else as_held(foreign, came.markings, report.mark)
        return Item(
            key=f"report:{report.id}",
            kind="report",
            bound=bound_of(report),
            objects=(said,),
            title=report.title,
            needs=() if foreign is None else came.needs(foreign),
            at=report.received_at,
        )

    def own_report(self, report: Report) -> Said:
        """Return a report as an object. Its source is named where it has published it, and nowhere else."""
        source = self.file.sources[report.source]
        grade = Grade(
            reliability=source.reliability.value,
            credibility=_digit(report.credibility),
            claims=tuple(Claim(text=one.text, credibility=_digit(one.credibility)) for one in report.claims),
            origin=self._origin(report),
        )
        about = self.source_id(report.source) if report.url else self.maker.maker
        published = [{"source_name": source.name, "url": report.url}] if report.url else []
        return self.maker.make(
            "report", [report.id], report.received_at, report.mark, grade,
            changed=report.taken_back_at or report.revised_at,
            name=report.title or "Report", description=report.text, lang=report.language,
            published=moment(report.published_at or report.received_at), object_refs=[about],
            labels=["exercise"] if report.exercise else [], external_references=published, revoked=True if report.taken_back_at else None,
        )  # fmt: skip

    def _origin(self, report: Report) -> str:
        """Return what all that repeat one voice have in common; where that voice came with such a word, it is that word."""
        start = self.file.origins.get(report.id, report.id)
        came = self.file.foreign.get(start)
        # Theirs may say something, and goes no further than what it came with.
        if came is not None and came.origin and _goes_along(came.mark, report.mark):
            return came.origin
        return self.maker.name("origin", start).partition("--")[2]

    def source_id(self, source: Id) -> str:
        """Return under which id a source is known outside."""
        return self.maker.name("identity", "source", source)

    def relays(self) -> Iterator[Item]:
        """Yield which report repeats which."""
        for report in self.file.reports.values():
            back = self.file.reports.get(report.origin or report.relays or "")
            if back is not None:
                bound = bound_of(report) & bound_of(back)
                ends = (self.report_id(report.id), self.report_id(back.id))
                tie = self.maker.tie("derived-from", ends, report.received_at, bound.mark)
                needs = (f"report:{report.id}", f"report:{back.id}")
                yield Item(key=f"relay:{report.id}", kind="relay", bound=bound, objects=(tie,), needs=needs)

    def end(self, item: Id, at: datetime | None = None) -> End | None:
        """Return a report or an incident as something else may refer to it; None where there is none.

        at: when something was said of it: whoever said that had read what it said then, and what it said before.
        """
        report, incident = self.file.reports.get(item), self.file.incidents.get(item)
        said = report or incident
        if said is None:
            return None
        known = [] if at is None else [one.bound for one in self.file.earlier.get(item, ()) if one.until > at]
        bound = bounds(self.file.bound(said), known)
        if report is not None:
            return End(f"report:{item}", self.report_id(item), bound)
        return End(f"incident:{item}", self.incident_id(item), bound)

    def based_on(self, one: End, at: datetime, basis: Iterable[tuple[Id, int | None]]) -> Iterator[Item]:
        """Yield on which reports and incidents something rests, and on which of their claims."""
        for item, claim in basis:
            end = self.end(item)
            if end is not None:
                bound = one.bound & end.bound
                forms, apart = ([], []) if claim is None else ([Basis(claim=claim)], [f"claim {claim}"])
                tie = self.maker.tie("based-on", (one.id, end.id), at, bound.mark, *forms, apart=apart)
                key = ":".join(["rests", one.key, item, *apart])
                yield Item(key=key, kind="rests", bound=bound, objects=(tie,), needs=(one.key, end.key))

    def incident_id(self, id: Id) -> str:
        """Return under which id an incident leaves."""
        return self.maker.name("incident", id)

    def incident(self, incident: Incident) -> Item:
        """Return an incident, and where it was."""
        happened = Happened(
            happened_at=moment(incident.happened_at),
            published_at=moment(incident.published_at) if incident.published_at else None,
            by_host=incident.published_by_host,
            where=incident.where,
        )
        bound = self.file.bound(incident)
        said = self.maker.make(
            "incident", [incident.id], incident.happened_at, bound.mark, happened, name=incident.what
        )
        objects = [said]
        where = self.location(("incident", incident.id), incident.where, incident.country, incident.point, bound.mark)
        if where is not None:
            ends = (word(said, "id"), word(where, "id"))
            objects += [where, self.maker.tie("located-at", ends, incident.happened_at, bound.mark)]
        key = f"incident:{incident.id}"
        return Item(
            key=key, kind="incident", bound=bound, objects=tuple(objects), title=incident.what, at=incident.happened_at
        )

    def done_by(self, incident: Incident) -> Iterator[Item]:
        """Yield who is said to have done it."""
        if incident.actor is not None:
            bound = self.file.bound(incident)
            ends = (self.incident_id(incident.id), self.actor_id(incident.actor))
            tie = self.maker.tie("attributed-to", ends, incident.happened_at, bound.mark)
            needs = (f"incident:{incident.id}", f"actor:{incident.actor}")
            yield Item(key=f"done_by:{incident.id}", kind="rests", bound=bound, objects=(tie,), needs=needs)


def _place(where: Where) -> stix.Place:
    return stix.Place(
        name=where.name, country=where.country, point=where.point, polygon=where.polygon, circle=where.circle
    )


def _goes_along(came: Mark, report: Mark) -> bool:
    """Say whether what came at a mark goes wherever a report of another goes. RED may be for others, of other organisations too."""
    if came is Mark.RED:
        return False
    return came is report if came is Mark.AMBER_STRICT else not_beyond(came, report)


_DIGITS: tuple[Credibility, ...] = get_args(Credibility)


def _digit(credibility: int) -> Credibility:
    return _DIGITS[min(max(credibility, 1), 6) - 1]
