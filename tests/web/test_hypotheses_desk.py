"""Competing hypotheses at the desk: weighed by forms alone, and to each reader no more than they may read."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.web.installation import Browser, Installation
from tests.web.test_duty import fields, parsed
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.report.facts import Reliability, ReportReceived, SourceListed
from tocsin.threat.facts import ActorListed, Bearing, EvidenceLinked
from tocsin.threat.hypotheses.facts import Asks, matrix_id
from tocsin.threat.hypotheses.state import Matrix

SECRET = "An agent saw the rivals"


class Desk:
    """A desk with a watch officer signed in, and a case on which two reports bear, one of them for the duty officer alone."""

    def __init__(self, town: Installation) -> None:
        self.town = town
        self.page = f"/desk/cases/{town.threat}/hypotheses/who"
        self.heard = self.report("The smugglers were at sea", Mark.CLEAR)
        self.secret = self.report(SECRET, Mark.RED, town.duty_officer)
        self.browser = self.sign_in("watch")

    def report(self, title: str, mark: Mark, *readers: Id) -> Id:
        id, source, now = self.town.store.new_id(), self.town.store.new_id(), self.town.clock.now()
        self.town.commit(
            SourceListed(
                subject=source,
                occurred_at=now,
                name="Somebody",
                source_kind="person",
                reliability=Reliability.B,
                why="",
            ),
            ReportReceived(
                subject=id,
                occurred_at=now,
                source=source,
                title=title,
                text=title,
                credibility=2,
                mark=mark,
                readers=readers,
            ),
            EvidenceLinked(subject=self.town.threat, occurred_at=now, item=id, item_kind="report", bearing=Bearing.FOR),
        )
        return id

    def sign_in(self, name: str) -> Browser:
        browser = Browser(self.town.site)
        browser.sign_in(name)
        return browser

    def does(self, step: str, by: Browser | None = None, cells: Mapping[str, str] | None = None, **said: str) -> Any:
        browser = by or self.browser
        page = parsed(browser.get(self.page).text)
        forms = [one.get("action", "") for one in page.findall(".//main//form")]
        where = f"{self.page}/{step}"
        _action, form = fields(browser.get(self.page).text, forms.index(where) if where in forms else 0)
        return browser.post(where, {**form, **said, **(cells or {})})

    def cells(self, browser: Browser | None = None) -> list[str]:
        page = parsed((browser or self.browser).get(self.page).text)
        return [str(one) for one in page.xpath("//table[@data-matrix]//select/@name")]

    @property
    def matrix(self) -> Matrix:
        with self.town.store.look() as look:
            return look.get(Matrix, matrix_id(self.town.threat, Asks.WHO))


@pytest.fixture(name="desk")
def _desk(town: Installation) -> Desk:
    desk = Desk(town)
    desk.does("open")
    desk.does("hypothesis", words="It was the smugglers")
    desk.does("row", item=desk.heard)
    return desk


def test_a_question_is_weighed_by_forms_alone(desk: Desk) -> None:
    assert "says nothing of how likely it is" in desk.browser.get(desk.page).text
    deception, smugglers = desk.cells()
    assert (
        desk.does("judge", cells={deception: "C", smugglers: "II"}, why="They cannot have been here").status_code == 303
    )
    page = " ".join(parsed(desk.browser.get(desk.page).text).text_content().split())
    assert "They cannot have been here" in page
    (row,) = desk.matrix.rows
    judged = {one.hypothesis: one.latest for one in row.cells}
    assert [judged[one.key].consistency.value for one in desk.matrix.weighed] == ["C", "II"]
    assert {one.by for one in judged.values()} == {desk.town.watch_officer}


def test_no_indication_asks_for_its_date(desk: Desk) -> None:
    _deception, smugglers = desk.cells()
    assert desk.does("judge", cells={smugglers: "no_indication_again"}).status_code == 400
    assert not desk.matrix.rows[0].cells
    assert desk.does("judge", cells={smugglers: "no_indication_again"}, as_of="2020-03-01T12:00").status_code == 303
    assert desk.matrix.rows[0].cells[0].latest.as_of is not None


def test_whoever_was_overtaken_looks_again(desk: Desk) -> None:
    old = desk.cells()[1]
    desk.does("judge", cells={old: "C"})
    assert desk.does("judge", cells={old: "II"}).status_code == 409
    assert len(desk.matrix.rows[0].cells[0].judgements) == 1


def test_what_may_not_be_read_is_counted_and_neither_shown_nor_scored_nor_touched(desk: Desk) -> None:
    duty = desk.sign_in("duty")
    assert SECRET not in desk.browser.get(desk.page).text
    assert desk.does("row", item=desk.secret).status_code == 400
    assert desk.does("row", by=duty, item=desk.secret).status_code == 303
    before = desk.browser.get(desk.page).text
    hidden = [one for one in desk.cells(duty) if one not in desk.cells()]
    assert len(hidden) == 2
    desk.does("judge", by=duty, cells=dict.fromkeys(hidden, "II"), why="So says the agent")
    after = desk.browser.get(desk.page).text
    assert "1 row rests on what you may not read" in after
    assert SECRET not in after
    assert "So says the agent" not in after

    def figures(page: str) -> list[str]:
        return [str(one) for one in parsed(page).xpath("//data/@value")]

    assert figures(before) == figures(after)
    assert figures(duty.get(desk.page).text) != figures(after)
    row = next(one.key for one in desk.matrix.rows if one.item == desk.secret)
    assert desk.does("drop", row=row, why="Away with it").status_code == 404
    assert desk.does("judge", cells=dict.fromkeys(hidden, "C")).status_code == 404
    assert len(desk.matrix.rows) == 2


@pytest.mark.parametrize("path", ["hypotheses/why", "hypotheses/who/burn"])
def test_there_is_no_other_question_and_no_other_step(desk: Desk, path: str) -> None:
    where = f"/desk/cases/{desk.town.threat}/{path}"
    found = desk.does("burn") if path.endswith("burn") else desk.browser.get(where)
    assert found.status_code == 404


def test_deception_is_offered_to_nobody_to_be_set_aside(desk: Desk) -> None:
    page = parsed(desk.browser.get(desk.page).text)
    assert [one.text_content() for one in page.xpath("//select[@name='hypothesis']/option")] == [
        "B It was the smugglers"
    ]
    assert desk.does("set-aside", hypothesis="deception", why="Far-fetched").status_code == 409


def test_a_hypothesis_is_about_an_actor_of_the_book(town: Installation) -> None:
    desk = Desk(town)
    town.commit(ActorListed(subject="lanterns", occurred_at=town.clock.now(), name="The Lanterns <b>"))
    desk.does("open")
    assert "The Lanterns &lt;b&gt;</option>" in desk.browser.get(desk.page).text
    assert desk.does("hypothesis", words="They alone", actor="nobody").status_code == 400
    assert desk.does("hypothesis", words="", actor="lanterns").status_code == 303
    assert desk.does("hypothesis", words="Somebody hired by them", actor="lanterns").status_code == 303
    assert desk.does("hypothesis", words="The rivals").status_code == 303
    assert [(one.words, one.actor) for one in desk.matrix.hypotheses][1:] == [
        ("The Lanterns <b>", "lanterns"), ("Somebody hired by them", "lanterns"), ("The rivals", None),
    ]  # fmt: skip
    assert desk.browser.get(desk.page).text.count("about <bdi>The Lanterns") == 2


def test_what_nobody_has_judged_is_not_said_to_hang_on_nobody(town: Installation) -> None:
    desk = Desk(town)
    desk.does("open")
    desk.does("hypothesis", words="The rivals")
    desk.does("row", item=desk.heard)
    assert "Nothing is judged yet" in desk.browser.get(desk.page).text
    assert "the order would be the same" not in desk.browser.get(desk.page).text
    desk.does("judge", cells={desk.cells()[0]: "N", desk.cells()[1]: "N"})
    assert "Nothing is judged yet" not in desk.browser.get(desk.page).text
