"""Must we warn? At the desk: the form of a minute's work, the review by another, telling, and who sees none of it."""

from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from httpx import Response
from lxml import html

from tests.web.installation import Browser, Installation
from tests.web.test_code import code_sent, has_a_second_way
from tests.web.test_watching import text
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.duty import must_warn
from tocsin.flow.tend import tend_windows
from tocsin.flow.threat import weigh
from tocsin.flow.warning.notice_draft import people_called
from tocsin.people.facts import ContactRemoved, GroupNamed, PersonAdded, PersonKind
from tocsin.people.state import Contact
from tocsin.store.door import Door
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import ThreatOpened
from tocsin.warning.duty.policy import POLICY, DutyPolicy
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import DistrustedHost, Duty, Stage
from tocsin.warning.duty.test import Test
from tocsin.web.desk.fill import hrefs

SECRET = "Quillwort"
FOUND = {f"said_{name}": "yes" for name in ("credible", "specific", "impending", "grave", "directed")}


def submit(browser: Browser, path: str, **form: str) -> Response:
    return browser.post(path, {"_csrf_token": browser.csrf("/desk"), **form})


def of(town: Installation, name: str) -> Browser:
    browser = Browser(town.site)
    assert browser.sign_in(name).status_code == 303
    return browser


@pytest.fixture(name="duty")
def _duty(town: Installation) -> Browser:
    assert town.duty_officer
    return of(town, "duty")


@pytest.fixture(name="deputy")
def _deputy(town: Installation) -> Browser:
    town.person("Deputy Dora", Role.DUTY_OFFICER)
    return of(town, "deputy")


def duties(town: Installation) -> dict[Side, Duty]:
    with town.store.look() as look:
        return {one.side: one for one in look.all(Duty)}


def asks(town: Installation, browser: Browser, case: Id | None = None, **form: str) -> Response:
    reply = submit(browser, f"/desk/cases/{case or town.threat}/duties", **(FOUND | form))
    town.work()
    return reply


def test_a_form_of_a_minutes_work_decides_of_each_side_what_can_be(town: Installation, duty: Browser) -> None:
    assert town.miller
    page = text(duty.get(f"/desk/cases/{town.threat}/duties").text)
    assert "A minute’s work" in page
    assert "Whom it is aimed at" in page
    reply = asks(
        town, duty, about_victim="warn", who_victim="Miller Moll\nwhoever else lives there", about_public="later",
        about_host="already_aware", who_host="The county", why="They live beside it.", why_host="They told us of it.",
    )  # fmt: skip
    assert reply.status_code == 303, reply.text
    found = duties(town)
    assert found[Side.VICTIM].whom == (town.miller,)
    assert found[Side.VICTIM].who == "whoever else lives there"
    assert [found[side].stage for side in (Side.VICTIM, Side.PUBLIC, Side.HOST)] == [
        Stage.TO_WARN, Stage.FOUND, Stage.REVIEW,
    ]  # fmt: skip
    case = text(duty.get(f"/desk/cases/{town.threat}").text)
    assert "Must we warn?" in case
    assert "Not to warn is proposed" in case
    board = text(duty.get("/desk/duties").text)
    assert "3 duties to warn are open" in board
    assert "Everyone is warned" in board


def test_from_the_decision_to_warn_the_public_one_comes_to_an_alert_about_the_case(
    town: Installation, duty: Browser
) -> None:
    href = f"/desk/alerts?case={town.threat}"
    asks(town, duty, about_public="later")
    assert href not in duty.get(f"/desk/cases/{town.threat}/duties").text, "nobody has decided"
    owed = duties(town)[Side.PUBLIC].id
    assert submit(duty, f"/desk/duties/{owed}/decision", about="warn", why="The fair opens.").status_code == 303
    page = duty.get(f"/desk/cases/{town.threat}/duties").text
    assert href in page
    assert "Write an alert to the public" in text(page)
    assert f'<option value="{town.threat}" selected' in duty.get(href).text


