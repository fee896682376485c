"""Whom to ring when a warning is not answered: step after step, and again until a named person takes it on.

A step names people, posts, rotas or roles; who that is, is found out when it is rung. A step at which there is nobody
is passed over at once.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.moment import by_the_wall, zone

DAY_S = 24 * 3_600
WEEK_S = 7 * DAY_S
LONGEST_WAIT_S = 3_660 * DAY_S
MOST_STEPS = 50
MOST_TARGETS = 50


class Kind(StrEnum):
    """What a step names."""

    PERSON = "person"
    POST = "post"  # whoever holds it at an organisation
    ROTA = "rota"  # whoever is on duty
    ROLE = "role"  # everyone at the desk who has it
    OWNER = "owner"  # of the case


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to ring. to: the id of a person, post or rota, or the word of a role; empty for the owner."""

    to: Id
    kind: Kind = Kind.PERSON


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One step: whom to ring, how many seconds after the step before.

    also: who is rung with them. channels: over which of these each is rung, over all that they have; none: as they wish.
    """

    to: Id
    after_s: int
    kind: Kind = Kind.PERSON
    also: tuple[Target, ...] = ()
    channels: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """Return everything that the step names."""
        return (Target(to=self.to, kind=self.kind), *self.also)


class Which(StrEnum):
    """Whose answers it takes until a silence is over."""

    EACH = "each"  # each recipient's own: none silences another
    SOME = "some"  # so many of all recipients'
    SHARE = "share"  # so many in a hundred


class Suffices(msgspec.Struct, frozen=True, kw_only=True):
    """Which answers end the silence. count: how many, or how many in a hundred. answers: of these kinds; none: of any."""

    which: Which = Which.EACH
    count: int = 1
    answers: tuple[str, ...] = ()

    def is_met(self, told: int, answered: int) -> bool:
        """Say whether it suffices that so many of those who were told have answered so."""
        if self.which is Which.SHARE:
            return told > 0 and answered * 100 >= self.count * told
        return told > 0 and answered >= (told if self.which is Which.EACH else min(self.count, told))


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """When nobody is rung about what is not grave: from one hour to another, HH:MM, by the clock of a place."""

    begins: str
    ends: str
    zone: str

    def until(self, at: datetime) -> datetime | None:
        """Return when the quiet ends in which a moment lies; None: it lies in none."""
        its_zone = zone(self.zone)
        local = at.astimezone(its_zone)
        begins, ends, now = _hour(self.begins), _hour(self.ends), local.time()
        is_within = begins <= now < ends if begins < ends else now >= begins or now < ends
        if not is_within:
            return None
        day = local.date() + timedelta(days=1 if begins >= ends and now >= begins else 0)
        until = by_the_wall(datetime.combine(day, ends), its_zone)
        return until if until > at else None  # where the clock shows the end twice, the first time counts


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """The steps in order, and how it goes on after the last, every so many seconds.

    from_the_top: all steps are gone through again; otherwise the last is rung again. slows: that comes ever more rarely, after a
    quarter of the time that it has gone on, and at least every slowest_s: once a day, if nothing else is said.
    """

    rungs: tuple[Rung, ...] = ()
    repeat_s: int = DAY_S
    from_the_top: bool = False
    slows: bool = False
    slowest_s: int = DAY_S
    suffices: Suffices = Suffices()
    quiet: Quiet | None = None

    def rung(self, step: int) -> Rung:
        """Return a step, counted from 0 and on beyond the last."""
        most = len(self.rungs)
        return self.rungs[step % most if self.from_the_top else min(step, most - 1)]

    def wait_s(self, step: int) -> int:
        """Return how many seconds to wait before a step."""
        if not self.slows:
            return self._plain_wait_s(step)
        wait = gone_on = 0
        for one in range(step + 1):
            wait = self._plain_wait_s(one)
            if self.begins_anew(one):
                wait = max(wait, min(gone_on // 4, self.slowest_s))
            gone_on += wait
        return wait

    def _plain_wait_s(self, step: int) -> int:
        if step < len(self.rungs):
            return self.rungs[step].after_s
        return self.repeat_s if self.begins_anew(step) else self.rung(step).after_s

    def begins_anew(self, step: int) -> bool:
        """Say whether a step comes after the last, so that it is waited for whoever was there."""
        return step >= len(self.rungs) and (not self.from_the_top or step % len(self.rungs) == 0)

    def at_once(self) -> "Ladder":
        """Return the same ladder with its first step now: for what cannot wait, such as a denial."""
        if not self.rungs:
            return self
        first = msgspec.structs.replace(self.rungs[0], after_s=0)
        return msgspec.structs.replace(self, rungs=(first, *self.rungs[1:]))

    def unmuted(self) -> "Ladder":
        """Return the same ladder without quiet hours: for what is grave."""
        return msgspec.structs.replace(self, quiet=None)

    def rarely(self) -> "Ladder":
        """Return the same ladder, but ever more rarely after its last step, and at least once a week: for what cannot be put right."""
        return msgspec.structs.replace(self, slows=True, slowest_s=WEEK_S)

    def undecided(self) -> "Ladder":
        """Return the same ladder for what nobody decided in time: up to every duty officer, and these ever more rarely.

        With them whoever stands last on it: there may be no duty officer.
        """
        last, officers = self.rungs[-1], Target(to=Role.DUTY_OFFICER.value, kind=Kind.ROLE)
        above = msgspec.structs.replace(last, after_s=self.repeat_s, also=(*last.also, officers))
        rungs = self.rungs if officers in last.targets else (*self.rungs, above)
        return msgspec.structs.replace(self, rungs=rungs, from_the_top=False).rarely()

    def persons(self) -> tuple[Id, ...]:
        """Return the people whom it names by themselves."""
        return tuple(one.to for rung in self.rungs for one in rung.targets if one.kind is Kind.PERSON)


def _hour(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or len(text) != len("22:00"):
        raise Refused(f"{text!r} is no hour of the day. Write it like 22:00.")
    return found


def refuse_nobody_to_ring(warning: Id, ladder: Ladder) -> None:
    """Stop a warning about whose silence, denial, end or failure nobody would hear.

    Raises:
        Refused: its ladder has no step, or it would ring without pause.
    """
    if not ladder.rungs:
        raise Refused(f"Warning {warning} names nobody to ring when it is not answered or does not arrive. Name one.")
    if ladder.repeat_s <= 0:
        raise Refused(f"The ladder of warning {warning} must wait before it rings the last person again.")


def refuse_ladder(warning: Id, ladder: Ladder) -> None:
    """Stop a warning that is written with a ladder by which nobody would hear, or that cannot be followed.

    Raises:
        Refused: it says by which sentence.
    """
    refuse_nobody_to_ring(warning, ladder)
    refuse_unfit(ladder, ())


def refuse_unfit(ladder: Ladder, answers: Iterable[str]) -> None:
    """Stop a ladder that cannot be followed. answers: the words that an answer can be; none: any.

    Raises:
        Refused: it says by which sentence.
    """
    if len(ladder.rungs) > MOST_STEPS or any(len(rung.targets) > MOST_TARGETS for rung in ladder.rungs):
        raise Refused(f"A ladder has {MOST_STEPS} steps at most, and each names {MOST_TARGETS} people, posts or rotas.")
    if any(rung.after_s < 0 for rung in ladder.rungs):
        raise Refused("No step can come before the one that goes before it: its wait is 0 seconds or more.")
    if max([ladder.repeat_s, *(rung.after_s for rung in ladder.rungs)]) > LONGEST_WAIT_S:
        raise Refused(f"No step waits longer than ten years, which is {LONGEST_WAIT_S} seconds.")
    suffices = ladder.suffices
    if suffices.count < 1 or (suffices.which is Which.SHARE and suffices.count > 100):
        raise Refused(f"{suffices.count} answers can never suffice. Say 1 or more; of a share, 1 to 100 per cent.")
    known = tuple(answers)
    unknown = [one for one in suffices.answers if known and one not in known]
    if unknown:
        raise Refused(f"{unknown[0]!r} is no answer. These are: {', '.join(known)}.")
    if ladder.quiet is not None:
        _hour(ladder.quiet.begins), _hour(ladder.quiet.ends), zone(ladder.quiet.zone)
        if ladder.quiet.begins == ladder.quiet.ends:
            raise Refused("Quiet hours that end when they begin would last all day. Give them an end.")
