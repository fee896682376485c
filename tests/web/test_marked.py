"""A case is marked anew at the desk: stricter, it is gone at once for who may not read it; laxer, what stood before is not told."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.web.installation import Browser, Installation
from tests.web.test_casework import act, opened, seen, send, stands, text
from tests.web.test_must_warn import of
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import Reliability, ReportReceived, SourceListed
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import Bearing, Confidence

WHY = {"why": "The partner asks for it"}
STRICT = "TLP:AMBER+STRICT"


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser) -> Iterator[Browser]:
    town.person("Owen Owns", Role.WATCH_OFFICER, Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
    town.person("Low Low", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    town.person("Dora Duty", Role.DUTY_OFFICER)
    assert browser.sign_in("owen").status_code == 303
    yield browser
    assert reconcile(town.store) == []


def judge(town: Installation, case: Id, grounds: str, by: Id) -> None:
    weigh.assess_threat(
        town.house, case, likelihood=(0.2, 0.4), confidence=Confidence.LOW, grounds=grounds, why="Asked", reports=(), by=by,
        command=town.command(), now=town.clock.now(),
    )  # fmt: skip


def mark(browser: Browser, case: Id, to: str, **more: str) -> int:
    page = f"/desk/cases/{case}/work"
    return act(browser, case, "mark", f"a-page-{to[4:9]}", mark=to, seen=seen(browser, page, "mark"), **WHY, **more)


def every_page(case: Id) -> list[str]:
    return [f"/desk/cases/{case}{page}" for page in ("", "/work", "/about", "/estimate", "/hypotheses/who", "/stix")]


def test_made_stricter_it_is_gone_at_once_from_every_page_and_open_form(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, title="Quillwort at the fair", mark="TLP:GREEN")
    low = of(town, "low")
    before = {page: low.get(page).status_code for page in every_page(id)}
    assert {before[page] for page in every_page(id)[:4]} == {200}
    form = re.search(r'name="nonce" value="([^"]+)"', low.get(f"/desk/cases/{id}/work").text)
    assert form is not None
    assert mark(watch, id, "TLP:AMBER") == 303
    assert {low.get(page).status_code for page in every_page(id)} <= {403, 404}
    for page in ("/desk", "/desk/cases", "/desk/incidents", "/desk/exchange", "/desk/record", "/desk/notices/new"):
        assert "Quillwort" not in low.get(page).text, page
    for verb, said in (("question", {"words": "Which day?"}), ("close", WHY), ("mark", {"mark": "TLP:GREEN", **WHY})):
        assert act(low, id, verb, form[1], **said) == 404, verb
    assert stands(town, id).questions == ()
    assert stands(town, id).mark is Mark.AMBER
    assert text(watch.get(f"/desk/cases/{id}").text).count("The partner asks for it") == 1


def test_made_laxer_what_stands_is_read_and_what_stood_before_is_not(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, title="The fair, says Quillwort", mark="TLP:RED")
    owner = stands(town, id).owner
    judge(town, id, "Quillwort is sure.", owner)
    judge(town, id, "A partner is sure.", owner)
    assert act(watch, id, "question", "a-page-of-1", words="Who is Quillwort?") == 303
    assert act(watch, id, "question", "a-page-of-2", words="Which hall?") == 303
    first = next(one.id for one in stands(town, id).questions if "Quillwort" in one.words)
    assert act(watch, id, "answer", question=first, answer="Quillwort is the ferryman") == 303
    assert (
        act(watch, id, "describe", title="The fair", mark="TLP:RED", kind="attack_on_gathering", why="Shorter") == 303
    )
    low = of(town, "low")
    assert low.get(f"/desk/cases/{id}").status_code == 404
    town.clock.advance(timedelta(hours=1))
    assert mark(watch, id, "TLP:GREEN") == 303
    pages = "".join(low.get(page).text for page in every_page(id))
    assert "A partner is sure." in pages
    assert "Which hall?" in pages
    assert "Quillwort" not in pages
    assert "TLP:RED" not in low.get(f"/desk/cases/{id}").text, "nor that it was"
    assert "Quillwort is sure." in watch.get(f"/desk/cases/{id}").text, "who read it then reads it now"
    assert "Quillwort is the ferryman" in watch.get(f"/desk/cases/{id}/work").text


def test_how_much_was_said_before_is_not_told_by_a_form(town: Installation, watch: Browser) -> None:
    counts = set()
    for estimates in (1, 4):
        id = opened(town, watch, title=f"The fair, {estimates}", mark="TLP:RED")
        for number in range(estimates):
            judge(town, id, f"Estimate {number}.", stands(town, id).owner)
        town.clock.advance(timedelta(hours=1))
        assert mark(watch, id, "TLP:GREEN") == 303
        low = of(town, "low")
        fields = [
            seen(low, f"/desk/cases/{id}/{page}", verb) for page, verb in (("estimate", "estimate"), ("work", "close"))
        ]
        counts.add(tuple(fields))
        assert act(low, id, "question", f"a-page-{estimates}", words="Which day?") == 303
        assert act(low, id, "close", f"a-page-{estimates}", seen=fields[1], **WHY) == 409, "it has changed since"
    assert len(counts) == 1


def test_made_laxer_no_report_and_no_notice_goes_along(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, mark="TLP:RED")
    owner, now = stands(town, id).owner, town.clock.now()
    said: dict[str, Any] = {"by": owner, "now": now}
    listed = SourceListed(
        subject="mill", occurred_at=now, name="The mill", source_kind="person", reliability=Reliability.B
    )
    receive.list_source(town.house, listed, command="list", **said)
    told = ReportReceived(
        subject="told",
        occurred_at=now,
        source="mill",
        title="Cloudberry was seen",
        text="Cloudberry",
        mark=Mark.RED,
        readers=(owner,),
    )
    receive.receive_report(town.house, told, command="told", **said)
    weigh.link_evidence(town.house, id, "told", Bearing.FOR, why="Cloudberry fits", command="link", **said)
    assert mark(watch, id, "TLP:GREEN") == 303
    low = of(town, "low")
    assert "Cloudberry" not in "".join(low.get(page).text for page in every_page(id))
    assert low.get("/desk/reports/told").status_code == 404


def test_a_case_is_left_with_nobody_who_may_not_read_it(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, mark="TLP:GREEN", owner=person(town, "Low Low"))
    dora, owen = person(town, "Dora Duty"), person(town, "Owen Owns")
    form = {"mark": "TLP:AMBER", **WHY}
    reply = send(watch, f"/desk/cases/{id}/acts/mark", "a-page-of-1", **form)
    assert reply.status_code in {400, 409}
    assert "Name another owner" in text(reply.text)
    assert stands(town, id).mark is Mark.GREEN
    assert act(watch, id, "mark", "a-page-of-2", **form, owner=person(town, "Low Low")) >= 400
    assert act(watch, id, "mark", "a-page-of-3", **form, owner=dora) == 303
    threat = stands(town, id)
    assert threat.next_step is not None
    assert (threat.owner, threat.next_step.owner) == (dora, dora)
    reply = send(watch, f"/desk/cases/{id}/acts/mark", "a-page-of-4", mark=STRICT, owner=owen, next_owner=dora, **WHY)
    assert "Only an officer who may read this case" in text(reply.text)
    assert act(watch, id, "mark", "a-page-of-5", mark=STRICT, owner=owen, **WHY) == 303
    assert stands(town, id).owner == owen


def test_nobody_marks_a_case_so_that_they_would_not_see_it_again(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, mark="TLP:GREEN", owner=person(town, "Owen Owns"))
    low = of(town, "low")
    assert STRICT not in low.get(f"/desk/cases/{id}/work").text
    reply = send(low, f"/desk/cases/{id}/acts/mark", mark=STRICT, **WHY)
    assert "would not see the case again" in text(reply.text)
    assert act(low, id, "mark", "a-page-of-2", mark="TLP:RED", **WHY) == 303, "they are named, and its owner is"
    assert set(stands(town, id).readers) == {person(town, "Low Low")}
    assert watch.get(f"/desk/cases/{id}").status_code == 200
    assert of(town, "dora").get(f"/desk/cases/{id}").status_code == 404
    assert act(watch, id, "mark", "a-page-of-3", mark="TLP:RED", reader_0=person(town, "Dora Duty"), **WHY) == 303
    assert of(town, "dora").get(f"/desk/cases/{id}").status_code == 200
    assert low.get(f"/desk/cases/{id}").status_code == 404


def test_whoever_marks_it_is_told_before_who_is_rung_and_may_not_read_it_then(
    town: Installation, watch: Browser
) -> None:
    id = opened(town, watch, mark="TLP:GREEN")
    page = text(watch.get(f"/desk/cases/{id}/work").text)
    assert "TLP:AMBER These do not read it any more then: Low Low." in page
    assert (
        f"{STRICT} These do not read it any more then: Dora Duty, Low Low. Rung about it all the same, without a word of it: Dora Duty."
        in page
    )
    assert "Rung about it, whether they read it or not: Dora Duty, Owen Owns." in page


def test_what_was_written_for_a_few_goes_to_no_others_who_read_it_since(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, mark="TLP:RED")
    page = watch.get(f"/desk/cases/{id}/work").text
    shown = set(re.findall(r'name="marked_as" value="([0-9a-f]+)"', page))
    assert len(shown) == 1
    estimate = seen(watch, f"/desk/cases/{id}/estimate", "estimate")
    assert mark(watch, id, "TLP:GREEN") == 303
    assert act(watch, id, "question", words="Is it Quillwort?", marked_as=shown.pop()) == 409
    judged: dict[str, Any] = {
        "low": "30",
        "high": "40",
        "confidence": "low",
        "grounds": "It is.",
        "confidence_why": "So.",
    }
    assert act(watch, id, "estimate", seen=estimate, **judged) == 409
    assert stands(town, id).questions == ()
    assert stands(town, id).assessments == ()


def test_a_form_that_is_not_true_any_more_marks_nothing(town: Installation, watch: Browser) -> None:
    id = opened(town, watch, mark="TLP:RED")
    before = seen(watch, f"/desk/cases/{id}/work", "mark")
    assert act(watch, id, "question", words="Is it Quillwort?") == 303
    assert act(watch, id, "mark", mark="TLP:GREEN", seen=before, **WHY) == 409
    assert stands(town, id).mark is Mark.RED


@pytest.mark.parametrize("form", [
    pytest.param({"mark": "TLP:GREEN", "why": " "}, id="no reason"),
    pytest.param({"mark": "TLP:BLUE"} | WHY, id="no mark"),
    pytest.param({"mark": "TLP:AMBER"} | WHY, id="the mark that it has"),
    pytest.param({"mark": "TLP:RED", "reader_0": "nobody"} | WHY, id="somebody who is not here"),
])  # fmt: skip
def test_what_is_refused_changes_nothing(town: Installation, watch: Browser, form: dict[str, str]) -> None:
    id = opened(town, watch)
    stood = stands(town, id)
    assert 400 <= act(watch, id, "mark", **form) < 500
    assert stands(town, id) == stood


def test_a_miller_is_no_reader_of_a_case(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    assert act(watch, id, "mark", mark="TLP:RED", reader_0=town.miller, **WHY) == 400


def test_an_auditor_marks_nothing(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    town.person("Auditor Abe", Role.AUDITOR)
    assert act(of(town, "auditor"), id, "mark", mark="TLP:GREEN", **WHY) == 403


def person(town: Installation, name: str) -> Id:
    with town.store.look() as look:
        found = [one.id for one in look.desk_people() if one.name == name]
    if len(found) != 1:
        raise Refused(f"There is no {name}.")
    return found[0]
