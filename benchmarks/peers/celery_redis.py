"""Celery with Redis: a task for each message, two processes that work, each posting over a kept connection.

    python benchmarks/peers/celery_redis.py

It is given its best: results are kept by nobody, a worker fetches many tasks ahead, and Redis writes nothing to the disc.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from common import Found, environment, found, free_port, listens, main, peaks, running, unpacked, wait_for
from told import MARK

from tocsin.testing.sink import Sink

N = 3_000
WARM = 50
PACKAGES = ("celery==5.7.0", "redis==8.1.0", "requests==2.34.2", "packaging")


def measure(n: int) -> Found:
    """Put so many tasks into the queue, and wait until all messages have come."""
    python = environment(*PACKAGES)
    redis = unpacked("redis-tools", "redis-server", "liblzf1", "libjemalloc2") / "usr"
    tasks = Path(__file__).with_name("celery_tasks.py")
    with tempfile.TemporaryDirectory(prefix="tocsin-peer-") as name, Sink("http", mark=MARK) as sink:
        folder, port = Path(name), free_port()
        server = [str(redis / "bin" / "redis-server"), "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
        at = {
            "PEER_BROKER": f"redis://127.0.0.1:{port}/0",
            "PEER_SINK": sink.url("/you"),
            "PYTHONPATH": str(tasks.parent),
        }
        worker = [str(python), "-m", "celery", "-A", tasks.stem, "worker", "--pool", "prefork", "--concurrency", "2"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"]
        libraries = {"LD_LIBRARY_PATH": ":".join(map(str, (redis / "lib").glob("*-linux-*")))}
        with running(server, folder, libraries):
            wait_for("Redis", lambda: listens(port))
            with running([*worker, *quiet], folder, at):
                put(python, tasks, range(WARM), at)
                wait_for("Celery's workers", lambda: sink.tally().distinct >= WARM)
                begun = put(python, tasks, range(WARM, WARM + n), at)
                wait_for("Celery's messages", lambda: sink.tally().distinct >= WARM + n)
                seconds = time.perf_counter() - begun
                return found("Celery and Redis", "5.7.0", sink, n, seconds, max(peaks(sink)), warmed=WARM)


def put(python: Path, tasks: Path, numbers: range, at: dict[str, str]) -> float:
    """Put tasks into the queue; return when this began, by the machine's monotonic clock."""
    command = [str(python), str(tasks), str(numbers.start), str(numbers.stop)]
    done = subprocess.run(command, env=os.environ | at, stdout=subprocess.PIPE, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    main(measure, N)
