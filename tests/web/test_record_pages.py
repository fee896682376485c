"""The record on the web: files as the specification wants them, pages that say how certain what is, and nothing secret."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import html

from tests.web.installation import SECRET, START, Browser, Installation, made_up
from tests.words import bare
from tocsin.basis.errors import Unreachable
from tocsin.basis.marking import Mark, Role
from tocsin.flow.record.keys import note_record
from tocsin.flow.record.publish import ALARM, Publisher, Witnessing
from tocsin.record import (
    Cosigner,
    judge,
    leaf_hash,
    parse_checkpoint,
    read_bundle,
    read_policy,
    read_request,
    tiles_root,
    verify_proof,
)
from tocsin.store import desk_record
from tocsin.store.folder import Folder
from tocsin.store.latest import READ
from tocsin.store.tally import Tally
from tocsin.warning.notice.facts import NoticeOpened
from tocsin.web import verifier
from tocsin.web.public.reply import FOR_EVER, SOON
from tocsin.web.render import CONTENT_SECURITY_POLICY

HOUR = timedelta(hours=1)
PLACES = 4_096 + 64
COSIGNERS = {f"https://w{n}.example": Cosigner(f"w{n}.example", bytes([40 + n]) * 32) for n in (1, 2, 3)}


class Reply(msgspec.Struct):
    status: int
    content_type: str
    body: bytes


def witnesses(now: datetime, *silent: int) -> Witnessing:
    """Return three witnesses, of whom two must have seen a checkpoint; some of them do not answer."""

    def post(url: str, body: bytes) -> Reply:
        prefix = url.removesuffix("/add-checkpoint")
        if int(prefix.removesuffix(".example")[-1]) in silent:
            raise Unreachable("The witness's line is dead.")
        line = COSIGNERS[prefix].line(read_request(body).text, now + timedelta(seconds=3))
        return Reply(200, "text/plain", line.encode())

    lines = [f"witness w{n} {one.vkey} {url}" for n, (url, one) in enumerate(COSIGNERS.items(), 1)]
    return Witnessing(read_policy("\n".join([*lines, "group two 2 w1 w2 w3", "quorum two"]).encode()), post)


def witnessed(town: Installation, *silent: int) -> None:
    """Let the town's record be published and shown to its witnesses."""
    asked = witnesses(town.clock.now(), *silent)
    town.publisher = Publisher(town.store, Folder(town.data / "record"), asked)
    note_record(town.house, asked, town.clock.now())
    publish(town)
    town.publisher.ask_witnesses()


def publish(town: Installation) -> None:
    town.publisher.publish(town.clock.now())


def parts(page: str, xpath: str) -> list[Any]:
    """Return what stands on a page."""
    found: list[Any] = html.document_fromstring(page).xpath(xpath)  # type: ignore[assignment]  # our paths name elements and texts
    return found


def text_of(page: str, section: str = "") -> str:
    """Return what a page, or the section under the heading of that id, says."""
    where = f"//*[@aria-labelledby='{section}']" if section else "//main"
    [part] = parts(page, where)
    return " ".join(part.text_content().split()).replace("\u202f", " ").replace("\xa0", " ")


def entries(browser: Browser) -> Iterator[dict[str, object]]:
    """Return every entry as anyone reads it: from the published files."""
    size = parse_checkpoint(browser.get("/record/checkpoint").content.rpartition(b"\n\n")[0] + b"\n").size
    assert size < 256
    for raw in read_bundle(browser.get(f"/record/tile/entries/000.p/{size}").content, size):
        yield msgspec.json.decode(raw)


# ---- the published files


def test_the_files_are_those_of_the_tree_that_the_checkpoint_signs(town: Installation, browser: Browser) -> None:
    town.alert()
    town.statement()
    publish(town)

    def read(name: str) -> bytes | None:
        reply = browser.get(f"/record/{name}")
        return reply.content if reply.status_code == 200 else None

    stands = judge(
        read_policy(browser.get("/record/policy").content), browser.get("/record/checkpoint").content
    ).checkpoint
    assert tiles_root(read, stands.size) == stands.root


