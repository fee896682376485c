"""Fills the pages on which alerts are written. What a draft comes to is found by alert_look.py."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.moment import zone
from tocsin.basis.words import Words
from tocsin.cap import Category, Certainty, Severity, Urgency
from tocsin.flow.warning.audience import counted
from tocsin.lexicon.actor_words import LANGUAGES
from tocsin.lexicon.templates import Template, templates
from tocsin.places import circle_ring
from tocsin.places.countries import country_names
from tocsin.places.geocodes import LISTS
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.alert.facts import Area
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.alert.writing.facts import Contents, Piece, PieceState
from tocsin.warning.alert.writing.rules import as_alert
from tocsin.warning.alert.writing.state import AlertDraft, AlertTemplate
from tocsin.warning.alert.writing.template import faults
from tocsin.web.desk.alert_form import first_pieces
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.alert_look import look_at, piece_view
from tocsin.web.desk.fill.case_choice import case_choice
from tocsin.web.desk.fill.drafts import can_approve, decided, may_write, version, waits
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.whom import whom
from tocsin.web.desk.guards import DeskSite
from tocsin.web.desk.views import alerts as views
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.levels import DraftRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import stamp
from tocsin.web.pieces import AreaView, MapView
from tocsin.web.wiring import Installation

VALUES = (
    ("urgency", tuple(str(one) for one in Urgency)),
    ("severity", tuple(str(one) for one in Severity)),
    ("certainty", tuple(str(one) for one in Certainty)),
    ("category", tuple(str(one) for one in Category)),
)
USUAL = {"urgency": "Expected", "severity": "Severe", "certainty": "Possible", "category": "Security"}
MOST_FOLLOWED = 50


def draft_rows(door: Door, names: Names) -> Iterator[DraftRow]:
    """Yield the drafts that wait."""
    for one in door.drafts(AlertDraft):
        if one.is_open:
            yield DraftRow(
                title=one.title or "–", href=hrefs.alert_draft(one.id), by=names.say(one.author), at=one.drafted_at
            )


def start_page(door: Door, case: str, shell: Shell, _: Words) -> views.StartPage:
    """Return what waits, and the form by which an alert is begun. case: about which it is to be; empty: about none."""
    writes = may_write(door)
    return views.StartPage(
        shell=shell,
        drafts=tuple(draft_rows(door, Names(door))),
        choices=tuple(_choices(door)) if writes else (),
        languages=LANGUAGES,
        cases=case_choice(door, case) if writes else CaseChoice(),
        start_href=hrefs.ALERTS if writes else "",
        templates_href=hrefs.TEMPLATES,
        ends=local(shell.now + timedelta(hours=48), shell.zone),
        zone=shell.zone,
    )


def _choices(door: Door) -> Iterator[views.TemplateChoice]:
    for own in own_templates(door):
        if own.ready is not None:
            tongues = tuple(one.language for one in own.ready.pieces)
            yield views.TemplateChoice(id=own.id, name=own.name, ready=True, languages=tongues)
    for one in templates():
        yield views.TemplateChoice(id=f"shipped:{one.kind}", name=one.name, ready=False, languages=tuple(one.words))


def own_templates(door: Door) -> list[AlertTemplate]:
    """Return the templates of our own that are in use, by name."""
    found = door.on_duty(lambda look: look.all(AlertTemplate, order="name")) or []
    return [one for one in found if one.retired_at is None]


def local(at: datetime | None, zone_name: str) -> str:
    """Return a moment by the desk's clock, as the form writes it."""
    return "" if at is None else f"{at.astimezone(zone(zone_name)):%Y-%m-%dT%H:%M}"


def case_zone(door: Door, draft: AlertDraft) -> str:
    """Return the zone in which recipients are told until when it holds."""
    threat = door.threat(draft.threat)
    return threat.zone if threat is not None else "UTC"


