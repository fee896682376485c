"""What Celery's workers do, and what puts tasks into its queue. Runs where Celery is installed, and Tocsin is not."""

import os
import sys
import time

import requests
from celery import Celery
from told import words

app = Celery("peer", broker=os.environ["PEER_BROKER"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=100, broker_pool_limit=1)
session = requests.Session()


@app.task(name="tell")  # type: ignore[untyped-decorator]
def tell(number: int) -> None:
    """Post one message."""
    session.post(os.environ["PEER_SINK"], json={"body": words(number)}, timeout=30).raise_for_status()


if __name__ == "__main__":
    print(time.perf_counter(), flush=True)
    for number in range(int(sys.argv[1]), int(sys.argv[2])):
        tell.delay(number)
