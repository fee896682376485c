"""What a message itself carries of a notice: what its link alone would show, or what somebody has said must travel."""

from datetime import timedelta

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.flow.delivery.code import with_one_way
from tocsin.flow.warning.reaffirm import reaffirm
from tocsin.testing.town import Town
from tocsin.warning.reaffirm import Upheld

WHAT = "They mean to burn the mill"
WHY = "It is for tonight, and she has one telephone"


def heard(town: Town, person: str = "the miller") -> str:
    message = town.phone(person).calls[-1].message
    return "\n".join((message.subject, *message.lines))


@pytest.mark.parametrize(
    ("mark", "why", "carried"),
    [
        pytest.param(Mark.CLEAR, "", True, id="clear"),
        pytest.param(Mark.GREEN, "", True, id="green"),
        pytest.param(Mark.AMBER, "", False, id="amber"),
        pytest.param(Mark.AMBER, WHY, True, id="amber and somebody said why"),
        pytest.param(Mark.AMBER_STRICT, "", False, id="amber strict"),
        pytest.param(Mark.RED, "", False, id="red"),
    ],
)
def test_what_a_message_carries_follows_from_the_mark(town: Town, mark: Mark, why: str, carried: bool) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller", what=WHAT, mark=mark, in_message=why)
    assert (WHAT in heard(town)) is carried
    assert ("In force until 20" in heard(town)) is carried, "whoever reads what they are told reads until when it holds"
    assert WHY not in heard(town)


@pytest.mark.parametrize("mark", [Mark.AMBER_STRICT, Mark.RED])
def test_nobody_can_have_stricter_words_travel(town: Town, mark: Mark) -> None:
    town.person("the miller")
    with pytest.raises(Refused, match="no message carries its words"):
        town.duty_officer.issues_notice(to="the miller", mark=mark, in_message=WHY)


@pytest.mark.parametrize(("why", "carried"), [("", False), (WHY, True)])
def test_why_it_is_taken_back_travels_as_the_notice_did(town: Town, why: str, carried: bool) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", what=WHAT, in_message=why)
    town.duty_officer.retracts(notice, "It was the miller's own fire")
    town.pass_time(minutes=1)
    assert ("the miller's own fire" in heard(town)) is carried


def test_who_stands_by_a_notice_keeps_to_how_it_travelled(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", what=WHAT, in_message=WHY)
    town.pass_time(minutes=5)
    said = [Upheld(language="", words="It still holds.")]
    reaffirm(
        town.house,
        town.id(notice),
        town.id("again"),
        said,
        ends=town.now + timedelta(hours=9),
        by=town.duty_officer.id,
        command="again",
        now=town.now,
    )
    assert town.notice("again").in_message == WHY


def test_who_has_one_contact_point_only_is_named(town: Town) -> None:
    for person in ("the miller", "the smith"):
        town.person(person)
    town.gets_a_radio("the smith")
    for mark, alone in ((Mark.AMBER, ["the miller"]), (Mark.GREEN, [])):
        notice = town.notice(town.duty_officer.issues_notice("the miller", "the smith", mark=mark))
        with town.app.store.look() as look:
            assert [town.named(one) for one in with_one_way(town.house, look, notice)] == alone
