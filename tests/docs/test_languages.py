"""The warned are spoken to in their own language: each catalogue keeps every place, and leaves none of their pages half said."""

import gettext
import re
from collections.abc import Iterator

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from msgspec.structs import replace

import tocsin.locale as catalogues
from tests.web.sample import answer as sample
from tests.web.sample import own, public
from tocsin.answer.facts import AnswerKind
from tocsin.basis.words import Catalogue, Words, best_spoken
from tocsin.locale import languages, words_for
from tocsin.warning.advisory.decide import LEVELS
from tocsin.warning.advisory.risk import INDICATORS
from tocsin.web.answer import views
from tocsin.web.answer.page import ENOUGH, NO_ANSWER, NOT_KEPT, WRONG
from tocsin.web.answer.reading import TOO_LONG
from tocsin.web.pieces import ErrorPage, View, WindowState
from tocsin.web.render import Pages
from tocsin.web.wording import ADVISORY_LEVELS, ANOTHER_WAY, CLOSED, ENTRIES, MORE, THANKS, WAYS, WINDOWS

OTHERS = [tag for tag in languages() if tag != "en"]
THEIRS = (
    "carriers.py",
    "flow/",
    "warning/",
    "web/answer/",
    "web/chart_map.py",
    "web/public/",
    "web/self/",
    "web/shown.py",
    "web/templates/answer/",
    "web/templates/error.html",
    "web/templates/page.html",
    "web/templates/public/",
    "web/templates/self/",
    "web/verifier.py",
)
"""Where what the warned and the public read is written. The desk's own, and the command's, stays English."""
DESKS = ("warning/duty/", "warning/notice/over", "flow/exchange/")
"""What of it is the desk's own: officers alone read why somebody need not be warned, or no more, and what of a case is not handed out."""
WAITING: frozenset[str] = frozenset()
"""What they read and is not translated yet, in full as the sources say it. To write one in here is enough for today."""
PLACE = re.compile(r"%\((\w+)\)s|%%|%")
HERE = catalogues._HERE


def written(tag: str) -> dict[str, tuple[str, ...]]:
    """Return what a language says for each sentence, in each of its plural forms."""
    with (HERE / tag / "LC_MESSAGES" / "tocsin.po").open("rb") as source:
        return {first(one.id): forms(one.string) for one in read_po(source) if one.id}


def first(sentence: str | tuple[str, ...] | list[str]) -> str:
    return forms(sentence)[0]


