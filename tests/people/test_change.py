"""What can be changed about someone, and what is refused, as tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.people import change, where
from tocsin.people.facts import LineSet, PersonKind, PlaceKind
from tocsin.people.known import Known
from tocsin.people.rule import Rule
from tocsin.people.state import Consent, Contact, ContactStands, Membership, Needs, Person, Place, Post, Tenure
from tocsin.people.where import Where

NOW = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PERSON = Person(
    id="ann", person_kind=PersonKind.PERSON, name="Ann", languages=("en",), roles=(), cleared_to=Mark.CLEAR,
    sign_in="", secret_hash="", forgotten=False, holds=0, exercise=False,
)  # fmt: skip
MILL = replace(PERSON, id="mill", person_kind=PersonKind.ORGANISATION)
MAIL = Contact(id="mail", person="ann", channel="mail", address="a@x.example", order=0)
FRESH = Contact(id="fresh", person="ann", channel="sms", address="+3225551212", order=1, stands=ContactStands.PENDING)
QUIET = Contact(id="quiet", person="ann", channel="mail", address="q@x.example", order=2, stands=ContactStands.PAUSED)
FRANCE = Where(country="FR")
HOME = Place(
    id="home", person="ann", place_kind=PlaceKind.HOME, where=where.write(FRANCE), since=None, until=None, said_at=NOW
)
AGREED = Consent(
    id="agreed", person="ann", to="be warned", wording="Yes", language="en", shown="on paper", proof="", given_at=NOW
)
ANN = Known(
    person=PERSON, contacts=(MAIL, FRESH, QUIET), places=(HOME,), consents=(AGREED,),
    memberships=(Membership(id="m", group="staff", person="ann"),),
    tenures=(Tenure(id="t", post="nurse", person="ann", since=NOW),),
)  # fmt: skip
SPOKEN = replace(
    ANN, contacts=(replace(FRESH, order=0), replace(MAIL, order=1), QUIET), needs=Needs(id="ann", needs="voice_first")
)
NURSE = Post(id="nurse", organisation="mill", name="nurse")
MANY = Known(person=PERSON, contacts=[replace(MAIL, id=str(n), address=f"{n}@x.example") for n in range(50)])

Doing = Callable[[], tuple[Any, ...]]


def kinds(doing: Doing) -> list[tuple[str, str]]:
    return [(fact.kind(), fact.subject) for fact in doing()]


@pytest.mark.parametrize(
    ("doing", "facts"),
    [
        pytest.param(lambda: change.add_contact(ANN, "new", "mail", "n@x.example", NOW), [("ContactAdded", "new")], id="an address"),
        pytest.param(lambda: change.confirm_contact(ANN, "fresh", "link", NOW), [("ContactConfirmed", "fresh")], id="confirmed"),
        pytest.param(lambda: change.change_contact(ANN, "mail", "n@x.example", NOW), [("ContactChanged", "mail")], id="another address"),
        pytest.param(lambda: change.change_contact(ANN, "mail", "a@x.example", NOW), [], id="the same address"),
        pytest.param(lambda: change.order_contacts(ANN, ["quiet"], NOW),
                     [("ContactMoved", "quiet"), ("ContactMoved", "mail"), ("ContactMoved", "fresh")], id="the last first"),
        pytest.param(lambda: change.order_contacts(ANN, ["mail", "fresh"], NOW), [], id="as it stands"),
        pytest.param(lambda: change.pause_contact(ANN, "mail", NOW), [("ContactPaused", "mail")], id="a contact point paused"),
        pytest.param(lambda: change.pause_contact(ANN, "quiet", NOW), [], id="paused already"),
        pytest.param(lambda: change.resume_contact(ANN, "quiet", NOW), [("ContactResumed", "quiet")], id="used again"),
        pytest.param(lambda: change.remove_contact(ANN, "fresh", NOW), [("ContactRemoved", "fresh")], id="taken away"),
        pytest.param(lambda: change.rename(ANN, " Anne ", NOW), [("PersonRenamed", "ann")], id="a name"),
        pytest.param(lambda: change.rename(ANN, "Ann", NOW), [], id="the same name"),
        pytest.param(lambda: change.say_languages(ANN, "fr en", NOW), [("LanguagesSaid", "ann")], id="languages"),
        pytest.param(lambda: change.say_needs(ANN, "large-text", NOW), [("NeedsSaid", "ann")], id="a need"),
        pytest.param(lambda: change.say_needs(ANN, " ", NOW), [], id="no need, as before"),
        pytest.param(lambda: change.say_needs(ANN, "voice_first", NOW),
                     [("NeedsSaid", "ann"), ("ContactMoved", "fresh"), ("ContactMoved", "mail")], id="a voice before a text"),
        pytest.param(lambda: change.say_needs(SPOKEN, "large_text voice_first", NOW), [("NeedsSaid", "ann")], id="a voice first, as before"),
        pytest.param(lambda: change.add_contact(SPOKEN, "new", "voice", "+3225551213", NOW),
                     [("ContactAdded", "new"), ("ContactMoved", "new"), ("ContactMoved", "fresh"), ("ContactMoved", "mail"), ("ContactMoved", "quiet")],
                     id="a number for whoever needs a voice"),
        pytest.param(lambda: change.add_contact(SPOKEN, "new", "mail", "n@x.example", NOW), [("ContactAdded", "new")], id="one more text"),
        pytest.param(lambda: change.pause(ANN, LATER, NOW), [("PersonPaused", "ann")], id="paused"),
        pytest.param(lambda: change.resume(ANN, NOW), [], id="not paused at all"),
        pytest.param(lambda: change.say_place(ANN, "new", PlaceKind.HOME, Where(country="BE"), NOW), [("PlaceSaid", "home")],
                     id="another home"),
        pytest.param(lambda: change.say_place(ANN, "new", PlaceKind.HOME, FRANCE, NOW), [], id="the same home"),
        pytest.param(lambda: change.say_place(ANN, "new", PlaceKind.TRIP, FRANCE, NOW, since=NOW, until=LATER),
                     [("PlaceSaid", "new")], id="a trip"),
        pytest.param(lambda: change.remove_place(ANN, "home", NOW), [("PlaceRemoved", "home")], id="no home"),
        pytest.param(lambda: change.give_consent(ANN, "new", to="be warned", wording="Yes, all", language="fr", shown="by phone", now=NOW),
                     [("ConsentWithdrawn", "agreed"), ("ConsentGiven", "new")], id="a consent given anew"),
        pytest.param(lambda: change.withdraw_consent(ANN, "agreed", "by phone", NOW), [("ConsentWithdrawn", "agreed")], id="taken back"),
        pytest.param(lambda: change.take_post(ANN, MILL, [NURSE], "cook", lambda: "new", NOW),
                     [("PostNamed", "new"), ("PostTaken", "new")], id="a post that is made"),
        pytest.param(lambda: change.take_post(ANN, MILL, [NURSE], "nurse", lambda: "new", NOW), [], id="a post they hold"),
        pytest.param(lambda: change.leave_post(ANN, "nurse", NOW), [("PostLeft", "t")], id="a post left"),
        pytest.param(lambda: change.join(ANN, "night", "new", NOW), [("MemberAdded", "new")], id="a group"),
        pytest.param(lambda: change.join(ANN, "staff", "new", NOW), [], id="a group they are in"),
        pytest.param(lambda: change.leave(ANN, "staff", NOW), [("MemberRemoved", "m")], id="a group left"),
        pytest.param(lambda: change.rule_group("staff", Rule(countries=("FR",)), NOW), [("GroupRuled", "staff")], id="a rule"),
    ],
)  # fmt: skip
def test_what_can_be_changed(doing: Doing, facts: list[tuple[str, str]]) -> None:
    assert kinds(doing) == facts


@pytest.mark.parametrize(
    ("doing", "sentence"),
    [
        pytest.param(lambda: change.add_contact(ANN, "new", "mail", "a@x.example", NOW), "already", id="the same address"),
        pytest.param(lambda: change.add_contact(ANN, "new", "mail", "SECRET", NOW), "no mail address", id="no address"),
        pytest.param(lambda: change.add_contact(MANY, "new", "mail", "n@x.example", NOW), "50 is the most", id="very many"),
        pytest.param(lambda: change.confirm_contact(ANN, "quiet", "link", NOW), "is paused", id="a paused one"),
        pytest.param(lambda: change.confirm_contact(ANN, "none", "link", NOW), "no contact point none", id="one that is not there"),
        pytest.param(lambda: change.pause_contact(ANN, "fresh", NOW), "Nobody has confirmed", id="one that is pending"),
        pytest.param(lambda: change.resume_contact(ANN, "fresh", NOW), "Nobody has confirmed", id="used before it is confirmed"),
        pytest.param(lambda: change.order_contacts(ANN, ["mail", "mail"], NOW), "once", id="one named twice"),
        pytest.param(lambda: change.rename(ANN, " ", NOW), "between 1 and", id="no name"),
        pytest.param(lambda: change.say_languages(ANN, "SECRET!", NOW), "language is a tag", id="no language"),
        pytest.param(lambda: change.pause(ANN, NOW, NOW), "is past", id="paused until now"),
        pytest.param(lambda: change.say_place(ANN, "new", PlaceKind.TRIP, FRANCE, NOW), "a beginning and an end", id="an endless trip"),
        pytest.param(lambda: change.say_place(ANN, "new", PlaceKind.TRIP, FRANCE, NOW, since=LATER, until=NOW), "before it begins",
                     id="a trip back in time"),
        pytest.param(lambda: change.say_place(ANN, "new", PlaceKind.NOW, Where(), NOW), "needs a position", id="nowhere"),
        pytest.param(lambda: change.give_consent(ANN, "n", to="x", wording="", language="en", shown="x", now=NOW), "wording",
                     id="consent to nothing"),
        pytest.param(lambda: change.withdraw_consent(ANN, "none", "x", NOW), "no consent none", id="what was never given"),
        pytest.param(lambda: change.take_post(ANN, PERSON, [], "cook", lambda: "new", NOW), "no organisation", id="a post at a person"),
        pytest.param(lambda: change.leave_post(ANN, "cook", NOW), "do not hold", id="a post they do not hold"),
        pytest.param(lambda: change.leave(ANN, "night", NOW), "not listed", id="a group they are not in"),
        pytest.param(lambda: change.rule_group("staff", Rule(), NOW), "says nothing", id="an empty rule"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed(doing: Doing, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        doing()
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("paused_at", "until", "now", "paused"),
    [(None, None, NOW, False), (NOW, None, LATER, True), (NOW, LATER, NOW, True), (NOW, LATER, LATER, False)],
)
def test_a_pause_ends_when_it_was_said_to(paused_at: Any, until: Any, now: datetime, paused: bool) -> None:
    assert change.is_paused(replace(PERSON, paused_at=paused_at, paused_until=until), now) is paused


def test_nothing_is_changed_about_somebody_forgotten() -> None:
    with pytest.raises(Refused, match="has been forgotten"):
        change.refuse_forgotten(Known(person=replace(PERSON, forgotten=True)))
    change.refuse_forgotten(ANN)


@pytest.mark.parametrize(
    ("known", "places", "patience_s", "said"),
    [
        pytest.param(ANN, ["bob"], 60, "is a person", id="a person"),
        pytest.param(replace(ANN, person=MILL), ["bob", "bob"], 60, "different posts or people", id="twice"),
        pytest.param(replace(ANN, person=MILL), ["mill"], 60, "comes last by itself", id="itself"),
        pytest.param(replace(ANN, person=MILL), ["bob"], 59, "a minute at least", id="at once"),
        pytest.param(replace(ANN, person=MILL), ["bob"], 31 * 86_400, "thirty days at most", id="never"),
    ],
)
def test_a_line_that_cannot_be(known: Known, places: list[str], patience_s: int, said: str) -> None:
    with pytest.raises(Refused, match=said):
        change.set_line(known, places, patience_s, NOW)


def test_a_line_is_set_and_emptied() -> None:
    mill = replace(ANN, person=MILL)
    for places in (["bob", "ann"], []):
        (fact,) = change.set_line(mill, places, 600, NOW)
        assert isinstance(fact, LineSet)
        assert (fact.places, fact.patience_s) == (tuple(places), 600)