def test_an_alert_that_went_out_before_the_public_is_decided_about_is_said_and_leaves_a_click_and_a_reason(
    town: Installation, duty: Browser
) -> None:
    asks(town, duty, about_public="later")
    case, went_out = f"/desk/cases/{town.threat}/duties", "before this was decided"
    for page in ("/desk", "/desk/duties", case):
        assert went_out not in text(duty.get(page).text), page
    alert = town.alert()
    assert duties(town)[Side.PUBLIC].stage is Stage.FOUND, "it decides nothing"
    at = town.clock.now().astimezone(ZoneInfo("Europe/Vienna"))
    for page in ("/desk", "/desk/duties"):
        assert f"An alert went out {at.day} {at:%b %H:%M}, {went_out}" in text(duty.get(page).text), page
    page = duty.get(case).text
    assert went_out in text(page)
    assert f'href="/desk/warnings/{alert}"' in page
    forms = cast("list[html.FormElement]", html.document_fromstring(page).xpath("//form"))
    (form,) = [one for one in forms if str(one.action).endswith("/decision")]
    assert form.fields["about"] == "warn"
    form.fields["why"] = "It was known to all by then."
    assert duty.post(str(form.action), dict(form.form_values())).status_code == 303
    town.work()
    owed = duties(town)[Side.PUBLIC]
    assert (owed.stage, owed.warning) == (Stage.WATCHED, alert)
    assert went_out not in text(duty.get(case).text)


def test_an_alert_that_is_over_or_a_draft_is_not_said_to_have_gone_out_before_it_was_decided(
    town: Installation, duty: Browser
) -> None:
    town.alert(hours=1)
    town.alert(issue=False)
    town.clock.advance(timedelta(hours=2))
    town.work()
    asks(town, duty, about_public="later")
    for page in ("/desk", f"/desk/cases/{town.threat}/duties"):
        assert "before this was decided" not in text(duty.get(page).text), page


def test_the_board_says_nothing_of_bells_where_each_rang(town: Installation, duty: Browser) -> None:
    asks(town, duty, about_public="later")
    town.work()
    board = text(duty.get("/desk").text)
    assert "escalated" in board
    assert "No bell rang" not in board


def test_the_page_says_where_nobody_can_be_called_about_a_duty(town: Installation, duty: Browser) -> None:
    page = f"/desk/cases/{town.threat}/duties"
    assert "Nobody can be called" not in text(duty.get(page).text)
    now = town.clock.now()
    with town.store.look() as look:
        points = [one.id for who in (town.watch_officer, town.duty_officer) for one in look.all(Contact, person=who)]
    for point in points:
        town.commit(ContactRemoved(subject=point, occurred_at=now))
    assert "Nobody can be called" in text(duty.get(page).text), "before it is asked"
    asks(town, duty, about_public="later")
    assert "Nobody can be called" in text(duty.get(page).text)
    town.work()
    board = text(duty.get("/desk").text)
    assert "No bell rang" in board
    assert "have an administrator add one: Duty Dean" in board
    town.person("Deputy Dora", Role.DUTY_OFFICER)
    assert "Nobody can be called" not in text(duty.get(page).text)


def test_a_refusal_never_bears_the_reason_for_something_else(town: Installation, duty: Browser) -> None:
    form = {
        "about_victim": "warn",
        "who_victim": "Miller Moll",
        "about_host": "already_aware",
        "who_host": "The county",
        "why": "They live beside it.",
    }
    reply = asks(town, duty, **form)
    assert reply.status_code == 400
    assert "Say of each whom you would not warn why not" in text(reply.text)
    assert duties(town) == {}
    assert asks(town, duty, **form, why_host="They told us of it.").status_code == 303
    page = text(duty.get(f"/desk/cases/{town.threat}/duties").text)
    refused, told = duties(town)[Side.HOST], duties(town)[Side.VICTIM]
    assert refused.refusal is not None
    assert (refused.refusal.why, told.why) == ("They told us of it.", "They live beside it.")
    assert page.count("They live beside it.") == 1


