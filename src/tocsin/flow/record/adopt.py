"""Going on after a restore: taking over what the published record has, or deciding that nobody outside can be asked."""

import json
from datetime import datetime

import structlog

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.flow.house import House
from tocsin.flow.people.erasures import erasures_in, forget_again
from tocsin.flow.record.publish import ALARM, DOUBT, RESTORED, RESUMED, Publisher
from tocsin.record import open_note, parse_checkpoint
from tocsin.store.adopting import Adopted
from tocsin.store.folder import Folder
from tocsin.store.ledger import CADENCE
from tocsin.store.store import Store

log = structlog.get_logger()


def adopt(house: House, publisher: Publisher, folder: Folder, now: datetime) -> tuple[Adopted, int]:
    """Take over what a published folder has beyond ours; return that, and how many were forgotten again by it.

    Done again after it was stopped, it completes.

    Raises:
        Refused: the folder is not whole, not of this record, older than what was signed here, or the two have parted.
    """
    store = house.store
    with publisher.halted():
        vkeys = store.vkeys()
        note = folder.checkpoint() or b""
        found = folder.audit(vkeys, cadence=CADENCE)
        if not found.ok:
            raise Refused(f"{folder.root} is not adopted, for it is not whole. {found.problems[0]}")
        checkpoint = parse_checkpoint(open_note(note, vkeys))
        adopted = store.adopt(checkpoint, note, folder.entries_of(checkpoint.size), now)
        again = forget_again(house, {one.token for one in erasures_in(folder) if one.token}, set(), now)
        _clear(store)
    log.warning("record adopted", first=adopted.first, stop=adopted.stop, look=True)
    return adopted, again


def resume_alone(store: Store, publisher: Publisher, now: datetime) -> str:
    """Let the record be signed again by a person's decision; return what stood in the way.

    What can still be asked is asked before anything is signed. A published folder that holds more raises the alarm again,
    for its checkpoint is signed; so does a witness that says something new. What it said before was looked at.

    Raises:
        Refused: nothing stands in the way.
    """
    with publisher.halted():
        stood = store.recall(ALARM) or store.recall(DOUBT) or ""
        restored = store.recall(RESTORED)
        if not (stood or restored):
            raise Refused("Nothing keeps this record from being signed. There is nothing to resume.")
        before = json.loads(store.recall(RESUMED) or "[]")
        store.remember(RESUMED, json.dumps([*before, {"at": rfc3339(now), "alarm": stood, "restored": restored or ""}]))
        _clear(store)
    log.warning("record resumed alone", look=True)
    return stood or f"restored from a backup of {restored}"


def _clear(store: Store) -> None:
    store.remember(ALARM, "")
    store.remember(DOUBT, "")
    store.remember(RESTORED, "")
