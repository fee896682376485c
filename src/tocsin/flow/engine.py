"""The engine of a running installation: it works when something is due or has come in, and never dies of an error."""

import threading

import structlog

from tocsin.basis.errors import Broken, TocsinError
from tocsin.basis.moment import Clock
from tocsin.flow.house import House
from tocsin.flow.work import next_due, work

log = structlog.get_logger()

LOOK_AGAIN_S = 0.5  # a timer is at most this late, and an answer waits at most this long to be taken in
AFTER_TROUBLE_S = 2.0


class Engine:
    """One thread that does what is due."""

    def __init__(self, house: House, clock: Clock) -> None:
        """Be ready to work in this house by this clock."""
        self._house = house
        self._clock = clock
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self.trouble = ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something has come in."""
        self._woken.set()

    def stop(self) -> None:
        """Finish what is in hand, and end."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = self._round()
            self._woken.wait(wait)
            self._woken.clear()

    def _round(self) -> float:
        try:
            if self.trouble:
                self._house.store.release_all()  # the batch that was being sent when it failed, or nobody would again
            work(self._house, self._clock)
            self.trouble = ""
            due = next_due(self._house)
        except Exception as error:  # noqa: BLE001  stopping would be the one thing that loses a warning
            # Shown on /readyz until it passes. A stranger's own words may quote what is confidential.
            ours = isinstance(error, TocsinError)
            self.trouble = str(error) if ours else f"A mistake of Tocsin's own ({type(error).__name__}); look at it."
            log.error("engine in trouble", kind=type(error).__name__, look=isinstance(error, Broken) or not ours)
            return AFTER_TROUBLE_S
        if due is None:
            return LOOK_AGAIN_S
        return min(max((due - self._clock.now()).total_seconds(), 0.0), LOOK_AGAIN_S)
