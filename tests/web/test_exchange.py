"""Exchange at the desk: a case is looked at and handed out, a bundle is looked at and taken in, by officers alone."""

import json
import re

import pytest

from tests.stix.objects import EVERYTHING, NOTE, bundle
from tests.web.installation import Browser, Installation
from tests.web.test_headcounts import submit
from tests.web.test_watching import text
from tocsin.basis.marking import Mark, Role
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import Reliability, ReportReceived, SourceListed
from tocsin.report.foreign import ForeignObject
from tocsin.stix import check
from tocsin.stix.tlp import IDS
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.threat.handed_out import HandedOut

NONCE = "at-12345678"


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser) -> Browser:
    """A watch officer, and a case with a report as strict as the case and one that is stricter."""
    now = town.clock.now()
    listed = SourceListed(
        subject="mill", occurred_at=now, name="The mill", source_kind="press", reliability=Reliability.B
    )
    receive.list_source(town.house, listed, by="town", command="s", now=now)
    for id, mark in (("open", Mark.CLEAR), ("closed", Mark.AMBER_STRICT)):
        fact = ReportReceived(
            subject=id,
            occurred_at=now,
            source="mill",
            title=f"It is {id} at Quarry",
            text="" if id == "open" else "Lowtide",
            mark=mark,
        )
        receive.receive_report(town.house, fact, by="town", command=id, now=now)
        weigh.link_evidence(town.house, town.threat, id, Bearing.FOR, by="town", command=f"l{id}", now=now)
    for command, grounds in (("a1", "As said."), ("a2", "As the closed one said: Lowtide.")):
        weigh.assess_threat(
            town.house, town.threat, likelihood=(0.2, 0.3), confidence=Confidence.LOW, grounds=grounds, why="Asked",
            reports=(), by=town.watch_officer, command=command, now=now,
        )  # fmt: skip
    assert browser.sign_in("watch").status_code == 303
    return browser


def looked_at(town: Installation, browser: Browser, mark: str = "TLP:AMBER") -> str:
    """Return what tells the page that was looked at."""
    found = re.search(r'name="looked_at" value="([0-9a-f]{64})"', browser.get(f"{path(town)}?mark={mark}").text)
    assert found is not None
    return found[1]


def path(town: Installation) -> str:
    return f"/desk/cases/{town.threat}/handing-out"


def test_a_case_is_looked_at_and_handed_out_once(town: Installation, watch: Browser) -> None:
    assert path(town) in watch.get(f"/desk/cases/{town.threat}").text
    looked = text(watch.get(f"{path(town)}?mark=TLP:AMBER").text)
    assert "It is open at Quarry" in looked
    assert "It is closed" not in looked, "the officer may not know of it"
    assert "holds words of what may not go so far" in looked, "and what quotes it stays"
    form = {
        "mark": "TLP:AMBER",
        "whom": "The abbey",
        "step": "hand out",
        "nonce": NONCE,
        "looked_at": looked_at(town, watch),
    }
    reply = submit(watch, path(town), **form)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-disposition"] == 'attachment; filename="case-amber.json"'
    assert check(reply.content) == []
    assert not [word for word in ("It is closed", "Lowtide") if word in reply.text]
    assert submit(watch, path(town), **form).content == reply.content, "a double click hands out once"
    with town.store.look() as look:
        [kept] = look.all(HandedOut)
    assert (kept.by, kept.whom) == (town.watch_officer, "The abbey")
    assert "The abbey" in text(watch.get(path(town)).text)
    assert reconcile(town.store) == []


@pytest.mark.parametrize("mark", [
    pytest.param("TLP:AMBER", id="something came in meanwhile"),
    pytest.param("TLP:AMBER+STRICT", id="another mark was chosen, and not looked at"),
])  # fmt: skip
def test_nothing_leaves_that_was_not_looked_at(town: Installation, watch: Browser, mark: str) -> None:
    seen, now = looked_at(town, watch), town.clock.now()
    fact = ReportReceived(subject="late", occurred_at=now, source="mill", title="It moved", text="", mark=Mark.CLEAR)
    if mark == "TLP:AMBER":
        receive.receive_report(town.house, fact, by="town", command="late", now=now)
        weigh.link_evidence(town.house, town.threat, "late", Bearing.FOR, by="town", command="ll", now=now)
    reply = submit(watch, path(town), mark=mark, whom="The abbey", step="hand out", nonce=NONCE, looked_at=seen)
    assert reply.status_code == 409
    assert "not what you looked at" in text(reply.text)
    with town.store.look() as look:
        assert look.all(HandedOut) == []


