"""What a report came with leaves with it again: as it came, each object no further than its own mark, and without the report not."""

import json
from typing import Any

import pytest

from tests.stix.objects import AT, bundle, id_of, one
from tests.web.desk_case import READERS, Desk, open_case, report
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.exchange.hand_out import Offer, Wish, hand_out, offer
from tocsin.flow.exchange.take import Arrival, take_in
from tocsin.flow.threat import weigh
from tocsin.report.foreign import ForeignObject
from tocsin.stix import check
from tocsin.stix.extensions import Grade, said_by
from tocsin.stix.model import Said
from tocsin.stix.tlp import IDS
from tocsin.threat.facts import Bearing, Confidence

LATER = "2024-03-08T18:00:00.000Z"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    open_case(desk, mark=Mark.GREEN)
    return desk


def green(kind: str, number: int = 1, mark: Mark | None = Mark.GREEN, **more: Any) -> Said:
    marks = [IDS[mark]] if mark else []
    return one(kind, number, object_marking_refs=[*marks, *more.pop("marks", ())] or None, **more)


def comes(desk: Desk, *objects: Said, source: Id = "partner", links: tuple[Said, ...] = (), **more: Any) -> None:
    """Take objects in, and link to the case those reports that are named."""
    desk.said += 1
    who = more.pop("who", "vale")
    arrival = Arrival(file=bundle(*objects), source=source, **more)
    found = take_in(desk.house, arrival, READERS[who], by=who, command=f"take:{desk.said}", now=desk.moment)
    reports = {fate.foreign_id: fate.report for fate in found.fates}
    for said in links:
        desk.do(weigh.link_evidence, "case", reports[said["id"]], Bearing.FOR)


def offered(desk: Desk, mark: Mark = Mark.GREEN, who: Id = "vale", to: tuple[Id, ...] = ()) -> Offer:
    with desk.store.look() as look:
        wish = Wish(threat="case", mark=mark, to=to, whom="The neighbours")
        return offer(desk.house, look, wish, READERS[who], "handing", desk.moment)


def out(made: Offer) -> dict[str, Said]:
    return {said["id"]: said for said in json.loads(made.file)["objects"]}


def told(*refs: Said, **more: Any) -> Said:
    about = [said["id"] for said in refs]
    return green("report", name="Heard at the mill", published=AT, object_refs=about, **more)


def tied(source: Said, target: Said, number: int = 1, **more: Any) -> Said:
    ends = {"source_ref": source["id"], "target_ref": target["id"]}
    return green("relationship", number, relationship_type="related-to", **ends, **more)


ACTOR = green("threat-actor", name="The Quillworts", aliases=["The brothers"], x_theirs={"deep": [1, 2.5]})
PLACE = green("location", name="The mill", latitude=48.2, longitude=16.4)
MAKER = green("identity", name="Next town", identity_class="organization")
PATTERN = green("indicator", pattern="[file:name = 'a']", pattern_type="stix", valid_from=AT)
PLAN = green("campaign", name="A plan against the mill")


def test_all_that_a_report_came_with_leaves_with_it_as_it_came(desk: Desk) -> None:
    statement = {"type": "marking-definition", "spec_version": "2.1", "id": id_of("marking-definition", 3), "created": AT,
                 "created_by_ref": MAKER["id"], "definition_type": "statement", "definition": {"statement": "© They"}}  # fmt: skip
    form = green("extension-definition", name="Bells", schema="{}", version="1.0",
                 extension_types=["property-extension"], created_by_ref=MAKER["id"])  # fmt: skip
    said = told(
        ACTOR, PLAN, PATTERN, marks=[statement["id"]], extensions={form["id"]: {"extension_type": "property-extension"}}
    )
    there = green("relationship", 3, relationship_type="located-at", source_ref=ACTOR["id"], target_ref=PLACE["id"])
    said["object_refs"].append(there["id"])
    tie = tied(PLAN, ACTOR, description="They say so")
    seen = green("sighting", sighting_of_ref=PLAN["id"], where_sighted_refs=[PLACE["id"]])
    group = green("grouping", context="suspicious-activity", object_refs=[said["id"], tie["id"]])
    other = green("threat-actor", 2, name="Somebody else", created_by_ref=MAKER["id"])
    whole = [MAKER, statement, form, said, ACTOR, PLAN, PATTERN, PLACE, there, tie, seen, group]
    comes(desk, *whole, other, tied(other, ACTOR, 2), links=(said,))
    made = offered(desk)
    found = out(made)
    assert [found.get(one["id"]) for one in whole] == whole
    assert other["id"] not in found, "nothing refers to it"
    assert check(made.file) == []
    listed = [one.item.title for one in made.chosen if one.item.kind == "came" and one.item.title]
    assert {"The Quillworts", "The mill", "Next town"} <= set(listed)


@pytest.mark.parametrize("way", ["by a report", "by a tie", "through another"])
def test_what_is_marked_stricter_stays_and_nothing_that_leaves_refers_to_it(desk: Desk, way: str) -> None:
    strict = {**ACTOR, "object_marking_refs": [IDS[Mark.AMBER]]}
    tie = tied(PLAN, strict)
    said = {"by a report": told(PLAN, strict), "by a tie": told(PLAN), "through another": told(PLAN, tie)}[way]
    other = {**told(strict), "id": id_of("report", 2), "name": "Heard elsewhere"}
    comes(desk, strict, PLAN, tie, said, other, links=(said, other))
    made = offered(desk)
    text = made.file.decode()
    assert strict["id"] not in text
    assert tie["id"] not in text
    assert other["id"] not in text
    assert (said["id"] in text) == (way == "by a tie")
    stays = {one.item.title: one.stays for one in made.chosen if one.stays}
    assert stays["The Quillworts"] is Stays.MARK
    assert stays.get("Heard at the mill") is (None if way == "by a tie" else Stays.RESTS), "and that is said"
    found = out(offered(desk, Mark.AMBER))
    assert [found.get(one["id"]) for one in (strict, PLAN, tie, said)] == [strict, PLAN, tie, said]