def test_another_reviews_a_refusal_and_its_proposer_cannot(town: Installation, duty: Browser, deputy: Browser) -> None:
    asks(town, duty, about_host="already_aware", who_host="The county", why="They told us of it.")
    owed = duties(town)[Side.HOST]
    own = duty.get(f"/desk/cases/{town.threat}/duties").text
    assert "Agree: they are not warned" not in own
    assert submit(duty, f"/desk/duties/{owed.id}/review", about="agree", why="So.").status_code == 409
    assert "Agree: they are not warned" in deputy.get(f"/desk/cases/{town.threat}/duties").text
    assert submit(deputy, f"/desk/duties/{owed.id}/review", about="agree", why="I rang them.").status_code == 303
    town.work()
    assert duties(town)[Side.HOST].stage is Stage.REFUSED
    page = text(duty.get(f"/desk/cases/{town.threat}/duties").text)
    assert "Deputy Dora agreed" in page
    assert "I rang them." in page


def test_a_watch_officer_asks_and_proposes_and_does_not_decide(town: Installation) -> None:
    assert town.watch_officer
    wren = of(town, "watch")
    assert "Warn them" not in wren.get(f"/desk/cases/{town.threat}/duties").text
    assert asks(town, wren, about_public="warn", why="So.").status_code == 409
    assert asks(town, wren, about_public="later").status_code == 303
    owed = duties(town)[Side.PUBLIC]
    assert submit(wren, f"/desk/duties/{owed.id}/end", how="passed", why="So.").status_code == 403


@pytest.mark.parametrize(("form", "said"), [
    pytest.param({"about_victim": "warn", "why": "So."}, "Say who", id="a victim who is nobody"),
    pytest.param({"about_public": "warn", "why": ""}, "Say why", id="no reason"),
    pytest.param({"about_public": "below_threshold", "why": "So."}, "toward warning", id="below no threshold"),
    pytest.param({"about_public": "adversary", "why": "So."}, "no ground", id="an adversary"),
    pytest.param({"about_public": "later", "said_grave": "no"}, "needs its ground", id="a no without a ground"),
    pytest.param({"about_public": "later", "said_grave": "perhaps"}, "no answer", id="no answer to a question"),
    pytest.param({"about_public": "later", "until": "tomorrow"}, "no moment", id="no moment"),
    pytest.param({"about_public": "later", "until": "2023-05-02T10:00"}, "long passed", id="a year that was mistyped"),
    pytest.param({}, "at least one", id="nobody at all"),
])  # fmt: skip
def test_what_cannot_be_is_said_in_a_sentence_and_nothing_is_kept(
    town: Installation, duty: Browser, form: dict[str, str], said: str
) -> None:
    reply = asks(town, duty, **form)
    assert reply.status_code in (400, 409, 422), reply.text
    assert said in text(reply.text)
    assert duties(town) == {}


def test_what_is_owed_rings_stands_on_the_board_and_is_taken_on(town: Installation, duty: Browser) -> None:
    asks(town, duty, about_public="later")
    with town.store.look() as look:
        (watch,) = look.all(Watch)
    board = text(duty.get("/desk").text)
    assert "Must they be warned?" in board
    assert "Decide whether they are warned" in board
    assert "Decide whether they are warned" in text(duty.get(f"/desk/watches/{watch.id}").text)
    assert submit(duty, f"/desk/watches/{watch.id}/again").status_code == 400
    assert submit(duty, f"/desk/watches/{watch.id}/next").status_code == 303
    assert submit(duty, f"/desk/watches/{watch.id}/accept").status_code == 303
    town.work()
    assert duty.get(f"/desk/duties/{duties(town)[Side.PUBLIC].id}").status_code == 303


