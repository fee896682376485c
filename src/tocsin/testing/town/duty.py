"""Who is on duty in the town, and by which policy people are rung."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.basis.ids import Id
from tocsin.basis.moment import utc
from tocsin.flow.people import policies
from tocsin.people.rota import RotaSaved, Stand, Turn
from tocsin.testing.town.warnings import Warnings
from tocsin.warning.ladder import Kind, Ladder, Rung, Suffices, Target
from tocsin.warning.policy import PolicySaved


class Duty(Warnings):
    """Rotas and policies of a town."""

    def rota(
        self, name: str, *members: str, first: str = "2031-05-05T08:00", turn: Turn = Turn.DAY, **more: Any
    ) -> str:
        """Let people take turns, by the day if nothing else is said. more: fields of the rota, as they are."""
        fact = RotaSaved(
            subject=self.id(name),
            occurred_at=self.now,
            name=name,
            zone=more.pop("zone", "Europe/Vienna"),
            members=tuple(self.id(member) for member in members),
            first=first if members else "",
            turn=turn,
            **more,
        )
        policies.keep_rota(self.house, fact, by="town", command=self.name_next("rota"), now=self.now)
        return name

    def stands_in(self, rota: str, person: str | None, begins: str, ends: str, instead_of: str | None = None) -> str:
        """Let somebody stand in, from one moment until another; return by which name it is dropped."""
        name = self.name_next("stand-in")
        stand = Stand(
            id=self.id(name),
            person=person and self.id(person),
            begins=utc(begins),
            ends=utc(ends),
            instead_of=instead_of and self.id(instead_of),
        )
        policies.add_stand_in(self.house, self.id(rota), stand, by="town", command=name, now=self.now)
        return name

    def steps(
        self,
        *steps: tuple[str | Sequence[str], int],
        repeat: int = 60,
        from_the_top: bool = True,
        suffices: Suffices | None = None,
        **more: Any,
    ) -> Ladder:
        """Return a ladder: (whom, after how many minutes). Names are people's, or rota:NAME, post:NAME, role:WORD, owner."""
        rungs = tuple(self._rung(whom, after) for whom, after in steps)
        return Ladder(
            rungs=rungs,
            repeat_s=repeat * 60,
            from_the_top=from_the_top,
            suffices=suffices or Suffices(),
            **more,
        )

    def _rung(self, whom: str | Sequence[str], after: int) -> Rung:
        first, *others = [self.target(one) for one in ([whom] if isinstance(whom, str) else whom)]
        return Rung(
            to=first.to,
            kind=first.kind,
            also=tuple(others),
            after_s=int(timedelta(minutes=after).total_seconds()),
        )

    def target(self, word: str) -> Target:
        """Return what a word of a step names."""
        kind, _, name = word.partition(":")
        if word == "owner":
            return Target(to="", kind=Kind.OWNER)
        if kind == "role":
            return Target(to=name, kind=Kind.ROLE)
        return Target(to=self.id(name), kind=Kind(kind)) if name else Target(to=self.id(word))

    def keeps_policy(self, name: str, ladder: Ladder) -> Id:
        """Save a policy."""
        fact = PolicySaved(subject=self.id(name), occurred_at=self.now, name=name, ladder=ladder)
        policies.keep_policy(self.house, fact, by="town", command=self.name_next("policy"), now=self.now)
        return self.id(name)

    def rung(self) -> list[tuple[str, str]]:
        """Return who of the desk was called when, by the clock of Vienna: (name, 'D HH:MM')."""
        calls = [call for call in (*self.lines.calls, *self.radio.calls) if call.message.kind == "call"]
        calls.sort(key=lambda call: call.at)
        return [(call.to, f"{call.at.astimezone(ZoneInfo('Europe/Vienna')):%d %H:%M}") for call in calls]
