"""Fills what an officer sees and does about a case: what is next, what is open, what was seen, and the forms for it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import zip_longest

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, may_read
from tocsin.basis.moment import zone
from tocsin.basis.words import Words
from tocsin.flow.seen import SHOWS
from tocsin.places.countries import country_names
from tocsin.report.corroborate import origin_of
from tocsin.report.state import Incident, Report
from tocsin.store.door import Door
from tocsin.threat.assess import estimative_words
from tocsin.threat.facts import Bearing
from tocsin.threat.fits import Fit
from tocsin.threat.indicators import Basis
from tocsin.threat.marked import marked_as
from tocsin.threat.merge import Carried, as_one, newly_met, steps, together
from tocsin.threat.particulars import MOST as MOST_PLACES
from tocsin.threat.particulars import ThreatKind, Where
from tocsin.threat.state import Actor, Assessment, Proposed, Threat
from tocsin.threat.suggest import Origin, Suggestion, suggest
from tocsin.web.desk.case_places import LONGEST_OUTLINE, circle, outline
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import TAKE_ON
from tocsin.web.desk.fill.case_choice import open_case_choice
from tocsin.web.desk.fill.marking import mark_form, markings
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.resting import linked_to, rows, titles_under
from tocsin.web.desk.fill.states import likelihood_view
from tocsin.web.desk.views.casework import (
    ActorRow,
    AliasRow,
    CarriedRow,
    CaseCare,
    CaseForm,
    CaseWorkPage,
    EstimatePage,
    HowJoined,
    JoinedRow,
    LinkChoice,
    PlaceRow,
    ProposedRow,
    QuestionRow,
    StepView,
    TermRow,
    VersionRow,
    WatchedRow,
)
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import stamp

MOST = 200  # items to choose from
FEW = 5  # titles of what an estimate rests on
MOST_SHOWN = 60  # of those, and of their claims, that stand with each indicator


def care(door: Door, threat: Threat, names: Names, _: Words) -> CaseCare:
    """Return how a case is looked after."""
    planned, acts = steps(together(threat, door.threat)) if threat.is_open else [], bool(TAKE_ON & door.reader.roles)
    names.learn([one.asked_by for one in threat.questions] + [step.owner for step in planned])
    said = [StepView(what=one.what, owner=names.say(one.owner), by_when=one.by_when, done=one.done) for one in planned]
    stands = [one.stands.value for one in threat.checklist.watched]
    return CaseCare(
        step=said[0] if said else None,
        marked_as=marked_as(threat),
        markings=markings(threat, names),
        more_steps=tuple(said[1:]),
        questions=tuple(
            QuestionRow(
                id=one.id,
                words=one.words,
                asked_by=names.say(one.asked_by),
                asked_at=one.asked_at,
                answer=one.answer,
                closed_at=one.closed_at,
            )
            for one in threat.questions
        ),
        proposed=tuple(_proposed(door, threat, _)),
        met=tuple(_met(door, threat)),
        observed=stands.count("observed"),
        known=len(stands) - stands.count("unknown"),
        watched=len(stands),
        actors=tuple(_actors(door, threat, names)),
        joined=tuple(_joined(door, threat, _)),
        kind=threat.particulars.threat_kind if threat.particulars.threat_kind is not ThreatKind.OTHER else None,
        intent=threat.particulars.intent,
        description=threat.particulars.description,
        methods=threat.particulars.methods,
        classes=threat.particulars.target_classes,
        ended_at=threat.ended.at if threat.ended else None,
        ended_why=threat.ended.why if threat.ended else "",
        href=hrefs.case_work(threat.id) if acts else "",
        estimate_href=hrefs.estimate(threat.id) if acts and threat.joined.into is None else "",
        about_href=hrefs.case_about(threat.id) if acts and threat.is_open else "",
    )


def _met(door: Door, threat: Threat) -> Iterator[str]:
    """Yield the indicators that were newly met, of the case and of those looked after with it, since it was judged last."""
    for checklist in newly_met(together(threat, door.threat)):
        yield from (one.indicator.words for one in checklist.watched if one.indicator.key in checklist.met)


def _proposed(door: Door, threat: Threat, _: Words) -> Iterator[ProposedRow]:
    found = door.incidents([one.incident for one in threat.waiting])
    for one in threat.waiting[::-1]:
        incident = found.get(one.incident)
        if incident is not None:
            yield ProposedRow(
                id=incident.id,
                title=incident.what,
                place=incident.where,
                at=incident.happened_at,
                fits=fits_of(one),
                by_host=incident.published_by_host,
            )


def fits_of(proposed: Proposed) -> tuple[tuple[Fit, str], ...]:
    """Return in which respects an incident fits a case, each with the words by which, if it is by words alone."""
    return tuple((Fit(fit), words) for fit, words in zip_longest(proposed.fits, proposed.words, fillvalue=""))


def _actors(door: Door, threat: Threat, names: Names) -> Iterator[ActorRow]:
    said = {one.actor: one for one in threat.attributions}
    there = door.actors(threat.actors)
    names.learn([one.by for one in threat.attributions])
    names.learn([who for actor in there for one in actor.called for who in (one.by, one.taken_back_by) if who])
    for actor in there:
        one = said.get(actor.id)
        yield ActorRow(
            id=actor.id,
            name=actor.name,
            confidence=one.confidence.value if one and one.confidence else "",
            why=one.why if one else "",
            by=names.say(one.by) if one else "",
            aliases=tuple(_aliases(actor, threat.zone, names)),
        )


def _aliases(actor: Actor, zone_name: str, names: Names) -> Iterator[AliasRow]:
    """Yield by which other names an actor goes: those of its listing first, and last those that were taken back."""
    used = {one.name: one for one in actor.called if one.taken_back_at is None}
    for name in actor.aliases:
        one = used.get(name)
        if one is None:
            yield AliasRow(name=name)
        else:
            since = f"{one.since.astimezone(zone(zone_name)):%Y-%m-%d}" if one.since else ""
            yield AliasRow(name=name, said_by=one.said_by, since=since, by=names.say(one.by))
    for one in actor.called:
        if one.taken_back_by is not None:
            by = names.say(one.taken_back_by)
            yield AliasRow(name=one.name, said_by=one.said_by, by=by, taken_back=True, why=one.taken_back_why)


def _joined(door: Door, threat: Threat, _: Words) -> Iterator[JoinedRow]:
    related = [
        *([(threat.joined.into, HowJoined.PART_OF)] if threat.joined.into else []),
        *((id, HowJoined.TAKES_IN) for id in threat.joined.took_in),
        *([(threat.split_from, HowJoined.SPLIT_FROM)] if threat.split_from else []),
        *((one.off, HowJoined.SPLIT_OFF) for one in threat.joined.splits),
    ]
    for id, how in related:
        other = door.threat(id)
        if other is not None:
            yield JoinedRow(title=other.title, href=hrefs.case(other.id), how=how)


# ---- the form

_USUAL = Mark.AMBER


def case_form(door: Door, id: Id, shell: Shell, _: Words) -> CaseForm | None:
    """Return the form in which a case is opened, or written anew. id: of the case; empty: a new one."""
    people = tuple((one.id, one.name) for one in door.officers())
    # Whoever opens a case is one of its readers, and sees it again.
    own = door.reader.person or ""
    marks = tuple(one for one in Mark if may_read(door.reader, one, frozenset({own})))
    choices = {
        "people": people,
        "hosts": tuple((one.id, one.name) for one in door.organisations()),
        "countries": country_names(),
        "marks": tuple(one.value for one in marks),
    }
    if not id:
        return CaseForm(
            shell=shell,
            post_to=hrefs.CASES,
            owner=own,
            places=tuple(_blank(0)),
            mark=(_USUAL if _USUAL in marks else marks[-2]).value,  # the last is RED
            **choices,  # type: ignore[arg-type]
        )
    threat = door.threat(id)
    if threat is None or not threat.is_open:
        return None
    about = threat.particulars
    places = about.places or ((Where(name=threat.place),) if threat.place else ())
    return CaseForm(
        shell=shell,
        post_to=f"{hrefs.case(id)}/acts/describe",
        id=id,
        seen=door.said(id, SHOWS["describe"]),
        title=threat.title,
        kind=about.threat_kind.value,
        description=about.description,
        intent=about.intent,
        targets="\n".join(threat.targets),
        classes=tuple(one.value for one in about.target_classes),
        methods=tuple(one.value for one in about.methods),
        places=(*(_place_row(number, one) for number, one in enumerate(places)), *_blank(len(places))),
        begins=_local(threat.begins, threat.zone),
        ends=_local(threat.ends, threat.zone),
        host=threat.host or "",
        mark=threat.mark.value,
        owner=threat.owner,
        zone=threat.zone,
        **choices,  # type: ignore[arg-type]
    )


def _place_row(number: int, one: Where) -> PlaceRow:
    too_long = len(one.polygon) > LONGEST_OUTLINE
    return PlaceRow(
        number=number,
        name=one.name,
        country=one.country,
        circle=circle(one),
        outline=outline(one),
        corners=len(one.polygon) - 1 if too_long else 0,
    )


def _blank(first: int) -> Iterator[PlaceRow]:
    """Return rows for more places: two, as far as a case may have more."""
    yield from (PlaceRow(number=number) for number in range(first, min(first + 2, MOST_PLACES)))


def _local(moment: datetime | None, name: str) -> str:
    return "" if moment is None else f"{moment.astimezone(zone(name)):%Y-%m-%dT%H:%M}"


# ---- judging


def estimate_page(door: Door, id: Id, shell: Shell, _: Words) -> EstimatePage | None:
    """Return the form in which a case is judged, beside its versions and a suggestion."""
    threat = door.threat(id)
    if threat is None or threat.joined.into is not None:
        return None
    names, last = Names(door), threat.last
    names.learn([one.assessor for one in threat.assessments])
    worked_out = suggestion(door, threat)
    linked, titles = linked_to(door, threat), titles_under(door, threat)
    return EstimatePage(
        shell=shell,
        id=id,
        title=threat.title,
        href=hrefs.case(id),
        post_to=f"{hrefs.case(id)}/acts/estimate",
        seen=door.said(id, SHOWS["estimate"]),
        met=tuple(_met(door, threat)),
        rests=rows(door, linked),
        older=len(linked.older),
        versions=tuple(_version(one, names, titles, _) for one in threat.assessments[::-1]),
        suggested=worked_out.likelihood if worked_out else None,
        suggested_words=estimative_words(worked_out.likelihood) if worked_out else ("", ""),
        terms=tuple(
            TermRow(because=one.because, what=one.what, factor=one.factor, likelihood=one.likelihood)
            for one in (worked_out.terms if worked_out else ())
        ),
        unknown=worked_out.unknown if worked_out else 0,
        indicators=worked_out.indicators if worked_out else 0,
        # Before anybody has judged it nothing stands there: what does is soon left, and would be nobody's judgement.
        low=round(last.likelihood[0] * 100) if last else None,
        high=round(last.likelihood[1] * 100) if last else None,
        confidence=last.confidence.value if last else "",
        severity=last.severity.value if last and last.severity else "",
    )


def _version(one: Assessment, names: Names, titles: dict[Id, str], _: Words) -> VersionRow:
    under = [titles[id] for id in (*one.reports, *(one.incidents or ())) if id in titles]
    return VersionRow(
        at=one.at,
        by=names.say(one.assessor),
        likelihood=likelihood_view(one),
        severity=one.severity,
        grounds=one.grounds,
        confidence_why=one.confidence_why,
        changed=one.changed,
        why=one.why,
        rests_on=tuple(under[:FEW]),
        more=len(under[FEW:]),
    )


def suggestion(door: Door, threat: Threat) -> Suggestion | None:
    """Return what could be worked out of a case, from what its reader may read."""
    whole = as_one(threat, door.threat)
    return suggest(threat.checklist, _origins(door, whole))


def _origins(door: Door, threat: Threat) -> Iterable[Origin]:
    """Return the independent origins of what bears for or against a case, each with the best grades that go back to it."""
    reports, incidents = door.reports_about(threat), {one.id: one for one in door.incidents_about(threat)}
    sources = door.sources(one.source for one in reports.values())
    found: dict[tuple[Id, Bearing], Origin] = {}
    for link in threat.evidence:
        if link.bearing is Bearing.CONTEXT:
            continue
        for item in _behind(link.item, reports, incidents):
            start = origin_of(item, reports)
            graded = _graded(start, item, link.claim if item == link.item else None, reports, incidents)
            source = sources.get(reports[item].source) if item in reports else None
            one = Origin(
                id=start,
                title=graded[0],
                bearing=link.bearing,
                reliability=source.reliability.value if source else "F",
                credibility=graded[1],
            )
            before = found.get((start, link.bearing))
            if before is None or (one.reliability, one.credibility) < (before.reliability, before.credibility):
                found[start, link.bearing] = one
    return found.values()


def _behind(item: Id, reports: dict[Id, Report], incidents: dict[Id, Incident]) -> tuple[Id, ...]:
    """Return the reports behind an item: itself, those of an incident, or the incident where no report tells of it."""
    if item in reports:
        return (item,)
    if item not in incidents:
        return ()
    return tuple(one for one in incidents[item].reports if one in reports) or (item,)


def _graded(
    start: Id,
    item: Id,
    claim: int | None,
    reports: dict[Id, Report],
    incidents: dict[Id, Incident],
) -> tuple[str, int]:
    first = reports.get(start) or reports.get(item)
    title = first.title if first else incidents[item].what
    report = reports.get(item)
    if report is None:
        return title, 6
    return title, report.claims[claim].credibility if claim is not None and claim < len(
        report.claims
    ) else report.credibility


# ---- the rest


def case_work_page(door: Door, id: Id, shell: Shell, _: Words) -> CaseWorkPage | None:
    """Return everything that is done about a case besides judging it."""
    threat = door.threat(id)
    if threat is None or not TAKE_ON & door.reader.roles:
        return None
    names = Names(door)
    kept = care(door, threat, names, _)
    into = door.threat(threat.joined.into)
    items = tuple(_items(door, threat))
    shows = tuple(_with_claims(door, threat, items))
    said = {value: words for value, words, _claimed in shows}
    seen = door.said(id)
    return CaseWorkPage(
        shell=replace(shell, zone=threat.zone),
        id=id,
        title=threat.title,
        href=hrefs.case(id),
        post_to=f"{hrefs.case(id)}/acts",
        care=kept,
        seen={act: door.said(id, kinds) if kinds else seen for act, kinds in SHOWS.items()},
        watched=tuple(_watched(threat, names, said)),
        owner=names.say(threat.owner),
        people=tuple((one.id, one.name) for one in door.officers(threat)),
        actors=tuple((one.id, one.name) for one in door.every_actor()),
        items=items,
        shows=tuple((value, claimed or words) for value, words, claimed in shows[:MOST_SHOWN]),
        older=len(shows) > MOST_SHOWN,
        reports=tuple(
            LinkChoice(id=one.id, title=one.title or one.text[:80], claims=tuple(claim.text for claim in one.claims))
            for one in door.latest_reports(MOST)
        )
        if threat.joined.into is None
        else (),
        told_in=tuple(one for one in items if door.report(one[0]) is not None) if threat.joined.into is None else (),
        parties=tuple(sorted({*(one.name for one in door.every_actor()), *(one.name for one in door.organisations())})),
        others=open_case_choice(door, {id}),
        carried=tuple(CarriedRow(what=what, said=said) for what, said in _about(threat, kept, names, _).items()),
        distrusted=tuple(dict.fromkeys(names.say(one.host) for one in door.distrusted_in(id))),
        is_open=threat.is_open,
        part_of=JoinedRow(title=into.title, href=hrefs.case(into.id), how=HowJoined.PART_OF) if into else None,
        step_by=_local(shell.now + timedelta(days=1), threat.zone),
        marking=mark_form(door, threat),
    )


def _about(threat: Threat, kept: CaseCare, names: Names, _: Words) -> dict[Carried, str]:
    """Return what a case says that it is about, each in words or by its name alone."""
    about, dates = threat.particulars, [one for one in (threat.begins, threat.ends) if one is not None]
    said: dict[Carried, str] = {}
    if dates:
        said[Carried.WINDOW] = " – ".join(stamp(one, threat.zone, _) for one in dates)
    if threat.place:
        said[Carried.PLACES] = ", ".join(one.name for one in about.places) or threat.place
    if (about.threat_kind, about.target_classes, about.methods) != (ThreatKind.OTHER, (), ()):
        said[Carried.KIND] = ""
    if threat.targets:
        said[Carried.TARGETS] = ", ".join(threat.targets)
    if about.intent or about.description:
        said[Carried.WORDS] = ""
    if threat.actors:
        said[Carried.ACTORS] = ", ".join(one.name for one in kept.actors)
    if threat.host is not None:
        said[Carried.HOST] = names.say(threat.host)
    return said


def _items(door: Door, threat: Threat) -> Iterator[tuple[str, str]]:
    reports = door.reports_about(threat)
    incidents = {one.id: one for one in door.incidents_about(threat)}
    titles = {id: one.title for id, one in reports.items()} | {id: one.what for id, one in incidents.items()}
    for link in [one for one in threat.evidence[::-1] if one.item in titles][:MOST]:
        yield link.item, titles[link.item]


def _value(basis: Basis) -> str:
    return basis.item if basis.claim is None else f"{basis.item}:{basis.claim}"


def _with_claims(door: Door, threat: Threat, items: Iterable[tuple[Id, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield each item, and behind a report each of its claims: its value in a form, what it says, and that as a claim of a report."""
    reports = door.reports_about(threat)
    for id, title in dict(items).items():
        yield id, title, ""
        for number, claim in enumerate(reports[id].claims if id in reports else ()):
            yield f"{id}:{number}", claim.text, f"– {claim.text}"


def _watched(threat: Threat, names: Names, titles: dict[Id, str]) -> Iterator[WatchedRow]:
    names.learn([one.latest.by for one in threat.checklist.watched if one.latest is not None])
    for one in threat.checklist.watched:
        last = one.latest
        yield WatchedRow(
            key=one.indicator.key,
            seen=len(one.notes),
            indicator=one.indicator.words,
            strength=one.indicator.strength,
            stands=one.stands,
            as_of=last.as_of if last else None,
            by=names.say(last.by) if last else "",
            words=last.words if last else "",
            rests_on=tuple(titles[at] for at in map(_value, last.basis) if at in titles) if last else (),
            is_new=one.indicator.key in threat.checklist.met,
        )
