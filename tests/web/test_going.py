"""Watching a warning go out at the desk, taking its account away, and seeing what was let fall."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from tests.web.installation import SECRET, Browser, Installation, made_up
from tests.words import bare
from tocsin.basis.marking import Mark, Role
from tocsin.flow.desk_lock import close_desk
from tocsin.flow.watchdog import OLD
from tocsin.people.facts import RolesSet
from tocsin.store.reconcile import reconcile
from tocsin.web.desk import pages


@pytest.fixture(name="duty")
def _duty(town: Installation, browser: Browser) -> Browser:
    assert town.duty_officer
    assert browser.sign_in("duty").status_code == 303
    return browser


def parsed(browser: Browser, path: str) -> html.HtmlElement:
    return html.document_fromstring(browser.get(path).text)


def words(browser: Browser, path: str) -> str:
    return " ".join(parsed(browser, path).find(".//main").text_content().split())


def test_a_warning_is_watched_going_out(town: Installation, duty: Browser) -> None:
    alert = town.alert(persons=(town.miller, town.person("Ann Ash"), town.person("Ben Birch")))
    said = words(duty, f"/desk/warnings/{alert}/going")
    assert "Handed over3 Delivered0" in said
    assert "Nothing is left to send" in said
    assert "at once" in said
    page = parsed(duty, f"/desk/warnings/{alert}/going")
    assert page.get_element_by_id("live").get("data-live") is None
    assert not page.xpath("//script"), "it changes no more, and asks for nothing"


def test_that_it_is_over_is_watched_going_out(town: Installation, duty: Browser) -> None:
    alert = town.alert(persons=(town.miller, town.person("Ann Ash")))
    page = f"/desk/warnings/{alert}"
    decided = {"_csrf_token": duty.csrf(page), "decision": "withdraw", "why": "The river has fallen."}
    assert duty.post(f"{page}/window", decided).status_code == 303
    town.work()
    since = parsed(duty, f"{page}/going").xpath("//section[@aria-labelledby='h-since']")[0].text_content()
    assert " ".join(since.split()).startswith("That it is over2 people")


def test_while_something_is_left_the_page_keeps_itself_up_to_date(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    with town.store._write() as connection:
        connection.exec_driver_sql("DROP TRIGGER notes_never_update")
        connection.exec_driver_sql("UPDATE notes SET stands = 'failed'")
        connection.exec_driver_sql("UPDATE leases SET due = '2024-05-02T09:04:00.000000Z'")
    page = parsed(duty, f"/desk/warnings/{alert}/going")
    assert page.get_element_by_id("live").get("data-live") == "0 % handed over, 0 given up. 1 wait for another try."
    assert page.xpath("//script/@src") == ["/static/live.js"]
    assert duty.get("/static/live.js").headers["content-type"].startswith("text/javascript")
    status = page.get_element_by_id("live-said")
    assert (status.get("aria-live"), status.text_content()) == ("polite", "")
    assert len(page.xpath("//*[@aria-live]")) == 1
    assert "1 wait for another try" in words(duty, f"/desk/warnings/{alert}/going")


@pytest.mark.parametrize("altered", ["x", "", "[99]", "[-1]", '["a"]', "{}", "7", "[1", "[0.5]"])
def test_an_altered_note_is_one_clear_sentence_on_the_page_and_for_whoever_reconciles(
    town: Installation, duty: Browser, altered: str
) -> None:
    alert = town.alert()
    with town.store._write() as connection:
        connection.exec_driver_sql("DROP TRIGGER notes_never_update")
        before = connection.exec_driver_sql("SELECT positions FROM notes").scalars().all()
        connection.exec_driver_sql("UPDATE notes SET positions = ?", (altered,))
    page = duty.get(f"/desk/warnings/{alert}/going")
    assert page.status_code == 500
    assert "altered or damaged" in page.text
    assert "tocsin record reconcile" in page.text
    named = reconcile(town.store)
    assert any("altered" in sentence or "not those it was settled with" in sentence for sentence in named)
    with town.store._write() as connection:
        connection.exec_driver_sql("UPDATE notes SET positions = ?", (before[0],))
    assert duty.get(f"/desk/warnings/{alert}/going").status_code == 200


def test_the_pages_are_said_in_the_readers_language(town: Installation, browser: Browser) -> None:
    town.said = lambda _tag: made_up()
    alert = town.alert(persons=(town.miller, town.person("Ann Ash")))
    browser.sign_in("duty")
    for path in (f"/desk/warnings/{alert}/going", "/desk/checks"):
        assert bare(browser.get(path).text) == []


@pytest.mark.parametrize("path", ["going", "account.csv"])
def test_what_one_may_not_read_does_not_exist(town: Installation, duty: Browser, path: str) -> None:
    town.person("Auditor Abe", Role.AUDITOR, cleared_to=Mark.AMBER)
    abe = Browser(town.site)
    abe.sign_in("auditor")
    notice, statement = town.notice(readers=(town.duty_officer,)), town.statement()
    assert duty.get(f"/desk/warnings/{notice}/{path}").status_code == 200
    assert abe.get(f"/desk/warnings/{notice}/{path}").status_code == 404
    assert SECRET not in abe.get(f"/desk/warnings/{notice}/{path}").text
    assert duty.get(f"/desk/warnings/{statement}/{path}").status_code == 404
    assert duty.get(f"/desk/warnings/nobody/{path}").status_code == 404


# ---- the account


def account(browser: Browser, warning: str) -> list[dict[str, str]]:
    reply = browser.get(f"/desk/warnings/{warning}/account.csv")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"
    return list(csv.DictReader(io.StringIO(reply.text)))


def test_the_account_is_taken_away_with_every_person_and_moment(town: Installation, duty: Browser) -> None:
    ann = town.person("Ann Ash")
    alert = town.alert(persons=(town.miller, ann))
    town.clock.advance(timedelta(minutes=3))
    reply = Browser(town.site).post(f"/a/{town.token(alert, ann)}", {"answer": "safe"})
    assert reply.status_code in (200, 303)
    town.work()
    first, second = account(duty, alert)
    by_name = {row["name"]: row for row in (first, second)}
    assert by_name.keys() == {"Miller Moll", "Ann Ash"}
    told = by_name["Ann Ash"]
    assert (told["person"], told["channel"], told["state"], told["answer"]) == (ann, "paper", "answered", "safe")
    assert (told["accepted_at"], told["answered_at"]) == ("2024-05-02T09:00:00Z", "2024-05-02T09:03:00Z")
    assert (told["exercise"], told["attempts"], told["dead_at"]) == ("no", "1", "")
    assert by_name["Miller Moll"]["state"] == "accepted"


def test_the_account_says_which_answers_came_after_the_end(town: Installation, duty: Browser) -> None:
    ann, bell = town.person("Ann Ash"), town.person("Bell Birch")
    alert = town.alert(persons=(town.miller, ann, bell))
    Browser(town.site).post(f"/a/{town.token(alert, ann)}", {"answer": "safe"})
    town.work()
    town.clock.advance(timedelta(days=30))
    town.work()
    Browser(town.site).post(f"/a/{town.token(alert, bell)}", {"answer": "safe"})
    town.work()
    late = {row["name"]: row["late"] for row in account(duty, alert)}
    assert late == {"Ann Ash": "no", "Bell Birch": "yes", "Miller Moll": ""}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1"])
def test_no_name_becomes_a_formula(town: Installation, duty: Browser, name: str) -> None:
    alert = town.alert(persons=(town.person(name),))
    text = duty.get(f"/desk/warnings/{alert}/account.csv").content.decode()
    assert f"'{name}" in text
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["name"] == f"'{name}"


def test_an_account_of_an_exercise_says_so(tmp_path: Path) -> None:
    town = Installation(tmp_path / "exercise", exercise=True)
    alert = town.alert()
    browser = Browser(town.site)
    browser.sign_in("duty")
    reply = browser.get(f"/desk/warnings/{alert}/account.csv")
    assert reply.headers["content-disposition"] == 'attachment; filename="exercise-account.csv"'
    assert [row["exercise"] for row in csv.DictReader(io.StringIO(reply.text))] == ["yes"]
    town.site.close()
    town.close()


# ---- what was let fall


def test_an_alarm_stands_on_every_page_while_something_is_let_fall(town: Installation, duty: Browser) -> None:
    alert = town.alert("Keep off the bridge")
    town.watchdog.check(town.clock.now())
    assert "ALARM: what goes out" not in duty.get("/desk").text
    with town.store._write() as connection:
        connection.exec_driver_sql("UPDATE alert_states SET due = NULL")
    town.watchdog.check(town.clock.now())
    for path in ("/desk", "/desk/cases", f"/desk/warnings/{alert}", "/desk/record"):
        assert "ALARM: what goes out" in duty.get(path).text
    said = words(duty, "/desk/checks")
    assert "Nobody will be asked before it ends.Keep off the bridge" in said


def test_what_was_let_fall_of_a_notice_is_told_to_its_readers_alone(town: Installation, duty: Browser) -> None:
    town.person("Auditor Abe", Role.AUDITOR, cleared_to=Mark.AMBER)
    abe = Browser(town.site)
    abe.sign_in("auditor")
    notice = town.notice(readers=(town.duty_officer,))
    with town.store._write() as connection:
        connection.exec_driver_sql("UPDATE notice_states SET due = NULL")
    town.watchdog.check(town.clock.now())
    assert f"/desk/warnings/{notice}" in duty.get("/desk/checks").text
    for path in ("/desk", "/desk/checks"):
        page = abe.get(path).text
        assert "ALARM: what goes out" in page
        assert notice not in page
        assert SECRET not in page
        assert "Miller" not in page
    assert "that is not for you to read" in abe.get("/desk/checks").text


def test_a_check_that_is_not_done_is_an_alarm_of_its_own(town: Installation, duty: Browser) -> None:
    town.watchdog.begin(town.clock.now())
    town.watchdog.check(town.clock.now())
    town.clock.advance(OLD + timedelta(seconds=1))
    assert "Nobody has checked for a while" in duty.get("/desk").text
    assert "The check is overdue" in words(duty, "/desk/checks")


def test_the_account_of_a_desk_that_is_closed_meanwhile_is_cut_off(town: Installation, duty: Browser) -> None:
    alert = town.alert(persons=(town.miller,))
    assert account(duty, alert)
    close_desk(town.store, "A test.", town.clock.now())
    assert duty.get(f"/desk/warnings/{alert}/account.csv").status_code == 503


def test_the_account_of_one_who_may_read_less_meanwhile_is_cut_off(
    town: Installation, duty: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = town.alert(persons=(town.miller,))

    def meanwhile(*_: object) -> Iterator[bytes]:
        yield b"row"
        town.commit(
            RolesSet(
                subject=town.duty_officer,
                occurred_at=town.clock.now(),
                roles=(Role.AUDITOR,),
                cleared_to=Mark.CLEAR,
                why="Left",
            )
        )
        yield b"another"

    monkeypatch.setattr(pages, "pieces", meanwhile)
    with pytest.raises(Exception, match="after response started") as cut_off:
        duty.get(f"/desk/warnings/{alert}/account.csv")
    assert "What you may read has changed meanwhile" in repr(cut_off.value.__cause__)
