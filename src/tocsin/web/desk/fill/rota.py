"""What stands on the page of a rota: who is on duty for the next weeks, who stands in, and its forms."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.flow.people.rota_calendar import Became, Fate
from tocsin.people.rota import Rota
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.web.desk import rota_form
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.duty import coming_up, may_change, people, said
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.duty import Choice, EventRow, RotaPage, ShiftRow, StandRow
from tocsin.web.desk.views.shell import Shell


def rota_page(
    door: Door,
    shell: Shell,
    _: Words,
    id: Id,
    *,
    form: Mapping[str, str] | None = None,
    mistake: str = "",
    wrong: str = "",
    fates: Sequence[Fate] | None = None,
    is_new: bool = False,
) -> RotaPage | None:
    """Return a rota with its forms. form: what was typed; None: what is kept. wrong: in which form the mistake is."""

    def fill(look: Look) -> RotaPage | None:
        rota = look.find(Rota, id)
        if rota is None and (not is_new or look.version(id)):
            return None
        kept = rota_form.as_form(rota, shell.zone, shell.now)
        typed = dict(form or {})
        fields = typed if wrong == "rota" or (rota is None and typed) else {**kept, **typed}
        page = RotaPage(
            shell=replace(shell, section="duty"),
            title=rota.name if rota else "",
            href=hrefs.rota(id),
            form=fields,
            places=rota_form.places(fields),
            seen=_seen(typed, look, id),
            may_change=may_change(door.reader) and (rota is None or rota.dropped_at is None),
            is_form=rota is None or rota_form.fits(rota),
            dropped=rota is not None and rota.dropped_at is not None,
            mistake=mistake,
            wrong=wrong,
            zone=rota.zone if rota else shell.zone,
            people=_choices(look, rota, door),
            days=_days(fields, _),
            events=tuple(_events(fates or (), Names(door), _)),
            tried_calendar=bool(fates),
        )
        return page if rota is None else _of_kept(page, rota, look, Names(door), shell)

    return door.on_duty(fill)


def _of_kept(page: RotaPage, rota: Rota, look: Look, names: Names, shell: Shell) -> RotaPage:
    coming = coming_up(rota, look, shell.now)
    takers = dict.fromkeys([*rota.members, *(one.person for one in rota.shifts if one.person)])
    names.learn(takers)
    return replace(
        page,
        now_who=said(coming[0][0], names),
        now_until=coming[0][2] if len(coming) > 1 else None,
        weeks=tuple(ShiftRow(who=said(who, names), begins=begins, ends=ends) for who, begins, ends in coming),
        stands=tuple(
            StandRow(
                id=one.id,
                who=names.say(one.person),
                instead_of=names.say(one.instead_of),
                begins=one.begins,
                ends=one.ends,
            )
            for one in sorted(rota.stands, key=lambda one: (one.begins, one.id))
            if one.ends > shell.now
        ),
        taking_turns=tuple(Choice(value=one, label=names.say(one)) for one in takers),
        from_calendar=len(rota.shifts),
    )


def _seen(typed: Mapping[str, str], look: Look, id: Id) -> int:
    said_so = typed.get("seen", "")
    return int(said_so) if said_so.isascii() and said_so.isdigit() and len(said_so) < 10 else look.version(id)


def _choices(look: Look, rota: Rota | None, door: Door) -> tuple[Choice, ...]:
    """Return the people who work here, and whoever is on the rota already."""
    here = people(look)
    known = {one.value for one in here}
    others = [one for one in dict.fromkeys(rota.members if rota else ()) if one not in known]
    named = door.people(others)
    return (*here, *(Choice(value=one, label=named[one].name) for one in others if one in named))


def _events(fates: Sequence[Fate], names: Names, _: Words) -> Iterator[EventRow]:
    names.learn(one for fate in fates for one in fate.to)
    for fate in fates:
        if fate.became is Became.TAKEN:
            words = _.ngettext(
                "%(n)s shift of %(who)s", "%(n)s shifts of %(who)s", fate.shifts, who=said(fate.to, names)
            )
        else:
            words = fate.why
        yield EventRow(line=fate.line, said=words, became=fate.became.value)


def _days(fields: Mapping[str, str], _: Words) -> tuple[Choice, ...]:
    found = [Choice(value=value, label=_(label)) for value, label in rota_form.DAYS.items()]
    kept = sorted({fields.get(f"hours_{n}_days", "") for n in range(rota_form.SETS)} - {*rota_form.DAYS, ""})
    return (*found, *(Choice(value=one, label=_some_days(one, _)) for one in kept))


def _some_days(days: str, _: Words) -> str:
    return ", ".join(_(rota_form.DAYS[day]) for day in days if day in rota_form.DAYS)
