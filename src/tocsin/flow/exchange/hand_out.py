"""Handing a case out: a look at what would leave and what would stay; then the file, and that it went."""

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reach, Reader, Role, strictest
from tocsin.flow.exchange.choose import Chosen, Stays, case_leaves, choose
from tocsin.flow.exchange.file import CaseFile, case_file
from tocsin.flow.exchange.items import Maker, moment, naming
from tocsin.flow.exchange.judged import Items
from tocsin.flow.exchange.objects import CASE
from tocsin.flow.exchange.weighed import is_newer
from tocsin.flow.house import House
from tocsin.flow.people.ours import our_own
from tocsin.people.state import Person
from tocsin.stix.extensions import EXTENSIONS, definition, maker
from tocsin.stix.model import Said, extension, word
from tocsin.stix.read import spell_object, write
from tocsin.stix.tlp import IDS, OF_ID, ids_of
from tocsin.stix.tlp import definition as mark_definition
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.threat.handed_out import CaseHandedOut, HandedObject, HandedOut, Released

OFFICERS = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})
LONGEST = 500  # characters of whom it is for, or of why a text is let go


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be handed out. mark: how far it may go. to: people named as its readers. whom: for whom it is, in words.

    within: what somebody says of whether it stays within this organisation; None: nothing. See stays_within.
    released: the keys of texts to let go though they hold words of stricter material, each with why.
    """

    threat: Id
    mark: Mark
    to: tuple[Id, ...] = ()
    whom: str = ""
    within: bool | None = None
    released: tuple[Released, ...] = ()


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a handing out would come to. chosen: each item that the reader may know of. file: the bundle.

    within: it stays within this organisation; None: nothing hangs on it. Where the case itself stays for its words, nothing
    leaves, and no file is made.
    """

    chosen: tuple[Chosen, ...]
    within: bool | None
    objects: tuple[HandedObject, ...] = ()
    file: bytes = b""

    @property
    def sha256(self) -> str:
        """Return what tells this file from any other."""
        return sha256(self.file).hexdigest()

    @property
    def looked_at(self) -> str:
        """Return what tells what would leave from anything else that could, whenever it is looked at."""
        return sha256("\n".join(f"{one.id} {one.digest}" for one in self.objects).encode()).hexdigest()


def offer(house: House, look: Look, wish: Wish, reader: Reader, handing: Id, now: datetime) -> Offer:
    """Say what would leave, and make the file. handing: the id of this handing out. Nothing is written down.

    Raises:
        Refused: there is no such case for this reader, it may not go so far, or the wish is none.
    """
    _refuse_wish(look, wish, reader)
    within = stays_within(look, wish)
    file = case_file(look, Door(look, reader), wish.threat)
    name = naming(house.store.secrets.links)
    called = "" if house.neutral else house.organisation
    made = Maker(name=name, maker=name("identity", "installation", called), exercise=file.threat.exercise)
    items = Items(file, made)
    reach = Reach(mark=wish.mark, to=frozenset(wish.to), within=bool(within))
    chosen = choose(file, items.all(), reach, reader, {one.key for one in wish.released})
    if any(one.item.key == CASE and one.stays is Stays.WORDS for one in chosen):
        return Offer(chosen=tuple(chosen), within=within)
    if not case_leaves(chosen):
        raise Refused(_too_far(file, wish))
    own, theirs = _leaving(file, chosen)
    own = [*_sources(file, items, chosen), *own]
    ours = {made.maker, *(word(said, "id") for said in own)}  # nobody else says a word in our name
    content = _once([*own, *(said for said in theirs if word(said, "id") not in ours)])
    bound = strictest(one.item.bound.mark for one in chosen if one.stays is None)
    group = made.make(
        "grouping", [wish.threat, wish.mark.value, *sorted(wish.to), *(["within"] if within else [])], file.threat.opened_at, bound,
        name=f"Case as handed out at {wish.mark.value}", context="suspicious-activity",
        object_refs=sorted({word(said, "id") for said in content}),
    )  # fmt: skip
    known = {one.id: one for handed in file.before for one in handed.objects}
    ours.add(word(group, "id"))
    dated = [
        _dated(said, known.get(word(said, "id")), now) if word(said, "id") in ours else said
        for said in (*content, group)
    ]
    objects = [*_around(made, called, file, dated), *dated]
    handed = tuple(_handed(said) for said in dated)
    return Offer(chosen=tuple(chosen), within=within, objects=handed, file=write(name("bundle", handing), objects))


