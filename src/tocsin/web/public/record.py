"""The record on the public site: its published files, how it stands, by whose keys to judge it, and the verifier.

Whatever is shown here follows from the published files and the public entries. What waits for a seal is nobody's to know.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.errors import Refused
from tocsin.record import (
    TILE_WIDTH,
    Checkpoint,
    Policy,
    ProofFile,
    Tile,
    bundle,
    cosigned_at,
    fetch_tile,
    judge,
    parse_checkpoint,
    parse_tile_path,
    prove_inclusion,
    read_entry,
    tile_nodes,
    write_policy,
    write_proof_file,
)
from tocsin.store.public import PublicLook
from tocsin.web.public import views
from tocsin.web.public.pages import Ask, PublicSite, Site, ask_of, drawn
from tocsin.web.public.reply import FOR_EVER, SOON, Asked, Made, reply

TEXT = "text/plain"  # Litestar adds the charset
OCTETS = "application/octet-stream"
LATEST = 20
Answer = Response[bytes] | Redirect


@get("/record", sync_to_thread=True)
def record(request: Asked, site: Site) -> Answer:
    """Show how the record stands, to anybody."""
    return reply(request, record_made(site, ask_of(request)))


@get("/record/verify", sync_to_thread=True)
def verify(request: Asked, site: Site) -> Answer:
    """Return the page that checks a proof in the reader's own browser, and goes on doing so when it is saved."""
    entry = request.query_params.get("entry", "")
    made = proof_of(site, int(entry)) if entry.isascii() and entry.isdigit() and len(entry) < 16 else None
    return reply(request, verify_made(site, ask_of(request), made))


@get("/record/policy", sync_to_thread=True)
def policy(request: Asked, site: Site) -> Answer:
    """Return by whose signatures the record may be judged, as C2SP tlog-policy writes it."""
    return reply(request, policy_made(site))


@get("/record/proof/{number:int}", sync_to_thread=True)
def proof(request: Asked, site: Site, number: FromPath[int]) -> Answer:
    """Return the proof of an entry, made from nothing but the published files."""
    made = proof_made(site, number)
    if made is None:
        raise NotFoundException
    return reply(request, made)


@get("/record/{name:path}", sync_to_thread=True)
def published(request: Asked, site: Site, name: FromPath[str]) -> Answer:
    """Return a published file of the record: its checkpoint, or a tile that this covers."""
    found = site.published(name.lstrip("/"))
    if found is None or not _is_covered(site, name.lstrip("/")):
        raise NotFoundException
    if name == "/checkpoint":
        return reply(request, Made(found, TEXT, cache=SOON))
    return reply(request, Made(found, OCTETS, cache=FOR_EVER))


def record_made(site: PublicSite, ask: Ask) -> Made:
    """Make the page that shows how the record stands."""
    return drawn(site, record_page(site, ask), ask)


def verify_made(site: PublicSite, ask: Ask, proof: bytes | None = None) -> Made:
    """Make the page that checks a proof."""
    text = proof.decode() if proof else ""
    shell = site.shell(site.clock.now(), ask)
    return drawn(site, views.VerifyPage(shell=shell, policy=policy_text(site).decode(), proof=text), ask)


def policy_made(site: PublicSite) -> Made:
    """Make the policy."""
    return Made(policy_text(site), TEXT, cache=SOON)


def proof_made(site: PublicSite, number: int) -> Made | None:
    """Make the proof of an entry; None where there is none, or it is not published yet."""
    found = proof_of(site, number)
    return None if found is None else Made(found, TEXT, cache=SOON, save_as=f"entry-{number}.tlog-proof")


def _is_covered(site: PublicSite, name: str) -> bool:
    """Say whether a file can never change any more: what lies beyond the checkpoint still may, and caches would keep it."""
    if name == "checkpoint":
        return True
    try:
        tile, note = parse_tile_path(name), site.published("checkpoint")
        return note is not None and tile.cut(_checkpoint(note).size) >= tile.width
    except Refused:
        return False


