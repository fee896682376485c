"""A witness on its data directory: what it is asked, it decides, keeps, and only then cosigns.

DIR/name and DIR/witness.key say who it is, DIR/logs for whom it cosigns, DIR/seen/ what it cosigned last, DIR/forks/ what
a log could not explain.
"""

import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Randomness
from tocsin.basis.moment import Clock
from tocsin.record import Cosigner, Request, Ruling, decide, read_request
from tocsin.web.witness.disc import put
from tocsin.web.witness.evidence import Evidence
from tocsin.web.witness.keeping import Keeping
from tocsin.web.witness.logs import Logs, read_logs

SEED = 32  # bytes
NAME, KEY, LOGS, SEEN, FORKS = "name", "witness.key", "logs", "seen", "forks"
_HEAD = "# The logs that this witness cosigns for: one verifier key a line. It is read again when it changes.\n"


def make_witness(data: Path, name: str, randomness: Randomness) -> Cosigner:
    """Set a directory up for a new witness: its name, a new key, and a list of logs without any.

    Raises:
        Refused: there is one already, or the name cannot be one.
    """
    if (data / KEY).exists():
        raise Refused(f"{data} holds a witness already. A key once used is never made anew; name another directory.")
    seed = randomness(SEED)
    cosigner = Cosigner(name, seed)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    put(data / NAME, f"{name}\n".encode())
    if not (data / LOGS).exists():
        put(data / LOGS, _HEAD.encode())
    put(data / KEY, seed)  # last: where there is a key, there is a whole witness
    return cosigner


def load_cosigner(data: Path) -> Cosigner:
    """Read who the witness is.

    Raises:
        Refused: there is no witness, or others can read its key.
    """
    file = data / KEY
    try:
        name = (data / NAME).read_text().strip()
        mode = stat.S_IMODE(file.stat().st_mode)
        seed = file.read_bytes()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{data} holds no witness that can be read. Say `tocsin witness init` first.") from error
    if mode & 0o077:
        raise Refused(f"{file} can be read by others (mode {mode:o}). Say `chmod 600 {file}` and look who did.")
    if len(seed) != SEED:
        raise Refused(f"{file} holds {len(seed)} bytes; a key has {SEED}. Restore it from where you keep the key.")
    return Cosigner(name, seed)


def list_log(data: Path, vkey: str, origin: str = "") -> None:
    """Put one more log on the list.

    origin: where it is not the name of the key.

    Raises:
        Refused: it is no log's key, or is listed already.
    """
    try:
        standing = (data / LOGS).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{data / LOGS} cannot be read as a list of logs.") from error
    line = f"{vkey} {origin}".strip()
    if len(line.splitlines()) != 1 or line.startswith("#"):
        raise Refused("A log is listed by one verifier key: NAME+KEY ID+BASE64.")
    if standing and not standing.endswith("\n"):
        standing += "\n"
    read_logs(standing + line)
    put(data / LOGS, f"{standing}{line}\n".encode())


class Witness:
    """A witness at work. One process may have it, and that one may ask it from several threads."""

    def __init__(self, data: Path, clock: Clock) -> None:
        """Open a directory that make_witness made. The caller holds its lock.

        Raises:
            Refused: the key can be read by others, or the list of logs is wrong.
            Unreachable: the disc does not let us.
        """
        self._cosigner = load_cosigner(data)
        self._clock = clock
        self.logs = Logs(data / LOGS)
        self.keeping = Keeping(data / SEEN)
        self.evidence = Evidence(data / FORKS)

    @property
    def vkey(self) -> str:
        """Return the verifier key that logs and readers list this witness by."""
        return self._cosigner.vkey

    def answer(self, body: bytes) -> Ruling:
        """Answer one add-checkpoint request. When this returns a cosignature, what it covers is on the disc.

        Raises:
            Unreachable: the disc did not take it now; nothing was cosigned.
            Broken: a person must look before anything is cosigned.
        """
        try:
            request = read_request(body)
        except Refused as error:
            return Ruling(400, f"The request is malformed. {error}\n".encode())
        vkeys = self.logs.vkeys(request.checkpoint.origin)
        if vkeys is None:
            return decide(request, None, None)
        with self.keeping.alone():
            return self._decide(request, vkeys)

    def _decide(self, request: Request, vkeys: Sequence[str]) -> Ruling:
        origin = request.checkpoint.origin
        kept = self.keeping.last(origin)
        before = kept.seen if kept else None
        ruling = decide(request, vkeys, before)
        if kept and ruling.suspicion:
            self.evidence.keep(ruling.suspicion, origin, kept.note, request.note)
        if ruling.seen_after is None:
            return ruling
        if ruling.seen_after != before:
            self.keeping.advance(origin, before, request.note)
        line = self._cosigner.line(request.text, self._clock.now())
        return msgspec.structs.replace(ruling, body=line.encode())
