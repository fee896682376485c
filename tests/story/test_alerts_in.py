"""Others' alerts come in by feeds, and are kept as theirs: what is in force is asked at any moment, and nothing of ours follows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cap import alerts as theirs
from tests.publisher import Asked, Page, Publisher, publisher
from tests.store.test_chains import later
from tocsin.cap import MsgType, write
from tocsin.flow.others.inlets import add_inlet, change_inlet, inlet_named
from tocsin.report.inlet import InletKind, InletTerms
from tocsin.store import inlets, strangers
from tocsin.store.strangers import Stranger
from tocsin.testing.town import Town
from tocsin.web.public import feeds
from tocsin.web.public.fill import messages_of

FLOOD = theirs.ALERT
UPDATE = later(MsgType.UPDATE, FLOOD, hours=1)
CANCEL = later(MsgType.CANCEL, UPDATE, hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture(name="met")
def _met() -> Iterator[Publisher]:
    with publisher() as found:
        yield found


def follows(town: Town, met: Publisher, name: str = "met", **terms: Any) -> None:
    said = InletTerms(name=name, publisher="Met Office", kind=InletKind.FEED, address=f"{met.url}/feed", **terms)
    add_inlet(town.house, said, by="console", command=f"follow {name}", now=town.now)


def asks(town: Town, minutes: float = 0) -> None:
    town.pass_time(minutes=minutes)
    town.app.poller.visit_due()


def in_force(town: Town, hours: float = 1) -> list[Stranger]:
    with town.app.store.look() as look:
        return strangers.in_force(look.connection, FLOOD.sent + timedelta(hours=hours))[1]


def named(town: Town, hours: float = 1) -> list[str]:
    return [one.standing.identifier for one in in_force(town, hours)]


def stands(town: Town, name: str = "met") -> inlets.InletStands:
    with town.app.store.look() as look:
        return inlets.stands(look.connection, inlet_named(look, name).id)


def test_what_a_feed_links_to_is_kept_as_theirs_and_makes_nothing_of_ours(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    follows(town, met)
    with town.app.store.look() as look:
        before = look.journal_size()
    asks(town)
    (one,) = in_force(town)
    assert (one.standing.identifier, one.gists[0].headline) == (FLOOD.identifier, FLOOD.infos[0].headline)
    with town.app.store.look() as look:
        assert look.journal_size() == before, "whatever comes in, no fact of ours follows"


def test_a_chain_that_comes_out_of_order_ends_as_it_says(town: Town, met: Publisher) -> None:
    follows(town, met)
    for seen, left in (((CANCEL,), []), ((CANCEL, FLOOD), [FLOOD.identifier]), ((CANCEL, FLOOD, UPDATE), [])):
        met.publishes(*seen)
        asks(town, minutes=2)
        assert named(town, 3) == left
    assert named(town, 0.5) == [FLOOD.identifier]
    assert named(town, 1.5) == [UPDATE.identifier]


def test_what_has_vanished_from_a_feed_is_in_force_still_and_that_is_said(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    follows(town, met)
    asks(town)
    met.publishes()
    asks(town, minutes=2)
    (one,) = in_force(town)
    assert one.vanished == town.now
    met.publishes(FLOOD)
    asks(town, minutes=2)
    assert in_force(town)[0].vanished is None


def test_an_alert_is_fetched_once_and_a_feed_is_asked_whether_anything_changed(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    feed = met.pages["/feed"]
    assert isinstance(feed, Page)

    def unchanged(asked: Asked) -> Page:
        return Page(b"", 304) if asked.heads.get("If-None-Match") == '"one"' else feed._replace(heads={"ETag": '"one"'})

    met.pages["/feed"] = unchanged
    follows(town, met)
    for _ in range(4):
        asks(town, minutes=2)
    assert met.paths().count(f"/{FLOOD.identifier}.cap") == 1
    assert met.paths().count("/feed") == 4
    assert [one.heads.get("If-None-Match") for one in met.asked if one.path == "/feed"] == [None, *['"one"'] * 3]
    assert stands(town).quiet == 3


def test_a_server_that_asks_for_time_gets_it_and_one_that_fails_is_asked_less_and_less(
    town: Town, met: Publisher
) -> None:
    met.says("/feed", "later", 429, Retry_After="1800")
    follows(town, met)
    asks(town)
    assert "429" in stands(town).trouble
    asks(town, minutes=29)
    assert met.paths() == ["/feed"]
    met.says("/feed", "oh", 500)
    asks(town, minutes=2)
    assert (len(met.asked), stands(town).failures) == (2, 2)
    waits = []
    for _ in range(6):
        due = stands(town).due
        assert due is not None
        waits.append(due - town.now)
        town.pass_time(minutes=waits[-1] / MINUTE + 0.01)
        town.app.poller.visit_due()
    assert waits == sorted(waits)
    assert waits[-1] <= timedelta(hours=1.25)
    met.publishes(FLOOD)
    asks(town, minutes=90)
    assert (stands(town).failures, stands(town).trouble, named(town)) == (0, "", [FLOOD.identifier])


def test_one_that_fails_delays_no_other(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    follows(town, met)
    gone = InletTerms(name="gone", publisher="X", kind=InletKind.FEED, address="http://127.0.0.1:1/feed")
    add_inlet(town.house, gone, by="console", command="gone", now=town.now)
    asks(town)
    assert named(town) == [FLOOD.identifier]
    assert stands(town, "gone").failures == 1


def test_whom_an_inlet_does_not_take_is_refused_and_taken_once_it_does(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    follows(town, met, senders=("somebody@else.example",))
    asks(town)
    assert named(town) == []
    with town.app.store.look() as look:
        one = inlet_named(look, "met")
        (refusal,) = inlets.refusals(look.connection, one.id, 5)
    assert "sender" in refusal.why
    terms = replace(one.terms, senders=(FLOOD.sender,))
    change_inlet(town.house, one.id, terms, by="console", command="wider", now=town.now)
    asks(town, minutes=1)
    assert named(town) == [FLOOD.identifier]


def test_one_that_is_off_asks_nobody(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    follows(town, met, is_on=False)
    asks(town, minutes=5)
    assert met.asked == []


RSS = """<rss version="2.0"><channel><title>x</title><link>{url}</link><item><title>Flood</title><link>{url}/a.cap</link>
<pubDate>Thu, 07 Mar 2024 18:00:00 GMT</pubDate></item></channel></rss>"""
NWS = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.1"><entry><id>{url}/a.cap</id>
<updated>2024-03-07T18:00:00Z</updated><link href="{url}/a.cap"/><cap:event>Flood</cap:event><cap:polygon/></entry></feed>"""
RELATIVE = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:x:1</id><link href="page.html" type="text/html"/>
<link href="a.cap" type="application/cap+xml"/></entry></feed>"""
EDXL = """<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0"><contentObject><xmlContent><embeddedXMLContent>
{alert}</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>"""
WITHIN = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><content type="text/xml">{alert}</content></entry></feed>"""


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(RSS, id="RSS 2.0"),
        pytest.param(NWS, id="a CAP index"),
        pytest.param(RELATIVE, id="Atom with relative links"),
        pytest.param(EDXL, id="EDXL-DE"),
        pytest.param(WITHIN, id="Atom with the alert in it"),
        pytest.param("<alerts>{alert}</alerts>", id="a list of alerts"),
        pytest.param("{alert}", id="the alert itself"),
    ],
)
def test_whatever_a_feed_is_written_in_it_is_read(town: Town, met: Publisher, said: str) -> None:
    alert = write(FLOOD).decode().partition("?>")[2]
    met.says("/a.cap", write(FLOOD))
    met.says("/feed", said.replace("{url}", met.url).replace("{alert}", alert))
    follows(town, met)
    for _ in range(3):
        asks(town, minutes=2)
    assert named(town) == [FLOOD.identifier]
    assert (stands(town).kept, stands(town).refused, stands(town).trouble) == (1, 0, "")
    assert met.paths().count("/a.cap") <= 1


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        pytest.param(b"<html><p>Sorry</html>", "no feed", id="a page that says sorry"),
        pytest.param(b"<html><p>Sorry</p></html>", "neither a feed nor an alert", id="one that is well-formed"),
        pytest.param(b'<!DOCTYPE x [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom"/>', "DOCTYPE", id="a DOCTYPE"),
        pytest.param(b"", "no feed", id="nothing"),
        pytest.param(b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>', "not well-formed", id="one that breaks off"),
    ],
)  # fmt: skip
def test_what_is_no_feed_empties_none(town: Town, met: Publisher, said: bytes, trouble: str) -> None:
    met.publishes(FLOOD)
    follows(town, met)
    asks(town)
    met.says("/feed", said)
    asks(town, minutes=2)
    assert trouble in stands(town).trouble
    (one,) = in_force(town)
    assert one.vanished is None


