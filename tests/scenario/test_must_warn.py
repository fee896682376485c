"""The duty to warn and its notices in a scenario: asked, decided late, told by others, a host that leaks, consent refused and given."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scenario.test_refused import GOOD
from tocsin.basis.errors import Refused
from tocsin.cli.stage import Stage, set_stage
from tocsin.scenario.read import read_text
from tocsin.store.look import Look
from tocsin.warning.duty.state import DistrustedHost
from tocsin.warning.notice.over import Over
from tocsin.warning.notice.state import Notice, version_for

HEAD = GOOD.split("  - at: 2026-05-01 12:00")[0].replace("ends: 2026-05-20", "ends: 2026-05-01 17:00")
TOLD = """\
  - at: 2026-05-01 12:10
    id: told
    notice:
      recipients: [miller, stalls]
      mark: AMBER
      originators: [The county]
      consent_of: [The county]
      held: true
      tear_line: {what: An attack on the fair, who: The Lanterns}
      versions:
        - {to: miller, tear_line: An attack on the mill}
        - {language: de, tear_line: Ein Anschlag auf das Fest}
      meant_for: [police]
      unnamed: true
"""
STEPS = (
    """\
  - {at: 2026-05-01 11:20, id: strict, report: {source: gazette, text: They meet near Quarry., mark: AMBER+STRICT}}
  - {at: 2026-05-01 11:21, link: {report: strict}}
  - {at: 2026-05-01 11:30, id: warn-miller, duty: {side: victim, whom: miller, decide: later, expected: 2026-05-02 12:00}}
  - {at: 2026-05-01 11:31, id: warn-owner, duty: {side: protector, who: The owner of the ground, why: He is in danger, by: ben}}
  - {at: 2026-05-01 11:40, retime: {expected: 2026-05-01 20:00, why: They hurry}}
  - {at: 2026-05-01 11:50, decide_duty: {duty: warn-miller, why: He is named, by: ben}}
  - {at: 2026-05-01 11:55, distrust: {host: police, because: leaks, why: Somebody there talks}}
"""
    + TOLD.replace("meant_for: [police]", "meant_for: [audit]")
    + """\
  - {at: 2026-05-01 12:20, ask_consent: {notice: told, words: Read to them}}
  - {at: 2026-05-01 12:25, consent: {notice: told, agreed: false, giver: Their desk, words: Not the name}}
  - {at: 2026-05-01 12:30, rewrite: {notice: told, tear_line: An attack on the Fair near Quarry}}
  - {at: 2026-05-01 12:35, ask_consent: {notice: told, words: Read to them again}}
  - {at: 2026-05-01 12:40, consent: {notice: told, giver: Their desk, words: So it may go}}
  - {at: 2026-05-01 12:45, let_out: {notice: told, by: ben}}
  - {at: 2026-05-01 13:00, told_otherwise: {duty: warn-owner, how: Ben rang him, told_at: 2026-05-01 12:50}}
  - {at: 2026-05-01 13:30, answer: {warning: told, by: miller, kind: acting}}
  - {at: 2026-05-01 14:00, look_again: {duty: warn-owner, until: 2h, why: It goes on}}
  - {at: 2026-05-01 14:10, trust: {host: police, why: He is gone, by: ben}}
  - {at: 2026-05-01 14:20, end_duty: {duty: warn-miller, how: passed, why: They left, by: ben}}
  - {at: 2026-05-01 14:30, reopen_duty: {duty: warn-miller, why: They came back, by: ben}}
  - {at: 2026-05-01 14:35, decide_duty: {duty: warn-miller, decide: already_aware, why: He rang us}}
  - {at: 2026-05-01 14:40, review_duty: {duty: warn-miller, why: I spoke with him, by: ben}}
  - at: 2026-05-01 14:50
    id: kept
    notice: {recipients: [miller], tear_line: What nobody has let out, held: true}
