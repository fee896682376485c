"""tocsin notice: begin a notice, write and check it, answer its flags, write down who agreed, and let it out, as at the desk."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.basis.moment import rfc3339, utc
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.prove import id_of
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.flow.warning import notice_draft as flow
from tocsin.flow.warning import tear_line
from tocsin.flow.warning.notice_over import over_for
from tocsin.store.door import Door
from tocsin.warning.flagged import Flag
from tocsin.warning.ladder import Kind, Ladder, Rung
from tocsin.warning.notice.facts import ReleaseAnswered, TearLine, Version
from tocsin.warning.notice.over import SAID
from tocsin.warning.notice.state import Notice, NoticeStage, let_stay
from tocsin.warning.notice.tearline import is_let_stay, texts_of, unanswered
from tocsin.web.desk.notice_filled import first_draft

FIELDS = TearLine.__struct_fields__
USUAL = timedelta(hours=48)
PATIENCE_S = 900
LARGEST = 200_000  # bytes of a file that is read


class Some(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What some are told instead, in the file that is written from. to: names; (): everyone who reads the language."""

    tear_line: TearLine
    to: tuple[str, ...] = ()
    language: str = ""


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file says of a notice. What it does not name stays as it was. seen: as `check --json` said."""

    seen: int
    tear_line: dict[str, str] = {}
    to: tuple[str, ...] | None = None
    meant_for: tuple[str, ...] | None = None
    mark: Mark | None = None
    until: str | None = None
    language: str | None = None
    versions: tuple[Some, ...] | None = None
    release_by: tuple[str, ...] | None = None
    originators: tuple[str, ...] | None = None
    in_message: str | None = None
    unnamed: bool | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step at a notice, by someone who signs in at the desk. id: of the notice, or of the case it is begun about."""

    id: str
    step: str
    name: str
    passphrase: str
    to: tuple[str, ...] = ()
    duty: str = ""
    why: str = ""
    until: str = ""
    language: str = "en"
    file: str = ""
    keys: tuple[str, ...] = ()
    seen: int | None = None
    originator: str = ""
    agreed: bool = False
    giver: str = ""
    words: str = ""
    alone: bool = False
    unasked: tuple[str, ...] = ()
    unasked_why: str = ""
    grounds: str = ""

    # What a notice says, and who is told, belongs in no log.
    def __repr__(self) -> str:
        return f"Step({self.id}, {self.step})"


def _step(app: App, asked: Step) -> dict[str, Any]:
    by = identify(app, asked.name, asked.passphrase, Role.WATCH_OFFICER, Role.DUTY_OFFICER)
    command, now = f"notice:{app.store.new_id()}", app.clock.now()
    with app.store.look() as look:
        id = id_of(app, look, asked.id)
    if asked.step == "begin":
        return _begin(app, asked, id, by, command)
    notice = _read(app, id, by, asked.id)
    match asked.step:
        case "write":
            _write(app, notice, by, _from_file(asked.file), command)
        case "strike":
            draft = flow.as_written(notice, by, now)
            flow.write(app.house, draft, seen=_seen(asked), strike=asked.keys, by=by, command=command, now=now)
        case "release":
            tear_line.release_words(
                app.house, id, asked.keys, why=asked.why, seen=asked.seen, by=by, command=command, now=now
            )
        case "asked":
            tear_line.ask_release(app.house, id, asked.originator, words=asked.words, by=by, command=command, now=now)
        case "answered":
            said = ReleaseAnswered(
                subject=id, occurred_at=now, originator=asked.originator, agreed=asked.agreed, giver=asked.giver,
                given_at=utc(asked.until) if asked.until else now, recorder=by, words=asked.words,
            )  # fmt: skip
            tear_line.answer_release(app.house, said, by=by, command=command, now=now)
        case "send" if notice.stage is NoticeStage.APPROVED:
            flow.send_approved(app.house, id, seen=_seen(asked), grounds=asked.grounds, by=by, command=command, now=now)
        case "send":
            flow.let_out(
                app.house, id, seen=_seen(asked), agrees=asked.keys, break_glass=asked.alone, why=asked.why, unasked=asked.unasked,
                unasked_why=asked.unasked_why, grounds=asked.grounds, by=by, command=command, now=now,
            )  # fmt: skip
        case "drop":
            flow.drop(app.house, id, why=asked.why, by=by, command=command, now=now)
    return _told(app, id, by)


