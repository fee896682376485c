"""Many messages are judged as each would be alone, and the quick walk finds what the slow one does."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.cap import alerts as town
from tests.cap.test_corpus import messages
from tests.cap.test_schema import PHASES
from tests.corpus import corpus
from tocsin.basis.errors import Refused
from tocsin.cap import Alert, write
from tocsin.cap.judge import judge, judge_many
from tocsin.cap.read import _Reading, parse
from tocsin.cap.xml import is_plain, root_of
from tocsin.testing import bench_cap

# With it no message is plain, and each is read with the white space between its elements.
COMMENT = b"<!---->"


@pytest.fixture
def raws() -> list[bytes]:
    return [path.read_bytes() for path, _, _ in messages()]


def test_many_are_judged_as_each_alone(raws: list[bytes]) -> None:
    assert judge_many(raws) == [judge(raw) for raw in raws]
    assert judge_many([]) == []


def test_what_collects_objects_is_as_it_was_before(raws: list[bytes]) -> None:
    assert gc.isenabled()
    judge_many(raws[:3])
    assert gc.isenabled()
    with pytest.raises(Refused):
        judge_many(raws[:3], profile="nobody")
    assert gc.isenabled()
    gc.disable()
    try:
        judge_many(raws[:3])
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "gb18030", "shift_jis", "euc-kr", "koi8-r"]
)
def test_a_document_type_is_seen_in_every_encoding_that_is_read(encoding: str) -> None:
    body = write(town.ALERT).decode().partition("?>")[2]
    for said in ("", "<!DOCTYPE alert>"):
        raw = f'<?xml version="1.0" encoding="{encoding.removesuffix("-le").removesuffix("-be")}"?>{said}{body}'
        found = judge(raw.encode(encoding))
        refused = [problem for problem in found.problems if "DOCTYPE" in problem.message]
        assert bool(refused) == bool(said), (encoding, found.problems)


def test_the_quick_walk_finds_in_real_messages_what_the_slow_one_does(raws: list[bytes]) -> None:
    walked = 0
    for raw in raws:
        found = parse(raw)
        if found.alert is not None and not any(problem.rule in {"xsd", "xml"} for problem in found.problems):
            assert slowly(raw) == found.alert
            walked += 1
    assert walked > 100


@settings(max_examples=100, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(town.alerts())
def test_the_quick_walk_finds_in_any_message_what_the_slow_one_does(alert: Alert) -> None:
    assert slowly(write(alert)) == alert


def test_real_messages_say_without_the_white_space_between_their_elements_what_they_say_with_it(
    raws: list[bytes],
) -> None:
    plain = [raw for raw in raws if is_plain(raw)]
    assert [parse(raw) for raw in plain] == [parse(raw + COMMENT) for raw in plain]
    assert len(plain) > 50


@pytest.mark.parametrize(
    ("said", "event"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" ", " ", id="a blank"),
        pytest.param(" \n ", " \n ", id="a line"),
        pytest.param("&#32;", " ", id="a blank by number"),
        pytest.param(" &#32; ", "   ", id="three blanks, one by number"),
        pytest.param(" &#13; ", " \r ", id="a carriage return by number"),
        pytest.param(" &amp; ", " & ", id="blanks around a reference"),
        pytest.param(" \r\n x", " \n x", id="another system's line"),
        pytest.param(" \r x", " \n x", id="a carriage return"),
        pytest.param(" <!-- a comment --> x", "  x", id="a blank before a comment"),
        pytest.param(" <![CDATA[ ]]> ", "   ", id="blanks around CDATA"),
        pytest.param(" <?go now?> ", "  ", id="blanks around a processing instruction"),
        pytest.param(" <b> x </b> ", " ", id="an element in a text"),
        pytest.param(" " * 700 + "x" + " " * 700, " " * 700 + "x" + " " * 700, id="more than is read at once"),
    ],
)
def test_white_space_within_a_text_stays_as_it_came(said: str, event: str) -> None:
    raw = write(town.alert(infos=(town.INFO,))).replace(b"<event>Flood<", f"<event>{said}<".encode())
    assert said.encode() in raw
    found = parse(raw)
    assert found.alert is not None
    assert found.alert.infos[0].event == event
    assert found == parse(raw + COMMENT)


def slowly(raw: bytes) -> Alert | None:
    reading = _Reading(root_of(raw), raw)
    return reading.alert(reading.group(reading.root, reading.table))


def attacks() -> Iterator[Path]:
    return corpus("record", "xml-attacks").glob("*.xml")


def test_every_attack_is_refused_and_named() -> None:
    found = {path.name: judge(path.read_bytes()) for path in attacks()}
    assert len(found) == 9
    for name, verdict in found.items():
        assert (verdict.ok, verdict.alert) == (False, None), name
        # Two of them are sound XML, and no CAP.
        assert {p.rule for p in verdict.problems} == ({"xsd"} if name.startswith("simple") else {"xml"}), name


def test_the_messages_of_the_bench_are_right_and_many_of_a_kind() -> None:
    made = list(bench_cap.messages(60))
    assert made == list(bench_cap.messages(60))
    assert len(set(made)) == 60
    assert all(verdict.ok and not verdict.problems for verdict in judge_many(made))


def test_the_bench_measures_itself_and_its_peer() -> None:
    found = bench_cap.bench_cap(bench_cap.Sizes(messages=20, batch=8))
    assert (found.name, found.n, found.unit, found.durable) == ("cap", 20, "messages", True)
    assert found.peer is not None
    assert found.ratio == pytest.approx(found.rate_per_s / found.peer.rate_per_s, abs=0.01, rel=0.1)
