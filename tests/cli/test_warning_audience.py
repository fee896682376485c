"""tocsin warning audience: the counts that the desk shows, with a server or without, and nobody's name."""

import json
from collections.abc import Callable
from typing import Any

from tests.faults.processes import refused_in_one_line
from tests.story.test_audience import HERE, IN, JUST_OUTSIDE
from tocsin.testing.town import Town

Tell = Callable[..., Any]


def test_it_counts_before_and_after_and_names_nobody(served: Town, tell: Tell) -> None:
    served.place("Ann", IN)
    served.place(served.person("Bell", reached=False), IN)
    served.place(served.person("Cob"), JUST_OUTSIDE)
    alert = served.drafts_alert(audience=[HERE])
    done = tell("warning", "audience", served.id(alert), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {key: found[key] for key in ("gone_out", "addressed", "told", "known", "channels", "ground")} == {
        "gone_out": False, "addressed": 2, "told": 1, "known": 2, "channels": {"mail": 1}, "ground": "danger_to_life",
    }  # fmt: skip
    assert found["left_out"] == {"no_contact": 1}
    assert found["outside_m"] == [{"up_to": 300, "people": 1}]
    said = tell("warning", "audience", served.id(alert)).stdout
    assert said.startswith("1 would be told.\n")
    assert not [
        name for name in ("Ann", "Bell", "Cob", served.id("Ann"), "bridge", "51.0") if name in done.stdout + said
    ]
    served.duty_officer.approves(alert)
    served.duty_officer.issues(alert)
    after = json.loads(tell("warning", "audience", served.id(alert), "--json").stdout)
    assert (after["gone_out"], after["told"], after["approved_for"], after["rule"]) == (True, 1, 2, "audience/1")


def test_what_does_not_exist_is_refused_in_one_line(served: Town, tell: Tell) -> None:
    assert "There is no alert" in refused_in_one_line(tell("warning", "audience", "nothing"), code=2)
