"""The public site as plain files: every page in every language, every feed, every message, and a list of them all.

What is written is what the server would answer, made by the same functions from the same public door. An alert's own files
come first, then what names it, then the list. So no feed names what is not there, and whoever was stopped in the middle left
a folder that the next round sets right. Others' alerts come after ours, and never hold them up: how many there are is up to
strangers.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tocsin.basis.manifest import Listed, Manifest
from tocsin.basis.moment import rfc3339
from tocsin.store.public import PublicLook
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.statement.state import Statement
from tocsin.web.pieces import View
from tocsin.web.public import fill, record
from tocsin.web.public.listed import older_pages
from tocsin.web.public.other_files import is_others, others_files
from tocsin.web.public.pages import FEEDS, LISTS, READ_FEEDS, ROBOTS, Ask, PublicSite, make
from tocsin.web.public.planned import NEVER, Page, address_of, asks, file_of, key_of
from tocsin.web.public.reply import HTML, Made, http_date
from tocsin.web.public.standing import standings, stands
from tocsin.web.public.turns import next_of_others, next_turn

LOOK_AGAIN_S = 0.5
OTHERS_EVERY = timedelta(seconds=10)  # however many of others' alerts come in
CHECK_AGAIN = timedelta(minutes=10)  # whatever was overlooked
SMALL = 256
_PACKED = ("text/", "application/atom", "application/rss", "application/cap", "application/geo", "application/json",
           "image/svg")  # fmt: skip


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What a round came to. wrong: files that were not, or not as they should be, by what was wrong with each.

    whole: it came to its end; else it made way.
    """

    files: int = 0
    written: int = 0
    removed: int = 0
    wrong: Mapping[str, str] = {}
    whole: bool = True


class Folder(Protocol):
    """Where the files lie: store.plain_files.PlainFiles."""

    @property
    def root(self) -> Path: ...  # noqa: D102
    def begin(self) -> None: ...  # noqa: D102
    def manifest(self) -> Manifest: ...  # noqa: D102
    def put(self, name: str, body: bytes, *, pack: bool) -> None: ...  # noqa: D102
    def sync(self) -> None: ...  # noqa: D102
    def close(self, manifest: Manifest, /) -> None: ...  # noqa: D102
    def remove(self, name: str) -> None: ...  # noqa: D102
    def holds(self, one: Listed, /) -> bool: ...  # noqa: D102
    def fault(self, one: Listed, /) -> str: ...  # noqa: D102
    def strangers(self, manifest: Manifest, /) -> Iterator[str]: ...  # noqa: D102


_ONE = threading.Lock()  # a command may ask for a round while the server is at one


