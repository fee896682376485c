"""Steps of institutions: what cannot be is said by its line, and what can be is played."""

from pathlib import Path

import pytest

from tocsin.basis.errors import Refused
from tocsin.cli import stage
from tocsin.scenario.read import read_text

HEAD = """
tocsin: scenario/1
id: weir
zone: UTC
ends: 2026-05-03 08:00
sources:
  - {id: gazette, of: board}
  - {id: abbey-page, of: abbey}
people:
  - {id: ada, roles: [watch_officer]}
  - {id: ben, roles: [duty_officer]}
  - {id: board, kind: organisation, through: [rees, holm], patience: 30m}
  - {id: rees}
  - {id: holm}
  - {id: abbot}
  - {id: abbey, kind: organisation}
policies:
  - {id: slow, steps: [{to: ben, after: 4h}], repeat_every: 20d}
steps:
  - {at: 2026-05-01 08:00, id: weir, threat: The weir breaks}
  - at: 2026-05-01 09:00
    id: told
    notice: {recipients: [board], tear_line: The weir may break, by: ada}
"""

DENIED = """
  - {at: 2026-05-01 10:00, id: hoax, report: {source: gazette, text: The weir is a hoax, mark: CLEAR}}
  - {at: 2026-05-01 10:10, heard: {recipient: board, kind: dismissed, public: A hoax, report: hoax}}
"""


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param("", "", id="the head alone"),
        pytest.param("  - {at: +1h, read_back: {recipient: board, what: It}}", "lacks the field 'where'", id="half"),
        pytest.param("  - {at: +1h, question: {recipient: rees, words: Why}}", "a person", id="asked by a person"),
        pytest.param("  - {at: +1h, reply: They do}", "comes before any question", id="an answer to nothing"),
        pytest.param(
            "  - {at: +1h, hand_on: {recipient: board, to: nobody}}", "not listed under people", id="to nobody"
        ),
        pytest.param(
            "  - {at: +1h, second_knock: {recipient: board, through: board}}", "goes to 'board' itself", id="same"
        ),
        pytest.param(
            "  - {at: +1h, id: x, read_back: {recipient: board, what: a, where: b, when: c, will_do: d}}\n"
            "  - {at: +1h, compare: {differs: who}}",
            "differs in 'who'",
            id="differs in nothing that is asked",
        ),
    ],
)
def test_what_cannot_be_is_said(steps: str, said: str) -> None:
    text = HEAD + steps
    if not said:
        assert read_text(text.encode(), Path("weir.yaml")).steps
        return
    with pytest.raises(Refused, match=said):
        read_text(text.encode(), Path("weir.yaml"))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        pytest.param(HEAD.replace("of: board", "of: bord"), "no organisation under people", id="of nobody"),
        pytest.param(HEAD.replace("[rees, holm]", "[reese]"), "is told through 'reese'", id="through nobody"),
        pytest.param(HEAD.replace("{id: abbot}", "{id: abbot, through: [rees]}"), "is no organisation", id="a person"),
    ],
)
def test_a_head_that_cannot_be_is_said(head: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_text(head.encode(), Path("weir.yaml"))


def played(tmp_path: Path, steps: str) -> dict[str, object]:
    scenario = read_text((HEAD + steps).encode(), tmp_path / "weir.yaml")
    with stage.set_stage(scenario, tmp_path / "data", "127.0.0.1", 0, "test") as set_up:
        return set_up.play(lambda *_: None)


def test_a_publication_is_attached_and_the_second_knock_is_measured(tmp_path: Path) -> None:
    told = played(
        tmp_path,
        DENIED
        + """
  - {at: 2026-05-01 11:00, id: crack-told, report: {source: gazette, text: The weir has a crack, mark: CLEAR}}
  - {at: 2026-05-01 11:10, id: crack, incident: {what: A crack, reports: crack-told, bears_on: weir, published_by_host: true}}
  - {at: 2026-05-02 10:00, id: again, second_knock: {recipient: board, through: abbot}}
  - {at: 2026-05-02 10:30, answer: {warning: again, by: abbot, kind: acting}}
""",
    )
    assert told["reconcile"] is True
    warnings = told["warnings"]
    assert isinstance(warnings, list)
    first, again = warnings
    assert [(one["by"], one["kind"], one["delay_s"]) for one in first["answers"]] == [("board", "dismissed", 3_600)]
    assert [one["to"] for one in first["institutions"]["told"]] == ["rees", "holm", "board"]
    (knock,) = first["institutions"]["second_knocks"]
    assert (knock["why"], knock["notice"], knock["through"], knock["delay_s"]) == (
        "dismissed",
        "again",
        "abbot",
        86_400,
    )
    assert again["second_knock_of"] == "told"
    scores = told["scores"]
    assert isinstance(scores, dict)
    assert scores["second_knock_s"] == 86_400


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param(
            "  - {at: 2026-05-01 10:00, second_knock: {recipient: board, through: abbot}}",
            "nothing to knock",
            id="no denial",
        ),
        pytest.param(
            "  - {at: 2026-05-01 10:00, id: news, report: {text: New boats}}\n"
            "  - {at: 2026-05-01 10:10, heard: {recipient: board, kind: dismissed, public: So, report: news}}",
            "was not proposed as an answer to told: its source 'unstated' is 'of' no organisation",
            id="nobody's own word",
        ),
        pytest.param(
            "  - {at: 2026-05-01 10:00, id: news, report: {source: abbey-page, text: It is false, mark: CLEAR}}\n"
            "  - {at: 2026-05-01 10:10, heard: {recipient: board, kind: dismissed, public: So, report: news}}",
            "its source is 'of' 'abbey', and the warning did not go to it by name",
            id="the word of somebody who was not warned",
        ),
        pytest.param(
            DENIED + "  - {at: 2026-05-02 10:00, second_knock: {recipient: board, through: rees}}",
            "was told already",
            id="same way",
        ),
        pytest.param(
            "  - {at: 2026-05-01 10:00, heard: {recipient: board, kind: dismissed, public: So, said_at: 2026-05-01 08:30}}",
            "cannot have answered before the warning went out",
            id="said before",
        ),
        pytest.param(
            "  - {at: 2026-05-01 09:20, answer: {by: holm, kind: received}}",
            "'holm' of 'board' is told only once 'rees' has been told and silent for 30 min: let 'rees' answer, or let it be later",
            id="before their turn",
        ),
        pytest.param(
            "  - {at: 2026-05-01 10:00, accept: {by: ada}}",
            "rung about it by then; the first would be at 2026-05-01 13:00",
            id="taken on too early",
        ),
        pytest.param(
            DENIED
            + "  - {at: 2026-05-01 11:00, accept: {by: ada}}\n  - {at: 2026-05-01 12:00, accept: {by: ben, cause: denial}}",
            "Nobody is rung about it any more: it was taken on, or is over",
            id="taken on twice",
        ),
        pytest.param(
            "  - {at: 2026-05-01 10:00, accept: {by: ada, cause: help}}",
            "and nothing waits to ring; there is nothing to take on",
            id="nobody needs help",
        ),
        pytest.param(
            "  - {at: 2026-05-01 09:30, id: brief, notice: {recipients: [abbey], tear_line: It may break, window: 2d, by: ada}}\n"
            "  - {at: 2026-05-01 10:00, accept: {warning: brief, by: ada, cause: window}}",
            "rung about it by then; the first would be at 2026-05-02 21:30",
            id="the window before anybody was asked about it",
        ),
    ],
)
def test_what_the_story_does_not_allow_stops_the_replay(tmp_path: Path, steps: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        played(tmp_path, steps)


def test_an_own_word_without_any_word_of_denial_is_taken_down_by_hand(tmp_path: Path) -> None:
    told = played(
        tmp_path,
        "  - {at: 2026-05-01 10:00, id: shrug, report: {source: gazette, text: The board is calm, mark: CLEAR}}\n"
        "  - {at: 2026-05-01 10:10, heard: {recipient: board, kind: dismissed, public: Be calm, report: shrug}}\n",
    )
    warnings = told["warnings"]
    assert isinstance(warnings, list)
    assert [(one["by"], one["kind"], one["delay_s"]) for one in warnings[0]["answers"]] == [
        ("board", "dismissed", 3_600)
    ]


def test_whatever_a_script_says_when_it_stands_by_a_notice_or_tells_it_again_is_let_stay(tmp_path: Path) -> None:
    told = played(
        tmp_path,
        """
  - {at: 2026-05-01 09:30, id: whisper, report: {source: gazette, text: Quillwort saw the gate open, mark: AMBER+STRICT}}
  - {at: 2026-05-01 09:31, link: {report: whisper, bearing: for, why: It is ours}}
  - {at: 2026-05-01 09:40, id: still, reaffirm: {warning: told, words: Quillwort saw it too.}}
"""
        + DENIED.replace("recipient: board", "warning: still, recipient: board")
        + """
  - {at: 2026-05-02 10:00, id: again, second_knock: {warning: still, recipient: board, through: abbot, action: Look at the gate}}
""",
    )
    warnings = told["warnings"]
    assert isinstance(warnings, list)
    assert [one["id"] for one in warnings] == ["told", "still", "again"]


def test_an_institution_that_an_alert_names_is_knocked_at_again_too(tmp_path: Path) -> None:
    steps = """
  - at: 2026-05-01 10:00
    id: keep-off
    alert: {headline: Keep off the weir, area: {circle: {centre: [52.1, 11.6], km: 1}}, window: 2d, audience: {people: [abbey]}}
  - {at: 2026-05-01 11:00, answer: {warning: keep-off, by: abbey, kind: dismissed}}
  - {at: 2026-05-01 12:00, id: knock, second_knock: {warning: keep-off, recipient: abbey, through: abbot}}
"""
    scenario = read_text((HEAD + steps).encode(), Path("weir.yaml"))
    with stage.set_stage(scenario, tmp_path / "data", "127.0.0.1", 0, "test") as played:
        told = {one["id"]: one for one in played.play(lambda *_: None)["warnings"]}
    [knock] = told["keep-off"]["institutions"]["second_knocks"]
    assert (knock["of"], knock["why"], knock["notice"], knock["through"]) == ("abbey", "dismissed", "knock", "abbot")
    assert told["knock"]["second_knock_of"] == "keep-off"
