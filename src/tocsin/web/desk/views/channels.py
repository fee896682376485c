"""The channels, for those who look after them."""

from datetime import datetime

from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class ChannelRow(View, frozen=True, kw_only=True):
    """One channel. limits: what its account may send, each in a translated sentence; none: as fast as it can.

    sent, failed, arrived, lost: today. said: the sentence that its account gave, when it was asked just now; well: and
    whether that is good. test_href: where it is asked; nothing where there is nobody to ask.
    undated: what it calls back bears no moment.
    """

    name: str
    limits: tuple[str, ...]
    avoided: bool
    calls_back: bool
    sent: int
    failed: int
    arrived: int
    lost: int
    test_href: str
    said: str = ""
    well: bool = True
    undated: bool = False


class WrongRow(View, frozen=True, kw_only=True):
    """A contact point where nothing arrives."""

    person: str
    channel: str
    since: datetime


class ChannelsPage(View, frozen=True, kw_only=True):
    """Each channel, and where nothing arrives. wrong: the latest of them. wrong_count: of all."""

    shell: Shell
    rows: tuple[ChannelRow, ...]
    wrong: tuple[WrongRow, ...] = ()
    wrong_count: int = 0
