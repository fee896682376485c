"""The bench of answers says what it measured, and every answer that was thanked for was taken in. How fast, no test asks."""

import pytest

from tocsin.testing import bench_answers
from tocsin.testing.askers import Askers
from tocsin.testing.benches import bench_named
from tocsin.web.serving import start

SMALL = bench_answers.Sizes(people=300, kept=900, fresh=200, connections=16)


def test_whoever_is_thanked_has_been_heard() -> None:
    assert bench_named("answers") is bench_answers.bench_answers
    found = bench_answers.bench_answers(SMALL)
    assert (found.name, found.n, found.unit, found.durable) == ("answers", 900, "answers", True)
    assert found.rate_per_s == pytest.approx(found.n / found.seconds, rel=0.02)
    assert found.peer is not None
    assert found.ratio == pytest.approx(found.rate_per_s / found.peer.rate_per_s, abs=0.02)
    assert found.parts["keep_alive_per_s"] == found.rate_per_s
    assert found.parts["new_connection_per_s"] > 0


def test_an_answer_that_is_not_taken_ends_the_bench() -> None:
    async def refuses(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"", "more_body": False})  # type: ignore[operator]

    serving = start(refuses, "127.0.0.1", 0)
    try:
        with Askers() as askers, pytest.raises(AssertionError, match="Not every answer was taken"):
            askers.post(serving.port, ["a" * 39], connections=1, keep=True)
    finally:
        serving.stop()