def test_told_looked_at_and_ended(town: Installation, duty: Browser) -> None:
    asks(town, duty, about_victim="warn", who_victim="the ferryman", why="He is out there.")
    owed = duties(town)[Side.VICTIM]
    assert submit(duty, f"/desk/duties/{owed.id}/end", how="passed", why="So.").status_code == 409
    before = (
        town.clock.now() - timedelta(minutes=30)
    ).isoformat()  # the duty officer called first, and decided it then
    assert submit(duty, f"/desk/duties/{owed.id}/told", how="Called across the river.", until=before).status_code == 303
    until = (town.clock.now() + timedelta(hours=3)).isoformat()
    assert submit(duty, f"/desk/duties/{owed.id}/look", until=until, why="It rises.").status_code == 303
    assert submit(duty, f"/desk/duties/{owed.id}/end", how="passed", why="It has fallen.").status_code == 303
    town.work()
    page = text(duty.get(f"/desk/cases/{town.threat}/duties").text)
    assert "They were told before it was decided" in page
    assert "Called across the river." in page
    assert "It has fallen." in page
    assert submit(duty, f"/desk/duties/{owed.id}/again", why="It rises again.").status_code == 303
    town.work()
    assert duties(town)[Side.VICTIM].stage is Stage.ASKED
    assert reconcile(town.store) == []


def test_of_several_it_is_said_who_was_told_and_who_is_found_by_now(town: Installation, duty: Browser) -> None:
    asks(
        town, duty, about_victim="warn", who_victim="the ferryman\nthe troupe\nthe crew", why="They are out there.",
    )  # fmt: skip
    owed = duties(town)[Side.VICTIM]
    path, case = f"/desk/duties/{owed.id}", f"/desk/cases/{town.threat}/duties"
    assert text(duty.get(case).text).count("in words alone: no warning tells them") == 3
    assert "Choose who" in text(submit(duty, f"{path}/told", how="Called across the river.").text)
    assert submit(duty, f"{path}/told", how="Called across the river.", told_0="the ferryman").status_code == 303
    assert "Nobody is called" in text(submit(duty, f"{path}/found", words="the troupe", whom="Nobody at all").text)
    assert town.miller
    assert submit(duty, f"{path}/found", words="the troupe", whom="Miller Moll").status_code == 303
    kept, page = duties(town)[Side.VICTIM], text(duty.get(case).text)
    assert (kept.left_whom, kept.left_words, kept.stage) == ((town.miller,), ("the crew",), Stage.TO_WARN)
    assert "by another way, says" in page
    assert "Called across the river." in page
    assert page.count("not yet") == 2
    assert submit(duty, f"{path}/told", how="By telephone.", told_0=town.miller, told_1="the crew").status_code == 303
    town.work()
    assert duties(town)[Side.VICTIM].stage is Stage.TOLD
    assert reconcile(town.store) == []


def test_it_is_said_who_has_read_what_was_handed_over_without_its_words(
    town: Installation, duty: Browser, browser: Browser
) -> None:
    assert town.miller
    asks(town, duty, about_victim="warn", who_victim="Miller Moll", why="They live beside it.")
    notice = town.notice()
    case, link = f"/desk/cases/{town.threat}/duties", f"/a/{town.token(notice)}"
    has_a_second_way(town)
    assert browser.post(link, {"answer": "received"}).status_code == 200
    town.work()
    page = text(duty.get(case).text)
    assert duties(town)[Side.VICTIM].stage is Stage.UNREAD
    for said in ("Handed over, unread", "handed over, unread", "before they had read it", "its words behind a code"):
        assert said in page
    assert "; unread" in text(duty.get(f"/desk/warnings/{notice}").text)
    town.clock.set(town.clock.now() + timedelta(minutes=1))
    browser.post(f"{link}/code", {"ask": "1"})
    browser.post(f"{link}/code", {"code": code_sent(town)})
    town.work()
    assert duties(town)[Side.VICTIM].stage is Stage.TOLD
    page = text(duty.get(case).text)
    assert "unread" not in page
    assert "They have had its words" in page
    said = text(duty.get(f"/desk/warnings/{notice}").text)
    assert "; unread" not in said
    assert "; read " in said
    assert reconcile(town.store) == []


