"""Behind an answer link: looking changes nothing, an answer is kept before its giver is thanked, a guess learns nothing."""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from itertools import islice
from threading import Event, Semaphore
from typing import Any
from urllib.parse import urlencode

import anyio
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from msgspec.structs import replace
from pysqlite3 import dbapi2 as sqlite

from tests.web.installation import SECRET, Browser, Installation, made_up, talking_to
from tests.words import bare
from tocsin.answer.facts import AnswerKind
from tocsin.basis.errors import Unreachable
from tocsin.basis.marking import Mark
from tocsin.basis.words import ENGLISH, Words
from tocsin.delivery.state import Batch
from tocsin.flow.answer.hear import calls_someone
from tocsin.flow.people.forget import CONSOLE, forget
from tocsin.people.facts import ContactRemoved, NeedsSaid
from tocsin.people.state import Contact
from tocsin.store import intake
from tocsin.store.intake import Fate, Given, Intake
from tocsin.store.log import LinkAnswer
from tocsin.store.reconcile import reconcile
from tocsin.warning.alert.facts import Wording
from tocsin.warning.notice.state import Notice
from tocsin.web.answer import fill
from tocsin.web.answer.intake import Desk
from tocsin.web.answer.page import GUESSES
from tocsin.web.answer.reading import LARGEST, LONGEST


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_whoever_looks_at_a_link_changes_nothing(town: Installation, browser: Browser, method: str) -> None:
    link = f"/a/{town.token(town.alert())}"
    before = town.row_counts()
    assert browser.ask(method, link).status_code == (200 if method in ("GET", "HEAD") else 405)
    assert town.row_counts() == before
    assert town.woken == 0


def test_a_head_says_what_a_get_would_and_sends_no_page(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert())}"
    get, head = browser.get(link), browser.ask("HEAD", link)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(get.content))


def test_whoever_needs_large_letters_reads_large_ones(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert())}"
    assert 'class="large"' not in browser.get(link).text
    with town.store.look() as look:
        (recipient,) = look.recipients(look.all(Batch)[0].id)
    needs = NeedsSaid(subject=recipient.person, occurred_at=town.clock.now(), needs="large_text")
    town.store.commit([needs], at=town.clock.now(), by="console", command="needs")
    assert 'class="large"' in browser.get(link).text


def test_an_alert_is_shown_with_what_to_do_first(town: Installation, browser: Browser) -> None:
    page = html.document_fromstring(browser.get(f"/a/{town.token(town.alert())}").text)
    assert page.xpath("string(//h1)") == "Keep off the bridge"
    assert page.xpath("//ul[@class='do']/li//text()") == ["Keep off the bridge.", "Stay on high ground."]
    said = str(page.xpath("string()"))
    assert "Where: Mill Lane" in said
    assert "112" in said


def test_a_person_is_told_in_their_own_language(town: Installation, browser: Browser) -> None:
    town.said = lambda tag: Words(tag, ENGLISH.catalogue)
    ada = town.person("Ada", languages=("de-AT", "en"))
    wordings = (
        Wording(language="en", headline="Keep off", event="Flood", description="It rises.", instruction="Go."),
        Wording(language="de", headline="Bleibt weg", event="Flut", description="Es steigt.", instruction="Geht."),
    )
    alert = town.alert(persons=(ada,), wordings=wordings)
    text = browser.get(f"/a/{town.token(alert, ada)}").text
    assert "Bleibt weg" in text
    assert "Keep off" not in text
    assert 'lang="de-AT"' in text


def test_a_notice_shows_its_tear_line_and_its_mark_and_offers_help(town: Installation, browser: Browser) -> None:
    """Whoever is told in confidence of a threat to their life needs it most."""
    link = f"/a/{town.token(town.notice(mark=Mark.GREEN))}"
    text = browser.get(link).text
    assert SECRET in text
    assert "TLP:GREEN" in text
    assert "need_help" in text
    assert "is being called now" in browser.post(link, {"answer": "need_help"}).text


