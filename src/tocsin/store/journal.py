"""The private journal: every fact whole, in the order in which it was committed, never rewritten.

Personal fields are sealed under the person's key before anything else happens, so that the bytes which are kept,
hashed and committed to are the same before and after that key is destroyed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any, get_args, get_type_hints

import msgspec
import sqlalchemy as sa

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Erased, Fact, Noted, upcast
from tocsin.basis.foreign import fitted, read_json
from tocsin.basis.ids import Id
from tocsin.store.columns import Field, fields, moment_text
from tocsin.store.keys import Keys
from tocsin.store.kinds import KINDS
from tocsin.store.tables import journal

ENVELOPE = ("subject", "occurred_at")
PLAIN, MOMENTS = ("by", "command", "id", "kind", "subject", "v"), ("occurred_at", "recorded_at")
SEALED = "sealed"
TAKEN_APART = "tear_line"

_encode = msgspec.json.Encoder(order="sorted").encode


@cache
def personal_fields(kind: type[Fact]) -> tuple[Field, ...]:
    """Return the fields of a kind of fact that are kept under a person's key."""
    return tuple(field for field in fields(kind) if field.personal)


def owner_of(fact: Fact) -> Id:
    """Return the person under whose key the personal fields of this fact are kept."""
    return str(getattr(fact, fact.person_field))


def encode(fact: Fact, fact_id: Id, keys: Keys) -> bytes:
    """Write the body of a fact as the journal keeps it: JSON with sorted keys, personal fields sealed."""
    body = msgspec.to_builtins(fact)
    for field in personal_fields(type(fact)):
        sealed = keys.seal(owner_of(fact), getattr(fact, field.name), f"{fact_id}.{field.name}")
        body[field.name] = {SEALED: sealed}
    for name in ENVELOPE:
        del body[name]
    return _encode(body)


def decode(row: sa.Row[Any], keys: Keys) -> Noted:
    """Read one row of the journal.

    Raises:
        Broken: its kind is unknown or its body is not what that kind holds.
    """
    kind = KINDS.get(row.kind)
    if kind is None:
        raise Broken(f"Journal row {row.seq} is of kind {row.kind!r}, which this Tocsin does not know.")
    try:
        envelope = {"subject": row.subject, "occurred_at": row.occurred_at}
        written = envelope | read_json(row.body, dict[str, Any])
        owner = str(written.get(kind.person_field))
        opened = {name: _opened(name, value, owner, row.id, keys) for name, value in written.items()}
        body = envelope | upcast(kind, row.v, opened)
        fact = fitted(body, kind)
    except (Refused, msgspec.MsgspecError, LookupError, TypeError) as error:
        raise Broken(f"Journal row {row.seq} does not hold a {row.kind}: {str(error).rstrip('.')}.") from error
    return Noted(
        seq=row.seq,
        id=row.id,
        v=row.v,
        kind=row.kind,
        subject=row.subject,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        by=row.by,
        command=row.command,
        fact=fact,
    )


def _opened(name: str, value: Any, owner: Id, fact_id: Id, keys: Keys) -> Any:
    """Open a sealed value by the name it was written under, whatever today's facts call it."""
    if not (isinstance(value, dict) and value.keys() == {SEALED} and isinstance(value[SEALED], str)):
        return value
    plain = keys.open(owner, value[SEALED], f"{fact_id}.{name}")
    return {"type": "erased"} if isinstance(plain, Erased) else plain


def payload(line: Mapping[str, Any]) -> bytes:
    """Return the bytes of a journal row that its record entry or commitment stands for."""
    envelope = {name: line[name] for name in PLAIN}
    moments = {name: moment_text(line[name]) for name in MOMENTS}
    body = line["body"]
    return _encode(envelope | moments) + b"\n" + (body if isinstance(body, bytes) else str(body).encode())


def fields_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a journal row as they are committed to, each by its name, so that any can be shown alone.

    Those of the envelope begin with "fact."; the sentences of a tear-line are named after it: "tear_line.what". Nothing
    else is taken apart: how many parts a count has would tell what others did.

    Raises:
        Broken: the body was altered beyond reading.
    """
    named: dict[str, Any] = {f"fact.{name}": line[name] for name in PLAIN}
    named |= {f"fact.{name}": moment_text(line[name]) for name in MOMENTS}
    return named | _taken_apart(read_body(line["seq"], line["body"]))


def _taken_apart(body: Mapping[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for name, value in body.items():
        if name == TAKEN_APART and isinstance(value, dict):
            named |= {f"{name}.{inner}": one for inner, one in value.items()}
        else:
            named[name] = value
    return named


@cache
def names_of(kind: type[Fact]) -> frozenset[str]:
    """Return every name that a field of a fact of this kind may be committed to under."""
    hint = get_type_hints(kind).get(TAKEN_APART)
    parts = [part for one in (hint, *get_args(hint)) for part in getattr(one, "__struct_fields__", ())]
    return frozenset(
        (
            *(f"fact.{name}" for name in (*PLAIN, *MOMENTS)),
            *(name for name in kind.__struct_fields__ if name not in ENVELOPE),
            *(f"{TAKEN_APART}.{part}" for part in parts),
        )
    )


def made_up(line: Mapping[str, Any]) -> int:
    """Return how many names a journal row was committed to with that its kind does not have, in any version.

    Each would be room for another claim, to be shown if it came true. line: a row that decode can read.
    """
    kind = KINDS[line["kind"]]
    body = upcast(kind, line["v"], read_body(line["seq"], line["body"]))
    return len(_taken_apart(body).keys() - names_of(kind))


def read_body(seq: int, body: Any) -> dict[str, Any]:
    """Return what the body of a journal row says, as it is kept.

    Raises:
        Broken: it was altered beyond reading.
    """
    try:
        found: dict[str, Any] = read_json(body, dict[str, Any])
    except Refused as error:
        raise Broken(f"Journal row {seq} was altered: it cannot be read. Say `tocsin record reconcile`.") from error
    return found


IN_ONE_ASKING = 500


def about(
    connection: sa.Connection, subjects: Sequence[Id], keys: Keys, *, but: Collection[type[Fact]] = ()
) -> Iterator[Fact]:
    """Yield the facts about some subjects, each subject's in the order in which they were committed. but: kinds to leave out."""
    wanted = journal.c.kind.not_in([one.kind() for one in but])
    for start in range(0, len(subjects), IN_ONE_ASKING):
        asked = journal.c.subject.in_(subjects[start : start + IN_ONE_ASKING])
        for row in connection.execute(sa.select(journal).where(asked, wanted).order_by(journal.c.seq)).all():
            yield decode(row, keys).fact


def fact_hash(payload: bytes) -> bytes:
    """Return the hash under which a public fact is entered. The random id within keeps it from being guessed."""
    return sha256(payload).digest()


def walk(connection: sa.Connection) -> Iterator[sa.Row[Any]]:
    """Read the rows of the whole journal, oldest first."""
    yield from connection.execute(sa.select(journal).order_by(journal.c.seq))
