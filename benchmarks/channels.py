"""How fast the channels alone are: `send` to a sink in another process on loopback, without a database.

.venv/bin/python benchmarks/channels.py [--n 50000] [--times 3] [--wrk PATH] [--smtp-source PATH]

With wrk and smtp-source (Debian: wrk, postfix) named, these post and mail to the same sinks, in turn with ours.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from tocsin.channels.channel import Channel, Parcel
from tocsin.channels.mail import Mail, MailSettings, letter
from tocsin.channels.webhook import Webhook, WebhookSettings, payload
from tocsin.testing.sink import Sink

BATCH, IN_FLIGHT = 1_000, 256
NOW = datetime(2031, 5, 6, tzinfo=UTC)
SCRIPT = """wrk.method = "POST"
local body, n = string.rep("x", %d), 0
request = function()
  n = n + 1
  return wrk.format("POST", "/p/" .. n, {["Idempotency-Key"] = "id" .. n, ["Content-Type"] = "application/json"}, body)
end
"""


def main() -> None:
    """Measure in turn, and print medians with the least and the most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--wrk", type=Path)
    parser.add_argument("--smtp-source", type=Path)
    asked = parser.parse_args()
    with Sink("http") as web, Sink("smtp") as mail:
        hooks, letters = webhooks(web, asked.n), mails(mail, asked.n)
        works: dict[str, Callable[[], tuple[float, float]]] = {
            "webhooks": lambda: sent(Webhook(WebhookSettings(), loopback_only=True), hooks),
            "letters": lambda: sent(Mail(relay(mail), loopback_only=True), letters),
        }
        if asked.wrk:
            works["wrk"] = lambda: wrk(asked.wrk, web, len(hooks[0].content))
        if asked.smtp_source:
            works["smtp-source"] = lambda: smtp_source(asked.smtp_source, mail, asked.n, len(letters[0].content))
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for _ in range(asked.times):
            for name, work in works.items():
                found[name].append(work())
        print(f"load {os.getloadavg()[0]:.1f}, {asked.times} times")
        for name, runs in found.items():
            rates, costs = [rate for rate, _ in runs], [cost for _, cost in runs]
            print(
                f"{name:12} {median(rates):9,.0f}/s  {min(rates):,.0f} to {max(rates):,.0f}  {median(costs):5.1f} us CPU"
            )


def webhooks(sink: Sink, n: int) -> list[Parcel]:
    """Return bodies for n different addresses at the sink."""
    body = payload(kind="tocsin.alert", sent_at=NOW, data={"text": "Keep off the bridge. " * 18}, exercise=False)
    return [parcel(f"id{number:024d}", sink.url(f"/p/{number}"), body) for number in range(n)]


def mails(sink: Sink, n: int) -> list[Parcel]:
    """Return letters to n different addresses."""
    del sink
    text = "Keep off the bridge. " * 30
    whole = letter(
        parcel_id="PARCEL", sender="desk@town.example", sender_name="The watch desk", to="SOMEBODY@town.example",
        subject="Water over the bridge", text=text, html=f"<p>{text}</p>", sent_at=NOW, language="en", exercise=False,
        urgent=True,
    )  # fmt: skip
    found = []
    for number in range(n):
        id_, name = f"id{number:024d}", f"p{number}"
        content = whole.replace(b"PARCEL", id_.encode()).replace(b"SOMEBODY", name.encode())
        found.append(parcel(id_, f"{name}@town.example", content))
    return found


def parcel(id_: str, address: str, content: bytes) -> Parcel:
    """Return a parcel that holds for an hour."""
    return Parcel(id=id_, address=address, content=content, not_after=NOW + timedelta(hours=1), exercise=False)


def relay(sink: Sink) -> MailSettings:
    """Return a sink as a mail relay."""
    return MailSettings(host="127.0.0.1", port=sink.port, sender="desk@town.example")


def sent(channel: Channel, parcels: Sequence[Parcel]) -> tuple[float, float]:
    """Send in batches; return how many a second, and the CPU time of each in microseconds, this process's alone."""
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(parcels), BATCH):
        for results in channel.send(parcels[start : start + BATCH], lambda: NOW, in_flight=IN_FLIGHT):
            if any(result.state != "accepted" for result in results):
                sys.exit("Not everything was accepted: the figures would mean nothing.")
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    channel.close()
    return len(parcels) / took, cpu / len(parcels) * 1e6


def wrk(program: Path, sink: Sink, octets: int) -> tuple[float, float]:
    """Let wrk post bodies of this size for three seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % octets)
        script.flush()
        command = [str(program), "-t1", "-c32", "-d3", "-s", script.name, sink.url()]
        return _other(command, lambda said: float(re.findall(r"Requests/sec: +([\d.]+)", said)[0]))


def smtp_source(program: Path, sink: Sink, n: int, octets: int) -> tuple[float, float]:
    """Let postfix's smtp-source send letters of this size over eight connections."""
    count = n // 5
    where = f"inet:127.0.0.1:{sink.port}"
    command = [str(program), "-d", "-s", "8", "-m", str(count), "-l", str(octets), "-f", "desk@town.example", where]
    began = time.perf_counter()
    return _other(command, lambda _: count / (time.perf_counter() - began), count)


def _other(command: list[str], rate: Callable[[str], float], count: int = 0) -> tuple[float, float]:
    before = os.times()
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    after = os.times()
    found = rate(said)
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return found, cpu / (count or found * 3) * 1e6


if __name__ == "__main__":
    main()
