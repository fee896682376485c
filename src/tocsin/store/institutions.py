"""What is kept of institutions and one warning: who stands for whom, and from whom anything was heard."""

from collections.abc import Mapping

import msgspec

from tocsin.answer.institution.state import Approach, Handing, Knock, Proposal, Question, ReadBack
from tocsin.basis.ids import Id
from tocsin.store.look import Look


class Dealings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything between a warning and the institutions it went to, each sort oldest first."""

    approaches: tuple[Approach, ...]
    handings: tuple[Handing, ...]
    questions: tuple[Question, ...]
    proposals: tuple[Proposal, ...]
    read_backs: tuple[ReadBack, ...]
    knocks: tuple[Knock, ...]


def dealings(look: Look, warning: Id) -> Dealings:
    """Return everything between a warning and institutions."""
    return Dealings(
        approaches=tuple(look.all(Approach, warning=warning)),
        handings=tuple(look.all(Handing, warning=warning, order="at")),
        questions=tuple(look.all(Question, warning=warning, order="asked_at")),
        proposals=tuple(look.all(Proposal, warning=warning, order="said_at")),
        read_backs=tuple(look.all(ReadBack, warning=warning, order="given_at")),
        knocks=tuple(look.all(Knock, warning=warning, order="since")),
    )


def stands_for(look: Look, warning: Id) -> Mapping[Id, tuple[Id, ...]]:
    """Return the institutions for which each of their contacts was told of a warning: one may stand in several lines."""
    found: dict[Id, tuple[Id, ...]] = {}
    for one in look.all(Approach, warning=warning):
        for person in dict.fromkeys(one.told):
            found[person] = (*found.get(person, ()), one.of)
    return found


def spoken_for(look: Look, warning: Id) -> set[Id]:
    """Return the contacts whose institution was heard from, though they may not have answered behind their own link."""
    contacts = stands_for(look, warning)
    if not contacts:
        return set()
    heard = heard_from(look, warning)
    return {person for person, institutions in contacts.items() if not heard.isdisjoint(institutions)}


def spoke(look: Look, warning: Id) -> set[Id]:
    """Return who read a warning back or handed it on: whoever does so is not silent."""
    found = {one.recipient for one in look.all(ReadBack, warning=warning)}
    return found | {one.recipient for one in look.all(Handing, warning=warning)}


def heard_from(look: Look, warning: Id) -> set[Id]:
    """Return everyone from whom anything was heard about a warning; an institution by any of its contacts."""
    contacts = stands_for(look, warning)
    found = {row.person for row in look.link_answers(warning)} | {one.recipient for one in look.answers(warning)}
    found |= spoke(look, warning) | asked(look, warning)
    return found | {of for person in found & contacts.keys() for of in contacts[person]}


def asked(look: Look, warning: Id) -> set[Id]:
    """Return who asked something about a warning."""
    return {one.recipient for one in look.all(Question, warning=warning)}
