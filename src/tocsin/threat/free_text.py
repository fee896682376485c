"""What somebody wrote into a case, and which reports it rests on: whoever lets something out must have looked at all of it."""

from collections.abc import Collection, Iterable, Iterator

import msgspec

from tocsin.basis.ids import Id
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.indicators import Watched
from tocsin.threat.state import Actor, Threat

NO_WORDS = frozenset(
    {
        "id", "key", "threat", "zone", "country", "item", "item_kind", "items", "unlinked", "fits", "met", "hypothesis", "actor", "actors",
        "host", "report", "reports", "incident", "incidents", "owner", "readers", "into", "took_in", "off", "split_from", "checklist",
        "by", "assessor", "asked_by", "closed_by", "declined_by", "opened_by", "set_by", "judge", "distrusted_by", "trusted_by", "taken_back_by",
        "beside", "named",
    }
)  # fmt: skip
"""Fields that hold ids, and names of a closed list. All other text is taken for words: what is new is looked at."""


def free_text(said: msgspec.Struct, but: Collection[str] = ()) -> Iterator[str]:
    """Yield every text that somebody wrote into a thing, and into what is part of it. but: fields of the thing to leave out."""
    for name in said.__struct_fields__:
        if name in but:
            continue
        if name == "indicator" and isinstance(said, Watched) and said.checklist:
            continue  # it stands in every case of its kind, and in our manual
        yield from _texts(getattr(said, name), is_words=name not in NO_WORDS)


def _texts(value: object, *, is_words: bool) -> Iterator[str]:
    if type(value) is str:  # a name of an enumeration is of another type
        if is_words and value:
            yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one, is_words=is_words)
    elif isinstance(value, msgspec.Struct):
        yield from free_text(value)


def about_itself(threat: Threat, actors: Iterable[Actor]) -> list[str]:
    """Return what a case says that it is about: that goes as far as the case, whatever it rests on."""
    about = threat.particulars
    places = (one.name for one in about.places)
    called = (name for actor in actors for name in (actor.name, *actor.aliases))
    return [threat.title, threat.place, *threat.targets, about.description, about.intent, *places, *called]


def reports_under(threat: Threat, matrices: Iterable[Matrix] = ()) -> set[Id]:
    """Return the reports that a case names, wherever it does. Some of these may be incidents: what is not said is not known."""
    found = {one.item for one in threat.evidence if one.item_kind == "report"}
    found |= {report for judged in threat.assessments for report in judged.reports}
    found |= {one.report for one in threat.accusations if one.report is not None}
    found |= _bases(threat)
    return found | {row.item for one in matrices for row in one.entries if row.item is not None}


def incidents_under(threat: Threat, matrices: Iterable[Matrix] = ()) -> set[Id]:
    """Return the incidents that a case names, wherever it does. Some of these may be reports."""
    found = {one.item for one in threat.evidence if one.item_kind == "incident"} | _bases(threat)
    found |= {incident for judged in threat.assessments for incident in judged.incidents or ()}
    return found | {row.item for one in matrices for row in one.entries if row.item is not None}


def borne_before(threat: Threat) -> set[Id]:
    """Return the reports and incidents that bore on a case, and were unlinked or went into cases of their own.

    What was written before may quote them.
    """
    return {item for one in threat.joined.splits for item in one.items} | set(threat.unlinked)


def _bases(threat: Threat) -> set[Id]:
    return {basis.item for one in threat.checklist.watched for note in one.notes for basis in note.basis}