def test_help_is_offered_only_where_somebody_who_can_be_called_watches_for_it(
    town: Installation, browser: Browser
) -> None:
    link = f"/a/{town.token(town.alert())}"
    assert "need_help" in browser.get(link).text
    said = browser.post(link, {"answer": "need_help"}).text
    assert "is being called now" in said
    assert "has been told" not in said
    with town.store.look() as look:
        contacts = look.all(Contact, person=town.duty_officer)
    town.commit(*(ContactRemoved(subject=one.id, occurred_at=town.clock.now()) for one in contacts))
    town.clock.advance(timedelta(minutes=1))
    assert "need_help" not in browser.get(link).text
    unwatched = browser.post(link, {"answer": "need_help"})
    assert unwatched.status_code == 200, "what is said is kept all the same"
    assert "is being called now" not in unwatched.text


def test_who_watches_over_a_notice_that_names_nobody_is_not_named(town: Installation) -> None:
    with town.store.look() as look:
        notice = look.get(Notice, town.notice())
    frame = fill.Frame(organisation="Mill Town", exercise=False)
    said = [
        frame.shell(
            town.clock.now(), ENGLISH, fill.Told(warning=replace(notice, unnamed=one), zone="UTC", watched=True)
        )
        for one in (False, True)
    ]
    assert [one.help_watched_by for one in said] == ["A person at Mill Town", "A person on duty"]


@pytest.mark.parametrize("mark", [Mark.RED, Mark.AMBER])
def test_where_what_goes_out_names_nobody_the_page_behind_it_does_not_either(town: Installation, mark: Mark) -> None:
    links = [f"/a/{town.token(one)}" for one in (town.alert(), town.notice(mark=mark))]
    before = Browser(town.site)
    assert all("Mill Town" in before.get(link).text for link in links)
    town.settings = replace(town.settings, neutral=True)
    town.renewed_site()
    browser = Browser(town.site)
    pages = [
        page.text
        for link in (*links, "/a/x")
        for page in (browser.get(link), browser.post(link, {"answer": "received"}))
    ]
    assert [page for page in pages if "Mill Town" in page] == []


def test_a_call_to_one_of_our_own_has_no_link(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    town.clock.advance(timedelta(hours=1))
    town.work()
    with town.store.look() as look:
        rows = (
            look.connection.exec_driver_sql(
                "SELECT row FROM recipients WHERE person = ? AND warning = ?", (town.duty_officer, alert)
            )
            .scalars()
            .all()
        )
    assert rows
    for row in rows:
        link = f"/a/{town.store.links.token(row)}"
        assert browser.get(link).status_code == 404
        assert browser.post(link, {"answer": "safe"}).status_code == 404
    assert town.answers() == []


def test_an_advisory_is_answered_like_any_warning(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.advisory())}"
    page = browser.get(link).text
    assert "Level 3 for France: Reconsider travel" in page
    assert "Stay off the roads." in page
    assert browser.post(link, {"answer": "acting"}).status_code == 200
    assert town.answers() == [("acting", "")]


@pytest.mark.parametrize("answer", list(AnswerKind))
def test_every_answer_is_kept_and_its_giver_thanked(town: Installation, browser: Browser, answer: AnswerKind) -> None:
    token = town.token(town.alert())
    reply = browser.post(f"/a/{token}", {"answer": answer.value})
    assert reply.status_code == 200
    assert town.answers() == [(answer.value, "")]
    assert town.woken == (calls_someone(answer) is not None), "the others are taken in within a moment anyway"
    assert f'href="/a/{token}"' in reply.text
    town.work()
    assert reconcile(town.store) == []


def test_words_are_kept_under_the_giver_s_own_key(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    browser.post(f"/a/{town.token(alert)}", {"answer": "need_help", "words": "The attic of the mill.\r\nTwo of us."})
    [(_, sealed)] = town.answers()
    assert "attic" not in sealed
    with town.store.look() as look:
        row = look.rows_of(alert)[town.miller]
    assert town.store.keys.open(town.miller, sealed, f"answer.{row}") == "The attic of the mill.\nTwo of us."


def test_the_answer_of_someone_forgotten_is_kept_without_their_words(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert())}"
    forget(town.house, town.miller, why="asked", by=CONSOLE, command=town.command(), now=town.clock.now())
    assert browser.post(link, {"answer": "safe", "words": "private"}).status_code == 200
    assert town.answers() == [("safe", "")]


