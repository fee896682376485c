"""Headcounts at the desk: asked, counted, asked again, printed, entered; and to others as if nothing had been asked."""

from datetime import timedelta
from typing import cast

import pytest
from httpx import Response
from lxml import html

from tests.web.installation import Browser, Installation
from tests.web.test_watching import text
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.people import where
from tocsin.people.facts import ContactAdded, GroupNamed, MemberAdded, NeedsSaid, PersonForgotten, PlaceKind, PlaceSaid
from tocsin.people.warden import WardenNamed
from tocsin.store.reconcile import reconcile
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.ladder import Kind, Ladder, Rung
from tocsin.warning.policy import PolicySaved
from tocsin.web.desk.fill import headcounts as fill


def submit(browser: Browser, path: str, **form: str) -> Response:
    return browser.post(path, {"_csrf_token": browser.csrf("/desk"), **form})


@pytest.fixture(name="duty")
def _duty(town: Installation, browser: Browser) -> Browser:
    assert town.duty_officer
    assert browser.sign_in("duty").status_code == 303
    return browser


def people(town: Installation) -> tuple[Id, list[Id]]:
    """A group of three, who can be reached."""
    now, group = town.clock.now(), town.store.new_id()
    found = [town.person(name) for name in ("Ann Ash", "Bell Birch", "Cob Cedar")]
    town.commit(
        GroupNamed(subject=group, occurred_at=now, name="The mill"),
        *(MemberAdded(subject=town.store.new_id(), occurred_at=now, group=group, person=one) for one in found),
        *(
            ContactAdded(
                subject=town.store.new_id(),
                occurred_at=now,
                person=one,
                channel="webhook",
                address=f"http://{n}.example",
            )
            for n, one in enumerate(found)
        ),
    )
    return group, found


def the_headcount(town: Installation) -> Id:
    with town.store.look() as look:
        (found,) = look.all(Headcount)
    return found.id


def asked(town: Installation, duty: Browser) -> tuple[Id, list[Id]]:
    group, found = people(town)
    reply = submit(
        duty, "/desk/headcounts", group=group, hours="4", words="The mill is on fire. Tell us where you are."
    )
    assert reply.status_code == 303, reply.text
    town.work()
    return the_headcount(town), found


def press(town: Installation, headcount: Id, person: Id, kind: str, words: str = "") -> None:
    reply = Browser(town.site).post(f"/a/{town.token(headcount, person)}", {"answer": kind, "words": words})
    assert reply.status_code == 200, reply.text
    town.work()


def test_an_officer_asks_counts_and_asks_the_silent_again(town: Installation, duty: Browser) -> None:
    headcount, (ann, bell, _cob) = asked(town, duty)
    page = Browser(town.site).get(f"/a/{town.token(headcount, ann)}").text
    assert "Are you safe?" in page
    assert "The mill is on fire." in page
    press(town, headcount, ann, "safe")
    press(town, headcount, bell, "need_help", "I am trapped upstairs")
    said = text(duty.get(f"/desk/headcounts/{headcount}").text)
    assert "1 of 3 are safe" in duty.get(f"/desk/headcounts/{headcount}").text
    assert "Bell Birch" in said
    assert "I am trapped upstairs" in said
    assert "a life may be in danger" in said
    assert "http://1.example" in said
    assert "Cob Cedar" in said
    board = text(duty.get("/desk").text)
    assert "Are you safe? To The mill" in board
    assert submit(duty, f"/desk/headcounts/{headcount}/again").status_code == 303
    town.work()


def test_whoever_ends_a_headcount_is_told_that_help_is_rung_about_further(town: Installation, duty: Browser) -> None:
    headcount, (ann, *_) = asked(town, duty)
    page = f"/desk/headcounts/{headcount}"
    assert "They are rung about further" not in text(duty.get(page).text)
    press(town, headcount, ann, "need_help", "I am trapped upstairs")
    said = text(duty.get(page).text)
    assert "They are rung about further, also when this has ended." in said
    assert "The headcount is over" not in said
    assert submit(duty, f"{page}/window", decision="stand_down", why="The others are found").status_code == 303
    town.work()
    assert "Whoever needs help is rung about until somebody takes it on." in text(duty.get(page).text)


