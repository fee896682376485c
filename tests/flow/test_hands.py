"""Hands: what a process of its own hands over is what would be handed over here, and nothing is lost when it dies."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import tocsin.hands
from tocsin.basis.errors import Broken
from tocsin.basis.ids import keyed_id, new_id
from tocsin.carriers import WebhookCarrier, carriers
from tocsin.channels.channel import Parcel, Result, accepted
from tocsin.channels.webhook import WebhookSettings
from tocsin.flow.delivery.carrier import Message
from tocsin.flow.delivery.hand import Hand, Order, OwnHand, Said
from tocsin.hands import Away, Give, Start, Sum
from tocsin.locale import words_for
from tocsin.settings import Settings
from tocsin.store.keys import Keys
from tocsin.store.place import Place
from tocsin.store.sums import Sums, Tally, sum_up
from tocsin.testing.sink import Sink

NOW = datetime.now(UTC)
KEY = b"k" * 32
MESSAGE = Message(
    kind="alert",
    about="w",
    subject="Keep off the bridge",
    lines=("Go round by the ford.",),
    language="en",
    sent_at=NOW,
    exercise=True,
    urgent=True,
)


@pytest.fixture(name="sink")
def _sink() -> Iterator[Sink]:
    with Sink("http") as sink:
        yield sink


@pytest.fixture(name="away")
def _away(tmp_path: Path) -> Iterator[Away]:
    settings = Settings(data=tmp_path, organisation="The town")
    own = OwnHand(carriers(settings, words_for, loopback_only=True), KEY, os.urandom)
    away = Away(Start(settings, KEY, loopback_only=True), own)
    yield away
    away.close()


def order(tmp_path: Path, sink: Sink, count: int, **other: Any) -> Order:
    """Return an order to so many people, of whom the fourth is forgotten and the fifth's address was altered."""
    keys = Keys(tmp_path / "keys.db", os.urandom)
    persons = [new_id(os.urandom) for _ in range(count)]
    keys.ensure(persons)
    sealed = [keys.seal(person, sink.url(f"/{person}"), f"at-{person}.address") for person in persons]
    sealed[4] = sealed[5]
    raw = keys.some(persons)
    keys.close()
    places = [
        Place(row, row, one, f"at-{one}", sealed[row], '["en"]', int(row == 3)) for row, one in enumerate(persons)
    ]
    given: dict[str, Any] = {
        "batch": "b",
        "channel": "webhook",
        "about": "w",
        "step": 0,
        "answers": "https://town.example/a/",
        "not_after": NOW + timedelta(days=1),
        "messages": {'["en"]': MESSAGE},
        "places": places,
        "keys": [raw[one] for one in persons],
    }
    return Order(**given | other)


def fates(hand: Hand, asked: Order, in_flight: int = 256) -> dict[int, Said]:
    """Return what became of each place, once it is sure that each is told of once."""
    told = [said for part in hand.send(asked, lambda: NOW, in_flight=in_flight) for said in part]
    assert Counter(place for said in told for place in said.places) == Counter(range(len(asked.places)))
    return {place: replace(said, places=[place]) for said in told for place in said.places}


def test_a_process_of_its_own_hands_over_what_this_one_would(tmp_path: Path, sink: Sink, away: Away) -> None:
    asked = order(tmp_path, sink, 300)
    found = fates(away, asked)
    assert found == fates(away._own, asked)
    assert Counter(said.what for said in found.values()) == {"accepted": 298, "forgotten": 1, "unfit": 1}
    assert (found[3].what, found[4].what) == ("forgotten", "unfit")
    ids = sink.ids()
    assert set(ids) == {keyed_id(KEY, "w", to.person, "webhook", "0") for to in asked.places} - {
        keyed_id(KEY, "w", asked.places[at].person, "webhook", "0") for at in (3, 4)
    }
    assert set(ids.values()) == {2}, "once from each"


def test_one_process_serves_many_orders(tmp_path: Path, sink: Sink, away: Away) -> None:
    fates(away, order(tmp_path, sink, 100))
    first = away._process
    fates(away, order(tmp_path / "..", sink, 100))
    assert away._process is first
    assert sink.tally().distinct == 2 * 98


def test_whoever_dies_leaves_nothing_unsaid_and_the_next_one_goes_on(tmp_path: Path, sink: Sink, away: Away) -> None:
    asked = order(tmp_path, sink, 600)
    told: list[Said] = []
    for number, part in enumerate(away.send(asked, lambda: NOW, in_flight=64)):
        told += part
        if number == 1:
            assert away._process is not None
            away._process.send_signal(signal.SIGKILL)
    assert sorted(place for said in told for place in said.places) == list(range(600))
    lost = [said for said in told if said.what == "later"]
    assert lost
    assert {said.detail for said in lost} == {"The process that was sending ended."}
    assert sink.tally().arrived - sum(len(said.places) for said in told if said.what == "accepted") <= 64
    assert Counter(said.what for said in fates(away, asked).values())["accepted"] == 598, "a new one was started"


