"""What is fuzzed: each reader of foreign bytes, what must hold of it, and true examples to begin with."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from tests.cap import alerts as town
from tests.cap.test_signature import PINS, SIGNED
from tests.channels.test_bounces import DESK, EXIM, QMAIL, group, plain, report
from tests.people.test_calendar import EVENT, OFFICE, of
from tests.people.test_rota_calendar import NIGHT, NOW
from tests.record.published import SIGNER, signed
from tests.record.small_log import POLICY, Case
from tests.stix.objects import EVERYTHING, bundle
from tocsin.basis.errors import Refused
from tocsin.cap import Certainty, check, read, write
from tocsin.cap.judge import judge as judge_message
from tocsin.cap.judge import judge_all
from tocsin.cap.mend import for_matching
from tocsin.cap.read import parse
from tocsin.cap.rules import source_of
from tocsin.cap.write import spell
from tocsin.cap.xml import is_plain
from tocsin.channels.mail import read_bounce
from tocsin.people.calendar import read_events
from tocsin.people.events import read_calendar
from tocsin.people.rota_calendar import read_shifts
from tocsin.record import (
    judge,
    leaf_hash,
    make_request,
    open_note,
    read_bundle,
    read_policy,
    read_proof_file,
    read_request,
    root_of,
    verify_proof,
    write_bundle,
    write_proof_file,
    write_request,
)
from tocsin.record.canonical import canonical, read_canonical
from tocsin.stix import alike
from tocsin.stix import check as check_bundle
from tocsin.stix import read as read_stix
from tocsin.stix import spell as spell_stix
from tocsin.stix.tlp import definitions_in, marking_of

Try = Callable[[bytes], object]

CASE = Case()
LEAVES = [leaf_hash(entry) for entry in CASE.log.entries]
NOTE = signed(len(LEAVES), root_of(LEAVES))
PROOFS = [CASE.plain(), CASE.opened(), CASE.received()]
OPENED = read_proof_file(CASE.opened())
TRUE = verify_proof(CASE.opened(), POLICY)
MESSAGE = write(town.ALERT)


def _older(version: str) -> bytes:
    return spell(town.with_info(certainty=Certainty.LIKELY), town.SPACES[version])


def refuses(read: Try) -> Try:
    """Return a trial of a reader that may refuse, and do nothing else."""

    def once(data: bytes) -> None:
        with suppress(Refused):
            read(data)

    return once


def reads_back(read: Callable[[bytes], object], write: Callable[[bytes], bytes]) -> Try:
    """Return a trial of a reader that knows one spelling only: what it takes, it would have written so."""

    def once(data: bytes) -> None:
        with suppress(Refused):
            read(data)
            assert write(data) == data

    return once


def _shows_nothing_untrue(proof: bytes) -> None:
    found = verify_proof(proof, POLICY)
    if found.ok:
        assert (found.size, found.root) == (TRUE.size, TRUE.root)
    else:
        assert (found.entry, found.shown, found.receipt) == (None, {}, None)


def _opened_otherwise(extra: bytes) -> None:
    if extra:
        found = verify_proof(write_proof_file(replace(OPENED, extra=extra)), POLICY)
        assert not found.ok or found.shown.items() <= TRUE.shown.items()


def _bundle(data: bytes) -> None:
    width = 1 + data[0] if data else 1
    assert write_bundle(read_bundle(data[1:], width)) == data[1:]


def _calendar(data: bytes) -> None:
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    for row in read_events(lines, read_calendar(lines), person="ann"):
        assert row.refused or row.cells["person"] == "ann"


def _shifts(data: bytes) -> None:
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    for told in read_shifts(lines, read_calendar(lines), NOW, otherwise="Europe/Vienna"):
        assert all(begins < ends for begins, ends in told.spans)


def _message(data: bytes) -> None:
    found = judge_message(data, pins=PINS)
    assert found.ok == (not any(problem.severity == "error" for problem in found.problems))
    assert all(source_of(problem.rule) for problem in found.problems)
    if found.alert is None:
        assert not found.ok
        return
    if is_plain(data):  # read without the white space between its elements, and now with it
        assert parse(data) == parse(data + b"<!---->")
    for each in for_matching(found.alert):
        assert each.rings or each.how
    with suppress(Refused):
        written = write(found.alert)
        assert read(written) == found.alert
        assert not any(problem.severity == "error" for problem in check(written))


def _envelope(data: bytes) -> None:
    found = judge_all(data)
    assert found.ok == (bool(found.verdicts) and all(verdict.ok for verdict in found.verdicts))


def _stix(data: bytes) -> None:
    found = read_stix(data)
    check_bundle(found)
    definitions = definitions_in(found.objects)
    for said in found.objects:
        marking_of(said, definitions)
    again = read_stix(spell_stix(found))
    assert alike(found.objects, again.objects)
    assert spell_stix(again) == spell_stix(found)


TARGETS: dict[str, tuple[Try, Sequence[bytes]]] = {
    "proof_file": (reads_back(read_proof_file, lambda data: write_proof_file(read_proof_file(data))), PROOFS),
    "proof": (_shows_nothing_untrue, PROOFS),
    "opened": (_opened_otherwise, [OPENED.extra or b""]),
    "policy": (refuses(lambda data: judge(read_policy(data), NOTE)), [POLICY]),
    "note": (refuses(lambda data: open_note(data, [SIGNER.vkey])), [NOTE]),
    "bundle": (refuses(_bundle), [bytes([len(LEAVES) - 1]) + write_bundle(CASE.log.entries)]),
    "request": (
        reads_back(read_request, lambda data: write_request(read_request(data))),
        [write_request(make_request(0, (), NOTE)), write_request(make_request(3, LEAVES[:2], NOTE))],
    ),
    "bounce": (
        refuses(lambda data: read_bounce(data, sender=DESK)),
        [report(group("failed")), plain("failure notice", QMAIL), plain("Mail delivery failed", EXIM)],
    ),
    "calendar": (
        refuses(_calendar),
        ["".join(of(EVENT, [*EVENT[:2], "DURATION:P2D", "GEO:48.2;16.4"], head=OFFICE)).encode()],
    ),
    "shifts": (
        refuses(_shifts),
        [
            "".join(
                of([*NIGHT, "SUMMARY:Ann", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU", "EXDATE:20260331T180000Z"], head=OFFICE)
            ).encode()
        ],
    ),
    "cap": (_message, [MESSAGE, SIGNED, *map(_older, ("1.0", "1.1"))]),
    "cap_envelope": (_envelope, [b"<alerts>" + MESSAGE.partition(b"?>")[2] + b"</alerts>"]),
    "stix": (refuses(_stix), [bundle(*EVERYTHING), bundle("?", 1.5, {"type": "x-bell"})]),
    "canonical": (
        reads_back(read_canonical, lambda data: canonical(read_canonical(data))),
        [CASE.log.entries[0], OPENED.extra or b""],
    ),
}
