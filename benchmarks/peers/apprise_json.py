"""Apprise: a message for each person to a json:// address, many at once, by its async_notify.

python benchmarks/peers/apprise_json.py
"""

import json
import subprocess
from pathlib import Path

from common import Found, environment, found, main
from told import MARK

from tocsin.testing.sink import Sink

N = 1_500
VERSION = "2.3.0"


def measure(n: int) -> Found:
    """Let it notify so many."""
    python = environment(f"apprise=={VERSION}")
    with Sink("http", mark=MARK) as sink:
        url = sink.url("/you").replace("http://", "json://")
        command = [str(python), str(Path(__file__).with_name("apprise_notify.py")), url, str(n)]
        told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        return found("Apprise", VERSION, sink, n, told["seconds"], told["peak_mib"])


if __name__ == "__main__":
    main(measure, N)