def test_an_institution_is_found_by_its_name_in_a_duty_and_in_a_notice(town: Installation, duty: Browser) -> None:
    police = town.store.new_id()
    town.commit(
        PersonAdded(
            subject=police, occurred_at=town.clock.now(), person_kind=PersonKind.ORGANISATION, name="City police"
        )
    )
    asks(town, duty, about_host="warn", who_host="city  Police", why="They guard it.")
    owed = duties(town)[Side.HOST]
    assert (owed.whom, owed.who) == ((police,), "")
    new = duty.get(hrefs.new_notice(town.threat, owed.id))
    assert "City police" in new.text
    with town.store.look() as look:
        door = Door(look, Reader(person=town.duty_officer, roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.RED))
        assert people_called(door, ["City police"]) == (police,)
        assert door.called(["City police"]) == {"City police": []}, (
            "nobody who reads, or is asked whether they are safe"
        )
    town.commit(GroupNamed(subject=town.store.new_id(), occurred_at=town.clock.now(), name="City police"))
    said = text(asks(town, duty, about_protector="later", who_protector="City police").text)
    assert "Several are called 'City police'" in said


def test_nothing_goes_through_a_distrusted_host_until_it_is_trusted_again(town: Installation, duty: Browser) -> None:
    county = town.store.new_id()
    town.commit(
        PersonAdded(
            subject=county, occurred_at=town.clock.now(), person_kind=PersonKind.ORGANISATION, name="The county"
        )
    )
    case = f"/desk/cases/{town.threat}/duties"
    assert submit(duty, f"{case}/distrust", host=county, distrust="leaks", why="It was sold.").status_code == 303
    assert "Nothing about this case goes through The county" in text(duty.get(case).text)
    with town.store.look() as look:
        (held,) = look.all(DistrustedHost)
    assert submit(duty, f"/desk/duties/distrust/{held.id}", case="nope", why="So.").status_code == 404
    done = submit(duty, f"/desk/duties/distrust/{held.id}", case=town.threat, why="They were tried.")
    assert done.status_code == 303
    assert "Nothing about this case goes through" not in text(duty.get(case).text)


def test_a_host_that_was_to_be_warned_before_it_was_distrusted_is_looked_at_again(
    town: Installation, duty: Browser
) -> None:
    county = town.store.new_id()
    town.commit(
        PersonAdded(
            subject=county, occurred_at=town.clock.now(), person_kind=PersonKind.ORGANISATION, name="The county"
        )
    )
    case, asked = f"/desk/cases/{town.threat}/duties", "Before that was known it was decided to warn it itself"
    # Not alone: the warning of others does not wait, so that decision holds until somebody looks.
    asks(town, duty, about_host="warn", who_host="The county\nThe mayor", why="They guard it.")
    town.clock.advance(timedelta(minutes=5))
    assert submit(duty, f"{case}/distrust", host=county, distrust="leaks", why="It was sold.").status_code == 303
    for page in (case, f"/desk/cases/{town.threat}"):
        assert asked in text(duty.get(page).text), page
    owed = duties(town)[Side.HOST]
    assert f'href="{case}#d-{owed.id}"' in duty.get(case).text
    with town.store.look() as look:
        (held,) = look.all(DistrustedHost)
    assert submit(duty, f"/desk/duties/distrust/{held.id}", case=town.threat, why="Mistaken.").status_code == 303
    assert asked not in text(duty.get(case).text)


def test_a_host_that_is_distrusted_is_decided_about_anew_and_its_page_says_what_was_decided(
    town: Installation, duty: Browser
) -> None:
    county = town.store.new_id()
    town.commit(
        PersonAdded(
            subject=county, occurred_at=town.clock.now(), person_kind=PersonKind.ORGANISATION, name="The county"
        )
    )
    case = f"/desk/cases/{town.threat}/duties"
    asks(town, duty, about_host="warn", who_host="The county", why="They guard it.")
    town.clock.advance(timedelta(minutes=5))
    assert submit(duty, f"{case}/distrust", host=county, distrust="leaks", why="It was sold.").status_code == 303
    assert duties(town)[Side.HOST].owed == "decide"
    said = text(duty.get(case).text)
    assert "decided to warn themThey guard it." in said
    assert "said that they cannot be trusted: it is decided anewIt was sold." in said
    assert "Before that was known" not in said


