"""The check of a tear-line: what in a notice can only have come from material that is stricter than the notice itself.

It flags; a person strikes the word, or releases it with a reason.

Source: ICD 209, Tearline Production and Dissemination (2012): a tear-line carries the substance and no source or method.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.lexicon.terms import TermKind
from tocsin.warning.flagged import UNTIL, Flag, flags
from tocsin.warning.material import Material, is_stricter, said_at, until_said
from tocsin.warning.notice.facts import NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice
from tocsin.warning.stated import Stated

ESTIMATED = ("likelihood", "confidence")
"""The fields in which a notice says how likely it is, and how sure we are of that: both rest on the same estimate."""

MEANT = "meant_for"
UPHELD = "upheld"
"""The field in which a notice says why it stands by an earlier one."""

CHOSEN = frozenset({UNTIL, MEANT, UPHELD})
"""What a notice says besides its tear-lines: nothing is struck from it, it is chosen otherwise."""


def texts_of(tear_line: TearLine, versions: Sequence[TearLine] = ()) -> dict[str, str]:
    """Return every text of a notice by the name of its field; of a version by its number from 1 and the name."""
    every = {"": tear_line} | {f"{number}.": one for number, one in enumerate(versions, 1)}
    return {
        f"{before}{name}": text
        for before, one in every.items()
        for name in TearLine.__struct_fields__
        if (text := getattr(one, name)).strip()
    }


def meant_said(notice: Notice | NoticeDrafted) -> str:
    """Say in words whom a notice is meant for who is not known here."""
    return ", ".join(notice.meant_words)


def upheld_said(notice: Notice | NoticeDrafted) -> str:
    """Say why a notice stands by an earlier one, as everyone who is told it reads that."""
    return "\n".join(one.words for one in notice.upheld)


def flags_of(
    notice: Notice | NoticeDrafted,
    material: Iterable[Material],
    told_before: TearLine | None = None,
    *,
    zone: str = "UTC",
    ended_before: datetime | None = None,
    leaves_us: bool = False,
) -> tuple[Flag, ...]:
    """Return what of a notice stands in stricter material alone, its end, whom it is meant for and why it is stood by among it.

    told_before: what whoever it is for was told already; ended_before: until when that held. zone: by whose clock it ends.
    leaves_us: it goes to somebody who is not of this organisation.
    """
    if notice.tear_line is None:
        return ()
    texts = texts_of(notice.tear_line, [one.tear_line for one in notice.versions])
    spoken = [notice.language, *(one.language for one in notice.versions)]
    languages = {name: spoken[int(name.partition(".")[0]) if "." in name else 0] or "en" for name in texts}
    ends = _ends(notice)
    if ends is not None:
        texts[UNTIL], languages[UNTIL] = until_said(ends, zone), "en"
    if notice.meant_words:
        texts[MEANT], languages[MEANT] = meant_said(notice), notice.language or "en"
    if notice.upheld:
        texts[UPHELD], languages[UPHELD] = upheld_said(notice), notice.upheld[0].language or notice.language or "en"
    before = () if ended_before is None else said_at(ended_before, zone)
    known = [] if told_before is None else [_told(notice, told_before, before)]
    every, to = [*material, *known], {*notice.recipients, *notice.meant_for}
    found = flags(texts, languages, notice.mark, to, every, _near(notice), leaves_us=leaves_us)
    under = tuple(one.id for one in every if one.estimate and is_stricter(one, notice.mark, to, leaves_us=leaves_us))
    if not under:
        return found
    judged = {name: text for name, text in texts.items() if _is_estimate(name, text, told_before)}
    return tuple(one for name in texts for one in _in_field(name, judged.get(name, ""), found, under))


def _is_estimate(name: str, text: str, told_before: TearLine | None) -> bool:
    """Say whether a field tells something of an estimate that whoever it is for was not told already."""
    field = name.rpartition(".")[2]
    said = any(map(str.isalnum, text))  # a struck one says nothing
    return field in ESTIMATED and said and text != getattr(told_before, field, "")


def _in_field(name: str, judged: str, found: Iterable[Flag], under: tuple[Id, ...]) -> list[Flag]:
    """Return the flags of a field. judged: what it says of an estimate: all that is one flag, with whatever is flagged in it."""
    mine = [one for one in found if one.field == name]
    if not judged:
        return mine
    return [
        Flag(
            field=name,
            start=0,
            end=len(judged),
            text=judged,
            kind=TermKind.ESTIMATE,
            key=f"{name.rpartition('.')[2]} {' '.join(judged.casefold().split())}",
            sources=tuple(dict.fromkeys((*under, *(id for one in mine for id in one.sources)))),
            hints=frozenset().union(*(one.hints for one in mine)),
        )
    ]


def _near(notice: Notice | NoticeDrafted) -> tuple[datetime, datetime] | None:
    if isinstance(notice, NoticeDrafted):
        return notice.begins, notice.ends or notice.begins
    return None if notice.window is None else (notice.window.begins, notice.window.ends)


def _ends(notice: Notice | NoticeDrafted) -> datetime | None:
    if isinstance(notice, NoticeDrafted):
        return notice.ends
    return None if notice.window is None else notice.window.ends


def _told(notice: Notice | NoticeDrafted, told_before: TearLine, ends: tuple[str, ...]) -> Material:
    texts = (*texts_of(told_before).values(), *ends)
    id = notice.id if isinstance(notice, Notice) else notice.subject
    language = notice.language or "en"
    return Material(id=id, material="notice", mark=Mark.CLEAR, texts=texts, language=language)


GAP = "…"
"""What stands where a word was struck, until somebody mends the sentence."""

_GAPS = re.compile(rf"{GAP}(?:\s*{GAP})+")


def struck(draft: NoticeDrafted, found: Iterable[Flag]) -> NoticeDrafted:
    """Return a draft without these pieces of its text. Its end, whom it is meant for, and why it is stood by, stay: they are chosen otherwise."""
    lines = [draft.tear_line, *(one.tear_line for one in draft.versions)]
    in_words = [one for one in found if one.field not in CHOSEN]
    for flag in sorted(in_words, key=lambda one: one.start, reverse=True):
        number, _dot, name = flag.field.rpartition(".")
        text = getattr(lines[int(number or 0)], name)
        cut = _GAPS.sub(GAP, f"{text[: flag.start]}{GAP}{text[flag.end :]}")
        lines[int(number or 0)] = msgspec.structs.replace(lines[int(number or 0)], **{name: cut})
    versions = tuple(
        msgspec.structs.replace(one, tear_line=line) for one, line in zip(draft.versions, lines[1:], strict=True)
    )
    return msgspec.structs.replace(draft, tear_line=lines[0], versions=versions, stated=Stated())


def unanswered(found: Iterable[Flag], released: Mapping[str, Collection[Id]]) -> tuple[Flag, ...]:
    """Return the flags that nobody has struck or released. released: what may stay, and in which material it stood then."""
    return tuple(one for one in found if not is_let_stay(one, released))


def is_let_stay(flag: Flag, released: Mapping[str, Collection[Id]]) -> bool:
    """Say whether somebody has let a piece stay, and stood for all that it stands in now."""
    return flag.key in released and set(flag.sources) <= set(released[flag.key])
