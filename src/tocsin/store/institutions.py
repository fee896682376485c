"""What is kept of institutions and one warning: who stands for whom, and from whom anything was heard."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tocsin.answer.institution.state import Approach, Handing, HandingWish, Knock, Proposal, Question, ReadBack
from tocsin.basis.ids import Id
from tocsin.people.state import Line, Person, Post
from tocsin.store.look import Look


class Dealings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything between a warning and the institutions it went to, each sort oldest first."""

    approaches: tuple[Approach, ...]
    handings: tuple[Handing, ...]
    wishes: tuple[HandingWish, ...]
    questions: tuple[Question, ...]
    proposals: tuple[Proposal, ...]
    read_backs: tuple[ReadBack, ...]
    knocks: tuple[Knock, ...]


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for one of ours: questions to answer, handings on to confirm, and second knocks neither sent nor dropped."""

    questions: tuple[Question, ...]
    wishes: tuple[HandingWish, ...]
    knocks: tuple[Knock, ...]


def dealings(look: Look, warning: Id) -> Dealings:
    """Return everything between a warning and institutions."""
    return Dealings(
        approaches=tuple(look.all(Approach, warning=warning)),
        handings=tuple(look.all(Handing, warning=warning, order="at")),
        wishes=tuple(look.all(HandingWish, warning=warning, order="asked_at")),
        questions=tuple(look.all(Question, warning=warning, order="asked_at")),
        proposals=tuple(look.all(Proposal, warning=warning, order="said_at")),
        read_backs=tuple(look.all(ReadBack, warning=warning, order="given_at")),
        knocks=tuple(look.all(Knock, warning=warning, order="since")),
    )


def waiting_about(look: Look) -> Waiting:
    """Return what institutions wait for, or are to be told again, each sort oldest first, of whatever warning."""
    return Waiting(
        questions=tuple(look.all(Question, answered_at=None, order="asked_at")),
        wishes=tuple(look.all(HandingWish, decided_at=None, order="asked_at")),
        knocks=tuple(look.knocks_due()),
    )


def count_said(look: Look, warning: Id, giver: Id) -> int:
    """Return how often somebody said something about a warning by their link: read it back, asked, or handed it on."""
    kinds: tuple[type[ReadBack | Question | Handing | HandingWish], ...] = (ReadBack, Question, Handing, HandingWish)
    return sum(one.giver == giver for kind in kinds for one in look.all(kind, warning=warning))


def stands_for(look: Look, warning: Id) -> Mapping[Id, tuple[Id, ...]]:
    """Return the institutions for which each of their contacts was told of a warning: one may stand in several lines.

    Whoever a contact handed it on to stands for the same institution.
    """
    return _by_contact(look.all(Approach, warning=warning), handed_within(look, warning))


def stands_for_each(look: Look, warnings: Sequence[Id]) -> Mapping[Id, Mapping[Id, tuple[Id, ...]]]:
    """Return the same of each of some warnings."""
    told: dict[Id, list[Approach]] = {one: [] for one in warnings}
    handed: dict[Id, list[tuple[Id, Id]]] = {one: [] for one in warnings}
    for approach in look.which(Approach, "warning", warnings):
        told[approach.warning].append(approach)
    for one in look.which(Handing, "warning", warnings):
        handed[one.warning] += _within([one])
    return {one: _by_contact(told[one], handed[one]) for one in warnings}


def _by_contact(told: Iterable[Approach], handed: Iterable[tuple[Id, Id]]) -> dict[Id, tuple[Id, ...]]:
    found: dict[Id, tuple[Id, ...]] = {}
    for person, of in [*((person, one.of) for one in told for person in one.told), *handed]:
        found[person] = tuple(dict.fromkeys((*found.get(person, ()), of)))
    return found


def handed_within(look: Look, warning: Id) -> list[tuple[Id, Id]]:
    """Return to whom contacts handed a warning on behind their own links, and for which institution."""
    return _within(look.all(Handing, warning=warning))


def _within(handings: Iterable[Handing]) -> list[tuple[Id, Id]]:
    return [(one.to, one.recipient) for one in handings if one.giver is not None]


def contacts_of(look: Look, organisation: Id) -> dict[Id, tuple[str, ...]]:
    """Return who can be told at an organisation, and the posts that they hold there: its line, and whoever holds a post."""
    line = look.find(Line, organisation)
    places = list(line.places) if line else []
    own = {post.id: post for post in look.all(Post, organisation=organisation)}
    posts = [*(place for place in places if place in own), *(id for id in own if id not in places)]
    found: dict[Id, tuple[str, ...]] = {}
    held = look.each_holders(list({**own, **look.some(Post, places)}))
    for place in [*places, *(id for id in posts if id not in places)]:
        for person in held.get(place, [place]):
            named = (own[place].name,) if place in own else ()
            found[person] = (*found.get(person, ()), *named)
    known = look.some(Person, list(found))
    return {person: named for person, named in found.items() if person in known and not known[person].forgotten}


def spoken_for(look: Look, warning: Id) -> set[Id]:
    """Return the contacts whose institution was heard from, though they may not have answered behind their own link."""
    contacts = stands_for(look, warning)
    if not contacts:
        return set()
    heard = heard_from(look, warning)
    itself = {to for to, _ in handed_within(look, warning)}  # waited for alone: no other answer of theirs silences it
    return {
        person
        for person, institutions in contacts.items()
        if person not in itself and not heard.isdisjoint(institutions)
    }


def spoke(look: Look, warning: Id) -> set[Id]:
    """Return who read a warning back, or told us that they handed it on: whoever does so is not silent.

    A button pressed behind a link to hand it on says nothing else, and nobody's silence is over by it.
    """
    found = {one.recipient for one in look.all(ReadBack, warning=warning)}
    return found | {one.recipient for one in look.all(Handing, warning=warning) if one.giver is None}


def heard_from(look: Look, warning: Id) -> set[Id]:
    """Return everyone from whom anything was heard about a warning; an institution by any of its contacts."""
    contacts = stands_for(look, warning)
    found = {row.person for row in look.link_answers(warning)} | {one.recipient for one in look.answers(warning)}
    found |= spoke(look, warning) | asked(look, warning)
    return found | {of for person in found & contacts.keys() for of in contacts[person]}


def asked(look: Look, warning: Id) -> set[Id]:
    """Return who asked something about a warning."""
    return {one.recipient for one in look.all(Question, warning=warning)}
