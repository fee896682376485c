"""Who may be forgotten, and what a hold does, as tables."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased
from tocsin.basis.marking import Mark, Role
from tocsin.people import decide
from tocsin.people.facts import PersonAdded, PersonForgotten, PersonHeld, PersonKind, PersonReleased
from tocsin.people.state import Person, fold_person

NOW = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)


def someone(id: str, *roles: Role, **more: Any) -> Person:
    stands = Person(
        id=id, person_kind=PersonKind.PERSON, name=id, languages=("en",), roles=roles, cleared_to=Mark.CLEAR,
        sign_in=id if roles else "", secret_hash="a hash" if roles else "", forgotten=False, holds=0, exercise=False,
    )  # fmt: skip
    return replace(stands, **more)


ANN = someone("ann")
ADMIN = someone("admin", Role.ADMINISTRATOR)
OTHER = someone("other", Role.ADMINISTRATOR)
WATCH = someone("watch", Role.WATCH_OFFICER)


@pytest.mark.parametrize(
    ("person", "at_desk", "refusal"),
    [
        pytest.param(ANN, [], None, id="a recipient"),
        pytest.param(WATCH, [WATCH, ADMIN], None, id="an officer"),
        pytest.param(ADMIN, [ADMIN, OTHER], None, id="one of two administrators"),
        pytest.param(replace(ADMIN, secret_hash=""), [replace(ADMIN, secret_hash=""), OTHER], None,
                     id="an administrator who could not sign in anyway"),
        pytest.param(ADMIN, [ADMIN, WATCH], "last administrator", id="the last administrator"),
        pytest.param(ADMIN, [ADMIN, replace(OTHER, secret_hash="")], "last administrator",
                     id="beside one without a passphrase"),
        pytest.param(ADMIN, [ADMIN, replace(OTHER, sign_in=Erased(), secret_hash=Erased(), forgotten=True)],
                     "last administrator", id="beside one who is forgotten"),
        pytest.param(replace(ANN, person_kind=PersonKind.ORGANISATION), [], "institution's answers are not erased",
                     id="an organisation"),
        pytest.param(replace(ANN, holds=1), [], "on hold", id="somebody on hold"),
    ],
)  # fmt: skip
def test_who_may_be_forgotten(person: Person, at_desk: list[Person], refusal: str | None) -> None:
    if refusal is None:
        decide.refuse_forgetting(person, at_desk)
    else:
        with pytest.raises(Refused, match=refusal):
            decide.refuse_forgetting(person, at_desk)


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        pytest.param(ANN, None, id="a person"),
        pytest.param(replace(ANN, holds=3), None, id="for another inquiry"),
        pytest.param(replace(ANN, forgotten=True), "nothing left", id="somebody forgotten"),
        pytest.param(replace(ANN, person_kind=PersonKind.ORGANISATION), "needs no hold", id="an organisation"),
    ],
)
def test_whom_a_hold_can_keep(person: Person, refusal: str | None) -> None:
    if refusal is None:
        assert decide.hold(person, " Inquiry 7 ", NOW) == PersonHeld(subject="ann", occurred_at=NOW, why="Inquiry 7")
    else:
        with pytest.raises(Refused, match=refusal):
            decide.hold(person, "Inquiry 7", NOW)


def test_what_nobody_holds_cannot_be_released() -> None:
    with pytest.raises(Refused, match="not on hold"):
        decide.release(ANN, "Over", NOW)
    released = decide.release(replace(ANN, holds=1), "Over", NOW)
    assert released == PersonReleased(subject="ann", occurred_at=NOW, why="Over")


@pytest.mark.parametrize("why", ["", " \n", "x" * (decide.LONGEST + 1)])
def test_a_reason_is_a_sentence(why: str) -> None:
    for decided in (decide.hold, decide.release):
        with pytest.raises(Refused, match=r"Say why|the most"):
            decided(replace(ANN, holds=1), why, NOW)


def test_holds_are_counted_and_the_last_to_go_sets_free() -> None:
    added = PersonAdded(subject="ann", occurred_at=NOW, person_kind=PersonKind.PERSON, name="Ann")
    held, released = (kind(subject="ann", occurred_at=NOW, why="x") for kind in (PersonHeld, PersonReleased))
    stands: Person | None = None
    counts = []
    for fact in (added, held, held, released, released):
        stands = fold_person(stands, fact)
        counts.append(stands.holds)
    assert counts == [0, 1, 2, 1, 0]


def test_who_is_forgotten_can_neither_sign_in_nor_do_anything_here() -> None:
    gone = fold_person(ADMIN, PersonForgotten(subject="admin", occurred_at=NOW, why="left"))
    assert (gone.name, gone.sign_in, gone.secret_hash, gone.roles) == (Erased(), Erased(), Erased(), ())
    assert not decide.may_sign_in(gone)
    assert decide.may_sign_in(ADMIN)
