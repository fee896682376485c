"""Receipts in bulk: each person proves their own alone, and whoever is forgotten leaves nothing but a leaf."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.keeping import Keeping, house
from tocsin.answer.facts import AnswerKind
from tocsin.basis.errors import Broken, Refused, Unreachable
from tocsin.basis.fact import Fact
from tocsin.delivery.facts import BatchPlanned, BatchSettled, Errand, ReceiptsGathered
from tocsin.delivery.plan import Address
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.flow.answer import hear
from tocsin.flow.people.forget import forget
from tocsin.people.facts import ContactAdded, PersonAdded, PersonKind
from tocsin.record import Verified, commitment, read_canonical, verify_place
from tocsin.store import receipts, sums
from tocsin.store.keys import Keys
from tocsin.store.log import Attempt, LinkAnswer, recipients_root
from tocsin.store.prove import Prover
from tocsin.store.reconcile import reconcile

MANY = 300
STANDS = (DeliveryStands.ACCEPTED, DeliveryStands.DEAD, DeliveryStands.DELIVERED)


class Warned(Keeping):
    """300 people who were warned, in one batch; every third after a failed try, and every tenth has answered."""

    def warn(self) -> None:
        self.persons = [self.store.new_id() for _ in range(MANY)]
        self.commit(*(fact for number, person in enumerate(self.persons) for fact in self._person(number, person)))
        self.send()
        self.hours(1)
        self.publisher.publish(self.now)

    def _person(self, number: int, person: str) -> tuple[Fact, ...]:
        return (
            PersonAdded(subject=person, occurred_at=self.now, person_kind=PersonKind.PERSON, name=f"Name {number}"),
            ContactAdded(
                subject=f"contact-{number}",
                occurred_at=self.now,
                person=person,
                channel="mail",
                address=f"{number}@example.invalid",
            ),
        )

    def send(self) -> None:
        who = [
            Address(person=one, contact=f"contact-{number}", channel="mail") for number, one in enumerate(self.persons)
        ]
        planned = BatchPlanned(
            subject="batch",
            occurred_at=self.now,
            warning="w",
            warning_kind="alert",
            errand=Errand.WARNING,
            channel="mail",
            step=0,
            count=MANY,
            root=recipients_root(who),
        )
        self.store.commit([planned], at=self.now, by="x", command="plan", lists={"batch": who})
        assert self.store.claim(self.now, "x", "mail") == "batch"
        tries = [(place, DeliveryStands.FAILED, 1) for place in range(0, MANY, 3)]
        tries += [(place, STANDS[place % 3], 2 if place % 3 == 0 else 1) for place in range(MANY)]
        together: dict[tuple[DeliveryStands, int], list[int]] = {}
        for place, stands, attempt in tries:
            together.setdefault((stands, attempt), []).append(place)
        self.store.add_results(
            "batch",
            [
                Attempt(positions=places, stands=stands, at=self.now, attempt=attempt)
                for (stands, attempt), places in together.items()
            ],
        )
        self.store.release("batch", None, self.now)
        self._settle()
        self.store.add_answers(
            [
                LinkAnswer(row=row, answer=AnswerKind.SAFE.value, at=self.now, words=words)
                for row, words in self._answered()
            ]
        )
        hear.take_answers(house(self), self.now)

    def _answered(self) -> Iterator[tuple[int, str]]:
        with self.store.look() as look:
            rows = look.rows_of("w")
        for number, person in enumerate(self.persons):
            if number % 10 == 0:
                yield rows[person], self.store.seal_words(rows[person], person, f"All well, says {number}")

    def _settle(self) -> None:
        with self.store.look() as look:
            counts, root = look.settled("batch")
            batch = look.get(Batch, "batch")
        tree = sums.sum_up(self.store.tally(batch), self.store.secrets.links, self.store.randomness).receipts
        settled = BatchSettled(
            subject="batch", occurred_at=self.now, counts=counts, root=root, receipts=tree.root.hex()
        )
        self.store.commit([settled], at=self.now, by="x", command="settle", trees={"batch": tree})
        with self.store.look() as look:
            batch = look.get(Batch, "batch")
        whole = self.store.gather([batch])
        gathered = ReceiptsGathered(
            subject="gathered",
            occurred_at=self.now,
            warning="w",
            batches=("batch",),
            count=MANY,
            receipts=whole.root.hex(),
        )
        self.store.commit([gathered], at=self.now, by="x", command="gather", trees={"gathered": whole})

    def receipts(self, *numbers: int, answers: bool = False) -> dict[int, bytes]:
        with self.store.look() as look:
            prover = Prover(self.store, look, self.publisher.folder)
            make = prover.answer if answers else prover.receipt
            return {number: make("w", self.persons[number]) for number in numbers}

    def shown(self, number: int, *, answers: bool = False) -> Verified:
        return self.judged(self.receipts(number, answers=answers)[number])


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warned]:
    """The same for every test that changes nothing."""
    made = Warned(tmp_path_factory.mktemp("made"))
    made.warn()
    yield made
    made.close()


@pytest.fixture(name="warned")
def _warned(made: Warned, tmp_path: Path) -> Iterator[Warned]:
    """A copy, to be changed."""
    shutil.copytree(made.data, tmp_path / "copy")
    warned = Warned(tmp_path / "copy", seed=2)
    warned.now, warned.persons = made.now, made.persons
    yield warned
    warned.close()


def test_each_of_300_proves_what_came_to_them_alone(made: Warned) -> None:
    proofs = made.receipts(*range(MANY))
    for number, proof in proofs.items():
        found = made.judged(proof)
        assert found.problems == []
        assert found.receipt is not None
        assert found.receipt["stands"] == STANDS[number % 3]
        assert len(found.receipt["attempts"]) == (2 if number % 3 == 0 else 1)
        assert found.receipt["delivery"] == made.store.outgoing_id("w", made.persons[number], "mail", 0)
    assert reconcile(made.store) == []


def test_a_receipt_tells_of_nobody_else_and_names_nobody(made: Warned) -> None:
    shown = {number: made.shown(number) for number in range(0, MANY, 7)}
    said = {number: repr((found.receipt, found.shown)) for number, found in shown.items()}
    for text in said.values():
        assert not any(person in text for person in made.persons)
        assert "@" not in text
        assert "Name" not in text
    assert len({found.receipt["delivery"] for found in shown.values() if found.receipt}) == len(shown)
    assert {tuple(found.shown) for found in shown.values()} == {("fact.kind", "fact.fields", "receipts")}


def test_proofs_do_not_tell_by_their_shape_who_came_first_or_how_many_there_are(made: Warned) -> None:
    extras = [(len(found.shown), found.size, found.root) for found in map(made.shown, (0, 150, 299))]
    assert len(set(extras)) == 1
    tree = receipts_of(made, "batch")
    assert len(set(tree.places)) == MANY
    assert list(tree.places) != sorted(tree.places)
    proofs = [receipts.step(tree, at, sums.BATCH_DEPTH)[1] for at in range(MANY)]
    assert {len(proof) for proof in proofs} == {sums.BATCH_DEPTH}


def receipts_of(warned: Warned, name: str) -> receipts.ReceiptTree:
    with warned.store.look() as look:
        return receipts.find(look.connection, name, b"")


def test_each_answer_is_proven_by_its_giver_in_their_own_words(made: Warned) -> None:
    for number in range(0, MANY, 10):
        found = made.shown(number, answers=True)
        assert (found.problems, found.receipt) == (
            [],
            {
                "answer": "safe",
                "at": "2031-05-06T08:00:00Z",
                "kind": "answer",
                "warning": "w",
                "words": f"All well, says {number}",
            },
        )
    with pytest.raises(Refused, match="There is no answer by link"):
        made.receipts(1, answers=True)


def test_what_was_not_told_cannot_be_proven(made: Warned) -> None:
    with made.store.look() as look:
        prover = Prover(made.store, look, made.publisher.folder)
        for warning, person in (("v", made.persons[0]), ("w", "nobody")):
            with pytest.raises(Refused, match="There is no receipt of that warning for that person"):
                prover.receipt(warning, person)


def test_what_is_not_sealed_yet_says_so(tmp_path: Path) -> None:
    warned = Warned(tmp_path)
    warned.persons = [warned.store.new_id() for _ in range(MANY)]
    warned.commit(*(fact for number, person in enumerate(warned.persons) for fact in warned._person(number, person)))
    warned.send()
    warned.states()
    warned.publisher.publish(warned.now)
    with pytest.raises(Unreachable, match="waits for the next seal, at 09:00 UTC"):
        warned.receipts(0)
    warned.close()


# ---- forgotten


def test_forgetting_one_leaves_every_other_proof_valid_and_nothing_of_theirs(warned: Warned) -> None:
    gone, others = warned.persons[20], [0, 10, 19, 21, 150, 299]
    before = {one.name: one.read_bytes() for one in warned.data.iterdir() if one.is_file()}
    [raw] = [key for person, key in warned_keys(warned).items() if person == gone]
    assert raw in before["keys.db"]
    mine = warned.receipts(20)[20]
    forget(house(warned), gone, why="Asked", by="x", command="forget", now=warned.now)
    for answers in (False, True):
        with pytest.raises(Refused, match="has been forgotten"):
            warned.receipts(20, answers=answers)
    for number in others:
        assert warned.shown(number).problems == []
    assert warned.judged(mine).problems == [], "what they took with them is theirs"
    assert warned.store.keys.salts([(gone, "receipt:batch:20"), (gone, "answer:3")]) == [None, None]
    assert raw not in b"".join(one.read_bytes() for one in warned.data.iterdir() if one.is_file())
    assert reconcile(warned.store) == []


def warned_keys(warned: Warned) -> dict[str, bytes]:
    return dict(warned.store.keys._db.execute("SELECT person, key FROM keys").fetchall())


def test_every_receipt_is_in_its_one_spelling_and_says_which_delivery_it_is_of(warned: Warned) -> None:
    with warned.store.look() as look:
        batch = look.get(Batch, "batch")
        said = receipts.of_batch(look.connection, batch, warned.store.delivery_id(batch))
    for one, person in zip(said, warned.persons, strict=True):
        told = read_canonical(one.payload)
        assert told["delivery"] == warned.store.outgoing_id(batch.warning, person, batch.channel, batch.step)
        assert (told["stands"], told["warning"]) == (told["attempts"][-1][0], batch.warning)


def test_whoever_shows_one_receipt_shows_the_salt_of_nothing_else(made: Warned) -> None:
    about = [f"receipt:batch:{number}" for number in range(5)] + [f"answer:{number}" for number in range(5)]
    salts = made.store.keys.salts([(person, what) for person in made.persons[:20] for what in about])
    assert None not in salts
    assert len(set(salts)) == 20 * len(about)


def test_the_leaf_of_someone_forgotten_stays_and_fits_no_guess(warned: Warned) -> None:
    """Even someone who knows every word of the receipt cannot find out whether it stood there."""
    tree = receipts_of(warned, "batch")
    with warned.store.look() as look:
        batch = look.get(Batch, "batch")
        said = receipts.of_batch(look.connection, batch, warned.store.delivery_id(batch))[20]
    [salt] = warned.store.keys.salts([(said.person, said.about)])
    assert salt is not None
    payload = said.payload
    assert commitment(salt, payload) == tree.leaves[20]
    warned.store.keys.destroy(said.person)
    assert receipts_of(warned, "batch") == tree
    others = warned.store.keys.salts([(person, said.about) for person in warned.persons[:19]])
    assert not any(commitment(other or b"", payload) in tree.leaves for other in others)


def test_whoever_was_forgotten_before_the_batch_was_settled_gets_a_leaf_that_says_nothing(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys.db", random.Random(1).randbytes)
    said = [sums.Receipt(person, f"receipt:b:{at}", b'{"stands":"accepted"}') for at, person in enumerate("abc")]
    keys.ensure("abc")
    keys.destroy("b")
    salts = keys.salts([(one.person, one.about) for one in said])
    leaves = receipts.unpacked(sums.plant(said, salts, random.Random(2).randbytes)).leaves
    assert [salt is None for salt in salts] == [False, True, False]
    fits = [
        salt is not None and commitment(salt, one.payload) == leaf
        for one, salt, leaf in zip(said, salts, leaves, strict=True)
    ]
    assert fits == [True, False, True]
    assert len(set(leaves)) == 3
    keys.close()


@settings(max_examples=60)
@given(st.integers(0, 1000), st.integers(0, 1 << 32))
def test_a_batch_of_any_size_is_one_tree_of_one_depth(count: int, seed: int) -> None:
    randomness = random.Random(seed).randbytes
    leaves = [randomness(32) for _ in range(count)]
    tree = receipts.unpacked(sums.over(leaves, sums.BATCH_DEPTH, randomness))
    assert list(tree.leaves) == leaves
    for at in {0, count // 2, count - 1} if count else ():
        place, proof = receipts.step(tree, at, sums.BATCH_DEPTH)
        assert verify_place(place, sums.BATCH_DEPTH, leaves[at], proof, tree.root)


# ---- altered behind our back

RESULT = "The results of batch batch are not those it was settled with."
RECEIPTS = "The receipts of batch batch are not those it was settled with."
GATHERED = "The receipts gathered of warning w are not those that were committed to."
ANSWERS = "The receipts of rows 1 to 30 of the answer log differ from it."


def altered(warned: Warned, *statements: str) -> list[str]:
    """Alter rows as someone does who has the file and takes the guards away; return what reconciling says."""
    with warned.store._write() as connection:
        guards = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for guard in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {guard.name}")
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount == 1
        for guard in guards:
            connection.exec_driver_sql(guard.sql)
    return reconcile(warned.store)


OF_7 = "7 IN (SELECT value FROM json_each(positions))"
LEAF = "CAST(substr(filled, 1, {0}) || X'{1}' || substr(filled, {0} + {2} + 1) AS BLOB)"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param(f"UPDATE notes SET stands = 'answered' WHERE attempt = 1 AND {OF_7}", RESULT, id="a result"),
        pytest.param(f"UPDATE notes SET at = '2031-05-06T07:00:00.000000Z' WHERE {OF_7}", RESULT, id="its time"),
        pytest.param(f"DELETE FROM notes WHERE {OF_7}", RESULT, id="a result taken away"),
        pytest.param(
            f"UPDATE notes SET positions = replace(positions, ',7,', ',8,') WHERE {OF_7}", RESULT, id="whose it was"
        ),
        pytest.param(
            f"UPDATE notes SET positions = replace(positions, ',7,', ',') WHERE {OF_7}", RESULT, id="one of many gone"
        ),
        pytest.param(
            f"UPDATE notes SET positions = replace(positions, ',4,7,', ',7,4,') WHERE {OF_7}", RESULT, id="their order"
        ),
        pytest.param(
            f"UPDATE notes SET positions = 'many' WHERE {OF_7}",
            "The logs cannot be read to the end: A note of batch batch was altered: it does not say of which places it is.",
            id="what is no list any more",
        ),
        pytest.param(
            "INSERT INTO notes (batch, positions, stands, at, attempt, detail) "
            "VALUES ('batch', '[7]', 'answered', '2031-05-06T08:00:00.000000Z', 2, '')",
            RESULT,
            id="a result added",
        ),
        pytest.param(
            f"UPDATE receipt_trees SET filled = {LEAF.format(2, '00' * 4, 4)} WHERE name = 'batch'",
            RECEIPTS,
            id="a leaf",
        ),
        pytest.param(
            f"UPDATE receipt_trees SET filled = {LEAF.format(0, '0000', 2)} WHERE name = 'batch'",
            RECEIPTS,
            id="a place",
        ),
        pytest.param(
            "UPDATE receipt_trees SET filled = CAST(substr(filled, 35) || substr(filled, 1, 34) AS BLOB) "
            "WHERE name = 'batch'",
            RECEIPTS,
            id="the order of the leaves",
        ),
        pytest.param(
            "UPDATE receipt_trees SET filled = CAST(X'ff' AS TEXT) WHERE name = 'batch'",
            "The receipts cannot be read to the end: the database holds what it cannot give.",
            id="what is no bytes any more",
        ),
        pytest.param("DELETE FROM receipt_trees WHERE name = 'batch'", RECEIPTS, id="the batch's tree"),
        pytest.param("DELETE FROM receipt_trees WHERE name = 'gathered'", GATHERED, id="the warning's tree"),
        pytest.param("DELETE FROM receipt_trees WHERE name = 'answers:1'", ANSWERS, id="the answers' tree"),
        pytest.param(
            "UPDATE receipt_trees SET dummies = substr(dummies, 38) WHERE name = 'gathered'", GATHERED, id="a dummy"
        ),
    ],
)
def test_what_was_altered_behind_our_back_is_named(warned: Warned, statement: str, said: str) -> None:
    assert said in altered(warned, statement)


def test_a_tree_that_cannot_be_read_is_broken_and_one_that_is_not_there_refused(warned: Warned) -> None:
    altered(warned, "UPDATE receipt_trees SET filled = substr(filled, 2) WHERE name = 'batch'")
    with pytest.raises(Broken, match="The receipts of batch were altered: 10199 bytes are none"):
        receipts_of(warned, "batch")
    with pytest.raises(Refused, match="There are no receipts of elsewhere"):
        receipts_of(warned, "elsewhere")


def test_a_tree_of_receipts_is_never_changed_by_accident(warned: Warned) -> None:
    for statement in ("UPDATE receipt_trees SET name = 'x'", "DELETE FROM receipt_trees"):
        with pytest.raises(Broken, match="SQLITE_CONSTRAINT"), warned.store._write() as connection:
            connection.execute(sa.text(statement))
