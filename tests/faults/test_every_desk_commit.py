"""A desk that dies right after a write loses nothing of what was done at it, and doubles nothing; tried after every sort of commit.

What is done: a case is judged, merged, parted, split, marked anew and ended; hypotheses are weighed; duties to warn are asked about, decided,
met, missed and asked again; an alert and a notice are written, checked, released and let out. Death is what kill -9 leaves: the
files as they lie at that moment, opened by another.
"""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.faults.test_every_commit import Died, sort_of
from tests.story import test_alert_drafts as alerts
from tests.story import test_hypotheses as matrices
from tests.story import test_must_warn as duties
from tests.story import test_tear_lines as notices
from tocsin.basis.fact import State
from tocsin.basis.marking import Mark, Role
from tocsin.flow.duty import must_warn
from tocsin.flow.duty.must_warn import Asked
from tocsin.flow.people import officers
from tocsin.flow.report import receive
from tocsin.flow.threat import cases, hypothesize, joining, marking, observing, weigh
from tocsin.flow.warning import alert_draft, tear_line
from tocsin.people.state import Person
from tocsin.report.facts import IncidentCorrected, IncidentNoted, IncidentPublished
from tocsin.report.state import Incident
from tocsin.store.reconcile import reconcile
from tocsin.store.store import Store
from tocsin.testing.town import Town
from tocsin.testing.town.place import Memory
from tocsin.testing.town.town import MORNING
from tocsin.threat.facts import ActorListed, Bearing, Confidence, ThreatOpened
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.indicators import Indicator, Observed
from tocsin.threat.particulars import Particulars
from tocsin.threat.state import Actor, Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.alert.writing.facts import PieceState
from tocsin.warning.alert.writing.state import AlertDraft
from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.notice.facts import ReleaseAnswered
from tocsin.warning.notice.state import Notice

STRICT = f"{notices.MARKER} told us: the bridge falls on 22 March."
KEPT: tuple[type[State], ...] = (
    Person,
    Actor,
    Incident,
    Threat,
    Matrix,
    Duty,
    DistrustedHost,
    AlertDraft,
    Alert,
    Notice,
)


class Progress:
    """How far a morning has come, and what its town calls things: what the one who goes on knows of it."""

    def __init__(self) -> None:
        self.done, self.now, self.memory = 0, MORNING, Memory()


class Deaths:
    """Has a town die after the first commit of each sort: its directory as it lies then is copied, and opened the next time."""

    def __init__(self, place: Path) -> None:
        self.sorts: list[str] = []
        self.data = place / "0"
        self._next = (place / f"{number}" for number in count(1))
        self.dead = False

    def wrap(self, commit: Callable[..., Any]) -> Callable[..., Any]:
        def deadly(store: Store, *args: Any, **named: Any) -> Any:
            if self.dead:
                raise Died  # who is dead tidies nothing up on the way out
            done = commit(store, *args, **named)
            sort = sort_of("commit", named)
            if sort not in self.sorts and not getattr(done, "repeated", False):
                self.sorts.append(sort)
                self.dead = True
                left = next(self._next)
                shutil.copytree(self.data, left, ignore=shutil.ignore_patterns("lock", "*.sock"))
                self.data = left
                raise Died(sort)
            return done

        return deadly


