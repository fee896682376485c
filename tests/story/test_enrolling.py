"""Enrolling oneself: a link is sent to the contact point, and only whoever reads there can say that it is theirs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tocsin.answer.replies import Reply, WhyKept
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Personal
from tocsin.basis.marking import Role
from tocsin.flow.answer.reply import decide_reply, take_reply
from tocsin.flow.delivery import link
from tocsin.flow.delivery.carrier import Incoming
from tocsin.flow.people import enrol
from tocsin.people.facts import ContactAdded, ContactChanged, ContactRemoved, PersonKind
from tocsin.people.state import Consent, Contact, ContactStands, Person
from tocsin.testing.town import Town

WORDS = "I want to be warned."


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as town:
        yield town
        town.reconcile()


def ask(town: Town, address: str) -> None:
    enrol.ask(
        town.house,
        "mail",
        address,
        language="fr",
        wording=WORDS,
        exercise=True,
        command=town.name_next("ask"),
        now=town.now,
    )
    town.work()


def links(town: Town) -> list[str]:
    """Return the tokens of the links that were sent, oldest first."""
    sent = [call.message for call in town.lines.calls if call.message.kind == link.KIND]
    return [line.partition("/me/")[2] for message in sent for line in message.lines if "/me/" in line]


def behind(town: Town, token: str) -> tuple[Person, Contact] | None:
    with town.app.store.look() as look:
        found = link.behind(town.house, look, token, town.now)
    return None if found is None else (found[0].person, found[1])


def press(town: Town, token: str) -> None:
    found = behind(town, token)
    assert found is not None
    enrol.confirm(town.house, found[0].id, found[1].id, command=town.name_next("confirm"), now=town.now)
    town.work()


def test_an_address_that_nobody_has_confirmed_is_not_listed_among_those_that_fail(town: Town) -> None:
    """Anyone may write any address into the form: ours that fail would be lost among them."""
    town.lines.refuses("nobody@x.example", wrong_address=True)
    ask(town, "nobody@x.example")
    with town.app.store.look() as look:
        assert (look.failing(), look.failed_contacts(10).count) == ({}, 0)


def test_nothing_else_is_sent_to_a_contact_point_before_it_is_confirmed(town: Town) -> None:
    ask(town, "ann@x.example")
    (token,) = links(town)
    person, contact = behind(town, token) or (None, None)
    assert person is not None
    assert contact is not None
    assert (contact.stands, person.languages) == (ContactStands.PENDING, ("fr",))
    with town.app.store.look() as look:
        assert look.addresses([person.id]) == []
        (consent,) = look.all(Consent, person=person.id)
    assert (consent.wording, consent.shown, consent.language) == (WORDS, "enrolment page", "fr")
    for _ in range(2):
        press(town, token)
    with town.app.store.look() as look:
        assert [address.contact for _, address in look.addresses([person.id])] == [contact.id]
        assert look.get(Contact, contact.id).confirmed_at == town.now


def test_whoever_asks_again_gets_another_link_to_the_same_page_and_not_at_once(town: Town) -> None:
    ask(town, "ann@x.example")
    ask(town, "ann@x.example")
    assert len(links(town)) == 1
    town.pass_time(minutes=11)
    ask(town, "ann@x.example")
    first, second = links(town)
    assert behind(town, first) == behind(town, second)
    ask(town, "bell@x.example")
    assert behind(town, links(town)[-1]) != behind(town, first)


def test_of_what_strangers_write_back_to_a_link_only_a_plea_is_kept(town: Town) -> None:
    """Anyone may have a link sent to their own address: the desk is not theirs to fill, and nobody who may be in need is lost."""
    ask(town, "nobody@x.example")
    sent = town.lines.calls[-1].id

    def writes(text: str) -> bool:
        said = Incoming(
            channel="mail",
            message=town.name_next("message"),
            address="nobody@x.example",
            text=text,
            at=town.now,
            parcels=(sent,),
        )
        return take_reply(town.house, said)

    assert not writes("Buy my boats")
    assert writes("Help, we are trapped in the mill")
    with town.app.store.look() as look:
        (kept,) = look.all(Reply)
    assert (kept.words, kept.warnings, kept.why) == ("Help, we are trapped in the mill", (), WhyKept.NO_WARNING)
    town.work()
    assert [call.about for call in town.phone("the duty officer").calls] == [town.named(kept.person)]
    decide_reply(town.house, kept.id, by=town.watch_officer.id, command="read", now=town.now)
    town.pass_time(hours=2)
    assert len(town.phone("the duty officer").calls) == 1


def test_a_link_works_for_a_week(town: Town) -> None:
    ask(town, "ann@x.example")
    (token,) = links(town)
    press(town, token)
    town.pass_time(days=7)
    assert behind(town, token) is not None
    town.pass_time(days=1)
    assert behind(town, token) is None


@pytest.mark.parametrize("change", ["cut", "letter", "capitals", "nothing", "answer link", "long", "not ascii"])
def test_a_link_that_we_never_made_leads_nowhere(town: Town, change: str) -> None:
    ask(town, "ann@x.example")
    (token,) = links(town)
    other = {
        "cut": token[:-1], "letter": token[:-2] + ("a" if token[-2] != "a" else "b") + token[-1], "capitals": token.upper(),
        "nothing": "", "answer link": town.app.store.links.token(1), "long": token + "a" * 8, "not ascii": "é" * 40,
    }[change]  # fmt: skip
    assert behind(town, other) is None
    assert town.app.store.links.row(token) is None


def test_what_nobody_confirms_is_forgotten_after_a_week(town: Town) -> None:
    ask(town, "ann@x.example")
    found = behind(town, links(town)[0])
    assert found is not None
    town.pass_time(days=6)
    assert town.app.store.keys.holds(found[0].id)
    town.pass_time(days=2)
    assert not town.app.store.keys.holds(found[0].id)
    ask(town, "ann@x.example")  # and may ask anew, as somebody new
    again = behind(town, links(town)[-1])
    assert again is not None
    assert again[0].id != found[0].id


def test_another_contact_point_is_asked_too_and_goes_alone_if_nobody_answers(town: Town) -> None:
    ask(town, "ann@x.example")
    press(town, links(town)[0])
    found = behind(town, links(town)[0])
    assert found is not None
    ann = found[0].id
    enrol.add_contact(town.house, ann, "mail", "second@x.example", command="second", now=town.now)
    town.work()
    second = behind(town, links(town)[1])
    assert second is not None
    assert (second[0].id, second[1].stands) == (ann, ContactStands.PENDING)
    town.pass_time(days=8)
    with town.app.store.look() as look:
        stands = {one.id: one.stands for one in look.all(Contact, person=ann)}
    assert stands == {found[1].id: ContactStands.ACTIVE, second[1].id: ContactStands.REMOVED}


def test_what_is_no_address_is_refused(town: Town) -> None:
    for channel, address in (("mail", "nowhere"), ("sms", "+3225551212"), ("webhook", "https://x.example")):
        with pytest.raises(Refused):
            enrol.ask(
                town.house, channel, address, language="en", wording=WORDS, exercise=True, command="x", now=town.now
            )


def test_a_link_that_cannot_be_delivered_rings_nobody(town: Town) -> None:
    town.lines.refuses("ann@x.example")
    ask(town, "ann@x.example")
    town.pass_time(days=2)
    assert [call.message.kind for call in town.lines.calls if call.message.kind == "call"] == []


# ---- whoever stands on a list already


def listed(
    town: Town, name: str, address: str, kind: PersonKind = PersonKind.PERSON, roles: tuple[Role, ...] = ()
) -> str:
    town.person(name, reached=False, kind=kind, roles=roles, languages=("de",))
    town.says(
        ContactAdded(
            subject=town.id(f"{name}'s mail"),
            occurred_at=town.now,
            person=town.id(name),
            channel="mail",
            address=address,
        )
    )
    return town.id(name)


def standing(town: Town) -> set[str]:
    """Return who has a contact point that is used."""
    with town.app.store.look() as look:
        return {one.person for one in look.all(Contact, stands=ContactStands.ACTIVE.value)}


def enrols(town: Town, address: str) -> None:
    ask(town, address)
    press(town, links(town)[-1])


def test_whoever_is_on_a_list_and_enrols_is_one_person(town: Town) -> None:
    ann = listed(town, "Ann", "Ann@home.example")
    before = standing(town)
    ask(town, "ann@home.example")
    token = links(town)[-1]
    asked = behind(town, token)
    assert asked is not None
    assert asked[0].id != ann, "whoever only asks is told nothing, and changes nothing about her"
    with town.app.store.look() as look:
        assert look.get(Contact, town.id("Ann's mail")).confirmed_at is None
    press(town, token)
    assert standing(town) == before
    assert not town.app.store.keys.holds(asked[0].id)
    with town.app.store.look() as look:
        assert look.get(Contact, town.id("Ann's mail")).confirmed_at == town.now
        assert look.get(Person, ann).languages == ("fr", "de")
        (consent,) = look.all(Consent, person=ann)
    assert (consent.wording, consent.shown) == (WORDS, "enrolment page")
    assert behind(town, token) is None
    own = behind(town, links(town)[-1])
    assert own is not None
    assert own[0].id == ann


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([("Ann", PersonKind.PERSON, ()), ("Ben", PersonKind.PERSON, ())], id="two have it"),
        pytest.param([("The mill", PersonKind.ORGANISATION, ())], id="an organisation"),
        pytest.param([("Ann", PersonKind.PERSON, (Role.AUDITOR,))], id="somebody at the desk"),
    ],
)
def test_where_it_is_not_clear_who_it_is_somebody_new_enrols(
    town: Town, others: list[tuple[str, PersonKind, tuple[Role, ...]]]
) -> None:
    for name, kind, roles in others:
        listed(town, name, "all@home.example", kind, roles)
    before = standing(town)
    enrols(town, "all@home.example")
    assert len(standing(town) - before) == 1
    with town.app.store.look() as look:
        assert all(look.get(Contact, town.id(f"{name}'s mail")).confirmed_at is None for name, _, _ in others)


def test_nobody_gets_hold_of_whoever_enrols_by_adding_their_address_first(town: Town) -> None:
    enrols(town, "thief@x.example")
    thief = behind(town, links(town)[-1])
    assert thief is not None
    enrol.add_contact(town.house, thief[0].id, "mail", "ann@x.example", command="second", now=town.now)
    town.work()
    enrols(town, "ann@x.example")
    ann = behind(town, links(town)[-1])
    assert ann is not None
    assert ann[0].id != thief[0].id


def whose(town: Town, address: str) -> list[str]:
    with town.app.store.look() as look:
        return [person for person, _ in town.app.store.whose(look, "mail", address)]


def test_whose_an_address_is_follows_what_changes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ben = listed(town, "Ann", "ann@home.example"), listed(town, "Ben", "ben@home.example")
    assert (whose(town, "ANN@home.example"), whose(town, "cy@home.example")) == ([ann], [])
    opened: list[int] = []
    keys, plain = town.app.store.keys, town.app.store.keys.open_many

    def counted(values: Sequence[tuple[str, str, str]]) -> list[Personal]:
        opened.append(len(values))
        return plain(values)

    monkeypatch.setattr(keys, "open_many", counted)
    at = town.id("Ann's mail")
    town.says(ContactChanged(subject=at, occurred_at=town.now, person=ann, address="ben@home.example"))
    assert whose(town, "ann@home.example") == []
    assert set(whose(town, "ben@home.example")) == {ann, ben}
    assert sum(opened) <= 4, "what was opened before is not opened again"
    town.says(ContactRemoved(subject=at, occurred_at=town.now))
    assert whose(town, "ben@home.example") == [ben]
