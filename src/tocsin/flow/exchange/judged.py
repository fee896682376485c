"""What was thought of a case as STIX objects: how things bear on it, how likely it is, who was accused, what became of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound, Mark
from tocsin.flow.exchange.items import Item, bounds, moment
from tocsin.flow.exchange.matrices import matrices
from tocsin.flow.exchange.objects import End, Known
from tocsin.outcome.facts import Course
from tocsin.stix.extensions import (
    Account,
    Bearing,
    Happened,
    Indication,
    Likelihood,
    Outcome,
    Question,
)
from tocsin.stix.model import Said, word
from tocsin.threat.assess import estimative_words, rests_on
from tocsin.threat.indicators import Note, Watched
from tocsin.threat.marked import assessments_until, bound_then, notes_until
from tocsin.threat.state import Threat

OPINION = {
    Course.CARRIED_OUT: "strongly-agree",
    Course.DISRUPTED: "agree",
    Course.UNKNOWN: "neutral",
    Course.NOTHING: "strongly-disagree",
}
"""How far what became of it agrees with that there was such a plan. What was stopped was planned."""


class Items(Known):
    """Makes every item of one case."""

    def all(self) -> list[Item]:
        """Return every item, in the order in which they leave."""
        incidents = [self.incident(one) for one in self.file.incidents.values()]
        weighed = matrices(self)
        return [
            self.case(),
            *self.actors(),
            *(self.report(one) for one in self.file.reports.values()),
            *self.file.brought.items(),
            *self.relays(),
            *incidents,
            *(tie for one in self.file.incidents.values() for tie in self.done_by(one)),
            *self.evidence(),
            *self.assessments(),
            *self.indications(),
            *weighed,
            *self.named(self._naming(incidents, weighed)),
            *self.accounts(),
            *self.questions(),
            *self.outcome(),
        ]

    def _naming(self, incidents: Iterable[Item], weighed: Iterable[Item]) -> Iterator[tuple[Id | None, Item]]:
        """Yield which incident and which matrix names whom."""
        for one, item in zip(self.file.incidents.values(), incidents, strict=True):
            yield one.actor, item
        for matrix, item in zip(self.file.matrices, weighed, strict=True):
            yield from ((hypothesis.actor, item) for hypothesis in matrix.hypotheses)

    @property
    def whole(self) -> Threat:
        """Return the case by which things are counted: what each is called outside does not hang on who hands the case out."""
        return self.file.alone if self.threat.markings else self.threat

    def stood(self, until: datetime | None) -> Bound:
        """Return how far goes what stood at the case until a moment; None: what stands."""
        return self.bound if until is None else self.bound & bound_then(self.threat, until)

    def evidence(self) -> Iterator[Item]:
        """Yield what bears on the case, which way; and on which reports incidents rest."""
        seen: set[tuple[Id, int | None]] = set()
        for at, one in enumerate(self.threat.evidence):
            end = self.end(one.item, one.at)
            if end is None:
                continue
            bound = self.bound & end.bound
            # The same two may be tied by several claims; and in cases that became one, which way it points may differ.
            apart = [] if one.claim is None else [f"claim {one.claim}"]
            apart += [one.bearing.value] if (one.item, one.claim) in seen else []
            seen.add((one.item, one.claim))
            tie = self.maker.tie(
                "related-to",
                (end.id, self.campaign),
                one.at,
                bound.mark,
                Bearing(bearing=one.bearing.value, claim=one.claim),
                apart=apart,
                description=one.why,
            )
            yield Item(
                key=f"bearing:{at}", kind="bearing", bound=bound, objects=(tie,), needs=(end.key,),
                title=one.why[:80], words=(one.why,), at=one.at,
            )  # fmt: skip
        for incident in self.file.incidents.values():
            rests = End(f"incident:{incident.id}", self.incident_id(incident.id), self.file.bound(incident))
            yield from self.based_on(rests, incident.happened_at, ((id, None) for id in incident.reports))

    def assessments(self) -> Iterator[Item]:
        """Yield each judgement: no further than whatever it rests on, for whoever wrote it had read that."""
        for at, (one, until) in enumerate(assessments_until(self.whole.assessments)):
            if one not in self.threat.assessments:
                continue
            bound = bounds(self.stood(until), self._under(rests_on(one, self.threat.evidence), one.at))
            form = Likelihood(
                low=one.likelihood[0],
                high=one.likelihood[1],
                word=" to ".join(dict.fromkeys(estimative_words(one.likelihood))),
                confidence=one.confidence.value,
                confidence_why=one.confidence_why,
                severity=one.severity.value if one.severity else None,
                why=one.why,
                changed=one.changed,
            )
            names = [self.threat.id, "assessment", str(at)]
            note = self.maker.make(
                "note", names, one.at, bound.mark, form, content=one.grounds, object_refs=[self.campaign]
            )
            key, words = f"assessment:{at}", (one.grounds, one.why, one.confidence_why, one.changed)
            item = Item(
                key=key, kind="assessment", bound=bound, objects=(note,), title=one.grounds[:80], words=words, at=one.at
            )
            yield item
            named = (*one.reports, *(one.incidents or ()))
            yield from self.based_on(_end(item), one.at, ((id, None) for id in named))

    def _under(self, items: Iterable[Id], at: datetime) -> Iterator[Bound]:
        """Yield how far each of these goes by what it said at a moment. An incident counts by the reports that tell of it, too."""
        for item in items:
            incident = self.file.incidents.get(item)
            for one in (item, *(incident.reports if incident else ())):
                end = self.end(one, at)
                if end is not None:
                    yield end.bound

    def indications(self) -> Iterator[Item]:
        """Yield what is looked out for, and each word of how that stood: no further than whatever it rests on."""
        for watched, read in zip(self.whole.checklist.watched, self.threat.checklist.watched, strict=True):
            yield self._indication(watched, None, (), self.bound)
            for at, (note, until) in enumerate(notes_until(watched)):
                if note not in read.notes:
                    continue
                ends = [end for one in note.basis if (end := self.end(one.item, note.at)) is not None]
                bound = bounds(self.stood(until), (end.bound for end in ends))
                item = self._indication(watched, note, (str(at),), bound)
                yield item
                yield from self.based_on(_end(item), note.at, ((one.item, one.claim) for one in note.basis))

    def _indication(self, watched: Watched, note: Note | None, names: tuple[str, ...], bound: Bound) -> Item:
        about, at = watched.indicator, note.at if note else self.threat.opened_at
        form = Indication(
            key=about.key,
            strength=about.strength.value,
            stands=note.stands.value if note else None,
            as_of=moment(note.as_of) if note else None,
            checklist=watched.checklist,
        )
        said = self.maker.make(
            "note", [self.threat.id, "indication", about.key, *names], at, bound.mark, form,
            abstract=about.words, content=(note.words if note else "") or about.words, object_refs=[self.campaign],
        )  # fmt: skip
        return Item(
            key=":".join(["noted" if names else "indication", *names, about.key]), kind="indication", bound=bound, objects=(said,),
            title=about.words[:80], words=(about.words, note.words if note else ""), at=at,
        )  # fmt: skip

    def accounts(self) -> Iterator[Item]:
        """Yield who was accused by whom, and of whom there was no indication when."""
        for at, one in enumerate(self.threat.accusations):
            report = self.file.reports.get(one.report or "")
            bound = bounds(self.bound, self._under([report.id] if report else [], one.at))
            form = Account(says="accused", party=one.party, speaker=one.accuser)
            item = self._account(f"accused:{at}", bound, form, one.words, one.at)
            yield item
            yield from self.based_on(_end(item), one.at, [(report.id, None)] if report else [])
        for at, nothing in enumerate(self.threat.no_indications):
            form = Account(
                says="no_indication", party=nothing.party, speaker=nothing.speaker, as_of=moment(nothing.as_of)
            )
            yield self._account(f"no_indication:{at}", self.bound, form, nothing.words, nothing.stated_at)

    def _account(self, key: str, bound: Bound, form: Account, said: str, at: datetime) -> Item:
        note = self.maker.make(
            "note", [self.threat.id, key], at, bound.mark, form, content=said or form.party, object_refs=[self.campaign]
        )
        words = (said, form.party, form.speaker)
        return Item(key=key, kind=form.says, bound=bound, objects=(note,), title=form.party, words=words, at=at)

    def questions(self) -> Iterator[Item]:
        """Yield what is not known of the case, and what was found out; who asked is named nowhere."""
        for one in self.threat.questions:
            bound = self.stood(one.closed_at)
            form = Question(answer=one.answer, closed_at=moment(one.closed_at) if one.closed_at else None)
            note = self.maker.make(
                "note", [self.threat.id, "question", one.id], one.asked_at, bound.mark, form,
                content=one.words, object_refs=[self.campaign],
            )  # fmt: skip
            yield Item(
                key=f"question:{one.id}", kind="question", bound=bound, objects=(note,), title=one.words[:80],
                words=(one.words, one.answer), at=one.asked_at,
            )  # fmt: skip

    def outcome(self) -> Iterator[Item]:
        """Yield what happened, as an incident and where the plan was seen in it, and how that was judged."""
        came = self.file.outcome
        if came is None:
            return
        bound = bounds(self.bound, self._under(came.reports, self.threat.opened_at))
        if came.what and came.struck_at is not None:
            event = Item(
                key="event", kind="event", bound=bound, objects=self._event(bound.mark), title=came.what,
                words=(came.what, came.place_name), at=came.struck_at,
            )  # fmt: skip
            yield event
            yield from self.based_on(_end(event), came.struck_at, ((id, None) for id in came.reports))
        if came.judged_at is not None:
            form = Outcome(
                course=came.course.value,
                time=came.time.value,
                place=came.place.value,
                target=came.target.value,
                actor=came.actor.value,
                struck_at=moment(came.struck_at) if came.struck_at else None,
            )
            opinion = self.maker.make(
                "opinion", [self.threat.id, "outcome"], came.judged_at, bound.mark, form,
                opinion=OPINION[came.course], explanation=came.why, object_refs=[self.campaign],
            )  # fmt: skip
            judged = Item(
                key="outcome", kind="outcome", bound=bound, objects=(opinion,), title=came.why[:80], words=(came.why,),
                at=came.judged_at,
            )  # fmt: skip
            yield judged
            yield from self.based_on(_end(judged), came.judged_at, ((id, None) for id in came.reports))

    def _event(self, mark: Mark) -> tuple[Said, ...]:
        came = self.file.outcome
        assert came is not None  # noqa: S101  (outcome() has looked)
        assert came.struck_at is not None  # noqa: S101
        happened = Happened(happened_at=moment(came.struck_at), where=came.place_name)
        incident = self.maker.make(
            "incident", [self.threat.id, "event"], came.struck_at, mark, happened, name=came.what
        )
        where = self.location(("event", self.threat.id), came.place_name, "", came.point, mark)
        sighting = self.maker.make(
            "sighting", [self.threat.id, "event"], came.struck_at, mark, sighting_of_ref=self.campaign, count=1,
            first_seen=moment(came.struck_at), last_seen=moment(came.struck_at),
            where_sighted_refs=[word(where, "id")] if where else [], description=came.what,
        )  # fmt: skip
        tie = self.maker.tie("related-to", (word(incident, "id"), self.campaign), came.struck_at, mark)
        return tuple(one for one in (incident, where, sighting, tie) if one is not None)


def _end(item: Item) -> End:
    """Return an item's first object as something that rests on something."""
    return End(item.key, word(item.objects[0], "id"), item.bound)
