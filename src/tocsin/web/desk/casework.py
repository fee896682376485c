"""Cases at the desk: opening one, judging it, saying what is next and what was seen, joining it with others, and ending it."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.errors import Refused, Stale
from tocsin.basis.ids import Id, keyed_id
from tocsin.basis.marking import Mark, Role, may_read
from tocsin.flow.seen import STALE
from tocsin.flow.threat import cases, fitting, joining, marking, observing, weigh
from tocsin.store.door import Door
from tocsin.threat.checklists import CHECKLISTS
from tocsin.threat.facts import (
    ActorKind,
    ActorListed,
    Bearing,
    Confidence,
    NoIndicationStated,
    PartyAccused,
    ThreatOpened,
)
from tocsin.threat.indicators import Basis, Indicator, Observed, Strength
from tocsin.threat.marked import marked_as
from tocsin.threat.merge import ALL_WOULD_GO, Carried
from tocsin.threat.one_breath import mixed_sentences
from tocsin.threat.particulars import Method, Particulars, Severity, TargetClass, ThreatKind, Where
from tocsin.threat.state import Threat
from tocsin.web.desk.acts import Unclear, command, own_words, picked, until
from tocsin.web.desk.case_choice import case_in
from tocsin.web.desk.case_places import places_of, zone_said
from tocsin.web.desk.fill import casework as fill
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.resting import linked_to
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import FIELDS_OF, Asked, Desk, DeskSite, Form, only

OFFICERS = only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)
RESTS = "rests_"  # before the id of what an estimate rests on
MOST_FIELDS = 600  # a case with as many places as it may have, or as many items as are shown
_PERCENT = re.compile(r"\d{1,3}")


# ---- pages


@get("/cases/new", guards=[OFFICERS], sync_to_thread=True)
def new(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form in which a case is opened."""
    return page(request, desk, "cases", lambda door, shell, _: fill.case_form(door, "", shell, _))


