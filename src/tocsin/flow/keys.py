"""The record's name, its keys and its witnesses: given once, changed only in the open."""

from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, keyed_id
from tocsin.flow.house import House
from tocsin.flow.publish import Witnessing
from tocsin.record import RecordKey, RecordKeyAdded, RecordKeyRetired, RecordWitness, WitnessAdded, WitnessRemoved
from tocsin.store.store import ORIGIN, Store


def name_record(store: Store, name: str) -> None:
    """Give the record its name, if it has none.

    Raises:
        Refused: it has another.
    """
    kept = store.recall(ORIGIN)
    if kept is None:
        store.remember(ORIGIN, name or store.origin)
    elif name not in ("", kept) and not name.startswith(kept):
        raise Refused(f"The record of {store.data} is called {kept} and cannot become {name}: checkpoints name it so.")


def note_record(house: House, witnessing: Witnessing | None, now: datetime) -> None:
    """Enter the keys that sign and the witnesses that are asked into the record, where they have changed."""
    with house.store.look() as look:
        keys = {key.vkey: key for key in look.all(RecordKey)}
        witnesses = {one.vkey: one for one in look.all(RecordWitness)}
    signing = [signer.vkey for signer in house.store.signers()]
    asked = {} if witnessing is None else {one.key.vkey: one.key.name for one in witnessing.policy.witnesses}
    facts: list[Fact] = [
        RecordKeyAdded(subject=_id(vkey), occurred_at=now, vkey=vkey) for vkey in signing if vkey not in keys
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


def _id(vkey: str) -> Id:
    return keyed_id(b"record", vkey)