def _seen(asked: Step) -> int:
    if asked.seen is None:
        raise Refused("Say with --seen which version you read; `tocsin notice check` tells it.")
    return asked.seen


def _read(app: App, id: Id, by: Id, said: str) -> Notice:
    with app.store.look() as look:
        found = tear_line.door_of(look, by).warning(id)
    if not isinstance(found, Notice):
        raise Refused(f"There is no notice {said} that you may read.")
    return found


def _begin(app: App, asked: Step, case: Id, by: Id, command: str) -> dict[str, Any]:
    now = app.clock.now()
    rungs = Rung(to=by, after_s=PATIENCE_S), Rung(to=Role.DUTY_OFFICER.value, after_s=PATIENCE_S, kind=Kind.ROLE)
    with app.store.look() as look:
        door = tear_line.door_of(look, by)
        threat = door.threat(case)
        if threat is None:
            raise Refused(f"There is no case {asked.id} that you may read.")
        draft = first_draft(door, threat, app.store.new_id(), by, now, app.house.language(asked.language))
        people = flow.people_called(door, asked.to)
        duty = id_of(app, look, asked.duty) if asked.duty else None
    draft = msgspec.structs.replace(
        draft,
        recipients=people,
        ends=utc(asked.until) if asked.until else now + USUAL,
        ladder=Ladder(rungs=rungs, repeat_s=PATIENCE_S),
        language=asked.language,
        exercise=threat.exercise,
    )
    flow.begin(app.house, draft, duty_id=duty, why=asked.why, by=by, command=command, now=now)
    return _told(app, draft.subject, by)


def _from_file(text: str) -> Written:
    try:
        return msgspec.json.decode(text, type=Written)
    except msgspec.DecodeError as error:
        raise Refused(f"The file does not say a notice: {error}.") from error


def _write(app: App, notice: Notice, by: Id, said: Written, command: str) -> None:
    now = app.clock.now()
    if strange := set(said.tear_line) - set(FIELDS):
        raise Refused(f"A tear-line has no field {min(strange)[:40]!r}. There are: {', '.join(FIELDS)}.")
    draft = flow.as_written(notice, by, now)
    with app.store.look() as look:
        door = tear_line.door_of(look, by)
        given: dict[str, Any] = {
            "tear_line": msgspec.structs.replace(draft.tear_line, **said.tear_line),
            "recipients": None if said.to is None else flow.people_called(door, said.to),
            "versions": None if said.versions is None else tuple(_version(door, one) for one in said.versions),
        }
        if said.meant_for is not None:
            given["meant_for"], given["meant_words"] = flow.people_or_words(door, said.meant_for)
    given |= {
        name: getattr(said, name) for name in ("mark", "language", "release_by", "originators", "in_message", "unnamed")
    }
    given["ends"] = utc(said.until) if said.until else None
    draft = msgspec.structs.replace(draft, **{name: value for name, value in given.items() if value is not None})
    if (draft.tear_line, draft.versions) != (notice.tear_line, notice.versions):
        draft = msgspec.structs.replace(draft, stated=type(draft.stated)())
    flow.write(app.house, draft, seen=said.seen, by=by, command=command, now=now)


def _version(door: Door, one: Some) -> Version:
    return Version(tear_line=one.tear_line, recipients=flow.people_called(door, one.to), language=one.language)


# ---- what it says, and what is flagged


def _told(app: App, id: Id, by: Id) -> dict[str, Any]:
    with app.store.look() as look:
        door = tear_line.door_of(look, by)
        notice = look.get(Notice, id)
        flags = tear_line.seen_flags(look, door, notice)
        seen, over = look.version(id), _over(door, notice)
    return {
        "schema": "tocsin.notice/1",
        "id": id,
        "seen": seen,
        "stage": notice.stage.value,
        "mark": notice.mark.value,
        "until": rfc3339(notice.window.ends) if notice.window is not None else None,
        "specificity": list(notice.specificity),
        "texts": texts_of(notice.tear_line, [one.tear_line for one in notice.versions]) if notice.tear_line else {},
        "flags": [_flag(one, notice) for one in flags],
        "waits_for": list(_lacking(notice)),
        "over": over,
        "open": len({one.key for one in unanswered(flags, notice.let_stay)}),
    }


