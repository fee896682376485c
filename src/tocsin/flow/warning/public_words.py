"""What is about to go out to the public, held against the case that it is written from: which words stand in stricter material alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Stale
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, not_beyond
from tocsin.flow.house import House
from tocsin.flow.threat.family import came_out_of, family
from tocsin.flow.warning.tear_line import against, door_of, material_about, seen_by
from tocsin.places.countries import country_name
from tocsin.store.look import Look
from tocsin.threat.free_text import about_itself
from tocsin.threat.state import Actor, Threat
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.alert.state import Alert
from tocsin.warning.alert.writing.rules import as_alert
from tocsin.warning.alert.writing.state import AlertDraft
from tocsin.warning.flagged import Flag, flags
from tocsin.warning.made_public import WordsMadePublic, make_public, perhaps_names
from tocsin.warning.material import Material, said_at
from tocsin.warning.retraction import TakenBack
from tocsin.warning.statement.state import Statement, StatementDraft

Draft = AlertDraft | AdvisoryDraft | StatementDraft
Out = Alert | Advisory | Statement
"""What has gone out to everyone."""

PUBLIC = "public"
"""What material is called that everyone has read, or may."""


class ForPublic(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be said to everyone, under the id of what says it.

    cases: that it is held against. beside: what went out before that it takes the place of, or speaks of. texts, languages: by the
    name of the field. ours: what it says of ourselves. near: from when to when it holds. decided: it went out, or was dropped.
    """

    id: Id
    cases: tuple[Id, ...]
    texts: Mapping[str, str]
    languages: Mapping[str, str]
    beside: tuple[Id, ...] = ()
    ours: tuple[str, ...] = ()
    near: tuple[datetime, datetime] | None = None
    decided: bool = False


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """For which flagged words whoever lets something out answers, and why these may be public."""

    keys: tuple[str, ...] = ()
    why: str = ""


def for_public(look: Look, draft: Draft | Alert) -> ForPublic:
    """Return what a draft would say to everyone."""
    match draft:
        case Alert():
            return _alert(look, draft, decided=draft.issued_at is not None)
        case AlertDraft():
            return _alert(look, as_alert(draft, draft.drafted_at), decided=not draft.is_open)
        case AdvisoryDraft():
            return _level(draft)
    # Whoever corrects it may not know its case, or leave it out.
    before = [one for id in (draft.id, draft.about) if (one := _out(look, id)) is not None]
    texts = {"title": draft.title, "text": draft.text, "change": draft.change}
    return ForPublic(
        id=draft.id,
        cases=_each([draft.threat, *(one.threat for one in before)]),
        texts=texts,
        languages=dict.fromkeys(texts, draft.language),
        beside=tuple(one.id for one in before),
        decided=not draft.is_open,
    )


def _level(draft: AdvisoryDraft) -> ForPublic:
    texts = {"region": draft.region, "title": draft.title, "text": draft.text, "advice": draft.advice}
    texts |= {f"risk {one.indicator}": one.words for one in draft.risks}
    return ForPublic(
        id=draft.id,
        cases=_each([draft.threat]),
        texts=texts,
        languages=dict.fromkeys(texts, draft.language),
        beside=_each([draft.before]),
        ours=(country_name(draft.country),),
        decided=not draft.is_open,
    )


def _alert(look: Look, alert: Alert, *, decided: bool) -> ForPublic:
    names = ("headline", "event", "description", "instruction", "contact")
    own = alert.wordings[0].language if alert.wordings else "en"
    each = [(f"{name} ({one.language})", one.language, getattr(one, name)) for one in alert.wordings for name in names]
    each += [(f"why ({one.language})", one.language, one.words) for one in alert.upheld]
    areas = [pair for one in alert.areas for pair in ((own, one.name), *one.names)]
    each += [(f"area {number}", *pair) for number, pair in enumerate(dict.fromkeys(areas), 1)]
    follows = _out(look, alert.follows)
    return ForPublic(
        id=alert.id,
        cases=_each([alert.threat, follows.threat if follows is not None else None]),
        texts={field: text for field, _language, text in each},
        languages={field: language for field, language, _text in each},
        beside=_each([alert.follows]),
        ours=(alert.sender_name,),
        near=_near(alert),
        decided=decided,
    )


def _near(alert: Alert) -> tuple[datetime, datetime]:
    return alert.begins, alert.window.ends if alert.window is not None else alert.begins


def _each(ids: Iterable[Id | None]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(one for one in ids if one is not None))


def taken_back(told: Alert | Advisory, wordings: Sequence[TakenBack] = ()) -> ForPublic:
    """Return what is said to everyone of an alert that is taken back, or of a level that is withdrawn: in these words, or as it was."""
    if told.retraction is not None:
        wordings = told.retraction.wordings
    fields = [f"words ({one.language})" for one in wordings]
    return ForPublic(
        id=told.id,
        cases=_each([told.threat]),
        texts=dict(zip(fields, (one.words for one in wordings), strict=True)),
        languages=dict(zip(fields, (one.language for one in wordings), strict=True)),
        beside=(told.id,),
        near=_near(told) if isinstance(told, Alert) else None,
        decided=told.retraction is not None,
    )


