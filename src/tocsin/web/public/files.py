"""The public site as plain files: every page in every language, every feed, every message, and a list of them all.

What is written is what the server would answer, made by the same functions from the same public door. An alert's own files
come first, then what names it, then the list. So no feed names what is not there, and whoever was stopped in the middle left
a folder that the next round sets right.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
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
from tocsin.web.public.pages import FEEDS, LISTS, ROBOTS, Ask, PublicSite, make
from tocsin.web.public.reply import HTML, Made, http_date
from tocsin.web.public.turns import next_turn

LOOK_AGAIN_S = 0.5
CHECK_AGAIN = timedelta(minutes=10)  # whatever was overlooked
SMALL = 256
_PACKED = ("text/", "application/atom", "application/rss", "application/cap", "application/geo", "application/json",
           "image/svg")  # fmt: skip
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A file that there should be.

    key: from what it is made; where it is nothing, it is made each time and compared. better: of one that is as good and more.
    """

    path: str
    make: Callable[[], Made | None]
    key: str = ""
    better: str = ""
    location: str = ""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What a round came to. wrong: files that were not, or not as they should be, by what was wrong with each."""

    files: int = 0
    written: int = 0
    removed: int = 0
    wrong: Mapping[str, str] = {}


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
        self._checked = False

    @property
    def folder(self) -> Path:
        """Return where they lie."""
        return self._folder.root

    # ---- rounds

    def round(self) -> float:
        """Write what has changed, if anything has; return for how many seconds nothing will by itself."""
        now = self._site.clock.now()
        if self._version != self._site.version() or self._due is None or self._due <= now:
            self.write()
        left = LOOK_AGAIN_S if self._due is None else (self._due - self._site.clock.now()).total_seconds()
        return min(max(left, 0.01), LOOK_AGAIN_S)

    def write(self, *, anew: bool = False) -> Round:
        """Write every file that is not as it should be; anew: all of them.

        Raises:
            Unreachable: the disc is full, read-only or failing.
        """
        with _ONE:
            version, now = self._site.version(), self._site.clock.now()
            self._folder.begin()
            before = self._folder.manifest()
            for name in before.gone:
                self._folder.remove(name)
            known = {} if anew else {one.path: one for one in before.files if self._checked or self._folder.holds(one)}
            listed: dict[str, Listed] = {}
            written = 0
            with self._site.door.look() as look:
                until = next_turn(look, now)
                for pages in (self._leaves(look, now), self._lists(look, now)):
                    for page in pages:
                        one, is_new = self._put(page, known.get(page.path))
                        if one is not None:
                            listed[page.path] = one
                            written += is_new
                    self._folder.sync()
            gone = {one.file for one in before.files} - {one.file for one in listed.values()}
            if written or gone or before.gone or self._manifest_is_other(before, listed):
                self._close(before, listed, now, until, gone)
            self._checked, self._version = True, version
            self._due = min(now + CHECK_AGAIN, until) if until else now + CHECK_AGAIN
            return Round(files=len(listed), written=written, removed=len(gone))

    def check(self) -> Round:
        """Say which files are not as they would be written now, and which nobody wrote. Nothing is changed."""
        with _ONE:
            now = self._site.clock.now()
            before = self._folder.manifest()
            known = {one.path: one for one in before.files}
            wrong: dict[str, str] = {}
            count = 0
            with self._site.door.look() as look:
                for pages in (self._leaves(look, now), self._lists(look, now)):
                    for page in pages:
                        one, made = known.pop(page.path, None), page.make()
                        if made is None:
                            continue
                        count += 1
                        if one is None:
                            wrong[page.path] = "missing"
                        elif not self._folder.holds(one):
                            wrong[one.file] = "altered"
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

    def _leaves(self, look: PublicLook, now: datetime) -> Iterator[Page]:
        """Name what others name: the pages' own files, and each alert, level and statement."""
        for path, (body, media_type) in self._statics.items():
            yield Page(path=path, make=partial(Made, body, media_type, cache="public, max-age=3600"))
        for one in fill.standings(look.alerts(), now):
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
        for ask in self._asks(shown or path, tongues):
            address = f"/{ask.prefix}{path}" if ask.prefix else path
            leads = _address(ask) if shown and shown != path else ""
            yield Page(path=address, make=self._maker(look, now, ask), key=key, location=leads)

    def _lists(self, look: PublicLook, now: datetime) -> Iterator[Page]:
        """Name what names others."""
        for path in LISTS:
            for ask in self._asks(path):
                yield Page(path=_address(ask), make=self._maker(look, now, ask))
        for ask in self._asks("/record"):
            yield Page(path=_address(ask), make=partial(record.record_made, self._site, ask))
        for ask in self._asks("/record/verify"):
            yield Page(path=_address(ask), make=partial(record.verify_made, self._site, ask))
        yield Page(path="/record/policy", make=partial(record.policy_made, self._site))
        yield Page(path="/robots.txt", make=partial(Made, ROBOTS, "text/plain"))
        for path in FEEDS:
            yield Page(path=path, make=self._maker(look, now, Ask(path)))

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

    def _asks(self, path: str, tongues: Sequence[str] = ()) -> Iterator[Ask]:
        """Ask for a page under the address without a language, and in each."""
        yield Ask(path, ("en",))
        for tag in dict.fromkeys((*self._site.languages, *tongues)):
            yield Ask(path, (tag,), tag)

    def _maker(self, look: PublicLook, now: datetime, ask: Ask) -> Callable[[], Made | None]:
        return partial(make, self._site, look, ask, now)

    def _key(self, about: Mapping[str, Any], seen: View | None) -> str:
        """Return from what a page is made: all that is public of it, what stands on it, and what every page is made of."""
        if seen is not None:
            shell = msgspec.structs.replace(seen.shell, now=NEVER)  # type: ignore[attr-defined]
            seen = msgspec.structs.replace(seen, shell=shell)
        digest = sha256(self._ground.encode())
        digest.update(msgspec.msgpack.encode((about, seen)))
        return digest.hexdigest()


def _address(ask: Ask) -> str:
    return f"/{ask.prefix}{ask.path}" if ask.prefix else ask.path


def file_of(path: str, *, is_page: bool) -> str:
    """Return the name of the file under an address: pages end in .html, and a folder's own page is its index."""
    if path.endswith("/"):
        return f"{path[1:]}index.html"
    return f"{path[1:]}.html" if is_page else path[1:]
