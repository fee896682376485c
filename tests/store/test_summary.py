"""What very many answered is summed up bit by bit, and comes to the same as counting it all over."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import median

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tocsin.answer.facts import AnswerKind
from tocsin.store.columns import moment_text
from tocsin.store.summary import Summaries
from tocsin.store.tables import metadata

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
ANSWERS = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from(AnswerKind), st.integers(0, 100)), max_size=40)


@given(given=ANSWERS, recorded=ANSWERS, looks=st.lists(st.integers(0, 40), max_size=4), since=st.integers(0, 100))
def test_bit_by_bit_it_comes_to_the_same(
    given: list[tuple[str, AnswerKind, int]],
    recorded: list[tuple[str, AnswerKind, int]],
    looks: list[int],
    since: int,
) -> None:
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    summaries = Summaries()
    with engine.begin() as connection:
        for seq, (person, kind, minute) in enumerate(given, 1):
            if seq in looks:
                summaries.of(connection, "w")
            connection.exec_driver_sql(
                "INSERT INTO answers_by_link (log_seq, warning, person, answer, at) VALUES (?, 'w', ?, ?, ?)",
                (seq, person, kind.value, moment_text(NOON + timedelta(minutes=minute))),
            )
        for number, (person, kind, minute) in enumerate(recorded):
            connection.exec_driver_sql(
                "INSERT INTO answer_states (id, warning, recipient, answer, heard, said_at, speaker, words, ordered, source, "
                "recorder, own_speaker, own_words) VALUES (?, 'w', ?, ?, 'telephone', ?, '', '', '', '', '', '', '')",
                (str(number), person, kind.value, moment_text(NOON + timedelta(minutes=minute))),
            )
        found = summaries.of(connection, "w")
        fresh = summaries.since(connection, "w", NOON + timedelta(minutes=since))
        first = summaries.first_of(connection, "w", "abcdefgh")
    said = [*given, *sorted(recorded, key=lambda one: one[2])]
    firsts = {person: min(m for p, _, m in said if p == person) for person, _, _ in said}
    lasts: dict[str, tuple[int, int, AnswerKind]] = {}
    for order, (person, kind, minute) in enumerate(said):
        lasts[person] = max(lasts.get(person, (-1, -1, kind)), (minute, order, kind), key=lambda one: one[:2])
    assert found.answered == len(firsts)
    assert found.latest == Counter(kind for _, _, kind in lasts.values())
    assert first == {person: NOON + timedelta(minutes=minute) for person, minute in firsts.items()}
    assert fresh == Counter(kind for minute, _, kind in lasts.values() if minute > since)
    assert found.median_at == (NOON + timedelta(minutes=median(firsts.values())) if firsts else None)
