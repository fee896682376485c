"""A town is lost and comes back from an older backup: it warns at once, signs nothing twice, and forgets whom it forgot."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.faults.processes import wait_until
from tests.story.restored import Neighbour, adopts, backs_up, comes_back, forgets, published, size
from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Erased
from tocsin.basis.moment import rfc3339
from tocsin.flow.engine import Engine
from tocsin.flow.record.adopt import resume_alone
from tocsin.flow.warning import warn
from tocsin.people.facts import PersonForgotten
from tocsin.people.state import Person
from tocsin.record import (
    WitnessAdded,
    leaf_hash,
    prove_consistency,
    read_entry,
    tile_nodes,
    verify_consistency,
    verify_proof,
)
from tocsin.store.folder import Folder
from tocsin.store.reconcile import reconcile
from tocsin.store.tally import Tally
from tocsin.testing.town import MORNING, Town

QUARTER, YEARS = timedelta(minutes=15), timedelta(days=1_000)


@pytest.fixture(name="old")
def _old(tmp_path: Path) -> Iterator[Town]:
    """A town with two people, an alert, and a few hours of a record."""
    with Town(tmp_path / "old") as old:
        old.person("Ann")
        old.person("the miller")
        old.duty_officer.takes_on(old.duty_officer.issues_alert(to=["Ann"]))
        old.pass_time(hours=2)
        old.publish()
        yield old


def goes_on(town: Town) -> None:
    """Let a town live for a while: an alert, a notice, seals."""
    town.duty_officer.issues_alert(to=["the miller"], headline="The ford is under water", patience=YEARS)
    town.duty_officer.issues_notice(to="the miller", patience=YEARS)
    town.pass_time(hours=4)
    town.publish()


def root(town: Town, at: int) -> bytes:
    found = town.app.store.root_at(at)
    assert found is not None
    return found


def erasures(folder: Path) -> list[Any]:
    said = [read_entry(raw) for _, raw in Folder(folder).all_entries()]
    return sorted({one["token"] for one in said if one["kind"] == PersonForgotten.kind()})


def counted(town: Town, tally: Tally, alert: str) -> Any:
    with town.app.store.look() as look:
        return tally.count(look.connection, town.now), tally.number(look.connection, town.id(alert))


# ---- beside a record that knows more


def test_beside_a_newer_record_it_warns_and_rings_and_signs_nothing_until_it_has_taken_that_over(
    old: Town, tmp_path: Path
) -> None:
    backup = backs_up(old, tmp_path)
    goes_on(old)
    before, root_before = size(old), root(old, size(old))
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        shutil.copytree(published(old), published(town))
        for _ in range(2):
            with pytest.raises(
                Broken, match=f"holds {before} entries of this record, which this directory does not"
            ) as said:
                town.publish()
            assert "warnings still go out" in str(said.value)
            assert "tocsin record adopt FOLDER" in str(said.value)
        alert = town.duty_officer.issues_alert(to=["the miller"], headline="Stay in", patience=QUARTER)
        town.pass_time(minutes=20)
        assert town.phone("the miller").last_call.message.subject.endswith("Stay in")
        assert town.phone("the deputy").last_call.about == "the miller"
        assert [watch.due for watch in town.watches(alert, "silence")] != [], "and it goes on ringing"
        assert size(town) == before, "nothing was signed meanwhile"
        assert reconcile(town.app.store) == []

        taken = adopts(town, published(town))
        assert (taken.first, taken.stop) == (backup.size, before)
        town.pass_time(hours=2)
        town.reconcile()
        now = size(town)
        assert now > before
        nodes = tile_nodes(town.app.publisher.folder.read, now)
        proof = prove_consistency(before, now, nodes)
        assert verify_consistency(before, now, proof, root_before, root(town, now)), "to the public it only grew"
        assert verify_proof(town.proof_of(alert), town.policy, now=town.now).problems == []


def test_the_engine_goes_on_warning_and_ringing_and_shows_why_it_does_not_sign(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    goes_on(old)
    before = size(old)
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        shutil.copytree(published(old), published(town))
        alert = town.drafts_alert(to=["the miller"], headline="Stay in", patience=QUARTER)
        town.duty_officer.approves(alert)
        town.pass_time(minutes=1)
        engine = Engine(town.house, town.clock, town.app.publisher)
        engine.start()
        try:
            by = town.duty_officer.id
            warn.issue_alert(town.house, town.id(alert), by=by, command=f"{alert}:issue", now=town.now)
            engine.wake()
            assert wait_until(lambda: bool(town.phone("the miller").calls))
            assert wait_until(lambda: "It is an older copy. Nothing is signed" in town.app.publisher.alarm)
            town.clock.advance(QUARTER)
            assert wait_until(lambda: bool(town.phone("the deputy").calls))
        finally:
            engine.stop()
        assert size(town) == before
        adopts(town, published(town))
        town.reconcile()


def test_what_the_entries_it_took_over_stood_for_is_lost_and_it_says_what_they_were(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    alert = old.duty_officer.issues_alert(to=["the miller"])
    old.pass_time(hours=3)
    old.publish()
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        taken = adopts(town, published(old))
        assert [(one.kind, one.at, one.subject) for one in taken.lost] == [
            ("AlertIssued", "2031-05-06T10:00:00Z", old.id(alert))
        ]
        assert taken.seals == 3
        town.reconcile()


def test_what_was_sealed_while_it_waited_is_sealed_again_and_can_be_proven(old: Town, tmp_path: Path) -> None:
    """The old town had sealed these hours already: the grid has one seal an hour, and no hour twice."""
    backup = backs_up(old, tmp_path)
    goes_on(old)
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        notice = town.duty_officer.issues_notice(to="the miller", what="The mill wheel is loose")
        town.pass_time(hours=3)
        town.duty_officer.takes_on(notice)
        town.watch_officer.proposes_opening(notice, "what")
        with pytest.raises(Refused, match="its entries may still move"):
            town.duty_officer.opens(notice)
        taken = adopts(town, published(old))
        assert taken.unsealed == 4, "one that was due when it came back, and three since"
        town.pass_time(hours=1)
        town.reconcile()
        town.duty_officer.opens(notice)
        found = verify_proof(town.proof_of(notice, "what"), town.policy, now=town.now)
        assert found.problems == []
        assert found.shown["tear_line.what"] == "The mill wheel is loose"
        town.reconcile()


@pytest.mark.parametrize(
    ("seals", "plain", "hours"),
    [
        pytest.param(0, 0, 0, id="one entry behind, at once"),
        pytest.param(0, 0, 3, id="one entry behind, three hours later"),
        pytest.param(3, 0, 0, id="three seals behind, at once"),
        pytest.param(3, 0, 2, id="three seals behind, two hours later"),
        pytest.param(1, 600, 1, id="more than two bundles behind"),
    ],
)
def test_however_far_it_is_behind_and_however_late_it_takes_over_all_fits(
    old: Town, tmp_path: Path, seals: int, plain: int, hours: int
) -> None:
    backup = backs_up(old, tmp_path)
    old.duty_officer.issues_notice(to="the miller", patience=YEARS)
    facts = [WitnessAdded(subject=str(n), occurred_at=old.now, name="w", vkey=f"w{n}") for n in range(plain)]
    old.app.store.commit(facts, at=old.now, by="town", command="witnesses")
    old.pass_time(hours=seals)
    forgets(old, "Ann")
    old.publish()
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        alert = town.duty_officer.issues_alert(to=["the miller"], patience=YEARS)
        town.pass_time(hours=hours)
        tally = Tally()
        counted(town, tally, alert)
        adopts(town, published(old))
        assert counted(town, tally, alert) == counted(town, Tally(), alert), "whoever counted before counts anew"
        town.reconcile()
        town.pass_time(hours=2)
        town.reconcile()
        assert adopts(town, published(town)).first == size(town), "said again, there is nothing to take over"
        town.reconcile()


def test_two_copies_that_both_went_on_are_never_joined(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    goes_on(old)
    other = published(old)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        resume_alone(town.app.store, town.app.publisher, town.now)
        town.sets_level("AT", 2)
        town.publish()
        before = size(town)
        with pytest.raises(Refused, match="Neither continues the other") as said:
            adopts(town, other)
        assert f"{before} entries have been signed here" in str(said.value)
        town.reconcile()
        shutil.rmtree(published(town))
        shutil.copytree(other, published(town))
        town.app.publisher = type(town.app.publisher)(town.app.store, Folder(published(town)))
        with pytest.raises(Broken, match="holds another record under the same name") as alarm:
            town.publish()
        assert "Stop every other copy" in str(alarm.value)


def test_a_folder_that_is_older_than_what_was_signed_here_clears_nothing(old: Town, tmp_path: Path) -> None:
    shutil.copytree(published(old), tmp_path / "stale")
    old.pass_time(hours=1)
    old.publish()
    backup = backs_up(old, tmp_path)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        with pytest.raises(Refused, match="It is an older copy, and tells nothing"):
            adopts(town, tmp_path / "stale")
        shutil.copytree(tmp_path / "stale", published(town))
        with pytest.raises(Broken, match="neither a published folder nor a witness could be asked"):
            town.publish()


def test_a_folder_that_was_altered_is_not_taken_over(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    goes_on(old)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        for file in (published(old) / "tile" / "entries").rglob("*"):
            if file.is_file():
                file.write_bytes(file.read_bytes().replace(b"AlertIssued", b"AlertIssuee"))
        with pytest.raises(Refused, match="is not adopted, for it is not whole"):
            adopts(town, published(old))
        assert reconcile(town.app.store) == []


def test_an_entry_that_stands_for_nothing_is_forged_unless_it_was_taken_over(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    goes_on(old)
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        adopts(town, published(old))
        assert reconcile(town.app.store) == []
        raw = b'{"at":"2031-05-06T10:00:00Z","kind":"AlertIssued","v":1}'
        line = sqlite.connect(tmp_path / "new" / "tocsin.db", isolation_level=None)
        number = line.execute("SELECT 1 + max(number) FROM entries").fetchone()[0]
        line.execute("INSERT INTO entries (number, entry, leaf) VALUES (?, ?, ?)", (number, raw, leaf_hash(raw)))
        line.close()
        assert reconcile(town.app.store) == [
            f"Entry {number} of the record stands for no fact and no seal. Who entered it?"
        ]


# ---- nobody, or somebody, to ask


def test_a_folder_that_holds_just_this_record_is_asked_and_it_signs_again(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        with pytest.raises(Broken, match="neither a published folder nor a witness could be asked"):
            town.publish()
        shutil.copytree(published(old), published(town))
        town.pass_time(hours=1)
        town.reconcile()
        assert size(town) > backup.size
        shutil.rmtree(published(town))
        again = type(town.app.publisher)(town.app.store, Folder(published(town)))
        again.publish(town.now)  # it was compared once, and that holds


def test_a_checkpoint_that_was_published_after_the_backup_over_the_same_entries_is_ours(
    old: Town, tmp_path: Path
) -> None:
    """The backup fell between an entry's number and its signature."""
    old.sets_level("AT", 2)
    backup = backs_up(old, tmp_path)
    old.publish()
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        shutil.copytree(published(old), published(town))
        town.reconcile()


