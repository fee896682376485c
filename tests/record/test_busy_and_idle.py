"""A busy week and an idle one: whoever has only what is published cannot tell which was which.

Both are lived by a real store, by the same clock; what differs is that in one of them 2,000 confidential facts happened,
at hours when people are awake. Chance is seeded, so that what passes here passes everywhere.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from tests.store.keeping import HOUR, START, Keeping
from tocsin.record import Seal, open_note, parse_checkpoint, read_entry, read_seal
from tocsin.store.reconcile import reconcile

WEEK = 7 * 24
FACTS = 2_000
THREE_DAYS = timedelta(days=3)  # to the open-by date, for two years: so that things are kept, and dates pass
P = 0.001


class Week(msgspec.Struct, frozen=True):
    """What a week left for anyone to see. files: of the published folder, by name, as they were after each hour."""

    entries: list[bytes]
    checkpoints: list[bytes]
    files: list[dict[str, int]]
    vkeys: list[str]

    @property
    def seals(self) -> list[Seal]:
        said = [read_entry(entry) for entry in self.entries]
        return [read_seal(one) for one in said if one["kind"] == "sealed"]


def human_hours(dice: random.Random) -> Counter[int]:
    """Say in which hour of the week how many facts happen: most by day, few by night, and some days are worse."""
    weights = [(1 + 9 * (7 <= hour % 24 <= 21)) * (4 if hour // 24 == 2 else 1) for hour in range(WEEK)]
    return Counter(dice.choices(range(WEEK), weights, k=FACTS))


def lived(data: Path, seed: int, facts: Counter[int]) -> Week:
    """Live a week. In both weeks one statement is published a day, at noon; the rest is confidential."""
    keeping = Keeping(data, seed=seed)
    checkpoints, files = [], []
    for hour in range(WEEK):
        for part in range(4):  # facts come within the hour, not on it
            keeping.now = START + hour * HOUR + (part + 0.5) * HOUR / 4
            if count := facts[hour] // 4 + (part < facts[hour] % 4):
                keeping.decisions(*(f"Decision {hour} {part} {at}" for at in range(count)))
        if hour % 24 == 12:
            keeping.commit(keeping.statement("The level stays as it is."))
        keeping.now = START + (hour + 1) * HOUR
        keeping.seals(THREE_DAYS)
        keeping.publisher.publish(keeping.now)
        checkpoints.append(keeping.publisher.folder.checkpoint() or b"")
        root = keeping.publisher.folder.root
        files.append({str(one.relative_to(root)): one.stat().st_size for one in root.rglob("*") if one.is_file()})
    assert reconcile(keeping.store) == []
    assert len(keeping.asks("SELECT seq FROM journal")) == sum(facts.values()) + 7
    assert bool(keeping.asks("SELECT fact_seq FROM keeps")) is bool(facts)
    week = Week(keeping.entries(), checkpoints, files, keeping.store.vkeys())
    keeping.close()
    return week


@pytest.fixture(name="weeks", scope="module")
def _weeks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Week, Week]:
    """A busy week and an idle one."""
    busy = lived(tmp_path_factory.mktemp("busy"), 1, human_hours(random.Random(5)))
    return busy, lived(tmp_path_factory.mktemp("idle"), 2, Counter())


# ---- count, size and time


def test_the_weeks_have_as_many_entries_of_the_same_sizes_at_the_same_moments(weeks: tuple[Week, Week]) -> None:
    busy, idle = weeks
    assert [len(entry) for entry in busy.entries] == [len(entry) for entry in idle.entries]
    assert [_shape(entry) for entry in busy.entries] == [_shape(entry) for entry in idle.entries]
    assert [seal.at for seal in busy.seals] == [START + hour * HOUR for hour in range(1, WEEK + 1)]


def _shape(entry: bytes) -> dict[str, object]:
    """Return what an entry says, but for hashes and the random id of its subject: of these the length."""
    said = read_entry(entry)
    drawn = {name for name in said if name in ("root", "kept", "subject") or name.endswith("sha256")}
    return {name: len(one) if name in drawn else one for name, one in said.items()}


def test_what_is_published_has_the_same_names_and_lengths_after_every_hour(weeks: tuple[Week, Week]) -> None:
    busy, idle = weeks
    assert busy.files == idle.files
    assert len(busy.files[-1]) > WEEK


def test_a_checkpoint_says_how_many_entries_there_are_and_not_when(weeks: tuple[Week, Week]) -> None:
    for week in weeks:
        for number, note in enumerate(week.checkpoints, 1):
            text = open_note(note, week.vkeys)
            stands = parse_checkpoint(text)
            assert (stands.size, stands.extensions) == (number + (number + 11) // 24, ())
            assert text.count(b"\n") == 3


# ---- bytes


def roots(week: Week) -> list[bytes]:
    return [root for seal in week.seals for root in (seal.root, seal.kept)]


def streams(weeks: tuple[Week, Week]) -> Iterator[tuple[str, list[bytes]]]:
    """Name the roots, the kept ones, and both, of each week."""
    for name, week in zip(("busy", "idle"), weeks, strict=True):
        yield f"{name}, roots", [seal.root for seal in week.seals]
        yield f"{name}, kept", [seal.kept for seal in week.seals]
        yield f"{name}, both", roots(week)


def test_ones_are_as_many_as_zeros(weeks: tuple[Week, Week]) -> None:
    """Within 3.9 deviations of half: p = 0.0001 for each of six. Source: NIST SP 800-22, monobit test."""
    for name, stream in streams(weeks):
        bits = 8 * 32 * len(stream)
        ones = int.from_bytes(b"".join(stream), "big").bit_count()
        assert abs(ones - bits / 2) < 3.9 * (bits / 4) ** 0.5, name


def test_every_byte_is_as_frequent_as_every_other(weeks: tuple[Week, Week]) -> None:
    """Chi-squared over 256 values, 255 degrees of freedom: 347.7 is passed by chance once in 10,000 times."""
    for name, stream in streams(weeks):
        counts = Counter(b"".join(stream))
        expected = 32 * len(stream) / 256
        assert sum((counts[value] - expected) ** 2 / expected for value in range(256)) < 347.7, name


def test_no_hash_comes_twice_in_either_week_or_in_both(weeks: tuple[Week, Week]) -> None:
    both = [root for week in weeks for root in roots(week)]
    assert len(set(both)) == len(both) == 4 * WEEK


# ---- telling them apart

Features = list[float]


def features(seals: Sequence[Seal]) -> list[Features]:
    """Return what sealed entries could be told by, each brought to mean 0 and spread 1 over all of them.

    Every byte of both roots, the ones in each, and in how many bits the two differ.
    """
    rows: list[Features] = []
    for seal in seals:
        root, kept = int.from_bytes(seal.root, "big"), int.from_bytes(seal.kept, "big")
        rows.append([*seal.root, *seal.kept, root.bit_count(), kept.bit_count(), (root ^ kept).bit_count()])
    columns = [_standard(column) for column in zip(*rows, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _standard(column: Sequence[float]) -> Features:
    mean = sum(column) / len(column)
    spread = math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0
    return [(value - mean) / spread for value in column]


def apart(group: Sequence[Features]) -> float:
    """Return how far a group's mean lies from that of all, in the feature in which it lies furthest."""
    sums: list[float] = [sum(column) for column in zip(*group, strict=True)]
    return max(map(abs, sums))


