"""Each field of a case is in what leaves, or stands in the list below with a reason: what is new belongs in one of the two."""

import typing
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.web.desk_case import READERS, Desk, at, open_case, people, report, sources
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.file import CaseFile, case_file
from tocsin.flow.exchange.items import Maker, naming
from tocsin.flow.exchange.judged import Items
from tocsin.flow.outcome import judge
from tocsin.flow.report import receive
from tocsin.flow.threat import cases, hypothesize, weigh
from tocsin.flow.threat.observing import observe, put_on_checklist
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.outcome.state import Outcome
from tocsin.report.facts import Claim, IncidentNoted
from tocsin.report.state import Incident, Report, Source
from tocsin.store.door import Door
from tocsin.threat.facts import (
    ActorListed,
    Bearing,
    Confidence,
    NoIndicationStated,
    PartyAccused,
)
from tocsin.threat.hypotheses.decide import Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.indicators import Basis, Indicator, Observed
from tocsin.threat.joined import Joined
from tocsin.threat.looked_after import End, NextStep
from tocsin.threat.particulars import Method, Particulars, Severity, TargetClass, Where
from tocsin.threat.state import Actor, Threat

KINDS = (Threat, Actor, Report, Source, Incident, Outcome, Matrix)

OURS = "who did it here is nobody's outside"
FOLLOWS = "it follows from what leaves"
STAYS: dict[tuple[str, str], str] = {
    **dict.fromkeys(
        [("Threat", "owner"), ("Threat", "readers"), ("Report", "readers"), ("Assessment", "assessor")], OURS
    ),
    **dict.fromkeys(
        [("OpenQuestion", "asked_by"), ("OpenQuestion", "closed_by"), ("Attribution", "by"), ("Note", "by")], OURS
    ),
    **dict.fromkeys([("Outcome", "judge"), ("Matrix", "opened_by"), ("Hypothesis", "by"), ("Aside", "by")], OURS),
    **dict.fromkeys([("Weighing", "by"), ("Judgement", "by"), ("End", "by")], OURS),
    ("Threat", "host"): "whom we warn is said to them",
    ("Threat", "markings"): "each object leaves with its mark; how far it went before, and why, is how we work",
    ("Threat", "unlinked"): "what bears on it no more is no part of it",
    ("Threat", "next_step"): "what we do next is not for others",
    ("Threat", "proposed"): "a program found that it may fit; who looked and took it over has made evidence of it",
    **dict.fromkeys([("Incident", "corrected_at"), ("Incident", "corrected_why")], "it leaves as it stands"),
    ("Actor", "called"): "its names leave; who told us of one, and which was taken back, is how we work",
    ("Threat", "joined"): "cases that became one leave as one; which were several is how we work",
    ("Threat", "split_from"): "which case it came out of is how we work",
    ("End", "why"): "what became of it leaves as an outcome; this is why we do not work on it any more",
    ("Checklist", "met"): FOLLOWS,
    ("Checklist", "met_at"): FOLLOWS,
    ("Note", "older"): FOLLOWS,
    ("Evidence", "item_kind"): FOLLOWS,
    ("MatrixRow", "item_kind"): "it follows from what leaves, and tells only what is missing where it is not there",
    ("MatrixRow", "key"): "nothing refers to a row",
    ("MatrixRow", "dropped"): "what was taken out is no part of the matrix",
    ("Matrix", "threat"): "it is the campaign that the note refers to",
    ("Source", "source_kind"): "what sort of source it is says who it may be",
    ("Source", "why"): "why somebody is relied on names who they are",
    ("Source", "organisation"): "whom a source speaks for is said by us to nobody",
}
"""Fields that are in no file, whatever its mark. Of parts of these (a next step, a proposal) nothing leaves either."""

NOTHING_OF = (NextStep, Joined)


