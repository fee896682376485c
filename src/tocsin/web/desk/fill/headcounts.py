"""Fills the pages of headcounts. Who needs help comes with name and way to reach them, for officers alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest

from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.state import Watch
from tocsin.basis.fact import Erased, Personal
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.answer.headcount import looked_after
from tocsin.people import where
from tocsin.people.state import Place
from tocsin.places.countries import country_name
from tocsin.store.door import Door
from tocsin.warning.headcount.decide import is_grave
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.window import HOLDS, WindowStands, has_run_out, may_be_decided
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import TAKE_ON, keys, take_on_action
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.ways import way
from tocsin.web.desk.views.board import UrgentRow, UrgentWhy
from tocsin.web.desk.views.headcounts import (
    HeadcountPage,
    HeadcountRow,
    HeadcountsPage,
    NeedRow,
    SheetPage,
    SheetPerson,
    WardenRow,
)
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Action, ChipKind
from tocsin.web.shown import window_view
from tocsin.web.wording import CHIPS

MOST = 200  # names in one list


def headcounts_page(door: Door, shell: Shell, _: Words) -> HeadcountsPage:
    """Return all headcounts, the latest first."""
    names = Names(door)
    return HeadcountsPage(
        shell=replace(shell, section="headcounts"),
        rows=tuple(_row(door, one, names, shell.now, _) for one in door.headcounts()[:MOST]),
        groups=_groups(door),
        policies=tuple((one.id, one.name) for one in door.policies()),
        post_to=hrefs.HEADCOUNTS if door.may_reach else "",
    )


def _groups(door: Door) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.name) for one in door.every_group())


def title_of(headcount: Headcount, names: Names, _: Words) -> str:
    """Say whom a headcount asks."""
    if headcount.follows is not None:
        return _("Are you safe? To everyone who was warned")
    if headcount.audience:
        area = ", ".join(place.name for part in headcount.audience for place in part.within if place.name)
        return _("Are you safe? To whoever is there: %(place)s", place=area or _("an area"))
    return _("Are you safe? To %(whom)s", whom=names.several((*headcount.groups, *headcount.persons), _))


def _row(door: Door, headcount: Headcount, names: Names, now: datetime, _: Words) -> HeadcountRow:
    count = door.headcount_of(headcount)
    return HeadcountRow(
        title=title_of(headcount, names, _),
        href=hrefs.headcount(headcount.id),
        at=headcount.issued_at,
        total=count.total,
        safe=count.safe,
        need_help=count.need_help,
        received=count.received,
        silent=count.silent,
        window=window_view(headcount.window, now),
    )


def headcount_page(door: Door, id: Id, shell: Shell, _: Words, *, forgotten: int = 0) -> HeadcountPage | None:
    """Return one headcount, or None where there is none for this reader.

    forgotten: of so many people on a list that was just entered nothing was kept.
    """
    headcount = door.headcount(id)
    if headcount is None:
        return None
    names = Names(door)
    row = _row(door, headcount, names, shell.now, _)
    threat = door.threat(headcount.threat)
    since = door.said_in(headcount, AnswerKind.NEED_HELP)
    silent = door.silent_in(headcount, MOST) if row.silent else []
    names.learn(silent)
    window = headcount.window
    holds = window is not None and window.stands in HOLDS and not has_run_out(window, shell.now)
    decides = Role.DUTY_OFFICER in door.reader.roles and may_be_decided(window, shell.now)
    return HeadcountPage(
        shell=replace(shell, zone=threat.zone if threat else shell.zone, section="headcounts"),
        row=row,
        said=_("%(safe)s of %(total)s are safe, %(help)s need help, %(silent)s are silent.",
               safe=row.safe, total=row.total, help=row.need_help, silent=row.silent),
        live=holds,
        words=headcount.questions[0].words if headcount.questions else "",
        follows_href=hrefs.warning(headcount.follows) if headcount.follows else "",
        asked_by=names.say(headcount.author),
        need=tuple(_need(door, headcount, since, names, _)),
        need_more=max(len(since) - MOST, 0),
        silent_names=tuple(names.say(one) for one in silent),
        wardens=tuple(_wardens(door, headcount, names, _)),
        actions=tuple(_take_on(door, headcount, _)),
        again_href=f"{row.href}/again" if holds and row.silent and door.may_reach else "",
        decide_href=f"{row.href}/window" if decides else "",
        late=has_run_out(window, shell.now),
        help_waits=any(watch.why is Why.HELP and watch.is_waiting for watch in door.watches_of(headcount)),
        over=not holds,
        name_href=f"{row.href}/wardens" if door.may_reach else "",
        relieve_href=f"{row.href}/wardens/relieved" if door.may_reach else "",
        groups=_groups(door),
        forgotten=forgotten,
    )  # fmt: skip


def _need(door: Door, headcount: Headcount, since: dict[Id, datetime], names: Names, _: Words) -> Iterator[NeedRow]:
    """Return who needs help: first those whose words tell of a life in danger, then whoever has waited longest.

    Everyone's words are read before the list is cut, so that nobody in danger is behind two hundred who wait longer.
    """
    wrote = door.words_in(headcount, list(since))
    words = {one: _plain(said.words) for one, said in wrote.items()}
    first = nsmallest(MOST, since, key=lambda one: (not is_grave(words.get(one, "")), since[one], one))
    ways, voices = door.reached_by(first), door.need_a_voice(first)
    watches = {one.of: one for one in door.watches_of(headcount) if one.why is Why.HELP and one.settled_at is None}
    names.learn([*first, *(one.accepted_by for one in watches.values())])
    for person in first:
        watch = watches.get(person)
        taken = names.say(watch.accepted_by) if watch else ""
        yield NeedRow(
            name=names.say(person),
            since=since[person],
            words=words.get(person, ""),
            told_by=_plain(wrote[person].by) if person in wrote else "",
            paper=person in wrote and wrote[person].paper,
            grave=is_grave(words.get(person, "")),
            ways=tuple(way(one) for one in ways.get(person, ())),
            voice_first=person in voices,
            taken_by=taken,
            action=take_on_action(door, watch.id, _("Take it on")) if watch and not taken else None,
        )


def _plain(said: Personal) -> str:
    return "" if isinstance(said, Erased) else said


def _wardens(door: Door, headcount: Headcount, names: Names, _: Words) -> Iterator[WardenRow]:
    mine = door.looked_after(lambda look: looked_after(look, headcount))
    names.learn([*mine, *(one.printed_by for one in headcount.sheets)])
    held: dict[Id, list[tuple[Id, str]]] = {}
    for one in door.wardenships():
        said = names.say(one.group) if one.group else _.ngettext("%(n)s person", "%(n)s people", len(one.persons))
        held.setdefault(one.warden, []).append((one.id, said))
    for warden, people in sorted(mine.items(), key=lambda item: names.say(item[0])):
        printed = next((one for one in reversed(headcount.sheets) if one.warden == warden), None)
        yield WardenRow(
            name=names.say(warden),
            count=len(people),
            silent=door.unanswered_in(headcount, list(people)),
            through=sum(by != warden for by in people.values()),
            sheet_href=hrefs.sheet(headcount.id, warden) if door.may_reach else "",
            results_href=f"{hrefs.sheet(headcount.id, warden)}/results" if door.may_reach else "",
            printed_at=printed.at if printed else None,
            printed_by=names.say(printed.printed_by) if printed else "",
            looks_after=tuple(held.get(warden, ())),
        )


def _take_on(door: Door, headcount: Headcount, _: Words) -> Iterator[Action]:
    for watch in door.watches_of(headcount):
        if watch.why is not Why.HELP and watch.rings and watch.settled_at is None and watch.accepted_by is None:
            what = _("the silence") if watch.why is Why.SILENCE else _("what becomes of it")
            action = take_on_action(door, watch.id, _("Take on: %(what)s", what=what), first=True)
            if action is not None:
                yield action


def headcount_rows(door: Door, names: Names, _: Words) -> Iterator[UrgentRow]:
    """Return what waits for a person in headcounts, as rows of the watch board."""
    found: dict[tuple[Id, Id, Why], tuple[Watch, Headcount]] = {}
    for watch, headcount in sorted(door.unsettled_headcounts(), key=lambda pair: pair[0].accepted_by is not None):
        found.setdefault((watch.warning, watch.of, watch.why), (watch, headcount))
    for watch, headcount in found.values():
        if (
            watch.why is Why.HELP
            and watch.accepted_by
            and watch.of not in door.said_in(headcount, AnswerKind.NEED_HELP)
        ):
            continue
        yield urgent_row(door, watch, headcount, names, _)


URGENT = {
    Why.SILENCE: UrgentWhy.UNANSWERED,
    Why.DENIAL: UrgentWhy.DISPUTED,
    Why.FAILURE: UrgentWhy.FAILED,
    Why.HELP: UrgentWhy.NEED_HELP,
    Why.UNREAD: UrgentWhy.UNREAD,
    Why.CODE: UrgentWhy.CODE,
    Why.HANDING: UrgentWhy.HANDING,
}


def urgent_row(door: Door, watch: Watch, headcount: Headcount, names: Names, _: Words) -> UrgentRow:
    """Return the row of one watch over a headcount."""
    window = headcount.window if watch.why is Why.WINDOW else None
    ran_out = window is not None and window.stands is WindowStands.RAN_OUT_UNDECIDED
    threat = door.threat(headcount.threat)
    return UrgentRow(
        why=URGENT.get(watch.why, UrgentWhy.UNDECIDED if ran_out else UrgentWhy.RUNNING_OUT),
        title=title_of(headcount, names, _),
        href=hrefs.headcount(headcount.id),
        case=threat.title if threat else "",
        since=headcount.issued_at if watch.why is Why.SILENCE else watch.opened_at,
        until=window.ends if window else None,
        who="" if watch.of == watch.warning else names.say(watch.of),
        escalations=len(watch.rings),
        escalated_to=names.say(watch.rings[-1].to) if watch.rings else "",
        taken_by=names.say(watch.accepted_by),
        action=take_on_action(door, watch.id, _("Take it on")) if watch.accepted_by is None else None,
        next_to=names.rung(watch.ladder.rung(watch.step), _) if watch.is_waiting and watch.ladder.rungs else "",
        next_at=watch.due if watch.is_waiting else None,
        held=watch.held_until is not None,
        note=watch.notes[-1].words if watch.notes else "",
        keys=tuple(keys(watch, _, again=may_ask_again(watch, headcount))) if TAKE_ON & door.reader.roles else (),
    )


def may_ask_again(watch: Watch, headcount: Headcount) -> bool:
    """Say whether those who are silent can be asked again."""
    return watch.why is Why.SILENCE and (headcount.window is None or headcount.window.stands in HOLDS)


# ---- the wardens' lists


def sheet_page(door: Door, id: Id, warden: Id, shell: Shell, _: Words, *, entering: bool = False) -> SheetPage | None:
    """Return a warden's list: to print, once it is written down that this reader prints it, or to be filled in."""
    headcount = door.headcount(id)
    if headcount is None or not door.may_reach:
        return None
    printed = any(one.warden == warden and one.printed_by == door.reader.person for one in headcount.sheets)
    people = door.looked_after(lambda look: looked_after(look, headcount)).get(warden, {})
    if not people or not (printed or entering):
        return None
    names = Names(door)
    names.learn([*people, *people.values(), warden])
    href = hrefs.headcount(id)
    return SheetPage(
        shell=replace(shell, section="headcounts"),
        title=title_of(headcount, names, _),
        warden=names.say(warden),
        people=tuple(_people(door, headcount, warden, people, names, _)),
        back_href=href,
        post_to=f"{hrefs.sheet(id, warden)}/results" if entering else "",
        printed_by=shell.signed_in,
    )


def _people(
    door: Door, headcount: Headcount, warden: Id, people: Mapping[Id, Id], names: Names, _: Words
) -> Iterator[SheetPerson]:
    said = {}
    for kind in (AnswerKind.SAFE, AnswerKind.NEED_HELP, AnswerKind.RECEIVED):
        said.update(dict.fromkeys(door.said_in(headcount, kind), _(CHIPS[ChipKind(kind.value)][1])))
    places = door.places_of(list(people))
    through = {one: "" if by == warden else names.say(by) for one, by in people.items()}
    for person in sorted(people, key=lambda one: (through[one].casefold(), names.say(one).casefold(), one)):
        yield SheetPerson(
            id=person,
            name=names.say(person),
            place=_place(places.get(person, ())),
            said=said.get(person, ""),
            through=through[person],
        )


def _place(places: Sequence[Place]) -> str:
    for one in places:
        found = where.read(one.where)
        if found is not None and found.point is not None:
            return f"{found.point[0]:.4f}, {found.point[1]:.4f}"
        if found is not None and found.country:
            return country_name(found.country)
    return ""
