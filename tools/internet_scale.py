"""The figures of docs/why/internet-scale.md, from the sizes that stand on that page. A test measures the sizes again.

python tools/internet_scale.py          write the figures into the page
python tools/internet_scale.py --check  say whether they stand there as they follow from the sizes
"""

import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "why" / "internet-scale.md"
BEGIN, END = "<!-- figures: tools/internet_scale.py -->", "<!-- end of the figures -->"
_SIZE = re.compile(r"^\| ([a-z, ]+) \| ([0-9,]+) B \|", re.MULTILINE)

READERS = 100_000_000
FIRST_S = 300  # the first five minutes, in which all of them come
PEAK = 4  # the busiest second has so many times the mean: they come when they are rung
SEGMENT, ENVELOPE = 1_460, 1.06  # bytes of TCP payload a packet; headers of IP, TCP and TLS
SHARED_S = 5  # s-maxage
EDGES = 500  # caches of a large CDN that ask by themselves
POLL_S = 60  # how often an app asks for the feed
UNCHANGED = 350  # bytes of a 304 with its request, headers of both and TLS
PUSHED = 400  # bytes of an encrypted web push on the wire, body and headers
CENTS_PER_GB = (0.5, 8.0)  # published list prices of traffic, the cheapest and the dearest in common use
EARTH_KM = 40_030.0  # round it
PHONE_CELLS = 9  # its own cell and the eight round it
MESSAGE = 600  # bytes of one broadcast: id, what, until, first instruction, address, signature


def sizes(text: str) -> dict[str, int]:
    """Return the sizes that stand on the page, by name."""
    return {name: int(number.replace(",", "")) for name, number in _SIZE.findall(text)}


def figures(size: dict[str, int]) -> str:
    """Return the tables that follow from the sizes."""
    first = size["alert page, packed"] + size["stylesheet, packed"] + size["script, packed"]
    wire = first * ENVELOPE
    mean, requests = READERS / FIRST_S, 3 * READERS / FIRST_S
    total = READERS * wire
    addresses = 10 + 4  # one alert in each language and without, two feeds, stylesheet, script
    origin = EDGES * addresses / SHARED_S
    poll, poll_total = READERS / POLL_S, READERS * 86_400 / POLL_S * UNCHANGED
    rows = [
        ("bytes a reader, the alert's page with style and script", f"{first:,} ({wire:,.0f} on the wire)"),
        ("readers a second, mean of five minutes; at the peak", f"{mean:,.0f}; {mean * PEAK:,.0f}"),
        ("requests a second, mean; at the peak", f"{requests:,.0f}; {requests * PEAK:,.0f}"),
        ("traffic, mean; at the peak", f"{mean * wire * 8 / 1e9:,.0f} Gbit/s; {mean * wire * PEAK * 8 / 1e9:,.0f} Gbit/s"),
        ("traffic in all", f"{total / 1e12:,.2f} TB"),
        ("what it costs at list prices", f"{total / 1e9 * CENTS_PER_GB[0] / 100:,.0f} to {total / 1e9 * CENTS_PER_GB[1] / 100:,.0f} USD"),
        (f"requests a second that reach us, {EDGES} caches, {addresses} addresses, each asked every {SHARED_S} s", f"{origin:,.0f}"),
        ("share answered by the CDN", f"{100 * (1 - origin / requests):,.2f} %"),
        ("if each app asks for the feed every minute: requests a second, all day", f"{poll:,.0f}"),
        ("the same, traffic of a day in which nothing happens", f"{poll_total / 1e12:,.1f} TB"),
        ("the same, how late a warning comes, mean", f"{POLL_S / 2 + SHARED_S / 2:,.1f} s"),
        ("if each is pushed to instead: traffic of one warning", f"{READERS * PUSHED / 1e9:,.0f} GB"),
        ("polling for a day, in pushes", f"{poll_total / (READERS * PUSHED):,.0f} warnings"),
    ]  # fmt: skip
    cells = [
        (
            "world quartered",
            "cell, km",
            "cells on earth",
            "phone watches, km",
            "bytes a phone, one warning in its cells",
            "cells of a city 30 km wide",
            "of a country 800 km wide",
        )
    ]
    for level in (6, 8, 10, 12):
        side = EARTH_KM / 2**level
        cells.append((f"{level} times", f"{side:,.0f}", f"{4**level // 2:,}", f"{3 * side:,.0f}", f"{MESSAGE:,}", f"{_cover(30, side):,}", f"{_cover(800, side):,}"))  # fmt: skip
    return _table(("what", "figure"), rows) + "\n" + _table(cells[0], cells[1:])


def _cover(wide_km: float, side_km: float) -> int:
    """Return how many cells a square area touches at most: one more each way than fit into it, for it lies across their edges."""
    return (math.ceil(wide_km / side_km) + 1) ** 2


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]
    return "\n".join(lines) + "\n"


def with_figures(text: str) -> str:
    """Return the page with the figures as they follow from its sizes."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{figures(sizes(text))}{END}{after}"


def main() -> int:
    """Write the page, or check it."""
    text = PAGE.read_text(encoding="utf-8")
    if "--check" in sys.argv:
        return int(with_figures(text) != text)
    PAGE.write_text(with_figures(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
