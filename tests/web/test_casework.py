"""A case at the desk, from opening it to its end, by the forms alone; what one may not read one may not touch either."""

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from httpx import Response
from lxml import html
from msgspec.structs import replace

from tests.web.installation import Browser, Installation
from tests.web.test_must_warn import of
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.basis.words import ENGLISH
from tocsin.flow.duty import must_warn
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.people.facts import PersonAdded, PersonKind
from tocsin.report.facts import Claim, IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import ActorListed, Bearing, Confidence, ThreatOpened
from tocsin.threat.indicators import Basis, Observed
from tocsin.threat.particulars import Method, Severity, TargetClass, ThreatKind
from tocsin.threat.state import Actor, Threat
from tocsin.warning.duty.state import DistrustedHost
from tocsin.web.desk.notice_filled import _when

CASE = {
    "title": "An attack on the fair <b>",
    "kind": "attack_on_gathering",
    "targets": "The fair\nIts visitors",
    "place": "The mill",
    "country": "BE",
    "circle": "51.05,4.05,5",
    "class_gathering": "yes",
    "method_fire": "yes",
    "intent": "That it is held nowhere any more",
    "mark": "TLP:AMBER",
    "zone": "Europe/Brussels",
}


def text(page: str) -> str:
    return " ".join(str(html.document_fromstring(page).xpath("string()")).split())


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser) -> Iterator[Browser]:
    assert town.watch_officer
    assert town.duty_officer
    assert browser.sign_in("watch").status_code == 303
    yield browser
    assert reconcile(town.store) == []


def send(browser: Browser, path: str, nonce: str = "a-page-of-ours", /, **form: str) -> Response:
    return browser.post(path, {"_csrf_token": browser.csrf("/desk"), "nonce": nonce, **form})


def opened(town: Installation, browser: Browser, **others: str) -> Id:
    answer = send(browser, "/desk/cases", **(CASE | others))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("/")[3]


def stands(town: Installation, id: Id) -> Threat:
    with town.store.look() as look:
        return look.get(Threat, id)


def act(browser: Browser, id: Id, verb: str, nonce: str = "a-page-of-ours", /, **form: str) -> int:
    return send(browser, f"/desk/cases/{id}/acts/{verb}", nonce, **form).status_code


def test_a_case_is_opened_with_whom_it_is_meant_for_and_a_step(town: Installation, watch: Browser) -> None:
    assert "Open a case" in text(watch.get("/desk/cases").text)
    assert "What may happen" in text(watch.get("/desk/cases/new").text)
    threat = stands(town, opened(town, watch))
    about = threat.particulars
    assert (threat.title, threat.targets, threat.owner) == (
        CASE["title"],
        ("The fair", "Its visitors"),
        town.watch_officer,
    )
    assert (about.threat_kind, about.target_classes, about.methods) == (
        ThreatKind.GATHERING,
        (TargetClass.GATHERING,),
        (Method.FIRE,),
    )
    assert about.places[0].circle == (51.05, 4.05, 5.0)
    assert threat.next_step is not None
    page = text(watch.get(f"/desk/cases/{threat.id}").text)
    assert "What is done next" in page
    assert threat.next_step.what in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        pytest.param({"title": " "}, "has a title", id="no title"),
        pytest.param({"circle": "here"}, "latitude,longitude", id="a place that is none"),
        pytest.param({"circle": "95,4"}, "no point on the earth", id="a place beyond the pole"),
        pytest.param({"kind": "bomb_making"}, "a kind of threat", id="a kind that there is not"),
        pytest.param({"mark": "SECRET"}, "a mark", id="a mark that there is not"),
        pytest.param({"host": "nobody"}, "from the list", id="a host that is nobody"),
        pytest.param({"begins": "2031-05-08T10:00", "ends": "2031-05-07T10:00"}, "before it begins", id="backwards"),
        pytest.param({"ends": "2023-05-07T10:00"}, "over already", id="an end that is long past"),
        pytest.param({"country": "ZZ"}, "country from the list", id="a country that there is not"),
    ],
)
def test_what_cannot_be_opened_is_said_in_a_sentence(
    town: Installation, watch: Browser, form: dict[str, str], sentence: str
) -> None:
    answer = send(watch, "/desk/cases", **(CASE | form))
    assert 400 <= answer.status_code < 500
    assert sentence in text(answer.text)


def test_a_case_whose_window_is_over_can_still_be_written_anew(town: Installation, watch: Browser) -> None:
    soon = (town.clock.now() + timedelta(hours=1)).astimezone(ZoneInfo("Europe/Brussels"))
    id = opened(town, watch, ends=f"{soon:%Y-%m-%dT%H:%M}")
    town.clock.advance(timedelta(hours=2))
    form = {**CASE, "title": "Another name", "ends": f"{soon:%Y-%m-%dT%H:%M}", "why": "A better name"}
    assert act(watch, id, "describe", **form) == 303
    assert act(watch, id, "describe", "a-page-of-old", **(form | {"title": "More", "ends": "2023-05-07T10:00"})) == 400


def test_before_anybody_has_judged_it_no_estimate_is_put_into_their_mouth(town: Installation, watch: Browser) -> None:
    page = html.document_fromstring(watch.get(f"/desk/cases/{opened(town, watch)}/estimate").text)
    assert page.xpath('//input[@name="low"]/@value') == page.xpath('//input[@name="high"]/@value') == [""]
    assert page.xpath('//input[@name="confidence"][@checked]') == []