def hand_out(
    house: House,
    handing: Id,
    wish: Wish,
    reader: Reader,
    *,
    looked_at: str | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> bytes:
    """Hand a case out, and write down who took what away, for whom, how far. Said twice, it is handed out once.

    looked_at: of the offer that somebody has seen and stands for; None: whatever leaves now.

    Raises:
        Refused: it may not go so far, it is for nobody, or what it was made of has changed meanwhile.
    """
    if not wish.whom.strip():
        raise Refused("Say for whom it is: that is written down with what went.")
    with house.store.look() as look:
        seen = look.version(wish.threat)
        before = look.find(HandedOut, handing)
        made = offer(house, look, wish, reader, handing, before.at if before else now)
    if not made.file:
        raise Refused(
            "The case itself is called by words that came to this organisation alone. Write them anew, or say why they may go."
        )
    if before is not None:
        if before.sha256 != made.sha256:
            raise Refused("This was handed out already, and the case has changed since. Hand it out anew.")
        return made.file
    if looked_at is not None and looked_at != made.looked_at:
        raise Refused("What would leave now is not what you looked at. Look again, and then hand it out.")
    fact = CaseHandedOut(
        subject=handing,
        occurred_at=now,
        threat=wish.threat,
        mark=wish.mark,
        to=wish.to,
        whom=wish.whom.strip(),
        within=made.within,
        by=by,
        objects=made.objects,
        sha256=made.sha256,
        released=tuple(one for one in wish.released if any(c.released and c.item.key == one.key for c in made.chosen)),
    )
    house.store.commit([fact], at=now, by=by, command=command, expect={wish.threat: seen, handing: 0})
    return made.file


def _refuse_wish(look: Look, wish: Wish, reader: Reader) -> None:
    if not reader.roles & OFFICERS or reader.person is None:
        raise Refused("Only a watch officer or a duty officer hands a case out.")
    if len(wish.whom) > LONGEST or any(len(one.why) > LONGEST for one in wish.released):
        raise Refused(f"Say it in {LONGEST} characters.")
    if any(not one.why.strip() for one in wish.released):
        raise Refused("Say why a text may go though it holds words of stricter material.")
    known = look.some(Person, list(wish.to))
    missing = sorted(set(wish.to) - {id for id, one in known.items() if not one.forgotten})
    if missing:
        raise Refused(f"There is nobody {missing[0]} here. Name people who are entered as readers.")
    if wish.within and wish.to and not set(wish.to) <= our_own(look):
        raise Refused("You say that it stays within this organisation, and name a reader who is not of it.")


def stays_within(look: Look, wish: Wish) -> bool | None:
    """Say whether a file stays within this organisation; None where nothing hangs on it.

    What is AMBER+STRICT is in no file of a laxer mark. At RED its readers say it. What nobody says goes to others.
    """
    if wish.mark is Mark.RED:
        return bool(wish.to) and set(wish.to) <= our_own(look)
    return bool(wish.within) if wish.mark is Mark.AMBER_STRICT else None


def _too_far(file: CaseFile, wish: Wish) -> str:
    mark = file.threat.mark
    if mark is Mark.RED and wish.mark is Mark.RED:
        return "The case is TLP:RED: it goes to its named readers only. Name them, and nobody else."
    return (
        f"The case is {mark.value} and may not go as {wish.mark.value}. Choose a mark that is no looser than its own."
    )


def _sources(file: CaseFile, items: Items, chosen: Collection[Chosen]) -> list[Said]:
    """Return the sources that are named: those of published reports that leave."""
    reports = [
        file.reports[one.item.key.partition(":")[2]]
        for one in chosen
        if one.item.kind == "report" and one.stays is None
    ]
    found: dict[Id, Said] = {}
    for report in sorted(reports, key=lambda one: list(Mark).index(one.mark)):
        if report.url and report.id not in file.foreign and report.source not in found:
            found[report.source] = items.maker.make(
                "identity", ["source", report.source], file.threat.opened_at, report.mark,
                name=file.sources[report.source].name, identity_class="organization",
            )  # fmt: skip
    return [found[id] for id in sorted(found)]


def _leaving(file: CaseFile, chosen: Collection[Chosen]) -> tuple[list[Said], list[Said]]:
    """Return the objects that leave: ours, and those that others made."""
    own: list[Said] = []
    theirs: list[Said] = []
    for one in chosen:
        if one.stays is None:
            came = one.item.kind == "came" or one.item.key.removeprefix("report:") in file.foreign
            (theirs if came else own).extend(one.item.objects)
    return own, theirs


def _once(objects: Iterable[Said]) -> list[Said]:
    """Return one version of each object: the newest, where two sources sent it."""
    found: dict[str, Said] = {}
    for said in objects:
        there = found.get(word(said, "id"))
        if there is None or is_newer(said, there):
            found[word(said, "id")] = said
    return list(found.values())


def _around(made: Maker, called: str, file: CaseFile, objects: Collection[Said]) -> list[Said]:
    """Return what the objects refer to and is no content: who made them, their marks, the definitions of what they say beyond STIX."""
    markings = file.brought.markings
    marks = {id for said in objects for id in ids_of(said)}
    marks |= {id for said in markings.values() if word(said, "id") in marks for id in ids_of(said)}
    used = [id for id in EXTENSIONS if any(extension(said, id) for said in objects)]
    own = {**maker(), "id": made.maker, "name": called or "A warning desk", "identity_class": "organization"}
    foreign = [said for id, said in markings.items() if id in marks and id not in OF_ID]
    return [
        *(mark_definition(mark) for mark, id in IDS.items() if id in marks),
        *(said for said in foreign if word(said, "id") not in IDS.values()),
        *([maker(), *(definition(id) for id in used)] if used else []),
        own,
    ]


def _handed(said: Said) -> HandedObject:
    plain = {name: value for name, value in said.items() if name != "modified"}
    return HandedObject(
        id=word(said, "id"), modified=word(said, "modified"), digest=sha256(spell_object(plain).encode()).hexdigest()
    )


def _dated(said: Said, last: HandedObject | None, now: datetime) -> Said:
    """Return an object under the version that outsiders know it by: what they have not seen so before is a new version."""
    if last is None:
        return said
    return {**said, "modified": last.modified if last.digest == _handed(said).digest else moment(now)}