def _flag(flag: Flag, notice: Notice) -> dict[str, Any]:
    own = next(
        (one for one in notice.own_releases if flag.key in one.keys and is_let_stay(flag, let_stay([one]))), None
    )
    state = "released" if is_let_stay(flag, notice.let_stay) else "own" if own is not None else "open"
    return {
        "field": flag.field, "start": flag.start, "end": flag.end, "text": flag.text, "kind": flag.kind.value, "key": flag.key,
        "in": list(flag.sources), "state": state, "why": own.why if own is not None else None,
    }  # fmt: skip


def _over(door: Door, notice: Notice) -> dict[str, str] | None:
    over = over_for(door, notice)
    return {"what": over.value, "words": SAID[over]} if over is not None else None


def _lacking(notice: Notice) -> Iterator[str]:
    said = {one.originator: one.agreed for one in notice.releases}
    for one in notice.originators:
        if said.get(one) is False or (one in notice.release_by and not said.get(one)):
            yield one


ASKS["notice"] = taking(Step, _step)


# ---- the commands


@click.group()
def notice() -> None:
    """Write a notice to those whom a danger concerns, check it, and let it out. All of it by an officer who signs in."""


WHO = click.option("--as", "name", required=True, help="The sign-in name of an officer who may read it.")
WORD = click.option(
    "--word", "keys", multiple=True, required=True, metavar="KEY", help="What a flag is called, as `check` says."
)
SEEN = click.option("--seen", type=int, required=True, help="Which version you read, as `check` says.")


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """Give a step the options that each has."""
    for option in (JSON, DATA, PASSPHRASE_FILE, WHO):
        command = option(command)
    return command


@notice.command()
@click.argument("case")
@click.option("--to", multiple=True, required=True, help="Who is told: a name, a mail address, an id, or a group.")
@click.option("--duty", default="", help="The duty to warn at which that was decided; else a duty officer decides now.")
@click.option("--why", default="", help="Why they are warned, where it is decided now.")
@click.option("--until", default="", metavar="MOMENT", help="Until when it holds; else for 48 hours.")
@click.option("--language", default="en", help="In which it begins.")
@_common
@in_one_line
def begin(case: str, to: Sequence[str], duty: str, why: str, until: str, language: str, **common: Any) -> None:
    """Begin a notice about CASE with what the case says of itself. Nothing goes out from here."""
    _ask(common, id=case, step="begin", to=list(to), duty=duty, why=why, until=until, language=language)


@notice.command()
@click.argument("id")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_common
@in_one_line
def write(id: str, file: Path, **common: Any) -> None:
    """Write the notice ID anew from FILE, in JSON. What that does not name stays as it was."""
    if file.stat().st_size > LARGEST:
        raise Refused(f"{file} is larger than any notice.")
    _ask(common, id=id, step="write", file=file.read_text(encoding="utf-8"))


@notice.command()
@click.argument("id")
@_common
@in_one_line
def check(id: str, **common: Any) -> None:
    """Say what the notice ID says, what in it is flagged, and whose agreement it waits for, as far as you may know.

    The exit code is 1 while a flagged word waits for somebody, or an originator's agreement is missing.
    """
    found = _ask(common, id=id, step="check")
    if found["open"] or found["waits_for"]:
        raise SystemExit(NO)


@notice.command()
@click.argument("id")
@WORD
@SEEN
@_common
@in_one_line
def strike(id: str, keys: Sequence[str], seen: int, **common: Any) -> None:
    """Strike flagged words from the notice ID. Each leaves … behind."""
    _ask(common, id=id, step="strike", keys=list(keys), seen=seen)


@notice.command()
@click.argument("id")
@WORD
@SEEN
@click.option("--why", required=True, help="Why they may stay; it is kept with the notice.")
@_common
@in_one_line
def release(id: str, keys: Sequence[str], seen: int, why: str, **common: Any) -> None:
    """Let flagged words stay in the notice ID. Of those who wrote at it, that waits for a second person."""
    _ask(common, id=id, step="release", keys=list(keys), seen=seen, why=why)