def test_whoever_opens_a_case_sees_it_again(town: Installation, watch: Browser) -> None:
    form = html.document_fromstring(watch.get("/desk/cases/new").text)
    assert form.xpath('//select[@name="mark"]/option/@value') == ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:RED"]
    answer = send(watch, "/desk/cases", **(CASE | {"mark": "TLP:AMBER+STRICT"}))
    assert answer.status_code == 400
    assert "You may not read what is marked TLP:AMBER+STRICT" in text(answer.text)
    for mark in ("TLP:AMBER", "TLP:RED"):
        id = opened(town, watch, mark=mark, title=mark)
        assert watch.get(f"/desk/cases/{id}").status_code == 200


def test_pressed_twice_one_case_is_opened(town: Installation, watch: Browser) -> None:
    opened(town, watch)
    opened(town, watch)
    with town.store.look() as look:
        assert len(look.all(Threat)) == 1


def test_it_is_judged_with_its_reasons_and_never_in_one_breath(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    said = {
        "low": "55",
        "high": "80",
        "confidence": "low",
        "confidence_why": "One origin.",
        "grounds": "Maps were found.",
        "severity": "severe",
        "why": "The maps",
    }
    mixed = said | {"grounds": "It is likely, with low confidence."}
    answer = send(watch, f"/desk/cases/{id}/acts/estimate", **mixed)
    assert answer.status_code == 400
    assert "do not share a sentence" in text(answer.text)
    for wrong in ({"low": "-1"}, {"high": "101"}, {"low": "0.5"}, {"confidence": "sure"}, {"severity": "awful"}):
        assert act(watch, id, "estimate", **(said | wrong)) == 400
    assert act(watch, id, "estimate", **said) == 303
    last = stands(town, id).last
    assert last is not None
    assert (last.likelihood, last.confidence, last.severity) == ((0.55, 0.8), Confidence.LOW, Severity.SEVERE)
    assert last.assessor == town.watch_officer
    page = text(watch.get(f"/desk/cases/{id}/estimate").text)
    assert "One origin." in page
    assert "likely" in page


def test_a_range_is_called_the_same_on_every_page_and_by_no_word_that_says_less(
    town: Installation, watch: Browser
) -> None:
    id = opened(town, watch)
    said = {"confidence": "low", "confidence_why": "One origin.", "grounds": "Maps.", "why": "The maps"}
    answer = send(watch, f"/desk/cases/{id}/acts/estimate", **said, low="75", high="45")
    assert "75 to 45 in a hundred is no range" in text(answer.text)
    assert act(watch, id, "estimate", **said, low="45", high="75") == 303
    for path in (f"/desk/cases/{id}", f"/desk/cases/{id}/estimate", "/desk/cases", "/desk"):
        page = text(watch.get(path).text)
        assert "roughly even chance to likely 45–75" in " ".join(page.split()), path
    assert act(watch, id, "estimate", **said, low="55", high="80", changed="More maps.") == 303
    assert "to likely" not in text(watch.get("/desk/cases").text)


@pytest.mark.parametrize("left_out", ["changed", "why"])
def test_an_estimate_after_the_first_says_what_changed_why_and_how_good_its_grounds_are(
    town: Installation, watch: Browser, left_out: str
) -> None:
    id = opened(town, watch)
    first = {"low": "20", "high": "45", "confidence": "low", "grounds": "One voice.", "why": "It is Monday."}
    answer = send(watch, f"/desk/cases/{id}/acts/estimate", **first, confidence_why=" ")
    assert answer.status_code == 400
    assert "Say what makes the grounds as good as that" in text(answer.text)
    first["confidence_why"] = "Nobody else spoke."
    assert act(watch, id, "estimate", **first) == 303
    again = first | {"changed": "A second voice.", "why": "It spoke.", "confidence_why": "They never met."}
    answer = send(watch, f"/desk/cases/{id}/acts/estimate", **(again | {left_out: "  "}))
    assert answer.status_code == 400
    assert "Say what has changed since the last estimate" in text(answer.text)
    assert len(stands(town, id).assessments) == 1
    assert act(watch, id, "estimate", **again) == 303
    assert len(stands(town, id).assessments) == 2
    form = html.document_fromstring(watch.get(f"/desk/cases/{id}/estimate").text)
    for name in ("changed", "why", "confidence_why"):
        assert form.xpath(f'//*[@name="{name}"]/@required'), name


def test_an_indicator_that_is_seen_changes_what_is_suggested_and_not_what_was_said(
    town: Installation, watch: Browser
) -> None:
    id = opened(town, watch)
    assert "Nothing can be worked out yet." in text(watch.get(f"/desk/cases/{id}/estimate").text)
    assert act(watch, id, "checklist", kind="attack_on_gathering") == 303
    assert act(watch, id, "checklist", "another-page-1", own="Lamps are bought", strength="weak") == 303
    assert act(watch, id, "observe", key="looked_over", stands="observed") == 409, "where was it seen?"
    assert act(watch, id, "observe", key="looked_over", stands="observed", words="At the gate") == 303
    threat = stands(town, id)
    assert threat.checklist.met == ("looked_over",)
    watched = threat.checklist.find("looked_over")
    assert watched is not None
    assert watched.stands is Observed.OBSERVED
    assert threat.assessments == ()
    page = text(watch.get(f"/desk/cases/{id}/estimate").text)
    assert "Newly observed since it was judged last" in page
    assert "4.00" in page
    assert "Lamps are bought" in text(watch.get(f"/desk/cases/{id}/work").text)


def test_the_hosts_own_news_stands_on_the_case_until_somebody_decides(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    for name in ("A cell is held", "A barn burns"):
        noted = IncidentNoted(
            subject=name,
            occurred_at=town.clock.now(),
            what=name,
            where="The mill",
            published_at=town.clock.now(),
            published_by_host=True,
        )
        receive.note_incident(town.house, noted, by=town.watch_officer, command=name, now=town.clock.now())
    page = text(watch.get(f"/desk/cases/{id}").text)
    assert "Published, and fits this case" in page
    assert "published by the host itself" in page
    assert act(watch, id, "link", item="A cell is held", bearing="for") == 303
    assert act(watch, id, "decline", item="A barn burns", why=" ") >= 400
    assert act(watch, id, "decline", "another-page-1", item="A barn burns", why="A stove") == 303
    assert stands(town, id).waiting == ()
    assert act(watch, id, "link", "another-page-2", item="nothing", bearing="for") == 400


def test_a_next_step_a_question_and_an_end(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    by_when = "2099-01-01T10:00"
    assert act(watch, id, "step", what="Ask the miller", by_when=by_when) >= 400, "that is no date for a step"
    assert act(watch, id, "step", what="Ask the miller", by_when="") == 400
    soon = f"{town.clock.now():%Y-%m-%d}T23:59"
    assert act(watch, id, "step", "another-page-1", what="Ask the miller", by_when=soon) == 303
    step = stands(town, id).next_step
    assert step is not None
    assert (step.what, step.owner) == ("Ask the miller", town.watch_officer)
    assert act(watch, id, "question", words="Which day?") == 303
    (question,) = stands(town, id).questions
    assert act(watch, id, "answer", question=question.id, answer="The second") == 303
    assert act(watch, id, "hand_over", owner=town.duty_officer, why="My watch ends") == 303
    assert act(watch, id, "close", why="It was a film") == 303
    page = text(watch.get(f"/desk/cases/{id}/work").text)
    assert "The case is over" in page
    assert act(watch, id, "step", "another-page-2", what="Look", by_when=soon) >= 400
    assert act(watch, id, "reopen", why="It was none") == 303
    assert stands(town, id).is_open


def test_only_an_officer_who_may_read_a_case_is_given_it(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    soon = f"{town.clock.now():%Y-%m-%d}T23:59"
    for unfit in (
        town.person("Miller Max"),
        town.person("Auditor Abe", Role.AUDITOR),
        town.person("Uncleared Una", Role.DUTY_OFFICER, cleared_to=Mark.GREEN),
        "nobody-here",
    ):
        for path, form in (
            ("/desk/cases", CASE),
            (f"/desk/cases/{id}/acts/hand_over", {"why": "My watch ends"}),
            (f"/desk/cases/{id}/acts/step", {"what": "Ask the miller", "by_when": soon}),
        ):
            answer = send(watch, path, **form, owner=unfit)
            assert 400 <= answer.status_code < 500
            assert "Only an officer who may read this case" in text(answer.text)
    assert stands(town, id).owner == town.watch_officer
    with town.store.look() as look:
        assert len([one for one in look.all(Threat) if one.title == CASE["title"]]) == 1
    fit = town.person("Cleared Cleo", Role.DUTY_OFFICER)
    assert act(watch, id, "hand_over", owner=fit, why="My watch ends") == 303
    assert stands(town, id).owner == fit


def test_a_red_case_is_handed_to_an_officer_who_reads_it_from_then_on(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, mark="TLP:RED")
    assert act(watch, id, "hand_over", owner=town.duty_officer, why="My watch ends") == 303
    assert stands(town, id).owner == town.duty_officer


def test_a_case_is_offered_to_no_officer_who_may_not_read_it(town: Installation, watch: Browser) -> None:
    low = town.person("Greta Green", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    id = opened(town, watch, mark="TLP:AMBER")
    page = html.document_fromstring(watch.get(f"/desk/cases/{id}/work").text)
    offered = cast(list[str], page.xpath('//select[@name="owner"]/option/@value'))
    assert town.duty_officer in offered
    assert low not in offered
    open_to_her = opened(town, watch, mark="TLP:GREEN")
    page = html.document_fromstring(watch.get(f"/desk/cases/{open_to_her}/work").text)
    assert low in cast(list[str], page.xpath('//select[@name="owner"]/option/@value'))


def test_cases_are_merged_and_parted_by_their_pages(town: Installation, watch: Browser) -> None:
    one = opened(town, watch)
    other = opened(town, watch, title="The same, heard elsewhere")
    assert act(watch, one, "merge", into="nothing", why="So") == 400
    assert act(watch, one, "merge", into=other, why="One plan") == 303
    assert "takes in" in text(watch.get(f"/desk/cases/{other}").text)
    assert "looked after elsewhere" in text(watch.get(f"/desk/cases/{one}/work").text)
    assert watch.get(f"/desk/cases/{one}/estimate").status_code == 404
    page = text(watch.get(f"/desk/cases/{one}").text)
    assert "It is asked where the case is looked after: The same, heard elsewhere" in page
    assert "It has not been asked" not in page
    assert act(watch, one, "part", why="Two plans") == 303
    assert stands(town, one).is_open


def test_the_page_of_a_case_that_took_one_in_shows_its_window_its_place_and_its_step(
    town: Installation, watch: Browser
) -> None:
    one = opened(town, watch, begins="2031-05-07T10:00", title="The same, heard elsewhere")
    other = opened(town, watch, place="", country="", circle="", targets="")
    by = (town.clock.now() + timedelta(hours=5)).astimezone(ZoneInfo("Europe/Brussels"))
    assert act(watch, one, "step", "a-page-of-step", what="Call the mill back", by_when=f"{by:%Y-%m-%dT%H:%M}") == 303
    assert act(watch, one, "merge", "a-page-of-merging", into=other, why="One plan") == 303
    page = text(watch.get(f"/desk/cases/{other}").text)
    for said in ("7 May 2031 10:00", "The mill", "Call the mill back", "Judge how likely it is"):
        assert said in page
    assert "What you set now answers all of these" in text(watch.get(f"/desk/cases/{other}/work").text)
    assert "7 May 2031" in text(watch.get(f"/desk/cases/{other}/duties").text)
    page = text(watch.get(f"/desk/cases/{one}").text)
    assert "What is done next is said where it is looked after" in page
    (row,) = cast(
        "list[html.HtmlElement]",
        html.document_fromstring(watch.get("/desk/cases").text).xpath(f'//tr[.//a[@href="/desk/cases/{one}"]]'),
    )
    assert "part of another" in row.text_content()
    assert not any(str(chip.text_content()).strip() == "open" for chip in row.find_class("chip"))


def test_what_is_split_off_keeps_what_the_form_shows_and_who_is_distrusted(town: Installation, watch: Browser) -> None:
    police = a_host(town)
    id = opened(town, watch, begins="2031-05-07T10:00", host=police)
    distrusts = {"host": police, "distrust": "leaks", "why": "It was sold."}
    assert send(watch, f"/desk/cases/{id}/duties/distrust", "distrust", **distrusts).status_code == 303
    for n, what in enumerate(("A boat is found", "A rope is found")):
        noted = IncidentNoted(subject=f"found{n}", occurred_at=town.clock.now(), what=what, where="")
        receive.note_incident(town.house, noted, by="town", command=what, now=town.clock.now())
        assert act(watch, id, "link", item=f"found{n}", bearing="for", why="So") == 303
    page = html.document_fromstring(watch.get(f"/desk/cases/{id}/work").text)
    (form,) = cast("list[html.FormElement]", page.xpath('//form[contains(@action, "/acts/split")]'))
    said = " ".join(str(form.text_content()).split())
    assert "7 May 2031" in said
    assert "The mill" in said
    assert "Nothing about it goes through these either: City police" in said
    answer = send(
        watch, f"/desk/cases/{id}/acts/split", item_found1="yes", title="The rope", why="So", strike_words="yes"
    )
    off, old = stands(town, answer.headers["location"].split("/")[3]), stands(town, id)
    assert (off.begins, off.place, off.targets, off.host) == (old.begins, "The mill", old.targets, police)
    assert off.particulars == replace(old.particulars, intent="")
    assert "Nothing about this case goes through City police" in text(watch.get(f"/desk/cases/{off.id}/duties").text)
    other = opened(town, watch, title="The same, heard elsewhere")
    assert act(watch, off.id, "merge", into=other, why="One plan") == 303
    assert "Nothing about this case goes through City police" in text(watch.get(f"/desk/cases/{other}/duties").text)


def test_who_looks_after_what_was_split_off_is_shown_that_a_host_is_distrusted_and_that_it_is_trusted_again(
    town: Installation, watch: Browser
) -> None:
    police, id = a_host(town), opened(town, watch)
    for n, what in enumerate(("A boat is found", "A rope is found")):
        noted = IncidentNoted(subject=f"found{n}", occurred_at=town.clock.now(), what=what, where="")
        receive.note_incident(town.house, noted, by="town", command=what, now=town.clock.now())
        assert act(watch, id, "link", item=f"found{n}", bearing="for", why="So") == 303
    split = send(watch, f"/desk/cases/{id}/acts/split", item_found1="yes", title="The rope", why="So")
    off = split.headers["location"].split("/")[3]
    distrusts = {"host": police, "distrust": "leaks", "why": "It was sold."}
    assert send(watch, f"/desk/cases/{id}/duties/distrust", "distrust", **distrusts).status_code == 303
    for page in (f"/desk/cases/{off}", f"/desk/cases/{off}/duties"):
        shown = text(watch.get(page).text)
        assert "Nothing about this case goes through City police: it may leak." in shown
        assert "It was sold." in shown
        assert "Does it still hold here?" not in shown
    with town.store.look() as look:
        (here,) = look.all(DistrustedHost, threat=id)
    now = town.clock.now()
    must_warn.trust(town.house, here.id, why="They were tried.", by=town.duty_officer, command="trusts", now=now)
    assert "goes through City police" not in text(watch.get(f"/desk/cases/{id}").text)
    for page in (f"/desk/cases/{off}", f"/desk/cases/{off}/duties"):
        shown = text(watch.get(page).text)
        assert "goes through City police" in shown
        assert "They were tried. Does it still hold here?" in shown
    # That it stays distrusted here is an answer, too: said by a duty officer, with a reason, once.
    with town.store.look() as look:
        (there,) = look.all(DistrustedHost, threat=off)
    officer, path = of(town, "duty"), f"/desk/duties/distrust/{there.id}/kept"
    page = officer.get(f"/desk/cases/{off}/duties").text
    form = {"case": off, **dict(re.findall(r'name="(beside_\d+)" value="([^"]+)"', page))}
    assert form == {"case": off, "beside_0": here.id}
    assert f'action="{path}"' in page
    assert send(watch, path, "kept", **form, why="So.").status_code == 403
    assert send(officer, path, "says-nothing", **form, why=" ").status_code == 409
    assert send(officer, path, "nowhere-at-all", **form | {"case": id}, why="So.").status_code == 404
    assert send(officer, path, "kept-here", **form, why="The other two work there still.").status_code == 303
    for page in (f"/desk/cases/{off}", f"/desk/cases/{off}/duties"):
        shown = text(officer.get(page).text)
        assert "Does it still hold here?" not in shown
        assert "goes through City police" in shown
        assert "It stays distrusted here, although it is trusted again elsewhere:" in shown
        assert "The other two work there still." in shown
    assert send(officer, path, "kept-twice", **form, why="So.").status_code == 409
    assert reconcile(town.store) == []


def a_host(town: Installation) -> Id:
    host = town.store.new_id()
    said = PersonAdded(
        subject=host, occurred_at=town.clock.now(), person_kind=PersonKind.ORGANISATION, name="City police"
    )
    town.commit(said)
    return host


def test_an_actor_stands_with_how_sure_we_are(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    listed = ActorListed(subject="lanterns", occurred_at=town.clock.now(), name="The Lanterns")
    weigh.list_actor(town.house, listed, by=town.watch_officer, command="actor", now=town.clock.now())
    assert act(watch, id, "attribute", actor="lanterns", confidence="moderate", why="Two origins") == 303
    assert "we are fairly sure" in text(watch.get(f"/desk/cases/{id}").text)
    assert act(watch, id, "drop_actor", actor="lanterns", why="It was others") == 303
    assert stands(town, id).actors == ()


def test_how_sure_we_are_of_an_actor_is_said_anew_from_what_was_said(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    for n, name in enumerate(("The Lanterns", "The Lamps")):
        assert act(watch, id, "list_actor", **(LISTED | {"name": name, "confidence": ("moderate", "low")[n]})) == 303
    page = html.document_fromstring(watch.get(f"/desk/cases/{id}/work").text)
    forms = cast(
        "list[html.FormElement]", page.xpath('//form[contains(@action, "/acts/attribute")][input[@name="actor"]]')
    )
    filled = [
        {name: value for name, value in one.form_values() if name in ("actor", "confidence", "why", "seen")}
        for one in forms
    ]
    lanterns, lamps = stands(town, id).actors
    assert filled == [
        {"actor": lanterns, "confidence": "moderate", "why": "They sign so", "seen": "2"},
        {"actor": lamps, "confidence": "low", "why": "They sign so", "seen": "2"},
    ]
    assert act(watch, id, "attribute", **(filled[0] | {"confidence": "high"})) == 303
    assert act(watch, id, "attribute", "an-old-page", **(filled[0] | {"why": "So"})) == 409
    said = {one.actor: one.confidence for one in stands(town, id).attributions}
    assert said == {lanterns: Confidence.HIGH, lamps: Confidence.LOW}


LISTED = {
    "name": "The Lamps",
    "aliases": "Lampen\nThe Light",
    "kind": "group",
    "confidence": "low",
    "why": "They sign so",
}


def test_an_actor_is_entered_and_stands_on_the_case(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    assert act(watch, id, "list_actor", **LISTED) == 303
    assert act(watch, id, "list_actor", **LISTED) == 303, "pressed twice"
    with town.store.look() as look:
        [actor] = look.all(Actor, name="The Lamps")
    assert (actor.aliases, stands(town, id).actors) == (("Lampen", "The Light"), (actor.id,))
    page = text(watch.get(f"/desk/cases/{id}/work").text)
    assert "The Lamps" in page
    again = send(watch, f"/desk/cases/{id}/acts/list_actor", "another-page", **LISTED)
    assert "stands in the actor book already" in text(again.text)
    person = send(
        watch, f"/desk/cases/{id}/acts/list_actor", "a-third-page", **(LISTED | {"name": "N", "kind": "person"})
    )
    assert 400 <= person.status_code < 500, "nobody is named whom no listing or charge names"


def test_an_actor_goes_by_another_name_and_by_one_no_more(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    assert act(watch, id, "list_actor", **LISTED) == 303
    [actor] = stands(town, id).actors
    named = {"actor": actor, "name": "Фонари", "said_by": "The ministry <b>", "since": "2014-06-29"}
    assert act(watch, id, "add_alias", **named) == 303
    assert act(watch, id, "add_alias", **named) == 303, "pressed twice"
    assert act(watch, id, "add_alias", "another-page", **named) == 409
    assert act(watch, id, "add_alias", "a-third-page", **(named | {"name": "N", "since": "2999-01-01"})) == 409
    assert act(watch, id, "add_alias", "a-fourth-page", **(named | {"name": "N", "since": "once"})) == 400
    assert act(watch, id, "take_back_alias", actor=actor, name="Lampen", why="") == 409
    assert act(watch, id, "take_back_alias", actor=actor, name="Lampen", why="A shop <b>") == 303
    for page in ("", "/work"):
        said = text(watch.get(f"/desk/cases/{id}{page}").text)
        assert "also called The Light" in said
        assert "also called Фонари since 2014-06-29: The ministry <b>" in said
        assert "not called Lampen: A shop <b>" in said
    listed = cast("list[str]", html.document_fromstring(watch.get(f"/desk/cases/{id}/work").text).xpath(
        '//form[contains(@action, "/take_back_alias")]//option/text()'
    ))  # fmt: skip
    assert listed == ["The Light", "Фонари"]
    assert act(watch, id, "add_alias", "a-fifth-page", **(named | {"actor": "nobody", "name": "N"})) == 409


@pytest.mark.parametrize("bearing", list(Bearing))
def test_a_claim_is_linked_as_it_bears_on_the_case(town: Installation, watch: Browser, bearing: Bearing) -> None:
    id, now = opened(town, watch), town.clock.now()
    source = SourceListed(
        subject="mill", occurred_at=now, name="The mill", source_kind="press", reliability=Reliability.B
    )
    receive.list_source(town.house, source, by="town", command="source", now=now)
    for name, mark, readers in (("said", Mark.AMBER, ()), ("hidden", Mark.RED, ("nobody",))):
        fact = ReportReceived(
            subject=name, occurred_at=now, source="mill", title=f"What is {name}", text="", mark=mark, readers=readers,
            claims=(Claim(text="They bought lamps"), Claim(text="They bought oil")),
        )  # fmt: skip
        receive.receive_report(town.house, fact, by="town", command=name, now=now)
    page = watch.get(f"/desk/cases/{id}/work").text
    assert 'value="said:1"' in page
    assert "What is hidden" not in page
    assert act(watch, id, "link", item="said:1", bearing=bearing.value, why="It burns") == 303
    [link] = stands(town, id).evidence
    assert (link.item, link.claim, link.bearing, link.why) == ("said", 1, bearing, "It burns")
    for item in ("said:7", "said:x", "hidden:1"):
        assert (
            400
            <= send(watch, f"/desk/cases/{id}/acts/link", item, item=item, bearing="for", why="So").status_code
            < 500
        )


def test_written_anew_it_keeps_what_the_form_does_not_show(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, begins="2031-05-07T10:00", ends="2031-05-09T10:00")
    page = cast("html.HtmlElement", html.document_fromstring(watch.get(f"/desk/cases/{id}/about").text))
    fields = cast("list[tuple[str, str]]", page.forms[-1].form_values())
    shown = {name: value for name, value in fields if name not in ("_csrf_token", "nonce")}
    before = stands(town, id)
    assert act(watch, id, "describe", "another-page-1", **(shown | {"title": "An attack on the feast"})) == 303
    after = stands(town, id)
    assert after == replace(before, title="An attack on the feast")


def test_an_indicator_rests_on_several_items_and_on_single_claims(town: Installation, watch: Browser) -> None:
    id, now = opened(town, watch), town.clock.now()
    source = SourceListed(
        subject="mill", occurred_at=now, name="The mill", source_kind="press", reliability=Reliability.B
    )
    receive.list_source(town.house, source, by="town", command="source", now=now)
    for name, mark, readers in (("said", Mark.AMBER, ()), ("hidden", Mark.RED, ("nobody",))):
        fact = ReportReceived(
            subject=name, occurred_at=now, source="mill", title=f"What is {name}", text="", mark=mark, readers=readers,
            claims=(Claim(text="They bought lamps"), Claim(text="They bought oil")),
        )  # fmt: skip
        receive.receive_report(town.house, fact, by="town", command=name, now=now)
        weigh.link_evidence(town.house, id, name, Bearing.FOR, by=town.watch_officer, command=f"link {name}", now=now)
    noted = IncidentNoted(subject="found", occurred_at=now, what="A boat is found", where="")
    receive.note_incident(town.house, noted, by="town", command="found", now=now)
    assert act(watch, id, "link", item="found", bearing="for", why="So") == 303
    assert act(watch, id, "checklist", "another-page-1", kind="attack_on_gathering") == 303
    key = stands(town, id).checklist.watched[0].indicator.key
    page = watch.get(f"/desk/cases/{id}/work").text
    assert 'name="shows_said:1"' in page
    assert "What is hidden" not in page
    chosen = {"shows_said:1": "yes", "shows_found": "yes"}
    assert act(watch, id, "observe", "another-page-2", key=key, stands="observed", **chosen) == 303
    latest = stands(town, id).checklist.watched[0].latest
    assert latest is not None
    assert set(latest.basis) == {Basis(item="said", claim=1), Basis(item="found")}
    shown = text(watch.get(f"/desk/cases/{id}/work").text)
    assert "They bought oil, A boat is found" in shown or "A boat is found, They bought oil" in shown
    for wrong in ("shows_said:7", "shows_said:x", "shows_hidden", "shows_hidden:0", "shows_nothing"):
        answer = act(watch, id, "observe", f"a-page-of-{wrong}", key=key, stands="unknown", **{wrong: "yes"})
        assert 400 <= answer < 500, wrong


def form_of(browser: Browser, path: str) -> dict[str, str]:
    page = cast("html.HtmlElement", html.document_fromstring(browser.get(path).text))
    fields = cast("list[tuple[str, str]]", page.forms[-1].form_values())
    return {name: value for name, value in fields if name not in ("_csrf_token", "nonce")}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        pytest.param({"country": "BG", "circle": "42.7,27.9,5"}, "near Burgas, Bulgaria", id="a circle"),
        pytest.param({"country": "BG", "circle": ""}, "Bulgaria", id="a country"),
        pytest.param({"country": "", "circle": "-48.9,-123.4"}, "-48.9, -123.4", id="a point with nothing near"),
        pytest.param(
            {"country": "", "circle": "", "outline": "51,4 51.1,4 51.1,4.1"}, "near Lede, Belgium", id="drawn"
        ),
    ],
)
def test_a_place_without_a_name_is_called_by_what_is_near(
    town: Installation, watch: Browser, form: dict[str, str], name: str
) -> None:
    threat = stands(town, opened(town, watch, place="", **form))
    assert [one.name for one in threat.particulars.places] == [name]
    assert name in text(watch.get(f"/desk/cases/{threat.id}").text)


def test_a_case_has_several_places_and_areas_and_keeps_what_is_not_touched(town: Installation, watch: Browser) -> None:
    ring = [[4.0, 51.0], [4.123456789, 51.0], [4.1, 51.1], [4.0, 51.0]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    drawn = json.dumps({"type": "Feature", "properties": {"name": "The ford"}, "geometry": polygon})
    id = opened(town, watch, place_1="", outline_1=drawn, place_2="Sofia", country_2="BG", circle_2="42.7,23.3")
    mill, ford, sofia = stands(town, id).particulars.places
    assert ford.name == "The ford"
    assert (mill.circle, ford.polygon, sofia.point) == (
        (51.05, 4.05, 5.0), tuple((lat, lon) for lon, lat in ring), (42.7, 23.3),
    )  # fmt: skip
    shown = form_of(watch, f"/desk/cases/{id}/about")
    assert "51,4.123457" in shown["outline_1"]
    assert act(watch, id, "describe", "another-page-1", **(shown | {"title": "Otherwise"})) == 303
    assert stands(town, id).particulars.places == (mill, ford, sofia), "to the last digit"
    gone = {"place": "", "country": "", "circle": "", "outline_1": "51,4 51.2,4 51.2,4.2"}
    assert act(watch, id, "describe", "another-page-2", **(shown | gone | {"seen": "1"})) == 303
    ford, kept = stands(town, id).particulars.places
    assert (ford.polygon, kept) == (((51.0, 4.0), (51.2, 4.0), (51.2, 4.2), (51.0, 4.0)), sofia)
    circle = [[4 + math.cos(n / 200 * math.pi) / 10, 51 + math.sin(n / 200 * math.pi) / 10] for n in range(400)]
    large = json.dumps({"type": "Polygon", "coordinates": [[*circle, circle[0]]]})
    shown = form_of(watch, f"/desk/cases/{id}/about")
    assert act(watch, id, "describe", "another-page-3", **(shown | {"outline": large})) == 303
    shown = form_of(watch, f"/desk/cases/{id}/about")
    assert shown["outline"] == ""
    assert act(watch, id, "describe", "another-page-4", **(shown | {"place": "The lower ford"})) == 303
    assert len(stands(town, id).particulars.places[0].polygon) == 401
    assert (
        send(watch, f"/desk/cases/{id}/acts/describe", "another-page-5", **(shown | {"outline_2": "51,4"})).status_code
        == 400
    )


def test_the_clock_of_a_case_is_that_of_its_country_or_as_it_is_written(town: Installation, watch: Browser) -> None:
    sofia = {"place": "Sofia", "country": "BG", "circle": "", "begins": "2031-05-07T10:00"}
    id = opened(town, watch, zone="", **sofia)
    assert (stands(town, id).zone, stands(town, id).begins) == ("Europe/Sofia", datetime(2031, 5, 7, 7, tzinfo=UTC))
    assert "(Europe/Sofia)" in _when(stands(town, id), town.clock.now(), ENGLISH)
    shown = form_of(watch, f"/desk/cases/{id}/about")
    assert (shown["zone"], shown["begins"]) == ("Europe/Sofia", "2031-05-07T10:00")
    assert act(watch, id, "describe", "another-page-1", **(shown | {"zone": "Europe/Paris"})) == 303
    assert (stands(town, id).zone, stands(town, id).begins) == ("Europe/Paris", datetime(2031, 5, 7, 8, tzinfo=UTC))
    for zone, country, words in (("Europe/Nowhere", "BG", "no IANA time zone"), ("", "US", "several clocks")):
        answer = send(watch, "/desk/cases", "another-page-2", **(CASE | sofia | {"zone": zone, "country": country}))
        assert answer.status_code == 400
        assert words in text(answer.text)
    assert stands(town, opened(town, watch, zone="", country="", place="", circle="")).zone == "Europe/Vienna"


@pytest.fixture(name="secret")
def _secret(town: Installation) -> Id:
    said = ThreatOpened(
        subject="secret",
        occurred_at=town.clock.now(),
        title="What nobody else may know",
        zone="UTC",
        owner=town.duty_officer,
        mark=Mark.RED,
    )
    weigh.open_threat(town.house, said, by=town.duty_officer, command="secret", now=town.clock.now())
    return "secret"


def test_what_one_may_not_read_one_may_not_touch_and_is_not_told_of(
    town: Installation, watch: Browser, secret: Id
) -> None:
    own = opened(town, watch)
    for page in ("", "/work", "/estimate", "/about"):
        assert watch.get(f"/desk/cases/{secret}{page}").status_code == 404
    for what in ("close", "estimate", "step", "merge", "observe"):
        assert act(watch, secret, what, why="So", into=own) == 404
    assert act(watch, own, "merge", into=secret, why="So") == 400
    assert "nobody else may know" not in watch.get(f"/desk/cases/{own}/work").text
    assert act(watch, own, "no_such_act") == 404


def test_an_auditor_looks_and_presses_nothing(town: Installation, browser: Browser) -> None:
    assert town.person("Auditor Abe", Role.AUDITOR, cleared_to=Mark.AMBER)
    id = town.threat
    assert browser.sign_in("auditor").status_code == 303
    page = browser.get(f"/desk/cases/{id}")
    assert page.status_code == 200
    assert "/acts/" not in page.text
    assert browser.get(f"/desk/cases/{id}/work").status_code in (403, 404)
    assert act(browser, id, "close", why="So") == 403


def seen(browser: Browser, page: str, act: str) -> str:
    """Return what the form of an act says that it had seen."""
    (field,) = cast(
        "list[str]",
        html.document_fromstring(browser.get(page).text).xpath(
            f'//form[contains(@action, "/acts/{act}")][1]//input[@name="seen"]/@value'
        ),
    )
    return field


def test_every_form_that_would_overwrite_something_says_what_it_had_seen(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    opened(town, watch, title="Another fair")
    assert act(watch, id, "checklist", kind="attack_on_gathering") == 303
    page = html.document_fromstring(watch.get(f"/desk/cases/{id}/work").text)
    for verb in ("step", "observe", "hand_over", "merge", "close"):
        forms = cast("list[html.HtmlElement]", page.xpath(f'//form[contains(@action, "/acts/{verb}")]'))
        assert forms, verb
        assert all(one.xpath('.//input[@name="seen"]') for one in forms), verb


@pytest.mark.parametrize(
    ("verb", "page", "form"),
    [
        pytest.param("describe", "about", CASE | {"why": "It is larger.", "title": "A larger fair"}, id="what it is about"),
        pytest.param(
            "estimate", "estimate",
            {"low": "30", "high": "40", "confidence": "low", "grounds": "Two voices.", "confidence_why": "Both are new.",
             "why": "It is Monday.", "changed": "Nothing"},
            id="how likely it is",
        ),
        pytest.param("step", "work", {"what": "Ask the fair", "by_when": "2024-05-09T12:00"}, id="the next step"),
        pytest.param("close", "work", {"why": "It is over."}, id="its end"),
    ],
)  # fmt: skip
def test_a_page_that_is_not_true_any_more_overwrites_nothing(
    town: Installation, watch: Browser, verb: str, page: str, form: dict[str, str]
) -> None:
    id = opened(town, watch)
    before = seen(watch, f"/desk/cases/{id}/{page}", verb)
    if verb != "close":
        assert act(watch, id, verb, "another-page", **form | {"seen": before}) == 303
    else:
        assert act(watch, id, "question", words="Who told the ferry?") == 303
    stood = stands(town, id)
    answer = send(watch, f"/desk/cases/{id}/acts/{verb}", "a-page-of-ours", **form | {"seen": before})
    assert answer.status_code == 409, answer.text
    assert "since this page was loaded" in text(answer.text)
    assert stands(town, id) == stood
    fresh = form | {"title": "The fair once more", "seen": seen(watch, f"/desk/cases/{id}/{page}", verb)}
    assert act(watch, id, verb, "a-third-page", **fresh) == 303


def test_an_indicator_is_put_down_by_whoever_saw_what_was_said_of_it_last(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    assert act(watch, id, "checklist", kind="attack_on_gathering") == 303
    first, second = (one.indicator.key for one in stands(town, id).checklist.watched[:2])
    assert act(watch, id, "observe", key=first, stands="observed", words="At the gate", seen="0") == 303
    assert act(watch, id, "observe", "another-page", key=first, stands="unknown", words="No longer", seen="0") == 409
    assert (
        act(watch, id, "observe", "another-page", key=second, stands="not_observed", words="Not yet", seen="0") == 303
    )
    assert stands(town, id).checklist.watched[0].stands is Observed.OBSERVED


def test_who_is_accused_and_of_whom_nothing_is_indicated_is_kept_as_said(town: Installation, watch: Browser) -> None:
    id, now = opened(town, watch), town.clock.now()
    listed = SourceListed(
        subject="news", occurred_at=now, name="A paper", source_kind="press", reliability=Reliability.C
    )
    receive.list_source(town.house, listed, by="t", command="s", now=now)
    for report in ("told", "other"):
        fact = ReportReceived(subject=report, occurred_at=now, source="news", title=report, text="")
        receive.receive_report(town.house, fact, by="t", command=report, now=now)
    weigh.link_evidence(town.house, id, "told", Bearing.CONTEXT, by="t", command="l", now=now)
    said = {"accuser": "A minister <b>", "party": "The neighbours", "words": "Who else?", "said_at": "2024-05-01T10:00"}
    assert act(watch, id, "accused", **said, report="other") == 400, "it does not bear on the case"
    assert act(watch, id, "accused", **(said | {"said_at": "2099-01-01T10:00"})) == 409
    assert act(watch, id, "accused", **(said | {"party": " "})) == 409
    for _ in range(2):
        assert act(watch, id, "accused", **said, report="told") == 303, "pressed twice"
    assert act(watch, id, "accused", accuser="The Lanterns", party="the lanterns") == 303
    assert act(watch, id, "no_indication", party="The neighbours", as_of="2099-01-01T10:00") == 409
    assert act(watch, id, "no_indication", party="The neighbours", as_of="2024-05-02T09:30", words="None so far") == 303
    first, second = stands(town, id).accusations
    assert (first.accuser, first.party, first.words, first.report) == (
        "A minister <b>",
        "The neighbours",
        "Who else?",
        "told",
    )
    assert first.at.isoformat() == "2024-05-01T08:00:00+00:00", "in the zone of the case"
    assert (second.at, second.report) == (now, None)
    [nothing] = stands(town, id).no_indications
    assert (nothing.speaker, nothing.stated_at) == ("Mill Town", now)
    page = text(watch.get(f"/desk/cases/{id}").text)
    assert "A minister <b> accused The neighboursWho else?A paper" in page
    assert "No indication of The neighbours as of" in page
    assert act(watch, id, "close", why="It is over") == 303
    assert act(watch, id, "no_indication", "another-page-1", party="The Lanterns") == 303, "also when it is over"
    other = opened(town, watch, title="The same")
    assert act(watch, id, "reopen", why="It is not") == act(watch, id, "merge", into=other, why="One plan") == 303
    assert act(watch, id, "accused", "another-page-2", **said) == 409
    assert "Say it there" in text(send(watch, f"/desk/cases/{id}/acts/accused", "another-page-3", **said).text)


def test_what_somebody_may_not_read_they_neither_unlink_nor_find_out_by_splitting(
    town: Installation, watch: Browser
) -> None:
    id, now = opened(town, watch), town.clock.now()
    listed = SourceListed(
        subject="mill", occurred_at=now, name="The mill", source_kind="press", reliability=Reliability.B
    )
    receive.list_source(town.house, listed, by="town", command="listed", now=now)

    def told(report: str, mark: Mark, readers: tuple[Id, ...] = ()) -> None:
        said = ReportReceived(
            subject=report, occurred_at=now, source="mill", title=report, text="", mark=mark, readers=readers
        )
        receive.receive_report(town.house, said, by="town", command=report, now=now)
        weigh.link_evidence(town.house, id, report, Bearing.FOR, by="town", command=f"link {report}", now=now)

    for one in ("open-1", "open-2"):
        told(one, Mark.GREEN)
    all_of_it = {"item_open-1": "yes", "item_open-2": "yes", "title": "The rope", "why": "So"}
    before = text(send(watch, f"/desk/cases/{id}/acts/split", **all_of_it).text)
    told("hidden", Mark.RED, (town.duty_officer,))
    after = send(watch, f"/desk/cases/{id}/acts/split", "another-page", **all_of_it)
    assert after.status_code == 409
    assert "All that bears on the case would go" in before
    assert text(after.text) == before
    there, nowhere = (
        send(watch, f"/desk/cases/{id}/acts/unlink", f"page-of-{one}", item=one, why="So") for one in ("hidden", "none")
    )
    assert (there.status_code, text(there.text)) == (nowhere.status_code, text(nowhere.text))
    assert "hidden" in {one.item for one in stands(town, id).evidence}
    assert act(watch, id, "unlink", item="open-1", why="So") == 303
