"""Who is on duty, and who is rung: the list of policies and rotas, and what stands round the form of a policy."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec.structs import replace

from tocsin.answer.rehearse import Happens
from tocsin.basis.ids import Id
from tocsin.basis.marking import Reader, Role
from tocsin.basis.moment import zone
from tocsin.basis.words import Words
from tocsin.people.rota import Rota, shifts
from tocsin.people.state import Person, Post
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.ladder import Kind, Ladder
from tocsin.warning.policy import Policy
from tocsin.web.desk import policy_form, rota_form
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.rota_ends import rota_ends
from tocsin.web.desk.views.duty import (
    Choice,
    Choices,
    DutyPage,
    HappensRow,
    PolicyPage,
    PolicyRow,
    RotaRow,
    TriedOut,
)
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import length
from tocsin.web.wording import ROLES

Kept = TypeVar("Kept", Rota, Policy)

AHEAD = timedelta(weeks=4)
MOST_SHOWN = 24  # of what would happen: two rounds, or as much of them
MAY_CHANGE = frozenset({Role.ADMINISTRATOR, Role.DUTY_OFFICER})


def may_change(reader: Reader) -> bool:
    """Say whether somebody may change policies and rotas."""
    return bool(MAY_CHANGE & reader.roles)


def duty_page(door: Door, shell: Shell, _: Words) -> DutyPage | None:
    """Return the policies and the rotas that are kept."""
    return door.on_duty(lambda look: _duty(look, door, shell, _))


def _duty(look: Look, door: Door, shell: Shell, _: Words) -> DutyPage:
    names = Names(door)
    return DutyPage(
        shell=replace(shell, section="duty"),
        rotas=tuple(_rota_row(one, look, names, shell.now) for one in by_name(look.all(Rota, dropped_at=None))),
        policies=tuple(
            PolicyRow(name=one.name, href=hrefs.policy(one.id), steps=steps_said(one.ladder, names, _))
            for one in by_name(look.all(Policy, dropped_at=None))
        ),
        may_change=may_change(door.reader),
        ending=rota_ends(door, shell.now),
    )


def by_name(kept: Sequence[Kept]) -> list[Kept]:
    """Return rotas or policies in the order of their names."""
    return sorted(kept, key=lambda one: (one.name.casefold(), one.id))


def coming_up(
    rota: Rota, look: Look, now: datetime, ahead: timedelta = AHEAD
) -> list[tuple[tuple[Id, ...], datetime, datetime]]:
    """Return who is on duty for the next weeks, gaps included. Whoever has been forgotten is rung no more, so is not there."""
    found = shifts(rota, now, now + ahead)
    gone = look.forgotten(sorted({one for who, _, _ in found for one in who}))
    return [(tuple(one for one in who if one not in gone), begins, ends) for who, begins, ends in found]


def _rota_row(rota: Rota, look: Look, names: Names, now: datetime) -> RotaRow:
    # Most change within two days; only for the others is it looked at weeks ahead.
    coming = coming_up(rota, look, now, timedelta(days=2))
    if len(coming) == 1:
        coming = coming_up(rota, look, now)
    who, _, until = coming[0]
    return RotaRow(
        name=rota.name,
        href=hrefs.rota(rota.id),
        zone=rota.zone,
        who=said(who, names),
        until=until if len(coming) > 1 else None,
        next_who=said(coming[1][0], names) if len(coming) > 1 else "",
    )


def said(who: Iterable[Id], names: Names) -> str:
    """Name people; nothing for nobody."""
    known = tuple(who)
    names.learn(known)
    return ", ".join(names.say(one) for one in known)


def steps_said(ladder: Ladder, names: Names, _: Words) -> tuple[str, ...]:
    """Say whom each step rings, and how long after the one before."""
    return tuple(
        _("%(who)s, at once", who=names.rung(rung, _))
        if not rung.after_s
        else _(
            "%(who)s, after %(length)s",
            who=names.rung(rung, _),
            length=length(timedelta(seconds=rung.after_s), _),
        )
        for rung in ladder.rungs
    )


# ---- a policy


def policy_page(
    door: Door,
    shell: Shell,
    _: Words,
    id: Id,
    channels: Sequence[str],
    *,
    form: Mapping[str, str] | None = None,
    mistake: str = "",
    happened: Sequence[Happens] | None = None,
    is_new: bool = False,
) -> PolicyPage | None:
    """Return a policy with its form. form: what was typed; None: what is kept. happened: what trying it out said."""

    def fill(look: Look) -> PolicyPage | None:
        policy = look.find(Policy, id)
        if policy is None and (not is_new or look.version(id)):
            return None
        fields = {**policy_form.as_form(policy, shell.zone), **dict(try_from(shell.now, shell.zone))}
        fields["owner"] = door.reader.person or ""
        fields = dict(form) if form is not None else fields
        names = Names(door)
        is_dropped = policy is not None and policy.dropped_at is not None
        changes = may_change(door.reader) and (policy is None or (policy_form.fits(policy.ladder) and not is_dropped))
        return PolicyPage(
            shell=replace(shell, section="duty"),
            title=policy.name if policy else "",
            href=hrefs.policy(id),
            drop_href=f"{hrefs.policy(id)}/drop" if policy and policy.dropped_at is None else "",
            form=fields,
            steps=policy_form.steps(fields),
            most_steps=policy_form.MOST,
            seen=_seen(fields, look, id),
            may_change=changes,
            said=steps_said(policy.ladder, names, _) if policy else (),
            dropped=is_dropped,
            mistake=mistake,
            whom=_whom(look, _) if changes else (),
            over=over(channels, fields, _),
            answers=_answers(fields, _),
            owners=people(look),
            tried=_tried(happened, fields, names, shell, _) if happened is not None else None,
        )

    return door.on_duty(fill)


def _seen(fields: Mapping[str, str], look: Look, id: Id) -> int:
    typed = fields.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else look.version(id)


def try_from(now: datetime, zone_name: str) -> Iterable[tuple[str, str]]:
    """Yield the field of the moment from which a policy is tried out: three in the morning of next Sunday."""
    local = now.astimezone(zone(zone_name))
    day = local.date() + timedelta(days=(6 - local.weekday()) % 7)
    if day == local.date() and local.hour >= 3:
        day += timedelta(days=7)
    yield "try_from", f"{day:%Y-%m-%d}T03:00"


def people(look: Look) -> tuple[Choice, ...]:
    """Return the people who work here, in the order of their names."""
    found = [Choice(value=one.id, label=str(one.name)) for one in look.desk_people() if not one.forgotten]
    return tuple(sorted(found, key=lambda one: (one.label.casefold(), one.value)))


def _whom(look: Look, _: Words) -> tuple[Choices, ...]:
    rotas = by_name(look.all(Rota, dropped_at=None))
    here = [Choice(value=f"{Kind.PERSON.value}:{one.value}", label=one.label) for one in people(look)]
    each = (
        (_("People who work here"), here),
        (_("Rotas: whoever is on duty"), [Choice(value=f"rota:{one.id}", label=one.name) for one in rotas]),
        (_("Posts: whoever holds them"), _posts(look)),
        (
            _("Everyone of a role"),
            [Choice(value=f"role:{role.value}", label=_(ROLES[role.value])) for role in Role],
        ),
        (_("Of the case"), [Choice(value="owner:", label=_("the owner of the case"))]),
    )
    return tuple(Choices(label=label, choices=tuple(choices)) for label, choices in each if choices)


def _posts(look: Look) -> list[Choice]:
    posts = look.all(Post, order="name")
    at = look.some(Person, sorted({one.organisation for one in posts}))
    found = [
        Choice(value=f"post:{one.id}", label=f"{at[one.organisation].name}: {one.name}")
        for one in posts
        if one.organisation in at and not at[one.organisation].forgotten
    ]
    return sorted(found, key=lambda one: (one.label.casefold(), one.value))


def over(channels: Sequence[str], fields: Mapping[str, str], _: Words) -> tuple[Choice, ...]:
    """Return over which channels a step can ring; with those that a step of this form has already."""
    usual = [Choice(value="", label=_("as each wishes"))]
    usual += [Choice(value=one, label=one) for one in channels]
    if len(channels) > 1:
        usual.append(Choice(value=",".join(channels), label=_("all of them")))
    known = {one.value for one in usual}
    kept = sorted({fields.get(f"step_{n}_over", "") for n in range(policy_form.steps(fields))} - known)
    return (*usual, *(Choice(value=one, label=one.replace(",", ", ")) for one in kept))


def _answers(fields: Mapping[str, str], _: Words) -> tuple[Choice, ...]:
    found = [Choice(value=value, label=_(label)) for value, label in policy_form.ANSWERS.items()]
    kept = fields.get("answers", "")
    return (*found, *([] if kept in policy_form.ANSWERS else [Choice(value=kept, label=kept.replace(",", ", "))]))


def _tried(
    happened: Sequence[Happens], fields: Mapping[str, str], names: Names, shell: Shell, _: Words
) -> TriedOut | None:
    ladder = policy_form.read_ladder(fields, _)
    names.learn(one for each in happened for one in each.to)
    most = min(2 * len(ladder.rungs) + 2, MOST_SHOWN)
    rows = tuple(
        HappensRow(
            at=one.at,
            step=one.step % len(ladder.rungs) + 1 if ladder.from_the_top else min(one.step + 1, len(ladder.rungs)),
            who=said(one.to, names),
            over=", ".join(one.channels),
            held_until=one.held_until,
        )
        for one in happened[:most]
    )
    every = length(timedelta(seconds=ladder.repeat_s), _)
    beyond = (
        _("After the last step it goes through all of them again, %(length)s later, until a named person has taken it on.",
          length=every)
        if ladder.from_the_top
        else _("After the last step it rings the last again, every %(length)s, until a named person has taken it on.",
               length=every)
    )  # fmt: skip
    begins = rota_form.moment(fields.get("try_from", ""), shell.zone, _)
    return TriedOut(begins=begins, rows=rows, beyond=beyond)