def test_the_event_comes_closer(town: Installation, duty: Browser) -> None:
    asks(town, duty, about_public="later")
    before = duties(town)[Side.PUBLIC].decide_by
    until = (town.clock.now() + timedelta(minutes=90)).isoformat()
    path = f"/desk/cases/{town.threat}/duties/time"
    assert submit(duty, path, until=until, why="It cracks.").status_code == 303
    assert duties(town)[Side.PUBLIC].decide_by < before


def test_an_administrator_chooses_the_policy_in_the_open(town: Installation, duty: Browser) -> None:
    town.person("Admin Abe", Role.ADMINISTRATOR)
    admin = of(town, "admin")
    form = {
        f"{what}_{n}": str(n * 100 + plus)
        for n in range(4)
        for what, plus in (("under", 50), ("decide", 5), ("deliver", 9))
    }
    chosen = submit(admin, "/desk/duties/policy", pack="icd_191", why="The law binds us.", **form)
    assert chosen.status_code == 303, chosen.text
    with town.store.look() as look:
        held = look.get(DutyPolicy, POLICY)
    assert (held.pack, held.hours[0].under_s, held.hours[3].under_s) == ("icd_191", 3_000, None)
    page = text(duty.get("/desk/duties").text)
    assert "The law binds us." in page
    assert "Admin Abe" in page
    assert submit(duty, "/desk/duties/policy", pack="everyone", why="So.", **form).status_code == 403


@pytest.fixture(name="red")
def _red(town: Installation) -> Id:
    id = town.store.new_id()
    town.commit(
        ThreatOpened(
            subject=id, occurred_at=town.clock.now(), title=SECRET, zone="Europe/Vienna", owner=town.duty_officer,
            mark=Mark.RED,
        )
    )  # fmt: skip
    return id


def test_who_may_not_read_the_case_learns_nothing_of_its_duties(town: Installation, red: Id) -> None:
    assert town.watch_officer
    wren = of(town, "watch")
    before = {path: wren.get(path).text for path in ("/desk", "/desk/duties", "/desk/cases", "/desk/checks")}
    duty = of(town, "duty")
    assert asks(town, duty, red, about_victim="warn", who_victim=SECRET, why=SECRET).status_code == 303
    owed = duties(town)[Side.VICTIM]
    for path, page in before.items():
        assert wren.get(path).text == page
    for path in (f"/desk/cases/{red}/duties", f"/desk/duties/{owed.id}"):
        assert wren.get(path).status_code == 404
    for path in (f"/desk/cases/{red}/duties", f"/desk/duties/{owed.id}/decision", f"/desk/cases/{red}/duties/distrust"):
        assert submit(wren, path, about_public="later", about="warn", why="So.").status_code == 404
    for path in ("/", "/record/", "/feeds/alerts.atom", "/metrics"):
        assert SECRET not in Browser(town.site).get(path).text


def test_who_is_signed_out_gets_nothing(town: Installation) -> None:
    for path in ("/desk/duties", f"/desk/cases/{town.threat}/duties"):
        assert Browser(town.site).get(path).status_code in (303, 401)


