"""Cases, duties to warn and hypotheses in a real browser: they fit, bar nobody, need no mouse, and are worked by the form."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.judge import LOOKS, faults, seen, unreached
from tests.browser.served import Served
from tocsin.basis.marking import Mark, Role
from tocsin.flow.duty import must_warn
from tocsin.flow.duty.must_warn import Asked
from tocsin.flow.report import receive
from tocsin.flow.threat import cases, hypothesize, joining, observing, weigh
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.threat.checklists import CHECKLISTS
from tocsin.threat.facts import ActorListed, Bearing, Confidence, PartyAccused, ThreatOpened
from tocsin.threat.hypotheses.decide import DECEPTION, Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, matrix_id
from tocsin.threat.indicators import Observed
from tocsin.threat.particulars import ThreatKind
from tocsin.warning.duty.facts import Distrust
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.test import QUESTIONS, Answered, Test
from tocsin.warning.duty.test import Said as Answer

pytestmark = pytest.mark.browser

FOUND = Test(**dict.fromkeys(QUESTIONS, Answered(said=Answer.YES)))


class Town(Served):
    """A desk with a case at which much was done and more waits: judged, with hypotheses, and duties at several stages."""

    officer = "deputy"

    def happens(self) -> None:
        town = self.town
        self.duty, self.deputy = town.duty_officer, town.person("Deputy Dora", Role.DUTY_OFFICER)
        self.case = town.threat
        self.works_on_the_case()
        self.asks_whom_to_warn()
        town.work()

    def does(self, step: object, *args: object, by: str = "", **named: object) -> None:
        town = self.town
        step(town.house, *args, by=by or self.duty, command=town.command(), now=town.clock.now(), **named)  # type: ignore[operator]

    def works_on_the_case(self) -> None:
        town, case, now = self.town, self.case, self.town.clock.now()
        report, words = "report", "Lights at the mill, and boats without names <b> on the river"
        town.commit(
            SourceListed(
                subject="ferryman",
                occurred_at=now,
                name="The ferryman",
                source_kind="person",
                reliability=Reliability.B,
            ),
            ReportReceived(subject=report, occurred_at=now, source="ferryman", title=words, text=words, credibility=2),
        )
        self.does(weigh.link_evidence, case, report, Bearing.FOR)
        self.does(weigh.list_actor, ActorListed(subject="lanterns", occurred_at=now, name="The Lanterns"))
        held = IncidentNoted(
            subject="held", occurred_at=now, what="Two are held at the bridge <b>", where="Gent", point=(51.05, 3.72),
            actor="lanterns", reports=(report,), published_at=now, published_by_host=True,
        )  # fmt: skip
        self.does(receive.note_incident, held)
        self.does(cases.attribute, case, "lanterns", Confidence.LOW, "One voice alone.")
        for low, high, changed in ((0.2, 0.4, ""), (0.4, 0.6, "More boats")):
            self.does(
                weigh.assess_threat, case, likelihood=(low, high), confidence=Confidence.LOW, grounds="Two voices.",
                why="It is Monday.", reports=(), confidence_why="Both are new.", changed=changed,
            )  # fmt: skip
        listed = CHECKLISTS[ThreatKind.GATHERING]
        self.does(observing.put_on_checklist, case, listed, checklist=ThreatKind.GATHERING.value)
        self.does(observing.observe, case, listed[0].key, Observed.OBSERVED, as_of=now, words="At the gate")
        self.does(cases.raise_question, case, "day", "Which day?")
        other = ThreatOpened(
            subject="other",
            occurred_at=now,
            title="Another bridge",
            zone="Europe/Brussels",
            owner=self.duty,
            mark=Mark.GREEN,
        )
        self.does(weigh.open_threat, other)
        self.does(
            weigh.open_threat,
            ThreatOpened(subject="same", occurred_at=now, title="The same bridge", zone="UTC", owner=self.duty),
        )
        self.does(joining.merge_cases, "same", case, "The same")
        self.does(weigh.note_attribution, PartyAccused(
            subject=case, occurred_at=now, party="The Lanterns", accuser="The miller", words="Who else?", report=report,
        ))  # fmt: skip
        matrix = matrix_id(case, Asks.WHO)
        self.does(hypothesize.open_matrix, case, Asks.WHO)
        self.does(hypothesize.state_hypothesis, matrix, "lanterns", "It is the Lanterns", actor="lanterns")
        self.does(hypothesize.enter_row, matrix, "row", item=report)
        said = [Said(row="row", hypothesis=DECEPTION, consistency=Consistency.INCONSISTENT)]
        self.does(hypothesize.judge, matrix, said, why="Nobody gains by it.")

    def asks_whom_to_warn(self) -> None:
        town, case = self.town, self.case
        sides = [
            Asked(side=Side.VICTIM, whom=(town.miller,), warn=True, why="They live beside it."),
            Asked(side=Side.PUBLIC, ground="already_aware", why="It was in the papers."),
            Asked(side=Side.PROTECTOR, who="The guards", ground="already_aware", why="They told us."),
            Asked(side=Side.HOST, who="The county"),
        ]
        ids = ["victim", "public", "guards", "host"]
        self.does(must_warn.ask, case, sides, FOUND, event_at=town.clock.now() + timedelta(hours=30), ids=ids)
        self.does(must_warn.review, "guards", agree=True, why="I rang them.", by=self.deputy)
        self.does(must_warn.distrust, case, town.miller, Distrust.LEAKS, why="Two of them sold it.")

    @property
    def places(self) -> list[str]:
        """Return every page of them."""
        case = f"/desk/cases/{self.case}"
        return [
            "/desk/cases", "/desk/cases/new", case, f"{case}/about", f"{case}/estimate", f"{case}/work", f"{case}/duties",
            f"{case}/hypotheses/who", f"{case}/hypotheses/what", "/desk/duties", "/desk/cases/same/work",
            "/desk/incidents", "/desk/incidents/held", "/desk/incidents/new?report=report", "/desk/reports/report",
        ]  # fmt: skip


@pytest.fixture(name="served", scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with closing(Town(tmp_path_factory.mktemp("cases") / "data")) as served:
        yield served


@LOOKS
def test_they_fit_and_bar_nobody(browser: Browser, served: Town, width: int, look: str) -> None:
    with seen(browser, served, width, look) as page:
        for place in served.places:
            assert faults(page, served.url + place, look) == [], place


def test_the_tab_key_comes_to_everything_and_shows_where_it_is(page: Page, served: Town) -> None:
    served.sign_in(page)
    for place in served.places:
        page.goto(served.url + place)
        assert unreached(page) == [], place


def test_a_refusal_is_reviewed_by_another_and_a_page_that_is_not_true_any_more_is_turned_down(
    browser: Browser, served: Town
) -> None:
    page = browser.new_page()  # of its own: that it is turned down is no trouble here
    served.sign_in(page)
    page.goto(f"{served.url}/desk/cases/{served.case}/duties")
    form = page.locator("form[action='/desk/duties/public/review']")
    form.locator("textarea[name=why]").fill("I read them too.")
    served.does(must_warn.answer_questions, "public", FOUND, why="Read again.")
    form.get_by_role("button", name="Agree: they are not warned").click()
    expect(page.locator("main")).to_contain_text("since this page was loaded")
    page.goto(f"{served.url}/desk/cases/{served.case}/duties")
    form = page.locator("form[action='/desk/duties/public/review']")
    form.locator("textarea[name=why]").fill("I read them too.")
    form.get_by_role("button", name="Agree: they are not warned").click()
    expect(page.locator("#d-public")).to_contain_text("Deputy Dora agreed")
    page.close()
