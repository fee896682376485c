"""Every page, as a reader's browser and screen reader meet it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import pairwise, product

import msgspec
import pytest
from lxml import html
from msgspec.structs import replace

import messages
from tests.web.sample.answer import ANSWERING, ASK, HELP
from tests.web.sample.case import CASE
from tests.web.sample.desk import BOARD
from tests.web.sample.march import SHELL
from tests.web.sample.pages import PAGES
from tests.words import Pseudo, bare
from tocsin.basis.words import ENGLISH, AsWritten, Words
from tocsin.web.answer.views import AnswerPage
from tocsin.web.desk.views.again import FormAgain, SignedOut
from tocsin.web.desk.views.alerts import AlertForm
from tocsin.web.desk.views.board import WatchBoard
from tocsin.web.desk.views.door import ClosedPage, SignInPage
from tocsin.web.desk.views.duties import DutiesPage
from tocsin.web.desk.views.going import GoingPage
from tocsin.web.desk.views.headcounts import HeadcountPage
from tocsin.web.desk.views.hypotheses import HypothesesPage
from tocsin.web.desk.views.notices import NoticeForm
from tocsin.web.measures import length
from tocsin.web.pieces import Chip, ChipKind, ErrorPage, Tone, View
from tocsin.web.public.views import PublicShell, VerifyPage
from tocsin.web.render import CONTENT_SECURITY_POLICY, STATIC, TEMPLATES, Pages
from tocsin.web.verifier import Verifier
from tocsin.web.wording import CHIPS, chip

pages = Pages(lambda language: Words(language, AsWritten()))
LIVE = '<script src="/static/live.js" defer></script>'  # the page is the same without it
WRITING = '<script src="/static/alert.js" defer></script>'  # and so is that
BESIDE = '<script src="/static/notice.js" defer></script>'  # and so is that
CELLS = '<script src="/static/matrix.js" defer></script>'  # and so is that
SAYS = '<script src="/static/from-now.js" defer></script>'  # and what this adds, the page says without it
KEYS = '<script src="/static/board.js" defer></script>'  # and so is that
every_page = pytest.mark.parametrize("view", PAGES.values(), ids=PAGES.keys())


def parsed(view: View, language: str = "en") -> html.HtmlElement:
    return html.document_fromstring(pages.render(view, language))


def without_its_own(view: View, text: str) -> str:
    """Return a page without the scripts and the style that its own policy names by their hashes."""
    if isinstance(view, VerifyPage):
        for own in (f"<style>{Verifier.style}</style>", *(f"<script>{one}</script>" for one in Verifier.scripts)):
            assert text.count(own) == 1
            text = text.replace(own, "")
    if isinstance(view, GoingPage | HeadcountPage):
        assert text.count(LIVE) == view.live
        text = text.replace(LIVE, "")
    if isinstance(view, AlertForm):
        assert text.count(WRITING) == 1
        text = text.replace(WRITING, "")
    if isinstance(view, NoticeForm):
        assert text.count(BESIDE) == 1
        text = text.replace(BESIDE, "")
    if isinstance(view, HypothesesPage):
        assert text.count(CELLS) == 1
        text = text.replace(CELLS, "")
    if (shell := getattr(view, "shell", None)) is not None and isinstance(shell, PublicShell):
        assert text.count(SAYS) == (not isinstance(view, VerifyPage))
        text = text.replace(SAYS, "")
    if isinstance(view, WatchBoard | DutiesPage):
        assert text.count(KEYS) == bool(view.urgent)
        text = text.replace(KEYS, "")
    return text


def test_there_is_a_sample_of_every_kind_of_page() -> None:
    assert {type(view) for view in PAGES.values()} == set(TEMPLATES)


@every_page
def test_a_page_has_one_heading_one_main_and_says_its_language(view: View) -> None:
    page = parsed(view)
    assert len(page.findall(".//h1")) == 1
    assert page.find(".//h1").text_content().strip()
    assert len(page.findall(".//main")) == 1
    assert page.get("lang") == "en"
    assert page.get("dir") == "ltr"
    assert page.find(".//title").text_content().strip()
    assert page.find('.//meta[@name="viewport"]') is not None


@every_page
def test_headings_are_not_skipped(view: View) -> None:
    levels = [int(node.tag[1]) for node in parsed(view).iter("h1", "h2", "h3", "h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_page
def test_a_strict_policy_would_block_nothing(view: View) -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    page: html.HtmlElement = html.document_fromstring(without_its_own(view, pages.render(view)))
    assert not page.xpath("//style | //script | //@style | //@*[starts-with(name(), 'on')] | //iframe | //object")
    for link in page.xpath("//link/@href | //img/@src"):
        assert link.startswith("/")


@every_page
def test_every_file_a_page_asks_for_is_there(view: View) -> None:
    for link in parsed(view).xpath("//link[starts-with(@href, '/static/')]/@href | //script/@src"):
        assert (STATIC / link.removeprefix("/static/")).is_file()


@every_page
def test_ids_are_unique_and_every_reference_finds_its_own(view: View) -> None:
    page = parsed(view)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for names in page.xpath("//@aria-labelledby | //@aria-describedby"):
        assert set(names.split()) <= set(ids)


@every_page
def test_every_table_names_its_columns_and_every_field_has_a_label(view: View) -> None:
    page = parsed(view)
    for table in page.iter("table"):
        assert table.findall(".//thead//th[@scope='col']")
    for field in page.xpath("//input[not(@type='hidden')] | //textarea"):
        assert field.getparent().tag == "label"
    for button in page.iter("button"):
        assert button.text_content().strip()


@every_page
def test_a_right_to_left_language_turns_the_page_round(view: View) -> None:
    page = parsed(view, "ar")
    assert page.get("lang") == "ar"
    assert page.get("dir") == "rtl"


@every_page
def test_the_stylesheet_gives_no_left_or_right(view: View) -> None:
    sheets = {sheet.name: sheet.read_text() for sheet in STATIC.glob("*.css")}
    for text in sheets.values():
        assert not re.search(r"(margin|padding|border)-(left|right)\s*:|text-align\s*:\s*(left|right)", text)


# ---------------------------------------------------------------- an exercise cannot be missed


def as_exercise(view: View, yes: bool) -> View:
    if isinstance(view, ClosedPage | SignInPage | ErrorPage | FormAgain | SignedOut):
        return replace(view, exercise=yes)
    return replace(view, shell=replace(view.shell, exercise=yes))  # type: ignore[attr-defined]


@every_page
def test_an_exercise_is_striped_across_the_top_of_the_page(view: View) -> None:
    band = parsed(as_exercise(view, yes=True)).xpath("//body/*[contains(@class, 'exercise')]")
    assert len(band) == 1
    assert "EXERCISE" in band[0].text_content()
    siblings = [node for node in band[0].getparent() if node.get("class") != "skip"]
    assert siblings[0] is band[0]


@every_page
def test_what_is_real_is_not_called_an_exercise(view: View) -> None:
    assert "EXERCISE" not in parsed(as_exercise(view, yes=False)).text_content()


# ---------------------------------------------------------------- hostile words


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}%(x)s'
KEPT = {
    "stands",
    "zone",
    "word",
    "confidence",
    "role",
    "answer",
    "why",
    "axis",
    "question",
    "verdict",
    "after_means",
    "section",
    "language",
    "method",
    "answered",
    "early",
    "stage",
    "owed",
}


def spoiled(value: object, name: str = "") -> object:
    """Return a view with every free text replaced by something hostile."""
    if type(value) is str:
        return value if name in KEPT or not value else HOSTILE
    if isinstance(value, tuple):
        return tuple(spoiled(one, name) for one in value)
    if isinstance(value, msgspec.Struct):
        return type(value)(**{field: spoiled(getattr(value, field), field) for field in value.__struct_fields__})
    return value


@every_page
def test_hostile_words_stay_words_on_every_page(view: View) -> None:
    hostile = spoiled(view)
    assert isinstance(hostile, View)
    text = without_its_own(hostile, pages.render(hostile))
    page = html.document_fromstring(text)
    assert not page.xpath("//script | //img | //@onerror")
    assert "<script" not in text
    assert "49%" not in text


# ---------------------------------------------------------------- states


@pytest.mark.parametrize("kind", ChipKind)
def test_every_state_has_a_word_and_a_shape(kind: ChipKind) -> None:
    drawn = html.fragment_fromstring(str(chip(Chip(kind=kind), ENGLISH)))
    tone = drawn.get("class").split()[1]
    assert tone in set(Tone)
    assert drawn.text_content().strip() == CHIPS[kind][1]
    assert f".chip.{tone}" in (STATIC / "tocsin.css").read_text()


def test_states_of_opposite_meaning_never_share_a_word() -> None:
    words = [word for _, word in CHIPS.values()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        pytest.param(Chip(kind=ChipKind.SILENT, count=5), "5 silent", id="how many"),
        pytest.param(Chip(kind=ChipKind.SILENT, after=timedelta(hours=3)), "silent for 3\u00a0h", id="silence lasts"),
        pytest.param(
            Chip(kind=ChipKind.DISMISSED, after=timedelta(days=11, hours=19)),
            "dismissed after 11\u00a0d\u00a019\u00a0h",
            id="after",
        ),
        pytest.param(Chip(kind=ChipKind.DELIVERED, count=18_400), "18\u202f400 delivered", id="thousands"),
    ],
)
def test_a_chip_says(shown: Chip, said: str) -> None:
    assert html.fragment_fromstring(str(chip(shown, ENGLISH))).text_content() == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0\u00a0s"),
        (timedelta(seconds=41), "41\u00a0s"),
        (timedelta(minutes=22), "22\u00a0min"),
        (timedelta(days=1, minutes=5), "1\u00a0d"),
        (timedelta(days=-2, hours=3), "1\u00a0d\u00a021\u00a0h"),
        (timedelta(days=1200), "1\u202f200\u00a0d"),
    ],
)
def test_a_length_is_said_in_two_units(span: timedelta, said: str) -> None:
    assert length(span, ENGLISH) == said


# ---------------------------------------------------------------- what must and must not be offered


def buttons(view: View) -> list[str]:
    return [str(value) for value in parsed(view).xpath("//button[@name='answer']/@value")]


def test_help_is_offered_only_while_someone_watches_for_it() -> None:
    assert "need_help" in buttons(ASK)
    assert "need_help" not in buttons(replace(ASK, shell=replace(ANSWERING, help_watched_by="")))


def test_the_answer_page_names_the_emergency_number_and_says_that_it_does_not_call() -> None:
    for view in (ASK, HELP):
        text = " ".join(parsed(view).text_content().split())
        assert "Call 112." in text
        assert "This page does not call for you." in text


def test_an_institution_is_not_asked_whether_it_is_safe() -> None:
    asked = PAGES["answer-second-knock"]
    assert isinstance(asked, AnswerPage)
    assert buttons(asked) == ["acting", "received", "dismissed", "disputed"]
    assert buttons(ASK) == ["safe", "received", "acting", "need_help", "dismissed", "disputed"]


def test_the_answer_page_is_small_and_stands_on_one_small_stylesheet() -> None:
    page = pages.render(ASK)
    assert page.count("<link") == 2
    assert len(page.encode()) + (STATIC / "answer.css").stat().st_size < 12_000


def test_a_window_that_ran_out_stays_on_the_page_and_gives_no_all_clear() -> None:
    for name in ("public-home", "public-alert"):
        text = parsed(PAGES[name]).text_content()
        assert "Stated period ended; no all-clear given" in text
        assert "Nobody has said that the danger is over." in text


def test_the_instruction_comes_before_the_reason() -> None:
    text = parsed(PAGES["public-alert"]).text_content()
    assert text.index("Do not go to concerts") < text.index("Extremists may attack")
    text = parsed(ASK).text_content()
    assert text.index("Do not go to concerts") < text.index("Extremists may attack")


def test_an_empty_board_says_what_would_appear_there() -> None:
    text = parsed(PAGES["desk-watch-empty"]).text_content()
    assert "appears here by itself, soonest first" in text
    assert "An officer opens a case" in text


def test_the_board_shows_in_its_order_what_it_was_handed() -> None:
    groups = parsed(BOARD).xpath("//section[ol[contains(@class,'urgent')]]")
    titles = [[node.text_content() for node in group.xpath(".//ol//a/b")] for group in groups]
    assert titles == [[row.title for row in group.rows] for group in BOARD.groups]
    assert sum(map(len, titles)) == len(BOARD.urgent)


def test_a_plea_stands_first_who_disputes_and_who_dismisses_apart_and_what_somebody_has_last() -> None:
    names = ["need_help", "unanswered", "disputed", "dismissed", "window", "taken"]
    assert [group.name for group in BOARD.groups] == names


def test_what_a_key_does_is_a_button_or_a_link_as_well() -> None:
    row = parsed(BOARD).xpath("//li[.//*[@data-key]]")[0]
    keys = {node.get("data-key"): node.tag for node in row.xpath(".//*[@data-key]")}
    assert keys == {"c": "a", "r": "button", "e": "button", "n": "a"}


def test_likelihood_and_confidence_never_share_a_sentence() -> None:
    rows = parsed(CASE).xpath("//section[@aria-labelledby='h-assess']//tbody//td")
    for cell in rows:
        text = cell.text_content()
        assert not ("%" in text and "onfidence" in text)
    text = parsed(CASE).text_content()
    for sentence in re.split(r"[.\n]", text):
        assert not (re.search(r"\b(un)?likely\b", sentence) and "onfidence" in sentence)


def test_times_are_said_in_the_zone_of_the_case_in_utc_and_from_now() -> None:
    issued = parsed(PAGES["desk-warning"]).xpath("//dl[@class='facts']//time")[0]
    assert issued.get("datetime") == "2024-03-07T18:04:00Z"
    assert issued.text_content() == "7 Mar 21:0418:04 UTC · 15\u00a0d\u00a011\u00a0h ago"


def test_a_post_from_the_desk_carries_its_token() -> None:
    for name in ("desk-case", "desk-watch", "desk-sign-in"):
        for form in parsed(PAGES[name]).xpath("//form[@method='post']"):
            assert form.xpath("./input[@name='_csrf_token']/@value") == ["token"]


def test_a_page_is_quick_to_draw() -> None:
    many = replace(BOARD, shell=SHELL, cases=BOARD.cases * 50)
    assert len(parsed(many).xpath("//section[@aria-labelledby='cases']//tbody/tr")) == 100


# ---------------------------------------------------------------- contrast


def tokens(sheet: str, dark: bool) -> dict[str, str]:
    text = (STATIC / sheet).read_text()
    first = text.index(":root")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", text[first : text.index("}", first)]))
    if dark:
        second = text.index(":root", text.index("prefers-color-scheme: dark"))
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", text[second : text.index("}", second)]))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs() -> Iterator[tuple[str, str]]:
    yield from product(("ink", "ink-2", "ink-3", "act"), ("paper", "card"))
    yield from product(("ink", "ink-2", "ink-3"), ("sunk",))
    for tone in ("danger", "silence", "dispute", "good", "known", "plain"):
        yield from ((tone, under) for under in ("paper", "card", f"{tone}-bg"))
    yield from (("act-ink", "act"), ("map-ink", "map-land"), ("map-ink", "map-sea"), ("act", "map-land"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "under"), list(pairs()))
def test_the_desk_can_be_read(text: str, under: str, dark: bool) -> None:
    shades = tokens("tocsin.css", dark)
    assert contrast(shades[text], shades[under]) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "under"),
    [
        *product(("ink", "ink-2"), ("paper", "card")),
        ("act-ink", "act"),
        *((tone, f"{tone}-bg") for tone in ("danger", "silence", "good", "dispute", "plain")),
        *((tone, "card") for tone in ("danger", "act")),
        ("act", "paper"),
    ],
)
def test_the_frightened_can_read_more_easily(text: str, under: str, dark: bool) -> None:
    shades = tokens("answer.css", dark)
    assert contrast(shades[text], shades[under]) >= 6.9


@pytest.mark.parametrize("sheet", ["tocsin.css", "answer.css"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_focus_ring_can_be_seen(sheet: str, dark: bool) -> None:
    shades = tokens(sheet, dark)
    assert contrast(shades["focus"], shades["card"]) >= 3
    assert contrast(shades["focus"], shades["paper"]) >= 3
    assert not re.search(
        r"outline:\s*(none|0)", (STATIC / sheet).read_text().replace("main:focus-visible { outline: 0; }", "")
    )


# ---------------------------------------------------------------- every sentence can be translated


@cache
def every_sentence_wrapped() -> Words:
    """Return the made-up language of tests.words, from the sentences as they stand in the source now."""
    ids = [message.id for message in messages.collect(messages.SOURCE) if message.id]
    return Words("qps", Pseudo(frozenset(text for one in ids for text in ([one] if isinstance(one, str) else one))))


@every_page
def test_no_sentence_of_ours_is_left_untranslated(view: View) -> None:
    page = Pages(lambda _language: every_sentence_wrapped()).render(view, "qps")
    ours = [line for line in bare(page) if line not in {"UTC", "· UTC"}]
    assert ours == []