def test_what_nobody_marked_stays_by_the_mark_it_is_held_at_and_its_report_leaves(desk: Desk) -> None:
    maker = {name: value for name, value in MAKER.items() if name != "object_marking_refs"}
    said = told(created_by_ref=maker["id"])
    comes(desk, maker, said, links=(said,))
    found = out(offered(desk))
    assert found[said["id"]] == said
    assert maker["id"] not in found
    assert out(offered(desk, Mark.AMBER))[maker["id"]] == {**maker, "object_marking_refs": [IDS[Mark.AMBER]]}


def test_where_the_report_stays_nothing_tells_that_it_came(desk: Desk) -> None:
    before = offered(desk).file
    said = {**told(ACTOR, PLAN), "object_marking_refs": [IDS[Mark.AMBER]]}
    comes(desk, ACTOR, PLAN, tied(PLAN, ACTOR), said, links=(said,))
    assert offered(desk).file == before, "not one byte"
    assert not [one for one in offered(desk).chosen if one.item.kind == "came"]
    assert not [one for one in offered(desk, who="temp").chosen if one.item.title == "The Quillworts"]


def test_a_text_that_names_what_stays_is_held_back(desk: Desk) -> None:
    strict = {**ACTOR, "object_marking_refs": [IDS[Mark.AMBER]]}
    said = told(PLAN, strict)
    comes(desk, strict, PLAN, said, links=(said,))
    desk.do(weigh.assess_threat, "case", likelihood=(0.2, 0.3), confidence=Confidence.LOW,
            grounds="We look at the Quillworts.", why="", reports=())  # fmt: skip
    assert "quillworts" not in offered(desk).file.decode().lower()


def test_what_is_red_goes_to_its_readers_alone(desk: Desk) -> None:
    red = {**ACTOR, "object_marking_refs": [IDS[Mark.RED]]}
    said = told(red)
    comes(desk, red, said, links=(said,), readers=("brandt",))
    assert red["id"] in out(offered(desk, Mark.RED, to=("brandt",)))
    for to in [("host",), ("brandt", "host"), ()]:
        assert red["id"] not in offered(desk, Mark.RED, to=to).file.decode(), to
    made = offered(desk, Mark.RED, "lindqvist", to=("brandt",))
    assert red["id"] not in made.file.decode(), "they may not read it themselves"
    assert "The Quillworts" not in [one.item.title for one in made.chosen]


def test_of_what_two_sources_sent_the_newest_leaves_once(desk: Desk) -> None:
    newer = {**ACTOR, "name": "The Quillwort brothers", "modified": LATER}
    first, second = told(ACTOR), {**told(ACTOR), "id": id_of("report", 2)}
    comes(desk, newer, second, links=(second,))
    comes(desk, ACTOR, first, links=(first,), source="press")
    made = offered(desk)
    assert made.file.decode().count(f'"id":"{ACTOR["id"]}"') == 1
    assert out(made)[ACTOR["id"]] == newer


def test_nobody_else_says_a_word_in_our_name(desk: Desk) -> None:
    own = next(said for said in out(offered(desk)).values() if said["type"] == "campaign")
    posed = green(
        "campaign", name="Called off", created_by_ref=own["created_by_ref"], modified="2030-01-01T00:00:00.000Z"
    )
    posed["id"] = own["id"]
    said = told(posed)
    comes(desk, posed, said, links=(said,))
    assert out(offered(desk))[own["id"]] == own


def test_what_others_made_is_no_word_of_ours_when_somebody_else_sends_it_anew(desk: Desk) -> None:
    said = told(ACTOR)
    comes(desk, ACTOR, said, links=(said,))
    wish = Wish(threat="case", mark=Mark.GREEN, whom="All")
    hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="h", now=desk.moment)
    comes(desk, {**ACTOR, "name": "The Quillwort brothers", "modified": LATER}, source="press")
    with desk.store.look() as look:
        assert sorted(one.source for one in look.all(ForeignObject, foreign_id=ACTOR["id"])) == ["partner", "press"]


@pytest.mark.parametrize("mark", [Mark.GREEN, Mark.AMBER])
def test_by_what_a_voice_is_known_goes_no_further_than_what_it_said(desk: Desk, mark: Mark) -> None:
    grade = said_by(Grade(reliability="B", credibility="2", origin="Quillwort"))
    said = {**told(extensions=grade), "object_marking_refs": [IDS[mark]]}
    comes(desk, said, links=(said,))
    with desk.store.look() as look:
        [kept] = look.all(ForeignObject, foreign_id=said["id"])
    report(desk, "own", "press", "Told again", mark=Mark.GREEN, relays=kept.report)
    desk.do(weigh.link_evidence, "case", "own", Bearing.FOR)
    assert ("Quillwort" in offered(desk).file.decode()) == (mark is Mark.GREEN)