@notice.command()
@click.argument("id")
@click.option("--originator", required=True, help="Whose material it rests on, as the notice names it.")
@click.option("--words", required=True, help="How they were asked, and what they were shown.")
@_common
@in_one_line
def asked(id: str, originator: str, words: str, **common: Any) -> None:
    """Write down that an originator was asked whether the notice ID may go out."""
    _ask(common, id=id, step="asked", originator=originator, words=words)


@notice.command()
@click.argument("id")
@click.option("--originator", required=True, help="Whose material it rests on, as the notice names it.")
@click.option("--agreed/--refused", required=True, help="What they said.")
@click.option("--giver", required=True, help="Who said so there.")
@click.option("--words", required=True, help="How, and where that is written.")
@click.option("--at", "until", default="", metavar="MOMENT", help="When, if not just now.")
@_common
@in_one_line
def answered(id: str, originator: str, agreed: bool, giver: str, words: str, until: str, **common: Any) -> None:
    """Write down what an originator said."""
    _ask(common, id=id, step="answered", originator=originator, agreed=agreed, giver=giver, words=words, until=until)


@notice.command()
@click.argument("id")
@SEEN
@click.option(
    "--agree", "keys", multiple=True, metavar="KEY", help="A word that its writer would let stay, and you too."
)
@click.option("--alone", is_flag=True, help="Break the glass: you wrote it, and nobody else can be reached in time.")
@click.option("--why", default="", help="With --alone: why it cannot wait; it is kept with the notice.")
@click.option("--unasked", multiple=True, metavar="NAME", help="Whose material it rests on, and who is not asked.")
@click.option("--unasked-why", default="", help="Why they are not asked; it is kept with the notice.")
@click.option(
    "--grounds",
    default="",
    help="Where what it was begun for is over, as `check` says: on what grounds it goes out all the same.",
)
@_common
@in_one_line
def send(id: str, seen: int, keys: Sequence[str], unasked: Sequence[str], **more: Any) -> None:
    """Let the notice ID out, as a duty officer who did not write at it; or send it, if it was approved and cut off."""
    _ask(
        more,
        id=id,
        step="send",
        seen=seen,
        keys=list(keys),
        unasked=list(unasked),
        **{name: more.pop(name) for name in ("alone", "why", "unasked_why", "grounds")},
    )


@notice.command()
@click.argument("id")
@click.option("--why", required=True, help="Why it will not go out; it is kept with the notice.")
@_common
@in_one_line
def drop(id: str, why: str, **common: Any) -> None:
    """Decide that the notice ID will not go out. A duty to warn that it would have served is owed as before."""
    _ask(common, id=id, step="drop", why=why)


def _ask(common: dict[str, Any], **said: Any) -> dict[str, Any]:
    name: str = common["name"]
    passphrase = read_passphrase(name, common["passphrase_file"])
    found: dict[str, Any] = ask_or_open(common["data"], "notice", name=name, passphrase=passphrase, **said)
    if common["as_json"]:
        print_json(found)
    else:
        for line in _lines(found):
            click.echo(line)
    return found


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"Notice {found['id']}: {found['stage']}, {found['mark']}, version {found['seen']}."
    if found["over"]:
        yield f"  {found['over']['words']} Drop it, or send it with --grounds of its own."
    for field, text in found["texts"].items():
        yield f"  {field}: {_marked(text, [one for one in found['flags'] if one['field'] == field])}"
    for key, one in {one["key"]: one for one in found["flags"]}.items():
        yield f"  flagged, {one['state']}: {one['text']} ({one['kind']}; --word {quote(key)})"
    for one in found["waits_for"]:
        yield f"  waits for: {one}"


def _marked(text: str, flags: Sequence[dict[str, Any]]) -> str:
    for one in sorted(flags, key=lambda flag: flag["start"], reverse=True):
        text = f"{text[: one['start']]}[{text[one['start'] : one['end']]}]{text[one['end'] :]}"
    return text
