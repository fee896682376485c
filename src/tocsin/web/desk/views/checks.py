"""What the watchdog found: whether everything that went out has somebody, or something, that carries it on."""

from datetime import datetime

from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class LooseRow(View, frozen=True, kw_only=True):
    """One thing that does not hold. what: a translated sentence. about: a warning that the reader may read, or nothing."""

    what: str
    about: str = ""
    href: str = ""
    since: datetime | None = None


class ChecksPage(View, frozen=True, kw_only=True):
    """The watchdog's own page.

    begun: checks are made at all. checked_at, took_s: of the last completed check. old: it is too long ago. failed: why
    the latest was not completed. hidden: something was found about what the reader may not read. pings: an outside address
    is set. pinged_at: when it last answered. ping_failed: why it did not, the last time.
    """

    shell: Shell
    begun: bool
    checked_at: datetime | None
    took_s: float
    old: bool
    failed: str = ""
    rows: tuple[LooseRow, ...] = ()
    hidden: bool = False
    pings: bool = False
    pinged_at: datetime | None = None
    ping_failed: str = ""
