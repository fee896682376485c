"""What stands at the head of a scenario: who issues, who says things, who is warned, where, and who comes next.

Everything is resolved: moments are aware and in UTC, defaults are filled in, lists are tuples. How it is written in
YAML is read.py's matter and docs/reference/scenario.md's.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from tocsin.basis.marking import Role
from tocsin.people.rota import Turn
from tocsin.warning.audience import Within
from tocsin.warning.ladder import Quiet, Suffices

Kind = Literal["person", "organisation"]
ActorKind = Literal["group", "person"]
Channel = Literal["mail", "webhook"]
Reliability = Literal["A", "B", "C", "D", "E", "F"]
Point = tuple[float, float]
"""Latitude, longitude, in WGS 84 degrees."""
OWNER = "owner"
"""What a step of a policy calls whoever owns the case, and so for the roles; a person of that id comes first."""
ROLES = frozenset(role.value for role in Role)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One named thing of the head. The id is the scenario's own; line is where it stands in the file."""

    id: str
    line: int


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation that warns. sender is its CAP sender identifier."""

    name: str
    sender: str
    contact: str = ""


class Source(Part, frozen=True, kw_only=True):
    """Who says it. why: the grounds of the reliability. of: the institution whose word its publications are."""

    name: str
    reliability: Reliability = "F"
    kind: str = "press"
    why: str = ""
    of: str | None = None


class Person(Part, frozen=True, kw_only=True):
    """Someone at the desk, or someone who is warned: a person or an institution. The player makes the addresses.

    at: where they live. country: that they belong to. consent: whether they agreed to be warned. through: who is told at an
    institution, one after the other; patience: after how long of silence the next one is.
    """

    name: str
    kind: Kind = "person"
    roles: frozenset[Role] = frozenset()
    languages: tuple[str, ...] = ("en",)
    channels: tuple[Channel, ...] = ("mail",)
    at: Point | None = None
    country: str = ""
    consent: bool = False
    through: tuple[str, ...] = ()
    patience: timedelta = timedelta(hours=1)


class Group(Part, frozen=True, kw_only=True):
    """count invented recipients of one sort, each really delivered to; they lie within km around the point at."""

    name: str
    count: int
    kind: Kind = "person"
    channel: Channel = "mail"
    languages: tuple[str, ...] = ("en",)
    at: Point | None = None
    km: float = 0.0
    country: str = ""
    consent: bool = False

    def members(self) -> tuple[str, ...]:
        """Return the ids of all members: 'venues-1' to 'venues-40'."""
        return tuple(f"{self.id}-{number}" for number in range(1, self.count + 1))


class Actor(Part, frozen=True, kw_only=True):
    """Who may act. listed_by: which official listings name it."""

    name: str
    aliases: tuple[str, ...] = ()
    listed_by: tuple[str, ...] = ()
    kind: ActorKind = "group"


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """All points within km kilometres of the centre."""

    centre: Point
    km: float


class Place(Part, frozen=True, kw_only=True):
    """Somewhere: a point, an area (polygon or circle), both, or only a name. polygon: first point equal to the last.

    names: (language, what it is called in that), besides the name that stands for all.
    """

    name: str
    names: tuple[tuple[str, str], ...] = ()
    country: str | None = None
    point: Point | None = None
    polygon: tuple[Point, ...] = ()
    circle: Circle | None = None

    @property
    def is_area(self) -> bool:
        """Say whether a warning can be drawn from it."""
        return bool(self.polygon) or self.circle is not None


class Rota(Part, frozen=True, kw_only=True):
    """People who take turns. first: when the first turn of the first begins, by the clock of the case, without an offset."""

    name: str
    members: tuple[str, ...]
    first: str
    turn: Turn
    every: int


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an escalation: whom to tell when so much time has passed since the warning went out.

    to: people, rotas, roles such as duty_officer, or owner: of the case.
    """

    to: tuple[str, ...]
    after: timedelta


class Policy(Part, frozen=True, kw_only=True):
    """Who is told when a warning stays unanswered, and how often again until someone accepts it."""

    rungs: tuple[Rung, ...]
    repeat_every: timedelta
    from_the_top: bool = False
    suffices: Suffices = Suffices()
    quiet: Quiet | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when something holds."""

    start: datetime
    end: datetime


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Where a step is known from: addresses or titles; or why the exercise invents it."""

    where: tuple[str, ...] = ()
    invented: str | None = None


class AudiencePart(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is within one of these places, in one of these groups and told in one of these languages, as far as said."""

    within: tuple[Within, ...] = ()
    groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """Who should hear: ids of groups, of single people and institutions, of single members of groups; and parts."""

    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    parts: tuple[AudiencePart, ...] = ()
