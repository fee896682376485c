"""The page of outcomes asks for all judged cases at once, and says of each what its own page says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import cast

import pytest
from lxml import html

from tests.web.desk_case import READERS, Desk, through_march
from tests.web.installation import Browser, Installation
from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.basis.words import ENGLISH
from tocsin.outcome.facts import Course, OutcomeJudged, Verdict
from tocsin.store.door import Door
from tocsin.threat.joined import ThreatMerged, ThreatTookIn
from tocsin.web.desk.fill import outcomes
from tocsin.web.desk.fill.casefile import case_file
from tocsin.web.desk.fill.followed import first_answered
from tocsin.web.desk.fill.names import Names

CASES = 8


def compare(door: Door) -> int:
    """Hold what is gathered of all judged cases against each case gathered by itself; return how many there are."""
    gathered = {one.threat.id: one for one in outcomes._judged(door, ENGLISH)}
    for threat in door.threats():
        file = case_file(door, threat, Names(door), ENGLISH)
        assert (threat.id in gathered) == file.judged
        if (one := gathered.get(threat.id)) is not None:
            first = first_answered(file.sent)
            assert one.case == file.scored()
            assert one.answered_after == (first[0] if first else None)
    return len(gathered)


@pytest.fixture(name="march", scope="module")
def _march(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("march"))
    through_march(desk)
    yield desk
    desk.store.close()


@pytest.mark.parametrize("who", READERS)
def test_of_the_story_all_at_once_is_what_each_case_says(march: Desk, who: str) -> None:
    with march.store.look() as look:
        compare(Door(look, READERS[who]))


def judged(town: Installation, case: Id, n: int) -> OutcomeJudged:
    now = town.clock.now()
    return OutcomeJudged(
        subject=case, occurred_at=now, course=list(Course)[n % 3], time=Verdict.MATCH, place=Verdict.MATCH, target=Verdict.MATCH,
        actor=Verdict.MATCH, judge=town.duty_officer, why="It is known.", struck_at=now + timedelta(hours=n) if n % 3 == 0 else None,
    )  # fmt: skip


def answered(town: Installation, notice: Id, by: Id) -> AnswerRecorded:
    return AnswerRecorded(
        subject=town.store.new_id(), occurred_at=town.clock.now(), warning=notice, recipient=by, answer=AnswerKind.ACTING,
        heard=Heard.TELEPHONE, speaker="Moll", words="We stay.", recorder=town.watch_officer,
    )  # fmt: skip


@pytest.fixture(name="cases")
def _cases(town: Installation) -> list[Id]:
    """Return cases of every sort: with notices that some may not read, to one and to many, with alerts, answered or not, and judged."""
    crowd = tuple(town.person(f"Guest {n}") for n in range(14))
    found = []
    for n in range(CASES):
        vars(town).pop("threat", None)
        found.append(town.threat)
        town.clock.set(town.clock.now() + timedelta(hours=1))
        to = crowd if n == 2 else crowd[n : n + 1]
        mark, readers = (Mark.RED, (town.duty_officer,)) if n == 3 else (Mark.GREEN, ())
        notice = town.notice(mark=mark, recipients=to, readers=readers) if n != 1 else ""
        if n in (1, 4):
            town.alert(persons=crowd[:1])
        town.clock.set(town.clock.now() + timedelta(minutes=7 * n + 1))
        if n in (2, 3, 4, 5):
            town.commit(answered(town, notice, to[-1]), answered(town, notice, to[0]))
        if n != 6:
            town.commit(judged(town, found[-1], n))
    now, by = town.clock.now(), town.duty_officer
    town.commit(ThreatMerged(subject=found[6], occurred_at=now, into=found[0], by=by, why="The same."),
                ThreatTookIn(subject=found[0], occurred_at=now, other=found[6], by=by, why="The same."))  # fmt: skip
    return found


@pytest.mark.parametrize("mark", [Mark.CLEAR, Mark.AMBER])
def test_of_cases_of_every_sort_all_at_once_is_what_each_says(town: Installation, cases: list[Id], mark: Mark) -> None:
    readers = [
        Reader(person=one, roles=frozenset({Role.DUTY_OFFICER}), cleared_to=mark) for one in (town.duty_officer, "x")
    ]
    with town.store.look() as look:
        counts = [compare(Door(look, reader)) for reader in readers]
        second, first = (list(outcomes._judged(Door(look, one), ENGLISH)) for one in readers)
    assert counts == [len(cases) - 1 if mark is Mark.AMBER else 0] * 2
    if mark is Mark.AMBER:
        assert sum(one.answered_after is not None for one in first) < sum(
            one.answered_after is not None for one in second
        )


def test_the_judged_cases_are_listed_a_page_at_a_time(
    town: Installation, cases: list[Id], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "MOST", 3)
    assert browser.sign_in("duty").status_code == 303
    path, found, scores = "/desk/outcomes", [], set()
    while path:
        page = html.document_fromstring(browser.get(path).text)
        scores.add("".join(cast("list[str]", page.xpath("//dl[@class='figures']//text()"))))
        found.append([one.get("href", "").rpartition("/")[2] for one in page.findall(".//th[@scope='row']/a")])
        path = next(
            (one.get("href", "") for one in page.findall(".//nav[@class='in']/a") if one.get("rel") == "next"), ""
        )
    wanted = [cases[n] for n in (7, 5, 4, 3, 2, 1, 0)]
    assert found == [wanted[:3], wanted[3:6], wanted[6:]]
    assert len(scores) == 1, "the scores are of all, whatever the page"
    assert browser.get("/desk/outcomes?after=no-such-case").text == browser.get("/desk/outcomes").text
