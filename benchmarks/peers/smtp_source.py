"""Postfix's smtp-source, a program in C that does nothing but send: the same letter again and again, over kept connections.

    python benchmarks/peers/smtp_source.py

It writes nothing, keeps nothing, and knows no recipient from another: how fast the wire and the sink are.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import Found, main, peaks, unpacked
from told import words

from tocsin.testing.sink import Sink

N = 20_000
CONNECTIONS = 8


def measure(n: int) -> Found:
    """Let it send so many."""
    postfix = unpacked("postfix") / "usr"
    with tempfile.TemporaryDirectory(prefix="tocsin-peer-") as name, Sink("smtp") as sink:
        letter = Path(name) / "letter"
        letter.write_text(f"Message-ID: <same@town.example>\nSubject: Exercise\n\n{words(1)}\n{words(2)}\n{words(3)}\n")
        to = ["-f", "bell@town.example", "-t", "you@town.example", f"inet:127.0.0.1:{sink.port}"]
        sending = [str(postfix / "sbin" / "smtp-source"), "-d", "-s", str(CONNECTIONS), "-m", str(n), "-F", str(letter)]
        begun, held = time.perf_counter(), [0.0]
        with subprocess.Popen([*sending, *to], env={"LD_LIBRARY_PATH": str(postfix / "lib" / "postfix")}) as process:
            while process.poll() is None:
                held += peaks(sink)
                time.sleep(0.01)
        seconds = time.perf_counter() - begun
        tally = sink.tally()
    if tally.arrived != n:
        sys.exit(f"smtp-source was to send {n} letters. What came: {tally}.")
    return Found(
        name="smtp-source",
        version="3.7.11",
        n=n,
        seconds=round(seconds, 3),
        rate_per_s=round(n / seconds),
        twice=0,
        peak_rss_mib=max(held),
        durable=False,
    )


if __name__ == "__main__":
    main(measure, N)