def joined(statement: Statement, endorser: str = "") -> ForPublic:
    """Return what is said to everyone of who joins a statement. endorser: who is about to; nobody: of those who have joined it."""
    names = [endorser] if endorser else [one.endorser for one in statement.endorsements]
    texts = {f"name {number}": name for number, name in enumerate(names, 1)}
    return ForPublic(
        id=statement.id,
        cases=_each([statement.threat]),
        texts=texts,
        languages=dict.fromkeys(texts, statement.language),
        beside=(statement.id,),
        decided=not endorser,
    )


def flagged(look: Look, said: ForPublic) -> tuple[tuple[Flag, ...], Sequence[Material]]:
    """Return what of it stands in stricter material alone, and the material that it was held against."""
    if not said.cases or not any(said.texts.values()):
        return (), ()
    rests = {one.id: one for case in said.cases for one in material_about(look, case)}
    material = [*rests.values(), *_open(look, said)]
    found = flags(said.texts, said.languages, Mark.CLEAR, (), material, said.near)
    return perhaps_names(found, material), material


def _open(look: Look, said: ForPublic) -> Iterator[Material]:
    """Yield what may be said to everyone: what went out already, who we are, until when it holds, and what the case is about.

    To warn the public of a case is to say what it is about. A case that is for this organisation alone, or for named readers,
    is not said by that.
    """
    cases = _cases(look, said)
    for case in cases.values():
        if not_beyond(case.mark, Mark.AMBER):
            # What else is known of it may be what a source said.
            about = replace(case, particulars=replace(case.particulars, description=""))
            itself = about_itself(about, look.some(Actor, case.actors).values())
            yield Material(id=f"{case.id}@public", material="case", mark=Mark.CLEAR, texts=tuple(itself))
        ends = [said_at(moment, case.zone) for moment in said.near or ()]
        yield _said(f"{case.id}@window", [text for every in ends for text in every], "en")
    yield _said(said.id, said.ours, "en")
    for told in _went_out(look, said, cases.values()):
        if not (said.decided and told.id == said.id):
            yield from (_said(told.id, texts, language) for texts, language in _everything(told))


def _went_out(look: Look, said: ForPublic, cases: Iterable[Threat]) -> list[Out]:
    """Return what went out about these cases and those that they came out of, and what is spoken of."""
    ids = dict.fromkeys(id for case in cases for id in (case.id, *(one.id for one in came_out_of(look, case))))
    out: list[Out] = [one for id in said.beside if (one := _out(look, id)) is not None]
    for id in ids:
        out += [*look.all(Alert, threat=id), *look.all(Advisory, threat=id), *look.all(Statement, threat=id)]
    return list({one.id: one for one in out}.values())


def _cases(look: Look, said: ForPublic) -> dict[Id, Threat]:
    return look.some(Threat, sorted({one for case in said.cases for one in family(look, case)}))


def _out(look: Look, id: Id | None) -> Out | None:
    return look.find(Alert, id) or look.find(Advisory, id) or look.find(Statement, id)


def _everything(told: Out) -> Iterator[tuple[Sequence[str], str]]:
    """Yield what has been said to everyone by something, and in what language."""
    match told:
        case Statement():
            yield [told.title, told.text, told.change, *(one.endorser for one in told.endorsements)], told.language
            yield from (([one.title, one.text, one.change], one.language) for one in told.earlier)
            return
        case Advisory():
            risks = (one.words for one in told.because)
            yield [told.region, told.title, told.text, told.advice, *risks], told.language
        case Alert():
            if told.issued_at is None:
                return
            for one in told.wordings:
                texts = [one.headline, one.event, one.description, one.instruction, one.contact]
                yield [*texts, *(area.name_in(one.language) for area in told.areas)], one.language
            yield from (([one.words], one.language) for one in told.upheld)
    if told.retraction is not None:
        yield from (([one.words], one.language) for one in told.retraction.wordings)


def _said(id: Id, texts: Sequence[str], language: str) -> Material:
    return Material(id=id, material=PUBLIC, mark=Mark.CLEAR, texts=tuple(texts), language=language)


def answer_for(
    house: House, look: Look, said: ForPublic, answers: Answers | None, by: Id, now: datetime, expect: Mapping[Id, int]
) -> tuple[list[WordsMadePublic], dict[Id, int]]:
    """Return what is written down of the words of stricter material that go out so, and what commit is to expect with it.

    Ask it last: whoever may not let it out is not told that a word stands anywhere.
    answers: None: a script says what was let out then, so nobody is asked. expect: what was seen.

    Raises:
        Stale: what goes out is not what was read.
        Refused: a word is not answered for, or stands where whoever lets it out may not read.
    """
    if answers is None:
        return [], dict(expect)
    for id, seen in expect.items():
        if look.version(id) != seen:
            raise Stale(f"{id} has changed since you read it. Look again, then decide.")
    found, material = flagged(look, said)
    seen_flags = seen_by(door_of(look, by), found, material)
    fact = make_public(house.store.new_id(), said.id, found, seen_flags, answers.keys, answers.why, by, now)
    held_against = against(look, [one for one in material if one.material != PUBLIC])
    return [fact] if fact is not None else [], {**held_against, **expect}
