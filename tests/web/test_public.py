"""The public site: what holds now, how each warning stands, feeds that readers understand, and no confidential word."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree, html
from msgspec.structs import replace

from tests.corpus import corpus
from tests.web.installation import SECRET, Browser, Installation, made_up
from tests.words import bare
from tocsin.basis.errors import Broken, Unreachable
from tocsin.basis.moment import rfc3339
from tocsin.basis.words import ENGLISH
from tocsin.cap import check, read
from tocsin.flow.messages import alert_message
from tocsin.flow.warning import warn
from tocsin.locale import words_for
from tocsin.record import open_note
from tocsin.warning.alert.facts import Area, Wording
from tocsin.warning.alert.state import Alert
from tocsin.warning.statement.facts import StatementEndorsed
from tocsin.web.public import feeds
from tocsin.web.shown import area_views

ATOM = "{http://www.w3.org/2005/Atom}"


def decide(town: Installation, alert: str, decision: str) -> None:
    now = town.clock.now()
    ends = now + timedelta(days=9) if decision == "extend" else None
    warn.decide_window(
        town.house, alert, decision, why="Seen.", ends=ends, by=town.duty_officer, command=town.command(), now=now
    )


def heading(page: str) -> str:
    return str(html.document_fromstring(page).xpath("string(//h1)"))


def test_a_page_is_in_the_first_of_a_readers_languages_that_there_is(town: Installation, browser: Browser) -> None:
    town.said = words_for
    page = browser.get("/", headers={"accept-language": "uz, ru;q=0.8, en;q=0.5"}).text
    assert heading(page) == "Действующих предупреждений нет"
    assert '<html lang="ru"' in page
    assert '<html lang="en"' in browser.get("/", headers={"accept-language": "uz, tg;q=0.8"}).text


# ---- how an alert stands


def test_an_alert_in_force_stands_first(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    assert heading(browser.get("/").text) == "1 warning in force"
    page = browser.get(f"/alerts/{alert}").text
    assert "In force" in page
    assert "Stay on high ground." in page
    assert json.loads(browser.get(f"/alerts/{alert}.json").content)["state"] == "open"


def test_an_alert_for_later_is_not_said_to_be_in_force(town: Installation, browser: Browser) -> None:
    begins = town.clock.now() + timedelta(hours=12)
    alert = town.alert(begins=begins)
    first = browser.get("/").text
    assert heading(first) == "No warning is in force"
    assert "Keep off the bridge" in first
    for page in (first, browser.get(f"/alerts/{alert}").text):
        said = " ".join(str(html.document_fromstring(page).xpath("string(//p[@class='state'])")).split())
        assert said.startswith("Not yet in force from 2 May 2024, 23:00")
    (feature,) = json.loads(browser.get("/feeds/alerts.geojson").content)["features"]
    assert (feature["properties"]["in_force"], feature["properties"]["state"]) == (False, "not_yet")
    assert "Not yet in force." in browser.get("/feeds/atom.xml").text
    assert any(line.startswith("It holds from 2024-05-02 23:00") for line in town.paper.messages[0].lines)
    town.clock.advance(timedelta(hours=1))
    before = browser.get(f"/alerts/{alert}.json").headers["last-modified"]
    town.clock.advance(timedelta(hours=11))
    assert heading(browser.get("/").text) == "1 warning in force"
    began = browser.get(f"/alerts/{alert}.json", headers={"if-modified-since": before})
    assert (began.status_code, began.json()["state"]) == (200, "open")
    assert "In force." in browser.get("/feeds/atom.xml").text


@pytest.mark.parametrize("work_first", [True, False], ids=["written down", "before the clockwork has come by"])
def test_an_alert_that_ran_out_stays_and_says_that_no_all_clear_was_given(
    town: Installation, browser: Browser, work_first: bool
) -> None:
    alert = town.alert(hours=48)
    town.clock.advance(timedelta(hours=49))
    if work_first:
        town.work()
    first = browser.get("/").text
    assert heading(first) == "No warning is in force"
    assert "Ended without an all-clear" in first
    sentence = "Stated period ended; no all-clear given"
    for path in ("/", f"/alerts/{alert}", "/feeds/atom.xml", "/feeds/cap.xml"):
        assert sentence in browser.get(path).text
    said = json.loads(browser.get(f"/alerts/{alert}.json").content)
    assert (said["state"], said["state_said"]) == ("ran_out_undecided", sentence.lower())


@pytest.mark.parametrize(
    ("decision", "word", "said"),
    [
        pytest.param("withdraw", "withdrawn", "Withdrawn", id="withdrawn"),
        pytest.param("stand_down", "stood_down", "Stood down", id="stood down"),
        pytest.param("extend", "extended", "In force", id="extended"),
    ],
)
def test_what_the_issuer_decided_is_said(
    town: Installation, browser: Browser, decision: str, word: str, said: str
) -> None:
    alert = town.alert()
    town.clock.advance(timedelta(hours=1))
    decide(town, alert, decision)
    assert said in browser.get(f"/alerts/{alert}").text
    assert json.loads(browser.get(f"/alerts/{alert}.json").content)["state"] == word
    assert (heading(browser.get("/").text) == "1 warning in force") is (decision == "extend")


def test_an_alert_that_was_replaced_no_longer_says_that_it_is_in_force(town: Installation, browser: Browser) -> None:
    first = town.alert()
    town.clock.advance(timedelta(hours=2))
    second = town.alert("Keep off every bridge", follows=first)
    assert heading(browser.get("/").text) == "1 warning in force"
    page = browser.get(f"/alerts/{first}").text
    assert "In force" not in page
    assert f"/alerts/{second}" in page
    said = json.loads(browser.get(f"/alerts/{first}.json").content)
    assert (said["state"], said["superseded_by"]) == ("superseded", second)


def test_an_alert_that_ran_out_stays_even_after_it_was_repeated(town: Installation, browser: Browser) -> None:
    first = town.alert(hours=1)
    town.clock.advance(timedelta(hours=2))
    town.work()
    town.alert("Keep off the bridge still", follows=first, reaffirms=True)
    assert f"/alerts/{first}" in browser.get("/").text
    page = browser.get(f"/alerts/{first}").text
    assert "no all-clear given" in page
    assert "Repeated and upheld." in page


# ---- formats


def test_the_cap_message_is_the_very_bytes_that_were_published(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    with town.public.look() as look:
        held = look.alert(alert)
    assert held is not None
    reply = browser.get(f"/alerts/{alert}.cap")
    assert reply.content == (held.cap or "").encode()
    assert reply.headers["content-type"] == "application/cap+xml"
    assert [problem for problem in check(reply.content) if problem.severity == "error"] == []


def test_programs_learn_nothing_of_who_wrote_an_alert_or_whom_it_was_sent_to(
    town: Installation, browser: Browser
) -> None:
    alert = town.alert()
    everything = "".join(browser.get(f"/alerts/{alert}{kind}").text for kind in ("", ".cap", ".json"))
    for hidden in (town.miller, town.watch_officer, town.duty_officer, town.threat, "Water over the Mill Lane bridge"):
        assert hidden not in everything


def test_a_reader_chooses_the_language(town: Installation, browser: Browser) -> None:
    wordings = (
        Wording(language="en-GB", headline="Keep off", event="Flood", description="It rises.", instruction="Go."),
        Wording(language="de", headline="Bleibt weg", event="Flut", description="Es steigt.", instruction="Geht."),
    )
    alert = town.alert(wordings=wordings)
    assert heading(browser.get(f"/alerts/{alert}").text) == "Keep off"
    assert heading(browser.get(f"/alerts/{alert}?lang=de").text) == "Bleibt weg"
    german = {"accept-language": "fr;q=0.4, de-AT;q=0.9, en;q=0.5"}
    assert heading(browser.get(f"/alerts/{alert}", headers=german).text) == "Bleibt weg"
    assert heading(browser.get(f"/alerts/{alert}?lang=en", headers=german).text) == "Keep off"
    assert heading(browser.get(f"/alerts/{alert}", headers={"accept-language": ";;q=x,<script>,*"}).text) == "Keep off"


def test_each_of_two_scripts_of_one_language_is_shown_to_who_reads_it(town: Installation, browser: Browser) -> None:
    wordings = (
        Wording(
            language="zh-Hans", headline="不要靠近桥", event="洪水", description="河水上涨。", instruction="离开。"
        ),
        Wording(
            language="zh-Hant", headline="不要靠近橋", event="洪水", description="河水上漲。", instruction="離開。"
        ),
    )
    alert = town.alert(wordings=wordings)
    assert heading(browser.get(f"/zh-Hans/alerts/{alert}").text) == "不要靠近桥"
    page = browser.get(f"/zh-Hant/alerts/{alert}").text
    assert heading(page) == "不要靠近橋"
    assert "简体中文" in page
    assert heading(browser.get(f"/alerts/{alert}", headers={"accept-language": "zh-TW"}).text) == "不要靠近橋"
    with town.public.look() as look:
        issued = look.alert(alert)
    assert issued is not None
    told = alert_message(issued, ("zh-Hant",), "Asia/Taipei", town.clock.now(), ENGLISH)
    assert (told.subject, told.language) == ("不要靠近橋", "zh-Hant")


def test_the_address_of_an_old_level_leads_to_the_one_that_holds(town: Installation, browser: Browser) -> None:
    old = town.advisory(level=2)
    town.clock.advance(timedelta(days=1))
    new = town.advisory(level=4)
    assert browser.get(f"/advisories/{old}").headers["location"] == f"/advisories/{new}"
    page = browser.get(f"/advisories/{new}").text
    assert "Level 4 of 4" in page
    assert "Level 2:" in page
    assert f"/advisories/{old}" not in browser.get("/").text


def test_a_statement_names_who_joined_it(town: Installation, browser: Browser) -> None:
    statement = town.statement()
    town.commit(StatementEndorsed(subject=statement, occurred_at=town.clock.now(), endorser="The next town"))
    page = browser.get(f"/statements/{statement}").text
    assert heading(page) == "On the flood"
    assert "The next town" in page


def test_the_checkpoint_is_a_note_that_anyone_can_check(town: Installation, browser: Browser) -> None:
    town.alert()
    town.publisher.publish(town.clock.now())
    reply = browser.get("/record/checkpoint")
    assert reply.headers["content-type"].startswith("text/plain")
    assert open_note(reply.content, [town.store.verifier_key]).decode().splitlines()[1] == "1"


@pytest.mark.parametrize(
    "path", ["/alerts/nobody", "/alerts/nobody.cap", "/advisories/x", "/statements/x", "/nowhere", "/desk/x/y"]
)
def test_what_is_not_there_is_a_page_that_helps(town: Installation, browser: Browser, path: str) -> None:
    reply = browser.get(path)
    assert reply.status_code == 404
    assert "There is no such page" in reply.text


def test_a_draft_is_nobody_s_business(town: Installation, browser: Browser) -> None:
    draft = town.alert("Not yet", issue=False)
    for path in (f"/alerts/{draft}", f"/alerts/{draft}.cap", f"/alerts/{draft}.json"):
        assert browser.get(path).status_code == 404
    for path in ("/", "/feeds/atom.xml", "/feeds/cap.xml"):
        assert "Not yet" not in browser.get(path).text


@pytest.mark.parametrize("ending", [".txt", ".", ".cap.cap", ".CAP"])
def test_an_alert_has_three_forms_and_no_more(town: Installation, browser: Browser, ending: str) -> None:
    assert browser.get(f"/alerts/{town.alert()}{ending}").status_code == 404


# ---- feeds


def atom_schema() -> etree.XMLSchema:
    """Return the Atom schema; the CAP schemas it names are found under their names in the corpus."""

    class Here(etree.Resolver):
        def resolve(self, system_url: str, _public_id: str, context: object) -> object:  # type: ignore[override]  # the stubs lack the context
            name = system_url.rsplit("/", 1)[-1]
            names = {
                "cap11_extended.xsd": "cap11_extended.google.xsd",
                "cap12_extended.xsd": "cap12_extended.google.xsd",
            }
            file = corpus("cap", "schema", names.get(name, name))
            return self.resolve_filename(str(file), context)  # type: ignore[attr-defined]

    parser = etree.XMLParser()
    parser.resolvers.add(Here())
    return etree.XMLSchema(etree.parse(str(corpus("cap", "schema", "atom.xsd")), parser))


@pytest.mark.parametrize("feed", ["/feeds/atom.xml", "/feeds/cap.xml"])
@pytest.mark.parametrize("full", [True, False], ids=["with everything in it", "empty"])
def test_a_feed_is_valid_atom(town: Installation, browser: Browser, feed: str, full: bool) -> None:
    if full:
        town.alert("Keep off <the> bridge & away from it")
        town.advisory()
        town.statement("What XML \x07 cannot hold \ufffe <b>")
    reply = browser.get(feed)
    assert reply.headers["content-type"].startswith("application/atom+xml")
    atom_schema().assertValid(etree.parse(BytesIO(reply.content)))


def test_everything_public_is_in_the_feed_with_its_links(town: Installation, browser: Browser) -> None:
    alert, advisory, statement = town.alert(), town.advisory(), town.statement()
    feed = etree.fromstring(browser.get("/feeds/atom.xml").content)
    links = {link.get("href"): link.get("type") for link in feed.iter(f"{ATOM}link")}
    base = "http://tocsin.example"
    assert links[f"{base}/alerts/{alert}.cap"] == "application/cap+xml"
    assert {f"{base}/alerts/{alert}", f"{base}/advisories/{advisory}", f"{base}/statements/{statement}"} <= links.keys()
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 4


def test_the_cap_index_forgets_an_ended_alert_after_thirty_days(town: Installation, browser: Browser) -> None:
    town.alert(hours=24)
    for days, count in ((0, 1), (30, 1), (1.5, 0)):
        town.clock.advance(timedelta(days=days))
        feed = etree.fromstring(browser.get("/feeds/cap.xml").content)
        assert len(feed.findall(f"{ATOM}entry")) == count
    assert len(etree.fromstring(browser.get("/feeds/atom.xml").content).findall(f"{ATOM}entry")) == 1


def test_an_exercise_is_marked_on_every_page_and_in_every_title(tmp_path: Path) -> None:
    town = Installation(tmp_path / "exercise", exercise=True)
    try:
        browser = Browser(town.site)
        alert = town.alert()
        for path in ("/", f"/alerts/{alert}", f"/a/{town.token(alert)}", "/a/x", "/nowhere", "/desk/sign-in"):
            assert "EXERCISE" in browser.get(path).text, path
        titles = etree.fromstring(browser.get("/feeds/atom.xml").content).findall(f"{ATOM}entry/{ATOM}title")
        assert all((title.text or "").startswith("EXERCISE: ") for title in titles)
        assert b"<status>Exercise</status>" in browser.get(f"/alerts/{alert}.cap").content
    finally:
        town.site.close()
        town.close()


# ---- asking again


@pytest.mark.parametrize("kind", ["/feeds/atom.xml", "/feeds/cap.xml", "cap", "json", "/record/checkpoint", "/"])
def test_who_has_it_already_is_told_so(town: Installation, browser: Browser, kind: str) -> None:
    alert = town.alert()
    town.publisher.publish(town.clock.now())
    path = kind if kind.startswith("/") else f"/alerts/{alert}.{kind}"
    town.clock.advance(timedelta(minutes=5))
    first = browser.get(path)
    again = browser.get(path, headers={"if-none-match": f'"x", W/{first.headers["etag"].removeprefix("W/")}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert browser.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    if "last-modified" in first.headers:
        since = {"if-modified-since": first.headers["last-modified"]}
        assert browser.get(path, headers=since).status_code == 304
        assert browser.get(path, headers={"if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}).status_code == 200
        assert browser.get(path, headers={"if-modified-since": "rubbish"}).status_code == 200


@pytest.mark.parametrize("path", ["/feeds/atom.xml", "/feeds/cap.xml", "/"])
def test_who_asks_again_never_misses_a_change(town: Installation, browser: Browser, path: str) -> None:
    town.alert(hours=48)
    town.clock.advance(timedelta(hours=1))
    seen = browser.get(path)
    held = {"if-none-match": seen.headers["etag"]}
    held_by_date = {"if-modified-since": seen.headers.get("last-modified", "")}
    town.clock.advance(timedelta(hours=47, seconds=1))  # the window runs out by itself
    assert browser.get(path, headers=held).status_code == 200
    assert browser.get(path, headers=held_by_date).status_code == 200


# ---- nothing confidential


def test_no_public_page_feed_header_or_log_holds_a_word_of_a_notice(
    town: Installation, browser: Browser, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    alert, advisory, statement = town.alert(), town.advisory(), town.statement()
    before = {path: len(browser.get(path).content) for path in ("/", "/feeds/atom.xml", "/feeds/cap.xml")}
    notice = town.notice()
    paths = ["/", f"/alerts/{alert}", f"/alerts/{alert}.cap", f"/alerts/{alert}.json", f"/advisories/{advisory}",
             f"/statements/{statement}", "/feeds/atom.xml", "/feeds/cap.xml", "/record/checkpoint", "/healthz", "/readyz",
             "/robots.txt", "/static/tocsin.css", f"/alerts/{notice}", f"/alerts/{notice}.cap", f"/alerts/{notice}.json",
             f"/advisories/{notice}", f"/statements/{notice}", "/desk/sign-in", "/nowhere"]  # fmt: skip
    for path in paths:
        for method in ("GET", "HEAD", "POST"):
            reply = browser.ask(method, path)
            said = reply.text + str(sorted(reply.headers.items()))
            assert SECRET not in said, path
            assert town.miller not in said
            assert notice not in said
    for path in (f"/alerts/{notice}", f"/alerts/{notice}.cap", f"/advisories/{notice}", f"/statements/{notice}"):
        assert browser.get(path).status_code == 404
    # Nor does a size change because there is a notice.
    assert before == {path: len(browser.get(path).content) for path in before}
    assert SECRET not in str([record.getMessage() for record in caplog.records])
    assert SECRET not in "".join(capfd.readouterr())


def test_the_door_itself_refuses_to_show_more(town: Installation) -> None:
    town.notice()
    with pytest.raises(Broken, match="SQLITE_AUTH"), town.public.look() as look:
        look._connection.exec_driver_sql("SELECT * FROM notice_states")


# ---- trouble


def test_a_disc_that_fails_is_a_page_and_not_a_traceback(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> object:
        raise Unreachable("The disc is gone at /secret/place.")

    monkeypatch.setattr(town.public, "look", fails)
    reply = browser.get("/")
    assert reply.status_code == 503
    assert "/secret/place" not in reply.text
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200


def test_text_from_outside_is_never_markup(town: Installation, browser: Browser) -> None:
    alert = town.alert('<script>alert("x")</script>')
    for path in ("/", f"/alerts/{alert}", f"/a/{town.token(alert)}", "/feeds/atom.xml"):
        page = browser.get(path).text.replace('<script src="/static/from-now.js" defer></script>', "")
        assert "<script" not in page


def test_an_area_is_drawn_from_a_polygon_as_well(town: Installation, browser: Browser) -> None:
    square = ((48.0, 16.0), (48.0, 17.0), (49.0, 17.0), (48.0, 16.0))
    both = area_views([Area(name="a", polygon=square), Area(name="b", circle=(48.0, 16.0, 1.0)), Area(name="c")], "en")
    assert [one.label for one in both] == ["a", "b"]
    assert both[0].rings == (square,)
    assert "<svg" in browser.get(f"/alerts/{town.alert()}").text


def test_an_area_is_called_on_a_page_as_in_the_language_of_its_words(town: Installation, browser: Browser) -> None:
    said = Wording(language="en", headline="Keep off", event="Flood", description="It rises.", instruction="Go up.")
    area = Area(name="Mill Lane", circle=(48.2, 16.4, 2.0), names=(("de", "Mühlgasse"),))
    alert = town.alert(wordings=(said, replace(said, language="de"), replace(said, language="ru")), areas=(area,))
    for language, name in (("en", "Mill Lane"), ("de", "Mühlgasse"), ("ru", "Mill Lane")):
        for path in (f"/{language}/alerts/{alert}", f"/{language}/", f"/{language}/alerts"):
            page = browser.get(path).text
            assert [one for one in ("Mill Lane", "Mühlgasse") if one in page] == [name], path
    infos = read(browser.get(f"/alerts/{alert}.cap").content).infos
    assert [one.areas[0].area_desc for one in infos] == ["Mill Lane", "Mühlgasse", "Mill Lane"]
    assert browser.get(f"/alerts/{alert}.json").json()["areas"][0]["names"] == [["de", "Mühlgasse"]]
    german = town.alert(wordings=(replace(said, language="de"),), areas=(area,))
    assert "Mühlgasse" in browser.get(f"/a/{town.token(german)}").text
    with town.store.look() as look:
        told = alert_message(look.get(Alert, alert), ("de",), "UTC", town.clock.now(), ENGLISH)
    assert "Where: Mühlgasse" in told.lines


def test_every_sentence_of_the_public_site_goes_through_gettext(town: Installation) -> None:
    first, advisory, statement = town.alert(hours=1), town.advisory(), town.statement()
    town.clock.advance(timedelta(hours=2))
    town.work()
    second = town.alert(follows=first, reaffirms=True)
    town.said = lambda _tag: made_up()
    browser = Browser(town.renewed_site())
    paths = ["/", f"/alerts/{first}", f"/alerts/{second}", f"/advisories/{advisory}", f"/statements/{statement}", "/no"]
    for path in paths:
        assert bare(browser.get(path).text) == [], path


def test_each_cap_message_of_an_alert_keeps_its_address(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    first = browser.get(f"/alerts/{alert}.cap").content
    assert browser.get(f"/alerts/{alert}.2.cap").status_code == 404
    town.clock.advance(timedelta(hours=1))
    decide(town, alert, "extend")
    second = browser.get(f"/alerts/{alert}.2.cap").content
    town.clock.advance(timedelta(hours=1))
    decide(town, alert, "stand_down")
    assert [browser.get(f"/alerts/{alert}{end}.cap").content for end in ("", ".2")] == [first, second]
    third = browser.get(f"/alerts/{alert}.3.cap")
    assert third.headers["content-type"].startswith("application/cap+xml")
    assert len(read(third.content).references) == 2
    assert b"Seen." not in second + third.content, "why it was so decided is not published"
    said = json.loads(browser.get(f"/alerts/{alert}.json").content)["messages"]
    assert [one["identifier"] for one in said] == [read(one).identifier for one in (first, second, third.content)]
    index = etree.parse(BytesIO(browser.get("/feeds/cap.xml").content))
    offered = [link.get("href") for link in index.iter(f"{ATOM}link") if link.get("type") == "application/cap+xml"]
    assert offered == [one["cap"] for one in reversed(said)]
    page = browser.get(f"/alerts/{alert}").text
    assert all(f"/alerts/{alert}.{number}.cap" in page for number in (2, 3))


@pytest.mark.parametrize("extended", [1, 2], ids=["once", "twice"])
def test_whoever_reads_an_alert_as_cap_meets_the_end_that_holds_now(
    town: Installation, browser: Browser, extended: int
) -> None:
    alert = town.alert(hours=4)
    for _ in range(extended):
        town.clock.advance(timedelta(hours=1))
        decide(town, alert, "extend")
    entry = etree.fromstring(browser.get("/feeds/atom.xml").content).find(f"{ATOM}entry")
    assert entry is not None
    offered = [one.get("href") for one in entry.iter(f"{ATOM}link") if one.get("type") == "application/cap+xml"]
    (on_the_map,) = json.loads(browser.get("/feeds/alerts.geojson").content)["features"]
    said = json.loads(browser.get(f"/alerts/{alert}.json").content)
    offered += [on_the_map["properties"]["cap"], said["cap"]]
    messages = [read(browser.get(str(one).removeprefix("http://tocsin.example")).content) for one in offered]
    assert [rfc3339(one.infos[0].expires) for one in messages if one.infos[0].expires] == [said["window"]["to"]] * 3
    assert {len(one.references) for one in messages} == {extended}


@pytest.mark.parametrize("decision", ["stand_down", "withdraw"])
def test_whoever_reads_an_ended_alert_as_cap_meets_its_cancel(
    town: Installation, browser: Browser, decision: str
) -> None:
    alert = town.alert(hours=4)
    decide(town, alert, decision)
    said = json.loads(browser.get(f"/alerts/{alert}.json").content)
    assert said["cap"].endswith(f"/alerts/{alert}.2.cap")
    assert f'href="{said["cap"]}"' in browser.get("/feeds/atom.xml").text


def test_a_feed_tells_each_alert_in_the_language_of_its_address(town: Installation, browser: Browser) -> None:
    town.said = words_for
    wordings = (
        Wording(language="en", headline="Keep off", event="Flood", description="It rises.", instruction="Go."),
        Wording(
            language="ru", headline="Не подходите", event="Потоп", description="Вода растёт.", instruction="Уйдите."
        ),
    )
    alert = town.alert(wordings=wordings)
    page = browser.get("/", headers={"accept-language": "ru"}).text
    assert html.document_fromstring(page).xpath("//link[@rel='alternate']/@href") == ["/ru/feeds/atom.xml"]
    feed = etree.fromstring(browser.get("/ru/feeds/atom.xml").content)
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "ru"
    assert feed.findtext(f"{ATOM}id") == "http://tocsin.example/ru/feeds/atom.xml"
    assert entry.findtext(f"{ATOM}title") == "Не подходите"
    assert entry.findtext(f"{ATOM}summary") == "Действует. Уйдите."
    assert entry.findtext(f"{ATOM}id") == f"http://tocsin.example/ru/alerts/{alert}"
    rss = browser.get("/ru/feeds/rss.xml").text
    assert "<language>ru</language>" in rss
    assert f"http://tocsin.example/ru/alerts/{alert}</link>" in rss
    assert "Keep off" in browser.get("/feeds/atom.xml").text  # as it was first written
    assert browser.get("/ru/feeds/cap.xml").status_code == 404  # a CAP message holds all its languages


def test_the_feeds_for_maps_and_old_readers_say_the_same(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    town.statement()
    rss = browser.get("/feeds/rss.xml")
    assert rss.headers["content-type"].startswith("application/rss+xml")
    assert rss.headers["access-control-allow-origin"] == "*"
    channel = etree.fromstring(rss.content).find("channel")
    assert channel is not None
    items = {item.findtext("guid"): item for item in channel.iter("item")}
    page = next(one for one in items if one and one.endswith(f"/alerts/{alert}"))
    assert items[page].findtext("link") == page
    assert (items[page].findtext("pubDate") or "").endswith("+0000")
    atom = etree.fromstring(browser.get("/feeds/atom.xml").content)
    assert [one.findtext(f"{ATOM}id") for one in atom.iter(f"{ATOM}entry")] == list(items)
    drawn = browser.get("/feeds/alerts.geojson")
    assert drawn.headers["content-type"].startswith("application/geo+json")
    (feature,) = json.loads(drawn.content)["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"]["in_force"] is True
    assert browser.get("/feeds/alerts.geojson", headers={"if-none-match": drawn.headers["etag"]}).status_code == 304
    town.clock.advance(timedelta(hours=1))
    decide(town, alert, "stand_down")
    (feature,) = json.loads(browser.get("/feeds/alerts.geojson").content)["features"]
    assert (feature["properties"]["in_force"], feature["properties"]["state"]) == (False, "stood_down")
    town.clock.advance(timedelta(days=31))
    assert json.loads(browser.get("/feeds/alerts.geojson").content)["features"] == []


def test_what_is_in_force_is_in_every_feed_however_much_came_after_it(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST", 2)
    old = town.alert(hours=240)
    for _ in range(4):
        town.clock.advance(timedelta(hours=1))
        decide(town, town.alert(), "withdraw")
    for feed in ("atom.xml", "rss.xml", "cap.xml", "alerts.geojson"):
        assert f"/alerts/{old}" in browser.get(f"/feeds/{feed}").text
    features = json.loads(browser.get("/feeds/alerts.geojson").content)["features"]
    assert [one["properties"]["in_force"] for one in features].count(False) == 2


def test_a_printed_alert_says_where_to_look_whether_it_still_holds_and_is_real(
    town: Installation, browser: Browser
) -> None:
    alert = town.alert()
    town.publisher.publish(town.clock.now())
    page = browser.get(f"/de/alerts/{alert}").text
    paper = page.partition('class="on-paper"')[2].partition("</section>")[0]
    assert f"http://tocsin.example/alerts/{alert}" in paper
    assert "http://tocsin.example/record/verify?entry=0" in paper
