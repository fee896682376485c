"""Publishing the record: tiles to the disc, a checkpoint signed and put beside them, witnesses asked.

Nothing that warns anybody waits for this. What must not happen is that one key signs two records: so before the first
signature of a process, and again whenever a witness says so, what others know of this record is compared with what lies
here; where they know more, or other things, nothing is signed and the alarm stands until a person has looked.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec
import structlog

from tocsin.basis.errors import Broken, Refused, TocsinError
from tocsin.flow.record.witness import ALARMS, Ahead, Outcome, Post, WitnessAddress, gather
from tocsin.record import (
    Checkpoint,
    Cosigned,
    Fork,
    Frontier,
    ListedLog,
    Policy,
    add_signatures,
    judge,
    open_note,
    parse_checkpoint,
    parse_vkey,
    prove_consistency,
    tile_nodes,
    verify_consistency,
)
from tocsin.store.folder import Folder
from tocsin.store.signing import Signed
from tocsin.store.store import Store

ALARM = "record_alarm"
DOUBT = "record_doubt"
RESTORED = "restored"
RESUMED = "resumed"
DEADLINE_S = 5.0  # for all witnesses together

_STILL = "Nothing is signed; warnings still go out."
_PAGE = "docs/how-to/backup-and-restore.md tells how."
LARGER = f"{_STILL} Find the larger record, then say `tocsin record adopt FOLDER`; {_PAGE}"
PARTED = f"{_STILL} Stop every other copy of this installation, and look which of the two holds; {_PAGE}"
UNCOMPARED = (
    "This directory was restored, and neither a published folder nor a witness could be asked how far its record had come. "
    f"{_STILL} Say `tocsin record adopt FOLDER` with the published folder, or `tocsin record resume --alone` where there "
    f"is none; {_PAGE}"
)

log = structlog.get_logger()


class Witnessing(msgspec.Struct, frozen=True):
    """Which witnesses are asked, and how. policy: whose cosignatures count, and how many of them."""

    policy: Policy
    post: Post

    def addresses(self, known: dict[str, int]) -> list[WitnessAddress]:
        """Return those that have an address. known: the size each cosigned last, as far as we know."""
        return [
            WitnessAddress(one.key.vkey, one.url, known.get(one.key.vkey, 0))
            for one in self.policy.witnesses
            if one.url
        ]


class Publisher:
    """Makes what is sequenced public. One thread at a time."""

    def __init__(self, store: Store, folder: Folder, witnessing: Witnessing | None = None) -> None:
        """Publish this store's record into this folder."""
        self._store = store
        self._witnessing = witnessing
        self._one = threading.Lock()
        self._checked = False
        self._known: dict[str, int] = {}
        self.folder = folder
        self.lost: dict[str, str] = {}
        self.published = 0

    @property
    def alarm(self) -> str:
        """Return what a person must look at: why nothing is signed any more, or what a witness has said; or nothing."""
        uncompared = UNCOMPARED if self._store.recall(RESTORED) else ""
        return self._store.recall(ALARM) or self._store.recall(DOUBT) or uncompared

    def policy(self) -> Policy:
        """Return by whose signatures anyone may judge this record: its keys, old and new, and its witnesses' quorum.

        Where the witnesses are asked is left out: that is between us and them.
        """
        logs = tuple(ListedLog(parse_vkey(vkey)) for vkey in self._store.vkeys())
        if self._witnessing is None:
            return Policy(logs, (), (), None)
        asked = self._witnessing.policy
        witnesses = tuple(msgspec.structs.replace(one, url=None) for one in asked.witnesses)
        return msgspec.structs.replace(asked, logs=logs, witnesses=witnesses)

    def publish(self, now: datetime) -> Signed | None:
        """Publish everything that has been sequenced, and return the checkpoint that covers it; None for an empty record.

        Raises:
            Broken: someone knows more of this record than lies here, or other things; nothing is signed.
            Unreachable: the disc is full or read-only.
        """
        with self._one:
            if not self._checked:
                self._compare(now)
            self._refuse_alarm()
            frontier = self._store.integrate().frontier
            if frontier.size == 0:
                return None
            published = self._published()
            have = 0 if published is None else published.size
            last = self._store.signed()
            self.published = have
            if published is not None and self._store.root_at(have) != published.root:
                self._compare_folder(now)  # another copy of this installation writes there, too
            if have == frontier.size and last is not None and last.published:
                return last
            root = self.folder.grow(have, frontier.size, self._store.entries)
            if root != frontier.root():
                raise Broken(
                    f"The published folder {self.folder.root} does not lead to the record's root. "
                    "Move it away; it is written anew at the next start."
                )
            for before in (published, last):
                self._refuse_rewritten(before, frontier)
            signed = self._store.sign(frontier, now)
            self.folder.publish(signed.note)
            self._store.note_published(signed.size)
            self.published = signed.size
            return signed

    def _refuse_rewritten(self, before: Checkpoint | Signed | None, frontier: Frontier) -> None:
        """Refuse a tree that does not begin with one that was signed, whatever the database says of both."""
        if before is None or 0 in (before.size, frontier.size) or before.size > frontier.size:
            return  # nothing follows from an empty one, and a smaller one is not signed after a larger
        if not self._begins_with(before, frontier.size, frontier.root()):
            raise Broken(
                f"This record was rewritten: its {frontier.size} entries do not begin with the {before.size} that were "
                f"signed. {_STILL} Look who did that, and restore a backup; {_PAGE}"
            )

    def ask_witnesses(self) -> bool:
        """Ask the witnesses to cosign what was published last; say whether enough of them have.

        Who does not answer is noted in `lost`, and delays nothing. A witness that speaks of a larger or another record
        under our name raises the alarm; but its word is under no signature, and stops nothing while all else agrees.
        """
        with self._one:
            last = self._store.signed()
            if self._witnessing is None or last is None or not last.published or last.witnessed:
                return last is not None and last.witnessed
            return self._ask(last)

    def _ask(self, signed: Signed, *, first: bool = False) -> bool:
        """Ask about a checkpoint. first: before anything was signed by this process, when we may be an older copy."""
        asked = self._witnessing
        if asked is None:
            return False
        addresses = asked.addresses(self._known)
        nodes = tile_nodes(self.folder.read, signed.size)
        outcomes = gather(asked.post, signed.note, nodes, addresses, DEADLINE_S)
        witnessed = self._keep(signed, addresses, outcomes)
        # While enough witnesses cosign, the claim of another is a doubt; after a restore any claim is likely true.
        stop = first and (not witnessed or bool(self._store.recall(RESTORED)))
        self._mind(addresses, outcomes, stop=stop)
        return witnessed

    def _keep(self, signed: Signed, addresses: Sequence[WitnessAddress], outcomes: Sequence[Outcome]) -> bool:
        """Put the cosignatures that came in under the published checkpoint; say whether they suffice."""
        lines = []
        for address, said in zip(addresses, outcomes, strict=True):
            if isinstance(said, Cosigned):
                self._known[address.vkey] = signed.size
                lines.append(said.line)
        if not lines:
            return False
        note = add_signatures(signed.note, lines)
        witnessed = self._suffices(note)
        self._store.note_cosigned(signed.size, note, witnessed=witnessed)
        self.folder.publish(note)
        return witnessed

    def _mind(self, addresses: Sequence[WitnessAddress], outcomes: Sequence[Outcome], *, stop: bool) -> None:
        self.lost = {}
        for address, said in zip(addresses, outcomes, strict=True):
            name = parse_vkey(address.vkey).name
            if isinstance(said, ALARMS) and stop and _alarm(name, said) not in self._looked_at():
                self._raise_alarm(_alarm(name, said))
            elif isinstance(said, ALARMS):
                self._store.remember(DOUBT, _alarm(name, said))
                log.error("record in doubt", look=True)
            elif not isinstance(said, Cosigned):
                self.lost[name] = said.why
                log.warning("witness lost", witness=name)

    def _looked_at(self) -> set[str]:
        """Return what witnesses have said that a person looked at, and signed nevertheless."""
        return {one["alarm"] for one in json.loads(self._store.recall(RESUMED) or "[]")}

    def _suffices(self, note: bytes) -> bool:
        if self._witnessing is None:
            return False
        ours = tuple(ListedLog(parse_vkey(signer.vkey)) for signer in self._store.signers())
        try:
            return bool(judge(msgspec.structs.replace(self._witnessing.policy, logs=ours), note).witnessed)
        except Refused:
            return False

    # ---- what others know

    @contextmanager
    def halted(self) -> Iterator[None]:
        """Publish nothing meanwhile; afterwards what others know is looked at again before anything is signed."""
        with self._one:
            try:
                yield
            finally:
                self._checked = False

    def _compare(self, now: datetime) -> None:
        """Compare what lies here with what others know of it, before the first signature of this process."""
        heard = self._compare_folder(now)
        last = self._store.signed()
        if self._witnessing is not None and last is not None:
            self._refuse_alarm()
            have = self._published()
            self.folder.grow(0 if have is None else have.size, last.size, self._store.entries)
            heard = self._ask(last, first=True) or heard
        if self._store.recall(RESTORED):
            self._refuse_alarm()
            if not heard:
                raise Broken(UNCOMPARED)
            self._store.remember(RESTORED, "")
            log.warning("restored record compared, and signed again")
        self._checked = True

    def _compare_folder(self, now: datetime) -> bool:
        """Compare with the published folder; say whether it is one that tells how far the record had come."""
        note = self.folder.checkpoint()
        published = self._published()
        if note is None or published is None:
            return False
        known = self._store.signed(published=True)
        ours = self._store.root_at(published.size)
        if ours == published.root:
            self._store.note_seen(published, note, now)
        elif self._continues(published):
            self._raise_alarm(
                f"The published folder {self.folder.root} holds {published.size} entries of this record, which this "
                f"directory does not have. It is an older copy. {LARGER}"
            )
        else:
            self._raise_alarm(
                f"The published folder {self.folder.root} holds another record under the same name. {PARTED}"
            )
        return known is None or known.size <= published.size

    def _continues(self, published: Checkpoint) -> bool:
        """Say whether the published record continues what was signed here. What was only sequenced was never shown."""
        last = self._store.signed()
        if last is None or last.size >= published.size:
            return last is None
        return self._begins_with(last, published.size, published.root)

    def _begins_with(self, old: Checkpoint | Signed, size: int, root: bytes) -> bool:
        """Say whether a tree that lies in the published folder begins with one that was signed."""
        try:
            proof = prove_consistency(old.size, size, tile_nodes(self.folder.read, size))
        except Refused as error:
            raise Broken(f"The published folder {self.folder.root} is damaged. {error}") from error
        return verify_consistency(old.size, size, proof, old.root, root)

    def _published(self) -> Checkpoint | None:
        note = self.folder.checkpoint()
        if note is None:
            return None
        try:
            return parse_checkpoint(open_note(note, self._store.vkeys()))
        except TocsinError as error:
            raise Broken(
                f"The checkpoint in {self.folder.root} was not signed by this record ({error}). Move that folder away; "
                "or, where the key was changed after a backup, restore with a later key archive."
            ) from error

    def _raise_alarm(self, why: str) -> None:
        self._store.remember(ALARM, why)
        log.error("record in alarm", look=True)
        self._refuse_alarm()

    def _refuse_alarm(self) -> None:
        if why := self._store.recall(ALARM):
            raise Broken(why)


def is_final(store: Store, number: int) -> bool:
    """Say whether an entry keeps its number: it is signed, or nothing keeps it from being signed as it stands."""
    last = store.signed()
    return (last is not None and number < last.size) or not (store.recall(ALARM) or store.recall(RESTORED))


def _alarm(name: str, said: Ahead | Fork) -> str:
    if isinstance(said, Ahead):
        return f"The witness {name} knows {said.size} entries of this record, more than were signed here. {LARGER}"
    return f"The witness {name} was shown another record under our name: {said.why} {PARTED}"
