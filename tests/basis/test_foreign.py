"""What is read from outside is read by many threads at once, also for the first time."""

import subprocess
import sys

import pytest

MANY_READ_A_NEW_FORM = """
import sys, threading
import msgspec
from tocsin.basis.foreign import fitted, read_json

sys.setswitchinterval(1e-6)  # let the threads come between each other wherever they can

def form(name, fields):
    return type(msgspec.Struct)(name, (msgspec.Struct,), {"__annotations__": fields})

for number in range(500):
    parts = {f"part_{n}": form(f"Part{number}_{n}", {"a": "int", "b": "int"}) for n in range(6)}
    whole = form(f"Whole{number}", parts)
    said = {part: {"a": 1, "b": 2} for part in parts}
    raw = msgspec.json.encode(said)
    start = threading.Barrier(4)

    def read():
        start.wait()
        READ

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


@pytest.mark.parametrize("read", ["fitted(said, whole)", "read_json(raw, whole)"])
def test_a_form_that_many_read_for_the_first_time_brings_nobody_down(read: str) -> None:
    """A server died of it while it started: in a process of its own, for what fails here fails with a segmentation fault."""
    script = MANY_READ_A_NEW_FORM.replace("READ", read)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
