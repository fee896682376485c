"""What is confidential stays so: a word planted in everything RED is on no page of one who is not named, nor a count.

The pages of such a reader are compared whole, before and after, at the same moment: not one byte may tell.
"""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from tests.web.desk_case import READERS, Desk, alert, denied, incident, notice, open_case, people, report, sources
from tests.web.glanced import lists_show_what_pages_do
from tocsin.answer.facts import AnswerKind
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.basis.words import ENGLISH
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.flow.warning import warn
from tocsin.report.facts import IncidentNoted, IncidentPublished
from tocsin.store.door import Door
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.warning.notice.facts import DutyTest
from tocsin.web.desk import fill
from tocsin.web.desk.fill import incidents
from tocsin.web.desk.fill.reports import report_page
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View

WORD = "Quillwort"
UNNAMED = ("lindqvist", "adeyemi", "sorel", "temp")
PLANTED = ("notice", "refused", "whispered", "seen", "hidden")


def pages(desk: Desk, who: Id) -> dict[str, bytes]:
    """Return every page that the reader can ask for, as bytes."""
    shell = Shell(exercise=True, signed_in=who, role="", now=desk.moment, zone="UTC")
    found: dict[str, View | None] = {}
    checkpoint = desk.checkpoint()
    with desk.store.look() as look:
        door = Door(look, READERS[who])
        found["board"] = fill.watch_board(door, msgspec.structs.replace(shell, waiting=fill.waiting(door)), ENGLISH)
        found["cases"] = fill.cases_page(door, shell, ENGLISH)
        found["warnings"] = fill.warnings_page(door, shell, ENGLISH)
        found["outcomes"] = fill.outcomes_page(door, shell, ENGLISH)
        found["record"] = fill.record_page(door, shell, checkpoint=checkpoint)
        found["incidents"] = incidents.incidents_page(door, shell, ENGLISH)
        found["incident seen"] = incidents.incident_page(door, "seen", shell, ENGLISH)
        for looked_for in ("", "Whispered"):
            found[f"open {looked_for}"] = incidents.incident_page(
                door, "open", shell, ENGLISH, ["whispered"], looked_for
            )
            found[f"form {looked_for}"] = incidents.incident_form(door, ["whispered"], looked_for, shell, ENGLISH)
        for id in ("case", "alert", *PLANTED):
            found[f"case {id}"] = fill.case_page(door, id, shell, ENGLISH)
            found[f"warning {id}"] = fill.warning_page(door, id, shell, ENGLISH)
            found[f"report {id}"] = report_page(door, id, shell, ENGLISH)
            found[f"account {id}"] = fill.account_page(door, id, shell, ENGLISH)
    return {name: msgspec.json.encode(view) for name, view in found.items() if view is not None}


def plant(desk: Desk) -> None:
    """Write the word into everything that is RED, all within one moment, and let follow what follows."""
    begins = desk.moment
    notice(desk, word=WORD, ends=begins + timedelta(hours=48))
    denied(desk, word=WORD, ago=timedelta(0))
    desk.answer_by_link("notice", "host", AnswerKind.DISPUTED, f"We think not. {WORD}")
    desk.do(
        warn.decide_duty,
        "refused",
        "case",
        tell=False,
        test=DutyTest(),
        why=f"They cannot be told. {WORD}",
        ground_not_to="costs_a_life",
        proposer="marsh",
        by="brandt",
    )
    report(desk, "whispered", "partner", f"Whispered {WORD}", mark=Mark.RED, url=f"https://example.invalid/{WORD}")
    desk.do(weigh.link_evidence, "case", "whispered", Bearing.FOR)
    incident(desk, "seen", f"Seen {WORD}", desk.moment, "whispered", mark=Mark.RED, point=(55.0, 37.0))
    incident(desk, "told", f"Told {WORD}", desk.moment, "whispered", mark=Mark.RED)
    since = IncidentPublished(subject="told", occurred_at=desk.moment, by_host=True, reports=("whispered",))
    desk.do(receive.publish_incident, since)
    hidden(desk)


