"""A replay that is killed and started again ends as if nothing had been; whenever it was killed."""

from pathlib import Path

import msgspec
import pytest

from tests.faults.processes import FERRY, outside, run, summary
from tests.faults.replays import Replay, differences, killed, spread, story


def while_it_is_sent_and_answered(reference: Replay) -> range:
    """Return the numbers of rows between which the alert goes out to everyone and nearly all answers come in."""
    with outside(reference.data) as look:
        issued, later = (
            look.ask(f"SELECT recorded_at FROM journal WHERE kind = '{kind}'")
            for kind in ("AlertIssued", "AdvisoryIssued")
        )
        return range(look.rows(before=issued), look.rows(before=later))


@pytest.mark.parametrize("where", ["all over the story", "while the alert is sent and answered"])
def test_killed_again_and_again_a_replay_ends_as_one_that_was_left_alone(
    tmp_path: Path, reference: Replay, where: str
) -> None:
    whole = where == "all over the story"
    stretch = range(reference.rows) if whole else while_it_is_sent_and_answered(reference)
    points = spread(stretch, kills=6, seed=2)
    done, kills = killed(FERRY, tmp_path, points)
    assert len(kills) == len(points), kills
    went_on = summary(done)
    assert differences(story(reference.summary), story(went_on)) == []
    assert went_on["reconcile"] is True


def test_played_again_when_it_was_over_nothing_happens(reference: Replay) -> None:
    again = summary(run("replay", FERRY, "--data", reference.data, "--json"))
    assert again == reference.summary
    with outside(reference.data) as look:
        assert look.rows() == reference.rows


def test_nothing_about_the_story_is_left_out_of_the_comparison(reference: Replay) -> None:
    assert reference.summary.keys() - story(reference.summary).keys() == {"record"}
    worse = msgspec.json.decode(msgspec.json.encode(reference.summary))
    worse["warnings"][0]["answers"].pop()
    assert len(differences(story(reference.summary), story(worse))) == 1
