"""Whoever judges a case at the desk says on what the estimate rests: all that points either way and may be read is ticked at first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest
from lxml import html

from tests.web.installation import Browser, Installation
from tests.web.test_again import form_on
from tests.web.test_casework import opened, send, stands, text
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import Bearing
from tocsin.threat.state import Assessment
from tocsin.web.desk.fill import resting

JUDGED = {
    "low": "55", "high": "80", "confidence": "low", "grounds": "Maps were found.", "why": "The maps", "confidence_why": "One voice.",
}  # fmt: skip


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser) -> Iterator[Browser]:
    assert town.watch_officer
    assert town.duty_officer
    assert browser.sign_in("watch").status_code == 303
    now, by = town.clock.now(), town.watch_officer
    listed = SourceListed(
        subject="src", occurred_at=now, name="A friend", source_kind="partner", reliability=Reliability.B
    )
    receive.list_source(town.house, listed, by=by, command="src", now=now)
    yield browser
    assert reconcile(town.store) == []


def linked(town: Installation, case: Id, id: Id, bearing: Bearing = Bearing.FOR, mark: Mark = Mark.AMBER) -> None:
    now, by = town.clock.now(), town.watch_officer
    report = ReportReceived(subject=id, occurred_at=now, source="src", title=f"Title of {id}", text=id, mark=mark,
                            readers=("nobody",) if mark is Mark.RED else ())  # fmt: skip
    receive.receive_report(town.house, report, by=by, command=f"take:{id}", now=now)
    weigh.link_evidence(town.house, case, id, bearing, by=by, command=f"link:{id}", now=now)


def noted(town: Installation, case: Id, id: Id) -> None:
    now, by = town.clock.now(), town.watch_officer
    happened = now - timedelta(days=2)
    incident = IncidentNoted(subject=id, occurred_at=happened, what="A barn burns", where="The mill", published_at=now)
    receive.note_incident(town.house, incident, by=by, command=f"note:{id}", now=now)
    weigh.link_evidence(town.house, case, id, Bearing.AGAINST, by=by, command=f"link:{id}", now=now)


def judged(town: Installation, browser: Browser, case: Id, *without: str, **more: str) -> Assessment:
    path = f"/desk/cases/{case}/acts/estimate"
    form = form_on(browser.get(f"/desk/cases/{case}/estimate").text, path) | JUDGED | more
    answer = send(browser, path, **{name: value for name, value in form.items() if name not in without})
    assert answer.status_code == 303, text(answer.text)
    last = stands(town, case).last
    assert last is not None
    return last


def test_what_points_either_way_and_may_be_read_is_ticked_at_first(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    linked(town, case, "speaks-for")
    linked(town, case, "beside-it", Bearing.CONTEXT)
    linked(town, case, "unread", mark=Mark.RED)
    noted(town, case, "fire")
    page = html.document_fromstring(watch.get(f"/desk/cases/{case}/estimate").text)
    ticks = cast("list[html.HtmlElement]", page.xpath('//input[starts-with(@name, "rests_")]'))
    assert {one.get("name"): "checked" in one.attrib for one in ticks} == {
        "rests_speaks-for": True, "rests_beside-it": False, "rests_fire": True,
    }  # fmt: skip
    assert "against it" in text(watch.get(f"/desk/cases/{case}/estimate").text)
    last = judged(town, watch, case)
    assert (last.reports, last.incidents) == (("speaks-for",), ("fire",))


def test_what_is_not_ticked_is_not_rested_on(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    linked(town, case, "speaks-for")
    linked(town, case, "beside-it", Bearing.CONTEXT)
    last = judged(town, watch, case, "rests_speaks-for", **{"rests_beside-it": "yes"})
    assert (last.reports, last.incidents) == (("beside-it",), ())
    more = {"changed": "A voice", "confidence_why": "One voice."}
    last = judged(town, watch, case, "rests_speaks-for", **more)
    assert (last.reports, last.incidents) == ((), ()), "on nothing in particular"


def test_what_is_not_linked_cannot_be_ticked(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    linked(town, case, "unread", mark=Mark.RED)
    for item in ("unread", "nothing"):
        asked = {**JUDGED, "rests": "yes", f"rests_{item}": "yes"}
        answer = send(watch, f"/desk/cases/{case}/acts/estimate", **asked)
        assert answer.status_code == 400
        assert "is not linked to the case any more" in text(answer.text)
    assert stands(town, case).last is None


def test_who_was_not_asked_rests_on_all_of_it(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    linked(town, case, "speaks-for")
    linked(town, case, "unread", mark=Mark.RED)
    last = judged(town, watch, case, "rests")
    assert set(last.reports) == {"speaks-for", "unread"}


@pytest.mark.parametrize("ticked", [True, False])
def test_what_is_older_than_what_is_shown_is_one_tick(
    town: Installation, watch: Browser, monkeypatch: pytest.MonkeyPatch, ticked: bool
) -> None:
    monkeypatch.setattr(resting, "SHOWN", 1)
    case = opened(town, watch)
    for id in ("one", "two", "three"):
        linked(town, case, id)
    linked(town, case, "beside-it", Bearing.CONTEXT)
    assert "and 2 more, linked before these" in text(watch.get(f"/desk/cases/{case}/estimate").text)
    last = judged(town, watch, case, *(() if ticked else ("older",)))
    assert len(last.reports) == (3 if ticked else 1)
    assert "beside-it" not in last.reports


def test_on_what_a_version_rests_stands_with_it_as_far_as_it_may_be_read(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    for number in range(6):
        linked(town, case, f"voice-{number}")
    linked(town, case, "unread", mark=Mark.RED)
    judged(town, watch, case, "rests")
    page = text(watch.get(f"/desk/cases/{case}/estimate").text)
    assert "Rests on: Title of voice-0; " in page
    assert "Title of voice-4 and 1 more" in page
    assert "unread" not in page
