"""Prometheus Alertmanager: as many alerts, each a group of its own, from its API to our sink by webhook.

    python benchmarks/peers/alertmanager.py

It is given its best: it waits for no more of a group, tells of no end, has no cluster, and gets a thousand alerts in one
request, over one kept connection. It keeps alerts in memory alone.
"""

import http.client
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import msgspec
from common import Found, found, free_port, listens, main, peaks, running, unpacked, wait_for
from told import MARK, words

from tocsin.testing.sink import Sink

N = 20_000
AT_ONCE = 1_000
SETTINGS = """
route:
  receiver: sink
  group_by: ["..."]
  group_wait: 0s
  group_interval: 1h
  repeat_interval: 24h
receivers:
  - name: sink
    webhook_configs:
      - url: {url}
        send_resolved: false
"""


def measure(n: int) -> Found:
    """Post so many alerts, and wait until all have come."""
    unpacked_in = unpacked("prometheus-alertmanager") / "usr"
    program = unpacked_in / "bin" / "prometheus-alertmanager"
    with tempfile.TemporaryDirectory(prefix="tocsin-peer-") as name, Sink("http", mark=MARK) as sink:
        folder, port = Path(name), free_port()
        (folder / "settings.yml").write_text(SETTINGS.format(url=sink.url("/you")))
        command = [
            *seeing(unpacked_in / "share"),
            str(program),
            "--config.file=settings.yml",
            "--storage.path=kept",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            "--log.level=error",
        ]
        with running(command, folder):
            wait_for("Alertmanager", lambda: listens(port))
            bodies = [body(range(first, min(first + AT_ONCE, n))) for first in range(0, n, AT_ONCE)]
            begun = time.perf_counter()
            post(port, bodies)
            wait_for("Alertmanager's webhooks", lambda: sink.tally().distinct >= n)
            seconds = time.perf_counter() - begun
            return found("Alertmanager", version(program), sink, n, seconds, max(peaks(sink)))


def seeing(share: Path) -> list[str]:
    """Return what lets one process see files under /usr/share that were unpacked elsewhere: it reads a template there."""
    lay = f'mount -t overlay overlay -o lowerdir={share}:/usr/share /usr/share && exec "$@"'
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", lay, "-"]


def body(numbers: range) -> bytes:
    """Return alerts as its API takes them."""
    return msgspec.json.encode(
        [
            {
                "labels": {"alertname": "bridge", "person": f"{number:026d}"},
                "annotations": {"summary": words(number)},
            }
            for number in numbers
        ]
    )


def post(port: int, bodies: list[bytes]) -> None:
    """Hand alerts in."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for one in bodies:
            connection.request("POST", "/api/v2/alerts", one, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                sys.exit(f"Alertmanager answered {answer.status}: {answer.read().decode()}")
            answer.read()


def version(program: Path) -> str:
    """Return which one it is."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return (said.stdout or said.stderr).split()[2]


if __name__ == "__main__":
    main(measure, N)
