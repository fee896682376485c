"""What a report, an incident or a case said before it was said anew stays as strict as it was: nobody who read it forgets it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.story.test_tear_lines import MARKER, flagged, hears, release, send, told, write
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.report import incidents
from tocsin.flow.threat import cases, weigh
from tocsin.flow.threat.joining import split_case
from tocsin.flow.warning import tear_line
from tocsin.report.facts import IncidentNoted, ReportRevised
from tocsin.testing.town import Town
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.threat.particulars import Particulars
from tocsin.warning.notice.facts import TearLine
from tocsin.warning.notice.state import Notice

__all__ = ["told"]

FIRST = f"{MARKER} told us: the bridge falls at noon"


def revises(town: Town, report: str, text: str, mark: Mark, readers: tuple[str, ...] = ()) -> None:
    """Have a source say a report anew, as its newer version in a bundle does."""
    said = ReportRevised(
        subject=town.id(report), occurred_at=town.now, title=text, text=text, published_at=None, url=None, language="en", claims=(),
        mark=mark, readers=tuple(town.id(one) for one in readers),
    )  # fmt: skip
    town.app.store.commit([said], at=town.now, by=town.watch_officer.id, command=town.name_next("revised"))


def seen(town: Town, name: str, who: str) -> list[str]:
    with town.app.store.look() as look:
        found = tear_line.seen_flags(look, tear_line.door_of(look, who), look.get(Notice, town.id(name)))
        return [one.text for one in found]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param(Mark.AMBER_STRICT, Mark.GREEN, id="it goes further now, without the word"),
        pytest.param(Mark.AMBER_STRICT, Mark.AMBER_STRICT, id="it goes as far, without the word"),
        pytest.param(Mark.GREEN, Mark.AMBER_STRICT, id="it goes less far now, without the word"),
    ],
)
def test_a_word_of_what_was_said_before_is_flagged(told: Town, first: Mark, then: Mark) -> None:
    hears(told, "The ferryman saw lanterns, and Quillwort", first)
    told.pass_time(minutes=5)
    revises(told, "The ferryman saw lanterns, and Quillwort", "The ferryman saw lanterns", then)
    write(told, "notice", "Lanterns, says Quillwort")
    assert "Quillwort" in flagged(told, "notice")
    assert ("Lanterns" in flagged(told, "notice")) == (then is Mark.AMBER_STRICT)
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice")


def test_what_its_source_says_openly_now_may_be_said(told: Town) -> None:
    hears(told, "Quillwort saw lanterns", Mark.AMBER_STRICT)
    told.pass_time(minutes=5)
    revises(told, "Quillwort saw lanterns", "Quillwort saw lanterns, and says so", Mark.GREEN)
    write(told, "notice", "Lanterns, says Quillwort")
    assert not flagged(told, "notice")
    send(told, "notice")


def test_each_of_several_versions_counts_though_they_came_in_one_file(told: Town) -> None:
    hears(told, "It is Quillwort", Mark.AMBER_STRICT)
    revises(told, "It is Quillwort", "It is Cloudberry", Mark.AMBER_STRICT)
    revises(told, "It is Quillwort", "It is somebody", Mark.GREEN)
    write(told, "notice", "Quillwort or Cloudberry, or somebody")
    assert flagged(told, "notice") == ["Quillwort", "Cloudberry"]


def test_only_who_may_read_what_was_said_before_sees_it_and_lets_its_words_stay(told: Town) -> None:
    first = "Quillwort saw lanterns"
    hears(told, first, Mark.RED, (told.duty_officer.name,))
    told.pass_time(minutes=5)
    revises(told, first, "There were lanterns", Mark.GREEN)
    write(told, "notice", "Lanterns, says Quillwort")
    assert seen(told, "notice", told.duty_officer.id) == ["Quillwort"]
    assert seen(told, "notice", told.watch_officer.id) == []
    [flag] = tear_flags(told, "notice")
    with pytest.raises(Refused, match="not flagged"):
        release(told, "notice", flag.key, by=told.watch_officer.id)
    release(told, "notice", flag.key)
    send(told, "notice")


def tear_flags(town: Town, name: str) -> tuple[Any, ...]:
    with town.app.store.look() as look:
        return tear_line.flags_in(look, look.get(Notice, town.id(name)))


def test_an_estimate_rests_on_what_a_report_said_when_it_was_made(told: Town) -> None:
    hears(told, FIRST, Mark.AMBER_STRICT)
    weighed(told, FIRST)
    told.pass_time(minutes=5)
    revises(told, FIRST, "The bridge may fall", Mark.GREEN)
    write(told, "notice", "The bridge may fall", tear_line=TearLine(what="The bridge may fall", likelihood="likely"))
    assert flagged(told, "notice") == ["likely"]
    told.pass_time(minutes=5)
    weighed(told, FIRST)
    assert flagged(told, "notice") == []


def test_what_somebody_wrote_of_an_estimate_frees_no_word_that_they_had_read_before(told: Town) -> None:
    hears(told, "It is Quillwort", Mark.AMBER_STRICT)
    weighed(told, "It is Quillwort", grounds="Quillwort is seldom wrong.")
    told.pass_time(minutes=5)
    revises(told, "It is Quillwort", "It is somebody", Mark.GREEN)
    write(told, "notice", "So says Quillwort")
    assert flagged(told, "notice") == ["Quillwort"]


def weighed(town: Town, report: str, grounds: str = "They were right before.") -> None:
    weigh.assess_threat(
        town.house, town.id(town.case()), likelihood=(0.6, 0.7), confidence=Confidence.LOW, grounds=grounds, why="Asked",
        reports=(town.id(report),), by=town.watch_officer.id, command=town.name_next("assess"), now=town.now,
    )  # fmt: skip


def test_a_word_that_was_taken_out_of_an_incident_is_flagged(told: Town) -> None:
    def happened(what: str, mark: Mark) -> IncidentNoted:
        return IncidentNoted(subject=told.id("fire"), occurred_at=told.now, what=what, where="The mill", mark=mark)

    reader = Reader(person=told.watch_officer.id, roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.AMBER_STRICT)
    said: dict[str, Any] = {"by": told.watch_officer.id, "now": told.now}
    fire = happened("A fire that Quillwort lit", Mark.AMBER_STRICT)
    incidents.note(told.house, fire, reader, command="note", **said)
    told.bears_on_the_case("fire")
    incidents.correct(
        told.house, happened("A fire", Mark.GREEN), "Nobody knows who lit it.", reader, command="correct", **said
    )
    write(told, "notice", "There was a fire, says Quillwort")
    assert flagged(told, "notice") == ["Quillwort"]


def test_a_word_that_another_wrote_over_at_a_strict_case_is_flagged(told: Town) -> None:
    case, said = told.id("the secret meeting"), dict[str, Any](by=told.duty_officer.id)
    opened = ThreatOpened(
        subject=case, occurred_at=told.now, title="Quillwort meets somebody", zone="UTC", owner=told.duty_officer.id,
        mark=Mark.AMBER_STRICT, next_step="Ask Greengage", next_by=told.now + timedelta(hours=1),
    )  # fmt: skip
    told.app.store.commit([opened], at=told.now, command="opened", **said)
    hears(told, "There is smoke", Mark.AMBER_STRICT)
    weigh.link_evidence(
        told.house,
        case,
        told.id("There is smoke"),
        Bearing.FOR,
        why="Cloudberry said so",
        command="link",
        now=told.now,
        **said,
    )
    weigh.unlink_evidence(
        told.house, case, told.id("There is smoke"), why="He did not.", command="unlink", now=told.now, **said
    )
    cases.describe_case(
        told.house, case, title="A meeting", targets=(), host=None, begins=None, ends=None, particulars=Particulars(), why="Less is more.",
        command="describe", now=told.now, **said,
    )  # fmt: skip
    cases.set_next_step(
        told.house,
        case,
        "Wait",
        owner=told.duty_officer.id,
        by_when=told.now + timedelta(hours=1),
        done="",
        command="step",
        now=told.now,
        **said,
    )
    write(told, "notice", "Somebody meets Quillwort, Greengage and Cloudberry", threat=case)
    assert {"Quillwort", "Greengage", "Cloudberry"} <= set(flagged(told, "notice"))


def test_a_word_of_the_case_that_a_case_was_split_off_is_flagged(told: Town) -> None:
    case, off, said = told.id("the secret meeting"), told.id("another"), dict[str, Any](by=told.duty_officer.id)
    opened = ThreatOpened(
        subject=case, occurred_at=told.now, title="Quillwort meets somebody", zone="UTC", owner=told.duty_officer.id,
        mark=Mark.AMBER_STRICT,
    )  # fmt: skip
    told.app.store.commit([opened], at=told.now, command="opened", **said)
    for one in ("There is smoke", "There is dust"):
        hears(told, one, Mark.GREEN)
        weigh.link_evidence(told.house, case, told.id(one), Bearing.FOR, command=f"link {one}", now=told.now, **said)
    apart = ThreatOpened(subject=off, occurred_at=told.now, title="A meeting", zone="UTC", owner=told.duty_officer.id)
    split_case(
        told.house, case, apart, [told.id("There is smoke")], "Two plans.", command="split", now=told.now, **said
    )
    write(told, "notice", "Quillwort meets somebody, and there is smoke", threat=off)
    assert "Quillwort" in flagged(told, "notice")
