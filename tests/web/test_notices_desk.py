"""Notices at the desk: begun from a case or a duty, struck and released where the words stand, agreed to, let out by another."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest
import sqlalchemy as sa
from lxml import html

from tests.story.test_must_warn import FOUND as FOUND_OUT
from tests.web.installation import Browser, Installation
from tests.web.test_must_warn import FOUND, of, submit
from tests.web.test_watching import text
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.duty import must_warn
from tocsin.flow.report import receive
from tocsin.flow.threat import cases, weigh
from tocsin.flow.warning import warn
from tocsin.report.facts import Reliability, ReportReceived, ReportRevised, SourceListed
from tocsin.store import journal
from tocsin.store.kinds import HOLDS
from tocsin.store.reconcile import reconcile
from tocsin.store.sealing import KEPT
from tocsin.threat.facts import Bearing, ThreatOpened
from tocsin.threat.state import Threat
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.facts import (
    NOT_KNOWN,
    DutyTest,
    NoticeGroundsSaid,
    NoticeReadersRemoved,
    NoticeSent,
    TearLine,
)
from tocsin.warning.notice.over import Over
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.web.desk.fill.notices import usual_end

MARKER = "Zwirbelstein"  # stands in a stricter report alone
HIDDEN = "Quillwort"  # stands where only the duty officer may read
FIELDS = TearLine.__struct_fields__


def hears(
    town: Installation, said: str, mark: Mark, readers: tuple[Id, ...] = (), source: str = "The neighbours"
) -> Id:
    now, listed, report = town.clock.now(), town.store.new_id(), town.store.new_id()
    named = SourceListed(subject=listed, occurred_at=now, name=source, source_kind="partner", reliability=Reliability.B)
    heard = ReportReceived(
        subject=report, occurred_at=now, source=listed, title="Told", text=said, mark=mark, readers=readers
    )
    receive.list_source(town.house, named, by=town.duty_officer, command=town.command(), now=now)
    receive.receive_report(town.house, heard, by=town.duty_officer, command=town.command(), now=now)
    weigh.link_evidence(
        town.house, town.threat, report, Bearing.FOR, by=town.duty_officer, command=town.command(), now=now
    )
    return report


class Desk:
    """The people at a desk, each with a browser of their own."""

    def __init__(self, town: Installation) -> None:
        self.town = town
        self.wren = town.person("Wren Writes", Role.WATCH_OFFICER, cleared_to=Mark.AMBER_STRICT)
        assert town.duty_officer
        self.dora = town.person("Deputy Dora", Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
        assert town.watch_officer  # cleared to AMBER
        assert town.miller
        self.writer, self.duty, self.deputy, self.low = (of(town, name) for name in ("wren", "duty", "deputy", "watch"))

    def begin(self, browser: Browser | None = None, **more: str) -> Id:
        form = {
            "case": self.town.threat,
            "recipients": "Miller Moll",
            "language": "en",
            "until": "2024-05-04T09:00",
            **more,
        }
        reply = submit(browser or self.writer, "/desk/notices", **form)
        assert reply.status_code == 303, text(reply.text)
        return reply.headers["location"].split("/")[3]

    def decided(self) -> str:
        """Have it decided that the miller is warned, and return the duty's id."""
        form = {"about_victim": "warn", "who_victim": "Miller Moll", "why": "They live beside it."}
        assert submit(self.duty, f"/desk/cases/{self.town.threat}/duties", **FOUND, **form).status_code == 303
        self.town.work()
        page = self.writer.get(f"/desk/cases/{self.town.threat}/duties").text
        found = re.search(r"/desk/notices/new\?case=\w+&amp;duty=(\w+)", page)
        assert found is not None
        return found[1]

    def begun(self) -> Id:
        return self.begin(duty=self.decided())

    def form(self, id: Id, browser: Browser | None = None, /, **more: str) -> dict[str, str]:
        """Return the form as it would be sent: what stands in it, and what is typed over it."""
        page: html.HtmlElement = html.document_fromstring((browser or self.writer).get(f"/desk/notices/{id}/edit").text)
        form = page.get_element_by_id("notice")
        return {**{name: value for name, value in form.form_values() if name != "_csrf_token" and value}, **more}

    def write(self, id: Id, browser: Browser | None = None, /, **more: str) -> Any:
        return submit(browser or self.writer, f"/desk/notices/{id}", **self.form(id, browser, **more))

    def notice(self, id: Id) -> Notice:
        with self.town.store.look() as look:
            return look.get(Notice, id)

    def act(self, browser: Browser, id: Id, step: str, **more: str) -> Any:
        found = re.search(r'name="seen" value="(\d+)"', browser.get(f"/desk/notices/{id}").text)
        return submit(browser, f"/desk/notices/{id}/{step}", **{"seen": found[1] if found else "0", **more})

    def unasked(self, browser: Browser, id: Id) -> dict[str, str]:
        """Return the ticks and the reason by which an approver stands for it that somebody was not asked."""
        ticks = re.findall(r'name="(unasked_\d+)" value="([^"]+)"', browser.get(f"/desk/notices/{id}").text)
        return {**dict(ticks), "unasked_why": "They sleep, and we cannot wait."} if ticks else {}


@pytest.fixture(name="desk")
def _desk(town: Installation) -> Desk:
    return Desk(town)


@pytest.fixture(name="waiting", scope="module")
def _waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Id]]:
    """A notice that waits, for all tests that leave it as it is."""
    town = Installation(tmp_path_factory.mktemp("waiting"))
    desk = Desk(town)
    hears(town, f"{HIDDEN} was seen.", Mark.RED, (town.duty_officer,))
    yield desk, desk.begun()
    town.site.close()
    town.close()


def refusal(reply: Any) -> str:
    """Return why something was refused, without the page that it stands on."""
    page: html.HtmlElement = html.document_fromstring(reply.text)
    return str(page.get_element_by_id("refused").text_content())


def picks(page: str, word: str) -> dict[str, str]:
    """Return the ticks of a flagged word, as they are sent."""
    found = re.findall(r'name="(pick_\d+)" value="([^"]+)"><mark>([^<]+)</mark>', page)
    return {name: key for name, key, said in found if said == word}


