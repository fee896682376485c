"""Advisories and statements at the desk: written, read beside what is in force, let out by another, and nobody else's."""

import json
import re
from datetime import timedelta

import pytest

from tests.web.installation import Browser, Installation
from tests.web.test_headcounts import a_policy, submit
from tests.web.test_watching import text
from tocsin.basis.marking import Role
from tocsin.flow.others.advice import keep_advice
from tocsin.report.others import OthersAdvice
from tocsin.store.reconcile import reconcile
from tocsin.warning.advisory.state import AdvisoryDraft
from tocsin.warning.audience import Part, Within
from tocsin.warning.statement.state import StatementDraft
from tocsin.web.desk.fill import levels as fill
from tocsin.web.desk.fill.whom import OWN

LEVEL = {
    "country": "FR", "region": "The coast", "polygon": "43.1,5.9 43.2,6.4 42.9,6.4", "level": "4", "title": "Keep away",
    "text": "The sea rises.", "advice": "Go inland.\nTake water.", "risk_natural_disaster": "yes",
    "words_natural_disaster": "Waves of ten metres.", "why": "The embassy asks.", "there": "yes", "language": "en",
    "nonce": "at-12345678",
}  # fmt: skip
SAID = {
    "kind": "condolence", "title": "On the wave", "text": "We mourn.", "edition": "1", "language": "en", "nonce": "at-12345678",
}  # fmt: skip


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser) -> Browser:
    assert town.watch_officer
    assert browser.sign_in("watch").status_code == 303
    return browser


@pytest.fixture(name="duty")
def _duty(town: Installation) -> Browser:
    assert town.duty_officer
    browser = Browser(town.site)
    assert browser.sign_in("duty").status_code == 303
    return browser


def seen(browser: Browser, path: str) -> str:
    """Return what the form on a page says of the draft that it was made from."""
    found = re.search(r'name="seen" value="(\d+)"', browser.get(path).text)
    assert found is not None, path
    return found[1]


def waiting(town: Installation, kind: type[AdvisoryDraft] | type[StatementDraft]) -> str:
    with town.store.look() as look:
        return look.all(kind, order="drafted_at")[-1].id


def test_a_level_is_written_read_beside_what_holds_and_let_out(
    town: Installation, watch: Browser, duty: Browser, browser: Browser
) -> None:
    town.advisory("FR", 2, region="The coast")
    reply = submit(watch, "/desk/advisories", **LEVEL)
    assert reply.status_code == 303, reply.text
    draft = waiting(town, AdvisoryDraft)
    assert reply.headers["location"] == f"/desk/advisories/drafts/{draft}"
    page = text(watch.get(f"/desk/advisories/drafts/{draft}").text)
    for said in (
        "2 · Exercise increased caution",
        "4 · Do not travel",
        "changed",
        "The embassy asks.",
        "You wrote at it.",
    ):
        assert said in page
    assert submit(watch, f"/desk/advisories/drafts/{draft}/approval", nonce="at-12345678").status_code == 403
    assert "The coast, France" in text(duty.get("/desk/advisories").text)
    path = f"/desk/advisories/drafts/{draft}"
    assert submit(duty, f"{path}/approval", seen=seen(duty, path), nonce="at-12345678").status_code == 303
    town.work()
    page = text(duty.get("/desk/advisories/countries/FR").text)
    assert "The embassy asks." in page
    public = browser.get(f"/advisories/{draft}").text
    assert "Take water." in public
    assert "The embassy asks." not in public
    reply = submit(duty, f"/desk/advisories/{draft}/withdrawal", words="The sea is calm.", nonce="at-12345678")
    assert reply.status_code == 303
    assert "The sea is calm." in browser.get(f"/advisories/{draft}").text
    reconcile(town.store)