def test_a_window_that_ran_out_twice_is_dated_by_its_end_and_the_record_is_in_order(old: Town, tmp_path: Path) -> None:
    """Once before it was lost, and once after it came back; the second entry is put behind hours of later seals."""
    alert = old.duty_officer.issues_alert(to=["the miller"], hours=1)
    backup = backs_up(old, tmp_path)
    old.pass_time(hours=6)
    old.publish()
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        shutil.copytree(published(old), published(town))
        town.work()
        adopts(town, published(town))
        town.pass_time(hours=2)
        town.reconcile()
        window = town.alert(alert).window
        assert window is not None
        said = map(read_entry, dict(town.app.publisher.folder.all_entries()).values())
        assert [one["at"] for one in said if one["kind"] == "AlertWindowRanOut"] == [rfc3339(window.ends)] * 2


@pytest.mark.parametrize("gone_on", [False, True], ids=["nothing published since", "more published since"])
def test_what_was_written_and_never_published_when_it_was_lost_keeps_nobody_from_publishing(
    old: Town, tmp_path: Path, gone_on: bool
) -> None:
    backup = backs_up(old, tmp_path)
    if gone_on:
        goes_on(old)
    before, root_before = size(old), root(old, size(old))
    old.sets_level("AT", 2)
    old.sets_level("BB", 3)
    stand = old.app.store.integrate().frontier
    old.app.publisher.folder.grow(before, stand.size, old.app.store.entries)  # and there it was killed, and lost
    _, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        shutil.copytree(published(old), published(town))
        if gone_on:
            with pytest.raises(Broken, match="It is an older copy"):
                town.publish()
            adopts(town, published(town))
        town.sets_level("CC", 4)
        town.publish()
        town.pass_time(hours=3)
        town.reconcile()
        folder, now = town.app.publisher.folder, size(town)
        assert folder.audit(town.app.store.vkeys()).problems == []
        proof = prove_consistency(before, now, tile_nodes(folder.read, now))
        assert verify_consistency(before, now, proof, root_before, root(town, now))


