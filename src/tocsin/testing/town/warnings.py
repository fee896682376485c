"""The warnings that a town gives: how they are written, how they stand, and who is rung about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from tocsin.answer.state import Watch
from tocsin.flow.warning import advisory, statement, warn
from tocsin.testing.town.casework import Casework
from tocsin.testing.town.place import Memory
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.advisory.risk import Indicator, Risk
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import TakenBack
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.warning.statement.state import Statement

SQUARE = ((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))


class Warnings(Casework):
    """What the town warns of."""

    def __init__(self, data: Path, start: datetime, *, memory: Memory | None = None) -> None:
        """Have warned of nothing yet."""
        super().__init__(data, start, memory=memory)
        self._drafts: dict[str, AlertDrafted] = {}
        self._levels: dict[str, AdvisoryDrafted] = {}

    def ladder(self, patience: timedelta) -> Ladder:
        """Return whom to ring: the deputy, then the duty officer, and again after as long."""
        seconds = int(patience.total_seconds())
        rungs = (Rung(to=self.deputy.id, after_s=seconds), Rung(to=self.duty_officer.id, after_s=seconds))
        return Ladder(rungs=rungs, repeat_s=seconds)

    def drafts_alert(
        self,
        *,
        to: Sequence[str] = (),
        groups: Sequence[str] = (),
        hours: float | None = 48,
        headline: str = "Keep off the bridge",
        patience: timedelta = timedelta(minutes=15),
        follows: str | None = None,
        immediate: bool = False,
        audience: Sequence[Part] = (),
        **more: Any,
    ) -> str:
        """Have the watch officer write an alert; return its name. more: fields of the draft, as they are."""
        name = self.name_next("alert")
        draft = AlertDrafted(
            subject=self.id(name),
            occurred_at=self.now,
            threat=self.id(self.case()),
            author=self.watch_officer.id,
            sender="bell@town.example",
            sender_name="The town",
            wordings=(
                Wording(
                    language="en",
                    headline=headline,
                    event="Bridge",
                    description="It may fall.",
                    instruction="Go round by the ford.",
                ),
            ),
            areas=(Area(name="The town", polygon=SQUARE),),
            begins=self.now,
            ends=None if hours is None else self.now + timedelta(hours=hours),
            ladder=self.ladder(patience),
            groups=tuple(self.id(group) for group in groups),
            persons=tuple(self.id(person) for person in to),
            follows=None if follows is None else self.id(follows),
            reaffirms=follows is not None,
            urgency="Immediate" if immediate else "Expected",
            audience=tuple(audience),
            exercise=True,
        )
        draft = msgspec.structs.replace(draft, **more)
        warn.draft_alert(self.house, draft, by=self.watch_officer.id, command=f"{name}:draft", now=self.now)
        self._drafts[name] = draft
        return name

    def draft_of(self, alert: str) -> AlertDrafted:
        """Return an alert as it was written."""
        return self._drafts[alert]

    def drafts_level(self, country: str, level: int, *, audience: Sequence[Part] = (), **more: Any) -> str:
        """Have the watch officer write a country's level. more: fields of the draft, as they are."""
        name = self.name_next("advisory")
        draft = AdvisoryDrafted(
            subject=self.id(name),
            occurred_at=self.now,
            country=country,
            level=level,
            title=f"{country}: level {level}",
            text="Because of the water.",
            risks=(Risk(indicator=Indicator.NATURAL_DISASTER, words="The river floods."),),
            author=self.watch_officer.id,
            review_at=self.now + timedelta(days=182),
            ladder=self.ladder(timedelta(minutes=15)),
            audience=tuple(audience),
            exercise=True,
        )
        draft = msgspec.structs.replace(draft, **more)
        advisory.draft_advisory(self.house, draft, by=draft.author, command=f"{name}:draft", now=self.now)
        self._levels[name] = draft
        return name

    def draft_of_level(self, name: str, **more: Any) -> AdvisoryDrafted:
        """Return a level as it was written, with some fields changed."""
        return msgspec.structs.replace(self._levels[name], **more)

    def approves_level(self, name: str) -> None:
        """Have the duty officer let a level go out."""
        by = self.duty_officer.id
        advisory.approve_advisory(self.house, self.id(name), by=by, command=f"{name}:approve", now=self.now)
        self.work()

    def sets_level(self, country: str, level: int, *, audience: Sequence[Part] = (), **more: Any) -> str:
        """Have the duty officer set a country's level, which the watch officer wrote."""
        name = self.drafts_level(country, level, audience=audience, **more)
        self.approves_level(name)
        return name

    def withdraws_level(self, name: str, why: str = "We do not advise on it any more.") -> None:
        """Have the duty officer withdraw a level."""
        said, by = [TakenBack(language="", words=why)], self.duty_officer.id
        advisory.withdraw_advisory(
            self.house, self.id(name), said, by=by, command=self.name_next("withdrawal"), now=self.now
        )
        self.work()

    def advisory(self, name: str) -> Advisory:
        """Return an advisory as it stands."""
        with self.app.store.look() as look:
            return look.get(Advisory, self.id(name))

    def states(self, title: str, *, joined_by: Sequence[str] = ()) -> str:
        """Have the duty officer publish a statement, and others join it."""
        self.drafts_statement(title)
        self.publishes_statement(title)
        for name in joined_by:
            self.endorses(title, name)
        return title

    def drafts_statement(self, name: str, /, **more: Any) -> None:
        """Have the watch officer write a statement, or its next edition. more: fields of the draft, as they are."""
        draft = StatementDrafted(
            subject=self.id(name),
            occurred_at=self.now,
            statement_kind=StatementKind.CONDOLENCE,
            title=name,
            text="We mourn with them.",
            author=self.watch_officer.id,
            threat=self.id(self.case()),
            exercise=True,
        )
        draft = msgspec.structs.replace(draft, **more)
        statement.draft_statement(self.house, draft, by=draft.author, command=self.name_next("words"), now=self.now)

    def publishes_statement(self, title: str) -> None:
        """Have the duty officer publish a statement that another wrote."""
        by, command = self.duty_officer.id, self.name_next("publishing")
        statement.approve_statement(self.house, self.id(title), by=by, command=command, now=self.now)
        self.work()

    def endorses(self, title: str, name: str) -> None:
        """Have it noted that somebody joins a statement."""
        by, command = self.watch_officer.id, self.name_next("joining")
        statement.endorse(self.house, self.id(title), name, by=by, command=command, now=self.now)

    def unendorses(self, title: str, name: str) -> None:
        """Have it noted that somebody stands behind a statement no more."""
        by, command = self.watch_officer.id, self.name_next("leaving")
        statement.withdraw_endorsement(self.house, self.id(title), name, by=by, command=command, now=self.now)

    def statement(self, title: str) -> Statement:
        """Return a statement as it stands."""
        with self.app.store.look() as look:
            return look.get(Statement, self.id(title))

    def watches(self, warning: str, why: str | None = None) -> list[Watch]:
        """Return who stands by about a warning."""
        with self.app.store.look() as look:
            found = look.all(Watch, warning=self.id(warning), order="opened_at")
        return [watch for watch in found if why in (None, watch.why.value)]

    def alert(self, name: str) -> Alert:
        """Return an alert as it stands."""
        with self.app.store.look() as look:
            return look.get(Alert, self.id(name))

    def notice(self, name: str) -> Notice:
        """Return a notice as it stands."""
        with self.app.store.look() as look:
            return look.get(Notice, self.id(name))
