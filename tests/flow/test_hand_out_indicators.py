"""What was said of an indicator leaves note by note, each no further than what it rests on, and says on what that is."""

import json

import pytest

from tests.flow.test_hand_out import objects, offered
from tests.stix.published import faults
from tests.web.desk_case import READERS, Desk, at, incident, open_case, report
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.exchange.hand_out import Wish, hand_out
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.flow.threat.observing import observe, put_on_checklist
from tocsin.report.facts import Claim, IncidentNoted
from tocsin.stix import check
from tocsin.stix.extensions import Basis as OnClaim
from tocsin.stix.extensions import Indication, heard
from tocsin.threat.facts import Bearing
from tocsin.threat.indicators import Basis, Indicator, Observed


@pytest.fixture
def desk(desk: Desk) -> Desk:
    open_case(desk, mark=Mark.GREEN)
    report(
        desk,
        "r-green",
        "press",
        "Vans at the gate",
        mark=Mark.GREEN,
        claims=(Claim(text="Vans"), Claim(text="At night")),
    )
    report(desk, "r-amber", "partner", "Heard of Karabulak", mark=Mark.AMBER)
    desk.do(put_on_checklist, "case", (Indicator(key="vans", words="Vans wait at the gate"),))
    return desk


def noted(desk: Desk, stands: Observed, *basis: Basis, words: str = "") -> None:
    desk.do(observe, "case", "vans", stands, as_of=desk.moment, basis=basis, words=words)


def said_of_vans(made: list[dict[str, object]]) -> list[tuple[str | None, object]]:
    return [(form.stands, said["content"]) for said in made if (form := heard(said, Indication))]


def test_each_note_of_an_indicator_leaves_by_its_own_mark(desk: Desk) -> None:
    noted(desk, Observed.NOT_OBSERVED, words="Nobody was there.")
    noted(desk, Observed.OBSERVED, Basis(item="r-amber"), words="As told.")
    noted(desk, Observed.OBSERVED, Basis(item="r-green"), words="Seen.")
    bare = (None, "Vans wait at the gate")
    green = [bare, ("not_observed", "Nobody was there."), ("observed", "Seen.")]
    assert said_of_vans(objects(offered(desk, Mark.GREEN))) == green
    assert said_of_vans(objects(offered(desk, Mark.AMBER))) == [*green[:2], ("observed", "As told."), green[2]]


def test_a_note_that_rests_on_stricter_material_changes_no_byte(desk: Desk) -> None:
    noted(desk, Observed.NOT_OBSERVED, words="Nobody was there.")
    before = offered(desk, Mark.GREEN).file
    noted(desk, Observed.OBSERVED, Basis(item="r-amber"), words="As told.")
    assert offered(desk, Mark.GREEN).file == before


def test_an_older_note_does_not_leave_with_words_of_stricter_material(desk: Desk) -> None:
    desk.do(weigh.link_evidence, "case", "r-amber", Bearing.FOR)
    noted(desk, Observed.OBSERVED, words="Somebody from Karabulak.")
    noted(desk, Observed.NOT_OBSERVED, words="Gone again.")
    made = offered(desk, Mark.GREEN)
    assert "Karabulak" not in made.file.decode()
    kept = {one.item.key: one.stays for one in made.chosen if one.item.kind == "indication"}
    assert kept == {"indication:vans": None, "noted:0:vans": Stays.WORDS, "noted:1:vans": None}


@pytest.mark.parametrize("linked", [True, False])
def test_a_note_that_rests_on_an_incident_goes_no_further_than_it(desk: Desk, linked: bool) -> None:
    if linked:
        incident(desk, "van", "A van burnt", at(6), "r-green", mark=Mark.AMBER)
    else:
        happened = IncidentNoted(
            subject="van", occurred_at=at(6), what="A van burnt", where="Somewhere", mark=Mark.AMBER
        )
        desk.do(receive.note_incident, happened)
    noted(desk, Observed.OBSERVED, Basis(item="van"), words="One of them.")
    assert "One of them." not in offered(desk, Mark.GREEN).file.decode()
    assert "One of them." in offered(desk, Mark.AMBER).file.decode()


def test_a_note_says_on_which_claims_it_rests(desk: Desk) -> None:
    noted(desk, Observed.OBSERVED, Basis(item="r-green", claim=0), Basis(item="r-green", claim=1))
    made = offered(desk, Mark.GREEN)
    assert [form.claim for said in objects(made) if (form := heard(said, OnClaim))] == [0, 1]
    assert check(made.file) == []
    assert [faults(said) for said in objects(made)] == [[]] * len(objects(made))


def test_two_claims_of_one_report_bear_on_a_case_each_by_itself(desk: Desk) -> None:
    for claim in (0, 1):
        desk.do(weigh.link_evidence, "case", "r-green", Bearing.FOR, claim=claim)
    ends = [
        one["source_ref"] for one in objects(offered(desk, Mark.GREEN)) if one.get("relationship_type") == "related-to"
    ]
    assert len(ends) == len(set(ends)) + 1, "the second was taken for the first"


def hands(desk: Desk, handing: Id) -> dict[str, dict[str, object]]:
    wish = Wish(threat="case", mark=Mark.GREEN, whom="The neighbours")
    file = hand_out(desk.house, handing, wish, READERS["vale"], by="vale", command=f"hand:{handing}", now=desk.moment)
    return {said["id"]: said for said in json.loads(file)["objects"]}


def test_a_newer_note_moves_no_older_one(desk: Desk) -> None:
    noted(desk, Observed.NOT_OBSERVED, words="Nobody was there.")
    first = hands(desk, "h1")
    desk.until(at(8))
    noted(desk, Observed.OBSERVED, Basis(item="r-green"), words="Seen.")
    again = hands(desk, "h2")
    assert {said["type"] for id, said in first.items() if again.get(id) != said} == {"grouping"}
