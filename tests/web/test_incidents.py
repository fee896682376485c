"""Incidents at the desk: the host's own news is noted, reaches the case that the host denies, and is linked by a person."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast

import pytest
from httpx import Response
from lxml import html

from tests.stix.objects import NOTE, PLACE, STRUCK, bundle, one
from tests.web.installation import Browser, Installation
from tests.web.test_casework import CASE, opened, send, stands, text
from tocsin.basis.errors import Stale
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.basis.moment import zone
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, ReportTakenBack, SourceListed
from tocsin.report.state import Incident, Report
from tocsin.stix.extensions import Happened
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import ActorListed, Bearing, ThreatOpened

WHEN = "%Y-%m-%dT%H:%M"


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser) -> Iterator[Browser]:
    yield peopled(town, browser)
    assert reconcile(town.store) == []


@pytest.fixture(name="refusing", scope="module")
def _refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Browser]]:
    """One town for all that is refused: none of it changes anything."""
    town = Installation(tmp_path_factory.mktemp("refusing") / "data")
    yield town, peopled(town, Browser(town.site))
    assert every(town) == []
    town.site.close()
    town.close()


def peopled(town: Installation, browser: Browser) -> Browser:
    """Return the browser of a watch officer, after reports of each mark came in."""
    assert town.watch_officer
    assert town.duty_officer
    now = town.clock.now()
    town.commit(
        SourceListed(
            subject="news", occurred_at=now, name="Their news", source_kind="press", reliability=Reliability.C
        ),
        ActorListed(subject="lanterns", occurred_at=now, name="The Lanterns"),
    )
    for mark in (Mark.CLEAR, Mark.GREEN, Mark.AMBER, Mark.AMBER_STRICT):
        heard(town, mark.name, f"A cell is held, {mark.name}", mark=mark)
    heard(town, "red", "Whispered", mark=Mark.RED, readers=(town.watch_officer,))
    assert browser.sign_in("watch").status_code == 303
    return browser


def heard(town: Installation, id: Id, title: str, **more: object) -> None:
    town.clock.advance(timedelta(seconds=1))
    now = town.clock.now()
    said = ReportReceived(subject=id, occurred_at=now, source="news", title=title, text="", **more)  # type: ignore[arg-type]
    receive.receive_report(town.house, said, by="town", command=f"heard {id}", now=now)


def noted(town: Installation, browser: Browser, nonce: str = "a-page-of-ours", /, **others: str) -> Response:
    """Post the form."""
    ago = town.clock.now().astimezone(zone("Europe/Vienna")) - timedelta(hours=3)
    form = {
        "what": "Six are held at a mill <b>",
        "happened": f"{ago:{WHEN}}",
        "zone": "Europe/Vienna",
        "where": "The mill",
        "country": "BE",
        "published": f"{ago + timedelta(hours=1):{WHEN}}",
        "by_host": "yes",
        "mark": "TLP:CLEAR",
        "report_CLEAR": "yes",
    }
    return send(browser, "/desk/incidents", nonce, **(form | others))


def test_what_rests_on_nothing_that_is_open_is_not_open_by_itself(town: Installation, watch: Browser) -> None:
    chosen = '<option value="{}" selected translate="no">'
    assert chosen.format("TLP:AMBER") in watch.get("/desk/incidents/new").text
    town.person("Greta Green", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    low = Browser(town.site)
    assert low.sign_in("greta").status_code == 303
    assert chosen.format("TLP:GREEN") in low.get("/desk/incidents/new").text
    assert chosen.format("TLP:CLEAR") in watch.get("/desk/incidents/new?report=CLEAR").text


def every(town: Installation) -> list[Incident]:
    with town.store.look() as look:
        return look.all(Incident)


def test_a_hosts_own_news_reaches_the_case_that_the_host_denies(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    assert "/desk/incidents" in watch.get("/desk/cases").text, "it is found from the cases"
    assert "No incident is noted" in text(watch.get("/desk/incidents").text)
    assert "Note an incident" in text(watch.get("/desk/incidents/new").text)
    answer = noted(town, watch, actor="lanterns")
    assert answer.status_code == 303, text(answer.text)
    [incident] = every(town)
    assert (incident.where, incident.actor, incident.reports) == ("The mill", "lanterns", ("CLEAR",))
    assert (incident.published_by_host, incident.country, incident.mark) == (True, "BE", Mark.CLEAR)
    assert answer.headers["location"] == f"/desk/incidents/{incident.id}"
    page = watch.get(answer.headers["location"])
    said = text(page.text)
    assert CASE["title"] in said
    assert "waits for a decision" in said
    assert "fits its place, its time" in said
    assert "by the host itself" in said
    assert "A cell is held, CLEAR" in said
    assert stands(town, case).evidence == (), "nothing is linked by itself"
    assert "published by the host itself" in text(watch.get(f"/desk/cases/{case}").text)
    acts = f"/desk/cases/{case}/acts"
    assert f'action="{acts}/link"' in page.text
    assert send(watch, f"{acts}/link", item=incident.id, bearing="for").status_code == 303
    [link] = stands(town, case).evidence
    assert (link.item, link.item_kind, link.bearing) == (incident.id, "incident", Bearing.FOR)
    listed = text(watch.get("/desk/incidents").text)
    assert "Six are held at a mill <b>" in listed
    assert "belongs to it: for it" in listed


def test_a_form_sent_twice_notes_one_incident(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    first, again = noted(town, watch), noted(town, watch)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    assert len(every(town)) == 1
    assert len(stands(town, case).proposed) == 1


@pytest.mark.parametrize(
    ("others", "status", "why"),
    [
        pytest.param({"what": " "}, 409, "Say in one line what happened", id="nothing happened"),
        pytest.param({"happened": ""}, 400, "Write when it happened", id="never"),
        pytest.param({"happened": "2099-01-01T10:00"}, 409, "cannot have happened yet", id="tomorrow"),
        pytest.param({"published": "2001-01-01T10:00"}, 409, "published after it happened", id="published before"),
        pytest.param({"published": ""}, 409, "Write when the host published it", id="by a host that published nothing"),
        pytest.param({"point": "here"}, 400, "latitude,longitude", id="no point"),
        pytest.param({"point": "91,4"}, 409, "A latitude is from", id="off the Earth"),
        pytest.param({"point": "51,4", "town": "Gent"}, 400, "not both", id="two places"),
        pytest.param({"town": "Nowhere at all", "country": ""}, 400, "No town called", id="no town"),
        pytest.param({"town": "Springfield", "country": "US"}, 400, "Several places are called", id="more towns than one"),
        pytest.param({"country": "QQ"}, 409, "no country", id="no country"),
        pytest.param({"actor": "nobody"}, 409, "There is no actor", id="nobody"),
        pytest.param({"mark": "red"}, 400, "Choose a mark", id="no mark"),
        pytest.param({"mark": "TLP:RED"}, 409, "You may not read", id="RED, which names no readers"),
        pytest.param({"mark": "TLP:AMBER+STRICT"}, 409, "You may not read", id="beyond the own clearance"),
        pytest.param({"report_AMBER": "yes"}, 409, "goes no further", id="looser than a report"),
        pytest.param({"report_red": "yes"}, 409, "for its named readers alone", id="on a RED report"),
        pytest.param({"report_AMBER_STRICT": "yes"}, 409, "no such report that you may read", id="on one not to be read"),
        pytest.param({"report_none": "yes"}, 409, "no such report that you may read", id="on one that is not there"),
    ],
)  # fmt: skip
def test_a_refused_form_comes_back_as_typed(
    refusing: tuple[Installation, Browser], others: dict[str, str], status: int, why: str
) -> None:
    answer = noted(*refusing, **others)
    said = text(answer.text)
    assert answer.status_code == status, said
    assert why in said
    assert 'value="The mill"' in answer.text, "as it was typed"
    assert "Note an incident" in said


def test_what_was_ticked_stays_ticked_though_it_is_no_late_report(town: Installation, watch: Browser) -> None:
    for n in range(30):
        heard(town, f"later-{n}", f"Later {n}")
    assert 'name="report_CLEAR"' not in watch.get("/desk/incidents/new").text
    answer = noted(town, watch, what="", report_GREEN="yes", mark="TLP:GREEN")
    assert 'name="report_CLEAR" value="yes" checked' in answer.text
    assert 'name="report_GREEN" value="yes" checked' in answer.text


def test_reports_are_looked_for_and_nothing_typed_is_lost(town: Installation, watch: Browser) -> None:
    for n in range(30):
        heard(town, f"later-{n}", f"Later {n}")
    heard(town, "russian", "Шестеро задержаны в Карабулаке")
    answer = noted(town, watch, step="look", words="карабулаке шестеро", published="")
    assert answer.status_code == 200
    assert 'name="report_russian" value="yes">' in answer.text
    assert 'name="report_CLEAR" value="yes" checked' in answer.text
    assert "report_later-29" not in answer.text
    assert 'value="The mill"' in answer.text
    assert every(town) == []
    for words in ("Whispered", "AMBER_STRICT"):
        assert "none with these words" in text(noted(town, watch, step="look", words=words, report_CLEAR="").text)


def test_a_report_that_was_taken_back_bears_nothing(town: Installation, watch: Browser) -> None:
    town.commit(ReportTakenBack(subject="CLEAR", occurred_at=town.clock.now(), why="It was false"))
    answer = noted(town, watch)
    assert answer.status_code == 409
    assert "has taken it back" in text(answer.text)


def test_a_town_is_found_by_its_name_and_what_is_not_published_is_linked_by_hand(
    town: Installation, watch: Browser
) -> None:
    case = opened(town, watch)
    answer = noted(town, watch, where="", town="Карабулак", country="", published="", by_host="")
    assert answer.status_code == 303, text(answer.text)
    [incident] = every(town)
    assert (incident.where, incident.country) == ("Karabulak", "RU")
    assert incident.point is not None
    assert abs(incident.point[0] - 43.3) < 0.1
    said = text(watch.get(answer.headers["location"]).text)
    assert "It was proposed to no case" in said
    path = f"{answer.headers['location']}/link"
    assert send(watch, path, case=case, bearing="for", why="").status_code == 400
    assert send(watch, path, case="none", bearing="for", why="So").status_code == 400
    assert send(watch, path, case=case, bearing="so", why="So").status_code == 400
    assert send(watch, "/desk/incidents/none/link", case=case, bearing="for", why="So").status_code == 404
    assert send(watch, path, case=case, bearing="for", why="Their men").status_code == 303
    assert stands(town, case).evidence[0].why == "Their men"


def test_who_may_not_read_a_case_is_told_of_it_by_no_incident(town: Installation, watch: Browser) -> None:
    answer = noted(town, watch)
    alone = watch.get(answer.headers["location"]).text
    listed = watch.get("/desk/incidents").text
    town.person("Ruby Red", Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
    ruby = Browser(town.site)
    assert ruby.sign_in("ruby").status_code == 303
    case = opened(town, ruby, mark="TLP:RED", title="Hidden")
    assert stands(town, case).waiting, "it was proposed"
    assert "Hidden" in ruby.get(answer.headers["location"]).text
    for page, before in ((answer.headers["location"], alone), ("/desk/incidents", listed)):
        assert text(watch.get(page).text) == text(before)
    assert "You see no case" in text(alone)


def test_an_incident_is_read_as_far_as_its_mark(town: Installation, watch: Browser) -> None:
    answer = noted(town, watch, report_AMBER="yes", mark="TLP:AMBER")
    assert answer.status_code == 303
    town.person("Greta Green", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    town.person("Audit Al", Role.AUDITOR)
    greta, al = Browser(town.site), Browser(town.site)
    assert greta.sign_in("greta").status_code == al.sign_in("audit").status_code == 303
    assert greta.get(answer.headers["location"]).status_code == 404
    assert "No incident is noted" in text(greta.get("/desk/incidents").text)
    seen = al.get(answer.headers["location"])
    assert seen.status_code == 200
    assert "<form" not in seen.text.partition("<main")[2], "an auditor reads and changes nothing"
    assert al.get("/desk/incidents/new").status_code == noted(town, al).status_code == 403


def test_an_incident_waits_is_declined_or_went_with_a_part(town: Installation, watch: Browser) -> None:
    case, answer = opened(town, watch), noted(town, watch)
    [incident] = every(town)
    acts = f"/desk/cases/{case}/acts"
    assert send(watch, f"{acts}/decline", item=incident.id, why="Another mill").status_code == 303
    assert "does not belong to it" in text(watch.get(answer.headers["location"]).text)
    weigh.link_evidence(town.house, case, incident.id, Bearing.AGAINST, by="t", command="against", now=town.clock.now())
    assert "belongs to it: against it" in text(watch.get(answer.headers["location"]).text)


HAPPENED = {
    "extension_type": "property-extension",
    "happened_at": "2024-03-03T04:30:00.000Z",
    "published_at": "2024-03-03T12:00:00.000Z",
    "by_host": True,
    "where": "Karabulak <b>",
}


def taken_in(watch: Browser, *objects: object, unmarked: str = "TLP:GREEN") -> Response:
    form = {"source": "news", "text": bundle(*objects).decode(), "unmarked": unmarked, "step": "take in"}
    answer = send(watch, "/desk/exchange", **form)
    assert answer.status_code == 200, text(answer.text)
    return answer


def filled(page: str) -> dict[str, str]:
    [form] = cast("list[html.FormElement]", html.document_fromstring(page).xpath('//form[@action="/desk/incidents"]'))
    return {name: str(value) for name, value in form.form_values()}


def test_what_came_in_as_an_incident_is_noted_in_one_step(town: Installation, watch: Browser) -> None:
    case = opened(town, watch, place="Karabulak", country="RU", circle="43.3,44.9")
    there = one("location", 2, name="Karabulak", country="RU", latitude=43.3055, longitude=44.9094)
    held = one("incident", 5, name="Six are killed", extensions={Happened.ID: HAPPENED})
    tie = one("relationship", 3, relationship_type="located-at", source_ref=held["id"], target_ref=there["id"])
    other = one("relationship", 4, relationship_type="located-at", source_ref=STRUCK["id"], target_ref=PLACE["id"])
    group = one("threat-actor", 6, name="Others", aliases=["the LANTERNS"])
    theirs = one("relationship", 7, relationship_type="attributed-to", source_ref=held["id"], target_ref=group["id"])
    done = taken_in(watch, held, there, tie, STRUCK, PLACE, other, group, theirs)
    with town.store.look() as look:
        [report] = [each for each in look.all(Report) if each.title == "Six are killed"]
    href = f"/desk/incidents/new?report={report.id}"
    assert href in done.text
    assert href in watch.get("/desk/incidents").text
    form = filled(watch.get(href).text)
    assert {name: form[name] for name in ("what", "where", "point", "country", "happened", "published", "by_host")} == {
        "what": "Six are killed",
        "where": "Karabulak <b>",
        "point": "43.30550,44.90940",
        "country": "RU",
        "happened": "2024-03-03T05:30",
        "published": "2024-03-03T13:00",
        "by_host": "yes",
    }
    assert form["mark"] == "TLP:GREEN", "no further than its report"
    assert form["actor"] == "lanterns", "by another of its names"
    assert form[f"report_{report.id}"] == "yes"
    assert every(town) == [], "nothing is noted by itself"
    answer = send(watch, "/desk/incidents", **form)
    assert answer.status_code == 303, text(answer.text)
    [incident] = every(town)
    assert incident.reports == (report.id,)
    assert incident.happened_at.isoformat() == "2024-03-03T04:30:00+00:00"
    assert [each.incident for each in stands(town, case).waiting] == [incident.id]
    assert href not in watch.get("/desk/incidents").text, "it waits no longer"


def test_what_others_said_wrongly_or_not_at_all_fills_nothing(town: Installation, watch: Browser) -> None:
    far = one("location", 2, name="Far", latitude=430, longitude="x", country="??")
    tie = one("relationship", 3, relationship_type="located-at", source_ref=STRUCK["id"], target_ref=far["id"])
    taken_in(watch, STRUCK, far, tie, NOTE)
    with town.store.look() as look:
        reports = {each.title: each.id for each in look.all(Report)}
    form = filled(watch.get(f"/desk/incidents/new?report={reports['The mill burnt']}").text)
    assert (form["what"], form["where"], form["point"], form["country"], form["happened"]) == (
        "The mill burnt", "Far", "", "", "",
    )  # fmt: skip
    assert filled(watch.get(f"/desk/incidents/new?report={reports['It is likely.']}").text)["what"] == "It is likely."
    assert filled(watch.get("/desk/incidents/new?report=AMBER_STRICT&report=none").text)["what"] == ""


def test_what_is_red_is_not_offered_to_be_noted(town: Installation, watch: Browser) -> None:
    done = taken_in(watch, STRUCK, unmarked="TLP:RED")
    assert "/desk/incidents/new?" not in done.text + watch.get("/desk/incidents").text


def test_the_list_names_a_few_cases_and_the_page_all(town: Installation, watch: Browser) -> None:
    for n in range(6):
        opened(town, watch, title=f"Case {n}")
    over, within = opened(town, watch, title="Over", place="Elsewhere"), opened(town, watch, title="In", place="There")
    assert send(watch, f"/desk/cases/{over}/acts/close", why="It is over").status_code == 303
    into = opened(town, watch, title="Another", place="Far")
    assert send(watch, f"/desk/cases/{within}/acts/merge", into=into, why="One plan").status_code == 303
    page = noted(town, watch, country="").headers["location"]
    listed, one = text(watch.get("/desk/incidents").text), watch.get(page)
    assert "and more" in listed
    assert sum(f"Case {n}" in listed for n in range(6)) == 4
    assert all(f"Case {n}" in one.text for n in range(6))
    choices = cast("list[str]", html.document_fromstring(one.text).xpath('//select[@name="case"]/option/text()'))
    assert "Another" in choices
    assert not {"Over", "In", "Case 1"} & set(choices)


def test_an_incident_and_where_it_was_proposed_become_true_at_once(
    town: Installation, watch: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(town, watch)
    committed: list[list[str]] = []
    real = town.store.commit

    def commit(facts: Sequence[Fact], **said: Any) -> object:
        committed.append([fact.kind() for fact in facts])
        return real(facts, **said)

    monkeypatch.setattr(town.store, "commit", commit)
    assert noted(town, watch).status_code == 303
    assert committed == [["IncidentNoted", "IncidentProposed"]], "killed before or after, nothing is half there"


def test_older_ones_stand_on_the_next_page(town: Installation, watch: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.web.desk.fill.incidents.MOST", 2)
    for n in range(5):
        assert noted(town, watch, what=f"Fire {n}").status_code == 303
    seen, page, pages = [], "/desk/incidents", 0
    while page:
        shown = html.document_fromstring(watch.get(page).text)
        seen += [str(one) for one in cast("list[str]", shown.xpath("//tbody/tr/th/a/bdi/text()"))]
        page = "".join(cast("list[str]", shown.xpath("//a[. = 'Older ones']/@href")))
        pages += 1
    assert sorted(seen) == [f"Fire {n}" for n in range(5)]
    assert pages == 3
    assert "The latest" in text(watch.get("/desk/incidents?after=none").text)


def test_a_report_leads_to_the_form_and_to_what_rests_on_it(town: Installation, watch: Browser) -> None:
    page = watch.get("/desk/reports/CLEAR").text
    assert "/desk/incidents/new?report=CLEAR" in page
    assert "rest on it" not in page
    incident = noted(town, watch, report_AMBER="yes", mark="TLP:AMBER").headers["location"]
    assert incident in watch.get("/desk/reports/CLEAR").text
    assert "/desk/incidents/new" not in watch.get("/desk/reports/red").text, "an incident has no named readers"
    town.person("Greta Green", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    town.person("Audit Al", Role.AUDITOR)
    greta, al = Browser(town.site), Browser(town.site)
    assert greta.sign_in("greta").status_code == al.sign_in("audit").status_code == 303
    assert "rest on it" not in greta.get("/desk/reports/CLEAR").text, "it is AMBER"
    seen = al.get("/desk/reports/CLEAR").text
    assert incident in seen
    assert "/desk/incidents/new" not in seen


def published(town: Installation, browser: Browser, page: str, /, **others: str) -> Response:
    """Post the form on the page of an incident."""
    when = town.clock.now().astimezone(zone("Europe/Vienna")) - timedelta(hours=1)
    form = {"published": f"{when:{WHEN}}", "zone": "Europe/Vienna", "by_host": "yes", "report_GREEN": "yes"}
    return send(browser, f"{page}/published", "a-page-of-ours", **(form | others))


def unpublished(town: Installation, browser: Browser, **others: str) -> str:
    said = {"published": "", "by_host": "", "mark": "TLP:GREEN"} | others
    return noted(town, browser, **said).headers["location"]


def test_what_the_host_publishes_later_reaches_the_case_then(
    town: Installation, watch: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, page = opened(town, watch), unpublished(town, watch)
    assert "It was published since" in watch.get(page).text
    assert stands(town, case).waiting == ()
    committed: list[list[str]] = []
    real = town.store.commit

    def commit(facts: Sequence[Fact], **said: Any) -> object:
        committed.append([fact.kind() for fact in facts])
        return real(facts, **said)

    monkeypatch.setattr(town.store, "commit", commit)
    for _ in range(2):
        answer = published(town, watch, page)
        assert answer.status_code == 303, text(answer.text)
    assert committed == [["IncidentPublished", "IncidentProposed"]], "once, and nothing is half there"
    [incident] = every(town)
    assert (incident.published_by_host, incident.reports) == (True, ("CLEAR", "GREEN"))
    assert incident.published_at is not None
    assert incident.published_at > incident.happened_at
    [waits] = stands(town, case).waiting
    assert (waits.incident, waits.fits) == (incident.id, ("place", "time"))
    said = watch.get(page).text
    assert "by the host itself" in text(said)
    assert "It was published since" not in said
    later = opened(town, watch, title="Later")
    assert [one.incident for one in stands(town, later).waiting] == [incident.id], "and a case that is opened after"


def test_what_is_linked_or_declined_already_is_not_proposed_again(town: Installation, watch: Browser) -> None:
    linked, within = opened(town, watch), opened(town, watch, title="Within")
    page = unpublished(town, watch)
    for case in (linked, within):
        assert send(watch, f"{page}/link", case=case, bearing="for", why="Their men").status_code == 303
    into = opened(town, watch, title="Another", place="Far")
    assert send(watch, f"/desk/cases/{within}/acts/merge", into=into, why="One plan").status_code == 303
    other = opened(town, watch, title="Other")
    assert published(town, watch, page).status_code == 303
    found = {case: [one.fits for one in stands(town, case).proposed] for case in (linked, within, into, other)}
    assert found == {linked: [], within: [], into: [], other: [("place", "time")]}


def first(town: Installation, monkeypatch: pytest.MonkeyPatch, step: Callable[[], object]) -> None:
    """Let a step be taken just before the next commit."""
    real = town.store.commit

    def commit(facts: Sequence[Fact], **said: Any) -> object:
        monkeypatch.undo()
        step()
        return real(facts, **said)

    monkeypatch.setattr(town.store, "commit", commit)


def opens(town: Installation) -> None:
    assert town.watch_officer
    now = town.clock.now()
    case = ThreatOpened(
        subject="meanwhile", occurred_at=now, title="A", zone="UTC", owner=town.watch_officer, place="The mill"
    )
    weigh.open_threat(town.house, case, by="town", command="meanwhile", now=now)


@pytest.mark.parametrize("is_new", [pytest.param(True, id="noted"), pytest.param(False, id="published since")])
def test_a_case_that_is_opened_meanwhile_is_not_missed(
    town: Installation, watch: Browser, monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    said = partial(noted, town, watch) if is_new else partial(published, town, watch, unpublished(town, watch))
    first(town, monkeypatch, partial(opens, town))
    assert said().status_code == 409
    assert said().status_code == 303
    assert len(stands(town, "meanwhile").waiting) == 1


def test_an_incident_that_is_noted_meanwhile_is_not_missed(
    town: Installation, watch: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(town, monkeypatch, lambda: noted(town, watch))
    with pytest.raises(Stale):
        opens(town)
    opens(town)
    assert len(stands(town, "meanwhile").waiting) == 1


@pytest.mark.parametrize(
    ("others", "status", "why"),
    [
        pytest.param({"published": ""}, 400, "Write when it was first published", id="never"),
        pytest.param({"published": "2001-01-01T10:00"}, 409, "after it happened", id="before it happened"),
        pytest.param({"published": "2099-01-01T10:00"}, 409, "before now", id="tomorrow"),
        pytest.param({"report_AMBER": "yes"}, 409, "goes no further", id="by a report that is stricter"),
        pytest.param({"report_red": "yes"}, 409, "for its named readers alone", id="by a RED report"),
        pytest.param({"report_AMBER_STRICT": "yes"}, 409, "no such report that you may read", id="by one not to be read"),
    ],
)  # fmt: skip
def test_what_cannot_have_been_published_so_is_refused(
    town: Installation, watch: Browser, others: dict[str, str], status: int, why: str
) -> None:
    page = unpublished(town, watch)
    answer = published(town, watch, page, **others)
    assert answer.status_code == status
    assert why in text(answer.text)
    assert 'name="report_GREEN" value="yes" checked' in answer.text, "as it was ticked"
    assert every(town)[0].published_at is None


def test_who_may_not_read_an_incident_or_is_no_officer_does_not_publish_it(town: Installation, watch: Browser) -> None:
    hidden = unpublished(town, watch, mark="TLP:AMBER", report_AMBER="yes")
    seen = unpublished(town, watch)
    town.person("Greta Green", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    town.person("Audit Al", Role.AUDITOR)
    greta, al = Browser(town.site), Browser(town.site)
    assert greta.sign_in("greta").status_code == al.sign_in("audit").status_code == 303
    assert published(town, greta, hidden).status_code == 404
    assert published(town, greta, hidden, step="look").status_code == 404
    assert published(town, al, seen).status_code == 403
    assert "It was published since" not in al.get(seen).text
    assert published(town, watch, seen).status_code == 303
    again = published(town, watch, seen, report_GREEN="")
    assert again.status_code == 409
    assert "It was first published" in text(again.text)


def test_reports_by_which_it_was_published_are_looked_for(town: Installation, watch: Browser) -> None:
    page = unpublished(town, watch)
    for n in range(30):
        heard(town, f"later-{n}", f"Later {n}")
    heard(town, "russian", "Шестеро задержаны в Карабулаке")
    offered = watch.get(page).text
    assert "report_later-29" in offered
    assert not {"report_CLEAR", "report_AMBER"} & {one.partition('"')[0] for one in offered.split('name="')}
    answer = published(town, watch, page, step="look", words="карабулаке шестеро")
    assert answer.status_code == 200
    assert 'name="report_russian" value="yes">' in answer.text
    assert 'name="report_GREEN" value="yes" checked' in answer.text
    assert "report_later-29" not in answer.text
    assert '<details class="in act" open' in answer.text
    assert every(town)[0].published_at is None


def corrected(browser: Browser, page: str, times: int = 1, /, **others: str) -> Response:
    """Post the form as it was drawn, with something else in it."""
    drawn = html.document_fromstring(browser.get(f"{page}/anew").text)
    [form] = cast("list[html.FormElement]", drawn.xpath(f'//form[@action="{page}/anew"]'))
    said = {name: str(value) for name, value in form.form_values() if name != "nonce"}
    form = said | {"why": "It was six"} | others
    return [send(browser, f"{page}/anew", "a-page-of-ours", **form) for _ in range(times)][-1]


def test_what_was_noted_wrongly_is_written_down_anew_and_reaches_what_it_fits_then(
    town: Installation, watch: Browser
) -> None:
    near, far = opened(town, watch), opened(town, watch, title="Far", place="The weir", country="", circle="")
    page = noted(town, watch).headers["location"]
    [before] = every(town)
    assert send(watch, f"/desk/cases/{near}/acts/link", item=before.id, bearing="for").status_code == 303
    assert f"{page}/anew" in watch.get(page).text
    answer = corrected(watch, page, 2, where="The weir", country="", report_GREEN="yes", mark="TLP:GREEN")
    assert answer.status_code == 303, text(answer.text)
    [after] = every(town)
    assert after.happened_at == before.happened_at
    assert (after.where, after.mark, after.corrected_why) == ("The weir", Mark.GREEN, "It was six")
    assert set(after.reports) == {"CLEAR", "GREEN"}
    assert [(one.incident, one.fits) for one in stands(town, far).proposed] == [(after.id, ("place", "time"))]
    assert len(stands(town, near).proposed) == 1
    assert [one.item for one in stands(town, near).evidence] == [after.id], "it stays linked"
    assert "It was six" in text(watch.get(page).text)
    greta = town.person("Greta Green", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    assert greta
    assert corrected(watch, page, mark="TLP:AMBER", why="A partner said so").status_code == 303
    other = Browser(town.site)
    assert other.sign_in("greta").status_code == 303
    assert other.get(page).status_code == other.get(f"{page}/anew").status_code == 404
    assert send(other, f"{page}/anew", why="So").status_code in (400, 404)


@pytest.mark.parametrize(
    ("others", "status", "why"),
    [
        pytest.param({}, 409, "Nothing in it has changed", id="as it was"),
        pytest.param({"what": "Five are held", "why": " "}, 409, "Say what was wrong", id="for no reason"),
        pytest.param({"mark": "TLP:CLEAR"}, 409, "goes no further than that", id="looser than what it rests on"),
        pytest.param({"mark": "TLP:AMBER+STRICT"}, 409, "would not see it again", id="beyond the own clearance"),
        pytest.param({"report_red": "yes"}, 409, "for its named readers alone", id="on a RED report"),
        pytest.param({"what": "Five", "seen": "7"}, 409, "has changed it since", id="after somebody else did"),
        pytest.param({"actor": "nobody"}, 409, "There is no actor", id="by nobody"),
    ],
)
def test_what_an_incident_cannot_be_corrected_to_is_refused(
    town: Installation, watch: Browser, others: dict[str, str], status: int, why: str
) -> None:
    page = noted(town, watch, report_GREEN="yes", mark="TLP:GREEN").headers["location"]
    before = every(town)
    answer = corrected(watch, page, **others)
    assert answer.status_code == status, text(answer.text)
    assert why in text(answer.text)
    assert "Write an incident down anew" in text(answer.text), "the form comes back"
    assert every(town) == before


def test_what_the_corrector_may_not_read_bears_an_incident_still(town: Installation, watch: Browser) -> None:
    noted_by_program = IncidentNoted(
        subject="seen", occurred_at=town.clock.now(), what="Held", where="", reports=("AMBER_STRICT",), mark=Mark.GREEN
    )
    receive.note_incident(town.house, noted_by_program, by="town", command="seen", now=town.clock.now())
    page = "/desk/incidents/seen"
    assert "AMBER_STRICT" not in watch.get(f"{page}/anew").text
    answer = corrected(watch, page, mark="TLP:CLEAR")
    assert answer.status_code == 409
    assert "what you may not read" in text(answer.text)
    assert corrected(watch, page, what="Five", mark="TLP:AMBER").status_code == 303
    assert every(town)[0].reports == ("AMBER_STRICT",)
    answer = corrected(watch, page, step="look", words="CLEAR")
    assert answer.status_code == 200
    assert "report_CLEAR" in answer.text
    assert 'value="Five"' in answer.text