class Desk:
    """What is done at a desk in one long morning. Whoever goes on begins with the act in which another died."""

    def __init__(self, town: Town, progress: Progress) -> None:
        self.town, self.progress, self._acts = town, progress, 0

    def act(self, do: Callable[[], object]) -> None:
        self._acts += 1
        if self._acts > self.progress.done:
            self.progress.now, self.progress.memory = self.town.now, self.town.memory
            do()
            self.town.work()
            self.progress.done = self._acts

    def does(self, step: Callable[..., None], *args: Any, by: str = "", sort: str = "", **named: Any) -> None:
        town, command = self.town, f"{sort or step.__name__} {self._acts}"
        who = by or town.duty_officer.id
        self.act(lambda: step(town.house, *args, by=who, command=command, now=town.now, **named))

    def play(self) -> None:
        town = self.town
        self.act(lambda: [town.person(name) for name in ("the miller", "the smith")])
        self.act(lambda: town.institution("the police"))
        self.act(lambda: notices.hears(town, STRICT, Mark.AMBER_STRICT))
        self.act(lambda: notices.hears(town, "Lights at the mill", Mark.CLEAR))
        self.officers()
        self.case()
        self.incidents()
        self.hypotheses()
        self.duties()
        self.hosts()
        self.alert()
        self.notice()
        self.ends()

    def case(self) -> None:
        town, case = self.town, self.town.id("the bridge")
        said = Particulars(intent="That nobody crosses")
        self.does(
            cases.describe_case, case, title="The old bridge", targets=("The bridge",), host=town.id("the police"),
            begins=None, ends=None, particulars=said, why="It is the old one.",
        )  # fmt: skip
        for low, high in ((0.2, 0.4), (0.4, 0.6)):
            self.does(
                weigh.assess_threat, case, likelihood=(low, high), confidence=Confidence.LOW, grounds="Two voices.",
                why="It is Monday.", reports=(),
            )  # fmt: skip
        self.does(observing.put_on_checklist, case, [Indicator(key="lamps", words="Lamps are bought")])
        self.does(observing.observe, case, "lamps", Observed.OBSERVED, as_of=MORNING, words="At the gate")
        self.does(cases.set_next_step, case, "Ask the ferry", town.deputy.id, MORNING + timedelta(hours=30))
        self.does(cases.raise_question, case, "which day", "Which day?")
        self.does(cases.close_question, case, "which day", "The second")
        other = self.opening("another bridge")
        self.does(weigh.open_threat, other)
        self.does(joining.merge_cases, other.subject, case, "The same")
        self.does(joining.part_cases, other.subject, "Two after all")
        self.does(joining.split_case, case, self.opening("the mill"), [town.id("Lights at the mill")], "Another")
        self.does(cases.hand_over, other.subject, town.deputy.id, "On leave")
        self.does(marking.mark_case, other.subject, Mark.RED, owner=town.duty_officer.id, why="They are named in it")
        self.does(marking.mark_case, other.subject, Mark.AMBER, why="They are named no more")
        self.does(cases.close_case, other.subject, "It came to nothing")
        self.does(cases.reopen_case, other.subject, "It goes on")

    def opening(self, name: str) -> ThreatOpened:
        return ThreatOpened(
            subject=self.town.id(name), occurred_at=MORNING, title=name, zone="Europe/Brussels",
            owner=self.town.duty_officer.id, exercise=True,
        )  # fmt: skip

    def officers(self) -> None:
        town, roles = self.town, (Role.WATCH_OFFICER,)
        self.does(officers.admit, town.id("the new one"), "Ida", roles, Mark.GREEN, "Took office")
        self.does(officers.set_sign_in, town.id("the new one"), "ida", "a hash")
        self.does(officers.set_roles, town.id("the new one"), (*roles, Role.DUTY_OFFICER), Mark.AMBER, "Stands in")

    def incidents(self) -> None:
        town, raid, by = self.town, self.town.id("the raid"), self.town.watch_officer.id
        told = (town.id("Lights at the mill"),)
        self.does(weigh.list_actor, ActorListed(subject="lanterns", occurred_at=MORNING, name="The Lanterns"))
        self.does(cases.attribute, town.id("the bridge"), "lanterns", Confidence.LOW, "One voice")
        noted = IncidentNoted(
            subject=raid, occurred_at=MORNING, what="Six of the Lamplighters are held", where="", reports=told
        )
        self.does(receive.note_incident, noted)
        self.does(weigh.add_alias, "lanterns", "The Lamplighters", "The ferryman", None)
        self.does(receive.publish_incident, IncidentPublished(subject=raid, occurred_at=MORNING, by_host=True))
        corrected = IncidentCorrected(
            subject=raid, occurred_at=MORNING, what="Seven of the Lamplighters are held", where="", happened_at=MORNING,
            point=None, actor="lanterns", reports=told, published_at=MORNING, published_by_host=True, mark=Mark.CLEAR,
            country="", why="They were seven", by=by,
        )  # fmt: skip
        self.does(receive.correct_incident, corrected)
        self.does(weigh.take_back_alias, "lanterns", "The Lamplighters", "They are others")

    def hypotheses(self) -> None:
        town, matrix = self.town, matrix_id(self.town.id("the bridge"), Asks.WHO)
        self.act(lambda: matrices.opens(town))
        self.act(lambda: matrices.enters(town, matrix, STRICT))
        judged = {"smugglers": Consistency.CONSISTENT, "rivals": Consistency.INCONSISTENT}
        self.act(lambda: matrices.judges(town, matrix, STRICT, **judged))
        self.does(hypothesize.weigh_row, matrix, STRICT, relevance=Weight.HIGH, credibility=None, why="He was there.")
        self.does(hypothesize.set_aside, matrix, "rivals", "They were away.")
        self.does(hypothesize.take_up, matrix, "rivals", "One came back.")

    def duties(self) -> None:
        town, case, expected = self.town, self.town.id("the bridge"), MORNING + timedelta(hours=1)
        sides = [
            Asked(side=Side.OWN, who="The staff"),
            Asked(side=Side.VICTIM, whom=(town.id("the miller"),)),
            Asked(side=Side.PROTECTOR, who="The guards"),
        ]
        own, victim, guards = (town.id(f"duty {side.side}") for side in sides)
        self.does(must_warn.ask, case, sides, event_at=expected, ids=[own, victim, guards])
        for one in (own, victim, guards):
            self.does(must_warn.answer_questions, one, duties.FOUND)
        self.does(must_warn.retime, case, expected - timedelta(minutes=20), why="It cracks.")
        self.does(must_warn.decide_one, victim, Asked(side=Side.VICTIM, warn=True, why="He lives there."))
        self.does(must_warn.decide_one, guards, Asked(side=Side.PROTECTOR, ground="already_aware", why="They told us."))
        self.does(must_warn.review, guards, agree=True, why="I rang them.", by=town.deputy.id)
        self.does(must_warn.distrust, case, town.id("the police"), Distrust.LEAKS, why="Two sold it.")
        self.act(lambda: town.pass_time(minutes=12))  # whether to warn our own people is missed, and rung about
        self.does(must_warn.decide_one, own, Asked(side=Side.OWN, warn=True, why="They cross it."))
        self.does(must_warn.name_found, own, "The staff", [town.id("the smith")])
        self.does(must_warn.told_otherwise, own, "The deputy told them in the hall.")
        self.does(must_warn.look_again, own, MORNING + timedelta(hours=3), why="It goes on.")
        self.does(must_warn.reopen, guards, why="They meant another bridge.")

    def hosts(self) -> None:
        """The police are distrusted in the first case and in the mill that was split off: trusted again there, and not here."""
        town, case, other = self.town, self.town.id("the bridge"), self.town.id("another bridge")
        mill = self.held("the mill")
        self.does(must_warn.trust, mill, sort="trust_beside", why="They were tried.")
        self.does(must_warn.keep_distrusted, self.held("the bridge"), [mill], why="Two work there still.")
        self.does(joining.merge_cases, other, case, "The same", sort="merge_distrusting")
        self.does(joining.part_cases, other, "Two after all", sort="part_distrusting")
        for one in ("the raid", STRICT):
            self.does(weigh.link_evidence, case, town.id(one), Bearing.FOR)
        self.does(
            joining.split_case, case, self.opening("the rope"), [town.id("the raid")], "Another", sort="split_distrusting"
        )  # fmt: skip

    def held(self, case: str) -> str:
        with self.town.app.store.look() as look:
            found = look.all(DistrustedHost, threat=self.town.id(case), order="distrusted_at")
        return found[0].id if found else ""

    def alert(self) -> None:
        town = self.town
        machine = replace(alerts.GERMAN, state=PieceState.MACHINE)
        self.act(lambda: alerts.write(town, "market", alerts.contents(town, alerts.ENGLISH, machine)))
        self.does(alert_draft.check_piece, town.id("market"), "de")
        self.act(lambda: alerts.let_out(town, "market"))

    def notice(self) -> None:
        town, asked = self.town, {"originators": ("the ferryman",)}
        self.act(lambda: notices.write(town, "told", "The bridge falls on 22 March", **asked))
        self.act(lambda: notices.write(town, "told", "The old bridge falls on 22 March", **asked))
        self.act(self.release)
        self.does(tear_line.ask_release, town.id("told"), "the ferryman", words="By telephone.")
        self.act(self.agreed)
        self.act(lambda: notices.send(town, "told", by=town.deputy.id))
        self.act(lambda: town.answers("the miller", "told", "acting"))

    def agreed(self) -> None:
        town, by = self.town, self.town.watch_officer.id
        answer = ReleaseAnswered(
            subject=town.id("told"), occurred_at=town.now, originator="the ferryman", agreed=True, giver="The ferryman",
            given_at=town.now, words="Yes.", recorder=by,
        )  # fmt: skip
        tear_line.answer_release(town.house, answer, by=by, command="answer_release", now=town.now)

    def release(self) -> None:
        with self.town.app.store.look() as look:
            keys = [one.key for one in tear_line.flags_in(look, self.town.notice("told"))]
        notices.release(self.town, "told", *keys)

    def ends(self) -> None:
        town = self.town
        self.does(must_warn.trust, self.held("the bridge"), why="They were others.")
        self.does(must_warn.end, town.id(f"duty {Side.VICTIM}"), Ended.DISRUPTED, why="They were caught.")
        self.act(lambda: town.pass_time(minutes=2))


