"""Run a bench several times, its peer beside it in each, and print medians as a table.

    python benchmarks/side_by_side.py record
    python benchmarks/side_by_side.py delivery --times 3

Where a bench has no peer of its own, those of benchmarks/peers run after it, each to the same kind of sink. A machine that others use is never the same twice. So the ratio of one run counts, of which the median is taken; and the
load is printed with it, for a table that was made on a busy machine says little about an idle one.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

PEERS_HOME = Path(__file__).with_name("peers")
TOCSIN = Path(sys.executable).with_name("tocsin")
WITHIN_S = 300
PEERS = {"delivery": ("alertmanager", "celery_redis", "apprise_json"), "smtp": ("aiosmtplib_each", "smtp_source")}


def main() -> None:
    """Read what is asked, run it, and print it."""
    asked = argparse.ArgumentParser(description="Run a bench several times and print medians.")
    asked.add_argument("name", help="of the bench, as `tocsin bench NAME` knows it")
    asked.add_argument("--times", type=int, default=5, help="how often (default: 5)")
    given = asked.parse_args()
    repeat(given.name, given.times)


def repeat(name: str, times: int) -> None:
    """Run a bench so often, and print medians."""
    loads = [os.getloadavg()[0]]
    found = []
    for _ in range(times):
        ours = run(name)
        found.append(flat(ours) | beside(ours, PEERS.get(name, ())))
        loads.append(os.getloadavg()[0])
    print(f"{name}: {times} runs on {os.cpu_count()} cores, load {min(loads):.1f} to {max(loads):.1f}\n")
    print("| measured | median | least | most |\n|---|---:|---:|---:|")
    for what in found[0]:
        figures = [one[what] for one in found if what in one]
        print(f"| {what} | {' | '.join(map(written, (median(figures), min(figures), max(figures))))} |")


def written(figure: float) -> str:
    """Write a figure with no more places than it has."""
    return f"{figure:,.3f}".rstrip("0").rstrip(".")


def run(name: str) -> dict[str, Any]:
    """Run a bench in a process of its own, as an outsider would."""
    done = subprocess.run(
        [TOCSIN, "bench", name, "--json"], capture_output=True, text=True, check=False, timeout=WITHIN_S
    )
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def beside(ours: dict[str, Any], peers: Sequence[str]) -> dict[str, float]:
    """Run peers, and return their figures beside ours; one that cannot be had is left out, and says so."""
    figures: dict[str, float] = {}
    for peer in peers:
        command = [sys.executable, str(PEERS_HOME / f"{peer}.py")]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=WITHIN_S)
        if done.returncode == 0:
            its = json.loads(done.stdout)
            figures[f"{its['name']} {its['version']}, {its['n']:,} of them, a second"] = its["rate_per_s"]
            figures[f"ratio to {its['name']}"] = round(ours["rate_per_s"] / its["rate_per_s"], 2)
            if "one_by_one_per_s" in ours["parts"]:  # as the peer sends
                figures[f"one by one, ratio to {its['name']}"] = round(
                    ours["parts"]["one_by_one_per_s"] / its["rate_per_s"], 2
                )
            figures[f"peak MiB of {its['name']}"] = its["peak_rss_mib"]
    return figures


def flat(found: dict[str, Any]) -> dict[str, float]:
    """Return the figures of one run, by what they say."""
    figures = {f"{found['unit']} a second": found["rate_per_s"]}
    if found["peer"]:
        figures[f"the same by {found['peer']['name']}"] = found["peer"]["rate_per_s"]
        figures["ratio"] = found["ratio"]
    for name, part in found["parts"].items():
        figures |= {f"{name}, {who}": one for who, one in part.items()} if isinstance(part, dict) else {name: part}
    return {**figures, "peak MiB": found["peak_rss_mib"]}


if __name__ == "__main__":
    main()