def test_a_draft_is_written_at_again_or_dropped(town: Installation, watch: Browser) -> None:
    submit(watch, "/desk/advisories", **LEVEL)
    draft = waiting(town, AdvisoryDraft)
    form = watch.get(f"/desk/advisories/new?draft={draft}").text
    assert "Waves of ten metres." in form
    assert "43.1,5.9 43.2,6.4 42.9,6.4 43.1,5.9" in form
    submit(watch, "/desk/advisories", **(LEVEL | {"id": draft, "level": "3", "seen": "1"}))
    assert waiting(town, AdvisoryDraft) == draft
    assert "3 · Reconsider travel" in text(watch.get(f"/desk/advisories/drafts/{draft}").text)
    reply = submit(watch, f"/desk/advisories/drafts/{draft}/dropping", why="A rumour.", nonce="at-12345678")
    assert reply.status_code == 303
    assert "A rumour." in text(watch.get(f"/desk/advisories/drafts/{draft}").text)


@pytest.mark.parametrize(
    ("section", "written", "changed", "kind"),
    [
        pytest.param("advisories", LEVEL, {"level": "1"}, AdvisoryDraft, id="a level"),
        pytest.param("statements", SAID, {"text": "We rejoice."}, StatementDraft, id="a statement"),
    ],
)
def test_what_goes_out_is_what_its_approver_read(
    town: Installation,
    watch: Browser,
    duty: Browser,
    section: str,
    written: dict[str, str],
    changed: dict[str, str],
    kind: type[AdvisoryDraft] | type[StatementDraft],
) -> None:
    submit(watch, f"/desk/{section}", **written)
    draft = waiting(town, kind)
    page, form = f"/desk/{section}/drafts/{draft}", f"/desk/{section}/new?draft={draft}"
    read, filled = seen(duty, page), seen(watch, form)
    again = written | changed | {"id": draft}
    assert submit(watch, f"/desk/{section}", **again, seen=filled).status_code == 303
    assert submit(watch, f"/desk/{section}", **written, id=draft, seen=filled).status_code == 409, "over the other's"
    approval = {"nonce": "at-12345678", "seen": read}
    assert submit(duty, f"{page}/approval", **approval).status_code == 409
    with town.store.look() as look:
        assert look.get(kind, draft).is_open
    assert submit(duty, f"{page}/approval", nonce="at-12345678").status_code == 400, "a form that does not say so"
    assert submit(duty, f"{page}/approval", **approval | {"seen": seen(duty, page)}).status_code == 303


def test_writing_at_a_draft_again_keeps_its_dates_and_whom_it_names(town: Installation, watch: Browser) -> None:
    now = town.clock.now()
    drawn = Part(within=(Within(polygon=((43.0, 5.0), (44.0, 5.0), (44.0, 6.0), (43.0, 5.0))),))
    id = town.advisory(
        "FR", 2, approve=False, region="The coast", effective_at=now + timedelta(days=30, minutes=7),
        review_at=now + timedelta(days=60), groups=("g1", "g2"), audience=(drawn, OWN), threat=town.threat,
    )  # fmt: skip
    with town.store.look() as look:
        before = look.get(AdvisoryDraft, id)
    shown = {one: fill.day_of(getattr(before, f"{one}_at"), "UTC") for one in ("effective", "review")}
    policy = a_policy(town)
    form = watch.get(f"/desk/advisories/new?draft={id}").text
    assert f'<option value="{policy}" translate' in form
    for name, day in shown.items():
        assert re.search(f'name="{name}" value="{day}"', form)
    again = LEVEL | shown | {"id": id, "seen": "1", "group": "g1", "polygon": ""}
    assert submit(watch, "/desk/advisories", **again).status_code == 303
    with town.store.look() as look:
        after = look.get(AdvisoryDraft, id)
    for field in ("effective_at", "review_at", "persons", "groups", "threat"):
        assert getattr(after, field) == getattr(before, field), field
    assert set(after.audience) == {drawn, OWN}
    submit(watch, "/desk/advisories", **(again | {"effective": "", "there": "", "seen": "2", "nonce": "at-87654321"}))
    with town.store.look() as look:
        after = look.get(AdvisoryDraft, id)
    assert (after.effective_at, after.audience) == (None, (drawn,))
    submit(watch, "/desk/advisories", **(again | {"policy": policy, "seen": "3", "nonce": "at-87654322"}))
    assert f'<option value="{policy}" selected' in watch.get(f"/desk/advisories/new?draft={id}").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"level": "9"}, "from 1 to 4"),
        ({"country": "XX"}, "no country"),
        ({"polygon": "here"}, "latitude,longitude"),
        ({"effective": "soon"}, "2026-03-07"),
        ({"language": "<b>"}, "as a tag"),
        ({"risk_natural_disaster": "", "words_natural_disaster": ""}, "gives no reason"),
    ],
)
def test_what_is_wrong_with_a_form_is_said(
    town: Installation, watch: Browser, change: dict[str, str], sentence: str
) -> None:
    reply = submit(watch, "/desk/advisories", **(LEVEL | change))
    assert reply.status_code in (400, 409)
    assert sentence in text(reply.text)


