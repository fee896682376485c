"""Measures every page of the desk over a long history, as a duty officer asks for them: the first look and those after it.

    python benchmarks/pages.py [--cases 10000] [--reports 100000] [--times 5] [--data DIR]

A tenth of the cases, the latest, has been worked on: ten reports each, an estimate, a duty to warn, a notice that went out and was answered, and,
of every other one, what became of it. Twenty thousand incidents, fifty alerts that went out and fifty drafts of each kind stand
beside them. What is measured is the server's part, of the processor: the request taken in, the page found out, filled and drawn.

DIR: where the history is kept for the next time; otherwise it is made anew, in a directory that is removed. Prints one JSON value,
the slowest page first: how long the first look took, the median of some more, and how large the page is.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any
from urllib.parse import urlencode

import msgspec
from argon2 import PasswordHasher

from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.basis.fact import Fact
from tocsin.basis.marking import Mark
from tocsin.flow.warning import statement
from tocsin.outcome.facts import Course, OutcomeJudged, Verdict
from tocsin.people.facts import SignInSet
from tocsin.report.facts import Claim, IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.testing.town import Town
from tocsin.testing.town.place import Memory
from tocsin.threat.facts import ActorListed, Bearing, Confidence, EvidenceLinked, ThreatAssessed, ThreatOpened
from tocsin.threat.particulars import Particulars, TargetClass, Where
from tocsin.warning.alert.facts import Area
from tocsin.warning.alert.writing.facts import AlertWritten, Contents, Piece
from tocsin.warning.duty.facts import DutyAnswered, DutyDelivered, DutyEnded, DutyOpened, DutyServed, DutyTaken, Ended
from tocsin.warning.duty.side import Side
from tocsin.warning.notice.facts import DutyDecided, DutyTest, NoticeApproved, NoticeDrafted, NoticeSent, TearLine
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.web.site import Site

WORDS = "water over the mill lane"
AT_ONCE = 500
DRAFTS = 50
WAITING = 4_000  # facts for the next seal
OWED = 20  # duties at which something is still owed
SHOWN = 4  # of cases and the rest: one that was worked on, and not judged
EVERY = timedelta(minutes=10)
PATIENCE = timedelta(hours=2)

PAGES = (
    "", "/cases", "/cases/new", "/warnings", "/alerts", "/advisories", "/advisories/new", "/advisories/countries/RU", "/statements",
    "/statements/new", "/notices", "/templates", "/headcounts", "/duties", "/incidents", "/incidents/new", "/policies", "/exchange",
    "/others", "/replies", "/record", "/outcomes", "/checks", "/cases/case{n}", "/cases/case{n}/about", "/cases/case{n}/estimate",
    "/cases/case{n}/work", "/cases/case{n}/duties", "/cases/case{n}/handing-out", "/cases/case{n}/hypotheses/who",
    "/incidents/incident{n}", "/incidents/incident{n}/anew", "/reports/report{n}", "/warnings/notice{n}", "/warnings/notice{n}/audience",
    "/warnings/notice{n}/deliveries", "/warnings/notice{n}/going", "/notices/draft1", "/notices/draft1/edit",
    "/notices/new?case=case{n}", "/alerts/written1", "/alerts/written1/edit", "/statements/drafts/statement1",
)  # fmt: skip


def main() -> None:
    """Make a history, measure, and print what came of it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--reports", type=int, default=100_000)
    asked.add_argument("--times", type=int, default=5)
    asked.add_argument("--data", type=Path)
    given = asked.parse_args()
    with ExitStack() as stack:
        data = given.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-pages-")))
        data.mkdir(parents=True, exist_ok=True)
        kept = data / "town.json"
        memory = msgspec.json.decode(kept.read_bytes(), type=Memory) if kept.exists() else None
        town = stack.enter_context(Town(data / "town", memory=memory))
        if memory is None:
            _fill(town, given.cases, given.reports)
            kept.write_bytes(msgspec.json.encode(town.memory))
        site = Site(town.app)
        stack.callback(site.close)
        site.make_ready()
        found = asyncio.run(_pages(site, given.times))
        slowest = sorted(found.items(), key=lambda one: -one[1]["again_ms"])
        print(json.dumps({"load": round(os.getloadavg()[0], 1), "pages": dict(slowest)}, indent=1))


