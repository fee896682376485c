"""Playing a scenario: time jumps from one thing to the next, and everything that happens is real.

The steps give the commands that people at a desk would give. Mail leaves by SMTP, webhooks by HTTP, and answers come
back as POSTs to the links that were sent; the clock alone is handed in. Killed and started again on the same directory,
it goes on where it was: each step is one command, and a command is done once.
"""

import http.client
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from urllib.parse import urlencode, urlsplit

import msgspec

from tocsin.answer.facts import AnswerKind
from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.ids import Id
from tocsin.flow.answer import hear
from tocsin.flow.duty.words_read import behind_a_code
from tocsin.flow.house import House
from tocsin.flow.work import next_due, work
from tocsin.scenario.doing.acts import Acts
from tocsin.scenario.doing.by_link import read_by_link
from tocsin.scenario.doing.cast import Address, enter_cast
from tocsin.scenario.doing.untold import why_untold
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.scenario.steps.after import AnswersStep, AnswerStep
from tocsin.scenario.steps.step import Step
from tocsin.testing.clock import TownClock
from tocsin.warning.notice.state import Notice

SCENARIO = "scenario_id"
Progress = Callable[[int, int, str], None]
"""Told how many steps of how many are done, and which is next."""
Pause = Callable[[], None]
"""Called wherever nothing is half done; what it raises ends the play, which may be gone on with."""
NO_PAUSE: Pause = lambda: None  # noqa: E731


class Acted(msgspec.Struct, frozen=True):
    """A step that is one command, at its moment."""

    at: datetime
    step: Step


class Given(msgspec.Struct, frozen=True):
    """One answer that one recipient gives at one moment. Without `by`, whoever of the group is next gives it."""

    at: datetime
    step: AnswerStep | AnswersStep
    by: str
    kind: str
    words: str
    group: str = ""
    unread: bool = False


class Line(msgspec.Struct, frozen=True):
    """The answer links of one warning, and the answers given before this run: person, kind, moment."""

    rows: dict[Id, int]
    given: frozenset[tuple[Id, str, datetime]]
    behind_a_code: bool


