"""Whatever is done to a scenario, reading it ends soon: with a scenario, or with a refusal that names the file."""

import time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.scenario.read import read_text

ROOT = Path(__file__).parents[2]
MOSCOW = (ROOT / "scenarios/moscow-2024/scenario.yaml").read_bytes()
FAIR = (ROOT / "scenarios/mill-fair.yaml").read_bytes()
LONGEST_SECONDS = 20
TOKENS = [b"[", b"]", b"{", b"}", b": ", b"- ", b"&a ", b"*a", b"<<: ", b"!!int ", b"'", b'"', b"|\n", b">\n", b"\n", b"#",
          b"null", b"~", b"99999999999999999999", b"-1", b"1e400", b".nan", b"2024-03-07", b"+1h", b"0001-01-01", b"\xff",
          b"\x00", b"\t", b"  ", b"true", b"id", b"", b"moscow", b"alert-7-march", b"9999-12-31T23:59:59Z", b"\xf0\x9f\x94\x94"]  # fmt: skip


def ends_well(raw: bytes) -> None:
    began = time.thread_time()
    said = "scenario.yaml"
    try:
        read_text(raw, Path("scenario.yaml"))
    except Refused as refused:
        said = str(refused)
    assert all(line.startswith("scenario.yaml") for line in said.splitlines())
    assert time.thread_time() - began < LONGEST_SECONDS


slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
spot = st.integers(min_value=0, max_value=len(MOSCOW))


@slow
@given(st.lists(st.tuples(spot, st.integers(0, 40), st.sampled_from(TOKENS)), min_size=1, max_size=4))
def test_bytes_replaced_anywhere(changes: list[Any]) -> None:
    raw = MOSCOW
    for start, length, token in changes:
        raw = raw[:start] + token + raw[start + length :]
    ends_well(raw)


@slow
@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.sampled_from(["drop", "double", "swap", "indent"])), min_size=1, max_size=5
    )
)
def test_lines_dropped_doubled_swapped_and_indented(changes: list[Any]) -> None:
    lines = FAIR.split(b"\n")
    for number, change in changes:
        n = number % (len(lines) - 1)
        match change:
            case "drop":
                del lines[n]
            case "double":
                lines.insert(n, lines[n])
            case "swap":
                lines[n], lines[n + 1] = lines[n + 1], lines[n]
            case "indent":
                lines[n] = b"  " + lines[n]
    ends_well(b"\n".join(lines))


@slow
@given(st.integers(0, 10_000), st.sampled_from([token for token in TOKENS if token.strip()]))
def test_a_value_replaced_by_another(number: int, token: bytes) -> None:
    lines = FAIR.split(b"\n")
    valued = [n for n, line in enumerate(lines) if b": " in line and not line.startswith(b"#")]
    n = valued[number % len(valued)]
    lines[n] = lines[n].split(b": ", 1)[0] + b": " + token
    ends_well(b"\n".join(lines))


@slow
@given(spot)
def test_a_file_cut_off_anywhere(end: int) -> None:
    ends_well(MOSCOW[:end])


@given(st.binary(max_size=400))
def test_any_bytes_at_all(raw: bytes) -> None:
    ends_well(raw)