@pytest.fixture(name="cleared")
def _cleared(town: Installation, watch: Browser) -> Browser:
    """A watch officer who may read what is AMBER+STRICT."""
    town.person("Vera", Role.WATCH_OFFICER, cleared_to=Mark.AMBER_STRICT)
    browser = Browser(town.site)
    assert browser.sign_in("vera").status_code == 303
    return browser


def ticked(page: str) -> list[str]:
    """Return what is ticked of where it goes."""
    return re.findall(r'name="within" value="(\w+)" required checked', page)


@pytest.mark.parametrize(("within", "went"), [("yes", "within our organisation"), ("no", "to another organisation")])
def test_what_was_told_to_us_alone_is_handed_out_within_our_organisation_alone(
    town: Installation, cleared: Browser, within: str, went: str
) -> None:
    asked = f"{path(town)}?mark=TLP:AMBER%2BSTRICT"
    first = cleared.get(asked).text
    assert first.count('name="within"') == 2
    assert ticked(first) == [], "nobody has said it yet"
    assert "told to this organisation alone" in text(first), "so it is looked at as if it went to others"
    looked = cleared.get(f"{asked}&within={within}").text
    assert ticked(looked) == [within]
    assert ("told to this organisation alone" in text(looked)) == (within == "no")
    seen = re.search(r'name="looked_at" value="([0-9a-f]{64})"', looked)
    assert seen is not None
    form = {"mark": "TLP:AMBER+STRICT", "whom": "The abbey", "step": "hand out", "looked_at": seen[1]}
    reply = submit(cleared, path(town), within=within, nonce=NONCE, **form)
    assert reply.status_code == 200, reply.text
    assert ("Lowtide" in reply.text) == ("It is closed" in reply.text) == (within == "yes")
    with town.store.look() as look:
        assert [one.within for one in look.all(HandedOut)] == [within == "yes"]
    assert went in text(cleared.get(path(town)).text)
    if within == "no":
        swapped = submit(cleared, path(town), within="yes", nonce=f"{NONCE}9", **form)
        assert (swapped.status_code, "not what you looked at" in text(swapped.text)) == (409, True)
    assert reconcile(town.store) == []


def test_where_it_goes_is_asked_at_amber_strict_alone(town: Installation, cleared: Browser) -> None:
    assert 'name="within"' not in cleared.get(f"{path(town)}?mark=TLP:AMBER&within=yes").text
    for to, said, leaves in (
        ("Vera", "Each of these is of our organisation", True),
        ("Nobody Here", "leaves only if each of these is of our organisation", False),
    ):
        if to != "Vera":
            town.person(to)
        red = cleared.get(f"{path(town)}?mark=TLP:RED&to={to.replace(' ', '%20')}").text
        assert 'name="within"' not in red
        assert said in text(red)
        assert ("told to this organisation alone" in text(red)) != leaves


def test_a_case_that_is_called_by_what_was_told_to_us_alone_is_let_go_with_a_reason(
    town: Installation, cleared: Browser
) -> None:
    now = town.clock.now()
    opened = ThreatOpened(
        subject="named", occurred_at=now, title="Lowtide", zone="Europe/Vienna", owner=town.watch_officer,
        mark=Mark.AMBER_STRICT,
    )  # fmt: skip
    weigh.open_threat(town.house, opened, by="town", command="open named", now=now)
    weigh.link_evidence(town.house, "named", "closed", Bearing.FOR, by="town", command="link named", now=now)
    place = "/desk/cases/named/handing-out"
    held = cleared.get(f"{place}?mark=TLP:AMBER%2BSTRICT&within=no").text
    assert "Nothing leaves while the case itself stays." in text(held)
    assert 'value="hand out"' not in held
    assert 'name="release case"' in held
    form = {"mark": "TLP:AMBER+STRICT", "within": "no", "whom": "The abbey", "nonce": NONCE}
    refused = submit(cleared, place, step="hand out", looked_at="", **form)
    assert (refused.status_code, "called by words that came to this organisation alone" in text(refused.text)) == (
        409,
        True,
    )
    form["release case"] = "They say it themselves."
    looked = submit(cleared, place, step="look", **form).text
    seen = re.search(r'name="looked_at" value="([0-9a-f]{64})"', looked)
    assert seen is not None
    reply = submit(cleared, place, step="hand out", looked_at=seen[1], **form)
    assert "Lowtide" in reply.text
    assert "It is closed" not in reply.text
    with town.store.look() as look:
        [kept] = look.all(HandedOut)
    assert [(one.key, one.why) for one in kept.released] == [("case", "They say it themselves.")]