def told(town: Town, calls: Counter[tuple[str, str, str]]) -> None:
    """Count who was told what."""
    calls.update((call.to, call.message.kind, call.message.subject) for call in town.lines.calls)


def as_it_stands(town: Town) -> dict[str, Any]:
    """Return how everything stands that was done, without the ids that nobody gave."""
    known = {id: name for name, id in town.memory.ids.items()}
    with town.app.store.look() as look:
        kept = {kind.__name__: [msgspec.json.encode(one).decode() for one in look.all(kind)] for kind in KEPT}
        facts = Counter(look.connection.exec_driver_sql("SELECT kind FROM journal").scalars())

    def named(text: str) -> str:
        text = text.replace(town.app.store.origin, "here")
        return re.sub(r"\b[0-9a-z]{26}\b", lambda found: known.get(found[0], "*"), text)

    return {name: sorted(named(one) for one in each) for name, each in kept.items()} | {"facts": facts}


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return what is not as it was where nobody died."""
    facts = wanted["facts"], found["facts"]
    few = [
        f"{kind}: {facts[1][kind]}, not {facts[0][kind]}"
        for kind in facts[0] | facts[1]
        if facts[0][kind] != facts[1][kind]
    ]
    return few + [one for name in wanted if name != "facts" for one in {*wanted[name]} ^ {*found[name]}]


def played(data: Path, progress: Progress, calls: Counter[tuple[str, str, str]]) -> dict[str, Any] | None:
    """Do all that is left of it, or as much as can be done until death; return how everything stands then."""
    town = Town(data, progress.now, memory=progress.memory)
    try:
        Desk(town, progress).play()
    except Died:
        return None
    else:
        assert reconcile(town.app.store) == []
        return as_it_stands(town)
    finally:
        before = progress.memory
        progress.memory = Memory(town.memory.ids, before.count, before.case)  # what it calls things outlives it
        told(town, calls)
        town.close()


def test_dead_after_the_first_commit_of_every_sort_a_desk_stands_as_one_that_was_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, wanted_calls = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    wanted = played(tmp_path / "left alone", Progress(), wanted_calls)
    deaths, progress, found = Deaths(tmp_path), Progress(), None
    with Town(deaths.data, MORNING) as founded:
        progress.memory = founded.memory
    monkeypatch.setattr(Store, "commit", deaths.wrap(Store.commit))
    while found is None:
        deaths.dead = False
        found = played(deaths.data, progress, calls)
    tried = {sort.split()[1] for sort in deaths.sorts}
    assert {"merge_cases", "part_cases", "split_case", "assess_threat", "ask", "review", "reopen", "weigh_row"} <= tried
    assert {"note_incident", "publish_incident", "correct_incident", "add_alias", "take_back_alias"} <= tried
    assert {"admit", "set_sign_in", "set_roles", "name_found"} <= tried
    assert {"check_piece", "ask_release", "answer_release", "observe", "trust"} <= tried
    assert {"distrust", "trust_beside", "keep_distrusted", "part_distrusting", "split_distrusting"} <= tried
    assert wanted is not None
    assert differences(wanted, found) == []
    assert calls == wanted_calls