@get("/cases/{id:str}/about", guards=[OFFICERS], sync_to_thread=True)
def about(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the form in which it is written anew what a case is about."""
    return page(request, desk, "cases", lambda door, shell, _: fill.case_form(door, id, shell, _))


@get("/cases/{id:str}/estimate", guards=[OFFICERS], sync_to_thread=True)
def estimate(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the form in which a case is judged."""
    return page(request, desk, "cases", lambda door, shell, _: fill.estimate_page(door, id, shell, _))


@get("/cases/{id:str}/work", guards=[OFFICERS], sync_to_thread=True)
def work(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show everything that can be done about a case."""
    return page(request, desk, "cases", lambda door, shell, _: fill.case_work_page(door, id, shell, _))


# ---- opening one


@post("/cases", guards=[OFFICERS], opt={FIELDS_OF: MOST_FIELDS}, sync_to_thread=True)
def open_case(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Open a case."""
    now, by = desk.site.clock.now(), request.user.person
    said = _particulars(form, ())
    zone = zone_said(form, said.places, desk.zone, now)
    opened = ThreatOpened(
        subject=desk.site.store.new_id(),
        occurred_at=now,
        title=_line(form, "title"),
        zone=zone,
        owner=form.get("owner", "").strip() or by,
        targets=_lines(form, "targets"),
        place=said.places[0].name if said.places else "",
        host=_organisation(request, desk, form),
        begins=_moment(form, "begins", zone),
        ends=_end(form, zone, None, now),
        mark=_of(Mark, form.get("mark", ""), "a mark"),
        readers=(by,),
        exercise=desk.site.exercise,
        particulars=said,
    )
    if not may_read(request.user.reader, opened.mark, frozenset({by})):
        raise Unclear(
            f"You may not read what is marked {opened.mark}, and would not see the case again. Choose another mark, or have it "
            "opened by somebody who may."
        )
    if opened.owner != by:
        with desk.site.store.look() as look:
            cases.refuse_unfit(look, opened.owner, opened.mark, {opened.owner, by})
    weigh.open_threat(desk.site.house, opened, by=by, command=command(request, form), now=now)
    desk.site.wake()
    return Redirect(hrefs.case_work(opened.subject), status_code=303)


# ---- what is done about one


class At(msgspec.Struct, frozen=True):
    """One act as it is asked for. said: by whom, under which command, when."""

    request: Asked
    desk: DeskSite
    form: Form
    threat: Threat
    said: dict[str, Any]

    def field(self, name: str) -> str:
        """Return what was written on one line."""
        return _line(self.form, name)

    def words(self, name: str) -> str:
        """Return what was written in somebody's own words."""
        return own_words(self.form, name)

    @property
    def seen(self) -> int | None:
        """Return how often people had said what this rests on when the form was filled; None: it does not say."""
        text = self.form.get("seen", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def moment(self, name: str) -> datetime:
        """Return a moment that must be given."""
        found = _moment(self.form, name, self.threat.zone)
        if found is None:
            raise Unclear("Name the day and the hour by which it is done.")
        return found


@post("/cases/{id:str}/acts/{act:str}", guards=[OFFICERS], opt={FIELDS_OF: MOST_FIELDS}, sync_to_thread=True)
def do(request: Asked, desk: Desk, form: Form, id: FromPath[str], act: FromPath[str]) -> Redirect:
    """Do something about a case that the reader may read."""
    with desk.site.store.look() as look:
        threat = Door(look, request.user.reader).threat(id)
    if threat is None or act not in ACTS:
        raise NotFoundException
    if form.get("marked_as", stands := marked_as(threat)) != stands:
        raise Stale(STALE)  # it was written for those who read it then
    said = {"by": request.user.person, "command": command(request, form), "now": desk.site.clock.now()}
    there = ACTS[act](At(request, desk, form, threat, said))
    desk.site.wake()
    return Redirect(there or hrefs.case_work(id), status_code=303)


def _describe(at: At) -> str:
    said = _particulars(at.form, at.threat.particulars.places)
    zone = zone_said(at.form, said.places, at.threat.zone, at.said["now"])
    cases.describe_case(
        at.desk.site.house,
        at.threat.id,
        title=at.field("title"),
        targets=_lines(at.form, "targets"),
        host=_organisation(at.request, at.desk, at.form),
        begins=_moment(at.form, "begins", zone),
        ends=_end(at.form, zone, at.threat.ends, at.said["now"]),
        particulars=said,
        zone=zone,
        why=at.words("why"),
        seen=at.seen,
        **at.said,
    )
    return hrefs.case(at.threat.id)


def _estimate(at: At) -> str:
    grounds, confidence_why = at.words("grounds"), at.words("confidence_why")
    for words in (grounds, confidence_why, at.words("why"), at.words("changed")):
        if mixed := mixed_sentences(words):
            raise Unclear(
                f"Likelihood and confidence do not share a sentence: {mixed[0][:120]!r}. A reader takes one for the other; "
                "write two sentences."
            )
    if not confidence_why.strip():
        raise Unclear(
            "Say what makes the grounds as good as that; it is kept beside the grounds, in sentences of its own."
        )
    if at.threat.assessments and not all(at.words(name).strip() for name in ("changed", "why")):
        raise Unclear("Say what has changed since the last estimate, and why it is judged now.")
    severity = at.field("severity")
    reports, incidents = _rests(at)
    weigh.assess_threat(
        at.desk.site.house,
        at.threat.id,
        likelihood=(_percent(at.form, "low"), _percent(at.form, "high")),
        confidence=_of(Confidence, at.field("confidence"), "a confidence"),
        grounds=grounds,
        why=at.words("why"),
        reports=reports,
        incidents=incidents,
        severity=_of(Severity, severity, "a severity") if severity else None,
        confidence_why=confidence_why,
        changed=at.words("changed"),
        seen=at.seen,
        **at.said,
    )
    return hrefs.case(at.threat.id)


def _rests(at: At) -> tuple[tuple[Id, ...] | None, tuple[Id, ...]]:
    """Return the reports and the incidents that were ticked; None: nobody was asked."""
    if not at.form.get("rests"):
        return None, ()
    with at.desk.site.store.look() as look:
        shown, older = linked_to(Door(look, at.request.user.reader), at.threat)
    kinds = {link.item: link.item_kind for link in (*(link for link, _item in shown), *older)}
    chosen = [name.removeprefix(RESTS) for name, value in at.form.items() if name.startswith(RESTS) and value]
    if not kinds.keys() >= set(chosen):
        raise Unclear("Something that you ticked is not linked to the case any more. Load the page again.")
    if at.form.get("older"):
        chosen += [link.item for link in older]
    reports = tuple(id for id in chosen if kinds[id] == "report")
    return reports, tuple(id for id in chosen if kinds[id] == "incident")


def _step(at: At) -> str:
    owner = at.field("owner") or at.said["by"]
    _refuse_unfit(at, owner, {at.threat.owner, *at.threat.readers})
    cases.set_next_step(
        at.desk.site.house,
        at.threat.id,
        at.words("what"),
        owner,
        at.moment("by_when"),
        done=at.words("done"),
        seen=at.seen,
        **at.said,
    )
    return ""


def _question(at: At) -> str:
    question = at.desk.site.store.new_id()
    cases.raise_question(at.desk.site.house, at.threat.id, question, at.words("words"), **at.said)
    return ""


def _answer(at: At) -> str:
    cases.close_question(at.desk.site.house, at.threat.id, at.field("question"), at.words("answer"), **at.said)
    return ""


def _attribute(at: At) -> str:
    sure = _of(Confidence, at.field("confidence"), "how sure you are")
    cases.attribute(at.desk.site.house, at.threat.id, at.field("actor"), sure, at.words("why"), seen=at.seen, **at.said)
    return ""


def _list_actor(at: At) -> str:
    """Enter an actor, and put it on the case."""
    house, name = at.desk.site.house, at.field("name")
    sure = _of(Confidence, at.field("confidence"), "how sure you are")
    listed = ActorListed(
        subject=keyed_id(house.store.secrets.links, "actor", at.said["command"]),
        occurred_at=at.said["now"],
        name=name,
        aliases=_lines(at.form, "aliases"),
        listed_by=at.field("listed_by"),
        actor_kind=_of(ActorKind, at.field("kind"), "a group or a person"),
    )
    with at.desk.site.store.look() as look:
        book = Door(look, at.request.user.reader).every_actor()
    if any(one.name.casefold() == name.casefold() and one.id != listed.subject for one in book):
        raise Unclear(f"{name} stands in the actor book already. Choose it there.")
    weigh.list_actor(house, listed, **(at.said | {"command": f"{at.said['command']}:listed"}))
    cases.attribute(house, at.threat.id, listed.subject, sure, at.words("why"), **at.said)
    return f"{hrefs.case_work(at.threat.id)}#h-actors"


def _alias(at: At) -> str:
    """Let an actor go by another name. Everybody at the desk reads the actor book."""
    day = at.field("since")
    since = _moment({**at.form, "since": f"{day}T00:00"}, "since", at.threat.zone) if day else None
    name, said_by = _line(at.form, "name"), at.words("said_by")
    weigh.add_alias(at.desk.site.house, at.field("actor"), name, said_by, since, **at.said)
    return f"{hrefs.case_work(at.threat.id)}#h-actors"


def _no_alias(at: At) -> str:
    weigh.take_back_alias(at.desk.site.house, at.field("actor"), at.field("name"), at.words("why"), **at.said)
    return f"{hrefs.case_work(at.threat.id)}#h-actors"


def _drop(at: At) -> str:
    cases.drop_actor(at.desk.site.house, at.threat.id, at.field("actor"), at.words("why"), **at.said)
    return ""


def _accused(at: At) -> str:
    """Keep that somebody said who is behind it."""
    report = at.field("report") or None
    if report is not None:
        with at.desk.site.store.look() as look:
            known = Door(look, at.request.user.reader).report(report)
        if known is None or report not in {one.item for one in at.threat.evidence}:
            raise Unclear("That report does not bear on the case. Link it first, then say who is accused in it.")
    fact = PartyAccused(
        subject=at.threat.id,
        occurred_at=_moment(at.form, "said_at", at.threat.zone) or at.said["now"],
        party=at.field("party"),
        accuser=at.field("accuser"),
        words=at.words("words"),
        report=report,
    )
    weigh.note_attribution(at.desk.site.house, fact, **at.said)
    return f"{hrefs.case(at.threat.id)}#h-who"


def _no_indication(at: At) -> str:
    """Keep that as of a moment nothing pointed to a party."""
    now = at.said["now"]
    fact = NoIndicationStated(
        subject=at.threat.id,
        occurred_at=now,
        party=at.field("party"),
        as_of=_moment(at.form, "as_of", at.threat.zone) or now,
        speaker=at.field("speaker") or at.desk.site.settings.organisation,
        words=at.words("words"),
    )
    weigh.note_attribution(at.desk.site.house, fact, **at.said)
    return f"{hrefs.case(at.threat.id)}#h-who"


def _checklist(at: At) -> str:
    kind = at.field("kind")
    listed = list(CHECKLISTS[_of(ThreatKind, kind, "a kind of threat")]) if kind else []
    own, strength = at.field("own"), _of(Strength, at.field("strength") or "medium", "a strength")
    if own:
        listed.append(Indicator(key=at.desk.site.store.new_id()[:12], words=own, strength=strength))
    observing.put_on_checklist(at.desk.site.house, at.threat.id, listed, checklist=kind, **at.said)
    return f"{hrefs.case_work(at.threat.id)}#h-indicators"


def _observe(at: At) -> str:
    chosen = [name.removeprefix("shows_") for name in at.form if name.startswith("shows_")]
    basis = tuple(dict.fromkeys(map(_basis, [*chosen, *([at.field("item")] if at.field("item") else [])])))
    with at.desk.site.store.look() as look:
        door = Door(look, at.request.user.reader)
        readable = {*door.reports_about(at.threat), *(one.id for one in door.incidents_about(at.threat))}
    if not {one.item for one in basis} <= readable:
        raise Unclear("That does not bear on the case. Link it first, then say what it shows.")
    observing.observe(
        at.desk.site.house,
        at.threat.id,
        at.field("key"),
        _of(Observed, at.field("stands"), "observed, not observed or unknown"),
        as_of=_moment(at.form, "as_of", at.threat.zone) or at.said["now"],
        basis=basis,
        words=at.words("words"),
        seen=at.seen,
        **at.said,
    )
    return f"{hrefs.case_work(at.threat.id)}#h-indicators"


def _basis(said: str) -> Basis:
    """Return what was chosen: an item, or one claim of a report."""
    item, _, number = said.partition(":")
    if number and not (number.isascii() and number.isdigit() and len(number) < 6):
        raise Unclear("Choose a report, an incident, or one claim of a report.")
    return Basis(item=item, claim=int(number) if number else None)


def _link(at: At) -> str:
    """Take a proposed incident, or a report, one claim of it or an incident that the reader may read."""
    item, _, number = at.field("item").partition(":")
    if number and not number.isdecimal():
        raise Unclear("Choose a report, or one of its claims.")
    _refuse_unreadable(at, item)
    bearing = _of(Bearing, at.field("bearing") or "for", "how it bears on the case")
    weigh.link_evidence(
        at.desk.site.house,
        at.threat.id,
        item,
        bearing,
        claim=int(number) if number else None,
        why=at.words("why"),
        **at.said,
    )
    return hrefs.case(at.threat.id)


def _refuse_unreadable(at: At, item: Id) -> None:
    with at.desk.site.store.look() as look:
        door = Door(look, at.request.user.reader)
        if item not in door.incidents([item]) and door.report(item) is None:
            raise Unclear("There is no such report or incident that you may read.")


def _unlink(at: At) -> str:
    _refuse_unreadable(at, at.field("item"))
    weigh.unlink_evidence(at.desk.site.house, at.threat.id, at.field("item"), at.words("why"), **at.said)
    return ""


def _decline(at: At) -> str:
    _refuse_unreadable(at, at.field("item"))
    fitting.decline_incident(at.desk.site.house, at.threat.id, at.field("item"), at.words("why"), **at.said)
    return hrefs.case(at.threat.id)


def _hand_over(at: At) -> str:
    owner = at.field("owner")
    _refuse_unfit(at, owner, {owner, *at.threat.readers})  # whose it is may read it, be it RED
    cases.hand_over(at.desk.site.house, at.threat.id, owner, at.words("why"), seen=at.seen, **at.said)
    return ""


def _mark(at: At) -> str:
    """Mark it anew. Whoever does so goes on reading it."""
    mark, owner, step = _of(Mark, at.field("mark"), "a mark"), at.field("owner"), at.field("next_owner")
    by = at.said["by"]
    readers = (by, *picked(at.form, "reader_")) if mark is Mark.RED else ()
    with at.desk.site.store.look() as look:
        if not {one.id for one in Door(look, at.request.user.reader).desk()} >= {*readers}:
            raise Unclear("Choose who reads it from those who work here.")
        for person in (one for one in (owner, step) if one and one != by):
            cases.refuse_unfit(look, person, mark, {owner or at.threat.owner, *readers})
    marking.mark_case(
        at.desk.site.house,
        at.threat.id,
        mark,
        readers,
        owner=owner,
        next_owner=step,
        why=at.words("why"),
        seen=at.seen,
        **at.said,
    )
    return f"{hrefs.case_work(at.threat.id)}#h-mark"


def _refuse_unfit(at: At, person: Id, readers: Collection[Id]) -> None:
    if person != at.said["by"]:  # who asks is an officer who reads it
        with at.desk.site.store.look() as look:
            cases.refuse_unfit(look, person, at.threat.mark, readers)


def _merge(at: At) -> str:
    into = case_in(at.request, at.desk, at.form, "into")
    with at.desk.site.store.look() as look:
        if Door(look, at.request.user.reader).threat(into) is None:
            raise Unclear("Choose the case in which this one is looked after from now on.")
    joining.merge_cases(at.desk.site.house, at.threat.id, into, at.words("why"), seen=at.seen, **at.said)
    return hrefs.case(into)


def _part(at: At) -> str:
    joining.part_cases(at.desk.site.house, at.threat.id, at.words("why"), seen=at.seen, **at.said)
    return ""


def _split(at: At) -> str:
    with at.desk.site.store.look() as look:
        door = Door(look, at.request.user.reader)
        readable = {*door.reports_about(at.threat), *(one.id for one in door.incidents_about(at.threat))}
    mine = [one.item for one in at.threat.evidence if one.item in readable]
    items = [one for one in mine if at.form.get(f"item_{one}")]
    if items and items == mine:
        raise Refused(ALL_WOULD_GO)  # whatever bears on it besides
    off = ThreatOpened(
        subject=at.desk.site.store.new_id(),
        occurred_at=at.said["now"],
        title=at.field("title"),
        zone=at.threat.zone,
        owner=at.said["by"],
        exercise=at.threat.exercise,
    )
    strike = [one for one in Carried if at.form.get(f"strike_{one.value}")]
    joining.split_case(
        at.desk.site.house, at.threat.id, off, items, at.words("why"), strike=strike, seen=at.seen, **at.said
    )
    return hrefs.case_work(off.subject)


def _close(at: At) -> str:
    cases.close_case(at.desk.site.house, at.threat.id, at.words("why"), seen=at.seen, **at.said)
    return hrefs.case(at.threat.id)


def _reopen(at: At) -> str:
    cases.reopen_case(at.desk.site.house, at.threat.id, at.words("why"), seen=at.seen, **at.said)
    return ""


ACTS: Mapping[str, Callable[[At], str]] = {
    "describe": _describe,
    "estimate": _estimate,
    "step": _step,
    "question": _question,
    "answer": _answer,
    "attribute": _attribute,
    "list_actor": _list_actor,
    "add_alias": _alias,
    "take_back_alias": _no_alias,
    "drop_actor": _drop,
    "accused": _accused,
    "no_indication": _no_indication,
    "checklist": _checklist,
    "observe": _observe,
    "link": _link,
    "unlink": _unlink,
    "decline": _decline,
    "hand_over": _hand_over,
    "mark": _mark,
    "merge": _merge,
    "part": _part,
    "split": _split,
    "close": _close,
    "reopen": _reopen,
}
"""What can be done about a case. Each returns where that leads; empty: back to where it was done."""


# ---- reading the forms


def _line(form: Form, name: str) -> str:
    return " ".join(own_words(form, name).split())


def _lines(form: Form, name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in own_words(form, name).splitlines() if line.strip())


def _of(kind: type[Any], value: str, what: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        raise Unclear(f"Choose {what}.") from error


def _percent(form: Form, name: str) -> float:
    text = form.get(name, "").strip()
    if not _PERCENT.fullmatch(text) or int(text) > 100:
        raise Unclear("Write the likelihood as two whole numbers from 0 to 100, the low one first.")
    return int(text) / 100


def _moment(form: Form, name: str, zone: str) -> datetime | None:
    text = form.get(name, "").strip()
    return until({"until": text, "zone": zone}, zone) if text else None


def _end(form: Form, zone: str, before: datetime | None, now: datetime) -> datetime | None:
    """Return when the window ends. before: when it ended as it stood.

    Raises:
        Unclear: it is written anew and over already. Of such a case nobody is asked whom to warn, and a year is soon mistyped.
    """
    ends = _moment(form, "ends", zone)
    if ends is not None and ends <= now and ends != before:
        raise Unclear(
            f"By {ends:%Y-%m-%d %H:%M} UTC it is over already: look at the day and the year. Where nobody knows when it ends, leave "
            "that empty."
        )
    return ends


def _organisation(request: Asked, desk: DeskSite, form: Form) -> Id | None:
    host = _line(form, "host")
    if not host:
        return None
    with desk.site.store.look() as look:
        found = {one.id for one in Door(look, request.user.reader).organisations()}
    if host not in found:
        raise Unclear("Choose the organisation that is answerable for the place from the list.")
    return host


def _particulars(form: Form, before: tuple[Where, ...]) -> Particulars:
    """Return what a case says of itself. before: its places, in the order in which the form showed them."""
    kind = form.get("kind", "")
    return Particulars(
        threat_kind=_of(ThreatKind, kind, "a kind of threat") if kind else ThreatKind.OTHER,
        description=own_words(form, "description"),
        intent=own_words(form, "intent"),
        target_classes=tuple(one for one in TargetClass if form.get(f"class_{one.value}")),
        methods=tuple(one for one in Method if form.get(f"method_{one.value}")),
        places=places_of(form, before),
    )


HANDLERS = (new, about, estimate, work, open_case, do)
