"""What a fact is committed to with: the fields of its kind and nothing besides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.store.keeping import HOUR, Keeping
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.record import open_field
from tocsin.store import journal
from tocsin.store.keys import Keys
from tocsin.store.kinds import KINDS
from tocsin.store.reconcile import reconcile
from tocsin.warning.notice.facts import NoticeDrafted, NoticeSent, TearLine


@pytest.fixture(name="keeping")
def _keeping(tmp_path: Path) -> Iterator[Keeping]:
    keeping = Keeping(tmp_path / "made")
    yield keeping
    keeping.close()


WORDS = TearLine(what="A concert hall", where="The mill")


def notice(keeping: Keeping, words: TearLine | None = WORDS) -> NoticeSent:
    """Return the fact that a notice was sent, after it was decided and drafted."""
    [seq] = keeping.decisions("A concert hall")
    [row] = keeping.asks("SELECT subject FROM journal WHERE seq = :seq", seq=seq)
    drafted = NoticeDrafted(
        subject=row.subject, occurred_at=keeping.now, threat="t", author="x", recipients=("y",), tear_line=WORDS,
        mark=Mark.AMBER, readers=(), begins=keeping.now, ends=keeping.now + HOUR,
    )  # fmt: skip
    keeping.commit(drafted)
    return NoticeSent(subject=row.subject, occurred_at=keeping.now, tear_line=words)


@pytest.mark.parametrize(
    "made_up",
    [
        pytest.param({"tear_line_2": "A synagogue"}, id="beside the others"),
        pytest.param({"tear_line": {"what": "A concert hall", "what_2": "A synagogue"}}, id="within the tear-line"),
        pytest.param({f"x{n}": f"Plot {n}" for n in range(30)}, id="as many as there is room for"),
    ],
)
def test_a_fact_that_was_sealed_with_more_than_its_kind_has_is_named(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch, made_up: dict[str, Any]
) -> None:
    """As whoever runs the record could do it: all else agrees, for the commitment was made over the other names, too."""
    as_it_is = journal.encode

    def with_more(fact: Fact, fact_id: Id, keys: Keys) -> bytes:
        return msgspec.json.encode(msgspec.json.decode(as_it_is(fact, fact_id, keys)) | made_up)

    keeping.commit(notice(keeping))
    sent = notice(keeping)
    with monkeypatch.context() as patched:
        patched.setattr(journal, "encode", with_more)
        [seq] = keeping.commit(sent)
    keeping.hours(1)
    [problem] = reconcile(keeping.store)
    assert problem.startswith(f"Journal row {seq} (NoticeSent) was committed to with fields that its kind does not")
    assert "synagogue" not in problem
    assert "what_2" not in problem


def test_honest_facts_are_committed_to_with_the_names_of_their_kind(keeping: Keeping) -> None:
    keeping.commit(notice(keeping))
    keeping.commit(notice(keeping, None))
    keeping.decisions("A concert hall")
    keeping.incidents(2)
    keeping.states()
    keeping.hours(1)
    assert reconcile(keeping.store) == []


def test_each_kind_has_few_enough_names_to_be_shown() -> None:
    for kind in KINDS.values():
        names = journal.names_of(kind)
        assert {"fact.kind", "fact.id", "fact.by"} < names
        open_field(b"\0" * 32, dict.fromkeys(names, ""), "fact.fields")
        assert len(names) < 64
    assert {"tear_line", "tear_line.what", "tear_line.contact", "begins"} < journal.names_of(NoticeSent)