def test_too_loose_a_mark_is_told_and_nothing_goes(town: Installation, watch: Browser) -> None:
    looked = text(watch.get(f"{path(town)}?mark=TLP:CLEAR").text)
    assert "may not go as TLP:CLEAR" in looked
    reply = submit(watch, path(town), mark="TLP:CLEAR", whom="All", step="hand out", nonce=NONCE)
    assert reply.status_code == 409
    with town.store.look() as look:
        assert look.all(HandedOut) == []


def test_a_reader_who_is_nobody_is_told(town: Installation, watch: Browser) -> None:
    reply = submit(watch, path(town), mark="TLP:AMBER", whom="All", to="Nobody at all", step="hand out", nonce=NONCE)
    assert reply.status_code in (400, 409)
    assert "Nobody is called" in text(reply.text)


def test_a_bundle_is_looked_at_and_taken_in(town: Installation, watch: Browser) -> None:
    assert "/desk/exchange" in watch.get("/desk/cases").text
    form = {"source": "mill", "text": bundle(*EVERYTHING).decode(), "unmarked": "TLP:GREEN", "nonce": NONCE}
    looked = submit(watch, "/desk/exchange", step="look", **form)
    assert looked.status_code == 200, looked.text
    assert "4 new as a report" in text(looked.text)
    with town.store.look() as look:
        assert look.all(ForeignObject) == []
    done = submit(watch, "/desk/exchange", step="take in", **form)
    assert "Taken in" in text(done.text)
    with town.store.look() as look:
        kept = look.all(ForeignObject)
    assert len(kept) == len(EVERYTHING)
    assert {one.mark for one in kept} == {Mark.GREEN}
    assert "10 here already" in text(submit(watch, "/desk/exchange", step="take in", **form).text)
    assert json.loads(kept[0].said)["id"] == kept[0].foreign_id
    assert reconcile(town.store) == []


def test_what_came_in_can_be_read_whole_by_whoever_may(town: Installation, watch: Browser) -> None:
    amber = {**NOTE, "content": "First line.\nSecond line.", "object_marking_refs": [IDS[Mark.AMBER]]}
    form = {"source": "mill", "text": bundle(amber).decode(), "nonce": NONCE}
    assert "/desk/reports/" not in submit(watch, "/desk/exchange", step="look", **form).text, "it is not here yet"
    done = submit(watch, "/desk/exchange", step="take in", **form)
    [href] = set(re.findall(r"/desk/reports/[^\"]+", done.text))
    page = watch.get(href)
    assert "First line.\nSecond line." in page.text
    assert amber["id"] in page.text
    assert "TLP:AMBER" in text(page.text)
    greta = Browser(town.site)
    town.person("Greta Green", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    assert greta.sign_in("greta").status_code == 303
    assert greta.get(href).status_code == greta.get("/desk/reports/none").status_code == 404


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param({"text": ""}, "Choose a file", id="nothing"),
        pytest.param({"text": "{"}, "no JSON", id="no JSON"),
        pytest.param({"text": "\ufffd"}, "not UTF-8", id="letters lost"),
        pytest.param(
            {"text": '{"type":"bundle","objects":[]}', "source": "?"}, "There is no source", id="nobody sent it"
        ),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_form(
    town: Installation, watch: Browser, given: dict[str, str], why: str
) -> None:
    reply = submit(watch, "/desk/exchange", **{"source": "mill", "step": "take in", "nonce": NONCE, **given})
    assert why in text(reply.text)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_it_is_for_officers_alone(town: Installation, watch: Browser, role: Role) -> None:
    other = Browser(town.site)
    assert town.person("Other", role)
    assert other.sign_in("other").status_code == 303
    assert other.get(path(town)).status_code == 403
    assert other.get("/desk/exchange").status_code == 403
    assert "/desk/exchange" not in other.get("/desk/cases").text
    assert submit(other, path(town), mark="TLP:AMBER", whom="All", step="hand out", nonce=NONCE).status_code == 403


def test_a_case_that_is_not_for_them_is_not_there(town: Installation, watch: Browser) -> None:
    assert watch.get("/desk/cases/nothing/handing-out").status_code == 404
