"""What the public site shows of others' alerts. All words in them are theirs, and nobody here has checked them."""

from datetime import datetime
from enum import StrEnum

from tocsin.web.pieces import MapView, View
from tocsin.web.public.views import PublicShell


class OtherState(StrEnum):
    """How a message stands; `web.wording.OTHER_STATES` holds the tone and the words of each."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    OVER = "over"
    CANCEL = "cancel"
    WORD = "word"


class OtherItem(View, frozen=True, kw_only=True):
    """One of others' alerts in the list. written_in: the language of its words, as it says. severity: CAP's word for it."""

    title: str
    href: str
    area: str
    publisher: str
    sent: datetime
    ends: datetime
    written_in: str = ""
    severity: str = ""


class OthersPage(View, frozen=True, kw_only=True):
    """Which of others' alerts are in force. first: the number of the first that is shown, from 1."""

    shell: PublicShell
    count: int
    rows: tuple[OtherItem, ...] = ()
    first: int = 1
    earlier_href: str = ""
    later_href: str = ""
    map: MapView | None = None


class OtherInChain(View, frozen=True, kw_only=True):
    """A message of the chain. this: it is the one the page shows."""

    title: str
    href: str
    sent: datetime
    state: OtherState
    this: bool = False


class OtherPage(View, frozen=True, kw_only=True):
    """One of others' alerts, in one of its languages.

    map_note: what of it is drawn otherwise than it came. not_drawn: what the map leaves out, and the codes that are meant, theirs.
    """

    shell: PublicShell
    title: str
    publisher: str
    state: OtherState
    sent: datetime
    ends: datetime
    sender: str
    identifier: str
    cap_href: str
    written_in: str = ""
    severity: str = ""
    sender_name: str = ""
    instruction: tuple[str, ...] = ()
    description: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    contact: str = ""
    web: str = ""
    licence: str = ""
    other_languages: tuple[tuple[str, str], ...] = ()  # (code, href)
    chain: tuple[OtherInChain, ...] = ()
    map: MapView | None = None
    map_note: str = ""
    not_drawn: tuple[tuple[str, str], ...] = ()
