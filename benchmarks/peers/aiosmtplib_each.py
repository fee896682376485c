"""aiosmtplib: a letter for each person, written with the library's EmailMessage and sent over a connection of its own.

python benchmarks/peers/aiosmtplib_each.py
"""

import json
import subprocess
from pathlib import Path

from common import Found, environment, found, main

from tocsin.testing.sink import Sink

N = 2_000
VERSION = "5.1.3"


def measure(n: int) -> Found:
    """Let it send so many."""
    python = environment(f"aiosmtplib=={VERSION}")
    with Sink("smtp") as sink:
        command = [str(python), str(Path(__file__).with_name("aiosmtplib_send.py")), str(sink.port), str(n)]
        told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        return found("aiosmtplib", VERSION, sink, n, told["seconds"], told["peak_mib"])


if __name__ == "__main__":
    main(measure, N)