"""
)


def read(steps: str) -> Any:
    return read_text((HEAD + steps).encode(), Path("fair.yaml"))


@pytest.fixture(name="played", scope="module")
def _played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("fair")
    with set_stage(read(STEPS), folder / "data", "127.0.0.1", 0, "test") as stage:
        yield stage, stage.play(lambda *_: None)


@pytest.fixture(name="told")
def _told(played: tuple[Stage, dict[str, Any]]) -> dict[str, Any]:
    return played[1]


def test_who_refused_on_what_ground_and_who_agreed_is_told(told: dict[str, Any]) -> None:
    [miller, owner] = told["threats"][0]["duties"]
    assert (miller["asked_at"], owner["asked_at"]) == ("2026-05-01T09:30:00Z", "2026-05-01T09:31:00Z")
    assert (owner["refusals"], owner["ended_how"]) == ([], None)
    assert miller["refusals"] == [
        {
            "ground": "already_aware",
            "at": "2026-05-01T12:35:00Z",
            "by": "ada",
            "upheld": True,
            "reviewed_at": "2026-05-01T12:40:00Z",
            "reviewed_by": "ben",
        }
    ]


@pytest.fixture(name="look")
def _look(played: tuple[Stage, dict[str, Any]]) -> Iterator[Look]:
    with played[0].app.house.store.look() as look:
        yield look


def test_what_was_left_open_is_decided_served_answered_ended_and_asked_again(told: dict[str, Any]) -> None:
    assert (told["reconcile"], told["problems"]) == (True, [])
    [miller, owner] = told["threats"][0]["duties"]
    assert (miller["id"], miller["side"], miller["stage"]) == ("warn-miller", "victim", "refused")
    assert (owner["stage"], owner["warning"], owner["told_at"]) == ("watched", None, "2026-05-01T10:50:00Z")
    assert owner["missed"] == [{"owed": "look_again", "at": "2026-05-01T14:00:00Z"}], "two hours after they looked"


def test_a_refusal_holds_a_notice_until_it_is_written_anew(told: dict[str, Any]) -> None:
    [notice] = told["warnings"]
    assert (notice["id"], notice["issued_at"]) == ("told", "2026-05-01T10:45:00Z")
    assert notice["consents"] == [{"originator": "The county", "agreed": True, "at": "2026-05-01T10:40:00Z"}]
    assert told["held"] == [{"id": "kept", "consents": []}]


def test_each_is_told_what_was_written_for_them(played: tuple[Stage, dict[str, Any]], look: Look) -> None:
    names = played[0].names
    notice = look.get(Notice, names.id("told"))

    def said(who: str, *languages: str) -> str:
        return version_for(notice, [names.id(who)], languages).tear_line.what

    assert said("miller", "en") == "An attack on the mill"
    assert said("stalls-2", "de") == "Ein Anschlag auf das Fest"
    assert said("stalls-2", "en") == "An attack on the Fair near Quarry"
    assert (notice.meant_for, notice.unnamed) == ((names.id("audit"),), True)


def test_a_host_that_was_distrusted_is_trusted_again(look: Look) -> None:
    [held] = look.all(DistrustedHost)
    assert (held.distrust.value, held.why, held.trusted_why) == ("leaks", "Somebody there talks", "He is gone")


def test_the_public_s_duty_that_opened_by_itself_is_decided_by_the_step_that_asks_about_it(tmp_path: Path) -> None:
    steps = """\
  - {at: 2026-05-01 12:00, duty: {side: own, whom: ada, why: She lives there, by: ben}}
  - {at: 2026-05-01 12:05, id: all, duty: {side: public, decide: already_aware, why: The gazette has it, by: ada}}
  - {at: 2026-05-01 12:10, review_duty: {duty: all, why: I have read it, by: ben}}
  - {at: 2026-05-01 12:20, reopen_duty: {duty: all, why: Nobody reads it, by: ben}}
