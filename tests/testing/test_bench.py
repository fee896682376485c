"""A bench says what it measured in the shape that outside programs rely on. How fast it was, no test asks."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from tocsin.basis.errors import Unreachable
from tocsin.cli.bench import bench
from tocsin.testing import bench_areas, bench_audience, bench_record, benches
from tocsin.testing.bench import Measured, childrens_peaks_mib, in_turn, peak_rss_mib
from tocsin.testing.psql import POSTGIS

SMALL = bench_record.Sizes(entries=300, batch=100, receipts=1_000, published=300, proofs=7)
WHOLE = bench_record.bench_record
KEYS = {"name", "n", "seconds", "rate_per_s", "unit", "durable", "runs", "peak_rss_mib", "peer", "ratio", "parts"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_record, "bench_record", lambda: WHOLE(SMALL))


@pytest.mark.usefixtures("small")
def test_it_prints_one_value_with_everything_that_is_promised() -> None:
    done = CliRunner().invoke(bench, ["record", "--json"])
    assert (done.exit_code, done.output.count("\n")) == (0, 1)
    found = json.loads(done.output)
    assert found.keys() >= KEYS
    assert (found["name"], found["n"], found["unit"], found["durable"]) == ("record", 300, "entries", True)
    assert 1 <= found["runs"] <= bench_record.RUNS
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
    found = WHOLE(SMALL)
    assert (found.peer, found.ratio) == (None, None)


def test_a_bench_that_is_not_there_is_asked_for_in_vain() -> None:
    done = CliRunner().invoke(bench, ["weather"])
    assert done.exit_code == 2
    assert (
        "There is no bench 'weather'. There are: answers, areas, audience, cap, delivery, record, smtp." in done.output
    )


@pytest.mark.parametrize(
    ("measure", "name", "n", "unit"),
    [
        pytest.param(
            lambda: bench_audience.bench_audience(bench_audience.Sizes(people=3_000, corners=50)),
            "audience", 3_000, "places", id="audience",
        ),
        pytest.param(
            lambda: bench_areas.bench_areas(bench_areas.Sizes(saved=5_000, corners=20, alerts=9)), "areas", 9, "alerts", id="areas"
        ),
    ],
)  # fmt: skip
def test_without_a_postgis_the_others_run_alone(
    monkeypatch: pytest.MonkeyPatch, measure: Callable[[], Measured], name: str, n: int, unit: str
) -> None:
    monkeypatch.delenv(POSTGIS, raising=False)
    found = measure()
    assert (found.name, found.n, found.unit, found.durable) == (name, n, unit, False)
    assert (found.peer, found.ratio) == (None, None)
    assert found.seconds > 0
    assert found.parts["metro_hits" if name == "audience" else "median_hits"] > 0


def test_the_same_people_and_areas_are_drawn_each_time() -> None:
    parts = [[lat.tolist() for _, lat, _ in bench_audience.people(700, part)] for part in (700, 700)]
    assert parts[0] == parts[1]
    sizes = bench_areas.Sizes(saved=3, alerts=3)
    assert [part.tolist() for part in bench_areas.saved(sizes)] == [part.tolist() for part in bench_areas.saved(sizes)]
    assert list(bench_areas.alerts(sizes)) == list(bench_areas.alerts(sizes))


def test_a_peer_that_is_not_there_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Unreachable, match="psql is not there"):
        bench_areas.bench_areas(bench_areas.Sizes(saved=3, alerts=1), peer="host=127.0.0.1")


@pytest.mark.parametrize("name", sorted(benches.BENCHES))
def test_each_bench_can_be_loaded_by_its_name(name: str) -> None:
    assert callable(benches.bench_named(name))


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


def test_the_peak_of_a_child_is_known_while_it_lives() -> None:
    inner = "held = b'x' * (100 << 20); del held; print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", inner], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert 100 < childrens_peaks_mib()[child.pid] < 200
        child.communicate(b"\n")
    assert child.pid not in childrens_peaks_mib()


def test_a_process_that_ends_while_its_children_are_looked_for_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_folder: object) -> object:
        raise FileNotFoundError

    monkeypatch.setattr("os.scandir", gone)
    assert childrens_peaks_mib() == {}
