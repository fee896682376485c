"""The cast: everyone the scenario names enters the store, with addresses that lead to receivers on this machine."""

import math
from collections.abc import Callable, Iterator
from datetime import datetime

from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer.institution import link_source
from tocsin.flow.house import House
from tocsin.flow.people.policies import keep_rota
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.people.enter import WARNED
from tocsin.people.facts import (
    ConsentGiven,
    ContactAdded,
    GroupNamed,
    LineSet,
    MemberAdded,
    PersonAdded,
    PersonKind,
    PlaceKind,
    PlaceSaid,
)
from tocsin.people.rota import RotaSaved
from tocsin.people.where import Where, write
from tocsin.places import away
from tocsin.report.facts import Reliability, SourceListed
from tocsin.scenario.head import Channel, Group, Person, Point
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.threat.facts import ActorKind, ActorListed

Address = Callable[[Channel, str], str]
"""Returns the address on this machine at which someone is reached over a channel."""
CLEARED = {
    Role.WATCH_OFFICER: Mark.AMBER_STRICT,
    Role.DUTY_OFFICER: Mark.AMBER_STRICT,
    Role.AUDITOR: Mark.AMBER_STRICT,
    Role.ADMINISTRATOR: Mark.GREEN,  # keeps the house running; needs to read no case for that
}
PeopleFact = PersonAdded | ContactAdded | GroupNamed | MemberAdded | PlaceSaid | ConsentGiven | LineSet
UNSAID = "As the scenario says."
GOLDEN_TURN = math.pi * (3 - math.sqrt(5))


def enter_cast(house: House, scenario: Scenario, names: Names, address: Address, now: datetime) -> None:
    """Enter sources, actors, people and groups. Entered before, they stay as they are."""
    command = f"scenario:{scenario.id}"
    for source in scenario.sources:
        listed = SourceListed(
            subject=names.id(source.id),
            occurred_at=now,
            name=source.name,
            source_kind=source.kind,
            reliability=Reliability(source.reliability),
            why=source.why,
        )
        receive.list_source(house, listed, by="scenario", command=f"{command}:source:{source.id}", now=now)
    for actor in scenario.actors:
        known = ActorListed(
            subject=names.id(actor.id),
            occurred_at=now,
            name=actor.name,
            aliases=actor.aliases,
            listed_by="; ".join(actor.listed_by),
            actor_kind=ActorKind(actor.kind),
        )
        weigh.list_actor(house, known, by="scenario", command=f"{command}:actor:{actor.id}", now=now)
    people = tuple(_people(scenario, names, address, now))
    receive.add_people(house, people, by="scenario", command=f"{command}:people", now=now)
    for rota in scenario.rotas:
        kept = RotaSaved(
            subject=names.id(rota.id),
            occurred_at=now,
            name=rota.name,
            zone=scenario.zone,
            members=tuple(names.id(member) for member in rota.members),
            first=rota.first,
            turn=rota.turn,
            every=rota.every,
        )
        keep_rota(house, kept, by="scenario", command=f"{command}:rota:{rota.id}", now=now)
    for source in scenario.sources:
        if source.of is not None:
            said, of = f"{command}:source:{source.id}:of", names.id(source.of)
            link_source(house, names.id(source.id), of, source.why or UNSAID, by="scenario", command=said, now=now)


def _people(scenario: Scenario, names: Names, address: Address, now: datetime) -> Iterator[PeopleFact]:
    for person in scenario.people:
        yield from _person(person, names, address, now)
    for group in scenario.groups:
        yield GroupNamed(subject=names.id(group.id), occurred_at=now, name=group.name)
        for number, member in enumerate(group.members(), 1):
            yield from _member(group, number, member, names, address, now)


def _person(person: Person, names: Names, address: Address, now: datetime) -> Iterator[PeopleFact]:
    roles = tuple(sorted(person.roles))
    yield PersonAdded(
        subject=names.id(person.id),
        occurred_at=now,
        person_kind=PersonKind(person.kind),
        name=person.name,
        languages=person.languages,
        roles=roles,
        cleared_to=max((CLEARED[role] for role in roles), key=list(Mark).index, default=Mark.CLEAR),
        exercise=True,
    )
    yield from _contacts(person.id, person.channels, names, address, now)
    yield from _lives(person, person.id, person.at, names, now)
    if person.through:
        seconds = int(person.patience.total_seconds())
        yield LineSet(
            subject=names.id(person.id), occurred_at=now, places=names.ids(person.through), patience_s=seconds
        )


def _member(
    group: Group, number: int, member: str, names: Names, address: Address, now: datetime
) -> Iterator[PeopleFact]:
    yield PersonAdded(
        subject=names.id(member),
        occurred_at=now,
        person_kind=PersonKind(group.kind),
        name=f"{group.name}, {number}",
        languages=group.languages,
        exercise=True,
    )
    yield from _contacts(member, (group.channel,), names, address, now)
    yield from _lives(group, member, _spot(group, number), names, now)
    yield MemberAdded(
        subject=names.id(f"{group.id}/{member}"),
        occurred_at=now,
        group=names.id(group.id),
        person=names.id(member),
    )


def _contacts(
    who: str, channels: tuple[Channel, ...], names: Names, address: Address, now: datetime
) -> Iterator[PeopleFact]:
    for order, channel in enumerate(channels):
        yield ContactAdded(
            subject=names.id(f"{who}@{channel}"),
            occurred_at=now,
            person=names.id(who),
            channel=channel,
            address=address(channel, who),
            order=order,
        )


def _lives(of: Person | Group, who: str, at: Point | None, names: Names, now: datetime) -> Iterator[PeopleFact]:
    """Say where someone lives and what they agreed to, as far as the scenario says it."""
    if at is not None or of.country:
        yield PlaceSaid(
            subject=names.id(f"{who}/home"),
            occurred_at=now,
            person=names.id(who),
            place_kind=PlaceKind.HOME,
            where=write(Where(point=at, country=of.country)),
        )
    if of.consent:
        yield ConsentGiven(
            subject=names.id(f"{who}/consent"),
            occurred_at=now,
            person=names.id(who),
            to=WARNED,
            wording="Warn me.",
            language=of.languages[0],
            shown="in the scenario",
        )


def _spot(group: Group, number: int) -> Point | None:
    """Return where a member of a group lives: all of them evenly on a disc, so that every replay has them there.

    Source: Vogel (1979), A better way to construct the sunflower head, Mathematical Biosciences 44.
    """
    if group.at is None:
        return None
    far, turned = group.km * math.sqrt((number - 0.5) / group.count), number * GOLDEN_TURN
    return away(group.at, math.degrees(turned) % 360, far * 1_000)