def _fill(town: Town, cases: int, reports: int) -> None:
    for name in ("the miller", "the mayor"):
        town.person(name)
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(WORDS)
    sign_in = SignInSet(subject=town.duty_officer.id, occurred_at=town.now, sign_in="duty", secret_hash=hashed)
    _commit(town, "desk", [sign_in, *_names(town)])
    _lay(town, "cases", [_case(town, n) for n in range(cases)])
    _lay(town, "incidents", [_incident(town, n) for n in range(cases * 2)])
    _lay(town, "reports", [_report(town, n) for n in range(reports)])
    _seal(town)
    worked = range(cases // 10)
    _lay(town, "worked", [fact for n in worked for fact in _worked(town, n, n * 10 % reports, judged=bool(n % 2))])
    town.work()
    _lay(town, "answers", [_answer(town, n) for n in worked if n % 10])
    _lay(town, "drafts", [fact for n in range(DRAFTS) for fact in _drafts(town, n)])
    for n in range(DRAFTS):
        town.duty_officer.issues_alert(headline=f"Keep off bridge {n}", threat=f"case{2 * n}")
        _say(town, n)
    town.work()
    print(f"filled: {process_time():.0f} s", file=sys.stderr)


def _lay(town: Town, what: str, facts: Sequence[Fact]) -> None:
    for start in range(0, len(facts), AT_ONCE):
        _commit(town, f"{what}:{start}", facts[start : start + AT_ONCE])
    print(f"{what}: {process_time():.0f} s", file=sys.stderr)


def _seal(town: Town) -> None:
    """Let the hours pass in which all but some facts are sealed, and nothing else happens."""
    for _ in range(1_000):
        with town.app.store.look() as look:
            if look.unsealed() <= WAITING:
                return
        town.clock.set(town.now + timedelta(hours=1))
        town.app.store.seal(town.now)


def _commit(town: Town, command: str, facts: Sequence[Fact]) -> None:
    town.app.store.commit(facts, at=town.now, by=town.watch_officer.id, command=command)


def _names(town: Town) -> Iterator[Fact]:
    for n in range(50):
        yield ActorListed(subject=f"actor{n}", occurred_at=town.now, name=f"Group {n}")
        yield SourceListed(
            subject=f"source{n}",
            occurred_at=town.now,
            name=f"Press {n}",
            source_kind="press",
            reliability=Reliability.C,
        )


def _case(town: Town, n: int) -> Fact:
    lat, lon = -60 + n * 0.61803 % 120, -180 + n * 2.61803 % 360
    return ThreatOpened(
        subject=f"case{n}",
        occurred_at=town.now - EVERY * (n + 1),
        title=f"Case {n}",
        zone="UTC",
        owner=town.duty_officer.id,
        actors=(f"actor{n % 50}",),
        targets=(("Concerts", "The embassy", "A hotel", "The bridge")[n % 4],),
        particulars=Particulars(
            target_classes=(list(TargetClass)[n % len(TargetClass)],),
            places=(Where(name=f"Town {n}", country=("RU", "IR", "ZA", "FR", "KE")[n % 5], circle=(lat, lon, 20.0)),),
        ),
    )


def _incident(town: Town, n: int) -> Fact:
    return IncidentNoted(
        subject=f"incident{n}",
        occurred_at=town.now - EVERY * (40_000 - n),
        what="A cell is stopped before it could attack a concert",
        where=f"Town {n}",
        point=(55.75, 37.62),
        actor=f"Group {n % 50}",
        published_at=town.now,
        country="RU",
    )


def _report(town: Town, n: int) -> Fact:
    return ReportReceived(
        subject=f"report{n}",
        occurred_at=town.now - EVERY * (100_000 - n) / 5,
        source=f"source{n % 50}",
        title=f"Report {n} of Town {n % 997}",
        text=f"Somebody saw {n % 89} people near bridge {n % 997}, and said so to the press. They left after an hour. "
        * 3,
        claims=(Claim(text=f"There were {n % 89} people near bridge {n % 997}."),),
        mark=Mark.CLEAR if n % 20 else Mark.AMBER,
        relays=f"report{n - 1}" if n % 4 else None,
    )


def _worked(town: Town, n: int, first: int, *, judged: bool) -> Iterator[Fact]:
    """Yield what was done about a case: to the notice, and to what became of it."""
    now, case, duty = town.now, f"case{n}", town.duty_officer.id
    for at in range(10):
        yield EvidenceLinked(
            subject=case, occurred_at=now, item=f"report{first + at}", item_kind="report", bearing=Bearing.FOR
        )
    yield ThreatAssessed(
        subject=case, occurred_at=now, likelihood=(0.2 + n % 5 / 10, 0.4 + n % 5 / 10), confidence=Confidence.MODERATE,
        grounds="Two who do not repeat each other.", why="New reports.", assessor=duty,
    )  # fmt: skip
    yield DutyOpened(
        subject=f"duty{n}", occurred_at=now, threat=case, side=Side.VICTIM, author=duty, owner=duty, ladder=town.ladder(PATIENCE),
        decide_by=now + PATIENCE, deliver_by=now + 2 * PATIENCE, decide_s=7_200, deliver_s=14_400, whom=(town.id("the miller"),), exercise=True,
    )  # fmt: skip
    yield DutyTaken(subject=f"duty{n}", occurred_at=now, decider=duty, why="They are in danger.")
    if n >= OWED:
        yield DutyServed(subject=f"duty{n}", occurred_at=now, warning=f"notice{n}")
        yield DutyDelivered(subject=f"duty{n}", occurred_at=now, warning=f"notice{n}")
        yield DutyAnswered(subject=f"duty{n}", occurred_at=now, answer=AnswerKind.ACTING.value)
        yield DutyEnded(subject=f"duty{n}", occurred_at=now, how=Ended.PASSED, decider=duty, why="It is over.")
    yield from _notice(town, f"notice{n}", case, f"duty{n}")
    yield NoticeApproved(subject=f"notice{n}", occurred_at=now, approver=duty)
    yield NoticeSent(subject=f"notice{n}", occurred_at=now)
    if judged:
        verdicts = dict.fromkeys(("time", "place", "target", "actor"), Verdict.MATCH)
        yield OutcomeJudged(
            subject=case, occurred_at=now, course=(Course.CARRIED_OUT, Course.DISRUPTED, Course.NOTHING)[n % 3], judge=duty,
            why="It is known.", struck_at=now if n % 3 == 0 else None, **verdicts,
        )  # fmt: skip


def _notice(town: Town, id: str, case: str, duty: str | None) -> Iterator[Fact]:
    now, officer = town.now, town.duty_officer.id
    yield DutyDecided(
        subject=id,
        occurred_at=now,
        threat=case,
        decider=officer,
        tell=True,
        test=DutyTest(),
        why="In danger.",
        duty=duty,
    )
    yield NoticeDrafted(
        subject=id, occurred_at=now, threat=case, author=town.watch_officer.id, recipients=(town.id("the miller"),),
        tear_line=TearLine(what="An attack at 19:30.", where="The hall", action="Stay at home."), mark=Mark.GREEN, readers=(),
        begins=now, ends=now + timedelta(hours=48), ladder=town.ladder(PATIENCE), exercise=True,
    )  # fmt: skip


def _answer(town: Town, n: int) -> Fact:
    return AnswerRecorded(
        subject=f"answer{n}", occurred_at=town.now, warning=f"notice{n}", recipient=town.id("the miller"), answer=AnswerKind.ACTING,
        heard=Heard.TELEPHONE, speaker="the miller", words="We stay at home.", recorder=town.watch_officer.id,
    )  # fmt: skip


def _drafts(town: Town, n: int) -> Iterator[Fact]:
    now, officer, case = town.now, town.watch_officer.id, f"case{2 * n}"
    piece = Piece(language="en", headline=f"Keep off bridge {n}", event="Bridge", instruction="Go round by the ford.")
    contents = Contents(
        pieces=(piece,), areas=(Area(name="The town", circle=(51.0, 4.0, 10.0)),), sender="bell@town.example", sender_name="The town",
        begins=now, ends=now + timedelta(hours=48), ladder=town.ladder(PATIENCE), exercise=True,
    )  # fmt: skip
    yield AlertWritten(subject=f"written{n}", occurred_at=now, author=officer, contents=contents, threat=case)
    yield from _notice(town, f"draft{n}", case, None)


def _say(town: Town, n: int) -> None:
    said = StatementDrafted(
        subject=f"statement{n}", occurred_at=town.now, statement_kind=StatementKind.POSITION, title=f"On bridge {n}", text="We stay.",
        author=town.watch_officer.id, threat=f"case{2 * n}", exercise=True,
    )  # fmt: skip
    statement.draft_statement(town.house, said, by=said.author, command=f"statement:{n}", now=town.now)


async def _pages(site: Site, times: int) -> dict[str, dict[str, float]]:
    cookies = await _signed_in(site)
    found = {}
    for name in PAGES:
        path, took, page = "/desk" + name.format(n=SHOWN), [], b""
        for _ in range(times + 1):
            begun = process_time()
            status, _headers, page = await _ask(site, "GET", path, cookies)
            took.append((process_time() - begun) * 1_000)
            if status != 200:
                raise SystemExit(f"{path}: {status}")
        found[path] = {"first_ms": round(took[0]), "again_ms": round(median(took[1:]), 1), "bytes": len(page)}
    return found


async def _signed_in(site: Site) -> str:
    _, headers, page = await _ask(site, "GET", "/desk/sign-in", "")
    token = re.search(rb'name="_csrf_token" value="([^"]+)"', page)
    form = {"_csrf_token": token[1].decode() if token else "", "name": "duty", "password": WORDS}
    cookies = _cookies(headers)
    status, headers, _ = await _ask(site, "POST", "/desk/sign-in", cookies, urlencode(form).encode())
    if status != 303:
        raise SystemExit(f"Nobody was let in: {status}.")
    return "; ".join(filter(None, (cookies, _cookies(headers))))


def _cookies(headers: Sequence[tuple[bytes, bytes]]) -> str:
    return "; ".join(value.decode().partition(";")[0] for name, value in headers if name.lower() == b"set-cookie")


async def _ask(
    site: Site, method: str, path: str, cookies: str, body: bytes = b""
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    said: list[dict[str, Any]] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    address, _, query = path.partition("?")
    headers = [(b"host", b"town.example"), (b"content-type", b"application/x-www-form-urlencoded"),
               (b"content-length", str(len(body)).encode()), (b"cookie", cookies.encode()),
               (b"origin", b"http://town.example"), (b"sec-fetch-site", b"same-origin")]  # fmt: skip
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": address,
        "raw_path": address.encode(), "query_string": query.encode(), "root_path": "", "scheme": "http", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("town.example", 80), "state": {}, "extensions": {},
    }  # fmt: skip
    await site(scope, receive, send)
    return said[0]["status"], list(said[0]["headers"]), b"".join(one.get("body", b"") for one in said[1:])


if __name__ == "__main__":
    main()
