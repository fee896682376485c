"""Go's checksum database judges our record with its own code: what we published holds there too, and no lie does.

The program is ours (checkrecord/), what it decides by is golang.org/x/mod/sumdb as Debian packages it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.record import (
    TILE_WIDTH,
    ProofFile,
    Signer,
    leaf_hash,
    make_request,
    prove_consistency,
    read_bundle,
    read_proof_file,
    tile_nodes,
    write_bundle,
    write_proof_file,
    write_request,
)
from tocsin.store.prove import Prover
from tocsin.testing.town import Town
from tocsin.warning.advisory.facts import AdvisoryIssued

pytestmark = pytest.mark.service

SOURCES = Path("/usr/share/gocode")  # where Debian keeps the sources of Go's libraries
PROGRAM = Path(__file__).parent / "checkrecord"
PACKAGES = "golang-go and golang-golang-x-mod-dev"
NOTICE = "The bridge may fall on Thursday"


class Case(msgspec.Struct, frozen=True):
    """A record and what was asked of it, as files. keys: of the record, the old one first."""

    place: Path
    keys: list[str]
    sizes: list[int]

    @property
    def folder(self) -> Path:
        return self.place / "record"

    def files(self) -> list[Path]:
        return sorted(self.place.glob("asked/*"))


Judge = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Build the program and return what runs it."""
    if shutil.which("go") is None or not SOURCES.joinpath("src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip(f"Go is not here to judge the record. On Debian and Ubuntu, install {PACKAGES}.")
    work = tmp_path_factory.mktemp("go")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GO", "CGO"))},
        "GO111MODULE": "off",  # from the sources that are here, and from no network
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOPATH": f"{work}:{SOURCES}",
        "GOCACHE": str(work / "cache"),
        "CGO_ENABLED": "0",
    }
    program = work / "checkrecord"
    command = ["go", "build", "-o", str(program), *map(str, sorted(PROGRAM.glob("*.go")))]
    built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert built.returncode == 0, built.stderr

    def run(case: Case, *files: Path, keys: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        listed = [part for key in keys or case.keys for part in ("-key", key)]
        command = [str(program), *listed, str(case.folder), *map(str, files)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    return run


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Make a record of more than 600 entries, published three times, the last time under two keys; and prove all of it."""
    place = tmp_path_factory.mktemp("case")
    asked = place / "asked"
    asked.mkdir()
    with Town(tmp_path_factory.mktemp("town")) as town:
        town.person("the miller")
        notice = town.duty_officer.issues_notice(to="the miller", what=NOTICE)
        town.pass_time(hours=1)
        town.duty_officer.takes_on(notice, "silence")
        checkpoints = [_published(town)]
        _sets_levels(town, 300)
        town.watch_officer.proposes_opening(notice, "what")
        town.duty_officer.opens(notice)
        checkpoints.append(_published(town))
        town.rotates_key()
        _sets_levels(town, 400)
        checkpoints.append(_published(town))
        published = town.app.publisher.folder
        sizes = [int(note.split(b"\n")[1]) for note in checkpoints]
        nodes = tile_nodes(published.read, sizes[-1])
        for size, note in zip(sizes[:-1], checkpoints[:-1], strict=True):
            (asked / f"{size}.checkpoint").write_bytes(note)
        for old, new in ((0, 1), (1, 2), (0, 2)):
            proof = prove_consistency(sizes[old], sizes[new], nodes)
            request = make_request(sizes[old], proof, checkpoints[new])
            (asked / f"{sizes[old]}-{sizes[new]}.add-checkpoint").write_bytes(write_request(request))
        with town.app.store.look() as look:
            prover = Prover(town.app.store, look, published)
            for number in range(sizes[-1]):
                (asked / f"{number:04}.tlog-proof").write_bytes(prover.entry(number))
        (asked / "opened.tlog-proof").write_bytes(town.proof_of(notice, "what"))
        keys = town.app.store.vkeys()
        shutil.copytree(published.root, place / "record")
    return Case(place, keys, sizes)


def _published(town: Town) -> bytes:
    town.publish()
    note = town.app.publisher.folder.checkpoint()
    assert note is not None
    return note


def _sets_levels(town: Town, count: int) -> None:
    """Let many public facts happen at once."""
    facts = [
        AdvisoryIssued(
            subject=town.app.store.new_id(),
            occurred_at=town.now,
            country="BE",
            level=1 + number % 4,
            title="Belgium",
            text=f"Because of the water, {number}.",
            reasons=("disaster",),
            author=town.watch_officer.id,
            approver=town.duty_officer.id,
            review_at=town.now + timedelta(days=182),
            exercise=True,
        )
        for number in range(count)
    ]
    town.app.store.commit(facts, at=town.now, by=town.duty_officer.id, command=town.name_next("levels"))


# ---- what is true


def test_all_that_was_published_and_proven_holds_for_gos_own_code(case: Case, judge: Judge) -> None:
    first, second, last = case.sizes
    assert first < 256 < second < 512  # one full bundle, then two
    assert last > 600
    done = judge(case, *case.files())
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    shown = found.pop("shown")
    assert found == {"size": last, "checkpoints": 3, "consistent": 3, "included": last + 1}
    assert shown["opened.tlog-proof"]["tear_line.what"] == NOTICE
    assert shown["opened.tlog-proof"]["fact.kind"] == "NoticeSent"


def test_while_a_key_is_changed_either_of_the_two_opens_the_record(case: Case, judge: Judge) -> None:
    old, new = case.keys
    assert judge(case, keys=[old]).returncode == 0
    assert judge(case, keys=[new]).returncode == 0
    refused = judge(case, case.place / f"asked/{case.sizes[0]}.checkpoint", keys=[new])
    assert (refused.returncode, "no verifiable signatures" in refused.stderr) == (1, True)


# ---- and what is not


def other(data: bytes, at: int) -> bytes:
    """Change one byte into another of its kind, so that what is changed is the meaning and not the spelling."""
    at %= len(data)
    byte = data[at : at + 1]
    if byte.isalpha() or byte in b"+/":  # the two signs of base64 are letters there
        return data[:at] + (b"b" if byte == b"a" else b"a") + data[at + 1 :]
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def after(mark: bytes) -> Callable[[bytes], bytes]:
    return lambda data: other(data, data.index(mark) + len(mark))


def byte(at: int) -> Callable[[bytes], bytes]:
    return lambda data: other(data, at)


def in_extra(mark: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        proof = read_proof_file(data)
        return write_proof_file(ProofFile(proof.index, proof.hashes, proof.checkpoint, after(mark)(proof.extra or b"")))

    return change


WRONG_SIGNATURE = "invalid signature for key"
WRONG_TILE = "does not hold the hashes of the entries"
WRONG_ENTRY = "the entries do not lead to the root that was signed"
WRONG_PROOF = "invalid transparency proof"
OF_TWO = "asked/*-*.add-checkpoint"


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        pytest.param("record/checkpoint", after(b"\n"), WRONG_SIGNATURE, id="the size in the checkpoint"),
        pytest.param("record/checkpoint", byte(40), WRONG_SIGNATURE, id="the root in the checkpoint"),
        pytest.param("record/checkpoint", byte(-20), WRONG_SIGNATURE, id="a signature"),
        pytest.param("record/tile/0/000", byte(0), WRONG_TILE, id="the first hash of a full tile"),
        pytest.param("record/tile/0/001", byte(-1), WRONG_TILE, id="the last hash of a full tile"),
        pytest.param("record/tile/0/002.p/*", byte(0), WRONG_TILE, id="a hash of a partial tile"),
        pytest.param("record/tile/1/000.p/*", byte(40), WRONG_TILE, id="a hash of a tile above"),
        pytest.param("record/tile/entries/000", byte(1), "bytes behind them", id="the length of an entry"),
        pytest.param("record/tile/entries/001", byte(200), WRONG_ENTRY, id="an entry"),
        pytest.param("record/tile/entries/002.p/*", byte(-3), WRONG_ENTRY, id="the last entry"),
        pytest.param("asked/0300.tlog-proof", after(b"index "), WRONG_PROOF, id="the number of a proven entry"),
        pytest.param("asked/0300.tlog-proof", after(b"index 300\n"), WRONG_PROOF, id="a hash of an inclusion proof"),
        pytest.param("asked/0300.tlog-proof", in_extra(b'"subject":"'), WRONG_PROOF, id="the entry a proof carries"),
        pytest.param("asked/0300.tlog-proof", byte(-20), WRONG_SIGNATURE, id="the checkpoint of a proof"),
        pytest.param("asked/opened.tlog-proof", in_extra(b"The bridge "), WRONG_PROOF, id="what a notice said"),
        pytest.param("asked/opened.tlog-proof", in_extra(b'"salt":"'), WRONG_PROOF, id="the salt of a field"),
        pytest.param("asked/opened.tlog-proof", in_extra(b'"commitment":"'), WRONG_PROOF, id="the notice's commitment"),
        pytest.param("asked/opened.tlog-proof", in_extra(b'"opening":{"entry":{"at":"'), WRONG_PROOF, id="the opening"),
        pytest.param(OF_TWO, after(b"\n"), WRONG_PROOF, id="a hash of a consistency proof"),
        pytest.param(OF_TWO, after(b"old "), "no checkpoint of size", id="the size it leads from"),
    ],
)
def test_one_changed_byte_is_refused(
    case: Case, judge: Judge, tmp_path: Path, name: str, change: Callable[[bytes], bytes], why: str
) -> None:
    lied = msgspec.structs.replace(case, place=tmp_path)
    shutil.copytree(case.folder, lied.folder)
    (tmp_path / "asked").mkdir()
    for file in (*case.place.glob("asked/*checkpoint"), case.place / "asked/0300.tlog-proof"):
        shutil.copy(file, tmp_path / "asked")
    shutil.copy(case.place / "asked/opened.tlog-proof", tmp_path / "asked")
    assert judge(lied, *lied.files()).returncode == 0
    where = max(tmp_path.glob(name))
    true = where.read_bytes()
    where.write_bytes(change(true))
    assert sum(one != two for one, two in zip(true, where.read_bytes(), strict=True)) >= 1
    done = judge(lied, *lied.files())
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


def test_entries_and_tiles_that_agree_in_a_lie_are_refused(case: Case, judge: Judge, tmp_path: Path) -> None:
    lied = msgspec.structs.replace(case, place=tmp_path)
    shutil.copytree(case.folder, lied.folder)
    bundle, tile = lied.folder / "tile/entries/001", lied.folder / "tile/0/001"
    entries = read_bundle(byte(200)(bundle.read_bytes()), TILE_WIDTH)
    bundle.write_bytes(write_bundle(entries))
    tile.write_bytes(b"".join(map(leaf_hash, entries)))
    done = judge(lied)
    assert (done.returncode, WRONG_ENTRY in done.stderr) == (1, True)


def test_a_record_that_lost_a_file_is_refused(case: Case, judge: Judge, tmp_path: Path) -> None:
    lied = msgspec.structs.replace(case, place=tmp_path)
    shutil.copytree(case.folder, lied.folder)
    (lied.folder / "tile/0/001").unlink()
    done = judge(lied)
    assert (done.returncode, "no such file" in done.stderr) == (1, True)


def test_a_record_signed_by_another_is_refused(case: Case, judge: Judge) -> None:
    stranger = Signer(case.keys[0].partition("+")[0], b"\x07" * 32)
    done = judge(case, keys=[stranger.vkey])
    assert (done.returncode, "no verifiable signatures" in done.stderr) == (1, True)
