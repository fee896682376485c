"""What the summary tells of a case of which an inquiry asks: on how many voices it rested, what was said, what was taken back."""

from pathlib import Path
from typing import Any

from tests.scenario.test_refused import GOOD
from tocsin.cli.stage import set_stage
from tocsin.scenario.read import read_text

SINCE = """\
  - {at: 2026-05-02 08:00, link: {report: first}}
  - {at: 2026-05-02 08:00, link: {report: second}}
  - {at: 2026-05-02 08:01, id: maps, incident: {what: Maps are found}}
  - {at: 2026-05-02 08:02, link: {incident: maps}}
  - {at: 2026-05-02 08:03, assess: {likelihood: likely}}
  - {at: 2026-05-02 08:04, trace: {report: second, origin: first}}
  - {at: 2026-05-02 08:05, assess: {likelihood: unlikely, changed: It was one voice}}
  - {at: 2026-05-02 08:06, open: {fields: what, by: ada, approved_by: ben}}
  - {at: 2026-05-02 08:10, retract: {warning: rung, words: It was a joke.}}
  - {at: 2026-05-02 08:20, id: it-was, statement: {title: A joke, text: It was a joke., threat: fair}}
  - {at: 2026-05-02 08:30, endorse: {name: The next town}}
  - {at: 2026-05-02 08:40, statement: {kind: correction, corrects: it-was, title: A jest, text: It was a jest., change: The word}}
"""


def test_an_inquiry_reads_on_how_many_voices_it_rested_and_what_was_said_and_taken_back(tmp_path: Path) -> None:
    case = read_text((GOOD.split("  - at: 2026-05-01 14:00")[0] + SINCE).encode(), Path("fair.yaml"))
    with set_stage(case, tmp_path / "data", "127.0.0.1", 0, "test") as stage:
        told: dict[str, Any] = stage.play(lambda *_: None)
    (fair,), warnings = told["threats"], {one["id"]: one for one in told["warnings"]}
    rested = [(one["origins"], one["origins_by_the_end"]) for one in fair["assessments"]]
    assert rested == [(0, 0), (3, 2), (2, 2)], "one rests on nothing; three voices then, of which one repeats another"
    assert (warnings["rung"]["retracted_at"], warnings["told"]["retracted_at"]) == ("2026-05-02T06:10:00Z", None)
    assert warnings["told"]["opened"] == ["what"]
    assert told["statements"] == [
        {
            "id": "it-was",
            "kind": "correction",
            "threat": "fair",
            "about": None,
            "published_at": "2026-05-02T06:20:00Z",
            "editions": ["2026-05-02T06:20:00Z", "2026-05-02T06:40:00Z"],
            "endorsed_by": [],
        }
    ]