def test_where_nobody_can_be_asked_a_person_decides_and_that_is_kept(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        with pytest.raises(Broken, match="tocsin record resume --alone"):
            town.publish()
        assert "2031-05-06T10:00:00Z" in resume_alone(town.app.store, town.app.publisher, town.now)
        assert '"at": "2031-05-06T10:00:00Z"' in (town.app.store.recall("resumed") or "")
        town.reconcile()
        with pytest.raises(Refused, match="nothing to resume"):
            resume_alone(town.app.store, town.app.publisher, town.now)


def test_resuming_beside_a_record_that_knows_more_rings_again(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    goes_on(old)
    before = size(old)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        shutil.copytree(published(old), published(town))
        for _ in range(2):
            with pytest.raises(Broken, match="It is an older copy"):
                town.publish()
            resume_alone(town.app.store, town.app.publisher, town.now)
        assert size(town) == before


def test_a_witness_that_knows_more_is_believed_and_one_that_is_away_is_no_outside_view(
    old: Town, tmp_path: Path
) -> None:
    neighbour = Neighbour(tmp_path / "witness", old)
    neighbour.witnesses(old)
    old.publish()
    assert old.app.publisher.ask_witnesses()
    backup = backs_up(old, tmp_path)
    goes_on(old)
    assert old.app.publisher.ask_witnesses()
    before = size(old)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        neighbour.away = True
        neighbour.witnesses(town)
        with pytest.raises(Broken, match="neither a published folder nor a witness could be asked"):
            town.publish()
        neighbour.away = False
        with pytest.raises(Broken, match=f"knows {before} entries of this record, more than were signed here"):
            town.publish()
        adopts(town, published(old))
        town.pass_time(hours=1)
        town.reconcile()
        assert town.app.publisher.ask_witnesses(), "to the witness it only grew"


def test_what_a_witness_said_does_not_stop_a_person_who_looked_and_what_it_says_next_does(
    old: Town, tmp_path: Path
) -> None:
    """It may lie, or have lost its directory; what it says is under no signature."""
    neighbour = Neighbour(tmp_path / "witness", old)
    neighbour.witnesses(old)
    backup = backs_up(old, tmp_path)
    goes_on(old)
    assert old.app.publisher.ask_witnesses()
    before = size(old)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        neighbour.witnesses(town)
        for _ in range(2):
            with pytest.raises(Broken, match=f"knows {before} entries"):
                town.publish()
        resume_alone(town.app.store, town.app.publisher, town.now)
        for _ in range(2):  # the second time as in another process
            town.sets_level("AT", 2)
            town.reconcile()
            assert f"knows {before} entries" in town.app.publisher.alarm, "it is still shown"
            assert not town.app.publisher.ask_witnesses(), "and the witness signs no second history"
            neighbour.witnesses(town)
        town.pass_time(hours=12)
        town.reconcile()
        assert size(town) > before
        neighbour.witnesses(town)
        with pytest.raises(Broken, match="was shown another record under our name"):
            town.publish()


def test_a_witness_that_knows_no_more_is_an_outside_view(old: Town, tmp_path: Path) -> None:
    neighbour = Neighbour(tmp_path / "witness", old)
    neighbour.witnesses(old)
    old.publish()
    assert old.app.publisher.ask_witnesses()
    backup = backs_up(old, tmp_path)
    _, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        neighbour.witnesses(town)
        town.pass_time(hours=1)
        town.reconcile()
        assert town.app.publisher.ask_witnesses()


# ---- forgotten stays forgotten


def person(town: Town, name: str) -> Person:
    with town.app.store.look() as look:
        return look.get(Person, town.id(name))


def is_gone(town: Town, name: str) -> bool:
    one = person(town, name)
    return one.forgotten and one.name == Erased() and not town.app.store.keys.holds(town.id(name))


def test_who_was_forgotten_after_the_backup_is_forgotten_by_what_the_record_says(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    old.person("Carl")
    for name in ("Ann", "Carl"):
        forgets(old, name)
    old.publish()
    told, town = comes_back(old, backup, tmp_path / "new", published=[published(old)])
    with town:
        assert (told.again, told.unknown) == (1, ""), "Carl came after the backup, and is nobody here"
        assert is_gone(town, "Ann")
        assert person(town, "the miller").name == "the miller"
        with pytest.raises(Refused, match="forgotten"):
            town.app.store.keys.ensure([town.id("Ann")])
        before = erasures(published(old))
        adopts(town, published(old))
        town.reconcile()
        assert erasures(published(town)) == before, "it is entered again, by the token that was published"
        assert len(before) == 2


def test_who_was_forgotten_after_the_backup_is_forgotten_by_what_later_keys_say(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    forgets(old, "Ann")
    later = backs_up(old, tmp_path)
    assert later.keys != backup.keys
    told, town = comes_back(old, backup, tmp_path / "new", later=[later.keys])
    with town:
        assert (told.again, told.unknown) == (1, "")
        assert is_gone(town, "Ann")
        resume_alone(town.app.store, town.app.publisher, town.now)
        town.reconcile()


def test_old_data_with_later_keys_of_its_own_is_whole_and_who_was_forgotten_between_stays_so(
    old: Town, tmp_path: Path
) -> None:
    backup = backs_up(old, tmp_path)
    forgets(old, "Ann")
    later = backs_up(old, tmp_path)
    mixed = type(backup)(
        data=backup.data, keys=later.keys, made_at=MORNING, journal=backup.journal, size=backup.size, root=backup.root
    )
    told, town = comes_back(old, mixed, tmp_path / "new")
    with town:
        assert (told.again, told.unknown) == (1, "")
        assert is_gone(town, "Ann")
        resume_alone(town.app.store, town.app.publisher, town.now)
        town.reconcile()


def test_who_was_forgotten_before_the_backup_though_the_key_was_still_there_is_gone(old: Town, tmp_path: Path) -> None:
    gone = PersonForgotten(subject=old.id("Ann"), occurred_at=old.now, why="Asked")
    old.app.store.commit([gone], at=old.now, by="town", command="forget")
    backup = backs_up(old, tmp_path)  # the errand to destroy the key still waits
    told, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        assert told.again == 0
        assert is_gone(town, "Ann")


def test_where_nobody_knows_who_was_forgotten_since_it_comes_back_only_when_told_to(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    forgets(old, "Ann")
    with pytest.raises(Refused, match="no published folder and no later key archive is named") as said:
        comes_back(old, backup, tmp_path / "new")
    assert "after 2031-05-06T10:00:00Z" in str(said.value)
    assert "--without-erasures-since" in str(said.value)
    assert not (tmp_path / "new").exists()
    told, town = comes_back(old, backup, tmp_path / "new", without=True)
    with town:
        assert told.unknown == "nobody was asked"
        assert person(town, "Ann").name == "Ann", "and so she is back, as was said"
        shutil.copytree(published(old), tmp_path / "found later")
    with Town(tmp_path / "old", old.now, memory=old.memory) as again:
        again.publish()
    with Town(tmp_path / "new", old.now, memory=old.memory) as town:
        adopts(town, published(again))
        assert is_gone(town, "Ann"), "the record that it took over says so"
        town.reconcile()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param("stale", "it is the older of the two", id="a folder older than the backup"),
        pytest.param("altered", "has another hash of entry", id="a folder from which an erasure was taken"),
        pytest.param("empty", "checkpoint is missing", id="a folder without a checkpoint"),
    ],
)
def test_a_folder_that_cannot_know_is_not_taken_for_one_that_does(
    old: Town, tmp_path: Path, spoil: str, why: str
) -> None:
    folder = tmp_path / "folder"
    if spoil == "stale":
        shutil.copytree(published(old), folder)
        old.pass_time(hours=1)
        old.publish()
    backup = backs_up(old, tmp_path)
    forgets(old, "Ann")
    old.publish()
    if spoil == "altered":
        shutil.copytree(published(old), folder)
        for file in folder.rglob("tile/entries/*.p/*"):
            file.write_bytes(file.read_bytes().replace(b"PersonForgotten", b"PersonForgottem"))
    folder.mkdir(exist_ok=True)
    with pytest.raises(Refused, match=why):
        comes_back(old, backup, tmp_path / "new", published=[folder])
    assert not (tmp_path / "new").exists()
    told, town = comes_back(old, backup, tmp_path / "new", published=[folder], without=True)
    with town:
        assert why in told.unknown
        assert why in told.views[0].why


def test_a_key_that_was_changed_after_the_backup_comes_back_with_later_keys(old: Town, tmp_path: Path) -> None:
    backup = backs_up(old, tmp_path)
    old.rotates_key()
    old.pass_time(hours=1)
    old.retires_key()
    old.pass_time(hours=1)
    old.publish()
    later = backs_up(old, tmp_path)
    told, town = comes_back(old, backup, tmp_path / "new", published=[published(old)], without=True)
    town.close()
    assert "checkpoint is not signed as it must be" in told.views[0].why
    told, town = comes_back(town, backup, tmp_path / "newer", published=[published(old)], later=[later.keys])
    with town:
        assert told.unknown == ""
        adopts(town, published(old))
        town.pass_time(hours=1)
        town.reconcile()
