"""What a notice comes to as it stands: its words with their flags in place, what it rests on beside it, and what goes out.

A flag is shown only to whoever may read all that the word stands in; to everybody else the word is one like any other.
"""

from collections.abc import Iterator, Sequence

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.basis.words import N_, Words
from tocsin.flow.delivery.code import with_one_way
from tocsin.flow.messages import FIELDS as LABELS
from tocsin.flow.messages import MEANT_FOR, notice_message, tear_line_rows
from tocsin.flow.people.ours import leaves_us
from tocsin.flow.warning.tear_line import flags_in, material_about, seen_by
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.threat.one_breath import mixed_sentences
from tocsin.threat.state import Threat
from tocsin.warning.flagged import UNTIL, Flag, stands_there
from tocsin.warning.material import Material, is_stricter, may_know, until_said
from tocsin.warning.notice.facts import TearLine, Version
from tocsin.warning.notice.state import Notice, carries_its_words, let_stay
from tocsin.warning.notice.tearline import MEANT, UPHELD, meant_said, unanswered, upheld_said
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views import notices as views
from tocsin.web.desk.views.notices import FlagState, FlagView, Span
from tocsin.web.wiring import Installation

MOST_SOURCES = 40
"""So many texts stand beside a notice, those with flagged words first."""

KINDS = {
    "case": N_("The case"),
    "report": N_("Report"),
    "incident": N_("Incident"),
    "notice": N_("What they were told before"),
}
SAID_BEFORE = {
    "report": N_("Report, as it was before its source said it anew"),
    "incident": N_("Incident, as it was before it was corrected"),
}
MOST_NAMED = 20
ASKED_FOR = ("not_known", "action", "contact")
"""What whoever is told needs besides the threat itself. A notice without it goes out; the page says that it is empty."""

LONG = 90  # characters, from which on a text is drawn higher


def look_at(site: Installation, door: Door, look: Look, notice: Notice, names: Names, _: Words) -> views.LookView:
    """Return what a notice comes to, for this reader."""
    every = material_about(look, notice.threat)
    material = [one for one in every if may_know(door.reader, one)]
    flags = seen_by(door, flags_in(look, notice, every), every)
    shown = _in_order(material, flags)
    numbers = {one.id: number for number, one in enumerate(shown, 1)}
    states = _states(notice, flags)
    left = {key for key, state in states.items() if state is FlagState.OPEN}
    own = {key for key, state in states.items() if state is FlagState.OWN}
    to = {*notice.recipients, *notice.meant_for}
    threat = look.find(Threat, notice.threat)
    alone = with_one_way(site.house, look, notice)
    names.learn(alone[:MOST_NAMED])
    until = "" if notice.window is None else until_said(notice.window.ends, look.get(Threat, notice.threat).zone)
    leaves = leaves_us(look, notice)

    def strict(one: Material) -> bool:
        return is_stricter(one, notice.mark, to, leaves_us=leaves)

    return views.LookView(
        versions=tuple(_versions(notice, flags, states, numbers, names, _, until)),
        sources=tuple(_source(one, numbers[one.id], flags, strict(one), _) for one in shown),
        leaves_us=leaves and notice.mark is Mark.AMBER_STRICT,
        more_sources=len(material) - len(shown),
        open=len(left),
        own=len(own),
        flagged=len({one.key for one in flags}),
        specificity=notice.specificity,
        mixed=tuple(dict.fromkeys(_mixed(notice))),
        empty=tuple(_(label) for name, label in LABELS if name in ASKED_FOR and not _says(notice, name)),
        one_way=tuple(names.say(one) for one in alone[:MOST_NAMED]),
        one_way_more=max(0, len(alone) - MOST_NAMED),
        out=tuple(_out(site, notice, threat.zone if threat is not None else "UTC", names, _)),
    )


def _says(notice: Notice, field: str) -> bool:
    """Say whether everyone who is told is told something in a field."""
    every = [notice.tear_line, *(one.tear_line for one in notice.versions)]
    return all(one is not None and getattr(one, field).strip() for one in every)


def _in_order(material: Sequence[Material], flags: Sequence[Flag]) -> list[Material]:
    """Return what stands beside the notice: first whatever a flagged word stands in."""
    named = {id for one in flags for id in one.sources}
    first = [one for one in material if one.id in named]
    others = [one for one in material if one.id not in named]
    return [*first, *others][: max(MOST_SOURCES, len(first))]


def _states(notice: Notice, flags: Sequence[Flag]) -> dict[str, FlagState]:
    """Return how each flagged word stands. Where it stands in something that nobody was asked about, it is open everywhere."""
    own = {key for one in notice.own_releases for key in one.keys}
    left = {one.key for one in unanswered(flags, notice.let_stay)}
    own -= {one.key for one in unanswered(flags, let_stay(notice.released))}
    return {
        one.key: FlagState.RELEASED if one.key not in left else FlagState.OWN if one.key in own else FlagState.OPEN
        for one in flags
    }


# ---- the words