def test_whoever_asked_is_not_kept_in_the_dark_while_one_host_is_silent(tmp_path: Path, sink: Sink, away: Away) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        keys = Keys(tmp_path / "keys.db", os.urandom)
        asked = order(tmp_path, sink, 100)
        slow = asked.places[50]
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        sealed = keys.seal(slow.person, url, f"{slow.contact}.address")
        keys.close()
        asked.places[50] = replace(slow, address=sealed)
        told = 0
        for part in away.send(asked, lambda: NOW, in_flight=256):
            told += sum(len(said.places) for said in part)
            if not part and told == 99:
                break
        assert told == 99
        away.close()


def test_whoever_is_gone_when_it_is_answered_is_replaced(tmp_path: Path, sink: Sink, away: Away) -> None:
    """What could not be written to it must not be flushed once more when its pipe is closed."""
    asked = order(tmp_path, sink, 600)
    told: list[Said] = []
    for number, part in enumerate(away.send(asked, lambda: NOW, in_flight=64)):
        told += part
        if number == 0:
            assert away._process is not None
            away._process.send_signal(signal.SIGKILL)
            away._process.wait()
    assert sorted(place for said in told for place in said.places) == list(range(600))
    assert Counter(said.what for said in fates(away, asked).values())["accepted"] == 598


def test_what_is_stopped_goes_no_further(tmp_path: Path, sink: Sink, away: Away) -> None:
    told: list[Said] = []

    def moment() -> datetime:
        return NOW + timedelta(days=2 if told else 0)

    for part in away.send(order(tmp_path, sink, 1_000), moment, in_flight=160):
        told += part
    assert sorted(place for said in told for place in said.places) == list(range(1_000))
    kinds = Counter(said.what for said in told for _ in said.places)
    assert kinds["expired"] > 0
    assert sink.tally().arrived == kinds["accepted"]


def test_never_more_is_handed_over_than_may_be_lost(tmp_path: Path, sink: Sink, away: Away) -> None:
    """Whoever asked looks at each list for as long as it likes: meanwhile no more than in_flight may have arrived unheard."""
    heard = 0
    for part in away.send(order(tmp_path, sink, 1_000), lambda: NOW, in_flight=160):
        assert sink.tally().arrived - heard <= 160
        heard += sum(len(said.places) for said in part if said.what == "accepted")


def test_whoever_stops_asking_hears_nothing_of_that_order_with_the_next(tmp_path: Path, sink: Sink, away: Away) -> None:
    """As when the disc is full while results are noted: the next order's fates must be its own."""
    (tmp_path / "next").mkdir()
    asking = away.send(order(tmp_path, sink, 600), lambda: NOW, in_flight=160)
    assert next(filter(None, asking))
    asking.close()  # type: ignore[attr-defined]
    asked = order(tmp_path / "next", sink, 100)
    found = fates(away, asked)
    ids = sink.ids()
    for place, said in found.items():
        if said.what == "accepted":
            assert ids[keyed_id(KEY, "w", asked.places[place].person, "webhook", "0")] == 1


def tally() -> Tally:
    """Return a batch of three: one was reached at the second try, one is forgotten, and of one nothing came."""
    return Tally(
        batch="b",
        warning="w",
        channel="webhook",
        about="w",
        step=0,
        persons=["one", "two", "three"],
        keys=[b"1" * 32, None, b"3" * 32],
        came=[
            ([0], "failed", "2031-05-06T08:00:00.000000Z", 1, "Busy."),
            ([1], "suppressed", "2031-05-06T08:00:00.000000Z", 0, "Forgotten since it was planned."),
            ([0], "accepted", "2031-05-06T08:05:00.000000Z", 2, "Taken."),
        ],
    )


def without_chance(sums: Sums) -> tuple[dict[str, int], str, set[bytes]]:
    """Return what sums say that does not hang on where each receipt was put, or on the leaf of whoever is forgotten."""
    filled, width = sums.receipts.filled, 2 + 32
    leaves = [filled[at + 2 : at + width] for at in range(0, len(filled), width)]
    return sums.counts, sums.root, {leaves[0], leaves[2]}


def test_a_process_of_its_own_sums_up_as_this_one_would_whatever_it_did_before(
    tmp_path: Path, sink: Sink, away: Away
) -> None:
    expected = without_chance(sum_up(tally(), KEY, os.urandom))
    assert expected[0] == {"accepted": 1, "suppressed": 1}
    assert without_chance(away.sum_up(tally())) == expected
    fates(away, order(tmp_path, sink, 100))
    assert without_chance(away.sum_up(tally())) == expected
    assert away._process is not None
    away._process.send_signal(signal.SIGKILL)
    away._process.wait()
    assert without_chance(away.sum_up(tally())) == expected


def tally_of(asked: Order) -> Tally:
    """Return the batch of an order, of which everyone was reached."""
    return Tally(
        batch=asked.batch,
        warning="w",
        channel=asked.channel,
        about=asked.about,
        step=asked.step,
        persons=[to.person for to in asked.places],
        keys=asked.keys,
        came=[(list(range(len(asked.places))), "accepted", "2031-05-06T08:00:00.000000Z", 1, "Taken.")],
    )