def chance(one: Sequence[Seal], other: Sequence[Seal], times: int = 1_999) -> float:
    """Return how often a group drawn by lot from both lies as far apart as the first does: a permutation test."""
    whole, dice = features([*one, *other]), random.Random(9)
    found = apart(whole[: len(one)])
    return (1 + sum(apart(dice.sample(whole, len(one))) >= found for _ in range(times))) / (times + 1)


def recognised(one: Sequence[Seal], other: Sequence[Seal]) -> int:
    """Return of how many seals it is said rightly to which group they belong, by the nearer of two means.

    The means are learned from every other seal, and tried on the rest.
    """
    whole = features([*one, *other])
    groups = whole[: len(one)], whole[len(one) :]
    means = [[sum(column) / len(column) for column in zip(*group[::2], strict=True)] for group in groups]

    def far(seal: Features, mean: Features) -> float:
        return sum((value - other) ** 2 for value, other in zip(seal, mean, strict=True))

    return sum(
        far(seal, means[which]) < far(seal, means[1 - which])
        for which, group in enumerate(groups)
        for seal in group[1::2]
    )


def most_lopsided(one: Sequence[Seal], other: Sequence[Seal]) -> float:
    """Return by how many deviations that bit differs which is set most unequally in two groups."""

    def ones(seals: Sequence[Seal]) -> list[int]:
        wholes = [int.from_bytes(seal.root + seal.kept, "big") for seal in seals]
        return [sum(whole >> bit & 1 for whole in wholes) for bit in range(512)]

    deviation = math.sqrt((1 / len(one) + 1 / len(other)) / 4)
    both = zip(ones(one), ones(other), strict=True)
    return max(abs(left / len(one) - right / len(other)) for left, right in both) / deviation


