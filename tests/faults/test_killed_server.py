"""A server that is killed, or loses its hands, loses nobody; and no hand of it goes on without it."""

import socket
import time
from pathlib import Path

import pytest

from tests.faults import sends, served
from tests.faults.processes import PATIENCE_S, wait_until
from tocsin.testing.sink import Kind

PEOPLE = 300  # enough for a hand


@pytest.mark.parametrize(
    ("kind", "kills"), [pytest.param("http", 10, id="by webhook"), pytest.param("smtp", 5, id="by mail")]
)
def test_whatever_is_killed_of_a_server_with_its_hands_nobody_is_lost_and_what_comes_twice_was_in_flight(
    tmp_path: Path, kind: Kind, kills: int
) -> None:
    found, fell = served.killed(tmp_path / "killed", kills, kind)
    assert found.holds(served.BOUND), found.told(served.BOUND)
    assert min(fell.victims[victim] for victim in served.IN_TURN) > 0, "each must have fallen while it was sent"
    assert len(found.in_flight) > kills // 2, "most kills must fall while it is sent"
    assert found.twice > 0, "no kill fell while anything was in flight; the test has shown nothing"


def test_a_hand_whose_server_is_killed_ends_at_once_though_its_provider_keeps_it_waiting(tmp_path: Path) -> None:
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as provider:
        port = provider.getsockname()[1]
        sends.prepared(served.opened(tmp_path, port, began), port, "smtp", PEOPLE)
        with served.Server(tmp_path, port, began) as server:
            assert server.process.poll() is None
            provider.settimeout(PATIENCE_S)
            line, _ = provider.accept()
            with line:
                line.sendall(b"220 hi\r\n")
                assert line.recv(1), "a warning is under way, and will get no answer"
                assert server.hands()
                server.process.kill()
                server.process.wait()
                wait_until(server.is_gone)
                assert "BrokenPipe" not in server.buried(), "it waited, and had nobody left to tell of it"
