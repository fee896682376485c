"""The record's name, its keys and its witnesses: given once, changed only in the open."""

from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, keyed_id
from tocsin.flow.house import House
from tocsin.flow.record.publish import Witnessing
from tocsin.record import RecordKey, RecordKeyAdded, RecordKeyRetired, RecordWitness, WitnessAdded, WitnessRemoved
from tocsin.store.recording import ORIGIN
from tocsin.store.store import Store


def name_record(store: Store, name: str, otherwise: str) -> None:
    """Give the record its name, if it has none. otherwise: what it is called where nobody says how.

    Raises:
        Refused: it has another.
    """
    kept = store.recall(ORIGIN)
    if kept is None:
        store.remember(ORIGIN, name or otherwise or store.origin)
    elif name not in ("", kept):
        raise Refused(f"The record of {store.data} is called {kept} and cannot become {name}: checkpoints name it so.")


def note_record(house: House, witnessing: Witnessing | None, now: datetime) -> None:
    """Enter the keys that sign and the witnesses that are asked into the record, where they have changed.

    Raises:
        Refused: none of the keys has signed this record so far: a wrong one is set.
    """
    with house.store.look() as look:
        keys = {key.vkey: key for key in look.all(RecordKey)}
        witnesses = {one.vkey: one for one in look.all(RecordWitness)}
    signing = [signer.vkey for signer in house.store.signers()]
    current = [vkey for vkey, key in keys.items() if key.retired_at is None]
    if current and not set(current) & set(signing):
        raise Refused(
            f"None of the keys that are set signs this record; {current[-1]} does. Set that one again. A new key signs "
            "beside it first (docs/how-to/record-keys.md)."
        )
    asked = {} if witnessing is None else {one.key.vkey: one.key.name for one in witnessing.policy.witnesses}
    facts: list[Fact] = [
        RecordKeyAdded(subject=_id(vkey), occurred_at=now, vkey=vkey) for vkey in signing if vkey not in current
    ]
    facts += [
        RecordKeyRetired(subject=key.id, occurred_at=now, vkey=vkey)
        for vkey, key in keys.items()
        if vkey not in signing and key.retired_at is None
    ]
    facts += [
        WitnessAdded(subject=_id(vkey), occurred_at=now, name=name, vkey=vkey)
        for vkey, name in asked.items()
        if vkey not in witnesses or witnesses[vkey].removed_at is not None
    ]
    facts += [
        WitnessRemoved(subject=one.id, occurred_at=now, vkey=vkey)
        for vkey, one in witnesses.items()
        if vkey not in asked and one.removed_at is None
    ]
    if facts:
        house.store.commit(facts, at=now, by="tocsin", command=f"record:{house.store.new_id()}")


def note_restored_keys(house: House, now: datetime) -> None:
    """Enter keys that came back with a later backup than the data did: they took over in what was lost."""
    with house.store.look() as look:
        known = {key.vkey for key in look.all(RecordKey)}
    fresh = [signer.vkey for signer in house.store.signers() if signer.vkey not in known]
    if known and fresh:
        facts = [RecordKeyAdded(subject=_id(vkey), occurred_at=now, vkey=vkey) for vkey in fresh]
        house.store.commit(facts, at=now, by="tocsin", command=f"record:{house.store.new_id()}")


def _id(vkey: str) -> Id:
    return keyed_id(b"record", vkey)