def test_a_changed_mind_keeps_both_answers(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert())}"
    browser.post(link, {"answer": "safe"})
    browser.post(link, {"kind": "need_help"})
    assert [answer for answer, _ in town.answers()] == ["safe", "need_help"]


def test_a_late_answer_is_taken_and_told_that_it_is_late(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert(hours=1))}"
    in_time = browser.post(link, {"answer": "received"}).text
    town.clock.advance(timedelta(hours=2))
    late = browser.post(link, {"answer": "received"}).text
    assert "after the stated period" not in in_time
    assert "after the stated period" in late
    assert len(town.answers()) == 2
    assert "no all-clear given" in browser.get(link).text


def test_an_answer_is_on_the_disc_before_its_giver_is_thanked(town: Installation) -> None:
    links = [f"/a/{town.token(town.alert())}" for _ in range(3)]
    seen: list[int] = []

    async def many() -> None:
        async with talking_to(town.site) as client, anyio.create_task_group() as group:

            async def one(link: str) -> None:
                form = {"answer": "acting"}
                reply = await client.post(link, data=form)
                assert reply.status_code == 200
                with sqlite.connect(f"file:{town.data / 'tocsin.db'}?mode=ro", uri=True) as other:
                    seen.append(other.execute("SELECT count(*) FROM answer_log").fetchone()[0])

            for n in range(60):
                group.start_soon(one, links[n % 3])

    anyio.run(many)
    assert min(seen) >= 1
    assert all(count >= n for n, count in enumerate(sorted(seen), 1))
    assert len(town.answers()) == 60


