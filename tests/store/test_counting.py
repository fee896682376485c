"""Counts that are kept while deliveries are sent are those that counting everything over would give."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.delivery.facts import Errand
from tocsin.delivery.state import DeliveryStands
from tocsin.store.columns import moment_text
from tocsin.store.counting import Counting, laid_as
from tocsin.store.counts import Count
from tocsin.store.database import open_writer
from tocsin.store.laying import differ
from tocsin.store.shelf import Shelf
from tocsin.store.tables import metadata

START = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
CHANNELS = ("mail", "sms")
SAID = ("failed", "accepted", "delivered", "opened", "dead", "expired", "withdrawn", "suppressed")
ARRIVED = {"accepted", "delivered", "opened"}
LANDED = {"delivered", "opened"}
LOST = {"dead", "expired"}
SHELF = Shelf(b"k" * 32)
ENDS = set(SAID) - {"failed"}


class Log:
    """The tables of a warning, written to as the engine writes, and counted over again in the plainest way."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.now = START
        self.batches: dict[str, tuple[str, int, list[str]]] = {}
        self.results: list[tuple[str, int, str, datetime]] = []
        self.answers: list[tuple[str, int]] = []
        self.recorded: list[str] = []
        self.recorded_of: set[tuple[str, str]] = set()
        self.rows: list[tuple[str, int]] = []

    def write(self, table: str, **values: Any) -> None:
        values = {name: moment_text(v) if isinstance(v, datetime) else v for name, v in values.items()}
        names, places = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        self.connection.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({places})', tuple(values.values()))

    def passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def plan(self, channel: str, persons: list[str], step: int = 0, warning: str = "w", errand: str = "warning") -> str:
        id = f"b{len(self.batches)}"
        self.write(
            "batch_states", id=id, warning=warning, warning_kind="alert", errand=errand, channel=channel, step=step,
            count=len(persons), root="", planned_at=self.now, counts="{}", exercise=1, receipts_root="", lane="bulk",
            more=0,
        )  # fmt: skip
        self.write("leases", batch=id, channel=channel, lane=3, due=self.now, cut_off=0)
        for position, person in enumerate(persons):
            self.write("recipients", batch=id, position=position, warning=warning, person=person, contact=f"{person}.c")
            self.rows.append((id, position))
        self.batches[id] = (channel, step, persons)
        return id

    def result(self, batch: str, position: int, stands: str) -> None:
        self.together(batch, [position], stands)

    def together(self, batch: str, positions: list[int], stands: str) -> None:
        kept = msgspec.json.encode(positions).decode()
        self.write("notes", batch=batch, positions=kept, stands=stands, at=self.now, attempt=1, detail="")
        self.results += [(batch, position, stands, self.now) for position in positions]

    def link(self, row: int) -> None:
        batch, position = self.rows[row]
        person = self.batches[batch][2][position]
        self.write("answer_log", recipient_row=row + 1, answer="received", at=self.now, words="")
        self.write(
            "answers_by_link", log_seq=len(self.answers) + 1, warning="w", person=person, answer="received", at=self.now
        )
        self.answers.append((batch, position))

    def record(self, person: str) -> None:
        self.write(
            "answer_states", id=f"a{len(self.recorded)}", warning="w", recipient=person, answer="received", heard="told",
            said_at=self.now, speaker="", own_speaker="", words="", own_words="", ordered="", source="", recorder="",
        )  # fmt: skip
        self.recorded.append(person)

    def is_looked_at(self) -> None:
        """Note of which batches people were when their recorded answers were counted."""
        self.recorded_of = {
            (p, id) for p in self.recorded for id, (_, _, persons) in self.batches.items() if p in persons
        }

    # ---- counted over

    def lost(self) -> dict[str, tuple[int, str]]:
        """Return who can be tried another way: the step and channel at which each was lost last."""
        last = {(batch, position): stands for batch, position, stands, _ in self.results}
        at: dict[str, tuple[int, str, bool]] = {}
        for id, (channel, step, persons) in self.batches.items():
            for position, person in enumerate(persons):
                if step >= at.get(person, (-1, "", False))[0]:
                    at[person] = (step, channel, last.get((id, position)) in LOST)
        return {person: (step, channel) for person, (step, channel, lost) in at.items() if lost}

    def stands(self) -> dict[str, Counter[str]]:
        last = {(batch, position): stands for batch, position, stands, _ in self.results}
        answered = set(self.answers)
        found: dict[str, Counter[str]] = {}
        for id, (channel, _, persons) in self.batches.items():
            for position, person in enumerate(persons):
                is_over = (id, position) in answered or (person, id) in self.recorded_of
                stands = "answered" if is_over else last.get((id, position), "ready")
                found.setdefault(channel, Counter())[stands] += 1
        return found

    def first(self, wanted: set[str]) -> Counter[int]:
        """Return in which second each person was first reached."""
        at: dict[str, datetime] = {}
        for batch, position, stands, moment in self.results:
            if stands in wanted:
                at.setdefault(self.batches[batch][2][position], moment)
        return Counter(int(moment.timestamp()) for moment in at.values())

    def people(self) -> set[str]:
        return {person for _, step, persons in self.batches.values() if step == 0 for person in persons}

    def who_answered(self) -> set[str]:
        return {self.batches[batch][2][position] for batch, position in self.answers} | set(self.recorded)


