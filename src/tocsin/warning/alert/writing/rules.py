"""What forbids that the draft of an alert goes out, and what only advises against it. Pure: the same draft, the same answer."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.cap import check
from tocsin.lexicon import actor_words
from tocsin.lexicon.slots import is_filled_from, unfilled
from tocsin.warning.alert.decide import draft_alert
from tocsin.warning.alert.facts import AlertDrafted, Wording
from tocsin.warning.alert.message import Imprint, message_of
from tocsin.warning.alert.state import Alert, fold_alert
from tocsin.warning.alert.writing.facts import Contents, Piece, PieceState
from tocsin.warning.alert.writing.state import AlertDraft, Ready, piece_in, words_of

MANDATORY = ("headline", "event", "instruction")
"""What no language may lack: event is the standard's own rule (CAP 1.2, 3.2.2), the others are what a reader acts on."""

MOST_VERTICES = 250
"""Corners of one area beyond which it is advised to draw it simpler; the UK's emergency alerts simplify beyond these."""


MOST_NAMED = 3  # areas in one sentence


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a draft. stops: it cannot go out so. where: a language, or what else it is about."""

    rule: str
    message: str
    where: str = ""
    stops: bool = True


def flaws(draft: AlertDraft, follows: Alert | None, imprint: Imprint, now: datetime) -> tuple[Flaw, ...]:
    """Return what is wrong with a draft as it stands at a moment, what stops it first."""
    found = [
        *_windows(draft.contents, now),
        *_pieces(draft.contents),
        *_actors(draft.contents),
        *_areas(draft.contents),
        *_message(draft, follows, imprint, now),
    ]
    each = dict.fromkeys((one.stops, one.rule, one.where, one.message) for one in found)
    kept = [Flaw(stops=stops, rule=rule, where=where, message=said) for stops, rule, where, said in each]
    return tuple(sorted(kept, key=lambda one: not one.stops))


def refuse_flawed(draft: AlertDraft, follows: Alert | None, imprint: Imprint, now: datetime) -> None:
    """Stop a draft that breaks a rule.

    Raises:
        Refused: it says which rule is broken first, and how many there are.
    """
    stops = [one for one in flaws(draft, follows, imprint, now) if one.stops]
    if stops:
        first = stops[0]
        about = f" ({first.where})" if first.where else ""
        more = f" {len(stops) - 1} more rules are broken." if len(stops) > 1 else ""
        raise Refused(f"Alert {draft.id} cannot go out as it is written: {first.message}{about}{more}")


def as_drafted(draft: AlertDraft, now: datetime, ends: datetime | None) -> AlertDrafted:
    """Return the draft as the alert that goes out of it. ends: None where its own end cannot be right."""
    contents = draft.contents
    return AlertDrafted(
        subject=draft.id,
        occurred_at=now,
        threat=draft.threat,
        author=draft.author,
        sender=contents.sender,
        sender_name=contents.sender_name,
        wordings=tuple(_wording(one) for one in contents.pieces),
        areas=contents.areas,
        begins=contents.begins or now,
        ends=ends,
        urgency=contents.urgency,
        severity=contents.severity,
        certainty=contents.certainty,
        category=contents.category,
        ladder=contents.ladder,
        groups=contents.groups,
        audience=contents.audience,
        follows=contents.follows,
        exercise=contents.exercise,
        template=contents.template,
        template_version=contents.template_version,
        actor_words=contents.actor_words,
    )


def as_alert(draft: AlertDraft, now: datetime) -> Alert:
    """Return the alert that a draft would be now; without a window where the draft's is none."""
    begins, ends = draft.contents.begins or now, draft.contents.ends
    return fold_alert(None, as_drafted(draft, now, ends if ends is not None and ends > begins else None))


def _wording(piece: Piece) -> Wording:
    return Wording(
        language=piece.language,
        headline=piece.headline,
        event=piece.event,
        description=piece.description,
        instruction=piece.instruction,
        contact=piece.contact,
    )


# ---- the rules


