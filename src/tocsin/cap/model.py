"""An alert as CAP 1.2 means it, element by element. How it looks in XML is left to elements.py and values.py.

A required word may be nothing: somebody sent a message without it, or with one that CAP does not have, and the message
is kept with its defect. Whoever acts on an alert asks for the word it needs, and takes nothing for the cautious answer:
without a status it is not Actual, without a scope it is not Public.

Source: OASIS Common Alerting Protocol 1.2 (1 July 2010), section 3.2.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

DEFAULT_LANGUAGE = "en-US"

Point = tuple[float, float]
"""Latitude and longitude, WGS 84 degrees."""

Ring = tuple[Point, ...]
"""Four points or more, the last equal to the first."""

Circle = tuple[float, float, float]
"""Latitude and longitude of the middle, WGS 84 degrees; radius in kilometres."""

Pair = tuple[str, str]
"""A valueName, which says whose list is meant, and the value from that list."""


class Status(StrEnum):
    """How the alert is to be handled (3.2.1)."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What the message is to those before it (3.2.1)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """For whom it is (3.2.1)."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """What kind of event (3.2.2)."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    """What people should do (3.2.2)."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon to act (3.2.2)."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it would be (3.2.2)."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is: Likely is above one half, Possible below (3.2.2)."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Reference(msgspec.Struct, frozen=True, order=False, gc=False):
    """The three things that together name one earlier message (3.2.1, references)."""

    sender: str
    identifier: str
    sent: datetime


class Unread(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A text that stands in a message and could not be understood. It is kept so that nothing is lost in silence.

    where: its path, such as `alert/info[1]/area[1]/polygon[2]`. rule: which rule it breaks there.
    """

    where: str
    text: str
    rule: str
    message: str


class Resource(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A file that goes with an info: an image, a sound (3.2.3).

    size: bytes, approximately. deref_uri: the content itself in base64. digest: its SHA-1.
    """

    resource_desc: str | None
    mime_type: str | None = None
    size: int | None = None
    uri: str | None = None
    deref_uri: str | None = None
    digest: str | None = None


class Area(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where it holds: the union of all its shapes and codes (3.2.4).

    altitude, ceiling: feet above mean sea level.
    """

    area_desc: str | None
    polygons: tuple[Ring, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Pair, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


class Info(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is expected and what to do about it, in one language (3.2.2).

    Moments are aware and keep the offset they came with. An absent effective means: from sent on.
    """

    language: str | None = None
    categories: tuple[Category, ...]
    event: str | None
    response_types: tuple[ResponseType, ...] = ()
    urgency: Urgency | None
    severity: Severity | None
    certainty: Certainty | None
    audience: str | None = None
    event_codes: tuple[Pair, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    parameters: tuple[Pair, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def spoken(self) -> str:
        """The language it is in: what it names, or what CAP says it is when it names none."""
        return self.language or DEFAULT_LANGUAGE


class Alert(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message (3.2.1). Sender, identifier and sent together name it.

    signatures: the XML signatures it came with, as canonical XML (3.3.4.1). They are kept so that nothing is lost in
        silence; they hold for the bytes as received, so an alert that has any is not written anew.
    unread: what stands in the message but could not be understood. password: CAP 1.0 had one; it is never written.
    """

    identifier: str
    sender: str
    sent: datetime
    status: Status | None
    msg_type: MsgType | None
    source: str | None = None
    scope: Scope | None
    restriction: str | None = None
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()
    signatures: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    password: str | None = None

    @property
    def reference(self) -> Reference:
        """How a later message names this one."""
        return Reference(self.sender, self.identifier, self.sent)
