"""Steps that come once their case is over or part of another, and fields that stand where they cannot: said when it is read."""

from pathlib import Path

import pytest

from tocsin.basis.errors import Refused
from tocsin.scenario.read import read_text

HEAD = """
tocsin: scenario/1
title: Water at the weir
invented: The whole case is invented.
actors: [flood]
places: [{id: pier, point: [52.1, 11.6]}]
steps:
  - {at: 2026-05-01 08:00, id: told, report: It rises}
  - {at: 2026-05-01 08:00, id: weir, threat: The weir breaks}
  - {at: 2026-05-01 08:00, id: dam, threat: The dam breaks}
"""
OVER = "  - {at: +1h, id: judged, outcome: {threat: weir, axes: {course: nothing}}}\n"
MERGED = "  - {at: +1h, merge: {threat: weir, into: dam, why: It is one water}}\n"
REOPENED = "  - {at: +1h, reopen: {threat: weir, why: It rains}}\n"
PARTED = "  - {at: +1h, part: {threat: weir, why: They are two}}\n"
ALERT = "  - {at: +1h, id: keep-off, alert: {headline: Keep off, area: {circle: {centre: [52.1, 11.6], km: 1}}}}\n"


def said(steps: str) -> str:
    with pytest.raises(Refused) as refused:
        read_text((HEAD + steps).encode(), Path("weir.yaml"))
    return str(refused.value)


@pytest.mark.parametrize(
    ("before", "step", "sentence"),
    [
        pytest.param(OVER, "attribute: {threat: weir, actor: flood, confidence: low}", "'judged' has ended 'weir'; reopen it first", id="attributed"),
        pytest.param(OVER, "merge: {threat: weir, into: dam, why: One}", "'judged' has ended 'weir'", id="merged"),
        pytest.param(OVER, "merge: {threat: dam, into: weir, why: One}", "'judged' has ended 'weir'", id="merged into"),
        pytest.param(OVER, "hypothesis: {threat: weir, words: A mole}", "'judged' has ended 'weir'", id="weighed"),
        pytest.param(MERGED, "assess: {threat: weir, likelihood: likely}", "'weir' was merged into 'dam'; name that one", id="judged elsewhere"),
        pytest.param("", "reopen: {threat: weir, why: It rains}", "which no earlier step has ended", id="opened twice"),
        pytest.param("", "part: {threat: weir, why: Two}", "which no earlier step has merged", id="parted from nothing"),
    ],
)  # fmt: skip
def test_what_a_case_takes_no_more_is_said_before_anything_is_played(before: str, step: str, sentence: str) -> None:
    assert sentence in said(f"{before}  - {{at: +1h, {step}}}\n")


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(OVER + "  - {at: +1h, link: {threat: weir, report: told}}\n", id="linked after it is over"),
        pytest.param(OVER + "  - {at: +1h, assess: {threat: weir, likelihood: unlikely}}\n", id="judged after it is over"),
        pytest.param(OVER + REOPENED + "  - {at: +1h, close: {threat: weir, why: Dry}}\n", id="opened again"),
        pytest.param(MERGED + PARTED + "  - {at: +1h, assess: {threat: weir, likelihood: likely}}\n", id="parted again"),
    ],
)  # fmt: skip
def test_what_a_case_takes_still_is_read(steps: str) -> None:
    assert read_text((HEAD + steps).encode(), Path("weir.yaml")).steps


def test_a_step_whose_id_is_none_is_not_said_to_come_later() -> None:
    told = said(ALERT.replace("keep-off", "off!") + "  - {at: +1h, stand_down: off!}\n")
    assert "id 'off!' of step 'off!' is no id" in told
    assert "comes only later" not in told


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        pytest.param(ALERT.replace("alert: {", "alert: {texts: [{headline: Weg da, language: de}], "), "has 'headline' beside 'texts'", id="of an alert"),
        pytest.param(ALERT + "  - {at: +1h, retract: {texts: [{words: Es war Dampf, language: de}], words: Steam}}", "has 'words' beside 'texts'", id="of a word why"),
    ],
)  # fmt: skip
def test_what_stands_beside_the_texts_belongs_into_them(steps: str, sentence: str) -> None:
    assert sentence in said(steps)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param("area: pier, region: The pier", "neither a polygon nor a circle, by which The pier can be drawn", id="a point"),
        pytest.param("area: {circle: {centre: [52.1, 11.6], km: 1}}", "write under 'region' what it is called", id="no name"),
    ],
)  # fmt: skip
def test_a_region_is_drawn_and_named(fields: str, sentence: str) -> None:
    assert sentence in said(f"  - {{at: +1h, advisory: {{country: DE, level: 2, {fields}}}}}\n")


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        pytest.param("threat: {title: T, window: 2026-05-20}", "write one like 48h or 7d, or {from: ..., to: ...}", id="a window that is a day"),
        pytest.param("incident: {what: A bang, place: market}", "list it there, or describe it here: {name: ...", id="a place that is nowhere"),
        pytest.param("incident: {what: A bang, place: pire}", "did you mean 'pier'?", id="a place that is misspelt"),
    ],
)  # fmt: skip
def test_what_is_written_another_way_is_shown_how(step: str, sentence: str) -> None:
    assert sentence in said(f"  - {{at: +1h, {step}}}\n")