def test_from_the_duty_to_its_going_out(town: Installation, desk: Desk) -> None:
    hears(town, f"{MARKER} told us: the sluice is loosened on 3 May.", Mark.AMBER_STRICT)
    id = desk.begun()
    held = desk.notice(id)
    assert (held.stage, held.author, held.decider) == (NoticeStage.DRAFT, desk.wren, town.duty_officer)
    assert held.tear_line is not None
    assert held.tear_line.what == "Water over the Mill Lane bridge"
    edit, path = f"/desk/notices/{id}/edit", f"/desk/notices/{id}"
    reply = desk.write(id, what=f"{MARKER} fears for the sluice on 3 May", where="At the mill", then="edit")
    assert reply.status_code == 303, text(reply.text)
    page = desk.writer.get(edit).text
    assert "3 flagged words wait for an answer" in text(page)
    assert "stricter than the notice" in text(page)
    assert "not: Who" in text(page)
    # struck where it stands, and let stay with a reason: by the writer, which is not enough
    struck = {**picks(page, MARKER), **picks(page, "sluice")}
    assert len(struck) == 2
    assert desk.write(id, then="strike", **struck).status_code == 303
    held = desk.notice(id)
    assert held.tear_line is not None
    assert held.tear_line.what == "… fears for the … on 3 May"
    page = desk.writer.get(edit).text
    assert desk.write(id, then="release", **picks(page, "3 May")).status_code == 409  # no reason
    assert desk.write(id, then="release", why="The paper has it.", **picks(page, "3 May")).status_code == 303
    assert "1 flagged word waits for a second person" in text(desk.writer.get(path).text)
    assert f'action="{path}/approval"' not in desk.writer.get(path).text
    # whoever it came from agrees first
    assert desk.write(id, what="They fear for something on 3 May", release_by="The neighbours").status_code == 303
    page = desk.duty.get(path).text
    assert "The neighbours has to agree, and was not asked." in text(page)
    assert f"{path}/approval" not in page
    assert submit(desk.duty, f"{path}/approval", seen="9").status_code == 409
    asked = {"originator": "The neighbours", "words": "By telephone, word for word"}
    assert submit(desk.writer, f"{path}/asking", **asked).status_code == 303
    said = {"originator": "The neighbours", "said": "agreed", "giver": "Their desk", "words": "Our log, line 12"}
    assert submit(desk.writer, f"{path}/answer", **said).status_code == 303
    # another reads what the writer would let stay, and lets it out
    page = desk.deputy.get(path).text
    assert "Wren Writes would let them stay: The paper has it." in text(page)
    assert desk.act(desk.deputy, id, "approval").status_code == 409  # not looked at where it stands
    assert desk.notice(id).stage is NoticeStage.DRAFT
    agreed = dict(re.findall(r'name="(agree_\d+)" value="([^"]+)"', page))
    reply = desk.act(desk.deputy, id, "approval", **agreed)
    assert (reply.status_code, reply.headers.get("location")) == (303, f"/desk/warnings/{id}/going"), text(reply.text)
    assert desk.deputy.get(reply.headers["location"]).status_code == 200
    town.work()
    held = desk.notice(id)
    assert [one.by for one in held.released][-1] != desk.wren
    # Who asked that a word stays and who let it stay are both said afterwards.
    page = text(desk.deputy.get(path).text)
    assert "Wren Writes asked that they stay: The paper has it." in page
    assert "let stay by Deputy Dora" in page
    sent = "\n".join(line for one in town.paper.messages for line in one.lines)
    assert "too confidential for a mail" in sent
    assert MARKER not in sent
    assert reconcile(town.store) == []


def test_one_that_is_dropped_goes_out_no_more_and_they_are_still_to_be_warned(town: Installation, desk: Desk) -> None:
    id = desk.begun()
    path = f"/desk/notices/{id}"
    assert f'action="{path}/dropping"' in desk.writer.get(path).text
    assert submit(desk.writer, f"{path}/dropping", why=" ").status_code == 409
    reply = submit(desk.writer, f"{path}/dropping", why="The mayor rang him.")
    assert (reply.status_code, reply.headers.get("location")) == (303, "/desk/notices")
    assert desk.notice(id).stage is NoticeStage.DROPPED
    assert "Notice to Miller Moll" not in text(desk.writer.get("/desk/notices").text)
    page = desk.deputy.get(path).text
    assert "Dropped by Wren Writes: The mayor rang him." in text(page)
    assert f"{path}/" not in page
    page = text(desk.deputy.get(f"/desk/warnings/{id}").text)
    assert "Not to send it: Notice to Miller Moll" in page
    assert "dropped" in page
    assert f"/desk/notices/new?case={town.threat}" in desk.writer.get(f"/desk/cases/{town.threat}/duties").text
    assert desk.act(desk.deputy, id, "approval").status_code == 409
    assert reconcile(town.store) == []


def happened(desk: Desk, duty: Id, step: str, **form: str) -> None:
    assert submit(desk.duty, f"/desk/duties/{duty}/{step}", why="So they say.", **form).status_code == 303
    desk.town.work()


def told_by_telephone(desk: Desk, duty: Id) -> None:
    happened(desk, duty, "told", how="By telephone")


def it_happened(desk: Desk, duty: Id) -> None:
    happened(desk, duty, "end", how="event")


def a_hoax(desk: Desk, duty: Id) -> None:
    desk.town.clock.set(desk.town.clock.now() + timedelta(minutes=5))
    happened(desk, duty, "test", **FOUND | {"said_credible": "no", "ground_credible": "A hoax."})
    happened(desk, duty, "decision", about="below_threshold")


def agreed_to(desk: Desk, duty: Id) -> None:
    a_hoax(desk, duty)
    assert submit(desk.deputy, f"/desk/duties/{duty}/review", about="agree", why="So.").status_code == 303


def asked_again(desk: Desk, duty: Id) -> None:
    it_happened(desk, duty)
    happened(desk, duty, "again")


@pytest.mark.parametrize(
    ("do", "said"),
    [
        pytest.param(told_by_telephone, "They have been told by now.", id="told"),
        pytest.param(it_happened, "The duty to warn that it was begun for has ended: It happened.", id="ended"),
        pytest.param(a_hoax, "Whether they are warned is being decided anew.", id="proposed not to"),
        pytest.param(agreed_to, "It was decided since that they are not warned.", id="not warned"),
        pytest.param(asked_again, "Whether they are warned is being decided anew.", id="asked again"),
    ],
)
def test_a_draft_says_that_the_duty_it_was_begun_for_is_over(
    town: Installation, desk: Desk, do: Callable[[Desk, Id], None], said: str
) -> None:
    duty = desk.decided()
    id = desk.begin(duty=duty)
    pages = (f"/desk/notices/{id}", f"/desk/notices/{id}/edit")
    follows = "on grounds of its own"
    assert not any(follows in text(desk.writer.get(page).text) for page in pages)
    do(desk, duty)
    for page in pages:
        shown = text(desk.writer.get(page).text)
        assert said in shown
        assert follows in shown
    assert reconcile(town.store) == []
    # Where it is decided, there is nothing left to be said of it.
    assert submit(desk.writer, f"/desk/notices/{id}/dropping", why="They know.").status_code == 303
    assert follows not in text(desk.writer.get(pages[0]).text)