LOPSIDED = 4.9  # deviations, which the most unequal of 512 bits passes by chance once in 2,000 times


def guessed(tried: int) -> float:
    """Return how many of so many a coin says rightly, but for once in 1,000 times."""
    return tried / 2 + 3.1 * math.sqrt(tried / 4)


def test_nothing_tells_a_busy_seal_from_an_idle_one(weeks: tuple[Week, Week]) -> None:
    busy, idle = (week.seals for week in weeks)
    assert chance(busy, idle) >= P
    assert recognised(busy, idle) <= guessed(WEEK)
    assert most_lopsided(busy, idle) < LOPSIDED


def test_nothing_tells_in_which_hours_of_the_busy_week_much_happened(weeks: tuple[Week, Week]) -> None:
    busy, facts = weeks[0].seals, human_hours(random.Random(5))
    much = [seal for hour, seal in enumerate(busy) if facts[hour] >= 12]
    little = [seal for hour, seal in enumerate(busy) if facts[hour] < 12]
    assert min(len(much), len(little)) > 50
    assert chance(much, little) >= P
    assert most_lopsided(much, little) < LOPSIDED


def drawn(seed: int, change: Callable[[bytes], bytes] = bytes) -> list[Seal]:
    """Return a week's seals from a lot, their roots changed."""
    lot = random.Random(seed)
    hours = [START + hour * HOUR for hour in range(WEEK)]
    return [Seal(at=at, open_by=at, settled=at, root=change(lot.randbytes(32)), kept=lot.randbytes(32)) for at in hours]


LEAKS: dict[str, Callable[[bytes], bytes]] = {
    "one bit is never set": lambda root: bytes([root[0] & 0x7F]) + root[1:],
    "a byte counts from below": lambda root: root[:9] + bytes([root[9] // 2]) + root[10:],
    "a few more zeros everywhere": lambda root: bytes(
        one & root[at - 1] if at % 8 == 0 else one for at, one in enumerate(root)
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_small_leak_would_be_noticed(leak: str) -> None:
    assert chance(drawn(1, LEAKS[leak]), drawn(2)) < P


def _with_bit(bit: int, root: bytes) -> bytes:
    return (int.from_bytes(root, "big") | 1 << bit).to_bytes(32, "big")


def test_a_leak_in_one_bit_would_be_noticed_which_ever_it_is() -> None:
    for bit in range(0, 256, 51):
        assert most_lopsided(drawn(1, partial(_with_bit, bit)), drawn(2)) > LOPSIDED
    assert most_lopsided(drawn(1), drawn(2)) < LOPSIDED


def test_a_leak_in_every_byte_would_be_recognised_seal_by_seal() -> None:
    leaking = drawn(1, lambda root: bytes(one & 0x7F for one in root))
    assert recognised(leaking, drawn(2)) > guessed(WEEK)
    assert recognised(drawn(1), drawn(2)) <= guessed(WEEK)
    assert chance(drawn(1), drawn(2)) >= P
