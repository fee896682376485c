"""People change: who holds a post, where they are, what they are reached by. A warning reaches whoever it is now."""

from datetime import timedelta
from typing import Any

import pytest

from tocsin.basis.fact import Erased, Fact
from tocsin.people import where
from tocsin.people.facts import (
    ConsentGiven,
    ContactAdded,
    ContactConfirmed,
    ContactPaused,
    ContactRemoved,
    ContactResumed,
    GroupNamed,
    GroupRuled,
    LanguagesSaid,
    MemberRemoved,
    NeedsSaid,
    PersonPaused,
    PlaceKind,
    PlaceSaid,
    PostLeft,
    PostNamed,
    PostTaken,
)
from tocsin.people.rule import Rule
from tocsin.people.state import Consent, Contact, Needs, Person, Place, Tenure
from tocsin.people.where import Where
from tocsin.testing.town import Town


@pytest.fixture(name="town")
def _town(tmp_path: Any) -> Any:
    with Town(tmp_path) as town:
        yield town
        town.reconcile()


def say(town: Town, *facts: Fact) -> None:
    town.app.store.commit(facts, at=town.now, by="town", command=town.name_next("say"))


def place(town: Town, name: str, kind: PlaceKind, country: str, **dates: Any) -> PlaceSaid:
    return PlaceSaid(
        subject=town.id(f"{name}'s {kind}"), occurred_at=town.now, person=town.id(name), place_kind=kind,
        where=where.write(Where(country=country)), **dates,
    )  # fmt: skip


def test_whoever_holds_a_post_now_belongs_to_the_group_of_that_rule(town: Town) -> None:
    for name in ("Ann", "Bell"):
        town.person(name)
    mill, post, group = town.id("the mill"), town.id("manager"), town.id("managers")
    say(
        town,
        PostNamed(subject=post, occurred_at=town.now, organisation=mill, name="duty manager"),
        PostTaken(subject=town.id("first"), occurred_at=town.now, post=post, person=town.id("Ann")),
        GroupNamed(subject=group, occurred_at=town.now, name="Duty managers"),
        GroupRuled(subject=group, occurred_at=town.now, rule=Rule(posts=("duty manager",), organisations=(mill,))),
    )
    with town.app.store.look() as look:
        assert look.members([group]) == look.holders([post]) == [town.id("Ann")]
    say(
        town,
        PostLeft(subject=town.id("first"), occurred_at=town.now),
        PostTaken(subject=town.id("second"), occurred_at=town.now, post=post, person=town.id("Bell")),
    )
    with town.app.store.look() as look:
        assert look.members([group]) == look.holders([post]) == [town.id("Bell")]
        assert look.get(Tenure, town.id("first")).left_at == town.now


def test_a_rule_over_countries_asks_where_people_are_at_that_moment(town: Town) -> None:
    for name in ("Ann", "Bell", "Cob"):
        town.person(name)
    group = town.id("in France")
    say(
        town,
        GroupNamed(subject=group, occurred_at=town.now, name="In France"),
        GroupRuled(subject=group, occurred_at=town.now, rule=Rule(countries=("FR",))),
        place(town, "Ann", PlaceKind.HOME, "FR"),
        place(town, "Bell", PlaceKind.TRIP, "FR", since=town.now, until=town.now + timedelta(days=2)),
        place(town, "Cob", PlaceKind.HOME, "BE"),
    )
    with town.app.store.look() as look:
        assert set(look.members([group])) == {town.id("Ann"), town.id("Bell")}
        assert set(look.members([group], town.now + timedelta(days=1))) == {town.id("Ann"), town.id("Bell")}
        assert look.members([group], town.now + timedelta(days=2)) == [town.id("Ann")]
    town.forgets("Ann")
    with town.app.store.look() as look:
        assert look.members([group]) == [town.id("Bell")]


def test_a_rule_over_languages_and_a_list_are_one_group(town: Town) -> None:
    group = town.id(town.group("French readers", ["Ann", "Bell"]))
    town.person("Cob")
    say(
        town,
        GroupRuled(subject=group, occurred_at=town.now, rule=Rule(languages=("fr",))),
        LanguagesSaid(subject=town.id("Cob"), occurred_at=town.now, languages=("fr-BE", "nl")),
        MemberRemoved(subject=town.id("French readers/Bell"), occurred_at=town.now),
    )
    with town.app.store.look() as look:
        assert set(look.members([group])) == {town.id("Ann"), town.id("Cob")}


def test_only_contact_points_that_are_used_are_used(town: Town) -> None:
    ann = town.id(town.person("Ann"))
    first, second = town.id("Ann's telephone"), town.id("second")

    def used() -> list[str]:
        with town.app.store.look() as look:
            return [address.contact for _, address in look.addresses([ann])]

    def at(kind: type[Fact], contact: str, **more: Any) -> None:
        say(town, kind(subject=contact, occurred_at=town.now, **more))

    say(
        town,
        ContactAdded(
            subject=second,
            occurred_at=town.now,
            person=ann,
            channel="mail",
            address="b@c.example",
            order=1,
            pending=True,
        ),
    )
    assert used() == [first]
    at(ContactConfirmed, second, how="link")
    assert sorted(used()) == sorted([first, second])
    at(ContactPaused, first)
    assert used() == [second]
    at(ContactResumed, first)
    at(ContactRemoved, second)
    assert used() == [first]
    with town.app.store.look() as look:
        gone = look.get(Contact, second)
    assert isinstance(gone.address, Erased)


def test_whoever_is_forgotten_loses_all_of_it(town: Town) -> None:
    group, ann = town.id(town.group("the mill", ["Ann"])), town.id("Ann")
    post = town.id("a post")
    say(
        town,
        place(town, "Ann", PlaceKind.HOME, "FR"),
        NeedsSaid(subject=ann, occurred_at=town.now, needs="large_text"),
        PostNamed(subject=post, occurred_at=town.now, organisation=town.id("the mill ltd"), name="nurse"),
        PostTaken(subject=town.id("tenure"), occurred_at=town.now, post=post, person=ann),
        LanguagesSaid(subject=ann, occurred_at=town.now, languages=("fr",)),
        PersonPaused(subject=ann, occurred_at=town.now),
        ConsentGiven(
            subject=town.id("consent"), occurred_at=town.now, person=ann, to="be warned", wording="I agree.",
            language="en", shown="on paper", proof="form 17",
        ),
    )  # fmt: skip
    town.forgets("Ann")
    with town.app.store.look() as look:
        person = look.get(Person, ann)
        assert (str(person.name), person.languages, person.paused_at) == ("[erased]", ("en",), None)
        assert all(isinstance(contact.address, Erased) for contact in look.all(Contact, person=ann))
        assert look.members([group]) == []
        assert look.holders([post]) == []
        assert isinstance(look.get(Needs, ann).needs, Erased)
        (home,) = look.all(Place, person=ann)
        assert isinstance(home.where, Erased)
        assert home.removed_at == town.now
        (agreed,) = look.all(Consent, person=ann)
        assert isinstance(agreed.proof, Erased)
        assert agreed.withdrawn_at == town.now
