"""Fills the public pages from the public door. What a page says of an alert is true at the moment it is handed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tocsin.basis.moment import rfc3339
from tocsin.basis.words import Words
from tocsin.places.countries import country_name
from tocsin.store.public import PublicLook
from tocsin.warning.advisory.place import has_effect, in_force, is_replaced, never_held, of_country
from tocsin.warning.advisory.risk import INDICATORS
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, Later, wording_for
from tocsin.warning.reaffirm import words_in
from tocsin.warning.retraction import wording_in
from tocsin.warning.statement.facts import StatementKind
from tocsin.warning.statement.state import Edition, Statement
from tocsin.web.pieces import MapView, WindowState
from tocsin.web.public.listed import statement_item
from tocsin.web.public.outlines import areas_of_others
from tocsin.web.public.standing import Stand, Standing, sentence, standings, stands
from tocsin.web.public.views import (
    AdvisoriesPage,
    AdvisoryItem,
    AdvisoryPage,
    AlertHistoryRow,
    AlertItem,
    AlertPage,
    CorrectionRow,
    HomePage,
    LevelRow,
    PublicShell,
    RecordLink,
    RetractionView,
    StatementPage,
)
from tocsin.web.shown import area_names, area_views, instructions, window_view
from tocsin.web.world_map import WorldCountry, WorldMap

RAN_OUT = WindowState.RAN_OUT_UNDECIDED.value
OVER = frozenset({"retracted", WindowState.WITHDRAWN.value, WindowState.STOOD_DOWN.value})

RECENT = timedelta(days=7)
"""How long what has ended stays on the first page; it stays on the site for good."""
UNDECIDED = timedelta(days=30)
"""The same of what ran out with no decision: nobody has said that it is over, so it is not out of mind in a week."""
MOST_IN_FORCE = 50  # on the first page; all of them stand in the list
MOST_ENDED = 20  # of each sort on the first page
MOST_STATEMENTS = 5

OTHERS_DRAWN = 200  # of others' alerts, the latest, as far as they lie near what we warn of

LANGUAGES = {
    "ar": "العربية", "bn": "বাংলা", "cs": "Čeština", "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "Español",
    "fa": "فارسی", "fr": "Français", "he": "עברית", "hi": "हिन्दी", "id": "Indonesia", "it": "Italiano", "ja": "日本語",
    "ko": "한국어", "nl": "Nederlands", "pl": "Polski", "ps": "پښتو", "pt": "Português", "pt-BR": "Português (Brasil)",
    "pt-PT": "Português (Portugal)", "ro": "Română", "ru": "Русский", "so": "Soomaali", "sr": "Српски", "sr-Latn": "Srpski",
    "sw": "Kiswahili", "tg": "Тоҷикӣ", "tr": "Türkçe", "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt",
    "zh": "中文", "zh-Hans": "简体中文", "zh-Hant": "繁體中文",
}  # fmt: skip
"""Each language by its name in itself."""


# ---- the first page


def home(look: PublicLook, shell: PublicShell, languages: Sequence[str], _: Words) -> HomePage:
    """Return the first page: what is in force or will be, what ended without an all-clear, standing advice, statements."""
    every = stands(look, shell.now)
    in_force = sorted((one for one in every if one.in_force), key=_gravity)
    shown = (
        in_force[:MOST_IN_FORCE],
        sorted((one for one in every if one.to_come), key=lambda one: one.line.begins),
        _recent((one for one in every if one.word == RAN_OUT and not one.closed_how), shell.now, UNDECIDED),
        _recent(
            (one for one in every if one.word in OVER or (one.word == RAN_OUT and one.closed_how)), shell.now, RECENT
        ),
    )
    holding, to_come, ended, over = (standings(look, some) for some in shown)
    areas = tuple(
        view for one in holding for view in area_views(one.alert.areas, wording_for(one.alert, languages).language)
    )
    count, others = look.others(shell.now, skip=0, most=OTHERS_DRAWN if areas else 0)
    theirs = areas_of_others(look, others)
    return HomePage(
        shell=shell,
        others=count,
        in_force=tuple(_item(one, languages, shell.now) for one in holding),
        count=len(in_force),
        to_come=tuple(_item(one, languages, shell.now) for one in to_come),
        ended=tuple(_item(one, languages, shell.now) for one in ended),
        over=tuple(_item(one, languages, shell.now) for one in over),
        has_more=len(every) > sum(map(len, shown)),
        advisories=tuple(
            _advisory_item(one, shell.now, _) for one in sorted(look.levels(shell.now), key=lambda one: -one.level)
        ),
        statements=tuple(map(statement_item, look.latest_statements(skip=0, most=MOST_STATEMENTS))),
        map=MapView(title=_("Where warnings are in force"), areas=(*areas, *theirs)) if areas else None,
    )


GRAVEST_FIRST = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
"""Source: OASIS CAP 1.2, section 3.2.2, severity."""


def _gravity(one: Stand) -> int:
    severity = one.line.severity
    return GRAVEST_FIRST.index(severity) if severity in GRAVEST_FIRST else len(GRAVEST_FIRST)


def _recent(which: Iterable[Stand], now: datetime, span: timedelta) -> list[Stand]:
    """Return those that ended a short while ago, what ended last first."""
    recent = (one for one in which if now - one.changed_at < span)
    return sorted(recent, key=lambda one: one.changed_at, reverse=True)[:MOST_ENDED]


def place_name(advisory: Advisory) -> str:
    """Return what an advisory holds for: the country, or a region and its country."""
    name = country_name(advisory.country)
    return f"{advisory.region}, {name}" if advisory.region else name


def _item(one: Standing, languages: Sequence[str], now: datetime) -> AlertItem:
    wording = wording_for(one.alert, languages)
    advice = instructions(wording.instruction)
    return AlertItem(
        headline=wording.headline,
        href=f"/alerts/{one.alert.id}",
        area=area_names(one.alert.areas, wording.language),
        issued_at=one.issued_at,
        window=window_view(one.alert.window, now),
        begins=one.line.begins if one.to_come else None,
        first_instruction=advice[0] if advice and one.alert.retraction is None else "",
        retracted_at=one.alert.retraction.at if one.alert.retraction else None,
    )


# ---- one alert


def is_written_in(alert: Alert, language: str) -> bool:
    """Say whether an alert has words of its own in this very language."""
    return language in {wording.language for wording in alert.wordings}


def language_name(tag: str) -> str:
    """Return a language by its name in itself, as exactly as we know it."""
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.partition("-")[0].lower(), tag)


def alert_page(look: PublicLook, one: Standing, shell: PublicShell, languages: Sequence[str], _: Words) -> AlertPage:
    """Return the page of one alert."""
    alert = one.alert
    wording = wording_for(alert, languages)
    areas = area_views(alert.areas, wording.language)
    # The newer alert says until when; what is false holds until never.
    says_until = one.word not in ("superseded", "retracted")
    return AlertPage(
        shell=shell,
        written_in=wording.language,
        headline=wording.headline,
        description=wording.description,
        instructions=instructions(wording.instruction),
        area=area_names(alert.areas, wording.language),
        issued_at=one.issued_at,
        issued_by=alert.sender_name,
        identifier=alert.identifier or alert.id,
        window=window_view(alert.window, shell.now) if says_until else None,
        begins=one.line.begins if one.to_come else None,
        contact=wording.contact,
        map=MapView(title=area_names(alert.areas, wording.language), areas=areas) if areas else None,
        history=tuple(_history(look, one, _)),
        cap_href=f"/alerts/{alert.id}.cap",
        json_href=f"/alerts/{alert.id}.json",
        other_languages=tuple(
            (
                language_name(other.language),
                other.language,
                f"/{other.language}/alerts/{alert.id}",
            )
            for other in alert.wordings
            if other is not wording
        ),
        record=_record_link(look, alert.id),
        corrections=_corrections(look, alert.id),
        retraction=_retraction(alert, languages),
        upheld=words_in(alert.upheld, wording.language) or next((one.words for one in alert.upheld), ""),
        reaffirmed_at=one.next.issued_at if one.next is not None and one.next.reaffirms else None,
        reaffirmed_href=f"/alerts/{one.next.id}" if one.next is not None and one.next.reaffirms else "",
        reaffirms=alert.reaffirms,
    )


def _retraction(alert: Alert, languages: Sequence[str]) -> RetractionView | None:
    if alert.retraction is None:
        return None
    said = wording_in(alert.retraction.wordings, languages)
    return RetractionView(
        at=alert.retraction.at, words=said.words, written_in=said.language, cap_href=cancel_href(alert)
    )


def messages_of(alert: Alert) -> tuple[tuple[str, Later], ...]:
    """Return the CAP messages by which an alert went out, changed and ended, the first one first, each with its address.

    What is published under an address never changes: a later message has an address of its own.
    """
    page, found = f"/alerts/{alert.id}", list[tuple[str, Later]]()
    if alert.cap is not None and alert.issued_at is not None:
        found.append((f"{page}.cap", Later(at=alert.issued_at, identifier=alert.identifier or "", cap=alert.cap)))
    found += [(f"{page}.{number}.cap", one) for number, one in enumerate(alert.later, 2)]
    if taken := alert.retraction:
        found.append((cancel_href(alert), Later(at=taken.at, identifier=taken.identifier, cap=taken.cap)))
    return tuple(found)


def latest_href(alert: Alert) -> str:
    """Return where the CAP message stands that says how an alert stands now."""
    return messages_of(alert)[-1][0]


def cancel_href(alert: Alert) -> str:
    """Return where the CAP message stands that cancels an alert."""
    return f"/alerts/{alert.id}.cancel.cap"


def _history(look: PublicLook, one: Standing, _: Words) -> list[AlertHistoryRow]:
    rows: list[AlertHistoryRow] = []
    earlier = look.alert(one.alert.follows) if one.alert.follows else None
    if earlier is not None:
        what = (
            _("We stand by what we warned of before.")
            if one.alert.reaffirms
            else _("This replaces an earlier warning.")
        )
        rows.append(AlertHistoryRow(at=one.issued_at, what=what, href=f"/alerts/{earlier.id}"))
    window = one.alert.window
    for href, message in messages_of(one.alert)[1:]:
        what = _("The warning was extended.") if message.extends else _("The warning was ended.")
        rows.append(AlertHistoryRow(at=message.at, what=what, href=href))
    if (
        window is not None
        and window.decided_at is not None
        and one.state is WindowState.EXTENDED
        and not one.alert.later
    ):
        rows.append(AlertHistoryRow(at=window.decided_at, what=_("The warning was extended.")))
    if one.next is not None and one.next.issued_at is not None:
        what = _("Repeated and upheld.") if one.next.reaffirms else _("Replaced by a newer warning.")
        rows.append(AlertHistoryRow(at=one.next.issued_at, what=what, href=f"/alerts/{one.next.id}"))
    return rows


def alert_json(one: Standing, base_url: str, _: Words) -> dict[str, Any]:
    """Return an alert for programs: what is public of it, and nothing of who wrote it or whom it was sent to."""
    alert, window = one.alert, one.alert.window
    return {
        "schema": "tocsin.alert/1",
        "id": alert.id,
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sender_name": alert.sender_name,
        "exercise": alert.exercise,
        "issued_at": rfc3339(one.issued_at),
        "changed_at": rfc3339(one.changed_at),
        "state": one.word,
        "state_said": sentence(one, _),
        "window": None if window is None else {
            "from": rfc3339(window.begins),
            "to": rfc3339(window.ends),
            "decided_at": rfc3339(window.decided_at) if window.decided_at else None,
            "closed": {"at": rfc3339(window.closed_at), "how": window.closed_how} if window.closed_at else None,
        },
        "retraction": None if alert.retraction is None else {
            "at": rfc3339(alert.retraction.at),
            "identifier": alert.retraction.identifier,
            "wordings": msgspec.to_builtins(alert.retraction.wordings),
            "cap": f"{base_url}{cancel_href(alert)}",
        },
        "follows": alert.follows,
        "reaffirms": alert.reaffirms,
        "upheld": msgspec.to_builtins(alert.upheld),
        "superseded_by": one.next.id if one.next else None,
        "category": alert.category,
        "urgency": alert.urgency,
        "severity": alert.severity,
        "certainty": alert.certainty,
        "wordings": msgspec.to_builtins(alert.wordings),
        "areas": msgspec.to_builtins(alert.areas),
        "cap": f"{base_url}{latest_href(alert)}",
        "messages": [
            {"identifier": message.identifier, "sent": rfc3339(message.at), "cap": f"{base_url}{href}"}
            for href, message in messages_of(alert)
        ],
        "html": f"{base_url}/alerts/{alert.id}",
    }  # fmt: skip


# ---- advisories and statements


def advisory_page(look: PublicLook, advisory: Advisory, shell: PublicShell, _: Words) -> AdvisoryPage:
    """Return the page of an advisory, with the levels before it, and what else holds in its country."""
    every = look.advisories(advisory.country)
    held = in_force(every, shell.now)
    holds = advisory.id in {one.id for one in held}
    return AdvisoryPage(
        shell=shell,
        place=place_name(advisory),
        level=advisory.level,
        issued_at=advisory.issued_at,
        effective_at=advisory.effective_at,
        written_in=advisory.language,
        reasons=tuple((one.indicator, one.words) for one in advisory.because),
        summary=advisory.text,
        advice=instructions(advisory.advice),
        earlier=tuple(_history_rows(every, advisory)),
        beside=tuple(
            AdvisoryItem(
                place=place_name(one), level=one.level, href=f"/advisories/{one.id}", issued_at=one.effective_at
            )
            for one in sorted(held, key=lambda one: one.place)
            if one.place != advisory.place
        ),
        review_by=advisory.review_at if holds else None,
        overdue=holds and advisory.review_at <= shell.now,
        reviewed_at=advisory.reviewed_at,
        withdrawn=None
        if advisory.retraction is None
        else RetractionView(
            at=advisory.retraction.at,
            words=advisory.retraction.wordings[0].words,
            written_in=advisory.retraction.wordings[0].language,
            cap_href="",
        ),
        under_country=of_country(held, advisory) is not None,
        not_yet=not has_effect(advisory, shell.now),
        record=_record_link(look, advisory.id),
        corrections=_corrections(look, advisory.id),
    )


def stands_now(look: PublicLook, advisory: Advisory, now: datetime) -> Advisory:
    """Return what is to be read instead of an advisory: the latest for its place that has taken effect, or itself."""
    same = [
        one for one in look.advisories(advisory.country) if is_replaced(advisory, [one], now) and has_effect(one, now)
    ]
    return same[0] if same else advisory


def _of_its_past(one: Advisory, advisory: Advisory) -> bool:
    same_kind = one.place == advisory.place and one.exercise == advisory.exercise
    return one.id == advisory.id or (same_kind and not never_held(one))


def _history_rows(every: Iterable[Advisory], advisory: Advisory) -> Iterator[LevelRow]:
    """Yield the levels of a place that went out before this one, the latest first: each with its dates."""
    same = sorted((one for one in every if _of_its_past(one, advisory)), key=lambda one: one.issued_at)
    for one, after in zip(same[-2::-1], same[:0:-1], strict=True):
        if one.issued_at < advisory.issued_at:
            until = min(moment for moment in (one.withdrawn_at, max(after.effective_at, after.issued_at)) if moment)
            yield LevelRow(since=one.effective_at, until=until, level=one.level, withdrawn=one.withdrawn_at is not None)


def statement_page(
    look: PublicLook, statement: Statement, shell: PublicShell, edition: int = 0
) -> StatementPage | None:
    """Return the page of a statement, in its latest edition or as an earlier one read; None where there is no such one."""
    said: Statement | Edition | None = statement
    if edition and edition != statement.edition:
        said = next((one for one in statement.earlier if one.edition == edition), None)
    if said is None:
        return None
    about, about_href = _about(look, statement.about)
    return StatementPage(
        shell=shell,
        title=said.title,
        at=said.published_at,
        version=said.edition,
        paragraphs=tuple(line.strip() for line in said.text.splitlines() if line.strip()),
        signed_by=shell.organisation,
        kind=said.statement_kind,
        written_in=said.language,
        change=said.change,
        replaced_href=f"/statements/{statement.id}" if said is not statement else "",
        about=about,
        about_href=about_href,
        corrections=_corrections(look, statement.id),
        endorsed_by=tuple((one.endorser, one.at) for one in said.endorsements if one.withdrawn_at is None),
        left=tuple((one.endorser, one.at, one.withdrawn_at) for one in said.endorsements if one.withdrawn_at),
        earlier_versions=tuple(
            (one.edition, one.published_at, f"/statements/{statement.id}/{one.edition}")
            for one in reversed(statement.earlier)
            if one.edition < said.edition
        ),
        record=_record_link(look, statement.id) if said is statement else None,
    )


def _about(look: PublicLook, id: str | None) -> tuple[str, str]:
    """Return what a statement speaks of: its title, and where it stands."""
    if id is None:
        return "", ""
    if (alert := look.alert(id)) is not None:
        return alert.wordings[0].headline, f"/alerts/{id}"
    if (advisory := look.advisory(id)) is not None:
        return advisory.title, f"/advisories/{id}"
    statement = look.statement(id)
    return (statement.title, f"/statements/{id}") if statement is not None else ("", "")


def _corrections(look: PublicLook, id: str) -> tuple[CorrectionRow, ...]:
    return tuple(
        CorrectionRow(title=one.title, href=f"/statements/{one.id}", at=one.published_at)
        for one in look.statements_about(id)
        if one.statement_kind is StatementKind.CORRECTION
    )


def statement_json(statement: Statement, base_url: str) -> dict[str, Any]:
    """Return a statement for programs, with its earlier editions."""
    editions: list[Statement | Edition] = [statement, *reversed(statement.earlier)]
    return {
        "schema": "tocsin.statement/1",
        "id": statement.id,
        "exercise": statement.exercise,
        "about": statement.about,
        "html": f"{base_url}/statements/{statement.id}",
        "editions": [
            {
                "edition": one.edition,
                "kind": one.statement_kind.value,
                "title": one.title,
                "text": one.text,
                "language": one.language,
                "published_at": rfc3339(one.published_at),
                "change": one.change or None,
                "endorsements": [
                    {
                        "by": joined.endorser,
                        "at": rfc3339(joined.at),
                        "withdrawn_at": rfc3339(joined.withdrawn_at) if joined.withdrawn_at else None,
                    }
                    for joined in one.endorsements
                ],
            }
            for one in editions
        ],
    }


def advisories_page(look: PublicLook, shell: PublicShell, _: Words) -> AdvisoriesPage:
    """Return all standing levels by the names of their places, and where none holds any more."""
    held = look.levels(shell.now)
    latest: dict[tuple[str, str], Advisory] = {}
    for one in look.advisories():
        latest.setdefault(one.place, one)
    gone = [one for one in latest.values() if one.withdrawn_at is not None]
    return AdvisoriesPage(
        shell=shell,
        rows=tuple(_advisory_item(one, shell.now, _) for one in sorted(held, key=_by_name)),
        world=WorldMap(countries=tuple(_on_the_map(held))),
        withdrawn=tuple(
            msgspec.structs.replace(_advisory_item(one, shell.now, _), under_country=of_country(held, one) is not None)
            for one in sorted(gone, key=_by_name)
        ),
    )


def _on_the_map(held: Sequence[Advisory]) -> Iterator[WorldCountry]:
    """Yield each country with the level of all of it, the strictest of a part, and the page of the stricter."""
    for country in sorted({one.country for one in held}):
        there = [one for one in held if one.country == country]
        first = max(there, key=lambda one: (one.level, not one.region))
        yield WorldCountry(
            code=country,
            place=country_name(country),
            level=max((one.level for one in there if not one.region), default=0),
            part=max((one.level for one in there if one.region), default=0),
            href=f"/advisories/{first.id}",
        )


def _by_name(one: Advisory) -> tuple[str, str]:
    return country_name(one.country), one.region


def _advisory_item(one: Advisory, now: datetime, _: Words) -> AdvisoryItem:
    return AdvisoryItem(
        place=place_name(one),
        level=one.level,
        href=f"/advisories/{one.id}",
        issued_at=one.effective_at,
        reasons=", ".join(_(INDICATORS[risk.indicator]) for risk in one.because),
        overdue=one.withdrawn_at is None and one.review_at <= now,
    )


def advisory_json(advisory: Advisory, base_url: str, now: datetime, every: Sequence[Advisory]) -> dict[str, Any]:
    """Return an advisory for programs: what is public of it. every: all of its country, for its state."""
    if advisory.withdrawn_at is not None:
        state = "withdrawn"
    elif advisory.id in {one.id for one in in_force(every, now)}:
        state = "in_force"
    else:
        state = "replaced" if has_effect(advisory, now) else "not_yet"
    return {
        "schema": "tocsin.advisory/1",
        "id": advisory.id,
        "exercise": advisory.exercise,
        "country": advisory.country,
        "region": advisory.region or None,
        "polygon": msgspec.to_builtins(advisory.polygon) or None,
        "level": advisory.level,
        "previous_level": advisory.previous_level,
        "state": state,
        "issued_at": rfc3339(advisory.issued_at),
        "effective_at": rfc3339(advisory.effective_at),
        "review_by": rfc3339(advisory.review_at),
        "reviewed_at": rfc3339(advisory.reviewed_at) if advisory.reviewed_at else None,
        "overdue": state == "in_force" and advisory.review_at <= now,
        "withdrawn": None if advisory.retraction is None else {
            "at": rfc3339(advisory.retraction.at),
            "wordings": msgspec.to_builtins(advisory.retraction.wordings),
        },
        "language": advisory.language,
        "title": advisory.title,
        "summary": advisory.text,
        "advice": list(instructions(advisory.advice)),
        "risks": [{"indicator": one.indicator.value, "words": one.words or None} for one in advisory.because],
        "html": f"{base_url}/advisories/{advisory.id}",
    }  # fmt: skip


def advisories_json(look: PublicLook, base_url: str, now: datetime) -> dict[str, Any]:
    """Return all that is in force for programs, and for a map: each place with the strictest level that holds there."""
    held = look.levels(now)
    return {
        "schema": "tocsin.advisories/1",
        "advisories": [advisory_json(one, base_url, now, held) for one in held],
        "countries": {
            country: max(one.level for one in held if one.country == country and not one.region)
            for country in sorted({one.country for one in held if not one.region})
        },
        "strictest": {
            country: max(one.level for one in held if one.country == country)
            for country in sorted({one.country for one in held})
        },
    }


def _record_link(look: PublicLook, told: str) -> RecordLink | None:
    """Return where the record holds it. It can be checked once a checkpoint covers it, a moment later."""
    found = look.entry_of(told)
    if found is None:
        return None
    number, leaf = found
    published = number < look.published_size()
    return RecordLink(
        index=number,
        leaf=leaf.hex(),
        proof_href=f"/record/proof/{number}" if published else "",
        check_href=f"/record/verify?entry={number}" if published else "",
    )
