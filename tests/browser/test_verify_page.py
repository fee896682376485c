"""The verifier in the browser, from a saved file and without a network, against the one in Python: the same verdicts.

Most of it asks the page's own function in one go; the rest uses the page as a person does.
"""

import base64
import json
import random
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.judge import barriers, fits
from tests.browser.proof_cases import CASE, LISTED, LOG, WITNESSES, Asked, bad, good, policy, seen
from tests.record import test_verify_lies
from tests.record.published import AT, HOUR
from tests.record.small_log import DEMANDED, POLICY, WITNESSED, since, witness
from tests.record.vectors import load
from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.basis.words import ENGLISH, AsWritten, Words
from tocsin.record import canonical, read_canonical, read_proof_file, verify_proof, write_proof_file
from tocsin.record.algorithms import ed25519_verifies
from tocsin.web.public.views import PublicShell, VerifyPage
from tocsin.web.render import Pages
from tocsin.web.verifier import Verifier

pytestmark = pytest.mark.browser

JUDGE = """async ([asked, now]) => {
  const bytes = (text) => text === null ? null : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const answers = [];
  for (const [proof, policy, payload] of asked) {
    const found = await verifyProof(bytes(proof), bytes(policy), bytes(payload), now);
    const plain = (value) => typeof value === "bigint" ? Number(value) : value;
    answers.push([found.problems, plain(found.size), found.root, found.origin, found.witnessed, found.since, canonical(found.entry),
      found.sealedAt, canonical([...found.shown].sort(([one], [other]) => one < other ? -1 : 1)), canonical(found.receipt)]);
  }
  return answers;
}"""


def page_text(
    policy_text: str = POLICY.decode(), language: str = "en", *, exercise: bool = False, proof: str = ""
) -> str:
    shell = PublicShell(exercise=exercise, organisation="Mill Town", now=datetime(2024, 3, 23, tzinfo=UTC), zone="UTC")
    pages = Pages(lambda tag: ENGLISH if tag == "en" else Words(tag, AsWritten()))
    return pages.render(VerifyPage(shell=shell, policy=policy_text, proof=proof), language)


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1000, "height": 1000}, locale="en-GB", timezone_id="UTC")
    context.set_offline(True)
    yield context
    context.close()


@pytest.fixture
def page(offline: BrowserContext, tmp_path: Path) -> Iterator[Page]:
    """The saved page, open, with the network off. It may ask for nothing, and complain of nothing."""
    saved = tmp_path / "verify.html"
    saved.write_text(page_text())
    page = offline.new_page()
    troubles: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(saved.as_uri())
    yield page
    page.close()
    assert troubles == []
    assert asked == [saved.as_uri()]


# ---- the verdicts


