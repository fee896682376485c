"""A replay that goes on listens for webhooks where it listened before: at once after a kill, and clearly refused if not."""

import shutil
import socket
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.faults.processes import FERRY, refused_in_one_line, run_here, wait_until
from tests.faults.replays import Replay
from tocsin.testing.hook import Hook
from tocsin.testing.mailbox import Mailbox
from tocsin.web.serving import free_port


@pytest.mark.parametrize("kind", [Hook, Mailbox])
def test_a_port_is_free_again_though_connections_were_cut(kind: type[Hook] | type[Mailbox]) -> None:
    receiver = kind(port=free_port("127.0.0.1", 0))  # one that nobody else is lent while it is free
    with socket.create_connection(("127.0.0.1", receiver.port)) as line:
        wait_until(lambda: receiver.connections() == 1)
        receiver.close()  # cuts the line, and the kernel remembers that for a minute
        while line.recv(1_000):
            pass
    again = kind(port=receiver.port)
    again.close()


def test_a_webhook_port_that_someone_else_took_is_named(reference: Replay, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(reference.data, data)
    # Its own port may be taken by now, by whoever was lent it.
    with socket.create_server(("127.0.0.1", 0)) as other, closing(sqlite.connect(data / "tocsin.db")) as house:
        port = other.getsockname()[1]
        with house:
            assert house.execute("UPDATE house SET value = ? WHERE name = 'hook_port'", (port,)).rowcount == 1
        line = refused_in_one_line(run_here("replay", FERRY, "--data", data, "--json"), code=2)
    assert f"Port {port}" in line
    assert "webhooks" in line