class PublicFiles:
    """Keeps the folder as the site is.

    statics: what the pages need beside themselves, by address: bytes and media type. headers: said with every file. verifier:
    the policy of the page that checks proofs, which has its own. build: another word for other code, templates or sentences.
    """

    def __init__(
        self,
        site: PublicSite,
        folder: Folder,
        *,
        statics: Mapping[str, tuple[bytes, str]],
        headers: Mapping[str, str],
        verifier: str,
        build: str,
    ) -> None:
        self._site = site
        self._folder = folder
        self._statics = statics
        self._headers = dict(headers)
        self._verifier = verifier
        frame = (site.organisation, site.base_url, site.zone, site.exercise, site.emergency, site.languages, verifier)
        self._ground = f"{build}:{frame!r}"
        self._version: int | None = None
        self._due: datetime | None = None
        self._others_version: int | None = None
        self._others_due: datetime | None = None
        self._others_rest_until: datetime | None = None
        self._checked: set[bool] = (
            set()
        )  # whether each file was looked at since the start: ours (False), others' (True)

    @property
    def folder(self) -> Path:
        """Return where they lie."""
        return self._folder.root

    # ---- rounds

    def round(self) -> float:
        """Write what has changed, if anything has; return for how many seconds nothing will by itself."""
        now = self._site.clock.now()
        if self._is_due():
            with _ONE:
                self._write_ours()
        elif self._others_are_due(now):
            with _ONE:
                self._write_others()
        left = LOOK_AGAIN_S if self._due is None else (self._due - self._site.clock.now()).total_seconds()
        return min(max(left, 0.01), LOOK_AGAIN_S)

    def _is_due(self) -> bool:
        """Say whether something of ours is to be written."""
        return self._version != self._site.version() or self._due is None or self._due <= self._site.clock.now()

    def _others_are_due(self, now: datetime) -> bool:
        """Say whether others' alerts have changed; not again before a while has passed, however many come in."""
        if self._others_rest_until is not None and now < self._others_rest_until:
            return False
        changed = self._others_version != self._site.others_version()
        return changed or self._others_due is None or self._others_due <= now

    def write(self, *, anew: bool = False) -> Round:
        """Write every file that is not as it should be; anew: all of them.

        Raises:
            Unreachable: the disc is full, read-only or failing.
        """
        written = removed = 0
        while True:
            with _ONE:
                ours = self._write_ours(anew=anew)
            with _ONE:
                theirs = self._write_others(anew=anew)
            written, removed = written + ours.written + theirs.written, removed + ours.removed + theirs.removed
            if theirs.whole:
                return Round(files=theirs.files, written=written, removed=removed)
            anew = False  # ours have changed meanwhile: they are written first

    def _write_ours(self, *, anew: bool = False) -> Round:
        version, now = self._site.version(), self._site.clock.now()
        with self._site.door.look() as look:
            until, others_until = next_turn(look, now), next_of_others(look, now)
            groups = (self._leaves(look, now), self._lists(look, now))
            done = self._set_right(groups, now, _soonest(until, others_until), anew=anew, others=False)
        self._version = version
        self._due = _soonest(until, now + CHECK_AGAIN)
        return done

    def _write_others(self, *, anew: bool = False) -> Round:
        """Write what follows from others' alerts. It makes way as soon as something of ours is to be written."""
        version, now, began = self._site.others_version(), self._site.clock.now(), time.monotonic()
        with self._site.door.look() as look:
            others_until = next_of_others(look, now)
            groups = (*others_files(self._site, look, now, self._ground), self._counting(look, now))
            until = _soonest(next_turn(look, now), others_until)
            done = self._set_right(groups, now, until, anew=anew, others=True, stop=self._is_due)
        if not done.whole:
            return done
        self._others_version = version
        self._others_due = _soonest(others_until, now + CHECK_AGAIN)
        # A storm of others' alerts may take a sixth of one processor here, and no more.
        took = timedelta(seconds=time.monotonic() - began)
        self._others_rest_until = self._site.clock.now() + max(OTHERS_EVERY, 5 * took)
        return done

    def _set_right(
        self,
        groups: Iterable[Iterable[Page]],
        now: datetime,
        until: datetime | None,
        *,
        anew: bool,
        others: bool,
        stop: Callable[[], bool] = lambda: False,
    ) -> Round:
        """Write the files of some pages, one group after the other, then the list. others: they are what follows from others' alerts.

        stop: says when to make way; what has been written until then stands on the list.
        """
        self._folder.begin()
        before = self._folder.manifest()
        for name in before.gone:
            self._folder.remove(name)
        here = {one.path for one in before.files if is_others(one.path) == others}
        seen = others in self._checked
        known = {} if anew else {
            one.path: one for one in before.files if seen or one.path not in here or self._folder.holds(one)
        }  # fmt: skip
        listed = {one.path: one for one in before.files if one.path not in here}
        written, stopped = 0, False
        for group in groups:
            for page in group:
                if stopped := stopped or stop():
                    break
                one, is_new = self._put(page, known.get(page.path))
                listed.pop(page.path, None)  # it comes after what it names
                if one is not None:
                    listed[page.path] = one
                    written += is_new
            self._folder.sync()
        if stopped:
            listed = {one.path: one for one in before.files} | listed
        gone = {one.file for one in before.files} - {one.file for one in listed.values()}
        if written or gone or before.gone or self._manifest_is_other(before, listed):
            self._close(before, listed, now, until, gone)
        if not stopped:
            self._checked.add(others)
        return Round(files=len(listed), written=written, removed=len(gone), whole=not stopped)

    def check(self) -> Round:
        """Say which files are not as they would be written now, and which nobody wrote. Nothing is changed."""
        with _ONE:
            now = self._site.clock.now()
            before = self._folder.manifest()
            known = {one.path: one for one in before.files}
            wrong: dict[str, str] = {}
            count = 0
            with self._site.door.look() as look:
                theirs = others_files(self._site, look, now, self._ground)
                for page in chain(self._leaves(look, now), self._lists(look, now), *theirs):
                    one, made = known.pop(page.path, None), page.make()
                    if made is None:
                        continue
                    count += 1
                    if one is None:
                        wrong[page.path] = "missing"
                    elif found := self._folder.fault(one):
                        wrong[one.file] = found
                    elif one.sha256 != sha256(made.body).hexdigest():
                        wrong[one.file] = "old"
            wrong |= {one.file: "should be gone" for one in known.values()}
            wrong |= dict.fromkeys(self._folder.strangers(before), "not ours")
            return Round(files=count, wrong=wrong)

    def _manifest_is_other(self, before: Manifest, listed: Mapping[str, Listed]) -> bool:
        return {one.path: one for one in before.files} != dict(listed) or before.base_url != self._site.base_url

    def _close(
        self, before: Manifest, listed: Mapping[str, Listed], now: datetime, until: datetime | None, gone: set[str]
    ) -> None:
        manifest = msgspec.structs.replace(
            before,
            base_url=self._site.base_url,
            written_at=rfc3339(now),
            changes_at=rfc3339(until) if until else None,
            headers=self._headers,
            files=tuple(listed.values()),
            gone=tuple(sorted(gone)),
        )
        self._folder.close(manifest)
        for name in sorted(gone):  # whoever is stopped here is reminded by the list
            self._folder.remove(name)

    def _put(self, page: Page, before: Listed | None) -> tuple[Listed | None, bool]:
        """Write a page if it is not there as it should be; return its line of the list, and whether it was written."""
        if before is not None and before.key and before.key in (page.key, page.better):
            return before, False
        made = page.make()
        if made is None:
            return None, False
        one = self._line(page, made)
        if before is not None and (before.sha256, before.file, before.packed) == (one.sha256, one.file, one.packed):
            return one, False
        self._folder.put(one.file, made.body, pack=one.packed)
        return one, True

    def _line(self, page: Page, made: Made) -> Listed:
        media = f"{made.media_type}; charset=utf-8" if made.media_type.startswith("text/") else made.media_type
        headers = {"Content-Type": media, **made.headers()}
        headers.pop("Vary", None)  # a file has one language, and its own address
        if made.changed_at is not None:
            headers["Last-Modified"] = http_date(made.changed_at)
        if page.path.endswith("/record/verify"):
            headers["Content-Security-Policy"] = self._verifier
        return Listed(
            path=page.path,
            file=file_of(page.path, is_page=made.media_type == HTML),
            size=len(made.body),
            sha256=sha256(made.body).hexdigest(),
            headers=headers,
            packed=len(made.body) > SMALL and made.media_type.startswith(_PACKED),
            location=page.location,
            key=page.key,
        )

    # ---- what there should be

    def _counting(self, look: PublicLook, now: datetime) -> Iterator[Page]:
        """Name what is ours and says how many of others' alerts are in force."""
        for ask in asks(self._site, "/"):
            yield Page(path=address_of(ask), make=self._maker(look, now, ask))

    def _leaves(self, look: PublicLook, now: datetime) -> Iterator[Page]:
        """Name what others name: the pages' own files, and each alert, level and statement."""
        for path, (body, media_type) in self._statics.items():
            yield Page(path=path, make=partial(Made, body, media_type, cache="public, max-age=3600"))
        look.alerts()  # each is needed: read at once, and not one by one
        for one in standings(look, stands(look, now)):
            about = fill.alert_json(one, self._site.base_url, self._site.language("en"))
            shell = self._site.shell(NEVER, Ask("/"))
            seen = fill.alert_page(
                look, one, msgspec.structs.replace(shell, now=now), ("en",), self._site.language("en")
            )
            tongues = [wording.language for wording in one.alert.wordings]
            files = [
                ".json",
                *(href.removeprefix(f"/alerts/{one.alert.id}") for href, _ in fill.messages_of(one.alert)),
            ]
            yield from self._told(look, now, f"/alerts/{one.alert.id}", self._key(about, seen), files, tongues)
        for level in look.advisories():
            yield from self._level(look, now, level)
        for statement in look.statements():
            yield from self._statement(look, now, statement)
        yield from self._proofs(look)

    def _level(self, look: PublicLook, now: datetime, level: Advisory) -> Iterator[Page]:
        about = fill.advisory_json(level, self._site.base_url, now, look.advisories(level.country))
        after = fill.stands_now(look, level, now)  # no old level is shown as ours
        shell = self._site.shell(now, Ask("/"))
        seen = fill.advisory_page(look, after, shell, self._site.language("en"))
        path = f"/advisories/{level.id}"
        yield from self._told(look, now, path, self._key(about, seen), [".json"], shown=f"/advisories/{after.id}")

    def _statement(self, look: PublicLook, now: datetime, statement: Statement) -> Iterator[Page]:
        about = fill.statement_json(statement, self._site.base_url)
        shell = self._site.shell(now, Ask("/"))
        seen = fill.statement_page(look, statement, shell)
        key = self._key(about, seen)
        path = f"/statements/{statement.id}"
        yield from self._told(look, now, path, key, [".json"])
        for number in (*(one.edition for one in statement.earlier), statement.edition):
            yield from self._told(look, now, f"{path}/{number}", key, [])

    def _told(
        self,
        look: PublicLook,
        now: datetime,
        path: str,
        key: str,
        files: Sequence[str],
        tongues: Sequence[str] = (),
        *,
        shown: str = "",
    ) -> Iterator[Page]:
        """Name everything of one alert, level or statement. shown: the page that is shown at its address, if not its own."""
        for ending in files:
            yield Page(path=f"{path}{ending}", make=self._maker(look, now, Ask(f"{path}{ending}")), key=key)
        for ask in asks(self._site, shown or path, tongues):
            address = f"/{ask.prefix}{path}" if ask.prefix else path
            leads = address_of(ask) if shown and shown != path else ""
            yield Page(path=address, make=self._maker(look, now, ask), key=key, location=leads)

    def _lists(self, look: PublicLook, now: datetime) -> Iterator[Page]:
        """Name what names others."""
        for path in LISTS:
            for ask in asks(self._site, path):
                yield Page(path=address_of(ask), make=self._maker(look, now, ask))
        for path, about in older_pages(look, now):  # there may be hundreds, and hardly ever does one change
            key = self._key(about, None)
            for ask in asks(self._site, path):
                yield Page(path=address_of(ask), make=self._maker(look, now, ask), key=key)
        for ask in asks(self._site, "/record"):
            yield Page(path=address_of(ask), make=partial(record.record_made, self._site, ask))
        for ask in asks(self._site, "/record/verify"):
            yield Page(path=address_of(ask), make=partial(record.verify_made, self._site, ask))
        yield Page(path="/record/policy", make=partial(record.policy_made, self._site))
        yield Page(path="/robots.txt", make=partial(Made, ROBOTS, "text/plain"))
        for path in FEEDS:
            yield Page(path=path, make=self._maker(look, now, Ask(path)))
        for path in READ_FEEDS:
            for tag in self._site.languages:
                ask = Ask(path, (tag,), tag)
                yield Page(path=address_of(ask), make=self._maker(look, now, ask))

    def _proofs(self, look: PublicLook) -> Iterator[Page]:
        """Name the proof of each public warning. A proof holds for good, so one is made when it can be, and when it is witnessed."""
        published, witnessed = look.published_size(), record.is_witnessed(self._site)
        for told in (*look.alerts(), *look.advisories(), *look.statements()):
            found = look.entry_of(told.id)
            if found is not None and found[0] < published:
                number, leaf = found
                signed, seen = f"{leaf.hex()}:signed", f"{leaf.hex()}:witnessed"
                yield Page(
                    path=f"/record/proof/{number}",
                    make=partial(record.proof_made, self._site, number),
                    key=seen if witnessed else signed,
                    better=seen,
                )

    def _maker(self, look: PublicLook, now: datetime, ask: Ask) -> Callable[[], Made | None]:
        return partial(make, self._site, look, ask, now)

    def _key(self, about: Mapping[str, Any], seen: View | None) -> str:
        return key_of(self._ground, about, seen)


def _soonest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
