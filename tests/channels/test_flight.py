"""The thread that sends: what is over stays over."""

from tocsin.channels.channel import Parcel
from tocsin.channels.flight import Engine, Job, Round, _Thread


class Lingers(Engine):
    """Has a connection that takes its time to close, and is looked after very often."""

    beat_s = 0.001

    def job(self, parcel: Parcel, round_: Round) -> Job:
        raise NotImplementedError

    def take(self, round_: Round, jobs: list[Job]) -> None:
        raise NotImplementedError

    def pump(self, round_: Round) -> None:
        raise NotImplementedError

    def drop(self, round_: Round) -> None:
        raise NotImplementedError

    def beat(self, moment: float) -> None:
        """Nothing takes too long."""

    def hang_up(self, *, at_once: bool) -> None:
        """It stays open."""

    def is_open(self) -> bool:
        return True


def test_one_that_says_farewell_is_taken_for_alive_by_nobody() -> None:
    thread = _Thread(Lingers())
    thread.stop()
    thread._thread.join()  # however busy the machine
    assert thread.gone
    assert not thread.post(Round(lambda: None, 1), [], 0)  # type: ignore[arg-type, return-value]