@pytest.fixture(name="engine", scope="module")
def _engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = open_writer(tmp_path_factory.mktemp("counting"))
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def agrees(log: Log, counted: Count) -> None:
    stands = {one.channel: {s.value: n for s, n in one.counts.items()} for one in counted.channels}
    assert stands == {channel: dict(counts) for channel, counts in log.stands().items()}
    assert counted.people == len(log.people())
    assert dict(counted.accepted) == dict(log.first(ARRIVED))
    assert dict(counted.delivered) == dict(log.first(LANDED))
    assert sum(n for _, n in counted.answered) == len(log.who_answered())
    for one in counted.channels:
        ours = [r for r in log.results if log.batches[r[0]][0] == one.channel]
        arrived = {(batch, position) for batch, position, stands, _ in ours if stands in ARRIVED}
        moments = [at for batch, position, stands, at in ours if stands in ARRIVED]
        assert one.reached == len(arrived)
        assert one.first == (min(moments) if moments else None)
        assert sum(one.counts.values()) == one.planned


def started(connection: sa.Connection, counting: Counting) -> Counting:
    """Lay by what was counted, and begin with that as a start does."""
    SHELF.lay(connection, laid_as("w", Errand.WARNING), 0, counting.laid(connection, "w", Errand.WARNING))
    return Counting(shelf=SHELF)


@given(data=st.data())
@settings(max_examples=40)
def test_whatever_comes_in_whatever_order_the_counts_are_those_of_counting_over(
    engine: sa.Engine, data: st.DataObject
) -> None:
    with engine.connect() as connection:
        log, counting = Log(connection), Counting(shelf=SHELF)
        crowd = [f"p{n}" for n in range(40)]
        for _ in range(data.draw(st.integers(1, 40))):
            log.passes(data.draw(st.integers(0, 90)))
            act = data.draw(
                st.sampled_from(
                    ["plan", "result", "results", "results", "together", "fall", "link", "record", "look", "start"]
                )
            )
            if act == "plan" and crowd:
                size = data.draw(st.integers(1, min(5, len(crowd))))
                log.plan(data.draw(st.sampled_from(CHANNELS)), [crowd.pop() for _ in range(size)])
            elif act in ("result", "results") and log.batches:
                for _ in range(1 if act == "result" else 6):
                    batch = data.draw(st.sampled_from(sorted(log.batches)))
                    position = data.draw(st.integers(0, len(log.batches[batch][2]) - 1))
                    log.result(batch, position, data.draw(st.sampled_from(SAID)))
            elif act == "together" and log.batches:
                batch = data.draw(st.sampled_from(sorted(log.batches)))
                places = st.integers(0, len(log.batches[batch][2]) - 1)
                some = data.draw(st.lists(places, min_size=1, unique=True))
                log.together(batch, some, data.draw(st.sampled_from(SAID)))
            elif act == "fall" and (lost := log.lost()):
                fallen = data.draw(st.lists(st.sampled_from(sorted(lost)), min_size=1, max_size=3, unique=True))
                step = 1 + max(lost[person][0] for person in fallen)
                log.plan(data.draw(st.sampled_from(CHANNELS)), fallen, step)
            elif act == "link" and log.rows:
                log.link(data.draw(st.integers(0, len(log.rows) - 1)))
            elif act == "record":
                log.record(data.draw(st.sampled_from(["p38", "p39", "nobody"])))
            else:
                log.is_looked_at()
                agrees(log, counting.of(connection, "w", log.now))
                counting = started(connection, counting) if act == "start" else counting
        log.is_looked_at()
        agrees(log, counting.of(connection, "w", log.now))
        agrees(log, Counting().of(connection, "w", log.now))
        assert list(differ(connection, SHELF)) == []
        connection.rollback()


