"""Whatever somebody can write into a case, or into what it rests on, the check of a tear-line reads: also what comes later."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from itertools import product
from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from tocsin.basis.marking import Mark
from tocsin.outcome.state import Outcome
from tocsin.report.state import Incident, Report, Source
from tocsin.threat.free_text import NO_WORDS
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.state import Actor, Alias, Threat
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.flagged import Flag, flags
from tocsin.warning.ladder import Ladder
from tocsin.warning.material import Rests, material_of

# What no officer writes freely, by the struct that has it. What is not named here is planted, and must be found.
NOT_WRITTEN = {
    "Source": {"source_kind", "why", "organisation"},
    "Report": {"source", "url", "language", "relays", "origin", "readers"},
    "Incident": {"actor", "reports", "country"},
    "Actor": {"listed_by"},
    "Watched": {"checklist"},
    "Duty": {
        "whom",
        "author",
        "because_of",
        "missed",
        "tester",
        "decider",
        "warning",
        "told_by",
        "answer",
        "looked_by",
        "ended_how",
        "ended_by",
        "covered_by",
    },
    "Missed": {"owed"},
    "Refusal": {"proposer", "ground", "pack", "reviewer"},
}


class Planter:
    """Fills structs with words that stand nowhere else."""

    def __init__(self) -> None:
        letters = "bcdfghklmnprstvwz"
        self._words = ("Zwirb" + "".join(one) for one in product(letters, "aou", letters, "aou", "bdk"))
        self.planted: dict[str, str] = {}

    def fill(self, kind: Any, **given: Any) -> Any:
        hints = get_type_hints(kind)
        every = [name for name in kind.__struct_fields__ if name not in given]
        return kind(**given, **{name: self._value(kind.__name__, name, hints[name]) for name in every})

    def _value(self, owner: str, name: str, hint: Any) -> Any:
        if NoneType in get_args(hint):
            hint = next(one for one in get_args(hint) if one is not NoneType)
        if hint is str:
            if name in NO_WORDS or name in NOT_WRITTEN.get(owner, ()) or name == "id":
                return ""
            word = next(self._words)
            self.planted[word] = f"{owner}.{name}"
            return word
        if getattr(hint, "__origin__", None) is tuple:
            each = [one for one in get_args(hint) if one is not Ellipsis]
            return tuple(self._value(owner, name, one) for one in each)
        return self._other(hint)

    def _other(self, hint: Any) -> Any:
        if issubclass(hint, msgspec.Struct):
            return self.fill(hint)
        if issubclass(hint, Enum):
            return next(iter(hint))
        return {datetime: datetime(2031, 5, 6, tzinfo=UTC), bool: False, int: 0, float: 0.0}[hint]


def planted(mark: Mark) -> tuple[Planter, Rests]:
    """Return a case of which every word was planted, and all that hangs on it."""
    planter = Planter()
    actor, source = planter.fill(Actor), planter.fill(Source)
    case = Rests(
        threat=planter.fill(Threat, mark=mark, readers=()),
        reports={"": planter.fill(Report, mark=mark, readers=(), language="en", url=None)},
        incidents={"": planter.fill(Incident, mark=mark)},
        sources={"": source},
        actors={"": actor},
        parts=tuple(planter.fill(one) for one in (Matrix, Outcome, DistrustedHost)),
        duties=(planter.fill(Duty, ladder=Ladder()),),
    )
    return planter, case


def flagged(said: str, case: Rests) -> tuple[Flag, ...]:
    return flags({"what": said}, {}, Mark.AMBER, ("recipient",), material_of(case))


def left_out(planter: Planter, case: Rests) -> Iterator[str]:
    found = {one.text for one in flagged("So " + " ".join(planter.planted), case)}
    yield from (where for word, where in planter.planted.items() if word not in found)


def test_every_word_that_somebody_can_write_is_found_again() -> None:
    planter, case = planted(Mark.RED)
    assert len(planter.planted) > 40
    assert not sorted(left_out(planter, case))


def test_nothing_is_flagged_that_may_go_so_far() -> None:
    planter, case = planted(Mark.AMBER)
    assert not flagged("So " + " ".join(planter.planted), case)


JUDGED = {"Assessment.grounds", "Assessment.why", "Assessment.confidence_why", "Assessment.changed"}


@pytest.mark.parametrize("rests_on", ["the strict report", "nothing in particular"])
def test_what_is_noted_at_an_open_case_frees_no_word_of_a_strict_report(rests_on: str) -> None:
    _, strict = planted(Mark.RED)
    planter, lax = planted(Mark.AMBER)
    report = msgspec.structs.replace(strict.reports[""], text=" ".join(["They said", *planter.planted]))
    free = {"Threat.title", "Threat.place", "Threat.targets", "Particulars.description", "Particulars.intent", "Where.name",
            "OpenQuestion.words", "Actor.name", "Actor.aliases"}  # fmt: skip
    (judged,) = lax.threat.assessments
    if rests_on == "nothing in particular":
        free |= JUDGED
        judged = msgspec.structs.replace(judged, reports=(), incidents=())
    threat = msgspec.structs.replace(lax.threat, assessments=(judged,))
    found = flagged(
        "So " + " ".join(planter.planted), msgspec.structs.replace(lax, threat=threat, reports={"": report})
    )
    assert {where for word, where in planter.planted.items() if word not in {one.text for one in found}} == free


# Fields that are left out by their name: whoever adds one of such a name looks whether somebody writes words into it.
LEFT_OUT = """Accusation.report Alias.by Alias.taken_back_by Aside.by Assessment.assessor Assessment.reports Attribution.actor
Attribution.by Basis.item Cell.hypothesis Checklist.met DistrustedHost.distrusted_by DistrustedHost.host DistrustedHost.id DistrustedHost.threat
DistrustedHost.trusted_by End.by Evidence.item Evidence.item_kind Hypothesis.actor Hypothesis.by Hypothesis.key Indicator.key
Joined.by Joined.into Joined.took_in Judgement.by Marking.by Marking.named KeptDistrusted.beside KeptDistrusted.by Matrix.id Matrix.opened_by Matrix.threat MatrixRow.item MatrixRow.item_kind
MatrixRow.key NextStep.owner NextStep.set_by Note.by OpenQuestion.asked_by OpenQuestion.closed_by OpenQuestion.id Outcome.id
Outcome.judge Outcome.reports Proposed.declined_by Proposed.fits Proposed.incident Split.by Split.items Split.off Threat.actors
Threat.host Threat.id Threat.owner Threat.readers Threat.split_from Threat.unlinked Threat.zone Watched.checklist Weighing.by Where.country"""


def test_a_field_is_left_out_only_where_that_was_said() -> None:
    assert set(LEFT_OUT.split()) == set(_left_out(Threat, Alias, Matrix, Outcome, DistrustedHost))


def _left_out(*kinds: Any) -> Iterator[str]:
    for kind in kinds:
        for name in kind.__struct_fields__:
            hint = get_type_hints(kind)[name]
            inner = [hint, *get_args(hint)]
            if str in inner and name in NO_WORDS:
                yield f"{kind.__name__}.{name}"
            yield from _left_out(*(one for one in inner if isinstance(one, type) and issubclass(one, msgspec.Struct)))