def spelled(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def said_in_browser(page: Page, asked: Sequence[Asked], now: datetime | None) -> list[list[Any]]:
    clock = f"{now:%Y-%m-%dT%H:%M:%S.%f}" if now else None
    answers: list[list[Any]] = page.evaluate(JUDGE, [[[spelled(one) for one in three] for three in asked], clock])
    return answers


def said_in_python(asked: Asked, now: datetime | None) -> list[Any]:
    found = verify_proof(*asked, now=now)
    witnessed, before = ([[name, rfc3339(at)] for name, at in seen] for seen in (found.witnessed, found.since))
    sealed_at = rfc3339(found.sealed_at) if found.sealed_at else None
    fields = sorted(
        ([name, value] for name, value in found.shown.items()), key=lambda one: str(one[0]).encode("utf-16-be")
    )
    entry, shown, receipt = (canonical(one).decode() for one in (found.entry, fields, found.receipt))
    return [found.problems, found.size, found.root, found.origin, witnessed, before, entry, sealed_at, shown, receipt]


def alike(answer: list[Any]) -> str:
    """Return an answer without the words of other people's libraries, which the browser need not repeat."""
    problems = [_ours(problem) for problem in answer[0]]
    return json.dumps([problems, *answer[1:]], sort_keys=True)


def _ours(problem: str) -> str:
    head, written, _ = problem.partition("This cannot be written as canonical JSON")
    if written:
        return f"{head}This JSON object is not in the canonical form of RFC 8785."
    head, carried, why = problem.partition("is not what Tocsin writes.")
    return head + carried if why.startswith((" Object", " Expected")) else problem


def differing(page: Page, asked: dict[str, Asked], now: datetime | None = None) -> dict[str, tuple[str, str]]:
    """Return every case in which the two verifiers do not say the same."""
    answers = said_in_browser(page, list(asked.values()), now)
    pairs = {
        name: (alike(said_in_python(one, now)), alike(answer))
        for (name, one), answer in zip(asked.items(), answers, strict=True)
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def test_what_holds_in_python_holds_in_the_browser_and_shows_the_same(page: Page) -> None:
    assert [name for name, one in good().items() if not verify_proof(*one).ok] == []
    assert differing(page, good()) == {}


def test_what_is_refused_in_python_is_refused_in_the_browser_in_the_same_words(page: Page) -> None:
    assert [name for name, one in bad().items() if verify_proof(*one).ok] == []
    assert differing(page, bad()) == {}


def test_every_lie_that_the_python_verifier_is_told_is_told_to_the_browser_too(page: Page) -> None:
    [table] = vars(test_verify_lies.test_each_lie_is_refused_in_its_own_words)["pytestmark"]
    lies: dict[str, Asked] = {one.id: (one.values[0], POLICY, None) for one in table.args[1]}
    assert len(lies) > 80
    assert differing(page, lies) == {}


DATE = AT + 16 * HOUR  # until which the notice may be opened


@pytest.mark.parametrize(
    ("now", "in_time"),
    [
        pytest.param(AT, True, id="before"),
        pytest.param(DATE, True, id="at the date"),
        pytest.param(DATE + timedelta(microseconds=1), False, id="a millionth of a second later"),
        pytest.param(DATE + timedelta(days=9_000), False, id="years later"),
    ],
)
def test_the_readers_clock_says_the_same_to_both(page: Page, now: datetime, in_time: bool) -> None:
    """What was opened by its date and has nothing else to show for it holds as long as that date is to come."""
    asked: dict[str, Asked] = {
        "by the record's word": (witness(CASE.seen(6, 11, None), AT + 900 * HOUR), DEMANDED, None),
        "seen too late": (witness(CASE.seen(6, 11, 16.01), AT + 900 * HOUR), DEMANDED, None),
        "seen in time": (witness(CASE.seen(6, 11, 16), AT + 900 * HOUR), DEMANDED, None),
    }
    held = [verify_proof(*one, now=now).ok for one in asked.values()]
    assert held == [in_time, in_time, True]
    assert differing(page, asked, now) == {}


def test_each_flipped_bit_is_judged_alike(page: Page) -> None:
    proof = seen(CASE.opened(), *WITNESSES)
    listed = policy(LISTED + b"group g 2 first third\xff", b"quorum g")
    chance = random.Random(4)
    flipped: dict[str, Asked] = {}
    for at in sorted(chance.sample(range(len(proof)), 300)):
        bit = chance.randrange(8)
        flipped[f"proof, byte {at}, bit {bit}"] = (flip(proof, at, bit), listed, None)
    for at in sorted(chance.sample(range(len(listed)), 150)):
        bit = chance.randrange(8)
        flipped[f"policy, byte {at}, bit {bit}"] = (proof, flip(listed, at, bit), None)
    assert sum(not verify_proof(*one).ok for one in flipped.values()) > 300
    assert differing(page, flipped) == {}


def flip(raw: bytes, at: int, bit: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]


OTHERS: tuple[Any, ...] = (None, True, 0, -1, 2**53 - 1, 1.5, 1e21, "", "00" * 32, "é", [], [None], {}, {"v": 1})


def others(value: Any) -> Iterator[Any]:
    """Return a JSON value with each part of it, one after another, left out, replaced or added to."""
    yield from OTHERS
    if isinstance(value, dict):
        yield value | {"more": 1}
        yield value | {"__proto__": 1}
        for name in value:
            yield {other: value[other] for other in value if other != name}
            yield from (value | {name: changed} for changed in others(value[name]))
    if isinstance(value, list) and value:
        yield value * 2
        yield value[::-1]
        yield from ([changed, *value[1:]] for changed in others(value[0]))


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param(CASE.opened(), id="opened"),
        pytest.param(CASE.seen(6, 11, 16), id="seen by a witness"),
        pytest.param(CASE.received(), id="receipt"),
    ],
)
def test_whatever_else_stands_in_the_extra_is_judged_alike(page: Page, proof: bytes) -> None:
    file = read_proof_file(proof)
    asked: dict[str, Asked] = {}
    for number, said in enumerate(others(json.loads(file.extra or b""))):
        extra = canonical(said) or b"-"
        changed = replace(file, extra=extra)
        asked[f"{number}: {extra[:60]!r}"] = (write_proof_file(changed), POLICY, None)
    assert len(asked) > 500
    assert differing(page, asked) == {}