GROUNDS = "They are to have it in writing, whatever became of it."


@pytest.mark.parametrize(
    ("do", "over", "said"),
    [
        pytest.param(told_by_telephone, Over.TOLD, "They have been told by now.", id="told"),
        pytest.param(it_happened, Over.EVENT, "has ended: It happened.", id="ended"),
        pytest.param(a_hoax, Over.ANEW, "is being decided anew.", id="proposed not to"),
        pytest.param(agreed_to, Over.NOT_WARNED, "It was decided since that they are not warned.", id="not warned"),
    ],
)
def test_what_goes_out_though_its_duty_is_over_says_on_what_grounds(
    town: Installation, desk: Desk, do: Callable[[Desk, Id], None], over: Over, said: str
) -> None:
    duty = desk.decided()
    id = desk.begin(duty=duty)
    path, ticks = f"/desk/notices/{id}", desk.unasked(desk.deputy, id)
    assert "On what grounds" not in desk.deputy.get(path).text
    do(desk, duty)
    page = desk.deputy.get(path).text
    assert "On what grounds it goes out all the same" in text(page)
    assert f'name="over" value="{over.value}"' in page
    for less in ({}, {"grounds": " "}, {"grounds": GROUNDS, "over": "disrupted"}):  # nothing, and of what is so no more
        reply = desk.act(desk.deputy, id, "approval", **ticks, **less)
        assert (reply.status_code, said in text(reply.text)) == (409, True)
        assert desk.notice(id).stage is NoticeStage.DRAFT
    assert desk.act(desk.deputy, id, "approval", **ticks, grounds=GROUNDS, over=over.value).status_code == 303
    held = desk.notice(id)
    assert held.grounds is not None
    assert (held.grounds.over, held.grounds.why, held.grounds.by) == (over, GROUNDS, held.approver)
    assert held.why == "They live beside it."
    assert f"It goes out all the same, says Deputy Dora: {GROUNDS}" in text(desk.writer.get(path).text)
    for account in (f"/desk/warnings/{id}", f"/desk/cases/{town.threat}"):
        shown = text(desk.writer.get(account).text)
        assert "Tell them all the same" in shown
        assert f"{said} {GROUNDS}" in shown
    assert reconcile(town.store) == []


