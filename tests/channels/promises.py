"""What every channel promises, in one suite. A new channel is done when a class of its own inherits this and passes.

Its test module gives a fixture `way`: the channel, wired to a receiver on loopback that can be told to misbehave.
"""

import itertools
import logging
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Self

import pytest

from tests.faults.processes import wait_until
from tocsin.basis.errors import Unreachable
from tocsin.channels.channel import Channel, Fate, Parcel, Result
from tocsin.testing.receiver import Receiver

NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)
WATER = "Water over the Mill Lane bridge"
PATIENCE_S = 300.0  # far more than a busy machine needs
IMPATIENCE_S = 0.2  # where the receiver will not answer


def at_noon() -> datetime:
    return NOON


class Way(ABC):
    """One channel with a receiver at its far end."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.kept: list[Channel] = []

    def keep(self, channel: Channel) -> Channel:
        """Close a channel when the test is over."""
        self.kept.append(channel)
        return channel

    @abstractmethod
    def channel(self, *, patience_s: float = PATIENCE_S, port: int | None = None) -> Channel:
        """Return the channel as a replay has it. port: for mail, where its relay listens instead of the receiver."""

    @abstractmethod
    def elsewhere(self) -> tuple[Channel, Parcel]:
        """Return a channel of a replay, and a parcel that it would have to send beyond this machine."""

    @abstractmethod
    def address(self, name: str, port: int | None = None) -> str:
        """Return where this name is reached. port: for a webhook, where its host listens instead of the receiver."""

    @abstractmethod
    def content(self, parcel_id: str, address: str, *, exercise: bool) -> bytes: ...

    @abstractmethod
    def hostile(self) -> Sequence[str]:
        """Return addresses that are none."""

    @abstractmethod
    def unmistakable(self, parcel_id: str) -> bool:
        """Say whether what arrived is marked as an exercise wherever a person or program may look."""

    @abstractmethod
    def refuse(self, name: str) -> None:
        """Have the receiver refuse one recipient for good."""

    def parcel(self, name: str, *, hours: float = 1, exercise: bool = False, port: int | None = None) -> Parcel:
        id_, address = f"id-{name}", self.address(name, port)
        return Parcel(
            id=id_,
            address=address,
            content=self.content(id_, address, exercise=exercise),
            not_after=NOON + timedelta(hours=hours),
            exercise=exercise,
        )

    def parcels(self, count: int) -> list[Parcel]:
        return [self.parcel(f"p{number}") for number in range(count)]

    def send(
        self,
        parcels: Sequence[Parcel],
        now: Callable[[], datetime] = at_noon,
        patience_s: float = PATIENCE_S,
        in_flight: int = 1,
    ) -> list[Result]:
        results = sent(self.channel(patience_s=patience_s), parcels, now, in_flight)
        assert [result.parcel for result in results] == [parcel.id for parcel in parcels]  # one each
        return results


class Drip:
    """A server whose answer comes octet by octet: each in time, and all of them never, until whoever asked has gone."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._drip)
        self._thread.start()

    def _drip(self) -> None:
        with suppress(OSError):  # all may be over before this thread's first turn
            connection, _ = self._listener.accept()
            with connection:
                while not self._left.wait(IMPATIENCE_S / 5):
                    connection.sendall(b"2")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # which wakes it, where nobody ever came
        self._listener.close()
        self._thread.join()


def each(lists: Iterable[list[Result]]) -> list[Result]:
    return [result for results in lists for result in results]


def sent(
    channel: Channel, parcels: Iterable[Parcel], now: Callable[[], datetime] = at_noon, in_flight: int = 1
) -> list[Result]:
    """Return what a channel says of parcels, in their order, and close it."""
    parcels = [*parcels]
    places = {parcel.id: number for number, parcel in enumerate(parcels)}
    lists = [*channel.send(parcels, now, in_flight=in_flight)]
    channel.close()
    assert all(lists), "an empty list tells nothing"
    results = each(lists)
    if in_flight == 1:
        assert [result.parcel for result in results] == [parcel.id for parcel in parcels], "one after the other"
    return sorted(results, key=lambda result: places[result.parcel])


def states(results: Iterable[Result]) -> list[Fate]:
    return [result.state for result in results]