def _windows(contents: Contents, now: datetime) -> Iterator[Flaw]:
    begins, ends = contents.begins or now, contents.ends
    if ends is None:
        yield Flaw(
            rule="window-open", message="It has no end. Say until when it holds; it can be extended.", stops=False
        )
    elif ends <= now:
        yield Flaw(rule="window-past", message=f"Its window ended at {ends:%Y-%m-%d %H:%M} UTC. Give it a later end.")
    elif ends <= begins:
        yield Flaw(rule="window-none", message="It ends before it begins. Give it a later end.")


def _pieces(contents: Contents) -> Iterator[Flaw]:
    tags = [one.language.casefold() for one in contents.pieces]
    if not tags:
        yield Flaw(rule="language-none", message="It has no words in any language.")
    for piece in contents.pieces:
        if tags.count(piece.language.casefold()) > 1:
            yield Flaw(rule="language-twice", message="This language stands twice.", where=piece.language)
        for name in MANDATORY:
            if not getattr(piece, name).strip():
                yield Flaw(rule="piece-missing", message=f"The {name} is missing.", where=piece.language)
        if not piece.description.strip():
            said = "The description is missing: who says so, what may happen, where and when."
            yield Flaw(rule="piece-undescribed", message=said, where=piece.language, stops=False)
        for slot in dict.fromkeys(slot for text in words_of(piece) for slot in unfilled(text)):
            yield Flaw(rule="slot-unfilled", message=f"{slot} was not filled in.", where=piece.language)
        if piece.state is PieceState.MACHINE:
            said = "A machine translated it and nobody who reads it has checked it."
            yield Flaw(rule="machine-unchecked", message=said, where=piece.language)


def _actors(contents: Contents) -> Iterator[Flaw]:
    for piece in contents.pieces:
        used = [one for text in words_of(piece) for one in actor_words.used(text, piece.language)]
        for _, said in actor_words.against(used, contents.grounds):
            yield Flaw(rule="actor-word", message=said, where=piece.language)


def _areas(contents: Contents) -> Iterator[Flaw]:
    for area in contents.areas:
        if not area.name.strip():
            yield Flaw(rule="area-unnamed", message="An area has no name, by which its readers would know it.")
        if len(area.polygon) > MOST_VERTICES:
            said = f"It has {len(area.polygon)} corners; phones are sent {MOST_VERTICES} at most. Draw it simpler."
            yield Flaw(rule="area-vertices", message=said, where=area.name, stops=False)
    for piece in contents.pieces[1:]:
        called = dict.fromkeys(one.name for one in contents.areas if piece.language not in dict(one.names))
        if lacking := [name for name in called if name.strip()]:
            more = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
            said = f"No name in this language; it goes out as {'; '.join(lacking[:MOST_NAMED])}{more}."
            yield Flaw(rule="area-untranslated", message=said, where=piece.language, stops=False)


def _message(draft: AlertDraft, follows: Alert | None, imprint: Imprint, now: datetime) -> Iterator[Flaw]:
    """Judge it as it would go out: by the decision that lets an alert in, and by everything that `cap check` asks."""
    if not draft.contents.pieces:
        return
    ends, begins = draft.contents.ends, draft.contents.begins or now
    drafted = as_drafted(draft, now, ends if ends is not None and ends > max(begins, now) else None)
    try:
        draft_alert(drafted)
        message = message_of(fold_alert(None, drafted), follows, imprint, now)
    except Refused as error:
        yield Flaw(rule="alert", message=str(error))
        return
    except ValueError:  # no value of CAP's own list
        yield Flaw(rule="cap-3.2.2", message="Its urgency, severity, certainty or category is none of CAP's words.")
        return
    for problem in check(message):
        stops = problem.severity == "error"
        yield Flaw(rule=problem.rule, message=_sentence(problem.message), where=problem.where, stops=stops)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def is_ready(draft: AlertDraft, template: Id, ready: Ready) -> bool:
    """Say whether a draft says what a template says that was approved, with nothing but its places filled in."""
    if (draft.contents.template, draft.contents.template_version) != (template, ready.version):
        return False
    pieces = draft.contents.pieces
    tested = [piece_in(ready.pieces, one.language) for one in pieces]
    return all(was is not None and is_filled(was, one) for was, one in zip(tested, pieces, strict=True))


def is_filled(tested: Piece, piece: Piece) -> bool:
    """Say whether words are those of a template, with its places filled in."""
    return all(is_filled_from(was, now) for was, now in zip(words_of(tested), words_of(piece), strict=True))
