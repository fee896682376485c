"""What the form of a notice says. What was not changed stays as it was, to the letter: who changes nothing has not written at it."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.warning.notice.facts import NoticeDrafted, TearLine, Version
from tocsin.warning.stated import Stated
from tocsin.web.desk.acts import Unclear, own_words, picked, tag
from tocsin.web.desk.alert_form import moment
from tocsin.web.desk.fill.alerts import local

FIELDS = TearLine.__struct_fields__
MOST_VERSIONS, MOST_ORIGINATORS = 20, 50


def tear_line_of(form: Mapping[str, str], held: TearLine, number: int = 0) -> TearLine:
    """Return a tear-line as it was typed. number: of the version; 0: what everyone else is told."""
    before = f"{number}." if number else ""
    return TearLine(**{name: _text(form, f"{before}{name}", getattr(held, name)) for name in FIELDS})


def _text(form: Mapping[str, str], field: str, held: str) -> str:
    """Return what stands in a field; where it says what it said, and where the form has none, what was held, to the letter."""
    if field not in form:
        return held
    said = own_words(form, field)
    return held if said == _plain(held) else said


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _lines(form: Mapping[str, str], field: str) -> tuple[str, ...]:
    said = own_words(form, field).splitlines()
    found = tuple(dict.fromkeys(" ".join(one.split()) for one in said if one.strip()))
    if len(found) > MOST_ORIGINATORS:
        raise Unclear(f"These are {len(found)} lines; {MOST_ORIGINATORS} at most.")
    return found


def mark_of(form: Mapping[str, str]) -> Mark:
    """Return the mark that was chosen.

    Raises:
        Unclear: none was.
    """
    said = form.get("mark", "")
    if said not in set(Mark):
        raise Unclear("Choose how far the notice may travel.")
    return Mark(said)


def ends_of(form: Mapping[str, str], held: datetime | None, zone: str) -> datetime:
    """Return until when it holds. A moment that was not touched keeps its seconds.

    Raises:
        Unclear: it is not said.
    """
    untouched = form.get("until", "").strip() == local(held, zone)
    ends = held if untouched else moment(form, "until", zone)
    if ends is None:
        raise Unclear(
            "Say until when the notice holds. It can be extended, and without an end nobody is asked about it."
        )
    return ends


def drafted(
    form: Mapping[str, str],
    held: NoticeDrafted,
    *,
    recipients: tuple[Id, ...],
    meant_for: tuple[tuple[Id, ...], tuple[str, ...]],
    zone: str,
) -> NoticeDrafted:
    """Return a notice as it was typed; what the form does not show stays as it was."""
    people, words = meant_for
    tear_line = tear_line_of(form, held.tear_line)
    versions = _versions(form, held, recipients)
    release_by = _lines(form, "release_by")
    ends = ends_of(form, held.ends, zone)
    language = form.get("language", "").strip()
    same = (tear_line, versions) == (held.tear_line, held.versions)
    every = tuple(dict.fromkeys((*_lines(form, "originators"), *release_by)))
    return replace(
        held,
        tear_line=tear_line,
        versions=versions,
        stated=held.stated if same else Stated(),
        recipients=recipients if set(recipients) != set(held.recipients) else held.recipients,
        meant_for=people if set(people) != set(held.meant_for) else held.meant_for,
        meant_words=words,
        mark=mark_of(form),
        readers=tuple(dict.fromkeys((*held.readers, *picked(form, "reader_")))),
        ends=ends,
        ask_ahead_s=held.ask_ahead_s if ends == held.ends else None,
        in_message=_text(form, "in_message", held.in_message),
        unnamed=form.get("unnamed", "") == "yes",
        language=tag(language) if language else "",
        release_by=release_by if set(release_by) != set(held.release_by) else held.release_by,
        originators=every if set(every) != set(held.originators) else held.originators,
    )


def _versions(form: Mapping[str, str], held: NoticeDrafted, recipients: tuple[Id, ...]) -> tuple[Version, ...]:
    found = []
    for number, one in enumerate(held.versions, 1):
        if form.get(f"{number}.remove"):
            continue
        if f"{number}.what" not in form:
            found.append(one)
            continue
        chosen = [who for who in picked(form, f"{number}.for_") if who in recipients]
        language = form.get(f"{number}.language", "").strip()
        found.append(
            Version(
                tear_line=tear_line_of(form, one.tear_line, number),
                recipients=one.recipients if set(chosen) == set(one.recipients) else tuple(chosen),
                language=tag(language) if language else "",
            )
        )
    who, language = form.get("new_for", "").strip(), form.get("new_language", "").strip()
    if who or language:
        if len(found) >= MOST_VERSIONS:
            raise Unclear(f"A notice has {MOST_VERSIONS} versions at most.")
        if who and who not in recipients:
            raise Unclear("Another version is for one of those whom the notice goes to.")
        found.append(
            Version(
                tear_line=tear_line_of(form, held.tear_line),
                recipients=(who,) if who else (),
                language=tag(language) if language else "",
            )
        )
    return tuple(found)