def test_an_alert_that_cannot_be_had_is_asked_for_again_and_given_up_at_last(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    met.atom(f"{met.url}/{FLOOD.identifier}.cap", f"{met.url}/none.cap", f"{met.url}/page.cap")
    met.says("/page.cap", "<html/>")
    follows(town, met)
    for _ in range(12):
        asks(town, minutes=30)
    assert named(town) == [FLOOD.identifier]
    assert (met.paths().count("/none.cap"), met.paths().count("/page.cap")) == (3, 1)
    with town.app.store.look() as look:
        whys = [one.why for one in inlets.refusals(look.connection, inlet_named(look, "met").id, 9)]
    assert len(whys) == 2
    assert any("404" in why for why in whys)


def test_many_are_fetched_a_few_at_a_time_and_a_busy_host_is_left_alone(town: Town, met: Publisher) -> None:
    many = [replace(FLOOD, identifier=f"flood-{n}") for n in range(40)]
    met.publishes(*many)
    follows(town, met)
    asks(town)
    assert len(named(town)) == 40
    assert met.most_at_once <= 4
    more = [replace(FLOOD, identifier=f"more-{n}") for n in range(40)]
    met.publishes(*many, *more)
    for one in more:
        met.says(f"/{one.identifier}.cap", "busy", 503, Retry_After="600")
    met.asked.clear()
    asks(town, minutes=2)
    assert len([path for path in met.paths() if path.startswith("/more")]) <= 4
    met.asked.clear()
    asks(town, minutes=5)
    assert not [path for path in met.paths() if path.startswith("/more")]
    met.publishes(*many, *more)
    asks(town, minutes=10)
    assert len(named(town)) == 80


def test_two_feeds_may_bring_the_same_alert_and_either_may_bring_its_cancel(town: Town, met: Publisher) -> None:
    met.publishes(FLOOD)
    follows(town, met)
    asks(town)
    met.publishes(FLOOD, later(MsgType.CANCEL, FLOOD), path="/second")
    second = InletTerms(name="second", publisher="A bureau", kind=InletKind.FEED, address=f"{met.url}/second")
    add_inlet(town.house, second, by="console", command="second", now=town.now)
    town.app.poller.visit_due()
    assert len(in_force(town, 0.5)[0].ways) == 2
    assert named(town, 2) == [], "both came by the second, though the first alert came by the first before"


def test_a_feed_of_another_tocsin_is_read(town: Town, met: Publisher) -> None:
    """What one installation publishes is what another takes in."""
    town.person("Ann")
    town.duty_officer.issues_alert(to=["Ann"])
    with town.app.public.look() as look:
        frame = feeds.Frame(base_url=met.url, organisation="Mill Town", words=town.app.language("en"))
        feed = feeds.cap_index(look, frame, town.now)
        (alert,) = look.alerts()
    met.says("/feed", feed.body)
    for path, message in messages_of(alert):
        met.says(path, message.cap)
    follows(town, met)
    asks(town)
    assert (stands(town).trouble, stands(town).kept) == ("", 1)
    with town.app.store.look() as look:
        (one,) = strangers.in_force(look.connection, town.now)[1]
    assert one.gists[0].headline == alert.wordings[0].headline
