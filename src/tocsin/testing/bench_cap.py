"""How many CAP messages are read, checked and made durable in a second, beside lxml that parses, validates and walks.

The messages are made here: a mix as the world sends them, from a short one with a box to a warning in three languages with
fine outlines, of about 6 kB each. The peer does less: it keeps nothing and checks nothing beyond the schema.
"""

import math
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import msgspec
from lxml import etree

from tocsin.cap import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Reference,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    write,
)
from tocsin.cap.elements import NAMESPACE
from tocsin.cap.judge import judge_many
from tocsin.cap.model import Ring
from tocsin.cap.schema import schema_of
from tocsin.store import database, migrate, received
from tocsin.testing.bench import Measured, Peer, in_turn, peak_rss_mib

SENT = datetime(2031, 5, 6, 8, tzinfo=UTC)
RUNS = 5
WITHIN_S = 10.0
WORDS = """water river rises bridge road closed shelter night wind gale coast snow drift ice heat fire smoke keep away crowd
square station evening hours until further notice officials advise residents to move higher ground""".split()


class Sizes(msgspec.Struct, frozen=True):
    """How much is done. messages: different ones. batch: messages to a commit."""

    messages: int = 2_500
    batch: int = 500


WHOLE = Sizes()


def bench_cap(sizes: Sizes = WHOLE) -> Measured:
    """Measure how many messages a second are read, checked and kept, in one process."""
    raws = list(messages(sizes.messages))
    works: list[Callable[[], float]] = [
        lambda: _ours(raws, sizes.batch),
        lambda: _peer(raws),
        lambda: _judged(raws, sizes.batch),
    ]
    times = in_turn(works, RUNS, WITHIN_S)
    seconds, theirs, judging = map(median, times)
    count = len(raws)
    return Measured(
        name="cap",
        n=count,
        seconds=round(seconds, 3),
        rate_per_s=round(count / seconds),
        unit="messages",
        durable=True,
        runs=len(times[0]),
        peer=Peer(name="lxml: parse, schema and walk", rate_per_s=round(count / theirs)),
        ratio=round(theirs / seconds, 2),
        parts={
            "mean_bytes": round(sum(map(len, raws)) / count),
            "read_and_check_per_s": round(count / judging),
            "batch": sizes.batch,
            # Of the processor: on a machine that others use, this says more than the clock does.
            "cpu_us": _cpu_us(works[0], count),
            "read_and_check_cpu_us": _cpu_us(works[2], count),
            "peer_cpu_us": _cpu_us(works[1], count),
        },
        peak_rss_mib=peak_rss_mib(),
    )


def _cpu_us(work: Callable[[], float], count: int) -> float:
    begun = process_time()
    work()
    return round(1e6 * (process_time() - begun) / count, 1)


def _ours(raws: Sequence[bytes], batch: int) -> float:
    with _database() as engine:
        begun = perf_counter()
        for start in range(0, len(raws), batch):
            some = raws[start : start + batch]
            part = list(zip(some, judge_many(some), strict=True))
            with engine.begin() as connection:
                new = received.keep(connection, part, source="bench", received_at=SENT)
            if new != len(part) or not all(verdict.ok for _, verdict in part):
                raise AssertionError("A message of the bench was not kept, or is not right.")
        return perf_counter() - begun


def _judged(raws: Sequence[bytes], batch: int) -> float:
    begun = perf_counter()
    for start in range(0, len(raws), batch):
        judge_many(raws[start : start + batch])
    return perf_counter() - begun


def _peer(raws: Sequence[bytes]) -> float:
    """Parse, validate and walk once over all elements; no more is done with what stands in them."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    schema = schema_of(NAMESPACE)
    begun = perf_counter()
    for raw in raws:
        root = etree.fromstring(raw, parser)
        if not schema.validate(root):
            raise AssertionError("A message of the bench does not fit the schema.")
        for element in root.iter():
            _ = element.tag, element.text
    return perf_counter() - begun


@contextmanager
def _database() -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        (Path(name) / database.FILE).write_bytes(_empty())
        engine = database.open_writer(Path(name))
        try:
            yield engine
        finally:
            engine.dispose()


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        engine = database.open_writer(Path(name))
        migrate.upgrade(engine)
        engine.dispose()
        return (Path(name) / database.FILE).read_bytes()


def messages(count: int) -> Iterator[bytes]:
    """Make messages, the same each time."""
    chance = random.Random(20310506)  # noqa: S311  (nothing here is a secret)
    for number in range(count):
        yield write(_alert(number, chance))


def _alert(number: int, chance: random.Random) -> Alert:
    languages = chance.choices([("en",), ("en-US", "es-US"), ("de", "en", "fr")], (5, 2, 1))[0]
    follows = number > 0 and chance.random() < 0.2
    earlier = Reference(f"w{number % 40}@met.example", f"2.49.0.1.999.0.{number - 1}", SENT - timedelta(hours=3))
    areas = tuple(_area(chance) for _ in range(chance.choices([1, 2, 4], (6, 2, 1))[0]))
    return Alert(
        identifier=f"2.49.0.1.999.0.{number}",
        sender=f"w{number % 40}@met.example",
        sent=SENT + timedelta(seconds=number),
        status=Status.ACTUAL,
        msg_type=MsgType.UPDATE if follows else MsgType.ALERT,
        scope=Scope.PUBLIC,
        references=(earlier,) if follows else (),
        infos=tuple(_info(language, areas, chance) for language in languages),
    )


def _info(language: str, areas: tuple[Area, ...], chance: random.Random) -> Info:
    return Info(
        language=language,
        categories=(Category.MET,),
        event=_words(chance, 2),
        response_types=(ResponseType.PREPARE,),
        urgency=chance.choice(list(Urgency)),
        severity=chance.choice(list(Severity)),
        certainty=chance.choice(list(Certainty)),
        event_codes=(("SAME", "FLW"),),
        effective=SENT + timedelta(hours=1),
        onset=SENT + timedelta(hours=2),
        expires=SENT + timedelta(hours=12),
        sender_name="Weather Service",
        headline=_words(chance, 9),
        description=_words(chance, chance.randint(30, 160)),
        instruction=_words(chance, 30),
        web="https://met.example/warnings",
        contact="desk@met.example",
        parameters=tuple((f"parameter-{n}", _words(chance, 2)) for n in range(chance.randint(0, 8))),
        areas=areas,
    )


def _area(chance: random.Random) -> Area:
    codes = tuple(("EMMA_ID", f"XX{chance.randrange(1000):03}") for _ in range(chance.randint(0, 4)))
    points = chance.choices([0, 4, 12, 40, 150], (2, 3, 3, 3, 1))[0]
    polygons = (_outline(points, chance),) if points else ()
    if not codes and not polygons:
        codes = (("EMMA_ID", "XX000"),)
    return Area(area_desc=_words(chance, 3), polygons=polygons, geocodes=codes)


def _outline(points: int, chance: random.Random) -> Ring:
    """Draw a coast around a middle: whatever its radii, it never crosses itself."""
    lat, lon = chance.uniform(-50, 60), chance.uniform(-150, 150)
    turn = 2 * math.pi / points
    drawn = [
        (round(lat + r * math.sin(n * turn), 4), round(lon + r * math.cos(n * turn), 4))
        for n in range(points)
        for r in [chance.uniform(0.5, 2.0)]
    ]
    return (*drawn, drawn[0])


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))