def test_canonical_json_is_the_same_in_both(page: Page) -> None:
    chance = random.Random(5)
    numbers = [struct.unpack("<d", chance.randbytes(8))[0] for _ in range(2_000)]
    numbers += [chance.uniform(-1e6, 1e6) for _ in range(500)] + [10.0**n for n in range(-30, 30)]
    texts = [repr(one) for one in numbers if one == one and abs(one) != float("inf")]  # noqa: PLR0124  not a number
    texts += ["-0", "0", "1.0", "01", "1e400", "9007199254740991", "9007199254740992", "-9007199254740992", "1e+21", "1e21",
              "999999999999999900000", "1000000000000000000000", '"\\u0041"', '"\\u001f"', '"\\u001F"', '"\\/"', '"\\ud83d\\udd14"',
              '"\U0001f514"', '"\x7f"', '"\x1f"', '"\u2028"', "[1,2]", "[1, 2]", '{"b":1,"a":2}', '{"a":1,"a":1}', '{"a":1,"b":2}',
              '{"\uffff":1,"\U00010000":2}', '{"\U00010000":2,"\uffff":1}', '{"10":1,"9":1}', '{"9":1,"10":1}']  # fmt: skip
    asked = [f'{{"a":{text}}}' for text in texts] + ["", "[]", "1", " {}", "{}", "{} ", "\ufeff{}", "null"]
    here = [_reads(text.encode()) for text in asked]
    there = page.evaluate(
        "texts => texts.map((text) => { try { readCanonical(bytesOf(text)); return true; } catch { return false; } })",
        asked,
    )
    assert [text for text, one, other in zip(asked, here, there, strict=True) if one != other] == []
    assert 100 < sum(here) < len(asked)


def _reads(raw: bytes) -> bool:
    try:
        read_canonical(raw)
    except Refused:
        return False
    return True


def test_signatures_are_verified_alike_at_the_edges_too(page: Page) -> None:
    """Chromium's answers; other browsers may refuse more keys that no honest signer has."""
    cases = [(bytes.fromhex(one["key"]), one["msg"].encode(), bytes.fromhex(one["sig"]))
             for one in load("cctv-ed25519", "ed25519vectors.json")]  # fmt: skip
    cases += [
        (bytes.fromhex(group["publicKey"]["pk"]), bytes.fromhex(one["msg"]), bytes.fromhex(one["sig"]))
        for group in load("wycheproof", "ed25519_test.json")["testGroups"]
        for one in group["tests"]
    ]
    there = page.evaluate(
        "cases => Promise.all(cases.map(([key, message, signature]) => ed25519(unhex(key), unhex(message), unhex(signature))))",
        [[one.hex() for one in case] for case in cases],
    )
    here = [ed25519_verifies(*case) for case in cases]
    assert [case for case, one, other in zip(cases, here, there, strict=True) if one != other] == []
    assert 100 < sum(here) < len(here)


# ---- as a person uses it


def choose(page: Page, proof: bytes, *, payload: bytes | None = None, policy_file: bytes | None = None) -> str:
    """Hand in files, and return the verdict."""
    given = {"payload": payload, "policy": policy_file, "proof": proof}
    for name, raw in given.items():
        if raw is not None:
            page.set_input_files(f"#{name}-file", {"name": f"a.{name}", "mimeType": "text/plain", "buffer": raw})
    page.wait_for_selector("#verdict h2, #verdict .chip")
    return " ".join(page.inner_text("#verdict").split())


def test_an_empty_page_says_what_would_appear_there(page: Page) -> None:
    assert page.inner_text("#verdict") == "Choose a proof, and what it shows appears here."
    page.fill("#policy", "")
    assert page.input_value("#policy") == ""
    page.set_input_files("#proof-file", {"name": "a.tlog-proof", "mimeType": "text/plain", "buffer": CASE.plain()})
    page.wait_for_function("document.getElementById('verdict').innerText.includes('whom you believe')")


def test_a_notice_that_was_opened_is_told_in_words_with_its_moments(page: Page) -> None:
    listed = policy(LISTED + b"group g 2 first third\xff", b"quorum g")
    said = choose(page, seen(CASE.opened(), *WITNESSES, hours=4), policy_file=listed)
    for words in (
        "It holds",
        "This was sealed on 7 March 2024 at 18:00 UTC, and has been opened since",
        "It stood in the record by 8 March 2024 at 00:00 UTC: 3 witnesses that you name had seen it, the first on 7 March",
        "sealed, by the record's own clock",
        "kept beyond its date, by the record's own clock",
        "opened by two people, by the record's own clock",
        "seen in the record by the witness third\\xff, by that witness's clock",
        "A concert hall",
    ):
        assert words in said
    moments = page.eval_on_selector_all(".track time", "all => all.map((one) => one.dateTime)")
    assert moments == sorted(moments)
    assert len(moments) == 7