def test_answers_that_come_together_share_a_commit(town: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    link = f"/a/{town.token(town.alert())}"
    commits: list[int] = []
    came = Semaphore(0)
    add, hand_in = town.store.add_answers, Intake.hand_in

    def handed_in(*of: Any) -> None:
        hand_in(*of)
        came.release()

    def counted(answers: list[LinkAnswer]) -> None:
        if not commits:  # the first commit takes as long as it takes them all to come
            assert all(came.acquire(timeout=60) for _ in range(50))
        commits.append(len(answers))
        add(answers)

    monkeypatch.setattr(Intake, "hand_in", handed_in)

    monkeypatch.setattr(town.store, "add_answers", counted)

    async def many() -> None:
        async with talking_to(town.site) as client, anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(lambda: client.post(link, data={"answer": "safe"}))

    anyio.run(many)
    assert sum(commits) == 50
    assert len(commits) <= 2


def test_what_a_thousand_are_thanked_with_is_looked_up_and_made_once(
    town: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"/a/{town.token(town.alert())}"
    calls: list[str] = []
    told, thanks = fill.told, fill.thanks

    def slowly_told(*of: Any) -> fill.Told | None:
        calls.append("looked up")
        time.sleep(0.05)
        return told(*of)

    def thanked(*of: Any, **more: Any) -> Any:
        calls.append("made")
        return thanks(*of, **more)

    monkeypatch.setattr(fill, "told", slowly_told)
    monkeypatch.setattr(fill, "thanks", thanked)
    pages: list[str] = []

    async def many() -> None:
        async with talking_to(town.site) as client, anyio.create_task_group() as group:

            async def one() -> None:
                pages.append((await client.post(link, data={"answer": "safe"})).text)

            for _ in range(40):
                group.start_soon(one)

    anyio.run(many)
    assert calls == ["looked up", "made"]
    assert (len(pages), len(set(pages))) == (40, 1)


def test_a_page_of_thanks_that_could_not_be_made_is_made_for_the_next_one(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"/a/{town.token(town.alert())}"
    monkeypatch.setattr(fill, "thanks", lambda *_of, **_more: 1 / 0)
    assert "Your answer is kept." in browser.post(link, {"answer": "safe"}).text
    monkeypatch.undo()
    assert "We know that you are safe." in browser.post(link, {"answer": "safe"}).text


def test_answers_that_go_on_coming_are_waited_for_but_not_for_long(
    town: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = town.alert()
    with town.store.look() as look:
        row = look.rows_of(alert)[town.miller]
    tickets, together, ended = iter(range(400)), list[int](), Event()

    class Moments:
        """A clock on which four more come in each moment that somebody waits."""

        now_s = 0.0

        def monotonic(self) -> float:
            return self.now_s

        def sleep(self, seconds: float) -> None:
            self.now_s += seconds
            hand_in(4)

    def hand_in(count: int) -> None:
        for ticket in islice(tickets, count):
            line.hand_in(Given(row=row, answer="safe", at=town.clock.now()), ticket)

    def told(fates: Sequence[tuple[int, Fate]]) -> None:
        together.append(len(fates))
        hand_in(2)
        if sum(together) == 400:
            ended.set()

    monkeypatch.setattr(intake, "time", Moments())
    line = Intake[int](town.store, told, gather_s=intake.LONGEST_S / 5.5)
    line.start()
    hand_in(1)
    assert ended.wait(60)
    line.close()
    assert together == [1, 2, *[2 + 6 * 4] * 15, 7]


def test_nobody_is_thanked_for_an_answer_that_was_not_kept(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"/a/{town.token(town.alert())}"

    def full(_answers: list[LinkAnswer]) -> None:
        raise Unreachable("The disc is full; nothing was written. Make room, then try again.")

    monkeypatch.setattr(town.store, "add_answers", full)
    reply = browser.post(link, {"answer": "safe"})
    assert reply.status_code == 503
    assert "try again" in reply.text
    monkeypatch.undo()
    assert browser.post(link, {"answer": "safe"}).status_code == 200
    assert len(town.answers()) == 1


def test_an_unforeseen_error_reaches_the_giver_and_stops_nothing(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"/a/{town.token(town.alert())}"
    monkeypatch.setattr(town.store, "add_answers", lambda _answers: 1 / 0)
    assert browser.post(link, {"answer": "safe"}).status_code == 503
    monkeypatch.undo()
    assert browser.post(link, {"answer": "safe"}).status_code == 200


def test_answers_in_line_are_written_down_before_we_stop(town: Installation) -> None:
    alert = town.alert()
    with town.store.look() as look:
        row = look.rows_of(alert)[town.miller]
    desk = Desk(town.store)

    async def go() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(desk.take, Given(row=row, answer="safe", at=town.clock.now()))
            await anyio.lowlevel.checkpoint()
            await anyio.to_thread.run_sync(desk.close)

    anyio.run(go)
    assert len(town.answers()) == 20
    with pytest.raises(Unreachable):
        anyio.run(desk.take, Given(row=row, answer="safe", at=town.clock.now()))


# ---- guesses


def wrong_tokens(token: str) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    swapped = [token[:-1] + letter for letter in letters if letter != token[-1]]
    first = "b" if token[0] == "a" else "a"
    return ["", "x", token[:-1], token + "a", token.upper(), token.title(), first + token[1:], "a" * 39, "ü" * 39,
            f"{token}/", f"{token}.html", *swapped]  # fmt: skip


def test_every_wrong_token_gets_the_same_page(town: Installation) -> None:
    town.alert()
    token = town.token(town.alert())
    asked = [
        Browser(town.site, client=(f"192.0.2.{n}", 1)).get(f"/a/{wrong}") for n, wrong in enumerate(wrong_tokens(token))
    ]
    assert {reply.status_code for reply in asked} == {404}
    assert len({reply.content for reply in asked}) == 1
    assert len({tuple(sorted(reply.headers.items())) for reply in asked}) == 1


def test_posting_to_a_wrong_token_keeps_nothing(town: Installation) -> None:
    token = town.token(town.alert())
    for n, wrong in enumerate(wrong_tokens(token)):
        assert Browser(town.site, client=(f"192.0.2.{n}", 1)).post(f"/a/{wrong}", {"answer": "safe"}).status_code == 404
    assert town.answers() == []


def test_whoever_goes_on_guessing_is_told_to_stop_and_a_true_link_still_works(
    town: Installation, browser: Browser
) -> None:
    token = town.token(town.alert())
    replies = [browser.get(f"/a/{n:039d}") for n in range(GUESSES + 3)]
    assert [reply.status_code for reply in replies] == [404] * GUESSES + [HTTPStatus.TOO_MANY_REQUESTS] * 3
    assert len({reply.content for reply in replies}) == 1
    assert browser.get(f"/a/{token}").status_code == 200
    assert Browser(town.site, client=("192.0.2.99", 1)).get("/a/nothing").status_code == 404


@pytest.mark.parametrize("path", ["GET", "POST"])
def test_a_reply_is_kept_nowhere_and_told_to_nobody(town: Installation, browser: Browser, path: str) -> None:
    link = f"/a/{town.token(town.alert())}"
    reply = browser.get(link) if path == "GET" else browser.post(link, {"answer": "safe"})
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in reply.headers["x-robots-tag"]
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert "set-cookie" not in reply.headers
    assert len(reply.content) < 30_000
    assert "<script" not in reply.text


def test_a_token_stands_in_no_log(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = town.token(town.notice())
    monkeypatch.setattr(town.store, "add_answers", lambda _answers: 1 / 0)
    with structlog.testing.capture_logs() as noted:
        browser.get(f"/a/{token}")
        browser.post(f"/a/{token}", {"answer": "safe", "words": SECRET})
        monkeypatch.setattr("tocsin.web.answer.fill.ask", lambda *_: 1 / 0)
        assert browser.get(f"/a/{token}").status_code == 500
    assert len(noted) >= 2
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]  # that is the browser's own
    for text in (str(noted), str(ours)):
        assert token not in text
        assert SECRET not in text


# ---- weird requests


def test_what_is_no_form_is_not_taken(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert())}"
    assert browser.ask("POST", link, content=b"answer=safe", headers={"content-type": "text/plain"}).status_code == 415
    assert browser.ask("POST", link).status_code == 415
    assert browser.post(link, {"answer": "nonsense"}).status_code == 400
    assert browser.post(link, {}).status_code == 400
    assert browser.post(link, b"a" * (LARGEST + 1)).status_code == 413
    assert browser.post(link, {"answer": "safe", "words": "w" * (LONGEST + 1)}).status_code == 400
    assert town.answers() == []


def test_the_longest_words_are_taken_whatever_ends_their_lines(town: Installation, browser: Browser) -> None:
    words = "é\r\n" * (LONGEST // 2 - 1) + "éé"
    assert browser.post(f"/a/{town.token(town.alert())}", {"answer": "acting", "words": words}).status_code == 200


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=600),
        st.dictionaries(st.sampled_from(["answer", "kind", "words", "x"]), st.text(max_size=80), max_size=4).map(
            lambda form: urlencode(form, errors="replace").encode()
        ),
        st.binary(max_size=200).map(lambda tail: b"answer=safe&words=" + tail),
    )
)
def test_no_body_breaks_anything(town: Installation, browser: Browser, body: bytes) -> None:
    link = f"/a/{_token(town)}"
    before = len(town.answers())
    status = browser.post(link, body).status_code
    assert status in (200, 400)
    assert len(town.answers()) == before + (status == 200)


def _token(town: Installation) -> str:
    found: str | None = getattr(town, "kept_token", None)
    if found is None:
        found = town.token(town.alert())
        town.kept_token = found  # type: ignore[attr-defined]
    return found


# ---- every sentence can be said in another language


def test_every_sentence_of_the_answer_pages_goes_through_gettext(town: Installation) -> None:
    town.said = lambda _tag: made_up()
    browser = Browser(town.renewed_site())
    for link in (f"/a/{town.token(town.alert())}", f"/a/{town.token(town.notice())}", "/a/wrong"):
        assert bare(browser.get(link).text) == []
    link = f"/a/{town.token(town.alert())}"
    assert bare(browser.post(link, {"answer": "need_help"}).text) == []
    assert bare(browser.post(link, {"answer": "?"}).text) == []