def form_page(desk: DeskSite, door: Door, id: Id, shell: Shell, _: Words) -> views.AlertForm | None:
    """Return the form of a draft; None where there is none that waits."""
    draft = door.draft(AlertDraft, id)
    if draft is None or not draft.is_open:
        return None
    contents, names = draft.contents, Names(door)
    made = door.on_duty(lambda look: look_at(desk, look, door, draft, names, case_zone(door, draft), shell.now, _))
    if made is None:
        return None
    policies = tuple((one.id, one.name) for one in door.policies())
    policy = next((one.id for one in door.policies() if one.ladder == contents.ladder), "")
    return views.AlertForm(
        shell=shell,
        post_to=hrefs.alert_draft(id),
        look_href=f"{hrefs.alert_draft(id)}/look",
        id=id,
        seen=version(door, id),
        title=draft.title,
        look=made,
        areas=tuple(area_rows(contents, _)),
        map=area_map(contents.areas, _),
        begins=local(contents.begins, shell.zone),
        ends=local(contents.ends, shell.zone),
        zone=shell.zone,
        values=tuple((name, choices, getattr(contents, name)) for name, choices in VALUES),
        languages=tuple(one for one in LANGUAGES if draft.piece(one) is None),
        countries=country_names(),
        code_lists=LISTS,
        cases=case_choice(door, draft.threat),
        follows=tuple(_followable(door)),
        followed=contents.follows or "",
        whom=whom(door, contents.audience, contents.groups),
        policies=policies,
        policy=policy,
        keeps_ladder=not policy,
        template=template_name(door, contents.template),
    )


def template_name(door: Door, id: str) -> str:
    """Return what a template is called."""
    shipped = next((one.name for one in templates() if id == f"shipped:{one.kind}"), "")
    return shipped or next(
        (one.name for one in door.on_duty(lambda look: look.all(AlertTemplate)) or [] if one.id == id), ""
    )


def _followable(door: Door) -> Iterator[tuple[str, str]]:
    alerts = (one for one in door.warnings((Alert,)) if isinstance(one, Alert) and one.stage is AlertStage.ISSUED)
    for one in islice(alerts, MOST_FOLLOWED):
        if one.retraction is None:
            yield one.id, one.wordings[0].headline


def area_rows(contents: Contents, _: Words) -> Iterator[views.AreaRow]:
    """Yield each area in words. In other languages than the alert's first it is named once, however many pieces it is of."""
    others, first = [one.language for one in contents.pieces[1:]], first_pieces(contents.areas)
    for number, area in enumerate(contents.areas):
        said = [f"{name} {code}" for name, code in area.geocodes]
        if area.circle is not None:
            lat, lon, km = area.circle
            said.append(_("%(km)s km round %(lat)s, %(lon)s", km=f"{km:g}", lat=f"{lat:g}", lon=f"{lon:g}"))
        if area.polygon:
            said.append(_("%(n)s corners", n=len(area.polygon) - 1))
        own = dict(area.names)
        names = tuple((one, own.get(one, "")) for one in others) if first[area.name] == number else ()
        yield views.AreaRow(number=number, name=area.name, drawn=", ".join(said), names=names)


def area_map(areas: Sequence[Area], _: Words) -> MapView | None:
    """Return the areas on a map, or None where none is drawn."""
    found = []
    for area in areas:
        rings = [tuple(area.polygon)] if area.polygon else []
        if area.circle is not None:
            rings.append(circle_ring(area.circle[:2], area.circle[2]))
        if rings:
            found.append(AreaView(label=area.name or "–", rings=tuple(rings)))
    return MapView(title=_("Where it holds"), areas=tuple(found)) if found else None


# ---- the page of a draft


