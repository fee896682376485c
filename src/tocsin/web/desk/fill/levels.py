"""Fills the pages of advisories at the desk: what holds, what waits, what changes by a draft, and what others say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.moment import zone
from tocsin.basis.words import Words
from tocsin.flow.messages import risk_said
from tocsin.flow.warning.public_words import for_public, taken_back
from tocsin.places.countries import country_name, country_names
from tocsin.report.others import OthersAdviceState
from tocsin.store.door import Door
from tocsin.warning.advisory.decide import LEVELS
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.advisory.place import is_replaced, stands, would_replace
from tocsin.warning.advisory.risk import INDICATORS
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.retraction import TakenBack
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.case_choice import case_choice
from tocsin.web.desk.fill.drafts import can_approve, decided, may_write, version, waits
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.public_words import public_words
from tocsin.web.desk.fill.whom import OWN, whom
from tocsin.web.desk.views.levels import (
    ChangeRow,
    CountryPage,
    DraftPage,
    DraftRow,
    HeldRow,
    LevelForm,
    LevelsPage,
    OthersLevel,
    PastRow,
    RiskField,
)
from tocsin.web.desk.views.public_words import PublicWords
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import stamp

MOST_OTHERS = 100


def levels_page(door: Door, shell: Shell, _: Words) -> LevelsPage:
    """Return all levels in force: overdue first, then the gravest, then by name."""
    latest = door.others()
    rows = [_held(one, latest, shell.now) for one in door.levels(shell.now)]
    return LevelsPage(
        shell=shell,
        rows=tuple(sorted(rows, key=lambda row: (not row.overdue, -row.level, row.place))),
        drafts=tuple(_draft_rows(door, Names(door), "")),
        new_href=hrefs.NEW_LEVEL if may_write(door) else "",
        countries=country_names(),
    )


def _held(one: Advisory, others: Sequence[OthersAdviceState], now: datetime) -> HeldRow:
    beside = [
        (held.publisher, held.said.level) for held in others if one.country in held.said.countries and not held.region
    ]
    return HeldRow(
        place=_place(one),
        level=one.level,
        href=hrefs.country(one.country),
        since=one.effective_at,
        review_by=one.review_at,
        overdue=one.review_at <= now,
        others=tuple(sorted(beside, key=lambda pair: pair[0])) if not one.region else (),
    )


def _place(one: Advisory | AdvisoryDraft) -> str:
    name = country_name(one.country)
    return f"{one.region}, {name}" if one.region else name


def _draft_rows(door: Door, names: Names, country: str) -> Iterator[DraftRow]:
    for one in door.drafts(AdvisoryDraft):
        if one.is_open and country in ("", one.country):
            stands = door.advisory(one.before)
            yield DraftRow(
                title=_place(one),
                href=hrefs.level_draft(one.id),
                by=names.say(one.author),
                at=one.drafted_at,
                level=one.level,
                before=stands.level if stands is not None and stands.withdrawn_at is None else None,
            )


Typed = Callable[[Id], Mapping[str, str]]


def country_page(door: Door, code: str, typed: Typed, shell: Shell, _: Words) -> CountryPage | None:
    """Return all about one country; None where it is none. typed: what was typed to withdraw a level, where that was refused."""
    if country_name(code) == code:
        return None
    names = Names(door)
    ours = door.advisories(code)
    said = [one for one in door.others(latest=False) if code in one.said.countries]
    return CountryPage(
        shell=shell,
        name=country_name(code),
        past=tuple(_past(door, ours, typed, names, shell.now, _)),
        drafts=tuple(_draft_rows(door, names, code)),
        others=tuple(_others(one) for one in said if one.until is None and not one.gone)[:MOST_OTHERS],
        others_before=tuple(_others(one) for one in said if one.until is not None or one.gone)[:MOST_OTHERS],
        new_href=f"{hrefs.NEW_LEVEL}?country={code}" if may_write(door) else "",
    )


def _past(
    door: Door, ours: Sequence[Advisory], typed: Typed, names: Names, now: datetime, _: Words
) -> Iterator[PastRow]:
    for number, one in enumerate(ours):  # the latest come first
        after = [later for later in ours[:number] if is_replaced(one, [later], later.effective_at)]
        ends = [max(later.effective_at, later.issued_at) for later in after]
        until = min([*ends, *([one.withdrawn_at] if one.withdrawn_at else [])], default=None)
        may = stands(one, ours, now) and Role.DUTY_OFFICER in door.reader.roles
        yield PastRow(
            place=_place(one),
            level=one.level,
            since=one.effective_at,
            until=until,
            author=names.say(one.author),
            approver=names.say(one.approver),
            why=door.why_level(one),
            href=hrefs.warning(one.id),
            withdrawn=one.withdrawn_at is not None,
            withdraw_href=hrefs.withdraw_level(one.id) if may else "",
            strict=_withdrawn(door, one, typed(one.id), names, _),
        )


def _withdrawn(door: Door, level: Advisory, typed: Mapping[str, str], names: Names, _: Words) -> PublicWords:
    said = [TakenBack(language=level.language, words=typed["words"])] if typed.get("words") else []
    if not said and level.retraction is None:
        return PublicWords()
    return public_words(door, lambda _look: taken_back(level, said), names, _)


def _others(one: OthersAdviceState) -> OthersLevel:
    said = one.said
    return OthersLevel(
        publisher=said.publisher,
        place=said.place,
        region=said.region,
        level=said.level,
        wording=said.wording,
        reasons=tuple(dict.fromkeys(reason.words for reason in said.reasons)),
        seen_at=one.seen_at,
        until=one.until,
        address=said.address,
        gone=one.gone,
    )


# ---- a draft


def draft_page(door: Door, id: Id, shell: Shell, _: Words) -> DraftPage | None:
    """Return a draft beside what is in force for its place."""
    draft = door.draft(AdvisoryDraft, id)
    if draft is None:
        return None
    names = Names(door)
    held = would_replace(door.advisories(draft.country), draft, shell.now)
    is_open = draft.is_open
    return DraftPage(
        strict=public_words(door, lambda look: for_public(look, draft), names, _),
        shell=shell,
        title=_place(draft),
        section_href=hrefs.LEVELS,
        section_name=_("Advisories"),
        by=", ".join(names.say(one) for one in draft.authors),
        at=draft.drafted_at,
        seen=version(door, id),
        changes=tuple(_changes(held, draft, shell.zone, _)),
        why=draft.why,
        waits=waits(door, draft.authors, _) if is_open else "",
        decided=decided(draft, names, _),
        approve_href=f"{hrefs.level_draft(id)}/approval" if is_open and can_approve(door, draft.authors) else "",
        drop_href=f"{hrefs.level_draft(id)}/dropping" if is_open and may_write(door) else "",
        edit_href=f"{hrefs.NEW_LEVEL}?draft={id}" if is_open and may_write(door) else "",
        replaces=held is not None,
    )


def _changes(held: Advisory | None, draft: AdvisoryDraft, zone: str, _: Words) -> Iterator[ChangeRow]:
    rows = (
        (_("Level"), held and _level(held.level, _), _level(draft.level, _)),
        (_("Title"), held and held.title, draft.title),
        (_("Why, for everyone"), held and held.text, draft.text),
        (_("What to do"), held and held.advice, draft.advice),
        (_("Risks"), held and _risks(held, _), _risks(draft, _)),
        (_("Drawn"), held and _drawn(held, _), _drawn(draft, _)),
        (
            _("It holds from"),
            held and stamp(held.effective_at, zone, _),
            _moment(draft.effective_at, zone, _("its approval"), _),
        ),
        (
            _("Looked at again by"),
            held and stamp(held.review_at, zone, _),
            _moment(draft.review_at, zone, _("the latest date"), _),
        ),
        (_("Who is told"), held and _told(held, _), _told(draft, _)),
    )
    for label, now, then in rows:
        yield ChangeRow(label=label, now=now or "", then=then, changed=held is not None and (now or "") != then)


def _level(level: int, _: Words) -> str:
    return f"{level} · {_(LEVELS[level])}"


def _risks(one: Advisory | AdvisoryDraft, _: Words) -> str:
    risks = one.because if isinstance(one, Advisory) else one.risks
    return "\n".join(risk_said(risk, _) for risk in risks)


def _drawn(one: Advisory | AdvisoryDraft, _: Words) -> str:
    if not one.region:
        return _("the whole country")
    return _("%(n)s points", n=len(one.polygon)) if one.polygon else _("only named")


def _moment(at: datetime | None, zone: str, otherwise: str, _: Words) -> str:
    return stamp(at, zone, _) if at is not None else otherwise


def _told(one: Advisory | AdvisoryDraft, _: Words) -> str:
    said = []
    if OWN in one.audience:
        said.append(_("whoever is there, or may be"))
    if others := sum(part != OWN for part in one.audience):
        said.append(_.ngettext("whoever fits %(n)s line", "whoever fits one of %(n)s lines", others))
    if one.groups:
        said.append(_.ngettext("%(n)s group", "%(n)s groups", len(one.groups)))
    if one.persons:
        said.append(_.ngettext("%(n)s recipient", "%(n)s recipients", len(one.persons)))
    return ", ".join(said) or _("the public alone")


# ---- the form


def day_of(at: datetime | None, zone_name: str) -> str:
    """Return the day of a moment by the desk's clock, as the form writes it."""
    return "" if at is None else f"{at.astimezone(zone(zone_name)):%Y-%m-%d}"


