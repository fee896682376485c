"""The cast: everyone the scenario names enters the store, with addresses that lead to receivers on this machine."""

from collections.abc import Callable, Iterator
from datetime import datetime

from tocsin.basis.marking import Mark, Role
from tocsin.flow import receive, weigh
from tocsin.flow.house import House
from tocsin.people.facts import ContactAdded, GroupNamed, MemberAdded, PersonAdded, PersonKind
from tocsin.report.facts import Reliability, SourceListed
from tocsin.scenario.head import Channel, Group, Person
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.threat.facts import ActorListed

Address = Callable[[Channel, str], str]
"""Returns the address on this machine at which someone is reached over a channel."""

CLEARED = {
    Role.WATCH_OFFICER: Mark.AMBER_STRICT,
    Role.DUTY_OFFICER: Mark.AMBER_STRICT,
    Role.AUDITOR: Mark.AMBER_STRICT,
    Role.ADMINISTRATOR: Mark.GREEN,  # keeps the house running; needs to read no case for that
}

PeopleFact = PersonAdded | ContactAdded | GroupNamed | MemberAdded


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
        )
        weigh.list_actor(house, known, by="scenario", command=f"{command}:actor:{actor.id}", now=now)
    people = tuple(_people(scenario, names, address, now))
    receive.add_people(house, people, by="scenario", command=f"{command}:people", now=now)


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