"""
    with set_stage(read(steps), tmp_path / "data", "127.0.0.1", 0, "test") as stage:
        told = stage.play(lambda *_: None)
    stands = {one["id"]: (one["side"], one["stage"]) for one in told["threats"][0]["duties"]}
    assert stands == {"duty-1": ("own", "to_warn"), "all": ("public", "asked")}


def test_the_public_s_duty_that_opened_by_itself_and_no_step_decides_has_the_name_of_what_opened_it(
    tmp_path: Path,
) -> None:
    steps = "  - {at: 2026-05-01 12:00, id: ours, duty: {side: own, whom: ada, why: She lives there, by: ben}}\n"
    with set_stage(read(steps), tmp_path / "data", "127.0.0.1", 0, "test") as stage:
        told = stage.play(lambda *_: None)
    assert [one["id"] for one in told["threats"][0]["duties"]] == ["ours", "ours-public"]


def test_the_public_s_duty_that_opened_by_itself_is_not_expected_at_an_hour_of_its_own(tmp_path: Path) -> None:
    steps = """\
  - {at: 2026-05-01 12:00, duty: {side: own, whom: ada, why: She lives there, by: ben, expected: 2026-05-05 12:00}}
  - {at: 2026-05-01 12:05, duty: {side: public, why: They live there too, by: ben, expected: %s}}
"""
    with (
        set_stage(read(steps % "2026-05-06 12:00"), tmp_path / "other", "127.0.0.1", 0, "test") as stage,
        pytest.raises(Refused, match=r"expected on 2026-05-05 10:00 UTC, as the case has it\. Leave out 'expected'"),
    ):
        stage.play(lambda *_: None)
    with set_stage(read(steps % "2026-05-05 12:00"), tmp_path / "same", "127.0.0.1", 0, "test") as stage:
        told = stage.play(lambda *_: None)
    stands = {one["side"]: one["stage"] for one in told["threats"][0]["duties"]}
    assert stands == {"own": "to_warn", "public": "to_warn"}


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        pytest.param("", "", id="as it should be"),
        pytest.param(
            "  - {at: +1m, let_out: {by: ben}}\n  - {at: +1m, ask_consent: Why}", "has gone out", id="too late"
        ),
        pytest.param(
            "  - {at: +1m, ask_consent: {originator: The king, words: Why}}", "does not rest on", id="not asked"
        ),
        pytest.param(
            "  - {at: +1m, let_out: {by: ben}}\n  - {at: +1m, reaffirm: {words: It is so}}",
            "needs the consent of The county",
            id="stood by unasked",
        ),
        pytest.param("  - {at: +1m, consent: {words: Yes}}", "lacks the field 'giver'", id="nobody said so"),
        pytest.param("  - {at: +1m, let_out: {by: ada}}", "no duty_officer", id="by whom"),
        pytest.param("  - {at: +1m, trust: {host: nobody, why: No}}", "not listed under people", id="no host"),
        pytest.param("  - {at: +1m, distrust: {host: police, because: rude, why: No}}", "rude", id="no ground"),
        pytest.param("  - {at: +1m, decide_duty: {why: No}}", "comes before any duty", id="no duty"),
        pytest.param("  - {at: +1m, retime: {why: No}}", "lacks the field 'expected'", id="no hour"),
        pytest.param(
            "  - {at: +1m, duty: {side: victim, whom: miller, decide: not_specific, why: No}}",
            "of step 'duty-1' is no such ground. The policy pack everyone knows no ground 'not_specific'. These are: below_threshold,",
            id="a ground of one's own",
        ),
        pytest.param(
            "  - {at: +1m, duty: {side: victim, whom: miller, decide: hostile, why: No}}",
            "That they are hostile is no ground.",
            id="never a ground",
        ),
        pytest.param(
            "  - {at: +1m, duty: {side: victim, whom: miller, decide: below_threshold, why: No}}",
            "answers no question of its test with no; write which, such as test: {specific: no}",
            id="below no threshold",
        ),
        pytest.param(
            "  - {at: +1m, duty: {side: host, whom: police, decide: later}}\n  - {at: +1m, decide_duty: {decide: rude, why: No}}",
            "knows no ground 'rude'",
            id="a ground of one's own, later",
        ),
        pytest.param(
            "  - {at: +1m, no_notice: {party: He, grounds: No, waiver: rude}}",
            "knows no ground 'rude'",
            id="a waiver of one's own",
        ),
    ],
)
def test_what_cannot_be_is_said_by_its_line(steps: str, sentence: str) -> None:
    if not sentence:
        assert read(TOLD + steps).steps
        return
    with pytest.raises(Refused, match=r"fair.yaml:\d+: ") as refused:
        read(TOLD + steps)
    assert sentence in str(refused.value)


def test_consent_is_asked_of_a_notice_that_waits(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="write 'held: true'"):
        read(TOLD.replace("      held: true\n", ""))
    through = TOLD + "  - {at: +1m, let_out: {by: ben}}\n"
    with (
        set_stage(read(through), tmp_path / "data", "127.0.0.1", 0, "test") as stage,
        pytest.raises(Refused, match="has not agreed"),
    ):
        stage.play(lambda *_: None)


AGREED = """\
  - {at: +1m, ask_consent: {notice: told, words: Read to them}}
  - {at: +1m, consent: {notice: told, giver: Their desk, words: So it may go}}
  - {at: +1m, let_out: {notice: told, by: ben}}