def test_a_duty_that_ends_while_its_notice_is_let_out_is_looked_at_once_more(
    town: Installation, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    duty = desk.decided()
    id = desk.begin(duty=duty)
    ticks, commit = desk.unasked(desk.deputy, id), town.store.commit

    def late(facts: Any, **named: Any) -> Any:
        if any(isinstance(one, NoticeSent) for one in facts):
            monkeypatch.setattr(town.store, "commit", commit)
            said = {"by": town.duty_officer, "command": town.command(), "now": town.clock.now()}
            must_warn.told_otherwise(town.house, duty, "By telephone", **said)  # type: ignore[arg-type]
        return commit(facts, **named)

    monkeypatch.setattr(town.store, "commit", late)
    assert desk.act(desk.deputy, id, "approval", **ticks).status_code == 409
    assert desk.notice(id).stage is NoticeStage.DRAFT


def test_what_is_owed_as_it_was_decided_needs_no_grounds_of_its_own_and_keeps_none(
    town: Installation, desk: Desk
) -> None:
    id = desk.begun()
    reply = desk.act(desk.deputy, id, "approval", **desk.unasked(desk.deputy, id), grounds=GROUNDS, over="told")
    assert reply.status_code == 409
    assert "They are to be warned as it was decided." in text(reply.text)
    assert desk.act(desk.deputy, id, "approval", **desk.unasked(desk.deputy, id)).status_code == 303
    assert desk.notice(id).grounds is None


def test_whoever_breaks_the_glass_for_what_is_over_says_on_what_grounds_too(town: Installation, desk: Desk) -> None:
    duty = desk.decided()
    id = desk.begin(desk.duty, duty=duty)
    told_by_telephone(desk, duty)
    alone = {"sure": "yes", "why": "Nobody answers."}
    assert desk.act(desk.duty, id, "alone", **alone).status_code == 409
    assert desk.act(desk.duty, id, "alone", **alone, grounds=GROUNDS, over="told").status_code == 303
    held = desk.notice(id)
    assert held.grounds is not None
    assert (held.grounds.why, held.glass_why) == (GROUNDS, "Nobody answers.")
    assert reconcile(town.store) == []


def test_one_that_was_approved_before_its_duty_was_over_is_sent_on_grounds_of_its_own(
    town: Installation, desk: Desk
) -> None:
    id = cut_off(desk)
    path, duty = f"/desk/notices/{id}", desk.notice(id).duty
    assert duty is not None
    assert "On what grounds" not in desk.deputy.get(path).text
    told_by_telephone(desk, duty)
    assert "On what grounds" in desk.deputy.get(path).text
    assert desk.act(desk.deputy, id, "sending").status_code == 409
    assert desk.act(desk.deputy, id, "sending", grounds=GROUNDS, over="told").status_code == 303
    held = desk.notice(id)
    assert held.grounds is not None
    assert (held.stage, held.grounds.why) == (NoticeStage.SENT, GROUNDS)
    assert held.grounds.by != held.approver
    assert reconcile(town.store) == []


@pytest.fixture(name="hall")
def _hall(town: Installation, desk: Desk) -> tuple[Id, Id]:
    """A notice that Deputy Dora may read, and the duty that it was begun for, of a case that she may not read."""
    case, owed, now = town.store.new_id(), town.store.new_id(), town.clock.now()
    said: dict[str, Any] = {"by": town.duty_officer, "now": now}
    opened = ThreatOpened(
        subject=case, occurred_at=now, title="The hall", zone="UTC", owner=town.duty_officer, mark=Mark.RED
    )
    weigh.open_threat(town.house, opened, command=town.command(), **said)
    asked = must_warn.Asked(side=Side.VICTIM, whom=(town.miller,), warn=True, why="They sing there.")
    must_warn.ask(town.house, case, [asked], FOUND_OUT, ids=[owed], command=town.command(), **said)
    id = desk.begin(desk.duty, case=case, duty=owed)
    dora = {"mark": "TLP:RED", "reader_7": desk.dora, "what": "Stay away", "action": "Stay at home"}
    reply = desk.write(id, desk.duty, **dora)
    assert reply.status_code == 303, text(reply.text)
    return id, owed


def test_whoever_may_read_a_notice_and_not_its_duty_says_on_what_grounds_whatever_became_of_that(
    town: Installation, desk: Desk, hall: tuple[Id, Id]
) -> None:
    id, owed = hall
    path = f"/desk/notices/{id}"
    assert desk.deputy.get(f"/desk/duties/{owed}").status_code == 404
    before = text(desk.deputy.get(path).text)
    assert "What it was begun for is not yours to read, nor whether that is owed still." in before
    assert "On what grounds it goes out all the same" in before
    told_by_telephone(desk, owed)
    page = desk.deputy.get(path).text
    assert text(page) == before
    assert 'name="over" value="unread"' in page
    assert "They have been told" in desk.duty.get(path).text
    ticks = desk.unasked(desk.deputy, id)
    reply = desk.act(desk.deputy, id, "approval", **ticks)
    assert (reply.status_code, "not yours to read" in text(reply.text)) == (409, True)
    assert desk.act(desk.deputy, id, "approval", **ticks, grounds=GROUNDS, over="unread").status_code == 303
    held = desk.notice(id)
    assert held.grounds is not None
    assert (held.stage, held.grounds.over, held.grounds.why) == (NoticeStage.SENT, Over.UNREAD, GROUNDS)
    assert f"It goes out on grounds of its own, says Deputy Dora: {GROUNDS}" in text(desk.duty.get(path).text)
    assert reconcile(town.store) == []


def test_who_may_not_read_the_duty_is_not_told_by_anothers_grounds_what_became_of_it(
    desk: Desk, hall: tuple[Id, Id]
) -> None:
    id, owed = hall
    told_by_telephone(desk, owed)
    alone = {"sure": "yes", "why": "Nobody answers.", "grounds": GROUNDS, "over": "told", **desk.unasked(desk.duty, id)}
    reply = desk.act(desk.duty, id, "alone", **alone)
    assert reply.status_code == 303, text(reply.text)
    for page in (f"/desk/notices/{id}", f"/desk/warnings/{id}"):
        for browser, knows in ((desk.duty, True), (desk.deputy, False)):
            shown = text(browser.get(page).text)
            assert GROUNDS in shown
            assert ("They have been told by now." in shown) is knows


def test_its_grounds_are_sealed_with_it_and_can_be_proven(town: Installation, desk: Desk) -> None:
    id = cut_off(desk)
    duty = desk.notice(id).duty
    assert duty is not None
    told_by_telephone(desk, duty)
    assert desk.act(desk.deputy, id, "sending", grounds=GROUNDS, over="told").status_code == 303
    with town.store.look() as look:
        said, sent = look.last_fact(id, NoticeGroundsSaid), look.last_fact(id, NoticeSent)
        waits = sa.text("SELECT count(*) FROM commitments WHERE fact_seq IN (:said, :sent) AND entry IS NULL")
        assert look.connection.execute(waits, {"said": said, "sent": sent}).scalar_one() == 2
    assert {NoticeGroundsSaid, NoticeSent} <= set(HOLDS)
    assert {"NoticeGroundsSaid", "NoticeSent"} <= KEPT


def test_a_notice_about_a_case_that_was_over_when_it_was_decided_on_needs_no_more_grounds(
    town: Installation, desk: Desk
) -> None:
    said = {"by": town.duty_officer, "command": town.command(), "now": town.clock.now()}
    cases.close_case(town.house, town.threat, "A hoax.", **said)  # type: ignore[arg-type]
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    id = desk.begin(desk.duty, why="They fear it still.")
    assert "on grounds of its own" not in text(desk.duty.get(f"/desk/notices/{id}").text)
    assert desk.act(desk.deputy, id, "approval", **desk.unasked(desk.deputy, id)).status_code == 303


def test_a_draft_that_was_begun_for_no_duty_says_that_its_case_is_over(town: Installation, desk: Desk) -> None:
    id = desk.begin(desk.duty, why="They live there.")
    assert "on grounds of its own" not in text(desk.duty.get(f"/desk/notices/{id}").text)
    cases.close_case(
        town.house, town.threat, "A hoax.", by=town.duty_officer, command=town.command(), now=town.clock.now()
    )
    assert "The case that it is about is over. Drop it, or" in text(desk.duty.get(f"/desk/notices/{id}").text)


def test_a_reader_who_was_ticked_by_mistake_is_taken_off_again(town: Installation, desk: Desk) -> None:
    id = desk.begun()
    path = f"/desk/notices/{id}"
    other = town.person("Other Ole", Role.WATCH_OFFICER)
    assert desk.write(id, mark="TLP:RED", reader_7=other, reader_8=town.watch_officer).status_code == 303
    assert desk.low.get(path).status_code == 200
    page = html.document_fromstring(desk.writer.get(f"{path}/edit").text)
    offered = cast("list[str]", page.xpath('//input[starts-with(@name, "unreader_")]/@value'))
    assert set(offered) == {town.duty_officer, town.watch_officer, other}  # and not the writer
    assert desk.write(id, unreader_0=desk.wren).status_code == 409
    assert desk.write(id, unreader_0=town.watch_officer).status_code == 303
    assert town.watch_officer not in desk.notice(id).readers
    assert desk.low.get(path).status_code == 404
    assert other in desk.notice(id).readers
    with town.store.look() as look:
        held = [journal.decode(row, town.store.keys) for row in journal.walk(look.connection)]
    (removed,) = [one.fact for one in held if isinstance(one.fact, NoticeReadersRemoved)]
    assert (removed.readers, removed.removed_by) == ((town.watch_officer,), desk.wren)
    # who writes at it again brings nobody back
    assert desk.write(id, where="At the mill").status_code == 303
    assert town.watch_officer not in desk.notice(id).readers
    assert reconcile(town.store) == []


def cut_off(desk: Desk, **said: str) -> Id:
    """Have a notice approved and not sent, as by a script that is killed in between."""
    id, town = desk.begun(), desk.town
    assert desk.write(id, where="At the mill", **said).status_code == 303
    warn.approve_notice(town.house, id, by=town.duty_officer, command=town.command(), now=town.clock.now())
    assert desk.notice(id).stage is NoticeStage.APPROVED
    return id


def test_one_that_was_approved_and_cut_off_is_sent_from_its_page(town: Installation, desk: Desk) -> None:
    id = cut_off(desk)
    path = f"/desk/notices/{id}"
    assert "Approved, and not sent" in text(desk.low.get("/desk/notices").text)
    assert f'href="{path}"' in desk.deputy.get(f"/desk/warnings/{id}").text
    page = desk.writer.get(path).text
    assert "Approved by Duty Dean, and not sent." in text(page)
    assert f"{path}/sending" not in page
    assert submit(desk.writer, f"{path}/sending", seen="3").status_code == 403
    assert f'action="{path}/sending"' in desk.deputy.get(path).text
    assert submit(desk.deputy, f"{path}/sending", seen="1").status_code == 409  # an old page
    reply = desk.act(desk.deputy, id, "sending")
    assert (reply.status_code, reply.headers.get("location")) == (303, f"/desk/warnings/{id}/going"), text(reply.text)
    assert desk.notice(id).stage is NoticeStage.SENT
    town.work()
    assert town.paper.messages
    assert desk.act(desk.deputy, id, "dropping", why="Too late").status_code == 409
    assert reconcile(town.store) == []


def test_one_that_was_approved_and_cut_off_is_dropped_with_a_reason(town: Installation, desk: Desk) -> None:
    id = cut_off(desk)
    assert desk.act(desk.writer, id, "dropping", why=" ").status_code == 409
    assert desk.act(desk.writer, id, "dropping", why="The mayor rang him.").status_code == 303
    assert desk.notice(id).stage is NoticeStage.DROPPED
    page = desk.deputy.get(f"/desk/notices/{id}").text
    assert "Dropped by Wren Writes" in text(page)
    assert "Look at what went out" not in text(page)
    assert desk.act(desk.deputy, id, "sending").status_code == 409
    assert reconcile(town.store) == []


def test_one_that_was_approved_is_not_sent_beside_stricter_material_that_came_in_since(
    town: Installation, desk: Desk
) -> None:
    id = cut_off(desk, what=f"{MARKER} fears for the sluice")
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    reply = desk.act(desk.deputy, id, "sending")
    assert reply.status_code == 409
    assert "Drop it, and write it anew." in text(reply.text)


def test_who_may_read_less_sees_no_flag_and_learns_of_none(town: Installation, desk: Desk) -> None:
    id = desk.begun()
    assert desk.write(id, what=f"{HIDDEN} is meant, says {MARKER}", mark="TLP:AMBER").status_code == 303
    before = {browser: browser.get(f"/desk/notices/{id}/edit").text for browser in (desk.low, desk.writer)}
    hears(town, f"{HIDDEN} was seen.", Mark.RED, (town.duty_officer,), source="A friend")
    hears(town, f"{MARKER} said so.", Mark.AMBER_STRICT, source="A partner")
    assert desk.low.get(f"/desk/notices/{id}/edit").text == before[desk.low]
    page = desk.writer.get(f"/desk/notices/{id}/edit").text
    assert picks(page, MARKER)
    assert not picks(page, HIDDEN)
    assert "A friend" not in page
    assert "A partner" in page
    assert (
        submit(desk.low, f"/desk/notices/{id}/release", seen="2", why="So.", pick_1="name quillwort").status_code == 409
    )
    page = desk.duty.get(f"/desk/notices/{id}").text
    assert picks(page, HIDDEN)
    assert not picks(page, MARKER), (
        "named as its reader he reads the RED report, and no other that is stricter than AMBER"
    )
    # what was let stay, and why, is told only to who may read where it stands
    assert desk.write(id, what=f"{HIDDEN} is meant").status_code == 303
    assert desk.act(desk.duty, id, "release", why="It is agreed.", pick_1="name quillwort").status_code == 303
    assert "It is agreed." in text(desk.duty.get(f"/desk/notices/{id}").text)
    for browser in (desk.low, desk.writer, desk.deputy):
        assert "It is agreed." not in browser.get(f"/desk/notices/{id}").text
    reply = desk.act(desk.deputy, id, "approval", **desk.unasked(desk.deputy, id))
    assert reply.status_code == 303, text(reply.text)


def test_what_a_report_said_before_stands_beside_it_for_whoever_could_read_it_then(
    town: Installation, desk: Desk
) -> None:
    report = hears(town, f"{HIDDEN} saw lanterns.", Mark.RED, (town.duty_officer,))
    now = town.clock.now()
    anew = ReportRevised(
        subject=report, occurred_at=now, title="Lanterns", text="Lanterns were seen.", published_at=None, url=None, language="en",
        claims=(), mark=Mark.GREEN, readers=(),
    )  # fmt: skip
    town.store.commit([anew], at=now, by=desk.wren, command="anew")
    id = desk.begun()
    assert desk.write(id, what=f"{HIDDEN} saw lanterns").status_code == 303
    page = desk.duty.get(f"/desk/notices/{id}").text
    assert "as it was before its source said it anew" in text(page)
    assert picks(page, HIDDEN)
    assert not picks(page, "lanterns")
    for browser in (desk.writer, desk.deputy):
        page = browser.get(f"/desk/notices/{id}").text
        assert "before its source" not in page
        assert "Lanterns were seen." in text(page)
        assert not picks(page, HIDDEN)
    assert desk.act(desk.deputy, id, "approval").status_code == 409


def test_a_hidden_word_stops_it_and_the_refusal_tells_neither_which_nor_how_many(
    town: Installation, desk: Desk
) -> None:
    hears(town, f"{HIDDEN} and {MARKER} were seen.", Mark.RED, (town.duty_officer,))
    id = desk.begun()
    assert desk.write(id, what=f"{HIDDEN} is meant, and {MARKER}").status_code == 303
    assert "No word is flagged" in text(desk.deputy.get(f"/desk/notices/{id}").text)
    page = desk.deputy.get(f"/desk/notices/{id}").text
    reply = desk.act(desk.deputy, id, "approval")
    assert reply.status_code == 409
    assert "stricter material alone" in refusal(reply)
    assert not re.search(r"\b2\b|Quillwort|Zwirbelstein", refusal(reply))
    assert [reply.text.count(one) for one in (HIDDEN, MARKER)] == [page.count(one) for one in (HIDDEN, MARKER)]
    assert "2 flagged words wait for an answer" in text(desk.duty.get(f"/desk/notices/{id}").text)


def test_what_is_typed_is_checked_and_not_kept(town: Installation, desk: Desk) -> None:
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    id = desk.begun()
    before = desk.notice(id)
    typed = desk.form(id, who=f"Some say {MARKER}", likelihood="It is likely, with low confidence.")
    reply = submit(desk.writer, f"/desk/notices/{id}/look", **typed)
    assert reply.status_code == 200
    assert picks(reply.text, MARKER)
    assert "Nothing of that is kept yet" in text(reply.text)
    assert "likelihood and confidence in one sentence" in text(reply.text)
    assert desk.notice(id) == before
    assert picks(submit(desk.low, f"/desk/notices/{id}/look", **typed).text, MARKER) == {}


def test_who_writes_on_an_old_page_overwrites_nobody(town: Installation, desk: Desk) -> None:
    id = desk.begun()
    old = desk.form(id, what="Mine")
    assert desk.write(id, desk.duty, what="Theirs").status_code == 303
    assert submit(desk.writer, f"/desk/notices/{id}", **old).status_code == 409
    held = desk.notice(id).tear_line
    assert held is not None
    assert held.what == "Theirs"
    stale = re.search(r'name="seen" value="(\d+)"', desk.deputy.get(f"/desk/notices/{id}").text)
    assert stale is not None
    assert desk.write(id, what="Other words").status_code == 303
    assert submit(desk.deputy, f"/desk/notices/{id}/approval", seen=stale[1]).status_code == 409


def test_who_only_looks_through_the_form_and_changes_nothing_has_not_written_at_it(
    town: Installation, desk: Desk
) -> None:
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    id = desk.begun()
    assert desk.write(id, what=f"{MARKER} is meant\nby somebody").status_code == 303
    page = desk.deputy.get(f"/desk/notices/{id}/edit").text
    assert desk.write(id, desk.deputy, then="release", why="I know it.", **picks(page, MARKER)).status_code == 303
    assert desk.notice(id).authors == (desk.wren,)
    assert desk.act(desk.deputy, id, "approval", **desk.unasked(desk.deputy, id)).status_code == 303


def test_some_are_told_in_other_words_and_through_others(town: Installation, desk: Desk) -> None:
    smith = town.person("Smith Sue")
    id = desk.begun()
    assert desk.write(id, recipients="Miller Moll\nSmith Sue", new_for="").status_code == 303
    assert desk.write(id, new_for=smith, new_language="de").status_code == 303
    reply = desk.write(
        id,
        **{"1.what": "Your forge is meant", "meant_for": "Duty Dean", "unnamed": "yes", "in_message": "No other way."},
    )
    assert reply.status_code == 303, text(reply.text)
    held = desk.notice(id)
    assert [(one.recipients, one.language, one.tear_line.what) for one in held.versions] == [
        ((smith,), "de", "Your forge is meant")
    ]
    assert (held.unnamed, held.meant_for, held.in_message) == (True, (town.duty_officer,), "No other way.")
    page = text(desk.writer.get(f"/desk/notices/{id}").text)
    assert "Another version, for Smith Sue de" in page
    assert "is not named" in page
    assert desk.write(id, **{"1.remove": "yes"}).status_code == 303
    assert desk.notice(id).versions == ()


def test_a_draft_says_in_whose_language_the_words_around_it_come(town: Installation, desk: Desk) -> None:
    smith = town.person("Smith Sue")
    id = desk.begun()
    assert desk.write(id, recipients="Miller Moll\nSmith Sue", new_for="").status_code == 303
    assert desk.write(id, new_for=smith, new_language="de").status_code == 303
    page = text(desk.writer.get(f"/desk/notices/{id}").text)
    assert page.count("The words around it come in the language of each recipient.") == 1, (
        "what is written in one comes in it"
    )


def test_what_was_sent_shows_each_version_and_whom_it_told(town: Installation, desk: Desk) -> None:
    smith = town.person("Smith Sue")
    id = desk.begun()
    assert desk.write(id, recipients="Miller Moll\nSmith Sue", new_for="").status_code == 303
    assert desk.write(id, new_for=smith, new_language="de").status_code == 303
    assert desk.write(id, **{"1.what": "Ihre Schmiede ist gemeint"}).status_code == 303
    assert desk.act(desk.duty, id, "approval", **desk.unasked(desk.duty, id)).status_code == 303
    page = text(desk.writer.get(f"/desk/warnings/{id}").text)
    assert "In other words, for Smith Sue deIhre Schmiede ist gemeint" in page


def test_a_duty_officer_decides_at_once_and_a_watch_officer_does_not(town: Installation, desk: Desk) -> None:
    assert "It was not decided yet to warn anybody" in text(
        desk.writer.get(f"/desk/notices/new?case={town.threat}").text
    )
    form = {"case": town.threat, "recipients": "Miller Moll", "until": "2024-05-04T09:00", "why": "They live there."}
    assert submit(desk.writer, "/desk/notices", **form).status_code == 409
    assert submit(desk.duty, "/desk/notices", **{**form, "why": ""}).status_code == 409
    id = desk.begin(desk.duty, why="They live there.", test_credible="yes", test_grave="no", test_directed="unknown")
    assert desk.notice(id).why == "They live there."
    assert desk.notice(id).test == msgspec.structs.replace(NOT_KNOWN, credible=True, grave=False)
    assert "You wrote at it. Another duty officer lets it out." in text(desk.duty.get(f"/desk/notices/{id}").text)
    assert desk.act(desk.duty, id, "approval").status_code == 409
    assert desk.act(desk.duty, id, "alone").status_code == 400
    assert "Water over the Mill Lane bridge" in text(desk.writer.get("/desk/cases").text)
    assert "Notice to Miller Moll" in text(desk.writer.get("/desk/notices").text)
    assert desk.act(desk.duty, id, "alone", sure="yes", why=" ").status_code == 409
    why = "They come at four; the deputy does not answer."
    assert desk.act(desk.duty, id, "alone", sure="yes", why=why).status_code == 303
    assert (desk.notice(id).break_glass, desk.notice(id).glass_why) == (True, why)
    page = text(desk.deputy.get(f"/desk/warnings/{id}").text)
    assert f"Break-glass: sent by one person alone. {why}" in page
    assert "read by a second person" not in page
    assert reconcile(town.store) == []


def test_what_is_let_out_to_one_of_ours_asks_about_the_public_with_it(desk: Desk) -> None:
    answers = {"why": "She lives there.", "test_credible": "yes"}
    id = desk.begin(desk.duty, recipients="Deputy Dora", **answers)
    assert desk.act(desk.duty, id, "alone", sure="yes", why="Nobody answers.").status_code == 303
    with desk.town.store.look() as look:
        [public] = look.all(Duty)
    assert (public.side, public.because_of, public.owed) == (Side.PUBLIC, id, "decide")
    assert reconcile(desk.town.store) == []


def test_what_a_version_leaves_out_is_said_before_it_goes_out(desk: Desk) -> None:
    id = desk.begun()
    assert desk.write(id, where="At the mill", new_for=str(desk.town.miller)).status_code == 303
    assert "told less" not in text(desk.deputy.get(f"/desk/notices/{id}").text)
    assert desk.write(id, **{"1.where": " "}).status_code == 303
    assert "Miller Moll is told less, not: Where" in text(desk.deputy.get(f"/desk/notices/{id}").text)


def test_what_was_not_known_when_it_was_decided_is_not_written_down_as_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FOUND, "said_impending", "unknown")
    assert desk.notice(desk.begun()).test == DutyTest(impending=None)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        pytest.param({"recipients": "Nobody at all"}, "Nobody is called", id="a stranger"),
        pytest.param({"recipients": " "}, "names nobody", id="nobody"),
        pytest.param({"what": " "}, "does not say what", id="nothing"),
        pytest.param({"mark": "TLP:PINK"}, "how far", id="no mark"),
        pytest.param({"mark": "TLP:RED", "in_message": "So."}, "no message carries", id="a RED message"),
        pytest.param({"until": "tomorrow"}, "is no moment", id="no moment"),
        pytest.param({"until": " "}, "Say until when the notice holds", id="no end"),
        pytest.param({"language": "!"}, "as a tag", id="no language"),
        pytest.param({"new_for": "somebody"}, "one of those", id="a version for a stranger"),
        pytest.param({"then": "strike"}, "Tick the flagged", id="nothing ticked"),
        pytest.param({"then": "strike", "pick_1": "word mill"}, "are struck", id="struck, and not flagged"),
        pytest.param({"then": "release", "pick_1": "word mill", "why": "So."}, "not flagged", id="let stay, and not flagged"),
    ],
)  # fmt: skip
def test_what_cannot_be_gets_one_sentence_and_keeps_what_was(
    waiting: tuple[Desk, Id], field: dict[str, str], said: str
) -> None:
    desk, id = waiting
    before = desk.notice(id)
    reply = desk.write(id, **field)
    assert reply.status_code in (400, 409), reply.status_code
    assert said in text(reply.text)
    assert desk.notice(id) == before


