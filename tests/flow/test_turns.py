"""Turns at a hand: one batch at a time, the first lane first, and whoever is at it hears that something goes before."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from tocsin.flow.delivery.turns import Turns

LONG_S = 60


class Others:
    """Senders that wait for a turn, each in a thread of its own; what they do is written down in its order."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.done: list[str] = []
        self._pool = ThreadPoolExecutor(8)

    def stand_ready(self, name: str, lane: int) -> "Future[None]":
        asked = Event()

        def send() -> None:
            asked.set()
            with self.turns.turn(lane):
                self.done.append(name)

        future = self._pool.submit(send)
        assert asked.wait(LONG_S)
        return future


def until(said: object) -> None:
    """Wait until a question is answered with yes."""
    assert callable(said)
    for _ in range(LONG_S * 1_000):
        if said():
            return
        Event().wait(0.001)
    raise AssertionError("It never came.")


def test_the_first_lane_goes_first_however_long_others_have_waited() -> None:
    turns = Turns()
    others = Others(turns)
    with turns.turn(3):
        bulk = [others.stand_ready(f"bulk {number}", 3) for number in range(3)]
        danger = others.stand_ready("danger", 2)
        until(lambda: turns.is_wanted_before(3))
    for future in (*bulk, danger):
        future.result(LONG_S)
    assert others.done[0] == "danger"
    assert sorted(others.done[1:]) == ["bulk 0", "bulk 1", "bulk 2"]


def test_whoever_is_at_it_hears_only_of_what_goes_before() -> None:
    turns = Turns()
    others = Others(turns)
    with turns.turn(2):
        assert not turns.is_wanted_before(2)
        waits = others.stand_ready("bulk", 3)
        same = others.stand_ready("danger", 2)
        until(lambda: turns.is_wanted_before(4))
        assert not turns.is_wanted_before(2)
    for future in (waits, same):
        future.result(LONG_S)
    assert not turns.is_wanted_before(4), "nobody waits any more"


def test_a_turn_that_fails_is_over_all_the_same() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn(1):
        raise ZeroDivisionError
    others = Others(turns)
    others.stand_ready("the next", 1).result(LONG_S)
    assert others.done == ["the next"]


def test_one_at_a_time() -> None:
    turns, inside, most = Turns(), 0, 0

    def send(lane: int) -> None:
        nonlocal inside, most
        with turns.turn(lane):
            inside += 1
            most = max(most, inside)
            Event().wait(0.001)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, [lane for lane in range(4) for _ in range(6)]))
    assert (inside, most) == (0, 1)
