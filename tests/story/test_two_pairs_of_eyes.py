"""Promise 4: every decision to warn, or not to, is written down with its grounds, its decider and its time."""

import pytest

from tocsin.basis.errors import Refused
from tocsin.flow.warning import warn
from tocsin.testing.town import Officer, Town
from tocsin.warning.duty.pack import BELOW_THRESHOLD
from tocsin.warning.duty.side import Side
from tocsin.warning.notice.facts import NOT_KNOWN, DutyTest
from tocsin.warning.notice.state import NoticeStage


def test_nobody_approves_their_own_draft(town: Town) -> None:
    alert = town.drafts_alert()
    with pytest.raises(Refused, match="is none"):
        town.watch_officer.approves(alert)


def test_break_glass_lets_a_duty_officer_send_alone_and_says_so(town: Town) -> None:
    town.watch_officer = Officer(town, "the duty officer")
    alert = town.drafts_alert()
    with pytest.raises(Refused, match="cannot approve it"):
        town.duty_officer.approves(alert)
    town.duty_officer.approves(alert, break_glass=True)
    assert town.alert(alert).break_glass


def test_an_alert_nobody_approved_cannot_go_out(town: Town) -> None:
    alert = town.drafts_alert()
    with pytest.raises(Refused, match="only an approved alert"):
        town.duty_officer.issues(alert)


def decides_not_to_tell(
    town: Town, ground: str, *, proposer: Officer | None, test: DutyTest | None = None, side: Side = Side.VICTIM
) -> None:
    warn.decide_duty(
        town.house,
        town.id("a notice"),
        town.id(town.case()),
        tell=False,
        test=test or DutyTest(),
        why="They know of it already.",
        ground_not_to=ground,
        side=side,
        proposer=proposer.id if proposer is not None else None,
        by=town.duty_officer.id,
        command=town.name_next("no"),
        now=town.now,
    )


def test_not_telling_is_proposed_by_one_agreed_to_by_another_and_written_down_like_telling(town: Town) -> None:
    decides_not_to_tell(town, "already_aware", proposer=town.watch_officer)
    notice = town.notice("a notice")
    assert (notice.stage, notice.ground_not_to, notice.decided_at) == (NoticeStage.WAIVED, "already_aware", town.now)
    assert set(notice.readers) == {town.watch_officer.id, town.duty_officer.id}


def test_not_telling_needs_a_no_of_the_test_where_it_is_below_the_threshold(town: Town) -> None:
    for test in (DutyTest(), NOT_KNOWN):
        with pytest.raises(Refused, match="finds a duty to warn"):
            decides_not_to_tell(town, BELOW_THRESHOLD, proposer=town.deputy, test=test)
    decides_not_to_tell(town, BELOW_THRESHOLD, proposer=town.deputy, test=DutyTest(directed=False))


@pytest.mark.parametrize(("ground", "side", "said"), [
    pytest.param("adversary", Side.VICTIM, "adversary is no ground", id="an adversary is warned, too"),
    pytest.param("", Side.VICTIM, "knows no ground", id="none"),
    pytest.param("Endangers sources", Side.VICTIM, "knows no ground", id="one of our own making"),
    pytest.param("distrusted_host", Side.VICTIM, "cannot be said", id="one of somebody else"),
    pytest.param("distrusted_host", Side.HOST, "holds only of a host that is distrusted", id="one that was not said before"),
])  # fmt: skip
def test_not_telling_has_a_ground_of_the_policy_pack(town: Town, ground: str, side: Side, said: str) -> None:
    with pytest.raises(Refused, match=said):
        decides_not_to_tell(town, ground, side=side, proposer=town.watch_officer)


def test_nobody_decides_not_to_tell_alone(town: Town) -> None:
    with pytest.raises(Refused, match="does not agree to it as well"):
        decides_not_to_tell(town, "already_aware", proposer=town.duty_officer)
    with pytest.raises(Refused, match="proposed by an officer"):
        decides_not_to_tell(town, "already_aware", proposer=None)


def test_a_command_said_twice_is_done_once(town: Town) -> None:
    town.person("Ann")
    alert = town.drafts_alert(to=["Ann"])
    for _ in range(3):
        town.duty_officer.approves(alert)
        town.duty_officer.issues(alert)
    assert len(town.phone("Ann").calls) == 1


def test_who_decides_on_what_has_changed_meanwhile_is_told_so(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    with pytest.raises(Refused, match="has changed since you read it"):
        town.app.store.commit([], at=town.now, by="x", command="stale", expect={town.id(alert): 1})


def test_nobody_writes_in_anothers_name(town: Town) -> None:
    alert = town.drafts_alert()
    draft = town.draft_of(alert)
    with pytest.raises(Refused, match="Sign it yourself"):
        warn.draft_alert(town.house, draft, by=town.deputy.id, command="forged", now=town.now)


def test_nothing_new_takes_the_place_of_what_stands_there(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    draft = town.draft_of(alert)
    with pytest.raises(Refused, match="already"):
        warn.draft_alert(town.house, draft, by=draft.author, command="again", now=town.now)
    assert town.alert(alert).stage == "issued"
