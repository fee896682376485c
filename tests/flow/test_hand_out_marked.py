"""What stood at a case while it went less far leaves in no file that goes further, by whatever way; what stands does."""

from datetime import timedelta

import pytest

from tests.flow.test_hand_out import assessed, offered
from tests.web.desk_case import Desk, open_case
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.exchange.hand_out import Offer
from tocsin.flow.threat import cases
from tocsin.flow.threat.marking import mark_case
from tocsin.threat.particulars import Particulars

LAST = 3  # of the estimates, counted from 0


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Give a desk a case that was RED for two people, and is GREEN."""
    open_case(desk, mark=Mark.AMBER)
    desk.do(mark_case, "case", Mark.RED, ("vale", "brandt"), why="The partner names its source")
    describe(desk, "Quillwort at the hall")
    assessed(desk, "Cloudberry is sure of Hazelnut.")
    for key, words in (("gone", "Gooseberry?"), ("stands", "Barnyard?")):
        desk.do(cases.raise_question, "case", f"q-{key}", words)
    desk.do(cases.close_question, "case", "q-gone", "Greengage said so")
    describe(desk, "Something at the hall")
    assessed(desk, "We are sure of Hazelnut.")
    desk.until(desk.moment + timedelta(hours=1))
    desk.do(mark_case, "case", Mark.GREEN, why="It can be told")
    return desk


def describe(desk: Desk, title: str) -> None:
    desk.do(
        cases.describe_case, "case", title=title, targets=(), host=None, begins=None, ends=None, particulars=Particulars(),
        why="It is known better",
    )  # fmt: skip


def leaving(found: Offer) -> str:
    return str([said for one in found.chosen if one.stays is None for said in one.item.objects])


def stays(found: Offer) -> dict[str, Stays]:
    return {one.item.key: one.stays for one in found.chosen if one.stays is not None}


@pytest.mark.parametrize("who", ["vale", "lindqvist"])
def test_what_stands_leaves_and_what_stood_before_does_not(desk: Desk, who: Id) -> None:
    found = offered(desk, Mark.GREEN, who)
    out = leaving(found)
    for word in ("Something at the hall", "We are sure of Hazelnut", "Barnyard?"):
        assert word in out
    for word in ("Quillwort", "Cloudberry", "Greengage", "Gooseberry"):
        assert word not in out
    held = {"question:q-gone": Stays.RESTS, f"assessment:{LAST - 1}": Stays.RESTS}
    written = {key: one for key, one in stays(found).items() if key in held}
    assert written == (held if who == "vale" else {}), "who may not read it is not told that it stays"
    assert f"assessment:{LAST}" in {one.item.key for one in found.chosen}, "it is called the same, whoever hands it out"


def test_to_its_readers_of_then_all_of_it_leaves(desk: Desk) -> None:
    out = leaving(offered(desk, Mark.RED, to=("brandt",)))
    assert "Cloudberry is sure of Hazelnut." in out
    assert "Greengage said so" in out


def test_a_word_of_before_that_somebody_writes_since_stays_until_it_is_let_go(desk: Desk) -> None:
    desk.until(desk.moment + timedelta(hours=1))
    assessed(desk, "Quillwort is sure of Hazelnut, too.")
    assert "We are sure of Hazelnut" in leaving(offered(desk, Mark.GREEN)), "it stood when the case was made laxer"
    assert stays(offered(desk, Mark.GREEN))[f"assessment:{LAST + 1}"] is Stays.WORDS
    assert "Quillwort" not in leaving(offered(desk, Mark.GREEN, "lindqvist"))
