"""What each recipient of a notice had been told of what, where, when and who, as the review of its case says it."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tocsin.warning.notice.facts import DutyTest, TearLine, Version
from tocsin.warning.notice.state import Notice, NoticeStage, stated_to
from tocsin.warning.stated import Stated, told
from tocsin.web.desk.fill.review import stated, told_less

FIRST = TearLine(what="An attack", where="The mill", when="Friday")
LESS = Version(tear_line=TearLine(what="An attack", when="Friday"), recipients=("miller",))
TRANSLATED = Version(tear_line=TearLine(what="Ein Anschlag"), language="de")
MORE = Version(
    tear_line=TearLine(what="An attack", where="The mill", when="Friday", who="The Lanterns"), recipients=("police",)
)


def notice(*versions: Version) -> Notice:
    return Notice(
        id="n", threat="t", stage=NoticeStage.SENT, decider="ben", decided_at=datetime(2024, 5, 2, tzinfo=UTC),
        test=DutyTest(), why="So.", ground_not_to="", recipients=("miller", "police", "smith"), tear_line=FIRST,
        stated=Stated(what="An attack", where="The mill", when="Friday"), versions=versions,
    )  # fmt: skip


def file_of(*notices: Notice) -> Any:
    return SimpleNamespace(sent=[SimpleNamespace(told=one) for one in notices])


@pytest.mark.parametrize(
    ("person", "names"),
    [
        pytest.param("miller", ("what", "when"), id="whose own version leaves one out"),
        pytest.param("police", ("what", "where", "when", "who"), id="whose own version says one more"),
        pytest.param("smith", ("what", "where", "when"), id="who is told what everyone is, in whichever language"),
    ],
)
def test_what_each_recipient_is_told(person: str, names: tuple[str, ...]) -> None:
    assert told(stated_to(notice(LESS, TRANSLATED, MORE), person)) == names


def test_of_two_versions_in_their_own_languages_both_must_state_it() -> None:
    also = Version(tear_line=TearLine(what="Ein Anschlag", where="Die Mühle"), recipients=("miller",), language="de")
    assert told(stated_to(notice(LESS, also), "miller")) == ("what",)


def test_who_was_told_less_is_said_until_another_notice_tells_them() -> None:
    file = file_of(notice(LESS, MORE))
    assert stated(file) == {"what": "An attack", "where": "The mill", "when": "Friday", "who": "The Lanterns"}
    assert told_less(file) == {"what": (), "where": ("miller",), "when": (), "who": ("miller", "smith")}
    assert told_less(file_of(notice(LESS, MORE), notice(MORE)))["where"] == ()
