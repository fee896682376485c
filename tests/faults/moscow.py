"""Kills the Moscow case as often as asked, all over its story, and compares how it ends. Run by `make faults`.

python -m tests.faults.moscow KILLS [SEED]
"""

import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.faults.processes import refused_in_one_line, summary
from tests.faults.replays import Kill, differences, killed, left_alone, spread, story

say = partial(print, flush=True)
MOSCOW = Path(__file__).parents[2] / "scenarios/moscow-2024"


def main(kills: int, seed: int) -> int:
    """Play it once left alone and once with kills; return 0 if both end the same."""
    with tempfile.TemporaryDirectory(prefix="tocsin-faults-") as directory:
        began = time.monotonic()
        say("The Moscow case, left alone ...")
        reference = left_alone(MOSCOW, Path(directory) / "left-alone")
        say(f"{reference.rows} rows in {time.monotonic() - began:.0f} s. Now with {kills} kills, seed {seed}.")
        points = spread(range(reference.rows), kills, seed)
        done, fell = killed(MOSCOW, Path(directory) / "killed", points, say)
        if done.returncode != 0:
            say(f"It did not go on: {refused_in_one_line(done, done.returncode)}")
            return 1
        found = differences(story(reference.summary), story(summary(done)))
    say(*(found or ["It ends as the one that was left alone, and journal, rows, record and logs agree."]), sep="\n")
    say(_tally(fell, time.monotonic() - began))
    return 1 if found else 0


def _tally(fell: list[Kill], seconds: float) -> str:
    sending = sum(kill.sending for kill in fell)
    return f"{len(fell)} kills, {sending} of them while a batch was being sent, in {seconds:.0f} s."


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
