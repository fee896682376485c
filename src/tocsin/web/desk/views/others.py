"""Others' alerts at the desk: what is in force at a moment, each with what is odd about it, and how it goes with each inlet."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Tone, View


class OtherRow(View, frozen=True, kw_only=True):
    """One of others' alerts.

    flags: what a person should look at, each in a translated sentence. meant: its status and scope where it is not real, or
    not for everybody. state: (tone, words), where it is not simply in force.
    """

    title: str
    href: str
    area: str
    publisher: str
    sent: datetime
    ends: datetime
    msg_type: str
    written_in: str = ""
    severity: str = ""
    meant: str = ""
    state: tuple[Tone, str] | None = None
    flags: tuple[str, ...] = ()
    this: bool = False


class OthersDeskPage(View, frozen=True, kw_only=True):
    """What was or is in force at a moment. at: as the form holds it, empty: now. mistake: why that is no moment."""

    shell: Shell
    moment: datetime
    at: str
    as_known: bool
    count: int
    rows: tuple[OtherRow, ...] = ()
    first: int = 1
    earlier_href: str = ""
    later_href: str = ""
    mistake: str = ""
    inlets_href: str = ""
    any_inlet: bool = True


class WayRow(View, frozen=True, kw_only=True):
    """By which inlet it came. gone_at: since when its feed lists it no more."""

    inlet: str
    publisher: str
    at: datetime
    gone_at: datetime | None = None


class DefectRow(View, frozen=True, kw_only=True):
    """Something that was wrong with it when it came."""

    severity: str
    rule: str
    message: str
    where: str


class SaidInfo(View, frozen=True, kw_only=True):
    """What it says in one language."""

    language: str
    written_in: str
    headline: str
    event: str
    description: tuple[str, ...]
    instruction: tuple[str, ...]
    areas: tuple[str, ...]


class MatchedView(View, frozen=True, kw_only=True):
    """Who of ours is where another's alert holds, and which cases have a place there.

    count_href: where it is counted; then nothing else stands here. unmatched: why nobody is. known, may_be: people; None:
    the reader may not see it. cases, perhaps: (title, address); of the latter only a country is known. more_cases: there are more.
    notes: what of it could not be used.
    """

    count_href: str = ""
    unmatched: str = ""
    known: int | None = None
    may_be: int = 0
    cases: tuple[tuple[str, str], ...] = ()
    perhaps: tuple[tuple[str, str], ...] = ()
    more_cases: bool = False
    notes: tuple[str, ...] = ()


class OtherDeskPage(View, frozen=True, kw_only=True):
    """One of others' alerts, whole. signature: none, unverifiable, bad or good. map_notes: what a map leaves out or alters, and where."""

    shell: Shell
    row: OtherRow
    sender: str
    identifier: str
    received_at: datetime
    signature: tuple[Tone, str]
    ways: tuple[WayRow, ...]
    chain: tuple[OtherRow, ...] = ()
    defects: tuple[DefectRow, ...] = ()
    infos: tuple[SaidInfo, ...] = ()
    map_notes: tuple[str, ...] = ()
    matched: MatchedView | None = None
    raw_href: str = ""
    public_href: str = ""


class InletRow(View, frozen=True, kw_only=True):
    """How it goes with an inlet. kind: in translated words. token_href: where a new token is drawn, for those that have one.

    leads: it is a feed, which can lead further. plain: to alerts under http too. private: to private networks too.
    """

    name: str
    publisher: str
    kind: str
    address: str
    is_on: bool
    shown: bool
    kept: int
    refused: int
    waiting: int
    change_href: str
    heard_at: datetime | None = None
    newest_sent: datetime | None = None
    due: datetime | None = None
    failures: int = 0
    trouble: str = ""
    token_href: str = ""
    leads: bool = False
    plain: bool = False
    private: bool = False
    refusals: tuple[tuple[datetime, str, str], ...] = ()  # (when, what, why)


class InletsPage(View, frozen=True, kw_only=True):
    """Each inlet, and the form of a new one. token: of (name, token), drawn just now and never shown again.

    any_private: the settings of the machine let feeds lead to private networks.
    """

    shell: Shell
    rows: tuple[InletRow, ...] = ()
    token: tuple[str, str] | None = None
    form: Mapping[str, str] = MappingProxyType({})
    mistake: str = ""
    any_private: bool = False