def parts_of(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """Yield the structs that a kind is made of, itself first; not of what stays as a whole."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind in NOTHING_OF:
            return
        yield kind
        for name, hint in typing.get_type_hints(kind).items():
            if (kind.__name__, name) not in STAYS:
                yield from parts_of(hint)
    for one in typing.get_args(kind):
        yield from parts_of(one)


def is_part(hint: Any) -> bool:
    """Say whether a field holds one struct: its own fields are looked at."""
    kinds = (hint, *(typing.get_args(hint) if typing.get_origin(hint) is not tuple else ()))
    return any(isinstance(one, type) and issubclass(one, msgspec.Struct) for one in kinds)


EVERY = {part.__name__: part for kind in KINDS for part in parts_of(kind)}
FIELDS = [
    (kind, name)
    for kind in EVERY.values()
    for name, hint in typing.get_type_hints(kind).items()
    if name in kind.__struct_fields__ and name != "id" and ((kind.__name__, name) in STAYS or not is_part(hint))
]

ANOTHER = {
    "press": "partner",
    "partner": "press",
    "host-news": "press",
    "first": "paper",
    "them": "others",
    "others": "them",
}
"""Of names that must be known somewhere else in the case, another that is."""


def full(desk: Desk) -> None:
    """Say of a case everything that can be said of one."""
    desk.do(weigh.list_actor, ActorListed(subject="brothers", occurred_at=desk.moment, name="The brothers", aliases=("B",),
                                          listed_by="The Union"))  # fmt: skip
    desk.do(weigh.add_alias, "brothers", "The kin", "A court", at(4))
    desk.do(weigh.take_back_alias, "brothers", "The kin", "It was others")
    claims = (Claim(text="Vans", credibility=2), Claim(text="Cash", credibility=3))
    report(desk, "paper", "press", "In the paper", url="https://press.example/1", claims=claims, published_at=at(4),
           credibility=2, relays="again")  # fmt: skip
    desk.do(weigh.link_evidence, "case", "paper", Bearing.AGAINST, claim=1, why="It does not fit")
    desk.do(
        receive.note_incident,
        IncidentNoted(
            subject="fire", occurred_at=at(6), what="A fire", where="The ford", point=(54.5, 36.2), actor="brothers",
            reports=("paper",), published_at=at(6, 1), published_by_host=True, mark=Mark.AMBER, country="RU",
        ),
    )  # fmt: skip
    desk.do(weigh.link_evidence, "case", "fire", Bearing.FOR)
    about = Particulars(
        description="A plan", intent="To frighten", target_classes=(TargetClass.GATHERING,), methods=(Method.FIRE,),
        places=(
            Where(name="The city", country="RU", point=(55.7, 37.6)),
            Where(name="The ring", polygon=((55.0, 37.0), (55.0, 38.0), (56.0, 38.0), (55.0, 37.0))),
            Where(name="The hall", circle=(55.8, 37.4, 1.5)),
        ),
    )  # fmt: skip
    desk.do(cases.describe_case, "case", title="A plan", targets=("Concerts",), host="host", begins=at(7), ends=at(9),
            particulars=about, why="More is known")  # fmt: skip
    desk.do(weigh.assess_threat, "case", likelihood=(0.5, 0.7), confidence=Confidence.LOW, grounds="Two voices", why="Asked",
            reports=("paper",), incidents=("fire",), severity=Severity.EXTREME, confidence_why="One origin", changed="A fire")  # fmt: skip
    desk.do(cases.attribute, "case", "group", Confidence.LOW, "It fits")
    accused = PartyAccused(subject="case", occurred_at=desk.moment, party="A state", accuser="A speaker", words="Them",
                           report="paper")  # fmt: skip
    nothing = NoIndicationStated(subject="case", occurred_at=desk.moment, party="A state", as_of=at(7), speaker="We",
                                 words="None")  # fmt: skip
    for said in (accused, nothing):
        desk.do(weigh.note_attribution, said)
    desk.do(cases.raise_question, "case", "q", "Who rang?")
    desk.do(cases.close_question, "case", "q", "The sexton did.")
    desk.do(put_on_checklist, "case", (Indicator(key="vans", words="Vans wait"),), checklist="attack_on_gathering")
    desk.do(
        observe,
        "case",
        "vans",
        Observed.OBSERVED,
        as_of=desk.moment,
        basis=(Basis(item="paper", claim=0),),
        words="Two",
    )
    who = matrix_id("case", Asks.WHO)
    desk.do(hypothesize.open_matrix, "case", Asks.WHO)
    for key in ("them", "others"):
        desk.do(hypothesize.state_hypothesis, who, key, f"It is {key}", actor="brothers")
    desk.do(hypothesize.enter_row, who, "row", item="paper", claim=0, words="As told")
    none = Said(row="row", hypothesis="them", consistency=Consistency.NO_INDICATION, as_of=desk.moment)
    desk.do(hypothesize.judge, who, [none], why="Asked")
    desk.do(
        hypothesize.judge, who, [Said(row="row", hypothesis="them", consistency=Consistency.CONSISTENT)], why="Seen"
    )
    desk.do(hypothesize.weigh_row, who, "row", relevance=Weight.HIGH, credibility=Weight.LOW, why="Hearsay")
    desk.do(hypothesize.set_aside, who, "others", "They were abroad")
    desk.do(judge.note_event, EventStruck(subject="case", occurred_at=at(7, 18), what="It burnt", place="The hall",
                                          point=(55.8, 37.4), reports=("paper",)))  # fmt: skip
    desk.until(at(8))
    judged = OutcomeJudged(
        subject="case", occurred_at=desk.moment, course=Course.CARRIED_OUT, time=Verdict.MISS, place=Verdict.MATCH,
        target=Verdict.NEAR, actor=Verdict.UNKNOWN, judge="brandt", why="It came late.",
    )  # fmt: skip
    desk.do(judge.judge_outcome, judged, by="brandt")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> CaseFile:
    desk = Desk(Path(tmp_path_factory.mktemp("case")))
    people(desk)
    sources(desk)
    open_case(desk)
    full(desk)
    with desk.store.look() as look:
        file = case_file(look, Door(look, READERS["vale"]), "case")
    desk.store.close()
    threat = replace(file.threat, ended=End(at=at(9), by="vale", why="It is over"))
    reports = {
        **file.reports,
        "raid-told": replace(file.reports["raid-told"], revised_at=at(6)),
        "again": replace(file.reports["again"], taken_back_at=at(6), origin="first"),
    }
    return replace(file, threat=threat, reports=reports)


def leaves(case: CaseFile) -> list[Any]:
    """Return all objects that could leave."""
    items = Items(case, Maker(name=naming(b"k"), maker="identity--1", exercise=case.threat.exercise))
    return sorted(str(said) for item in items.all() for said in item.objects)


class Otherwise:
    """A case in which one field of one kind says something else, wherever it says something at all."""

    def __init__(self, case: CaseFile, kind: type, name: str) -> None:
        self.kind, self.name, self.times = kind, name, 0
        parts = ("threat", "actors", "named", "reports", "sources", "incidents", "outcome", "matrices")
        self.case = replace(case, **{part: self.swap(getattr(case, part)) for part in parts})

    def swap(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.swap(one) for key, one in value.items()}
        if isinstance(value, tuple):
            return tuple(map(self.swap, value))
        if not isinstance(value, msgspec.Struct):
            return value
        changed = {name: self.swap(getattr(value, name)) for name in value.__struct_fields__}
        if type(value) is self.kind and changed[self.name] not in (None, "", ()):
            self.times += 1
            changed[self.name] = other(changed[self.name])
        return replace(value, **changed)


def other(value: Any) -> Any:
    """Return something else of the same kind."""
    match value:
        case bool():
            return not value
        case Enum():
            return next(one for one in type(value) if one is not value)
        case str():
            return ANOTHER.get(value, f"{value} too")
        case int() | float():
            return value + 1
        case datetime():
            return value + timedelta(minutes=1)
        case tuple() if all(isinstance(one, float) for one in value):
            return tuple(one + 0.01 for one in value)
        case tuple():
            return value[:-1]
    return None


def test_each_field_is_in_what_leaves_or_stands_in_the_list(case: CaseFile) -> None:
    before = leaves(case)
    untold, lost, told = [], [], []
    for kind, name in FIELDS:
        otherwise = Otherwise(case, kind, name)
        field, stays = (kind.__name__, name), leaves(otherwise.case) == before
        if field in STAYS:
            told += [] if stays else [field]
        elif not otherwise.times:
            untold.append(field)
        else:
            lost += [field] if stays else []
    assert untold == [], "nothing in this case says these: say something above, and see whether it leaves"
    assert lost == [], "these are in no file, and no reason is given"
    assert told == [], "these are said to stay, and leave"


def test_no_reason_is_given_for_a_field_that_there_is_not() -> None:
    there = {(kind.__name__, name) for kind, name in FIELDS}
    assert set(STAYS) <= there
