"""What is about to go out to the public, held against the case that it is written from: which words stand in stricter material alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, not_beyond
from tocsin.flow.family import family
from tocsin.flow.house import House
from tocsin.flow.tear_line import door_of, material_about, seen_by
from tocsin.store.look import Look
from tocsin.threat.free_text import about_itself
from tocsin.threat.state import Actor, Threat
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.alert.state import Alert
from tocsin.warning.alert.writing.state import AlertDraft
from tocsin.warning.flagged import Flag, flags
from tocsin.warning.made_public import WordsMadePublic, make_public, perhaps_names
from tocsin.warning.material import Material, said_at
from tocsin.warning.statement.state import Statement, StatementDraft

Draft = AlertDraft | AdvisoryDraft | StatementDraft

AREA = "area"
"""The field in which an alert names where it holds."""


class ForPublic(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft would say to everyone. texts, languages: by the name of the field. ours: what it says of ourselves.

    near: from when to when it holds. decided: it went out, or was dropped.
    """

    id: Id
    threat: Id | None
    texts: Mapping[str, str]
    languages: Mapping[str, str]
    ours: tuple[str, ...] = ()
    near: tuple[datetime, datetime] | None = None
    decided: bool = False


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """For which flagged words whoever lets something out answers, and why these may be public."""

    keys: tuple[str, ...] = ()
    why: str = ""


def for_public(draft: Draft) -> ForPublic:
    """Return what a draft would say to everyone."""
    if isinstance(draft, AlertDraft):
        return _alert(draft)
    if isinstance(draft, AdvisoryDraft):
        risks = {f"risk {one.indicator}": one.words for one in draft.risks}
        said = {"region": draft.region, "title": draft.title, "text": draft.text, "advice": draft.advice, **risks}
    else:
        said = {"title": draft.title, "text": draft.text, "change": draft.change}
    languages = dict.fromkeys(said, draft.language)
    return ForPublic(id=draft.id, threat=draft.threat, texts=said, languages=languages, decided=not draft.is_open)


def _alert(draft: AlertDraft) -> ForPublic:
    contents = draft.contents
    names = ("headline", "event", "description", "instruction", "contact")
    each = [(piece, name) for piece in contents.pieces for name in names]
    areas = {f"{AREA} {number}": one.name for number, one in enumerate(contents.areas, 1)}
    begins = contents.begins or draft.drafted_at
    return ForPublic(
        id=draft.id,
        threat=draft.threat,
        texts={f"{name} ({piece.language})": getattr(piece, name) for piece, name in each} | areas,
        languages={f"{name} ({piece.language})": piece.language for piece, name in each},
        decided=not draft.is_open,
        ours=(contents.sender_name,),
        near=(begins, contents.ends or begins),
    )


def flagged(look: Look, said: ForPublic) -> tuple[tuple[Flag, ...], Sequence[Material]]:
    """Return what of it stands in stricter material alone, and the material that it was held against."""
    if said.threat is None:
        return (), ()
    material = [*material_about(look, said.threat), *_open(look, said)]
    found = flags(said.texts, said.languages, Mark.CLEAR, (), material, said.near)
    return perhaps_names(found, material), material


def _open(look: Look, said: ForPublic) -> Iterator[Material]:
    """Yield what may be said to everyone: what went out already, who we are, until when it holds, and what the case is about.

    To warn the public of a case is to say what it is about. A case that is for this organisation alone, or for named readers,
    is not said by that.
    """
    cases = look.some(Threat, sorted(family(look, said.threat or "")))
    for one in cases.values():
        if not_beyond(one.mark, Mark.AMBER):
            itself = about_itself(one, look.some(Actor, one.actors).values())
            yield Material(id=f"{one.id}@public", material="case", mark=Mark.CLEAR, texts=tuple(itself))
        ends = [said_at(moment, one.zone) for moment in said.near or ()]
        yield _said(f"{one.id}@window", [text for every in ends for text in every], "en")
    yield _said(said.id, said.ours, "en")
    for id in cases:
        yield from (one for one in _went_out(look, id) if not said.decided or one.id != said.id)


def _went_out(look: Look, threat: Id) -> Iterator[Material]:
    for alert in look.all(Alert, threat=threat):
        for one in alert.wordings if alert.issued_at is not None else ():
            texts = [one.headline, one.event, one.description, one.instruction, one.contact]
            yield _said(alert.id, texts, one.language)
    for level in look.all(Advisory, threat=threat):
        risks = (one.words for one in level.risks)
        yield _said(level.id, [level.region, level.title, level.text, level.advice, *risks], level.language)
    for statement in look.all(Statement, threat=threat):
        yield _said(statement.id, [statement.title, statement.text], statement.language)


def _said(id: Id, texts: Sequence[str], language: str) -> Material:
    return Material(id=id, material="public", mark=Mark.CLEAR, texts=tuple(texts), language=language)


def answer_for(
    house: House, look: Look, draft: Draft, answers: Answers | None, by: Id, now: datetime
) -> list[WordsMadePublic]:
    """Return what is written down of the words of stricter material that go out with a draft.

    answers: None: a script says what was let out then, so nobody is asked.

    Raises:
        Refused: a word is not answered for, or stands where whoever lets it out may not read.
    """
    if answers is None:
        return []
    said = for_public(draft)
    found, material = flagged(look, said)
    seen = seen_by(door_of(look, by), found, material)
    fact = make_public(house.store.new_id(), draft.id, found, seen, answers.keys, answers.why, by, now)
    return [fact] if fact is not None else []


def against(look: Look, draft: Draft) -> dict[Id, int]:
    """Return what a draft was held against, as commit expects to find it: what is linked meanwhile is looked at too."""
    return {} if draft.threat is None else {draft.threat: look.version(draft.threat)}
