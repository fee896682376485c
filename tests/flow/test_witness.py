"""Witnesses are asked at the same time, caught up with, and never waited for longer than was said."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.witness import Reply
from tocsin.flow.record import witness
from tocsin.flow.record.witness import ALARMS, Ahead, Lost, Outcome, WitnessAddress, ask_witness, gather
from tocsin.record import (
    Checkpoint,
    Cosigned,
    Cosigner,
    Declined,
    Fork,
    Seen,
    Signer,
    decide,
    leaf_hash,
    nodes_over,
    read_request,
    root_of,
    sign_note,
    write_checkpoint,
)

LOG = Signer("warn.example.org/record", b"\x01" * 32)
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
OTHERS = [leaf_hash(b"another history %d" % number) for number in range(40)]
NODES = nodes_over(LEAVES)
NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)


def note(size: int) -> bytes:
    return sign_note(write_checkpoint(Checkpoint(LOG.name, size, root_of(LEAVES[:size]))), LOG)


class FarWitness:
    """A witness at the other end of a wire, in memory."""

    def __init__(self, number: int, seen: Seen | None = None, log: Signer = LOG) -> None:
        self.cosigner = Cosigner(f"witness.example.net/w{number}", bytes([number]) * 32)
        self.url = f"https://w{number}.example.net/prefix"
        self.seen = seen
        self.asked: list[int] = []  # the old size, each time
        self.log = log

    def take(self, body: bytes) -> Reply:
        request = read_request(body)
        self.asked.append(request.old)
        ruling = decide(request, [self.log.vkey], self.seen)
        if ruling.seen_after is None:
            return Reply(ruling.status, ruling.content_type, ruling.body)
        self.seen = ruling.seen_after
        return Reply(200, "text/plain", self.cosigner.line(request.text, NOON).encode())

    def address(self, old: int = 0) -> WitnessAddress:
        return WitnessAddress(self.cosigner.vkey, self.url, old)


def wire(*far: FarWitness) -> Any:
    known = {f"{one.url}/add-checkpoint": one for one in far}
    return lambda url, body: known[url].take(body)


def seen(size: int, leaves: list[bytes] = LEAVES) -> Seen:
    return Seen(size, root_of(leaves[:size]))


def ask(far: FarWitness, size: int, old: int) -> Outcome:
    return ask_witness(wire(far), note(size), old, NODES, far.cosigner.vkey, far.url)


@pytest.mark.parametrize(
    ("known", "old", "asked"),
    [
        pytest.param(None, 0, [0], id="a new witness"),
        pytest.param(5, 5, [5], id="as we thought"),
        pytest.param(9, 9, [9], id="the same checkpoint again"),
        pytest.param(5, 0, [0, 5], id="we had forgotten what it knows"),
        pytest.param(7, 5, [5, 7], id="it knows more than we thought"),
        pytest.param(9, 5, [5, 9], id="it knows this very checkpoint"),
        pytest.param(3, 5, [5, 3], id="it knows less than we thought"),
        pytest.param(None, 5, [5, 0], id="it knows nothing any more"),
        pytest.param(5, 12, [0, 5], id="we thought it was beyond this checkpoint"),
    ],
)
def test_a_witness_is_caught_up_with_and_cosigns(known: int | None, old: int, asked: list[int]) -> None:
    far = FarWitness(1, None if known is None else seen(known))
    said = ask(far, 9, old)
    assert isinstance(said, Cosigned)
    assert (said.at, far.asked, far.seen) == (NOON, asked, seen(9))


@pytest.mark.parametrize("old", [0, 5, 9, 30])
def test_a_witness_that_knows_a_larger_tree_is_an_alarm(old: int) -> None:
    said = ask(FarWitness(1, seen(12)), 9, old)
    assert said == Ahead(12)
    assert isinstance(said, ALARMS)


@pytest.mark.parametrize("known", [5, 9])
@pytest.mark.parametrize("old", [0, 5])
def test_a_witness_that_knows_another_tree_is_an_alarm(known: int, old: int) -> None:
    said = ask(FarWitness(1, seen(known, OTHERS)), 9, old)
    assert isinstance(said, Fork)
    assert isinstance(said, ALARMS)


def test_a_witness_that_does_not_know_our_key_declines_and_is_no_alarm() -> None:
    said = ask(FarWitness(1, log=Signer(LOG.name, b"\x07" * 32)), 9, 0)
    assert isinstance(said, Declined)
    assert not isinstance(said, ALARMS)


def test_a_witness_that_names_another_size_each_time_is_asked_twice_and_no_more() -> None:
    asked = []

    def restless(url: str, body: bytes) -> Reply:
        asked.append(body)
        return Reply(409, "text/x.tlog.size", b"%d\n" % (3 + len(asked)))

    far = FarWitness(1)
    assert isinstance(ask_witness(restless, note(9), 0, NODES, far.cosigner.vkey, far.url), Declined)
    assert len(asked) == 2


def test_each_of_several_is_heard_and_one_that_is_lost_keeps_none_of_the_others() -> None:
    good, behind, ahead, forked = (
        FarWitness(1),
        FarWitness(2, seen(4)),
        FarWitness(3, seen(20)),
        FarWitness(4, seen(6, OTHERS)),
    )
    dead = WitnessAddress(FarWitness(5).cosigner.vkey, "https://dead.example.net")
    odd = WitnessAddress(FarWitness(6).cosigner.vkey, "https://odd.example.net")
    straight = wire(good, behind, ahead, forked)

    def post(url: str, body: bytes) -> Reply:
        if "dead" in url:
            raise Unreachable("The host cannot be reached.")
        reply: Reply = straight(url, body)  # the odd one raises a KeyError here
        return reply

    said = gather(post, note(9), NODES, [*(far.address() for far in (good, behind, ahead, forked)), dead, odd], 60)
    assert [type(one) for one in said] == [Cosigned, Cosigned, Ahead, Fork, Lost, Lost]
    assert said[4] == Lost("The host cannot be reached.")


def test_whoever_is_slow_is_lost_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = FarWitness(1), FarWitness(2)
    gate, straight = threading.Event(), wire(quick, slow)
    moments = iter([0.0, 0.0])  # it begins, and asks for an answer; once the quick one is read, long ago
    clock = SimpleNamespace(monotonic=lambda: next(moments, 1_000.0))

    def post(url: str, body: bytes) -> Reply:
        if "w2" in url:
            gate.wait(60)
        reply: Reply = straight(url, body)
        return reply

    monkeypatch.setattr(witness, "time", clock)
    said = gather(post, note(9), NODES, [slow.address(), quick.address()], 500)
    gate.set()
    assert [type(one) for one in said] == [Lost, Cosigned]


def test_all_are_asked_at_the_same_time() -> None:
    far = [FarWitness(number) for number in range(1, 6)]
    together = threading.Barrier(5)
    straight = wire(*far)

    def post(url: str, body: bytes) -> Reply:
        together.wait(60)  # nobody is answered before all have been asked
        reply: Reply = straight(url, body)
        return reply

    said = gather(post, note(9), NODES, [one.address() for one in far], 60)
    assert [type(one) for one in said] == [Cosigned] * 5


def test_the_tree_is_read_by_the_one_who_asks_and_by_no_other_thread() -> None:
    readers = set()

    def nodes(level: int, index: int) -> bytes:
        readers.add(threading.get_ident())
        return NODES(level, index)

    far = [FarWitness(number, seen(number)) for number in (3, 5, 6)]
    said = gather(wire(*far), note(9), nodes, [one.address() for one in far], 60)
    assert [type(one) for one in said] == [Cosigned] * 3
    assert readers == {threading.get_ident()}


def test_nobody_is_asked_when_one_of_the_keys_is_none() -> None:
    far = FarWitness(1)
    with pytest.raises(Refused):
        gather(wire(far), note(9), NODES, [far.address(), WitnessAddress(LOG.vkey, "https://x.example")], 5)
    assert far.asked == []


def test_without_witnesses_nothing_is_said() -> None:
    assert gather(wire(), note(9), NODES, [], 5) == []
