"""Two desks exchange: a case goes to the neighbours no further than it may, and comes back as one voice, not two."""

import json
from pathlib import Path

from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.exchange.hand_out import Wish, hand_out
from tocsin.flow.exchange.take import Arrival, take_in
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.corroborate import origins
from tocsin.report.facts import Reliability, ReportReceived, SourceListed
from tocsin.report.state import Report
from tocsin.testing.town import Town
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.threat.state import Threat


def lists(town: Town, source: str) -> None:
    fact = SourceListed(
        subject=source, occurred_at=town.now, name=source.title(), source_kind="desk", reliability=Reliability.B
    )
    receive.list_source(town.house, fact, by="town", command=f"source:{source}", now=town.now)


def heard(town: Town, id: str, words: str, mark: Mark, relays: str | None = None) -> None:
    fact = ReportReceived(
        subject=id, occurred_at=town.now, source="ferry", title=words, text=words, mark=mark, relays=relays
    )
    receive.receive_report(town.house, fact, by="town", command=id, now=town.now)
    weigh.link_evidence(town.house, "bridge", id, Bearing.FOR, by="town", command=f"link:{id}", now=town.now)


def officer(town: Town) -> Reader:
    wren = town.person("Wren", roles=(Role.WATCH_OFFICER,))
    return Reader(person=town.id(wren), roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.AMBER_STRICT)


def take(town: Town, file: bytes, source: str, reader: Reader) -> list[str]:
    by = str(reader.person)
    command = f"take:{source}:{town.now}"
    found = take_in(town.house, Arrival(file=file, source=source), reader, by=by, command=command, now=town.now)
    return [fate.became.value for fate in found.fates]


def test_a_case_goes_to_the_neighbours_and_their_word_of_it_is_no_second_voice(town: Town, tmp_path: Path) -> None:
    """What the ferryman said reaches the next town graded and marked; what he whispered does not, nor who quotes it."""
    wren = officer(town)
    for source in ("ferry", "neighbours"):
        lists(town, source)
    opened = ThreatOpened(
        subject="bridge",
        occurred_at=town.now,
        title="The bridge",
        zone="Europe/Vienna",
        owner=str(wren.person),
        mark=Mark.GREEN,
    )
    weigh.open_threat(town.house, opened, by="town", command="open", now=town.now)
    heard(town, "said", "Somebody sawed at the bridge", Mark.GREEN)
    heard(town, "again", "They say somebody sawed at it", Mark.GREEN, relays="said")
    heard(town, "whispered", "It was the Quillwort brothers", Mark.AMBER)
    weigh.assess_threat(
        town.house, "bridge", likelihood=(0.55, 0.8), confidence=Confidence.LOW, grounds="We look at the Quillwort brothers.",
        why="Asked", reports=(), by=str(wren.person), command="assess", now=town.now,
    )  # fmt: skip
    wish = Wish(threat="bridge", mark=Mark.GREEN, whom="The neighbours")
    file = hand_out(town.house, "h1", wish, wren, by=str(wren.person), command="hand", now=town.now)
    assert b"sawed at the bridge" in file
    assert b"Quillwort" not in file

    with Town(tmp_path / "next") as there:
        lists(there, "millers")
        tern = officer(there)
        assert take(there, file, "millers", tern).count("report") == 3, "two reports, and the case as somebody's word"
        with there.house.store.look() as look:
            got = {one.title: one for one in look.all(Report)}
            assert look.all(Threat) == []
        two = [one for title, one in got.items() if "sawed" in title]
        assert {one.mark for one in two} == {Mark.GREEN}
        assert len(origins([one.id for one in two], {one.id: one for one in two})) == 1, "one ferryman"
        there.reconcile()

    town.pass_time(hours=1)
    assert set(take(town, file, "neighbours", wren)) <= {"ours", "kept"}
    with town.house.store.look() as look:
        assert len(look.all(Report)) == 3
    assert len(json.loads(file)["objects"]) > 5