def test_a_notice_is_not_begun_without_an_end_and_one_that_has_none_is_offered_one(
    waiting: tuple[Desk, Id], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, id = waiting
    form = {"case": desk.town.threat, "recipients": "Miller Moll", "until": ""}
    reply = submit(desk.writer, "/desk/notices", **form)
    assert reply.status_code == 400
    assert "Say until when the notice holds" in text(reply.text)
    without = msgspec.structs.replace(desk.notice(id), window=None)
    monkeypatch.setattr("tocsin.web.desk.notices._notice", lambda *_: (without, 1))
    page = html.document_fromstring(desk.writer.get(f"/desk/notices/{id}/edit").text)
    # Two days on, by the clock of the desk.
    assert page.xpath('//input[@name="until" and @required]/@value') == ["2024-05-04T11:00"]


def test_a_draft_goes_no_further_than_its_case(town: Installation, desk: Desk) -> None:
    id = desk.begun()
    stranger = Browser(town.site)
    for path in (
        "/desk/notices",
        f"/desk/notices/{id}",
        f"/desk/notices/{id}/edit",
        f"/desk/notices/new?case={town.threat}",
    ):
        assert stranger.get(path).status_code in (303, 401)
    assert desk.write(id, mark="TLP:GREEN").status_code == 303
    town.person("Green Gus", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    gus = of(town, "green")
    for path in (
        f"/desk/notices/{id}",
        f"/desk/notices/{id}/edit",
        f"/desk/warnings/{id}",
        f"/desk/notices/new?case={town.threat}",
    ):
        assert gus.get(path).status_code == 404, path
    assert "Miller Moll" not in gus.get("/desk/notices").text
    for step in ("", "/look", "/release", "/asking", "/answer", "/dropping"):
        assert submit(gus, f"/desk/notices/{id}{step}", what="x", seen="2").status_code == 404
    town.person("Admin Abe", Role.ADMINISTRATOR, cleared_to=Mark.RED)
    assert submit(of(town, "admin"), f"/desk/notices/{id}", what="x", seen="2").status_code == 403
    assert town.clock.now() - desk.notice(id).decided_at < timedelta(hours=1)


@pytest.mark.parametrize("field", [*FIELDS[:10], "version"])
def test_no_marker_of_stricter_material_leaves_by_the_form_its_preview_its_errors_or_the_log(
    waiting: tuple[Desk, Id], field: str, capfd: Any
) -> None:
    desk, id = waiting
    name, before = field, desk.notice(id).tear_line
    if field == "version":
        name = "1.what"
        assert desk.write(id, new_language="de").status_code == 303
    assert desk.write(id, **{name: f"So {HIDDEN}"}).status_code == 303
    before_it = {one: one.get(f"/desk/notices/{id}").text.count(HIDDEN) for one in (desk.deputy, desk.low)}
    replies = [
        (desk.deputy, desk.act(desk.deputy, id, "approval")),
        (desk.low, desk.act(desk.low, id, "release", pick_1="name quillwort", why="So.")),
        (desk.low, desk.act(desk.low, id, "asking", originator=HIDDEN[::-1], words="So.")),
    ]
    for browser, reply in replies:  # it stands in the notice itself, if that is shown again, and nowhere else
        assert reply.status_code == 409
        assert reply.text.count(HIDDEN) <= before_it[browser]
    assert desk.notice(id).stage is NoticeStage.DRAFT
    desk.town.work()
    out, err = capfd.readouterr()
    public = "".join(
        Browser(desk.town.site).get(path).text for path in ("/", "/record/", "/feeds/alerts.atom", "/metrics")
    )
    assert not desk.town.paper.messages
    assert HIDDEN not in "".join((*(refusal(reply) for _, reply in replies), out, err, public))
    undone = {"1.remove": "yes"} if field == "version" else {name: getattr(before, name) or " "}
    assert desk.write(id, **undone).status_code == 303


def test_whoever_writes_it_and_whoever_lets_it_out_read_what_it_leaves_empty_and_whom_a_voice_must_reach(
    town: Installation, desk: Desk
) -> None:
    id = desk.begun()
    assert desk.write(id, what="They fear an attack", action="", contact="Call the mill.").status_code == 303
    for page in (desk.writer.get(f"/desk/notices/{id}/edit"), desk.deputy.get(f"/desk/notices/{id}")):
        said = text(page.text)
        assert "Nothing is said under: What is not known; What to do." in said
        assert "read out the code to: Miller Moll" in said
    assert f"/desk/notices/{id}/approval" in desk.deputy.get(f"/desk/notices/{id}").text, "it is said, and stops nobody"
    assert desk.write(id, mark="TLP:GREEN", action="Guard it.", not_known="Who they are").status_code == 303
    said = text(desk.deputy.get(f"/desk/notices/{id}").text)
    assert "Nothing is said under" not in said
    assert "read out the code to" not in said, "what a link opens takes no code"


def test_until_when_it_holds_is_flagged_under_the_words_and_is_let_stay_there(town: Installation, desk: Desk) -> None:
    hears(town, "It is set for 4 May 2024.", Mark.AMBER_STRICT)
    id = desk.begun()
    page = desk.writer.get(f"/desk/notices/{id}/edit").text
    ticks = picks(page, "2024-05-04")
    assert ticks
    assert 'data-field="until"' in page
    assert 'name="until" rows' not in page  # chosen below, and not typed twice
    assert desk.write(id, then="strike", **ticks).status_code == 409
    assert desk.write(id, then="release", why="They are away then.", **ticks).status_code == 303
    page = desk.deputy.get(f"/desk/notices/{id}").text
    assert "I read “2024-05-04” where it stands" in text(page)


@pytest.mark.parametrize(
    ("mark", "end"),
    [
        pytest.param(Mark.AMBER, "2024-05-03 18:20", id="as its case"),
        pytest.param(Mark.AMBER_STRICT, "2024-05-04 10:00", id="not as its stricter case, and to the full hour"),
    ],
)
def test_an_end_is_filled_in(town: Installation, mark: Mark, end: str) -> None:
    now = datetime(2024, 5, 2, 9, 12, tzinfo=UTC)
    with town.store.look() as look:
        held = look.get(Threat, town.threat)
    case = msgspec.structs.replace(held, mark=mark, ends=datetime(2024, 5, 3, 18, 20, tzinfo=UTC))
    assert f"{usual_end(case, now):%Y-%m-%d %H:%M}" == end


def test_a_notice_whose_beginning_is_refused_comes_back_with_what_was_typed(desk: Desk) -> None:
    typed = {
        "case": desk.town.threat,
        "recipients": "Nobody Here",
        "until": "2024-05-04T09:00",
        "why": "They live there.",
    }
    reply = submit(desk.duty, "/desk/notices", **typed, test_credible="yes")
    assert reply.status_code == 400
    assert "Nobody is called" in text(reply.text)
    page = html.document_fromstring(reply.text)
    (form,) = cast("list[html.FormElement]", page.xpath('//form[@action="/desk/notices"]'))
    kept = dict(form.form_values())
    assert {name: kept[name] for name in typed} == typed
    assert kept["test_credible"] == "yes"


def test_a_refusal_names_people_and_warnings_as_its_reader_knows_them(desk: Desk) -> None:
    id = desk.begun()
    reply = desk.act(desk.duty, id, "approval")
    assert reply.status_code == 303
    reply = submit(
        desk.writer,
        "/desk/notices",
        case=desk.town.threat,
        recipients="Miller Moll",
        until="2024-05-04T09:00",
        why="Now.",
    )
    assert reply.status_code == 409
    assert "Wren Writes is none" in text(reply.text)
    reply = submit(desk.writer, f"/desk/notices/{id}/dropping", why="Too late.")
    assert reply.status_code == 409
    assert "“Notice to Miller Moll”" in text(reply.text)
    assert not re.search(r"[a-z2-7]{26}", text(reply.text))


def test_a_go_between_is_told_in_words_who_is_not_known_here(town: Installation, desk: Desk) -> None:
    hears(town, f"{MARKER} has a forge.", Mark.AMBER_STRICT)
    id = desk.begun()
    said = f"the family {MARKER}, by the weir"
    assert desk.write(id, meant_for=f"Duty Dean\n{said}").status_code == 303
    held = desk.notice(id)
    assert (held.meant_for, held.meant_words) == ((town.duty_officer,), (said,))
    page = desk.writer.get(f"/desk/notices/{id}/edit").text
    assert desk.form(id)["meant_for"] == f"Duty Dean\n{said}"
    ticks = picks(page, MARKER)
    assert ticks, "who hands it on reads the words, so they are held against stricter material"
    assert desk.write(id, then="strike", **ticks).status_code == 409
    assert desk.write(id, meant_for="the people by the weir", in_message="She has one telephone.").status_code == 303
    assert "To be handed on tothe people by the weir" in text(desk.deputy.get(f"/desk/notices/{id}").text)
    assert desk.act(desk.deputy, id, "approval", **desk.unasked(desk.deputy, id)).status_code == 303
    town.work()
    sent = "\n".join(line for one in town.paper.messages if one.kind == "notice" for line in one.lines)
    assert "It is meant for the people by the weir." in sent


def test_whose_stricter_material_it_rests_on_and_who_was_not_asked_is_named_to_its_approver_who_says_why(
    town: Installation, desk: Desk
) -> None:
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    hears(town, f"{HIDDEN} told us.", Mark.RED, (desk.wren,), source="A friend")
    id = desk.begun()
    page = text(desk.deputy.get(f"/desk/notices/{id}").text)
    assert "The neighbours was not put down: what came from there is stricter than the notice" in page
    assert "A friend" not in page  # the approver may not read it
    ticks = desk.unasked(desk.deputy, id)
    for less in ({}, {"unasked_why": "So."}, {**ticks, "unasked_why": " "}):
        assert desk.act(desk.deputy, id, "approval", **less).status_code == 409
    assert desk.notice(id).stage is NoticeStage.DRAFT
    assert desk.act(desk.deputy, id, "approval", **ticks).status_code == 303
    held = desk.notice(id)
    assert (held.unasked, held.unasked_why) == (("The neighbours",), "They sleep, and we cannot wait.")
    said = "Not asked: The neighbours. They sleep, and we cannot wait."
    assert said in text(desk.deputy.get(f"/desk/notices/{id}").text)
    assert "The neighbours" not in text(desk.low.get(f"/desk/notices/{id}").text)
    assert reconcile(town.store) == []


def test_the_case_does_not_say_of_a_draft_that_it_is_in_force(town: Installation) -> None:
    desk = Desk(town)
    id = desk.begun()
    page = text(desk.duty.get(f"/desk/cases/{town.threat}").text)
    assert "draft" in page
    assert "in force" not in page
    assert desk.act(desk.deputy, id, "approval").status_code == 303
    town.work()
    assert "in force" in text(desk.duty.get(f"/desk/cases/{town.threat}").text)