def draft_page(desk: DeskSite, door: Door, id: Id, shell: Shell, _: Words) -> views.AlertDraftPage | None:
    """Return a draft as its second reader sees it."""
    draft = door.draft(AlertDraft, id)
    if draft is None:
        return None
    names, contents = Names(door), draft.contents
    made = door.on_duty(lambda look: look_at(desk, look, door, draft, names, case_zone(door, draft), shell.now, _))
    if made is None:
        return None
    stops, own = any(one.stops for one in made.flaws), hrefs.alert_draft(id)
    opens = draft.is_open
    checks = own if opens and may_write(door) else ""
    pieces = (replace(_checkable(one, checks), mail_href=hrefs.letter(id, one.language)) for one in made.pieces)
    made = replace(made, pieces=tuple(pieces))
    approves = opens and can_approve(door, draft.authors) and not stops
    return views.AlertDraftPage(
        shell=shell,
        title=draft.title or "–",
        by=", ".join(names.say(one) for one in draft.authors),
        at=draft.drafted_at,
        seen=version(door, id),
        look=made,
        facts=tuple(_facts(door, draft, shell, _)),
        editions=tuple(
            (one.number, one.at, names.say(one.author), ", ".join((*one.languages, *one.fields)))
            for one in draft.editions[::-1]
        ),
        map=area_map(contents.areas, _),
        waits=waits(door, draft.authors, _) if opens else "",
        decided=_decided(draft, names, _),
        warning_href=hrefs.warning(id) if draft.approved_at is not None else "",
        approve_href=f"{own}/approval" if approves else "",
        alone_href=f"{own}/alone" if opens and not stops and _may_alone(door, draft) else "",
        drop_href=f"{own}/dropping" if opens and may_write(door) else "",
        edit_href=f"{own}/edit" if opens and may_write(door) else "",
        told=door.on_duty(lambda look: _told(desk.site, look, draft, shell.now)) or 0,
    )


def _told(site: Installation, look: Look, draft: AlertDraft, now: datetime) -> int:
    if not draft.contents.areas:
        return 0
    try:
        return counted(look, as_alert(draft, now), tuple(site.house.carriers), now).told
    except Refused:
        return 0  # it cannot be drawn, and so cannot go out: that stands among its flaws


def _may_alone(door: Door, draft: AlertDraft) -> bool:
    """Say whether this reader could send it alone: what it says is judged when they do."""
    template = (
        door.on_duty(lambda look: look.find(AlertTemplate, draft.contents.template))
        if draft.contents.template
        else None
    )
    ready = template.ready if template is not None and template.retired_at is None else None
    wrote = door.reader.person in draft.authors and Role.DUTY_OFFICER in door.reader.roles
    return wrote and ready is not None and ready.version == draft.contents.template_version


def _decided(draft: AlertDraft, names: Names, _: Words) -> str:
    if draft.approved_at is not None and draft.break_glass:
        return _("Sent by %(who)s alone, by break-glass.", who=names.say(draft.approver))
    return decided(draft, names, _)


def _facts(door: Door, draft: AlertDraft, shell: Shell, _: Words) -> Iterator[tuple[str, str]]:
    contents = draft.contents
    yield _("Where"), "; ".join(dict.fromkeys(one.name or "–" for one in contents.areas)) or "–"
    yield _("From"), stamp(contents.begins, shell.zone, _) if contents.begins else _("its approval")
    yield _("Until"), stamp(contents.ends, shell.zone, _) if contents.ends else _("no end")
    yield _("For CAP"), f"{contents.urgency}, {contents.severity}, {contents.certainty}, {contents.category}"
    yield _("Template"), template_name(door, contents.template) or _("none")
    yield _("Actor words"), _("version %(n)s", n=contents.actor_words)
    if contents.follows:
        yield _("Takes the place of"), contents.follows


# ---- templates


def templates_page(door: Door, shell: Shell, _: Words) -> views.TemplatesPage:
    """Return the templates: our own, and those that come with Tocsin."""
    return views.TemplatesPage(
        shell=shell,
        own=tuple(
            views.TemplateRow(
                name=one.name,
                href=hrefs.template(one.id),
                state=template_state(one, _),
                languages=tuple((piece.language, piece.state) for piece in one.pieces),
            )
            for one in own_templates(door)
        ),
        shipped=tuple(
            views.TemplateRow(
                name=one.name,
                href=hrefs.template(f"shipped:{one.kind}"),
                state="",
                languages=tuple((piece.language, piece.state) for piece in shipped_pieces(one)),
            )
            for one in templates()
        ),
        new_href=f"{hrefs.TEMPLATES}/new" if Role.DUTY_OFFICER in door.reader.roles else "",
    )


def template_state(one: AlertTemplate, _: Words) -> str:
    """Say how a template of our own stands."""
    if one.ready is None:
        return _("waits for a second duty officer")
    if one.waits:
        return _("approved; newer words wait for a second duty officer")
    return _("approved")