def test_a_review_page_that_is_not_true_any_more_agrees_to_nothing(
    town: Installation, duty: Browser, deputy: Browser
) -> None:
    asks(town, duty, about_public="already_aware", why="It was in the papers.")
    public = duties(town)[Side.PUBLIC]
    page = html.document_fromstring(deputy.get(f"/desk/cases/{town.threat}/duties").text)
    (seen,) = cast(
        "list[str]", page.xpath(f'//form[@action="/desk/duties/{public.id}/review"]//input[@name="seen"]/@value')
    )
    must_warn.answer_questions(
        town.house,
        public.id,
        cast("Test", public.test),
        why="Read again.",
        by=town.duty_officer,
        command="anew",
        now=town.clock.now(),
    )
    stale = submit(deputy, f"/desk/duties/{public.id}/review", about="agree", why="I read them.", seen=seen)
    assert (stale.status_code, duties(town)[Side.PUBLIC].stage) == (409, Stage.REVIEW)
    fresh = submit(
        deputy, f"/desk/duties/{public.id}/review", about="agree", why="I read them.", seen=str(int(seen) + 1)
    )
    assert (fresh.status_code, duties(town)[Side.PUBLIC].stage) == (303, Stage.REFUSED)


def test_the_board_says_of_a_case_that_begins_soon_that_nobody_has_asked_whom_to_warn(
    town: Installation, duty: Browser
) -> None:
    now = town.clock.now()
    near = ThreatOpened(
        subject="fair", occurred_at=now, title="The fair", zone="UTC", owner=town.duty_officer,
        begins=now + timedelta(hours=5),
    )  # fmt: skip
    weigh.open_threat(town.house, near, by=town.duty_officer, command="fair", now=now)
    tend_windows(town.house, now + timedelta(seconds=1))
    town.work()
    page = html.fromstring(duty.get("/desk").text)
    (row,) = cast("list[html.HtmlElement]", page.xpath("//li[.//a[@href='/desk/cases/fair/duties']]"))
    assert "Nobody has asked whether we must warn" in text(html.tostring(row, encoding="unicode"))
    asks(town, duty, "fair", about_public="later")
    assert "Nobody has asked whether we must warn" not in text(duty.get("/desk").text)


def test_the_test_is_answered_anew_at_the_desk_and_what_stood_before_stays_on_the_page(
    town: Installation, duty: Browser, deputy: Browser
) -> None:
    asks(town, duty, about_public="later", ground_credible="A caller who knew the hall")
    public = duties(town)[Side.PUBLIC]
    on = f"/desk/cases/{town.threat}/duties"
    (form,) = cast(
        "list[html.FormElement]",
        html.document_fromstring(duty.get(on).text).xpath(f'//form[@action="/desk/duties/{public.id}/test"]'),
    )
    filled = {name: value for name, value in form.form_values() if name != "_csrf_token"}
    assert (filled["said_credible"], filled["ground_credible"]) == ("yes", "A caller who knew the hall")
    anew = filled | {"said_credible": "no", "ground_credible": "A boy with a telephone"}
    assert submit(duty, f"/desk/duties/{public.id}/test", **anew).status_code == 409  # nobody says what is new
    submit(duty, f"/desk/duties/{public.id}/test", **anew | {"why": "The police have him."})
    tested = duties(town)[Side.PUBLIC]
    assert (tested.stage, tested.tester, tested.tested_why) == (Stage.DENIED, town.duty_officer, "The police have him.")
    page = text(deputy.get(on).text)
    assert "The police have him." in page
    assert "A caller who knew the hall" in page
    below = submit(duty, f"/desk/duties/{public.id}/decision", about="below_threshold", why="It was a hoax.")
    assert (below.status_code, duties(town)[Side.PUBLIC].stage) == (303, Stage.REVIEW)
    assert reconcile(town.store) == []


@pytest.fixture(name="hoax")
def _hoax(town: Installation, duty: Browser) -> Duty:
    """Return a duty to warn the miller and another, whose test says no since it was decided to warn."""
    assert town.miller
    town.person("Ferryman Finn", Role.WATCH_OFFICER)
    who = "Miller Moll\nFerryman Finn"
    asks(town, duty, about_victim="warn", who_victim=who, why="A caller who knew the mill.")
    owed = duties(town)[Side.VICTIM]
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    no = FOUND | {"said_credible": "no", "ground_credible": "A boy with a telephone"}
    reply = submit(duty, f"/desk/duties/{owed.id}/test", **no, why="The police have him.")
    assert (reply.status_code, duties(town)[Side.VICTIM].stage) == (303, Stage.TO_WARN)
    return owed