@pytest.fixture(name="log")
def _log(engine: sa.Engine) -> Iterator[Log]:
    with engine.connect() as connection:
        yield Log(connection)
        connection.rollback()


def test_a_try_that_failed_and_then_succeeded_moves_from_one_count_to_the_other(log: Log) -> None:
    counting = Counting()
    batch = log.plan("mail", ["Ann", "Ben"])
    log.result(batch, 0, "failed")
    assert counting.of(log.connection, "w", log.now).channels[0].counts == {
        DeliveryStands.READY: 1,
        DeliveryStands.FAILED: 1,
    }
    log.passes(15)
    log.result(batch, 0, "accepted")
    (mail,) = counting.of(log.connection, "w", log.now).channels
    assert mail.counts == {DeliveryStands.READY: 1, DeliveryStands.ACCEPTED: 1}
    assert (mail.first, mail.last_end, mail.last_minute) == (log.now, log.now, 1)
    log.passes(61)
    assert counting.of(log.connection, "w", log.now).channels[0].last_minute == 0


def test_what_is_in_hand_is_counted_as_being_sent_until_something_comes_of_it(log: Log) -> None:
    batch = log.plan("mail", ["Ann", "Ben"])
    log.connection.exec_driver_sql("UPDATE leases SET owner = 'mail' WHERE batch = ?", (batch,))
    log.result(batch, 1, "accepted")
    (mail,) = Counting().of(log.connection, "w", log.now).channels
    assert mail.counts == {DeliveryStands.LEASED: 1, DeliveryStands.ACCEPTED: 1}
    assert mail.next_try is None


def test_a_look_reads_only_what_is_newer(log: Log) -> None:
    counting = Counting()
    batch = log.plan("mail", [f"p{n}" for n in range(20)])
    other = log.plan("mail", ["Eve"], warning="another")
    for n in range(10):
        log.result(batch, n, "accepted")
    counting.of(log.connection, "w", log.now)
    log.result(batch, 10, "accepted")
    log.result(other, 0, "accepted")
    kept = counting._kept["w", Errand.WARNING]
    read = log.connection.exec_driver_sql("SELECT max(seq) FROM notes").scalar_one() - kept._seen
    assert read == 2
    (mail,) = counting.of(log.connection, "w", log.now).channels
    assert mail.counts[DeliveryStands.ACCEPTED] == 11


def test_a_note_of_no_place_counts_nothing(log: Log) -> None:
    counting, batch = Counting(), log.plan("mail", ["Ann", "Ben"])
    log.together(batch, [], "accepted")
    assert counting.of(log.connection, "w", log.now).channels[0].counts == {DeliveryStands.READY: 2}
    log.together(batch, [1], "accepted")
    log.together(batch, [], "dead")
    found = counting.of(log.connection, "w", log.now).channels[0].counts
    assert found == {DeliveryStands.READY: 1, DeliveryStands.ACCEPTED: 1}


def test_memory_is_bounded_and_what_made_way_is_counted_again(log: Log) -> None:
    counting = Counting(most_places=30)
    for n in range(5):
        batch = log.plan("mail", [f"{n}.{m}" for m in range(10)], warning=f"w{n}")
        log.result(batch, 0, "accepted")
        counting.of(log.connection, f"w{n}", log.now)
    assert [warning for warning, _ in counting._kept] == ["w2", "w3", "w4"]
    assert counting.of(log.connection, "w0", log.now).channels[0].reached == 1


def test_after_an_error_everything_is_counted_anew(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting()
    batch = log.plan("mail", ["Ann", "Ben"])
    log.result(batch, 0, "accepted")
    with monkeypatch.context() as torn:
        torn.setattr("tocsin.store.counted._ANSWERS", "SELECT nothing")
        with pytest.raises(sa.exc.DBAPIError):
            counting.of(log.connection, "w", log.now)
    agrees(log, counting.of(log.connection, "w", log.now))


def test_a_retraction_is_counted_apart_and_whoever_is_told_twice_is_one(log: Log) -> None:
    counting = Counting()
    log.plan("mail", ["Ann", "Ben"])
    for channel, persons in (("mail", ["Ann", "Ben"]), ("sms", ["Ann"])):
        batch = log.plan(channel, persons, errand="retraction")
        log.result(batch, 0, "accepted")
    back = counting.of(log.connection, "w", log.now, Errand.RETRACTION)
    assert (back.people, sum(n for _, n in back.accepted)) == (2, 1)
    assert {one.channel: one.reached for one in back.channels} == {"mail": 1, "sms": 1}
    assert counting.of(log.connection, "w", log.now).channels[0].counts == {DeliveryStands.READY: 2}
