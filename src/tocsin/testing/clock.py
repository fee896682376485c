"""The town's clock: it stands until it is moved, or runs on from where it was set."""

import threading
import time
from datetime import datetime, timedelta


class TownClock:
    """Tells the moment it was set to. After run(), time passes from there at its usual pace."""

    def __init__(self, start: datetime) -> None:
        """Stand at this moment."""
        self._lock = threading.Lock()
        self._set = start
        self._since: float | None = None

    def now(self) -> datetime:
        """Return the moment."""
        with self._lock:
            passed = 0.0 if self._since is None else time.monotonic() - self._since
            return self._set + timedelta(seconds=passed)

    def set(self, moment: datetime) -> None:
        """Move to a moment; never back, for a moment that was recorded has been."""
        with self._lock:
            self._set = max(self._set, moment)

    def advance(self, by: timedelta) -> None:
        """Let time pass at once."""
        with self._lock:
            self._set += by

    def run(self) -> None:
        """Let time pass by itself from now on."""
        with self._lock:
            self._since = time.monotonic()
