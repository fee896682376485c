"""Taking lists in: each row has one fate, said again it changes nothing, and what a person changed since stays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tocsin.basis.errors import Refused, Unreachable
from tocsin.flow.people.file import PeopleFile, import_people
from tocsin.flow.people.rows import Became, Fate, person_of, take_rows
from tocsin.people.enter import ENROLLED, WARNED
from tocsin.people.facts import ConsentGiven, ContactChanged, PlaceKind
from tocsin.people.listed import Row
from tocsin.people.state import Consent, Contact, ContactStands, Group, Needs, Person, Place, Post
from tocsin.testing.town import Town

HEAD = "id,kind,name,languages,mail,mail_2,sms,home,home_country,groups,needs,organisation,post,consent\n"
MILL = "mill,organisation,The mill,,desk@mill.example,,,,,,,,,\n"
ANN = 'ann,,Ann,fr;en,a@x.example,b@x.example,+3225551212,"50.1,4.2",BE,Staff;Night,large_text,mill,nurse,I agree.\n'
BELL = "bell,,Bell,,bell@x.example,,,,,Staff,,,,\n"


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path / "data") as town:
        yield town
        town.reconcile()


def take(town: Town, text: str, *, dry_run: bool = False) -> list[Fate]:
    file = town.app.settings.data / "list.csv"
    file.write_text(text)
    return list(import_people(town.house, PeopleFile(file), by="console", now=town.clock.now, dry_run=dry_run))


def became(fates: list[Fate]) -> list[str]:
    return [fate.became.value for fate in fates]


def size(town: Town) -> int:
    with town.app.store.look() as look:
        return look.journal_size()


def contacts(town: Town, key: str) -> list[tuple[str, str, int, ContactStands]]:
    with town.app.store.look() as look:
        found = look.all(Contact, person=person_of(town.house, key), order="order")
    return [(one.channel, str(one.address), one.order, one.stands) for one in found]


def test_a_list_is_taken_in_and_taken_in_again_it_writes_nothing(town: Town) -> None:
    assert became(take(town, HEAD + MILL + ANN + BELL)) == ["new"] * 3
    before = size(town)
    assert became(take(town, HEAD + MILL + ANN + BELL)) == ["unchanged"] * 3
    assert became(take(town, HEAD + BELL + ANN)) == ["unchanged"] * 2
    assert size(town) == before
    ann = person_of(town.house, "ann")
    with town.app.store.look() as look:
        person = look.get(Person, ann)
        assert (person.name, person.languages) == ("Ann", ("fr", "en"))
        assert look.get(Needs, ann).needs == "large_text"
        assert [place.place_kind for place in look.all(Place, person=ann)] == [PlaceKind.HOME]
        assert [(one.wording, one.language) for one in look.all(Consent, person=ann)] == [("I agree.", "fr")]
        (post,) = look.all(Post, organisation=person_of(town.house, "mill"))
        assert look.holders([post.id]) == [ann]
        groups = {group.name: group.id for group in look.all(Group)}
        assert set(look.members([groups["Staff"]])) == {ann, person_of(town.house, "bell")}
    assert contacts(town, "ann") == [
        ("mail", "a@x.example", 0, ContactStands.ACTIVE),
        ("mail", "b@x.example", 1, ContactStands.ACTIVE),
        ("sms", "+3225551212", 2, ContactStands.ACTIVE),
    ]


def test_a_dry_run_says_the_same_and_writes_nothing_not_even_a_key(town: Town) -> None:
    text = HEAD + MILL + ANN + BELL + "ann,,Again,,,,,,,,,,,\n" + "cob,,Cob,,nowhere,,,,,,,,,\n"
    before, keys = size(town), len(town.app.store.keys.persons())
    dry = take(town, text, dry_run=True)
    assert size(town) == before
    assert len(town.app.store.keys.persons()) == keys
    assert became(dry) == ["new", "new", "new", "refused", "refused"]
    assert dry == take(town, text)
    changed = text.replace("Bell,", "Belle,").replace("b@x.example", "")
    dry = take(town, changed, dry_run=True)
    assert [(fate.line, fate.became.value, fate.fields) for fate in dry[:3]] == [
        (2, "unchanged", ()), (3, "changed", ("mail", "sms")), (4, "changed", ("name",)),
    ]  # fmt: skip
    assert dry == take(town, changed)
    assert became(take(town, changed))[:3] == ["unchanged"] * 3


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        pytest.param("Ann", "Anne", ("name",), id="a name"),
        pytest.param("fr;en", "", ("languages",), id="no languages"),
        pytest.param("a@x.example", "c@x.example", ("mail",), id="an address"),
        pytest.param("a@x.example,b@x.example", "b@x.example,a@x.example", ("mail",), id="another order"),
        pytest.param("+3225551212", "", ("sms",), id="no number any more"),
        pytest.param('"50.1,4.2",BE', '"50.1,4.3",BE', ("home",), id="a position"),
        pytest.param('"50.1,4.2",BE', ",", ("home",), id="no home"),
        pytest.param("Staff;Night", "Night;Day", ("groups",), id="groups"),
        pytest.param("large_text", "", ("needs",), id="no need"),
        pytest.param("mill,nurse", "mill,cook", ("post",), id="another post"),
        pytest.param("mill,nurse", ",", ("post",), id="no post"),
        pytest.param("I agree.", "I agree to more.", ("consent",), id="another consent"),
        pytest.param("I agree.", "", ("consent",), id="no consent"),
    ],
)
def test_a_changed_row_changes_just_that(town: Town, old: str, new: str, fields: tuple[str, ...]) -> None:
    take(town, HEAD + MILL + ANN)
    (_, fate) = take(town, HEAD + MILL + ANN.replace(old, new))
    assert (fate.became, fate.fields) == (Became.CHANGED, fields)
    (_, fate) = take(town, HEAD + MILL + ANN.replace(old, new))
    assert fate.became is Became.UNCHANGED
    (_, fate) = take(town, HEAD + MILL + ANN)  # and back
    assert (fate.became, fate.fields) == (Became.CHANGED, fields)


def test_no_list_takes_back_what_somebody_agreed_to_themselves(town: Town) -> None:
    take(town, HEAD + MILL + ANN)
    ann = person_of(town.house, "ann")
    town.says(
        ConsentGiven(
            subject=town.id("hers"),
            occurred_at=town.now,
            person=ann,
            to=WARNED,
            wording="I want to be warned.",
            language="en",
            shown=ENROLLED,
        )
    )
    take(town, HEAD + MILL + ANN.replace("I agree.", ""))
    with town.app.store.look() as look:
        assert [one.wording for one in look.all(Consent, person=ann) if one.withdrawn_at is None] == [
            "I want to be warned."
        ]


def test_what_the_list_has_no_column_for_is_left_as_it_is(town: Town) -> None:
    take(town, HEAD + MILL + ANN)
    (fate,) = take(town, "id,name\nann,Anne\n")
    assert fate.fields == ("name",)
    assert len(contacts(town, "ann")) == 3
    (fate,) = take(town, "id,name\nann,Anne\n")
    assert fate.became is Became.UNCHANGED


def test_a_row_that_says_the_same_in_other_letters_changes_nothing_of_the_person(town: Town) -> None:
    take(town, HEAD + BELL)
    (fate,) = take(town, HEAD + BELL.replace("Bell", " Bell "))
    assert fate.became is Became.UNCHANGED


def test_what_somebody_changed_since_is_not_undone_by_the_same_list(town: Town) -> None:
    take(town, HEAD + BELL)
    bell = person_of(town.house, "bell")
    with town.app.store.look() as look:
        (contact,) = look.all(Contact, person=bell)
    moved = ContactChanged(subject=contact.id, occurred_at=town.now, person=bell, address="new@x.example")
    town.app.store.commit([moved], at=town.now, by=bell, command="bell moves")
    assert became(take(town, HEAD + BELL)) == ["unchanged"]
    assert [address for _, address, _, _ in contacts(town, "bell")] == ["new@x.example"]


def test_whoever_was_forgotten_does_not_come_back_by_a_list(town: Town) -> None:
    take(town, HEAD + BELL)
    bell = person_of(town.house, "bell")
    town._ids["Bell"] = bell
    town.forgets("Bell")
    (fate,) = take(town, HEAD + BELL)
    assert fate.became is Became.REFUSED
    assert "was forgotten" in fate.why
    assert not town.app.store.keys.holds(bell)


@pytest.mark.parametrize(
    ("rows", "whys"),
    [
        pytest.param(BELL + BELL, ["", "same key"], id="the same key twice"),
        pytest.param(ANN, ["there is none of this key"], id="an organisation that is not there"),
        pytest.param(ANN + MILL, ["there is none of this key", ""], id="an organisation that comes later"),
        pytest.param(BELL + "x,,X,,,,,,,,,bell,nurse,\n", ["", "there is none of this key"], id="a post at a person"),
        pytest.param(",,Nobody,,,,,,,,,,,\n" + BELL, ["no key", ""], id="no key"),
    ],
)
def test_one_bad_row_stops_none_of_the_others(town: Town, rows: str, whys: list[str]) -> None:
    for dry_run in (True, False):
        fates = take(town, HEAD + rows, dry_run=dry_run)
        for fate, why in zip(fates, whys, strict=True):
            assert why in fate.why
            assert (fate.became is Became.REFUSED) == bool(why)


def test_a_person_never_becomes_an_organisation(town: Town) -> None:
    take(town, HEAD + BELL)
    (fate,) = take(town, HEAD + BELL.replace("bell,,", "bell,organisation,"))
    assert "never becomes the other" in fate.why


def test_two_groups_of_one_name_are_not_guessed_between(town: Town) -> None:
    town.group("Staff", [])
    town._ids["Staff!"] = town.app.store.new_id()
    take(town, HEAD + BELL)
    with town.app.store.look() as look:
        assert [group.name for group in look.all(Group)] == ["Staff"]


class Killed(BaseException):
    """The machine went away."""


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_stopped_anywhere_and_begun_anew_it_ends_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("tocsin.flow.people.file.AT_ONCE", 2)
    rows = "".join(f"p{n},,Person {n},,p{n}@x.example,,,,,Staff,,mill,cook,\n" for n in range(7))
    commit = town.app.store.commit
    left = [after]

    def until_killed(*facts: Any, **more: Any) -> Any:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return commit(*facts, **more)

    monkeypatch.setattr(town.app.store, "commit", until_killed)
    with pytest.raises(Killed):
        take(town, HEAD + MILL + rows)
    monkeypatch.setattr(town.app.store, "commit", commit)
    fates = take(town, HEAD + MILL + rows)
    assert became(fates) == ["unchanged"] * (2 * after) + ["new"] * (8 - 2 * after)
    with town.app.store.look() as look:
        (group,) = look.all(Group)
        assert len(look.members([group.id])) == 7
        (post,) = look.all(Post)
        assert len(look.holders([post.id])) == 7
    assert became(take(town, HEAD + MILL + rows)) == ["unchanged"] * 8


def test_somebody_who_was_faster_is_looked_at_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row(line=2, cells={"id": "bell", "name": "Bell"}, speaks_of=("name",))
    commit = town.app.store.commit
    raced: list[int] = []

    def second(*facts: Any, **more: Any) -> Any:
        if not raced:
            raced.append(1)
            take_rows(town.house, [row], by="console", now=town.now)
        return commit(*facts, **more)

    monkeypatch.setattr(town.app.store, "commit", second)
    (fate,) = take_rows(town.house, [row], by="console", now=town.now)
    assert fate.became is Became.UNCHANGED


def test_whoever_is_changed_for_ever_is_told_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*facts: Any, **more: Any) -> Any:
        raise Refused("Someone has changed since you read it.")

    monkeypatch.setattr(town.app.store, "commit", stale)
    row = Row(line=2, cells={"id": "bell", "name": "Bell"}, speaks_of=("name",))
    with pytest.raises(Refused, match="has changed"):
        take_rows(town.house, [row], by="console", now=town.now)


def test_a_full_disc_is_not_the_rows_fault(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*facts: Any, **more: Any) -> Any:
        raise Unreachable("The disc is full.")

    monkeypatch.setattr(town.app.store, "commit", full)
    row = Row(line=2, cells={"id": "bell", "name": "Bell"}, speaks_of=("name",))
    with pytest.raises(Unreachable):
        take_rows(town.house, [row], by="console", now=town.now)