class Player:
    """Plays one scenario into one house."""

    def __init__(self, scenario: Scenario, house: House, clock: TownClock, address: Address) -> None:
        """Be ready to play.

        address: at which someone is reached over a channel, on this machine.

        Raises:
            Refused: another scenario, or another version of this one, was played here before.
        """
        self.names = Names(scenario, house.store.secrets.links)
        self._scenario = scenario
        self._house = house
        self._clock = clock
        self._address = address
        self._acts = Acts(scenario, self.names, house)
        self._post = Poster(house.base_url)
        self._lines: dict[str, Line] = {}
        self._answered: dict[str, set[str]] = {}
        self._left: dict[tuple[str, str], Iterator[str]] = {}
        self._due: datetime | None = None
        self._pause = NO_PAUSE
        self._refuse_other_scenario()

    def _refuse_other_scenario(self) -> None:
        known = self._house.store.recall("scenario")
        if known is None:
            self._house.store.remember("scenario", self._scenario.fingerprint)
            self._house.store.remember(SCENARIO, self._scenario.id)
        elif known != self._scenario.fingerprint:
            raise Refused(
                f"{self._house.store.data} holds another scenario, or an earlier text of {self._scenario.id}. "
                "Play it in an empty directory."
            )

    def play(self, progress: Progress, pause: Pause = NO_PAUSE) -> None:
        """Play from wherever it stands to the end.

        Raises:
            Refused: the story does not allow a step.
            Unreachable: the disc or the web server failed.
        """
        self._pause = pause
        with self._house.store.look() as look:
            last = look.last_recorded()
        self._clock.set(last or self._scenario.begins)
        enter_cast(self._house, self._scenario, self.names, self._address, self._clock.now())
        work(self._house, self._clock)
        try:
            self._play_all(_in_time(self._scenario), progress)
        finally:
            self._post.close()

    def _play_all(self, things: Sequence[Acted | Given], progress: Progress) -> None:
        for number, thing in enumerate(things):
            self._pause()
            progress(number, len(things), thing.step.id)
            if isinstance(thing, Given):
                self._answer(thing)
            else:
                self._play(thing.step)
        self._wait_until(self._scenario.ends)
        progress(len(things), len(things), "")

    def _play(self, step: Step) -> None:
        finished = f"{self._acts.command(step)}:played"
        if self._house.store.done(finished):
            return
        self._wait_until(step.at)
        self._acts.act(step)
        work(self._house, self._clock)
        self._house.store.commit([], at=self._clock.now(), by="scenario", command=finished)
        self._due = next_due(self._house)

    def _wait_until(self, moment: datetime) -> None:
        """Let time pass, doing on the way whatever falls due."""
        work(self._house, self._clock)
        while (due := next_due(self._house)) is not None and due <= moment:
            self._pause()
            self._clock.set(due)
            work(self._house, self._clock)
        self._due = due
        self._clock.set(moment)

    # ---- answers

    def _answer(self, given: Given) -> None:
        """Give one answer by its link, at its moment.

        Most are left until something falls due, for speed. One that calls someone is taken in at once, as it would be
        in life; left lying, it would also be taken in sooner by a run that follows a crash than by one that does not.
        """
        line = self._lines.get(given.step.warning) or self._line(given.step.warning)
        by = given.by or self._next_told(given)
        self._answered.setdefault(given.step.warning, set()).add(by)
        person = self.names.id(by)
        if (person, given.kind, given.at) in line.given:
            return  # given before the crash that this run follows
        if self._due is None or self._due <= given.at:
            self._wait_until(given.at)
        self._clock.set(given.at)
        if person not in line.rows:  # an institution's next contact may have been told since
            line = self._line(given.step.warning)
        if person not in line.rows:
            raise Refused(
                f"{self._scenario.file.name}:{given.step.line}: {by!r} was sent no answer link for "
                f"{given.step.warning!r}, so no answer can come from there."
                f"{why_untold(self._scenario, given.step.warning, by)}"
            )
        if line.behind_a_code and not given.unread:
            warning = self.names.id(given.step.warning)
            command = f"{self._acts.command(given.step)}:read:{person}"
            read_by_link(self._house, warning, person, command=command, now=given.at)
        token = self._house.store.links.token(line.rows[person])
        self._post(f"/a/{token}", kind=given.kind, words=given.words)
        if hear.calls_someone(AnswerKind(given.kind)):
            work(self._house, self._clock)
            self._due = next_due(self._house)

    def _next_told(self, given: Given) -> str:
        """Return the next member of the group who was told and has not answered. The same in a run after a crash.

        Raises:
            Refused: all who were told have answered.
        """
        warning, group = given.step.warning, given.group
        left = self._left.setdefault((warning, group), self._told(warning, group))
        answered = self._answered.get(warning, set())
        member = next((one for one in left if one not in answered), None)
        if member is None:
            told = sum(1 for _ in self._told(warning, group))
            raise Refused(
                f"{self._scenario.file.name}:{given.step.line}: step {given.step.id!r} has more answers of the group "
                f"{group!r} than are left; {told} of its members were told of {warning!r}."
                f"{why_untold(self._scenario, warning, group)}"
            )
        return member

    def _told(self, warning: str, group: str) -> Iterator[str]:
        rows = self._lines[warning].rows
        members = next(one for one in self._scenario.groups if one.id == group).members()
        return (member for member in members if self.names.id(member) in rows)

    def _line(self, warning: str) -> Line:
        id = self.names.id(warning)
        with self._house.store.look() as look:
            given = frozenset((row.person, row.answer, row.at) for row in look.link_answers(id))
            self._lines[warning] = Line(look.rows_of(id), given, behind_a_code(look.find(Notice, id)))
        return self._lines[warning]


def _in_time(scenario: Scenario) -> list[Acted | Given]:
    """Return everything that the scenario makes happen, one answer at a time, in the order of the moments."""
    things: list[Acted | Given] = []
    for step in scenario.steps:
        match step:
            case AnswerStep():
                things.append(Given(step.at, step, step.by, step.kind, step.words, unread=step.unread))
            case AnswersStep():
                things.extend(_spread(step))
            case _:
                things.append(Acted(step.at, step))
    return sorted(things, key=lambda thing: thing.at)


def _spread(step: AnswersStep) -> Iterator[Given]:
    """Spread the answers of a group over time and over its members, the same way at every playing."""
    kinds = [kind for kind, count in step.kinds for _ in range(count)]
    every = step.within / len(kinds) if kinds else step.within
    for number, kind in enumerate(kinds):
        at = (step.at + every * number).replace(microsecond=0)
        yield Given(at, step, step.members[number] if step.members else "", kind, "", step.group)


class Poster:
    """Posts answers as a browser would, over one connection that is kept."""

    def __init__(self, base_url: str) -> None:
        """Post to this site."""
        parts = urlsplit(base_url)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)

    def __call__(self, path: str, **form: str) -> None:
        """Post a form, and make sure that it was taken.

        Raises:
            Unreachable: the site did not take it.
        """
        kept = self._line.sock is not None
        try:
            try:
                status = self._asked(path, urlencode(form))
            except (http.client.RemoteDisconnected, ConnectionError):
                # On a slow machine the site has hung up between two answers. Given again, an answer is the same answer.
                if not kept:
                    raise
                self._line.close()
                status = self._asked(path, urlencode(form))
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable("The answer page did not answer. Look whether the server still runs.") from error
        if status != 200:
            raise Unreachable(f"The answer page answered {status} to an answer that should have been taken.")

    def _asked(self, path: str, body: str) -> int:
        self._line.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        reply = self._line.getresponse()
        reply.read()
        return reply.status

    def close(self) -> None:
        """Hang up."""
        self._line.close()