def test_an_alerts_page_asks_everyone_who_was_told(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    assert "Ask everyone who was told of it" in duty.get(f"/desk/warnings/{alert}").text
    assert submit(duty, f"/desk/warnings/{alert}/headcount", hours="2").status_code == 303
    town.work()
    with town.store.look() as look:
        (found,) = look.all(Headcount)
        assert set(look.rows_of(found.id)) == set(look.rows_of(alert))
    assert f"/desk/warnings/{alert}" in duty.get(f"/desk/headcounts/{found.id}").text


def test_a_list_is_shown_once_it_is_written_down_who_prints_it(town: Installation, duty: Browser) -> None:
    headcount, found = asked(town, duty)
    warden, now = town.person("Wanda Ward"), town.clock.now()
    town.commit(WardenNamed(subject=town.store.new_id(), occurred_at=now, warden=warden, persons=tuple(found[:2])))
    sheet = f"/desk/headcounts/{headcount}/sheets/{warden}"
    assert duty.get(sheet).status_code == 404, "nobody has said that they print it"
    assert submit(duty, sheet).status_code == 303
    printed = text(duty.get(sheet).text)
    assert "List of Wanda Ward" in printed
    assert "Ann Ash" in printed
    assert "Cob Cedar" not in printed
    assert "Ann Ash" in text(duty.get(f"{sheet}/results").text)
    at = (now - timedelta(minutes=5)).isoformat()
    form = {f"how_{found[0]}": "safe", f"how_{found[1]}": "need_help", f"words_{found[1]}": "Broken leg", "until": at}
    assert submit(duty, f"{sheet}/results", **form).status_code == 303
    town.work()
    page = duty.get(f"/desk/headcounts/{headcount}").text
    assert "1 of 3 are safe, 1 need help" in page
    assert "Broken leg" in text(page)
    assert "by warden Wanda Ward, on paper" in text(page)
    assert "printed" in text(page)


def test_an_auditor_sees_the_count_and_nobodys_address(town: Installation, duty: Browser) -> None:
    headcount, (_ann, bell, _cob) = asked(town, duty)
    press(town, headcount, bell, "need_help", "I am trapped upstairs")
    town.person("Audra Audit", Role.AUDITOR)
    auditor = Browser(town.site)
    assert auditor.sign_in("audra").status_code == 303
    page = auditor.get(f"/desk/headcounts/{headcount}").text
    assert "0 of 3 are safe, 1 need help" in page
    assert "Bell Birch" in text(page)
    for hidden in ("http://1.example", "I am trapped upstairs", f"{headcount}/again", f"{headcount}/wardens"):
        assert hidden not in page
    assert submit(auditor, f"/desk/headcounts/{headcount}/again").status_code == 403


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"hours": "4"}, id="nobody"),
        pytest.param({"circle": "here", "hours": "4"}, id="no place"),
        pytest.param({"circle": "95, 0, 3", "hours": "4"}, id="not on Earth"),
        pytest.param({"group": "no-such", "hours": "0"}, id="no time"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(town: Installation, duty: Browser, form: dict[str, str]) -> None:
    reply = submit(duty, "/desk/headcounts", **form)
    assert reply.status_code == 400
    with town.store.look() as look:
        assert look.all(Headcount) == []


def test_who_is_in_an_area_is_shown_before_they_are_asked(town: Installation, duty: Browser) -> None:
    _group, found = people(town)
    for one, point in zip(found, ((52.52, 13.4), (52.53, 13.4), (48.1, 11.5)), strict=True):
        there = where.write(where.Where(point=point, within_m=10))
        home = PlaceSaid(
            subject=town.store.new_id(),
            occurred_at=town.clock.now(),
            person=one,
            place_kind=PlaceKind.HOME,
            where=there,
        )
        town.commit(home)
    form = {
        "circle": "52.52, 13.40, 3",
        "place": "The mill",
        "hours": "4",
        "words": "Are you <there>?",
        "nonce": "at-00000001",
    }
    shown = duty.post("/desk/headcounts", {"_csrf_token": duty.csrf("/desk"), **form})
    assert shown.status_code == 200
    assert "2 people would be asked; nobody is yet" in text(shown.text)
    assert "Ann Ash" in text(shown.text)
    assert "Cob Cedar" not in text(shown.text)
    with town.store.look() as look:
        assert look.all(Headcount) == []
    inputs = html.document_fromstring(shown.text).xpath("//form[.//button[text()='Ask them now']]//input")
    again = {str(one.get("name")): str(one.get("value")) for one in cast("list[html.HtmlElement]", inputs)}
    moved = {**again, "circle": "48.1, 11.5, 3"}
    assert "1 person would be asked" in text(duty.post("/desk/headcounts", moved).text), "another place was looked at"
    for _ in range(2):
        assert duty.post("/desk/headcounts", again).status_code == 303
    town.work()
    with town.store.look() as look:
        (headcount,) = look.all(Headcount)
        assert headcount.questions[0].words == "Are you <there>?"
        assert set(look.rows_of(headcount.id)) == set(found[:2])


def test_to_strangers_there_is_no_headcount(town: Installation, duty: Browser) -> None:
    headcount, _ = asked(town, duty)
    stranger = Browser(town.site)
    for path in ("/desk/headcounts", f"/desk/headcounts/{headcount}"):
        assert stranger.get(path).status_code in (303, 401, 403, 404)
    for path in ("/", "/feeds/atom.xml", f"/alerts/{headcount}"):
        assert headcount not in stranger.get(path).text


def test_an_hour_of_very_many_digits_is_a_mistake_in_the_form(town: Installation, duty: Browser) -> None:
    group, _found = people(town)
    reply = submit(duty, "/desk/headcounts", group=group, hours="1" * 4_400)
    assert reply.status_code == 400
    assert "from 1 to 168" in text(reply.text)


def test_a_list_of_hundreds_is_entered_and_tells_of_whom_nothing_was_kept(town: Installation, duty: Browser) -> None:
    headcount, (ann, bell, _cob) = asked(town, duty)
    warden, now = town.person("Wanda Ward"), town.clock.now()
    town.commit(PersonForgotten(subject=bell, occurred_at=now, why="Asked"))
    blank = {
        f"{field}_{n}": "" for n in range(500) for field in ("how", "words")
    }  # as a browser sends what is not ticked
    form = {**blank, f"how_{ann}": "safe", f"how_{bell}": "safe", "until": (now - timedelta(minutes=5)).isoformat()}
    reply = submit(duty, f"/desk/headcounts/{headcount}/sheets/{warden}/results", **form)
    assert reply.status_code == 303, reply.text
    page = text(duty.get(reply.headers["location"]).text)
    assert "1 of the people on the list has been forgotten meanwhile" in page
    assert "1 of 3 are safe" in duty.get(f"/desk/headcounts/{headcount}").text
    assert "forgotten meanwhile" not in text(duty.get(f"/desk/headcounts/{headcount}?forgotten={'9' * 5_000}").text)


def test_nobody_in_danger_of_their_life_is_behind_those_who_wait_longer(
    town: Installation, duty: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "MOST", 1)
    headcount, (ann, bell, _cob) = asked(town, duty)
    press(town, headcount, ann, "need_help", "Water is low")
    town.clock.advance(timedelta(minutes=5))
    press(town, headcount, bell, "need_help", "I cannot breathe")
    page = text(duty.get(f"/desk/headcounts/{headcount}").text)
    need = page[page.index("Who needs help") :]
    assert "I cannot breathe" in need
    assert "Water is low" not in need
    assert "and 1 more" in need


def waits(town: Installation, headcount: Id, why: str) -> Watch:
    with town.store.look() as look:
        (found,) = look.all(Watch, warning=headcount, why=why)
    return found


def test_what_waits_in_a_headcount_is_worked_like_the_board(town: Installation, duty: Browser) -> None:
    headcount, (ann, _bell, _cob) = asked(town, duty)
    press(town, headcount, ann, "need_help", "I am trapped upstairs")
    silence, helping = waits(town, headcount, "silence"), waits(town, headcount, "help")
    board = duty.get("/desk").text
    for watch in (silence, helping):
        assert f"/desk/watches/{watch.id}/next" in board
        page = duty.get(f"/desk/watches/{watch.id}")
        assert page.status_code == 200
        assert "if nobody takes it on" in text(page.text)
    assert "Bell Birch" in text(duty.get(f"/desk/watches/{silence.id}").text)
    assert "http://0.example" in text(duty.get(f"/desk/watches/{helping.id}").text)
    assert submit(duty, f"/desk/watches/{helping.id}/note", words="A boat is on its way.").status_code == 303
    assert "A boat is on its way." in text(duty.get("/desk").text)
    assert submit(duty, f"/desk/watches/{silence.id}/next").status_code == 303
    assert submit(duty, f"/desk/watches/{silence.id}/again").status_code == 303
    policy = a_policy(town)
    assert submit(duty, f"/desk/watches/{helping.id}/policy", policy=policy).status_code == 303
    town.work()
    assert waits(town, headcount, "silence").rings
    assert waits(town, headcount, "help").ladder.repeat_s == 77
    assert reconcile(town.store) == []


def a_policy(town: Installation) -> Id:
    rung = Rung(to=town.person("Dora Deputy", Role.DUTY_OFFICER), after_s=60)
    saved = PolicySaved(
        subject=town.store.new_id(),
        occurred_at=town.clock.now(),
        name="By the river",
        ladder=Ladder(rungs=(rung,), repeat_s=77),
    )
    town.commit(saved)
    return saved.subject


def test_an_auditor_sees_what_waits_in_a_headcount_and_nobodys_address(town: Installation, duty: Browser) -> None:
    headcount, (ann, _bell, _cob) = asked(town, duty)
    press(town, headcount, ann, "need_help", "I am trapped upstairs")
    helping = waits(town, headcount, "help")
    town.person("Audra Audit", Role.AUDITOR)
    auditor = Browser(town.site)
    assert auditor.sign_in("audra").status_code == 303
    page = auditor.get(f"/desk/watches/{helping.id}").text
    assert "Ann Ash" in text(page)
    assert "http://0.example" not in page
    assert submit(auditor, f"/desk/watches/{helping.id}/next").status_code == 403


def test_after_whoever_asks_every_duty_officer_is_called_or_whom_a_policy_says(
    town: Installation, duty: Browser
) -> None:
    headcount, _found = asked(town, duty)
    with town.store.look() as look:
        first, then = look.get(Headcount, headcount).ladder.rungs
    assert (first.to, then.to, then.kind) == (town.duty_officer, Role.DUTY_OFFICER.value, Kind.ROLE)
    group, policy = people(town)[0], a_policy(town)
    assert "By the river" in text(duty.get("/desk/headcounts").text)
    assert submit(duty, "/desk/headcounts", group=group, hours="4", policy=policy).status_code == 303
    with town.store.look() as look:
        assert [one.ladder.repeat_s for one in look.all(Headcount) if one.id != headcount] == [77]
    assert submit(duty, "/desk/headcounts", group=group, hours="4", policy="no-such").status_code == 400


def test_a_warden_is_relieved_at_the_desk_and_once_only(town: Installation, duty: Browser) -> None:
    headcount, found = asked(town, duty)
    warden, now, wardenship = town.person("Wanda Ward"), town.clock.now(), town.store.new_id()
    town.commit(WardenNamed(subject=wardenship, occurred_at=now, warden=warden, persons=tuple(found[:2])))
    path = f"/desk/headcounts/{headcount}"
    assert "Relieve Wanda Ward of: 2 people" in text(duty.get(path).text)
    assert submit(duty, f"{path}/wardens/relieved", wardenship=wardenship).status_code == 303
    assert "Wanda Ward" not in text(duty.get(path).text)
    again = submit(duty, f"{path}/wardens/relieved", wardenship=wardenship)
    assert again.status_code == 400
    assert "no longer, or never did" in again.text
    reconcile(town.store)


def test_people_are_asked_by_name_mail_address_or_id_and_nobody_is_guessed(town: Installation, duty: Browser) -> None:
    _group, found = people(town)
    town.person("Ann Ash")
    nobody = submit(duty, "/desk/headcounts", persons="Bell Birch\nDora Dale", hours="4")
    assert nobody.status_code == 400
    assert "Nobody is called" in nobody.text
    two = submit(duty, "/desk/headcounts", persons="Ann Ash", hours="4")
    assert two.status_code == 400
    assert "Several people are called" in two.text
    many = submit(duty, "/desk/headcounts", persons="\n".join(f"Person {n}" for n in range(201)), hours="4")
    assert "200 can be named at once" in many.text
    assert submit(duty, "/desk/headcounts", persons=f"bell  BIRCH\r\n{found[0]}", hours="4").status_code == 303
    town.work()
    with town.store.look() as look:
        (begun,) = look.all(Headcount)
        assert set(look.rows_of(begun.id)) == {found[0], found[1]}


def test_a_telephone_number_of_whoever_needs_help_is_dialled_by_one_press(town: Installation, duty: Browser) -> None:
    headcount, (ann, _bell, _cob) = asked(town, duty)
    town.commit(
        ContactAdded(
            subject=town.store.new_id(), occurred_at=town.clock.now(), person=ann, channel="sms", address="+3225551212"
        )
    )
    press(town, headcount, ann, "need_help")
    page = duty.get(f"/desk/headcounts/{headcount}").text
    assert '<a href="tel:+3225551212">' in page
    assert "A voice before a text" not in page
    town.commit(NeedsSaid(subject=ann, occurred_at=town.clock.now(), needs="voice_first"))
    assert "A voice before a text" in duty.get(f"/desk/headcounts/{headcount}").text
    assert 'href="http://0.example"' not in page, "what a machine reads is no link"


def test_a_watch_officer_and_nobody_below_names_people(town: Installation) -> None:
    auditor = town.person("Audra Audit", Role.AUDITOR)
    assert auditor
    browser = Browser(town.site)
    browser.sign_in("audra")
    assert submit(browser, "/desk/headcounts", persons="Audra Audit", hours="4").status_code == 403