def test_others_levels_stand_beside_ours(town: Installation, watch: Browser) -> None:
    town.advisory("FR", 2)
    said = OthersAdvice(publisher="us", place="France", countries=("FR",), level=3, wording="Reconsider travel")
    by, now = town.watch_officer, town.clock.now()
    keep_advice(town.house, "us", [said], now, regions=False, by=by, command=town.command(), now=now)
    assert "US 3" in text(watch.get("/desk/advisories").text)
    page = text(watch.get("/desk/advisories/countries/FR").text)
    assert "Reconsider travel" in page
    assert "Reconsider travel" in text(watch.get("/desk/advisories/new?country=FR").text)
    assert watch.get("/desk/advisories/countries/XX").status_code == 404


def test_a_statement_is_written_published_joined_and_corrected(
    town: Installation, watch: Browser, duty: Browser, browser: Browser
) -> None:
    assert submit(watch, "/desk/statements", **SAID).status_code == 303
    id = waiting(town, StatementDraft)
    path = f"/desk/statements/drafts/{id}"
    assert submit(duty, f"{path}/approval", seen=seen(duty, path), nonce="at-12345678").status_code == 303
    for name in ("The next town", "The county"):
        assert submit(watch, f"/desk/statements/{id}/endorsements", name=name, nonce="at-12345678").status_code == 303
    assert submit(watch, f"/desk/statements/{id}/leaving", name="The county", nonce="at-12345678").status_code == 303
    assert "left" in text(watch.get(f"/desk/statements/{id}").text)
    form = watch.get(f"/desk/statements/new?edition_of={id}").text
    assert 'name="edition" value="2"' in form
    again = SAID | {"id": id, "edition": "2", "kind": "correction", "text": "We mourn six.", "change": "It said five."}
    filled = seen(watch, f"/desk/statements/new?edition_of={id}")
    assert submit(watch, "/desk/statements", **again, seen=filled).status_code == 303
    page = text(duty.get(path).text)
    assert "We mourn." in page
    assert "We mourn six." in page
    assert submit(duty, f"{path}/approval", seen=seen(duty, path), nonce="at-87654321").status_code == 303
    told = json.loads(browser.get(f"/statements/{id}.json").content)
    assert [one["text"] for one in told["editions"]] == ["We mourn six.", "We mourn."]


@pytest.mark.parametrize(
    "path", ["/desk/advisories", "/desk/advisories/countries/FR", "/desk/statements", "/desk/advisories/drafts/{id}"]
)
def test_an_auditor_reads_and_changes_nothing(town: Installation, watch: Browser, path: str) -> None:
    submit(watch, "/desk/advisories", **LEVEL)
    draft = waiting(town, AdvisoryDraft)
    auditor = Browser(town.site)
    town.person("Audra Audit", Role.AUDITOR)
    assert auditor.sign_in("audra").status_code == 303
    page = auditor.get(path.format(id=draft))
    assert page.status_code == 200
    assert "Write a level" not in page.text
    assert submit(auditor, "/desk/advisories", **LEVEL).status_code == 403
    assert auditor.get("/desk/advisories/new").status_code == 403


@pytest.mark.parametrize("path", ["/desk/advisories/drafts/x", "/desk/statements/x", "/desk/statements/drafts/x",
                                  "/desk/advisories/new?draft=x", "/desk/statements/new?edition_of=x"])  # fmt: skip
def test_what_is_not_there_is_not_found(town: Installation, watch: Browser, path: str) -> None:
    assert watch.get(path).status_code == 404
