"""What was told in confidence is shown once a code was named that came by another way; to answer, none is needed."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from lxml import html
from msgspec.structs import replace

from tests.web.installation import SECRET, Browser, Installation
from tocsin.answer.codes import LASTS, MOST_IN_AN_HOUR, TRIES, AccessCode
from tocsin.answer.escalate import accept
from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.delivery import code as codes
from tocsin.outcome.facts import Course, OutcomeJudged, Verdict
from tocsin.people.facts import ContactAdded
from tocsin.store.reconcile import reconcile
from tocsin.web.answer.page import CODES, OPEN_S


def has_a_second_way(town: Installation) -> None:
    town.commit(
        ContactAdded(
            subject=town.store.new_id(), occurred_at=town.clock.now(), person=town.miller, channel="paper",
            address="Miller Moll 2", order=1,
        )
    )  # fmt: skip


def close_case(town: Installation) -> None:
    town.commit(
        OutcomeJudged(
            subject=town.threat, occurred_at=town.clock.now(), course=Course.NOTHING, time=Verdict.UNKNOWN,
            place=Verdict.UNKNOWN, target=Verdict.UNKNOWN, actor=Verdict.UNKNOWN, judge=town.duty_officer, why="Nothing came",
        )
    )  # fmt: skip


def code_sent(town: Installation) -> str:
    """Return the code in the last message that went out."""
    town.work()
    message = town.paper.messages[-1]
    assert message.kind == "code"
    found = re.search(r"\d{4} \d{4}", message.subject)
    assert found
    return found[0]


def all_codes(town: Installation) -> list[AccessCode]:
    with town.store.look() as look:
        return look.all(AccessCode, order="asked_at")


def test_whoever_comes_back_to_the_link_can_name_the_code_that_they_asked_for(
    town: Installation, browser: Browser
) -> None:
    has_a_second_way(town)
    link = f"/a/{town.token(town.notice(mark=Mark.AMBER))}"
    assert 'name="code"' not in browser.get(link).text
    browser.post(f"{link}/code", {"ask": "1"})
    code = code_sent(town)
    again = Browser(town.site).get(link).text
    assert 'name="code"' in again
    assert code.replace(" ", "") not in again
    assert SECRET in browser.post(f"{link}/code", {"code": code}).text
    assert 'name="code"' not in Browser(town.site).get(link).text, "it was named, and opens nothing more"
    browser.post(f"{link}/code", {"ask": "1"})
    town.clock.set(town.clock.now() + LASTS)
    assert 'name="code"' not in Browser(town.site).get(link).text


@pytest.mark.parametrize("mark", [Mark.AMBER, Mark.AMBER_STRICT, Mark.RED])
def test_a_notice_is_shown_once_its_code_was_named(town: Installation, browser: Browser, mark: Mark) -> None:
    has_a_second_way(town)
    town.duty_officer = town.person("Duty Dora", Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
    link = f"/a/{town.token(town.notice(mark=mark))}"
    before = town.row_counts()
    for _ in range(2):
        assert SECRET not in browser.get(link).text
    assert town.row_counts() == before, "a scanner that opens the link has no code sent"
    asked = browser.post(f"{link}/code", {"ask": "1"})
    assert asked.status_code == 200
    assert SECRET not in asked.text
    code = code_sent(town)
    assert code.replace(" ", "") not in asked.text
    shown = browser.post(f"{link}/code", {"code": code})
    assert SECRET in shown.text
    assert SECRET in browser.get(link).text, "this browser keeps it open for a while"
    town.clock.set(town.clock.now() + timedelta(seconds=OPEN_S + 1))
    assert SECRET not in browser.get(link).text
    assert SECRET not in Browser(town.site).get(link).text
    assert not list(reconcile(town.store))


def test_whoever_answers_before_they_named_the_code_is_not_told_that_they_read_it(
    town: Installation, browser: Browser
) -> None:
    has_a_second_way(town)
    link = f"/a/{town.token(town.notice())}"
    thanked = browser.post(link, {"answer": "received"}).text
    town.work()
    for said in (thanked, browser.get(link).text):
        assert "We know that it has reached you." in said
        assert "you have read it" not in said
    assert "shown with a code" in browser.post(link, {"answer": "acting"}).text
    browser.post(f"{link}/code", {"ask": "1"})
    browser.post(f"{link}/code", {"code": code_sent(town)})
    said = browser.post(link, {"answer": "received"}).text
    assert "We know that you have read it." in said
    assert "shown with a code" not in said


@pytest.mark.parametrize("mark", [Mark.CLEAR, Mark.GREEN])
def test_what_may_go_round_needs_no_code(town: Installation, browser: Browser, mark: Mark) -> None:
    assert SECRET in browser.get(f"/a/{town.token(town.notice(mark=mark))}").text


def test_a_code_opens_one_link_once_and_only_for_a_while(town: Installation, browser: Browser) -> None:
    has_a_second_way(town)
    one, other = (f"/a/{town.token(town.notice())}" for _ in range(2))
    browser.post(f"{one}/code", {"ask": "1"})
    code = code_sent(town)
    assert SECRET not in browser.post(f"{other}/code", {"code": code}).text
    assert SECRET in browser.post(f"{one}/code", {"code": code}).text
    assert SECRET not in Browser(town.site).post(f"{one}/code", {"code": code}).text, "it is used up"
    browser = Browser(town.site)
    browser.post(f"{one}/code", {"ask": "1"})
    code = code_sent(town)
    town.clock.set(town.clock.now() + LASTS)
    late = browser.post(f"{one}/code", {"code": code})
    assert SECRET not in late.text
    assert "its ten minutes are over" in late.text


def test_whoever_guesses_codes_gets_nowhere(town: Installation, browser: Browser) -> None:
    has_a_second_way(town)
    link = f"/a/{town.token(town.notice())}"
    browser.post(f"{link}/code", {"ask": "1"})
    code = code_sent(town)
    for guess in range(TRIES):
        said = browser.post(f"{link}/code", {"code": f"{guess:08d}"}).text
        assert "That is not the code" in said
    assert SECRET not in browser.post(f"{link}/code", {"code": code}).text, (
        "after so many, the right one is none either"
    )
    assert all_codes(town)[0].tries == TRIES
    said = ""
    for _ in range(MOST_IN_AN_HOUR + 2):
        town.clock.set(town.clock.now() + timedelta(seconds=1))
        said = browser.post(f"{link}/code", {"ask": "1"}).text
    assert "Enough codes were asked for" in said
    assert len(all_codes(town)) == MOST_IN_AN_HOUR
    statuses = [browser.post(f"{link}/code", {"code": "1"}).status_code for _ in range(CODES)]
    assert statuses[-1] == 429
    assert browser.post(link, {"answer": "received"}).status_code == 200, "to answer, nobody is kept from"
    assert not list(reconcile(town.store))


def test_of_many_who_ask_at_one_moment_no_more_codes_are_sent_than_in_a_row(town: Installation) -> None:
    has_a_second_way(town)
    notice = town.notice()
    with town.store.look() as look:
        row = look.rows_of(notice)[town.miller]
    ready = threading.Barrier(12)

    def asks(number: int) -> bool:
        ready.wait()
        try:
            codes.ask_code(town.house, row, command=f"ask {number}", now=town.clock.now())
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        given = list(threads.map(asks, range(12)))
    assert sum(given) == len(all_codes(town)) == MOST_IN_AN_HOUR
    assert not list(reconcile(town.store))


def test_no_code_is_sent_where_none_is_needed(town: Installation, browser: Browser) -> None:
    has_a_second_way(town)
    closed = town.notice()
    for link in (town.notice(mark=Mark.GREEN), town.alert()):
        assert browser.post(f"/a/{town.token(link)}/code", {"ask": "1"}).status_code == 200
    town.commit(
        OutcomeJudged(
            subject=town.threat, occurred_at=town.clock.now(), course=Course.NOTHING, time=Verdict.UNKNOWN,
            place=Verdict.UNKNOWN, target=Verdict.UNKNOWN, actor=Verdict.UNKNOWN, judge=town.duty_officer, why="Nothing came",
        )
    )  # fmt: skip
    browser.post(f"/a/{town.token(closed)}/code", {"ask": "1"})
    assert all_codes(town) == []


def test_whoever_has_no_other_way_calls_and_an_officer_reads_it_out(town: Installation, browser: Browser) -> None:
    notice = town.notice()
    link = f"/a/{town.token(notice)}"
    assert "an officer is called at once" in browser.get(link).text
    sent = len(town.paper.messages)
    assert "An officer has been called" in browser.post(f"{link}/code", {"ask": "1"}).text
    town.work()
    assert [one.kind for one in town.paper.messages[sent:]] == ["call"], "no code goes the way that the link went"
    with town.store.look() as look:
        (asked,) = codes.standing_codes(look, notice, town.clock.now())
    assert SECRET in browser.post(f"{link}/code", {"code": codes.code_of(town.store, asked)}).text


def called_for_codes(town: Installation, notice: Id) -> list[Watch]:
    with town.store.look() as look:
        return look.all(Watch, warning=notice, why=Why.CODE.value, order="opened_at")


def test_who_waits_for_a_code_has_an_officer_rung_until_it_was_read_out(town: Installation, browser: Browser) -> None:
    notice = town.notice()
    link = f"/a/{town.token(notice)}"
    board = Browser(town.site)
    board.sign_in("duty")
    for _ in range(2):
        browser.post(f"{link}/code", {"ask": "1"})
        town.work()
    (watch,) = called_for_codes(town, notice)
    assert [(one.to, one.at) for one in watch.rings] == [(town.duty_officer, town.clock.now())]
    assert (watch.of, watch.is_waiting) == (town.miller, True)
    assert "Code to be read out" in board.get("/desk").text
    page = board.get(f"/desk/watches/{watch.id}").text
    assert "Miller Moll" in page, "whom to reach, and how"
    assert "Duty Dean was called" in page
    with town.store.look() as look:
        asked = codes.standing_codes(look, notice, town.clock.now())[0]
    browser.post(f"{link}/code", {"code": "00000000"})
    assert called_for_codes(town, notice)[0].settled_at is None
    browser.post(f"{link}/code", {"code": codes.code_of(town.store, asked)})
    assert called_for_codes(town, notice)[0].settled_how == "named"
    assert "Code to be read out" not in board.get("/desk").text
    assert not list(reconcile(town.store))


def test_a_link_rings_somebody_about_codes_a_few_times_a_day_and_no_more(town: Installation, browser: Browser) -> None:
    notice = town.notice()
    link = f"/a/{town.token(notice)}"
    for _ in range(codes.CALLED_A_DAY + 2):
        assert browser.post(f"{link}/code", {"ask": "1"}).status_code == 200
        for watch in called_for_codes(town, notice):
            if watch.accepted_by is None:
                town.commit(accept(watch, town.duty_officer, town.clock.now()))
        town.clock.set(town.clock.now() + timedelta(hours=1))
    assert len(called_for_codes(town, notice)) == codes.CALLED_A_DAY
    town.clock.set(town.clock.now() + timedelta(days=1))
    browser.post(f"{link}/code", {"ask": "1"})
    assert len(called_for_codes(town, notice)) == codes.CALLED_A_DAY + 1


def test_no_code_that_is_sent_rings_anybody(town: Installation, browser: Browser) -> None:
    has_a_second_way(town)
    notice = town.notice()
    browser.post(f"/a/{town.token(notice)}/code", {"ask": "1"})
    assert called_for_codes(town, notice) == []


@pytest.mark.parametrize("unnamed", [False, True])
def test_the_desks_number_stands_where_somebody_is_to_call_it(town: Installation, unnamed: bool) -> None:
    town.settings = replace(town.settings, telephone="+43 1 555 01 23")
    notice = town.notice(unnamed=unnamed)
    browser, link = Browser(town.renewed_site()), f"/a/{town.token(notice)}"
    said = browser.get(link).text + browser.post(f"{link}/code", {"ask": "1"}).text
    assert ("Call us now on <bdi>+43 1 555 01 23</bdi>" in said) is not unnamed
    assert ("555 01 23" in said) is not unnamed, "of a notice that names nobody it says who warns"


def test_no_table_holds_a_code(town: Installation, browser: Browser) -> None:
    has_a_second_way(town)
    link = f"/a/{town.token(town.notice())}"
    browser.post(f"{link}/code", {"ask": "1"})
    code = code_sent(town).replace(" ", "").encode()
    for file in town.store.data.iterdir():
        if file.is_file():
            assert code not in file.read_bytes(), file.name


def test_a_guessed_link_has_no_code_sent(town: Installation, browser: Browser) -> None:
    notice = town.notice()
    wrong = f"/a/{'a' * 39}/code"
    assert browser.post(wrong, {"ask": "1"}).content == browser.get(f"/a/{'b' * 38}a").content
    assert all_codes(town) == []
    assert notice


def test_an_answer_needs_no_code_and_what_was_answered_shows_on_the_page(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.notice())}"
    assert browser.post(link, {"answer": "received"}).status_code == 200
    town.work()
    page = browser.get(link).text
    assert "You have answered" in page
    assert SECRET not in page


# ---- the words with an answer, for people and for programs


@pytest.mark.parametrize(
    ("answer", "asks"),
    [("acting", "What are you doing?"), ("need_help", "What do you need?"), ("disputed", "Why do you not believe it?"),
     ("dismissed", "Why do you set it aside?"), ("safe", ""), ("received", "")],
)  # fmt: skip
def test_who_has_more_to_say_is_asked_once_the_answer_is_kept(
    town: Installation, browser: Browser, answer: str, asks: str
) -> None:
    alert = town.alert()
    link = f"/a/{town.token(alert)}"
    thanks = browser.post(link, {"answer": answer}).text
    page = html.document_fromstring(thanks)
    assert (asks in thanks) if asks else not page.xpath("//textarea")
    if asks:
        form = {"answer": answer, "words": "By the mill", **({"where": "On the roof"} if answer == "need_help" else {})}
        again = browser.post(str(page.xpath("string(//form/@action)")), form).text
        assert "<textarea" not in again
    town.work()
    with town.store.look() as look:
        rows = look.link_answers(alert)
    assert [row.answer for row in rows] == [answer] * (2 if asks else 1)


def test_where_somebody_is_stands_with_their_words_under_their_own_key(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    browser.post(f"/a/{town.token(alert)}", {"answer": "need_help", "words": "A boat", "where": "On the roof"})
    ((_, words),) = town.answers()
    assert "the roof" not in words
    with town.store.look() as look:
        row = look.rows_of(alert)[town.miller]
    assert town.store.keys.open(town.miller, words, f"answer.{row}") == "A boat\nWhere: On the roof"


def test_a_program_answers_in_json_and_is_answered_so(town: Installation, browser: Browser) -> None:
    alert = town.alert(hours=1)
    link = f"/a/{town.token(alert)}"
    said = browser.ask("POST", link, json={"answer": "acting", "words": "The doors are shut", "other": 1})
    assert (said.status_code, said.headers["content-type"]) == (200, "application/json")
    assert said.json() == {"answer": "acting", "at": "2024-05-02T09:00:00Z", "late": False}
    town.clock.set(town.clock.now() + timedelta(hours=2))
    assert browser.ask("POST", link, json={"answer": "safe"}).json()["late"] is True
    for bad in ({"answer": "hello"}, {}, ["safe"], "safe"):
        refused = browser.ask("POST", link, json=bad)
        assert refused.status_code == 400
        assert refused.json()["error"].startswith("That is no answer.")
    assert [answer for answer, _ in town.answers()] == ["acting", "safe"]
    with town.store.look() as look:
        assert set(look.connection.exec_driver_sql("SELECT heard FROM answer_log").scalars()) == {"api"}
    town.work()
    assert not list(reconcile(town.store))


def test_once_the_case_is_closed_nothing_is_shown_and_answers_are_taken(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert())}"
    close_case(town)
    page = browser.get(link).text
    assert "Keep off the bridge" not in page
    assert "You can still answer" in page
    thanks = browser.post(link, {"answer": "safe"})
    assert "Keep off the bridge" not in thanks.text
    assert town.answers() == [("safe", "")]


def test_a_link_that_is_none_speaks_the_browsers_language_and_says_no_more(
    town: Installation, browser: Browser
) -> None:
    town.alert()
    plain = browser.get("/a/nonsense")
    assert plain.status_code == 404
    assert browser.get("/a/nonsense", headers={"accept-language": "tlh, en;q=0.5"}).content == plain.content


def test_the_emergency_number_is_the_installations_own(town: Installation) -> None:
    town.settings = replace(town.settings, emergency="999")
    page = Browser(town.renewed_site()).get(f"/a/{town.token(town.alert())}").text
    assert "In danger now? Call <bdi>999</bdi>." in page
    assert "It does not call <bdi>999</bdi>." in page
    assert "112" not in page


@pytest.mark.parametrize("over", [False, True])
def test_the_proof_of_an_answer_holds_its_words_and_needs_the_code_too(
    town: Installation, browser: Browser, over: bool
) -> None:
    has_a_second_way(town)
    link = f"/a/{town.token(town.notice(mark=Mark.RED))}"
    browser.post(link, {"answer": "acting", "words": "We clear the mill by the old road"})
    town.work()
    if over:
        close_case(town)
    proof = f"{link}/answer.tlog-proof"
    assert "answer.tlog-proof" not in browser.get(link).text
    shut = browser.get(proof)
    assert (shut.status_code, "old road" in shut.text) == (403, False)
    assert browser.get(f"{link}/receipt.tlog-proof").status_code != 403, "it says nothing of what was told, or answered"
    if not over:
        browser.post(f"{link}/code", {"ask": "1"})
        opened = browser.post(f"{link}/code", {"code": code_sent(town)})
        assert "answer.tlog-proof" in opened.text
        assert browser.get(proof).status_code != 403


def test_the_proof_of_an_answer_to_what_all_may_read_needs_no_code(town: Installation, browser: Browser) -> None:
    link = f"/a/{town.token(town.alert())}"
    browser.post(link, {"answer": "safe"})
    town.work()
    assert browser.get(f"{link}/answer.tlog-proof").status_code != 403