def shipped_pieces(one: Template) -> tuple[Piece, ...]:
    """Return a template that comes with Tocsin, each language with its state."""
    return tuple(
        Piece(
            language=language,
            headline=words.headline,
            event=words.event,
            description=words.description,
            instruction=words.instruction,
            state=PieceState.DRAFT if language == "en" else PieceState.MACHINE,
        )
        for language, words in one.words.items()
    )


def template_page(door: Door, id: str, shell: Shell, _: Words) -> views.TemplatePage | None:
    """Return one template; None where there is none of that id."""
    names, duty = Names(door), Role.DUTY_OFFICER in door.reader.roles
    shipped = next((one for one in templates() if id == f"shipped:{one.kind}"), None)
    if shipped is not None:
        return views.TemplatePage(
            shell=shell,
            name=shipped.name,
            pieces=tuple(piece_view(one, names) for one in shipped_pieces(shipped)),
            hours=shipped.hours,
            values=tuple((name, getattr(shipped, name)) for name, _values in VALUES),
            take_href=f"{hrefs.TEMPLATES}/new?base={shipped.kind}" if duty else "",
            is_shipped=True,
        )
    own = door.on_duty(lambda look: look.find(AlertTemplate, id))
    if own is None:
        return None
    return _own_page(door, own, names, shell, _, duty=duty)


def _own_page(
    door: Door, own: AlertTemplate, names: Names, shell: Shell, _: Words, *, duty: bool
) -> views.TemplatePage:
    wrong, here = faults(own), hrefs.template(own.id)
    in_use = own.retired_at is None
    checks = in_use and may_write(door)
    pieces = [_checkable(piece_view(one, names), here if checks else "") for one in own.pieces]
    return views.TemplatePage(
        shell=shell,
        name=own.name,
        pieces=tuple(pieces),
        hours=own.hours,
        values=tuple((name, getattr(own, name)) for name, _values in VALUES),
        state=template_state(own, _) if in_use else _("Retired: %(why)s", why=own.retired_why),
        by=", ".join(names.say(one) for one in own.authors),
        at=own.written_at,
        seen=version(door, own.id),
        faults=wrong,
        waits=waits(door, own.authors, _) if own.waits else "",
        approve_href=f"{here}/approval" if own.waits and not wrong and can_approve(door, own.authors) else "",
        retire_href=f"{here}/retirement" if in_use and duty else "",
        edit_href=f"{here}/edit" if in_use and duty else "",
    )


def _checkable(piece: views.PieceView, here: str) -> views.PieceView:
    """Return the words in a language with where it is said that they are right, if nobody has said so."""
    waits_for = here and piece.state is not PieceState.CHECKED
    return replace(piece, check_href=f"{here}/checking" if waits_for else "")


def template_form(door: Door, id: str, base: str, shell: Shell, _: Words) -> views.TemplateForm | None:
    """Return the form of a template: one of ours, one made from what came with Tocsin, or an empty one."""
    names = Names(door)
    own = door.on_duty(lambda look: look.find(AlertTemplate, id)) if id else None
    if id and (own is None or own.retired_at is not None):
        return None
    shipped = next((one for one in templates() if base == one.kind), None)
    given: Template | AlertTemplate | None = own or shipped
    pieces = own.pieces if own is not None else shipped_pieces(shipped) if shipped is not None else (EMPTY,)
    taken = {one.language for one in pieces}
    return views.TemplateForm(
        shell=shell,
        post_to=hrefs.template(id) if id else hrefs.TEMPLATES,
        seen=version(door, id) if id else 0,
        name=given.name if given is not None else "",
        pieces=tuple(piece_view(one, names) for one in pieces),
        hours=given.hours if given is not None else 48,
        values=tuple((name, choices, getattr(given, name, USUAL[name])) for name, choices in VALUES),
        languages=tuple(one for one in LANGUAGES if one not in taken),
        base=own.base if own is not None else base if shipped is not None else "",
    )


EMPTY = Piece(language="en", headline="", event="")