def test_who_saw_an_older_tree_is_told_by_that_moment(page: Page) -> None:
    proof = LOG.prove(CASE.alert, since=since(LOG, CASE.alert, 3, AT + HOUR))
    said = choose(page, proof, policy_file=WITNESSED)
    assert "It stood in the record by 7 March 2024 at 19:00 UTC" in said


def test_an_alert_is_compared_with_its_message(page: Page) -> None:
    said = choose(page, CASE.plain(), payload=CASE.cap)
    for words in ("It holds", "A public alert was issued", "no witness", "to the last byte"):
        assert words in said
    assert "to the last byte" not in choose(page, CASE.received())
    assert "It does not hold" in said_after(page, payload=CASE.cap + b"x", proof=CASE.plain())


def said_after(page: Page, *, proof: bytes, payload: bytes) -> str:
    choose(page, proof, payload=payload)
    page.wait_for_selector("#verdict.fails")
    return page.inner_text("#verdict")


def test_what_fails_says_why_and_what_to_do(page: Page) -> None:
    said = choose(page, CASE.plain().replace(b"index 0", b"index 1"))
    for words in (
        "It does not hold",
        "The proof does not show that this is entry 1 of the record.",
        "get the keys anew",
    ):
        assert words in said


def test_what_a_file_says_is_never_markup(page: Page) -> None:
    case = type(CASE)()
    number = case.log.say("AlertIssued", identifier="<img src=x onerror=alert(1)>%(when)s")
    assert "<img src=x onerror=alert(1)>%(when)s" in choose(page, case.log.prove(number))
    assert page.locator("img").count() == 0


def test_files_can_be_dropped_and_are_known_by_what_they_hold(page: Page) -> None:
    drop = """files => {
      const data = new DataTransfer();
      for (const [name, text] of files) data.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.fill("#policy", "")
    files: list[tuple[str, bytes]] = [("x", CASE.plain()), ("y", b"# ours\n" + POLICY), ("z", CASE.cap)]
    page.evaluate(drop, [[name, base64.b64encode(raw).decode()] for name, raw in files])
    page.wait_for_selector("#verdict.holds")
    page.wait_for_function("document.getElementById('verdict').innerText.includes('to the last byte')")
    assert page.input_value("#policy") == "# ours\n" + POLICY.decode()


def test_a_policy_from_a_file_is_taken_to_the_byte_until_somebody_edits_it(page: Page) -> None:
    crlf = POLICY.replace(b"\n", b"\r\n")
    assert "It has a control character" in choose(page, CASE.plain(), policy_file=crlf)
    page.focus("#policy")
    page.keyboard.press("Control+End")
    page.keyboard.type("# mine")
    page.click("form button")
    page.wait_for_selector("#verdict.holds")


def test_it_can_be_used_by_keyboard_and_says_its_verdict_aloud(page: Page) -> None:
    choose(page, CASE.plain())
    order = []
    page.focus("#proof-file")
    for _ in range(5):
        order.append(page.evaluate("document.activeElement.id || document.activeElement.localName"))
        page.keyboard.press("Tab")
    assert order == ["proof-file", "payload-file", "policy", "policy-file", "button"]
    page.focus("form button")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'verdict'")
    assert page.get_attribute("#verdict", "aria-live") == "polite"
    assert page.get_attribute("#verdict", "role") == "status"


def test_a_page_that_was_handed_a_proof_judges_it_at_once(offline: BrowserContext, tmp_path: Path) -> None:
    (tmp_path / "given.html").write_text(page_text(proof=CASE.plain().decode()))
    page = offline.new_page()
    page.goto((tmp_path / "given.html").as_uri())
    page.wait_for_selector("#verdict.holds")
    page.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1400, 360])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_every_screen_and_bars_nobody(
    browser: Browser, tmp_path: Path, width: int, dark: bool, language: str
) -> None:
    (tmp_path / "page.html").write_text(page_text(language=language, exercise=True))
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
    page.goto((tmp_path / "page.html").as_uri())
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == (
        "rtl" if language == "ar" else "ltr"
    )
    for proof in (None, CASE.opened(), CASE.plain()[:-1]):
        if proof is not None:
            choose(page, proof)
            page.evaluate("document.querySelector('details')?.setAttribute('open', '')")
        assert fits(page)
        assert barriers(page) == []
    page.close()


def test_without_ed25519_it_says_which_browser_can(page: Page) -> None:
    page.evaluate("() => { crypto.subtle.importKey = () => Promise.reject(new Error('no')); }")
    said = choose(page, CASE.plain())
    assert "Nothing was checked" in said
    assert "Firefox 129" in said


def test_the_page_is_small() -> None:
    assert sum(len(script.encode()) for script in Verifier.scripts) < 43_000
    assert len(page_text().encode()) < 54_000