def hidden(desk: Desk) -> None:
    """Open a RED case, and judge it."""
    opened = ThreatOpened(
        subject="hidden",
        occurred_at=desk.moment,
        title=f"A second case {WORD}",
        zone="Europe/Moscow",
        owner="vale",
        targets=(WORD,),
        place=WORD,
        mark=Mark.RED,
    )
    desk.do(weigh.open_threat, opened)
    desk.do(
        weigh.assess_threat,
        "hidden",
        likelihood=(0.5, 0.6),
        confidence=Confidence.LOW,
        grounds=f"Said {WORD}",
        why=WORD,
        reports=("whispered",),
    )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("leaks"))
    people(desk)
    sources(desk)
    open_case(desk)
    alert(desk)
    desk.answer_by_link("alert", "staff-1", AnswerKind.SAFE)
    noted = IncidentNoted(subject="open", occurred_at=desk.moment, what="Seen by all", where="")
    desk.do(receive.note_incident, noted)
    desk.until(desk.moment + timedelta(hours=1))  # so that a last change by what is planted would show
    yield desk
    assert reconcile(desk.store) == []
    desk.store.close()


@pytest.fixture(scope="module")
def before(desk: Desk) -> dict[Id, dict[str, bytes]]:
    found = {who: pages(desk, who) for who in (*UNNAMED, "vale", "marsh")}
    plant(desk)
    return found


@pytest.mark.parametrize("who", UNNAMED)
def test_not_one_byte_changes_for_one_who_is_not_named(desk: Desk, before: dict[Id, dict[str, bytes]], who: Id) -> None:
    assert pages(desk, who) == before[who]


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("vale", {"case case", "warning notice", "case hidden", "cases", "board", "open ", "open Whispered"}),
        ("marsh", {"case case", "warning notice", "warning refused"}),  # who proposed it
        ("brandt", {"case case", "warning notice", "warning refused"}),
    ],
)
def test_the_named_read_it(desk: Desk, before: dict[Id, dict[str, bytes]], who: Id, where: set[str]) -> None:
    assert {name for name, raw in pages(desk, who).items() if WORD.encode() in raw} == where


def test_the_named_find_every_field_of_it(desk: Desk, before: dict[Id, dict[str, bytes]]) -> None:
    raw = pages(desk, "vale")["warning notice"].decode()
    for field in (
        "what",
        "where",
        "when",
        "who",
        "method",
        "not_known",
        "likelihood",
        "confidence",
        "action",
        "contact",
    ):
        assert f"{field} is told {WORD}" in raw
    for said in (
        f"The president {WORD}",
        f"These warnings are pressure. {WORD}",
        f"We think not. {WORD}",
        "None applies.",
    ):
        assert said in raw


@pytest.mark.usefixtures("before")
def test_a_list_shows_of_what_is_planted_what_its_page_does(desk: Desk) -> None:
    with desk.store.look() as look:
        shown = {who: lists_show_what_pages_do(Door(look, reader)) for who, reader in READERS.items()}
    assert (shown["vale"], shown["lindqvist"]) == (2, 1)


def test_counts_change_for_the_named_alone(desk: Desk, before: dict[Id, dict[str, bytes]]) -> None:
    assert pages(desk, "marsh")["board"] != before["marsh"]["board"]
    assert pages(desk, "vale")["record"] != before["vale"]["record"]


@pytest.mark.parametrize("who", UNNAMED)
def test_as_time_passes_and_calls_are_made_it_stays_so(desk: Desk, before: dict[Id, dict[str, bytes]], who: Id) -> None:
    desk.until(desk.moment + timedelta(hours=12))
    for name, raw in pages(desk, who).items():
        assert WORD.encode() not in raw, name
        for id in PLANTED:
            assert f'"/desk/warnings/{id}"'.encode() not in raw, name
            assert f'"/desk/cases/{id}"'.encode() not in raw, name