def test_whoever_sent_a_batch_knows_who_is_in_it_when_it_is_summed_up(
    tmp_path: Path, sink: Sink, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People and keys go to a process once; one that has not sent the batch last is told them again."""
    (tmp_path / "next").mkdir()
    asked, other = order(tmp_path, sink, 300), order(tmp_path / "next", sink, 100, batch="another")
    expected = leaves(sum_up(tally_of(asked), KEY, os.urandom))
    frames: list[Any] = []
    write = tocsin.hands._write

    def written(pipe: Any, what: Any) -> None:
        frames.append(what)
        write(pipe, what)

    monkeypatch.setattr("tocsin.hands._write", written)
    fates(away, asked)
    assert leaves(away.sum_up(tally_of(asked))) == expected
    assert leaves(away.sum_up(tally_of(asked))) == expected, "once more"
    fates(away, asked)
    fates(away, other)
    assert leaves(away.sum_up(tally_of(asked))) == expected, "another batch was sent meanwhile"
    part = replace(asked, places=asked.places[:200], keys=asked.keys[:200])
    fates(away, part)
    assert leaves(away.sum_up(tally_of(asked))) == expected, "only a part of it was sent"
    fates(away, asked)
    assert away._process is not None
    away._process.send_signal(signal.SIGKILL)
    away._process.wait()
    assert leaves(away.sum_up(tally_of(asked))) == expected, "who sent it is gone"
    told = [bool(frame.tally.persons) for frame in frames if isinstance(frame, tocsin.hands.Sum)]
    assert told == [False, True, True, True, True]


def leaves(sums: Sums) -> tuple[dict[str, int], str, list[bytes]]:
    """Return what sums say that does not hang on chance, where nobody is forgotten."""
    filled, width = sums.receipts.filled, 2 + 32
    return sums.counts, sums.root, [filled[at + 2 : at + width] for at in range(0, len(filled), width)]


def test_nobody_is_guessed_where_it_was_not_said_who_is_in_a_batch(tmp_path: Path, sink: Sink, away: Away) -> None:
    own = away._own
    assert isinstance(own, OwnHand)
    brief = replace(tally(), persons=[], keys=[])
    with pytest.raises(Broken, match="Batch b is to be summed up, and nobody said who is in it"):
        own.fill(brief)
    asked = order(tmp_path, sink, 10, batch="another")
    fates(own, asked)
    with pytest.raises(Broken):
        own.fill(brief)
    assert own.fill(tally()) == tally()


def test_where_the_process_dies_summing_up_this_one_does_it(away: Away, monkeypatch: pytest.MonkeyPatch) -> None:
    away.sum_up(tally())
    monkeypatch.setattr("tocsin.hands._read", lambda _pipe: None)
    assert without_chance(away.sum_up(tally())) == without_chance(sum_up(tally(), KEY, os.urandom))


def test_where_no_process_can_be_started_this_one_does_it(
    tmp_path: Path, sink: Sink, away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any, **__: Any) -> Any:
        raise OSError("no more processes")

    monkeypatch.setattr("tocsin.hands.subprocess.Popen", none)
    assert Counter(said.what for said in fates(away, order(tmp_path, sink, 100)).values())["accepted"] == 98


@pytest.mark.parametrize("after", [0, 1, 5, 9])
def test_a_channel_that_breaks_down_is_told_of_once_for_each_and_takes_nothing_back(
    tmp_path: Path, sink: Sink, after: int
) -> None:
    """Whoever was reached before it broke down stays reached: told otherwise, they would be told the warning again."""

    class Breaks(WebhookCarrier):
        def send(
            self, parcels: Iterable[Parcel], now: Callable[[], datetime], *, in_flight: int = 1
        ) -> Iterator[list[Result]]:
            for number, parcel in enumerate(parcels):
                if number == after:
                    raise OSError("broken")
                yield [accepted(parcel, "Taken.")]

    hand = OwnHand({"webhook": Breaks(WebhookSettings(), loopback_only=True)}, KEY, os.urandom)
    found = fates(hand, order(tmp_path, sink, 12))
    kinds = Counter(said.what for said in found.values())
    assert kinds["accepted"] == after
    assert kinds["later"] == 10 - after + sum(found[at].what == "later" for at in (3, 4))


def test_a_hand_is_started_by_tocsin_alone() -> None:
    done = subprocess.run([sys.executable, "-m", "tocsin.hands"], input=b"", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"tocsin: ")


def test_no_key_is_shown_by_what_a_hand_is_handed(tmp_path: Path, sink: Sink) -> None:
    start, asked = Start(Settings(data=tmp_path), KEY, loopback_only=True), order(tmp_path, sink, 6)
    assert (repr(start), repr(asked.places[0])) == ("Start()", "Place(row=0)")
    assert "key" not in repr(Give(asked, 1)) + repr(Sum(tally()))
