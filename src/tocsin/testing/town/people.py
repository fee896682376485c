"""Who lives in the town: how they are reached, and what they answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tocsin.answer.codes import AccessCode
from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer import hear
from tocsin.flow.delivery import code
from tocsin.flow.people.forget import forget
from tocsin.flow.report import receive
from tocsin.people import where
from tocsin.people.enter import WARNED
from tocsin.people.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactAdded,
    GroupNamed,
    LineSet,
    MemberAdded,
    PersonAdded,
    PersonKind,
    PersonPaused,
    PlaceKind,
    PlaceSaid,
)
from tocsin.store.log import LinkAnswer
from tocsin.testing.town.lines import Call, Phone
from tocsin.testing.town.place import Place


class People(Place):
    """The people of a town."""

    def person(
        self,
        name: str,
        *,
        roles: tuple[Role, ...] = (),
        reached: bool = True,
        languages: tuple[str, ...] = ("en",),
        kind: PersonKind = PersonKind.PERSON,
    ) -> str:
        """Let someone live here. reached: they have a telephone."""
        facts: list[Any] = [
            PersonAdded(
                subject=self.id(name),
                occurred_at=self.now,
                person_kind=kind,
                name=name,
                languages=languages,
                roles=roles,
                cleared_to=Mark.AMBER_STRICT if roles else Mark.CLEAR,
                exercise=True,
            )
        ]
        if reached:
            facts.append(
                ContactAdded(
                    subject=self.id(f"{name}'s telephone"),
                    occurred_at=self.now,
                    person=self.id(name),
                    channel="mail",
                    address=name,
                )
            )
        receive.add_people(self.house, tuple(facts), by="town", command=f"person:{name}", now=self.now)
        return name

    def institution(
        self, name: str, *, line: Sequence[str] = (), reached: bool = True, patience: timedelta = timedelta(hours=1)
    ) -> str:
        """Let there be an institution. line: who is told there, one after the other; reached: it has a telephone itself."""
        self.person(name, reached=reached, kind=PersonKind.ORGANISATION)
        if line:
            places = tuple(self.id(contact) for contact in line)
            seconds = int(patience.total_seconds())
            self.says(LineSet(subject=self.id(name), occurred_at=self.now, places=places, patience_s=seconds))
        return name

    def gets_a_radio(self, person: str) -> None:
        """Let someone be reached by radio where the telephone does not reach them."""
        radio = ContactAdded(
            subject=self.id(f"{person}'s radio"),
            occurred_at=self.now,
            person=self.id(person),
            channel=self.radio.name,
            address=person,
            order=1,
        )
        receive.add_people(self.house, (radio,), by="town", command=f"radio:{person}", now=self.now)

    def heard_by_radio(self, person: str) -> Phone:
        """Return what reached a person by radio."""
        return Phone([self._told(call) for call in self.radio.calls if call.to == person])

    def group(self, name: str, members: Sequence[str]) -> str:
        """Let some people belong together."""
        facts = [GroupNamed(subject=self.id(name), occurred_at=self.now, name=name)]
        more = [
            MemberAdded(
                subject=self.id(f"{name}/{member}"),
                occurred_at=self.now,
                group=self.id(name),
                person=self.id(self.person(member)),
            )
            for member in members
        ]
        receive.add_people(self.house, (*facts, *more), by="town", command=f"group:{name}", now=self.now)
        return name

    # ---- where they are, and whether they want to be told

    def says(self, *facts: Fact) -> None:
        """Let things be said of people, just as they are."""
        self.app.store.commit(facts, at=self.now, by="town", command=self.name_next("said"))

    def place(
        self,
        person: str,
        point: tuple[float, float] | None = None,
        *,
        kind: PlaceKind = PlaceKind.HOME,
        country: str = "",
        within_m: float | None = None,
        areas: tuple[tuple[tuple[float, float], ...], ...] = (),
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> str:
        """Let someone have a place: where they live, if nothing else is said."""
        said = where.write(where.Where(point=point, country=country, within_m=within_m, areas=areas))
        self.says(
            PlaceSaid(
                subject=self.id(self.name_next(f"{person}'s {kind}")),
                occurred_at=self.now,
                person=self.id(person),
                place_kind=kind,
                where=said,
                since=since,
                until=until,
            )
        )
        return person

    def agrees(self, person: str) -> str:
        """Let someone agree to be warned."""
        self.says(
            ConsentGiven(
                subject=self.id(f"{person}'s consent"),
                occurred_at=self.now,
                person=self.id(person),
                to=WARNED,
                wording="Warn me.",
                language="en",
                shown="on paper",
            )
        )
        return person

    def unsubscribes(self, person: str) -> str:
        """Let someone take their consent back."""
        self.says(ConsentWithdrawn(subject=self.id(f"{person}'s consent"), occurred_at=self.now, how="page"))
        return person

    def pauses(self, person: str, until: datetime | None = None) -> str:
        """Let someone ask to be left alone."""
        self.says(PersonPaused(subject=self.id(person), occurred_at=self.now, until=until))
        return person

    def joins(self, person: str, group: str) -> None:
        """Let someone new belong to a group."""
        joined = MemberAdded(
            subject=self.id(f"{group}/{person}"),
            occurred_at=self.now,
            group=self.id(group),
            person=self.id(self.person(person)),
        )
        receive.add_people(self.house, (joined,), by="town", command=f"joins:{group}/{person}", now=self.now)

    def forgets(self, person: str) -> None:
        """Forget someone."""
        forget(
            self.house, self.id(person), why="They asked", by="console", command=self.name_next("forget"), now=self.now
        )

    def phone(self, person: str) -> Phone:
        """Return what reached a person."""
        return Phone([self._told(call) for call in self.lines.calls if call.to == person])

    def _told(self, call: Call) -> Call:
        if call.message.kind != "call":
            return call
        with self.app.store.look() as look:
            about = look.get(Watch, call.message.about).of
        return msgspec.structs.replace(call, about=self.named(about))

    def answers(self, person: str, warning: str, kind: str) -> None:
        """Let someone answer by the link that was sent to them."""
        with self.app.store.look() as look:
            row = look.rows_of(self.id(warning))[self.id(person)]
        self.app.store.add_answers([LinkAnswer(row=row, answer=AnswerKind(kind).value, at=self.now)])
        self.work()

    def reads(self, person: str, notice: str) -> None:
        """Let someone name the code that they asked for by their link: what it says is shown to them."""
        with self.app.store.look() as look:
            row = look.rows_of(self.id(notice))[self.id(person)]
        code.ask_code(self.house, row, command=self.name_next("asks"), now=self.now)
        with self.app.store.look() as look:
            asked = look.all(AccessCode, warning=self.id(notice), person=self.id(person), order="asked_at")[-1]
        assert code.name_code(self.house, row, code.code_of(self.app.store, asked), now=self.now)
        self.work()

    def says_in_public(self, person: str, warning: str, kind: str, words: str, *, ordered: str = "") -> None:
        """Let someone answer in public, and the watch officer attach it."""
        answer = AnswerRecorded(
            subject=self.app.store.new_id(),
            occurred_at=self.now,
            warning=self.id(warning),
            recipient=self.id(person),
            answer=AnswerKind(kind),
            heard=Heard.PUBLIC_STATEMENT,
            speaker=person,
            words=words,
            ordered=ordered,
            recorder=self.watch_officer.id,
        )
        hear.record_answer(self.house, answer, by=self.watch_officer.id, command=self.name_next("answer"), now=self.now)
        self.work()
