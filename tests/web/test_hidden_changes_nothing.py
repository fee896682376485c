"""What a reader may not read changes nothing for them: no byte of any page that leads to another, whatever others do in secret.

The desk is walked link by link, by readers of every role, before and after; then they are told the same of what is hidden from
them as of what does not exist.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.web.installation import Installation
from tests.web.institutions import Board
from tests.web.test_must_warn import of, submit
from tocsin.answer.facts import Heard
from tocsin.answer.institution.facts import QuestionAsked
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.answer import institution
from tocsin.flow.duty import must_warn
from tocsin.flow.exchange.hand_out import Wish, hand_out
from tocsin.flow.report import incidents, receive
from tocsin.flow.threat import cases, hypothesize, joining, marking, weigh
from tocsin.flow.warning import tear_line, warn
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, ReportRevised, SourceListed
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.threat.hypotheses.facts import Asks, matrix_id
from tocsin.threat.particulars import Particulars
from tocsin.threat.state import Threat
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.test import Test
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice

WORD = "Quillwort"
SAID_TWICE = "Larkspur"  # in what all may read, and in secret as well
READERS = ("watch", "audrey", "adam", "low")
LEFT_OUT = (
    "/desk/static", "/desk/policies", "/desk/rotas", "/desk/headcounts", "/desk/templates", "/desk/levels", "/desk/advisories",
    "/desk/channels",
)  # fmt: skip
"""Pages that tell of no case; each of the forms has an id of its own whenever it is asked for. Whoever runs the channels sees how
many messages each has carried, whatever they were about."""

_HREF = re.compile(r'(?:href|src)="(/desk[^"#]*)')


class Secrets:
    """A town in which one officer, and nobody else, reads what is RED; and what that one can do."""

    def __init__(self, town: Installation) -> None:
        self.town = town
        self.board = Board(town)  # an AMBER notice to an institution, and who works on it
        self.one = town.person("One Who May", Role.DUTY_OFFICER, Role.WATCH_OFFICER, cleared_to=Mark.AMBER_STRICT)
        town.person("Audrey Audits", Role.AUDITOR)
        town.person("Adam Administers", Role.ADMINISTRATOR)
        town.person("Low Low", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
        self.browsers = {name: of(town, name) for name in (*READERS, "one")}
        self.number = 0
        self.made: list[Id] = []
        self.before: dict[str, dict[str, str]] = {}
        self.reader = Reader(
            person=self.one, roles=frozenset({Role.DUTY_OFFICER, Role.WATCH_OFFICER}), cleared_to=Mark.AMBER_STRICT
        )
        self._open()

    def _open(self) -> None:
        """Let there be something that all may read, or most."""
        town = self.town
        self.open_source = self._source("The mill")
        report = ""
        for mark in (Mark.GREEN, Mark.AMBER):
            report = self._report(f"The water rises, it is said {mark.value}", mark, (), self.open_source)
            self._do(weigh.link_evidence, town.threat, report, Bearing.FOR)
        noted = IncidentNoted(
            subject=town.store.new_id(), occurred_at=town.clock.now(), what="A sluice was found open", where="The mill",
            reports=(report,), mark=Mark.AMBER,
        )  # fmt: skip
        self._do(incidents.note, noted, self.reader)
        self._do(weigh.link_evidence, town.threat, noted.subject, Bearing.FOR)
        self._judge(town.threat, "It comes together.")
        self._do(hypothesize.open_matrix, town.threat, Asks.WHO)
        self._do(hypothesize.state_hypothesis, matrix_id(town.threat, Asks.WHO), "h", "The millers")
        self._do(
            must_warn.ask, town.threat,
            [must_warn.Asked(side=Side.VICTIM, who="all by the mill", warn=True, why="They live there.")], Test(),
        )  # fmt: skip
        self._do(
            hand_out, "open handing", Wish(threat=town.threat, mark=Mark.AMBER, whom="The county"), self.reader,
            first=True,
        )  # fmt: skip

        self._waits()
        self._laxer()

    def _laxer(self) -> None:
        """Let there be a case that was RED: all may read what stands in it, and nobody else what stood before."""
        case = self.case()
        self._describe(case)
        self._judge(case, "It comes together.")
        with self.town.store.look() as look:
            asked = [one.id for one in look.get(Threat, case).questions]
        for one in asked:
            self._do(cases.close_question, case, one, f"It is {self._named()}")
        self.town.clock.advance(timedelta(minutes=1))
        self._do(marking.mark_case, case, Mark.GREEN, why="It can be told")

    def _describe(self, case: Id) -> None:
        self._do(
            cases.describe_case, case, title="A plan by the mill", targets=(), host=None, begins=None, ends=None,
            particulars=Particulars(), why=f"{self._named()} is out of it",
        )  # fmt: skip

    def _waits(self) -> None:
        """Let a notice, an alert and a statement wait that all may read: what is said in them is said in secret, too."""
        town, now = self.town, self.town.clock.now()
        notice = town.store.new_id()
        self._do(warn.decide_duty, notice, town.threat, tell=True, test=DutyTest(), why="They live there.")
        draft = NoticeDrafted(
            subject=notice, occurred_at=now, threat=town.threat, author=self.one, recipients=(town.miller,), mark=Mark.AMBER,
            tear_line=TearLine(what=f"{SAID_TWICE} is meant", likelihood="Likely"), readers=(), begins=now,
            ends=now + timedelta(hours=30), ladder=self.ladder,
        )  # fmt: skip
        self._do(warn.draft_notice, draft)
        town.statement(title=f"On {SAID_TWICE}", approve=False, threat=town.threat)
        begun = {
            "case": town.threat,
            "template": "shipped:bombing",
            "in_en": "yes",
            "place": "Moscow, Russia",
            "radius": "10",
        }
        reply = submit(
            self.browsers["one"], "/desk/alerts", **begun, until="2024-05-04T09:00", contact=f"Ask {SAID_TWICE}"
        )
        assert reply.status_code == 303, reply.text

    def _do(self, step: Callable[..., Any], *args: Any, first: bool = False, **more: Any) -> None:
        town = self.town
        said = {"by": self.one, "command": town.command(), "now": town.clock.now(), **more}
        step(town.house, *args, **said)
        town.work()

    def _named(self) -> str:
        self.number += 1
        return f"{WORD}{self.number}"

    def _id(self) -> Id:
        self.made.append(self.town.store.new_id())
        return self.made[-1]

    def _source(self, name: str) -> Id:
        id = self.town.store.new_id()
        listed = SourceListed(
            subject=id, occurred_at=self.town.clock.now(), name=name, source_kind="person", reliability=Reliability.B
        )
        self._do(receive.list_source, listed)
        return id

    def _report(self, said: str, mark: Mark, readers: tuple[Id, ...], source: Id, **more: Any) -> Id:
        id = self._id()
        told = ReportReceived(
            subject=id, occurred_at=self.town.clock.now(), source=source, title=said, text=said, mark=mark,
            readers=readers, **more,
        )  # fmt: skip
        self._do(receive.receive_report, told)
        return id

    def _judge(self, case: Id, grounds: str, reports: tuple[Id, ...] = ()) -> None:
        self._do(
            weigh.assess_threat, case, likelihood=(0.6, 0.7), confidence=Confidence.LOW, grounds=grounds, why="Asked",
            reports=reports,
        )  # fmt: skip

    # ---- what goes on in secret

    def report(self) -> Id:
        return self._report(f"{self._named()} was seen", Mark.RED, (self.one,), self.open_source)

    def by_a_secret_source(self) -> None:
        self._report(f"{self._named()} told", Mark.RED, (self.one,), self._source(self._named()))

    def twice(self) -> None:
        told = self._report(f"{SAID_TWICE} told {self._named()}", Mark.RED, (self.one,), self.open_source)
        self._do(weigh.link_evidence, self.town.threat, told, Bearing.FOR)

    def judged(self) -> None:
        self._judge(self.case(), f"{SAID_TWICE} says so", (self.report(),))

    def strict(self) -> Id:
        return self._report(f"{self._named()} is ours", Mark.AMBER_STRICT, (), self.open_source)

    def relay(self) -> None:
        self._report(f"{self._named()} again", Mark.RED, (self.one,), self.open_source, relays=self.report())

    def link(self) -> None:
        self._do(weigh.link_evidence, self.town.threat, self.report(), Bearing.FOR, why=f"{self._named()} says so")

    def unlink(self) -> None:
        report = self.strict()
        self._do(weigh.link_evidence, self.town.threat, report, Bearing.AGAINST, why=self._named())
        self._do(weigh.unlink_evidence, self.town.threat, report, f"{self._named()} does not")

    def incident(self) -> None:
        noted = IncidentNoted(
            subject=self._id(), occurred_at=self.town.clock.now(), what=f"{self._named()} fled", where=self._named(),
            reports=(self.strict(),), published_at=self.town.clock.now(), mark=Mark.AMBER_STRICT,
        )  # fmt: skip
        self._do(incidents.note, noted, self.reader)
        self._do(weigh.link_evidence, self.town.threat, noted.subject, Bearing.FOR, why=self._named())

    def revised(self) -> None:
        id = self.report()
        self._do(weigh.link_evidence, self.town.threat, id, Bearing.FOR)
        said = ReportRevised(
            subject=id, occurred_at=self.town.clock.now(), title=self._named(), text=self._named(), published_at=None, url=None,
            language="en", claims=(), mark=Mark.RED, readers=(self.one,),
        )  # fmt: skip
        self.town.commit(said)

    def marked(self) -> None:
        case = self.case()
        self._do(marking.mark_case, case, Mark.AMBER_STRICT, why=f"{self._named()} is ours")
        self._judge(case, f"{self._named()} is surer")
        self._do(marking.mark_case, case, Mark.RED, (self.one,), why=f"{self._named()} asked for it")

    def case(self) -> Id:
        id = self._id()
        opened = ThreatOpened(
            subject=id, occurred_at=self.town.clock.now(), title=f"The case of {self._named()}", zone="Europe/Vienna",
            owner=self.one, mark=Mark.RED, place=self._named(), targets=(self._named(),),
        )  # fmt: skip
        self._do(weigh.open_threat, opened)
        self._judge(id, f"{self._named()} is sure", (self.report(),))
        self._do(cases.raise_question, id, self._id(), f"Who is {self._named()}?")
        return id

    def owed(self) -> None:
        asked = [must_warn.Asked(side=Side.VICTIM, who=self._named(), warn=True, why=self._named())]
        self._do(must_warn.ask, self.case(), asked, Test())

    def merged(self) -> None:
        self._do(joining.merge_cases, self.case(), self.case(), f"{self._named()} is in both")

    def split(self) -> None:
        case = self.case()
        reports = [self.report(), self.report()]
        for one in reports:
            self._do(weigh.link_evidence, case, one, Bearing.FOR)
        off = ThreatOpened(
            subject=self._id(), occurred_at=self.town.clock.now(), title=self._named(), zone="UTC", owner=self.one
        )
        self._do(joining.split_case, case, off, reports[:1], self._named())

    def handed_out(self) -> None:
        wish = Wish(threat=self.town.threat, mark=Mark.RED, to=(self.one,), whom=self._named())
        self._do(hand_out, self._id(), wish, self.reader)
        self._do(
            hand_out,
            self._id(),
            Wish(threat=self.case(), mark=Mark.RED, to=(self.one,), whom=self._named()),
            self.reader,
        )

    def notice(self, case: Id | None = None, *, to: Id | None = None) -> Id:
        id, now = self._id(), self.town.clock.now()
        self._do(
            warn.decide_duty, id, case or self.town.threat, tell=True, test=DutyTest(), why=f"{self._named()} may die"
        )
        draft = NoticeDrafted(
            subject=id, occurred_at=now, threat=case or self.town.threat, author=self.one,
            recipients=(to or self.board.abbot,),
            tear_line=TearLine(what=f"{self._named()} is meant"), mark=Mark.RED, readers=(self.one,), begins=now,
            ends=now + timedelta(hours=30), ladder=self.ladder,
        )  # fmt: skip
        self._do(warn.draft_notice, draft)
        return id

    @property
    def ladder(self) -> Ladder:
        return Ladder(rungs=(Rung(to=self.one, after_s=900),))

    def sent(self, to: Id | None = None) -> Id:
        id = self.notice(to=to)
        with self.town.store.look() as look:
            keys = {one.key for one in tear_line.flags_in(look, look.get(Notice, id))}
        if keys:
            self._do(tear_line.release_words, id, keys, why=self._named())
        self._do(warn.approve_notice, id, break_glass=True)
        self._do(warn.send_notice, id)
        return id

    def extended(self) -> None:
        self._do(
            warn.decide_window,
            self.sent(),
            "extend",
            why=self._named(),
            ends=self.town.clock.now() + timedelta(hours=60),
        )

    def asked(self) -> None:
        notice = self.sent(self.board.abbey)
        asked = QuestionAsked(
            subject=self._id(), occurred_at=self.town.clock.now(), warning=notice, recipient=self.board.abbey,
            words=self._named(), heard=Heard.TELEPHONE, speaker=self._named(), recorder=self.one,
        )  # fmt: skip
        self._do(institution.take_question, asked)

    ACTS = (
        report, twice, judged, by_a_secret_source, strict, relay, link, unlink, incident, revised, case, marked, owed, merged, split, handed_out, notice, sent,
        extended, asked,
    )  # fmt: skip

    # ---- what others see

    def walked(self, name: str) -> dict[str, str]:
        """Return each page of the desk that can be reached, as it was answered."""
        browser, found = self.browsers[name], dict[str, str]()
        left = deque(["/desk", "/desk/incidents/new", "/desk/exchange", "/desk/checks", "/desk/replies"])
        while left:
            path = left.popleft().replace("&amp;", "&")
            if path in found or path.startswith(LEFT_OUT) or path.endswith(".csv"):
                continue
            reply = browser.get(path)
            found[path] = f"{reply.status_code} {reply.headers.get('location', '')} {reply.text}"
            left += _HREF.findall(reply.text)
            if "location" in reply.headers:
                left.append(reply.headers["location"].split("#")[0])
        return found


@pytest.fixture(name="secrets", scope="module")
def _secrets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secrets]:
    town = Installation(tmp_path_factory.mktemp("secrets"))
    secrets = Secrets(town)
    secrets.before = {name: secrets.walked(name) for name in READERS}
    yield secrets
    assert reconcile(town.store) == []
    town.close()


@settings(
    max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(acts=st.permutations(Secrets.ACTS), names=st.permutations(READERS))
def test_not_one_byte_of_any_page_changes(
    secrets: Secrets, acts: list[Callable[[Secrets], Any]], names: list[str]
) -> None:
    for act in acts[:14]:
        act(secrets)
    for name in names[:2]:
        before, after = secrets.before[name], secrets.walked(name)
        changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        assert not changed, (name, [act.__name__ for act in acts])
        assert len(after) > 15
        assert WORD not in "".join(after.values())
    assert WORD in secrets.browsers["one"].get("/desk/cases").text


def test_why_a_case_was_one_with_another_is_for_those_who_may_read_both(secrets: Secrets) -> None:
    case, browser = secrets.town.threat, secrets.browsers["watch"]
    pages = [one for one in secrets.before["watch"] if one.startswith((f"/desk/cases/{case}", "/desk/notices/"))]
    assert len(pages) > 5
    said = f"{WORD} is in both"
    for step, args in ((joining.merge_cases, (case, secrets.case(), said)), (joining.part_cases, (case, said))):
        secrets._do(step, *args)
        assert not [one for one in pages if WORD in browser.get(one).text]
