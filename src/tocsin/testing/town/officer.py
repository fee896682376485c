"""Someone at the town's desk, and what they decide there."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tocsin.basis.marking import Mark
from tocsin.flow.answer import hear
from tocsin.flow.warning import open as opening
from tocsin.flow.warning import tear_line, warn
from tocsin.testing.town.institutions import Dealing, Institutions
from tocsin.warning.audience import Part
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, TearLine
from tocsin.warning.retraction import TakenBack


class Officer(Dealing):
    """Someone at the town's desk."""

    def __init__(self, town: Institutions, name: str) -> None:
        """Be this person."""
        self._town = town
        self.name = name
        self.id = town.id(name)

    def issues_notice(
        self,
        to: str,
        *more: str,
        what: str = "The bridge may fall",
        mark: Mark = Mark.AMBER,
        hours: float | None = 48,
        patience: timedelta = timedelta(minutes=15),
        originators: Sequence[str] = (),
        in_message: str = "",
        meant_for: Sequence[str] = (),
    ) -> str:
        """Decide to tell someone, have it written, approve it and send it; return the notice's name."""
        town, now = self._town, self._town.now
        name = town.name_next("notice")
        id = town.id(name)
        warn.decide_duty(
            town.house,
            id,
            town.id(town.case()),
            tell=True,
            test=DutyTest(),
            why="They live beside it.",
            by=self.id,
            command=f"{name}:decide",
            now=now,
        )
        draft = NoticeDrafted(
            subject=id,
            occurred_at=now,
            threat=town.id(town.case()),
            author=town.watch_officer.id,
            recipients=tuple(town.id(one) for one in (to, *more)),
            tear_line=TearLine(what=what, action="Keep off the bridge"),
            mark=mark,
            readers=(),
            begins=now,
            ends=None if hours is None else now + timedelta(hours=hours),
            ladder=town.ladder(patience),
            originators=tuple(originators),
            in_message=in_message,
            meant_for=tuple(town.id(one) for one in meant_for),
            exercise=True,
        )
        warn.draft_notice(town.house, draft, by=town.watch_officer.id, command=f"{name}:draft", now=now)
        with town.app.store.look() as look:
            keys = {one.key for one in tear_line.flags_in(look, town.notice(name))}
        if keys:
            tear_line.release_words(
                town.house, id, keys, why="The town knows.", by=self.id, command=f"{name}:release", now=now
            )
        warn.approve_notice(town.house, id, by=self.id, command=f"{name}:approve", now=now)
        warn.send_notice(town.house, id, by=self.id, command=name, now=now)
        town.work()
        return name

    def issues_alert(
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
        """Have an alert written, approve it and issue it; return its name. more: fields of the draft, as they are."""
        name = self._town.drafts_alert(
            to=to,
            groups=groups,
            hours=hours,
            headline=headline,
            patience=patience,
            follows=follows,
            immediate=immediate,
            audience=audience,
            **more,
        )
        self.approves(name)
        self.issues(name)
        return name

    def proposes_opening(self, notice: str, *fields: str, why: str = "They say that they were never told") -> None:
        """Propose to open a notice."""
        town = self._town
        opening.propose_opening(
            town.house, town.id(notice), fields, why, by=self.id, command=town.name_next("propose"), now=town.now
        )

    def records_consent(self, notice: str, originator: str, words: str = "By letter of this morning") -> None:
        """Record that an originator agrees to an opening."""
        town = self._town
        opening.consent_to_opening(
            town.house, town.id(notice), originator, words, by=self.id, command=town.name_next("consent"), now=town.now
        )

    def opens(self, notice: str) -> None:
        """Open what another has proposed."""
        town = self._town
        fields = town.notice(notice).opening.fields
        opening.open_notice(
            town.house, town.id(notice), fields, by=self.id, command=town.name_next("open"), now=town.now
        )

    def approves(self, alert: str, *, break_glass: bool = False) -> None:
        """Approve an alert."""
        town = self._town
        warn.approve_alert(
            town.house,
            town.id(alert),
            break_glass=break_glass,
            by=self.id,
            command=f"{alert}:approve:{self.name}",
            now=town.now,
        )

    def issues(self, alert: str) -> None:
        """Issue an approved alert."""
        town = self._town
        warn.issue_alert(town.house, town.id(alert), by=self.id, command=f"{alert}:issue", now=town.now)
        town.work()

    def decides(self, warning: str, decision: str, *, hours: float | None = None) -> None:
        """Decide what becomes of a warning's window."""
        town = self._town
        warn.decide_window(
            town.house,
            town.id(warning),
            decision,
            why="So we think.",
            ends=None if hours is None else town.now + timedelta(hours=hours),
            by=self.id,
            command=town.name_next("decision"),
            now=town.now,
        )
        town.work()

    def retracts(self, warning: str, words: str = "The bridge was never in danger.", **others: str) -> None:
        """Take a false warning back. others: the same in other languages."""
        town = self._town
        said = [TakenBack(language="", words=words)]
        said += [TakenBack(language=language, words=told) for language, told in others.items()]
        warn.retract(town.house, town.id(warning), said, by=self.id, command=town.name_next("retraction"), now=town.now)
        town.work()

    def takes_on(self, warning: str, why: str = "silence") -> None:
        """Take on whatever rings about a warning for this reason."""
        town = self._town
        for watch in town.watches(warning, why):
            if watch.accepted_by is None and watch.settled_at is None:
                hear.accept_watch(town.house, watch.id, by=self.id, command=town.name_next("accept"), now=town.now)
        town.work()