def test_a_hoax_that_nobody_was_told_of_yet_is_taken_back_by_two(
    town: Installation, duty: Browser, deputy: Browser, hoax: Duty
) -> None:
    on, path = f"/desk/cases/{town.threat}/duties", f"/desk/duties/{hoax.id}"
    (form,) = cast(
        "list[html.FormElement]",
        html.document_fromstring(duty.get(on).text).xpath(f'//form[@action="{path}/decision"]'),
    )
    filled = {name: value for name, value in form.form_values() if name != "_csrf_token"}
    assert submit(duty, f"{path}/decision", **filled | {"why": "It was a hoax."}).status_code == 303
    waits = duties(town)[Side.VICTIM]
    assert (waits.stage, waits.owed_by) == (Stage.REVIEW, hoax.owed_by)
    assert "Agree: they are not warned" not in text(duty.get(on).text)
    assert submit(duty, f"{path}/review", about="agree", why="So.").status_code == 409
    assert "proposed to take back that they are warned" in text(deputy.get(on).text)
    assert submit(deputy, f"{path}/review", about="agree", why="I rang the police.").status_code == 303
    town.work()
    below, page = duties(town)[Side.VICTIM], text(duty.get(on).text)
    assert (below.stage, below.due) == (Stage.BELOW, None)
    for said in ("decided to warn them", "A caller who knew the mill.", "It was a hoax.", "I rang the police."):
        assert said in page
    assert reconcile(town.store) == []


def test_who_does_not_agree_that_it_was_a_hoax_leaves_it_decided_as_it_was(
    town: Installation, duty: Browser, deputy: Browser, hoax: Duty
) -> None:
    path = f"/desk/duties/{hoax.id}"
    assert submit(duty, f"{path}/decision", about="below_threshold", why="It was a hoax.").status_code == 303
    assert submit(deputy, f"{path}/review", about="warn", why="There were two callers.").status_code == 303
    town.work()
    kept = duties(town)[Side.VICTIM]
    assert (kept.stage, kept.decided_at, kept.owed_by) == (Stage.TO_WARN, hoax.decided_at, hoax.owed_by)
    assert "did not agree" in text(duty.get(f"/desk/cases/{town.threat}/duties").text)
    assert reconcile(town.store) == []


def test_whoever_was_told_of_a_hoax_meanwhile_stays_told(
    town: Installation, duty: Browser, deputy: Browser, hoax: Duty
) -> None:
    on, path = f"/desk/cases/{town.threat}/duties", f"/desk/duties/{hoax.id}"
    assert submit(duty, f"{path}/decision", about="below_threshold", why="It was a hoax.").status_code == 303
    assert town.miller
    town.notice(recipients=(town.miller,))  # one of the two, so that it serves no duty
    assert duties(town)[Side.VICTIM].warning is None
    assert "nobody can agree to this any more" in text(deputy.get(on).text)
    refused = submit(deputy, f"{path}/review", about="agree", why="I rang them.")
    assert (refused.status_code, "told or handed something" in text(refused.text)) == (409, True)
    assert submit(deputy, f"{path}/review", about="warn", why="They have it.").status_code == 303
    page = duty.get(on).text
    assert "Not to warn them after all" not in page
    assert submit(duty, f"{path}/decision", about="below_threshold", why="It was a hoax.").status_code == 409
    assert reconcile(town.store) == []


def test_a_notice_that_leaves_while_somebody_agrees_that_it_was_a_hoax_is_seen(town: Installation, hoax: Duty) -> None:
    with town.store.look() as look:
        desk = must_warn.DutyDesk(town.house, look, town.threat, town.duty_officer, town.clock.now())
        assert not desk.is_told(hoax)
        assert desk.still(look)
    assert town.miller
    town.notice(recipients=(town.miller,))
    with town.store.look() as look, pytest.raises(Refused, match="told or handed something"):
        desk.still(look)