"""


def test_who_stands_by_a_notice_waits_for_consent_once_more(tmp_path: Path) -> None:
    again = "  - {at: +1h, id: again, reaffirm: {warning: told, words: They laugh, held: true}}\n"
    through = read(TOLD + AGREED + again + AGREED.replace("notice: told", "notice: again"))
    with set_stage(through, tmp_path / "data", "127.0.0.1", 0, "test") as stage:
        played = stage.play(lambda *_: None)
    assert (played["reconcile"], played["problems"], played["held"]) == (True, [], [])
    assert [(one["id"], one["consents"][0]["agreed"]) for one in played["warnings"]] == [
        ("told", True),
        ("again", True),
    ]
    assert [one["followed_by"] for one in played["warnings"]] == ["again", None]


CLOSED = """\
  - {at: +1m, ask_consent: {notice: told, words: Read to them}}
  - {at: +1m, consent: {notice: told, giver: Their desk, words: So it may go}}
  - {at: +1m, close: It was a hoax}
  - {at: +1m, let_out: {notice: told, by: ben}}
"""


def test_what_goes_out_though_its_case_is_over_says_on_what_grounds(tmp_path: Path) -> None:
    with (
        set_stage(read(TOLD + CLOSED), tmp_path / "silent", "127.0.0.1", 0, "test") as stage,
        pytest.raises(Refused, match="on what grounds"),
    ):
        stage.play(lambda *_: None)
    said = CLOSED.replace("told, by: ben", "told, grounds: They want it in writing, by: ben")
    with set_stage(read(TOLD + said), tmp_path / "data", "127.0.0.1", 0, "test") as stage:
        played = stage.play(lambda *_: None)
        with stage.app.store.look() as look:
            [notice] = look.all(Notice)
    assert (played["reconcile"], played["problems"]) == (True, [])
    assert notice.grounds is not None
    assert (notice.grounds.over, notice.grounds.why) == (Over.CASE, "They want it in writing")


def test_what_an_outcome_has_ended_may_be_ended_by_its_own_step_too(tmp_path: Path) -> None:
    judged = """\
  - {at: 2026-05-01 12:00, id: owner, duty: {side: protector, who: The owner, why: He is in danger, by: ben}}
  - {at: 2026-05-01 13:00, outcome: {axes: {course: disrupted}, by: ben}}
  - {at: 2026-05-01 13:10, end_duty: {duty: owner, how: disrupted, why: They are held, by: ben}}
  - {at: 2026-05-01 13:20, review_duty: {duty: owner, why: I saw them in their cell, by: cleo}}
"""
    cleo = HEAD.replace("people:\n", "people:\n  - {id: cleo, name: Cleo, roles: [duty_officer]}\n")
    with set_stage(
        read_text((cleo + judged).encode(), Path("fair.yaml")), tmp_path / "data", "127.0.0.1", 0, "test"
    ) as stage:
        played = stage.play(lambda *_: None)
    [duty] = played["threats"][0]["duties"]
    assert (duty["stage"], played["reconcile"], played["problems"]) == ("ended", True, [])