def _versions(
    notice: Notice,
    flags: Sequence[Flag],
    states: dict[str, FlagState],
    numbers: dict[Id, int],
    names: Names,
    _: Words,
    until: str,
) -> Iterator[views.VersionView]:
    count = 0

    def checked(text: str, field: str) -> tuple[Span, ...]:
        nonlocal count
        spans = []
        for span in _spans(text, [flag for flag in flags if flag.field == field]):
            if isinstance(span, str):
                spans.append(Span(text=span))
                continue
            count += 1
            spans.append(Span(text=span.text, flag=_flag(span, count, notice, states, numbers)))
        return tuple(spans)

    every = [Version(tear_line=notice.tear_line or TearLine(what=""), language=notice.language), *notice.versions]
    for number, one in enumerate(every):
        lines = []
        for name, label in LABELS:
            field = f"{number}.{name}" if number else name
            text = getattr(one.tear_line, name)
            if name == "since" and not text:
                continue  # only of what is told again
            spans = checked(text, field)
            rows = 2 if len(text) <= LONG else min(8, 2 + len(text) // LONG + text.count("\n"))
            lines.append(views.LineView(field=field, label=_(label), text=text, checked=spans, rows=rows))
        if not number and until and any(flag.field == UNTIL for flag in flags):
            spans = checked(until, UNTIL)
            lines.append(views.LineView(field=UNTIL, label=_("Until"), text=until, checked=spans, written=False))
        if not number and any(flag.field == MEANT for flag in flags):
            meant = meant_said(notice)
            spans = checked(meant, MEANT)
            lines.append(
                views.LineView(field=MEANT, label=_("To be handed on to"), text=meant, checked=spans, written=False)
            )
        if not number and any(flag.field == UPHELD for flag in flags):
            why = upheld_said(notice)
            spans = checked(why, UPHELD)
            lines.append(
                views.LineView(field=UPHELD, label=_("Why it is stood by"), text=why, checked=spans, written=False)
            )
        yield views.VersionView(
            number=number,
            left_out=tuple(
                q for q in notice.specificity if number and one.recipients and not getattr(one.tear_line, q).strip()
            ),
            lines=tuple(lines),
            language=one.language,
            whom=whom_for(one, names, _) if number else "",
            chosen=one.recipients,
        )


def whom_for(one: Version, names: Names, _: Words) -> str:
    """Return for whom a version was written."""
    if one.recipients:
        return names.several(one.recipients, _)
    return _("everyone who reads %(language)s", language=one.language)


def _spans(text: str, flags: Sequence[Flag]) -> Iterator[str | Flag]:
    at = 0
    for one in flags:
        if text[at : one.start]:
            yield text[at : one.start]
        yield one
        at = one.end
    if text[at:]:
        yield text[at:]


def _flag(flag: Flag, number: int, notice: Notice, states: dict[str, FlagState], numbers: dict[Id, int]) -> FlagView:
    why = next((one.why for one in reversed(notice.released) if flag.key in one.keys), "")
    return FlagView(
        number=number,
        key=flag.key,
        kind=flag.kind.value,
        sources=tuple(numbers[id] for id in flag.sources if id in numbers),
        state=states.get(flag.key, FlagState.OPEN),
        why=why,
    )


def _mixed(notice: Notice) -> Iterator[str]:
    """Yield the sentences that speak of likelihood and of confidence in one breath."""
    for one in (notice.tear_line, *(version.tear_line for version in notice.versions)):
        for name in TearLine.__struct_fields__ if one is not None else ():
            yield from mixed_sentences(getattr(one, name))


# ---- what it rests on


def _source(one: Material, number: int, flags: Sequence[Flag], is_strict: bool, _: Words) -> views.SourceText:
    mine = [flag for flag in flags if one.id in flag.sources]
    return views.SourceText(
        number=number,
        what=what_it_is(one, _),
        mark=one.mark,
        stricter=is_strict,
        texts=tuple(
            _highlighted(text, one.language, mine) for text in dict.fromkeys((*one.texts, *one.noted)) if text.strip()
        ),
        language=one.language,
    )


def what_it_is(one: Material, _: Words) -> str:
    """Say what kind of thing a text stands in."""
    return _(SAID_BEFORE[one.material] if one.of is not None else KINDS[one.material])


def _highlighted(text: str, language: str, flags: Sequence[Flag]) -> tuple[Span, ...]:
    found, at = [], 0
    for start, end in stands_there(text, language, flags) if flags else ():
        found += [Span(text=text[at:start])] if text[at:start] else []
        found.append(Span(text=text[start:end], marked=True))
        at = end
    return (*found, Span(text=text[at:])) if text[at:] else tuple(found)


# ---- what goes out


def _out(site: Installation, notice: Notice, zone: str, names: Names, _: Words) -> Iterator[views.GoesOut]:
    """Yield what is sent, as sending makes it, and what stands behind the link: once for each version."""
    now = site.clock.now()
    first = Version(tear_line=notice.tear_line or TearLine(what=""), language=notice.language)
    for one in (first, *notice.versions):
        said = site.language(one.language or "en")
        meant = ", ".join((*(names.say(id) for id in notice.meant_for), *notice.meant_words))
        sender = "" if site.house.neutral else site.house.organisation
        message = notice_message(notice, sender, zone, now, said, tear_line=one.tear_line, meant_for=meant)
        carried = carries_its_words(notice)
        rows = [(said(label), text) for label, text in tear_line_rows(one.tear_line)]
        yield views.GoesOut(
            whom=whom_for(one, names, _) if one is not first else "",
            language=said.language,
            subject=message.subject,
            message=message.lines,
            page=() if carried else (*rows, *([("", said(MEANT_FOR, who=meant))] if meant else [])),
            carried=carried,
        )