def taken(results: Iterable[Result]) -> Counter[str]:
    return Counter(result.parcel for result in results if result.state == "accepted")


AT_ONCE = pytest.mark.parametrize("in_flight", [1, 7, 64])


class Promises:
    @pytest.fixture(autouse=True)
    def _end(self, way: Way) -> Iterator[None]:
        yield
        for channel in way.kept:
            channel.close()

    @AT_ONCE
    def test_what_is_accepted_was_received_once(self, way: Way, in_flight: int) -> None:
        results = way.send(way.parcels(30 + 2 * in_flight), in_flight=in_flight)
        assert set(states(results)) == {"accepted"}
        assert way.receiver.ids() == taken(results)

    def test_nothing_to_send_is_nothing_to_say(self, way: Way) -> None:
        assert way.send([]) == []

    def test_each_result_is_known_before_the_next_one_leaves(self, way: Way) -> None:
        running = way.keep(way.channel()).send(way.parcels(5), at_noon)
        for number in range(1, 4):
            assert states(next(running)) == ["accepted"]
            assert way.receiver.count() == number

    def test_who_stops_early_has_sent_no_more(self, way: Way) -> None:
        running = way.keep(way.channel()).send(way.parcels(5), at_noon)
        next(running)
        running.close()  # type: ignore[attr-defined]
        assert way.receiver.count() == 1

    def test_a_refusal_for_good_is_told_apart_from_try_later(self, way: Way) -> None:
        way.refuse("gone")
        (gone,) = way.send([way.parcel("gone")])
        assert (gone.state, gone.wrong_address) == ("refused", True)
        way.receiver.be_busy(times=1)
        (busy,) = way.send([way.parcel("busy")])
        assert (busy.state, busy.wrong_address) == ("later", False)
        assert way.receiver.count() == 0
        assert states(way.send([way.parcel("busy")])) == ["accepted"]

    @AT_ONCE
    def test_one_refused_among_a_hundred_does_not_stop_the_others(self, way: Way, in_flight: int) -> None:
        parcels = way.parcels(100)
        way.refuse("p37")
        results = way.send(parcels, in_flight=in_flight)
        assert [result.parcel for result in results if result.state != "accepted"] == ["id-p37"]
        assert results[37].state == "refused"
        assert way.receiver.ids() == taken(results)

    @pytest.mark.parametrize("arrivals", [0, 1, 7, 19])
    def test_a_server_that_dies_in_the_middle_loses_nothing_it_accepted(self, way: Way, arrivals: int) -> None:
        parcels = way.parcels(20)
        way.receiver.die_after(arrivals)
        results = way.send(parcels)
        assert way.receiver.ids() == taken(results)
        assert states(results) == ["accepted"] * arrivals + ["later"] * (20 - arrivals)
        # Each try that it takes to believe in the death may have arrived, for all the sender knows; no more than those.
        assert [result.maybe_arrived for result in results].count(True) <= 2

    def test_after_a_death_the_rest_goes_out_and_nobody_is_told_twice(self, way: Way) -> None:
        parcels = way.parcels(10)
        way.receiver.die_after(4)
        first = way.send(parcels)
        way.receiver.recover()
        left = [parcel for parcel, result in zip(parcels, first, strict=True) if result.state == "later"]
        assert set(states(way.send(left))) == {"accepted"}
        assert way.receiver.ids() == Counter(parcel.id for parcel in parcels)

    def test_a_connection_that_breaks_between_two_parcels_is_made_again(self, way: Way) -> None:
        way.receiver.hang_up(times=1, keep=False)
        results = way.send(way.parcels(5))
        assert states(results) == ["later", *["accepted"] * 4]
        assert way.receiver.ids() == taken(results)

    def test_a_server_that_leaves_after_an_answer_costs_nobody_anything(self, way: Way) -> None:
        way.receiver.leave(times=2)
        running = way.keep(way.channel()).send(way.parcels(3), at_noon)
        for _ in range(2):
            assert states(next(running)) == ["accepted"]
            wait_until(lambda: way.receiver.connections() == 0)
        assert states(next(running)) == ["accepted"]
        assert list(running) == []
        assert set(way.receiver.ids().values()) == {1}

    def test_no_answer_after_handing_over_is_said_and_the_next_try_has_the_same_id(self, way: Way) -> None:
        way.receiver.hang_up(times=1, keep=True)
        (first,) = way.send([way.parcel("miller")])
        assert (first.state, first.maybe_arrived) == ("later", True)
        (second,) = way.send([way.parcel("miller")])
        assert second.state == "accepted"
        assert way.receiver.ids() == {"id-miller": 2}  # a duplicate, and known as one

    def test_a_silent_server_holds_up_a_batch_for_a_moment_only(self, way: Way) -> None:
        way.receiver.fall_silent(times=100)
        results = way.send(way.parcels(50), patience_s=IMPATIENCE_S)
        assert set(states(results)) == {"later"}
        assert way.receiver.count() == 0
        assert sum("Not tried" in result.detail for result in results) == 48

    def test_an_answer_that_drips_in_is_given_up_in_time(self, way: Way) -> None:
        with Drip() as drip:  # were it not given up, this would never end
            channel = way.channel(patience_s=IMPATIENCE_S, port=drip.port)
            results = sent(channel, [way.parcel("miller", port=drip.port)])
        assert states(results) == ["later"]

    def test_nonsense_is_no_refusal(self, way: Way) -> None:
        way.receiver.talk_nonsense(times=1)
        results = way.send(way.parcels(2))
        assert states(results) == ["later", "accepted"]

    def test_where_nobody_listens_is_try_later(self, way: Way) -> None:
        parcels = way.parcels(3)
        channel = way.channel()
        way.receiver.close()
        assert states(sent(channel, parcels)) == ["later"] * 3

    def test_what_has_expired_is_not_sent(self, way: Way) -> None:
        results = way.send([way.parcel("a", hours=-0.001), way.parcel("b", hours=0), way.parcel("c", hours=-24)])
        assert states(results) == ["expired", "accepted", "expired"]
        assert way.receiver.ids() == {"id-b": 1}

    def test_what_expires_while_we_connect_is_not_sent(self, way: Way) -> None:
        looks = iter([NOON, NOON + timedelta(hours=2), NOON, NOON])
        results = way.send([way.parcel("late"), way.parcel("next")], lambda: next(looks))
        assert states(results) == ["expired", "accepted"]
        assert way.receiver.ids() == {"id-next": 1}

    def test_an_exercise_is_unmistakable_in_what_arrives(self, way: Way) -> None:
        way.send([way.parcel("drill", exercise=True), way.parcel("real")])
        assert way.unmistakable("id-drill")
        assert not way.unmistakable("id-real")

    @pytest.mark.parametrize("exercise", [True, False])
    def test_a_parcel_whose_content_says_otherwise_is_refused(self, way: Way, exercise: bool) -> None:
        address = way.address("miller")
        wrong = way.content("id", address, exercise=not exercise)
        later = NOON + timedelta(hours=1)
        assert states(
            way.send([Parcel(id="id", address=address, content=wrong, not_after=later, exercise=exercise)])
        ) == ["refused"]
        assert way.receiver.count() == 0

    def test_content_that_is_none_is_refused(self, way: Way) -> None:
        later = NOON + timedelta(hours=1)
        for content in (b"", b"\xff\x00", b"[]", b"\r\n\r\n", b"x" * 100_000):
            parcel = Parcel(id="id", address=way.address("a"), content=content, not_after=later, exercise=False)
            assert states(way.send([parcel])) == ["refused"]
        assert way.receiver.count() == 0

    def test_an_address_that_is_none_is_refused_and_the_others_go_out(self, way: Way) -> None:
        good = way.parcel("good")
        bad = [
            Parcel(id=f"bad-{n}", address=address, content=good.content, not_after=good.not_after, exercise=False)
            for n, address in enumerate(way.hostile())
        ]
        results = way.send([*bad, good])
        assert states(results) == ["refused"] * len(bad) + ["accepted"]
        assert way.receiver.ids() == {"id-good": 1}

    def test_a_replay_cannot_leave_this_machine(self, way: Way) -> None:
        channel, parcel = way.elsewhere()
        (result,) = sent(channel, [parcel])
        assert result.state == "refused"
        assert "replay" in result.detail

    def test_no_address_and_no_content_in_a_log_a_result_or_a_parcel_in_print(
        self, way: Way, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        way.refuse("secretive")
        results = way.send([way.parcel("secretive"), way.parcel("open")])
        way.receiver.hang_up(times=1)
        results += way.send([way.parcel("secretive2")])
        channel = way.channel()
        parcel = way.parcel("secretive3")
        way.receiver.close()
        results += sent(channel, [parcel])
        said = caplog.text + "".join(capfd.readouterr()) + repr(results) + repr(parcel)
        for secret in (way.address("secretive"), way.address("open"), parcel.address, WATER):
            assert secret not in said

    # Many at once.

    @AT_ONCE
    def test_no_more_is_in_flight_than_a_crash_may_cost(self, way: Way, in_flight: int) -> None:
        """Counted where it arrives: what has come, less what was told of and asked past."""
        done, most = 0, 0
        parcels = way.parcels(30 + 2 * in_flight)
        for results in way.keep(way.channel()).send(parcels, at_noon, in_flight=in_flight):
            time.sleep(0.005)  # for whatever would go out too early
            most = max(most, way.receiver.count() - done)
            done += len(results)
        assert done == len(parcels)
        assert 1 <= most <= in_flight

    def test_parcels_are_taken_as_they_are_needed(self, way: Way) -> None:
        taken_: list[Parcel] = []

        def endless() -> Iterator[Parcel]:
            for number in itertools.count():
                taken_.append(way.parcel(f"p{number}"))
                yield taken_[-1]

        one_by_one = way.keep(way.channel()).send(endless(), at_noon)
        for number in range(1, 4):
            assert states(next(one_by_one)) == ["accepted"]
            assert len(taken_) == number
        taken_.clear()
        many = way.keep(way.channel()).send(endless(), at_noon, in_flight=8)
        assert set(states(next(many))) == {"accepted"}
        assert len(taken_) <= 2_000

    @AT_ONCE
    def test_a_crash_costs_duplicates_with_the_same_id_and_no_more_than_were_in_flight(
        self, way: Way, in_flight: int
    ) -> None:
        parcels = way.parcels(30 + 2 * in_flight)
        noted: set[str] = set()
        running = way.keep(way.channel()).send(parcels, at_noon, in_flight=in_flight)
        unnoted: list[Result] = []
        for results in running:
            noted |= {result.parcel for result in unnoted}
            unnoted = results
            if len(noted) >= 15:
                break
        running.close()  # type: ignore[attr-defined]  # what a crash leaves: the last list was not noted
        time.sleep(0.05)  # for what had left already to arrive
        before = way.receiver.ids()
        assert sum(before[id_] for id_ in before if id_ not in noted) <= in_flight
        again = way.send([parcel for parcel in parcels if parcel.id not in noted], in_flight=in_flight)
        assert set(states(again)) == {"accepted"}
        after = way.receiver.ids()
        assert set(after) == {parcel.id for parcel in parcels}
        assert sum(after.values()) - len(after) <= in_flight

    def test_who_closes_early_gets_nothing_more_sent(self, way: Way) -> None:
        running = way.keep(way.channel()).send(way.parcels(500), at_noon, in_flight=8)
        told = len(next(running))
        running.close()  # type: ignore[attr-defined]
        time.sleep(0.2)  # for what had left already, and for whatever should not leave any more
        assert way.receiver.count() <= told + 8

    def test_what_the_parcels_themselves_raise_comes_after_every_result(self, way: Way) -> None:
        def breaking_off() -> Iterator[Parcel]:
            yield from way.parcels(20)
            raise Unreachable("The disc is full.")

        running = way.keep(way.channel()).send(breaking_off(), at_noon, in_flight=8)
        results: list[Result] = []
        while len(results) < 20:
            results += next(running)
        assert states(results) == ["accepted"] * 20
        with pytest.raises(Unreachable, match="The disc is full"):
            next(running)

    def test_one_that_gets_no_answer_keeps_nobody_waiting(self, way: Way) -> None:
        way.receiver.fall_silent(times=1)
        channel = way.keep(way.channel())
        results: list[Result] = []
        for some in channel.send(way.parcels(100), at_noon, in_flight=16):
            results += some
            if len(results) == 99:
                channel.close()  # or it would take all of the patience to see how the last one ends
        assert states(results) == [*["accepted"] * 99, "later"]
        assert "closed" in results[-1].detail

    def test_an_answer_without_end_ends_and_keeps_nobody_waiting(self, way: Way) -> None:
        way.receiver.pour(times=1)
        began = time.monotonic()
        results = way.send(way.parcels(50), in_flight=8)
        assert time.monotonic() - began < PATIENCE_S
        assert states(results).count("accepted") >= 49
        assert way.receiver.count() == 50

    @pytest.mark.parametrize("arrivals", [0, 5, 37])
    def test_a_server_that_dies_under_many_loses_nothing_that_it_accepted(self, way: Way, arrivals: int) -> None:
        way.receiver.die_after(arrivals)
        results = way.send(way.parcels(100), in_flight=16)
        arrived, accepted = way.receiver.ids(), taken(results)
        assert arrived.total() == arrivals
        assert not accepted - arrived
        # What came and was not answered any more is said to have come perhaps, and no more than were in flight.
        perhaps = {result.parcel for result in results if result.maybe_arrived}
        assert set(arrived - accepted) <= perhaps
        assert len(perhaps) <= 16
        way.receiver.recover()
        left = [parcel for parcel in way.parcels(100) if parcel.id not in accepted]
        assert set(states(way.send(left, in_flight=16))) == {"accepted"}
        assert set(way.receiver.ids()) == {parcel.id for parcel in way.parcels(100)}

    def test_what_expires_while_others_are_sent_is_not_sent(self, way: Way) -> None:
        end = NOON + timedelta(hours=1)
        moments = itertools.chain([NOON] * 40, itertools.repeat(end + timedelta(seconds=1)))
        results = way.send(way.parcels(60), lambda: next(moments), in_flight=8)
        assert set(states(results)) == {"accepted", "expired"}
        assert way.receiver.ids() == taken(results)

    def test_several_sends_at_once_do_not_mix(self, way: Way) -> None:
        channel = way.keep(way.channel())
        told: dict[int, list[Result]] = {}

        def send(number: int) -> None:
            parcels = [way.parcel(f"s{number}-{n}") for n in range(100)]
            told[number] = each(channel.send(parcels, at_noon, in_flight=8))

        threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number, results in told.items():
            assert {result.parcel for result in results} == {f"id-s{number}-{n}" for n in range(100)}
            assert set(states(results)) == {"accepted"}
        assert way.receiver.ids() == taken(each(told.values()))

    def test_a_channel_that_was_closed_opens_again(self, way: Way) -> None:
        channel = way.keep(way.channel())
        for name in ("one", "two"):
            assert states(each(channel.send([way.parcel(name)], at_noon))) == ["accepted"]
            channel.close()
        assert way.receiver.count() == 2

    def test_a_channel_closed_in_the_middle_leaves_nothing_unsaid(self, way: Way) -> None:
        channel = way.channel()
        running = channel.send(way.parcels(300), at_noon, in_flight=8)
        results = next(running)
        threading.Thread(target=channel.close).start()
        results += each(running)
        channel.close()
        assert sorted(result.parcel for result in results) == sorted(parcel.id for parcel in way.parcels(300))
        assert set(states(results)) <= {"accepted", "later"}
        assert not taken(results) - way.receiver.ids()

    def test_a_mistake_inside_is_said_of_each_and_quoted_nowhere(
        self, way: Way, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        channel = way.keep(way.channel())
        moments = itertools.count()

        def failing() -> datetime:
            if next(moments) > 20:
                raise KeyError(WATER)
            return NOON

        results = each(channel.send(way.parcels(60), failing, in_flight=8))
        assert len(results) == 60
        assert set(states(results)) == {"accepted", "later"}
        assert sum("broke down (KeyError)" in result.detail for result in results) > 0
        assert states(each(channel.send([way.parcel("next")], at_noon))) == ["accepted"]
        assert WATER not in caplog.text + "".join(capfd.readouterr()) + repr(results)

    def test_the_channel_has_a_name_of_one_word(self, way: Way) -> None:
        assert way.channel().name.isalpha()