@pytest.mark.parametrize(
    ("path", "media_type", "cache"),
    [
        pytest.param("checkpoint", "text/plain; charset=utf-8", SOON, id="checkpoint"),
        pytest.param("policy", "text/plain; charset=utf-8", SOON, id="policy"),
        pytest.param("tile/entries/000.p/1", "application/octet-stream", FOR_EVER, id="entries"),
        pytest.param("tile/0/000.p/1", "application/octet-stream", FOR_EVER, id="hashes"),
    ],
)
def test_each_file_says_what_it_is_and_how_long_it_may_be_kept(
    town: Installation, browser: Browser, path: str, media_type: str, cache: str
) -> None:
    town.alert()
    publish(town)
    reply = browser.get(f"/record/{path}")
    assert (reply.status_code, reply.headers["content-type"], reply.headers["cache-control"]) == (
        200,
        media_type,
        cache,
    )
    assert "vary" not in reply.headers  # a file is the same in every language
    head = browser.ask("HEAD", f"/record/{path}")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", reply.headers["etag"])
    again = browser.get(f"/record/{path}", headers={"if-none-match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_checkpoint_is_kept_for_seconds_and_a_tile_for_ever() -> None:
    assert int(re.findall(r"max-age=(\d+)", SOON)[0]) <= 5
    assert "immutable" in FOR_EVER


@pytest.mark.parametrize(
    "name",
    ["nothing", "tile/0/000.p/2", "tile/0/001", "tile/0/0", "tile/64/000", "checkpoint.", "../tocsin.db", "..%2ftocsin.db",
     "tile/entries/000.p/999", "proof/1", "proof/-1", "proof/x", "proof/99999999999999999999999"],
)  # fmt: skip
def test_what_is_not_published_is_not_there(town: Installation, browser: Browser, name: str) -> None:
    town.alert()
    publish(town)
    assert browser.get(f"/record/{name}").status_code == 404


def test_what_was_written_and_is_not_covered_by_the_checkpoint_yet_is_not_there(
    town: Installation, browser: Browser
) -> None:
    """A cache would keep it for ever; and where the writer was stopped, it may be written otherwise."""
    town.alert()
    publish(town)
    folder = town.publisher.folder
    size = len(list(entries(browser)))
    town.statement()
    grown = town.store.integrate().frontier.size
    folder.grow(size, grown, town.store.entries)
    for name in (f"tile/entries/000.p/{grown}", f"tile/0/000.p/{grown}"):
        assert folder.read(name) is not None
        assert browser.get(f"/record/{name}").status_code == 404
    publish(town)
    assert browser.get(f"/record/tile/entries/000.p/{grown}").status_code == 200
    (folder.root / "checkpoint").write_bytes(b"torn")
    assert browser.get(f"/record/tile/entries/000.p/{grown}").status_code == 404


# ---- by whose keys to judge it


def test_the_policy_makes_the_checkpoint_count(town: Installation, browser: Browser) -> None:
    town.alert()
    publish(town)
    body = browser.get("/record/policy").content
    assert body.startswith(b"# http://tocsin.example/record\n")
    assert judge(read_policy(body), browser.get("/record/checkpoint").content).log.vkey == town.store.verifier_key


def test_the_policy_lists_the_witnesses_and_not_where_they_live(town: Installation) -> None:
    witnessed(town)
    browser = Browser(town.site)
    body = browser.get("/record/policy").content
    listed = read_policy(body)
    assert [one.key.vkey for one in listed.witnesses] == [one.vkey for one in COSIGNERS.values()]
    assert b"https:" not in body
    assert len(judge(listed, browser.get("/record/checkpoint").content).witnessed) == 3


def test_a_retired_key_stays_in_the_policy_for_what_it_signed(town: Installation, browser: Browser) -> None:
    note_record(town.house, None, town.clock.now())
    publish(town)
    old, before = browser.get("/record/checkpoint").content, town.store.verifier_key
    following = b"\x05" * 32
    for keys in ({"next_record": following}, {"record": following, "next_record": None}):  # both sign, then one
        town.store.secrets = msgspec.structs.replace(town.store.secrets, **keys)
        town.clock.advance(HOUR)
        note_record(town.house, None, town.clock.now())
    listed = read_policy(browser.get("/record/policy").content)
    assert {one.key.vkey for one in listed.logs} == {before, town.store.verifier_key} != {before}
    assert judge(listed, old).log.vkey == before
    said = text_of(browser.get("/record").text, "h-check")
    assert re.findall(r"Key, (\w+ \w+) 2 May 2024, (\d+:\d+)", said) == [
        ("signed until", "13:00"),
        ("signs since", "12:00"),
    ]


# ---- the page for anybody


def test_sealed_hours_on_end_are_one_line(town: Installation, browser: Browser) -> None:
    town.advisory()
    for _ in range(3):
        town.clock.advance(HOUR)
        town.work()
    town.statement()
    town.clock.advance(HOUR)
    town.work()
    lines = [
        " ".join(one.text_content().split())
        for one in parts(browser.get("/record").text, "//*[@aria-labelledby='h-latest']/ol/li")
    ]
    assert [line.partition("2 May")[0] for line in lines] == [
        "5An hour was sealed", "4A statement was published", "33 hours were sealedfrom ", "0An advisory was issued",
    ]  # fmt: skip


def test_a_run_of_hours_that_was_not_read_to_its_beginning_is_left_out(town: Installation) -> None:
    for _ in range(READ):
        town.clock.advance(HOUR)
        town.store.seal(town.clock.now())
    with town.public.look() as look:
        [line] = look.latest(20)  # of a record of nothing else, something must be shown
        assert line.count == READ
    town.advisory()
    with town.public.look() as look:
        assert [(line.kind, line.number) for line in look.latest(20)] == [("AdvisoryIssued", READ)]


def test_an_empty_record_says_what_will_appear(town: Installation, browser: Browser) -> None:
    page = browser.get("/record").text
    assert "Nothing is published yet." in text_of(page, "h-stands")
    assert "The record is empty." in text_of(page, "h-latest")
    assert "/record/checkpoint" not in page
    assert browser.get("/record/").text == page


def test_the_page_says_how_the_record_stands_and_links_what_is_public(town: Installation, browser: Browser) -> None:
    alert, advisory, statement = town.alert(), town.advisory(), town.statement()
    publish(town)
    town.clock.advance(timedelta(minutes=5))
    page = browser.get("/record").text
    stands = text_of(page, "h-stands")
    assert "3 entries" in stands
    assert "signed and published2 May 2024, 11:00, Vienna time" in stands
    assert "no witness" in stands
    root = parse_checkpoint(browser.get("/record/checkpoint").content.rpartition(b"\n\n")[0] + b"\n").root.hex()
    for word in (root, town.store.verifier_key, town.store.origin):
        assert word in text_of(page, "h-check")
    latest = parts(page, "//*[@aria-labelledby='h-latest']//a/@href")
    assert latest == [f"/statements/{statement}", f"/advisories/{advisory}", f"/alerts/{alert}"]
    for link in ("/record/verify", "/record/policy", "/record/checkpoint", *latest):
        assert f'href="{link}"' in page
        assert browser.get(link).status_code == 200, link


def test_the_page_names_who_has_seen_it(town: Installation) -> None:
    town.alert()
    witnessed(town, 2)
    stands = text_of(Browser(town.site).get("/record").text, "h-stands")
    assert "seen by 2 of 3 witnesses" in stands
    assert "enough that nobody can be shown another record" in stands
    assert "w2.example not yet" in stands
    assert "w3.example has seen it 2 May 2024, 11:00" in stands


def test_too_few_witnesses_are_called_too_few(town: Installation) -> None:
    town.alert()
    witnessed(town, 1, 2)
    stands = text_of(Browser(town.site).get("/record").text, "h-stands")
    assert "seen by 1 of 3 witnesses" in stands
    assert "not enough yet" in stands


def test_overdue_and_opened_are_what_anyone_counts_in_the_entries(town: Installation, browser: Browser) -> None:
    notice = town.notice()
    for _ in range(5):
        town.clock.advance(HOUR)
        town.work()
    town.commit(
        NoticeOpened(subject=notice, occurred_at=town.clock.now(), approver="x", fields=("what",), seal=0, place=7)
    )
    publish(town)

    def counted() -> tuple[int, int, int]:
        """Count as a stranger would, from the published entries alone."""
        every, now = list(entries(browser)), town.clock.now()
        seals = [one for one in every if one["kind"] == "sealed"]
        settled = max(str(one["settled"]) for one in seals)
        late = [one for one in seals if datetime.fromisoformat(str(one["open_by"])) < now and str(one["at"]) > settled]
        return len(seals), sum(one["kind"] == "NoticeOpened" for one in every), len(late) * PLACES

    def shown() -> tuple[int, ...]:
        page = browser.get("/record").text
        return tuple(int(value) for value in parts(page, "//*[@aria-labelledby='h-sealed']//data/@value"))

    assert shown() == counted() == (5, 1, 0)
    town.clock.advance(timedelta(days=730) - 2 * HOUR)  # and the machine stood still: nothing was settled
    assert shown() == counted() == (5, 1, 2 * PLACES)
    assert "past their date" in browser.get("/record").text
    town.work()
    publish(town)
    assert shown() == counted() == (6, 1, 0)


def test_a_notice_changes_nothing_on_the_page_but_what_its_hour_would_have_changed(tmp_path: Path) -> None:
    """Two towns live through the same hours; in one of them there is a notice. Nobody can tell which."""
    pages = []
    for name in ("idle", "busy"):
        town = Installation(tmp_path / name)
        town.alert()
        if name == "busy":
            town.notice()
        town.clock.advance(2 * HOUR)
        for _ in range(3):
            town.work()
            town.clock.advance(HOUR)
        publish(town)
        for path in ("/record", "/record/verify", "/record/policy"):
            text = Browser(town.site).get(path).text
            assert SECRET not in text
            pages.append(re.sub(r"[0-9a-f]{64}|tocsin.invalid/\S+|[A-Za-z0-9_-]{20,}", "*", text))
        town.site.close()
        town.close()
    assert pages[:3] == pages[3:]


# ---- proofs of what is public


def test_an_alert_can_be_checked_from_its_own_page(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    assert "/record/proof" not in browser.get(f"/alerts/{alert}").text  # nobody could check it yet
    publish(town)
    check = parts(browser.get(f"/alerts/{alert}").text, "//*[@class='check']")[0]
    assert "as entry 0," in check.text_content()
    asked, file = check.xpath(".//a/@href")
    proof = browser.get(file)
    assert proof.headers["content-disposition"] == 'attachment; filename="entry-0.tlog-proof"'
    cap = browser.get(f"/alerts/{alert}.cap").content
    found = verify_proof(proof.content, browser.get("/record/policy").content, cap)
    assert (found.problems, found.entry and found.entry["subject"]) == ([], alert)
    assert check.xpath(".//code/text()") == [leaf_hash(msgspec.json.encode(found.entry, order="sorted")).hex()]
    given = parts(browser.get(asked).text, "//template[@id='given']/text()")
    assert given == [proof.text]


@pytest.mark.parametrize("which", ["advisory", "statement"])
def test_so_can_advisories_and_statements(town: Installation, browser: Browser, which: str) -> None:
    path = f"/advisories/{town.advisory()}" if which == "advisory" else f"/statements/{town.statement()}"
    publish(town)
    assert '"/record/verify?entry=0"' in browser.get(path).text


def test_every_published_entry_can_be_proven_however_many_there_are(town: Installation, browser: Browser) -> None:
    for _ in range(300):
        town.clock.advance(HOUR)
        town.store.seal(town.clock.now())
    publish(town)
    policy = browser.get("/record/policy").content
    for number in (0, 1, 255, 256, 299):
        assert verify_proof(browser.get(f"/record/proof/{number}").content, policy).ok, number
    assert browser.get("/record/proof/300").status_code == 404


@pytest.mark.parametrize("entry", ["", "x", "-1", "7", "1e3", "%00", "9" * 40, "１"])
def test_the_verifier_opens_whatever_stands_in_its_address(town: Installation, browser: Browser, entry: str) -> None:
    town.alert()
    publish(town)
    reply = browser.get(f"/record/verify?entry={entry}")
    assert reply.status_code == 200
    assert "tlog-proof@v1" not in reply.text.partition('<template id="given">')[2].partition("</template>")[0]


# ---- the verifier


def test_the_verifier_alone_may_run_what_stands_in_it_and_nothing_else(town: Installation, browser: Browser) -> None:
    reply = browser.get("/record/verify")
    policy = reply.headers["content-security-policy"]
    assert policy == verifier.POLICY
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not {"unsafe", "self", "http", "connect-src"} & set(re.findall(r"[a-z-]+", policy))
    page = html.document_fromstring(reply.text)
    assert page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [verifier.Verifier.policy]
    assert page.xpath("//script/text()") == [str(one) for one in verifier.Verifier.scripts]
    assert not page.xpath("//link | //script/@src | //img | //iframe | //@style")
    for path in ("/", "/record", "/record/policy", "/desk/sign-in", "/record/verify/x"):
        assert browser.get(path).headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path


def test_no_script_can_end_before_its_end() -> None:
    for script in verifier.Verifier.scripts:
        assert "</" not in script
        assert "<!--" not in script


def test_the_verifier_is_filled_with_this_records_policy(town: Installation, browser: Browser) -> None:
    [text] = parts(browser.get("/record/verify").text, "//textarea/text()")
    assert text.strip() == browser.get("/record/policy").text.strip()


# ---- the desk


@pytest.fixture(name="duty")
def _duty(town: Installation) -> Browser:
    assert town.duty_officer
    return signed_in(town, "duty")


def signed_in(town: Installation, name: str) -> Browser:
    browser = Browser(town.renewed_site())
    assert browser.sign_in(name).status_code == 303
    return browser


def figures(page: str) -> dict[str, str]:
    """Return the numbers of the record page, by their words."""
    shown = parts(page, "//*[@aria-labelledby='h-state']//dl/div")
    return {one.find("dt").text: one.find("dd").text_content().strip() for one in shown}


def test_sequenced_integrated_published_and_witnessed_are_four_certainties(town: Installation) -> None:
    assert town.duty_officer
    town.statement()
    witnessed(town, 1)
    shown = signed_in(town, "duty").get("/desk/record").text
    assert list(figures(shown).values())[1:] == ["5", "5", "5", "5"]
    town.alert()
    town.store.integrate()
    town.advisory()
    browser = signed_in(town, "duty")
    shown = browser.get("/desk/record").text
    stands = list(figures(shown).items())[1:]
    assert stands == [("Sequenced", "7"), ("Integrated", "6"), ("Published", "5"), ("Witnessed", "5")]
    rows = parts(shown, "//*[@aria-labelledby='h-entries']//tbody/tr/td[last()]")
    assert [one.text_content() for one in rows[:3]] == ["sequenced", "integrated", "witnessed"]
    assert "not all of it is published yet" in shown
    publish(town)
    assert "published, not witnessed yet" in browser.get("/desk/record").text


def test_a_lost_witness_is_shown_with_the_reason_and_delays_nothing(town: Installation) -> None:
    assert town.duty_officer
    town.alert()
    witnessed(town, 2)
    shown = text_of(signed_in(town, "duty").get("/desk/record").text, "h-wit")
    assert "2 of 3 have seen this checkpoint" in shown
    assert "w2.example lostThe witness's line is dead." in shown
    assert "w1.example has seen it" in shown


def test_who_may_not_read_a_notice_is_not_told_that_something_waits(town: Installation, duty: Browser) -> None:
    assert {town.miller, town.watch_officer, town.threat}  # so that what follows enters nobody else
    before = figures(duty.get("/desk/record").text)["Waiting"]
    town.person("Other Olga", Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
    other = signed_in(town, "other")
    unread = figures(other.get("/desk/record").text)
    town.notice()
    assert figures(other.get("/desk/record").text) == unread
    assert int(figures(signed_in(town, "duty").get("/desk/record").text)["Waiting"]) > int(before)


def test_of_very_much_that_waits_no_more_is_counted_than_anybody_needs(
    town: Installation, duty: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {town.miller, town.watch_officer, town.threat}
    waits = int(figures(duty.get("/desk/record").text)["Waiting"])
    assert waits > 5
    for at_once in (1, 2, waits, waits + 1):
        monkeypatch.setattr(desk_record, "AT_ONCE", at_once)
        assert figures(duty.get("/desk/record").text)["Waiting"] == str(waits)
    monkeypatch.setattr(desk_record, "COUNTED", waits + 1)
    assert figures(duty.get("/desk/record").text)["Waiting"] == str(waits)
    for counted in (waits, 5):
        monkeypatch.setattr(desk_record, "COUNTED", counted)
        assert figures(duty.get("/desk/record").text)["Waiting"] == f"{counted} or more"


def test_an_alarm_stands_on_every_desk_page_until_a_person_has_looked(town: Installation, duty: Browser) -> None:
    case = f"/desk/cases/{town.threat}"
    pages = (
        "/desk",
        "/desk/cases",
        case,
        "/desk/warnings",
        f"/desk/warnings/{town.alert()}",
        "/desk/record",
        "/desk/outcomes",
    )
    for page in pages:
        assert 'class="alarm"' not in duty.get(page).text, page
    town.store.remember(ALARM, "The witness w1 was shown <another> record under our name.")
    for page in pages:
        [band] = parts(duty.get(page).text, "//body/*[@class='alarm'][@role='alert']")
        assert "ALARM: the record" in band.text_content(), page
        assert "shown <another> record" in band.text_content()
    for page in ("/", "/record", "/record/verify"):
        assert "w1 was shown" not in duty.get(page).text, page
    town.store.remember(ALARM, "")
    assert 'class="alarm"' not in duty.get("/desk").text


def steps(page: str) -> list[tuple[str, bool]]:
    """Return how far a warning has come in the record: each step, and whether it is still waited for."""
    found = parts(page, "//*[@aria-labelledby='h-ref']//ol[@class='steps']/li")
    return [(" ".join(one.text_content().split()), one.get("class") == "wait") for one in found]


def test_a_notice_waits_is_sealed_published_and_witnessed(town: Installation) -> None:
    assert town.duty_officer
    notice = town.notice(readers=(town.duty_officer,))
    path = f"/desk/warnings/{notice}"
    assert steps(signed_in(town, "duty").get(path).text) == [("waits for the next seal", True)]
    town.clock.advance(HOUR)
    town.work()
    by = "to be opened, or kept sealed, by 2 May 2026 12:00"
    waits = [("not in the tree yet", True), ("not published yet", True)]
    assert steps(signed_in(town, "duty").get(path).text) == [(f"sealed 2 May 12:00{by}", False), *waits]
    witnessed(town, 3)
    assert steps(signed_in(town, "duty").get(path).text) == [
        (f"sealed 2 May 12:00{by}", False),
        ("integrated", False),
        ("published 2 May 12:00", False),
        ("witnessed by 2 of 3 2 May 12:00", False),
    ]


def test_too_few_witnesses_of_a_warning_are_waited_for(town: Installation) -> None:
    assert town.duty_officer
    alert = town.alert()
    witnessed(town, 1, 2)
    said = steps(signed_in(town, "duty").get(f"/desk/warnings/{alert}").text)
    assert said[0] == ("sequenced", False)
    assert said[-1] == ("witnessed by 1 of 3 2 May 11:00", True)


def test_every_sentence_of_these_pages_goes_through_gettext(town: Installation) -> None:
    assert town.duty_officer
    alert, notice = town.alert(), town.notice(readers=(town.duty_officer,))
    witnessed(town, 2)
    town.store.remember(ALARM, "w")
    town.said = lambda _tag: made_up()
    browser = signed_in(town, "duty")
    for path in ("/record", "/record/verify", "/desk/record", f"/desk/warnings/{notice}", f"/desk/warnings/{alert}"):
        left = [line for line in bare(browser.get(path).text) if line not in {"UTC", "· UTC"}]
        assert left == [], path


class Counting(Tally):
    """A tally that counts how many entries it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def _take(self, said: dict[str, Any]) -> None:
        self.read += 1
        super()._take(said)


def test_a_record_is_counted_once_and_then_only_what_was_added(town: Installation) -> None:
    tally = Counting()
    entry = b'{"at":"2024-05-02T09:00:00Z","kind":"AlertStoodDown","v":1}'
    for first, count in ((0, 10_000), (10_000, 1)):
        with town.store._write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO entries (number, entry, leaf, fact_seq) VALUES (?, ?, ?, NULL)",
                [(number, entry, leaf_hash(entry)) for number in range(first, first + count)],
            )
        for more in (count, 0):
            before = tally.read
            with town.public.look() as look:
                tally.count(look._connection, START)
            assert tally.read - before == more
