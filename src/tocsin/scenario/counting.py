"""What the steps of headcounts do, the same commands of flow that an officer would give; and how headcounts stand at the end."""

from functools import singledispatch
from typing import Any

from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.state import Watch
from tocsin.basis.moment import rfc3339
from tocsin.flow import again, headcount
from tocsin.flow.house import House
from tocsin.scenario import steps as s
from tocsin.scenario.names import Names
from tocsin.store.look import Look
from tocsin.warning.headcount.state import Headcount


@singledispatch
def count(step: s.Step, house: House, names: Names, command: str) -> None:  # noqa: ARG001
    """Do what a step of a headcount says. That one begins is told by Acts, which knows audiences and policies.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@count.register
def _(step: s.AskAgainStep, house: House, names: Names, command: str) -> None:
    by, id = names.id(step.by), names.id(step.headcount)
    again.send_again(house, id, by=by, command=command, now=step.at)


@count.register
def _(step: s.WardenStep, house: House, names: Names, command: str) -> None:
    headcount.name_warden(
        house,
        names.id(step.who),
        group=names.id(step.group) if step.group is not None else None,
        persons=names.ids(step.persons),
        wardenship=names.id(step.id),
        by=names.id(step.by),
        command=command,
        now=step.at,
    )


@count.register
def _(step: s.RelieveStep, house: House, names: Names, command: str) -> None:
    headcount.relieve_warden(house, names.id(step.warden), by=names.id(step.by), command=command, now=step.at)


@count.register
def _(step: s.HandInStep, house: House, names: Names, command: str) -> None:
    id, warden, by = names.id(step.headcount), names.id(step.warden), names.id(step.by)
    ticked = {names.id(one): headcount.Ticked(answer=AnswerKind.SAFE) for one in step.safe}
    in_need = headcount.Ticked(answer=AnswerKind.NEED_HELP, words=step.words)
    ticked |= {names.id(one): in_need for one in step.need_help}
    headcount.enter_sheet(house, id, warden, ticked, at=step.gone_round, by=by, command=command, now=step.at)


@count.register
def _(step: s.CloseHeadcountStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.headcount), names.id(step.by)
    headcount.decide(house, id, step.decision, why=step.why, ends=step.until, by=by, command=command, now=step.at)


def counted(look: Look, names: Names) -> list[dict[str, Any]]:
    """Return how the headcounts of a scenario stand."""
    return [
        _counted(look, names, one)
        for one in sorted(look.all(Headcount), key=lambda one: (one.issued_at, names.name(one.id)))
    ]


def _counted(look: Look, names: Names, one: Headcount) -> dict[str, Any]:
    stands, window = look.headcount(one.id), one.window
    return {
        "id": names.name(one.id),
        "threat": None if one.threat is None else names.name(one.threat),
        "follows": None if one.follows is None else names.name(one.follows),
        "asked_at": rfc3339(one.issued_at),
        "window": None
        if window is None
        else {
            "from": rfc3339(window.begins),
            "to": rfc3339(window.ends),
            "state": window.stands.value,
            "decided_at": None if window.decided_at is None else rfc3339(window.decided_at),
        },
        "asked": stands.total,
        "safe": stands.safe,
        "need_help": stands.need_help,
        "need_help_untaken": len(
            look.all(Watch, warning=one.id, why=Why.HELP.value, settled_at=None, accepted_at=None)
        ),
        "received": stands.received,
        "silent": stands.silent,
    }