HANDLERS = (record, verify, policy, proof, published)
"""All of the record's pages; what they are handed is in pages.py."""


def policy_text(site: PublicSite) -> bytes:
    """Return the policy, with a line that says whose it is."""
    return f"# {site.base_url}/record\n".encode() + write_policy(site.policy())


def proof_of(site: PublicSite, number: int) -> bytes | None:
    """Make the proof of an entry; None where there is none, or it is not published yet."""
    note = site.published("checkpoint")
    size = 0 if note is None else _checkpoint(note).size
    if note is None or not 0 <= number < size:
        return None
    nodes = tile_nodes(site.published, size)
    whole = Tile("entries", number // TILE_WIDTH)
    entry = fetch_tile(site.published, Tile("entries", whole.index, whole.cut(size)))[number % TILE_WIDTH]
    extra = bundle.write_bundle_extra(bundle.Bundle(v=1, entry=read_entry(entry)))
    return write_proof_file(ProofFile(number, tuple(prove_inclusion(number, size, nodes)), note, extra))


# ---- what the page says


def record_page(site: PublicSite, ask: Ask) -> views.RecordPage:
    """Return how the record stands."""
    listed, note = site.policy(), site.published("checkpoint")
    stands = None if note is None else _checkpoint(note)
    now = site.clock.now()
    with site.door.look() as look:
        at = look.signed_at(stands.size) if stands else None
        counted = look.counted(now)
        return views.RecordPage(
            shell=site.shell(now, ask, as_of=at),
            origin=listed.logs[-1].key.name,
            size=stands.size if stands else 0,
            root=stands.root.hex() if stands else "",
            published_at=at,
            keys=tuple(_key(one.key.vkey, counted.keys) for one in listed.logs),
            witnesses=tuple(_witnesses(listed, note)),
            witnessed=note is not None and _suffices(listed, note),
            sealed=counted.sealed,
            opened=counted.opened,
            overdue=counted.overdue,
            entries=tuple(_entries(look)),
        )


def _checkpoint(note: bytes) -> Checkpoint:
    return parse_checkpoint(note.rpartition(b"\n\n")[0] + b"\n")


def _key(vkey: str, known: dict[str, tuple[datetime, datetime | None]]) -> views.RecordKeyRow:
    since, until = known.get(vkey, (None, None))
    return views.RecordKeyRow(vkey=vkey, since=since, until=until)


def _witnesses(listed: Policy, note: bytes | None) -> Iterator[views.WitnessRow]:
    for witness in listed.witnesses:
        seen_at = None
        with suppress(Refused):
            seen_at = None if note is None else cosigned_at(note, witness.key.vkey)
        yield views.WitnessRow(name=witness.key.name, seen_at=seen_at)


def _suffices(listed: Policy, note: bytes) -> bool:
    """Say whether as many witnesses have seen it as the policy asks for, and any at all."""
    try:
        return bool(judge(listed, note).witnessed)
    except Refused:
        return False


def is_witnessed(site: PublicSite) -> bool:
    """Say whether enough witnesses have seen the record as it is published."""
    note = site.published("checkpoint")
    return note is not None and _suffices(site.policy(), note)


def _entries(look: PublicLook) -> Iterator[views.PublicEntry]:
    for one in look.latest(LATEST):
        yield views.PublicEntry(
            index=one.number,
            kind=one.kind,
            at=one.at,
            since=one.since,
            count=one.count,
            href=_href(look, one.kind, one.subject),
        )


def _href(look: PublicLook, kind: str, subject: str) -> str:
    """Return where anyone can read what an entry speaks of, or nothing."""
    match kind:
        case "AlertIssued" if look.alert(subject):
            return f"/alerts/{subject}"
        case "AdvisoryIssued" if look.advisory(subject):
            return f"/advisories/{subject}"
        case "StatementPublished" if look.statement(subject):
            return f"/statements/{subject}"
    return ""
