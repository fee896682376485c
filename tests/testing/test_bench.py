"""A bench says what it measured in the shape that outside programs rely on. How fast it was, no test asks."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from tocsin.cli.bench import bench
from tocsin.testing import bench_record as benches
from tocsin.testing.bench import in_turn, peak_rss_mib
from tocsin.testing.bench_record import Sizes, bench_record

SMALL = Sizes(entries=300, batch=100, receipts=1_000, published=300, proofs=7)
KEYS = {"name", "n", "seconds", "rate_per_s", "unit", "durable", "runs", "peak_rss_mib", "peer", "ratio", "parts"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(benches.BENCHES, "record", lambda: bench_record(SMALL))


@pytest.mark.usefixtures("small")
def test_it_prints_one_value_with_everything_that_is_promised() -> None:
    done = CliRunner().invoke(bench, ["record", "--json"])
    assert (done.exit_code, done.output.count("\n")) == (0, 1)
    found = json.loads(done.output)
    assert found.keys() >= KEYS
    assert (found["name"], found["n"], found["unit"], found["durable"]) == ("record", 300, "entries", True)
    assert 1 <= found["runs"] <= benches.RUNS
    assert found["seconds"] > 0
    assert found["peak_rss_mib"] > 10
    assert found["peer"]["name"] == "pymerkle"
    assert found["ratio"] == pytest.approx(found["rate_per_s"] / found["peer"]["rate_per_s"], rel=0.1)
    assert found["parts"].keys() == {
        "receipts", "receipts_s", "published_per_s", "prove_ms", "verify_ms", "proof_bytes"
    }  # fmt: skip


@pytest.mark.usefixtures("small")
def test_it_tells_a_person_the_same() -> None:
    done = CliRunner().invoke(bench, ["record"])
    assert done.exit_code == 0
    assert done.output.startswith("300 entries in ")
    assert "pymerkle: " in done.output


def test_without_the_peer_there_is_no_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymerkle", None)
    found = bench_record(SMALL)
    assert (found.peer, found.ratio) == (None, None)


def test_a_bench_that_is_not_there_is_asked_for_in_vain() -> None:
    done = CliRunner().invoke(bench, ["weather"])
    assert done.exit_code == 2
    assert "There is no bench 'weather'. There are: record." in done.output


def seconds_of(*times: float) -> Callable[[], float]:
    left = iter(times)
    return lambda: next(left)


def test_two_works_take_turns_as_often_as_time_allows() -> None:
    assert in_turn([seconds_of(1, 2, 3, 4), seconds_of(5, 6, 7, 8)], 3, within_s=60) == [[1, 2, 3], [5, 6, 7]]
    assert in_turn([seconds_of(1, 2), seconds_of(5, 6)], 3, within_s=0) == [[1], [5]]


def test_the_peak_is_our_own_and_not_that_of_whoever_started_us() -> None:
    # getrusage says of a fresh process what its starter held: the inner one here would claim 300 MiB.
    inner = "from tocsin.testing.bench import peak_rss_mib; print(peak_rss_mib()); held = b'x' * (100 << 20); print(peak_rss_mib())"
    outer = (
        "import subprocess, sys; held = b'x' * (300 << 20); "
        "print(subprocess.run([sys.executable, '-c', sys.argv[1]], capture_output=True, text=True, check=True).stdout)"
    )
    done = subprocess.run([sys.executable, "-c", outer, inner], capture_output=True, text=True, check=True)
    before, after = map(float, done.stdout.split())
    assert 5 < before < 150
    assert 100 < after < 290
    assert peak_rss_mib() > 5
