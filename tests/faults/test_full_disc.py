"""On a full or read-only disc it stops with one clear line; with room made, it goes on where it was.

The discs are small ones in memory, mounted in a namespace of the test's own.
"""

import subprocess
from collections.abc import Sequence
from typing import Any

import pytest

from tests.faults.processes import FERRY, PATIENCE_S, TOCSIN, environment, refused_in_one_line, summary

INIT = ("init", "--name", "sorel", "--passphrase", "a bell over the town", "--data")
REPLAY = (*TOCSIN, "replay", str(FERRY), "--json", "--data")


def in_a_namespace(script: str, *arguments: str) -> Any:
    """Run a shell script where we may mount what we like, and nobody else sees it."""
    return subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=environment(),
        check=False,
    )


@pytest.fixture(autouse=True, scope="module")
def _namespaces() -> None:
    if in_a_namespace("mount -t tmpfs tmpfs /mnt").returncode != 0:
        pytest.skip("This machine lets us mount nothing of our own (unshare --mount --map-root-user).")


def halves(done: Any) -> Sequence[Any]:
    """Return the two runs of one script, each with its own exit code, which the script printed between them."""
    said, _, rest = done.stdout.partition("<first ")
    code, _, later = rest.partition(">\n")
    complaint, _, later_complaint = done.stderr.partition("<first>\n")
    return (
        subprocess.CompletedProcess((), int(code), said, complaint),
        subprocess.CompletedProcess((), done.returncode, later, later_complaint),
    )


AND_AGAIN = 'echo "<first $?>"; echo "<first>" >&2; '


@pytest.mark.parametrize("size", ["64k", "600k"])
def test_too_small_a_disc_is_told_in_one_line(size: str) -> None:
    done = in_a_namespace(f'mount -t tmpfs -o size={size} tmpfs /mnt && exec "$@" /mnt', *REPLAY)
    line = refused_in_one_line(done, code=1)
    assert "disc is full" in line or "No space left" in line


def test_a_disc_that_fills_up_in_the_middle_stops_the_replay_and_room_lets_it_go_on() -> None:
    script = (
        f'mount -t tmpfs -o size=1300k tmpfs /mnt && "$@" /mnt; {AND_AGAIN}'
        'mount -o remount,size=64m /mnt && exec "$@" /mnt'
    )
    stopped, went_on = halves(in_a_namespace(script, *REPLAY))
    assert "disc is full" in refused_in_one_line(stopped, code=1)
    told = summary(went_on)
    assert told["reconcile"] is True
    assert told["warnings"][1]["deliveries"] == {"accepted": 10, "answered": 42}


def test_a_read_only_disc_is_told_in_one_line_where_nothing_was_and_where_something_was() -> None:
    again = "mount -o remount,ro /mnt && exec"
    fresh = in_a_namespace(f'mount -t tmpfs tmpfs /mnt && {again} "$@" /mnt', *REPLAY)
    assert "cannot be written to" in refused_in_one_line(fresh, code=1)
    script = f'mount -t tmpfs tmpfs /mnt && "$@" /mnt; {AND_AGAIN} {again} "$1" "$2" "$3" serve --data /mnt'
    before, refused = halves(in_a_namespace(script, *TOCSIN, *INIT))
    assert before.returncode == 0, before.stderr
    assert "cannot be written to" in refused_in_one_line(refused, code=1)
