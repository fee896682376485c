"""What others sent: kept whole, marks obeyed, the same again changes nothing, and no case changes by it."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tests.corpus import corpus
from tests.stix.objects import AT, CAMPAIGN, EVERYTHING, NOTE, REPORT, bundle, id_of, one
from tests.web.desk_case import READERS, Desk, at, incident, open_case, report
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.basis.words import ENGLISH
from tocsin.flow.exchange.hand_out import Wish, hand_out
from tocsin.flow.exchange.take import Arrival, Taken, take_in
from tocsin.flow.exchange.weighed import Became
from tocsin.flow.threat import weigh
from tocsin.report.corroborate import origins
from tocsin.report.foreign import ForeignObject, TakenBundle
from tocsin.report.state import Report
from tocsin.stix import alike
from tocsin.stix.extensions import Claim, Grade, said_by
from tocsin.stix.model import Said
from tocsin.stix.tlp import IDS
from tocsin.store.door import Door
from tocsin.threat.facts import Bearing
from tocsin.threat.state import Threat
from tocsin.web.desk import fill
from tocsin.web.desk.views.shell import Shell

LATER, EARLIER = "2024-03-08T18:00:00.000Z", "2024-03-01T18:00:00.000Z"


def taken(desk: Desk, *objects: Any, file: bytes = b"", source: Id = "partner", who: Id = "vale", **more: Any) -> Taken:
    desk.said += 1
    named = {name: more.pop(name) for name in ("unmarked", "readers") if name in more}
    arrival = Arrival(file=file or bundle(*objects), source=source, **named)
    return take_in(desk.house, arrival, READERS[who], by=who, command=f"take:{desk.said}", now=desk.moment, **more)


def became(found: Taken) -> list[str]:
    return [fate.became.value for fate in found.fates]


def reports(desk: Desk) -> list[Report]:
    with desk.store.look() as look:
        return look.all(Report)


def size(desk: Desk) -> int:
    with desk.store.look() as look:
        return look.journal_size()


def marked(said: Said, mark: Mark, **more: Any) -> Said:
    return {**said, "object_marking_refs": [IDS[mark]], **more}


def test_what_says_something_is_a_report_and_all_is_kept_whole(desk: Desk) -> None:
    strange = one("x-bell", sound={"loud": [1, 2.5]})
    found = taken(desk, *EVERYTHING, strange, "no object")
    kinds = {fate.foreign_type: fate.became for fate in found.fates}
    assert {kind for kind, fate in kinds.items() if fate is Became.REPORT} == {"campaign", "report", "note", "incident"}
    with desk.store.look() as look:
        kept = [json.loads(one.said) for one in look.all(ForeignObject)]
        [file] = look.all(TakenBundle)
    assert all(any(alike(said, there) for there in kept) for said in (*EVERYTHING, strange, "no object"))
    assert (file.count, file.by) == (len(EVERYTHING) + 2, "vale")


def test_each_published_file_is_kept_without_loss(desk: Desk) -> None:
    for file in sorted(corpus("intel", "stix21", "examples").rglob("*.json")):
        raw = file.read_bytes()
        taken(desk, file=raw)
        said = json.loads(raw)
        with desk.store.look() as look:
            kept = {one.foreign_id: json.loads(one.said) for one in look.all(ForeignObject)}
        assert all(alike(kept[one["id"]], one) for one in said.get("objects", [said])), file.name


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    taken(desk, *EVERYTHING)
    before = size(desk)
    assert set(became(taken(desk, *EVERYTHING))) == {"unchanged"}
    assert size(desk) == before


def test_a_dry_run_says_what_would_become_of_each_and_writes_nothing(desk: Desk) -> None:
    before = size(desk)
    found = taken(desk, *EVERYTHING, dry_run=True)
    assert became(found).count("report") == 4
    assert size(desk) == before


def test_a_newer_version_replaces_and_an_older_does_not(desk: Desk) -> None:
    taken(desk, REPORT)
    assert became(taken(desk, {**REPORT, "name": "Heard again", "modified": LATER})) == ["replaces"]
    assert [one.title for one in reports(desk)] == ["Heard again"]
    assert became(taken(desk, {**REPORT, "modified": EARLIER, "created": EARLIER})) == ["older"]
    assert [one.title for one in reports(desk)] == ["Heard again"]


def test_versions_in_one_file_end_with_the_newest_whatever_their_order(desk: Desk) -> None:
    newest = {**REPORT, "name": "Newest", "modified": LATER}
    assert became(taken(desk, REPORT, newest, REPORT)) == ["report", "replaces", "older"]
    assert [one.title for one in reports(desk)] == ["Newest"]


def test_one_that_was_taken_back_counts_no_more(desk: Desk) -> None:
    taken(desk, REPORT)
    assert became(taken(desk, {**REPORT, "revoked": True, "modified": LATER})) == ["taken_back"]
    [kept] = reports(desk)
    assert kept.taken_back_at == desk.moment
    assert origins([kept.id], {kept.id: kept}) == frozenset()


def corroborated(desk: Desk) -> tuple[int, list[str]]:
    shell = Shell(exercise=True, signed_in="vale", role="", now=desk.moment, zone="UTC")
    with desk.store.look() as look:
        page = fill.case_page(Door(look, READERS["vale"]), "case", shell, ENGLISH)
    assert page is not None
    assert page.corroboration is not None
    return page.corroboration.origins, [row.title for row in page.corroboration.rows]


def test_what_was_taken_back_bears_nothing_out_any_more(desk: Desk) -> None:
    open_case(desk)
    before = corroborated(desk)
    id = taken(desk, REPORT).fates[0].report or ""
    desk.do(weigh.link_evidence, "case", id, Bearing.FOR)
    incident(desk, "rang", "The bell rang", at(6), id)
    origins_then, titles = corroborated(desk)
    assert (origins_then, "The bell rang" in titles) == (before[0] + 1, True)
    taken(desk, {**REPORT, "revoked": True, "modified": LATER})
    assert corroborated(desk) == before


def test_one_that_came_as_taken_back_never_becomes_a_report(desk: Desk) -> None:
    assert became(taken(desk, {**REPORT, "revoked": True})) == ["taken_back"]
    assert reports(desk) == []


def test_two_that_say_they_are_one_version_are_kept_beside_each_other(desk: Desk) -> None:
    taken(desk, REPORT)
    assert became(taken(desk, {**REPORT, "name": "Otherwise"})) == ["differs"]
    assert [one.title for one in reports(desk)] == [REPORT["name"]]
    assert became(taken(desk, {**REPORT, "name": "Otherwise"})) == ["unchanged"]


def test_nobody_else_replaces_or_takes_back_what_a_source_said(desk: Desk) -> None:
    taken(desk, marked(REPORT, Mark.AMBER))
    again = marked(REPORT, Mark.CLEAR, revoked=True, modified=LATER)
    taken(desk, again, source="press")
    [kept] = reports(desk)
    assert (kept.mark, kept.taken_back_at) == (Mark.AMBER, None)


def test_the_same_object_from_another_source_is_repetition(desk: Desk) -> None:
    taken(desk, REPORT)
    taken(desk, REPORT, source="press")
    first, second = sorted(reports(desk), key=lambda one: one.source != "partner")
    assert second.relays == first.id
    assert len(origins([first.id, second.id], {one.id: one for one in (first, second)})) == 1


def test_reports_of_one_voice_stay_one_voice(desk: Desk) -> None:
    grade = said_by(
        Grade(reliability="A", credibility="1", claims=(Claim(text="It rang", credibility="1"),), origin="v")
    )
    other = {**REPORT, "id": id_of("report", 2), "name": "Heard elsewhere", "extensions": grade}
    taken(desk, {**REPORT, "extensions": grade}, other)
    found = reports(desk)
    assert len(origins([one.id for one in found], {one.id: one for one in found})) == 1
    assert {(one.credibility, one.claims[0].credibility) for one in found} == {(6, 6)}, (
        "how far we believe it is ours to say"
    )


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("kind", ["derived-from", "related-to"])
def test_a_report_that_is_derived_from_another_is_no_second_voice(desk: Desk, kind: str, *, turned: bool) -> None:
    again = {**REPORT, "id": id_of("report", 2), "name": "Heard again"}
    third = {**REPORT, "id": id_of("report", 3), "name": "And again"}
    ties = [
        one("relationship", at, relationship_type=kind, source_ref=repeats["id"], target_ref=said["id"])
        for at, (repeats, said) in enumerate([(again, REPORT), (third, again)], 1)
    ]
    file = [REPORT, again, third, *ties]
    found = taken(desk, *(reversed(file) if turned else file))
    assert [fate.at for fate in found.fates] == [0, 1, 2, 3, 4]
    told = {one.id: one for one in reports(desk)}
    assert len(origins(list(told), told)) == (1 if kind == "derived-from" else 3)


@pytest.mark.parametrize("mark", list(Mark))
def test_a_mark_is_taken_over_and_obeyed(desk: Desk, mark: Mark) -> None:
    found = taken(desk, marked(REPORT, mark))
    report_id = found.fates[0].report
    with desk.store.look() as look:
        known = {
            who: Door(look, READERS[who]).may(look.get(Report, report_id or ""))
            for who in ("vale", "lindqvist", "temp")
        }
        [kept] = look.all(ForeignObject)
        assert [Door(look, READERS[who]).may(kept) for who in known] == list(known.values())
    assert known["vale"] or mark is Mark.RED
    assert known["temp"] == (mark in (Mark.CLEAR, Mark.GREEN))
    assert known["lindqvist"] == (mark is not Mark.RED)


def test_what_is_red_is_for_its_taker_and_those_they_name(desk: Desk) -> None:
    taken(desk, marked(REPORT, Mark.RED), readers=("brandt",))
    [kept] = reports(desk)
    assert kept.readers == ("vale", "brandt")
    with pytest.raises(Refused, match="nobody stranger"):
        taken(desk, REPORT, readers=("stranger",))


def test_what_nobody_marked_goes_as_far_as_was_said_and_never_farther_than_before(desk: Desk) -> None:
    taken(desk, NOTE, unmarked=Mark.GREEN)
    taken(desk, marked(REPORT, Mark.AMBER_STRICT))
    taken(desk, {**REPORT, "modified": LATER}, unmarked=Mark.CLEAR)
    assert {one.mark for one in reports(desk)} == {Mark.GREEN, Mark.AMBER_STRICT}


def test_a_mark_that_nobody_knows_is_red_and_says_so(desk: Desk) -> None:
    found = taken(desk, {**REPORT, "object_marking_refs": [id_of("marking-definition", 9)]})
    assert found.fates[0].mark is Mark.RED
    assert "Nobody here knows the marking" in found.fates[0].why


def test_no_case_changes_by_what_comes_in(desk: Desk) -> None:
    open_case(desk)
    with desk.store.look() as look:
        before = look.get(Threat, "case")
    taken(desk, *EVERYTHING, {**CAMPAIGN, "id": id_of("campaign", 2), "name": before.title, "confidence": 100})
    with desk.store.look() as look:
        assert look.get(Threat, "case") == before


@pytest.mark.parametrize("who", ["adeyemi", "sorel", "staff-1"])
def test_only_officers_take_in(desk: Desk, who: Id) -> None:
    with pytest.raises(Refused, match="officer"):
        taken(desk, REPORT, who=who)


def test_from_a_source_that_is_not_listed_nothing_is_taken(desk: Desk) -> None:
    with pytest.raises(Refused, match="no source nobody"):
        taken(desk, REPORT, source="nobody")


def test_what_came_as_an_object_leaves_as_it_came_no_farther_than_it_may(desk: Desk) -> None:
    open_case(desk, mark=Mark.GREEN)
    ours = {"type": "marking-definition", "spec_version": "2.1", "id": id_of("marking-definition", 3), "created": AT,
            "definition_type": "statement", "definition": {"statement": "© The mill"}}  # fmt: skip
    green = marked(REPORT, Mark.GREEN, x_theirs={"deep": [1]})
    green["object_marking_refs"].append(ours["id"])
    amber = marked({**REPORT, "id": id_of("report", 2), "name": "Cloudberry"}, Mark.AMBER)
    found = taken(desk, ours, green, amber)
    for fate in found.fates[1:]:
        desk.do(weigh.link_evidence, "case", fate.report, Bearing.FOR)
    wish = Wish(threat="case", mark=Mark.GREEN, whom="All")
    out = json.loads(hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="h", now=desk.moment))[
        "objects"
    ]
    assert green in out
    assert ours in out
    assert "Cloudberry" not in json.dumps(out)
    assert amber["id"] not in json.dumps(out)


def test_what_nobody_marked_leaves_with_the_mark_it_is_held_at(desk: Desk) -> None:
    open_case(desk, mark=Mark.GREEN)
    loose = marked({**REPORT, "id": id_of("report", 2), "name": "Cloudberry"}, Mark.CLEAR)
    taken(desk, marked({**loose, "created": EARLIER, "modified": EARLIER}, Mark.GREEN))
    for fate in taken(desk, REPORT, loose, unmarked=Mark.GREEN).fates:
        desk.do(weigh.link_evidence, "case", fate.report, Bearing.FOR)
    wish = Wish(threat="case", mark=Mark.GREEN, whom="All")
    out = json.loads(hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="h", now=desk.moment))
    said = {one["id"]: one for one in out["objects"]}
    assert said[REPORT["id"]] == marked(REPORT, Mark.GREEN)
    assert said[loose["id"]] == loose, "its maker has marked it anew, and we hold it so"


RED = marked(REPORT, Mark.RED)


@pytest.mark.parametrize(("source", "brought"), [
    pytest.param("partner", RED, id="the same"),
    pytest.param("partner", {**RED, "created": EARLIER, "modified": EARLIER}, id="an older version"),
    pytest.param("partner", {**RED, "name": "Otherwise"}, id="it says otherwise"),
    pytest.param("partner", {**REPORT, "modified": LATER}, id="a newer version without a mark"),
    pytest.param("partner", {**RED, "modified": LATER, "revoked": True}, id="taken back"),
    pytest.param("partner", {**REPORT, "name": ""}, id="only its id"),
    pytest.param("press", {**RED, "name": "Heard again", "modified": LATER}, id="from somebody else"),
    pytest.param("press", {**RED, "modified": LATER, "revoked": True}, id="taken back by somebody else"),
])  # fmt: skip
def test_whoever_may_not_know_of_it_is_told_what_they_would_be_told_without_it(
    desk: Desk, source: Id, brought: Said
) -> None:
    without = taken(desk, brought, source=source, who="lindqvist", dry_run=True)
    kept = taken(desk, RED).fates[0].report
    looked = taken(desk, brought, source=source, who="lindqvist", dry_run=True)
    told = taken(desk, brought, source=source, who="lindqvist")
    plain = [replace(fate, report=None) for fate in told.fates]
    assert plain == [replace(fate, report=None) for fate in looked.fates]
    assert plain == [replace(fate, report=None) for fate in without.fates]
    assert told.fates[0].report != kept
    again = taken(desk, brought, source=source, who="lindqvist")
    assert became(again) == ["unchanged"], "what they have brought themselves they know of"
    [first] = [one for one in reports(desk) if one.id == kept]
    assert (first.title, first.readers) == (RED["name"], ("vale",)), "it stays theirs who had it"
    revoked = bool(brought.get("revoked")) and source == "partner"
    assert (first.taken_back_at is not None) == revoked, "its own maker's word holds, whoever brings it"
    if not revoked:
        assert len(origins([one.id for one in reports(desk)], {one.id: one for one in reports(desk)})) == 1


def test_what_went_out_of_a_case_that_is_not_for_them_is_not_called_ours(desk: Desk) -> None:
    open_case(desk, mark=Mark.RED)
    report(desk, "own", "press", "Our own", mark=Mark.GREEN)
    desk.do(weigh.link_evidence, "case", "own", Bearing.FOR)
    wish = Wish(threat="case", mark=Mark.RED, to=("vale",), whom="Vale")
    file = hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="h", now=desk.moment)
    assert "ours" in became(taken(desk, file=file, source="press", dry_run=True))
    assert "ours" not in became(taken(desk, file=file, source="press", who="lindqvist"))
    [back] = [one for one in reports(desk) if one.title == "Our own" and one.id != "own"]
    assert back.relays == "own", "and is no second voice all the same"


def test_what_a_source_says_anew_is_heard_though_we_handed_it_out(desk: Desk) -> None:
    open_case(desk, mark=Mark.GREEN)
    id = taken(desk, marked(REPORT, Mark.GREEN)).fates[0].report
    desk.do(weigh.link_evidence, "case", id, Bearing.FOR)
    wish = Wish(threat="case", mark=Mark.GREEN, whom="All")
    hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="h", now=desk.moment)
    assert became(taken(desk, marked(REPORT, Mark.GREEN, revoked=True, modified=LATER))) == ["taken_back"]


def test_what_went_out_from_here_and_comes_back_is_no_second_voice(desk: Desk) -> None:
    open_case(desk)
    report(desk, "own", "press", "Our own", mark=Mark.GREEN)
    desk.do(weigh.link_evidence, "case", "own", Bearing.FOR)
    wish = Wish(threat="case", mark=Mark.AMBER, whom="All")
    file = hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="h", now=desk.moment)
    before = len(reports(desk))
    found = taken(desk, file=file, source="press")
    assert "report" not in became(found)
    assert became(found).count("ours") > 5
    assert len(reports(desk)) == before