def forms(sentence: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (sentence,) if isinstance(sentence, str) else tuple(sentence or ("",))


class Listening:
    """A catalogue that remembers what it was asked for and does not know."""

    def __init__(self, inner: Catalogue, known: set[str]) -> None:
        self.inner = inner
        self.known = known
        self.missing: set[str] = set()

    def gettext(self, message: str, /) -> str:
        if message and message not in self.known:
            self.missing.add(message)
        return self.inner.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        if msgid1 not in self.known:
            self.missing.add(msgid1)
        return self.inner.ngettext(msgid1, msgid2, n)


def pages() -> Iterator[View]:
    """Yield the pages behind an answer link, each as it can be."""
    ask = sample.ASK
    yield ask
    yield sample.SECOND_KNOCK
    yield replace(ask, over=True, instructions=(), headline="A")
    assert ask.window is not None
    for stands in WindowState:
        yield replace(ask, window=replace(ask.window, state=stands))
    for way in ("", "A"):
        for asked in (False, True):
            lock = views.LockView(code_href="/a/b/code", way=way, asked=asked)
            yield replace(sample.SECOND_KNOCK, lock=lock)
            yield replace(sample.SECOND_KNOCK, lock=replace(lock, trouble="B"))
    yield replace(ask, taken_back=views.TakenBackView(at=sample.THANKS.answered_at, words="A", written_in="en"))
    for kind in AnswerKind:
        yield replace(sample.THANKS, answer=kind.value)
        yield replace(ask, answered=kind.value, answered_at=sample.THANKS.answered_at)
    yield views.GonePage(shell=sample.ANSWERING)
    yield ErrorPage(status=400, what="A", advice="B", exercise=True, reference="c")


def public_pages() -> Iterator[View]:
    """Yield the pages on which people enrol, and those that show the public what is in force."""
    yield from (own.ENROL, own.SENT, own.CONFIRM, own.OWN, own.OWN_PAUSED, own.LEAVE, own.LEFT, own.ERASED)
    yield from (public.HOME, public.ALERT, public.ADVISORY)
    yield replace(public.HOME, in_force=())
    for stands in WindowState:
        assert public.ALERT.window is not None
        yield replace(public.ALERT, window=replace(public.ALERT.window, state=stands))


def test_there_are_the_languages_that_are_promised() -> None:
    assert {"en", "ar", "de", "es", "fa", "fr", "ru", "tr", "uk"} <= set(languages())


@pytest.mark.parametrize("tag", OTHERS)
def test_no_place_is_lost_and_none_is_made_up(tag: str) -> None:
    for message, said in written(tag).items():
        for form in said:
            assert sorted(PLACE.findall(form)) == sorted(PLACE.findall(message)), message
            assert form.strip(), message


@pytest.mark.parametrize("tag", OTHERS)
def test_each_plural_is_said_in_as_many_forms_as_the_language_has(tag: str) -> None:
    with (HERE / tag / "LC_MESSAGES" / "tocsin.po").open("rb") as source:
        catalog = read_po(source)
        assert {len(forms(one.string)) for one in catalog if one.id and one.pluralizable} <= {catalog.num_plurals}


@pytest.mark.parametrize("tag", OTHERS)
def test_nothing_is_translated_that_nobody_says_any_more(tag: str) -> None:
    with (HERE / "tocsin.pot").open("rb") as source:
        said = {first(one.id) for one in read_po(source) if one.id}
    assert set(written(tag)) <= said


@pytest.mark.parametrize("tag", OTHERS)
def test_the_pages_of_the_warned_hold_no_sentence_in_another_language(tag: str) -> None:
    known = set(written(tag))
    listening = Listening(words_for(tag).catalogue, known)
    words = Words(tag, listening)
    render = Pages(lambda _: words).render
    for view in pages():
        page = render(view, tag)
        assert f'lang="{tag}"' in page
        assert ('dir="rtl"' in page) == (tag in ("ar", "fa"))
        assert len(page.encode()) < 30_000
        assert "<script" not in page
    listening.missing -= {"A", "B"}
    assert listening.missing == set()
    for sentence in (
        *THANKS.values(),
        *MORE.values(),
        *WAYS.values(),
        ANOTHER_WAY,
        ENOUGH,
        WRONG,
        NO_ANSWER,
        NOT_KEPT,
        TOO_LONG,
    ):
        assert sentence in known


@pytest.mark.parametrize("tag", OTHERS)
def test_whoever_enrols_and_the_public_read_no_sentence_in_another_language(tag: str) -> None:
    listening = Listening(words_for(tag).catalogue, set(written(tag)))
    words = Words(tag, listening)
    render = Pages(lambda _: words).render
    for view in public_pages():
        assert f'lang="{tag}"' in render(view, tag)
    assert listening.missing == set()
    assert {*ADVISORY_LEVELS.values(), *LEVELS.values(), *INDICATORS.values()} <= listening.known


def theirs() -> set[str]:
    with (HERE / "tocsin.pot").open("rb") as source:
        found = {
            first(one.id)
            for one in read_po(source)
            if one.id and any(place.startswith(THEIRS) and not place.startswith(DESKS) for place, _ in one.locations)
        }
    tables = (ENTRIES, CLOSED, ADVISORY_LEVELS, THANKS, MORE, WAYS)
    return found.union(*(table.values() for table in tables), (word for _, word in WINDOWS.values()), (ANOTHER_WAY,))


@pytest.mark.parametrize("tag", OTHERS)
def test_whatever_the_warned_and_the_public_read_is_translated_or_known_to_wait(tag: str) -> None:
    missing = sorted(theirs() - set(written(tag)) - WAITING)
    assert not missing, f"WARNING: not said in {tag} yet. Translate it, or write it into WAITING above: {missing}"


def test_nothing_waits_that_is_translated_everywhere_or_that_nobody_says() -> None:
    assert all(one in theirs() and any(one not in written(tag) for tag in OTHERS) for one in WAITING)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        pytest.param(("uz", "ru"), "ru", id="the first that there is, not the first"),
        pytest.param(("fa-AF", "ar"), "fa-AF", id="a country's own is content with the language"),
        pytest.param(("en-GB", "de"), "en-GB", id="English is a language like others"),
        pytest.param(("uz", "tg"), "uz", id="none that there is"),
    ],
)
def test_a_reader_is_told_in_the_first_of_their_languages_that_there_is(wanted: tuple[str, ...], told: str) -> None:
    assert best_spoken(words_for, wanted) == told


@pytest.mark.parametrize("tag", OTHERS)
def test_the_plural_forms_are_those_of_the_language(tag: str) -> None:
    made = gettext.translation("tocsin", HERE, [tag])
    rule = Locale.parse(tag).plural_form
    by_form: dict[int, set[str]] = {}
    for n in range(1_000):
        by_form.setdefault(made.plural(n), set()).add(rule(n))  # type: ignore[attr-defined]
    assert all(len(kinds) == 1 for kinds in by_form.values()), by_form


@pytest.mark.parametrize("tag", OTHERS)
def test_each_says_who_has_checked_it(tag: str) -> None:
    head = (HERE / tag / "LC_MESSAGES" / "tocsin.po").read_text(encoding="utf-8").partition("\n\n")[0]
    assert re.search(r'"X-Checked-By: [^"\\]+\\n"', head)