def carry(draft: AdvisoryDrafted, before: AdvisoryDraft, zone_name: str) -> AdvisoryDrafted:
    """Return a draft as it comes from the form, with what was written before and the form does not show."""
    moments = {
        name: was
        for name in ("effective_at", "review_at")
        if (was := getattr(before, name)) and day_of(was, zone_name) == day_of(getattr(draft, name), zone_name)
    }
    return replace(
        draft,
        persons=before.persons,
        **moments,
    )


def level_form(door: Door, country: str, draft_id: str, shell: Shell, _: Words) -> LevelForm | None:
    """Return the form, filled with a draft, or with what is in force for a country; None where there is no such draft."""
    draft = door.draft(AdvisoryDraft, draft_id) if draft_id else None
    if draft_id and (draft is None or not draft.is_open):
        return None
    code = draft.country if draft is not None else country.upper()
    known = country_name(code) != code
    held = next((one for one in door.levels(shell.now) if one.country == code and not one.region), None)
    filled: AdvisoryDraft | Advisory | None = draft or held
    risks = {one.indicator: one.words for one in (draft.risks if draft else held.because if held else ())}
    others = [_others(one) for one in door.others() if code in one.said.countries and not one.region] if known else []
    form = LevelForm(
        cases=case_choice(door, draft.threat if draft is not None else None),
        shell=shell,
        post_to=hrefs.LEVELS,
        risks=tuple(RiskField(indicator=one, chosen=one in risks, words=risks.get(one, "")) for one in INDICATORS),
        country=code if known else "",
        whom=whom(door, (OWN,), ()),
        policies=tuple((one.id, one.name) for one in door.policies()),
        countries=country_names(),
        others=tuple(others),
    )
    if filled is None:
        return form
    return replace(
        form,
        id=draft.id if draft else "",
        seen=version(door, draft.id) if draft else 0,
        region=filled.region,
        polygon=" ".join(f"{lat},{lon}" for lat, lon in filled.polygon),
        level=filled.level,
        title=filled.title,
        text=filled.text,
        advice=filled.advice,
        why=draft.why if draft else "",
        language=filled.language,
        whom=whom(door, filled.audience, filled.groups, there=None if draft else bool(filled.audience)),
        policy=next((one.id for one in door.policies() if draft and one.ladder == draft.ladder), ""),
        effective=day_of(draft.effective_at, shell.zone) if draft else "",
        review=day_of(draft.review_at, shell.zone) if draft else "",
    )
